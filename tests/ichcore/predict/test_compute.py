import pytest

from ichcore.errors import IchError
from ichcore.predict.compute import choose_device, considerate_threads, usable_cores


def test_a_device_is_chosen_or_refused_by_name() -> None:
    assert choose_device("cpu").type == "cpu"
    assert choose_device().type in {"cpu", "cuda", "mps"}
    with pytest.raises(IchError, match="no device"):
        choose_device("toaster")
    with pytest.raises(IchError, match="not available"):
        choose_device("cuda:77")


def test_one_core_is_left_for_the_interface() -> None:
    assert considerate_threads() == max(1, usable_cores() - 1)

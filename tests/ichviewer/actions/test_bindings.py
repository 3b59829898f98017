from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limited
from hypothesis import strategies as st

from ichviewer.actions.bindings import conflicts, keys_of, rebind, reset, user_of
from ichviewer.actions.table import ACTIONS, BY_IDENTIFIER
from ichviewer.base.settings import Settings


def own(settings: Settings) -> dict[str, tuple[str, ...]]:
    return dict(settings.preferences.key_bindings)


def test_a_free_key_is_taken_at_once(qapp) -> None:
    settings = Settings()
    assert rebind(settings, "view.learned", ("F12",)) == ()
    assert keys_of("view.learned", own(settings)) == ("F12",)
    assert user_of("L", own(settings)) is None


def test_a_key_in_use_is_not_taken_without_asking(qapp) -> None:
    settings = Settings()
    assert rebind(settings, "view.learned", ("O",)) == ("view.overlay",)
    assert own(settings) == {}
    assert rebind(settings, "view.learned", ("O",), take_over=True) == ("view.overlay",)
    assert user_of("O", own(settings)) == "view.learned"
    assert keys_of("view.overlay", own(settings)) == ()
    assert conflicts(own(settings)) == {}


def test_going_back_to_the_default_leaves_nothing_stored(qapp) -> None:
    settings = Settings()
    rebind(settings, "view.learned", ("F12",))
    rebind(settings, "view.learned", ("L",))
    assert own(settings) == {}
    rebind(settings, "view.learned", ("F12",))
    reset(settings, "view.learned")
    assert own(settings) == {}


def test_an_unknown_action_is_refused(qapp) -> None:
    with pytest.raises(KeyError):
        rebind(Settings(), "view.nothing", ("F12",))


EDITS = st.lists(
    st.tuples(
        st.sampled_from(sorted(BY_IDENTIFIER)),
        st.lists(st.sampled_from(["L", "O", "F12", "Ctrl+Q", "F5", "9"]), max_size=2).map(tuple),
    ),
    max_size=8,
)


@limited(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EDITS)
def test_however_keys_are_moved_none_does_two_things(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, tuple[str, ...]]]
) -> None:
    settings = Settings(tmp_path_factory.mktemp("s") / "p.json")
    for identifier, keys in edits:
        rebind(settings, identifier, keys, take_over=True)
    assert conflicts(own(settings)) == {}
    assert {s.identifier for s in ACTIONS} >= set(own(settings))

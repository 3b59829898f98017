"""What can be said of a model from its card alone."""

from dataclasses import replace

import pytest

from ichcore.models.card import Card
from ichcore.models.registry import ARCHITECTURES, build
from ichcore.models.systems import SYSTEMS, system_of, terms_of_use, variant_of
from tests.ichcore.tiny_model import TINY_ARGUMENTS

CARD = Card("m", "M", "he2024", "window_fusion", {"size": "compact"}, 64, 3.6)


def test_every_architecture_has_its_system() -> None:
    assert set(SYSTEMS) == set(ARCHITECTURES)


def test_own_classes_are_those_of_the_network() -> None:
    assert SYSTEMS["blend_sign"].own_classes == build("blend_sign", TINY_ARGUMENTS).own_classes


def test_an_unknown_architecture_goes_by_its_name() -> None:
    assert system_of(replace(CARD, architecture="later")).title == "later"


def test_variants_are_told_apart() -> None:
    assert variant_of(CARD) == "compact"
    assert variant_of(replace(CARD, arguments={"size": "paper", "backbone": "vgg16"})) == "paper size, vgg16"


@pytest.mark.parametrize(
    ("training", "terms"),
    [
        ({"data_licence": "MIT, as this program"}, "MIT"),
        ({"data_licence": "MIT", "terms": {"non_commercial": True}}, "non-commercial"),
        ({}, ""),
    ],
)
def test_terms_in_a_few_words(training: dict[str, object], terms: str) -> None:
    assert terms_of_use(replace(CARD, training=training)) == terms

from dataclasses import dataclass, field, make_dataclass

from ichcore.training.recipe import read_recipe
from ichcore.training.stated import stated


@dataclass(frozen=True)
class Part:
    cases: int
    share: float = 0.0
    kinds: tuple[str, ...] = ()
    more: dict[str, int] = field(default_factory=dict)


def test_defaults_are_left_out_and_all_else_is_said():
    assert stated(Part(3)) == "Part(cases=3)"
    assert stated({"a": [Part(3, 0.5), Part(4, kinds=("x",), more={"n": 1})]}) == (
        "{'a': (Part(cases=3, share=0.5), Part(cases=4, kinds=('x'), more={'n': 1}))}"
    )


def test_a_new_field_with_a_default_changes_nothing_until_it_is_used():
    later = make_dataclass("Part", [("cases", int), ("share", float, 0.0), ("hosts_only", bool, False)])
    assert stated(later(3)) == stated(Part(3))
    assert stated(later(3, hosts_only=True)) != stated(Part(3))


def test_recipes_that_differ_are_told_apart():
    names = ("window_fusion_compact", "window_fusion_compact_brief", "blend_sign_compact")
    texts = {stated(read_recipe(name)) for name in names}
    texts.add(stated(read_recipe("window_fusion_compact", {"optimiser": {"epochs": 3}})))
    texts.add(stated(read_recipe("window_fusion_compact", {"data": {"train": {"cases": 3}}})))
    assert len(texts) == 5
    assert stated(read_recipe(names[0])) == stated(read_recipe(names[0]))

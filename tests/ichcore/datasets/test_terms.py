from ichcore.datasets.terms import with_inherited

OWN = {
    "sets": [{"name": "own bundles", "licence": "as the series", "citation": "", "cases": 20}],
    "non_commercial": False,
}
OLDER = {
    "sets": [
        {"name": "PHE-SICH-CT-IDS", "licence": "non-commercial research", "citation": "Ma", "cases": 48},
        {"name": "own bundles", "licence": "as the series", "citation": "", "cases": 3},
    ],
    "non_commercial": True,
}


def test_weights_that_go_on_from_non_commercial_ones_are_non_commercial():
    terms = with_inherited(OWN, OLDER)
    assert terms["non_commercial"]
    assert [(one["name"], one["cases"]) for one in terms["sets"]] == [
        ("PHE-SICH-CT-IDS", 48),
        ("own bundles", 20),
    ]


def test_nothing_inherited_changes_nothing():
    assert with_inherited(OWN, {}) == OWN

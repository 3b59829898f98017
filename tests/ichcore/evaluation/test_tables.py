"""The papers' tables: each run ends in its own place, and nothing is invented."""

import json

import numpy as np
import pytest

from ichcore.annotations.kappa import reliability
from ichcore.errors import InputError
from ichcore.evaluation.tables import burduja, he, ko, ma, wang
from ichcore.evaluation.tables.markdown import as_markdown
from ichcore.evaluation.tables.markup import as_html
from ichcore.evaluation.tables.outcome import Outcome, place_of, read_outcome
from ichcore.evaluation.tables.papers import paper_tables
from ichcore.evaluation.tables.table import Heading, Table, header
from ichcore.models.card import Card
from ichcore.subtypes import CLASSES

NAMES = ("Accuracy", "Sensitivity", "Specificity", "ROC AUC")


def figures(value):
    keys = ("auc", "accuracy", "sensitivity", "specificity")
    by_class = {key: dict.fromkeys(CLASSES, value) for key in keys}
    return {"slice": {**by_class, "auc_mean": value, "log_loss": value}, "series": by_class}


def run(system, value, report=None, name="run", **place):
    return Outcome(name, system, "phantoms", place, report or figures(value))


def body(table):
    return [[table.text(cell) for cell in row] for row in table.rows]


def he_run(value, **place):
    return run("he2024", value, **{"windows": "three", "trained_windows": True, "fusion": True, **place})


def test_hes_ablations_stand_in_their_columns():
    table = he.table_3(
        [he_run(0.9, fusion=False), he_run(0.98), he_run(0.8, windows="none", trained_windows=False)]
    )
    assert body(table)[0] == ["Any", "0.980", "0.800", "0.900", "–", "–"]
    assert [row[0] for row in body(table)][-1] == "Average"
    reader = run("reader", 0.7, reader="Junior radiologist")
    assert body(he.table_3([reader]))[1] == ["Epidural", "–", "–", "–", "0.700", "–"]


def test_hes_six_inputs():
    runs = [
        he_run(0.5 + 0.1 * i + (0.05 if trained else 0), windows=windows, trained_windows=trained)
        for i, windows in enumerate(("none", "brain", "three"))
        for trained in (False, True)
    ]
    shown = body(he.table_4(runs))
    assert [row[-1] for row in shown] == ["0.500", "0.600", "0.700", "0.550", "0.650", "0.750"]
    assert [row[2] for row in shown] == ["", "", "", "✓", "✓", "✓"]


def test_burdujas_variants_say_what_feeds_them():
    card = Card(
        "seq", "", "burduja2020", "cnn_bilstm", {"size": "paper", "selection": "pca", "count": 120}, 256, 1.0
    )
    rows = body(
        burduja.table_2(
            [
                run("burduja2020", 0.06259, name="CNN", architecture="slice_cnn"),
                run("burduja2020", 0.04989, name="CNN + BiLSTM", **place_of(card)),
            ]
        )
    )
    assert rows[0] == ["CNN", "–", "all", "–", "0.06259"]
    assert rows[1] == ["CNN + BiLSTM", "3×256", "PCA + predictions of the CNN", "120", "0.04989"]


def test_burdujas_sections_are_models_and_readers():
    runs = [run("burduja2020", 0.9, name="net"), run("reader", 0.8, name="Doctor #1")]
    table = burduja.table_3(runs)
    assert body(table)[0] == ["net"]
    assert len(table.rows) == 7
    assert all(len(row) == 9 for row in table.rows[1:])
    five = body(burduja.table_5(runs))
    assert [row[0] for row in five] == ["Doctor #1", *NAMES, "net", *NAMES]


def test_kos_epochs():
    runs = [run("ko2020", 0.1 - 0.01 * n, balanced=True, epoch=n) for n in (1, 2)]
    table = ko.table_1([*runs, run("ko2020", 0.05)])
    assert body(table)[0] == ["Unbalanced data", *["–"] * 5, "0.05000"]
    assert body(table)[1] == ["Balanced data", "0.09000", "0.08000", *["–"] * 4]


def blend(value, matrix=((8, 1, 0), (2, 9, 4), (0, 0, 6))):
    names = ["no_hemorrhage", "hemorrhage", "blend_sign"]
    each = {key: dict.fromkeys(names, value) for key in ("sensitivity", "specificity", "f1", "auc")}
    return {"exclusive": {"classes": names, **each, "confusion": [list(row) for row in matrix]}}


def test_wangs_rows_and_confusion_matrix():
    plain = run("wang2023", 0, blend(0.5), detector=False, backbone="resnet50")
    whole = run("wang2023", 0, blend(0.8), detector=True, distilled=True, backbone="resnet50")
    rows = body(wang.table_3([plain, whole]))
    assert rows[0] == ["Blend sign", "✓", "", "", *["0.500"] * 4]
    assert rows[1][4:] == ["–"] * 4
    assert rows[2] == ["Blend sign", "✓", "✓", "✓", *["0.800"] * 4]
    assert body(wang.table_4([plain, whole]))[0] == ["Blend sign", "resnet50", "0.800", "0.800"]
    shown = body(wang.confusion(whole))
    assert shown[1] == ["Other hemorrhage", "2 (20 %)", "9 (90 %)", "4 (40 %)"]


def test_wangs_readers():
    ratings = np.array([[0, 0, 0], [1, 1, 1], [2, 2, 1], [0, 0, 0], [2, 2, 2]])
    table = wang.table_2(reliability(ratings, ("Non-ICH", "Normal ICH", "Blend sign")))
    assert body(table)[0] == ["Non-ICH", *["100", "1.00"] * 3, "1.00"]
    assert [h.text for h in table.header[0]] == ["", "R1 and R2", "R1 and R3", "R2 and R3", "All"]
    assert all(len(row) == table.columns for row in table.rows)


def masks(share):
    return {
        "masks": {
            "miou_over_pixels": share,
            "miou_over_images": share + 0.1,
            "cl": 0.5,
            "ml": 0.5,
            "fpl": None,
        }
    }


def test_mas_steps_sets_and_sizes():
    chain = {"steps": "34+50+SF-CAM", "size": 384}
    runs = [
        run("ma2025", 0, masks(0.6), dataset="BHSD", method="Ours", **chain),
        run("ma2025", 0, masks(0.5), dataset="BCIHM", method="Ours", **chain),
    ]
    assert body(ma.table_1(runs)) == [["Ours", "slices", "60.0", "70.0", "50.0", "60.0"]]
    assert body(ma.table_2(runs)) == [["Ours", "50.0", "50.0", "50.0", "50.0", "–", "–"]]
    assert body(ma.table_3(runs))[0][:4] == ["384×384", "96×96", "48×48", "60.0"]
    rows = body(ma.table_4(runs))
    assert len(rows) == 9
    assert rows[4] == ["✓", "✓", "✓", "", "", "", "", "60.0", "70.0", "50.0", "60.0"]
    assert rows[8][-4:] == ["–"] * 4


def test_only_tables_with_a_figure_are_shown():
    assert [t.paper for t in paper_tables([he_run(0.9)])] == ["He 2024, Table 3", "He 2024, Table 4"]
    assert paper_tables([]) == []
    papers = [t.paper for t in paper_tables([run("wang2023", 0, blend(0.8), detector=True, distilled=True)])]
    assert papers == ["Wang 2023, Table 3", "Wang 2023, Table 4", "Wang 2023, Figure 6"]


def test_rendering_escapes_and_spans():
    table = Table(
        "A",
        "b & c",
        ((Heading(""), Heading("<both>", 2)), header("", "x", "y|z")),
        (("S",), ("r", 0.5, None)),
    )
    markdown = as_markdown(table)
    assert "| :-- | --: | --: |" in markdown
    assert "| <both> x | <both> y\\|z |" in markdown.replace("|  |", "|")
    assert "| r | 0.500 | – |" in markdown
    html = as_html(table)
    assert '<th scope="col" colspan=2 class="figure">&lt;both&gt;</th>' in html
    assert "b &amp; c" in html
    assert '<tr class="section"><th scope="rowgroup" colspan=3>S</th></tr>' in html
    json.dumps(table.as_json())


def test_an_outcome_is_read_back(tmp_path):
    path = tmp_path / "evaluation.json"
    path.write_text(json.dumps(he_run(0.9).as_json()))
    again = read_outcome(path)
    assert again.figure("slice", "auc", "any") == 0.9
    assert again.stands(fusion=True, windows="three")
    assert again.figure("slice", "nothing", "any") is None
    path.write_text("{}")
    with pytest.raises(InputError, match="no evaluation"):
        read_outcome(path)
    path.write_text("{")
    with pytest.raises(InputError, match="JSON"):
        read_outcome(path)

import numpy as np
import pytest

from ichcore.errors import InputError
from ichcore.evaluation.readers import read_readers
from ichcore.evaluation.tables import burduja, wang
from tests.ichcore.evaluation.test_scored import a_set

HEAD = "reader,patient,any,epidural,intraparenchymal,intraventricular,subarachnoid,subdural\n"


def four_scans():
    labels = np.zeros((8, 6), bool)
    labels[[0, 2], 0] = True
    return a_set(cases=4, slices=2, labels=labels, patients=["a", "b", "c", "d"])


def test_readers_are_scored_on_the_scans_of_the_set(tmp_path):
    path = tmp_path / "readers.csv"
    path.write_text(
        HEAD
        + "".join(f"One,{p},{v},0,0,0,0,0\n" for p, v in zip("abcd", "1001", strict=True))
        + "".join(f"Two,{p},{v},0,0,0,0,\n" for p, v in zip("abce", "1110", strict=True))
    )
    readers = read_readers(path)
    one, two = readers.outcomes(four_scans(), "toy", resamples=10)
    assert one.figure("series", "sensitivity", "any") == 0.5
    assert one.figure("series", "specificity", "any") == 0.5
    assert one.figure("series", "accuracy", "any") == 0.5
    assert two.figure("series", "sensitivity", "any") == 1
    assert two.figure("series", "specificity", "any") == 0, "d was not read by Two and counts nowhere"
    assert two.figure("series", "accuracy", "subdural") is None, "an empty cell is no answer"
    table = burduja.table_5([one, two])
    assert table.rows[0] == ("One",)
    assert table.rows[1][-1] == 0.5
    agreed = readers.agreement()
    assert agreed["any"]["pairs"][0]["agreement"] == pytest.approx(1 / 3, abs=1e-4)
    assert "subdural" not in agreed
    assert wang.table_2(agreed, readers.names).header[0][1].text == "One and Two"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("reader,patient,any\nx,a,1\n", "lacks epidural"),
        (HEAD + "x,a,maybe,0,0,0,0,0\n", "line 2: any is 'maybe'"),
        (HEAD + "x,a,1,0,0,0,0,0\nx,a,1,0,0,0,0,0\n", "line 3: x answers twice"),
        (HEAD, "lacks reader"),
    ],
)
def test_a_table_that_cannot_be_used_says_where(tmp_path, text, said):
    path = tmp_path / "readers.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=said):
        read_readers(path)


def test_readers_of_other_patients_are_refused(tmp_path):
    path = tmp_path / "readers.csv"
    path.write_text(HEAD + "x,nobody,1,0,0,0,0,0\n")
    with pytest.raises(InputError, match="None of the readers' patients"):
        read_readers(path).outcomes(four_scans(), "toy")

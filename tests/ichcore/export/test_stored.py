"""From the durable store into files: found, complete, and without the patient where that is asked for."""

from pathlib import Path

import pytest
from pydicom.uid import PYDICOM_IMPLEMENTATION_UID

from ichcore.annotations.answer import Answer
from ichcore.annotations.series import AnnotatedSeries
from ichcore.annotations.steps import answered, said_now
from ichcore.annotations.store import Store
from ichcore.export.completing import completed
from ichcore.export.exporting import export
from ichcore.export.formats import FORMATS
from ichcore.export.stored import annotation_of
from ichcore.export.verifying import verify
from tests.ichcore.export.test_confidentiality import named, originals


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ct")
    return folder, named(folder)


def say(store: Path, volume, reader: str, answer: Answer | None) -> None:
    opened = Store.open(store)
    mine = opened.annotate(AnnotatedSeries.of(volume), reader)
    if answer is not None:
        mine.commit(answered(mine.contents, 1, "any", said_now(answer, reader)))
    opened.close()


def test_the_newest_annotation_in_which_something_was_said(case, tmp_path):
    volume, store = case[1].volume, tmp_path / "store.sqlite"
    assert annotation_of(volume, store) is None
    assert not store.exists()
    say(store, volume, "Ada", Answer.NO)
    say(store, volume, "Bo", None)
    assert annotation_of(volume, store).reader == "Ada"
    assert annotation_of(volume, store, "Bo") is None
    assert annotation_of(volume, store).slices[1, "any"].answer is Answer.NO


def test_no_byte_of_any_format_names_the_patient(case, tmp_path):
    path, material = case
    formats = list(FORMATS)
    clean = completed(material, path, formats, deidentify=True)
    export(clean, tmp_path, formats, deidentified=True)
    # the maker of every file that pydicom writes happens to be the root of the phantom's UIDs
    words = [word.encode() for word in originals(material) if word != PYDICOM_IMPLEMENTATION_UID]
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {file.relative_to(tmp_path).parts[0] for file in files} == {*formats, "certificate.json"}
    for file in files:
        data = file.read_bytes()
        assert [word for word in words if word in data] == [], file.name
        assert not any(word.decode() in str(file) for word in words), file.name
    assert verify(tmp_path).certified

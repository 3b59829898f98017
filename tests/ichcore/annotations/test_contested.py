"""What two locked reads differ in, for somebody who may know it."""

from ichcore.annotations.answer import Answer
from ichcore.annotations.contested import contested, in_short
from tests.ichcore.annotations._cases import series
from tests.ichcore.annotations.test_adjudication import read


def test_a_reader_sees_what_differs_and_where_and_others_only_that_it_does(store):
    for number, (start, answer) in enumerate([(0, Answer.YES), (20, Answer.YES), (20, Answer.NO)]):
        read(store, series(number), "ada", 0)
        read(store, series(number), "bo", start, answer=answer)
    found = contested(store, "bo")
    uids = [entry.disagreement.series_instance_uid for entry in found]
    assert uids == [series(number).series_instance_uid for number in (2, 1)], "what is the same is not listed"
    assert in_short(found[0]) == "ada, bo: SDH of the study; masks on 1 slice; Dice 0.50"
    assert found[0].first == 0
    blind = contested(store, "cy")
    assert blind[0].first is None
    assert "once you have read it too" in in_short(blind[0])
    assert "SDH" not in in_short(blind[0])

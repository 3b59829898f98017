from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest

from ichcore.errors import DecodeError
from ichviewer.base.jobs import JobContext, Jobs


@pytest.fixture
def jobs(qapp) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    made.shut_down()


def test_a_value_comes_back_on_the_qt_thread(jobs: Jobs, qtbot) -> None:
    got: list[tuple[int, bool, bool]] = []
    main = threading.current_thread()

    def work(_: JobContext) -> bool:
        return threading.current_thread() is not main

    jobs.submit("io", work, done=lambda away: got.append((7, away, threading.current_thread() is main)))
    qtbot.waitUntil(lambda: bool(got))
    assert got == [(7, True, True)]


def test_a_deliberate_error_arrives_as_its_sentence(jobs: Jobs, qtbot) -> None:
    said: list[str] = []

    def work(_: JobContext) -> None:
        raise DecodeError("Slice 3 is broken; open another series.")

    jobs.submit("io", work, failed=said.append)
    qtbot.waitUntil(lambda: bool(said))
    assert said == ["Slice 3 is broken; open another series."]


def test_a_defect_reaches_the_crash_hook_and_the_lane_goes_on(jobs: Jobs, qtbot) -> None:
    said: list[str] = []
    with qtbot.captureExceptions() as caught:
        jobs.submit("io", lambda _: {}["missing"], failed=said.append)
        qtbot.waitUntil(lambda: bool(said) and bool(caught))
    assert caught[0][0] is KeyError
    done: list[int] = []
    jobs.submit("io", lambda _: 1, done=done.append)
    qtbot.waitUntil(lambda: done == [1])


def test_a_newer_request_with_the_same_key_silences_the_older(jobs: Jobs, qtbot) -> None:
    started, go_on = threading.Event(), threading.Event()
    heard: list[str] = []

    def slow(context: JobContext) -> str:
        started.set()
        go_on.wait(5)
        context.post("old stream")
        return "old"

    jobs.submit(
        "io", slow, key="k", done=heard.append, streamed=heard.append, stopped=lambda: heard.append("x")
    )
    started.wait(5)
    jobs.submit("io", lambda _: "new", key="k", done=heard.append)
    go_on.set()
    qtbot.waitUntil(lambda: jobs.idle)
    assert heard == ["new"]


def test_cancel_stops_at_the_next_safe_point_and_says_so(jobs: Jobs, qtbot) -> None:
    started = threading.Event()
    heard: list[str] = []

    def work(context: JobContext) -> None:
        started.set()
        while True:
            context.cancel.raise_if_cancelled()

    jobs.submit("device", work, key="k", stopped=lambda: heard.append("stopped"), failed=heard.append)
    started.wait(5)
    jobs.cancel("k")
    qtbot.waitUntil(lambda: heard == ["stopped"])


class Snapshot:
    """What a job was given; as large as a volume."""


def test_a_stopped_job_lets_go_of_what_it_was_given(jobs: Jobs, qtbot) -> None:
    started, snapshot = threading.Event(), Snapshot()
    alive = weakref.ref(snapshot)

    def work(context: JobContext, held: Snapshot = snapshot) -> None:
        started.set()
        while True:
            context.cancel.raise_if_cancelled()

    gc.collect()
    gc.disable()
    try:
        jobs.submit("device", work, key="k")
        del work, snapshot
        started.wait(5)
        jobs.drop("k")
        qtbot.waitUntil(lambda: jobs.idle)
        qtbot.waitUntil(lambda: alive() is None)
    finally:
        gc.enable()


def test_dropped_work_says_nothing(jobs: Jobs, qtbot) -> None:
    heard: list[object] = []
    jobs.submit("io", lambda _: 1, key="k", done=heard.append, stopped=lambda: heard.append("stopped"))
    jobs.drop("k")
    qtbot.waitUntil(lambda: jobs.idle)
    assert heard == []


def test_urgent_work_passes_a_long_job_that_yields(jobs: Jobs, qtbot) -> None:
    order: list[str] = []
    inside, submitted = threading.Event(), threading.Event()

    def long(context: JobContext) -> None:
        order.append("long begins")
        inside.set()
        submitted.wait(5)
        context.let_urgent_pass()
        order.append("long ends")

    jobs.submit("device", long)
    inside.wait(5)
    jobs.submit("device", lambda _: order.append("ordinary"))
    jobs.submit("device", lambda _: order.append("urgent"), urgent=True)
    submitted.set()
    qtbot.waitUntil(lambda: jobs.idle)
    assert order == ["long begins", "urgent", "long ends", "ordinary"]


def test_all_that_waits_passes_a_job_without_haste(jobs: Jobs, qtbot) -> None:
    order: list[str] = []
    inside, submitted = threading.Event(), threading.Event()

    def slow(context: JobContext) -> None:
        inside.set()
        submitted.wait(5)
        context.let_others_pass()
        order.append("slow ends")

    jobs.submit("device", slow)
    inside.wait(5)
    jobs.submit("device", lambda _: order.append("ordinary"))
    jobs.submit("device", lambda _: order.append("urgent"), urgent=True)
    submitted.set()
    qtbot.waitUntil(lambda: jobs.idle)
    assert order == ["urgent", "ordinary", "slow ends"]


def test_an_urgent_job_that_fails_does_not_break_the_one_it_passed(jobs: Jobs, qtbot) -> None:
    inside, submitted = threading.Event(), threading.Event()
    said: list[object] = []

    def long(context: JobContext) -> str:
        inside.set()
        submitted.wait(5)
        context.let_urgent_pass()
        return "whole"

    def bad(_: JobContext) -> None:
        raise DecodeError("no")

    jobs.submit("device", long, done=said.append)
    inside.wait(5)
    jobs.submit("device", bad, failed=said.append, urgent=True)
    submitted.set()
    qtbot.waitUntil(lambda: jobs.idle)
    assert said == ["no", "whole"]


def test_the_lanes_do_not_wait_for_each_other(jobs: Jobs, qtbot) -> None:
    release = threading.Event()
    heard: list[str] = []
    jobs.submit("device", lambda _: release.wait(5))
    jobs.submit("io", lambda _: "io", done=heard.append)
    qtbot.waitUntil(lambda: heard == ["io"])
    release.set()


def test_progress_keeps_only_the_newest_word(jobs: Jobs, qtbot) -> None:
    seen: list[tuple[int, int, str]] = []

    def work(context: JobContext) -> None:
        for i in range(1000):
            context.progress(i + 1, 1000, "counting")

    jobs.submit("io", work, progressed=lambda *word: seen.append(word))
    qtbot.waitUntil(lambda: jobs.idle)
    assert seen[-1] == (1000, 1000, "counting")
    assert [s[0] for s in seen] == sorted(s[0] for s in seen)


def test_thousands_of_streamed_values_arrive_in_order(jobs: Jobs, qtbot) -> None:
    seen: list[int] = []

    def work(context: JobContext) -> None:
        for i in range(3000):
            context.post(i)

    jobs.submit("io", work, streamed=seen.append)
    qtbot.waitUntil(lambda: jobs.idle)
    assert seen == list(range(3000))


def test_nothing_is_delivered_after_shutting_down(qapp, qtbot) -> None:
    jobs = Jobs()
    heard: list[int] = []
    jobs.submit("io", lambda _: 1, done=heard.append)
    jobs.shut_down()
    qtbot.wait(30)
    assert heard == []

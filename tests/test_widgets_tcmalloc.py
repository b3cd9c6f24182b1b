"""The picture of chapter 06: where each object is, what moved, which locks were taken."""

import json
import random

import pytest
from films import on_stage
from hypothesis import given, settings
from hypothesis import strategies as st

from memkit import malloc, record, vm, widgets
from memkit.malloc.tcmalloc.sizes import CLASSES
from memkit.pictures.tcmalloc import (
    CENTRAL,
    MAX_LIST,
    SLOTS,
    SPANS,
    THREADS,
    WAY,
    tcmalloc_picture,
)
from memkit.pictures.tcmalloc_calls import call_starts, locks, places

CACHED, ROOM, FREE, IN_USE = "/-.#"


def recorded(calls, nthreads=3, before=()):
    """Steps of a fresh TCMalloc. A call: (thread, size) allocates, (thread, -k) frees the k-th."""
    heap = malloc.TCMalloc(nthreads=nthreads)
    blocks = []

    def run(some):
        for thread, n in some:
            if n > 0:
                blocks.append(heap.malloc(n, thread))
            else:
                heap.free(blocks[-n], thread)

    run(before)
    with record(heap) as steps:
        run(calls)
    return steps, heap


def rows(picture, floor):
    return [line[0] for line in picture["floors"][floor]["rows"]]


def hand_over(n):
    """Thread 0 allocates n, thread 1 allocates one and frees what thread 0 allocated."""
    return [(0, 64)] * n + [(1, 64)] + [(1, -k) for k in range(n)]


# What one sees


def test_the_first_malloc_goes_all_the_way_down():
    steps, _ = recorded([(0, 48)])
    assert [step.event for step in steps] == ["miss", "span", "carve", "fetch"]
    last = tcmalloc_picture(steps, 3)
    assert [floor["title"] for floor in last["floors"]] == [
        "thread caches",
        "central free list",
        "page heap",
    ]
    assert [floor for floor, _, _ in last["thread"]] == [0, 1, 1, 2], "by the way between"
    span = rows(last, CENTRAL)[SPANS]
    assert span["cells"] == IN_USE + FREE * 169
    assert span["caption"] == "span at 0x500000: 1 in use · 0 cached, hatched · 169 free"
    counts = [floor["count"] for floor in last["floors"]]
    assert counts == ["0 of 1 call: no lock", "lock taken 2 times", "lock taken 1 time"]


def test_objects_travel_in_batches():
    """The fourth fetch brings four objects: one is used, three go into the thread's list."""
    steps, _ = recorded([(0, 48)] * 7)
    fetches = [i for i, step in enumerate(steps) if step.event == "fetch"]
    picture = tcmalloc_picture(steps, fetches[3])
    assert rows(picture, THREADS)[0]["cells"] == CACHED * 3 + ROOM * 2
    assert picture["journeys"] == [[[1, SPANS, 7 + k], [0, 0, 2 - k]] for k in range(3)]
    assert len(rows(picture, CENTRAL)[SPANS]["touched"]) == 4


def test_a_batch_goes_into_a_slot_and_comes_out_of_it():
    steps, _ = recorded(hand_over(700) + [(0, 64)] * 200, nthreads=2)
    events = [step.event for step in steps]
    filled, taken = events.index("slot filled"), events.index("slot taken")
    put = tcmalloc_picture(steps, filled)
    assert rows(put, CENTRAL)[SLOTS]["cells"][:2] == CACHED + FREE
    assert rows(put, CENTRAL)[SLOTS]["touched"] == [[0, 1]]
    assert {tuple(to) for _, to in put["journeys"]} == {(CENTRAL, SLOTS, 0)}
    assert len(put["journeys"]) == 32
    assert went(put) == (" " * 32, "\u25bc 32 from thread 1")
    out = tcmalloc_picture(steps, taken)
    assert went(out) == (CACHED * 32, "\u25b2 32 to thread 0"), "out of the slot, and not there yet"
    home = tcmalloc_picture(steps, taken + 1)
    assert went(home) == (" " * 32, "\u25b2 32 to thread 0"), "gone through, and there"
    assert went(tcmalloc_picture(steps, taken + 2)) == ("", "nothing")
    assert {tuple(to[:2]) for _, to in home["journeys"]} == {(THREADS, 0)}


def went(picture):
    """The row between the threads' lists and the central one: its cells, framed as one; words."""
    row = rows(picture, CENTRAL)[WAY]
    assert row["touched"] == ([[0, len(row["cells"])]] if row["cells"] else [])
    return row["cells"], row["beside"]


def test_a_list_that_may_hold_more_than_is_drawn_says_how_many_more():
    steps, _ = recorded([(0, 64)] * 2000, nthreads=1)
    row = rows(tcmalloc_picture(steps, len(steps) - 1), THREADS)[0]
    cache = next(cache for cache in steps[-1].state.threads if cache.thread == 0)
    most = cache.lists[5].max_length
    assert len(row["cells"]) == MAX_LIST < most
    assert row["beside"] == f"\u2026 {most - MAX_LIST:,} more"


def test_a_thread_that_never_allocated_has_no_cache():
    steps, _ = recorded([(0, 64), (1, 0)], nthreads=2)
    last = tcmalloc_picture(steps, len(steps) - 1)
    assert rows(last, THREADS)[1]["beside"] == "thread 1 has no cache yet: it has not allocated"
    assert [step.event for step in steps[-3:]] == ["no cache", "span freed", "to spans"]


# What is true of every step


def workload(seed):
    """Up to 60 calls of three threads; some objects are large, some are freed by another thread."""
    draw, calls, live, made = random.Random(seed), [], [], 0
    for _ in range(draw.randint(1, 30)):
        thread = draw.randrange(3)
        if live and draw.random() < 0.5:
            calls.append((thread, -live.pop(draw.randrange(len(live)))))
            continue
        for _ in range(draw.randint(1, 3)):
            calls.append((thread, draw.choice([8, 48, 64, 64, 30000, 300000])))
            live += [made] * (made > 0)
            made += 1
    return calls


@settings(max_examples=40)
@given(st.integers(0, 1 << 32).map(workload))
def test_every_step_shows_where_each_object_is(calls):
    steps, heap = recorded(calls)
    for i, step in enumerate(steps):
        picture = tcmalloc_picture(steps, i)
        json.dumps(picture)
        assert picture["sentence"] == step.words
        if len(steps) > 1:
            assert [n for n, _, when in picture["story"] if when == "now"] == [i + 1]
        cached = {
            cl: sum(cache.lists[cl].length for cache in step.state.threads if cl in cache.lists)
            for cl in range(len(CLASSES))
        }
        for cl, length in cached.items():
            here = [where for where in places(step.state, cl).values() if where[0] == "thread"]
            assert len(here) == length
        for floor, row, cell in picture["thread"]:
            assert rows(picture, floor)[row]["cells"][cell]
        for journey in picture["journeys"]:
            for floor, row, _ in journey:
                assert rows(picture, floor)[row]
        assert len(picture["words"]) == 1 + sum(len(f["rows"]) for f in picture["floors"])
    assert len(call_starts(steps, len(steps) - 1)) == len(calls)
    assert locks(steps, len(steps) - 1) == (
        len(calls),
        locks(steps, len(steps) - 1)[1],
        heap.counts["central_locks"],
        heap.counts["pageheap_locks"],
    )


def test_the_locks_are_those_of_the_recording_alone():
    steps, _ = recorded([(0, 64), (0, 64)], before=[(0, 64)] * 6)
    assert [step.event for step in steps] == ["miss", "fetch", "hit"]
    assert locks(steps, 2) == (2, 1, 1, 0)
    assert locks(steps, 0) == (1, 0, 0, 0)


def test_a_call_begins_where_the_program_calls():
    steps, _ = recorded([(0, 300000), (0, 48), (1, 48), (1, -1), (0, 0), (0, 64)])
    begun = [steps[k].event for k in call_starts(steps, len(steps) - 1)]
    assert begun == ["span", "miss", "new cache", "free", "free large", "miss"]


def test_many_threads_and_spans_are_shown_in_part():
    calls = [(thread, 30000) for thread in range(8) for _ in range(4)]
    steps, _ = recorded(calls, nthreads=8)
    picture = tcmalloc_picture(steps, len(steps) - 1)
    shown = [row["caption"].partition(":")[0] for row in rows(picture, THREADS)]
    assert shown == ["thread 0", "thread 1", "thread 2", "thread 7"]
    assert (
        len(rows(picture, CENTRAL)) == SPANS + 3 and "more" in rows(picture, CENTRAL)[-1]["caption"]
    )


def test_an_early_step_of_a_long_list_is_no_wider_than_its_row():
    draw = random.Random(3)
    calls = [(0, 64)] * 600 + [(0, -k) for k in draw.sample(range(600), 300) if k]
    steps, _ = recorded(calls)
    cells = rows(tcmalloc_picture(steps, len(steps) - 1), THREADS)[0]["cells"]
    assert len(cells) < 400


# The widget


def test_the_view_is_a_player_of_its_steps():
    steps, _ = recorded([(0, 48), (1, 48)])
    view = widgets.TCMallocView(steps)
    view.draw(len(steps) - 1)
    assert on_stage(view)["sentence"] == steps[-1].words
    assert view.stage.total == len(steps)


def test_steps_of_another_model_get_one_red_sentence():
    region = malloc.FreeList(1000)
    with record(region) as steps:
        region.malloc(10)
    assert on_stage(widgets.TCMallocView(steps))["error"] == (
        "TCMallocView draws steps of a TCMalloc; step 0 is of a RegionState."
    )


@pytest.mark.parametrize("wrong", [None, 3, "steps", [1], malloc.TCMalloc(), vm.AddressSpace()])
def test_what_are_no_steps_gets_one_red_sentence(wrong):
    assert on_stage(widgets.TCMallocView(wrong))["error"].startswith("The steps must be")


def test_no_steps_say_what_to_do():
    assert "Nothing recorded yet" in on_stage(widgets.TCMallocView([]))["empty"]

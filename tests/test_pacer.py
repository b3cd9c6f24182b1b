"""The pacer and the scavenger's goal against recorded cycles of real Go, and their edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memkit import data, golang

MIB = 1 << 20
BYTES = st.integers(0, 1 << 40)


@pytest.mark.parametrize("row", data.table("pacer"))
def test_every_recorded_cycle(row):
    marked, runway = row["heap_marked"], row["runway"]
    goal = golang.heap_goal(marked, row["stack_scan"], row["globals_scan"], row["gogc"])
    assert goal == row["heap_goal"]
    assert golang.trigger(goal, marked, runway) == row["trigger"]


def test_the_minima():
    assert golang.heap_goal(0, 0, 0) == 4 * MIB
    assert golang.heap_goal(0, 0, 0, gogc=50) == 2 * MIB
    assert golang.heap_goal(0, 0, 0, gogc=400) == 16 * MIB
    assert golang.heap_goal(100 * MIB, 0, 0, gogc=0) == 101 * MIB, "room for the sweep"
    assert golang.heap_goal(100 * MIB, 6 * MIB, 2 * MIB, gogc=50) == 154 * MIB
    assert golang.heap_goal(3 * MIB + 1, 0, 0, gogc=33) == 4 * MIB + 1, "M + 1 MiB is the most"


@pytest.mark.parametrize("off", ["off", -1, -100])
def test_off_is_no_goal(off):
    assert golang.heap_goal(5 * MIB, 0, 0, off) == (1 << 64) - 1


@given(BYTES, BYTES, BYTES, st.integers(0, 1000), st.integers(0, (1 << 64) - 1))
def test_the_trigger_lies_between_the_marked_heap_and_the_goal(marked, stacks, gl, gogc, runway):
    goal = golang.heap_goal(marked, stacks, gl, gogc)
    trigger = golang.trigger(goal, marked, runway)
    assert marked + MIB <= trigger <= goal
    assert golang.trigger(goal, marked, runway // 2) >= trigger or runway > goal
    assert golang.trigger(goal, marked, goal + 1) == min(
        golang.trigger(goal, marked, r) for r in (0, runway, goal)
    )


def test_the_trigger_has_two_upper_bounds():
    # 61/64 of 4 MiB, in whole 64ths, and for a large heap 4 MiB before the goal.
    assert golang.trigger(4 * MIB, 0, 0) == 4 * MIB // 64 * 61
    assert golang.trigger(800 * MIB, 400 * MIB, 0) == 796 * MIB
    assert golang.trigger(800 * MIB, 400 * MIB, 50 * MIB) == 750 * MIB
    assert golang.trigger(800 * MIB, 400 * MIB, 300 * MIB) == 400 * MIB + 400 * MIB // 64 * 45
    assert golang.trigger(5 * MIB, 5 * MIB, 0) == 5 * MIB, "a goal that is reached already"


def test_a_memory_limit_lowers_the_goal():
    # 100 MiB less 10 MiB that are no heap: 90 MiB, of which 3 % stay clear.
    goal = golang.memory_limit_goal(20 * MIB, 100 * MIB, 40 * MIB, 5 * MIB, 25 * MIB)
    assert goal == 90 * MIB - 90 * MIB // 100 * 3 < golang.heap_goal(60 * MIB, 0, 0)
    # 10 MiB over the limit count twice: as memory that is mapped and as memory to win back.
    over = golang.memory_limit_goal(20 * MIB, 100 * MIB, 110 * MIB, 0, 100 * MIB)
    assert over == 80 * MIB - 80 * MIB // 100 * 3
    assert golang.memory_limit_goal(70 * MIB, 50 * MIB, 90 * MIB, 0, 70 * MIB) == 70 * MIB
    assert golang.memory_limit_goal(0, 10 * MIB, 9 * MIB, 0, 0) == MIB, "the least headroom"
    marked = 20 * MIB
    near = marked + 640
    assert golang.trigger(near, marked, 0, limited=True) == marked + 610
    assert golang.trigger(near, marked, 1 << 50, limited=True) == marked + 450


def test_what_is_retained_follows_the_goal():
    assert golang.retain_goal(10 * MIB, 8 * MIB, 8 * MIB) == 11 * MIB
    assert golang.retain_goal(10 * MIB, 16 * MIB, 8 * MIB) == 22 * MIB
    assert golang.retain_goal(10_000, 4, 4) == 12288, "in whole pages of the kernel"
    assert golang.retain_goal(10 * MIB, 8 * MIB, 0) == (1 << 64) - 1


@pytest.mark.parametrize("bad", [-1, 1.5, None, "1", True])
def test_bad_input_gets_one_sentence(bad):
    calls = {
        "marked": lambda: golang.heap_goal(bad, 0, 0),
        "stacks": lambda: golang.heap_goal(0, bad, 0),
        "globals_": lambda: golang.heap_goal(0, 0, bad),
        "goal": lambda: golang.trigger(bad, 0, 0),
        "runway": lambda: golang.trigger(0, 0, bad),
        "limit": lambda: golang.memory_limit_goal(0, bad, 0, 0, 0),
        "heap_inuse": lambda: golang.retain_goal(bad, 0, 0),
        "last_goal": lambda: golang.retain_goal(0, 0, bad),
    }
    for name, call in calls.items():
        with pytest.raises(ValueError, match=f"^{name} must be [^.]*[.]?[^.]*[.]$"):
            call()


@pytest.mark.parametrize("bad", ["100", "on", None, True, 99.5, 1 << 31])
def test_a_gogc_that_is_none(bad):
    with pytest.raises(ValueError, match="^gogc must be a percentage .*[.]$"):
        golang.heap_goal(0, 0, 0, bad)


def test_mapped_memory_holds_the_heap():
    with pytest.raises(ValueError, match="^mapped must hold the heap, 3 B, not 2 B[.]$"):
        golang.memory_limit_goal(0, 10, 2, 1, 2)

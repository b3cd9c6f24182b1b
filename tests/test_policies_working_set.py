"""The working set as a policy: Denning's definition, checked one eviction at a time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memkit import vm

BELADY = [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5]
strings = st.lists(st.integers(0, 7), max_size=40)


@given(strings, st.integers(1, 6), st.integers(1, 12))
def test_who_goes_was_not_used_in_the_window_unless_everybody_was(refs, nframes, window):
    memory = vm.ResidentSet(nframes, "working set", window=window)
    for now, page in enumerate(refs):
        before = set(memory.frame)
        victim = memory.access(page).victim
        used_lately = set(refs[max(0, now - window + 1) : now + 1])
        if victim is not None and before - used_lately:
            assert victim not in used_lately


@given(strings, st.integers(1, 6))
def test_a_window_of_one_is_fifo_and_an_endless_one_lru(refs, nframes):
    for window, twin in ((1, "fifo"), (1000, "lru")):
        counts = vm.simulate(refs, nframes, "working set", window=window)
        other = vm.simulate(refs, nframes, twin)
        assert (counts.faults, counts.resident) == (other.faults, other.resident)


def test_a_clean_idle_page_goes_before_a_dirty_one():
    memory = vm.ResidentSet(3, "working set", window=2)
    for page, write in ((1, True), (2, False), (3, False)):
        memory.access(page, write)
    assert memory.access(4).victim == 2  # 1 was idle for longer, but would have to be written
    assert memory.access(5).victim == 3
    assert memory.access(6) == vm.Access(False, 4, False)


def test_its_numbers_on_belady_s_string():
    """By hand: with a window of 3 and 4 frames pages 3 and 4 are idle when 5 comes."""
    faults = [vm.simulate(BELADY, 4, "working set", window=w).faults for w in (1, 3, 4)]
    assert faults == [10, 7, 8]


@pytest.mark.parametrize("window", [0, 1.5, "8"])
def test_a_window_that_is_none_is_refused(window):
    with pytest.raises(ValueError, match="window"):
        vm.ResidentSet(2, "working set", window=window)

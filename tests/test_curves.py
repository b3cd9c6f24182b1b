"""Curves over all memory sizes: against a move-to-front list, against single runs, and recorded
ones of real programs (memkit/data/README.md: by plain loops)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memkit import data, vm
from memkit.vm import curves

BELADY = [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5]

pieces = st.one_of(
    st.lists(st.integers(0, 30), max_size=12),
    # What is left out before counting: repetitions, and runs that alternate between two pages.
    st.builds(lambda a, b, n: [a, b] * n, st.integers(0, 9), st.integers(0, 9), st.integers(1, 6)),
    st.builds(lambda a, n: [a] * n, st.integers(0, 9), st.integers(1, 4)),
    st.lists(st.sampled_from([1 << 16, 1 << 40, 70_000]), max_size=3),
)
strings = st.lists(pieces, max_size=12).map(lambda parts: [page for part in parts for page in part])


def move_to_front(refs):
    stack, distances = [], []
    for page in refs:
        distances.append(stack.index(page) + 1 if page in stack else 0)
        if page in stack:
            stack.remove(page)
        stack.insert(0, page)
    return distances


def recorded(name):
    with np.load(data.PAGES / f"{name}_curves.npz") as arrays:
        return {key: arrays[key] for key in arrays.files}


@given(strings)
def test_distances_are_those_of_a_list(refs):
    assert vm.stack_distances(refs).tolist() == move_to_front(refs)


@given(strings, st.sampled_from([2, 4, 8]))
def test_the_size_of_blocks_does_not_matter(refs, side):
    ids, _ = curves._numbered(np.array(refs, np.int64))
    assert curves._block_distances(ids, side).tolist() == move_to_front(refs)


@pytest.mark.parametrize("npages", [300, 20_000, 200_000])
def test_many_blocks(npages):
    """Several batches of full-size blocks, with 16-bit and with longer page ids."""
    draw = np.random.default_rng(npages)
    refs = (npages * draw.random(150_000) ** 3).astype(np.int64)
    curve = vm.miss_curve(refs)
    assert len(curve) == 1 + len(set(refs.tolist()))
    for frames in (1, 2, 50, 200, len(curve) // 2, len(curve) - 1):
        assert curve[frames] == vm.simulate(refs, frames).faults


def test_opt_of_many_pages():
    refs = (3_000 * np.random.default_rng(1).random(20_000) ** 2).astype(np.int64)
    curve = vm.miss_curve(refs, policy="opt")
    for frames in (1, 2, 50, 1_000, len(curve) - 1):
        assert curve[frames] == vm.simulate(refs, frames, "opt").faults


@given(strings, st.sampled_from(["lru", "opt", "fifo", "clock"]))
def test_a_curve_is_a_run_for_each_size(refs, policy):
    pages = len(set(refs))
    runs = [vm.simulate(refs, n, policy).faults for n in range(1, pages + 4)]
    assert vm.miss_curve(refs, policy=policy).tolist() == [len(refs), *runs[:pages]]
    assert vm.miss_curve(refs, pages + 3, policy).tolist() == [len(refs), *runs]
    assert vm.miss_curve(refs, 1, policy).tolist() == [len(refs), runs[0]]


@given(strings)
def test_opt_s_list_as_a_list_and_as_an_array(refs):
    ids, _ = curves._numbered(np.array(refs, np.int64))
    first = [page not in refs[:now] for now, page in enumerate(refs)]
    upcoming = curves.skipping.next_uses(ids).tolist()
    ways = [[0] * (len(refs) + 3) for _ in range(2)]
    curves._opt_by_list(first, upcoming, ways[0])
    curves._opt_by_array(first, upcoming, ways[1])
    assert ways[0] == ways[1]


@pytest.mark.parametrize("name", data.PAGE_TRACES)
def test_a_real_program(name):
    refs, known = data.page_trace(name)["refs"], recorded(name)
    found = np.bincount(vm.stack_distances(refs), minlength=len(known["stack_hist"]))
    assert (found == known["stack_hist"]).all()
    for policy in ("lru", "opt"):
        assert vm.miss_curve(refs, policy=policy).tolist() == [len(refs), *known[policy]]
    assert vm.miss_curve(refs, 3, "fifo").tolist() == [len(refs), *known["fifo"][:3]]
    for window in data.page_answers(name)["working_set"]:
        answer = vm.working_set(refs, window["tau"])
        assert answer == (window["faults"], window["size_sum"])


@given(strings, st.integers(1, 20))
def test_the_working_set_is_what_the_window_holds(refs, tau):
    windows = [set(refs[max(0, now + 1 - tau) : now + 1]) for now in range(len(refs))]
    before = [set(refs[max(0, now - tau) : now]) for now in range(len(refs))]
    faults = sum(page not in held for page, held in zip(refs, before, strict=True))
    assert vm.working_set(refs, tau) == (faults, sum(map(len, windows)))


def test_the_anomaly_of_a_real_program():
    refs, known = data.page_trace("sqlite")["refs"], recorded("sqlite")["fifo"]
    assert vm.belady_anomalies(refs, frames=range(137, 142)) == [
        (n, known[n - 1], known[n]) for n in range(137, 142) if known[n] > known[n - 1]
    ]
    assert vm.belady_anomalies(refs, frames=[139]) == [(139, 6_863, 9_065)]


def test_belady_s_own_anomaly():
    assert vm.belady_anomalies(BELADY) == [(3, 9, 10)]
    assert vm.belady_anomalies(BELADY, "lru") == vm.belady_anomalies(BELADY, "opt") == []


@given(strings)
def test_both_conventions_of_the_clock_give_a_curve(refs):
    """Textbooks differ: a page enters with its reference bit set (1) or clear (0)."""
    for options in ({"bit_on_load": 0}, {"bit_on_load": 1}, {"bits": 2}):
        runs = [vm.simulate(refs, n, "clock", **options).faults for n in (1, 2, 3)]
        assert vm.miss_curve(refs, 3, "clock", **options).tolist() == [len(refs), *runs]
    anomalies = vm.belady_anomalies(refs, "clock", frames=[1, 2], bit_on_load=0)
    faults = vm.miss_curve(refs, 3, "clock", bit_on_load=0).tolist()
    pairs = [(n, faults[n], faults[n + 1]) for n in (1, 2)]
    assert anomalies == [pair for pair in pairs if pair[2] > pair[1]]


def test_the_conventions_differ_where_they_should():
    """The dinosaur book's string, 3 frames, by hand: 14 faults with the bit set, 11 without."""
    refs = "7 0 1 2 0 3 0 4 2 3 0 3 2 1 2 0 1 7 0 1"
    assert [int(vm.miss_curve(refs, 3, "clock", bit_on_load=bit)[3]) for bit in (1, 0)] == [14, 11]


def test_no_references():
    assert vm.miss_curve([]).tolist() == [0] and vm.stack_distances([]).tolist() == []
    assert vm.working_set([], 3) == (0, 0) and vm.belady_anomalies([]) == []


@pytest.mark.parametrize(
    "call",
    [
        lambda: vm.miss_curve("12"),
        lambda: vm.miss_curve([1, -2]),
        lambda: vm.miss_curve([1.5]),
        lambda: vm.miss_curve([1], -1),
        lambda: vm.miss_curve([1], 1.5),
        lambda: vm.miss_curve([1], policy="best"),
        lambda: vm.miss_curve([1], policy=None),
        lambda: vm.stack_distances([[1], [2, 3]]),
        lambda: vm.working_set([1], 0),
        lambda: vm.working_set(["a", 1], 1),
        lambda: vm.belady_anomalies([1], "best"),
        lambda: vm.belady_anomalies([1], frames=3),
        lambda: vm.belady_anomalies([1], frames=[0]),
    ],
)
def test_bad_input_gets_one_sentence(call):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).endswith(".") and "\n" not in str(error.value)

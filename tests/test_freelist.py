"""One free list against another tool's runs, and the buddy system against its own definition."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memkit import record
from memkit.malloc import Buddy, FreeList
from memkit.malloc.textbook.freelist import FITS, ORDERS

# Runs of malloc.py, the simulator of Operating Systems: Three Easy Pieces, chapter 17: options, and
# operations [verb, bytes or block, block or -1, searched, free list after it]. Its blocks are named
# by where they begin, header included; what it prints, as here, is `header` bytes behind.
RUNS = json.loads(gzip.decompress(
    (Path(__file__).parent / "data" / "malloc" / "ostep_runs.json.gz").read_bytes()
))  # fmt: skip


@pytest.mark.parametrize("run", RUNS, ids=lambda run: f"{run['fit']}-{run['order']}")
def test_every_address_search_and_list_is_the_other_tools(run):
    options = {key: value for key, value in run.items() if key != "ops"}
    heap, header = FreeList(**options), run["header"]
    for verb, given_, block, searched, blocks in run["ops"]:
        if verb == "m":
            address = heap.malloc(given_)
            assert address == (None if block < 0 else block + header)
            assert heap.searched == searched
        else:
            heap.free(given_ + header)
        assert heap.free_list == [tuple(block) for block in blocks]


def holes(heap, sizes, gap=1):
    """Make free blocks of these sizes, in this order of address, each with a live one behind."""
    blocks = []
    for n in sizes:
        blocks.append(heap.malloc(n))
        heap.malloc(gap)
    for address in blocks:
        heap.free(address)
    return blocks


@pytest.mark.parametrize(
    "fit, taken, searched", [("first", 1, 2), ("best", 3, 6), ("worst", 2, 6), ("next", 1, 3)]
)
def test_each_fit_takes_its_block(fit, taken, searched):
    heap = FreeList(93, fit=fit)
    blocks = holes(heap, [4, 12, 30, 10, 30])
    assert heap.malloc(10) == blocks[taken] and heap.searched == searched


def test_next_fit_goes_on_where_it_was():
    heap = FreeList(93, fit="next")
    a, b, c = holes(heap, [10, 10, 10])
    assert [heap.malloc(n) for n in (60, 5, 5, 5)] == [33, a, a + 5, b] and heap.searched == 1
    assert heap.malloc(20) is None and heap.searched == 2
    heap.free(a)
    assert heap.malloc(10) == c and heap.searched == 2  # the rest of b was looked at first, not a


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(FITS),
    st.sampled_from(ORDERS),
    st.booleans(),
    st.sampled_from([(0, 1), (8, 1), (4, 16), (0, 8)]),
    st.lists(st.tuples(st.booleans(), st.integers(1, 60), st.integers(0, 9)), max_size=60),
)
def test_blocks_tile_the_region(fit, order, coalesce, shape, operations):
    header, align = shape
    heap = FreeList(500, 1000, header, align, fit, order, coalesce)
    live = []
    for is_malloc, n, which in operations:
        if is_malloc:
            blocks = list(heap.free_list)
            need = -(-n // align) * align + header
            address = heap.malloc(n)
            assert (address is None) == all(size < need for _, size in blocks)
            assert address is not None or heap.searched == len(blocks)
            live += [address] if address is not None else []
        elif live:
            heap.free(live.pop(which % len(live)))
    state = heap.snapshot()
    at = 1000
    for address, size in sorted(state.free + state.live):
        assert address == at and size > 0
        at += size
    assert at == 1500 and len(state.live) == len(live)
    if coalesce and order == "address":
        ends = {address + size for address, size in state.free}
        assert not any(address in ends for address, _ in state.free)


def test_fragmentation_has_one_meaning():
    heap = FreeList(100, header=4, align=8)
    assert (heap.internal_fragmentation, heap.external_fragmentation) == (0.0, 0.0)
    a = heap.malloc(10)  # 16 + 4
    heap.malloc(16)  # 16 + 4
    assert heap.internal_fragmentation == pytest.approx(1 - 26 / 40)
    heap.free(a)
    assert heap.external_fragmentation == pytest.approx(1 - 60 / 80)
    assert FreeList(10, header=10).malloc(1) is None


def test_the_textbooks_words_are_understood():
    assert FreeList(10, fit="BEST", order="SIZESORT-").order == "size-"
    assert FreeList(10, order="INSERT-FRONT").order == "front"


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda heap: heap.free(5), "address must be of a live block; none begins at 0x5[.]"),
        (lambda heap: heap.free(None), "address must be a whole number .*, not None[.]"),
        (lambda heap: heap.malloc(0), "n must be a whole number from 1 .*, not 0[.]"),
        (lambda heap: FreeList(0), "size must be .*, not 0[.]"),
        (lambda heap: FreeList(9, fit="good"), "fit must be one of first, .*, not 'good'[.]"),
        (lambda heap: FreeList(9, order=[]), r"order must be one of address, .*, not \[\][.]"),
        (lambda heap: Buddy(100), "size must be a power of two, not 100[.]"),
        (lambda heap: Buddy(8, min_block=16), "min_block must be at most the size, 8, not 16[.]"),
        (lambda heap: Buddy(64).free(0), "address must be of a live block; none begins at 0x0[.]"),
    ],
)
def test_bad_input_gets_one_sentence(call, words):
    heap = FreeList(100)
    heap.malloc(10)
    before = heap.snapshot()
    with pytest.raises(ValueError, match=f"^{words}$"):
        call(heap)
    assert heap.snapshot() == before


def test_a_recording_tells_the_search_the_split_and_the_join():
    heap = FreeList(100)
    with record(heap) as steps:
        a, b = heap.malloc(10), heap.malloc(10)
        heap.free(a)
        heap.free(b)
        heap.malloc(200)
    assert [step.event for step in steps] == (
        ["search", "split"] * 2 + ["free", "free", "coalesce", "search"]
    )
    assert (
        str(steps[0])
        == "malloc(10) needs 10 B; first fit looks at 1 block and takes the one at 0x0"
    )
    assert steps[0].state.looked_at == (0,) and steps[-1].state.found is None


# -- buddies


def test_buddies_split_and_merge():
    heap = Buddy(64, base=1000, min_block=8)
    a, b, c = heap.malloc(5), heap.malloc(8), heap.malloc(20)
    assert (a, b, c) == (1000, 1008, 1032) and heap.free_list == [(1016, 16)]
    assert heap.malloc(17) is None
    assert heap.internal_fragmentation == pytest.approx(1 - 33 / 48)
    heap.free(a)
    assert heap.free_list == [(1000, 8), (1016, 16)]
    assert heap.external_fragmentation == pytest.approx(1 - 16 / 24)
    with record(heap) as steps:
        heap.free(b)
        heap.free(c)
        heap.malloc(30)
    events = [step.event for step in steps]
    assert events == ["free", "merge", "merge", "free", "merge", "split", "take"]
    assert heap.free_list == [(1032, 32)]
    for step in steps:  # nothing is ever between the lists
        assert sum(n for _, n in step.state.free + step.state.live) == 64


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 200), st.integers(0, 9)), max_size=60))
def test_buddy_blocks_tile_the_region_and_no_two_free_buddies_are_left(operations):
    heap, live = Buddy(1024, min_block=16), []
    for is_malloc, n, which in operations:
        if is_malloc:
            address = heap.malloc(n)
            live += [address] if address is not None else []
        elif live:
            heap.free(live.pop(which % len(live)))
    state, at = heap.snapshot(), 0
    for address, size in sorted(state.free + state.live):
        assert address == at and address % size == 0 and size & size - 1 == 0
        at += size
    assert at == 1024
    assert not any(
        (address ^ size, size) in state.free for address, size in state.free if size < 1024
    )
    assert 0 <= heap.internal_fragmentation < 1
    for address in live:
        heap.free(address)
    assert heap.free_list == [(0, 1024)]

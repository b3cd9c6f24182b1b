"""The tasks of chapter 06 against memkit's TCMalloc, which is tested against the real one."""

import random

import pytest

from memkit import malloc
from memkit.course import ch06
from memkit.malloc.tcmalloc.pageheap import LEAF_BITS, PageHeap
from memkit.malloc.tcmalloc.sizes import CLASSES, PAGE_SIZE
from memkit.malloc.tcmalloc.spans import FREE, IN_USE, Span
from memkit.vm import AddressSpace

SIZE, BATCH = 64, 32
CLASS = malloc.tc_size_class(SIZE)


@pytest.mark.parametrize("shape", CLASSES[1:], ids=lambda shape: str(shape.size))
def test_pages_as_tcmalloc_has_them(shape):
    """Pages of 8192 bytes, an eighth lost at most: the 85 classes."""
    assert ch06.pages.spec(shape.size, PAGE_SIZE, 8) == shape.npages


@pytest.mark.parametrize("seed", range(5))
def test_lists_grow_and_shrink_as_in_tcmalloc(seed):
    """TCMalloc shrinks a list when it was too long for the fourth time."""
    heap = malloc.TCMalloc(nthreads=3)
    stock = [heap.malloc(SIZE, thread=1) for _ in range(9000)]
    for n, block in enumerate(stock):
        if n % 3:  # the others keep their spans, so that every fetch gets what it asks for
            heap.free(block, thread=2)
    live = stock[::3]
    draw, calls, shrunk, before = random.Random(seed), "", False, 0
    for _ in range(60):
        call = draw.choice("mff")
        for _ in range(draw.randint(1, 90)):
            calls += call
            if call == "m":
                live.append(heap.malloc(SIZE))
            else:
                heap.free(live.pop())
        mine = heap.caches[0].lists[CLASS.index]
        assert ch06.lengths.spec(calls, BATCH, 4) == (mine.length, mine.max_length)
        shrunk |= mine.max_length < before
        before = mine.max_length
    assert CLASS.batch == BATCH and shrunk and heap.counts["scavenges"] == 0


@pytest.mark.parametrize("seed", range(20))
def test_runs_merge_as_in_the_page_heap(seed):
    """The page heap joins free neighbours; no run is so long that it is returned."""
    draw, space = random.Random(seed), AddressSpace()
    heap = PageHeap(space, malloc.TCMalloc(space).trace, dict.fromkeys(["grows"], 0))
    runs, page = [], 1000
    heap.leaves.add(page >> LEAF_BITS)  # the page map knows these pages
    for _ in range(draw.randint(2, 9)):
        npages = draw.randint(1, 4)
        free = draw.random() < 0.5 and not (runs and runs[-1][2] == "free")
        runs.append((page, npages, "free" if free else "used"))
        span = Span(page, npages, FREE if free else IN_USE)
        heap._record(span)
        if free:
            heap.free.add(span)
        page += npages
    start = draw.choice([run[0] for run in runs if run[2] == "used"])
    heap.delete(heap.pagemap[start])
    shown = [(s.start, s.npages, "free" if s.where == FREE else "used") for s in heap.spans()]
    assert ch06.free_run.spec(runs, start, 999) == shown

"""The answers of chapter 11's tasks, against the tower and against what real Go did."""

from itertools import pairwise

import pytest

from memkit import data, golang
from memkit.course import ch11
from memkit.golang.heap.mheap import RESERVED_NAME, VMA_NAME

each_seed = pytest.mark.parametrize("seed", ["", "ana", "ben"])


@each_seed
def test_spans_and_faults_are_the_tower_s(seed):
    for (requests,) in ch11.spans.cases(seed) + ch11.faults.cases(seed):
        tower = golang.Tower(500)
        for nbytes, pointers in requests:
            tower.write(tower.heap.mallocgc(nbytes, noscan=not pointers), 1)
        assert ch11.spans.spec(requests) == len(tower.heap.spans())
        assert ch11.faults.spec(requests) == tower.process.stats.minor_faults


@each_seed
def test_areas_are_the_heap_s(seed):
    for (blocks,) in ch11.areas.cases(seed):
        heap = golang.GoHeap()
        for block in blocks:
            heap.mallocgc(block << 20)
        found = dict.fromkeys((VMA_NAME, RESERVED_NAME), 0)
        for vma in heap.space.vmas:
            found[vma.name] = vma.length
        assert ch11.areas.spec(blocks) == (found[VMA_NAME], found[RESERVED_NAME])


@each_seed
def test_resident_pages_are_the_tower_s(seed):
    for (events,) in ch11.resident.cases(seed):
        tower, at, counts = golang.Tower(1500), {}, []
        for verb, name, npages in events:
            if verb == "new":
                at[name] = tower.heap.mallocgc(npages * 4096)
            elif verb == "touch":
                tower.process.touch_range(at[name], npages * 4096)
            elif verb == "drop":
                del at[name]
            else:
                tower.gc(at.values())
                if verb == "release":
                    tower.heap.scavenge()
            counts.append(tower.process.stats.resident_pages)
        assert ch11.resident.spec(events) == counts


def test_what_real_go_did_has_the_reasons_that_its_steps_name():
    reasons = {
        "alloc block": "addresses only",
        "touch first half": "touched",
        "touch all": "touched",
        "touch block": "touched",
        "drop even": "free, but kept",
        "FreeOSMemory": "given back",
    }
    seen = set()
    for before, after in pairwise(data.table("vm_steps")):
        for words, reason in reasons.items():
            if after["step"].startswith(words):
                change = [after[k] - before[k] for k in ("heap_inuse", "rss_of_heap_vmas")]
                assert ch11.explain.spec(*change) == reason, after["step"]
                seen.add(reason)
    assert len(seen) == 4


def test_a_block_is_cleared_as_a_whole_even_if_none_of_it_is_resident():
    events = [("new", "A", 40), ("drop", "A", 0), ("gc", "", 0), ("new", "B", 80)]
    assert ch11.resident.spec(events) == [0, 0, 0, 80]
    assert ch11.clears_a_part(events) == [0, 0, 0, 40]
    assert ch11.clears_by_frames(events) == [0, 0, 0, 0]


def test_a_growth_of_more_than_an_arena_gets_arenas_of_its_own():
    mib = 1 << 20
    assert ch11.areas.spec([60, 68]) == (128 * mib, 64 * mib)
    assert ch11.one_arena([60, 68]) == (128 * mib, 0)
    assert ch11.rest_of_the_arena([60, 68]) == (128 * mib, 0)
    assert ch11.areas.spec([2, 6])[0] == 12 * mib and ch11.grows_by_the_rest([2, 6])[0] == 8 * mib


def test_no_header_crosses_into_another_page():
    """So the text need not ask for it: slots begin at multiples of 16 bytes."""
    shapes = {golang.size_class(nbytes, noscan=False) for nbytes in range(16, 32761, 8)}
    for shape in shapes - {shape for shape in shapes if not shape.header}:
        starts = range(0, shape.nelems * shape.elemsize, shape.elemsize)
        assert all(start // 4096 == (start + shape.header) // 4096 for start in starts)


def test_every_boundary_of_the_noise_is_asked():
    """Resident bytes that grew while fewer are in use have one reason, not two."""
    assert ch11.explain.spec(-5242880, 6291456) == "touched"
    sides = [side for n in (1 << 20, -(1 << 20)) for side in (n, n + (1 if n > 0 else -1))]
    asked = set(ch11.explain.cases("ana"))
    assert {(a, b) for a in sides for b in sides} <= asked

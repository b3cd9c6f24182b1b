"""Chapter 07's tasks against the models of memkit, and against other ways to find the answer."""

from random import Random

import pytest

from memkit import golang
from memkit.course import ch07
from memkit.malloc import Doctor, TCMalloc, run_program
from memkit.scoreboard import score

SEEDS = ("", "ana", "ben")


C = {
    "malloc": "{} = malloc({})",
    "copy": "{} = {}",
    "free": "",  # nobody frees
    "write": "{}[{}] = 1",
    "read": "use({}[{}])",
}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_program_is_stopped_where_the_doctor_finds_a_go_heap_ill(seed):
    """Its leaks apart: those are collected."""
    for (lines,) in ch07.patient.cases(seed):
        program = ["static char *p; // nil", "static char *q;"]
        program += [C[verb].format(name, n) for verb, name, n in lines]
        reports = run_program(Doctor(golang.GoHeap()), "\n".join(program))
        ill = [int(report.at.split()[-1]) - 3 for report in reports if report.kind != "leak"]
        assert ch07.patient.spec(lines)[1] == (ill[0] if ill else None), lines


@pytest.mark.parametrize("seed", SEEDS)
def test_a_go_heap_keeps_what_a_slice_points_into(seed):
    """Objects as large as their slots: HeapAlloc is then the bytes kept."""
    draw = Random(seed)
    for _ in range(50):
        heap = golang.GoHeap()
        sizes = [draw.choice((16, 48, 1024, 8192, 40960)) for _ in range(draw.randint(1, 8))]
        blocks = [(heap.mallocgc(size), size) for size in sizes]
        pointers = []
        for _ in range(draw.randint(0, 6)):
            start, size = draw.choice(blocks)
            pointers.append(start + draw.randrange(size))
        heap.gc(pointers)
        assert ch07.bytes_kept.spec(blocks, pointers) == heap.memstats()["HeapAlloc"]


@pytest.mark.parametrize("gogc", [50, 100, 200, 400])
@pytest.mark.parametrize("live", [256, 512, 700])
def test_a_go_heap_is_collected_as_often(live, gogc):
    """Objects of 8 KiB of which the first `live` stay. The scoreboard collects before the next
    object, and lets a heap grow by 1 MiB at least: here it always grows by more."""
    count = 4000
    work = [(block, 8192, 0) for block in range(live)]
    for block in range(live, count + 1):
        work += [(block, 8192, 0), (block, 0, 0)]
    done = score(golang.GoHeap, work, gogc).collections
    assert done == ch07.collections.spec(live * 8192, count * 8192, gogc) > 0


def test_locks_are_the_fetches_of_tcmalloc():
    """32 B, batches of 32, and fewer objects than one span has: 256. Fetches then bring all."""
    requests = Random("locks").choices((0, 0, 0, 1, 2), k=150)
    heap = TCMalloc(nthreads=3)
    for thread in requests:
        heap.malloc(32, thread)
    assert heap.counts["fetches"] == ch07.locks.spec(requests, 32, 8, 64)[0] > 10


def test_locks_are_the_fills_of_go_s_page_caches():
    """1024 B: 8 slots in a page, 64 pages in a page cache."""
    requests = Random("locks").choices((0, 0, 0, 1, 2), k=2500)
    heap = golang.GoHeap(nprocs=4)
    heap.mallocgc(64 * 8192, p=3)  # so that the heap has pages, and whole blocks of 64
    for p in requests:
        heap.mallocgc(1024, p=p)
    assert heap.snapshot().counts["pcache_fills"] == ch07.locks.spec(requests, 32, 8, 64)[1] > 3

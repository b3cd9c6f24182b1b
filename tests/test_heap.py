"""GoHeap on any sequence of requests: what must hold at every moment, and what bad input gets."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memkit import data, golang, record, vm
from memkit.golang.heap.malloc import ZERO_BASE
from memkit.golang.heap.mcentral import SWEEP_BUDGET
from memkit.golang.heap.sizeclass import PAGE_SIZE, TINY_SPAN_CLASS

SIZES = st.one_of(st.integers(0, 40), st.integers(0, 3000), st.integers(0, 200_000))
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("alloc"), SIZES, st.booleans(), st.integers(0, 1), st.integers(1, 70)),
        st.tuples(st.sampled_from(["gc", "mark"]), st.integers(0, 2**32)),
        st.tuples(st.sampled_from(["sweep", "flush", "scavenge", "memstats"])),
    ),
    max_size=12,
)


def run(heap, operations):
    """Do the operations; returns {address: (size, noscan)} of the objects that live."""
    live = {}
    for verb, *args in operations:
        if verb == "alloc":
            size, noscan, p, count = args
            for _ in range(count):
                address = heap.mallocgc(size, noscan, p)
                assert size == 0 or address not in live, "one address for two live objects"
                if size:
                    live[address] = size, noscan
        elif verb in ("gc", "mark"):
            live = {a: v for i, (a, v) in enumerate(live.items()) if args[0] >> i % 32 & 1}
            getattr(heap, verb)(live)
        else:
            getattr(heap, verb)()
        check(heap, live)
    return live


def check(heap, live):
    """The invariants of the tiers."""
    objects = sorted((address, address + size) for address, (size, _) in live.items())
    for (_, end), (start, _) in zip(objects, objects[1:], strict=False):
        assert end <= start, "two live objects overlap"
    for address, (size, noscan) in live.items():
        span = heap.mheap.span_of(address)
        assert span.is_allocated(span.slot_of(address))
        assert span.spanclass & 1 == noscan
        assert address + size <= span.base + (span.slot_of(address) + 1) * span.elemsize
    state = heap.snapshot()
    homes = [span for proc in state.procs for span in proc.alloc.values()]
    homes += [span for central in state.central.values() for spans in central for span in spans]
    assert sorted(span.base for span in homes) == [span.base for span in heap.spans()]
    pages = [0] * state.pages.npages
    for span in homes:
        first = (span.base - state.pages.base) // PAGE_SIZE
        for page in range(first, first + span.npages):
            pages[page] += 1
    for page in range(state.pages.npages):
        pages[page] += state.pages.free >> page & 1
    for proc in state.procs:
        first = (proc.pcache_base - state.pages.base) // PAGE_SIZE
        for i in range(64):
            if proc.pcache >> i & 1:
                pages[first + i] += 1
    assert set(pages) <= {1}, "a page is in two places, or in none"
    for vma_start, npages in [(state.pages.base, state.pages.npages)] if pages else []:
        vma = heap.space.find_vma(vma_start)
        assert vma.prot == "rw-" and vma.length == npages * PAGE_SIZE
    counts = state.counts
    assert counts["hits"] + counts["refills"] + counts["large"] == counts["mallocs"]
    assert counts["from_partial"] + counts["from_sweep"] + counts["grows"] == counts["refills"]


@settings(max_examples=60, deadline=None)
@given(OPERATIONS)
def test_every_sequence_keeps_the_invariants(operations):
    heap = golang.GoHeap(nprocs=2)
    live = run(heap, operations)
    blocks = {proc.tiny for proc in heap.snapshot().procs} - {0}
    heap.gc(live)
    stats = heap.memstats()
    blocks |= {a - a % 16 for a, (size, noscan) in live.items() if noscan and size < 16}
    others = [a for a, (size, noscan) in live.items() if not (noscan and size < 16)]
    kept = 16 * len(blocks) + sum(heap.mheap.span_of(a).elemsize for a in others)
    assert stats["HeapAlloc"] == kept
    assert stats["HeapSys"] == stats["HeapInuse"] + stats["HeapIdle"]
    heap.gc([])
    heap.flush()
    assert heap.spans() == ()
    assert heap.memstats()["HeapAlloc"] == heap.memstats()["HeapInuse"] == 0


@settings(max_examples=25, deadline=None)
@given(OPERATIONS)
def test_recording_changes_nothing(operations):
    silent, told = golang.GoHeap(nprocs=2), golang.GoHeap(nprocs=2)
    run(silent, operations)
    with record(told) as steps:
        run(told, operations)
    assert told.snapshot() == silent.snapshot()
    assert all(step.words and "{" not in step.words for step in steps)


@settings(max_examples=40, deadline=None)
@given(
    OPERATIONS,
    st.one_of(st.integers(max_value=-1), st.floats(), st.none(), st.text(), st.booleans()),
    st.one_of(
        st.integers(max_value=-1),
        st.integers(2).filter(lambda address: address != ZERO_BASE),  # a root that may be marked
        st.floats(),
        st.none(),
        st.text(),
    ),
)
def test_bad_input_gets_one_sentence_and_changes_nothing(operations, bad_size, bad_p):
    heap = golang.GoHeap(nprocs=2)
    run(heap, operations)
    before = heap.snapshot()
    for attempt in (
        lambda: heap.mallocgc(bad_size),
        lambda: heap.mallocgc(8, p=bad_p),
        lambda: heap.gc([0xBAD]),
        lambda: heap.mark([bad_p]),
        lambda: heap.adopt_pages({"chunks": "?"}),
    ):
        with pytest.raises(ValueError) as error:
            attempt()
        assert str(error.value).endswith(".") and "\n" not in str(error.value)
        assert heap.snapshot() == before


@pytest.mark.parametrize("nprocs", [0, -1, 1.0, None, True, 5000])
def test_a_bad_number_of_processors(nprocs):
    with pytest.raises(ValueError, match="^nprocs must be"):
        golang.GoHeap(nprocs=nprocs)


@settings(max_examples=30, deadline=None)
@given(st.integers(4, 16), st.lists(st.tuples(SIZES, st.booleans()), min_size=1, max_size=200))
def test_out_of_memory_leaves_the_heap_as_it_was(mebibytes, requests):
    heap = golang.GoHeap(vm.AddressSpace(limit=mebibytes << 20))
    for size, noscan in requests * 40:
        before = heap.snapshot() if size > 2000 else None
        try:
            heap.mallocgc(size, noscan)
        except vm.OutOfMemory as error:
            assert str(error).startswith("cannot allocate") and str(error).endswith(".")
            assert before is None or heap.snapshot() == before
            check(heap, {})
            return


def test_an_exhausted_refill_puts_the_full_span_back():
    """4 MiB hold 512 pages (1 MiB is for the stack); a 513th span cannot be had, ever again."""
    heap = golang.GoHeap(vm.AddressSpace(limit=5 << 20))
    for _ in range(512):
        heap.mallocgc(8192)
    before = heap.snapshot()
    for _ in range(3):
        with pytest.raises(vm.OutOfMemory, match="^cannot allocate 8 KiB: mapping 4 MiB more"):
            heap.mallocgc(8192)
        assert heap.snapshot() == before


def test_two_processors_never_share_a_span():
    """procs.csv: in real Go no span serves two Ps at once; each takes spans of the same shape."""
    for size, kind in {(row["size"], row["kind"]) for row in data.table("procs")}:
        rows = [r for r in data.table("procs") if (r["size"], r["kind"]) == (size, kind)]
        rows = [r for r in rows if r["goroutines"] == 2]
        heap = golang.GoHeap(nprocs=2)
        spans = ({}, {})
        for _ in range(rows[0]["n_per_goroutine"]):
            for p in (0, 1):
                span = heap.mheap.span_of(heap.mallocgc(size, kind == "noscan", p))
                spans[p].setdefault(span.base, span)
        assert not set(spans[0]) & set(spans[1])
        assert {s.nelems for s in spans[0].values()} == {r["nelems"] for r in rows}
        assert {s.spanclass for s in spans[0].values()} == {r["spanclass"] for r in rows}


def test_one_allocation_in_a_cold_process_is_one_story():
    heap = golang.GoHeap()
    with record(heap) as steps:
        address = heap.mallocgc(48)
    assert [step.event for step in steps] == [
        "mallocgc",
        "span full",
        "refill",
        "no partial",
        "grow",
        "heap grow",
        "mmap",
        "mmap",
        "page heap",
        "span",
        "slot",
    ]
    assert address == 0xC000000000
    assert steps[-1].state.procs[0].alloc[11].alloc_count == 1
    assert steps[0].state == golang.GoHeap().snapshot()


CALLS = """
import sys
from memkit import golang, record
heap, calls = golang.GoHeap(), 0

def count(frame, event, arg):
    global calls
    calls += event == "call"

with record(heap) as steps:
    sys.setprofile(count)
    heap.mallocgc(48)
    sys.setprofile(None)
print(len(steps), calls)
"""


def test_a_recorded_allocation_costs_no_walk_over_empty_mcentrals():
    """A cold one tells 11 steps, each with a snapshot: 136 mcentrals, of which one is ever used.

    Counted in a Python of its own, where nobody else profiles or traces.
    """
    run = subprocess.run([sys.executable, "-c", CALLS], capture_output=True, text=True, check=True)
    steps, calls = map(int, run.stdout.split())
    assert steps == 11 and calls <= 400, run.stdout


def test_a_snapshot_names_the_mcentrals_that_hold_spans():
    heap = golang.GoHeap()
    live = [heap.mallocgc(size) for size in (16, 48, 48, 1024, 40_000)]
    heap.flush()
    assert set(heap.snapshot().central) == {1, 5, 11, 65}
    heap.mallocgc(48)  # the mcache has the span of 48 B now
    assert set(heap.snapshot().central) == {1, 5, 65}
    heap.mark(live[:2])
    waiting = {i: sum(map(len, c[2:])) for i, c in heap.snapshot().central.items()}
    assert waiting == {1: 1, 5: 1, 11: 0, 65: 1}, "the cached span was swept, the others wait"
    heap.sweep()
    assert set(heap.snapshot().central) == {5, 11}


def test_a_step_s_state_stays_as_it_was():
    heap = golang.GoHeap()
    with record(heap) as steps:
        for _ in range(200):
            heap.mallocgc(48)
    slots = [step for step in steps if step.event == "slot"]
    assert [s.state.procs[0].alloc[11].alloc_count for s in slots] == [
        *range(1, 169),
        *range(1, 33),
    ]


def test_tiny_objects_share_a_block_by_the_rule():
    """5 B at 0, 8 B at 8 (8s lie on 8s), 1 B at 5? No: the offset never goes back."""
    heap = golang.GoHeap()
    first = heap.mallocgc(5)
    assert [heap.mallocgc(size) - first for size in (8, 1)] == [8, 16]
    assert heap.mheap.span_of(first).spanclass == TINY_SPAN_CLASS


def test_a_tiny_block_dies_in_the_collection_after_it_is_given_up():
    """Go 1.27.3 greys the tiny block of every P when marking begins (gcMarkTinyAllocs)."""
    heap = golang.GoHeap()
    heap.mallocgc(8)
    heap.gc([])
    assert heap.memstats()["HeapAlloc"] == 16
    heap.gc([])
    assert heap.memstats()["HeapAlloc"] == 0
    heap = golang.GoHeap(nprocs=3)
    for p in range(3):
        heap.mallocgc(8, p=p)  # it has more room left than the next block: 4 B join it, it stays
        assert heap.mallocgc(12, p=p) and heap.mallocgc(4, p=p)
        heap.mallocgc(16, p=p)  # no tiny object: nobody keeps it
    heap.gc([])
    assert heap.memstats()["HeapAlloc"] == 3 * 16
    heap.mallocgc(8, p=1)
    heap.flush()  # runtime.ReadMemStats: the block is given up
    heap.gc([])
    assert heap.memstats()["HeapAlloc"] == 0


def test_the_objects_that_share_a_tiny_block_live_and_die_together():
    heap = golang.GoHeap()
    first = heap.mallocgc(5)
    second = heap.mallocgc(8)
    assert second == first + 8
    for live, left in (([], 16), ([second], 16), ([first], 16), ([], 0)):
        heap.gc(live)
        assert heap.memstats()["HeapAlloc"] == left


def test_a_refill_after_a_collection_sweeps_on_demand():
    heap = golang.GoHeap()
    addresses = [heap.mallocgc(1024) for _ in range(80)]
    heap.mark(addresses[::2])
    first_free = heap.mallocgc(1024)
    assert first_free == min(
        set(addresses[72:]) - set(addresses[::2])
    )  # the flushed span comes first
    for _ in range(3):
        heap.mallocgc(1024)
    before = heap.snapshot().counts
    assert heap.mallocgc(1024) == addresses[1]
    after = heap.snapshot().counts
    assert after["from_sweep"] == before["from_sweep"] + 1


def test_the_sweep_budget_ends_a_search_in_vain():
    heap = golang.GoHeap()
    addresses = [heap.mallocgc(8192) for _ in range(SWEEP_BUDGET + 20)]
    heap.mark(addresses)
    heap.mallocgc(8192)
    counts = heap.snapshot().counts
    assert counts["grows"] == SWEEP_BUDGET + 21
    # The one cached span was swept by the flush; then the budget was spent on the others.
    assert counts["sweeps"] == 1 + SWEEP_BUDGET


def test_dead_spans_are_reclaimed_before_the_heap_grows():
    heap = golang.GoHeap()
    for _ in range(400):
        heap.mallocgc(8192)
    heap.mark([])
    grown = heap.snapshot().pages.npages
    with record(heap) as steps:
        heap.mallocgc(300 * 8192)
    assert heap.snapshot().pages.npages == grown
    swept = [step.detail["base"] for step in steps if step.event == "sweep"]
    assert len(swept) >= 300 and swept == sorted(swept), "mheap.go, reclaimChunk: page by page"


def test_fresh_pages_need_no_zeroing_and_used_ones_do():
    heap = golang.GoHeap()
    a = heap.mallocgc(64)
    assert not heap.mheap.span_of(a).needzero
    heap.gc([])
    b = heap.mallocgc(1024)
    assert heap.mheap.span_of(b).base == heap.mheap.pages.base
    assert heap.mheap.span_of(b).needzero


def test_scavenged_pages_are_released_until_used_again():
    heap = golang.GoHeap()
    heap.mallocgc(1 << 20)
    assert heap.memstats()["HeapReleased"] == 3 << 20
    heap.gc([])
    assert heap.scavenge() == 128
    assert heap.memstats()["HeapReleased"] == heap.memstats()["HeapIdle"] == 4 << 20
    heap.mallocgc(1 << 20)
    assert heap.memstats()["HeapReleased"] == 3 << 20


def test_a_heap_avoids_addresses_that_are_taken():
    space = vm.AddressSpace()
    space.mmap(4096, 0xC000000000, fixed=True)
    assert golang.GoHeap(space).mallocgc(8) == 0x1C000000000

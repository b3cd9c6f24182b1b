"""The collector: scenes with the barrier and without, orders, pacing, words, bad input."""

import pytest
from invariants import broken

from memkit import golang, record
from memkit.golang.gc.greentea import by_span

UNITS = ("object", "span")


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("barrier", [True, False])
def test_the_overwritten_pointer_lives_on_in_a_black_stack(unit, barrier):
    gc = golang.Collector(golang.GoHeap(), barrier, unit)
    a = gc.new(16, pointers=1)
    b = gc.new(32, pointers=1)
    gc.store(a, 0, b)
    gc.store_global("root", a)
    gc.pop(), gc.pop()
    gc.load_global("root")
    gc.start()
    gc.step(choice=1)  # the stack is black, a is grey
    gc.load(a, 0)  # b moves to the stack, where nobody looks again
    gc.store(a, 0, None)  # and out of a, before a is scanned
    gc.finish()
    assert gc.lost == (() if barrier else (b,))
    gc.sweep()
    assert (b in gc.graph) == barrier
    if not barrier:
        with pytest.raises(ValueError, match="^obj is dangling: what was at 0x.* freed[.]$"):
            gc.load(b, 0)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("barrier", [True, False])
def test_the_new_pointer_comes_from_a_stack_that_was_not_scanned(unit, barrier):
    gc = golang.Collector(golang.GoHeap(), barrier, unit)
    a = gc.new(16, pointers=1)
    gc.store_global("root", a)
    b = gc.new(32)
    gc.start()
    gc.step()  # the globals, then a: it is black
    gc.step(choice=1)
    gc.store(a, 0, b)  # a black object gets the only pointer to a white one
    gc.pop()  # for the stack, which has yet to be scanned, lets go of it
    gc.finish()
    assert gc.lost == (() if barrier else (b,))
    gc.sweep()
    assert (b in gc.graph) == barrier


def test_what_is_born_during_marking_is_black():
    gc = golang.Collector(golang.GoHeap())
    gc.start()
    a, b = gc.new(16, pointers=2), gc.new(700)
    gc.pop(), gc.pop()
    assert {o.address: o.colour for o in gc.snapshot().objects} == {a: "black", b: "black"}
    gc.finish()
    gc.sweep()
    assert set(gc.graph) == {a, b}, "garbage, and it floats until the next cycle"
    gc.collect()
    assert not gc.graph


def test_a_span_is_visited_once_for_many_objects():
    """A list of pointers to 100 objects of one span: one visit, where objects take 100."""
    scans = {}
    for unit in UNITS:
        gc = golang.Collector(golang.GoHeap(), unit=unit)
        top = gc.new(1000, pointers=100)
        for i in range(100):
            gc.store(top, i, gc.new(32, pointers=1))
            gc.pop()
        gc.start()
        with record(gc) as steps:
            gc.finish()
        scans[unit] = [step.event for step in steps if step.event in ("scan object", "scan span")]
    assert scans == {"object": ["scan object"] * 101, "span": ["scan object", "scan span"]}


def test_marks_and_scans_while_a_span_waits():
    gc = golang.Collector(golang.GoHeap())
    nodes = [gc.new(32, pointers=1) for _ in range(3)]
    gc.store(nodes[2], 0, nodes[0])
    gc.pop(), gc.push(nodes[1])
    top = [gc.pop() for _ in range(3)]
    assert top == [nodes[1], nodes[1], nodes[0]]
    gc.stacks[0].append(nodes[2])  # only the last node is in reach of a root, node 0 through it
    gc.start()
    gc.step(), gc.step()
    (span,) = gc.snapshot().spans
    assert (span.marks, span.scans) == (0b100, 0)
    gc.step()
    (span,) = gc.snapshot().spans
    assert (span.marks, span.scans) == (0b101, 0b100) and gc.pending() == (span.base,)
    gc.step()
    (span,) = gc.snapshot().spans
    assert span.marks == span.scans == 0b101
    assert by_span(gc.heap.mheap.span_of(nodes[0]))


def test_allocation_sweeps_on_demand():
    gc = golang.Collector(golang.GoHeap())
    first = [gc.new(1024) for _ in range(8 * 3)]
    del gc.stacks[0][:]
    gc.start()
    gc.finish()
    assert gc.phase == "sweep" and set(first) & set(gc.graph)
    swept = gc.heap.mheap.counts["sweeps"]
    address = gc.new(1024)
    assert gc.heap.mheap.counts["sweeps"] == swept + 1
    assert address in first, "a slot of the span that was swept just now"
    while gc.sweep_one():
        pass
    assert gc.phase == "off" and set(gc.graph) == {address}


@pytest.mark.parametrize("gogc", [50, 100, 200])
def test_the_heap_is_collected_at_its_trigger(gogc):
    gc = golang.Collector(golang.GoHeap(), gogc=gogc)
    node = gc.new(1024, pointers=4)
    gc.store_global("list", node)
    for _ in range(3000):  # 3 MB that live: a list
        head = gc.new(1024, pointers=4)
        gc.store(head, 0, gc.load_global("list"))
        gc.store_global("list", head)
        gc.pop(), gc.pop()
    gc.collect()
    assert gc.heap.mheap.heap_live == 1152 * 3001
    goal = golang.heap_goal(1152 * 3001, 8, 8, gogc)
    assert gc.goal == goal and gc.trigger == golang.trigger(goal, 1152 * 3001, gc.runway)
    begun, over = [], 0
    for _ in range(40_000):
        quiet = gc.cycle is None
        at = gc.trigger
        gc.new(512), gc.pop()
        if gc.cycle:
            over = max(over, gc.heap.mheap.heap_live - gc.goal)
        if quiet and gc.cycle:
            begun.append(gc.heap.mheap.heap_live - at)
    assert len(begun) >= 3
    assert all(0 <= late <= 8192 for late in begun)
    # Debts grow by objects and the heap by whole spans, so the goal is missed by the spans' tails.
    assert over <= 64 << 10, "assists were through in time"
    assert len(gc.reachable()) == 3001


def test_a_span_in_an_mcache_counts_as_full():
    """heap_live grows by all that is free in the span of a refill, and by large objects."""
    gc = golang.Collector(golang.GoHeap())
    mheap = gc.heap.mheap
    gc.new(1024), gc.new(1024)
    assert mheap.heap_live == 8192
    gc.new(40_000)
    assert mheap.heap_live == 8192 + 40_960
    gc.heap.flush()  # what was not used after all
    assert mheap.heap_live == 2 * 1024 + 40_960
    gc.pop(), gc.pop()
    gc.collect()
    assert mheap.heap_live == 1024 == gc.snapshot().heap_live


def test_off_is_off():
    gc = golang.Collector(golang.GoHeap(), gogc="off")
    for _ in range(200):
        gc.new(100_000), gc.pop()
    assert gc.phase == "off" and gc.heap.mheap.counts["gcs"] == 0


def test_a_collector_of_a_tower():
    tower = golang.Tower(nframes=256)
    gc = golang.Collector(tower.heap)
    with record(gc) as steps:
        a, b = gc.new(48, pointers=2), gc.new(20_000)
        gc.store(a, 1, b)
        gc.pop()
        gc.collect()
        assert gc.load(a, 1) == b
    assert broken(tower.snapshot()) == []
    assert tower.where(a).pfn is not None
    assert steps[-1].state.below == tower.snapshot()
    assert {"mallocgc", "mmap", "page fault", "store", "scan stack", "sweep"} <= {
        step.event for step in steps
    }


def test_a_run_reads_as_english():
    gc = golang.Collector(golang.GoHeap())
    gc.new(16, pointers=2)
    gc.new(16)
    with record(gc) as steps:
        gc.start()
        gc.step(1)
        gc.store(gc.stacks[0][0], 0, gc.stacks[0][1])
        gc.new(16)
        gc.finish()
    words = [step.words for step in steps]
    assert words[:4] == [
        "a collection begins: the write barrier is on, 2 roots wait to be scanned",
        "stop goroutine 0, scan its stack: 0xc000000000, 0xc000002000 found; "
        "the stack is black from now",
        "write barrier at slot 0 of 0xc000000000: shade what it held and what it gets: nothing new",
        "goroutine 0 writes 0xc000002000 into slot 0 of 0xc000000000",
    ]
    assert "allocated while marking goes on: 0xc000002010 is black from the start" in words
    assert "scan the span at 0xc000000000, 1 grey object of it: nothing new" in words
    assert words[-1].startswith("pacer: 48 B are marked; begin again at 3.81 MiB")


BAD_G = [-1, 2, 0.5, None, "0", True]


@pytest.mark.parametrize("running", [False, True])
def test_bad_input_gets_one_sentence_and_changes_nothing(running):
    gc = golang.Collector(golang.GoHeap(), goroutines=2)
    a = gc.new(48, pointers=2)
    b = gc.new(48, pointers=2, g=1)
    if running:
        gc.start()
    else:
        for call in (gc.step, gc.finish):
            with pytest.raises(ValueError, match="needs a collection that goes on: start one[.]$"):
                call()
    before = gc.snapshot()
    attempts = [lambda g=g: gc.new(16, g=g) for g in BAD_G]
    attempts += [lambda g=g: gc.store(a, 0, None, g) for g in BAD_G]
    attempts += [lambda g=g: gc.load_global("x", g) for g in BAD_G]
    attempts += [lambda g=g: gc.pop(g) for g in BAD_G]
    attempts += [lambda n=n: gc.new(n) for n in (0, -1, 1.5, None, "16")]
    attempts += [lambda n=n: gc.new(16, n) for n in (-1, 3, 0.5, None)]
    attempts += [lambda s=s: gc.store(a, s, None) for s in (-1, 2, None, "0")]
    attempts += [lambda v=v: gc.store(a, 0, v) for v in (b, 5, "b", a + 8, [])]
    attempts += [lambda o=o: gc.load(o, 0) for o in (b, None, 5, [], "a")]
    attempts += [lambda n=n: gc.load_global(n) for n in ("nope", None, [])]
    attempts += [lambda n=n: gc.store_global(n, a) for n in (None, [], 5)]
    attempts += [lambda: gc.push(b), lambda: gc.store_global("x", b)]
    if running:
        attempts += [gc.start, *(lambda c=c: gc.step(c) for c in (-1, 3, 99, None, "x"))]
    for attempt in attempts:
        with pytest.raises(ValueError, match=r"^[^.]+([.]\d[^.]*)?[.]$"):
            attempt()
    assert gc.snapshot() == before


def test_a_collector_needs_a_heap_of_its_own():
    heap = golang.GoHeap()
    for options in ({"unit": "page"}, {"gogc": "on"}, {"goroutines": 0}, {"goroutines": None}):
        with pytest.raises(ValueError, match="^(unit|gogc|goroutines) must be .*[.]$"):
            golang.Collector(heap, **options)
    assert heap.trace.model is heap
    golang.Collector(heap)
    for bad in (heap, None, 5):
        with pytest.raises(ValueError, match="^heap must be a GoHeap .*[.]$"):
            golang.Collector(bad)

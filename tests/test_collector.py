"""The collector under any interleaving of program and marker, with the barrier and without it."""

import random

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from memkit import golang, record
from memkit.golang.greentea import by_span

UNITS = ("object", "span")
# (bytes, pointers): tiny, small without and with pointers, with a header, large
SHAPES = [(8, 0), (5, 0), (16, 0), (16, 2), (8, 1), (48, 3), (512, 2), (600, 4), (40_000, 5)]
INDEX = st.integers(0, 30)
GOROUTINE = st.integers(0, 1)
PROGRAM = st.one_of(
    st.tuples(st.just("new"), GOROUTINE, INDEX),
    st.tuples(st.just("store"), GOROUTINE, INDEX, INDEX, INDEX),
    st.tuples(st.just("load"), GOROUTINE, INDEX, INDEX),
    st.tuples(st.sampled_from(["pop", "push"]), GOROUTINE, INDEX),
    st.tuples(st.sampled_from(["store_global", "load_global"]), GOROUTINE, INDEX, INDEX),
)
MARKER = st.one_of(
    st.tuples(st.just("start")),
    st.tuples(st.just("step"), INDEX),
    st.tuples(st.just("step"), st.just(0)),
    st.tuples(st.sampled_from(["finish", "sweep_one", "sweep", "flush"])),
)
ANYTHING = st.lists(st.one_of(PROGRAM, PROGRAM, MARKER), max_size=60)
NODE = st.tuples(st.sampled_from([3, 3, 3, 5, 7, 8, 2, 0]), GOROUTINE, INDEX, INDEX)


def graph(nodes, npops):
    """Operations that make objects, each in reach from an older one, and drop most from stacks."""
    operations = []
    for shape, g, parent, slot in nodes:
        operations += [("new", g, shape), ("store", g, 1 + parent, slot, 0)]
        if parent % 4 == 0:
            operations += [("store_global", g, slot, 0)]
    return operations + [("pop", i % 2, 0) for i in range(npops)]


def cycle(begin, marking, sweeping):
    return [*begin, ("start",), *marking, ("finish",), *sweeping]


GRAPHS = st.builds(graph, st.lists(NODE, min_size=3, max_size=20), st.integers(0, 36))
DURING = st.lists(st.one_of(PROGRAM, st.tuples(st.just("step"), INDEX)), min_size=3, max_size=30)
CYCLES = st.builds(cycle, GRAPHS, DURING, ANYTHING)
RUNS = st.one_of(ANYTHING, CYCLES, CYCLES)


class Shadow:
    """A program on a Collector, and beside it the same objects by number: they never move or go."""

    def __init__(self, **options):
        self.gc = golang.Collector(golang.GoHeap(nprocs=2), goroutines=2, **options)
        self.address = []  # by number
        self.pointers = []
        self.stacks = [[], []]
        self.globals = {}

    def run(self, operations):
        for verb, *args in operations:
            getattr(self, verb)(*args)
            self.check()
        return self

    # A number picks one of what there is; where there is nothing, nothing happens.

    def new(self, g, i):
        nbytes, pointers = SHAPES[i % len(SHAPES)]
        before, counts = set(self.gc.graph), self.gc.heap.mheap.counts
        sweeps = counts["sweeps"]
        address = self.gc.new(nbytes, pointers, g)
        assert address not in before or counts["sweeps"] > sweeps, "no sweep freed that slot"
        assert address not in map(self._at, self.reachable()), "an object in reach lies there"
        self.stacks[g].append(len(self.address))
        self.address.append(address)
        self.pointers.append([None] * pointers)

    def _pick(self, g, i):
        return self.stacks[g][-1 - i % len(self.stacks[g])] if self.stacks[g] else None

    def _value(self, g, i):
        return None if i % 4 == 3 else self._pick(g, i)

    def _at(self, number):
        return None if number is None else self.address[number]

    def store(self, g, i, slot, j):
        obj, value = self._pick(g, i), self._value(g, j)
        if obj is not None and self.pointers[obj]:
            slot %= len(self.pointers[obj])
            self.gc.store(self._at(obj), slot, self._at(value), g)
            self.pointers[obj][slot] = value

    def load(self, g, i, slot):
        obj = self._pick(g, i)
        if obj is not None and self.pointers[obj]:
            slot %= len(self.pointers[obj])
            self._loaded(self.gc.load(self._at(obj), slot, g), self.pointers[obj][slot], g)

    def _loaded(self, address, number, g):
        assert address == self._at(number)
        if number is not None:
            self.stacks[g].append(number)

    def store_global(self, g, i, j):
        name, value = "abc"[i % 3], self._value(g, j)
        self.gc.store_global(name, self._at(value), g)
        self.globals[name] = value

    def load_global(self, g, i, _):
        if self.globals:
            name = sorted(self.globals)[i % len(self.globals)]
            self._loaded(self.gc.load_global(name, g), self.globals[name], g)

    def push(self, g, i):
        number = self._pick(g, i)
        if number is not None:
            self._loaded(self.gc.push(self._at(number), g), number, g)

    def pop(self, g, _):
        if self.stacks[g]:
            assert self.gc.pop(g) == self._at(self.stacks[g].pop())

    def start(self):
        if self.gc.phase != "mark":
            self.gc.start()
        assert self.gc.phase == "mark"

    def step(self, choice):
        if pending := self.gc.pending():
            assert self.gc.step(choice % len(pending))
        elif self.gc.phase == "mark":
            assert not self.gc.step()

    def finish(self):
        if self.gc.phase == "mark":
            self.gc.finish()
            assert self.gc.phase != "mark"

    def sweep_one(self):
        before = self.gc.phase
        assert self.gc.sweep_one() == (before == "sweep") or before == "mark"

    def sweep(self):
        self.gc.sweep()
        assert self.gc.phase != "sweep"

    def flush(self):
        self.gc.heap.flush()  # spans leave the mcaches: then they can be unswept after a cycle

    # -- what must hold

    def reachable(self):
        found, todo = set(), [*self.globals.values(), *self.stacks[0], *self.stacks[1]]
        while todo:
            number = todo.pop()
            if number is not None and number not in found:
                found.add(number)
                todo += self.pointers[number]
        return found

    def freed_in_use(self):
        """Reachable objects whose slot is free, or whose content is no longer theirs."""
        gone = []
        for number in self.reachable():
            address = self._at(number)
            span = self.gc.heap.mheap.span_of(address)
            slot = span.slot_of(address) if span else -1
            mine = [self._at(pointer) for pointer in self.pointers[number]]
            here = slot >= 0 and span.is_allocated(slot)
            if not here or list(self.gc.graph.get(address, "no")) != mine:
                gone.append(number)
        return gone

    def check(self):
        assert not self.freed_in_use(), "an object in reach was freed"

    def blocks(self, addresses):
        """The slots in which these objects lie: tiny ones share theirs."""
        spans = ((self.gc.heap.mheap.span_of(a), a) for a in addresses)
        return {(span.base, span.slot_of(a)) for span, a in spans}


@settings(max_examples=400, deadline=None)
@given(RUNS, st.sampled_from(UNITS))
def test_nothing_in_reach_is_ever_freed(operations, unit):
    run = Shadow(unit=unit).run(operations)
    assert run.gc.lost == ()
    run.gc.collect()
    run.check()
    run.gc.collect()
    run.check()
    left = run.blocks(run.gc.graph)
    assert left == run.blocks(run._at(i) for i in run.reachable()), "garbage survived two cycles"
    assert {run._at(i) for i in run.reachable()} == run.gc.reachable()


@settings(max_examples=100, deadline=None)
@given(GRAPHS, st.lists(INDEX, max_size=20))
def test_both_orders_and_any_order_keep_the_same_objects(operations, choices):
    survivors = []
    for unit, picks in (("object", ()), ("span", ()), ("object", choices), ("span", choices)):
        run = Shadow(unit=unit).run(operations)
        run.start()
        for choice in picks:
            run.step(choice)
        run.finish()
        run.sweep()
        survivors.append(run.gc.graph)
    assert all(graph == survivors[0] for graph in survivors)


def freed(operations, unit="object"):
    """Does this run free an object in use, without the barrier?"""
    try:
        Shadow(unit=unit, barrier=False).run(operations)
    except AssertionError:
        return True
    except ValueError as error:
        assert "dangling" in str(error)
        return True
    return False


MOVES = [
    ("load", 0, 0, 0),
    ("load", 0, 1, 0),
    ("store", 0, 0, 0, 3),
    ("store", 0, 1, 0, 3),
    ("store", 0, 1, 0, 0),
    ("pop", 0, 0),
    ("step", 0),
    ("step", 1),
]


@pytest.mark.parametrize("unit", UNITS)
def test_a_search_finds_what_is_lost_without_the_barrier(unit):
    """Random moves during one cycle, and the shortest of those that lose an object."""
    begin = [("new", 0, 3), ("store_global", 0, 0, 0), ("new", 0, 2), ("store", 0, 1, 0, 0)]
    begin += [("pop", 0, 0), ("start",)]

    def breaks(moves):
        return freed([*begin, *moves, ("finish",), ("sweep",)], unit)

    rules = settings(max_examples=20_000, database=None, deadline=None)
    moves = st.lists(st.sampled_from(MOVES), min_size=3, max_size=6)
    found = find(moves, breaks, settings=rules, random=random.Random(1))
    assert len(found) <= 4, "scan the stack, load the pointer, overwrite it"
    Shadow(unit=unit).run([*begin, *found, ("finish",), ("sweep",)])


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
    assert tower.broken() == []
    assert tower.where(a).pfn is not None
    assert steps[-1].state.below == tower.snapshot()
    assert {"mallocgc", "mmap", "page fault", "store", "scan stack", "sweep"} <= {
        step.event for step in steps
    }


@settings(max_examples=60, deadline=None)
@given(RUNS, st.sampled_from(UNITS), st.booleans())
def test_recording_changes_nothing(operations, unit, barrier):
    silent, told = (Shadow(unit=unit, barrier=barrier) for _ in range(2))
    silent.check = told.check = lambda: None
    ends = []
    with record(told.gc) as steps:
        for run in (silent, told):
            try:
                run.run(operations)
                run.gc.collect()
                ends.append("done")
            except (ValueError, AssertionError) as error:
                ends.append(str(error))
    assert ends[0] == ends[1]
    assert silent.gc.snapshot() == told.gc.snapshot()
    assert all(step.words and "{" not in step.words for step in steps)
    assert steps == [] or hash(steps[-1].state.objects) is not None


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

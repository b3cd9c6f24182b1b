"""The collector under any interleaving of program and marker, with the barrier and without it."""

import random

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from memkit import golang, record

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

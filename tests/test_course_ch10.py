"""The answers of chapter 10's tasks, against the models of the collector and of the heap."""

import pytest

from memkit import golang, record
from memkit.course import ch10

each_seed = pytest.mark.parametrize("seed", ["", "ana", "ben"])


@each_seed
def test_survivors_are_those_of_the_collector(seed):
    for pointers, roots in ch10.survivors.cases(seed):
        gc = golang.Collector(golang.GoHeap())
        objects = {name: gc.new(64, pointers=8) for name in pointers}
        for name, targets in pointers.items():
            for slot, target in enumerate(targets):
                gc.store(objects[name], slot, objects[target])
        for k, name in enumerate(roots):
            gc.store_global(f"root {k}", objects[name])
        for _ in objects:
            gc.pop()
        gc.collect()
        left = sorted(name for name, address in objects.items() if address in gc.graph)
        assert ch10.survivors.spec(pointers, roots) == left


@each_seed
def test_the_hybrid_barrier_shades_as_the_collector_s(seed):
    tried = 0
    for barrier, slots, marked, writes in ch10.shaded.cases(seed):
        if barrier != "hybrid":
            continue
        tried += 1
        gc = golang.Collector(golang.GoHeap(), unit="object")
        table = gc.new(64, pointers=8)
        objects = {name: gc.new(48, pointers=1) for name in "ABCDEF"}
        keys = list(slots)
        for slot, held in enumerate(slots.values()):
            gc.store(table, slot, objects.get(held))
        gc.start()
        for name in marked:
            gc.cycle.order.shade(objects[name])
        with record(gc) as steps:
            for slot, value in writes:
                gc.store(table, keys.index(slot), objects.get(value))
        names = {address: name for name, address in objects.items()}
        found = [names[a] for s in steps if s.event == "write barrier" for a in s.detail["shaded"]]
        assert ch10.shaded.spec(barrier, slots, marked, writes) == found
    assert tried > 40


def test_the_goal_is_go_s_where_the_sweep_needs_no_more_room():
    same = 0
    for marked, stacks, gogc, runway in ch10.pace.cases("ana"):
        goal, begin = ch10.pace.spec(marked, stacks, gogc, runway)
        if goal >= marked + (1 << 20):
            same += 1
            assert goal == golang.heap_goal(marked, stacks, 0, gogc)
        assert marked <= begin <= goal
    assert same > 100


@each_seed
def test_a_goal_that_is_everything_times_one_and_gogc_is_named(seed):
    def pace(marked, stacks, gogc, runway):
        goal = max((marked + stacks) * (100 + gogc) // 100, (4 << 20) * gogc // 100)
        return goal, max(goal - runway, (marked + goal) // 2)

    assert ch10.pace.judge(pace, seed).ideas == (ch10.all_grows,)


@each_seed
def test_slots_are_handed_out_as_by_the_go_heap(seed):
    """Spans of 8 KiB, all slots: free them down to D and L, mark the L, and allocate."""
    for spans, n in ch10.handed_out.cases(seed):
        heap, size = golang.GoHeap(), 8192 // len(spans[0])
        objects = [[heap.mallocgc(size) for _ in span] for span in spans]
        heap.flush()

        def those(states, spans=spans, objects=objects):
            return [
                address
                for span, addresses in zip(spans, objects, strict=True)
                for state, address in zip(span, addresses, strict=True)
                if state in states
            ]

        heap.gc(those("LD"))
        heap.mark(those("L"))
        bases = [addresses[0] for addresses in objects]
        found = []
        for _ in range(n):
            address = heap.mallocgc(size)
            base = address & -8192
            if base not in bases:
                bases.append(base)
            found.append((bases.index(base), (address - base) // size))
        assert ch10.handed_out.spec(spans, n) == found, (spans, n)

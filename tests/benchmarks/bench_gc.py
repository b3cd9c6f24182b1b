"""Marking a graph of 100,000 objects, against a plain search of the same graph."""

import random

from timing import Row, best_seconds

from memkit import golang, record

OBJECTS = 100_000
SHAPES = [(16, 1), (32, 2), (48, 3), (96, 4), (64, 0)]  # bytes, pointers


def random_graph(unit, count=OBJECTS):
    """A Collector with a tree of `count` objects, and other pointers anywhere."""
    rng = random.Random(1)
    gc = golang.Collector(golang.GoHeap(), unit=unit, gogc="off")
    free, made = [], []  # nil slots
    for i in range(count):
        nbytes, pointers = SHAPES[i % len(SHAPES)]
        address = gc.new(nbytes, pointers)
        gc.pop()
        if made:
            at = rng.randrange(len(free))
            free[at], free[-1] = free[-1], free[at]
            parent, slot = free.pop()
            gc.graph[parent][slot] = address
        else:
            gc.globals["root"] = address
        made.append(address)
        free += [(address, slot) for slot in range(pointers)]
    for parent, slot in free:
        gc.graph[parent][slot] = rng.choice(made)
    return gc


def rows():
    per = {}
    for unit in ("object", "span"):
        gc = random_graph(unit)
        assert len(gc.reachable()) == OBJECTS

        def mark(gc=gc):
            gc.start()
            gc.finish()

        plain = OBJECTS / best_seconds(gc.reachable, repeats=3)
        per[unit] = OBJECTS / best_seconds(mark, repeats=3)
        what = f"mark {OBJECTS:,} objects, unit {unit}"
        yield Row(what, per[unit], "objects/s", "plain search of the graph", plain)
    small = random_graph("object", 150)

    def mark_recorded():
        with record(small):
            small.start()
            small.finish()

    told = 150 / best_seconds(mark_recorded, repeats=2)
    yield Row("mark 150 objects, recorded", told, "objects/s", "marked silently", per["object"])

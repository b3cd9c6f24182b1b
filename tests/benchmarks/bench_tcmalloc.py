"""TCMalloc on the long recorded patterns, against a loop that only keeps the sizes."""

from pathlib import Path

import numpy as np
from timing import Row, best_seconds

from memkit import record
from memkit.malloc.tcmalloc.tcmalloc import TCMalloc

PATTERNS = Path(__file__).parent.parent / "data" / "malloc" / "patterns_big_tcmalloc.npz"


def operations():
    """name -> list of (op, slot, size, thread); op is an ASCII code."""
    with np.load(PATTERNS) as arrays:
        for name in dict.fromkeys(key.partition("/")[0] for key in arrays.files):
            columns = [
                arrays[f"{name}/{column}"].tolist() for column in ("op", "slot", "size", "th")
            ]
            yield name, list(zip(*columns, strict=True))[1:]


def keep_sizes(ops):
    slots = {}
    for op, slot, size, _ in ops:
        if op == ord("f"):
            slots.pop(slot)
        else:
            slots[slot] = size


def run(heap, ops):
    slots = {}
    malloc, free, realloc = heap.malloc, heap.free, heap.realloc
    malloced, freed = ord("m"), ord("f")
    for op, slot, size, thread in ops:
        if op == malloced:
            slots[slot] = malloc(size, thread)
        elif op == freed:
            free(slots.pop(slot), thread)
        else:
            slots[slot] = realloc(slots[slot], size, thread)


def rows():
    for name, ops in operations():
        nthreads = max(thread for *_, thread in ops) + 1
        bare = len(ops) / best_seconds(lambda ops=ops: keep_sizes(ops))
        silent = best_seconds(lambda ops=ops, n=nthreads: run(TCMalloc(nthreads=n), ops))
        yield Row(f"TCMalloc, {name}", len(ops) / silent, "/s", "bare loop, sizes only", bare)

    def recorded():
        heap = TCMalloc(nthreads=nthreads)
        with record(heap):
            run(heap, ops[:300])

    told = 300 / best_seconds(recorded, repeats=2)
    yield Row(f"TCMalloc, {name}, recorded", told, "/s", "silent", len(ops) / silent)

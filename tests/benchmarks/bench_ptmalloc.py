"""PtMalloc on the long recorded patterns, against a loop that only keeps the sizes."""

from pathlib import Path

import numpy as np
from timing import Row, best_seconds

from memkit import record
from memkit.malloc import FreeList, PtMalloc

PATTERNS = Path(__file__).parent.parent / "data" / "malloc" / "glibc_patterns.npz"
LONG = 1000  # operations


def operations():
    """name -> list of (op, slot, size); op is an ASCII code."""
    with np.load(PATTERNS) as arrays:
        rows = list(zip(*(arrays[name].tolist() for name in ("op", "slot", "size")), strict=True))
        ends = arrays["start"].tolist()
        for name, start, end in zip(arrays["pattern"], ends, ends[1:], strict=False):
            if end - start >= LONG:
                yield name, rows[start:end]


def keep_sizes(ops):
    slots = {}
    for op, slot, size in ops:
        if op == ord("f"):
            slots.pop(slot)
        else:
            slots[slot] = size


def run(heap, ops):
    slots = {}
    malloc, free = heap.malloc, heap.free
    malloced, freed = ord("m"), ord("f")
    for op, slot, size in ops:
        if op == malloced:
            slots[slot] = malloc(size)
        elif op == freed:
            free(slots.pop(slot))
        else:
            slots[slot] = heap.realloc(slots[slot], size)


def rows():
    for name, ops in operations():
        bare = len(ops) / best_seconds(lambda ops=ops: keep_sizes(ops))
        silent = len(ops) / best_seconds(lambda ops=ops: run(PtMalloc(), ops))
        yield Row(f"PtMalloc, {name}", silent, "/s", "bare loop, sizes only", bare)
        plain = best_seconds(lambda ops=ops: run(PtMalloc(tcache=False, fastbins=False), ops))
        yield Row(f"bins only, {name}", len(ops) / plain, "/s", "with tcache, fastbins", silent)

    def recorded():
        heap = PtMalloc()
        with record(heap):
            run(heap, ops[:300])

    told = 300 / best_seconds(recorded, repeats=2)
    yield Row(f"PtMalloc, {name}, recorded", told, "/s", "silent", silent)
    for name, ops in operations():
        if name != "realloc_mix":  # a free list has none
            bare = len(ops) / best_seconds(lambda ops=ops: keep_sizes(ops))
            silent = best_seconds(lambda ops=ops: run(FreeList(1 << 30, header=8), ops))
            yield Row(f"FreeList, {name}", len(ops) / silent, "/s", "bare loop, sizes only", bare)

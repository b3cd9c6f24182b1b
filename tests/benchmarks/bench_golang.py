"""The Go allocator on a recorded program, against a loop that only keeps the sizes."""

from timing import Row, best_seconds

from memkit import data, golang, record

NAME = "trees"


def rows():
    trace = data.trace(NAME)
    allocated = trace["ev"] == 1
    sizes = trace["req"][allocated].tolist()
    noscan = (trace["spanclass"][allocated] % 2 == 1).tolist()
    n = len(sizes)

    def allocate(heap=None, count=n):
        mallocgc = (heap or golang.GoHeap()).mallocgc
        for size, flag in zip(sizes[:count], noscan[:count], strict=True):
            mallocgc(size, flag)

    def keep_sizes():
        kept = []
        for size, _ in zip(sizes, noscan, strict=True):
            kept.append(size)

    def allocate_recorded():
        heap = golang.GoHeap()
        with record(heap):
            allocate(heap, 2000)

    bare = n / best_seconds(keep_sizes)
    silent = n / best_seconds(allocate)
    yield Row(f"mallocgc, {NAME} trace, silent", silent, "/s", "bare loop, sizes only", bare)
    whole = n / best_seconds(lambda: golang.replay_trace(trace))
    yield Row(f"replay_trace, {NAME}, collections too", whole, "/s", "bare loop, sizes only", bare)
    told = 2000 / best_seconds(allocate_recorded, repeats=2)
    yield Row("mallocgc, recorded step by step", told, "/s", "mallocgc, silent", silent)

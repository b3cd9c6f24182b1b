"""A recorded Go program through the whole tower, and where its time goes.

The heap alone, its page faults, and the writes of the program that find their page there.
"""

import numpy as np
from timing import Row, best_seconds

from memkit import data, golang

TRACE = data.trace("json")
LIMIT = 3.0  # seconds


def through(nframes, swap_pages=0):
    tower = golang.Tower(nframes, swap_pages)
    golang.replay_trace(TRACE, tower)
    return tower


def rows():
    whole = best_seconds(lambda: through(1000), 3)
    yield Row("json through the tower", whole, "s", "the limit", LIMIT)

    heap = best_seconds(lambda: golang.replay_trace(TRACE), 3)
    yield Row(
        "  of it: the heap alone, with collections", heap, "s", "json through the tower", whole
    )

    stats = through(1000).process.stats
    faults = best_seconds(lambda: fresh(stats.minor_faults), 3)
    what = f"  of it: {stats.minor_faults} page faults"
    yield Row(what, faults, "s", "json through the tower", whole)

    space = golang.Tower(100).process
    at, n = space.mmap(64 * 4096), int(np.count_nonzero(TRACE["ev"] == 1))
    space.touch_range(at, 64 * 4096)
    writes = best_seconds(lambda: [space.touch_range(at + k % 64 * 4096, 8) for k in range(n)], 3)
    what = f"  of it: {n:,} writes to pages that are there"
    yield Row(what, writes, "s", "json through the tower", whole)

    swapping = best_seconds(lambda: through(100, 400), 1)
    yield Row("json with 100 frames, the rest in swap", swapping, "s", "the limit", LIMIT)


def fresh(pages):
    space = golang.Tower(pages + 10).process
    space.touch_range(space.mmap(pages * 4096), pages * 4096)

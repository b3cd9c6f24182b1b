"""What a benchmark says, and how it takes the time."""

import gc
import time
from typing import NamedTuple


class Row(NamedTuple):
    """One comparison: `what` was measured at `value`, `against` stands at `reference`.

    Both in `unit`; the ratio is value / reference.
    """

    what: str
    value: float
    unit: str
    against: str
    reference: float


def best_seconds(work, repeats=5):
    """The shortest of some runs of work(), in seconds: what disturbs a run only lengthens it."""
    times = []
    for _ in range(repeats):
        gc.collect()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)

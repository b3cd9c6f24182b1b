"""The pacer: how far the heap may grow, and where a collection must begin to end in time.

marked    heap bytes that the last collection found reachable
goal      the heap size at which the next collection should be over
trigger   the heap size at which it begins
runway    bytes that the program will allocate meanwhile, by the last cycle's measure
gogc      growth allowed, in percent of what a collection has to look at: heap, stacks, globals

Source: Go 1.27.3 runtime/mgcpacer.go (commit, heapGoalInternal, memoryLimitHeapGoal, trigger).
Unlike the real one: nothing; but the runway is given here, where Go estimates it from the rates
of allocation and marking.
"""

from memkit.checks import flag, shown, whole

DEFAULT_GOGC = 100
HEAP_MINIMUM = 4 << 20  # the least goal, at GOGC=100
SWEEP_DISTANCE = 1 << 20  # room to allocate, and so to sweep, before the next collection
NO_GOAL = (1 << 64) - 1  # GOGC=off: as far as 64 bits count
GOMEMLIMIT_HEADROOM = 1 << 20  # and at least 3 % of what the limit leaves


def checked_gogc(gogc):
    """GOGC as a percentage; None for "off" or, as debug.SetGCPercent has it, below 0."""
    if isinstance(gogc, str) and gogc == "off":
        return None
    try:
        percent = whole("gogc", gogc, -(1 << 31), (1 << 31) - 1)
    except ValueError:
        raise ValueError(
            f'gogc must be a percentage as a whole number, or "off", not {shown(gogc)}.'
        ) from None
    return None if percent < 0 else percent


def heap_goal(marked, stacks, globals_, gogc=DEFAULT_GOGC):
    """The heap size, in bytes, at which the next collection should be over.

    marked    bytes found reachable by the last collection
    stacks    bytes of goroutine stacks that it scanned
    globals_  bytes of global variables that may hold pointers
    gogc      percentage, or "off": then NO_GOAL

    Raises ValueError for a negative size or a gogc that is none.
    """
    marked = whole("marked", marked, 0, NO_GOAL)
    to_scan = marked + whole("stacks", stacks, 0, NO_GOAL) + whole("globals_", globals_, 0, NO_GOAL)
    percent = checked_gogc(gogc)
    if percent is None:
        return NO_GOAL
    grown = marked + to_scan * percent // 100
    return min(max(grown, HEAP_MINIMUM * percent // 100, marked + SWEEP_DISTANCE), NO_GOAL)


def memory_limit_goal(marked, limit, mapped, heap_free, heap_alloc):
    """The goal that GOMEMLIMIT sets; where it is below heap_goal, it holds instead.

    limit       GOMEMLIMIT, bytes
    mapped      all memory that the runtime has from the kernel and has not given back
    heap_free   of it, free pages of the heap; heap_alloc: bytes of objects in the heap

    What is neither counts as taken, and so does all memory above the limit; of the rest 3 %, at
    least 1 MiB, is kept clear. The goal is never below `marked`: the limit is a soft one.
    """
    marked, limit = whole("marked", marked, 0, NO_GOAL), whole("limit", limit, 0, NO_GOAL)
    mapped, heap_free = (
        whole("mapped", mapped, 0, NO_GOAL),
        whole("heap_free", heap_free, 0, NO_GOAL),
    )
    heap_alloc = whole("heap_alloc", heap_alloc, 0, NO_GOAL)
    if heap_free + heap_alloc > mapped:
        raise ValueError(f"mapped must hold the heap, {heap_free + heap_alloc} B, not {mapped} B.")
    taken = mapped - heap_free - heap_alloc + max(mapped - limit, 0)
    if taken >= limit:
        return marked
    goal = limit - taken
    headroom = max(goal // 100 * 3, GOMEMLIMIT_HEADROOM)
    return max(goal - headroom, headroom, marked)


def trigger(goal, marked, runway, limited=False):
    """The heap size, in bytes, at which the next collection begins.

    The goal less the runway, but not before 45/64 of the way from `marked` to the goal, and not
    after 61/64 of it (or 4 MiB before the goal, if that is later).

    limited   GOMEMLIMIT set the goal: then nothing is kept free for the sweep

    Raises ValueError for a negative size.
    """
    limited = flag("limited", limited)
    goal, marked = whole("goal", goal, 0, NO_GOAL), whole("marked", marked, 0, NO_GOAL)
    runway = whole("runway", runway, 0, NO_GOAL)
    if marked >= goal:
        return goal
    part = (goal - marked) // 64
    low = max(marked if limited else marked + SWEEP_DISTANCE, marked + part * 45)
    high = max(low, marked + part * 61, goal - HEAP_MINIMUM if goal > HEAP_MINIMUM else 0)
    # A rate measured wrong can make the runway longer than any heap.
    return min(max(goal - runway, low), high) if runway <= goal else low

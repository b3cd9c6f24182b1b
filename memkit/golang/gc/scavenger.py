"""The scavenger's goal: how much memory the heap keeps from the kernel while it runs.

retained   bytes of heap pages that have memory behind them, used or free
heap_inuse bytes of the spans in use, as the last collection left them
goal       heap goal of the cycle to come; last_goal: of the one before

In the background, with about 1 % of the CPU, free pages are given back (GoHeap.scavenge does all
of them at once, as debug.FreeOSMemory) until what is retained is down to retain_goal.

Source: Go 1.27.3 runtime/mgcscavenge.go (gcPaceScavenger, heapRetained).
Unlike the real one: no pace, no memory limit, and blocks of 4 MiB that are almost full are not
spared.
"""

from memkit.checks import whole

KERNEL_PAGE = 4096
RETAIN_EXTRA = 10  # percent
RETAIN_ALL = (1 << 64) - 1


def retain_goal(heap_inuse, goal, last_goal):
    """Bytes of heap memory to retain: 1.1 * (goal / last_goal) * heap_inuse, in whole pages.

    Before the first collection (`last_goal` 0) there is nothing to compare with: RETAIN_ALL.
    Raises ValueError for a negative size.
    """
    heap_inuse, goal = (
        whole("heap_inuse", heap_inuse, 0, RETAIN_ALL),
        whole("goal", goal, 0, RETAIN_ALL),
    )
    if not whole("last_goal", last_goal, 0, RETAIN_ALL):
        return RETAIN_ALL
    expected = int(heap_inuse * (goal / last_goal))
    expected += expected // (100 // RETAIN_EXTRA)
    return min(-(-expected // KERNEL_PAGE) * KERNEL_PAGE, RETAIN_ALL)

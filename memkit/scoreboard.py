"""The scoreboard: the same workload through any allocator, and what it cost.

workload   (block, bytes, thread) one after the other: that thread takes the block, or with 0 bytes
           lets it go; the program writes each block once, from its first byte to its last
lock       the free list: each call, one lock guards it. ptmalloc: the arena's. TCMalloc: those of
           the central lists and of the page heap. Go: that of the mheap, all others have none
fault      a page is touched for the first time, or again after the kernel had it back
memory     pages touched and not given back; at its highest it is the sum of
    asked      what the program asked for and has
    inside     what else the blocks take: headers and rounding
    outside    what no block takes: free or in a cache, or dead and not collected yet

A collected heap is told of nothing that the program lets go. It collects when the bytes of its
objects reach the goal; `gogc` is how much it may grow, in % of what lived at the last time.

Source: the allocators' own; the goal is the pacer's.
Unlike the real one: what allocators write themselves touches no page; a collection is done when
the goal is reached, not before, its own work is free, and stacks and globals do not count.
"""

import random
from typing import NamedTuple

from memkit.checks import PAGE, WORD_MASK, hex, instance, listed, one_of, shown, whole
from memkit.golang import GoHeap, heap_goal
from memkit.malloc import FreeList, PtMalloc, TCMalloc
from memkit.vm import AddressSpace

PATTERNS = {
    "steady": "blocks come and go at random; who takes one lets it go",
    "hand over": "the oldest block goes first; the next thread lets it go",
    "waves": "blocks of one size range come, all go, larger ones come, all go, and so on",
    "pins": "waves, but one block in 50 stays to the end",
}
THREADS = 16
LARGEST = 1 << 20  # bytes of a block
TOTAL = 24 << 20  # bytes that a workload asks for in all, if so many blocks are enough:
MOST_BLOCKS, FEWEST_BLOCKS = 20_000, 120
TURNS = 6  # so many times less is alive at once, in waves an eighth of the blocks
ROUNDS, WAVES = 2, 4
PIN = 50
REGION = 1 << 32  # of the free list: as much as it likes
MOST_GOGC = 10_000


# Workloads


def workload(pattern="steady", sizes=range(16, 4097), threads=1, seed=1):
    """A list of (block, bytes, thread); 0 bytes: the block goes. The same for the same arguments.

    pattern   one of PATTERNS
    sizes     what blocks may ask for, 1 B to 1 MiB; each is as likely as the others
    threads   1 to 16; each takes its turn by chance
    """
    one_of("pattern", pattern, PATTERNS)
    sizes = sorted(whole("sizes", n, 1, LARGEST) for n in listed("sizes", sizes, "a list of sizes"))
    if not sizes:
        raise ValueError("sizes must hold at least one size, and there is none.")
    threads = whole("threads", threads, 1, THREADS)
    draw = random.Random(whole("seed", seed, 0, WORD_MASK))
    mean = sum(sizes) / len(sizes)
    nblocks = min(MOST_BLOCKS, max(FEWEST_BLOCKS, round(TOTAL / mean)))
    if pattern in ("waves", "pins"):
        return list(_waves(draw, pattern, sizes, threads, nblocks))
    return list(_come_and_go(draw, pattern, sizes, threads, nblocks, nblocks * mean / TURNS))


def _come_and_go(draw, pattern, sizes, threads, nblocks, most):
    alive, nbytes = [], 0
    for block in range(nblocks):
        n, thread = draw.choice(sizes), draw.randrange(threads)
        while alive and nbytes + n > most:
            oldest = pattern == "hand over"
            gone, size, owner = alive.pop(0 if oldest else draw.randrange(len(alive)))
            nbytes -= size
            yield gone, 0, (owner + oldest) % threads
        alive.append((block, n, thread))
        nbytes += n
        yield block, n, thread


def _waves(draw, pattern, sizes, threads, nblocks):
    length = nblocks // (ROUNDS * WAVES)
    for wave in range(ROUNDS * WAVES):
        first, last = (len(sizes) * (wave % WAVES + n) // WAVES for n in (0, 1))
        part, alive = sizes[first:last] or sizes, []
        for block in range(wave * length, (wave + 1) * length):
            n, thread = draw.choice(part), draw.randrange(threads)
            alive.append((block, thread))
            yield block, n, thread
        draw.shuffle(alive)
        for block, owner in alive:
            if pattern == "waves" or block % PIN:
                yield block, 0, owner


# Memory


class Pages(AddressSpace):
    """An address space that knows which of its pages have memory: those touched since they came.

    faults   pages touched for the first time; resident: their numbers
    """

    def __init__(self):
        super().__init__()
        self.resident, self.faults = set(), 0

    def touch(self, address, n):
        """Write the `n` bytes at `address`."""
        address, n = whole("address", address, 0, WORD_MASK), whole("n", n, 1, REGION)
        for page in range(address // PAGE, (address + n - 1) // PAGE + 1):
            if page not in self.resident:
                self.resident.add(page)
                self.faults += 1

    def _memory_goes(self, start, end, tables=False):
        if end - start < PAGE * len(self.resident):
            self.resident.difference_update(range(start // PAGE, -(-end // PAGE)))
        else:
            self.resident = {page for page in self.resident if not start <= page * PAGE < end}


# The allocators


def free_list(space, nthreads):
    """The textbook's allocator: one list by address, first fit, a header of 16 bytes."""
    instance("space", space, AddressSpace)
    whole("nthreads", nthreads, 1, THREADS)
    base = space.mmap(REGION)
    return FreeList(REGION, base, header=16, align=16)


def ptmalloc(space, nthreads):
    whole("nthreads", nthreads, 1, THREADS)
    return PtMalloc(instance("space", space, AddressSpace))


ALLOCATORS = {
    "free list": free_list,
    "ptmalloc": ptmalloc,
    "TCMalloc": TCMalloc,
    "Go": GoHeap,
}


def locks_of(heap, calls):
    """How often a thread took a lock that others want too, in so many calls."""
    instance("heap", heap, FreeList, PtMalloc, TCMalloc, GoHeap)
    calls = whole("calls", calls)
    if isinstance(heap, FreeList):
        return calls
    if isinstance(heap, PtMalloc):
        return heap.arena.locks
    if isinstance(heap, TCMalloc):
        return heap.counts["central_locks"] + heap.counts["pageheap_locks"]
    counts = heap.snapshot().counts
    spans = counts["grows"] + counts["large"]
    past_the_cache = spans - counts["pcache_spans"]
    return past_the_cache + counts["pcache_fills"] + counts["spans_freed"]


def place_of(heap, address):
    """(start, bytes) of what the block at `address` takes, in so far as it is its own."""
    instance("heap", heap, FreeList, PtMalloc, TCMalloc, GoHeap)
    return _place(heap, whole("address", address, 1, WORD_MASK))


def _place(heap, address):
    if isinstance(heap, FreeList):
        if address - heap.header not in heap.live:
            raise ValueError(f"address must be of a live block; none begins at {hex(address)}.")
        return address, heap.live[address - heap.header][0]
    if isinstance(heap, PtMalloc):
        return address, heap.usable_size(address) + (16 if heap.flags(address) & 2 else 8)
    if isinstance(heap, TCMalloc):
        return address, heap.usable_size(address)
    span = heap.mheap.span_of(address)  # tiny objects share a slot
    if span is None:
        raise ValueError(f"address must be of an object; no span is at {hex(address)}.")
    return address - (address - span.base) % span.elemsize, span.elemsize


# The run


class Score(NamedTuple):
    """What a workload cost. peak = asked + inside + outside: bytes of memory when it was highest
    (the first time), by what it was used for."""

    calls: int
    locks: int
    peak: int
    asked: int
    inside: int
    outside: int
    faults: int
    collections: int


class _ByHand:
    """The program frees each block."""

    collections = 0

    def __init__(self, heap, gogc):
        self.heap = heap

    def take(self, n, thread, alive):
        if isinstance(self.heap, FreeList):  # it knows of no threads
            return self.heap.malloc(n)
        return self.heap.malloc(n, thread)

    def give(self, address, thread):
        if isinstance(self.heap, FreeList):
            self.heap.free(address)
        else:
            self.heap.free(address, thread)


class _Collected:
    """The program forgets its blocks, and a collection finds out what still lives."""

    def __init__(self, heap, gogc):
        self.heap, self.gogc = heap, gogc
        self.collections = self.allocated = 0
        self.goal = heap_goal(0, 0, 0, gogc)
        self.newest = None

    def take(self, n, thread, alive):
        if self.allocated >= self.goal:
            self.heap.gc(alive.values())
            self.collections += 1
            places = {_place(self.heap, address) for address in alive.values()}
            self.allocated = sum(nbytes for _, nbytes in places)
            self.goal = heap_goal(self.allocated, 0, 0, self.gogc)
        address = self.heap.mallocgc(n, p=thread)
        place = _place(self.heap, address)
        if place != self.newest:
            self.newest = place
            self.allocated += place[1]
        return address

    def give(self, address, thread):
        pass


def _checked_work(work):
    """A workload as a list; ValueError where a block comes twice or goes without having come."""
    work, alive = listed("work", work, "a list of (block, bytes, thread)"), set()
    if not work:
        raise ValueError("work must have at least one block, and there is none.")
    for row in work:
        if not isinstance(row, tuple) or len(row) != 3:
            raise ValueError(f"work must hold (block, bytes, thread), not {shown(row)}.")
        block, n, _ = [whole("a number in work", number) for number in row]
        whole("bytes in work", n, 0, LARGEST)
        whole("thread in work", row[2], 0, THREADS - 1)
        if (block in alive) == bool(n):
            what = "takes a block that lives" if n else "lets a block go that does not live"
            raise ValueError(f"work {what}: {shown(row)}.")
        alive ^= {block}
    return work


def score(make, work, gogc=100):
    """Run a workload through a new allocator -> Score.

    make   make(space, nthreads) -> allocator: one of ALLOCATORS
    """
    gogc = whole("gogc", gogc, 1, MOST_GOGC)
    if not callable(make):
        raise ValueError(f"make must be a function of space and nthreads, not {shown(make)}.")
    work = _checked_work(work)
    space = Pages()
    try:
        heap = make(space, 1 + max(thread for _, _, thread in work))
    except (TypeError, ValueError) as error:
        said = shown(str(error))
        raise ValueError(f"make must make an allocator of space and nthreads: {said}.") from error
    kinds = (FreeList, PtMalloc, TCMalloc, GoHeap)
    instance("what make makes", heap, *kinds)
    run = (_Collected if isinstance(heap, GoHeap) else _ByHand)(heap, gogc)
    alive, taking = {}, {}  # block -> its address; its bytes and the start of its place
    held = {}  # start of a place -> (bytes of it, live blocks in it)
    asked = taken = peak = 0
    at_peak = 0, 0
    for block, n, thread in work:
        if n:
            address = run.take(n, thread, alive)
            start, nbytes = _place(heap, address)
            others = held.get(start, (0, 0))[1]
            held[start] = nbytes, others + 1
            alive[block], taking[block] = address, (n, start)
            asked += n
            taken += 0 if others else nbytes
            space.touch(address, n)
            if len(space.resident) > peak:
                peak, at_peak = len(space.resident), (asked, taken)
        else:
            address = alive.pop(block)
            n, start = taking.pop(block)
            nbytes, blocks = held.pop(start)
            if blocks > 1:
                held[start] = nbytes, blocks - 1
            else:
                taken -= nbytes
            asked -= n
            run.give(address, thread)
    asked, taken = at_peak
    peak *= PAGE
    taken = min(taken, peak)  # of a place only what was touched is memory
    locks = locks_of(heap, len(work))
    return Score(
        len(work), locks, peak, asked, taken - asked, peak - taken, space.faults, run.collections
    )

"""TCMalloc's front end: a cache for each thread, a free list for each class. No lock.

max_length  how long a list may get. Slow start: 1 at first, 1 more at each miss until it reaches
            the batch, from then on a whole batch more
low         low-water mark: the shortest the list has been since the last scavenge; what lies
            below it was not needed
overages    times the list got too long; the fourth shortens max_length by a batch
max_size    bytes this cache may hold: 64 KiB to begin with
scavenge    give back half of each low-water mark, then ask for 64 KiB more: from the unclaimed
            rest of the total, or stolen from another thread that has more than 512 KiB

Source: gperftools 2.10 src/thread_cache.cc, src/thread_cache.h.
Unlike the real one: no sampling, and no thread ends.
"""

from typing import NamedTuple

from memkit.checks import plural, size
from memkit.malloc.tcmalloc.sizes import BATCH, NUM_CLASSES, SIZES
from memkit.malloc.tcmalloc.spans import chain

STEAL = 64 << 10  # bytes a limit grows by
MIN_CACHE = 512 << 10  # a cache with no more is not stolen from
MAX_LENGTH = 8192
MAX_OVERAGES = 3
WRAP = 0xFFFFFFFF  # a length is an unsigned number of 32 bits
VICTIMS = 10  # caches looked at before stealing fails


class ListState(NamedTuple):
    """One free list at one moment; `objects` are addresses, head first."""

    objects: tuple
    length: int
    max_length: int
    low: int
    overages: int


class ThreadState(NamedTuple):
    """One thread's cache at one moment. Bytes; `lists` has the classes it has used."""

    thread: int  # -1: the cache made before threads were set up
    size: int
    max_size: int
    lists: dict


class FreeList:
    """One class in one thread: a stack; `head` is the address of its top, 0 for none."""

    __slots__ = ("cl", "head", "length", "max_length", "low", "overages")

    def __init__(self, cl):
        self.cl = cl
        self.head = 0
        self.length = 0
        self.max_length = 1
        self.low = 0
        self.overages = 0


class ThreadCache:
    """One thread's objects. Its `lists` are indexed by class."""

    __slots__ = ("thread", "budget", "central", "trace", "size", "max_size", "lists", "next")

    def __init__(self, thread, budget, central):
        self.thread = thread
        self.budget = budget
        self.central = central
        self.trace = central.trace
        self.size = 0
        self.max_size = 0
        self.lists = [FreeList(cl) for cl in range(NUM_CLASSES)]
        self.next = None

    def fetch(self, cl):
        """The list of `cl` is empty: get some from the central list. Returns one; None for none."""
        free, batch = self.lists[cl], BATCH[cl]
        want = min(free.max_length, batch)
        trace = self.trace
        if trace.on:
            text = "{who} has no {what}: it asks the central list for {objects}"
            self._tell("miss", text, cl, objects=plural(want, "object"), want=want)
        address, _, got = self.central.lists[cl].remove_range(want)
        if not got:
            return None
        self.central.counts["fetches"] += 1
        self.size += (got - 1) * SIZES[cl]
        free.head = self.central.words[address]
        free.length = (free.length + got - 1) & WRAP
        if free.max_length < batch:
            free.max_length += 1
        else:
            longer = min(free.max_length + batch, MAX_LENGTH)
            free.max_length = longer - longer % batch
        if trace.on:
            text = (
                "{who} gets {objects} of {what}, uses one and keeps {kept}; "
                "slow start: its list may now have {max_length:,}"
            )
            objects, kept = plural(got, "object"), got - 1
            self._tell("fetch", text, cl, objects=objects, kept=kept, max_length=free.max_length)
        return address

    def list_too_long(self, cl):
        """A free made the list of `cl` longer than it may be: give back a batch."""
        free, batch = self.lists[cl], BATCH[cl]
        if free.length > WRAP:
            free.length = 0
            return
        if self.trace.on:
            text = "{who} has {length:,} of {what}, {max_length:,} allowed: it gives back {back}"
            length = free.length
            back = min(batch, length)
            self._tell("too long", text, cl, length=length, max_length=free.max_length, back=back)
        self.central.counts["releases"] += 1
        self.release(cl, batch)
        if free.max_length < batch:
            free.max_length += 1
        elif free.max_length > batch:
            free.overages += 1
            if free.overages > MAX_OVERAGES:
                free.max_length -= batch
                free.overages = 0

    def release(self, cl, n):
        """Give n objects from the head of the list of `cl` back, in batches."""
        free, batch, central = self.lists[cl], BATCH[cl], self.central.lists[cl]
        n = min(n, free.length)
        self.size -= n * SIZES[cl]
        while n:
            some = min(n, batch)
            central.insert_range(*self._pop_range(free, some), some)
            n -= some

    def _pop_range(self, free, n):
        """Cut the first n objects off a list; returns the first and the last."""
        links = self.central.words
        head = tail = free.head
        for _ in range(n - 1):
            tail = links[tail]
        free.head = links[tail]
        links[tail] = 0
        free.length = (free.length - n) & WRAP
        free.low = min(free.low, free.length)
        return head, tail

    def scavenge(self):
        """The cache is over its limit: give back what was not needed, then raise the limit."""
        self.central.counts["scavenges"] += 1
        before = self.size
        if self.trace.on:
            text = "{who} holds {held}, {limit} allowed: scavenge"
            self._tell("scavenge", text, 0, held=size(before), limit=size(self.max_size))
        for free in self.lists:
            if free.low and free.low <= WRAP >> 1:  # a signed number here
                cl = free.cl
                self.release(cl, max(free.low // 2, 1))
                if free.max_length > BATCH[cl]:
                    free.max_length = max(free.max_length - BATCH[cl], BATCH[cl])
            free.low = free.length
        self.central.counts["pageheap_locks"] += 1
        self.budget.raise_limit(self)
        if self.trace.on:
            text = "{who} gave {given} of unused objects back; it may now hold {limit}"
            given = size(before - self.size)
            self._tell("scavenged", text, 0, given=given, limit=size(self.max_size))

    def state(self):
        links = self.central.words
        lists = {
            cl: ListState(chain(f.head, links), f.length, f.max_length, f.low, f.overages)
            for cl, f in enumerate(self.lists)
            if f.length or f.max_length > 1
        }
        return ThreadState(self.thread, self.size, self.max_size, lists)

    def _tell(self, event, text, cl, **detail):
        what = f"class {cl} ({size(SIZES[cl])})"
        who = f"thread {self.thread}" if self.thread >= 0 else "the early cache"
        self.trace.emit(event, text, thread=self.thread, cl=cl, who=who, what=what, **detail)


class CacheBudget:
    """Which caches there are, newest first, and how many bytes none of them has claimed."""

    def __init__(self, total, central):
        self.central = central
        self.unclaimed = total
        self.first = None
        self.next_victim = None

    def new_cache(self, thread):
        """A cache for a thread that allocates for the first time."""
        cache = ThreadCache(thread, self, self.central)
        self.central.counts["pageheap_locks"] += 1
        self.raise_limit(cache)
        if not cache.max_size:
            cache.max_size = MIN_CACHE
            self.unclaimed -= MIN_CACHE
        cache.next = self.first
        if self.first is None:
            self.next_victim = cache
        self.first = cache
        return cache

    def caches(self):
        """All caches, newest first."""
        cache = self.first
        while cache is not None:
            yield cache
            cache = cache.next

    def raise_limit(self, cache):
        """64 KiB more for `cache`, if they can be found."""
        if self.unclaimed > 0:
            self.unclaimed -= STEAL
            cache.max_size += STEAL
            return
        for _ in range(VICTIMS):
            victim = self.next_victim or self.first
            self.next_victim = victim.next
            if victim is not cache and victim.max_size > MIN_CACHE:
                victim.max_size -= STEAL
                cache.max_size += STEAL
                self.central.counts["steals"] += 1
                if cache.trace.on:
                    text = "{who} steals 64 KiB of its limit from thread {victim}"
                    cache._tell("steal", text, 0, victim=victim.thread)
                return

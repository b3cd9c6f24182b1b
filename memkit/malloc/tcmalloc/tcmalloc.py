"""TCMalloc, the classic design of gperftools: malloc for many threads, in three tiers.

A request takes the first of these ways that is open; only the first one needs no lock:
    front    the thread's own cache has an object of the class: take it
    middle   the class's central free list gives some, in a batch from a transfer slot or from spans
    back     the page heap gives a run of pages, from its lists or from the kernel (1 MiB or more)
Above 256 KiB a request goes to the page heap at once. A free takes the same way back.

thread   number of the calling thread, 0 (main) .. nthreads - 1; its cache is made by its first
         malloc, and until then its frees go to the central lists
words    what the memory holds: words.read(a, n), words.write(a, data), as a program does
stats    bytes: heap = alloc + thread + central + transfer + free + unmapped
counts   locks taken (of central lists, of the page heap), and what each tier did

Source: gperftools 2.10 src/tcmalloc.cc; tc_sizes, tc_thread, tc_central, tc_pageheap: its tiers.
Unlike the real one: no sampling and no hooks, threads run one after the other, so no lock is ever
waited for.
"""

from typing import NamedTuple

from memkit.checks import WORD_MASK, hex, instance, plural, shown, size, whole
from memkit.malloc.errors import InvalidPointer
from memkit.malloc.tcmalloc.central import CentralTier
from memkit.malloc.tcmalloc.pageheap import COUNTS, PageHeap
from memkit.malloc.tcmalloc.sizes import (
    CLASS_OF,
    MAX_SIZE,
    PAGE_SHIFT,
    PAGE_SIZE,
    SIZES,
    alignment_for,
    pages_for,
)
from memkit.malloc.tcmalloc.thread import MIN_CACHE, WRAP, CacheBudget
from memkit.trace import Trace
from memkit.vm import AddressSpace

TOTAL_CACHE = 32 << 20  # bytes all thread caches may hold together
MAX_TOTAL_CACHE = 1 << 30
# What a C program's process has allocated before main: by the C++ runtime, by the loader, and by
# the thread library for each further thread.
RUNTIME_BLOCK, LOADER_BLOCKS, THREAD_BLOCK = 72704, (8, 16), 304


class TCState(NamedTuple):
    """The allocator at one moment; equal heaps have equal states."""

    threads: tuple  # ThreadState of each cache, in order of their making
    central: dict  # class -> CentralState, where there is anything
    spans: tuple  # SpanState, by ascending address
    stats: dict
    counts: dict
    vmas: tuple  # the address space


class TCMalloc:
    """The allocator of a process that has just reached main, over an address space.

    space     an AddressSpace; None: a fresh one
    nthreads  threads that may call
    max_total_thread_cache_bytes  what all thread caches share, 512 KiB to 1 GiB
    All verbs raise ValueError for bad arguments, and nothing has happened then.
    """

    def __init__(self, space=None, nthreads=1, max_total_thread_cache_bytes=TOTAL_CACHE):
        nthreads = whole("nthreads", nthreads, 1, 1024)
        total = whole("max_total_thread_cache_bytes", max_total_thread_cache_bytes)
        self.space = instance("space", AddressSpace() if space is None else space, AddressSpace)
        self.trace = Trace(self)
        self.nthreads = nthreads
        self.counts = dict.fromkeys(COUNTS, 0)
        self.pageheap = PageHeap(self.space, self.trace, self.counts)
        self.central = CentralTier(self.pageheap)
        self.words = self.central.words
        self._class_of = self.pageheap.class_cache
        self.budget = CacheBudget(min(max(total, MIN_CACHE), MAX_TOTAL_CACHE), self.central)
        self.caches = [None] * nthreads
        self.space.trace = self.trace  # the kernel's steps belong to the allocator's story
        # What has happened before main. The very first cache is never used again.
        self.budget.new_cache(-1).fetch(CLASS_OF[RUNTIME_BLOCK + 7 >> 3])
        for nbytes in LOADER_BLOCKS + (THREAD_BLOCK,) * (self.nthreads - 1):
            self.malloc(nbytes)
        self.counts.update(dict.fromkeys(COUNTS, 0))

    # -- the verbs

    def malloc(self, n, thread=0):
        """Allocate `n` bytes for `thread`; returns the address, None where memory has run out."""
        # Small first: a comparison with a large number takes longer, and few are asked for.
        if type(n) is not int or n < 0 or n > MAX_SIZE and n > WORD_MASK:
            n = whole("n", n, 0, WORD_MASK)
        if type(thread) is not int or not 0 <= thread < self.nthreads:
            thread = self._checked_thread(thread)
        cache = self.caches[thread] or self._new_cache(thread)
        if n > MAX_SIZE:
            return self._new_pages(pages_for(n), thread)
        cl = CLASS_OF[n + 7 >> 3]
        free = cache.lists[cl]
        address = free.head
        if not address:
            return cache.fetch(cl)
        free.head = self.words[address]
        left = free.length - 1
        if left < free.low:
            if left < 0:
                left = WRAP  # the list is a ring: an object was freed twice
            else:
                free.low = left
        free.length = left
        cache.size -= SIZES[cl]
        if self.trace.on:
            text = (
                "{who} takes an object of {what} from its own list at {at}: no lock, {left:,} left"
            )
            cache._tell("hit", text, cl, address=address, at=hex(address), left=left)
        return address

    def free(self, a, thread=0):
        """Free the object at `a`, as `thread`; None and 0 are no objects: nothing happens.

        Nothing notices what is freed twice or from its middle: InvalidPointer only for no object.
        Then its list has it twice, and sooner or later something breaks: SegmentationFault.
        """
        if type(thread) is not int or not 0 <= thread < self.nthreads:
            thread = self._checked_thread(thread)
        if type(a) is not int:
            a = self._address(a, "free")
        if not a:
            return
        cl = self._class_of.get(a >> PAGE_SHIFT)
        if cl is None:
            span = self._span_of(a, "free")
            if not span.sizeclass:
                self._free_pages(span, thread)
                return
            cl = self._class_of[a >> PAGE_SHIFT] = span.sizeclass
        cache = self.caches[thread]
        if cache is None:
            if self.trace.on:
                text = "thread {thread} has no cache: {at} goes straight to the central list"
                self.trace.emit("no cache", text, thread=thread, cl=cl, address=a, at=hex(a))
            self.words[a] = 0
            self.central.lists[cl].insert_range(a, a, 1)
            return
        free = cache.lists[cl]
        self.words[a] = free.head
        free.head = a
        free.length += 1
        cache.size += SIZES[cl]
        if self.trace.on:
            text = (
                "{who} puts the object at {at} on its own list of {what}: no lock, {length:,} now"
            )
            cache._tell("free", text, cl, address=a, at=hex(a), length=free.length)
        if free.length > free.max_length:
            cache.list_too_long(cl)
        if cache.size > cache.max_size:
            cache.scavenge()

    def calloc(self, count, size=1, thread=0):
        """Allocate `count` objects of `size` bytes, all zero; the address, or None.

        What the size class has more than was asked for is cleared, too.
        """
        count, nbytes = whole("count", count, 0, WORD_MASK), whole("size", size, 0, WORD_MASK)
        thread = self._checked_thread(thread)
        if count * nbytes > WORD_MASK:
            return None
        address = self.malloc(count * nbytes, thread)
        if address is not None:
            self.words.clear(address, self._size_for(count * nbytes))
        return address

    def realloc(self, a, n, thread=0):
        """Let the object at `a` have `n` bytes; returns where it is now, None where nothing is.

        It stays where the new size is between half of the old and the old; when it moves to grow,
        it grows by a quarter at least. realloc(None, n) is malloc, realloc(a, 0) is free.
        """
        n = whole("n", n, 0, WORD_MASK)
        thread = self._checked_thread(thread)
        a = self._address(a, "realloc")
        if not a:
            return self.malloc(n, thread)
        old = self._bytes_of(a, "realloc")
        if n == 0:
            self.free(a, thread)
            return None
        if old // 2 <= n <= old:
            return a
        grown = old + old // 4
        moved = (old < n < grown and self.malloc(grown, thread)) or self.malloc(n, thread)
        if moved is not None:
            self.words.move(moved, a, min(n, old))
            self.free(a, thread)
        return moved

    def memalign(self, align, n, thread=0):
        """Allocate `n` bytes at a multiple of `align`, a power of two; the address, or None."""
        n, align = whole("n", n, 0, WORD_MASK), whole("align", align, 0, WORD_MASK)
        if align.bit_count() != 1:
            raise ValueError(f"align must be a power of two, not {align}.")
        thread = self._checked_thread(thread)
        if n + align > WORD_MASK:
            return None
        if align <= alignment_for(n):
            return self.malloc(n, thread)
        if n <= MAX_SIZE and align <= PAGE_SIZE:
            larger = SIZES[CLASS_OF[n + 7 >> 3] :]
            return self.malloc(next(fit for fit in larger if fit % align == 0), thread)
        return self._new_pages(pages_for(max(n, 1)), thread, max(align, PAGE_SIZE))

    def usable_size(self, a):
        """Bytes of the object at `a` that its owner may use; 0 for None."""
        a = self._address(a, "usable_size")
        return self._bytes_of(a, "usable_size") if a else 0

    # -- whole pages

    def _new_pages(self, npages, thread, align=PAGE_SIZE):
        if align > PAGE_SIZE:
            span = self._aligned_span(npages, pages_for(align))
        else:
            span = self.pageheap.new(npages)
        if span is None:
            return None
        self._class_of.pop(span.start, None)
        address = span.start << PAGE_SHIFT
        if self.trace.on:
            text = "thread {thread} gets {pages} for itself at {at}, from the page heap"
            detail = dict(npages=npages, pages=plural(npages, "page"), at=hex(address))
            self.trace.emit("large", text, thread=thread, address=address, **detail)
        return address

    def _aligned_span(self, npages, align):
        """A span that begins at a multiple of `align` pages: what lies around it goes back."""
        heap = self.pageheap
        span = heap.new(npages + align)
        if span is not None:
            skip = -span.start % align
            if skip:
                front, span = span, heap.split(span, skip)
                heap.delete(front)
            if span.npages > npages:
                heap.delete(heap.split(span, npages))
        return span

    def _free_pages(self, span, thread):
        if self.trace.on:
            text = "thread {thread} frees a large block of {pages}"
            self.trace.emit("free large", text, thread=thread, pages=plural(span.npages, "page"))
        self.counts["pageheap_locks"] += 1
        self.pageheap.delete(span)

    # -- looking at it

    def stats(self):
        """Bytes by where they are, as in the module's legend."""
        stats = {
            "heap": self.pageheap.system_bytes,
            "thread": sum(cache.size for cache in self.budget.caches()),
            "central": self.central.central_bytes(),
            "transfer": self.central.transfer_bytes(),
            "free": self.pageheap.free.npages << PAGE_SHIFT,
            "unmapped": self.pageheap.returned.npages << PAGE_SHIFT,
        }
        stats["alloc"] = 2 * stats["heap"] - sum(stats.values())
        return stats

    def release_memory(self):
        """Give the memory of all free pages back to the kernel; returns the number of pages."""
        self.counts["pageheap_locks"] += 1
        return self.pageheap.release_at_least(1 << 62)

    def snapshot(self):
        """The frozen TCState of this moment."""
        return TCState(
            tuple(cache.state() for cache in self.budget.caches())[::-1],
            self.central.states(),
            tuple(span.state(self.words) for span in self.pageheap.spans()),
            self.stats(),
            dict(self.counts),
            self.space.vmas,
        )

    # -- how it is done

    def _new_cache(self, thread):
        cache = self.caches[thread] = self.budget.new_cache(thread)
        if self.trace.on:
            text = "{who} allocates for the first time: it gets a cache of {limit}"
            cache._tell("new cache", text, 0, limit=size(cache.max_size))
        return cache

    def _checked_thread(self, thread):
        return whole("thread", thread, 0, self.nthreads - 1)

    def _address(self, a, verb):
        """`a` as an int, 0 for None."""
        if a is None:
            return 0
        try:
            return whole("a", a, -WORD_MASK)
        except ValueError:
            raise InvalidPointer(f"{verb}: a must be an address or None, not {shown(a)}.") from None

    def _span_of(self, a, verb):
        """The span to which the page of `a` points; InvalidPointer where it points to none."""
        span = self.pageheap.pagemap.get(a >> PAGE_SHIFT)
        if span is None:
            raise InvalidPointer(f"Attempt to {verb} invalid pointer {_at(a)}.")
        return span

    def _size_for(self, n):
        """The bytes that a request for n gets."""
        return SIZES[CLASS_OF[n + 7 >> 3]] if n <= MAX_SIZE else pages_for(n) << PAGE_SHIFT

    def _bytes_of(self, a, verb):
        cl = self._class_of.get(a >> PAGE_SHIFT)
        span = None if cl else self._span_of(a, verb)
        return SIZES[cl or span.sizeclass] or span.npages << PAGE_SHIFT


def _at(a):
    return hex(a) if abs(a) <= WORD_MASK else shown(a)

"""mallocgc: how one request finds its memory. The door to the Go allocator.

A request takes the first of these ways that is open; each asks the next tier only when it must:
    0 bytes              one address for all, no memory
    tiny, no pointers    a 16-byte block shared with others
    up to 32760 bytes    a slot of the mcache's span; if that is full, refill from the mcentral,
                         which makes a new span from pages of the mheap, which asks the kernel
    larger               a span of its own

p        number of the P (processor slot) that allocates, 0 .. nprocs - 1
noscan   the object holds no pointers

Source: Go 1.27.3 runtime/malloc.go, runtime/mcache.go (refill, allocLarge), runtime/mstats.go.
Unlike the real one: no goroutine stacks, no finalizers, nobody starts a collection but the caller.
"""

from operator import index as as_index
from typing import NamedTuple

from memkit.golang import behind, gc, mstats, snapshots, story
from memkit.golang.mcache import EMPTY_SPAN, P
from memkit.golang.mheap import MHeap
from memkit.golang.sizeclass import (
    MAX_SMALL_REQUEST,
    PAGE_SIZE,
    SPAN_CLASS_OF,
    SPAN_CLASSES,
    TINY_SIZE,
    TINY_SPAN_CLASS,
    checked_size,
)
from memkit.trace import Trace, plural, size
from memkit.vm import AddressSpace, OutOfMemory

ZERO_BASE = 0x59E2A0  # an address in the program's data: where every object of 0 bytes lies


class HeapState(NamedTuple):
    """The allocator at one moment; equal heaps have equal states."""

    procs: tuple  # ProcState of each P
    central: dict  # spanclass -> CentralState, where there are spans
    pages: object  # PagesState
    vmas: tuple  # the address space
    sweepgen: int
    counts: dict  # what each tier did so far


class GoHeap:
    """The Go allocator over an address space.

    space     an AddressSpace; None: a fresh one
    nprocs    number of Ps, each with an mcache and a page cache of its own
    snapshot  a recorded page heap to start from: a dict with `chunks`, `pcache`, `curArena_page`,
              `curArena_end_page`, `heap_pages_end`, `searchAddr_page`, `pagesInUse`
    """

    def __init__(self, space=None, nprocs=1, snapshot=None):
        if isinstance(nprocs, bool) or not isinstance(nprocs, int) or not 1 <= nprocs <= 1024:
            raise ValueError(f"nprocs must be 1 to 1024 processors, not {nprocs!r}.")
        self.space = AddressSpace() if space is None else space
        self.trace = Trace(self)
        self.nprocs = nprocs
        self.procs = [P(i) for i in range(nprocs)]
        self.mheap = MHeap(self.space, self.trace)
        self.space.trace = self.trace  # the kernel's steps belong to the heap's story
        self._memory = self.space if self.space.has_memory else None  # else there are addresses
        if snapshot is not None:
            self.adopt_pages(snapshot)

    def mallocgc(self, size, noscan=True, p=0):
        """Allocate `size` bytes on P `p`; returns the address.

        Raises ValueError for a bad size or P, OutOfMemory where the kernel has no more; the heap
        is then as it was.
        """
        if type(size) is not int or size < 0:
            size = checked_size(size)
        if type(p) is not int or not 0 <= p < self.nprocs:
            p = self._checked_p(p)
        if self.trace.on and size:
            story.tell_request(self.trace, size, noscan, p)
        if size > MAX_SMALL_REQUEST:
            return self._large(size, noscan, p)
        mcache = self.procs[p].mcache
        if noscan:
            if size < TINY_SIZE:
                return self._tiny(size, p) if size else self._zero()
            spanclass = SPAN_CLASS_OF[(size + 7 >> 3 << 1) + 1]
        elif size:
            spanclass = SPAN_CLASS_OF[size + 7 >> 3 << 1]
        else:
            return self._zero()
        span = mcache.alloc[spanclass]
        if not span.alloc_cache and not span.find_free():
            span = self.refill(spanclass, p)
        # MSpan.take, written out: this is the path of nearly every allocation.
        cache = span.alloc_cache
        nth = (cache & -cache).bit_length()
        span.alloc_cache = cache >> nth
        span.freeindex += nth
        span.alloc_count += 1
        address = span.base + (span.freeindex - 1) * span.elemsize + span.header
        if self.trace.on:
            story.tell_slot(self.trace, span, address, size, p)
        if self._memory is not None:
            behind.taken(self._memory, span, address, size)
        return address

    def _zero(self):
        self.mheap.counts["zero"] += 1
        if self.trace.on:
            story.tell_zero(self.trace, ZERO_BASE)
        return ZERO_BASE

    def _tiny(self, nbytes, p):
        mcache = self.procs[p].mcache
        address = mcache.tiny_fit(nbytes)
        if address:
            if self.trace.on:
                story.tell_tiny(self.trace, address, nbytes, p)
            return address
        span = mcache.alloc[TINY_SPAN_CLASS]
        if not span.alloc_cache and not span.find_free():
            span = self.refill(TINY_SPAN_CLASS, p)
        address = span.base + span.take() * TINY_SIZE
        mcache.tiny_block(address, nbytes)
        if self.trace.on:
            story.tell_slot(self.trace, span, address, nbytes, p)
        if self._memory is not None:
            behind.taken(self._memory, span, address, nbytes)
        return address

    def _large(self, nbytes, noscan, p):
        """A span of its own: no mcache, and the mcentral only keeps it on its list."""
        mheap = self.mheap
        npages = -(-nbytes // PAGE_SIZE)
        try:
            span = mheap.alloc(npages, int(bool(noscan)), self.procs[p], large_size=nbytes)
        except OutOfMemory as error:
            raise self._out_of_memory(nbytes, error) from None
        span.freeindex = span.alloc_count = 1
        span.alloc_cache = 0
        mheap.central[span.spanclass].push_swept(span)
        mheap.large_alloc[0] += 1
        mheap.large_alloc[1] += span.elemsize
        mheap.heap_live += span.elemsize
        mheap.counts["large"] += 1
        if self.trace.on:
            story.tell_large(self.trace, span, p)
        if self._memory is not None:
            behind.taken(self._memory, span, span.base, nbytes)
        return span.base

    def refill(self, spanclass, p):
        """Put a span with a free slot into P `p`'s mcache; the full one goes to the mcentral."""
        mheap, proc = self.mheap, self.procs[p]
        central, old = mheap.central[spanclass], proc.mcache.alloc[spanclass]
        if self.trace.on:
            text = "P{p}'s mcache has no {what} in span class {spanclass}"
            what = "span yet" if old is EMPTY_SPAN else "free slot left"
            self.trace.emit("span full", text, p=p, spanclass=spanclass, what=what)
        if old is not EMPTY_SPAN:
            old_sweepgen, old.sweepgen = old.sweepgen, mheap.sweepgen
            central.push_swept(old)
        mheap.counts["refills"] += 1
        if self.trace.on:
            text = "refill: ask mcentral {spanclass} for a whole span"
            self.trace.emit("refill", text, p=p, spanclass=spanclass)
        span = central.cache_span(p)
        if span is None:
            try:
                span = self._grow(spanclass, proc)
            except OutOfMemory as error:
                mheap.counts["refills"] -= 1
                if old is not EMPTY_SPAN:
                    central.sets()[1].pop()  # the full span that was pushed above
                    old.sweepgen = old_sweepgen
                raise self._out_of_memory(SPAN_CLASSES[spanclass].elemsize, error) from None
        if old is not EMPTY_SPAN:
            gc.count_allocated(mheap, old)
        span.sweepgen = mheap.sweepgen + 3  # swept and cached
        span.alloc_count_before_cache = span.alloc_count
        # All of it counts as used from now on: the trigger is tested here, not at each slot.
        mheap.heap_live += span.npages * PAGE_SIZE - span.alloc_count * span.elemsize
        span.find_free()
        proc.mcache.alloc[spanclass] = span
        return span

    def _grow(self, spanclass, proc):
        """A new span for the mcentral, from pages of the mheap."""
        npages = SPAN_CLASSES[spanclass].npages
        if self.trace.on:
            text = "grow: ask the mheap for {pages} to make a new span"
            pages = plural(npages, "page")
            self.trace.emit("grow", text, spanclass=spanclass, npages=npages, pages=pages)
        span = self.mheap.alloc(npages, spanclass, proc)
        self.mheap.counts["grows"] += 1
        return span

    def _out_of_memory(self, nbytes, error):
        text = f"cannot allocate {size(nbytes)}: {error}"
        if self.trace.on:
            self.trace.emit("out of memory", "{text}", size=nbytes, text=text)
        return OutOfMemory(text)

    def _checked_p(self, p):
        try:
            number = as_index(p)
        except TypeError:
            number = -1
        if isinstance(p, bool) or not 0 <= number < self.nprocs:
            raise ValueError(f"p must be the number of a P, 0 to {self.nprocs - 1}, not {p!r}.")
        return number

    # -- collecting and giving back

    def mark(self, live):
        """Begin a collection: `live` holds the addresses of the objects still in reach.

        Spans are swept later: by `sweep`, or one by one when an allocation needs them.
        Raises ValueError for an address where no object lies; nothing has changed then.
        """
        self.mark_slots(gc.find_marks(self.mheap, self._solid(live)))

    def mark_slots(self, marks):
        """`mark` for one who knows the slots: {MSpan: mask of live slots}."""
        if self._memory is not None:
            behind.marked(self._memory, marks)
        gc.mark(self.mheap, self.procs, marks)

    def sweep(self):
        """Sweep every span that the last collection left unswept."""
        gc.sweep(self.mheap)

    def gc(self, live):
        """A whole collection, as runtime.GC() does it: mark, then sweep everything."""
        self.mark(live)
        self.sweep()

    def _solid(self, live):
        return (address for address in live if address != ZERO_BASE)

    def flush(self):
        """Empty every mcache into the mcentrals, as runtime.ReadMemStats does."""
        for proc in self.procs:
            gc.flush(self.mheap, proc)

    def scavenge(self):
        """Give the memory of all free pages back to the kernel; returns the number of pages."""
        return self.mheap.scavenge()

    def adopt_pages(self, snapshot):
        """Take over from a recorded page heap which pages are free; spans must lie on used ones."""
        snapshots.adopt(self.mheap, self.procs[0], snapshot)

    # -- looking at it

    def memstats(self):
        """The counters of runtime.MemStats, bytes and objects. Flushes the mcaches, as Go does."""
        self.flush()
        return mstats.memstats(self.mheap, self.procs)

    def spans(self):
        """The spans in use as SpanState, by ascending address."""
        return tuple(span.state() for span in self.mheap.spans())

    def snapshot(self):
        """The frozen HeapState of this moment; changes nothing."""
        mheap = self.mheap
        base = mheap.pages.base
        return HeapState(
            tuple(proc.state(base) for proc in self.procs),
            {c.spanclass: c.state() for c in mheap.central if any(c.sets())},
            mheap.pages.state(),
            self.space.vmas,
            mheap.sweepgen,
            mstats.counts(self.mheap, self.procs),
        )

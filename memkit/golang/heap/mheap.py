"""The mheap: all pages of the heap, the spans in use, and the way to the operating system.

arena        64 MiB of reserved addresses
cur_arena    (address, end): what is reserved and not yet mapped
page_span    page -> the span that lies there; how an address finds its object
sweepgen     grows by 2 with each collection; a span with sweepgen 2 less is not swept yet

Source: Go 1.27.3 runtime/mheap.go (allocSpan, grow, reclaim, freeSpan), runtime/malloc.go
(sysAlloc, arena hints), runtime/mgcsweep.go (sweep).
Unlike the real one: all arenas lie side by side, spans of stacks and work buffers only exist as
pages that are taken, and memory limits of the runtime (GOMEMLIMIT) are not modelled.
"""

from memkit.checks import hex, plural, size
from memkit.golang.heap import behind
from memkit.golang.heap.mcentral import MCentral
from memkit.golang.heap.mspan import MSpan
from memkit.golang.heap.pagealloc import CACHE_MAX_PAGES, CHUNK_PAGES, PageAlloc, PageCache, mask
from memkit.golang.heap.sizeclass import NUM_SPAN_CLASSES, PAGE_SIZE
from memkit.vm import OutOfMemory

ARENA_SIZE = 64 << 20
ARENA_HINTS = [i << 40 | 0xC0 << 32 for i in range(0x80)]  # where the heap would like to begin
RECLAIM_PAGES = 512
VMA_NAME = "[anon: Go: heap]"
RESERVED_NAME = "[anon: Go: heap reservation]"


class MHeap:
    """Pages, spans in use and their mcentrals, over an AddressSpace."""

    def __init__(self, space, trace):
        self.space = space
        self.trace = trace
        self.sweepgen = 0
        self.central = [MCentral(i, self) for i in range(NUM_SPAN_CLASSES)]
        self.pages = PageAlloc(self._find_arena())
        self.cur_arena = (self.pages.base, self.pages.base)
        self.page_span = []
        self.used_end = 0  # pages from here on have never been used: they are zero
        self.pages_in_use = 0
        self.other_pages = 0  # in use by spans that a recorded start had and the model has not
        self.manual_pages = 0  # taken by stacks and the collector's own needs: no part of HeapSys
        self.heap_live = 0  # bytes as the pacer counts them: a span in an mcache counts as full
        self.before_sweep = None  # called with each span whose unmarked slots are about to go
        self.reclaim_index = None  # next page the reclaimer looks at; None: nothing left to reclaim
        self.reclaim_credit = 0
        self.small_alloc = [
            0
        ] * NUM_SPAN_CLASSES  # objects ever allocated, counted when a span leaves
        self.small_free = [0] * NUM_SPAN_CLASSES
        self.spans_taken = [0] * NUM_SPAN_CLASSES
        self.large_alloc = [0, 0]  # objects, bytes
        self.large_free = [0, 0]
        self.counts = dict.fromkeys(
            "refills from_partial from_sweep grows large zero pcache_fills pcache_spans heap_grows "
            "sweeps spans_freed gcs scavenged_pages".split(),
            0,
        )

    def _find_arena(self):
        """The first arena hint that is free."""
        for hint in ARENA_HINTS:
            vma = self.space.find_vma(hint)
            if vma is None:
                return hint
        raise OutOfMemory("none of the places where a Go heap may begin is free.")

    # -- spans

    def alloc(self, npages, spanclass, proc, large_size=0):
        """A new span of `npages` for P `proc`, from its page cache, the page heap, or the system.

        Raises OutOfMemory, with the pages as they were.
        """
        if self.reclaim_index is not None:
            self.reclaim(npages)
        cache_before = None
        found = None
        if npages < CACHE_MAX_PAGES:
            if not proc.pcache.free:
                cache_before = self._fill_pcache(proc)
            found = proc.pcache.alloc(npages)
            if found:
                self.counts["pcache_spans"] += 1
                if self.trace.on:
                    text = "P{p} takes {what}, out of its page cache: no lock needed"
                    what = f"{plural(npages, 'page')}, page {found[0]}"
                    self.trace.emit(
                        "page cache", text, p=proc.id, page=found[0], npages=npages, what=what
                    )
        if not found:
            found = self.pages.alloc(npages)
            if not found:
                self._grow_or_restore(npages, proc, cache_before)
                found = self.pages.alloc(npages)
            if self.trace.on:
                text = "page heap, under its lock: the first fit for {what} is page {page}"
                what = plural(npages, "page")
                self.trace.emit("page heap", text, page=found[0], npages=npages, what=what)
        page, scavenged = found
        zero = page >= self.used_end or scavenged == npages  # the kernel's pages are zero
        span = self.place(page, npages, spanclass, not zero, large_size)
        self.spans_taken[spanclass] += 1
        if self.trace.on:
            self.trace.emit(
                "span",
                "a span is made at {at}: {pages}, {slots} of {slot}",
                base=span.base,
                npages=npages,
                spanclass=spanclass,
                nelems=span.nelems,
                elemsize=span.elemsize,
                at=hex(span.base),
                slot=size(span.elemsize),
                pages=plural(npages, "page"),
                slots=plural(span.nelems, "slot"),
            )
        if self.space.has_memory:
            behind.made(self.space, span)
        return span

    def place(self, page, npages, spanclass, needzero, large_size=0):
        """A span on pages that are taken already, and that now are in use."""
        base = self.pages.base + page * PAGE_SIZE
        span = MSpan(base, npages, spanclass, self.sweepgen, needzero, large_size)
        self.used_end = max(self.used_end, page + npages)
        self.page_span[page : page + npages] = [span] * npages
        self.pages_in_use += npages
        return span

    def file_large(self, span):
        """Count a span's one large object; its mcentral keeps the span, and no more."""
        self.central[span.spanclass].push_swept(span)
        self.large_alloc[0] += 1
        self.large_alloc[1] += span.elemsize
        self.heap_live += span.elemsize

    def _fill_pcache(self, proc):
        """Give an empty page cache the block with the lowest free page; returns how to undo it."""
        before = self.pages.search
        proc.pcache = self.pages.take_block()
        if proc.pcache.free:
            self.counts["pcache_fills"] += 1
            if self.trace.on:
                text = "P{p}'s page cache is empty: it takes {free} free pages of {page} to {last}"
                self.trace.emit(
                    "page cache fill",
                    text,
                    p=proc.id,
                    page=proc.pcache.first,
                    last=proc.pcache.first + 63,
                    free=proc.pcache.free.bit_count(),
                )
        return before

    def _grow_or_restore(self, npages, proc, search_before):
        """Grow by enough for `npages`; where that fails leave page cache and pages as they were."""
        try:
            self.grow(npages)
        except OutOfMemory:
            self.counts["heap_grows"] -= 1
            if search_before is not None:
                if proc.pcache.free:
                    self.counts["pcache_fills"] -= 1
                self.pages.give_block(proc.pcache)
                self.pages.search = search_before
                proc.pcache = PageCache()
            raise

    def grow(self, npages):
        """Map `npages` more, in whole 4 MiB; reserve arenas where the current one ends."""
        npages = -(-npages // CHUNK_PAGES) * CHUNK_PAGES
        ask = npages * PAGE_SIZE
        start, end = self.cur_arena
        self.counts["heap_grows"] += 1
        if self.trace.on:
            text = "no run of free pages is long enough: the heap grows by {size}"
            self.trace.emit("heap grow", text, npages=npages, size=size(ask))
        reserve = 0
        if start + ask > end:
            reserve = -(-ask // ARENA_SIZE) * ARENA_SIZE
            if self.space.mmap(reserve, end, "---", name=RESERVED_NAME) != end:
                raise OutOfMemory(f"the addresses behind the heap, from {hex(end)} on, are taken.")
        try:
            # What is left of the current arena joins the heap with the new pages.
            self.space.mmap(ask, start, "rw-", fixed=True, name=VMA_NAME)
        except OutOfMemory:
            if reserve:
                self.space.munmap(end, reserve)
            raise
        self.cur_arena = (start + ask, end + reserve)
        self.pages.grow(npages)
        self.page_span += [None] * npages

    def span_of(self, address):
        """The span in use that holds `address`, or None."""
        page = (address - self.pages.base) // PAGE_SIZE
        return self.page_span[page] if 0 <= page < len(self.page_span) else None

    def spans(self):
        """All spans in use, by ascending address."""
        previous = None
        for span in self.page_span:
            if span is not None and span is not previous:
                yield span
            previous = span

    def free_span(self, span):
        """The pages of a span without live objects are free again."""
        page = (span.base - self.pages.base) // PAGE_SIZE
        self.page_span[page : page + span.npages] = [None] * span.npages
        self.pages.free_run(page, span.npages)
        self.pages_in_use -= span.npages
        self.counts["spans_freed"] += 1
        if self.trace.on:
            text = "nothing lives in the span at {at}: back to the page heap with {pages}"
            self.trace.emit(
                "span freed",
                text,
                base=span.base,
                npages=span.npages,
                at=hex(span.base),
                pages=plural(span.npages, "page"),
            )

    # -- sweeping, span by span

    def sweep_span(self, span):
        """Free what the collector did not mark; the span itself stays with the caller."""
        if self.before_sweep:
            self.before_sweep(span)
        freed = span.sweep(self.sweepgen)
        self.counts["sweeps"] += 1
        if span.spanclass > 1:
            self.small_free[span.spanclass] += freed
        elif freed:
            self.large_free[0] += 1
            self.large_free[1] += span.elemsize
        if self.trace.on:
            text = "sweep the span at {at}: {dead} dead, {left} live"
            self.trace.emit(
                "sweep",
                text,
                base=span.base,
                spanclass=span.spanclass,
                freed=freed,
                dead=plural(freed, "object"),
                left=span.alloc_count,
                at=hex(span.base),
            )
        return freed

    def sweep_and_file(self, span):
        """Sweep, then give the pages back or put the span among the swept ones of its mcentral."""
        self.sweep_span(span)
        if span.alloc_count:
            self.central[span.spanclass].push_swept(span)
        else:
            self.free_span(span)

    def reclaim(self, npages):
        """While spans are unswept: sweep dead ones until `npages` came back or all was seen."""
        while npages > 0 and self.reclaim_index is not None:
            if self.reclaim_credit:
                used = min(self.reclaim_credit, npages)
                self.reclaim_credit -= used
                npages -= used
                continue
            start = self.reclaim_index
            if start >= len(self.page_span):
                self.reclaim_index = None
                return
            self.reclaim_index = start + RECLAIM_PAGES
            found = self._reclaim_chunk(start)
            self.reclaim_credit += max(found - npages, 0)
            npages -= min(found, npages)

    def _reclaim_chunk(self, start):
        found = 0
        for span in dict.fromkeys(self.page_span[start : start + RECLAIM_PAGES]):
            if span is None:
                continue
            page = (span.base - self.pages.base) // PAGE_SIZE
            unswept = span.sweepgen == self.sweepgen - 2
            if page >= start and unswept and not span.mark_bits:
                _, _, partial, full = self.central[span.spanclass].sets()
                (partial if span in partial else full).remove(span)
                self.sweep_and_file(span)
                found += span.npages
        return found

    def scavenge(self):
        """Give the memory of all free pages back to the kernel; returns the pages it took."""
        pages = self.pages
        todo = pages.free & ~pages.scavenged
        released = todo.bit_count()
        pages.scavenged |= todo
        while todo:
            first = (todo & -todo).bit_length() - 1
            run = (~(todo >> first) & (todo >> first) + 1).bit_length() - 1
            self.space.madvise(pages.base + first * PAGE_SIZE, run * PAGE_SIZE, "dontneed")
            todo &= ~mask(first, run)
        self.counts["scavenged_pages"] += released
        if self.trace.on:
            text = "scavenge: the kernel has the memory of {pages} back"
            self.trace.emit("scavenge", text, npages=released, pages=plural(released, "free page"))
        return released

"""TCMalloc's page heap: runs of 8 KiB pages, and the way to the kernel.

pagemap      page number -> the span that lies there, so an object needs no header; what it says
             of pages inside a free span is out of date, as in the real one
class_cache  page number -> class, asked first; it is not told when a span goes
free         spans that are free; returned: free, and the kernel has the memory back
carve        cut the front off a free span; the rest goes back on its list
grow         ask the kernel for 1 MiB or more, by sbrk, else by mmap

Source: gperftools 2.10 src/page_heap.cc, src/system-alloc.cc.
Unlike the real one: its own bookkeeping takes no memory, and there is no heap limit.
"""

from memkit.checks import WORD_MASK, hex, plural, size
from memkit.malloc.errors import HeapCorrupted, NotFollowed, SegmentationFault
from memkit.malloc.tcmalloc.memory import WordMemory
from memkit.malloc.tcmalloc.sizes import CLASSES, PAGE_SHIFT, PAGE_SIZE
from memkit.malloc.tcmalloc.spans import FREE, IN_USE, MAX_PAGES, RETURNED, Records, SpanLists
from memkit.vm import OutOfMemory

MIN_GROWTH_PAGES = 128  # 1 MiB at a time from the kernel
RELEASE_DELAY = 1 << 18  # pages freed before the first look at what could be returned
MAX_RELEASE_DELAY = 1 << 20
PAGES_FREED_PER_RETURNED = 1000  # at the default release rate of 1
FORCED_COALESCE = 128 << 20
COUNTS = (
    "central_locks pageheap_locks fetches releases slots_taken slots_filled spans spans_freed "
    "grows scavenges steals returned_pages"
).split()
ALL_PAGES = 0x7FFFFFFF
MOST_PAGES = 1 << 40  # more than a process has addresses for
MAP_END = 1 << 35  # pages that the page map can know
LEAF_BITS = 18  # it has a leaf for so many pages, made when the heap first grows there


class PageHeap:
    """All spans of the heap, over an AddressSpace. One lock guards it; callers count it."""

    def __init__(self, space, trace, counts):
        self.space = space
        self.trace = trace
        self.counts = counts
        self.pagemap = {}
        self.leaves = set()
        self.class_cache = {}
        self.words = WordMemory(space)
        self.free = SpanLists()
        self.returned = SpanLists()
        self.records = Records()
        self.system_bytes = 0
        # The growth with which a process begins does not count: the rate is not read by then.
        self.until_release = RELEASE_DELAY + MIN_GROWTH_PAGES
        self.release_index = MAX_PAGES + 1

    def new(self, npages):
        """A span of `npages` pages in use; None where the kernel has no more."""
        self.counts["pageheap_locks"] += 1
        span = self._search(npages)
        if span is None:
            if self._many_free_pages(npages):
                # Free and returned neighbours never merge; return all, and they do.
                self.release_at_least(ALL_PAGES)
                span = self._search(npages)
            if span is None and self._grow(npages):
                span = self._search(npages)
            if span is None:
                return None
        if span.start >= MAP_END:
            raise NotFollowed("the page heap hands out a span whose record it had given back.")
        if self.trace.on:
            text = "the page heap hands out a span of {pages} at {at}"
            self._tell("span", text, span)
        return span

    def delete(self, span):
        """Take back a span; it merges with free neighbours at once. Caller has the lock.

        Nobody asks whether it is in use.
        """
        n = span.npages
        span.sizeclass = 0
        span.where = FREE
        self._merge(span)
        if self.trace.on:
            text = "{given} go back to the page heap: with its free neighbours a run of {pages}"
            self._tell("span freed", text, span, given=plural(n, "page"))
        self.until_release -= n
        if self.until_release < 0:
            released = self.release_at_least(1)
            wait = min(released * PAGES_FREED_PER_RETURNED, MAX_RELEASE_DELAY)
            self.until_release = wait if released else RELEASE_DELAY

    def split(self, span, npages):
        """Cut a span in use for a large object in two; returns the second one."""
        rest = self.records.new(span.start + npages, span.npages - npages)
        self._record(rest)
        self._map(span, span.start + npages - 1)
        span.npages = npages
        return rest

    def register(self, span, cl):
        """Let all pages of a span say that it holds objects of class `cl`."""
        span.sizeclass, start = cl, span.start
        pagemap, class_cache = self.pagemap, self.class_cache
        # At most 32 pages, mostly 1: loops are quicker here than dict.update.
        for page in range(start + 1, start + span.npages - 1):
            pagemap[page] = span
        for page in range(start, start + CLASSES[cl].npages):
            class_cache[page] = cl

    def release_at_least(self, npages):
        """Return free spans to the kernel, of one length after the other; returns the pages.

        Whether any page is free is asked after each round through all lengths only, so that who
        returns all of them ends at the length where he began.
        """
        released, free = 0, self.free
        while released < npages and free.npages:
            before = released
            for _ in range(MAX_PAGES + 1):
                if released >= npages:
                    break
                if self.release_index > MAX_PAGES + 1:
                    self.release_index = 1
                n = self.release_index
                if n <= MAX_PAGES:
                    span = free.oldest(n)
                else:
                    span = free.large[0][2] if free.large else None
                if span is not None:
                    given = self._release(span)
                    if not given:
                        return released
                    released += given
                self.release_index += 1
            if released == before:
                raise HeapCorrupted(
                    "no list has the pages that are said to be free: a search for them never ends."
                )
        return released

    def spans(self):
        """All spans, by ascending address."""
        found = {page: span for page, span in self.pagemap.items() if span.start == page}
        return [found[page] for page in sorted(found)]

    # -- how it is done

    def _search(self, n):
        """Best fit: lists from n pages upwards (free before returned), then the large sets."""
        free, returned = self.free, self.returned
        head = free.shortest(n)
        other = returned.shortest(n) if returned.npages else None
        if head is not None and (other is None or head.listed <= other.listed):
            return self._carve(head.next, n)
        if other is not None:
            return self._carve(other.next, n)
        best, other = free.best_large(n), returned.best_large(n)
        if other is not None:
            if best is None or (other.npages, other.start) < (best.npages, best.start):
                best = other
        return None if best is None else self._carve(best, n)

    def _carve(self, span, n):
        where = span.where
        lists = self.free if where == FREE else self.returned
        lists.remove(span)
        span.where = IN_USE
        extra = span.npages - n
        if extra > 0:
            rest = self.records.new(span.start + n, extra, where)
            self._record(rest)
            lists.add(rest)
            span.npages = n
            self._map(span, span.start + n - 1)
        return span

    def _merge(self, span):
        """Join `span` with neighbours that are free in the same way, and list it.

        The records of those go, but pages where two spans met still point to them.
        """
        pagemap, where = self.pagemap, span.where
        lists = self.free if where == FREE else self.returned
        start, end = span.start, span.start + span.npages
        before = pagemap.get(start - 1)
        if before is not None and before.where == where:
            lists.remove(before)
            npages = before.npages
            self.records.delete(before)
            span.start -= npages
            span.npages += npages
            self._map(span, span.start)
        after = pagemap.get(end)
        if after is not None and after.where == where:
            lists.remove(after)
            npages = after.npages
            self.records.delete(after)
            span.npages += npages
            self._map(span, span.start + span.npages - 1)
        lists.add(span)

    def _record(self, span):
        """A free or large span is found by its first and its last page only."""
        first, npages = span.start, span.npages
        self._map(span, first, first + npages - 1 if npages > 1 else first)

    def _map(self, span, *pages):
        """Let pages point to a span."""
        for page in pages:
            if page >> LEAF_BITS not in self.leaves:
                error = NotFollowed if page >= MAP_END else SegmentationFault
                raise error("a span that lies nowhere is written into the page map.")
            self.pagemap[page] = span

    def _release(self, span):
        """Give the memory of a free span back; returns its pages, 0 where the kernel refuses."""
        npages = span.npages
        try:
            self.space.madvise(span.start << PAGE_SHIFT, npages << PAGE_SHIFT)
        except (OutOfMemory, ValueError):  # no area is there: a span of a double free
            return 0
        self.free.remove(span)
        if self.words.program_wrote:
            self.words.clear(span.start << PAGE_SHIFT, npages << PAGE_SHIFT)
        self.counts["returned_pages"] += npages
        span.where = RETURNED
        given = plural(npages, "page")
        self._merge(span)
        if self.trace.on:
            text = "the page heap gives the memory of {given} back to the kernel"
            self._tell("release", text, span, given=given)
        return npages

    def _many_free_pages(self, npages):
        """Whether merging could help: a quarter is free, partly returned, at a 128 MiB step."""
        free, returned, system = self.free.npages, self.returned.npages, self.system_bytes
        grown = system + (npages << PAGE_SHIFT) & WORD_MASK
        return (
            free
            and returned
            and (free + returned) << PAGE_SHIFT >= system // 4
            and system // FORCED_COALESCE != grown // FORCED_COALESCE
        )

    def _grow(self, npages):
        if npages > MOST_PAGES:
            return False
        for ask in sorted({max(npages, MIN_GROWTH_PAGES), npages}, reverse=True):
            try:
                at = self._system_alloc(ask << PAGE_SHIFT)
            except OutOfMemory:
                continue
            self.system_bytes += ask << PAGE_SHIFT
            self.counts["grows"] += 1
            page = at >> PAGE_SHIFT
            self.leaves.update(range(page - 1 >> LEAF_BITS, (page + ask >> LEAF_BITS) + 1))
            span = self.records.new(page, ask)
            self._record(span)
            if self.trace.on:
                text = "no free run of {wanted:,} pages: the heap grows by {size} at {at}"
                self._tell("grow", text, span, wanted=npages)
            self.delete(span)
            return True
        return False

    def _system_alloc(self, nbytes):
        """Address of `nbytes` from the kernel on a page of ours: by sbrk, else by mmap."""
        space = self.space
        try:
            space.sbrk(-space.brk() % PAGE_SIZE)
            return space.sbrk(nbytes)
        except OutOfMemory:
            extra = PAGE_SIZE - 4096
            at = space.mmap(nbytes + extra)
            skip = -at % PAGE_SIZE
            if skip:
                space.munmap(at, skip)
            if extra > skip:
                space.munmap(at + skip + nbytes, extra - skip)
            return at + skip

    def _tell(self, event, text, span, **more):
        address, nbytes = span.start << PAGE_SHIFT, span.npages << PAGE_SHIFT
        words = dict(pages=plural(span.npages, "page"), at=hex(address), size=size(nbytes))
        self.trace.emit(event, text, address=address, npages=span.npages, **words, **more)

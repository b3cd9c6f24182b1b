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

from memkit.malloc.tc_sizes import PAGE_SHIFT, PAGE_SIZE
from memkit.malloc.tc_spans import FREE, IN_USE, MAX_PAGES, RETURNED, Span, SpanLists
from memkit.malloc.tc_words import Words
from memkit.trace import hex, plural, size
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


class PageHeap:
    """All spans of the heap, over an AddressSpace. One lock guards it; callers count it."""

    def __init__(self, space, trace, counts):
        self.space = space
        self.trace = trace
        self.counts = counts
        self.pagemap = {}
        self.class_cache = {}
        self.words = Words(space)
        self.free = SpanLists()
        self.returned = SpanLists()
        self.system_bytes = 0
        # The growth with which a process begins does not count: the rate is not read by then.
        self.until_release = RELEASE_DELAY + MIN_GROWTH_PAGES
        self.release_index = MAX_PAGES + 1

    def new(self, npages):
        """A span of `npages` pages in use; None where the kernel has no more."""
        self.counts["pageheap_locks"] += 1
        span = self._search(npages)
        if span is None and self._many_free_pages(npages):
            # Free and returned neighbours never merge; return all, and they do.
            self.release_at_least(ALL_PAGES)
            span = self._search(npages)
        if span is None and self._grow(npages):
            span = self._search(npages)
        if span is not None and self.trace.on:
            text = "the page heap hands out a span of {pages} at {at}"
            self._tell("span", text, span)
        return span

    def delete(self, span):
        """Take back a span in use; it merges with free neighbours at once. Caller has the lock."""
        n = span.npages
        if span.sizeclass:
            span.sizeclass = span.refcount = span.objects = 0
        span.where = FREE
        self._merge(span, self.free)
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
        rest = Span(span.start + npages, span.npages - npages, IN_USE)
        span.npages = npages
        self._record(span)
        self._record(rest)
        return rest

    def register(self, span, cl):
        """Let all pages of a span say that it holds objects of class `cl`."""
        span.sizeclass = cl
        pages = range(span.start, span.start + span.npages)
        self.pagemap.update(dict.fromkeys(pages, span))
        self.class_cache.update(dict.fromkeys(pages, cl))

    def release_at_least(self, npages):
        """Return free spans to the kernel, of one length after the other; returns the pages."""
        released = 0
        free = self.free
        while released < npages and free.npages:
            if self.release_index > MAX_PAGES + 1:
                self.release_index = 1
            n = self.release_index
            if n <= MAX_PAGES:
                span = free.oldest(n) if free.lists[n] else None
            else:
                span = self.pagemap[free.large[0][1]] if free.large else None
            self.release_index += 1
            if span is not None:
                released += span.npages
                self._release(span)
        return released

    def spans(self):
        """All spans, by ascending address."""
        found = {page: span for page, span in self.pagemap.items() if span.start == page}
        return [found[page] for page in sorted(found)]

    # -- how it is done

    def _search(self, n):
        """Best fit: lists from n pages upwards (free before returned), then the large sets."""
        free, returned = self.free, self.returned
        length = free.length_for(n)
        other = returned.length_for(n) if returned.npages else 0
        if length and (not other or length <= other):
            return self._carve(free.newest(length), n, free)
        if other:
            return self._carve(returned.newest(other), n, returned)
        best, other = free.best_large(n), returned.best_large(n)
        if best is None and other is None:
            return None
        if other is None or (best is not None and best < other):
            return self._carve(self.pagemap[best[1]], n, free)
        return self._carve(self.pagemap[other[1]], n, returned)

    def _carve(self, span, n, lists):
        lists.remove(span)
        extra = span.npages - n
        if extra:
            rest = Span(span.start + n, extra, span.where)
            span.npages = n
            self.pagemap[rest.start - 1] = span
            self._record(rest)
            lists.add(rest)
        span.where = IN_USE
        return span

    def _merge(self, span, lists):
        """Join `span` with neighbours that are free in the same way, and list it.

        Pages where two spans met lie inside one then, so they leave the pagemap.
        """
        pagemap = self.pagemap
        before = pagemap.get(span.start - 1)
        if before is not None and before.where == span.where:
            lists.remove(before)
            pagemap.pop(span.start, None)
            pagemap.pop(span.start - 1, None)
            span.start -= before.npages
            span.npages += before.npages
        after = pagemap.get(span.start + span.npages)
        if after is not None and after.where == span.where:
            lists.remove(after)
            pagemap.pop(after.start, None)
            pagemap.pop(after.start - 1, None)
            span.npages += after.npages
        self._record(span)
        lists.add(span)

    def _record(self, span):
        """A free or large span is found by its first and its last page only."""
        self.pagemap[span.start] = self.pagemap[span.start + span.npages - 1] = span

    def _release(self, span):
        self.free.remove(span)
        self.space.madvise(span.start << PAGE_SHIFT, span.npages << PAGE_SHIFT)
        if self.words.program_wrote:
            self.words.clear(span.start << PAGE_SHIFT, span.npages << PAGE_SHIFT)
        self.counts["returned_pages"] += span.npages
        span.where = RETURNED
        given = plural(span.npages, "page")
        self._merge(span, self.returned)
        if self.trace.on:
            text = "the page heap gives the memory of {given} back to the kernel"
            self._tell("release", text, span, given=given)

    def _many_free_pages(self, npages):
        """Whether merging could help: a quarter is free, partly returned, at a 128 MiB step."""
        free, returned, system = self.free.npages, self.returned.npages, self.system_bytes
        grown = system + (npages << PAGE_SHIFT)
        return (
            free
            and returned
            and (free + returned) << PAGE_SHIFT >= system // 4
            and system // FORCED_COALESCE != grown // FORCED_COALESCE
        )

    def _grow(self, npages):
        for ask in sorted({max(npages, MIN_GROWTH_PAGES), npages}, reverse=True):
            try:
                at = self._system_alloc(ask << PAGE_SHIFT)
            except OutOfMemory:
                continue
            self.system_bytes += ask << PAGE_SHIFT
            self.counts["grows"] += 1
            span = Span(at >> PAGE_SHIFT, ask, IN_USE)
            self._record(span)
            if self.trace.on:
                text = "no free run of {wanted} pages: the heap grows by {size} at {at}"
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

"""The page allocator: one bit for every 8 KiB page, first fit by address.

page        8192 bytes; page 0 is the first of the heap
free        mask: bit k = page k is free
search      Go's searchAddr: nothing below this page is free; npages where nothing is free at all
scavenged   mask: free pages whose memory the kernel has (never touched, or given back)
page cache  64 pages around the first free one, taken by a P as a whole: it then needs no lock

Source: Go 1.27.3 runtime/mpagealloc.go (alloc, find, free, grow), runtime/mpagecache.go,
runtime/mpagealloc_64bit.go (levelBits).
Unlike the real one: the bitmap is one Python int, so no radix tree of summaries is needed; how far
a search through that tree would raise searchAddr is worked out from the pages alone.
"""

from typing import NamedTuple

CHUNK_PAGES = 512  # growth comes in chunks of 4 MiB
CACHE_PAGES = 64
CACHE_MAX_PAGES = CACHE_PAGES // 4  # spans of that many pages or more never use a page cache
# Pages that one summary covers, from the root of Go's tree down: 16 GiB to one chunk of 4 MiB.
SUMMARY_PAGES = tuple(CHUNK_PAGES << 3 * level for level in (4, 3, 2, 1, 0))


def mask(start, npages):
    """The bits of pages start .. start + npages - 1."""
    return ((1 << npages) - 1) << start


def lowest(bits):
    """Index of the lowest 1 bit, -1 for none."""
    return (bits & -bits).bit_length() - 1


def first_run(bits, length):
    """Index of the lowest run of `length` 1 bits, -1 for none."""
    seen = 1
    while seen < length and bits:
        step = min(seen, length - seen)
        bits &= bits >> step  # a 1 stays where seen + step ones begin
        seen += step
    return lowest(bits)


class PagesState(NamedTuple):
    """The page heap at one moment. Pages count from `base`, the address of page 0."""

    base: int
    npages: int
    free: int
    scavenged: int


class PageAlloc:
    """Free and used pages of the heap that starts at address `base`."""

    def __init__(self, base):
        self.base = base
        self.npages = 0
        self.free = 0
        self.scavenged = 0
        self.search = 0

    def grow(self, npages):
        """Add fresh pages, which are free and hold no memory yet, at the end."""
        fresh = mask(self.npages, npages)
        self.free |= fresh
        self.scavenged |= fresh
        self.search = min(self.search, self.npages)
        self.npages += npages

    def find(self, npages):
        """The first page of the lowest free run of `npages`, -1 for none."""
        found = first_run(self.free >> self.search, npages)
        return found + self.search if found >= 0 else -1

    def alloc(self, npages):
        """Take the lowest free run: (page, scavenged pages in it), or None."""
        page = self.find(npages)
        if page < 0:
            if npages == 1:
                self.search = self.npages
            return None
        self.search = max(self.search, self._seen(page, npages))
        run = mask(page, npages)
        self.free &= ~run
        scavenged = (self.scavenged & run).bit_count()
        self.scavenged &= ~run
        return page, scavenged

    def _seen(self, page, npages):
        """The page below which a search that ended at `page` knows that nothing is free.

        It is the lowest free page where the search looked at the bits of that page's chunk; else
        the start of the smallest summary through which it came that holds that page.
        """
        lowest_free = self.search + lowest(self.free >> self.search)
        if self.search // CHUNK_PAGES == page // CHUNK_PAGES == (page + npages - 1) // CHUNK_PAGES:
            return lowest_free  # the chunk of searchAddr is tried before the tree
        for covered in SUMMARY_PAGES:
            entry = lowest_free // covered
            inside = page // covered == entry == (page + npages - 1) // covered
            if not inside or page % covered == 0:  # the summaries of this level are enough
                return entry * covered
        return lowest_free

    def free_run(self, page, npages):
        """Make the pages free again; neighbours merge by themselves."""
        self.free |= mask(page, npages)
        self.search = min(self.search, page)

    def take_block(self):
        """All free pages of the aligned 64 around the lowest free one: a PageCache, maybe empty."""
        free = self.free >> self.search
        if not free:
            self.search = self.npages
            return PageCache()
        first = (lowest(free) + self.search) // CACHE_PAGES * CACHE_PAGES
        block = mask(0, CACHE_PAGES)
        cache = PageCache(first, self.free >> first & block, self.scavenged >> first & block)
        self.free &= ~(block << first)
        self.scavenged &= ~(block << first)
        self.search = first + CACHE_PAGES - 1
        return cache

    def give_block(self, cache):
        """The pages of `cache` are free for all again."""
        self.free |= cache.free << cache.first
        self.scavenged |= cache.scavenged << cache.first
        if cache.free:
            self.search = min(self.search, cache.first)

    def state(self):
        return PagesState(self.base, self.npages, self.free, self.scavenged)


class PageCache:
    """The pages that one P holds in reserve: `free` is a mask over 64 pages from page `first`."""

    __slots__ = ("first", "free", "scavenged")

    def __init__(self, first=0, free=0, scavenged=0):
        self.first = first
        self.free = free
        self.scavenged = scavenged

    def alloc(self, npages):
        """As PageAlloc.alloc, within the 64 pages."""
        nth = first_run(self.free, npages)
        if nth < 0:
            return None
        run = mask(nth, npages)
        self.free &= ~run
        scavenged = (self.scavenged & run).bit_count()
        self.scavenged &= ~run
        return self.first + nth, scavenged

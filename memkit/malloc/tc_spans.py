"""TCMalloc's spans: runs of 8 KiB pages, and the lists of those that nobody uses.

span    in use (one large object, or cut into objects of one class), free, or returned (free, and
        its memory given back to the kernel)
lists   for 1 to 128 pages one list of each length, newest first; longer spans in one set by size

Source: gperftools 2.10 src/span.h, src/page_heap.h.
Unlike the real one: the record of a span takes no memory of the heap's process.
"""

from bisect import bisect_left, insort
from typing import NamedTuple

from memkit.malloc.tc_sizes import PAGE_SHIFT

MAX_PAGES = 128  # spans up to here have lists by length
IN_USE, FREE, RETURNED = "in use", "free", "returned"


class SpanState(NamedTuple):
    """A span at one moment. Addresses and bytes."""

    start: int
    npages: int
    where: str  # "in use", "free", "returned"
    sizeclass: int  # 0: one large object, or free
    refcount: int  # objects that are out: in thread caches, transfer slots, or with the program
    objects: tuple  # addresses of its free objects, in list order


def chain(head, links):
    """The addresses from `head` on, as a tuple; a ring is shown once."""
    found = {}
    while head and head not in found:
        found[head] = None
        head = links.get(head, 0)
    return tuple(found)


class Span:
    """A run of pages from page `start` on; `objects`: the first of its free objects, 0 for none."""

    __slots__ = ("start", "npages", "where", "sizeclass", "refcount", "objects")

    def __init__(self, start, npages, where):
        self.start = start
        self.npages = npages
        self.where = where
        self.sizeclass = 0
        self.refcount = 0
        self.objects = 0

    def state(self, links):
        start, free = self.start << PAGE_SHIFT, chain(self.objects, links)
        return SpanState(start, self.npages, self.where, self.sizeclass, self.refcount, free)


class SpanLists:
    """The spans that are free, or those that are returned: lists by length, and the large set."""

    def __init__(self):
        self.lists = [{} for _ in range(MAX_PAGES + 1)]  # dicts as ordered sets, newest last
        self.mask = 0  # bit n: the list of n pages has a span
        self.large = []  # (npages, start), sorted
        self.npages = 0

    def add(self, span):
        n = span.npages
        self.npages += n
        if n > MAX_PAGES:
            insort(self.large, (n, span.start))
        else:
            self.lists[n][span.start] = span
            self.mask |= 1 << n

    def remove(self, span):
        n = span.npages
        self.npages -= n
        if n > MAX_PAGES:
            del self.large[bisect_left(self.large, (n, span.start))]
        else:
            spans = self.lists[n]
            del spans[span.start]
            if not spans:
                self.mask ^= 1 << n

    def length_for(self, n):
        """The shortest listed length of at least n pages that has a span; 0 for none."""
        fitting = self.mask >> n << n
        return (fitting & -fitting).bit_length() - 1 if fitting else 0

    def newest(self, n):
        spans = self.lists[n]
        return spans[next(reversed(spans))]

    def oldest(self, n):
        spans = self.lists[n]
        return spans[next(iter(spans))]

    def best_large(self, n):
        """(npages, start) of the shortest large span of at least n pages, the lowest of equals."""
        at = bisect_left(self.large, (n, 0))
        return self.large[at] if at < len(self.large) else None

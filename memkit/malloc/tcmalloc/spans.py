"""TCMalloc's spans: runs of 8 KiB pages, and the lists of those that nobody uses.

span    in use (one large object, or cut into objects of one class), free, or returned (free, and
        its memory given back to the kernel)
lists   for 1 to 128 pages one list of each length, newest first; longer spans in one set by size

Nothing asks whether a span is free already: what is freed twice is put into its list twice, and
the list is what becomes of it.

Source: gperftools 2.10 src/span.h, src/span.cc, src/page_heap.h, src/page_heap_allocator.h.
Unlike the real one: the record of a span takes no memory of the heap's process, and a large set
(a tree) that a double free has put out of order is not followed.
"""

from bisect import bisect_left
from typing import NamedTuple

from memkit.checks import hex
from memkit.malloc.errors import NotFollowed, SegmentationFault
from memkit.malloc.tcmalloc.sizes import PAGE_SHIFT

MAX_PAGES = 128  # spans up to here have lists by length
RECORDS, RECORD_BYTES = 0x7FFF_E000_0000, 48
PLACES = 0x7FFF_D000_0000  # where the large sets lie
IN_USE, FREE, RETURNED = "in use", "free", "returned"
# What a double free can make of a list: its head led to a span that was taken out behind its back.
BROKEN = "a list of spans has lost its first one: a null pointer."


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
    """A run of pages from page `start` on; `objects`: the first of its free objects, 0 for none.

    It is a record in memory that nobody can see, and a link of one circular list: the newest first
    behind a head, which is a Span too. None: null.
    """

    __slots__ = (
        "start npages where sizeclass refcount objects next prev place address listed"
    ).split()

    def __init__(self, start=0, npages=0, where=IN_USE, address=0):
        self.start = start
        self.npages = npages
        self.where = where
        self.sizeclass = 0
        self.refcount = 0
        self.objects = 0
        self.next = self.prev = None
        self.place = None  # in the large set: its entry there
        self.address = address
        self.listed = 0  # of a head: the length of its spans

    def state(self, links):
        # That word is left from when the span was large and free.
        first = 0 if self.objects == PLACES else self.objects
        start, free = self.start << PAGE_SHIFT, chain(first, links)
        return SpanState(start, self.npages, self.where, self.sizeclass, self.refcount, free)


def list_head(listed=0):
    head = Span()
    head.next = head.prev = head
    head.listed = listed
    return head


def prepend(head, span):
    """Put a span first; one that is there already (freed twice) then leads to itself."""
    first = head.next
    if first is None:
        raise SegmentationFault(BROKEN)
    span.next = first
    span.prev = head
    first.prev = span
    head.next = span


def unlink(span):
    """Take a span out of its list. Raises SegmentationFault for one that is in none."""
    before, after = span.prev, span.next
    if before is None or after is None:
        raise SegmentationFault("a span that is in no list is taken out of one: a null pointer.")
    before.next = after
    after.prev = before
    span.prev = span.next = None
    return before


class Records:
    """Where the records of spans come from. One given back is the next to be used again, while
    pages may still point to it; its first word, `start`, then leads to the one given back before.
    """

    def __init__(self):
        self.at = {}  # address -> record
        self.free = 0  # address of the newest given back

    def new(self, start, npages, where=IN_USE):
        if self.free:
            span = self.at.get(self.free)
            if span is None:
                raise NotFollowed(f"no record of a span is known at {hex(self.free)}.")
            self.free = span.start
            span.__init__(start, npages, where, span.address)
            return span
        address = RECORDS + len(self.at) * RECORD_BYTES
        span = self.at[address] = Span(start, npages, where, address)
        return span

    def delete(self, span):
        span.start = self.free
        self.free = span.address


class ListHeads(dict):
    """Length -> head of the list of such spans, made when it is first asked: few ever are."""

    def __missing__(self, n):
        head = self[n] = list_head(n)
        return head


class SpanLists:
    """The spans that are free, or those that are returned: lists by length, and the large set."""

    def __init__(self):
        self.lists = ListHeads()
        self.some = bytearray(MAX_PAGES + 1)  # 1: the list of so many pages may have a span
        self.large = []  # (npages, start, span), sorted
        self.in_order = True  # whether each of these still has its pages
        self.npages = 0

    def add(self, span):
        n = span.npages
        self.npages += n
        if span.place and span.place[:2] != (n, span.start):
            self.in_order = False
        if n <= MAX_PAGES:
            prepend(self.lists[n], span)
            self.some[n] = 1
            return
        i = bisect_left(self.large, (n, span.start))
        if i == len(self.large) or self.large[i][:2] != (n, span.start):  # a set: once is enough
            self.large.insert(i, (n, span.start, span))
        span.place = self.large[i]
        span.objects = PLACES  # the same word of the record

    def remove(self, span):
        n = span.npages
        self.npages -= n
        if n <= MAX_PAGES:
            self.some[unlink(span).listed] = 1  # a list that seemed empty may not be
            return
        i = bisect_left(self.large, span.place[:2]) if span.place else len(self.large)
        if i == len(self.large) or self.large[i] is not span.place:
            raise NotFollowed("a large free span is taken out of a set of which it is no member.")
        span.place = None
        del self.large[i]

    def shortest(self, n):
        """The head of the list of the shortest spans of at least n pages; None: all are empty."""
        while (n := self.some.find(1, n)) > 0:
            head = self.lists[n]
            first = head.next
            if first is not head:
                if first is None:
                    raise SegmentationFault(BROKEN)
                return head
            self.some[n] = 0
        return None

    def oldest(self, n):
        """The span that waits longest; None where the list is empty."""
        head = self.lists[n]
        if head.prev is None:
            raise SegmentationFault(BROKEN)
        return None if head.next is head else head.prev

    def best_large(self, n):
        """The shortest large span of at least n pages, the lowest of equals, or None.

        One of n pages from page 0 on, which only a double free can make, is not found: the real
        set is asked for what comes behind that.
        """
        if not self.in_order:
            raise NotFollowed("a large free span was freed twice, and its set is out of order.")
        at = bisect_left(self.large, (n, 1))
        return self.large[at][2] if at < len(self.large) else None

"""Marking, object by object: the order of Go up to 1.25, and of large objects ever since.

white   not found yet             mark bit 0
grey    found, not yet looked into   mark bit 1, and in the list of what to scan
black   found and looked into        mark bit 1
shade   make a white object grey; one without pointers is black at once

graph   address of each object -> its pointers, None for nil; empty where it holds none

Source: Go 1.27.3 runtime/mgcmark.go (scanobject, greyobject), runtime/mgcwork.go.
Unlike the real one: one worker, no work buffers of 2 KiB, and objects above 128 KiB are scanned in
one go, not in pieces.
"""

from memkit.checks import WORD
from memkit.golang.heap.sizeclass import PAGE_SIZE

PAGE_SHIFT = PAGE_SIZE.bit_length() - 1


class ObjectOrder:
    """Grey objects in a list; the last one in is the first to be scanned."""

    def __init__(self, mheap, graph):
        self.mheap = mheap
        self.graph = graph
        self.grey = []

    def shade(self, address):
        """Make the object at `address` grey; True if it was white."""
        pointers = self.graph.get(address)
        if pointers is None:  # a dangling pointer, possible only without the barrier
            return False
        span = self.mheap.span_of(address)
        bit = 1 << (address - span.base) // span.elemsize
        if span.mark_bits & bit:
            return False
        span.mark_bits |= bit
        if pointers:
            self.grey.append(address)
        return True

    def blacken(self, address):
        """The object is new, or holds no pointers: it counts as found and looked into."""
        span = self.mheap.span_of(address)
        span.mark_bits |= 1 << (address - span.base) // span.elemsize

    def pending(self):
        """Addresses of the grey objects, the next one to be scanned first."""
        return tuple(reversed(self.grey))

    def scan(self, choice=0):
        """Scan one grey object -> ("object", its address, [it], [what turned grey])."""
        address = self.grey.pop(-1 - choice)
        return "object", address, [address], self.scan_object(address)

    def scan_object(self, address):
        return [pointer for pointer in self.graph[address] if pointer and self.shade(pointer)]

    def greys(self):
        """{span: mask of its grey slots}."""
        masks = {}
        for address in self.grey:
            span = self.mheap.span_of(address)
            bit = 1 << (address - span.base) // span.elemsize
            masks[span] = masks.get(span, 0) | bit
        return masks

    def drain(self):
        """Scan until nothing is grey -> bytes of pointers looked at. `scan`, without the words."""
        # shade, written out: this is the path of nearly every pointer of a large heap.
        graph, grey = self.graph, self.grey
        page_span, base = self.mheap.page_span, self.mheap.pages.base
        words = 0
        while grey:
            pointers = graph[grey.pop()]
            words += len(pointers)
            for pointer in pointers:
                if not pointer:
                    continue
                span = page_span[pointer - base >> PAGE_SHIFT]
                if span is None:
                    continue
                bit = 1 << (pointer - span.base) // span.elemsize
                if span.mark_bits & bit or pointer not in graph:
                    continue
                span.mark_bits |= bit
                if graph[pointer]:
                    grey.append(pointer)
        return words * WORD

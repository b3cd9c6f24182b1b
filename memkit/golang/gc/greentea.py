"""Marking, span by span: Green Tea, the collector of Go 1.26 and later.

marks    slots of a span that were found        (its mark bits)
scans    slots that were looked into
scan     take the span that waits longest and look into marks & ~scans, by ascending address

A small object that turns grey only sets its bit, and its span joins the queue. While it waits more
of its objects turn grey: then one visit serves many objects, side by side in memory.
What survives is the same as with one object at a time; only the order differs.

Source: Go 1.27.3 runtime/mgcmark_greenteagc.go (tryDeferToSpanScan, scanSpan, spanQueue).
Unlike the real one: one worker, and a span with a single grey object gets no short cut.
"""

from collections import deque

from memkit.checks import WORD
from memkit.golang.gc.marking import PAGE_SHIFT, ObjectOrder
from memkit.golang.heap.sizeclass import BITMAP_MAX, TINY_SIZE


def by_span(span):
    """Is this a span of small objects, with mark and scan bits at its end?"""
    return TINY_SIZE <= span.elemsize <= BITMAP_MAX


class SpanOrder(ObjectOrder):
    """Spans with grey objects in a queue, first in, first out; other objects one by one, first."""

    def __init__(self, mheap, graph):
        super().__init__(mheap, graph)
        self.spans = deque()
        self.waiting = set()  # the same spans
        self.scans = {}  # span -> mask

    def shade(self, address):
        pointers = self.graph.get(address)
        if pointers is None:
            return False
        span = self.mheap.span_of(address)
        bit = 1 << (address - span.base) // span.elemsize
        if span.mark_bits & bit:
            return False
        span.mark_bits |= bit
        if pointers:
            if not by_span(span):
                self.grey.append(address)
            elif span not in self.waiting:
                self.waiting.add(span)
                self.spans.append(span)
        return True

    def blacken(self, address):
        super().blacken(address)
        span = self.mheap.span_of(address)
        bit = 1 << (address - span.base) // span.elemsize
        self.scans[span] = self.scans.get(span, 0) | bit

    def pending(self):
        """Addresses of grey objects, then those of the spans in the queue."""
        return super().pending() + tuple(span.base for span in self.spans)

    def scan(self, choice=0):
        """Scan one object or span -> (kind, address, [objects scanned], [what turned grey])."""
        if choice < len(self.grey):
            return super().scan(choice)
        span = self.spans[choice - len(self.grey)]
        del self.spans[choice - len(self.grey)]
        objects = self._take(span)
        found = [grey for address in objects for grey in self.scan_object(address)]
        return "span", span.base, objects, found

    def _take(self, span):
        """The objects of a span to look into now; from here on it may join the queue again."""
        self.waiting.discard(span)
        scanned = self.scans.get(span, 0)
        todo = span.mark_bits & ~scanned
        self.scans[span] = scanned | todo
        objects = []
        while todo:
            objects.append(span.base + ((todo & -todo).bit_length() - 1) * span.elemsize)
            todo &= todo - 1
        return objects

    def greys(self):
        masks = super().greys()
        for span in self.spans:
            masks[span] = span.mark_bits & ~self.scans.get(span, 0)
        return masks

    def drain(self):
        # shade, written out: this is the path of nearly every pointer of a large heap.
        graph, grey, spans, waiting = self.graph, self.grey, self.spans, self.waiting
        page_span, base = self.mheap.page_span, self.mheap.pages.base
        words = 0
        while grey or spans:
            for address in [grey.pop()] if grey else self._take(spans.popleft()):
                pointers = graph[address]
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
                    if span in waiting or not graph[pointer]:
                        continue
                    if TINY_SIZE <= span.elemsize <= BITMAP_MAX:
                        waiting.add(span)
                        spans.append(span)
                    else:
                        grey.append(pointer)
        return words * WORD

"""The mcentral: for one span class, the spans that no mcache holds.

partial   spans with a free slot         full      spans without
swept     ready to use                   unswept   not looked at since the last collection

Each of the four sets is a queue: in at the tail, out at the head. At a collection the swept and the
unswept sets change roles, which costs nothing: `sweepgen` grows by 2 and picks the other one.

Source: Go 1.27.3 runtime/mcentral.go, runtime/mspanset.go.
Unlike the real one: the sets need no lock here and none in Go either; there they are lock-free.
"""

from collections import deque
from typing import NamedTuple

SWEEP_BUDGET = (
    101  # spans looked at in vain before a new one: Go counts 100 down to 0, both included
)


class CentralState(NamedTuple):
    """The four sets of one span class, each a tuple of SpanState, head first."""

    partial_swept: tuple
    full_swept: tuple
    partial_unswept: tuple
    full_unswept: tuple


class MCentral:
    """The spans of one span class outside the mcaches."""

    __slots__ = ("spanclass", "heap", "partial", "full")

    def __init__(self, spanclass, heap):
        self.spanclass = spanclass
        self.heap = heap
        self.partial = (deque(), deque())
        self.full = (deque(), deque())

    def sets(self):
        """(partial swept, full swept, partial unswept, full unswept), as of now."""
        swept = self.heap.sweepgen // 2 % 2
        return self.partial[swept], self.full[swept], self.partial[1 - swept], self.full[1 - swept]

    def push_swept(self, span):
        """Put a swept span where it belongs: among the partial or the full ones."""
        partial, full, _, _ = self.sets()
        (full if span.alloc_count == span.nelems else partial).append(span)

    def cache_span(self, p):
        """A span with a free slot for an mcache of P `p`; None where a new one must be made."""
        partial, full, partial_unswept, full_unswept = self.sets()
        heap, trace = self.heap, self.heap.trace
        if partial:
            span = partial.popleft()
            heap.counts["from_partial"] += 1
            if trace.on:
                text = "mcentral {spanclass} gives a partial span: {free} of {nelems} slots free"
                self._tell("partial", text, span)
            return span
        budget = SWEEP_BUDGET
        while budget and (partial_unswept or full_unswept):
            span = (partial_unswept or full_unswept).popleft()
            budget -= 1
            heap.sweep_span(span)
            if span.alloc_count < span.nelems:
                heap.counts["from_sweep"] += 1
                if trace.on:
                    text = (
                        "mcentral {spanclass} gives the swept span: {free} of {nelems} slots free"
                    )
                    self._tell("partial", text, span)
                return span
            full.append(span)
        if trace.on:
            text = "mcentral {spanclass} has no span with a free slot"
            trace.emit("no partial", text, spanclass=self.spanclass, p=p)
        return None

    def _tell(self, event, text, span):
        self.heap.trace.emit(
            event,
            text,
            spanclass=self.spanclass,
            base=span.base,
            free=span.nelems - span.alloc_count,
            nelems=span.nelems,
        )

    def state(self):
        return CentralState(*(tuple(span.state() for span in spans) for spans in self.sets()))

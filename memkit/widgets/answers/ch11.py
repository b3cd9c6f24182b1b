"""Chapter 11: spans, areas, faults and resident pages of a Go program, one surprise explained.

The floors of the tower: the program, its spans, the areas of the heap, pages and frames.
"""

from memkit.golang import size_class
from memkit.trace import plural, size
from memkit.widgets import pictures
from memkit.widgets.answers.counted import counted_row, told
from memkit.widgets.pictures import FREE, IN_USE, NOTHING
from memkit.widgets.tiers import floor_words

MIB = 1 << 20
BASE = 0xC000000000  # where Go's heap begins
KIND = ("no pointers", "with pointers")


def _drawn(i, sentence, floors):
    return pictures.picture(i, sentence, floors, floor_words(floors))


# 1. How many spans


class _Heap:
    """The requests of a program in order, and the spans that hold them: a letter for each kind."""

    def __init__(self, requests):
        self.shapes = [size_class(nbytes, noscan=not pointers) for nbytes, pointers in requests]
        self.requests = requests
        self.kinds = [
            (shape.index, pointers)
            for shape, (_, pointers) in zip(self.shapes, requests, strict=True)
        ]
        self.letters = {kind: chr(65 + n) for n, kind in enumerate(dict.fromkeys(self.kinds))}

    def place(self, i):
        """(number of the span within its kind, slot) of request i."""
        before = self.kinds[:i].count(self.kinds[i])
        return divmod(before, self.shapes[i].nelems)

    def name(self, i):
        nbytes, pointers = self.requests[i]
        return f"request {i + 1}, {size(nbytes)} {KIND[pointers]}"

    def floor(self, columns, now):
        """The requests in columns: `columns` holds the request of each moment, or None."""
        cells = "".join(NOTHING if i is None else self.letters[self.kinds[i]] for i in columns)
        return pictures.floor(
            "space",
            "program",
            "its requests from left to right; a letter for each kind of span",
            [pictures.row(cells, touched=[(now, now + 1)] if now < len(cells) else [], big=True)],
        )

    def span_rows(self, i):
        """The newest span of each kind, with the slots taken up to request i."""
        rows, last = [], {kind: n for n, kind in enumerate(self.kinds[: i + 1])}
        for kind in self.letters:
            if kind not in last:
                continue
            n, shape = last[kind], self.shapes[last[kind]]
            number, slot = self.place(n)
            what = f"{self.letters[kind]}: slots of {size(shape.elemsize)}, {KIND[kind[1]]}"
            if not shape.index:
                what = f"{self.letters[kind]}: large, {KIND[kind[1]]}, a span of one slot each"
            cells = pictures.overlay(FREE * shape.nelems, 0, slot + 1, IN_USE)
            rows.append(
                pictures.row(
                    cells,
                    label=what,
                    caption=f"span {number + 1} of this kind · "
                    f"{slot + 1} of {plural(shape.nelems, 'slot')} taken",
                    touched=[(slot, slot + 1)] if n == i else [],
                    high=40,
                )
            )
        return [rows[n : n + 2] for n in range(0, len(rows), 2)]


def spans(answer, requests):
    """A request at each step; a span that the answer has no room for is hatched."""
    heap, made = _Heap(requests), []
    for i in range(len(requests) + 1):
        ended = i == len(requests)
        if ended:
            sentence = f"all requests are served: {plural(answer, 'span')} in all"
        else:
            number, slot = heap.place(i)
            made.append(slot == 0)
            sentence = f"{heap.name(i)}: slot {slot} of a span that is there"
            if made[-1]:
                why = "its first span" if not number else "the span is full"
                why = "large, a span for itself" if not heap.kinds[i][0] else why
                sentence = f"{heap.name(i)}: {why}, {told(sum(made), answer, 'span')}"
        count = counted_row(made, answer, "span", len(requests), ended)
        floors = [
            heap.floor(range(len(requests)), i),
            pictures.floor("mcache", "slots", "of the newest span of a kind", heap.span_rows(i)),
            pictures.floor("mheap", "spans", "filled: the request makes a new one", [count]),
        ]
        yield _drawn(i, f"{sentence}.", floors)

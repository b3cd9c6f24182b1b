"""The requests of a Go program in order, and the spans that hold them: a letter for each kind."""

from memkit.golang import PAGE_SIZE, size_class
from memkit.trace import plural, size
from memkit.widgets import pictures
from memkit.widgets.pictures import FREE, IN_USE, NOTHING, THIRD

KIND = ("without pointers", "with pointers")
RUNTIME = "R"  # a write of the runtime, among the program's
MOST = 256  # cells for the slots of a span in one line


class Heap:
    """The requests of a program in order, and where each lies."""

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
        """The requests in columns: `columns` has a request for each moment; None: the runtime."""
        cells = "".join(RUNTIME if i is None else self.letters[self.kinds[i]] for i in columns)
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

    def slots_row(self, i, taken, touched, marks):
        """The span of request i in one line, as wide as the row of its pages."""
        kind, shape = self.kinds[i], self.shapes[i]
        group = -(-shape.nelems // MOST)
        cells = -(-shape.nelems // group)
        tail = shape.npages * PAGE_SIZE / shape.elemsize - shape.nelems
        caption = f"{taken} of {plural(shape.nelems, 'slot')} taken"
        caption += f", a cell for {group} slots" if group > 1 else ""
        caption += " · hatched: the end of the span, with the mark bits" if marks else ""
        at = (taken - 1) // group
        return pictures.row(
            pictures.overlay(FREE * cells, 0, at + 1, IN_USE),
            label=f"{self.letters[kind]}: slots of {size(shape.elemsize)}, {KIND[kind[1]]}",
            caption=caption,
            touched=[(at, at + 1)] if touched else [],
            tail=[(tail / group, THIRD if marks else NOTHING)],
            wide=True,
            high=12,
        )

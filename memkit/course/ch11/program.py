"""The requests of a Go program in order, and the spans that hold them: a letter for each kind."""

from memkit import pictures
from memkit.checks import plural, size
from memkit.golang import PAGE_SIZE, size_class
from memkit.pictures.language import FREE, IN_USE, NOTHING, THIRD

KIND = ("without pointers", "with pointers")
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

    def floor(self, now):
        """The requests so far, the one that happens `now` at the end."""
        cells = "".join(self.letters[kind] for kind in self.kinds[: now + 1])
        return pictures.floor(
            "space",
            "program",
            "its requests from left to right; a letter for each kind of span",
            [pictures.row(cells, touched=[(now, now + 1)], big=True)],
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


def counts(says, i, told):
    """A cell for each request so far: how many more the answer counts with it."""
    steps = [now - before for before, now in zip([0, *says], says[: i + 1], strict=False)]
    cells = "".join(str(n) if 0 < n < 10 else THIRD if n else FREE for n in steps)
    if THIRD in cells:
        told += " · hatched: ten or more at once, or fewer than before"
    return pictures.row(cells, caption=told, touched=[(i, i + 1)], big=True)


def case(random):
    nbytes = (16, 48, 64, 512, 1024, 2048, 8192, 20000, random.randint(16, 40000))
    requests = [(random.choice(nbytes), random.random() < 0.4) for _ in range(3)]
    return ([random.choice(requests) for _ in range(random.choice((2, 5, 12, 40)))],)


def domain(requests):
    return requests and all(
        16 <= nbytes <= 40000 and type(pointers) is bool for nbytes, pointers in requests
    )

"""Which addresses use one entry of a table."""

from typing import NamedTuple

from memkit import pictures
from memkit.checks import hex
from memkit.pictures.language import FREE, IN_USE
from memkit.pictures.walk import part_rows

from ..ideas import Idea
from ..scenes import claimed
from ..scenes.floors import drawn
from ..task import at_the_end, room
from .dump import names_of, split

FEW = 32  # entries that are drawn across the whole width


class Range(NamedTuple):
    """The addresses that use the entry."""

    first: int
    last: int


def rule(
    va,
    widths,
    level,
    *,
    below=lambda widths, level: widths[level + 1 :],
    cut=True,
    over=1,
    upper=True,
):
    """All at once; `below`: the parts that may vary, `cut`: they become 0, "last": in the last
    one only, `upper`: the parts above the index count."""
    below = sum(below(widths, level))
    if not upper:
        va = va % (1 << below + widths[level])
    start = va >> below << below
    yield Range(start if cut is True else va, (start if cut else va) + (1 << below) - over)


answer = at_the_end("first", "last")

SAME = "Addresses whose parts are the same up to the index of `level` use the same entry there"
ENDS = "The parts below are all 0 in the one, and as large as they can be in the other"
IDEAS = (
    Idea(
        "one_page_only",
        "taking one page. All parts after that index may vary.",
        SAME,
        below=lambda w, n: w[-1:],
    ),
    Idea(
        "whole_table",
        "taking all that the table covers. The index of level {level} picks one of its entries.",
        SAME,
        below=lambda w, n: w[n:],
    ),
    Idea(
        "levels_from_below",
        "counting the levels from the last table. Level 0 is the first: its index is the highest.",
        "from the index of level 0 down to the offset",
        below=lambda w, n: w[-n - 1 :],
    ),
    Idea(
        "next_part_only",
        "taking the next part only. All parts after that index may vary.",
        SAME,
        below=lambda w, n: w[n + 1 : n + 2],
    ),
    Idea(
        "without_the_offset",
        "leaving out the offset. It is a part of the address, too.",
        "from the index of level 0 down to the offset",
        below=lambda w, n: w[n + 1 : -1],
    ),
    *(
        Idea(name, "starting at `va` itself. In the first the rest is 0.", ENDS, cut=cut)
        for name, cut in (("from_here_on", False), ("from_here_to_the_end", "last"))
    ),
    Idea(
        "index_alone",
        "leaving out the parts above the index of level {level}. They are the same, too.",
        SAME,
        upper=False,
    ),
    Idea("one_too_far", "giving the address behind the last. That is one too far.", ENDS, over=0),
)


def case(random):
    widths = [random.randint(1, 9) for _ in range(random.randint(2, 5))]
    return random.randrange(1 << sum(widths)), widths, random.randrange(len(widths) - 1)


def domain(va, widths, level):
    return (
        all(1 <= width <= 12 for width in widths)
        and 0 <= va < 1 << sum(widths)
        and 0 <= level < len(widths) - 1
    )


# The scene


def _bound(value, own, va, widths, level, last):
    """Why an address is the first, or the last, that uses the entry of `va`, or why it is not."""
    if value < 0:
        return "which is no address"
    if value >= 1 << sum(widths):
        return "beyond the end of the address space"
    for n, (index, right) in enumerate(zip(split(value, widths), split(va, widths), strict=True)):
        if n <= level and index != right:
            return f"which uses another entry: its index of level {n} is {index}, not {right}"
    if value == own[last]:
        return f"where every bit below is {last}"
    if last:
        return f"but {hex(value + 1)} comes after it and uses the same entry"
    return f"but {hex(value - 1)} comes before it and uses the same entry"


def _fill(first, last, start, nbytes):
    """The cell of an entry, filled as far as first .. last cover its addresses."""
    share = max(0, min(last, start + nbytes - 1) - max(first, start) + 1)
    part = str(min(8, max(1, 9 * share // nbytes)))
    return IN_USE if share == nbytes else part if share else FREE


def scene(says, moments, va, widths, level):
    """The address in its parts; then the two of the answer, and what lies between them."""
    names, index, (own,) = names_of(widths), split(va, widths)[level], moments
    nbytes = own.last - own.first + 1
    lines = []

    def add(title, value):
        parts = [pictures.bar([], "", "outside the address space")]
        if value is not None and 0 <= value < 1 << sum(widths):
            parts = part_rows(names, widths, split(value, widths), names[: level + 1])
        lines.append([pictures.bar([], f"{title} {claimed.address(value)}"), *parts])

    def shown(step, sentence, cells):
        note = f"filled: 1; dashed outline: picks the entry of level {level}"
        caption = f"outlined: entry {index}, for {hex(own.first)} to {hex(own.last)}"
        touched, wide = [(index, index + 1)], len(cells) <= FEW
        row = pictures.row(cells, caption=caption, touched=touched, wide=wide)
        entries = f"{len(cells)} entries"
        below = "filled: in the answer" if step else ""
        return drawn(
            step,
            sentence,
            pictures.floor("space", "addresses", note, lines[:]),
            pictures.floor("table", f"level {level}", below, [row], entries),
        )

    add("given", va)
    cells = FREE * (1 << widths[level])
    yield shown(0, f"{hex(va)} uses entry {index} of its table of level {level}.", cells)
    ends, told = [*says, None, None][:2], []
    for last, (does, value) in enumerate(zip(("begins", "ends"), ends, strict=True)):
        add(("first", "last")[last], value)
        why = "nowhere" if value is None else _bound(value, own, va, widths, level, last)
        told.append(f"{does} {'' if value is None else f'at {claimed.address(value)}, '}{why}")
    if None not in ends:
        starts = (own.first + (i - index) * nbytes for i in range(len(cells)))
        cells = "".join(_fill(*ends, start, nbytes) for start in starts)
    yield shown(1, f"The answer {'; it '.join(told)}.", cells)


covered = room(
    __name__,
    "what an entry covers",
    edges=(
        *((3, [1, 1], 0), (29, [2, 3], 0), (0x3229, [4, 12], 0)),
        *((0x611C, [5, 5, 5], 0), (0x611C, [5, 5, 5], 1)),
    ),
)

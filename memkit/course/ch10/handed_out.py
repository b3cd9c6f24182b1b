"""What a sweep leaves, and who gets it, in the order of Go 1.27."""

from typing import NamedTuple

from memkit.checks import plural

from ..ideas import Idea
from ..task import room
from .collection import sheet

FRESH = 3  # new spans drawn


class Object(NamedTuple):
    """The slot that the next object gets, and the order in which the spans are asked."""

    span: int
    slot: int
    asked: list


def rule(spans, n, *, order="partial", free="D.", whole=0, behind=0, step=1):
    """`whole`: only spans in which nothing lives, `behind`: only what follows the last object."""
    asked = [k for k, span in enumerate(spans) if "." in span or order == "address"]
    if order != "never full":
        asked += [k for k in range(len(spans)) if k not in asked]
    places = [
        (k, slot)
        for k in asked
        for slot in range(max(map(spans[k].rfind, "LD")) + 1 if behind else 0, len(spans[k]))[
            ::step
        ]
        if spans[k][slot] in free and not (whole and "L" in spans[k])
    ]
    new = range(len(spans), len(spans) + n)
    places += [(k, slot) for k in new for slot in range(len(spans[0]))]
    yield from (Object(k, slot, asked) for k, slot in places[:n])


def answer(moments):
    return [(moment.span, moment.slot) for moment in moments]


ORDER = "first the spans that had a free slot before, by address, then the full ones"
SWEPT = "Each is swept when its turn comes, and its free slots are used from the lowest up"
LIVES = "`L` lives (marked)"
IDEAS = (
    Idea("by_address", "asking by address alone. Full spans come last.", ORDER, order="address"),
    Idea("never_full", "passing over full spans. Objects in them died.", ORDER, order="never full"),
    Idea("dead_is_not_free", "using only what was free. A sweep frees the dead.", SWEPT, free="."),
    Idea("the_dead_alone", "using only what died. What was free still is.", SWEPT, free="D"),
    Idea("whole_spans_only", "using only empty spans. A single slot is enough.", SWEPT, whole=1),
    Idea("behind_the_last", "going on behind the last object. Holes come first.", SWEPT, behind=1),
    Idea("from_the_top", "from the highest slot down. The lowest comes first.", SWEPT, step=-1),
    Idea("over_the_living", "taking marked slots for free. The marked live.", LIVES, free="L."),
)


def case(random):
    spans = []
    for _ in range(random.choice((1, 2, 3, 4))):
        span = "".join(random.choices("LLDD.", k=8))
        if random.random() < 0.5:
            span = span.replace(".", random.choice("LD"))
        spans.append("L" + span[1:] if set(span) == {"."} else span)
    return spans, random.choice((1, 2, 4, 9, 20))


def domain(spans, n):
    """Spans as long as each other, none of them without any object before."""
    return (
        spans
        and {len(span) for span in spans} == {len(spans[0])}
        and all(set(span) <= {*"LD."} and set(span) - {"."} for span in spans)
        and 1 <= n <= 20
    )


def simpler(spans, n):
    """A slot less in each span."""
    for slot in range(len(spans[0])):
        for fewer in {n, max(1, n - 1)}:
            yield [span[:slot] + span[slot + 1 :] for span in spans], fewer


# The scene


def _got(i, item, spans, turns, cells):
    """What it means that allocation i gets that slot: drawn into the cells, and in words."""
    if item is None:
        return f"allocation {i} gets nothing"
    k, slot = item
    said = f"allocation {i} gets slot {slot:,} of span {k:,}"
    if not 0 <= k < len(spans) + FRESH:
        return f"{said}, and there is no such span"
    if not 0 <= slot < len(spans[0]):
        return f"{said}, which has only slots 0 to {len(spans[0]) - 1}"
    free = sum(cell[1] == "free" for n in range(len(spans)) for cell in cells[n])
    cell = cells.setdefault(k, [["", "free", False] for _ in spans[0]])[slot]
    name, look, _ = cell
    cell[:] = [f"{name}·{i}" if look == "black" else str(i), "black", True]
    if k < len(spans):
        was = {"L": "an object lives in it", "D": "its object is dead", "": "it was free"}
        return f"{said}, {turns[k]}: {was.get(name, 'it is in use by now')}"
    said += ", a new one"
    said += f", with {plural(free, 'free slot')} left in others" if free else ""
    return said if look == "free" else f"{said}: it is in use by now"


def scene(says, moments, spans, n):
    """The spans after marking; then an allocation a step, in the slot that the answer says."""
    turns = {k: f"number {turn} to be asked" for turn, k in enumerate(moments[0].asked, 1)}
    looks = {"L": ["L", "black"], "D": ["D", "white"], ".": ["", "free"]}
    cells = {k: [[*looks[state], False] for state in span] for k, span in enumerate(spans)}
    sentence = f"marking is over, nothing is swept, and {plural(n, 'object')} will be allocated"
    for i in range(n + 1):
        if i:
            for cell in sum(cells.values(), []):
                cell[1:] = ["free" if cell[1] == "white" else cell[1], False]
            item = says[i - 1] if i <= len(says) else None
            sentence = _got(i, item, spans, turns, cells)
        if i == n and len(says) > n:
            sentence += f"; the answer goes on: {plural(len(says) - n, 'slot')} more"
        drawn, words = [], [("span", "slots", "turn")]
        for k, row in sorted(cells.items()):
            note, marks = "new", "0" * len(row)
            if k < len(spans):
                note = f"{'had a free slot' if '.' in spans[k] else 'was full'}, {turns[k]}"
                marks = "".join("1" if state == "L" else "0" for state in spans[k])
            drawn.append({
                "title": f"span {k}", "note": note, "cells": [list(cell) for cell in row],
                "more": False, "bits": [["mark bits", marks]], "touched": False,
            })  # fmt: skip
            words.append((f"span {k}", " ".join(cell[0] or "free" for cell in row), note))
        yield sheet(
            i,
            f"{sentence}.",
            words,
            phase="sweep",
            barrier="off",
            spans=drawn,
            caption="L: lives · D: dead, not swept yet · a number: given to that allocation",
        )


handed_out = room(
    __name__,
    "slots after a sweep",
    edges=(
        (["LLLLLLLL"], 1),
        (["DLLLLLLL"], 1),
        (["LDL....."], 2),
        (["LLLLLLLD", "LLL....."], 2),
        (["LLLLLLLL", "DDDDDDDD"], 3),
        (["LDLDLDLD"], 6),
        (["LLLLLLL.", "DLLLLLL."], 1),
        (["LL", "LL"], 3),
    ),
)

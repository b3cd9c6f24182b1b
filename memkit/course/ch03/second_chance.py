"""A second chance with two bits: the history of a page, as NFU with aging keeps it, no counter."""

from typing import NamedTuple

from memkit.checks import plural

from ..ideas import Idea
from ..task import room
from .sheet import FREE, KEPT, USED, sheet
from .sizes import some_refs

SHOWN = 8  # pages of a wrong answer in a sentence


class Use(NamedTuple):
    """Pages that the hand passed by, the one that goes, and for each frame 2 used + before."""

    passed: list
    out: int | None
    bits: list
    hand: int


def rule(refs, frames, *, sets=True, moved=True, counts=False, enters=0, on=1, stays=True):
    """`moved`: passing by moves *used* to *before*, `stays`: the hand, from fault to fault."""
    pages, bits, hand = [], [], 0
    for page in refs:
        passed, out = [], None
        if page in pages:
            at = pages.index(page)
            bits[at] = min(bits[at] + 1, 3) if counts else bits[at] | 2 * sets
        elif len(pages) < frames:
            pages.append(page)
            bits.append(enters)
        else:
            hand *= stays
            while bits[hand]:
                passed.append(pages[hand])
                bits[hand] = bits[hand] - 1 if counts else bits[hand] >> 1 if moved else 0
                hand = (hand + 1) % frames
            out, pages[hand], bits[hand] = pages[hand], page, enters
            hand = (hand + on) % frames
        yield Use(passed, out, bits[:], hand)


def answer(moments):
    return [moment.out for moment in moments if moment.out is not None]


BOTH = "If both bits are 0, that page goes"
MOVES = "*used* moves to *before*"
HIT = "a hit sets *used*"
LOADED = "A page is loaded with both 0"
ON = "the new one takes its frame, and the hand moves on by one"
HAND = "the hand (at first at frame 0)"
IDEAS = (
    Idea("plain_fifo", "plain FIFO. A page whose bits are not both 0 is passed by.", BOTH, sets=0),
    Idea(
        "one_bit", "the usual CLOCK. *used* is not lost, it moves to *before*.", MOVES, moved=False
    ),
    Idea(
        "a_counter", "counting up and down. Two bits are no number: a hit sets one.", HIT, counts=1
    ),
    Idea("enters_used", "loading a page with *used* set. Only a hit sets it.", LOADED, enters=2),
    Idea("hand_stays", "leaving the hand at the page just loaded. It moves on by one.", ON, on=0),
    Idea(
        "begins_anew", "beginning at frame 0 each time. The hand stays where it is.", HAND, stays=0
    ),
)


def case(random):
    return some_refs(random, 20, 6), random.randint(1, 4)


def domain(refs, frames):
    return refs and min(refs) >= 1 and 1 <= frames <= 4


# The scene


def _pages(pages):
    return f"page{'s' * (len(pages) > 1)} {' and '.join(map(str, pages[:SHOWN]))}"


def _what(use, held, page):
    """What the right run does."""
    if page in held:
        return "hit, its bit used is set"
    if use.out is None:
        return f"fault, it is loaded into frame {len(held)}"
    passed = f"the hand passes by {_pages(use.passed)}, and " if use.passed else ""
    return f"fault, {passed}page {use.out} goes"


def _claimed(out, gone, held):
    """What of a wrong run is known."""
    if out is None:
        return f"by now {_pages(gone) if gone else 'nothing'} went"
    if not out:
        return "nothing goes"
    strange = "" if set(out) <= set(held) else ", which is in no frame"
    return f"{_pages(out)} {'go' if len(out) > 1 else 'goes'}{strange}"


def scene(says, moments, refs, frames):
    """Each page takes the frame of the one that goes, by the answer; bits and hand are shown as
    long as it is right."""
    held, before, columns, marks, outs, right = [], [], [], [], [], True
    for i, (page, use, gone) in enumerate(zip(refs, moments, says, strict=True)):
        out = gone[len(before) :] if gone[: len(before)] == before else None
        right = right and out == [use.out] * (use.out is not None)
        hit, before = page in held, gone
        claimed = f"{'hit' if hit else 'fault'}, {_claimed(out, gone, held)}"
        what = _what(use, held, page) if right else claimed
        held = [page if one in (out or ()) else one for one in held]
        held += [page] * (page not in held and len(held) < frames)
        looks = [(str(one), ("used" if hit else USED) if one == page else KEPT) for one in held]
        columns.append(looks + [("", FREE)] * (frames - len(held)))
        marks.append("h" if hit else "F")
        outs.append("?" if out is None else " ".join(map(str, out[:SHOWN])))
        rows = []
        for at in range(frames):
            note = f"{use.bits[at]:02b}" if right and at < len(use.bits) else ""
            note += " ◀ hand" if right and at == use.hand else ""
            cells = [column[at] for column in columns]
            rows.append((f"frame {at}", cells, note, held[at : at + 1] == [page]))
        yield sheet(
            i,
            "second chance",
            f"place {i}, page {page}: {what}.",
            ["page", "fault?", "evicted"],
            refs,
            rows,
            marks,
            outs,
            "used, before",
            note=plural(frames, "frame"),
            caption="thick: loaded by a fault",
        )


second_chance = room(
    __name__,
    "a second chance with two bits",
    edges=(
        ([1], 1),
        ([1, 2], 1),
        ([1, 2, 3], 2),
        ([1, 1, 2, 3], 2),
        ([1, 1, 2, 2, 3], 2),
        ([1, 2, 3, 1, 4, 2, 5], 3),
        ([1, 2, 3, 4, 2, 5, 3, 6], 3),
    ),
    along="refs",
)

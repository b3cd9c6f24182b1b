"""Two changes of a real program, in use and resident, and the reason for them."""

from typing import NamedTuple

from memkit import pictures
from memkit.checks import size
from memkit.pictures.language import FREE, IN_USE, NOTHING, RESERVED

from ..ideas import Idea
from ..plain import text
from ..scenes.floors import drawn
from ..task import at_the_end, room

MIB = 1 << 20
HOW = ("more", "the same", "less")
REASONS = (  # a line for in use more, the same, less; in each line the same for resident
    ("recycled and cleared", "addresses only", "addresses only"),
    ("touched", "nothing", "given back"),
    ("touched", "free, but kept", "given back"),
)


class Change(NamedTuple):
    """A change in bytes, which of HOW it is, and the reason once both are known."""

    what: str
    nbytes: int
    how: int
    reason: str


def rule(in_use, resident, *, noise=MIB, read=(), only_use=False):
    """`read`: (line, column) of the table that are read as some other reason."""
    resident = in_use if only_use else resident
    row, column = (1 if abs(n) <= noise else 0 if n > 0 else 2 for n in (in_use, resident))
    yield Change("in use", in_use, row, "")
    yield Change("resident", resident, column, dict(read).get((row, column), REASONS[row][column]))


answer = at_the_end("reason")

NOISE = "A change of 1 MiB (1,048,576 bytes) or less in either direction is noise: *the same*"
LESS = '| less | `"touched"` | `"free, but kept"` | `"given back"` |'
MORE = '| more | `"recycled and cleared"` | `"addresses only"` | `"addresses only"` |'
IDEAS = (
    Idea(
        "use_is_memory",
        "taking what the heap uses for what is in frames. A heap that only grows is addresses.",
        MORE,
        only_use=True,
    ),
    Idea(
        "kept_is_given_back",
        "reading free memory as given back. Here the resident bytes did not fall.",
        LESS,
        read={(2, 1): "given back"},
    ),
    Idea(
        "cleared_is_touched",
        "thinking of the program's own writes only. The runtime clears what it recycles.",
        MORE,
        read={(0, 0): "touched"},
    ),
    Idea(
        "kept_and_touched",
        "stopping at what is in use. It is less, and yet more is resident: something was touched.",
        LESS,
        read={(2, 0): "free, but kept"},
    ),
    Idea(
        "given_back_and_more",
        "looking at resident first. Where the heap uses more, and no more is resident, it has "
        "addresses only.",
        MORE,
        read={(0, 2): "given back"},
    ),
    Idea(
        "a_mebibyte_counts",
        "counting a change of exactly 1 MiB. So much is noise still.",
        NOISE,
        noise=MIB - 1,
    ),
    Idea(
        "a_megabyte",
        "taking 1,000,000 bytes for 1 MiB. It has 1,048,576.",
        NOISE,
        noise=10**6,
    ),
    Idea("all_counts", "taking noise for a change. It must be more than 1 MiB.", NOISE, noise=0),
)


def case(random):
    change = (0, 40960, -24576, 6 * MIB, -6 * MIB, random.randint(2, 99) * MIB)
    return random.choice((*change, -5 * MIB)), random.choice(change)


def domain(in_use, resident):
    return all(abs(n) <= 1 << 40 for n in (in_use, resident))


def simpler(in_use, resident):
    """A round number on the same side."""
    for n in (0, 4096, MIB, 2 * MIB):
        yield n if in_use > 0 else -n, resident
        yield in_use, n if resident > 0 else -n


# The scene


def _change(n, whole, caption):
    """A change to scale around the middle, where the noise is."""
    blank = (whole - MIB, NOTHING, "", False)
    if abs(n) <= MIB:
        parts = [blank, (2 * MIB, RESERVED, "", 0.5 + n / (2.2 * MIB)), blank]
    else:
        parts = [blank, (MIB, RESERVED, "", False), (abs(n), IN_USE, "", False)]
        parts.append((whole - abs(n), NOTHING, "", False))
        parts = parts if n > 0 else parts[::-1]
    return pictures.bar([part for part in parts if part[0]], caption=caption)


def scene(says, moments, *changes):
    """The two changes, one at each step, lead to a place in the table; the answer fills its own."""
    whole, at = max(*map(abs, changes), 2 * MIB), tuple(moment.how for moment in moments)
    facts = []
    for what, n, how, _ in moments:
        change = f"{size(abs(n))} {'less' if n < 0 else 'more'}" if n else "no change"
        facts.append(f"{what}: {change}" + (", within the noise" if n and how == 1 else ""))
    end = f"in use {HOW[at[0]]}, resident {HOW[at[1]]}: {says}"
    if not any(says in row for row in REASONS):
        end = f"{text(says)} is none of the six reasons"
    bars = [_change(n, whole, fact) for n, fact in zip(changes, facts, strict=True)]
    for step, sentence in enumerate((*facts, end)):
        table = []
        for r, row in enumerate(REASONS):
            parts = [
                (
                    1,
                    IN_USE if step == 2 and reason == says else FREE,
                    reason,
                    at[: step + 1] == (r, c)[: step + 1],
                )
                for c, reason in enumerate(row)
            ]
            table.append(pictures.bar(parts, f"in use {HOW[r]}"))
        table.insert(0, [pictures.bar([], f"resident {how}") for how in HOW])
        note = "outlined: where the numbers lead; filled: where the answer belongs"
        scale = "left of the middle less, right of it more; dashed: up to 1 MiB, noise"
        yield drawn(
            step,
            f"{sentence}.",
            pictures.floor("space", "changes", scale, bars[: step + 1]),
            pictures.floor("frames", "reasons", note, table),
        )


SIDES = (2 * MIB, MIB + 1, MIB, 0, -MIB, -MIB - 1)
explain = room(
    __name__,
    "one surprise explained",
    edges=((0, 1_020_000), *((in_use, resident) for in_use in SIDES for resident in SIDES)),
)

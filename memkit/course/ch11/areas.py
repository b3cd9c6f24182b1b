"""How large the areas of a heap are: what can be read and written, and what is only reserved."""

from typing import NamedTuple

from memkit import pictures
from memkit.checks import hex, plural, size
from memkit.pictures.language import FREE, IN_USE, RESERVED

from ..ideas import Idea
from ..scenes import claimed
from ..scenes.floors import drawn
from ..scenes.to_scale import bar
from ..task import room

MIB = 1 << 20
BASE = 0xC000000000  # where Go's heap begins


class Block(NamedTuple):
    """What was left before a block, what it made grow, and the areas after it, all in MiB."""

    left: int
    grown: int
    arenas: int
    mapped: int
    end: int


def rule(
    blocks, *, unit=4, keeps=True, joins=True, missing=False, arenas="growth", mapped_all=0, both=0
):
    """`joins`: what was left and what is new, `missing`: it grows by what is not free."""
    mapped = end = free = 0
    for block in blocks:
        left, grown, more = free if keeps else 0, 0, 0
        if block > left:
            grown = -(-(block - left * missing) // unit) * unit
            if mapped + grown > end:
                needed = {"one": 1, "rest": mapped + grown - end}.get(arenas, grown)
                more = -(-needed // 64)
            mapped, end = mapped + grown, end + more * 64
        free = (left if joins or not grown else 0) + grown - block
        yield Block(left, grown, more, end if mapped_all else mapped, end + mapped * both)


def answer(moments):
    *_, last = moments
    return last.mapped * MIB, (last.end - last.mapped) * MIB


GROWS = "the heap grows behind them by all that the block needs, rounded up to whole 4 MiB"
LIES = "A block lies in the free pages at the end of what the heap has mapped, if there are enough"
ARENAS = "as many arenas are added as the whole growth needs"
IDEAS = (
    Idea(
        "only_what_was_asked",
        "mapping just what was asked for. The heap grows by whole 4 MiB.",
        GROWS,
        unit=1,
    ),
    Idea(
        "grows_by_an_arena",
        "growing by whole 64 MiB. So much is reserved; the heap grows by whole 4 MiB.",
        GROWS,
        unit=64,
    ),
    Idea(
        "all_of_the_arena",
        """making the whole arena readable. 64 MiB of addresses are reserved; only what the heap has
        grown by can be read and written.""",
        "the bytes that can be read and written, and the bytes that are only reserved",
        mapped_all=1,
    ),
    Idea(
        "grows_each_time",
        "growing for every block. What is left over is used first, where it is long enough.",
        LIES,
        keeps=False,
    ),
    Idea(
        "grows_by_the_rest",
        "growing by what is missing. It grows by the whole block, whatever is free before it.",
        GROWS,
        missing=True,
    ),
    Idea(
        "left_over_is_lost",
        "forgetting what was left over. It joins the new pages.",
        "new and left-over pages join",
        joins=False,
    ),
    Idea(
        "one_arena",
        "reserving one arena at a time. A growth of more than 64 MiB needs several.",
        ARENAS,
        arenas="one",
    ),
    Idea(
        "rest_of_the_arena",
        """counting on addresses that were reserved before. Where they do not suffice, the whole
        growth gets arenas of its own.""",
        ARENAS,
        arenas="rest",
    ),
    Idea(
        "readable_is_reserved_too",
        """counting what can be read and written as reserved, too. Only the rest of the arenas is
        *only* reserved.""",
        "the bytes that can be read and written, and the bytes that are only reserved",
        both=1,
    ),
)


def case(random):
    most = random.choice((3, 9, 30, 80))
    return ([random.randint(1, most) for _ in range(random.randint(1, 7))],)


def domain(blocks):
    return blocks and all(1 <= block <= 300 for block in blocks)


# The scene


def _why(moment):
    left, grown, arenas, *_ = moment
    if not grown:
        return f"it lies in the {size(left * MIB)} left over"
    few = f"{size(left * MIB)} are left over, too few" if left else "nothing is free"
    more = f" and reserves {plural(arenas, 'arena')} of 64 MiB" if arenas else ""
    return f"{few}, so the heap grows by {size(grown * MIB)}{more}"


def _line(readable, reserved, end, what):
    shown = max(0, min(readable, end))
    rest = max(0, min(reserved, end - shown))
    if shown != readable or rest != reserved:
        what += " · not all of it can be drawn here"
    parts = [(shown, IN_USE, "", True), (rest, RESERVED)]
    return bar(parts, end, f"from {hex(BASE)} on", what)


def scene(says, moments, blocks):
    """A block at each step, in the heap as it is, and the areas that the answer has after it."""
    for i, (moment, (readable, reserved)) in enumerate(zip(moments, says, strict=True)):
        mapped, end, used = moment.mapped, moment.end, sum(blocks[: i + 1])
        told = f"{claimed.size(readable)} can be read and written, "
        told += f"{claimed.size(reserved)} are only reserved"
        right = (readable, reserved) == answer([moment])
        why = f"{_why(moment)}; " if right else ""
        parts = [
            (n, IN_USE, f"{n} MiB" if n * 16 > end else "", k == i)
            for k, n in enumerate(blocks[: i + 1])
        ]
        caption = f"{size(used * MIB)} in use, {size((mapped - used) * MIB)} left over"
        heap = bar([*parts, (mapped - used, FREE)], end, caption=caption)
        areas = _line(readable, reserved, end * MIB, told)
        yield drawn(
            i,
            f"block {i + 1}, {size(blocks[i] * MIB)}: {why}{told}.",
            pictures.floor("mheap", "heap", "its blocks, to scale; empty: left over", [heap]),
            pictures.floor("space", "address space", "dashed: only reserved", [areas]),
        )


areas = room(
    __name__,
    "areas of a heap",
    edges=tuple(
        (blocks,)
        for blocks in (
            *([1], [3], [4], [5], [6], [64], [68], [260], [3, 1], [2, 6], [6, 6], [4, 60]),
            *([3, 62], [60, 68], [3, 6, 3], [5, 7, 2], [1, 3, 1]),
        )
    ),
    along="blocks",
)

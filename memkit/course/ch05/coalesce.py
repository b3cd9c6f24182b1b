"""A freed block joins its neighbours, as in glibc's unsorted list: it enters at the front."""

from itertools import pairwise
from typing import NamedTuple

from memkit.checks import size

from ..ideas import Idea
from ..task import at_the_end, room
from .region import Heap, listed


class Looked(NamedTuple):
    """Who was found on a side, what is freed by now, and the list then."""

    side: str
    near: tuple | None
    joined: tuple
    free: list


def rule(
    free,
    block,
    *,
    sides=("below", "above"),
    reach=None,
    most=2,
    first="list",
    leave=True,
    enters="front",
):
    """Freed; joined below; joined above, and in the list."""
    edges = {"below": block[0], "above": sum(block)}
    near = {
        side: next((one for one in free[:reach] if (sum(one), one[0])[i] == edge), None)
        for i, (side, edge) in enumerate(edges.items())
        if side in sides
    }
    taken = [one for one in near.values() if one]
    if first == "list":
        taken.sort(key=free.index)
    elif first == "above":
        taken.reverse()
    taken = taken[:most]
    joined, after = block, free[:]
    yield Looked("", None, joined, [joined, *after])
    for side in edges:
        one = near.get(side)
        if one in taken:
            joined = min(one, joined)[0], one[1] + joined[1]
            if leave:
                after.remove(one)
        listing = {"front": [joined, *after], "end": [*after, joined]}
        yield Looked(side, one, joined, listing.get(enters) or sorted([joined, *after]))


answer = at_the_end("free")

BELOW, ABOVE = "the free block that ends where it begins", "the one that begins where it ends"
FRONT = "the joined block enters at its front"
IDEAS = (
    Idea(
        "never_joined",
        "never joining. Where the block touches a free one, the two become one.",
        "join it with " + BELOW,
        sides=(),
    ),
    Idea(
        "below_only",
        "joining with the block below only. The one that begins where {block} ends may be free.",
        ABOVE,
        sides=("below",),
    ),
    Idea(
        "above_only",
        "joining with the block above only. One that ends where {block} begins may be free.",
        BELOW,
        sides=("above",),
    ),
    Idea(
        "one_only",
        "stopping at the first neighbour found. There may be one on either side: three become one.",
        f"{BELOW} and with {ABOVE}",
        most=1,
    ),
    Idea(
        "either",
        "looking above only where nothing is free below. There may be one on either side.",
        f"{BELOW} and with {ABOVE}",
        most=1,
        first="below",
    ),
    Idea(
        "either_above",
        "looking below only where nothing is free above. There may be one on either side.",
        f"{BELOW} and with {ABOVE}",
        most=1,
        first="above",
    ),
    Idea(
        "list_head",
        "comparing with the head of the list only. A neighbour may stand anywhere in this list.",
        "in no order of addresses",
        reach=1,
    ),
    Idea(
        "still_listed",
        "leaving the neighbours in the list. The next two requests could get the same bytes.",
        "These leave the list",
        leave=False,
    ),
    Idea(
        "by_address",
        "sorting by address. What was freed last stands first in this list, the rest as before.",
        "the others keep their order",
        enters="by address",
    ),
    Idea("at_the_end", "adding it at the end. It enters at the front.", FRONT, enters="end"),
)


def case(random):
    """A list in which no two blocks touch, and a live block that is freed."""
    at, blocks, free = 1000, [], []
    for _ in range(random.randint(1, 9)):
        blocks.append((at, random.randint(1, 9) * 8))
        at = sum(blocks[-1])
    freed = random.randrange(len(blocks))
    for i, block in enumerate(blocks):
        if i != freed and blocks[i - 1 : i] != free[-1:] and random.random() < 0.8:
            free.append(block)
    random.shuffle(free)
    return free, blocks[freed]


def domain(free, block):
    apart = all(sum(one) < other[0] for one, other in pairwise(sorted(free)))
    own = all(sum(one) <= other[0] for one, other in pairwise(sorted([*free, block])))
    return apart and own and all(at >= 1000 and n >= 8 for at, n in [*free, block])


def simpler(free, block):
    """All of 8 bytes, with gaps of 8 or none."""
    at, end, moved = 1000, 0, {}
    for one in sorted([*free, block]):
        at += 8 * (0 < end < one[0])
        moved[one] = at, 8
        at, end = at + 8, sum(one)
    yield [moved[one] for one in free], moved[block]


def scene(says, moments, free, block):
    """Is a free block below, is one above, and then the list: the answer's entry tells."""
    start, stop = block[0], sum(block)
    heap = Heap("the region", f"{size(block[1])} at {start} are freed", [*free, block])
    yield heap.picture(f"the block at {start}, {size(block[1])}, is freed.", free,
                       {block: "freed"}, start)  # fmt: skip
    joined = next((one for one in says if one[0] <= start and stop <= sum(one)), None)
    rest = list(free)
    for side, near, right, _ in moments[1:] if joined else ():
        low = side == "below"
        own, edge, far = (start, joined[0], right[0]) if low else (stop, sum(joined), sum(right))
        part = (joined[0], stop - joined[0]) if low else joined
        ends = "ends" if low else "begins"
        fact = f"a free block of {size(near[1])} {ends}" if near else f"no free block {ends}"
        claim = f"the joined block {'begins' if low else 'ends'} at {edge}"
        claim = claim if edge != own else "nothing joins"
        if near and edge == far:
            rest.remove(near)
        so = "so" if edge == far else "yet"
        yield heap.picture(f"{side}: {fact} at {own}, {so} {claim}.", [part, *rest], {}, start)
    said = f"the list is {listed(says)}"
    if joined is None:
        said += ", and no entry holds what was freed"
    elif says[0] == joined:
        said += ", the freed block at its front"
    spans = sorted((at, at + n) for at, n in says)
    if any(right[0] < left[1] for left, right in pairwise(spans)):
        said += "; two entries share bytes"
    yield heap.picture(f"{said}.", says, {}, start)


coalesce = room(
    __name__,
    "join neighbours",
    edges=(
        *(([(1008, 8)], (at, 8)) for at in (1000, 1016, 1024)),
        ([(1000, 8), (1016, 8)], (1008, 8)),
        ([(1016, 8), (1000, 8)], (1008, 8)),
        ([(1040, 8), (1000, 8), (1016, 8)], (1008, 8)),
        ([(1040, 8), (1008, 8)], (1000, 8)),
    ),
)

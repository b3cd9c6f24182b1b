"""A fit between first and best, split as in glibc where the rest is large enough (MINSIZE)."""

from itertools import pairwise
from typing import NamedTuple

from memkit.checks import plural, size

from ..ideas import Idea
from ..task import at_the_end, room
from .region import Heap, listed

MANY = 1 << 20  # bytes, more than any block has


class Looked(NamedTuple):
    """A block of the list, the choice so far, the blocks seen that fit, and what would be taken."""

    block: tuple
    best: tuple | None
    fits: list
    taken: tuple | None


def rule(
    free,
    need,
    k,
    least,
    *,
    counted="fits",
    beyond=0,
    equal=0,
    smallest=lambda least: least,
    rest="in place",
    went=True,
    fit=0,
    choice="smallest",
    low=True,
    early=True,
):
    """Block by block, until k of them fit; `beyond`: or so many more, `smallest`: rest that is
    split off, `fit`: how much larger than `need` a block must be."""
    fits, best = [], None
    for i, block in enumerate(free):
        if block[1] >= need + fit:
            fits.append(block)
            better = best is None or block[1] < best[1] + equal
            if {"last": True, "largest": not best or block[1] > best[1]}.get(choice, better):
                best = block
        taken = best and _taken(free, best, need, smallest(least), rest, went, low)
        taken = taken if early or len(fits) >= k else None
        yield Looked(block, best, fits[:], taken)
        if {"fits": len(fits), "all": i + 1, "first": len(fits) and k}.get(counted) == k + beyond:
            return


def _taken(free, block, need, least, rest, went, low=True):
    """(address, bytes that go, the list afterwards)"""
    at, (address, nbytes) = free.index(block), block
    before, after = free[:at], free[at + 1 :]
    if nbytes - need < least:
        return address, nbytes if went else need, before + after
    left = address + need, nbytes - need
    if not low:
        address, left = address + left[1], (address, left[1])
    place = {
        "in place": [*before, left, *after],
        "front": [left, *before, *after],
        "end": [*before, *after, left],
        "nowhere": [*before, *after],
    }
    return address, need, place[rest]


answer = at_the_end("taken")

SEEN = "until it has seen `k` blocks of at least `need` bytes"
UNLESS = "unless the rest has fewer than `least` bytes"
SMALLEST = "takes the smallest of them"
PLACE = "the rest keeps the block's place"
IDEAS = (
    Idea(
        "first_fit",
        "first fit. The search goes on until it has seen {k} blocks that are large enough.",
        SEEN,
        counted="first",
    ),
    Idea(
        "best_fit",
        "best fit. The search ends when it has seen enough blocks that fit; here {k} will do.",
        SEEN,
        counted="none",
    ),
    Idea(
        "k_in_all",
        "counting each block that is looked at. Only those of {need} bytes and more count to {k}.",
        SEEN,
        counted="all",
    ),
    *(
        Idea(name, sentence, SMALLEST, choice=choice)
        for name, sentence, choice in (
            ("last_seen", "taking the last block that was seen. The smallest is taken.", "last"),
            ("worst_fit", "taking the largest block. The smallest is taken.", "largest"),
        )
    ),
    Idea(
        "all_or_none",
        "giving up where fewer than {k} blocks fit. The end of the list ends the search, too.",
        "(or the end)",
        early=False,
    ),
    Idea(
        "high_end",
        "giving out the high end of a block. The program gets its low bytes.",
        "The program gets the low `need` bytes",
        low=False,
    ),
    Idea(
        "last_equal",
        "taking the last of equals. The first of them stays the choice until a smaller one comes.",
        "the first of equals",
        equal=1,
    ),
    Idea(
        "over_need",
        "passing by what fits exactly. A block of just {need} bytes is large enough.",
        "of at least `need` bytes",
        fit=1,
    ),
    Idea(
        "one_fit_more",
        "going on to one block more. The search ends when it has seen {k} that are large enough.",
        SEEN,
        beyond=1,
    ),
    *(
        Idea(
            name,
            "splitting always. A rest below {least} bytes is no block of its own: it goes along.",
            UNLESS,
            smallest=smallest,
        )
        for name, smallest in (("always_split", lambda n: 1), ("even_nothing", lambda n: 0))
    ),
    Idea(
        "never_split",
        "never splitting. A rest of {least} bytes and more stays in the list.",
        UNLESS,
        smallest=lambda n: MANY,
    ),
    Idea(
        "over_least",
        "splitting only where more than {least} bytes remain. A rest of just {least} is a block.",
        UNLESS,
        smallest=lambda n: n + 1,
    ),
    Idea(
        "rest_forgotten",
        "forgetting the rest where the whole block goes. Say that it went, or it never comes back.",
        "then the whole block goes",
        went=False,
    ),
    Idea("rest_in_front", "moving the rest to the front. It keeps its place.", PLACE, rest="front"),
    Idea("rest_lost", "losing the rest. It is free: it stays listed.", PLACE, rest="nowhere"),
    Idea("rest_at_end", "moving the rest to the end. It keeps its place.", PLACE, rest="end"),
)


def case(random):
    at, free = 1000, []
    for _ in range(random.randint(1, 7)):
        free.append((at, random.randint(1, 8) * 8))
        at = sum(free[-1]) + random.randint(1, 4) * 8
    random.shuffle(free)
    return free, random.randint(1, 7) * 8, random.randint(1, 4), random.choice((8, 16, 32))


def domain(free, need, k, least):
    """Free blocks that do not touch; nothing below 8 bytes."""
    apart = all(sum(one) < other[0] for one, other in pairwise(sorted(free)))
    sizes = [need, least, *(n for _, n in free)]
    return free and apart and min(sizes) >= 8 and min(free)[0] >= 1000 and k >= 1


def scene(says, moments, free, need, k, least):
    """The search as the rule makes it; which block goes, how much of it, and the list: as told."""
    heap = Heap(f"{size(need)} are wanted", f"the smallest of the first {k} that fit", free)
    looked, count = [], ""
    for (at, nbytes), _, fits, _ in moments:
        looked.append(at)
        count = f"{len(looked)} looked at, {len(fits)} of {k} fit"
        fact = f"{plural(len(fits), 'block')} of {k}" if nbytes >= need else "too small"
        yield heap.picture(f"the search looks at {at}: {size(nbytes)}, {fact}.", free, {}, None,
                           looked[:], None, count)  # fmt: skip
    best, fact = moments[-1].best, "none is large enough"
    if best:
        equal = sum(one[1] == best[1] for one in fits) > 1
        fact = f"the {'first of the ' if equal else ''}smallest of the {len(fits)} seen that fit: "
        fact = fact if len(fits) > 1 else "the only one seen that fits: "
        fact += f"{size(best[1])} at {best[0]}"
    at = says and says[0]
    so = "so" if at == (best and best[0]) else "yet"
    nbytes = dict(free).get(at)
    gone = "nothing is taken" if at is None else f"the one at {at} is taken"
    if at is not None and nbytes is None:
        gone = f"{at} is taken, where no free block begins"
    yield heap.picture(f"{fact}, {so} {gone}.", free, {}, None, looked, at, count)
    if says is None:
        return
    _, went, after = says
    left = [(a, n) for a, n in free if a != at]
    said = f"{size(went) if went >= 0 else f'{went} B'} go from {at} on"
    if nbytes is not None:
        right = _taken(free, (at, nbytes), need, least, "in place", True)[1]
        fact = f"{at} has {size(nbytes)}, too small"
        if nbytes >= need:
            fact = f"beyond the {size(need)} there are {nbytes - need} B, "
            fact += f"a block needs {least}" if nbytes > need else "nothing to split off"
        so = "so" if went == right and nbytes >= need else "yet"
        said = f"{fact}, {so} {went} B go"
        if went < nbytes:
            left.insert(free.index((at, nbytes)), (at + went, nbytes - went))
    taken = {(at, went): "taken"}
    yield heap.picture(f"{said}.", left, taken, at, None, None, count)
    yield heap.picture(f"the list afterwards: {listed(after)}.", after, taken, at, None, None,
                       count)  # fmt: skip


take = room(
    __name__,
    "between first and best fit",
    edges=(
        *(([(1000, size)], 16, 1, least) for size in (8, 16, 24, 32) for least in (8, 16)),
        *(([(1000, 32), (1040, 16)], 16, k, 8) for k in (1, 2)),
        ([(1000, 20)], 16, 1, 8),
        ([(1000, 24), (1040, 24)], 16, 2, 8),
        ([(1000, 8), (1040, 32), (1080, 16)], 16, 2, 8),
        ([(1000, 8), (1040, 24)], 8, 1, 8),
        ([(1000, 8), (1040, 24), (1080, 8)], 16, 1, 8),
    ),
)

"""How many bytes of which blocks stay, where a pointer to any byte keeps a block."""

from typing import NamedTuple

from memkit import pictures
from memkit.checks import WORD, hex, size
from memkit.pictures.language import FREE, IN_USE, NOTHING

from ..ideas import Idea
from ..scenes import claimed
from ..scenes.counted import amount_bar
from ..scenes.floors import drawn
from ..task import at_the_end, room


class Block(NamedTuple):
    """The pointers that lead into a block, and the bytes kept of it and of those before it."""

    pointers: list
    kept: int


def rule(blocks, pointers, *, inside=True, once=True, whole=True, ends=0):
    """`ends`: bytes behind a block that count as its own, `whole`: from its start on, always."""
    kept = 0
    for start, nbytes in blocks:
        into = [at for at in pointers if start <= at < start + nbytes + ends]
        into = [at for at in into if inside or at == start]
        if into:
            kept += (start + nbytes - (start if whole else min(into))) * (1 if once else len(into))
        yield Block(into, kept)


answer = at_the_end("kept")

ANY = "A pointer to any byte of a block keeps the whole block"
IDEAS = (
    Idea(
        "first_bytes",
        """asking for pointers to the first byte. A slice points into the middle of its array, and
        keeps it.""",
        ANY,
        inside=False,
    ),
    Idea(
        "once_a_pointer",
        "counting a block for each pointer. However many lead into it, it is kept once.",
        "Return how many bytes are kept",
        once=False,
    ),
    Idea(
        "from_there_on",
        """keeping a block from the pointer on. The allocator knows slots, and no parts of them: all
        of it stays.""",
        ANY,
        whole=False,
    ),
    Idea("past_the_end", "taking the byte behind a block for its own. It is not.", ANY, ends=1),
)


def case(random):
    blocks, at = [], 8 * random.randint(1, 20)
    for _ in range(random.randint(1, 5)):
        nbytes = random.choice((8, 16, 24, 48, 96))
        blocks.append((at, nbytes))
        at += nbytes + random.choice((0, 0, 8, 40))
    pointers = []
    for _ in range(random.randint(0, 4)):
        start, nbytes = random.choice(blocks)
        pointers.append(start + random.choice((0, random.randrange(nbytes), nbytes - 1, nbytes)))
    return blocks, pointers


def domain(blocks, pointers):
    """Blocks one behind the other."""
    ends = [8, *(start + nbytes for start, nbytes in blocks)]
    apart = all(end <= start for end, (start, _) in zip(ends, blocks, strict=False))
    return blocks and apart and all(n >= 8 for _, n in blocks) and all(at >= 0 for at in pointers)


# The scene


def _blocks_row(blocks, i, pointers):
    """Memory to scale: the blocks, filled if a pointer leads into them; block i is outlined."""
    parts, after = [], [start for start, _ in blocks[1:]] + [sum(blocks[-1]) + WORD]
    whole = after[-1] - blocks[0][0]
    for k, ((start, nbytes), then) in enumerate(zip(blocks, after, strict=True)):
        name = f"{hex(start)} {size(nbytes)}" if 8 * nbytes > whole else ""
        kept = any(start <= at < start + nbytes for at in pointers)
        parts.append((nbytes, IN_USE if kept and k <= i else FREE, name, k == i))
        parts += [(then - start - nbytes, NOTHING, "", False)] * (then > start + nbytes)
    return pictures.bar(parts, caption=f"pointers: {', '.join(map(hex, pointers)) or 'none'}")


def scene(says, moments, blocks, pointers):
    """A block at each step; what the answer keeps beyond what is kept is dashed."""
    blocks, before, was = list(map(tuple, blocks)), 0, 0
    whole = sum(blocks[-1]) + WORD - blocks[0][0]
    for i, ((start, nbytes), (into, kept), now) in enumerate(
        zip(blocks, moments, says, strict=True)
    ):
        why = ""
        if (now, now - was) == (kept, kept - before):
            why = "no pointer leads into it; "
            if into:
                leads = "leads" if len(into) == 1 else "lead"
                why = f"{', '.join(map(hex, into))} {leads} into it, all of it stays; "
        before, was = kept, now
        told = f"{claimed.size(now)} kept so far"
        row = amount_bar(kept, now, whole, "kept so far", write=claimed.size)
        yield drawn(
            i,
            f"block {i}, {size(nbytes)} from {hex(start)} on: {why}{told}.",
            pictures.floor(
                "mheap",
                "blocks",
                "in memory, to scale; filled: kept",
                [_blocks_row(blocks, i, pointers)],
            ),
            pictures.floor("frames", "kept", "to the same scale", [row]),
        )


bytes_kept = room(
    __name__,
    "what a slice keeps",
    edges=(
        ([(8, 16)], []),
        ([(8, 16)], [8]),
        ([(8, 16)], [20]),
        ([(8, 16)], [24]),
        ([(8, 16)], [8, 9]),
        ([(8, 16), (24, 8)], [24]),
    ),
    along="blocks",
)

"""Where tiny objects lie that share blocks."""

from typing import NamedTuple

from memkit import pictures
from memkit.checks import size
from memkit.golang.heap.mcache import tiny_align
from memkit.pictures.language import FREE, NOTHING, THIRD

from ..ideas import Idea
from ..plain import text
from ..scenes.floors import drawn
from ..task import at_the_end, room


class Object(NamedTuple):
    """All places so far, the block that is remembered, and where its free part begins."""

    places: list
    current: int
    free: int


def rule(
    sizes, block, *, alignments=(8, 4, 2), always=False, replaces=True, forgets=False, equal=0
):
    """`always`: aligned, whatever the size, `replaces`, `forgets`: the old block if the new one has
    more room, or always, `equal`: or as much."""
    places, current, free, made = [], None, block, 0
    for nbytes in sizes:
        align = next((a for a in alignments if always or nbytes % a == 0), 1)
        offset = -(-free // align) * align
        if current is not None and offset + nbytes <= block:
            places.append((current, offset))
            free = offset + nbytes
        else:
            places.append((made, 0))
            if current is None or forgets or replaces and nbytes < free + equal:
                current, free = made, nbytes
            made += 1
        yield Object(places[:], current, free)


answer = at_the_end("places")


def _first_fit(sizes, block):
    ends, places = [], []
    for nbytes in sizes:
        offsets = [tiny_align(end, nbytes) for end in ends]
        fits = [i for i, offset in enumerate(offsets) if offset + nbytes <= block]
        if not fits:
            ends.append(0)
        at, offset = (fits[0], offsets[fits[0]]) if fits else (len(ends) - 1, 0)
        places.append((at, offset))
        ends[at] = offset + nbytes
    return places


ROUNDED = "rounded up to a multiple of 8 if its size is one, else of 4, else of 2, else not at all"
MORE = "remembers the new block only if that has more room left than the old one"
IDEAS = (
    Idea(
        "packed",
        "packing byte by byte. An object starts at a multiple of 8, 4 or 2 if its size is one.",
        ROUNDED,
        alignments=(),
    ),
    Idea(
        "always_eight",
        "starting every object at a multiple of 8. One of an odd size may start at any byte.",
        ROUNDED,
        always=True,
    ),
    Idea(
        "always_replaced",
        "going on in the newest block, always. The old one stays if it has at least as much room.",
        MORE,
        forgets=True,
    ),
    Idea(
        "never_replaced",
        "staying with the first block for ever. The new block takes over where it has more room.",
        MORE,
        replaces=False,
    ),
    Idea(
        "as_much_replaces",
        "changing to a block with as much room. It must have more.",
        MORE,
        equal=1,
    ),
    Idea(
        "first_fit",
        "searching all the blocks. The allocator remembers one block only, and its offset.",
        "The allocator remembers one block and where its free part begins",
        instead=_first_fit,
    ),
)


def case(random):
    block = random.choice((16, 16, 32, 64))
    return [random.randint(1, block - 1) for _ in range(random.randint(1, 10))], block


def domain(sizes, block):
    return sizes and block in (16, 32, 64) and all(1 <= n < block for n in sizes)


# The scene


def scene(says, moments, sizes, block):
    """Object by object, a cell for each byte; which block is remembered follows from the answer."""
    blocks, current, end = {}, None, 0
    for step, (nbytes, places) in enumerate(zip(sizes, says, strict=True)):
        name, touched = chr(65 + step % 26), None
        if step >= len(places):
            said = f"{name}, {size(nbytes)}: placed nowhere."
            yield _tiny(step, said, blocks, block, current, end, None)
            continue
        number, offset = places[step]
        told = [f"{name}, {size(nbytes)}: block {text(number)}, offset {text(offset)}"]
        if offset % tiny_align(1, nbytes):
            told.append(f"which is no multiple of {tiny_align(1, nbytes)}")
        if not 0 <= offset <= block - nbytes:
            told.append(f"not all inside the {size(block)} of a block")
        if 0 <= number < 100:
            fresh, fit = number not in blocks, tiny_align(end, nbytes)
            if number == current and offset > fit:
                told.append(f"though the first place is {fit}")
            elif fresh and current is not None and fit + nbytes <= block:
                told.append(f"though it fits into block {current} at {fit}")
            cells = blocks.setdefault(number, [FREE] * block)
            where = range(max(0, offset), min(block, offset + nbytes))
            if any(cells[at] != FREE for at in where):
                told.append("over another object")
            for at in where:
                cells[at] = THIRD if cells[at] != FREE else name
            touched = number, where.start, max(where.start, where.stop)
            after = max(0, min(block, offset + nbytes))
            left = f"{size(block - after)} left, block {current} has {size(block - end)}"
            if number == current or current is None or (fresh and after < end):
                if fresh and current is not None:
                    told.append(f"remembered from now on: {left}")
                current, end = number, after
            elif fresh and fit + nbytes > block:
                told.append(f"not remembered: {left}")
            elif not fresh:
                told.append(f"though block {current} is the one remembered")
        yield _tiny(step, f"{', '.join(told)}.", blocks, block, current, end, touched)


def _tiny(step, sentence, blocks, block, current, end, touched):
    rows = []
    for number in sorted(blocks):
        label = f"block {number}" + (f": remembered, free from {end}" if number == current else "")
        here = [touched[1:]] if touched and touched[0] == number else []
        rows.append(pictures.row("".join(blocks[number]), label, touched=here, big=True))
    rows = [rows[n : n + 2] for n in range(0, len(rows), 2)] if block <= 16 else rows
    note = f"{size(block)} each; a letter: a byte of that object; hatched: of two"
    floor = pictures.floor("mcache", "tiny blocks", note, rows or [pictures.row(NOTHING)])
    return drawn(step, sentence, floor)


place_tiny = room(
    __name__,
    "tiny objects share a block",
    edges=(
        ([1, 8], 16),
        ([1, 2, 4], 16),
        ([3, 1], 16),
        ([1, 16], 32),
        ([4, 15, 1], 16),
        ([12, 12, 1], 16),
        ([12, 9, 1], 16),
        ([12, 9, 8, 3], 16),
        ([12, 5, 4, 8], 16),
    ),
    along="sizes",
)

"""The blocks of 16 bytes that tiny objects share: each byte, who has it, and what alignment leaves.

placement   (letter, address, bytes) of a tiny object, in the order of their coming; after Z comes A
hole        bytes before an object that wants an even place; nobody gets them any more
"""

from dataclasses import replace

from memkit import pictures
from memkit.checks import hex, plural, size
from memkit.golang.heap.sizeclass import TINY_SIZE, TINY_SPAN_CLASS
from memkit.pictures.language import FREE, RESERVED, THIRD
from memkit.pictures.tiers import floor_words

MOST = 8  # blocks drawn, the last ones


def placements(steps):
    """The steps at which a tiny object is placed, each with the placements up to it: `placed`."""
    made, placed = [], []
    for step in steps:
        detail = step.detail
        new_block = step.event == "slot" and detail.get("spanclass") == TINY_SPAN_CLASS
        if step.event == "tiny" or new_block and detail["size"] < TINY_SIZE:
            placed = [*placed, (chr(65 + len(placed) % 26), detail["address"], detail["size"])]
            made.append(replace(step, detail={**detail, "placed": placed}))
    return made


def block_row(block, placed, current):
    """One block: a cell for each byte. `current`: the address of the block that goes on."""
    inside = [one for one in placed if one[1] // TINY_SIZE * TINY_SIZE == block]
    cells, tells, end = "", [], 0
    for letter, address, nbytes in inside:
        start = address - block
        if start > end:
            why = f"a hole of {size(start - end)}: {letter}, {size(nbytes)}, wants an even place"
            tells.append((end, start, why))
        cells += THIRD * (start - end) + letter * nbytes
        end = start + nbytes
        told = f"{letter}: {size(nbytes)} at {hex(address)}, bytes {start} to {end - 1}"
        tells.append((start, end, told))
    left = TINY_SIZE - end
    goes_on = block == current
    cells += (FREE if goes_on else RESERVED) * left
    beside = f"{size(left)} left" + (", the next one goes here" if goes_on else ", given up")
    latest = inside[-1] == placed[-1]
    return pictures.row(
        cells,
        label=hex(block),
        beside=beside,
        touched=[(end - inside[-1][2], end)] if latest else [],
        unit=("byte", 0),
        tells=tells,
        means={letter: "in use" for letter, _, _ in inside} | {RESERVED: "given up"},
        big=True,
        inline=True,
    )


def tiny_picture(steps, i):
    """Step i of `placements`: the blocks so far, and in them the object that has just come."""
    step = steps[i]
    placed, proc = step.detail["placed"], step.state.procs[step.detail["p"]]
    letter, address, nbytes = placed[-1]
    blocks = list(dict.fromkeys(one[1] // TINY_SIZE * TINY_SIZE for one in placed))
    rows = [block_row(block, placed, proc.tiny) for block in blocks[-MOST:]]
    start = address % TINY_SIZE
    where = f"from byte {start} on of the block at {hex(address - start)}"
    if step.event == "slot":
        where = f"opens a block of {size(TINY_SIZE)} at {hex(address - start)}, a slot of its span"
    sentence = f"{letter}, {size(nbytes)}: {where}."
    note = "a letter: a byte of that object; hatched: a hole; empty: free; dashed: given up"
    text = f"{plural(len(placed), 'object')} in {plural(len(blocks), 'block')}"
    floor = pictures.floor("mcache", "tiny blocks", note, rows, text, acting=True)
    return pictures.picture(i, sentence, [floor], floor_words([floor]))

"""A walk through the tables in a dump of memory.

An entry counts things of the size of what it points to, so that a table may be smaller than a
page: so do ARM's coarse tables (ARM926EJ-S manual, DDI 0198D, table 3-5: bits 31 to 10 name a
table, 31 to 12 a page).
"""

from typing import NamedTuple

from memkit import pictures
from memkit.checks import hex
from memkit.pictures.walk import part_rows

from ..ideas import Idea
from ..scenes import claimed
from ..task import at_the_end, room
from .dump import PRESENT, looks, memory_row, names_of, number, split


class Entry(NamedTuple):
    """An entry that is read, what it points to (None if nothing), and the physical address."""

    index: int
    at: int
    entry: int
    start: int
    found: int


def rule(
    memory,
    root,
    va,
    widths,
    *,
    bit=PRESENT,
    low=0x7F,
    unit=None,
    mask=None,
    turned=1,
    rest=None,
    zero=True,
):
    """Level by level, to the page or to the fault; `bit`: of presence, `low`: of the number,
    `unit`: bits of what it counts, `mask`: of an index, `rest`: bits of `va` that are added,
    `zero`: is a number."""
    *indexes, offset = split(va, widths)
    if mask:
        indexes = [va >> sum(widths[n + 1 :]) & mask(widths[n]) for n in range(len(indexes))]
    start = root
    for level, index in enumerate(indexes[::turned]):
        at = start + index
        entry = memory[at]
        if bit and not entry & bit or not zero and not entry & low:
            yield Entry(index, at, entry, None, None)
            return
        start = (entry & low) << (unit(widths, level) if unit else widths[level + 1])
        yield Entry(index, at, entry, start, start + (offset if rest is None else va & rest))


answer = at_the_end("found")

BIT = "bit 7 says that it is present"
LOW = "the low seven bits are a number"
WIDE = "The parts of `va` are `widths` bits wide"
UNITS = "The next table, with n index bits, is 2^n bytes long, so the number is multiplied by that"
ADDRESS = "Return the physical address of `va`"
IDEAS = (
    Idea("never_absent", "following an entry that is not present. That faults.", BIT, bit=0),
    Idea("seven_for_bit_7", "testing with a 7. Bit 7 is 128, 0x80.", BIT, bit=7),
    Idea("bits_from_one", "counting bits from 1. Bit 0 is the lowest, bit 7 is 0x80.", BIT, bit=64),
    Idea("any_bit", "taking any bit for presence. Only bit 7 says it.", BIT, bit=0xFF),
    Idea("lowest_for_bit_7", "testing bit 0, the lowest. Bit 7 is 0x80.", BIT, bit=1),
    Idea("zero_is_none", "taking number 0 for none. Bit 7 alone says what is absent.", BIT, zero=0),
    Idea("present_bit_kept", "taking bit 7 for a part of the number. Mask it.", LOW, low=0xFF),
    Idea(
        "seven_for_seven_bits", "masking the number with 7. Seven bits are 127, 0x7F.", LOW, low=7
    ),
    Idea(
        "all_in_pages",
        "multiplying by the size of a page each time. What points to a table counts in tables.",
        UNITS,
        unit=lambda w, n: w[-1],
    ),
    Idea(
        "own_size",
        "multiplying by the size of the table that it lies in. What it points to counts.",
        UNITS,
        unit=lambda w, n: w[n],
    ),
    Idea(
        "number_is_address",
        "taking the number for an address. It counts tables, or pages.",
        UNITS,
        unit=lambda w, n: 0,
    ),
    Idea(
        "higher_bits_kept",
        "leaving higher bits in an index. Mask it: each index has a width of its own.",
        WIDE,
        mask=lambda w: -1,
    ),
    Idea(
        "one_bit_of_an_index",
        "masking an index with 2^n. That is one bit: 2^n - 1 has the n below it.",
        WIDE,
        mask=lambda w: 1 << w,
    ),
    Idea(
        "width_for_a_mask",
        "masking an index with n, its width. 2^n - 1 has n bits.",
        WIDE,
        mask=lambda w: w,
    ),
    Idea(
        "indexes_backwards",
        "using the lowest index first. The highest bits pick the entry of the first table.",
        "the first table begins at address `root`",
        turned=-1,
    ),
    Idea("offset_lost", "giving the start of the page. The offset is missing.", ADDRESS, rest=0),
    Idea(
        "all_of_va_added",
        "adding all of `va`. Only the offset leads on from the start of the page.",
        ADDRESS,
        rest=-1,
    ),
    Idea(
        "byte_for_address",
        "giving the byte that lies there. Asked for is its address.",
        ADDRESS,
        instead=lambda memory, *args: (
            None if (at := answer(rule(memory, *args))) is None else memory[at]
        ),
    ),
)


def case(random):
    """A dump of numbers below 12, so that also a wrong walk stays in it; smallest things first."""
    widths = [random.randint(1, 3) for _ in range(random.choice((2, 3, 3, 4)))]
    va = random.randrange(1 << sum(widths))
    memory = bytearray(random.choice((0, PRESENT)) | random.randrange(12) for _ in range(96))
    starts, taken = {}, set()
    for level in sorted(range(len(widths)), key=lambda level: widths[level]):
        places = [range(n << widths[level], n + 1 << widths[level]) for n in range(12)]
        place = random.choice([place for place in places if not taken & set(place)])
        starts[level] = place.start
        taken |= set(place)
    for level, below in enumerate(widths[1:]):
        index = va >> sum(widths[level + 1 :]) & (1 << widths[level]) - 1
        present = PRESENT * (random.random() > 0.12)
        memory[starts[level] + index] = present | starts[level + 1] >> below
    return bytes(memory), starts[0], va, widths


def domain(memory, root, va, widths):
    """Tables, and the page, lie in memory, at multiples of their size."""
    places = [root, *(moment.start for moment in rule(memory, root, va, widths))]
    return (
        2 <= len(widths) <= 4
        and all(1 <= width <= 3 for width in widths)
        and 0 <= va < 1 << sum(widths)
        and root % (1 << widths[0]) == 0
        and all(
            start is None or start + (1 << width) <= len(memory)
            for start, width in zip(places, widths, strict=False)
        )
    )


def scene(says, moments, memory, root, va, widths):
    """Entry by entry as the hardware walks; at the end the answer is outlined in memory."""
    *indexes, offset = split(va, widths)
    parts = part_rows(names_of(widths), widths, [*indexes, offset])
    note = f"bits {sum(widths) - 1} to 0; filled: 1"
    floors = [pictures.floor("space", "address", note, [parts], hex(va))]
    tables, page, end = [], (0, 0), ""
    thread, words = [[0, 0, 0]], [("step", "at", "byte", "what it says")]

    def drawn(sentence, at=None, caption=""):
        row = memory_row(memory, tables, page, at, caption)
        below = pictures.floor("frames", "memory", f"{len(memory)} bytes", [row])
        points = thread if at is None else [*thread, [len(floors), 0, at]]
        step = len(words) - 1
        return pictures.picture(step, sentence, [*floors, below], words, points)

    parts = f"{', '.join(map(str, indexes))} and {offset}, the offset"
    yield drawn(f"{hex(va)} has the parts {parts}; the first table is at {hex(root)}.")
    for level, (index, at, entry, start, _) in enumerate(moments):
        n, unit, first = 1 << widths[level], 1 << widths[level + 1], at - index
        last = level == len(indexes) - 1
        if start is None:
            told = "not present: the way ends here"
            end = f"entry [{index}] of level {level} is not present"
        else:
            what = "page" if last else "next table"
            told = f"present: the {what} is at {number(entry)} × {unit} bytes = {hex(start)}"
        said = f"[{index}] at {hex(at)} is {entry:#04x}, {told}"
        cells = looks(memory[first : first + n])
        row = pictures.row(cells, beside=said, touched=[(index, index + 1)], high=26)
        note = f"{n} entries at {hex(first)}"
        floors.append(pictures.floor("table", f"level {level}", note, [row]))
        thread.append([level + 1, 0, index])
        tables.append((first, n))
        words.append((f"level {level}", hex(at), f"{entry:#04x}", told))
        page = (start, unit) if last and not end else page
        yield drawn(f"Level {level}: entry {said}.")
    claim = claimed.address(says)
    inside = says is not None and 0 <= says < len(memory)
    if says is None:
        said = f"a page fault: {end}" if end else "a page fault, but every entry was present"
    elif end:
        said = f"but there is no page: {end}"
    elif page[0] <= says < sum(page):
        said = f"byte {says - page[0]} of the page at {hex(page[0])}; the offset is {offset}"
    else:
        said = f"but the walk leads to the page {hex(page[0])} to {hex(sum(page) - 1)}"
    words.append(("answer", claim, "", said))
    outside = "" if says is None else f"{claim} is not in memory"
    caption = f"outlined: {claim}" if inside else outside
    yield drawn(f"The answer is {claim}, {said}.", says if inside else None, caption)


DUMP = bytes([0, 0x82, 1, 0, 0, 0, 0, 0, *range(8), 0, 0, 0, 0x83, 3, 0, 0, 0, *range(40, 48)])
PACKED = bytes([0x82, 0x83, 0, 0, 0x81, 0, 0x80, 0x81, *range(24)])

walk = room(
    __name__,
    "walk a dump",
    edges=(
        (bytes([0, 0x81, 0, 0x82, 0, 0]), 0, 0b111, [1, 1, 1]),
        (bytes([0, 0x81, 0x82, 0, 0, 0]), 0, 0b101, [1, 1, 1]),
        (bytes([0, 1, 0x82, 0, 0, 0]), 0, 0b101, [1, 1, 1]),
        (bytes([0, 0x80]), 0, 0b1_1, [1, 1]),
        (bytes([0, 0x82, 0, 0, 0, 0]), 0, 0b01_0, [2, 1]),
        (DUMP, 0, 0b001_011_101, [3, 3, 3]),
        (DUMP, 0, 0b001_100_101, [3, 3, 3]),
        (DUMP, 0, 0b010_011_101, [3, 3, 3]),
        (PACKED, 0, 0b1_1_010, [1, 1, 3]),
        (PACKED, 0, 0b0_1_010, [1, 1, 3]),
        (PACKED, 6, 0b1_010, [1, 3]),
        (bytes([0x88, *bytes(17)]), 0, 0b0_1, [1, 1]),
        (bytes([0xFF, *bytes(255)]), 0, 0b0_1, [1, 1]),
    ),
)

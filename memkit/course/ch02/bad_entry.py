"""The one entry in the tables of a dump that names a frame beyond the end of memory.

All is 8 bytes long: tables, pages, frames.
"""

from typing import NamedTuple

from memkit import pictures
from memkit.checks import hex

from ..ideas import Idea
from ..scenes import claimed
from ..scenes.floors import drawn
from ..task import room
from .dump import PRESENT, memory_row, number, table_bar

PAGE = 8


class Seen(NamedTuple):
    """An entry that a walk can read, and whether it is the damaged one."""

    at: int
    entry: int
    bad: bool


def rule(
    memory,
    root,
    *,
    unit=PAGE,
    low=0x7F,
    tables=1,
    nested=0,
    accused=(),
    follows=0,
    more=0,
    enters=0,
    short=0,
    size=PAGE,
    own=True,
):
    """Entry by entry, the directory's first, or `nested`: a table's behind its own. `accused`:
    levels at which an absent one is bad, `more`: frames than there are, `enters`: those, too,
    `size`: of a frame, `own`: the directory's may be the one."""
    frames = len(memory) // PAGE
    todo = [(0, at) for at in range(root * unit, root * unit + PAGE)]
    while todo:
        level, at = todo.pop(0)
        entry = memory[at]
        present, frame = entry & PRESENT, entry & low
        bad = (present or level in accused) and frame >= len(memory) // size + more
        bad = bad and (level or own)
        yield Seen(at % PAGE if short else at, entry, bool(bad))
        if not level and tables and (present or follows) and frame < frames + enters:
            below = [(1, at) for at in range(frame * PAGE, frame * PAGE + PAGE)]
            todo = below + todo if nested else todo + below


def answer(moments):
    return next((moment.at for moment in moments if moment.bad), None)


ABSENT = "Entries that are not present may hold anything, and so may data"
BEYOND = "it names a frame beyond the end of memory"
ADDRESS = "Return that entry's physical address"
MORE = "missing the first frame beyond the end. Frames count from 0: of 3 the last is 2."
ROOT = "`root` is the *frame* of the first table"
WHERE = "in the directory or in one of the tables that it points to"
# Where several are wrongly accused, the order decides which comes first: each has two forms.
IN_ORDER = (
    (
        "absent_ones_too",
        "accusing an absent entry. Nobody reads its other bits.",
        ABSENT,
        {"accused": (0, 1)},
    ),
    (
        "absent_in_tables",
        "accusing a table's absent entry. It may be anything.",
        ABSENT,
        {"accused": (1,)},
    ),
    (
        "absent_in_directory",
        "accusing the directory's absent entry. It may be anything.",
        ABSENT,
        {"accused": (0,)},
    ),
    ("absent_followed", "following an absent entry. It names no table.", ABSENT, {"follows": 1}),
    ("root_is_address", "taking `root` for an address. It is a frame.", ROOT, {"unit": 1}),
)
IDEAS = (
    *(
        Idea(f"{name}{'_by_table' if order else ''}", sentence, text, **flags, **order)
        for name, sentence, text, flags in IN_ORDER
        for order in ({}, {"nested": 1})
    ),
    Idea(
        "directory_only", "looking only into the directory. Tables have entries.", WHERE, tables=0
    ),
    Idea(
        "tables_only",
        "looking into the tables only. An entry of the directory may be the damaged one.",
        WHERE,
        own=False,
    ),
    Idea(
        "all_of_memory",
        "searching all of memory. Most of it is data, where any byte is right.",
        ABSENT,
        instead=lambda memory, root: answer(
            Seen(at, entry, entry >= PRESENT + len(memory) // PAGE)
            for at, entry in enumerate(memory)
        ),
    ),
    Idea(
        "bit_7_in_the_frame",
        "taking bit 7 for a part of the frame's number. Mask it: the low seven bits name a frame.",
        BEYOND,
        low=0xFF,
    ),
    Idea("index_for_address", "giving the entry's index in its table.", ADDRESS, short=1),
    Idea(
        "bytes_for_frames",
        "comparing with the number of bytes. A frame has 8 of them.",
        BEYOND,
        size=1,
    ),
    Idea("one_frame_more", MORE, BEYOND, more=1),
    Idea("one_frame_more_read", MORE, BEYOND, more=1, enters=1),
)


def case(random):
    """A directory, two tables, and data like entries; often one entry is damaged."""
    frames = random.randint(5, 12)
    root, *rest = random.sample(range(frames), frames)
    memory = bytearray(random.randrange(256) for _ in range(frames * PAGE))
    memory[root * PAGE : (root + 1) * PAGE] = bytes(random.randrange(PRESENT) for _ in range(PAGE))
    for table, high in zip(rest[:2], random.sample(range(8), 2), strict=True):
        memory[root * PAGE + high] = PRESENT | table
        for middle in range(8):
            present = PRESENT if random.random() < 0.6 else 0
            memory[table * PAGE + middle] = present | random.choice(rest[2:])
    entries = list(rule(memory, root, nested=1))
    for at, entry, _ in entries:
        if entry < PRESENT and random.random() < 0.3:
            memory[at] = random.randrange(frames, 128)
    if random.random() < 0.8:
        good = [at for at, entry, _ in entries if entry >= PRESENT]
        memory[random.choice(good)] = PRESENT | random.randrange(frames, 128)
    return bytes(memory), root


def domain(memory, root):
    """At most one entry is damaged, and the directory is no table of its own."""
    moments = list(rule(memory, root))
    return (
        len(memory) % PAGE == 0
        and len({moment.at for moment in moments if moment.bad}) < 2
        and PRESENT + root not in _of(memory, root)
    )


def simpler(memory, root):
    """A frame less; those behind it have lower numbers."""
    for gone in range(len(memory) // PAGE):
        rest = memory[: gone * PAGE] + memory[(gone + 1) * PAGE :]
        yield bytes(byte - (number(byte) > gone) for byte in rest), root - (root > gone)


# The scene


def _of(memory, frame):
    """The bytes of a frame."""
    return memory[frame * PAGE : (frame + 1) * PAGE]


def _entry_words(memory, tables, at):
    """What the byte at an address is, and whether it can be the damaged entry."""
    if not 0 <= at < len(memory):
        return "which is not in memory"
    if at // PAGE not in tables:
        return f"a byte of data, {memory[at]:#04x}: no walk reads it as an entry"
    who = f"entry [{at % PAGE}] of {tables[at // PAGE]}, {memory[at]:#04x}:"
    if memory[at] < PRESENT:
        return f"{who} not present, and may hold anything"
    frame, last = number(memory[at]), len(memory) // PAGE - 1
    if frame > last:
        return f"{who} present, names frame {hex(frame)}, beyond the last, {hex(last)}"
    return f"{who} present, names frame {hex(frame)}, which exists"


def scene(says, moments, memory, root):
    """The tables that a walk can read, one by one; then the answer outlined among them."""
    read = dict.fromkeys(moment.at // PAGE for moment in moments)
    tables = {frame: f"the table in frame {hex(frame)}" for frame in read}
    tables[root] = "the directory"

    def shown(step, sentence, seen, at=None):
        floors = []
        for frame in seen:
            own = at % PAGE if at is not None and at // PAGE == frame else None
            row = table_bar(_of(memory, frame), own)
            name, note = ("directory", "; filled: present") if frame == root else ("table", "")
            floors.append(pictures.floor("table", name, f"frame {hex(frame)}{note}", [row]))
        row = memory_row(memory, [(frame * PAGE, PAGE) for frame in seen], at=at)
        note = f"frames 0x0 to {hex(len(memory) // PAGE - 1)}"
        return drawn(step, sentence, *floors, pictures.floor("frames", "memory", note, [row]))

    for step, (frame, name) in enumerate(tables.items()):
        entries = enumerate(_of(memory, frame))
        told = [f"[{i}] names {hex(number(entry))}" for i, entry in entries if entry & PRESENT]
        where = f", in frame {hex(frame)}," if frame == root else ""
        many = f"{len(told) or 'no'} present {'entry' if len(told) == 1 else 'entries'}"
        said = f"T{name[1:]}{where} has {': '.join(filter(None, [many, ', '.join(told)]))}."
        yield shown(step, said, list(tables)[: step + 1])
    said = "None: no present entry names a frame beyond the end of memory"
    if says is not None:
        said = f"{claimed.address(says)}, {_entry_words(memory, tables, says)}"
    inside = says is not None and 0 <= says < len(memory)
    yield shown(len(tables), f"The answer is {said}.", tables, says if inside else None)


def dump(*frames):
    """Memory whose frames begin with these bytes."""
    return b"".join(bytes(frame).ljust(PAGE, bytes(1)) for frame in frames)


bad_entry = room(
    __name__,
    "the corrupted entry",
    edges=(
        (dump([0x81], [0x80, 0x7F, 0, 0, 0x82]), 0),
        (dump([0x81], [0x80, 0, 0, 0, 0x81], [0xFF] * PAGE), 0),
        (dump([0x82, 0x81], [0x80, 0, 0, 0, 0x81]), 0),
        (dump([0x81, 0x7F], [0, 0x7F]), 0),
        (dump([0x81, 0x82], [0, 0x7F]), 0),
        (dump([1], [0xFF]), 0),
        (dump([1, 0x82], [0xFF]), 0),
        (dump([], [0, 0x82]), 1),
        (dump([0, 0, 0xFF], [0x80]), 1),
        (dump([0x87], *[[]] * 6), 0),
        (dump([0, 0, 0, 0, 0, 0, 0, 0x81], [0, 0, 0, 0, 0, 0, 0, 0x82]), 0),
        # The table is in frame 0x70, so that no bit of a number can be left out.
        (dump([0xF0], *[[]] * 0x6F, [0, 0xFF]), 0),
    ),
)

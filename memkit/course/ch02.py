"""The tasks of chapter 02: cut an address, walk a dump, find the bad entry, count references.

Each function below with a leading underscore is right; the others are known wrong ideas.
The dumps have pages of 8 bytes and addresses of 3 + 3 + 3 bits; an entry is one byte: bit 7 says
that it is present, the other seven are a frame number.
"""

from collections import OrderedDict

from .task import Task

PAGE = 8
PRESENT = 0x80


def _parts(va, widths):
    parts = []
    for width in reversed(widths):
        parts.insert(0, va % (1 << width))
        va >>= width
    return parts


def lowest_first(va, widths):
    """cutting from the low end. The first width belongs to the highest bits, the last one to
    the offset."""
    return _parts(va, widths[::-1])[::-1]


def nothing_cut_off(va, widths):
    """shifting without a mask. A part keeps only as many bits as it is wide."""
    shifts = [sum(widths[i + 1 :]) for i in range(len(widths))]
    return [va >> shift for shift in shifts]


def width_as_size(va, widths):
    """taking the width for the number of values. A part of {widths[0]} bits has 2 to that power
    of them."""
    parts = []
    for width in reversed(widths):
        parts.insert(0, va % width)
        va //= width
    return parts


def _address(random):
    widths = [random.randint(1, 9) for _ in range(random.randint(2, 5))]
    return random.randrange(1 << sum(widths)), widths


parts = Task(
    "ch02",
    "the parts of an address",
    _parts,
    _address,
    edges=((0, [2, 3]), (29, [2, 3]), (0x3229, [4, 12]), (0x611C, [5, 5, 5])),
    wrong=(lowest_first, nothing_cut_off, width_as_size),
)


def _lookup(memory, root, va, low=0x7F, needs_present=True, swapped=False):
    high, middle, offset = _parts(va, [3, 3, 3])
    if swapped:
        high, middle = middle, high
    frame = root
    for index in (high, middle):
        at = frame * PAGE + index
        entry = memory[at] if at < len(memory) else 0
        if needs_present and not entry & PRESENT:
            return None
        frame = entry & low
    return frame * PAGE + offset


def _walk(memory, root, va):
    return _lookup(memory, root, va)


def never_absent(memory, root, va):
    """following an entry that is not present. Bit 7 must be set, or the access faults."""
    return _lookup(memory, root, va, needs_present=False)


def present_bit_kept(memory, root, va):
    """taking the present bit for a part of the frame number. Only the low seven bits are."""
    return _lookup(memory, root, va, low=0xFF)


def indexes_swapped(memory, root, va):
    """using the middle bits first. The highest three pick the directory's entry."""
    return _lookup(memory, root, va, swapped=True)


def offset_lost(memory, root, va):
    """giving the start of the frame. The offset, the low three bits, is still to be added."""
    found = _lookup(memory, root, va)
    return None if found is None else found // PAGE * PAGE


def _dump(random, frames=12):
    """(memory, root, mapped addresses): a directory, two tables, and data like entries."""
    root, *rest = random.sample(range(frames), frames)
    memory = bytearray(random.randrange(256) for _ in range(frames * PAGE))
    memory[root * PAGE : (root + 1) * PAGE] = bytes(random.randrange(PRESENT) for _ in range(PAGE))
    mapped = []
    for table, high in zip(rest[:2], random.sample(range(8), 2), strict=True):
        memory[root * PAGE + high] = PRESENT | table
        for middle in range(8):
            present = PRESENT if random.random() < 0.6 else 0
            memory[table * PAGE + middle] = present | random.choice(rest[2:])
            mapped += [(high << 6 | middle << 3)] if present else []
    return memory, root, mapped


def _walk_case(random):
    memory, root, mapped = _dump(random)
    va = random.randrange(512)
    if mapped and random.random() < 0.7:
        va = random.choice(mapped) | random.randrange(8)
    return bytes(memory), root, va


TINY = bytes([0, 0x82, 1, 0, 0, 0, 0, 0, *range(8), 0, 0, 0, 0x83, 3, 0, 0, 0, *range(40, 48)])

walk = Task(
    "ch02",
    "walk a dump",
    _walk,
    _walk_case,
    edges=((TINY, 0, 0b001_011_101), (TINY, 0, 0b001_100_101), (TINY, 0, 0b010_011_101)),
    wrong=(never_absent, present_bit_kept, indexes_swapped, offset_lost),
)


def _entries(memory, root):
    """(address, entry) of every entry that a walk can read: the directory's, then the tables'."""
    found = []
    for at in range(root * PAGE, (root + 1) * PAGE):
        found.append((at, memory[at]))
        table = (memory[at] & 0x7F) * PAGE
        if memory[at] & PRESENT and table + PAGE <= len(memory):
            found += [(below, memory[below]) for below in range(table, table + PAGE)]
    return found


def _outside(memory, entry):
    return (entry & 0x7F) * PAGE >= len(memory)


def _bad_entry(memory, root):
    for at, entry in _entries(memory, root):
        if entry & PRESENT and _outside(memory, entry):
            return at
    return None


def absent_ones_too(memory, root):
    """accusing an entry that is not present. Its other bits may be anything: nobody reads them."""
    return next((at for at, entry in _entries(memory, root) if _outside(memory, entry)), None)


def directory_only(memory, root):
    """looking only into the directory. The tables below it have entries as well."""
    return next(
        (
            at
            for at in range(root * PAGE, (root + 1) * PAGE)
            if memory[at] & PRESENT and _outside(memory, memory[at])
        ),
        None,
    )


def all_of_memory(memory, root):
    """searching all of memory. Most of it is data, where any byte is right; only the directory
    and the tables it points to hold entries."""
    return next(
        (at for at, b in enumerate(memory) if b & PRESENT and _outside(memory, b)),
        None,
    )


def index_for_address(memory, root):
    """giving the entry's index in its table. Asked for is its physical address."""
    at = _bad_entry(memory, root)
    return None if at is None else at % PAGE


def _bad_case(random):
    memory, root, _ = _dump(random)
    good = [at for at, entry in _entries(memory, root) if entry & PRESENT]
    for at, entry in _entries(memory, root):
        if not entry & PRESENT and random.random() < 0.3:
            memory[at] = random.randrange(len(memory) // PAGE, 128)
    if good and random.random() < 0.8:
        memory[random.choice(good)] = PRESENT | random.randrange(len(memory) // PAGE, 128)
    return bytes(memory), root


SMALL = bytes([0x81, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x7F, 0, 0, 0x82, 0, 0, 0])
DATA = bytes([0x81, 0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 0x81, 0, 0, 0, *[0xFF] * 8])
FIRST = bytes([0x85, 0x81, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 0x81, 0, 0, 0])

bad_entry = Task(
    "ch02",
    "the corrupted entry",
    _bad_entry,
    _bad_case,
    edges=((SMALL, 0), (DATA, 0), (FIRST, 0)),
    wrong=(absent_ones_too, directory_only, all_of_memory, index_for_address),
)


def _count(pages, entries, levels, lru=True, data=1, entry=1):
    tlb, references = OrderedDict(), 0
    for page in pages:
        references += data
        if page in tlb:
            if lru:
                tlb.move_to_end(page)
            continue
        references += levels * entry
        if entries:
            if len(tlb) == entries:
                tlb.popitem(last=False)
            tlb[page] = None
    return references


def _references(pages, entries, levels):
    return _count(pages, entries, levels)


def walks_only(pages, entries, levels):
    """counting the walks only. After each walk, and after each hit, the data itself is read."""
    return _count(pages, entries, levels, data=0)


def fifo(pages, entries, levels):
    """throwing out the entry that came first. LRU throws out the one not used for longest, and
    a hit is a use."""
    return _count(pages, entries, levels, lru=False)


def one_for_a_walk(pages, entries, levels):
    """counting one reference for a walk. It reads an entry on each of the {levels} levels."""
    return _count(pages, entries, 1)


def always_walks(pages, entries, levels):
    """walking every time. A page that the TLB knows needs no walk."""
    return _count(pages, 0, levels)


def never_full(pages, entries, levels):
    """keeping every translation. This TLB has room for {entries}."""
    return _count(pages, len(pages), levels) if entries else _count(pages, 0, levels)


def _workload(random):
    pages = [random.randint(0, 7) for _ in range(random.randint(1, 20))]
    return pages, random.randint(0, 5), random.randint(1, 5)


references = Task(
    "ch02",
    "references of a workload",
    _references,
    _workload,
    edges=(
        ([5], 1, 4),
        ([5, 5], 1, 4),
        ([1, 2, 1, 3, 1], 2, 2),
        ([1, 2, 3, 1], 2, 4),
        ([1, 1], 0, 2),
    ),
    wrong=(walks_only, fifo, one_for_a_walk, always_walks, never_full),
)

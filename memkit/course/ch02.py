"""The tasks of chapter 02: what an entry covers, walk a dump, find the bad entry, count references.

Each function below with a leading underscore is right; the others are known wrong ideas.
An entry is one byte: bit 7 says that it is present, the other seven are a number. In `walk` it
counts things of the size of what it points to, so that a table may be smaller than a page: so do
ARM's coarse tables (ARM926EJ-S manual, DDI 0198D, table 3-5: bits 31 to 10 name a table, 31 to 12
a page). In `bad_entry` all is 8 bytes long.
"""

from collections import OrderedDict

from .task import Task

PAGE = 8
PRESENT = 0x80


def _covered(va, widths, level):
    size = 1 << sum(widths[level + 1 :])
    first = va // size * size
    return first, first + size - 1


def one_page_only(va, widths, level):
    """taking one page. All that lies below the index may vary: the indexes of the levels after
    {level}, and the offset."""
    return _covered(va, widths, len(widths) - 2)


def whole_table(va, widths, level):
    """taking all that the table covers. The index of level {level} picks one of its entries, so
    it is kept as well."""
    return _covered(va, widths, level - 1)


def levels_from_below(va, widths, level):
    """counting the levels from the last table. Level 0 is the first one: its index is the highest
    part."""
    return _covered(va, widths, len(widths) - 2 - level)


def from_here_on(va, widths, level):
    """starting at the address itself. In the first one all the lower parts are 0."""
    size = 1 << sum(widths[level + 1 :])
    return va, va + size - 1


def one_too_far(va, widths, level):
    """giving the address after the last one. In the last one all the lower bits are 1: one less."""
    first, last = _covered(va, widths, level)
    return first, last + 1


def _address(random):
    widths = [random.randint(1, 9) for _ in range(random.randint(2, 5))]
    return random.randrange(1 << sum(widths)), widths, random.randrange(len(widths) - 1)


covered = Task(
    "ch02",
    "what an entry covers",
    _covered,
    _address,
    edges=((29, [2, 3], 0), (0x3229, [4, 12], 0), (0x611C, [5, 5, 5], 0), (0x611C, [5, 5, 5], 1)),
    wrong=(one_page_only, whole_table, levels_from_below, from_here_on, one_too_far),
)


def _lookup(memory, root, va, widths, low=0x7F, needs_present=True, units=None, backwards=False):
    *indexes, offset = [va >> sum(widths[n + 1 :]) & (1 << w) - 1 for n, w in enumerate(widths)]
    start = root
    for index, width in zip(indexes[::-1] if backwards else indexes, widths[1:], strict=True):
        entry = memory[start + index] if start + index < len(memory) else 0
        if needs_present and not entry & PRESENT:
            return None
        start = (entry & low) << (width if units is None else units)
    return start + offset


def _walk(memory, root, va, widths):
    return _lookup(memory, root, va, widths)


def never_absent(memory, root, va, widths):
    """following an entry that is not present. Bit 7 must be set, or the access faults."""
    return _lookup(memory, root, va, widths, needs_present=False)


def present_bit_kept(memory, root, va, widths):
    """taking the present bit for a part of the number. Only the low seven bits are."""
    return _lookup(memory, root, va, widths, low=0xFF)


def all_in_pages(memory, root, va, widths):
    """multiplying by the size of a page at each level. A table with n index bits is 2 to the n
    bytes long, and an entry that points to it counts in those."""
    return _lookup(memory, root, va, widths, units=widths[-1])


def indexes_backwards(memory, root, va, widths):
    """using the lowest index first. The highest bits pick the entry of the first table."""
    return _lookup(memory, root, va, widths, backwards=True)


def offset_lost(memory, root, va, widths):
    """giving the start of the page. The offset, the lowest part, is still to be added."""
    found = _lookup(memory, root, va, widths)
    return None if found is None else found >> widths[-1] << widths[-1]


def _walk_case(random):
    """A dump of numbers below 12, so that also a wrong walk stays in it; smallest things first."""
    widths = [random.randint(1, 3) for _ in range(random.choice((2, 3, 3, 4)))]
    va = random.randrange(1 << sum(widths))
    memory = bytearray(random.choice((0, PRESENT)) | random.randrange(12) for _ in range(12 * PAGE))
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


DUMP = bytes([0, 0x82, 1, 0, 0, 0, 0, 0, *range(8), 0, 0, 0, 0x83, 3, 0, 0, 0, *range(40, 48)])
PACKED = bytes([0x82, 0x83, 0, 0, 0x81, 0, 0x80, 0x81, *range(24)])

walk = Task(
    "ch02",
    "walk a dump",
    _walk,
    _walk_case,
    edges=(
        (DUMP, 0, 0b001_011_101, [3, 3, 3]),
        (DUMP, 0, 0b001_100_101, [3, 3, 3]),
        (DUMP, 0, 0b010_011_101, [3, 3, 3]),
        (PACKED, 0, 0b1_1_010, [1, 1, 3]),
        (PACKED, 0, 0b0_1_010, [1, 1, 3]),
        (PACKED, 6, 0b1_010, [1, 3]),
    ),
    wrong=(never_absent, present_bit_kept, all_in_pages, indexes_backwards, offset_lost),
)


def _dump(random, frames=12):
    """(memory, root): a directory, two tables, and data like entries."""
    root, *rest = random.sample(range(frames), frames)
    memory = bytearray(random.randrange(256) for _ in range(frames * PAGE))
    memory[root * PAGE : (root + 1) * PAGE] = bytes(random.randrange(PRESENT) for _ in range(PAGE))
    for table, high in zip(rest[:2], random.sample(range(8), 2), strict=True):
        memory[root * PAGE + high] = PRESENT | table
        for middle in range(8):
            present = PRESENT if random.random() < 0.6 else 0
            memory[table * PAGE + middle] = present | random.choice(rest[2:])
    return memory, root


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


def _first_bad(memory, entries):
    bad = (at for at, entry in entries if entry & PRESENT and _outside(memory, entry))
    return next(bad, None)


def _bad_entry(memory, root):
    return _first_bad(memory, _entries(memory, root))


def absent_ones_too(memory, root):
    """accusing an entry that is not present. Its other bits may be anything: nobody reads them."""
    return next((at for at, entry in _entries(memory, root) if _outside(memory, entry)), None)


def directory_only(memory, root):
    """looking only into the directory. The tables below it have entries as well."""
    start = root * PAGE
    return _first_bad(memory, enumerate(memory[start : start + PAGE], start))


def all_of_memory(memory, root):
    """searching all of memory. Most of it is data, where any byte is right; only the directory
    and the tables it points to hold entries."""
    return _first_bad(memory, enumerate(memory))


def index_for_address(memory, root):
    """giving the entry's index in its table. Asked for is its physical address."""
    at = _bad_entry(memory, root)
    return None if at is None else at % PAGE


def _bad_case(random):
    memory, root = _dump(random)
    good = [at for at, entry in _entries(memory, root) if entry & PRESENT]
    for at, entry in _entries(memory, root):
        if not entry & PRESENT and random.random() < 0.3:
            memory[at] = random.randrange(len(memory) // PAGE, 128)
    if good and random.random() < 0.8:
        memory[random.choice(good)] = PRESENT | random.randrange(len(memory) // PAGE, 128)
    return bytes(memory), root


SMALL = bytes([0x81, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x7F, 0, 0, 0x82, 0, 0, 0])
DATA = bytes([0x81, 0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 0x81, 0, 0, 0, *[0xFF] * 8])
FIRST = bytes([0x82, 0x81, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 0x81, 0, 0, 0])

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
    return _count(pages, len(pages), levels)


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

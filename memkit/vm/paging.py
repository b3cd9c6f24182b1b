"""Page tables that live as bytes in physical memory, and the walk through them.

walk    read one entry a level, from the root down, until an entry maps a page or the way ends
step    one entry read: its level, index, own physical address, value and flags
kind    "table" (points to the next table), "page" (a leaf), "not present", "reserved" (malformed),
        "outside" (points to a table beyond the end of memory)

Since the tables are nothing but bytes, a memory dump made elsewhere can be loaded and walked:

    memory.write(0, dump)
    PageTable(scheme, memory, root=108).walk(0x611c)

Unlike the real one: no caches of upper levels, and changing an entry never tells any TLB.
"""

from typing import NamedTuple

from memkit.checks import instance, multiple, shown, whole
from memkit.trace import Trace
from memkit.vm.memory import OutOfFrames, PhysicalMemory
from memkit.vm.scheme import PagingScheme, TableSize


class WalkStep(NamedTuple):
    """One memory reference of a walk: the entry at `address` in the table in frame `table`."""

    level: int
    name: str
    table: int
    index: int
    address: int
    entry: int
    bits: tuple
    pfn: int
    kind: str

    def __str__(self):
        what = {
            "table": f"points to the table in frame {self.pfn:#x}",
            "page": f"maps the page to frame {self.pfn:#x}",
            "not present": "is not present",
            "reserved": "has a bit set that must be 0",
            "outside": f"points to frame {self.pfn:#x}, beyond the end of memory",
        }[self.kind]
        return f"{self.name}[{self.index}] at {self.address:#x} is {self.entry:#x}: it {what}"


class Mapping(NamedTuple):
    """A page and its frame; `nbytes` is larger than the base page for a huge page."""

    va: int
    pfn: int
    nbytes: int
    bits: tuple


class TableState(NamedTuple):
    """Frozen: the root, and for each table its level, frame and bytes."""

    root: int
    tables: tuple


def walk_entries(scheme, root, va, read, holds):
    """The walk itself, whatever the tables lie in -> tuple of WalkStep, as PageTable.walk.

    read(table, index) is an entry; holds(level, pfn): is there a table of that level in frame pfn?
    """
    indexes, _ = scheme.split(va)
    if not scheme.is_canonical(va):
        return ()
    table, steps = root, []
    for level, index in enumerate(indexes):
        address = (table << scheme.offset_bits) + index * scheme.pte_bytes
        entry = read(table, index)
        kind, pfn = scheme.kind(level, entry), scheme.pfn_of(entry)
        if kind == "table" and not holds(level + 1, pfn):
            kind = "outside"
        if kind == "page":  # in a huge page's entry the lowest frame bit may be PAT
            pfn &= -(1 << scheme.shifts[level] - scheme.offset_bits)
        bits = scheme.bits(level, entry)
        steps.append(
            WalkStep(level, scheme.names[level], table, index, address, entry, bits, pfn, kind)
        )
        if kind != "table":
            break
        table = pfn
    return tuple(steps)


class PageTable:
    """The tables of one address space, in `memory`. root: the frame of the top table.

    Without `root` a fresh empty table is made. With it, whatever lies there is the table.
    """

    def __init__(self, scheme, memory, root=None):
        instance("scheme", scheme, PagingScheme)
        instance("memory", memory, PhysicalMemory)
        if memory.page_size != scheme.page_bytes:
            raise ValueError(
                f"{scheme.name} has pages of {scheme.page_bytes} bytes, memory has frames of "
                f"{memory.page_size}."
            )
        frames = scheme.table_frames(0)
        if frames > memory.nframes:
            raise ValueError(
                f"memory must hold the top table: {frames} frames do not fit in {memory.nframes}."
            )
        self._strange = root is not None  # frames below a given root are not known to be taken
        if root is None:
            root = memory.alloc(frames)
            self._clear(memory, root, frames)
        else:
            root = whole("root", root, 0, memory.nframes - frames)
        memory.claim(root, frames)
        self.scheme, self.memory, self.root = scheme, memory, root
        self.trace = Trace(self)
        self._seen = {}

    @staticmethod
    def _clear(memory, pfn, frames):
        memory.write(pfn * memory.page_size, bytes(frames * memory.page_size))

    def walk(self, va):
        """Every entry that translating `va` reads, in order -> tuple of WalkStep.

        The last one says how it ends. Empty for an address that is not canonical.
        Nothing is changed: accessed and dirty bits are the MMU's work.
        """
        scheme, data, nframes = self.scheme, self.memory.data, self.memory.nframes
        bits, nbytes = scheme.offset_bits, scheme.pte_bytes

        def read(table, index):
            at = (table << bits) + index * nbytes
            return int.from_bytes(data[at : at + nbytes], "little")

        def holds(level, pfn):
            return pfn + scheme.table_frames(level) <= nframes

        return walk_entries(scheme, self.root, va, read, holds)

    def _target(self, va, size):
        """Check an address and a page size -> the level whose entry maps it."""
        scheme = self.scheme
        if not scheme.is_canonical(scheme.check(va)):
            raise ValueError(f"va={va:#x} is not canonical in {scheme.name}.")
        sizes = [1 << bits for bits in scheme.page_bits]
        if size is None:
            return scheme.levels - 1
        try:
            return scheme.shifts.index(sizes[sizes.index(whole("size", size, 1))].bit_length() - 1)
        except ValueError:
            raise ValueError(
                f"size must be one of {sizes} in {scheme.name}, not {shown(size)}."
            ) from None

    def map(self, va, pfn, size=None, **bits):
        """Map the page that holds `va` to frame `pfn`, making the tables on the way.

        size  bytes of a huge page (pfn and page must be aligned to it); base page if None
        bits  flags of the leaf; a page is present, writable and for the user unless told otherwise
        A mapped page is mapped anew (no TLB is told). ValueError, and nothing changed, if an entry
        on the way is a huge page or malformed, or no frame is left for a table.
        """
        level, scheme = self._target(va, size), self.scheme
        va, pfn = scheme.check(va), whole("pfn", pfn, 0, (1 << scheme.pfn_bits) - 1)
        leaf = scheme.encode(level, pfn, page=True, **bits)
        frames = 1 << scheme.shifts[level] - scheme.offset_bits
        if pfn % frames:
            raise ValueError(f"pfn must be a multiple of {frames} for this page size, not {pfn}.")
        steps = self.walk(va)[: level + 1]
        last = steps[-1]
        if last.level < level and last.kind != "not present":
            raise ValueError(f"cannot map {va:#x}: {last}.")
        if last.level == level and last.kind == "table":
            raise ValueError(f"cannot map a huge page at {va:#x}: {last}.")
        tables = self._take_tables(range(last.level + 1, level + 1), pfn, frames)
        address = last.address
        indexes, _ = scheme.split(va)
        for below, table in enumerate(tables, last.level + 1):
            self._clear(self.memory, table, scheme.table_frames(below))
            self.memory.put(address, scheme.pte_bytes, scheme.encode(below - 1, table, page=False))
            self.trace.emit(
                "table",
                "{name}: a new table in frame {pfn:#x}; the entry at {address:#x} points to it.",
                name=scheme.names[below], level=below, pfn=table, address=address,
            )  # fmt: skip
            address = (table << scheme.offset_bits) + indexes[below] * scheme.pte_bytes
        self.memory.put(address, scheme.pte_bytes, leaf)
        self.trace.emit(
            "map",
            "The entry at {address:#x} now maps {va:#x} to frame {pfn:#x}.",
            va=va, pfn=pfn, address=address, entry=leaf,
        )  # fmt: skip

    def _take_tables(self, levels, pfn, frames):
        """Frames for new tables, all or none, never those that the page itself will use."""
        memory = self.memory
        if levels and self._strange:
            for level, table in self.tables():
                memory.claim(table, self.scheme.table_frames(level))
            for page in self.mappings():
                memory.claim(page.pfn, page.nbytes // memory.page_size)
            self._strange = False
        before = bytes(memory.taken) if levels else b""
        memory.avoid(pfn, frames)
        try:
            return [memory.alloc(self.scheme.table_frames(level)) for level in levels]
        except OutOfFrames as error:
            memory.taken[:] = before
            raise OutOfFrames(f"no frame is left for a page table: {error}") from None

    def unmap(self, va):
        """Clear the page's entry and free the tables that are empty now -> the pfn it had.

        No TLB is told: until it is flushed, a cached translation goes on working.
        """
        scheme, memory = self.scheme, self.memory
        self._target(va, None)
        va = scheme.check(va)
        steps = self.walk(va)
        last = steps[-1]
        if last.kind != "page":
            raise ValueError(f"va={va:#x} is not mapped: {last}.")
        memory.put(last.address, scheme.pte_bytes, 0)
        for step, above in zip(reversed(steps[1:]), reversed(steps[:-1]), strict=True):
            frames = scheme.table_frames(step.level)
            start = step.table << scheme.offset_bits
            if any(memory.read(start, scheme.table_bytes(step.level))) or step.table == self.root:
                break
            memory.put(above.address, scheme.pte_bytes, 0)
            memory.claim(step.table, frames)
            memory.free(step.table, frames)
        self.trace.emit(
            "unmap",
            "The entry at {address:#x} is cleared: {va:#x} is no longer mapped.",
            va=va, pfn=last.pfn, address=last.address,
        )  # fmt: skip
        return last.pfn

    def edit(self, address, entry):
        """Overwrite the entry at a physical address with any number, sensible or not."""
        nbytes = self.scheme.pte_bytes
        address = multiple("address", address, nbytes, len(self.memory.data))
        entry = whole("entry", entry, 0, (1 << 8 * nbytes) - 1)
        self.memory.put(address, nbytes, entry)
        self.trace.emit(
            "edit", "The entry at {address:#x} is {entry:#x} now.", address=address, entry=entry
        )

    def _entries(self, level, table):
        """(index, entry) of the entries of a table that are not 0."""
        start = table << self.scheme.offset_bits
        n = 1 << self.scheme.index_bits[level]
        return self.memory.numbers(start, n, self.scheme.pte_bytes)

    def _is_table(self, level, entry):
        room = self.memory.nframes - self.scheme.pfn_of(entry)
        return self.scheme.kind(level, entry) == "table" and (
            room >= self.scheme.table_frames(level + 1)
        )

    def tables(self):
        """(level, pfn) of every table that a walk can reach, from the root down."""
        found, row = [(0, self.root)], {self.root}
        for level in range(self.scheme.levels - 1):
            row = {
                self.scheme.pfn_of(entry)
                for table in row
                for _, entry in self._entries(level, table)
                if self._is_table(level, entry)
            }
            found += [(level + 1, pfn) for pfn in sorted(row)]
        return tuple(found)

    def mappings(self):
        """Every mapped page in the order of addresses, one by one."""
        return self._mappings(0, self.root, ())

    def _mappings(self, level, table, indexes):
        scheme = self.scheme
        for index, entry in self._entries(level, table):
            path, pfn = (*indexes, index), scheme.pfn_of(entry)
            if self._is_table(level, entry):
                yield from self._mappings(level + 1, pfn, path)
            elif scheme.kind(level, entry) == "page":
                rest = (0,) * (scheme.levels - len(path))
                nbytes = 1 << scheme.shifts[level]
                pfn &= -(nbytes >> scheme.offset_bits)
                yield Mapping(scheme.join(path + rest), pfn, nbytes, scheme.bits(level, entry))

    def size(self):
        """What this table costs now: tables a level, bytes in all."""
        levels = [level for level, _ in self.tables()]
        counts = tuple(levels.count(n) for n in range(self.scheme.levels))
        frames = sum(self.scheme.table_frames(level) for level in levels)
        return TableSize(counts, frames * self.memory.page_size)

    def snapshot(self):
        rows = []
        for level, pfn in self.tables():
            now = self.memory.read(pfn << self.scheme.offset_bits, self.scheme.table_bytes(level))
            if self._seen.get(pfn) != now:
                self._seen[pfn] = now
            rows.append((level, pfn, self._seen[pfn]))  # an unchanged table is shared, not copied
        return TableState(self.root, tuple(rows))

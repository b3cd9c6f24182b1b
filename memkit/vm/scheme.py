"""How a machine cuts a virtual address, and what the bits of an entry mean.

va       virtual address: an index for each level, then the offset   0x00403004
level    0 is the table the root register points to; the last level maps pages
pfn      page frame number: physical address = pfn * page size + offset
entry    one number of pte_bytes in a table: flag bits and a pfn
leaf     an entry that ends the walk: in the last level, or a huge page higher up

Sources: Intel SDM vol. 3A chapter 4 ("Paging"; section 4.3 32-bit, 4.4 PAE, 4.5 4- and 5-level, 4.6
access rights, 4.7 page faults, 4.8 accessed and dirty flags); RISC-V privileged specification,
"Sv39"; OSTEP ("Operating Systems: Three Easy Pieces") chapters 18 and 20 for the toy formats.

Unlike the real ones: no protection keys, cache types, SMEP/SMAP (RISC-V: SUM = 1, MXR = 0), PSE-36;
CR0.WP and EFER.NXE are on, MAXPHYADDR is the widest a format can hold.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from memkit.checks import flag, instance, listed, one_of, shown, size, whole
from memkit.vm.bits import FLAGS, RIGHTS, usual_bits


class TableSize(NamedTuple):
    """What page tables cost: `tables` counts them level by level from the root; `nbytes` in all."""

    tables: tuple
    nbytes: int


@dataclass(frozen=True)
class PagingScheme:
    """A geometry: widths in bits, and for each flag its bit position (None: the format lacks it).

    Name no bit, and entries of 4 or 8 bytes are laid out as x86 does, smaller ones as OSTEP does
    (top bit valid, the rest pfn). Name one, and only those you name exist; a pfn without a place
    then starts at bit 0 and goes up to the next flag.
    readable   its presence means RISC-V's rules: a leaf is an entry with any of R, W, X, and only
               the leaf's rights count; without it x86's: rights are the AND over all levels
    reserved   for each level a mask of bits that must be 0 there (no flags there either)
    pfn        the lowest bit of the frame number, which is pfn_bits wide
    canonical  addresses are 64 bits, and all bits above va_bits must repeat the highest of them
    """

    index_bits: tuple = (10, 10)
    offset_bits: int = 12
    pte_bytes: int = 4
    present: int | None = None
    readable: int | None = None
    writable: int | None = None
    executable: int | None = None
    user: int | None = None
    accessed: int | None = None
    dirty: int | None = None
    global_: int | None = None
    no_execute: int | None = None
    page_size: int | None = None
    pat: int | None = None
    pfn: int | None = None
    pfn_bits: int | None = None
    reserved: tuple = ()
    canonical: bool = False
    names: tuple = field(default=(), compare=False)
    name: str = field(default="", compare=False)

    def __post_init__(self):
        put = lambda name, value: object.__setattr__(self, name, value)  # noqa: E731 - frozen
        widths = listed("index_bits", self.index_bits, "a tuple of widths, one a level", 64)
        if not 1 <= len(widths) <= 6:
            raise ValueError(f"index_bits must have 1 to 6 levels, not {len(widths)}.")
        put("index_bits", tuple(whole("index_bits", w, 1, 30) for w in widths))
        put("offset_bits", whole("offset_bits", self.offset_bits, 0, 30))
        put("pte_bytes", whole("pte_bytes", self.pte_bytes, 1, 8))
        if self.pte_bytes not in (1, 2, 4, 8):
            raise ValueError(f"pte_bytes must be 1, 2, 4 or 8, not {self.pte_bytes}.")
        put("canonical", flag("canonical", self.canonical))
        put("levels", len(self.index_bits))
        put("va_bits", sum(self.index_bits) + self.offset_bits)
        put("_last_va", (1 << (64 if self.canonical else self.va_bits)) - 1)
        put("page_bytes", 1 << self.offset_bits)
        if self.va_bits > 64:
            raise ValueError(
                f"index_bits and offset_bits must sum to 64 or less, not {self.va_bits}."
            )
        if self.page_bytes < self.pte_bytes:
            raise ValueError(
                f"offset_bits={self.offset_bits} makes pages of {self.page_bytes} bytes, smaller "
                f"than an entry of {self.pte_bytes} bytes."
            )
        if all(getattr(self, f) is None for f in (*FLAGS, "pfn", "pfn_bits")):
            for name, value in usual_bits(self.levels, self.offset_bits, self.pte_bytes).items():
                put(name, value)
        put("pfn", 0 if self.pfn is None else self.pfn)
        self._check_bits(put)
        names = listed("names", self.names, "texts, one a level", 64)
        if len(names) not in (0, self.levels) or not all(isinstance(n, str) for n in names):
            raise ValueError(f"names must be {self.levels} texts, one a level, not {shown(names)}.")
        put("names", tuple(names) or tuple(f"level {n}" for n in range(self.levels)))
        put(
            "name",
            instance("name", self.name, str)
            or "/".join(map(str, (*self.index_bits, self.offset_bits))),
        )
        shifts = [self.offset_bits + sum(self.index_bits[n + 1 :]) for n in range(self.levels)]
        upper = range(self.levels - 2, -1, -1)
        huge = [n for n in upper if self.readable is not None or self.at(n, "page_size")]
        put("shifts", tuple(shifts))
        put("page_bits", (self.offset_bits, *(shifts[n] for n in huge)))
        # The frame bits below a huge page's size must be 0, but for x86's PAT bit.
        low = [((1 << s - self.offset_bits) - 1) << self.pfn for s in shifts]
        put("unaligned", tuple(m & ~self._mask("pat") for m in low))
        put("_flags", tuple(self._flags_of(n) for n in range(self.levels)))
        put("_huge", tuple(self.at(n, "page_size") for n in range(self.levels)))
        put("_flag_mask", sum(map(self._mask, FLAGS)))
        put("_names", {})  # (level, all flags of an entry) -> names of those that are set
        put("_cuts", tuple((s, (1 << w) - 1) for s, w in zip(shifts, self.index_bits, strict=True)))
        nbytes = [self.table_bytes(n) for n in range(self.levels)]
        put("_table_frames", tuple(-(-n // self.page_bytes) for n in nbytes))
        # RISC-V: D, A and U must be 0 in an entry that points to a table.
        put("no_pointer", sum(self._mask(f) for f in ("dirty", "accessed", "user")))
        put("leaf_mask", sum(self._mask(right) for right in RIGHTS[:3]))

    def _check_bits(self, put):
        width = 8 * self.pte_bytes
        used = {}
        if self.present is None:
            raise ValueError("present must be a bit position: without it no entry is ever valid.")
        for name in FLAGS:
            bit = getattr(self, name)
            if bit is None:
                continue
            bit = whole(name, bit, 0, width - 1)
            put(name, bit)
            if bit in used:
                raise ValueError(f"{name} and {used[bit]} cannot both be bit {bit}.")
            used[bit] = name
        low = whole("pfn", self.pfn, 0, width - 1)
        if self.pfn_bits is None:
            put("pfn_bits", min([b for b in used if b >= low and used[b] != "pat"] + [width]) - low)
        if used.get(low, "pat") != "pat":
            raise ValueError(f"{used[low]} and the pfn cannot both be at bit {low}.")
        top = low + whole("pfn_bits", self.pfn_bits, 1, width - low)
        for bit, name in used.items():
            if low <= bit < top and name != "pat":
                raise ValueError(f"{name} at bit {bit} lies in the pfn's bits {low} to {top - 1}.")
        if self.pfn_bits + self.offset_bits > 62:
            both = self.pfn_bits + self.offset_bits
            raise ValueError(f"pfn_bits + offset_bits must be 62 or less, not {both}.")
        masks = (
            tuple(listed("reserved", self.reserved, "a tuple of masks", 64)) or (0,) * self.levels
        )
        if len(masks) != self.levels:
            raise ValueError(
                f"reserved must hold {self.levels} masks, one a level, not {len(masks)}."
            )
        put("reserved", tuple(whole("reserved", m, 0, (1 << width) - 1) for m in masks))
        put("_masks", tuple({n: self._mask(n) & ~m for n in FLAGS} for m in self.reserved))
        put("pfn_mask", ((1 << self.pfn_bits) - 1) << low)

    def _mask(self, name):
        bit = getattr(self, name)
        return 0 if bit is None else 1 << bit

    def at(self, level, name):
        """The mask of flag `name` in entries of `level`; 0 where there is no such flag."""
        try:
            return self._masks[level][name]
        except Exception:  # asked at every step of a walk: what is wrong is looked for only now
            whole("level", level, 0, self.levels - 1)
            one_of("name", name, FLAGS)
            raise

    # addresses

    def check(self, va):
        """`va` as an int. ValueError if the machine has no such address."""
        return whole("va", va, 0, self._last_va)

    def is_canonical(self, va):
        """Do the bits above va_bits all repeat the highest bit in use? (4-level: 63..47 equal)"""
        if type(va) is not int:
            va = whole("va", va)
        if not self.canonical:
            return True
        top = va >> self.va_bits - 1
        return top == 0 or top == (1 << 65 - self.va_bits) - 1

    def split(self, va):
        """-> (index of each level from the root down), offset."""
        va = self.check(va)
        indexes = tuple([va >> shift & mask for shift, mask in self._cuts])
        return indexes, va & self.page_bytes - 1

    def join(self, indexes, offset=0):
        """The address with these parts; canonical where the machine wants that."""
        indexes = listed("indexes", indexes, "a tuple of numbers", 64)
        if len(indexes) != self.levels:
            raise ValueError(f"indexes must be {self.levels} numbers, not {len(indexes)}.")
        va = whole("offset", offset, 0, self.page_bytes - 1)
        for n, (index, w) in enumerate(zip(indexes, self.index_bits, strict=True)):
            va |= whole(f"indexes[{n}]", index, 0, (1 << w) - 1) << self.shifts[n]
        if self.canonical and va >> self.va_bits - 1:
            va |= (1 << 64) - (1 << self.va_bits)
        return va

    # entries

    def pfn_of(self, entry):
        if type(entry) is not int:
            entry = whole("entry", entry, 0, (1 << 8 * self.pte_bytes) - 1)
        return (entry & self.pfn_mask) >> self.pfn

    def kind(self, level, entry):
        """What an entry is: "not present", "reserved" (malformed), "table" or "page"."""
        if type(level) is not int or type(entry) is not int or not 0 <= level < self.levels:
            level, entry = self._checked(level, entry)
        if not entry >> self.present & 1:
            return "not present"
        last = level == self.levels - 1
        if entry & self.reserved[level]:
            return "reserved"
        if self.readable is None:
            leaf = last or entry & self._huge[level]
        else:
            leaf = entry & self.leaf_mask
            if leaf and not entry >> self.readable & 1 and entry & self._mask("writable"):
                return "reserved"  # write-only is an encoding kept for the future
            if not leaf and (last or entry & self.no_pointer):
                return "reserved"
        if not leaf:
            return "table"
        return "reserved" if not last and entry & self.unaligned[level] else "page"

    def _flags_of(self, level):
        """(name, mask) of the flags in an entry of `level`: of a table or page, of a huge page."""
        flags = [(n, self.at(level, n)) for n in FLAGS if self.at(level, n)]
        if level == self.levels - 1:
            flags = [f for f in flags if f[0] != "page_size"]
        return [f for f in flags if f[0] != "pat"], flags

    def bits(self, level, entry):
        """The names of the flags set in an entry of `level`, in the order of FLAGS."""
        if type(level) is not int or type(entry) is not int or not 0 <= level < self.levels:
            level, entry = self._checked(level, entry)
        key = level, entry & self._flag_mask
        if key not in self._names:
            self._names[key] = self._names_of(level, entry)
        return self._names[key]

    def _names_of(self, level, entry):
        huge = entry & self.at(level, "page_size") and level < self.levels - 1
        return tuple(name for name, mask in self._flags[level][bool(huge)] if entry & mask)

    def _checked(self, level, entry):
        level = whole("level", level, 0, self.levels - 1)
        return level, whole("entry", entry, 0, (1 << 8 * self.pte_bytes) - 1)

    def encode(self, level, pfn, page=True, **bits):
        """An entry of `level` for frame pfn: a leaf if `page`, else a pointer to a table.

        Unless told otherwise it is present, readable, writable, executable and for the user.
        ValueError for a bit this scheme lacks, or a pfn too large.
        """
        level, page = whole("level", level, 0, self.levels - 1), flag("page", page)
        last = level == self.levels - 1
        flags = dict.fromkeys(("present", *(RIGHTS if page or self.readable is None else ())), True)
        for name in bits:
            if name not in FLAGS[:-2] or getattr(self, name) is None:
                has = ", ".join(n for n in FLAGS[:-2] if self._mask(n))
                raise ValueError(f"{self.name} entries have no bit {name!r}; they have {has}.")
        flags |= bits
        entry = whole("pfn", pfn, 0, (1 << self.pfn_bits) - 1) << self.pfn
        if page and not last:
            entry |= self.at(level, "page_size")
        for name, value in flags.items():
            entry |= self.at(level, name) if flag(name, value) else 0
        return entry

    # sizes

    def table_bytes(self, level):
        return self.pte_bytes << self.index_bits[whole("level", level, 0, self.levels - 1)]

    def table_frames(self, level):
        """Frames that one table of `level` fills: 1 on all real machines."""
        return self._table_frames[whole("level", level, 0, self.levels - 1)]

    @property
    def linear_bytes(self):
        """What one flat table for the whole address space would take."""
        return self.pte_bytes << sum(self.index_bits)

    def tables(self, regions):
        """The tables it takes to map `regions`, pairs (start, length in bytes) -> TableSize.

        The root table always exists. Regions may overlap; nothing is enumerated, so that a
        region may be as large as the address space.
        """
        mask, spans = (1 << self.va_bits) - 1, []
        for region in listed("regions", regions, "a list of pairs (start, length)"):
            pair = listed("a region", region, "a pair (start, length)", 64)
            if len(pair) != 2:
                raise ValueError(f"a region must be a pair (start, length), not {shown(region)}.")
            first = whole("a region's start", pair[0], 0, self._last_va) & mask
            length = whole("a region's length", pair[1], 1, mask + 1 - first)
            spans.append((first, first + length - 1))
        counts = [1]
        for level in range(1, self.levels):
            covers, seen, end = self.shifts[level - 1], 0, -1
            for first, last in sorted((a >> covers, b >> covers) for a, b in spans):
                seen += max(0, last - max(first, end + 1) + 1)
                end = max(end, last)
            counts.append(seen)
        frames = sum(n * self.table_frames(level) for level, n in enumerate(counts))
        return TableSize(tuple(counts), frames * self.page_bytes)

    def __str__(self):
        cut = "/".join(map(str, (*self.index_bits, self.offset_bits)))
        return (
            f"{self.name}: {cut} bits, {size(self.page_bytes)} pages, {self.pte_bytes}-byte entries"
        )

"""The TLB: a small cache of finished translations.

set, way   an entry may lie in any way of one set: set = page number modulo the number of sets
asid       the address space that an entry belongs to (x86: PCID, SDM 4.10.1; RISC-V: satp.ASID)
global     an entry of all address spaces (SDM 4.10.2.4)
stale      an entry that the tables no longer agree with; nothing but a flush removes it

A huge page takes one entry. Real sizes (entries, ways): Skylake L1 data 64 x 4 and L2 1536 x 12,
Zen 4 L1 data 72 fully associative, L2 3072 x 24 (Intel and AMD optimisation manuals; CPUID).

Unlike the real one: one array for all page sizes, and true LRU.
"""

import random
from typing import NamedTuple

from memkit.checks import WORD_MASK, flag, instance, listed, one_of, whole

REPLACEMENT = ("lru", "fifo", "random")


class TLBEntry(NamedTuple):
    """A cached translation: page `vpn` of 2**page_bits bytes -> physical address `frame`."""

    asid: int
    vpn: int
    page_bits: int
    frame: int
    readable: bool
    writable: bool
    executable: bool
    user: bool
    global_: bool
    dirty: bool

    def covers(self, va, asid):
        """Is it the translation of `va` in address space `asid`? (None: in any)"""
        va, asid = whole("va", va), asid if asid is None else whole("asid", asid)
        return _is_of(self, asid) and self.vpn == va >> self.page_bits


NUMBERS = [f"the {name} of entry" for name in ("asid", "vpn", "page_bits", "frame")]


def _is_of(entry, asid):
    """Does the address space `asid` (None: any) use this entry?"""
    return entry.global_ or asid is None or entry.asid == asid


class TLB:
    """`entries` translations in sets of `ways`; replacement "lru", "fifo" or "random" in a set.

    ways=None is fully associative. The number of sets need not be a power of two.
    """

    def __init__(self, entries=16, ways=None, replacement="lru", seed=0):
        entries = whole("entries", entries, 1, 1 << 20)
        ways = entries if ways is None else whole("ways", ways, 1, entries)
        if entries % ways:
            raise ValueError(f"ways must divide the {entries} entries, {ways} does not.")
        one_of("replacement", replacement, REPLACEMENT)
        seed = whole("seed", seed, 0, WORD_MASK)
        self.entries, self.ways, self.replacement = entries, ways, replacement
        self.nsets = entries // ways
        self._sets = [[None] * ways for _ in range(self.nsets)]
        self._stamps = [[0] * ways for _ in range(self.nsets)]
        self._clock = 0
        self._random = random.Random(seed)

    def __repr__(self):
        return f"TLB(entries={self.entries}, ways={self.ways}, replacement={self.replacement!r})"

    def set_of(self, va, page_bits):
        return (whole("va", va) >> whole("page_bits", page_bits, 0, 64)) % self.nsets

    def lookup(self, va, asid=0, page_bits=(12,)):
        """The entry for `va`, or None. `page_bits`: the page sizes to look for."""
        va = whole("va", va)
        if type(asid) is not int and asid is not None:
            asid = whole("asid", asid)
        if type(page_bits) is not tuple:
            page_bits = listed("page_bits", page_bits, "numbers of bits", 64)
        for bits in page_bits:
            vpn = va >> whole("page_bits", bits, 0, 64)
            row = vpn % self.nsets
            for way, entry in enumerate(self._sets[row]):
                if (
                    entry is not None
                    and entry.vpn == vpn
                    and entry.page_bits == bits
                    and _is_of(entry, asid)
                ):
                    if self.replacement == "lru":
                        self._clock += 1
                        self._stamps[row][way] = self._clock
                    return entry
        return None

    def insert(self, entry):
        """Take in a translation -> the entry that had to go, or None.

        An entry for the same page is replaced first, then an empty way is filled.
        """
        instance("entry", entry, TLBEntry)
        for name, number in zip(NUMBERS, entry, strict=False):
            whole(name, number, 0, WORD_MASK)
        row = entry.vpn % self.nsets
        ways, stamps = self._sets[row], self._stamps[row]
        way = self._way(entry, ways, stamps)
        old, ways[way] = ways[way], entry
        self._clock += 1
        stamps[way] = self._clock
        same = old is None or old[:3] == entry[:3]
        return None if same else old

    def _way(self, new, ways, stamps):
        for way, entry in enumerate(ways):
            if entry is not None and entry[1:3] == new[1:3] and _is_of(entry, new.asid):
                return way
        if None in ways:
            return ways.index(None)
        if self.replacement == "random":
            return self._random.randrange(len(ways))
        return stamps.index(min(stamps))

    def _drop(self, doomed):
        gone = 0
        for ways in self._sets:
            for way, entry in enumerate(ways):
                if entry is not None and doomed(entry):
                    ways[way] = None
                    gone += 1
        return gone

    def flush(self, keep_global=False):
        """Forget everything -> how many entries. keep_global: what a write to CR3 spares."""
        keep_global = flag("keep_global", keep_global)
        return self._drop(lambda entry: not (keep_global and entry.global_))

    def flush_page(self, va, asid=None):
        """Forget the page of `va`, global or not (INVLPG; sfence.vma). asid=None: in all spaces."""
        va, asid = whole("va", va), asid if asid is None else whole("asid", asid)
        return self._drop(lambda entry: entry.covers(va, asid))

    def flush_asid(self, asid):
        """Forget one address space; global entries stay (INVPCID type 1; sfence.vma)."""
        asid = whole("asid", asid)
        return self._drop(lambda entry: entry.asid == asid and not entry.global_)

    def live(self):
        """Every entry held."""
        return [entry for ways in self._sets for entry in ways if entry is not None]

    def snapshot(self):
        """Frozen: sets of ways, each an entry or None."""
        return tuple(map(tuple, self._sets))

"""Many translations at once, in numpy: all walks go down one level at a time, side by side.

Works through the addresses in pieces, so that memory beyond the result stays small.
"""

import copy

import numpy as np

from memkit.checks import shown
from memkit.vm.access import marks_accessed, tlb_entry
from memkit.vm.faults import Fault

PIECE = 1 << 15  # addresses that go side by side: their columns fit into a CPU's cache


def translate_many(mmu, vas, write, user, fetch):
    """Physical addresses, -1 for a fault: what mmu.translate says one by one, A and D included."""
    scheme = mmu.table.scheme
    if write and fetch:
        raise ValueError("an access is a write or a fetch, not both.")
    vas = _addresses(scheme, vas)
    flat = vas.reshape(-1)
    if _order_matters(mmu):
        return np.array(_one_by_one(mmu, flat, write, user, fetch), np.int64).reshape(vas.shape)
    pas = np.full(flat.shape, -1, np.int64)
    for start in range(0, len(flat), PIECE):
        piece = flat[start : start + PIECE].astype(np.uint64).view(np.int64)
        _walk(mmu.table, piece, pas[start : start + PIECE], write, user, fetch)
    return pas.reshape(vas.shape)


def _addresses(scheme, vas):
    """`vas` as an array of whole numbers, all of them addresses of this machine."""
    try:
        array = np.asarray(vas) if np.iterable(vas) or isinstance(vas, np.generic) else None
    except Exception:  # rows of different lengths, or what refuses to be gone through
        array = None
    if array is None or array.ndim == 0 and not isinstance(vas, np.generic | np.ndarray):
        raise ValueError(f"vas must be an array of whole numbers, not {shown(vas)}.")
    if array.dtype.kind not in "ui" and not isinstance(vas, np.ndarray):
        array = np.asarray(vas, object)  # Python ints of any size, which numpy may have made floats
    if array.dtype.kind == "O":
        checked = [scheme.check(va) for va in array.reshape(-1)]
        return np.array(checked, np.uint64).reshape(array.shape)
    if array.dtype.kind not in "ui":
        raise ValueError(f"vas must be an array of whole numbers, not of {array.dtype}.")
    if array.size:
        scheme.check(int(array.min()))
        scheme.check(int(array.max()))
    return array


def _order_matters(mmu):
    """Could an earlier translation change a later one? Then side by side would be wrong."""
    scheme, table = mmu.table.scheme, mmu.table
    if mmu.tlb and any(
        _stale(mmu, entry) for entry in mmu.tlb.live() if entry.global_ or entry.asid == mmu.asid
    ):
        return True
    # A or D, set in an entry, breaks a table on another level where that bit must be 0 (PAE's top).
    marks = sum(1 << bit for bit in (scheme.accessed, scheme.dirty) if bit is not None)
    levels = {n for n, mask in enumerate(scheme.reserved) if mask & marks}
    seats = {}
    for level, pfn in table.tables() if levels else ():
        for frame in range(pfn, pfn + scheme.table_frames(level)):
            seats.setdefault(frame, set()).add(level)
    return any(len(seat) > 1 and seat & levels for seat in seats.values())


def _stale(mmu, entry):
    """Would a walk now find anything else, or have an A or D bit to set?"""
    scheme, va = mmu.table.scheme, entry.vpn << entry.page_bits
    steps = mmu.table.walk(va)
    if not steps or steps[-1].kind != "page":
        return True
    now = tlb_entry(scheme, entry.asid, va, steps)
    unmarked = any(
        scheme.at(step.level, "accessed") and "accessed" not in step.bits
        for step in steps
        if marks_accessed(scheme, step)
    )
    return unmarked or now[:-1] != entry[:-1] or entry.dirty > now.dirty


def _one_by_one(mmu, vas, write, user, fetch):
    kept = mmu.tlb, mmu.counts, mmu.trace.on
    mmu.tlb, mmu.counts, mmu.trace.on = copy.deepcopy(mmu.tlb), dict(mmu.counts), False
    pas = []
    try:
        for va in vas:
            try:
                pas.append(mmu.translate(int(va), write, user, fetch).pa)
            except Fault:
                pas.append(-1)
    finally:
        mmu.tlb, mmu.counts, mmu.trace.on = kept
    return pas


def _walk(table, va, pas, write, user, fetch):
    """Translate one piece: va (int64, any bit pattern) -> pas, in place."""
    scheme, memory = table.scheme, table.memory
    entries = np.frombuffer(memory.data, f"<u{scheme.pte_bytes}")
    to_slot = scheme.offset_bits - (scheme.pte_bytes.bit_length() - 1)
    where = np.arange(len(va))  # whose walks these are; shrinks when some end early
    if scheme.canonical:
        top = va >> scheme.va_bits - 1
        va, where = _keep((top == 0) | (top == -1), va, where)
    base, denied = table.root << to_slot, np.zeros(len(va), bool)
    for level in range(scheme.levels):
        slot = (va >> scheme.shifts[level] & (1 << scheme.index_bits[level]) - 1) + base
        entry = entries.take(slot)
        tables, pages = _kinds(scheme, level, entry)
        if scheme.readable is None:
            denied |= _denied(scheme, level, entry, write, user, fetch)
        if pages is not None and pages.any():
            leaf, at, who = _keep(pages, entry, slot, where)
            refused, address = _keep(pages, denied, va)
            if scheme.readable is not None:
                refused = _denied(scheme, level, leaf, write, user, fetch)
            leaf, at, who, address = _keep(~refused, leaf, at, who, address)
            inside = (1 << scheme.shifts[level]) - 1
            frame = _pfns(scheme, leaf) << scheme.offset_bits
            pas[who] = frame & ~inside | address & inside
            _mark(entries, at, leaf, scheme.at(level, "accessed"))
            _mark(entries, at, leaf, scheme.at(level, "dirty") if write else 0)
        if tables is None:
            return
        pfn = _pfns(scheme, entry)
        tables &= pfn <= memory.nframes - scheme.table_frames(level + 1)
        entry, slot, pfn, va, where, denied = _keep(tables, entry, slot, pfn, va, where, denied)
        if scheme.readable is None:
            _mark(entries, slot, entry, scheme.at(level, "accessed"))
        base = pfn << to_slot


def _keep(which, *columns):
    return columns if which.all() else tuple(column[which] for column in columns)


def _pfns(scheme, entry):
    return ((entry & scheme.pfn_mask) >> scheme.pfn).astype(np.int64)


def _kinds(scheme, level, entry):
    """Which entries point to tables, which map pages (bool arrays, None where none can)."""
    last, present = level == scheme.levels - 1, 1 << scheme.present
    sound = entry & (present | scheme.reserved[level]) == present
    if scheme.readable is None:
        huge = scheme.at(level, "page_size")
        if last or not huge:
            return (None, sound) if last else (sound, None)
        leaf = entry & huge != 0
        pages, tables = sound & leaf, sound & ~leaf
    else:
        leaf = entry & scheme.leaf_mask != 0
        writable = scheme.at(level, "writable")
        odd = entry & (scheme.at(level, "readable") | writable) == writable if writable else False
        pages, tables = sound & leaf & ~odd, sound & ~leaf & (entry & scheme.no_pointer == 0)
        if last:
            return None, pages
    return tables, pages & (entry & scheme.unaligned[level] == 0)


def _denied(scheme, level, entry, write, user, fetch):
    """Whether these entries refuse the access (access.forbidden, on arrays)."""
    at, riscv = scheme.at, scheme.readable is not None
    right = "executable" if fetch else "writable" if write else "readable"
    need = at(level, right) | (at(level, "user") if user else 0)
    never = at(level, "no_execute") if fetch else 0
    if riscv and fetch and not user:
        never |= at(level, "user")
    return entry & (need | never) != need


def _mark(entries, slot, entry, bit):
    """Set an A or D bit where it is still 0; many walks may set the same one."""
    unset = entry & bit == 0 if bit else None
    if unset is not None and unset.any():
        entries[slot[unset]] |= bit

"""TLBView: sets and ways of a TLB at each recorded step of an MMU, with what has gone stale."""

from memkit.trace import hex, plural
from memkit.vm import MMU
from memkit.vm.access import tlb_entry
from memkit.vm.mmu import MmuState
from memkit.vm.paging import walk_entries
from memkit.widgets import pictures
from memkit.widgets.pictures import FREE, IN_USE, THIRD
from memkit.widgets.player import Player

MAX_SETS = 8  # sets drawn, around the one that the step is about
MAX_WAYS = 4  # ways drawn with words of their own
MAX_ACCESSES = 400  # of the accesses so far, the last ones
ENDS = ("tlb hit", "translate", "page fault", "general protection")  # the last step of an access
STALE = "S"


def walk_back(scheme, tables, va):
    """The walk through the tables of a TableState, as PageTable.walk is through memory."""
    rows = {pfn: row for _, pfn, row in tables.tables}

    def read(table, index):
        at = index * scheme.pte_bytes
        return int.from_bytes(rows[table][at : at + scheme.pte_bytes], "little")

    return walk_entries(scheme, tables.root, va, read, lambda level, pfn: pfn in rows)


def is_stale(scheme, state, entry):
    """Do the tables now say something else than this TLB entry? None: another address space.

    Something else: no page, another frame, other rights, a page of another size.
    """
    if entry.asid != state.asid and not entry.global_:
        return None
    steps = walk_back(scheme, state.table, entry.vpn << entry.page_bits)
    if not steps or steps[-1].kind != "page":
        return True
    now = tlb_entry(scheme, entry.asid, entry.vpn << entry.page_bits, steps)
    return now[2:8] != entry[2:8]  # page size, frame, the four rights


def touched(scheme, step, state):
    """(set, ways) that this step looked at or changed, or None."""
    detail, nsets = step.detail, len(state.tlb)
    if step.event == "tlb fill":
        ways = state.tlb[detail["set"]]
        vpns = [entry.vpn if entry else None for entry in ways]
        at = vpns.index(detail["vpn"]) if detail["vpn"] in vpns else 0
        return detail["set"], range(at, at + 1)
    if step.event not in ("tlb hit", "tlb miss", "translate", "invlpg"):
        return None
    va = detail["va"]
    for row, ways in enumerate(state.tlb):
        for way, entry in enumerate(ways):
            if entry and entry.covers(va, state.asid) and step.event != "tlb miss":
                return row, range(way, way + 1)
    row = (va >> scheme.offset_bits) % nsets
    return row, range(len(state.tlb[row]))


def entry_words(state, entry, stale):
    """A TLB entry in words: page 0x4 → 0x4000."""
    told = f"page {entry.vpn:#x} → {hex(entry.frame)}"
    if entry.global_:
        told += ", G"
    elif entry.asid != state.asid:
        told += f", asid {entry.asid}"
    if not entry.writable:
        told += ", read-only"
    return f"{STALE}: {told}, stale" if stale else told


def set_row(scheme, step, state, n, stales):
    """One set: a box with words for each way, or, where there are many, a cell for each."""
    ways = state.tlb[n]
    at = touched(scheme, step, state)
    on = at[1] if at and at[0] == n else ()
    gone = step.detail.get("victim") if step.event == "tlb fill" and on else None
    label = f"set {n}" + ("" if gone is None else f": page {gone:#x} was evicted")
    both = list(zip(ways, stales, strict=True))
    told = [entry and entry_words(state, entry, stale) for entry, stale in both]
    if len(ways) <= MAX_WAYS:
        parts = []
        for way, (entry, stale) in enumerate(both):
            look = FREE if entry is None else THIRD if stale else IN_USE
            parts.append((1, look, told[way] or "empty", way in on))
        return pictures.bar(parts, label)
    cells = "".join(FREE if entry is None else STALE if stale else IN_USE for entry, stale in both)
    beside = " · ".join(told[way] for way in on if told[way]) if len(on) == 1 else ""
    marks = [(on[0], on[-1] + 1)] if on else []
    caption = " · ".join(text for text, stale in zip(told, stales, strict=True) if stale)
    return pictures.row(cells, label, caption, marks, beside=beside, big=True, high=60)


def accesses(steps, i):
    """A cell for each access up to step i, in order: a hit, a miss, or F for a fault."""
    cells, walking = [], False
    for step in steps[: i + 1]:
        event = step.event
        if event in ("page fault", "general protection"):
            cells[len(cells) - walking :] = "F"  # of a miss it is the end
        elif event in ("tlb hit", "tlb miss"):
            cells.append(IN_USE if event == "tlb hit" else FREE)
        if event in ENDS or event == "tlb miss":
            walking = event == "tlb miss"
    return "".join(cells)


def history_floor(steps, i, counts):
    """The accesses so far, and what their misses have cost."""
    cells = accesses(steps, i)
    first = max(0, len(cells) - MAX_ACCESSES)
    last = len(cells) - first
    now = steps[i].event in (*ENDS, "tlb miss", "walk", "tlb fill") and last > 0
    row = pictures.row(
        cells[first:] or " ",
        caption="filled: a hit, empty: a miss, F: a fault"
        + (f" (the last {MAX_ACCESSES})" if first else ""),
        touched=[(last - 1, last)] if now else [],
        high=60,
    )
    misses = f"{counts['misses']:,} " + ("miss" if counts["misses"] == 1 else "misses")
    read = counts["references"]
    entries = "1 entry" if read == 1 else f"{read:,} entries"
    note = f"their walks have read {entries} from memory"
    count = f"{plural(counts['hits'], 'hit')}, {misses}"
    return pictures.floor("frames", "accesses", note, [row], count)


def tlb_picture(scheme, steps, i):
    """Step i: each set with its ways, what this step touched, the accesses so far."""
    step, state = steps[i], steps[i].state
    if not isinstance(state, MmuState):
        raise ValueError("The steps must be those of an MMU: with record(mmu) as steps.")
    if not state.tlb:
        raise ValueError("This MMU has no TLB: give it one, as in MMU(table, TLB(entries=4)).")
    stales = [
        [entry is not None and bool(is_stale(scheme, state, entry)) for entry in ways]
        for ways in state.tlb
    ]
    at = touched(scheme, step, state)
    first = max(0, min((at[0] if at else 0) // MAX_SETS * MAX_SETS, len(state.tlb) - 1))
    stop = min(first + MAX_SETS, len(state.tlb))
    rows = [set_row(scheme, step, state, n, stales[n]) for n in range(first, stop)]
    held = sum(entry is not None for ways in state.tlb for entry in ways)
    bad = sum(map(sum, stales))
    ways = len(state.tlb[0])
    note = f"{plural(len(state.tlb), 'set')} of {plural(ways, 'way')}"
    if stop - first < len(state.tlb):
        note += f", {first} to {stop - 1} shown"
    note += f"; hatched, {STALE}: stale" if ways <= MAX_WAYS else f"; {STALE}: stale"
    tlb = pictures.floor("table", "TLB", note, rows, f"{held} held, {bad} stale")
    counts = dict(state.counts)
    words = [("set", "way", "entry")]
    for n, (row, flags) in enumerate(zip(state.tlb, stales, strict=True)):
        for way, (entry, stale) in enumerate(zip(row, flags, strict=True)):
            if entry is not None:
                words.append((n, way, entry_words(state, entry, stale)))
    told = ("hits", "misses", "references", "faults")
    words += [(name, "", f"{counts[name]:,}") for name in told]
    return pictures.picture(i, str(step), [tlb, history_floor(steps, i, counts)], words)


class TLBView(Player):
    """The TLB of `mmu` at each step of a recording made with `record(mmu)`."""

    def __init__(self, mmu, steps):
        if isinstance(mmu, MMU):
            scheme = mmu.table.scheme
            super().__init__(steps, lambda steps, i: tlb_picture(scheme, steps, i))
        else:
            super().__init__([])
            wrong = f"The TLB view needs an MMU and its steps, not {type(mmu).__name__}."
            self._put([pictures.error(wrong)])
            self.controls.layout.display = "none"
        self.add_class("mk-tlb")

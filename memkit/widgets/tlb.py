"""TLBView: sets and ways of a TLB at each recorded step of an MMU, with what has gone stale."""

from memkit.trace import hex, plural
from memkit.widgets import pictures
from memkit.widgets.pictures import FREE, IN_USE
from memkit.widgets.player import Player

MAX_SETS = 16
STALE = "S"


def table_says(scheme, table, va):
    """(frame address, dirty page or not) that the tables of a TableState give for `va`, or None."""
    rows = {pfn: row for _, pfn, row in table.tables}
    pfn = table.root
    for level, index in enumerate(scheme.split(va)[0]):
        row = rows.get(pfn)
        if row is None:
            return None
        entry = int.from_bytes(row[index * scheme.pte_bytes :][: scheme.pte_bytes], "little")
        kind, pfn = scheme.kind(level, entry), scheme.pfn_of(entry)
        if kind == "page":
            return pfn & -(1 << scheme.shifts[level] - scheme.offset_bits), level
        if kind != "table":
            return None
    return None


def is_stale(scheme, state, entry):
    """Do the tables now say something else than this TLB entry? None: another address space."""
    if entry.asid != state.asid and not entry.global_:
        return None
    found = table_says(scheme, state.table, entry.vpn << entry.page_bits)
    return found is None or found[0] << scheme.offset_bits != entry.frame


def _entry(entry, stale):
    told = f"page {entry.vpn:#x} → {hex(entry.frame)}"
    if entry.global_:
        told += " G"
    return told + (" stale" if stale else "")


def _misses(n):
    return "1 miss" if n == 1 else f"{n:,} misses"


def tlb_picture(scheme, steps, i):
    """Step i: each set with its ways, what this step touched, the counts so far."""
    step, state = steps[i], steps[i].state
    at = None
    if "va" in step.detail:
        at = (step.detail["va"] >> scheme.offset_bits) % max(1, len(state.tlb))
    rows, words, stale_count = [], [("set", "way", "entry")], 0
    for n, ways in enumerate(state.tlb[:MAX_SETS]):
        cells, told = "", []
        for way, entry in enumerate(ways):
            stale = entry is not None and bool(is_stale(scheme, state, entry))
            stale_count += stale
            cells += FREE if entry is None else STALE if stale else IN_USE
            if entry is not None:
                told.append(_entry(entry, stale))
                words.append((n, way, _entry(entry, stale)))
        touched = [(0, len(ways))] if n == at else []
        rows.append(
            pictures.row(
                cells, label=f"set {n}", beside=" · ".join(told), touched=touched, big=True
            )
        )
    counts = dict(state.counts)
    held = sum(entry is not None for ways in state.tlb for entry in ways)
    note = f"{plural(len(state.tlb), 'set')}; filled: an entry, S: stale"
    tlb = pictures.floor(
        "table", "TLB", note, rows, f"{held} held, {stale_count} stale", step.event == "tlb hit"
    )
    tally = [
        pictures.bar(
            [
                (max(counts["hits"], 0.5), IN_USE, plural(counts["hits"], "hit"), False),
                (max(counts["misses"], 0.5), FREE, _misses(counts["misses"]), False),
            ]
        )
    ]
    text = plural(counts["references"], "reference")
    cost = pictures.floor(
        "frames", "memory", "entries that walks have read", tally, text, step.event == "tlb miss"
    )
    told = [("hits", "", counts["hits"]), ("misses", "", counts["misses"])]
    told += [("references", "", counts["references"]), ("faults", "", counts["faults"])]
    return pictures.picture(i, str(step), [tlb, cost], words + told)


class TLBView(Player):
    """The TLB of `mmu` at each step of a recording made with `record(mmu)`."""

    def __init__(self, mmu, steps):
        scheme = mmu.table.scheme
        super().__init__(steps, lambda steps, i: tlb_picture(scheme, steps, i))
        self.add_class("mk-tlb")

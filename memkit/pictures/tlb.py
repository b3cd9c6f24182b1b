"""A TLB: sets and ways of a TLB at each recorded step of an MMU, with what has gone stale."""

from memkit import pictures
from memkit.checks import hex, plural
from memkit.pictures.language import FREE, IN_USE, RESERVED, THIRD
from memkit.pictures.walk import leads
from memkit.vm.access import tlb_entry
from memkit.vm.mmu import MmuState
from memkit.vm.paging import walk_entries

MAX_SETS = 8  # sets drawn, around the one that the step is about
MAX_WAYS = 4  # ways drawn with words of their own
MAX_ACCESSES = 8  # of the accesses so far, the last ones
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


def last_uses(steps, i):
    """{(asid, page, bits): the last step up to i that used or filled this entry}."""
    uses = {}
    for k, step in enumerate(steps[: i + 1]):
        if step.event not in ("tlb hit", "tlb fill"):
            continue
        for entry in (entry for ways in step.state.tlb for entry in ways if entry):
            if step.event == "tlb fill":
                used = entry.vpn == step.detail["vpn"]
            else:
                used = entry.covers(step.detail["va"], step.state.asid)
            if used:
                uses[entry[:3]] = k
    return uses


def set_row(scheme, step, state, n, stales, uses=None):
    """One set: a box with words for each way, or, where there are many, a cell for each.

    uses   last_uses: of a full set the way that goes next is told
    """
    ways = state.tlb[n]
    at = touched(scheme, step, state)
    on = at[1] if at and at[0] == n else ()
    gone = step.detail.get("victim") if step.event == "tlb fill" and on else None
    label = f"set {n}" + ("" if gone is None else f": page {gone:#x} was evicted")
    both = list(zip(ways, stales, strict=True))
    told = [entry and entry_words(state, entry, stale) for entry, stale in both]
    if uses is not None and len(ways) > 1 and all(ways):
        oldest = min(range(len(ways)), key=lambda way: uses.get(ways[way][:3], -1))
        told[oldest] += ", goes next"
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


def accesses(steps, i, page_bits=12):
    """(state, page) of each access up to step i, in order: a hit, a miss, or F for a fault."""
    found, walking = [], False
    for step in steps[: i + 1]:
        event = step.event
        if event in ("page fault", "general protection"):
            found[len(found) - walking :] = [("F", step.detail["va"] >> page_bits)]
        elif event in ("tlb hit", "tlb miss"):  # of a miss a fault may be the end
            state = IN_USE if event == "tlb hit" else FREE
            found.append((state, step.detail["va"] >> page_bits))
        if event in ENDS or event == "tlb miss":
            walking = event == "tlb miss"
    return found


def walk_floor(scheme, steps, i):
    """The walk of the access that step i belongs to: entry by entry, as far as it is."""
    read, k = [], i
    while steps[k].event in ("walk", "tlb fill", "translate", "page fault"):
        if steps[k].event == "walk":
            read.insert(0, steps[k].detail["step"])
        k -= 1
        if k < 0 or steps[k].event in ("translate", "page fault"):
            break
    walks = read or steps[i].event == "tlb miss"
    parts = []
    for level, name in enumerate(scheme.names):
        look, text = (RESERVED if walks else FREE), name
        if level < len(read):
            step = read[level]
            end = f"→ {step.pfn:#x}" if step.kind in ("table", "page") else leads(step)
            look, text = IN_USE, f"{name}[{step.index}] {end}"
        now = steps[i].event == "walk" and level == len(read) - 1
        parts.append((1, look, text, now))
    caption = "no entry is read: the TLB knows it" if steps[i].event == "tlb hit" else ""
    if walks and not read:
        caption = "not in the TLB: the walk begins"
    elif read:
        last = read[-1]
        caption = f"{_entries(len(read))} read"
        caption += f"; the page is in frame {last.pfn:#x}" if last.kind == "page" else ""
    row = pictures.bar(parts, "", caption or "no walk in this step")
    return pictures.floor("table", "walk", "the tables, from the top", [row])


def _entries(n):
    return "1 entry" if n == 1 else f"{n:,} entries"


def history_floor(scheme, steps, i, counts):
    """The last accesses, each with its page, and what all their misses have cost."""
    found = accesses(steps, i, scheme.offset_bits)
    shown = found[-MAX_ACCESSES:]
    now = steps[i].event in (*ENDS, "tlb miss", "walk", "tlb fill")
    names = {IN_USE: "hit", FREE: "miss", "F": "fault"}
    parts = [
        (1, THIRD if state == "F" else state, f"{page:#x} {names[state]}",
         now and k == len(shown) - 1)
        for k, (state, page) in enumerate(shown)
    ]  # fmt: skip
    parts += [(1, pictures.NOTHING, "", False)] * (MAX_ACCESSES - len(shown))
    caption = "by page; filled: a hit, empty: a miss, hatched: a fault"
    if len(shown) < len(found):
        caption += f" · the last {len(shown)} of {len(found):,}"
    misses = f"{counts['misses']:,} " + ("miss" if counts["misses"] == 1 else "misses")
    note = f"their walks have read {_entries(counts['references'])} from memory"
    count = f"{plural(counts['hits'], 'hit')}, {misses}"
    return pictures.floor("frames", "accesses", note, [pictures.bar(parts, "", caption)], count)


def tlb_picture(scheme, steps, i, lru=False):
    """Step i: each set with its ways, the walk as far as it is, the accesses so far.

    lru   does the way go that was not used for longest? Then it is told
    """
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
    uses = last_uses(steps, i) if lru else None
    rows = [set_row(scheme, step, state, n, stales[n], uses) for n in range(first, stop)]
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
    floors = [tlb, walk_floor(scheme, steps, i), history_floor(scheme, steps, i, counts)]
    return pictures.picture(i, str(step), floors, words)

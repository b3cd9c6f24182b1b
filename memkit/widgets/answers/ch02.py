"""Chapter 02: what an entry covers, a walk through a dump, a bad entry, references of a workload.

The first three are drawn as the microscope draws an address and its tables, the last as a TLB.
"""

from memkit.course.plain import text
from memkit.trace import hex, plural
from memkit.widgets import pictures
from memkit.widgets.grid import Grid
from memkit.widgets.pictures import FREE, IN_USE, NOTHING, RESERVED, THIRD
from memkit.widgets.walk import part_rows

GRIDS = dict.fromkeys(
    ("covered", "walk", "bad_entry", "references"), lambda: Grid().add_class("mk-tlb")
)
PAGE, PRESENT = 8, 0x80
HUGE = 1 << 64


def _address(n):
    """An address of an answer: it may be anything."""
    return hex(n) if type(n) is int and -HUGE < n < HUGE else text(n)


def _count(n):
    return f"{n:,}" if -HUGE < n < HUGE else text(n)


def _split(va, widths):
    return [va >> sum(widths[n + 1 :]) & (1 << width) - 1 for n, width in enumerate(widths)]


def _names(widths):
    return [*(f"level {n}" for n in range(len(widths) - 1)), "offset"]


# 1. What an entry covers


def _bound(value, va, widths, level, last):
    """Why an address is the first, or the last, that uses the entry of `va`, or why it is not."""
    below = sum(widths[level + 1 :])
    if not 0 <= value < 1 << sum(widths):
        return "beyond the end of the address space" if value > 0 else "before its beginning"
    for n, (index, own) in enumerate(zip(_split(value, widths), _split(va, widths), strict=True)):
        if n <= level and index != own:
            return f"where another entry is used: its index of level {n} is {index}, not {own}"
    if value & (1 << below) - 1 == last * ((1 << below) - 1):
        return f"the parts below are {'as large as they can be' if last else 'all 0'}"
    if last:
        return f"but {hex(value + 1)} comes after it and uses the same entry"
    return f"but {hex(value - 1)} comes before it and uses the same entry"


def _fill(first, last, start, nbytes):
    """The cell of an entry, filled as far as first .. last cover its addresses."""
    share = max(0, min(last, start + nbytes - 1) - max(first, start) + 1)
    part = str(min(8, max(1, 9 * share // nbytes)))
    return IN_USE if share == nbytes else part if share else FREE


def covered(answer, va, widths, level):
    names, bits = _names(widths), sum(widths)
    kept = names[: level + 1]
    nbytes = 1 << sum(widths[level + 1 :])
    index = _split(va, widths)[level]
    table = (va // nbytes - index) * nbytes
    words = [("", "address", *names), ("address", hex(va), *_split(va, widths))]

    def parts(title, value, note=""):
        count = _address(value)
        if 0 <= value < 1 << bits:
            row = part_rows(names, widths, _split(value, widths), kept)
        else:
            row = [pictures.bar([], "outside the address space")]
        return pictures.floor("space", title, note, [row], count)

    note = f"bits {bits - 1} to 0; filled: 1; outlined: what picks the entry"
    floors = [parts("address", va, note)]
    yield pictures.picture(
        0, f"{hex(va)} uses entry {index} of its table of level {level}.", floors, words
    )
    found = []
    for step, name in enumerate(("first", "last")):
        value = answer[step] if step < len(answer) else None
        if value is None:
            said = f"No {name} address is given"
        else:
            why = _bound(value, va, widths, level, step)
            said = f"The {name} address is {_address(value)}, {why}"
            floors = [*floors, parts(f"the {name}", value)]
            inside = 0 <= value < 1 << bits
            told = _split(value, widths) if inside else [""] * len(widths)
            words = [*words, (f"the {name}", _address(value), *told)]
            found.append(value)
        if step and len(found) == 2:
            starts = range(table, table + (nbytes << widths[level]), nbytes)
            cells = "".join(_fill(*found, start, nbytes) for start in starts)
            count = max(0, found[1] - found[0] + 1)
            row = pictures.row(
                cells,
                caption=f"outlined: entry {index}, {hex(va // nbytes * nbytes)} to "
                f"{hex(va // nbytes * nbytes + nbytes - 1)}",
                touched=[(index, index + 1)],
            )
            title = f"entries of level {level}"
            note = "filled: its addresses are in the answer"
            many = f"{_count(count)} address{'es' * (count != 1)}"
            floors = [*floors, pictures.floor("table", title, note, [row], many)]
        yield pictures.picture(step + 1, f"{said}.", floors, words)


# 2. Walk a dump


def _table_row(memory, start, n, at=None, label=""):
    """The n entries of a table in words, all tables to one scale."""
    parts = []
    for i in range(n):
        entry = memory[start + i] if start + i < len(memory) else None
        look = NOTHING if entry is None else IN_USE if entry & PRESENT else FREE
        told = "" if entry is None else f"[{i}] {entry:#04x}"
        parts.append((1, look, told, i == at))
    if n < PAGE:
        parts.append((PAGE - n, NOTHING, "", False))
    return pictures.bar(parts, label)


def _memory_row(memory, tables, page=None, caption="", touched=None):
    """All bytes: T in tables (start, length), filled in the page, `touched` outlined."""
    cells = FREE * len(memory)
    for start, n in tables:
        cells = pictures.overlay(cells, start, start + n, "T")
    if page:
        cells = pictures.overlay(cells, page[0], page[0] + page[1], IN_USE)
    marks = [(touched, touched + 1)] if touched is not None else []
    told = "T: a table that the walk reads"
    told += " · filled: the page" if page else ""
    return pictures.row(
        cells, caption=" · ".join(filter(None, [caption, told])), touched=marks, high=76
    )


def walk(answer, memory, root, va, widths):
    """Entry by entry as the hardware walks; at the end the answer is outlined in memory."""
    *indexes, offset = _split(va, widths)
    address = pictures.floor(
        "space",
        "address",
        f"bits {sum(widths) - 1} to 0; filled: 1",
        [part_rows(_names(widths), widths, [*indexes, offset])],
        hex(va),
    )
    tables, read, thread, start, page = [], [], [[0, 0, 0]], root, None
    words = [("step", "at", "byte", "what it says")]

    def drawn(sentence, row, at=None):
        last = pictures.floor("frames", "memory", f"{len(memory)} bytes", [row])
        points = [*thread, [len(tables) + 1, 0, at]] if at is not None else thread
        floors = [address, *tables, last]
        return pictures.picture(len(words) - 1, sentence, floors, words, points)

    yield drawn(
        f"{hex(va)} has the index{'es' * (len(indexes) > 1)} "
        f"{', '.join(map(str, indexes))} and the offset {hex(offset)}.",
        _memory_row(memory, []),
    )
    end = ""
    for level, index in enumerate(indexes):
        n, unit, at = 1 << widths[level], 1 << widths[level + 1], start + index
        entry = memory[at] if at < len(memory) else 0
        number, target = entry & PRESENT - 1, (entry & PRESENT - 1) * unit
        what = "page" if level == len(indexes) - 1 else "table"
        if entry & PRESENT:
            told = f"present, number {number}; {number} × {unit} bytes → {what} at {hex(target)}"
        else:
            told = end = "not present: the way ends here"
        read.append((start, n))
        said = f"[{index}] at {hex(at)} is {entry:#04x}, {told}"
        row = _table_row(memory, start, n, index, said)
        note = f"{plural(n, 'byte')} from {hex(start)}"
        tables.append(pictures.floor("table", f"level {level}", note, [row]))
        thread.append([level + 1, 0, index + 0.5])
        words.append((f"level {level}", hex(at), f"{entry:#04x}", told))
        yield drawn(f"Level {level}: entry {said}.", _memory_row(memory, read))
        if end:
            end = f"entry [{index}] of level {level} is not present"
            break
        start = target
        page = (target, unit) if what == "page" else None
    claim = _address(answer)
    inside = answer is not None and 0 <= answer < len(memory)
    if answer is None:
        said = f"a page fault: {end}" if end else "a page fault, though every entry is present"
    elif page and page[0] <= answer < sum(page):
        said = f"byte {answer - page[0]} of the page at {hex(page[0])}; the offset is {offset}"
    elif page:
        said = f"outside the page that the walk leads to, {hex(page[0])} to {hex(sum(page) - 1)}"
    else:
        said = f"though the way ends before a page: {end}"
    beyond = "" if inside or answer is None else f"{claim} is not in memory"
    words.append(("answer", claim, "", said))
    told = f"outlined: {claim}" if inside else beyond
    at = answer if inside else None
    yield drawn(f"The answer is {claim}, {said}.", _memory_row(memory, read, page, told, at), at)


# 3. The corrupted entry


def _entry_words(memory, tables, at):
    """What the byte at an address is, and whether it can be the damaged entry."""
    if not 0 <= at < len(memory):
        return "which is not in memory"
    if at // PAGE not in tables:
        return f"a byte of data, {memory[at]:#04x}: no walk reads it as an entry"
    who = f"entry [{at % PAGE}] of {tables[at // PAGE]}, {memory[at]:#04x}: it is"
    if not memory[at] & PRESENT:
        return f"{who} not present, and may hold anything"
    frame, last = memory[at] & PRESENT - 1, len(memory) // PAGE - 1
    if frame > last:
        return f"{who} present and names frame {hex(frame)}, beyond the last one, {hex(last)}"
    return f"{who} present and names frame {hex(frame)}, which exists"


def bad_entry(answer, memory, root):
    """The tables that a walk can read, one by one; then the answer outlined among them."""
    nframes = len(memory) // PAGE
    directory = [entry & PRESENT - 1 for entry in _of(memory, root) if entry & PRESENT]
    tables = {root: "the directory"}
    tables |= {n: f"the table in frame {hex(n)}" for n in directory if n < nframes and n != root}
    words = [("entry of", "at", "byte", "what it says")]

    def drawn(seen, sentence, at=None):
        floors = []
        for frame in seen:
            own = at % PAGE if at is not None and at // PAGE == frame else None
            row = _table_row(memory, frame * PAGE, PAGE, own)
            name = "directory" if frame == root else "table"
            floors.append(pictures.floor("table", name, f"in frame {hex(frame)}", [row], ""))
        row = _memory_row(memory, [(frame * PAGE, PAGE) for frame in seen], touched=at)
        note = f"frames 0x0 to {hex(nframes - 1)}, {PAGE} bytes each"
        floors.append(pictures.floor("frames", "memory", note, [row]))
        return pictures.picture(len(seen) + (at is not None), sentence, floors, words)

    for step, (frame, name) in enumerate(tables.items()):
        told = []
        for i, entry in enumerate(_of(memory, frame)):
            if entry & PRESENT:
                told.append(f"[{i}] names {hex(entry & PRESENT - 1)}")
                words.append((name, hex(frame * PAGE + i), f"{entry:#04x}", told[-1]))
        where = f", in frame {hex(frame)}," if frame == root else ""
        said = f"{name[0].upper()}{name[1:]}{where} has {len(told) or 'no'} present "
        said += (
            ("entry" if len(told) == 1 else "entries") + (": " if told else "") + ", ".join(told)
        )
        yield drawn(list(tables)[: step + 1], f"{said}.")
    if answer is None:
        said = "None: no present entry names a frame beyond the end of memory"
    else:
        said = f"{_address(answer)}, {_entry_words(memory, tables, answer)}"
    words.append(("answer", _address(answer), "", said))
    inside = answer is not None and 0 <= answer < len(memory)
    yield drawn(list(tables), f"The answer is {said}.", answer if inside else None)


def _of(memory, frame):
    """The bytes of a frame."""
    return memory[frame * PAGE : (frame + 1) * PAGE]


# 4. References of a workload


def references(answer, pages, entries, levels):
    """Access by access as the TLB takes them; at the end the answer below what was counted."""
    ways, used = [], {}  # the pages where they lie; when each was last used
    made, hits, words = "", 0, [("access", "page", "hit or miss", "references so far")]

    def drawn(step, sentence, page, fresh, rows=()):
        oldest = min(used, key=used.get) if len(ways) == entries and ways else None
        parts = [
            (1, IN_USE, f"page {one}" + (", goes next" if one == oldest else ""), one == page)
            for one in ways
        ]
        parts += [(1, FREE, "empty", False)] * (entries - len(ways))
        touched = [(len(made) - fresh, len(made))] if fresh else []
        caption = "hatched: an entry of a table · filled: the data" if made else ""
        row = pictures.row(made or " ", caption=caption, touched=touched, high=80)
        tlb = [pictures.bar(parts, "" if entries else "no TLB: every access walks")]
        note = f"room for {entries}, LRU"
        floors = [
            pictures.floor("table", "TLB", note, tlb),
            pictures.floor(
                "frames", "references", "one after another", [row, *rows], str(len(made))
            ),
        ]
        return pictures.picture(step, sentence, floors, words)

    for step, page in enumerate(pages):
        hit, gone = page in ways, None
        if not hit and entries:
            if len(ways) == entries:
                gone = min(used, key=used.get)
                del used[gone]
                ways[ways.index(gone)] = page
            else:
                ways.append(page)
        if entries:
            used[page] = step
        fresh = IN_USE if hit else THIRD * levels + IN_USE
        made, hits = made + fresh, hits + hit
        said = f"page {page}: a hit, only the data is read"
        if not hit:
            read = "1 entry is" if levels == 1 else f"{levels} entries are"
            said = f"page {page}: a miss, {read} read, then the data"
        said += f"; page {gone} goes out" if gone is not None else ""
        words.append((step, page, "hit" if hit else "miss", len(made)))
        yield drawn(step, f"Access {step}, {said}.", page, len(fresh))
    n = len(made)
    why = f"{len(pages)} for data and {plural(len(pages) - hits, 'walk')} of {levels}"
    parts = [(IN_USE, max(0, min(answer, n)))]
    said = f", all that the run makes: {why}"
    if answer < n:
        parts.append((RESERVED, n - parts[0][1]))
        said = f", {_count(n - answer)} fewer than the run makes: {why}"
    elif answer > n:
        parts.append((THIRD, min(answer - n, n)))
        said = f", {_count(answer - n)} more than the run makes: {why}"
    cells = "".join(state * many for state, many in parts)
    caption = {RESERVED: "dashed: missing", THIRD: "hatched: too many"}.get(parts[-1][0], "")
    caption += ", not all are drawn" if answer > 2 * n else ""
    ends = [(parts[0][1], len(cells))] if len(parts) > 1 else []
    label = f"the answer: {_count(answer)}"
    row = pictures.row(cells, label, caption, ends, high=80)
    words.append(("answer", "", "", _count(answer)))
    yield drawn(len(pages), f"The answer is {_count(answer)}{said}.", None, 0, [row])

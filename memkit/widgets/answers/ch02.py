"""Chapter 02: what an entry covers, a walk through a dump, a bad entry, references of a workload.

The first two are drawn as the microscope draws an address and its tables, the last as a TLB.
"""

from memkit.trace import hex, plural
from memkit.widgets import pictures
from memkit.widgets.answers import claimed
from memkit.widgets.answers.dump import PRESENT, looks, memory_row, number, table_bar
from memkit.widgets.grid import Grid
from memkit.widgets.pictures import FREE, IN_USE, RESERVED, THIRD
from memkit.widgets.walk import part_rows

GRIDS = dict.fromkeys(("covered", "walk"), lambda: Grid().add_class("mk-microscope"))
GRIDS |= dict.fromkeys(("bad_entry", "references"), lambda: Grid().add_class("mk-tlb"))
PAGE = 8
FEW = 32  # entries that are drawn across the whole width


def _split(va, widths):
    return [va >> sum(widths[n + 1 :]) & (1 << width) - 1 for n, width in enumerate(widths)]


def _names(widths):
    return [*(f"level {n}" for n in range(len(widths) - 1)), "offset"]


# 1. What an entry covers


def _bound(value, va, widths, level, last):
    """Why an address is the first, or the last, that uses the entry of `va`, or why it is not."""
    below = (1 << sum(widths[level + 1 :])) - 1
    if value < 0:
        return "which is no address"
    if value >= 1 << sum(widths):
        return "beyond the end of the address space"
    for n, (index, own) in enumerate(zip(_split(value, widths), _split(va, widths), strict=True)):
        if n <= level and index != own:
            return f"which uses another entry: its index of level {n} is {index}, not {own}"
    if value & below == last * below:
        return f"where every bit below is {last}"
    if last:
        return f"but {hex(value + 1)} comes after it and uses the same entry"
    return f"but {hex(value - 1)} comes before it and uses the same entry"


def _fill(first, last, start, nbytes):
    """The cell of an entry, filled as far as first .. last cover its addresses."""
    share = max(0, min(last, start + nbytes - 1) - max(first, start) + 1)
    part = str(min(8, max(1, 9 * share // nbytes)))
    return IN_USE if share == nbytes else part if share else FREE


def covered(answer, va, widths, level):
    """The address in its parts; then the two of the answer, and what lies between them."""
    names, index = _names(widths), _split(va, widths)[level]
    nbytes = 1 << sum(widths[level + 1 :])
    own = va // nbytes * nbytes
    lines, words = [], [("", "address", *names)]

    def add(title, value):
        parts, told = [pictures.bar([], "", "outside the address space")], [""] * len(names)
        if value is not None and 0 <= value < 1 << sum(widths):
            told = _split(value, widths)
            parts = part_rows(names, widths, told, names[: level + 1])
        lines.append([pictures.bar([], title, claimed.address(value)), *parts])
        words.append((title, claimed.address(value), *told))

    def drawn(step, sentence, entries):
        note = f"filled: 1; dashed outline: picks the entry of level {level}"
        row = pictures.row(
            entries,
            caption=f"outlined: entry {index}, for {hex(own)} to {hex(own + nbytes - 1)}",
            touched=[(index, index + 1)],
            wide=len(entries) <= FEW,
        )
        note_below = "filled: in the answer" if step else ""
        floors = [
            pictures.floor("space", "addresses", note, lines),
            pictures.floor("table", f"level {level}", note_below, [row], f"{len(entries)} entries"),
        ]
        return pictures.picture(step, sentence, floors, words)

    add("given", va)
    sentence = f"{hex(va)} uses entry {index} of its table of level {level}."
    yield drawn(0, sentence, FREE * (1 << widths[level]))
    ends = [*answer, None, None][:2]
    told = []
    for last, (does, value) in enumerate(zip(("begins", "ends"), ends, strict=True)):
        add(("first", "last")[last], value)
        why = "nowhere" if value is None else _bound(value, va, widths, level, last)
        told.append(f"{does} {'' if value is None else f'at {claimed.address(value)}, '}{why}")
    starts = range(own - index * nbytes, own + ((1 << widths[level]) - index) * nbytes, nbytes)
    cells = FREE * len(starts)
    if None not in ends:
        cells = "".join(_fill(*ends, start, nbytes) for start in starts)
    yield drawn(1, f"The answer {'; it '.join(told)}.", cells)


# 2. Walk a dump


def walk(answer, memory, root, va, widths):
    """Entry by entry as the hardware walks; at the end the answer is outlined in memory."""
    *indexes, offset = _split(va, widths)
    parts = part_rows(_names(widths), widths, [*indexes, offset])
    note = f"bits {sum(widths) - 1} to 0; filled: 1"
    floors = [pictures.floor("space", "address", note, [parts], hex(va))]
    tables, page, end = [], (0, 0), ""
    thread, words = [[0, 0, 0]], [("step", "at", "byte", "what it says")]

    def drawn(sentence, at=None, caption=""):
        row = memory_row(memory, tables, page, at, caption)
        memory_floor = pictures.floor("frames", "memory", f"{len(memory)} bytes", [row])
        points = thread if at is None else [*thread, [len(floors), 0, at]]
        return pictures.picture(len(words) - 1, sentence, [*floors, memory_floor], words, points)

    which = f"the index {indexes[0]}" if len(indexes) == 1 else f"the indexes {_listed(indexes)}"
    yield drawn(
        f"{hex(va)} has {which} and the offset {offset}; the first table is at {hex(root)}."
    )
    start = root
    for level, index in enumerate(indexes):
        n, unit, at = 1 << widths[level], 1 << widths[level + 1], start + index
        entries = memory[start : start + n].ljust(n, bytes(1))
        entry = entries[index]
        start = number(entry) * unit
        if entry & PRESENT:
            what = "page" if level == len(indexes) - 1 else "next table"
            told = f"present: the {what} is at {number(entry)} × {unit} bytes = {hex(start)}"
        else:
            told = "not present: the way ends here"
            end = f"entry [{index}] of level {level} is not present"
        said = f"[{index}] at {hex(at)} is {entry:#04x}, {told}"
        row = pictures.row(looks(entries), beside=said, touched=[(index, index + 1)], high=26)
        note = f"{n} entries at {hex(at - index)}"
        floors.append(pictures.floor("table", f"level {level}", note, [row]))
        thread.append([level + 1, 0, index])
        tables.append((at - index, n))
        words.append((f"level {level}", hex(at), f"{entry:#04x}", told))
        if end or level == len(indexes) - 1:
            page = (0, 0) if end else (start, unit)
        yield drawn(f"Level {level}: entry {said}.")
        if end:
            break
    claim = claimed.address(answer)
    inside = answer is not None and 0 <= answer < len(memory)
    if answer is None:
        said = f"a page fault: {end}" if end else "a page fault, but every entry was present"
    elif end:
        said = f"but there is no page: {end}"
    elif page[0] <= answer < sum(page):
        said = f"byte {answer - page[0]} of the page at {hex(page[0])}; the offset is {offset}"
    else:
        said = f"but the walk leads to the page {hex(page[0])} to {hex(sum(page) - 1)}"
    words.append(("answer", claim, "", said))
    outside = "" if answer is None else f"{claim} is not in memory"
    caption = f"outlined: {claim}" if inside else outside
    yield drawn(f"The answer is {claim}, {said}.", answer if inside else None, caption)


def _listed(numbers):
    return ", ".join(map(str, numbers[:-1])) + f" and {numbers[-1]}"


# 3. The corrupted entry


def _entry_words(memory, tables, at):
    """What the byte at an address is, and whether it can be the damaged entry."""
    if not 0 <= at < len(memory):
        return "which is not in memory"
    if at // PAGE not in tables:
        return f"a byte of data, {memory[at]:#04x}: no walk reads it as an entry"
    who = f"entry [{at % PAGE}] of {tables[at // PAGE]}, {memory[at]:#04x}:"
    if not memory[at] & PRESENT:
        return f"{who} not present, and may hold anything"
    frame, last = number(memory[at]), len(memory) // PAGE - 1
    if frame > last:
        return f"{who} present, names frame {hex(frame)}, beyond the last, {hex(last)}"
    return f"{who} present, names frame {hex(frame)}, which exists"


def bad_entry(answer, memory, root):
    """The tables that a walk can read, one by one; then the answer outlined among them."""
    nframes = len(memory) // PAGE
    directory = [number(entry) for entry in _of(memory, root) if entry & PRESENT]
    tables = {root: "the directory"}
    tables |= {n: f"the table in frame {hex(n)}" for n in directory if n < nframes and n != root}
    words = [("entry of", "at", "byte", "what it says")]

    def drawn(seen, sentence, at=None):
        floors = []
        for frame in seen:
            own = at % PAGE if at is not None and at // PAGE == frame else None
            row = table_bar(_of(memory, frame), own)
            name, note = "table", f"frame {hex(frame)}"
            if frame == root:
                name, note = "directory", f"{note}; filled: present"
            floors.append(pictures.floor("table", name, note, [row]))
        row = memory_row(memory, [(frame * PAGE, PAGE) for frame in seen], at=at)
        note = f"frames 0x0 to {hex(nframes - 1)}"
        floors.append(pictures.floor("frames", "memory", note, [row]))
        return pictures.picture(len(words), sentence, floors, words)

    for step, (frame, name) in enumerate(tables.items()):
        told = []
        for i, entry in enumerate(_of(memory, frame)):
            if entry & PRESENT:
                told.append(f"[{i}] names {hex(number(entry))}")
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
        said = f"{claimed.address(answer)}, {_entry_words(memory, tables, answer)}"
    words.append(("answer", claimed.address(answer), "", said))
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
        told = " · ".join(f"{one} {what}" for _, one, what, _ in words[1 : len(pages) + 1])
        caption = f"page by page: {told} · hatched: an entry of a table, filled: the data"
        row = pictures.row(made or " ", caption=caption, touched=touched, high=80)
        tlb = [pictures.bar(parts, "" if entries else "no TLB: every access walks")]
        note = f"room for {entries}, LRU" if entries else ""
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
        said = f", {claimed.count(n - answer)} fewer than the run makes: {why}"
    elif answer > n:
        parts.append((THIRD, min(answer - n, n)))
        said = f", {claimed.count(answer - n)} more than the run makes: {why}"
    cells = "".join(state * many for state, many in parts)
    caption = {RESERVED: "outlined: missing", THIRD: "outlined: too many"}.get(parts[-1][0], "")
    caption += ", not all of them drawn" if answer > 2 * n else ""
    ends = [(parts[0][1], len(cells))] if len(parts) > 1 else []
    label = f"the answer: {claimed.count(answer)}"
    row = pictures.row(cells, label, caption, ends, high=80)
    words.append(("answer", "", "", claimed.count(answer)))
    yield drawn(len(pages), f"The answer is {claimed.count(answer)}{said}.", None, 0, [row])

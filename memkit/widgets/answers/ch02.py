"""Chapter 02: what an entry covers, a walk through a dump, a bad entry, references to memory.

Addresses are drawn in their parts, as the microscope draws them; a dump as memory, 8 bytes a row.
In a dump  filled: bit 7 is set, which in a table says present · dashed: the table being read.
"""

from collections import OrderedDict

from memkit.course.plain import text
from memkit.trace import plural
from memkit.widgets import pictures
from memkit.widgets.answers.counted import counted_row
from memkit.widgets.grid import Grid
from memkit.widgets.pictures import FREE, IN_USE, NOTHING
from memkit.widgets.walk import part_rows

GRIDS = {"references": lambda: Grid().add_class("mk-tlb")}
PRESENT, PAGE = 0x80, 8
LEGEND = "filled: bit 7 is set · dashed: what is read now"


def _hex(number):
    """An address as text; also a negative or a very large one."""
    if number < 0:
        return f"-{_hex(-number)}"
    return hex(number) if number < 1 << 64 else text(number)


def _parts(va, widths):
    return [va >> sum(widths[n + 1 :]) & (1 << width) - 1 for n, width in enumerate(widths)]


def _names(widths):
    return [*(f"level {n}" for n in range(len(widths) - 1)), "offset"]


def _address(title, va, widths, note="", boxes=()):
    """A floor with an address in its parts, or with what is none."""
    if 0 <= va < 1 << sum(widths):
        rows = [part_rows(_names(widths), widths, _parts(va, widths), boxes)]
    else:
        rows = [pictures.row(NOTHING, f"no address of {plural(sum(widths), 'bit')}")]
    return pictures.floor("space", title, note, rows, _hex(va))


def covered(answer, va, widths, level):
    """The address with the parts that pick the entry; then the first, and then the last one."""
    low = sum(widths[level + 1 :])
    kept = _names(widths)[: level + 1]
    floors = [_address("address", va, widths, "dashed: the indexes kept", kept)]
    words = [("address", "is", *_names(widths)), ("va", hex(va), *_parts(va, widths))]
    said = f"Level {level} of {hex(va)}: {plural(low, 'bit')} below its index may be anything."
    yield pictures.picture(0, said, list(floors), list(words))
    first, last = answer
    for step, (name, claim, bits) in enumerate((("first", first, 0), ("last", last, 1)), 1):
        told = []
        if claim >> low != va >> low:
            told.append("and its indexes are not those of the entry")
        if claim & (1 << low) - 1 != bits * ((1 << low) - 1):
            told.append(f"and not all {plural(low, 'bit')} below are {bits}")
        if not told:
            told.append(f"the indexes kept, and all {plural(low, 'bit')} below are {bits}")
        floors.append(_address(f"the {name} one", claim, widths, "", kept))
        inside = 0 <= claim < 1 << sum(widths)
        words.append((name, _hex(claim), *(_parts(claim, widths) if inside else ["none"])))
        said = f"The {name} address is {_hex(claim)}: {', '.join(told)}."
        yield pictures.picture(step, said.replace(": and", ", and"), list(floors), list(words))


def _dump(memory, touched=None, table=None):
    """Physical memory, 8 bytes a row, 4 rows beside each other; `table`: a range of addresses."""
    rows = []
    for start in range(0, len(memory), PAGE):
        part = memory[start : start + PAGE]
        here = touched is not None and start <= touched < start + PAGE
        boxes = []
        if table and table[0] < start + PAGE and start < table[1]:
            boxes = [(max(0, table[0] - start), min(PAGE, table[1] - start))]
        rows.append(
            pictures.row(
                "".join(IN_USE if byte & PRESENT else FREE for byte in part),
                f"{start:#04x}: {part.hex(' ')}",
                touched=[(touched - start, touched - start + 1)] if here else (),
                boxes=boxes,
                per=PAGE,
                big=True,
            )
        )
    lines = [rows[n : n + 4] for n in range(0, len(rows), 4)]
    note = f"{plural(len(memory), 'byte')} · {LEGEND}"
    return pictures.floor("frames", "physical memory", note, lines)


def _byte(memory, at):
    return f"{memory[at]:#04x}" if 0 <= at < len(memory) else "nothing"


def walk(answer, memory, root, va, widths):
    """Level by level as the dump has it, until an entry is not present; then the answer."""
    start, words, ended = root, [("level", "entry at", "entry", "leads to")], ""
    *indexes, offset = _parts(va, widths)
    for level, (index, width, below) in enumerate(zip(indexes, widths, widths[1:], strict=False)):
        at = start + index
        table = start, start + (1 << width)
        if not (at < len(memory) and memory[at] & PRESENT):
            ended = f"the entry at {hex(at)}, {_byte(memory, at)}, is not present"
        else:
            start = (memory[at] & 0x7F) << below
        number = "" if ended else f"{memory[at] & 0x7F} times {1 << below} = {hex(start)}"
        said = f"Level {level}, index {index}: the entry at {hex(at)} is {_byte(memory, at)}, "
        said += "and not present" if ended else f"so the next thing begins at {number}"
        words.append((level, hex(at), _byte(memory, at), number or "a page fault"))
        floors = [
            _address("address", va, widths, "dashed: the index used", _names(widths)[level:][:1]),
            _dump(memory, at, table),
        ]
        yield pictures.picture(level, f"{said}.", floors, list(words))
        if ended:
            break
    page = None if ended else (start, start + (1 << widths[-1]))
    if answer is None:
        said = "The answer: a page fault"
        said += f", as {ended}" if ended else f", though every entry is present, offset {offset}"
    else:
        said = f"The answer: {hex(va)} is at {_hex(answer)}"
        if ended:
            said += f", though {ended}"
        elif answer == start + offset:
            said += f", offset {offset} of the page at {hex(start)}"
        elif page[0] <= answer < page[1]:
            said += f", offset {answer - start} of the page at {hex(start)}; va has offset {offset}"
        else:
            said += f", which is not in the page at {hex(start)}"
    words.append(("answer", "", "", "a page fault" if answer is None else _hex(answer)))
    floors = [
        _address("address", va, widths, "dashed: the offset", ["offset"]),
        _dump(memory, at if ended and answer is None else answer, page or table),
    ]
    yield pictures.picture(len(widths), f"{said}.", floors, list(words))


def bad_entry(answer, memory, root):
    """The directory, each table that it points to, and then what the answer accuses."""
    nframes = len(memory) // PAGE
    words, tables, steps = [("entries at", "are", "present", "beyond")], [], 0

    def lists(at):
        return [(a, memory[a] & 0x7F) for a in range(at, at + PAGE) if memory[a] & PRESENT]

    def read(at, name):
        tables.append((at, at + PAGE))
        there = lists(at)
        beyond = [hex(a) for a, frame in there if frame >= nframes]
        words.append((hex(at), name, len(there), ", ".join(beyond) or "none"))
        told = ", ".join(f"{frame}" for _, frame in there) or "none"
        said = f"{name} at {hex(at)} has {len(there)} present, for frames {told}."
        return pictures.picture(steps, said, [_dump(memory, None, tables[-1])], list(words))

    yield read(root * PAGE, "The directory")
    for _, frame in lists(root * PAGE):
        if frame < nframes:
            steps += 1
            yield read(frame * PAGE, "A table")
    steps += 1
    held = answer is not None and any(start <= answer < stop for start, stop in tables)
    if answer is None:
        said = "The answer: no entry is bad"
    elif not held:
        said = f"The answer: {_hex(answer)}, where no table's entry is"
    else:
        number = memory[answer] & 0x7F
        said = f"The answer: the entry at {hex(answer)}, {memory[answer]:#04x}, "
        if not memory[answer] & PRESENT:
            said += "which is not present: nobody reads its number"
        elif number < nframes:
            said += f"for frame {number}, which there is"
        else:
            said += f"for frame {number}, and memory ends after frame {nframes - 1}"
    words.append(("the answer", "none" if answer is None else _hex(answer), "", ""))
    box = next((table for table in tables if held and table[0] <= answer < table[1]), None)
    yield pictures.picture(steps, f"{said}.", [_dump(memory, answer, box)], list(words))


def references(answer, pages, entries, levels):
    """Access by access: the TLB, and the references to memory, which the answer counts."""
    tlb, happened, words = OrderedDict(), [], [("access", "page", "TLB", "references so far")]
    misses, total = "", 0
    for step, page in enumerate(pages):
        hit = page in tlb
        if hit:
            tlb.move_to_end(page)
        elif entries:
            gone = tlb.popitem(last=False)[0] if len(tlb) == entries else None
            tlb[page] = gone
        misses += IN_USE if hit else FREE
        added = 1 if hit else levels + 1
        total += added
        happened += [True] * added
        said = f"Access {step + 1}, page {page}: "
        said += "a hit, the data is read" if hit else (
            f"a miss, {levels} {'entry' if levels == 1 else 'entries'} "
            "and the data are read"
        )  # fmt: skip
        words.append((step + 1, page, "hit" if hit else "miss", total))
        ended = step == len(pages) - 1
        if ended:
            said += f". {total} in all, and the answer is {text(answer)}"
        elif total > answer >= total - added:
            said += f": {total} so far, more than the {text(answer)} of the answer"
        yield pictures.picture(
            step, f"{said}.", _workload(tlb, entries, misses, happened, answer, ended),
            list(words),
        )  # fmt: skip


def _workload(tlb, entries, misses, happened, answer, ended):
    ways = [(1, IN_USE, f"page {page}", False) for page in reversed(tlb)]
    ways += [(1, FREE, "empty", False)] * (entries - len(ways))
    now = [(len(misses) - 1, len(misses))]
    history = pictures.row(misses, caption="filled: a hit, empty: a miss", touched=now, big=True)
    count = counted_row(happened, answer, "reference", ended=ended)
    return [
        pictures.floor(
            "table", "TLB", "last used first" if ways else "there is none",
            [pictures.bar(ways) if ways else pictures.row(NOTHING)],
        ),
        pictures.floor("space", "accesses", "", [history]),
        pictures.floor("frames", "references", "to memory, one by one", [count]),
    ]  # fmt: skip

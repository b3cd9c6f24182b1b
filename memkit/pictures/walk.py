"""The pictures of the microscope: an address in its parts, the tables on its way, its end."""

from copy import copy
from itertools import islice

from memkit import pictures
from memkit.checks import hex, size
from memkit.pictures.language import FREE, IN_USE, THIRD
from memkit.vm import MMU, Fault, PageFault
from memkit.vm.access import forbidden, rights_of
from memkit.vm.bits import FLAGS

LETTERS = dict(zip(FLAGS, ("P", "R", "W", "X", "U", "A", "D", "G", "NX", "PS", "PAT"), strict=True))
SMALL, WINDOW = (
    32,
    16,
)  # a table is shown whole up to SMALL entries, else WINDOW around the one used
MAX_FRAMES = 128  # frames shown around the one that the address is in
MAX_PAGES = 2000  # mapped pages that are looked at
CODE = (  # bit of the error code, its letter, what it says if set, and if not
    (1, "P", "the entries were there", "an entry was not there"),
    (2, "W", "a write", ""),
    (4, "U", "user mode", "the kernel's own access"),
    (8, "RSVD", "a bit set that must be 0", ""),
    (16, "I", "an instruction fetch", ""),
)


def letters(bits):
    """Flag names as the manuals' letters: "P W U A"."""
    return " ".join(LETTERS[name] for name in bits) or "no bit set"


def judged(table, va, access="read", user=True):
    """(Translation, None) or (None, Fault): what the hardware says; the table stays as it is."""
    steps = table.walk(va)
    mmu = MMU(copy(table))  # a copy over the same memory, so that the table's own trace stays
    try:
        return mmu.translate(va, access == "write", user, access == "fetch"), None
    except Fault as fault:
        return None, fault
    finally:  # the hardware has set accessed and dirty
        for step in steps:
            table.memory.put(step.address, table.scheme.pte_bytes, step.entry)


def code_words(code):
    """A page-fault error code, bit by bit."""
    told = []
    for bit, letter, yes, no in CODE:
        if code & bit:
            told.append(f"{letter} ({bit}): {yes}")
        elif no:
            told.append(f"no {letter}: {no}")
    return f"error code {code} · " + " · ".join(told)


def part_rows(names, widths, values, boxes=()):
    """The parts of an address side by side, in bits; `boxes`: names of parts with an outline."""
    rows = []
    for name, width, value in zip(names, widths, values, strict=True):
        number = hex(value) if name == "offset" else value
        cells = pictures.bits(value, width)[::-1]
        outline = [(0, width)] if name in boxes else ()
        rows.append(pictures.row(cells, f"{name}: {number}", boxes=outline, high=26))
    return rows


def address_floor(scheme, va):
    """The bits of the address, part by part."""
    indexes, offset = scheme.split(va)
    widths, labels = (*scheme.index_bits, scheme.offset_bits), (*scheme.names, "offset")
    line = part_rows(labels, widths, (*indexes, offset))
    note = f"bits {scheme.va_bits - 1} to 0; filled: 1"
    if scheme.canonical and scheme.va_bits < 64:
        note += f"; 63 to {scheme.va_bits} must be like bit {scheme.va_bits - 1}"
    return pictures.floor("space", "address", note, [line], hex(va))


def shown(scheme, step):
    """The entries that are drawn of the table a walk step read: first, and one past the last."""
    n = 1 << scheme.index_bits[step.level]
    if n <= SMALL:
        return 0, n
    first = max(0, min(step.index - WINDOW // 2, n - WINDOW))
    return first, first + WINDOW


def leads(step, number=hex):
    """Where the entry of a walk step leads. number: how that of a frame is written."""
    frame = f"frame {number(step.pfn)}"
    return {
        "table": f"→ table in {frame}",
        "page": f"→ {frame}",
        "not present": "is not present: the way ends here",
        "reserved": "has a bit set that must be 0",
        "outside": f"→ {frame}, beyond the end of memory",
    }[step.kind]


def allows(scheme, step, access, user):
    """Does this entry allow the access? A sentence's part; "" where the level has no say."""
    if step.kind not in ("table", "page") or (scheme.readable is not None and step.kind == "table"):
        return ""
    rights = rights_of(scheme, (step,))
    lacks = forbidden(rights, scheme, access == "write", user, access == "fetch")
    return f"no {access}: {lacks}" if lacks else f"allows the {access}"


def table_floor(table, step, access, user, number):
    """One table around the entry that the walk read, and what that entry says."""
    scheme = table.scheme
    first, stop = shown(scheme, step)
    start = step.address - step.index * scheme.pte_bytes
    cells = ""
    for i in range(first, stop):
        entry = table.memory.number(start + i * scheme.pte_bytes, scheme.pte_bytes)
        kind = scheme.kind(step.level, entry)
        cells += {"not present": FREE, "reserved": THIRD}.get(kind, IN_USE)
    at = step.index - first
    told = [f"[{step.index}] at {hex(step.address)} = {hex(step.entry)} {leads(step, number)}"]
    told += [letters(step.bits), allows(scheme, step, access, user)]
    row = pictures.row(
        cells, caption=" · ".join(filter(None, told)), touched=[(at, at + 1)], high=26
    )
    n = 1 << scheme.index_bits[step.level]
    note = f"{stop - first} of {n:,}" if stop - first < n else f"{n} entries"
    return pictures.floor("table", step.name, f"{note}, in frame {number(step.table)}", [row])


def frames_floor(table, done, fault, number):
    """Physical memory around the frame of the address: tables, pages, free frames."""
    memory, scheme = table.memory, table.scheme
    pfn = done.pa >> scheme.offset_bits if done else 0
    inside = done is not None and pfn < memory.nframes
    first = pfn // MAX_FRAMES * MAX_FRAMES if inside else 0
    stop = min(first + MAX_FRAMES, memory.nframes)
    cells = "".join(IN_USE if taken else FREE for taken in memory.taken[first:stop])
    for page in islice(table.mappings(), MAX_PAGES):
        start = page.pfn - first
        cells = pictures.overlay(cells, start, start + page.nbytes // memory.page_size, IN_USE)
    for level, frame in table.tables():
        start = frame - first
        cells = pictures.overlay(cells, start, start + scheme.table_frames(level), "T")
    caption = "filled: a page · T: a page table"
    if inside:
        byte = hex(scheme.split(done.va)[1])
        caption = f"{hex(done.pa)} = frame {number(pfn)}, byte {byte} · {caption}"
    elif done:
        caption = (
            f"frame {number(pfn)} is beyond the end of memory: nothing answers there · {caption}"
        )
    elif isinstance(fault, PageFault):
        caption = f"{code_words(fault.error_code)} · {caption}"
    touched = [(pfn - first, pfn - first + 1)] if inside else []
    count = f"{number(first)} to {number(stop - 1)} of " if stop - first < memory.nframes else ""
    note = f"{count}{memory.nframes:,} of {size(scheme.page_bytes)}"
    row = pictures.row(cells, caption=caption, touched=touched, high=76)
    return pictures.floor("frames", "frames", note, [row]), pfn - first if inside else None


def microscope_picture(table, va, access="read", user=True, number=hex):
    """One address: its parts, each table on its way, and the frame or the fault at the end.

    number   how the number of a frame is written: beside addresses as they are, else as a count
    """
    scheme = table.scheme
    done, fault = judged(table, va, access, user)
    steps = table.walk(va)
    verdict = str(fault) if fault else f"{hex(va)} is {hex(done.pa)}: {_read(len(steps))}."
    frames, cell = frames_floor(table, done, fault, number)
    floors = [address_floor(scheme, va)]
    floors += [table_floor(table, step, access, user, number) for step in steps]
    floors.append(frames)
    # Each part of the address leads to its entry; the last entry and the offset to the byte.
    thread = []
    for n, step in enumerate(steps, 1):
        entry = (n, 0, step.index - shown(scheme, step)[0])
        thread += [(0, n - 1, scheme.index_bits[step.level] // 2), entry, None]
    if cell is not None:
        end = (len(floors) - 1, 0, cell)
        thread += [entry, end, None, (0, scheme.levels, scheme.offset_bits // 2), end]
    words = [("level", "entry at", "entry", "bits", "what it does")]
    for step in steps:
        told = ", ".join(filter(None, (leads(step, number), allows(scheme, step, access, user))))
        name = f"{step.name}[{step.index}]"
        words.append((name, hex(step.address), hex(step.entry), letters(step.bits), told))
    words.append(("verdict", "", "", "", verdict))
    if isinstance(fault, PageFault):
        words.append(("error code", "", "", "", code_words(fault.error_code)))
    who = "user" if user else "kernel"
    return pictures.picture(f"{va:#x} {access} {who}", verdict, floors, words, thread,
                            look="mk-walk")  # fmt: skip


def _read(n):
    return "1 entry is read on the way" if n == 1 else f"{n} entries are read on the way"

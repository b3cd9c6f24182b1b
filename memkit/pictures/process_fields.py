"""What the kernel calls the parts of a picture of a process.

key     what a row, a number or a frame of the picture is called: "1 area 0x8048000", "frame 3"
told    which field of which kernel struct holds what a key names
"""

from typing import NamedTuple

from memkit.checks import PAGE, hex, plural, size
from memkit.vm.structs import account, area_fields, kernel_fields
from memkit.vm.vma import GUARD_GAP

MOST_PAGES_TOLD = 12


class Fixed(NamedTuple):
    """What does not change while a process runs, and so is in no step."""

    fields: tuple  # task_struct and mm_struct, as kernel_fields has them
    program: str
    user_end: int
    kernel_start: int
    top: int

    @classmethod
    def of(cls, process):
        fields = [f for f in kernel_fields(process) if f.struct != "vm_area_struct"]
        program = process.program.name if process.program else ""
        top = 1 << (64 if process.scheme.va_bits > 32 else 32)
        kernel = process.place.kernel_start
        return cls(tuple(fields), program, process.user_end, kernel, top)

    def mark(self, name):
        return next((f.value for f in self.fields if f.field == name), 0)


def fields_at(fixed, process, frames):
    """The task_struct and mm_struct rows of a ProcessState: what changes is taken from it."""
    now = {
        "pid": process.pid,
        "tgid": process.pid,
        "parent": process.parent,
        "min_flt": process.stats.minor_faults,
        "maj_flt": process.stats.major_faults,
        "map_count": len(process.vmas),
        "brk": process.brk,
        "pgtables_bytes": process.stats.page_table_bytes,
        "rss_stat[MM_SWAPENTS]": process.stats.swapped_pages,
        **account(process.vmas),
    }
    held = {"FILE": 0, "ANON": 0, "SHMEM": 0}
    for pfn, frame in enumerate(frames):
        mine = sum(pid == process.pid for pid, _ in frame.owners)
        if frame.kind == "table" and (process.pid, 0) in frame.owners:
            now["pgd"] = pfn * PAGE
        elif mine and frame.kind in ("anon", "file"):
            shared = frame.name.startswith("/dev/zero")
            held["SHMEM" if shared else frame.kind.upper()] += mine
    now |= {f"rss_stat[MM_{kind}PAGES]": n for kind, n in held.items()}
    return tuple(f._replace(value=now.get(f.field, f.value)) for f in fixed.fields)


def area_name(vma, fixed):
    """What a picture calls an area."""
    if vma.name.startswith("["):
        return vma.name.strip("[]").removeprefix("anon: ").replace("Go: ", "Go ")
    if vma.inode and vma.name == fixed.program:
        if "x" in vma.prot:
            return "text"
        if "w" in vma.prot:
            return "data"
        if vma.start <= fixed.mark("start_data") < vma.end:
            return "data, now fixed"
        return "headers" if vma.end <= fixed.mark("start_code") else "constants"
    if vma.inode:
        return "shared memory" if vma.in_memory else vma.name.rpartition("/")[2]
    is_bss = fixed.program and fixed.mark("end_data") <= vma.end <= fixed.mark("start_brk")
    return "BSS" if is_bss else "reserved" if vma.prot == "---" else "memory"


def pages_of(process, vma):
    """{va: PageInfo} of the pages of an area that are in memory or in swap."""
    return {va: info for va, info in process.pages.items() if vma.start <= va < vma.end}


def told(process, fixed, fields, what):
    """(title, lines of field, value, meaning) for a part of a ProcessState's picture.

    what   its key without the process's number; fields: as fields_at gives them
    """
    who, (kind, _, name) = process.pid, what.partition(" ")
    if kind == "field":
        chosen = [f for f in fields if f.field.startswith(name)]
        return f"process {who}", tuple(_line(f) for f in chosen)
    if kind == "kernel":
        line = ("TASK_SIZE", hex(fixed.user_end), "one past the last address of a process")
        flag = ("page table entry", "U = 0", "any access from user mode is SIGSEGV")
        return "the kernel's part: no vm_area_struct", (line, flag)
    address = int(name, 16)
    if kind == "at":
        return f"the address {name}", tuple(_address_told(process, fixed, fields, address))
    vma = next((v for v in process.vmas if v.start <= address < v.end), None)
    if vma is None:
        if kind == "guard":
            line = ("stack_guard_gap", size(GUARD_GAP), "a variable of the kernel, for all stacks")
            return "guard gap: no vm_area_struct", (line,)
        words = "no area holds such an address: an access is SIGSEGV (MAPERR)"
        return "nothing is mapped here", (("mm_struct.mm_mt", "no area", words),)
    return f"{area_name(vma, fixed)}, process {who}", tuple(_area_told(process, vma, fields))


def _line(field):
    value = field.value
    if isinstance(value, int):
        value = hex(value) if value >= 1 << 16 else f"{value:,}"
    return f"{field.struct}.{field.field}", "NULL" if value is None else str(value), field.meaning


def _address_told(process, fixed, fields, address):
    lines = [_line(f) for f in fields if f.value == address and address]
    for vma in (vma for vma in process.vmas if address in (vma.start, vma.end)):
        for field in area_fields(vma)[:2]:
            if field.value == address:
                lines.append((*_line(field)[:2], f"{field.meaning}: {area_name(vma, fixed)}"))
    return lines or [("no field", "", "no struct holds this number: the kernel computes it")]


def _area_told(process, vma, fields):
    lines = [_line(f) for f in area_fields(vma)]
    marks = [f for f in fields if f.struct == "mm_struct" and isinstance(f.value, int)]
    lines += [_line(f) for f in marks if vma.start <= f.value <= vma.end and f.value >= 1 << 16]
    pages = sorted(pages_of(process, vma).items())
    for va, info in pages[:MOST_PAGES_TOLD]:
        where = "in swap" if info.swapped else f"frame {info.pfn}"
        alone = "nobody else has it" if info.exclusive else "others may have it too"
        if info.swapped:
            alone = "present bit off; the entry names the slot"
        lines.append((f"page table entry of {hex(va)}", where, alone))
    absent = vma.length // PAGE - len(pages)
    if absent:
        lines.append(("page table entries", "empty", f"{plural(absent, 'page')} with no memory"))
    return lines


def frame_told(pfn, frame):
    """The same for a frame of the machine."""
    what = {
        "free": "free", "table": "a page table", "zero": "the page of zeros, for all readers",
        "anon": "memory of a process", "file": f"a page of {frame.name}",
    }[frame.kind]  # fmt: skip
    lines = [("struct page", f"pfn {pfn}", what)]
    if frame.kind in ("anon", "file"):
        count = f"{len(frame.owners) - 1}"
        lines.append(("page._mapcount", count, "page table entries that map it, less one"))
        lines += [("mapped by", f"process {pid}", f"at {hex(va)}") for pid, va in frame.owners]
    elif frame.kind == "table":
        lines += [("page table", f"process {pid}", f"level {n}") for pid, n in frame.owners]
    return f"frame {pfn}", tuple(lines)

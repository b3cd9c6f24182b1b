"""RealProcess: the map of the process that runs this very notebook, as the kernel tells it.

group   areas of one kind are one row: a Python has hundreds of areas
source  "live: /proc/self/smaps", or "recorded: ..." where there is none to read
"""

import contextlib
import mmap

import ipywidgets

from memkit.trace import hex, plural
from memkit.vm.layouts import LAYOUTS
from memkit.vm.procfs import fault_counts, read_smaps
from memkit.vm.structs import account, area_fields
from memkit.vm.vma import PAGE
from memkit.widgets.process_map import ProcessGrid
from memkit.widgets.process_picture import about, hole, row

BLOCK = 64 << 20
REGION = ("vdso", "libraries", "files", "shared memory", "anonymous", "reserved")
MOST_TOLD = 12
HINT = "Pick a row or a number, by a click or with ↓ and ↑: which areas are that, and which field?"


def program_of(areas):
    """The path of the program: the file of the lowest area that has one."""
    return next((vma.name for vma in areas if vma.inode), "")


def group_of(vma, program, before):
    """The row that an area belongs to. `before`: the area that ends where it begins, or None."""
    if vma.name.startswith("[v"):
        return "vdso"
    if vma.name in ("[heap]", "[stack]"):
        return vma.name.strip("[]")
    if vma.inode and vma.name == program:
        return "text" if "x" in vma.prot else "data" if "w" in vma.prot else "constants"
    if vma.inode and vma.shared and (vma.in_memory or vma.name.startswith(("/dev/", "/memfd"))):
        return "shared memory"
    if vma.inode:
        return "libraries" if ".so" in vma.name else "files"
    if before and before.inode and before.name == program and "w" in vma.prot:
        return "BSS"
    return "reserved" if vma.prot == "---" else "anonymous"


class Group:
    """The areas of one row: [(Vma, numbers)], where `numbers` is what smaps says of each."""

    def __init__(self, name):
        self.name, self.areas = name, []

    def sum(self, number):
        return sum(numbers.get(number, 0) for _, numbers in self.areas)

    @property
    def length(self):
        return sum(vma.length for vma, _ in self.areas)

    @property
    def start(self):
        return min(vma.start for vma, _ in self.areas)

    @property
    def end(self):
        return max(vma.end for vma, _ in self.areas)


def whole_of(reading):
    """All areas as one Group, without [vsyscall], which lies in the kernel's half."""
    whole = Group("all")
    whole.areas = [pair for pair in reading if pair[0].name != "[vsyscall]"]
    return whole


def grouped(reading):
    """Blocks of Groups, highest address first; in a block they may lie among each other."""
    program, blocks, before = program_of([vma for vma, _ in reading]), [], None
    for vma, numbers in reading:
        name = group_of(vma, program, before if before and before.end == vma.start else None)
        before = vma
        if vma.name == "[vsyscall]":
            continue  # it lies in the kernel's half
        region = name in REGION
        if not (region and blocks and next(iter(blocks[-1])) in REGION):
            if not region and blocks and name in blocks[-1]:
                blocks[-1][name].areas.append((vma, numbers))
                continue
            blocks.append({})
        blocks[-1].setdefault(name, Group(name)).areas.append((vma, numbers))
    order = {name: i for i, name in enumerate(REGION)}
    return [
        sorted(block.values(), key=lambda group: order.get(group.name, 0))
        for block in reversed(blocks)
    ]


def changed_groups(before, now):
    """The names of the groups that grew or shrank by half a BLOCK or more, in space or frames."""
    sums = [{}, {}]
    for reading, found in zip((before, now), sums, strict=True):
        for block in grouped(reading):
            for group in block:
                was = found.get(group.name, (0, 0))
                found[group.name] = (was[0] + group.length, was[1] + group.sum("Rss"))
    changed = []
    for name in sums[0] | sums[1]:
        pairs = zip(*(found.get(name, (0, 0)) for found in sums), strict=True)
        if any(abs(was - is_now) >= BLOCK // 2 for was, is_now in pairs):
            changed.append(name)
    return changed


def group_row(group, n):
    rss, prots = group.sum("Rss"), {vma.prot for vma, _ in group.areas}
    return row(
        "group", f"self group {n}", group.name, group.start, group.start + group.length,
        prot=prots.pop() if len(prots) == 1 else "", share=rss / group.length,
        note=f"{about(rss)} in frames, {plural(len(group.areas), 'area')}",
        size=about(group.length),
    )  # fmt: skip


def real_picture(reading, changed=(), picked=""):
    """The map of what read_smaps has read; `changed`: names of groups that have just changed."""
    areas = [vma for vma, _ in reading]
    everything = whole_of(reading)
    layout = LAYOUTS["x86_64" if everything.end > 1 << 32 else "i386"]
    rows = [row("kernel", "self kernel", "kernel", layout.kernel_start, layout.kernel_start,
                size="", note="not for the process")]  # fmt: skip
    blocks, top, groups = grouped(reading), layout.user_end, []
    for block in blocks:
        end = max(group.end for group in block)
        if top > end:
            rows.append(hole("self", end, top))
        for group in block:
            line = group_row(group, len(groups))
            line["touched"] = group.name in changed
            rows.append(line)
            groups.append(group)
        top = min(group.start for group in block)
    rows.append(hole("self", 0, top))
    total, rss, swap = (everything.length, everything.sum("Rss"), everything.sum("Swap"))
    said = (f"{plural(len(everything.areas), 'area')}, {about(total)} of addresses; "
            f"{about(rss)} of them in frames")  # fmt: skip
    numbers = [
        ["self field map_count", plural(len(everything.areas), "area")],
        ["self field total_vm", f"{about(total)} of addresses"],
        ["self field rss_stat", f"{about(rss)} in frames"],
        ["self field swap", f"{about(swap)} in swap"],
    ]
    words = [("from", "row", "rights", "addresses", "in frames, areas")]
    words += [(r["at"], r["name"], r["prot"], r["size"], r["note"]) for r in rows]
    asked = told(groups, areas, rss, swap, picked)
    return {
        "step": "real",
        "sentence": f"{reading.source[0].upper()}{reading.source[1:]}: {said}.",
        "columns": [{"acting": False, "numbers": numbers, "rows": rows}],
        "strips": [],
        "legend": ["each bar: how much of these addresses is in frames; not to scale"],
        "picked": picked if asked else "",
        "told": {"title": asked[0], "lines": [list(line) for line in asked[1]]} if asked else {},
        "hint": HINT,
        "words": [list(line) for line in words],
    }


def told(groups, areas, rss, swap, picked):
    """(title, rows) for the row or the number that was picked, or None."""
    _, kind, name = (picked.split(" ", 2) + ["", ""])[:3]
    if kind == "group" and int(name) < len(groups):
        return _group_told(groups[int(name)])
    if kind == "kernel":
        return "kernel", [("no vm_area_struct", "", "an access from user mode is SIGSEGV")]
    if kind in ("free", "at"):
        return "nothing is mapped here", [("no vm_area_struct", "", "an access is SIGSEGV")]
    pages = account(areas)
    fields = {
        "map_count": [("mm_struct.map_count", f"{len(areas):,}", "areas; 65,530 are allowed")],
        "total_vm": [(f"mm_struct.{n}", f"{pages[n]:,} pages", "what the areas could hold")
                     for n in pages],
        "rss_stat": [("mm_struct.rss_stat", f"{rss // PAGE:,} pages", "what is in frames")],
        "swap": [("mm_struct.rss_stat[MM_SWAPENTS]", f"{swap // PAGE:,} pages", "in swap")],
    }  # fmt: skip
    return ("this process", fields[name]) if kind == "field" and name in fields else None


def _group_told(group):
    largest = sorted(group.areas, key=lambda pair: -pair[0].length)[:MOST_TOLD]
    lines = []
    for vma, numbers in largest:
        flags = area_fields(vma)[2].value
        where = vma.name.rpartition("/")[2] or "anonymous"
        meaning = f"{flags} · {where} · {about(numbers.get('Rss', 0))} of {about(vma.length)}"
        lines.append(("vm_area_struct", f"{hex(vma.start)}-{hex(vma.end)}", meaning))
    left = len(group.areas) - len(lines)
    if left:
        lines.append(("", f"and {left:,} smaller", ""))
    return group.name, lines


def fresh_memory(nbytes):
    """Private memory in pages of 4 KiB: with huge pages 512 would come with one fault."""
    fresh = mmap.mmap(-1, nbytes, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if hasattr(mmap, "MADV_NOHUGEPAGE"):
        with contextlib.suppress(OSError):  # a kernel without huge pages refuses the advice
            fresh.madvise(mmap.MADV_NOHUGEPAGE)
    return fresh


class RealProcess(ipywidgets.VBox):
    """The areas of this process, live or recorded; the buttons map memory in it and write to it.

    Keys: Tab to the buttons and into the map, down and up pick.
    """

    def __init__(self):
        self.grid, self.block, self.changed = ProcessGrid(), None, ()
        self.buttons = {}
        for name, says in (
            ("map", f"map {about(BLOCK)}"),
            ("write", "write to all of it"),
            ("unmap", "give it back"),
            ("again", "read again"),
        ):
            self.buttons[name] = ipywidgets.Button(description=says)
            self.buttons[name].add_class(f"mk-do-{name}")
            self.buttons[name].on_click(lambda _, name=name: self.act(name))
        form = ipywidgets.HBox(list(self.buttons.values()))
        form.add_class("mk-form")
        super().__init__([form, self.grid])
        self.add_class("mk-process-map")
        self.add_class("mk-real-process")
        self.grid.observe(lambda change: self._draw(), "picked")
        self._read()

    @property
    def live(self):
        return self.reading.source.startswith("live")

    def _read(self):
        self.reading = read_smaps()
        for name, button in self.buttons.items():
            possible = {"map": not self.block, "again": True}.get(name, bool(self.block))
            button.disabled = not (self.live and possible)
        self.told, self.changed = "", ()
        self._draw()

    def _draw(self):
        picture = real_picture(self.reading, self.changed, self.grid.picked)
        if self.told:
            picture["sentence"] = self.told
        self.grid.picture = picture

    def act(self, name):
        """Do what a button says, read the map again, and tell what has changed."""
        if self.buttons[name].disabled:
            return
        ones, reading = b"\1" * (BLOCK // PAGE), read_smaps()
        before = whole_of(reading)
        faults = sum(fault_counts())
        if name == "map":
            self.block = fresh_memory(BLOCK)
        elif name == "write":
            self.block[::PAGE] = ones
        elif name == "unmap":
            self.block.close()
            self.block = None
        faults = sum(fault_counts()) - faults
        self._read()
        now = whole_of(self.reading)
        self.changed = changed_groups(reading, self.reading)
        space, rss = now.length - before.length, now.sum("Rss") - before.sum("Rss")
        done = {
            "map": f"{about(BLOCK)} mapped", "write": "A byte written to each of its pages",
            "unmap": f"{about(BLOCK)} given back", "again": "Read again",
        }[name]  # fmt: skip
        self.told = (
            f"{done}: addresses {_signed(space)}, frames {_signed(rss)}, "
            f"{plural(faults, 'page fault')} meanwhile."
        )
        self._draw()


def _signed(nbytes):
    return f"{'−' if nbytes < 0 else '+'}{about(abs(nbytes))}"

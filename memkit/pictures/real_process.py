"""The map of the process that runs this very notebook, as the kernel tells it.

group   areas of one kind are one row: a Python has hundreds of areas
source  "live: /proc/self/smaps", or "recorded: ..." where there is none to read
number  what smaps says of an area, Rss or Swap; None where this system does not say it
"""

from memkit.checks import PAGE, hex, plural
from memkit.pictures.process import about, hole, row
from memkit.vm.layouts import LAYOUTS
from memkit.vm.structs import account, area_fields

REGION = ("vdso", "libraries", "files", "shared memory", "anonymous", "reserved")
MOST_TOLD = 12
UNTOLD = "not told by this system"
HINT = "Pick a row or a number, by a click or with ↓ and ↑: which areas are that, and which field?"


def program_of(areas):
    """The path of the program: the file of the lowest area that has one."""
    return next((vma.name for vma in areas if has_file(vma) and vma.name), "")


def has_file(vma):
    """Is a file behind it? Where the inode is not told, its path says so."""
    return bool(vma.inode) or (vma.inode is None and vma.name.startswith("/"))


def group_of(vma, program, before):
    """The row that an area belongs to. `before`: the area that ends where it begins, or None."""
    if vma.name.startswith("[v"):
        return "vdso"
    if vma.name in ("[heap]", "[stack]"):
        return vma.name.strip("[]")
    file = has_file(vma)
    if file and program and vma.name == program:
        return "text" if "x" in vma.prot else "data" if "w" in vma.prot else "constants"
    if file and vma.shared and (vma.in_memory or vma.name.startswith(("/dev/", "/memfd"))):
        return "shared memory"
    if file:
        return "libraries" if ".so" in vma.name else "files"
    if before and has_file(before) and before.name == program and "w" in vma.prot:
        return "BSS"
    return "reserved" if vma.prot == "---" else "anonymous"


class Group:
    """The areas of one row: [(Vma, numbers)], where `numbers` is what smaps says of each."""

    def __init__(self, name):
        self.name, self.areas = name, []

    def sum(self, number):
        """A number of smaps, of all areas together; None if one of them does not tell it."""
        told = [numbers.get(number) for _, numbers in self.areas]
        return None if None in told else sum(told)

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


def in_words(nbytes, where):
    """How much is in frames, or in swap; or that nobody knows."""
    return f"{where} {UNTOLD}" if nbytes is None else f"{about(nbytes)} in {where}"


def group_row(group, n, among):
    """among: None; of groups that lie mixed their lowest address, "" but for the last."""
    rss, prots = group.sum("Rss"), {vma.prot for vma, _ in group.areas}
    return row(
        "group", f"self group {n}", group.name, group.start, group.start + group.length,
        prot=prots.pop() if len(prots) == 1 else "", share=rss and rss / group.length,
        note=f"{in_words(rss, 'frames')}, {plural(len(group.areas), 'area')}",
        size=about(group.length), held="" if rss is None else about(rss),
        **({} if among is None else {"at": among, "among": True}),
    )  # fmt: skip


def real_picture(reading, changed=(), sentence=""):
    """The map of what read_smaps has read.

    changed    names of groups that have just changed
    sentence   what has been done; "": what there is
    """
    areas = [vma for vma, _ in reading]
    everything = whole_of(reading)
    layout = LAYOUTS["x86_64" if everything.end > 1 << 32 else "i386"]
    kernel = max(layout.kernel_start, everything.end)  # a 64-bit kernel leaves it all to 32 bits
    rows = [row("kernel", "self kernel", "kernel", kernel, kernel,
                size="", note="not for the process")]  # fmt: skip
    blocks, top, groups = grouped(reading), layout.user_end, []
    for block in blocks:
        end = max(group.end for group in block)
        if top > end:
            rows.append(hole("self", end, top))
        low = hex(min(group.start for group in block))
        for group in block:
            among = None if len(block) == 1 else low if group is block[-1] else ""
            line = group_row(group, len(groups), among)
            line["touched"] = group.name in changed
            rows.append(line)
            groups.append(group)
        top = min(group.start for group in block)
    rows.append(hole("self", 0, top))
    total, rss, swap = (everything.length, everything.sum("Rss"), everything.sum("Swap"))
    held = f"frames {UNTOLD}" if rss is None else f"{about(rss)} of them in frames"
    said = f"{plural(len(everything.areas), 'area')}, {about(total)} of addresses; {held}"
    numbers = [
        ["self field map_count", plural(len(everything.areas), "area")],
        ["self field total_vm", f"{about(total)} of addresses"],
        ["self field rss_stat", in_words(rss, "frames")],
        ["self field swap", in_words(swap, "swap")],
    ]
    words = [("from", "row", "rights", "addresses", "in frames, areas")]
    words += [(r["at"], r["name"], r["prot"], r["size"], r["note"]) for r in rows]
    keys = [key for key, _ in numbers] + [r["key"] for r in rows]
    keys += [f"self at {r['at']}" for r in rows if r["kind"] != "group"]
    return {
        "kind": "process",
        "step": "real",
        "sentence": sentence or f"{reading.source[0].upper()}{reading.source[1:]}: {said}.",
        "columns": [{"acting": False, "numbers": numbers, "rows": rows}],
        "strips": [],
        "legend": [
            f"no bars: what is in frames is {UNTOLD}"
            if rss is None
            else "bar and number: how much of these addresses is in frames · rows without an "
            "address lie among each other · not to scale"
        ],
        "holds": {key: told(groups, areas, rss, swap, key) for key in keys},
        "hint": HINT,
        "words": [list(line) for line in words],
    }


def told(groups, areas, rss, swap, key):
    """(title, lines) for a row or a number of the picture."""
    _, kind, name = (key.split(" ", 2) + [""])[:3]
    if kind == "group":
        return _group_told(groups[int(name)])
    if kind == "kernel":
        return "kernel", (("no vm_area_struct", "", "an access from user mode is SIGSEGV"),)
    if kind in ("free", "at"):
        return "nothing is mapped here", (("no vm_area_struct", "", "an access is SIGSEGV"),)
    if name == "total_vm":
        pages, meaning = account(areas), "what the areas could hold"
        lines = tuple((f"mm_struct.{n}", f"{pages[n]:,} pages", meaning) for n in pages)
        return "this process", lines
    line = {
        "map_count": ("mm_struct.map_count", f"{len(areas):,}", "areas; 65,530 are allowed"),
        "rss_stat": ("mm_struct.rss_stat", _pages(rss), "what is in frames"),
        "swap": ("mm_struct.rss_stat[MM_SWAPENTS]", _pages(swap), "in swap"),
    }[name]
    return "this process", (line,)


def _pages(nbytes):
    return UNTOLD if nbytes is None else f"{nbytes // PAGE:,} pages"


def _group_told(group):
    largest = sorted(group.areas, key=lambda pair: -pair[0].length)[:MOST_TOLD]
    lines = []
    for vma, numbers in largest:
        flags = area_fields(vma)[2].value
        where = vma.name.rpartition("/")[2] or "anonymous"
        if vma.shared is None:
            flags += f" · private or shared: {UNTOLD}"
        rss = numbers.get("Rss")
        held = f"{about(rss)} of " if rss is not None else f"frames {UNTOLD}, "
        meaning = f"{flags} · {where} · {held}{about(vma.length)}"
        lines.append(("vm_area_struct", f"{hex(vma.start)}-{hex(vma.end)}", meaning))
    left = len(group.areas) - len(lines)
    if left:
        lines.append(("", f"and {left:,} smaller", ""))
    return group.name, tuple(lines)

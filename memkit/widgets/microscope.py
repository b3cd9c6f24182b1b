"""The address microscope: one address, cut into its parts, walked through the tables, judged."""

import ipywidgets

from memkit.trace import hex
from memkit.vm import MMU, Fault, PageTable, PhysicalMemory
from memkit.vm.bits import FLAGS
from memkit.widgets import pictures
from memkit.widgets.grid import Grid
from memkit.widgets.pictures import FREE, IN_USE, THIRD

LETTERS = dict(zip(FLAGS, ("P", "R", "W", "X", "U", "A", "D", "G", "NX", "PS", "PAT"), strict=True))
ACCESSES = ("read", "write", "fetch")
WINDOW = 32  # entries of a table that are shown around the one used
MAX_FRAMES = 512
WHOLE_SPACE = 20  # address bits: up to here the slider reaches every address


def letters(bits):
    """Flag names as the manuals' letters: "P W U A"."""
    return " ".join(LETTERS[name] for name in bits) or "no bit set"


def judged(table, va, access="read", user=True):
    """(Translation or None, what the hardware says) of one access; the table is left as it is."""
    memory = PhysicalMemory(table.memory.nframes, table.memory.page_size)
    memory.data[:] = table.memory.data
    mmu = MMU(PageTable(table.scheme, memory, table.root))
    try:
        done = mmu.translate(va, access == "write", user, access == "fetch")
    except Fault as fault:
        return None, str(fault)
    return done, f"{hex(va)} is {hex(done.pa)}: {len(done.steps)} memory references on the way."


def address_floor(scheme, va):
    """The bits of the address, part by part."""
    indexes, offset = scheme.split(va)
    line = []
    for name, width, value in zip(scheme.names, scheme.index_bits, indexes, strict=True):
        line.append(_bits(f"{name}: {value}", width, value))
    line.append(_bits(f"offset: {offset:#x}", scheme.offset_bits, offset))
    note = f"{scheme.va_bits} bits, highest first; filled: 1"
    if scheme.canonical:
        note += f"; those above must repeat bit {scheme.va_bits - 1}"
    return pictures.floor("space", hex(va), note, [line])


def _bits(label, width, value):
    cells = pictures.bits(value, width)[::-1]
    return pictures.row(cells, label=label, beside="" if width else "none", high=40)


def table_floor(table, step):
    """The part of one table around the entry that the walk read."""
    scheme = table.scheme
    n = 1 << scheme.index_bits[step.level]
    first = max(0, min(step.index - WINDOW // 2, n - WINDOW))
    count = min(WINDOW, n)
    start = step.address - step.index * scheme.pte_bytes
    cells = ""
    for i in range(first, first + count):
        entry = table.memory.number(start + i * scheme.pte_bytes, scheme.pte_bytes)
        kind = scheme.kind(step.level, entry)
        cells += {"not present": FREE, "reserved": THIRD}.get(kind, IN_USE)
    at = step.index - first
    row = pictures.row(
        cells,
        label=f"entries {first} to {first + count - 1} of {n}",
        caption=f"{step}. Bits: {letters(step.bits)}.",
        touched=[(at, at + 1)],
        mark=(at, f"[{step.index}]"),
        high=26,
    )
    note = f"table in frame {step.table:#x}"
    return pictures.floor("table", step.name, note, [row], acting=step.kind != "table")


def frames_floor(table, done):
    """Physical memory: frames that hold tables, others in use, the one that the address is in."""
    memory, scheme = table.memory, table.scheme
    cells = "".join(IN_USE if taken else FREE for taken in memory.taken[:MAX_FRAMES])
    for _, pfn in table.tables():
        cells = pictures.overlay(cells, pfn, pfn + 1, "T")
    pfn = done.pa >> scheme.offset_bits if done else None
    shown = pfn is not None and pfn < len(cells)
    caption = "T: a page table · filled: mapped"
    if done:
        caption = (
            f"{hex(done.pa)}: frame {pfn:#x}, byte {done.pa & scheme.page_bytes - 1} of it · "
            + caption
        )
    row = pictures.row(cells, caption=caption, touched=[(pfn, pfn + 1)] if shown else [], high=70)
    note = f"{memory.nframes:,} of {scheme.page_bytes:,} B"
    return pictures.floor("frames", "frames", note, [row]), pfn if shown else None


def microscope_picture(table, va, access="read", user=True):
    """One address: its parts, each table on its way, and the frame or the fault at the end."""
    scheme = table.scheme
    done, verdict = judged(table, va, access, user)
    floors = [address_floor(scheme, va)]
    steps = table.walk(va)
    floors += [table_floor(table, step) for step in steps]
    frames, pfn = frames_floor(table, done)
    floors.append(frames)
    thread = [(0, scheme.levels, 0)] if not steps else [(0, 0, 0)]
    for n, step in enumerate(steps, 1):
        first = max(0, min(step.index - WINDOW // 2, (1 << scheme.index_bits[step.level]) - WINDOW))
        thread.append((n, 0, step.index - first))
    if pfn is not None:
        thread.append((len(floors) - 1, 0, pfn))
    words = [("level", "entry at", "entry", "bits", "what it does")]
    for step in steps:
        bits = letters(step.bits)
        words.append((step.name, hex(step.address), hex(step.entry), bits, step.kind))
    words.append(("verdict", "", "", "", verdict))
    return pictures.picture(f"{va:#x} {access} {user}", verdict, floors, words, thread)


def parsed(scheme, text):
    """The address that a text names. ValueError, in one sentence, for anything else."""
    try:
        va = int(str(text).replace("_", "").replace(",", "").strip(), 0)
    except ValueError:
        raise ValueError(
            f"The address must be a number such as 0x1c or 4096, not {text!r}."
        ) from None
    return scheme.check(va)


def _slider(table):
    """Every address of a small space; of a large one the edges of what is mapped."""
    if table.scheme.va_bits <= WHOLE_SPACE:
        most = (1 << table.scheme.va_bits) - 1
        return ipywidgets.IntSlider(0, 0, most, description="drag", readout=False)
    stops = {0}
    for page in table.mappings():
        stops |= {page.va, page.va + page.nbytes - 1, page.va + page.nbytes}
    stops = sorted(
        va for va in stops if va < 1 << (64 if table.scheme.canonical else table.scheme.va_bits)
    )
    return ipywidgets.SelectionSlider(
        options=[(hex(va), va) for va in stops], description="drag", readout=False
    )


class Microscope(ipywidgets.VBox):
    """Type or drag an address; choose the access; flip bits of an entry and see what breaks."""

    def __init__(self, table, va=0):
        if not isinstance(table, PageTable):
            grid = Grid(pictures.error(f"The microscope needs a PageTable, not {table!r}."))
            super().__init__([grid])
            self.grid = grid
            return
        self.table = table
        self.steps, self._drawing = (), False
        wide = {"description_width": "initial"}
        self.address = ipywidgets.Text(hex(va), description="address", style=wide)
        self.slider = _slider(table)
        self.access = ipywidgets.Dropdown(options=ACCESSES, description="access", style=wide)
        self.user = ipywidgets.Checkbox(True, description="user mode", indent=False)
        self.level = ipywidgets.Dropdown(options=[], description="entry of", style=wide)
        self.entry = ipywidgets.Text(description="value", style=wide)
        self.write = ipywidgets.Button(description="write it")
        self.flags = [
            ipywidgets.ToggleButton(description=LETTERS[name], tooltip=name.rstrip("_"))
            for name in self._flag_names()
        ]
        for toggle in self.flags:
            toggle.layout.width = "52px"
            toggle.observe(self._flip, "value")
        self.grid = Grid()
        rows = [
            ipywidgets.HBox([self.address, self.slider, self.access, self.user]),
            self.grid,
            ipywidgets.HBox([self.level, self.entry, self.write, *self.flags]),
        ]
        super().__init__(rows)
        self.add_class("mk-microscope")
        for name in ("address", "slider", "access", "user", "level", "entry", "write"):
            getattr(self, name).add_class(f"mk-{name}")
        self.address.observe(self._draw, "value")
        self.slider.observe(self._slide, "value")
        for widget in (self.access, self.user, self.level):
            widget.observe(self._draw, "value")
        self.write.on_click(self._write)
        self._draw()

    def _flag_names(self):
        return [f for f in FLAGS if f != "pat" and getattr(self.table.scheme, f) is not None]

    def _put_slider(self, va):
        stops = [va for _, va in getattr(self.slider, "options", ())]
        if va in stops or isinstance(self.slider, ipywidgets.IntSlider):
            self.slider.value = va

    def _slide(self, change):
        if not self._drawing:
            self.address.value = hex(change["new"])

    def _draw(self, change=None):
        self._drawing = True
        try:
            va = parsed(self.table.scheme, self.address.value)
            picture = microscope_picture(self.table, va, self.access.value, self.user.value)
            self._put_slider(va)
            self.steps = self.table.walk(va)
            names = [step.name for step in self.steps]
            if list(self.level.options) != names:
                self.level.options = names
                self.level.value = names[-1] if names else None
            self._show_entry()
            self.grid.picture = picture
        except ValueError as problem:
            self.grid.picture = pictures.error(str(problem))
        finally:
            self._drawing = False

    def _chosen(self):
        return next((step for step in self.steps if step.name == self.level.value), None)

    def _show_entry(self):
        step = self._chosen()
        if step is None:
            return
        self.entry.value = hex(step.entry)
        for name, toggle in zip(self._flag_names(), self.flags, strict=True):
            toggle.value = bool(step.entry & self.table.scheme.at(step.level, name))

    def _flip(self, change):
        """A flag was switched: the entry in memory changes, and nobody tells a TLB."""
        step = self._chosen()
        if self._drawing or step is None:
            return
        entry = step.entry
        for name, toggle in zip(self._flag_names(), self.flags, strict=True):
            mask = self.table.scheme.at(step.level, name)
            entry = entry | mask if toggle.value else entry & ~mask
        self.table.edit(step.address, entry)
        self._draw()

    def _write(self, button):
        step = self._chosen()
        try:
            if step is None:
                raise ValueError("There is no entry to write: this address is not canonical.")
            text = self.entry.value.strip()
            try:
                entry = int(text, 0)
            except ValueError:
                raise ValueError(
                    f"The entry must be a number such as 0x83, not {text!r}."
                ) from None
            self.table.edit(step.address, entry)
        except ValueError as problem:
            self.grid.picture = pictures.error(str(problem))
            return
        self._draw()

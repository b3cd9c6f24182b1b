"""ProcessMap: the address space of a process, alive: let it grow, map, fork, and step through it.

who     the process that acts; after a fork the child, as its first writes are what one wants to see
sp      where the stack pointer is: a call takes `size` of local variables and writes the lowest
"""

import ipywidgets
import traitlets

from memkit.trace import Step, hex, record
from memkit.vm import File, OutOfMemory, Process, Signal
from memkit.vm.vma import PAGE
from memkit.widgets import pictures
from memkit.widgets.grid import HERE, STYLE, Grid, esm
from memkit.widgets.microscope import WIDE, number
from memkit.widgets.player import Player, not_steps
from memkit.widgets.process_fields import Fixed
from memkit.widgets.process_picture import process_picture

SIZES = {
    "4 KiB": 4 << 10, "16 KiB": 16 << 10, "64 KiB": 64 << 10, "1 MiB": 1 << 20, "8 MiB": 8 << 20,
    "1 GiB": 1 << 30,
}  # fmt: skip
WORDS = ("/usr/share/dict/words", 1 << 20)
HINT = "Pick an area, a number or a frame, by a click or with ↓ and ↑: which field holds it?"


class ProcessGrid(Grid):
    """Draws `picture`, as `process_picture` makes it; what is clicked is in `picked`."""

    _esm = esm("cells.js", "process_map.js")
    _css = STYLE + (HERE / "process_map.css").read_text()
    picked = traitlets.Unicode().tag(sync=True)
    letters = traitlets.Dict().tag(sync=True)


class ProcessMap(Player):
    """A Process of a Machine, and what was recorded of it. The buttons act on that machine.

    steps   what record(machine) has collected; None: only what is the case now
    Keys: those of the player; the letter behind a button's name presses it; down and up pick.
    """

    ACTIONS = (  # letter, name, what it says on the button
        ("h", "grow", "grow heap"),
        ("w", "fill", "write heap"),
        ("s", "push", "push stack"),
        ("m", "map_memory", "map memory"),
        ("f", "map_file", "map file"),
        ("k", "fork", "fork"),
        ("x", "exit", "exit"),
    )

    def __init__(self, process, steps=None):
        super().__init__([])
        self.add_class("mk-process-map")
        self.grids = [ProcessGrid()]
        wrong = "" if steps is None else not_steps(steps)
        if not isinstance(process, Process):
            wrong = f"The map needs a Process, as vm.Machine(...).spawn() makes, not {process!r}."
        elif steps is None and process.pid not in process.machine.processes:
            wrong = f"Process {process.pid} has exited: there is nothing left to show."
        if wrong:
            self.controls.layout.display = "none"
            self.children = self.grids
            self.grids[0].picture = pictures.error(wrong)
            return
        self.machine, self.sp = process.machine, {}
        self.fixed = Fixed.of(process)
        self.file = File(WORDS[0], nbytes=WORDS[1])
        self.draws = [self._picture]
        self._make()
        now = Step("start", {"pid": process.pid}, self.machine.snapshot(), self._greeting(process))
        self._show([now] if steps is None else steps, 0)
        self._offer(process.pid)

    def _greeting(self, process):
        areas, pages = len(process.vmas), process.stats.resident_pages
        return f"Process {process.pid} has {areas} areas of addresses and {pages} pages of memory."

    def _make(self):
        """The form, above the picture."""
        self.who = ipywidgets.Dropdown(options=[], description="who acts", style=WIDE)
        self.size = ipywidgets.Dropdown(options=SIZES, description="size", style=WIDE)
        self.buttons = {}
        for letter, name, says in self.ACTIONS:
            button = ipywidgets.Button(description=f"{says} ({letter})")
            button.add_class(f"mk-do-{name}")
            button.on_click(lambda _, name=name: self.act(name))
            self.buttons[name] = button
        self.address = ipywidgets.Text(
            "0x0", description="address", continuous_update=False, style=WIDE
        )  # sent once, so that it arrives before the click on a button
        for name in ("read", "write"):
            self.buttons[name] = ipywidgets.Button(description=name)
            self.buttons[name].add_class(f"mk-do-{name}")
            self.buttons[name].on_click(lambda _, name=name: self.act(name))
        for field, name in ((self.who, "who"), (self.size, "size"), (self.address, "address")):
            field.add_class(f"mk-{name}")
        line = [self.buttons[name] for _, name, _ in self.ACTIONS]
        access = [self.who, self.size, self.address, self.buttons["read"], self.buttons["write"]]
        forms = [ipywidgets.HBox(access), ipywidgets.HBox(line)]
        for form in forms:
            form.add_class("mk-form")
        self.grids[0].letters = {letter: name for letter, name, _ in self.ACTIONS}
        self.grids[0].on_msg(lambda _, content, buffers: self.act(content.get("act")))
        self.grids[0].observe(lambda change: self._redraw(), "picked")
        self.children = [*forms, *self.grids, self.controls]

    def _picture(self, steps, i):
        return {**process_picture(steps[i], i, self.fixed, self.grids[0].picked), "hint": HINT}

    def _offer(self, pid):
        """Let the menu name the processes that live, and choose `pid` or else the first."""
        alive = list(self.machine.processes)
        self.who.options = [(f"process {one}", one) for one in alive]
        self.who.value = pid if pid in alive else alive[0] if alive else None
        for button in self.buttons.values():
            button.disabled = not alive

    # what the buttons do

    def act(self, name):
        """Do one thing, record it, and show it; what cannot be done is one red sentence."""
        process = self.machine.processes.get(self.who.value)
        if process is None or name not in self.buttons:
            return
        said, more, wrong = None, [], ""
        try:
            with record(self.machine) as more:
                said = getattr(self, f"_do_{name}")(process)
        except Signal:
            pass  # the recording tells it
        except (ValueError, OutOfMemory) as problem:
            wrong = str(problem)
        if not more and not wrong:
            detail = {"pid": process.pid, "va": said} if said is not None else {}
            words = f"process {process.pid} uses {hex(said or 0)}: no page fault, all is there"
            more = [Step("no fault", detail, self.machine.snapshot(), words)]
        if more:
            self.extend(more)
        if self.who.value not in self.machine.processes or name == "fork":
            self._offer(next(reversed(self.machine.processes), None))
        if wrong:
            wrong = wrong[:1].upper() + wrong[1:]
            self.grids[0].picture = {
                **self.grids[0].picture, "step": "error", "sentence": "", "error": wrong
            }  # fmt: skip

    def _do_grow(self, process):
        self.address.value = hex(process.sbrk(self.size.value))

    def _do_fill(self, process):
        """Write to the first page of the heap that this process does not have for itself."""
        pages = range(process.start_brk, process.brk(), PAGE)
        if not pages:
            raise ValueError(f"process {process.pid} has no heap yet: grow it first.")
        alone = (va for va in pages if not process.pagemap(va)[0].exclusive)
        va = next(alone, pages[-1])
        process.write(va, b"x")
        return va

    def _do_push(self, process):
        sp = self.sp.get(process.pid, process.place.stack_top) - self.size.value
        if sp < 0:
            raise ValueError(f"a stack cannot grow by {hex(self.size.value)}: no address is left.")
        process.write(sp, b"x")
        self.sp[process.pid] = sp
        return sp

    def _do_map_memory(self, process):
        self.address.value = hex(process.mmap(self.size.value))

    def _do_map_file(self, process):
        self.address.value = hex(process.mmap(self.size.value, file=self.file))

    def _do_fork(self, process):
        child = process.fork()
        if process.pid in self.sp:
            self.sp[child.pid] = self.sp[process.pid]

    def _do_exit(self, process):
        process.exit()

    def _do_read(self, process):
        va = number("address", self.address.value, "0x804a000")
        process.read(va)
        return va

    def _do_write(self, process):
        va = number("address", self.address.value, "0x804a000")
        process.write(va, b"x")
        return va

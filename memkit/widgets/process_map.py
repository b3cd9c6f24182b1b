"""ProcessMap: the address space of a process, alive: let it grow, map, fork, and step through it.

who     the process that acts; after a fork the child, as its first writes are what one wants to see
sp      where the stack pointer is: a call takes `size` of local variables and writes the lowest
"""

import ipywidgets

from memkit import pictures
from memkit.checks import PAGE, hex
from memkit.pictures.film import not_steps
from memkit.pictures.process import process_picture
from memkit.pictures.process_fields import Fixed
from memkit.trace import Step, record
from memkit.vm import File, OutOfMemory, Process, Signal
from memkit.widgets import form
from memkit.widgets.player import Player

SIZES = {
    "4 KiB": 4 << 10, "16 KiB": 16 << 10, "64 KiB": 64 << 10, "1 MiB": 1 << 20, "8 MiB": 8 << 20,
    "1 GiB": 1 << 30,
}  # fmt: skip
WORDS = ("/usr/share/dict/words", 1 << 20)


class ProcessMap(Player):
    """A Process of a Machine, and what was recorded of it. The buttons act on that machine.

    steps   what record(machine) has collected; None: only what is the case now
    Keys: those of the player; the letter behind a button's name presses it; down and up pick.
    """

    alone = True
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
        wrong = "" if steps is None else not_steps(steps)
        if not isinstance(process, Process):
            wrong = f"The map needs a Process, as vm.Machine(...).spawn() makes, not {process!r}."
        elif steps is None and process.pid not in process.machine.processes:
            wrong = f"Process {process.pid} has exited: there is nothing left to show."
        if wrong:
            self._say(pictures.error(wrong))
            return
        self.machine, self.sp = process.machine, {}
        self.fixed = Fixed.of(process)
        self.file = File(WORDS[0], nbytes=WORDS[1])
        self.draws = [lambda steps, i: process_picture(steps[i], i, self.fixed)]
        self._make()
        now = Step("start", {"pid": process.pid}, self.machine.snapshot(), self._greeting(process))
        self._show([now] if steps is None else steps, 0)
        self._offer(process.pid)

    def _greeting(self, process):
        areas, pages = len(process.vmas), process.stats.resident_pages
        return f"Process {process.pid} has {areas} areas of addresses and {pages} pages of memory."

    def _make(self):
        """The form, above the picture."""
        self.who = form.choice("who acts", [])
        self.size = form.choice("size", SIZES)
        # Sent once, so that it arrives before the click on a button.
        self.address = form.text("address", "0x0")
        for field, name in ((self.who, "who"), (self.size, "size"), (self.address, "address")):
            field.add_class(f"mk-{name}")
        does = {name: f"{says} ({letter})" for letter, name, says in self.ACTIONS}
        does |= {"read": "read", "write": "write"}
        self.buttons = {name: form.button(name, says, self.act) for name, says in does.items()}
        *actions, read, write = self.buttons.values()
        # At whatever step one looks: what has happened since is not undone.
        newest = ipywidgets.Label("All act on the newest step.")
        access = form.line(self.who, self.size, self.address, read, write, newest)
        self.stage.letters = {letter: name for letter, name, _ in self.ACTIONS}
        self.stage.on_msg(lambda _, content, buffers: self.act(content.get("act")))
        self.children = [access, form.line(*actions), self.stage]

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
            wrong = form.refusal(problem, va="address", nbytes="size")
        if not more and not wrong:
            detail = {"pid": process.pid, "va": said} if said is not None else {}
            words = f"process {process.pid} uses {hex(said or 0)}: no page fault, all is there"
            more = [Step("no fault", detail, self.machine.snapshot(), words)]
        if more:
            self.extend(more)
        if self.who.value not in self.machine.processes or name == "fork":
            self._offer(next(reversed(self.machine.processes), None))
        if wrong:
            self.stage.refuse(wrong)

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
        va = form.number("address", self.address.value, "0x804a000")
        process.read(va)
        return va

    def _do_write(self, process):
        va = form.number("address", self.address.value, "0x804a000")
        process.write(va, b"x")
        return va

"""RealProcess: the map of the process that runs this very notebook, as the kernel tells it."""

import contextlib
import ctypes
import mmap

from memkit.checks import PAGE, plural
from memkit.pictures.language import error
from memkit.pictures.process import about
from memkit.pictures.real_process import UNTOLD, grouped, real_picture, whole_of
from memkit.vm.procfs import Reading, fault_counts, read_smaps
from memkit.widgets import form
from memkit.widgets.stage import Stage, View

BLOCK = 64 << 20


def changed_groups(before, now):
    """The names of the groups that grew or shrank by half a BLOCK or more, in space or frames."""
    sums = [{}, {}]
    for reading, found in zip((before, now), sums, strict=True):
        for block in grouped(reading):
            for group in block:
                was = found.get(group.name, (0, 0))
                found[group.name] = (was[0] + group.length, was[1] + (group.sum("Rss") or 0))
    changed = []
    for name in sums[0] | sums[1]:
        pairs = zip(*(found.get(name, (0, 0)) for found in sums), strict=True)
        if any(abs(was - is_now) >= BLOCK // 2 for was, is_now in pairs):
            changed.append(name)
    return changed


def fresh_memory(nbytes):
    """Private memory in pages of 4 KiB: with huge pages 512 would come with one fault."""
    fresh = mmap.mmap(-1, nbytes, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if hasattr(mmap, "MADV_NOHUGEPAGE"):
        with contextlib.suppress(OSError):  # a kernel without huge pages refuses the advice
            fresh.madvise(mmap.MADV_NOHUGEPAGE)
    return fresh


def address_of(block):
    """Where the memory of an mmap lies; None for none."""
    return ctypes.addressof(ctypes.c_char.from_buffer(block)) if block else None


def of_the_block(group, start):
    """(addresses, frames): bytes of the areas that lie in the block at `start`; of frames None
    where the kernel does not tell them.

    The advice of fresh_memory keeps the kernel from joining it with a neighbour.
    """
    areas = [
        pair for pair in group.areas if start <= pair[0].start and pair[0].end <= start + BLOCK
    ]
    told = group.sum("Rss") is not None
    frames = sum(numbers["Rss"] for _, numbers in areas) if told else None
    return sum(area.end - area.start for area, _ in areas), frames


class RealProcess(View):
    """The areas of this process, live or recorded; the buttons map memory in it and write to it.

    Keys: Tab to the buttons and into the map, down and up pick.
    """

    def __init__(self):
        self.stage, self.block, self.changed = Stage(), None, ()
        says = {
            "map": f"map {about(BLOCK)}", "write": "write to all of it", "unmap": "give it back",
            "again": "read again",
        }  # fmt: skip
        self.buttons = {name: form.button(name, text, self.act) for name, text in says.items()}
        super().__init__([form.line(*self.buttons.values()), self.stage])
        self.add_class("mk-live")
        self.add_class("mk-process-map")
        self.add_class("mk-real-process")
        self._read()

    @property
    def live(self):
        return self.reading.source.startswith("live")

    def _read(self):
        """Read the map; what cannot be read is one red sentence, and may be tried again."""
        try:
            self.reading, self.wrong = read_smaps(), ""
            if not whole_of(self.reading).areas:
                self.wrong = f"{self.reading.source}: it tells of no area."
        except ValueError as problem:  # another system's maps
            self.reading, self.wrong = Reading((), "live: unreadable"), str(problem)
        for name, button in self.buttons.items():
            possible = name == "again" or not self.wrong and bool(self.block) == (name != "map")
            button.disabled = not (self.live and possible)
        self.told, self.changed = "", ()
        self._draw()

    def _draw(self):
        if self.wrong:
            self.stage.put(error(self.wrong))
        else:
            self.stage.put(real_picture(self.reading, self.changed, self.told))

    def act(self, name):
        """Do what a button says, read the map again, and tell what has changed."""
        if self.buttons[name].disabled:
            return
        self._read()
        if self.wrong:
            return
        ones, reading = b"\1" * (BLOCK // PAGE), self.reading
        where = address_of(self.block)
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
        where = where or address_of(self.block)
        self._read()
        if self.wrong:
            return
        now = whole_of(self.reading)
        self.changed = changed_groups(reading, self.reading)
        # Of the block alone: to read a map costs Python memory, and it gives some back, too.
        sums = [
            (both.length, both.sum("Rss")) if name == "again" else of_the_block(both, where)
            for both in (before, now)
        ]
        space, frames = (
            UNTOLD if None in pair else _signed(pair[1] - pair[0])
            for pair in zip(*sums, strict=True)
        )
        done = {
            "map": f"{about(BLOCK)} mapped", "write": "A byte written to each of its pages",
            "unmap": f"{about(BLOCK)} given back", "again": "Read again",
        }[name]  # fmt: skip
        self.told = (
            f"{done}: addresses {space}, frames {frames}, {plural(faults, 'page fault')} meanwhile."
        )
        self._draw()


def _signed(nbytes):
    return f"{'−' if nbytes < 0 else '+'}{about(abs(nbytes))}"

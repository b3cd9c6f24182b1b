"""Microscope: type or drag an address, choose the access, change an entry, see what breaks."""

from itertools import islice

import ipywidgets

from memkit import pictures
from memkit.checks import hex
from memkit.pictures.walk import LETTERS, MAX_PAGES, microscope_picture
from memkit.vm import PageTable
from memkit.vm.bits import FLAGS
from memkit.widgets import form
from memkit.widgets.slider import Slider
from memkit.widgets.stage import Stage, View

ACCESSES = (("read", "read"), ("write", "write"), ("execute", "fetch"))
WHOLE_SPACE = 20  # address bits: up to here the slider reaches every address


def stops(table):
    """Every address of a small space; of a large one the edges of what is mapped."""
    scheme = table.scheme
    if scheme.va_bits <= WHOLE_SPACE:
        return range(1 << scheme.va_bits)
    last = (1 << (64 if scheme.canonical else scheme.va_bits)) - 1
    edges = {0}
    for page in islice(table.mappings(), MAX_PAGES):
        end = page.va + page.nbytes
        edges |= {page.va, end - 1, min(end, last)}
    return sorted(edges)


def has_flag(scheme, level, name):
    """Does an entry of this level have the flag? (PS: only above the last level)"""
    last = level == scheme.levels - 1
    return bool(scheme.at(level, name)) and not (last and name == "page_size")


class Microscope(View):
    """One address of a PageTable at a time. What is changed here is changed in the table.

    Keys: Tab from control to control, arrows move the slider, space switches a flag, Enter takes
    what was typed.
    """

    def __init__(self, table, va=0):
        self.stage = Stage()
        super().__init__([self.stage])
        self.add_class("mk-live")
        self.add_class("mk-microscope")
        if not isinstance(table, PageTable):
            kind = type(table).__name__
            self.stage.put(pictures.error(f"The microscope needs a PageTable, not {kind}."))
            return
        self.table = table
        self.steps, self.changed, self.picked = (), {}, None
        self._drawing = False
        self._make(va)
        look = form.line(self.address, self.slider, self.access, self.user)
        change = form.line(self.level, self.frame, self.entry, self.back)
        flags = form.line(*self.flags.values())
        self.children = [look, self.stage, change, flags]
        for name in ("address", "slider", "access", "user", "level", "frame", "entry", "back"):
            getattr(self, name).add_class(f"mk-{name}")
        for widget in (self.address, self.access, self.user):
            widget.observe(self._draw, "value")
        self.level.observe(self._pick, "value")
        self.slider.observe(self._slide, "at")
        self.frame.observe(self._type_frame, "value")
        self.entry.observe(self._type_entry, "value")
        self.back.on_click(self._put_back)
        for name, box in self.flags.items():
            box.observe(lambda change, name=name: self._flip(name, change["new"]), "value")
        self._draw()

    def _make(self, va):
        """The controls."""
        text = hex(va) if isinstance(va, int) else str(va)
        self.address = form.text("address", text, live=True)
        self.slider = Slider("drag", stops(self.table), hex)
        self.access = form.choice("access", ACCESSES)
        self.user = form.tick("user mode", True)
        self.level = form.choice("change the entry of", [])
        self.frame, self.entry = form.text("frame"), form.text("whole entry")
        self.back = ipywidgets.Button(description="put all back")
        scheme = self.table.scheme
        names = [f for f in FLAGS if f != "pat" and getattr(scheme, f) is not None]
        self.flags = {
            name: form.tick(f"{LETTERS[name]} {name.strip('_').replace('_', ' ')}")
            for name in names
        }

    # looking

    def _draw(self, change=None):
        if self._drawing:
            return
        self._drawing = True
        try:
            va = self.table.scheme.check(form.number("address", self.address.value, "0x1c or 4096"))
            self.steps = self.table.walk(va)
            picture = microscope_picture(self.table, va, self.access.value, self.user.value)
            self._put_slider(va)
            names = [step.name for step in self.steps]
            if list(self.level.options) != names:
                self.level.options = names  # the level picked, or else the last one
                last = names[-1] if names else None
                self.level.value = self.picked if self.picked in names else last
            self.stage.put(picture)
        except ValueError as problem:
            self.steps = ()
            self.stage.refuse(form.refusal(problem, va="address"))
        finally:
            self._show_entry()
            self._drawing = False

    def _put_slider(self, va):
        """The slider stands at the address, or at the last stop before it."""
        below, above = 0, self.slider.last
        while below < above:
            middle = (below + above + 1) // 2
            below, above = (
                (middle, above) if self.slider.stops[middle] <= va else (below, middle - 1)
            )
        self.slider.at = below

    def _slide(self, change):
        if not self._drawing:
            self.address.value = hex(self.slider.value)

    def _pick(self, change):
        if not self._drawing:
            self.picked = change["new"]
            self._draw()

    def _chosen(self):
        return next((step for step in self.steps if step.name == self.level.value), None)

    def _show_entry(self):
        """The controls below say what the chosen entry says; without one they are off."""
        step, scheme = self._chosen(), self.table.scheme
        self.frame.value = hex(scheme.pfn_of(step.entry)) if step else ""
        self.entry.value = hex(step.entry) if step else ""
        for control in (self.level, self.frame, self.entry):
            control.disabled = step is None
        for name, box in self.flags.items():
            box.disabled = step is None or not has_flag(scheme, step.level, name)
            box.value = not box.disabled and bool(step.entry & scheme.at(step.level, name))
        self.back.disabled = not self.changed

    # changing

    def _flip(self, name, on):
        step = self._chosen()
        if step and not self._drawing:
            mask = self.table.scheme.at(step.level, name)
            self._edit(step, step.entry | mask if on else step.entry & ~mask)

    def _type_frame(self, change):
        step, scheme = self._chosen(), self.table.scheme
        if not step or self._drawing:
            return
        try:
            pfn = form.number("frame", change["new"], "0x3")
            if not 0 <= pfn < 1 << scheme.pfn_bits:
                most = (1 << scheme.pfn_bits) - 1
                raise ValueError(f"The frame must be from 0 to {most:#x}, not {pfn:#x}.")
            self._edit(step, step.entry & ~scheme.pfn_mask | pfn << scheme.pfn)
        except ValueError as problem:
            self.stage.refuse(str(problem))

    def _type_entry(self, change):
        step = self._chosen()
        if not step or self._drawing:
            return
        try:
            entry = form.number("entry", change["new"], "0x83")
            most = (1 << 8 * self.table.scheme.pte_bytes) - 1
            if not 0 <= entry <= most:
                raise ValueError(f"The entry must be from 0 to {most:#x}, not {entry:#x}.")
            self._edit(step, entry)
        except ValueError as problem:
            self.stage.refuse(str(problem))

    def _edit(self, step, entry):
        """The entry in memory changes, and nobody tells a TLB."""
        self.table.edit(step.address, entry)
        self.changed.setdefault(step.address, step.entry)
        self._draw()

    def _put_back(self, button):
        for address, entry in self.changed.items():
            self.table.edit(address, entry)
        self.changed.clear()
        self._draw()

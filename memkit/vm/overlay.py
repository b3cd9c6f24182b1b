"""Overlays: a program larger than memory, cut into a tree of modules by its programmer.

module    a piece of the program with a size; its children take turns in the memory behind it
path      the modules from the root down to one of them: what must be in memory while it runs
origin    the address where a module is put: the end of its parent. Siblings share it
region    the memory that siblings take turns in, as large as the heaviest of their subtrees
load      to read a module from disk, over whatever lies in its place
active    a module on the call stack; something will return into it, so it must not be overwritten

The memory a program needs is that of its heaviest path. (IBM System/360 Linkage Editor, "overlay
programs": segments, regions, inclusive and exclusive references; Silberschatz, "Operating System
Concepts", 2nd to 6th ed., "Overlays"; Levine, "Linkers and Loaders", chapter 8.)

Unlike the real one: one region tree, modules are never reloaded for fresh data, and the demand
paging that runs beside it uses every page of a module whenever control enters it.
"""

from typing import NamedTuple

from memkit.checks import instance, listed, shown, size, whole
from memkit.trace import Trace

RETURN = "return"


class Module(NamedTuple):
    """A module: name, size in bytes, and the modules that are overlaid behind it."""

    name: str
    size: int
    children: tuple = ()


class Place(NamedTuple):
    """Where a module lies when it is loaded: addresses start to end - 1. depth 0 is the root."""

    name: str
    start: int
    end: int
    parent: str
    depth: int


class Region(NamedTuple):
    """Memory that `modules` take turns in (with what is below them): start to end - 1."""

    start: int
    end: int
    modules: tuple


class Call(NamedTuple):
    """What one call or return did: modules loaded from disk, and their bytes."""

    name: str
    loaded: tuple
    nbytes: int


class OverlayState(NamedTuple):
    """Frozen: the path in memory, the call stack, loads of each module, bytes read so far."""

    resident: tuple
    stack: tuple
    loads: tuple
    nbytes: int


class IllegalCall(ValueError):
    """A call that would overwrite a module which is still to be returned to."""


def called(calls):
    """A sequence of calls and returns as a list; ValueError for what is none."""
    names = listed("calls", calls, "a list of names")
    for name in names:
        instance("a name in calls", name, str)
    return names


class Overlay:
    """A program as a tree of modules, loaded and called by the rules of overlays.

    Overlay(Module("main", 20, (Module("read", 30), Module("write", 40)))). The root is loaded and
    running from the start; that is its one load. ValueError for names twice or sizes below 1.
    """

    def __init__(self, root):
        self.tree, self.places, self._below = root, {}, {}
        self._lay(root, 0, None, 0)
        self.root = root.name
        self.total = sum(place.end - place.start for place in self.places.values())
        self.memory = max(place.end for place in self.places.values())
        self.trace = Trace(self)
        self.reset()

    def _lay(self, module, start, parent, depth):
        if not isinstance(module, Module):
            raise ValueError(
                f"root must be a tree of Modules: a module must be a Module(name, size, children), "
                f"not {shown(module)}."
            )
        name, size, children = module
        if not isinstance(name, str) or not name or name == RETURN:
            given = shown(name)
            raise ValueError(f"a module's name must be text other than {RETURN!r}, not {given}.")
        if name in self.places:
            raise ValueError(f"the name {name!r} stands for two modules.")
        if depth > 99:
            raise ValueError("the tree must be at most 100 modules deep.")
        end = start + whole(f"size of {name}", size, 1, 1 << 40)
        self.places[name] = Place(name, start, end, parent, depth)
        if isinstance(children, Module):
            raise ValueError(f"children of {name} must be a tuple of Modules, not one.")
        children = tuple(listed(f"children of {name}", children, "a tuple of Modules"))
        for child in children:
            self._lay(child, end, name, depth + 1)
        self._below[name] = tuple(child.name for child in children)

    def reset(self):
        """Back to the start: only the root is loaded, and it runs."""
        self.stack, self.resident = [self.root], (self.root,)
        self.loads = dict.fromkeys(self.places, 0) | {self.root: 1}
        self.nbytes = self.places[self.root].end

    # the plan

    def path(self, name):
        """The modules from the root to `name`."""
        if not isinstance(name, str) or name not in self.places:
            places = ", ".join(self.places)
            raise ValueError(f"no module is called {shown(name)}; there are {places}.")
        path = [name]
        while self.places[path[0]].parent is not None:
            path.insert(0, self.places[path[0]].parent)
        return tuple(path)

    @property
    def heaviest_path(self):
        """The root-to-leaf path that decides how much memory is needed."""
        return self.path(max(self.places.values(), key=lambda place: place.end).name)

    def _reach(self, name):
        return max([self.places[name].end, *map(self._reach, self._below[name])])

    def regions(self):
        """Every Region, from the root's own down; the largest end is the memory needed."""
        root = self.places[self.root]
        found = [Region(0, root.end, (self.root,))]
        for name, names in self._below.items():
            if names:
                found.append(Region(self.places[name].end, max(map(self._reach, names)), names))
        return tuple(sorted(found))

    @property
    def level_memory(self):
        """Memory if each depth of the tree had a fixed region of its own, as some textbooks do."""
        widest = {}
        for place in self.places.values():
            widest[place.depth] = max(widest.get(place.depth, 0), place.end - place.start)
        return sum(widest.values())

    # the run

    @property
    def running(self):
        return self.stack[-1]

    def needs(self, name):
        """What a call of `name` would have to load now, from the root down."""
        return tuple(module for module in self.path(name) if module not in self.resident)

    def why_illegal(self, name):
        """Why the running module may not call `name` now, in a sentence; None if it may."""
        path = self.path(name)
        lost = [m for m in self.stack if m not in path] if self.needs(name) else []
        if not lost:
            return None
        branch = next(m for m in self.path(lost[0]) if m not in path)
        place, new = self.places[branch], self.needs(name)[0]
        over = branch if branch == lost[0] else f"{branch}, and with it {lost[0]}"
        back = self.stack[self.stack.index(lost[0]) - 1]
        return (
            f"{self.running} may not call {name}: loading {new} at {size(place.start)} would "
            f"overwrite {over}, which is still to be returned to. "
            f"Return from {lost[0]} to {back} first, and let {back} call."
        )

    def call(self, name):
        """The running module calls `name` -> Call. IllegalCall, and no change, if not."""
        why = self.why_illegal(name)
        caller, needs = self.running, self.needs(name)
        if why:
            self.trace.emit("illegal call", "{why}", caller=caller, callee=name, why=why)
            raise IllegalCall(why)
        self.trace.emit("call", "{caller} calls {callee}.", caller=caller, callee=name)
        gone = ", ".join(m for m in self.resident if m not in self.path(name))
        for module in needs:
            place = self.places[module]
            nbytes = place.end - place.start
            self.resident = self.path(module)
            self.loads[module] += 1
            self.nbytes += nbytes
            words = f"{{module}} is loaded: {size(nbytes)} at {size(place.start)}"
            words += ", over {over}." if gone else "."
            self.trace.emit(
                "load", words, module=module, start=place.start, size=nbytes, over=gone
            )  # fmt: skip
            gone = ""
        self.stack.append(name)
        self.trace.emit("run", "{module} runs.", module=name)
        sizes = [self.places[m].end - self.places[m].start for m in needs]
        return Call(name, needs, sum(sizes))

    def ret(self):
        """The running module returns; its caller is still in memory -> Call."""
        if len(self.stack) == 1:
            raise ValueError(f"{self.root} is the main program and has nobody to return to.")
        done = self.stack.pop()
        self.trace.emit("return", "{done} returns to {to}.", done=done, to=self.running)
        return Call(RETURN, (), 0)

    def run(self, calls):
        """Do a sequence of calls (a module's name) and returns ("return") -> tuple of Call.

        A call is made by the module that runs at that moment. Starts from where things are.
        """
        calls = called(calls)
        return tuple(self.ret() if name == RETURN else self.call(name) for name in calls)

    def snapshot(self):
        return OverlayState(
            self.resident, tuple(self.stack), tuple(self.loads.items()), self.nbytes
        )

"""A bad argument to any public callable gets one sentence, and nothing changes.

Callables are found by walking what the models make public, so that a new one is tested by itself.
A call is made with good arguments, found by their names, of which one or more are replaced by
values of all kinds. It may succeed; then the model must still tell its state. Or it is refused: by
one line that names an argument and ends in a full stop, raised by memkit, within a moment.
"""

import dataclasses
import functools
import inspect
import linecache
import pickle
import random
import re
import resource
import signal
import sys
import tempfile
import types
from collections import deque
from contextlib import AbstractContextManager, contextmanager
from fractions import Fraction
from io import BytesIO
from itertools import count, zip_longest
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import memkit
from memkit import checks, data, golang, malloc, scoreboard, trace, vm

PACKAGE = str(Path(memkit.__file__).parent)
MODULES = (memkit, vm, malloc, golang, data, scoreboard, trace)
MOMENT = 5  # seconds; a call takes far less, a machine may be busy
ROOM = 1 << 30  # bytes that a call may take

# -- the walk


class Call:
    """A public callable: `make(world)` gives it, bound to its owner where it has one."""

    def __init__(self, name, make, owner, function):
        self.name, self.make, self.owner = name, make, owner
        self.is_record = dataclasses.is_dataclass(function) or hasattr(function, "_fields")
        self.parameters, self.required, self.rest = [], [], None
        for parameter in inspect.signature(function).parameters.values():
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                self.parameters += KEYWORDS.get(parameter.name, ())
            else:
                self.parameters.append(parameter.name)
                if parameter.default is parameter.empty:
                    self.required.append(parameter.name)

    def good(self, world):
        """{parameter: a good value} of those that must be given."""
        return {name: good(self, name)(world) for name in self.required}


def public(module):
    names = getattr(module, "__all__", None)
    if names is None:
        mine = lambda thing: getattr(thing, "__module__", None) == module.__name__  # noqa: E731
        names = [n for n, thing in vars(module).items() if n[0] != "_" and mine(thing)]
    return [getattr(module, name) for name in names]


def walk():
    """Every Call: functions, constructors, methods and what sets a property."""
    found = {}
    todo = [thing for module in MODULES for thing in public(module)]
    for thing in todo:
        if isinstance(thing, types.ModuleType) or not callable(thing) or thing in found:
            continue
        found[thing] = calls = []
        if not isinstance(thing, type):
            calls.append(Call(thing.__qualname__, lambda world, f=thing: f, None, thing))
        elif not issubclass(thing, BaseException):
            owner = thing.__name__
            calls.append(Call(owner, lambda world, c=thing: c, owner, thing))
            for name in dir(thing):
                there = inspect.getattr_static(thing, name)
                if name[0] == "_" or hasattr(tuple, name):
                    continue
                if isinstance(there, property) and there.fset:
                    raise NotImplementedError(f"{owner}.{name} can be set: test that too")
                if inspect.isfunction(there):
                    state = STATES.get(f"{owner}.{name}", owner)
                    make = lambda world, o=state, n=name: getattr(world[o], n)  # noqa: E731
                    bound = functools.partial(there, None)
                    calls.append(Call(f"{owner}.{name}", make, owner, bound))
    for name, kind in vm.POLICIES.items():  # with its own options, as it is used
        make = functools.partial(vm.ResidentSet, policy=name)
        found[kind] = [Call(kind.__name__, lambda world, m=make: m, kind.__name__, kind)]
    return [call for calls in found.values() for call in calls]


# -- good arguments

# What a parameter that takes any keyword or any place stands for.
KEYWORDS = {
    "bits": ("writable", "user", "dirty", "global_"),
    "options": ("bits", "bit_on_load", "refs", "window"),
    "how": ("addr", "prot", "fixed", "name", "replace", "shared", "file", "offset"),
}
# What a call needs that its owner, as it is made here, is not in.
STATES = {
    "Collector.finish": "marking",
    "Collector.step": "marking",
    "Overlay.ret": "called",
}
BASE = 0x10000000
CODE = 0x20000000
MAPS = "00400000-00401000 r-xp 00000000 08:01 1001 /bin/true\n"


class World(dict):
    """One model of each class, made when it is asked for; they know each other."""

    def __missing__(self, name):
        self[name] = made = MAKERS[name](self)
        return made


def machine(world):
    machine = vm.Machine(40, swap_pages=8)
    world["Process"] = process = machine.spawn()
    world["file"] = file = vm.File("/f", b"bytes", 3 * checks.PAGE)
    process.mmap(4 * checks.PAGE, BASE, fixed=True)
    process.mmap(3 * checks.PAGE, BASE + (1 << 20), fixed=True, file=file)
    process.mmap(checks.PAGE, CODE, "r-x", fixed=True)
    process.write(BASE, b"some")
    process.read(BASE + (1 << 20))
    return machine


def of_machine(name):
    def made(world):
        world["Machine"]
        return world[name]

    return made


def slot(world):
    """A swap slot that holds a page, and room to read it in."""
    machine, process = world["Machine"], world["Process"]
    process.mmap(64 * checks.PAGE, BASE + (2 << 20), fixed=True)
    for page in range(34):
        process.write(BASE + (2 << 20) + page * checks.PAGE, b"x")
    machine.make_room(2)
    return min(set(machine.slots) - set(machine.swap_cache))


def memory_and_table(world):
    world["PhysicalMemory"] = memory = vm.PhysicalMemory(16)
    table = vm.PageTable(vm.X86_32, memory)
    table.map(0x5000, 3)
    return table


def mmu(world):
    return vm.MMU(world["PageTable"], vm.TLB(4))


def space(world, kind=vm.AddressSpace):
    space = kind()
    space.mmap(4 * checks.PAGE, BASE, fixed=True)
    return space


def resident_set(world):
    frames = vm.ResidentSet(2, "clock")
    frames.access(1)
    return frames


def overlay(world):
    one, two = vm.Module("one", 3000), vm.Module("two", 5000)
    return vm.Overlay(vm.Module("main", 9000, (one, two)))


def called(world):
    world["Overlay"].call("one")
    return world["Overlay"]


def block(heap):
    """An allocator with a block, which the world knows as `block`."""

    def made(world):
        allocator = heap()
        world[type(allocator).__name__ + ".block"] = allocator.malloc(100)
        return allocator

    return made


def go_heap(world):
    heap = golang.GoHeap()
    world["GoHeap.block"] = heap.mallocgc(100)
    heap.mallocgc(8)
    return heap


def collector(world):
    collector = golang.Collector(golang.GoHeap())
    world["Collector.block"] = collector.new(48, pointers=2)
    collector.store_global("top", world["Collector.block"])
    return collector


def tower(world):
    tower = golang.Tower(nframes=256)
    world["Tower.block"] = tower.new(64)
    return tower


def go_process(world):
    process = golang.GoProcess(512)
    world["GoProcess.block"] = process.alloc(1 << 16)
    return process


def marking(world):
    world["Collector"].start()
    return world["Collector"]


MAKERS = {
    "AddressSpace": space,
    "BaseAndBounds": lambda world: vm.BaseAndBounds(64, 32),
    "Buddy": block(lambda: malloc.Buddy(1024)),
    "Collector": collector,
    "Doctor": block(lambda: malloc.Doctor(malloc.PtMalloc())),
    "File": lambda world: vm.File("/f", b"bytes", 3 * checks.PAGE),
    "FreeList": block(lambda: malloc.FreeList(1024)),
    "GoHeap": go_heap,
    "GoProcess": go_process,
    "MMU": mmu,
    "Machine": machine,
    "called": called,
    "marking": marking,
    "Overlay": overlay,
    "PageTable": memory_and_table,
    "Pages": lambda world: space(world, scoreboard.Pages),
    "PagingScheme": lambda world: vm.X86_64,
    "PhysicalMemory": lambda world: world["PageTable"].memory,
    "Process": of_machine("Process"),
    "Program": lambda world: vm.PROGRAMS["x86_64"],
    "PtMalloc": block(malloc.PtMalloc),
    "ResidentSet": resident_set,
    "Segmentation": lambda world: vm.Segmentation(64, [(0, 16), (32, 16)]),
    "TCMalloc": block(malloc.TCMalloc),
    "TLB": lambda world: vm.TLB(4),
    "TLBEntry": lambda world: vm.TLBEntry(0, 5, 12, 0x3000, True, True, True, True, False, False),
    "Tower": tower,
    "Trace": lambda world: world["AddressSpace"].trace,
    "Vma": lambda world: vm.Vma(BASE, BASE + 2 * checks.PAGE, "rw-"),
    "file": of_machine("file"),
}


REFERENCES = Path(tempfile.mkdtemp()) / "references.txt"
REFERENCES.write_text("1\n2\n")
PATTERN = data.patterns()["v_zero"]
RUN = [dict(block_mib=1, blocks=1, step="start"), dict(block_mib=1, blocks=1, step="alloc block 0")]
# Two allocations, in the columns of a recorded program.
TRACE = {name: column[:0] for name, column in data.trace("json").items()}


# Good values by name; where the same name means something else to an owner: by both.
GOOD = {
    "a": lambda w: 0,
    "addr": lambda w: BASE,
    "address": lambda w: BASE,
    "advice": lambda w: "dontneed",
    "after": lambda w: vm.Vma(BASE + 2 * checks.PAGE, BASE + 4 * checks.PAGE, "rw-"),
    "before": lambda w: vm.Vma(BASE - checks.PAGE, BASE, "rw-"),
    "align": lambda w: 64,
    "alignment": lambda w: 64,
    "allocator": lambda w: malloc.PtMalloc(),
    "asid": lambda w: 1,
    "base": lambda w: 64,
    "bounds": lambda w: 32,
    "calls": lambda w: ["one", "return", "two"],
    "count": lambda w: 3,
    "data": lambda w: b"data",
    "doctor": lambda w: w["Doctor"],
    "end": lambda w: BASE + checks.PAGE,
    "entry": lambda w: 7,
    "event": lambda w: "event",
    "file": lambda w: vm.File("/g", b"bytes", 2 * checks.PAGE),
    "frames": lambda w: 2,
    "goal": lambda w: 8 << 20,
    "globals_": lambda w: 100,
    "heap": lambda w: w["GoHeap"],
    "heap_alloc": lambda w: 1 << 20,
    "heap_free": lambda w: 1 << 20,
    "heap_inuse": lambda w: 4 << 20,
    "hit_rate": lambda w: 0.9,
    "index": lambda w: 1,
    "indexes": lambda w: (1, 2, 3, 4),
    "last_goal": lambda w: 4 << 20,
    "layout": lambda w: "x86_64",
    "length": lambda w: checks.PAGE,
    "level": lambda w: 3,
    "levels": lambda w: 4,
    "limit": lambda w: 1 << 30,
    "live": lambda w: [w["GoHeap.block"]] if "GoHeap" in w else [],
    "machine": lambda w: w["Machine"],
    "make": lambda w: scoreboard.ptmalloc,
    "mapped": lambda w: 4 << 20,
    "marked": lambda w: 1 << 20,
    "marks": lambda w: {},
    "memory": lambda w: w["PhysicalMemory"],
    "model": lambda w: w["GoHeap"],
    "n": lambda w: 20,
    "name": lambda w: "one",
    "nbytes": lambda w: 4,
    "nframes": lambda w: 8,
    "nmemb": lambda w: 3,
    "noun": lambda w: "page",
    "npages": lambda w: 2,
    "nthreads": lambda w: 1,
    "number": lambda w: 7,
    "obj": lambda w: w["Collector.block"],
    "p": lambda w: 0,
    "pa": lambda w: 0x3000,
    "page": lambda w: next(iter(w["Machine"].pages.values())),
    "page_bits": lambda w: (12,),
    "path": lambda w: REFERENCES,
    "pattern": lambda w: PATTERN[0],
    "recorded": lambda w: PATTERN[1],
    "pfn": lambda w: 5,
    "pointer": lambda w: w["Collector.block"],
    "program": lambda w: w["Overlay"],
    "prot": lambda w: "r--",
    "refs": lambda w: [1, 2, 3, 1, 4],
    "regions": lambda w: [(0x400000, 4096)],
    "root": lambda w: vm.Module("main", 3, (vm.Module("one", 4),)),
    "rows": lambda w: RUN,
    "runway": lambda w: 1 << 16,
    "scheme": lambda w: vm.X86_32,
    "segments": lambda w: [(0, 16)],
    "size": lambda w: 64,
    "slot": lambda w: 0,
    "space": lambda w: w["AddressSpace"],
    "spanclass": lambda w: 10,
    "stacks": lambda w: 100,
    "start": lambda w: BASE,
    "table": lambda w: w["PageTable"],
    "snapshot": lambda w: PATTERN[1]["snapshots"][0]["page_heap"],
    "gogc": lambda w: 100,
    "tau": lambda w: 2,
    "text": lambda w: "p = malloc(10)\nfree(p)",
    "to": lambda w: 0,
    "trace": lambda w: TRACE,
    "va": lambda w: 0x5000,
    "value": lambda w: w["Collector.block"],
    "vas": lambda w: [0x5000, 0x6000],
    "vma": lambda w: w["Vma"],
    "words": lambda w: "words",
    "work": lambda w: scoreboard.workload("steady", range(16, 64), 1, 1)[:50],
}
OWN = {
    ("Doctor", "a"): lambda w: w["Doctor.block"],
    ("Doctor", "to"): lambda w: w["Doctor.block"],
    ("Doctor", "n"): lambda w: 4,
    ("Segmentation", "n"): lambda w: 1,
    ("BaseAndBounds", "n"): lambda w: 0,
    ("Segmentation", "va"): lambda w: 3,
    ("BaseAndBounds", "va"): lambda w: 3,
    ("File", "name"): lambda w: "/f",
    ("Machine", "slot"): slot,
    ("Machine", "nframes"): lambda w: 16,
    ("MMU", "va"): lambda w: 0x5000,
    ("PageTable", "address"): lambda w: 0x3000,
    ("PhysicalMemory", "pfn"): lambda w: 5,
    ("PagingScheme", "name"): lambda w: "writable",
    ("Collector", "name"): lambda w: "top",
    ("Collector", "nbytes"): lambda w: 24,
    ("TLB", "entry"): lambda w: w["TLBEntry"],
    ("Pages", "address"): lambda w: 0x7FFFFFFDE000,
    ("TCMalloc", "a"): lambda w: w["TCMalloc.block"],
    ("Collector", "heap"): lambda w: golang.GoHeap(),
    ("Module", "name"): lambda w: "m",
    ("Process.fetch", "va"): lambda w: CODE,
    ("TLB.set_of", "page_bits"): lambda w: 12,
    ("PhysicalMemory.free", "pfn"): lambda w: w["PageTable"].root,
    ("locks_of", "calls"): lambda w: 7,
    ("place_of", "address"): lambda w: w["GoHeap.block"],
    ("parse_maps", "text"): lambda w: MAPS,
    ("parse_smaps", "text"): lambda w: MAPS,
    ("run_go", "program"): lambda w: "package main",
    ("ResidentSet.access", "page"): lambda w: 7,
    ("beside", "model"): lambda w: lambda go: None,
    ("beside", "program"): lambda w: "package main",
    ("trace", "name"): lambda w: "json",
    ("page_trace", "name"): lambda w: "ls",
    ("page_answers", "name"): lambda w: "ls",
    ("maps", "name"): lambda w: "pie_x86_64",
    ("table", "name"): lambda w: "sizes",
    **{
        (name, "address"): (lambda w, n=name: w[f"{n}.block"])
        for name in ("Buddy", "FreeList", "PtMalloc", "GoHeap", "Tower", "GoProcess")
    },
    **{("Process", name): lambda w: BASE for name in ("va", "addr", "address")},
}


def good(call, name):
    """What makes a good value. A record of plain fields takes anything."""
    for key in ((call.name, name), (call.owner, name)):
        if key in OWN:
            return OWN[key]
    return (lambda world: ()) if call.is_record else GOOD[name]


CALLS = walk()


# -- bad values


class Refuses:
    """Answers every question with an error of its own."""

    def _no(self, *args):
        raise RuntimeError("no")

    __eq__ = __lt__ = __index__ = __len__ = __bool__ = __iter__ = __getitem__ = __repr__ = _no
    __float__ = __int__ = __contains__ = __add__ = __mod__ = __rshift__ = __and__ = _no
    __hash__ = object.__hash__


class Mute:
    """Nothing can be said of it."""

    def __repr__(self):
        raise RuntimeError("no")


def knot():
    """A list that holds itself."""
    knot = [1]
    knot.append(knot)
    return knot


def tangle():
    tangle = {}
    tangle["tangle"] = tangle
    return tangle


BAD = {
    **{repr(value): (lambda value=value: value) for value in (None, True, False, 0, 1, -1, 3, -7)},
    **{f"2**{k}": (lambda k=k: 1 << k) for k in (20, 31, 32, 40, 47, 48, 62, 63, 64, 100)},
    "2**63 - 1": lambda: (1 << 63) - 1,
    "-2**63": lambda: -(1 << 63),
    "-10**5000": lambda: -(10**5000),
    "a third": lambda: Fraction(1, 3),
    "a fraction beyond floats": lambda: Fraction(10**5000, 3),
    "duration": lambda: np.timedelta64(5, "s"),
    "10**30": lambda: 10**30,
    "10**5000": lambda: 10**5000,
    **{repr(value): (lambda value=value: value) for value in (0.0, 0.5, 1e300, 1j)},
    **{name: (lambda name=name: float(name)) for name in ("nan", "inf", "-inf")},
    "float32 nan": lambda: np.float32("nan"),
    "float64 1.5": lambda: np.float64(1.5),
    "numpy bool": lambda: np.bool_(True),
    "numpy text": lambda: np.str_("x"),
    "uint64 top": lambda: np.uint64((1 << 64) - 1),
    "int64 -1": lambda: np.int64(-1),
    "datetime": lambda: np.datetime64("2020-01-01"),
    **{repr(value): (lambda value=value: value) for value in ("", "x", "\n", "8", "off", "{x}")},
    "long text": lambda: "x\n" * 100_000,
    **{repr(value): (lambda value=value: value) for value in (b"", b"x", (), (1, 2), ("a", None))},
    "bytearray(4)": lambda: bytearray(4),
    "memoryview": lambda: memoryview(bytearray(3)),
    "[]": list,
    "[1]": lambda: [1],
    "[None]": lambda: [None],
    "[-1]": lambda: [-1],
    "[2**70]": lambda: [1 << 70],
    "[10**5000]": lambda: [10**5000],
    "digits": lambda: "9" * 5000,
    "[nan]": lambda: [float("nan")],
    "[[1, 2], [3]]": lambda: [[1, 2], [3]],
    "['a', b'b']": lambda: ["a", b"b"],
    "[refuses]": lambda: [Refuses()],
    "list of 300": lambda: list(range(300)),
    "knot": knot,
    "tangle": tangle,
    "{}": dict,
    "{'a': 1}": lambda: {"a": 1},
    "{1, 2}": lambda: {1, 2},
    "{1: {2}}": lambda: {1: {2}},
    "range(9)": lambda: range(9),
    "range(10**9)": lambda: range(10**9),
    "range(10**30)": lambda: range(10**30),
    "generator": lambda: (n for n in (3, 4)),
    "endless": count,
    "lambda": lambda: lambda *args: 0,
    "int": lambda: int,
    "object": object,
    "refuses": Refuses,
    "mute": Mute,
    "module": lambda: memkit,
    "array, empty": lambda: np.zeros(0, np.int64),
    "array, floats": lambda: np.array([0.5, float("nan")]),
    "array, 0-d": lambda: np.array(2),
    "array, one": lambda: np.array([3]),
    "array, two": lambda: np.array([1, 2]),
    "array, bools": lambda: np.array([True, False, True, False, True]),
    "array, 2-d": lambda: np.arange(6).reshape(2, 3),
    "array, 2-d long": lambda: np.zeros((300, 300)),
    "array, objects": lambda: np.array([None, "x", []], dtype=object),
    "array, text": lambda: np.array(["a", "b"]),
    "array, fields": lambda: np.zeros(2, [("a", int), ("b", float)]),
    "space": vm.AddressSpace,
    "file": lambda: vm.File("/f", b"x"),
    "vma of nothing": lambda: vm.Vma(None, None, None),
    "vma of text": lambda: vm.Vma("a", "b", "c"),
    "entry of nothing": lambda: vm.TLBEntry(*[None] * 10),
    "program of nothing": lambda: vm.Program("p", (), None),
    "module of nothing": lambda: vm.Module(None, None, None),
    "segments of nothing": lambda: [vm.Segment(None, None)],
    "process": lambda: vm.Machine(16).spawn(),
    "page table": lambda: vm.PageTable(vm.X86_32, vm.PhysicalMemory(4)),
    "scheme": lambda: vm.PagingScheme((4,), 4, 1),
    "heap": golang.GoHeap,
    "tower": lambda: golang.Tower(64),
}
ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.binary(max_size=5)
    | st.sampled_from(sorted(BAD)).map(lambda name: BAD[name]()),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner),
    max_leaves=4,
)


# -- what must hold


class TooLong(BaseException):
    """Not an Exception, so that no code under test can catch it as one."""


@contextmanager
def all_digits():
    """A state may hold long numbers, the pages of a large heap bit by bit, and is still told."""
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        yield
    finally:
        sys.set_int_max_str_digits(before)


@contextmanager
def a_moment(seconds=MOMENT):
    def late(number, frame):
        raise TooLong(f"longer than {seconds} seconds")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture(autouse=True)
def no_more_memory_than_a_call_may_take(monkeypatch):
    # Where there is no Go, `beside` plays a recorded run for some seconds: a call of its own here.
    monkeypatch.setattr("memkit.golang.real.toolchain.predict_vm_steps", lambda rows: [])
    before = resource.getrlimit(resource.RLIMIT_AS)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + ROOM, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


ATOMS = (type(None), bool, int, float, complex, str, bytes, range, type, np.generic)
CODE_TYPES = (types.FunctionType, types.MethodType, types.BuiltinFunctionType, types.ModuleType)
KINDS = {
    "atom": ATOMS,
    "dict": dict,
    "list": (list, tuple, deque),
    "set": (set, frozenset),
    "bytes": (bytearray, memoryview),
    "array": np.ndarray,
    "count": count,
    "random": random.Random,
    "other": CODE_TYPES,
}


@functools.cache
def sort_of(kind):
    """What a type is to deep(): asked for each object, and told once for each type."""
    ours = "ours" if kind.__module__.startswith("memkit") else "other"
    return next((name for name, kinds in KINDS.items() if issubclass(kind, kinds)), ours)


MISSING = object()


def fields(thing):
    """{name: value} of what an object of memkit's or a test's keeps."""
    kept = dict(getattr(thing, "__dict__", {}))
    for name in slots(type(thing)):
        value = getattr(thing, name, MISSING)
        if value is not MISSING:
            kept[name] = value
    for name in CACHES:
        kept.pop(name, None)
    return kept


@functools.cache
def slots(kind):
    return [name for one in kind.__mro__ for name in getattr(one, "__slots__", ())]


def deep(thing):
    """All that can be reached from `thing`, as (where, what) pairs that can be compared."""
    found, seen, todo = [], {}, [("", thing)]
    while todo:
        where, thing = todo.pop()
        kind = type(thing)
        sort = sort_of(kind)
        if sort == "atom":
            found.append((where, kind.__name__, str(thing) if thing != thing else thing))
            continue
        if id(thing) in seen:
            found.append((where, "again", seen[id(thing)]))
            continue
        seen[id(thing)] = len(seen)
        parts = ()
        if sort == "ours":
            what = kind.__name__
            parts = [(f"{where}.{name}", value) for name, value in fields(thing).items()]
        elif sort == "list":
            what = len(thing)
            parts = [(f"{where}[{i}]", value) for i, value in enumerate(thing)]
        elif sort == "dict":
            keys = list(map(key, thing))
            what = list(map(str, keys))
            values = dict.values(thing)
            parts = [(f"{where}[{k!r}]", value) for k, value in zip(keys, values, strict=True)]
        elif sort == "set":
            what = sorted(map(repr, map(key, thing)))
        elif sort == "bytes":
            what = bytes(thing)
        elif sort == "array":
            what = thing.shape, thing.dtype.str, thing.tobytes() if thing.dtype != object else 0
        elif sort == "count":
            what = repr(thing)
        elif sort == "random":
            what = thing.getstate()
        else:
            what = id(thing)
        found.append((where, kind.__name__, what))
        todo += parts
    return found


def key(thing):
    """What stands for a member of a set or a dictionary's key."""
    if isinstance(thing, ATOMS):
        return thing
    return tuple(map(key, thing)) if isinstance(thing, tuple) else id(thing)


AS_THEY_ARE = ("array", "count", "random", "dict")
OF_ITS_OWN = {id(thing) for thing in (id, bytes, deque, tuple, object)}  # what a Fingerprint makes


class Fingerprint(pickle.Pickler):
    """What deep() tells, as bytes and made in C. Where they are equal nothing has changed; where
    they differ it may be only the order within a set, or an equal text that is another object."""

    def reducer_override(self, thing):
        kind = type(thing)
        sort = sort_of(kind)
        if sort == "ours":  # the fields come last: they may lead back here
            return object, (kind.__name__,), fields(thing)
        if sort == "list":
            if isinstance(thing, tuple):
                return tuple, (tuple(thing), kind.__name__)
            if isinstance(thing, deque):  # of which a heap has hundreds; its own way is a long one
                return deque, ((), thing.maxlen), None, iter(thing)
            return NotImplemented
        if sort in AS_THEY_ARE or isinstance(thing, np.generic) or id(thing) in OF_ITS_OWN:
            return NotImplemented
        return (bytes, (bytes(thing),)) if sort == "bytes" else (id, (id(thing),))


def fingerprint(world):
    data = BytesIO()
    Fingerprint(data, pickle.HIGHEST_PROTOCOL).dump(world)
    return data.getvalue()


def differ(before, after):
    """The first place where two deep() differ, or None; of two fingerprints, that they do."""
    if before == after:
        return None
    if isinstance(before, bytes):
        return "something"
    pairs = zip_longest(before, after)
    return next((pair for pair in pairs if pair[0] != pair[1]), None)


def raised_by_memkit(error):
    """Does the traceback end at a `raise` of memkit's?"""
    last = error.__traceback__
    while last.tb_next:
        last = last.tb_next
    file = last.tb_frame.f_code.co_filename
    line = linecache.getline(file, last.tb_lineno).strip()
    return file.startswith(PACKAGE) and line.startswith("raise ")


# What a sentence may say of an argument instead of its name: that it is one of many, or what it is.
MEANT = {
    "vas": "va",
    "text": "a line of maps|line 1 is not",
    "path": "cannot be read|has no references",
    "pid": "there is no process",
    "name": "no module is called",
    "calls": "no module is called",
    "root": "a module's name",
    "bounds": "segment 0",
    "trace": "no trace",
}


def check_refusal(call, error):
    """One sentence, by memkit, that names an argument."""
    text, kind = str(error), type(error)
    assert raised_by_memkit(error), f"{kind.__name__}: {text}"
    assert kind is ValueError or kind.__module__.startswith("memkit."), f"{kind.__name__}: {text}"
    assert text and text.isprintable() and len(text) < 400, text
    if issubclass(kind, malloc.Abort):  # as glibc prints it
        return
    assert text.endswith("."), text
    if kind is ValueError:
        names = [name for one in call.parameters for name in (one, one.rstrip("s"))]
        names = "|".join([*names, *(MEANT[n] for n in call.parameters if n in MEANT)])
        assert re.search(rf"\b({names})\b", text), f"names none of its arguments: {text}"


def tell(thing, result):
    """What a model says of itself must still be said."""
    repr(result)
    for one in (thing, result):
        for verb in ("snapshot", "stats", "state", "vmas", "free_list"):
            told = getattr(one, verb, None)
            if isinstance(one, MODELS):
                with all_digits():
                    repr(told() if callable(told) else told)


MODELS = tuple(
    thing
    for module in MODULES
    for thing in public(module)
    if isinstance(thing, type) and not issubclass(thing, tuple | BaseException)
)
# Kept by a state for the next one; it says nothing of its own.
CACHES = ("_state",)


def try_call(call, world, arguments, told=deep, before=None):
    """One call -> the world as it is told, if it was refused and nothing has changed; or None.

    `before` is what an earlier call told of the same world. AssertionError for a bad refusal.
    """
    function = call.make(world)
    owner = getattr(function, "__self__", None)
    before = before or told(dict(world))
    try:
        with a_moment():
            result = function(**arguments)
            if isinstance(result, AbstractContextManager):
                with result:
                    pass
    except (Exception, TooLong) as error:
        assert not isinstance(error, TooLong), f"{call.name} took {error}"
        check_refusal(call, error)
        changed = differ(before, told(dict(world)))
        if isinstance(error, ValueError):  # a fault or a signal has been counted
            assert changed is None, f"{error} But this has changed: {changed}"
        return before if changed is None else None
    if not call.is_record:  # whose repr is that of what it was given
        tell(owner, result)
    return None


# -- the tests


def test_the_walk_finds_what_is_public():
    names = {call.name for call in CALLS}
    assert len(names) > 250
    assert {"GoHeap.refill", "PagingScheme.bits", "File.page", "Process.mmap", "size"} <= names


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_a_good_call_is_good(call):
    """Else a refusal of the same call with one bad argument would say nothing."""
    if call.name == "run_go" and golang.find_go() is None:
        pytest.skip("there is no Go here")
    world = World()
    function = call.make(world)
    function(**call.good(world))


def prepared(call):
    """A world in which the call can be made, and good arguments for it."""
    world = World()
    call.make(world)
    return world, call.good(world)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_one_bad_argument(call):
    before = None
    for name in call.parameters:
        for bad in BAD.values():
            if before is None:
                world, others = prepared(call)
            try:
                before = try_call(call, world, {**others, name: bad()}, fingerprint, before)
            except AssertionError:
                before, (world, others) = None, prepared(call)
                try_call(call, world, {**others, name: bad()}, deep)


@pytest.mark.parametrize("call", [c for c in CALLS if c.parameters], ids=lambda call: call.name)
@settings(max_examples=15, deadline=None, derandomize=True, database=None,
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(data=st.data())
def test_several_bad_arguments(call, data):
    world = World()
    call.make(world)
    wrong = data.draw(st.sets(st.sampled_from(call.parameters), min_size=1))
    try_call(call, world, {**call.good(world), **{name: data.draw(ANY) for name in sorted(wrong)}})


WHOLE = "a whole number"


@pytest.mark.parametrize("wrong, words", [
    (lambda: golang.GoHeap([]), "space must be an AddressSpace, not list."),
    (lambda: malloc.PtMalloc("x"), "space must be an AddressSpace, not str."),
    (lambda: malloc.TCMalloc(range(9)), "space must be an AddressSpace, not range."),
    (lambda: vm.X86_64.bits(2**31, 0), f"level must be {WHOLE} from 0 to 3, not 0x80000000."),
    (lambda: vm.X86_64.table_bytes(16), f"level must be {WHOLE} from 0 to 3, not 16."),
    (lambda: golang.GoHeap().refill({}, 0), f"spanclass must be {WHOLE} from 2 to 135, not {{}}."),
    (lambda: memkit.size(np.float32("nan")), "nbytes must be a number .*, not np.float32.nan.."),
    (lambda: vm.File("/f").page(2**63), "index must be of a page, and /f has none."),
    (lambda: vm.File("/f", b"x").page(2**31), f"index must be {WHOLE} from 0 to 0, not 0x8.*."),
    (lambda: golang.GoProcess(1 << 20), "nframes . page_size must be at most 1 GiB, not 4 GiB."),
    (lambda: vm.stack_distances(range(10**9)), "the number of refs must be .*, not 0x3b9aca00."),
    (lambda: vm.stack_distances(np.zeros((2, 2))), "refs must be page numbers .*."),
    (lambda: vm.simulate([1, 2], 1, writes=np.zeros((2, 2))), "writes must have one .*."),
    (lambda: vm.AddressSpace(limit=np.zeros((2, 2))), r"limit must be .*, not array.\[\[.*."),
    (lambda: vm.Machine(8).take(b"x", {"a": 1}), r"file must be a pair .File, .*, not {'a': 1}."),
    (lambda: golang.GoHeap().mark_slots(()), "marks must be a dict, not tuple."),
])  # fmt: skip
def test_calls_that_once_ended_in_something_else(wrong, words):
    with a_moment(), pytest.raises(ValueError, match=f"^{words}$"):
        wrong()


def test_free_blocks_of_no_bytes_are_not_fragmented():
    """0 of 0 bytes cannot be had: 0.0, as without any block."""
    from memkit.malloc.textbook.freelist import external_fragmentation

    assert external_fragmentation([0, 0]) == external_fragmentation([]) == 0.0
    with pytest.raises(
        ValueError, match="^free_sizes must be a list of sizes, not bytearray.*[.]$"
    ):
        external_fragmentation(bytearray(4))


def test_a_use_that_is_refused_half_way_is_none():
    frames, machine, heap = vm.ResidentSet(2), vm.Machine(8), golang.GoHeap()
    before = deep([frames, machine, heap])
    with pytest.raises(ValueError, match="^write must be True or False, not ndarray[.]$"):
        frames.access(1, write=np.array([1, 2]))
    with pytest.raises(ValueError, match="^file must be a pair"):
        machine.take(b"x", {"a": 1})
    with pytest.raises(ValueError, match="^marks must be a dict"):
        heap.mark_slots(())
    assert differ(before, deep([frames, machine, heap])) is None
    machine.snapshot(), frames.snapshot(), heap.snapshot()


@pytest.mark.parametrize("number", [np.int64(64), np.uint8(64), np.array(64)])
def test_whole_numbers_of_numpy_are_whole_numbers(number):
    heap, space = golang.GoHeap(), vm.AddressSpace()
    assert heap.mallocgc(number) == golang.GoHeap().mallocgc(64)
    assert malloc.PtMalloc().malloc(number) == malloc.PtMalloc().malloc(64)
    assert malloc.TCMalloc().malloc(number) == malloc.TCMalloc().malloc(64)
    assert malloc.FreeList(1024).malloc(number) == 0
    assert space.mmap(number) == vm.AddressSpace().mmap(64)
    assert memkit.size(number) == "64 B" and memkit.hex(number) == "0x40"
    assert vm.ResidentSet(number).access(number).hit is False

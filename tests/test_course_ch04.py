"""The answers of chapter 04's tasks, against the models and against what the kernel did."""

import gzip

import pytest

from memkit import data, record, vm
from memkit.course import ch04

PAGE = 4096
each_seed = pytest.mark.parametrize("seed", ["", "ana", "ben"])


@each_seed
def test_an_access_gets_what_a_process_gets(seed):
    kinds = {"r": {}, "w": {"write": True}, "x": {"fetch": True}}
    for address, kind, areas in ch04.access.cases(seed):
        process = vm.Machine(16).spawn()
        for start, end, rights in areas:
            process.mmap(end - start, start, rights, fixed=True)
        try:
            process.touch(address, **kinds[kind])
            found = "served"
        except vm.Signal as signal:
            found = signal.reason
        assert ch04.access.spec(address, kind, areas) == found


def test_every_recorded_call_leaves_the_kernel_s_areas():
    """vma_fixed: mprotect and munmap on Linux 6.18, with the areas after each call."""
    areas, calls = [], 0
    for line in (
        gzip.decompress((data.LINUX / "vma_fixed.txt.gz").read_bytes()).decode().split("\n")
    ):
        if not line or line.startswith("#"):
            areas = []
            continue
        call, result, after = line.split("|")
        verb, first, n, *bits = call.split()
        before, areas = areas, [_area(words) for words in after.split()]
        if verb in ("prot", "unmap"):
            rights = bits and "".join(
                c if int(bits[0]) >> i & 1 else "-" for i, c in enumerate("rwx")
            )
            error = {"0": None, "-12": "ENOMEM"}[result]
            args = before, int(first), int(first) + int(n), rights or None
            assert ch04.change.spec(*args) == (error, areas), line
            calls += 1
    assert calls > 700


def _area(words):
    pages, _, rights = words.partition(":")
    first, end = pages.split("-")
    return int(first), int(end), rights


@each_seed
def test_a_call_leaves_the_areas_of_an_address_space(seed):
    for areas, first, end, rights in ch04.change.cases(seed):
        space = vm.AddressSpace()
        at = 0x10000000
        for start, stop, prot in areas:
            space.mmap((stop - start) * PAGE, at + start * PAGE, prot, fixed=True)
        assert len(space.vmas) == len(areas) + 1  # and the stack
        error = None
        try:
            if rights is None:
                space.munmap(at + first * PAGE, (end - first) * PAGE)
            else:
                space.mprotect(at + first * PAGE, (end - first) * PAGE, rights)
        except vm.OutOfMemory:
            error = "ENOMEM"
        found = [((a.start - at) // PAGE, (a.end - at) // PAGE, a.prot) for a in space.vmas[:-1]]
        assert ch04.change.spec(areas, first, end, rights) == (error, found)


SAID = {  # the machine's words on a fault -> the task's; the first that fits
    "is filled with zeros": "fresh",
    "shared page of zeros": "zeros",
    "copy on write": "copy",
    "without a copy": "sole",
}


@each_seed
def test_the_faults_of_a_fork_are_those_of_the_machine(seed):
    for (events,) in ch04.faults.cases(seed):
        machine = vm.Machine(96)
        alive, found = {"A": machine.spawn()}, []
        at = alive["A"].mmap(3 * PAGE)
        alive["A"].write(at + 2 * PAGE, b"x")  # so that fork copies all entries of the area
        for who, does, what in events:
            if does == "fork":
                alive[what] = alive[who].fork()
            elif does == "exit":
                alive.pop(who).exit()
            else:
                with record(machine) as steps:
                    alive[who].touch(at + what * PAGE, write=does == "write")
                told = [step.detail["what"] for step in steps if step.event == "page fault"]
                assert len(told) <= 1
                words = [SAID[key] for key in SAID if told and key in told[0]]
                found.append(words[0] if words else "none")
        assert ch04.faults.spec(events) == found


@each_seed
def test_a_recursion_ends_where_the_kernel_ends_it(seed, monkeypatch):
    for top, limit, frame, (first, end, rights) in ch04.recursion.cases(seed):
        monkeypatch.setattr("memkit.vm.layouts.STACK_LIMIT", limit * PAGE)
        process = vm.Machine(256).spawn()
        zero = process.user_end - top * PAGE  # the address of page 0
        process.mmap((end - first) * PAGE, zero + first * PAGE, rights, fixed=True)
        calls, word = 0, None
        while word is None:
            page = top - (calls + 1) * frame
            try:
                process.touch(zero + page * PAGE, write=True)
                word = "overwrites" if page < end else None
            except vm.Signal as signal:
                word = signal.reason
            calls += word is None
        assert ch04.recursion.spec(top, limit, frame, (first, end, rights)) == (calls, word)


@pytest.mark.parametrize(
    "args, found",
    [
        ((5000, 2048, 1000, (1000, 4000, "rw-")), (0, "MAPERR")),
        ((5000, 2048, 372, (1, 4000, "rw-")), (2, "overwrites")),
        ((5000, 2048, 1500, (1000, 4000, "rw-")), (0, "overwrites")),
    ],
)
def test_a_recursion_at_an_edge(args, found):
    """The end of the area is none of it, 256 free pages are enough, and one page is written to."""
    assert ch04.recursion.spec(*args) == found


def by_division(top, limit, frame, below):
    """Right where the stack begins above the gap."""
    first, end, rights = below
    calls = min(limit, top - end - 256 * (rights != "---")) // frame
    page = top - (calls + 1) * frame
    lands = "overwrites" if "w" in rights else "ACCERR"
    return max(0, calls), lands if first <= page < end else "MAPERR"


def a_page_beyond_the_limit(top, limit, frame, below):
    return ch04.recursion.spec(top, limit + 1, frame, below)


def the_last_relative(events):
    """A frame is asked of the last relative only: the child, or the parent, of the last fork."""
    tables, relative, writable, found = {"A": {}}, {}, set(), []
    for place, (who, does, what) in enumerate(events):
        if does == "fork":
            tables[what] = dict(tables[who])
            relative |= {(who, page): what for page in tables[who]}
            relative |= {(what, page): who for page in tables[who]}
            writable = {entry for entry in writable if entry[0] != who}
        elif does == "exit":
            del tables[who]
        elif (who, what) in writable or (does == "read" and what in tables[who]):
            found.append("none")
        elif does == "read":
            tables[who][what] = 0
            found.append("zeros")
        else:
            frame, other = tables[who].get(what, 0), tables.get(relative.get((who, what)), {})
            word = "fresh" if not frame else "copy" if other.get(what) == frame else "sole"
            tables[who][what] = frame if word == "sole" else place + 1
            writable.add((who, what))
            found.append(word)
    return found


@pytest.mark.parametrize("seed", ["", "ana", "ben", *(f"student {n}" for n in range(7))])
def test_what_is_right_in_most_cases_is_refused(seed):
    assert not ch04.recursion.judge(by_division, seed).right
    assert not ch04.recursion.judge(a_page_beyond_the_limit, seed).right
    assert not ch04.faults.judge(the_last_relative, seed).right

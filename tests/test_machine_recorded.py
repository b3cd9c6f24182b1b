"""Random lists of memory calls against what a real kernel did at each: tests/data/kernel."""

import gzip
from pathlib import Path

import pytest

from memkit import vm

PAGE = 4096
RECORDED = Path(__file__).parent / "data/kernel/calls.txt.gz"
WINDOW = 0x10_0000_0000 + (512 - 40) * PAGE  # calls.c: page 40 begins a page table
SIGNALS = {"SIGBUS": "7", "SIGSEGV": "11"}
LISTS = [
    block.split("\n")
    for block in gzip.decompress(RECORDED.read_bytes()).decode().strip().split("\n\n")
]


class World:
    """A machine on which the calls of one list are done."""

    def __init__(self, heap):
        self.machine = vm.Machine(600)
        self.file = vm.File("/tmp/file", bytes(40 * PAGE))
        self.machine.preload(self.file)
        self.processes = [self.machine.spawn()]
        self.window = self.processes[0].start_brk if heap else WINDOW

    def result(self, call):
        """Do a call -> its line."""
        who, verb, *place = call.split(":")
        process, code = self.processes[int(who)], "0"
        if verb == "exit":
            process.exit()
            return "0 0||"
        if verb == "fork":
            process = process.fork()
            self.processes.append(process)
        minor, major = process.stats[:2]
        try:
            if verb != "fork":
                self.do(process, verb, *place)
        except vm.Signal as signal:
            code = SIGNALS[signal.signal]
        except vm.OutOfMemory:
            code = "-12"
        faults = process.stats[0] - minor + 1000 * (process.stats[1] - major)
        return f"{code} {faults}|{self.areas(process)}|{self.pages(process)}"

    def do(self, process, verb, first, n, how=""):
        at, length = self.window + int(first) * PAGE, int(n) * PAGE
        match verb:
            case "read":
                for page in range(at, at + length, PAGE):
                    process.read(page + 5)
            case "write":
                for page in range(at, at + length, PAGE):
                    process.write(page + 5, b"x")
            case "brk":
                process.brk(at)
            case "unmap":
                process.munmap(at, length)
            case "prot":
                process.mprotect(at, length, how)
            case "dontneed":
                process.madvise(at, length)
            case "huge":
                process.madvise(at, length, "hugepage")
            case "map" | "mapp":
                prot, kind, page = how[:3], how[3], int(how[4:] or 0)
                file = dict(file=self.file, offset=page * PAGE) if kind in "fs" else {}
                shared, populate = kind in "sS", verb == "mapp"
                process.mmap(length, at, prot, fixed=True, shared=shared, populate=populate, **file)

    def areas(self, process):
        found = []
        for vma in process.vmas:
            first, last = (vma.start - self.window) // PAGE, (vma.end - self.window) // PAGE
            if 0 <= first < 96:
                how = f"{vma.prot}{'s' if vma.shared else 'p'}:{vma.offset // PAGE}"
                found.append(f"{first}-{last}:{how}{'h' if vma.name == '[heap]' else ''}")
        return " ".join(found)

    def pages(self, process):
        letters = ""
        for info in process.pagemap(self.window, 96):
            if not info.present:
                letters += "."
            elif info.pfn == self.machine.zero:
                letters += "z"
            else:
                letter = "f" if self.machine.pages[info.pfn].file else "a"
                letters += letter.upper() if info.exclusive else letter
        return letters.rstrip(".")


@pytest.mark.parametrize("number", range(len(LISTS)))
def test_every_call_does_what_the_kernel_did(number):
    words, *results = LISTS[number]
    heap = words.startswith("heap ")
    world, calls = World(heap), words.removeprefix("heap ").split()
    for call, result in zip(calls, results, strict=True):
        assert world.result(call) == result, call


def test_the_lists_have_all_kinds_of_calls_many_times():
    verbs = [call.split(":")[1] for words, *_ in LISTS for call in words.split() if ":" in call]
    kinds = ("map", "mapp", "unmap", "prot", "dontneed", "huge", "brk", "read", "write", "fork")
    assert len(LISTS) == 170
    assert min(verbs.count(kind) for kind in kinds) > 40

"""A whole Go process as the kernel sees it: a Tower in which the runtime has objects of its own.

mapped     bytes of the heap's areas that can be read and written
reserved   bytes of its areas without access: addresses kept for later
resident   bytes of both that are in frames
runtime    what a fresh Go process has in use before main: 31 blocks of 8 KiB
measuring  what asking allocates: 28 objects of 1 KiB a time, about 30 KiB as in the recorded runs

Source: the recorded runs, memkit/data/README.md (vm_steps).
Unlike the real one: the runtime's stacks lie elsewhere, so that up to 0.3 MiB less is resident.
"""

from typing import NamedTuple

from memkit.checks import PAGE, WORD_MASK, instance, listed, shown, size, whole
from memkit.golang.process.tower import Tower
from memkit.vm.memory import MOST_BYTES

RUNTIME_OBJECTS, RUNTIME_BYTES = 31, 8192
MEASURING_OBJECTS, MEASURING_BYTES = 28, 1024
PROGRAM_FRAMES = 1 << 16  # 256 MiB
VERBS = {"start", "alloc", "touch", "drop", "FreeOSMemory"}  # how a step of vm_steps begins


class HeapMemory(NamedTuple):
    """The heap's memory after a step of a program: its name, and bytes."""

    step: str
    mapped: int
    reserved: int
    resident: int

    def __str__(self):
        told = (size(self.mapped), size(self.reserved), size(self.resident))
        return f"{self.step}: {told[0]} mapped, {told[1]} reserved, {told[2]} resident"


class GoProcess:
    """A Go program's process, on a machine with `nframes` frames of its own.

    steps   what was measured so far, a HeapMemory each
    live    addresses of the blocks that the program still holds
    """

    def __init__(self, nframes=PROGRAM_FRAMES):
        self.tower = Tower(nframes)
        self.runtime = [self.tower.new(RUNTIME_BYTES) for _ in range(RUNTIME_OBJECTS)]
        self.live, self.steps = [], []

    def alloc(self, nbytes):
        """make([]byte, nbytes), not written to -> address."""
        address = self.tower.heap.mallocgc(whole("nbytes", nbytes, 0, WORD_MASK))
        self.live.append(address)
        return address

    def touch(self, address, nbytes):
        """Write one byte to each page of [address, address + nbytes)."""
        address, nbytes = (
            whole("address", address, 0, WORD_MASK),
            whole("nbytes", nbytes, 0, MOST_BYTES),
        )
        self.tower.process.touch_range(address, nbytes)

    def drop(self, address):
        """The program forgets a block. ValueError if it does not hold it."""
        if type(address) is not int or address not in self.live:
            raise ValueError(f"address must be one of a block that is held, not {shown(address)}.")
        self.live.remove(address)

    def gc(self):
        """runtime.GC()"""
        self.tower.gc(self.runtime + self.live)

    def free_os_memory(self):
        """debug.FreeOSMemory(): collect, then give the memory of all free pages back."""
        self.gc()
        self.tower.heap.scavenge()

    def step(self, name):
        """Measure, which itself allocates a little -> HeapMemory, also kept in `steps`."""
        instance("name", name, str)
        for _ in range(MEASURING_OBJECTS):
            self.tower.new(MEASURING_BYTES)
        return self.look(name)

    def look(self, name):
        instance("name", name, str)
        process, mapped, reserved = self.tower.process, 0, 0
        for vma in process.vmas:
            if "Go: heap" in vma.name:
                mapped += vma.length * (vma.prot != "---")
                reserved += vma.length * (vma.prot == "---")
        found = HeapMemory(name, mapped, reserved, process.stats.resident_pages * PAGE)
        self.steps.append(found)
        return found


def predict_vm_steps(rows):
    """Do the steps of one run of the table vm_steps in the model -> [HeapMemory], one a row."""
    rows = listed("rows", rows, "rows of the table vm_steps")
    try:
        block = whole("block_mib", rows[0]["block_mib"], 1, 64) << 20
        count = whole("blocks", rows[0]["blocks"], 1, 64)
        steps = [instance("step", row["step"], str) for row in rows]
        if len(verbs := {step.split(" ")[0] for step in steps} - VERBS):
            raise ValueError(f"no step begins with {shown(min(verbs))}.")
    except Exception as error:
        said = shown(str(error))
        raise ValueError(f"rows must be those of one run of the table vm_steps: {said}.") from None
    go, blocks = GoProcess(count * block // PAGE + 1000), [None] * count
    for row in rows:
        for _ in range(MEASURING_OBJECTS):
            go.tower.new(MEASURING_BYTES)
        _do(go, blocks, block, row["step"].split(" (")[0])
        go.look(row["step"])
    return go.steps


def _do(go, blocks, block, verb):
    dropped = ()
    if verb == "drop even blocks + GC":
        dropped = range(0, len(blocks), 2)
    elif verb.startswith("drop + GC"):
        dropped = (0,)
    for n in dropped:
        go.drop(blocks[n])
    if dropped:
        go.gc()
    if verb == "FreeOSMemory":
        go.free_os_memory()
    if "alloc block" in verb:
        n = int(verb.split("block ")[1].split()[0])
        blocks[n] = go.alloc(block)
    if verb.startswith("touch"):
        for address in blocks if "all" in verb else blocks[:1]:
            go.touch(address, block // 2 if "half" in verb else block)

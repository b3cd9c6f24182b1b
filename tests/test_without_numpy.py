"""The models at work, step by step and recorded, where there is no numpy: bulk work alone needs it.

So the course can run where numpy is not, and a kernel starts without waiting for it.
"""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BEGIN = """
import sys
sys.modules["numpy"] = None  # from here on "import numpy" is an ImportError
from memkit import data, golang, malloc, record, scoreboard, vm
"""
PROGRAMS = {
    "go": """
heap = golang.GoHeap(nprocs=2)
with record(heap) as steps:
    live = [heap.mallocgc(n, noscan=n % 3 > 0, p=n % 2) for n in (0, 1, 8, 33, 5000, 1 << 20)]
    heap.gc(live[3:5])
    heap.mallocgc(33)
    heap.scavenge()
assert steps[-1].state.counts["gcs"] == 1 and heap.memstats()["Mallocs"] and heap.spans()
""",
    "collector": """
gc = golang.Collector(golang.GoHeap())
with record(gc) as steps:
    a, b = gc.new(48, pointers=2), gc.new(16)
    gc.store(a, 0, b), gc.store_global("list", a), gc.pop(), gc.start(), gc.step(), gc.finish()
    gc.sweep(), gc.collect()
assert {"gc start", "pacer"} <= {step.event for step in steps}
""",
    "tower": """
tower = golang.Tower(nframes=64)
with record(tower) as steps:
    address = tower.new(48)
    tower.gc([address])
assert "page fault" in {step.event for step in steps}
go = golang.GoProcess()
go.touch(go.alloc(1 << 20), 1 << 20)
assert go.step("touched").resident > 1 << 20
""",
    "replay": """
pattern, recorded = data.patterns()["v_pin_256"]
assert golang.replay(pattern, recorded).addresses and data.table("costs")
""",
    "ptmalloc": """
heap = malloc.PtMalloc()
with record(heap) as steps:
    a, b, c = heap.malloc(100), heap.calloc(3, 1000), heap.memalign(4096, 300_000)
    a = heap.realloc(a, 5000)
    heap.words.write(a, b"mine"), heap.free(a), heap.free(b, thread=1), heap.free(c)
assert heap.stats() and steps and steps[-1].state.chunks
""",
    "tcmalloc": """
heap = malloc.TCMalloc(nthreads=2)
with record(heap) as steps:
    blocks = [heap.malloc(n) for n in (1, 100, 300_000)]
    for block in blocks:
        heap.free(block, thread=1)
    heap.release_memory()
assert heap.stats()["unmapped"] and steps
""",
    "textbook": """
for heap in (malloc.FreeList(1 << 16, header=8), malloc.Buddy(1 << 16)):
    with record(heap) as steps:
        a, b = heap.malloc(100), heap.malloc(2000)
        heap.free(a)
    assert len(steps) > 2 and b
doctor = malloc.Doctor(malloc.PtMalloc())
malloc.run_program(doctor, "p = malloc(24);\\nfree(p);\\nfree(p);")
assert doctor.reports[0].kind == "double free"
""",
    "scoreboard": """
work = scoreboard.workload(sizes=[1 << 19])
for make in scoreboard.ALLOCATORS.values():
    assert scoreboard.score(make, work).peak
""",
    "mmu": """
for scheme in (vm.X86_32, vm.X86_64, vm.SV39, vm.PagingScheme((5, 5), 5, 1)):
    memory = vm.PhysicalMemory(64, scheme.page_bytes)
    table = vm.PageTable(scheme, memory)
    mmu = vm.MMU(table, tlb=vm.TLB(4, 2))
    with record(mmu) as steps:
        table.map(0, pfn=3), table.map(32 * scheme.page_bytes, pfn=5)
        mmu.write(1, b"ab"), mmu.translate(0), mmu.invlpg(0)
        assert mmu.read(1, 2) == b"ab" and memory.read(3 * scheme.page_bytes + 1, 2) == b"ab"
        try:
            mmu.translate(2 * scheme.page_bytes)
        except vm.PageFault as fault:
            assert fault.error_code == 4
        table.unmap(0)
    assert len(table.tables()) >= 2 and table.mappings() and steps[-1].state
""",
    "machine": """
machine = vm.Machine(40, swap_pages=64)
process = machine.spawn(program=vm.PROGRAMS["x86_64"])
with record(machine) as steps:
    start = process.mmap(60 * 4096)
    for page in range(60):
        process.write(start + page * 4096, b"x")
    child = process.fork()
    child.write(start, b"y")
    assert process.read(start, 1) == b"x" and child.read(start, 1) == b"y"
    process.mprotect(start, 4096, "r--"), process.madvise(start, 4096), process.munmap(start, 8192)
    child.exit()
assert process.stats.major_faults and steps[-1].state and process.maps()
""",
    "replacement": """
refs = [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5]
for name in vm.POLICIES:
    frames = vm.ResidentSet(3, name, **({"refs": refs} if name == "opt" else {}))
    with record(frames) as steps:
        for page in refs:
            frames.access(page, write=page % 2)
    assert frames.faults >= 7 and steps
overlay = vm.Segmentation(128, [vm.Segment(0, 20), vm.Segment(512, 20, grows_down=True)])
assert overlay.translate(3).pa == 3
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_works_without_numpy(name):
    script = BEGIN + PROGRAMS[name] + 'assert sys.modules["numpy"] is None\n'
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_what_works_in_bulk_asks_for_numpy():
    """So the tests above would see it."""
    script = BEGIN + "vm.simulate([1, 2], 1)\n"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert "import of numpy halted" in run.stderr

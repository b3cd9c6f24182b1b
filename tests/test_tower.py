"""A Go heap on a process of a machine: the story of one new(T), what must hold at every step of it,
and the virtual memory of real Go (1.27.3) predicted step by step."""

from itertools import groupby

import pytest
from invariants import broken, writers_of_shared

from memkit import data, golang, record

KIB, MIB = 1 << 10, 1 << 20
PAGE = 4096


def check(tower):
    """The three invariants of the tower, and the counters of its tiers."""
    assert broken(tower.snapshot()) == []
    assert list(writers_of_shared(tower.machine)) == []
    counts = tower.heap.snapshot().counts
    assert counts["mallocs"] >= counts["hits"] + counts["large"]
    assert counts["refills"] == counts["from_partial"] + counts["from_sweep"] + counts["grows"]


def test_a_new_object_in_a_cold_process_is_a_story_down_to_the_frame():
    tower = golang.Tower(64)
    with record(tower) as steps:
        address = tower.new(48)
    events = [step.event for step in steps]
    assert events == [
        "mallocgc", "span full", "refill", "no partial", "grow", "heap grow", "mmap", "mmap",
        "page heap", "span", "mark bits", "page fault", "slot", "write", "tlb miss", "walk",
        "page fault", "entry", "written", "new",
    ]  # fmt: skip
    assert "3 page tables made on the way" in str(steps[11])
    assert str(steps[15]).startswith("PGD[1] → PUD[256] → PMD[0] → PTE[0]: there is no frame")
    assert str(steps[17]) == "PTE[0] says frame 1 now, present and writable"
    assert str(steps[-1]).endswith("for 2 page faults and 5 more frames")
    frames = [sum(f.kind != "free" for f in step.state.machine.frames) for step in steps]
    assert frames == [1] * 11 + [5] * 5 + [6] * 4, "addresses cost no frame; a touch does"
    with record(tower) as steps:
        assert tower.new(48) == address + 48
    assert [step.event for step in steps] == ["mallocgc", "slot", "write", "written", "new"]
    assert str(steps[-1]).endswith("for 0 page faults and 0 more frames")


def test_the_story_tells_what_the_hardware_finds():
    """A page in swap, and one that a fork has made read-only."""
    tower = golang.Tower(24, 64)
    first = tower.new(4096)
    for _ in range(30):
        tower.new(4096)
    with record(tower) as steps:
        tower.write(first, 8)
    told = {step.event: str(step) for step in steps}
    assert (
        "the page is in swap. The CPU stops" in told["walk"] and "swap slot" in told["page fault"]
    )
    tower = golang.Tower(64)
    address = tower.new(48)
    tower.process.fork()
    with record(tower) as steps:
        tower.write(address, 8)
    told = {step.event: str(step) for step in steps}
    assert "says frame 1, read-only. The CPU stops" in told["walk"]
    assert "copy on write, frame 1 to frame 2" in told["page fault"]
    assert told["entry"] == "PTE[0] says frame 2 now, present and writable"


def test_the_first_object_of_a_fresh_span_costs_two_faults():
    """Its own page, and the span's end, where the collector's mark bits lie: real Go's 2 µs."""
    for nbytes, noscan, faults in (
        (16, True, 2),
        (512, False, 2),
        (1024, True, 1),
        (1024, False, 1),
    ):
        tower = golang.Tower(64)
        tower.new(nbytes, noscan)
        assert tower.process.stats.minor_faults == faults, nbytes


def test_an_address_is_followed_to_its_frame():
    tower = golang.Tower(64)
    address = tower.heap.mallocgc(10 * PAGE) + PAGE
    where = tower.where(address)
    assert where.pfn is None and not where.swapped and where.vma.prot == "rw-"
    assert str(where).endswith("\nno frame")
    tower.write(address, 8)
    where = tower.where(address)
    assert [step.name for step in where.walk] == ["PGD", "PUD", "PMD", "PTE"]
    assert where.walk[-1].pfn == where.pfn and str(where).endswith(f"frame {where.pfn}")
    assert (where.slot, where.span.base) == (0, address - PAGE)
    assert tower.where(0x1000).span is None


@pytest.mark.parametrize("nframes, swap_pages", [(400, 0), (60, 400)])
def test_a_recorded_program_runs_through_the_whole_tower(nframes, swap_pages):
    tower = golang.Tower(nframes, swap_pages)
    replay = golang.replay_trace(data.trace("json"), tower)
    check(tower)
    assert replay.counts == golang.replay_trace(data.trace("json")).counts, "memory changes nothing"
    stats = tower.process.stats
    assert (stats.major_faults > 0) == (stats.swapped_pages > 0) == (swap_pages > 0)
    pages = 2 * tower.heap.snapshot().pages.npages
    assert stats.resident_pages + stats.swapped_pages <= pages


def test_every_step_of_a_recording_keeps_the_invariants():
    tower = golang.Tower(24, 64)
    with record(tower) as steps:
        live = []
        for n in range(24):
            live.append(tower.new(300 * n, noscan=n % 2 == 0))
            check(tower)
        tower.gc(live[::3])
        check(tower)
        tower.heap.scavenge()
        check(tower)
        tower.new(50 * KIB)
        check(tower)
    assert {"page fault", "evict", "sweep", "scavenge", "madvise"} <= {s.event for s in steps}
    for step in steps:
        machine = step.state.machine
        process = machine.processes[0]
        for span in (
            s for central in step.state.heap.central.values() for row in central for s in row
        ):
            assert any(v.start <= span.base < v.end for v in process.vmas)
        for va, info in process.pages.items():
            assert any(vma.start <= va < vma.end for vma in process.vmas)
            assert info.swapped or machine.frames[info.pfn].kind in ("anon", "zero")


def test_two_processes_heaps_meet_in_a_frame_only_while_both_only_read():
    tower = golang.Tower(128)
    address = tower.new(64)
    child = tower.process.fork()
    other = golang.GoHeap(tower.machine.spawn())
    elsewhere = other.mallocgc(64)
    other.space.write(elsewhere, b"other")
    check(tower)
    tower.process.write(address, b"parent")
    child.write(address, b"child")
    check(tower)
    assert tower.process.read(address, 6) == b"parent" and child.read(address, 5) == b"child"
    assert elsewhere == address and other.space.read(elsewhere, 5) == b"other"


def test_a_collector_brings_swapped_objects_back_and_pointer_free_ones_stay_out():
    for noscan in (True, False):
        tower = golang.Tower(24, 64)
        live = [tower.new(4096, noscan) for _ in range(30)]
        before = tower.process.stats.major_faults
        tower.gc(live)
        assert (tower.process.stats.major_faults > before + 8) == (not noscan)
        check(tower)


def test_memory_that_came_back_from_the_kernel_is_not_cleared_and_recycled_memory_is():
    tower = golang.Tower(2000)
    block = tower.heap.mallocgc(MIB)
    tower.write(block, MIB)
    tower.gc([])
    faults = tower.process.stats.minor_faults
    assert tower.heap.mallocgc(MIB) == block
    assert tower.process.stats.minor_faults == faults, "clearing it touches what is there anyway"
    tower.gc([])
    tower.heap.scavenge()
    assert tower.process.stats.resident_pages == 0
    assert tower.heap.mallocgc(MIB) == block and tower.process.stats.resident_pages == 0


def test_real_go_s_virtual_memory_is_predicted():
    rows = data.table("vm_steps")
    runs = 0
    for _, steps in groupby(rows, lambda row: (row["block_mib"], row["blocks"])):
        steps = list(steps)
        for row, found in zip(steps, golang.predict_vm_steps(steps), strict=True):
            assert found.step == row["step"]
            assert found.mapped == row["vma_readwrite"], row["step"]
            assert found.reserved == row["vma_reserved_noaccess"], row["step"]
            # The runtime's stacks and the measuring are resident too: less than 0.3 MiB.
            assert -32 * KIB < row["rss_of_heap_vmas"] - found.resident < 300 * KIB, row["step"]
            runs += 1
    assert runs == len(rows)

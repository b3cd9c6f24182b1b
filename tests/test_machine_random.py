"""A machine under random programs: what is read is what was written, and nothing is shared that
should not be. A plain dictionary of bytes plays the memory that a process believes it has."""

from contextlib import nullcontext

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from invariants import writers_of_shared

from memkit import vm

PAGE = 4096
BASE, PAGES = 0x4000_0000, 12
PROTS = st.sampled_from(["rw-", "rw-", "r--", "---"])

who, page = st.integers(0, 3), st.integers(0, PAGES - 5)
count = st.sampled_from([1, 1, 1, 2, 5])
CALL = st.one_of(
    st.tuples(st.just("write"), who, page, count, st.integers(1, 255)),
    st.tuples(st.just("write"), who, page, count, st.integers(1, 255)),
    st.tuples(st.just("read"), who, page, count, st.none()),
    st.tuples(st.just("read"), who, page, count, st.none()),
    st.tuples(st.just("fork"), who, page, count, st.none()),
    st.tuples(st.just("exit"), who, page, count, st.none()),
    st.tuples(st.just("map"), who, page, count, PROTS),
    st.tuples(st.just("shared"), who, page, count, st.none()),
    st.tuples(st.just("private"), who, page, count, st.none()),
    st.tuples(st.just("munmap"), who, page, count, st.none()),
    st.tuples(st.just("mprotect"), who, page, count, PROTS),
    st.tuples(st.just("dontneed"), who, page, count, st.none()),
)


class Cell:
    """The bytes of one page, as one process or (shared) several see them."""

    def __init__(self, first=bytes(PAGE), shared=False):
        self.first = self.data = first
        self.shared = shared


class World:
    """A machine with its processes, and beside it what each of them believes."""

    def __init__(self, nframes, swap_pages, policy):
        self.machine = vm.Machine(nframes, swap_pages, policy, vm.X86_32)
        text = b"".join(bytes([n]) * PAGE for n in range(1, 6))
        self.private, self.shared = vm.File("/private", text), vm.File("/shared", bytes(5 * PAGE))
        self.text = [text[n * PAGE :][:PAGE] for n in range(5)]
        self.cells = [Cell(shared=True) for _ in range(5)]
        first = self.machine.spawn()
        first.mmap(PAGES * PAGE, BASE, fixed=True)
        self.running = [(first, {n: ["rw-", Cell()] for n in range(PAGES)})]

    def call(self, verb, which, first, n, extra):
        """Do it on both sides; what the machine refuses is raised before anything is believed."""
        if not self.running:
            return
        process, pages = self.running[which % len(self.running)]
        at, wanted = BASE + first * PAGE, range(first, first + n)
        if verb == "write":  # from the 8th byte of the first page to the 8th of the last
            process.write(at + 7, bytes([extra]) * ((n - 1) * PAGE + 1))
            for k in wanted:
                data = bytearray(pages[k][1].data)
                low, high = 7 if k == first else 0, 8 if k == first + n - 1 else PAGE
                data[low:high] = bytes([extra]) * (high - low)
                pages[k][1].data = bytes(data)
        elif verb == "read":
            assert process.read(at, n * PAGE) == b"".join(pages[k][1].data for k in wanted)
        elif verb == "fork":
            child = process.fork()
            copy = {k: [prot, self.inherited(cell)] for k, (prot, cell) in pages.items()}
            self.running.append((child, copy))
        elif verb == "exit":
            process.exit()
            self.running.remove((process, pages))
        elif verb == "map":
            process.mmap(n * PAGE, at, extra, fixed=True)
            pages.update({k: [extra, Cell()] for k in wanted})
        elif verb == "shared":
            process.mmap(n * PAGE, at, fixed=True, shared=True, file=self.shared)
            pages.update({k: ["rw-", self.cells[k - first]] for k in wanted})
        elif verb == "private":
            process.mmap(n * PAGE, at, fixed=True, file=self.private)
            pages.update({k: ["rw-", Cell(self.text[k - first])] for k in wanted})
        elif verb == "munmap":
            process.munmap(at, n * PAGE)
            for k in wanted:
                pages.pop(k, None)
        elif verb == "mprotect":
            upto = next((k for k in wanted if k not in pages), first + n)
            with self.told(upto < first + n):
                process.mprotect(at, n * PAGE, extra)
            for k in range(first, upto):
                pages[k][0] = extra
        else:
            there = [k for k in wanted if k in pages]
            with self.told(len(there) < n):
                process.madvise(at, n * PAGE)
            for k in there:
                cell = pages[k][1]
                cell.data = cell.data if cell.shared else cell.first

    @staticmethod
    def told(hole):
        """A hole in the range is an error, and the rest has been done: as in Linux."""
        return pytest.raises(vm.OutOfMemory, match="mapped") if hole else nullcontext()

    @staticmethod
    def inherited(cell):
        if cell.shared:
            return cell
        copy = Cell(cell.first)
        copy.data = cell.data
        return copy

    def check(self):
        """Frames, slots and counts add up; a frame has one owner, or is shared and read-only."""
        machine, state = self.machine, self.machine.snapshot()
        assert sum(f.kind == "free" for f in state.frames) == machine.memory.free_frames
        for frame in state.frames:
            maps = [(machine.processes[pid].mappings, va) for pid, va in frame.owners]
            if frame.kind == "anon":
                assert len(maps) == len({id(mappings) for mappings, _ in maps}) >= 1
        assert list(writers_of_shared(machine)) == []
        assert set(machine.slots) == set(machine.refs) and len(state.swap) <= machine.swap_pages
        swapped = 0
        for process in state.processes:
            present = [p for p in process.pages.values() if p.present and p.pfn != machine.zero]
            assert process.stats.resident_pages == len(present) <= machine.memory.nframes
            swapped += process.stats.swapped_pages
        assert swapped == sum(machine.refs.values())


@settings(max_examples=300, deadline=None)
@given(
    st.lists(CALL, max_size=60),
    st.integers(4, 16),
    st.integers(0, 20),
    st.sampled_from([name for name in vm.POLICIES if name != "opt"]),
)
@example(  # page 6 would go for page 5, and could not come back
    [("read", 0, 0, 1, None), ("write", 0, 6, 1, 1), ("write", 0, 5, 2, 1)], 4, 1, "fifo"
)
@example(  # the hand passes a page that cannot go, for want of swap
    [("write", 0, 7, 2, 1), ("write", 0, 4, 5, 1), ("shared", 0, 4, 1, None)], 4, 4, "clock"
)
def test_a_process_reads_what_it_wrote_and_a_failed_call_changes_nothing(
    calls, nframes, slots, policy
):
    world = World(nframes, slots, policy)
    for call in calls:
        before = world.machine.snapshot()
        try:
            world.call(*call)
        except (vm.OutOfMemory, vm.Signal, ValueError) as error:
            assert world.machine.snapshot() == before, (call, error)
            assert str(error).endswith(".")
            if isinstance(error, vm.Signal):
                _, (verb, which, first, n, _) = None, call
                pages = world.running[which % len(world.running)][1]
                needed = "w" if verb == "write" else "r"
                assert not all(needed in pages.get(k, "-")[0] for k in range(first, first + n))
        world.check()
    for process, pages in world.running:
        for n, (prot, cell) in pages.items():
            if prot != "---":
                try:
                    assert process.read(BASE + n * PAGE, PAGE) == cell.data
                except vm.OutOfMemory:
                    pass


def test_memory_of_all_who_exit_is_free_again():
    world = World(64, 8, "lru")
    process = world.running[0][0]
    process.write(BASE, bytes(PAGES * PAGE))
    process.fork().write(BASE, b"child")
    process.mmap(PAGE, file=world.private)
    for running in list(world.machine.processes.values()):
        running.exit()
    assert world.machine.memory.free_frames == 64
    with pytest.raises(ValueError, match="^process 1 has exited[.]$"):
        process.read(BASE)
    with pytest.raises(ValueError, match="^process 1 has exited[.]$"):
        process.mmap(PAGE)
    assert process.stats.minor_faults == PAGES


def small(nframes=6, swap_pages=20, policy="lru"):
    """A machine with `nframes` frames of which two are tables, and a process with 8 pages."""
    process = vm.Machine(nframes, swap_pages, policy, vm.X86_32).spawn()
    process.mmap(8 * PAGE, BASE, fixed=True)
    return process


def test_a_page_that_was_read_back_and_written_goes_to_its_slot_again():
    process = small()
    for n in range(8):
        process.write(BASE + n * PAGE, bytes([n]))
    assert process.machine.counts["writebacks"] == process.stats.swapped_pages == 4
    assert process.read(BASE) == b"\0"  # a clean copy now, with its slot
    process.write(BASE + 1, b"new")
    for n in range(1, 8):
        process.read(BASE + n * PAGE)
    assert process.read(BASE, 4) == b"\0new"


def test_a_swapped_page_of_two_processes_is_copied_by_the_one_that_writes():
    parent = small(10)
    parent.write(BASE, b"parent")
    child = parent.fork()
    for n in range(1, 8):
        parent.write(BASE + n * PAGE, b"x")
    assert child.pagemap(BASE)[0].swapped and parent.pagemap(BASE)[0].swapped
    assert parent.read(BASE, 6) == b"parent"
    child.write(BASE, b"child ")
    assert (parent.read(BASE, 6), child.read(BASE, 6)) == (b"parent", b"child ")
    assert child.stats.minor_faults == 1, "the swap cache had it"
    parent.write(BASE, b"again ")
    assert child.read(BASE, 6) == b"child "


def test_a_page_in_swap_costs_a_major_fault_and_a_clean_one_no_write():
    process = small()
    for n in range(8):
        process.write(BASE + n * PAGE, b"x")
    assert process.stats[:2] == (8, 0)
    for _ in range(3):
        for n in range(8):
            process.read(BASE + n * PAGE)
    assert process.stats[:2] == (8, 24)
    assert process.machine.counts["writebacks"] == 8, (
        "each was written once; it was only read since"
    )
    assert process.machine.counts["evictions"] == process.machine.counts["shootdowns"] == 28

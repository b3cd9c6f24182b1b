"""Areas that grow, are cut, change rights and merge: stack, heap, files, shared memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memkit import record, vm
from memkit.vm import layouts
from memkit.vm.vma import GUARD_GAP, PAGE

MIB = 1 << 20
BASE = 0x10000000


# -- the stack


def stack_of(space):
    return space.vmas[-1]


@pytest.mark.parametrize("layout", layouts.LAYOUTS)
def test_a_stack_grows_to_8_mib_and_no_further(layout):
    space = vm.AddressSpace(layout)
    top = space.place.stack_top
    assert space.expand_stack(top - 64 * PAGE + 5)
    assert stack_of(space) == vm.Vma(top - 64 * PAGE, top, "rw-", "[stack]")
    assert not space.expand_stack(top - 8 * MIB - 1)
    assert space.expand_stack(top - 8 * MIB)
    assert stack_of(space).length == 8 * MIB
    before = space.vmas
    for elsewhere in (top, top - PAGE, BASE, 0, top - 8 * MIB - PAGE):
        assert not space.expand_stack(elsewhere)
    assert space.vmas == before


@pytest.mark.parametrize("prot", ["rw-", "r--", "--x", "---"])
def test_the_stack_keeps_its_guard_gap_of_1_mib(prot):
    """mm/mmap.c, expand_downwards: unless nobody can use what lies below."""
    space = vm.AddressSpace()
    start, end = stack_of(space)[:2]
    other = start - 2 * MIB - PAGE
    space.mmap(PAGE, other, prot, fixed=True)
    below = other + PAGE  # the first address above the other area
    assert space.expand_stack(below + GUARD_GAP)
    assert stack_of(space).start == below + GUARD_GAP
    assert space.expand_stack(below + GUARD_GAP - 1) == (prot == "---")
    assert space.expand_stack(below) == (prot == "---")
    assert not space.expand_stack(other)
    assert stack_of(space).end == end


def test_a_mapping_keeps_away_from_the_stack_and_the_heap_too():
    space = vm.AddressSpace()
    start = stack_of(space).start
    near = start - GUARD_GAP
    assert space.mmap(PAGE, near) == space.mmap_base - PAGE, "a hint in the gap is not taken"
    assert space.mmap(PAGE, near - PAGE) == near - PAGE
    assert space.mmap(PAGE, start - PAGE, fixed=True) == start - PAGE, "whoever insists gets it"
    assert not space.expand_stack(start - 2 * PAGE)


def test_a_stack_costs_its_limit():
    space = vm.AddressSpace(limit=200 * 1024)
    with pytest.raises(vm.OutOfMemory, match="^mapping 128 KiB more would pass the limit"):
        space.expand_stack(stack_of(space).start - 32 * PAGE)
    assert stack_of(space).length == 0x21000
    assert space.expand_stack(stack_of(space).start - 1)


# -- mprotect


NOTHING = st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=3))


@given(NOTHING, NOTHING, NOTHING.filter(lambda prot: not isinstance(prot, str)))
def test_a_bad_mprotect_changes_nothing(addr, length, prot):
    space = vm.AddressSpace()
    space.mmap(4 * PAGE, BASE)
    before = space.vmas
    for call in (
        (addr, PAGE, "r--"), (BASE + 1, PAGE, "r--"), (-PAGE, PAGE, "r--"),
        (space.user_end, PAGE, "r--"), (BASE, length, "r--"), (BASE, 0, "r--"),
        (BASE, -PAGE, "r--"), (BASE, PAGE, prot), (BASE, PAGE, "rwxp"), (BASE, PAGE, "wr-"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="^(addr|length|prot) must be .*[.]$"):
            space.mprotect(*call)
        assert space.vmas == before


def test_mprotect_stops_at_a_hole_and_what_lies_before_has_changed():
    space = vm.AddressSpace()
    space.mmap(2 * PAGE, BASE)
    space.mmap(PAGE, BASE + 3 * PAGE)
    with pytest.raises(vm.OutOfMemory, match=f"^nothing is mapped at {BASE + 2 * PAGE:#x}[.]$"):
        space.mprotect(BASE, 4 * PAGE, "r--")
    assert [vma.prot for vma in space.vmas] == ["r--", "rw-", "rw-"]
    with pytest.raises(vm.OutOfMemory):
        space.mprotect(BASE - PAGE, 2 * PAGE, "rw-")
    assert space.vmas[0].prot == "r--"


def test_mprotect_is_charged_for_what_becomes_writable():
    space = vm.AddressSpace(limit=0x21000 + 2 * PAGE)
    at = space.mmap(4 * PAGE, prot="r--")
    space.mprotect(at, 2 * PAGE, "rw-")
    before = space.vmas
    with pytest.raises(vm.OutOfMemory, match="^mapping 8 KiB more would pass the limit of"):
        space.mprotect(at, 4 * PAGE, "rw-")
    assert space.vmas == before
    space.mprotect(at, 2 * PAGE, "r--")
    space.mprotect(at + PAGE, 2 * PAGE, "rwx")
    file = vm.File("/f", bytes(PAGE))
    shared = space.mmap(PAGE, prot="r--", file=file, shared=True)
    space.mprotect(shared, PAGE, "rw-")  # it goes to the file, not to swap


def test_a_file_s_area_that_was_writable_in_part_stays_cut():
    """It stays accounted (VM_ACCOUNT), its neighbours are not: /proc/self/maps on Linux 6.18 shows
    three areas after the same calls. Anonymous memory without a page gives its account up."""
    space = vm.AddressSpace()
    file = vm.File("/f", bytes(9 * PAGE))
    space.mmap(6 * PAGE, BASE, "r--", file=file, offset=2 * PAGE, fixed=True)
    whole = space.vmas
    space.mprotect(BASE + 2 * PAGE, PAGE, "rw-")
    assert [(v.offset // PAGE, v.prot) for v in space.vmas[:3]] == [
        (2, "r--"),
        (4, "rw-"),
        (5, "r--"),
    ]
    space.mprotect(BASE, 6 * PAGE, "r--")
    assert [(v.start, v.end, v.prot) for v in space.vmas[:3]] == [
        (BASE, BASE + 2 * PAGE, "r--"),
        (BASE + 2 * PAGE, BASE + 3 * PAGE, "r--"),
        (BASE + 3 * PAGE, BASE + 6 * PAGE, "r--"),
    ]
    space.mprotect(BASE, 6 * PAGE, "rw-")
    assert len(space.vmas) == 1 + 1, "all of it is accounted now, and the stack"
    space.mprotect(BASE, 6 * PAGE, "r--")
    assert len(space.vmas) == 1 + 1
    space.mmap(6 * PAGE, BASE, "r--", file=file, offset=2 * PAGE, fixed=True)
    assert space.vmas == whole
    space.mmap(6 * PAGE, BASE, "r--", fixed=True)
    space.mprotect(BASE + 2 * PAGE, PAGE, "rw-")
    assert [v.prot for v in space.vmas[:3]] == ["r--", "rw-", "r--"]
    space.mprotect(BASE + 2 * PAGE, PAGE, "r--")
    assert space.vmas[0] == vm.Vma(BASE, BASE + 6 * PAGE, "r--")


def test_what_was_promised_for_a_file_s_page_still_counts():
    """mm/mprotect.c, mprotect_fixup: only anonymous memory without a page is uncharged."""
    space, file = vm.AddressSpace(limit=0x21000 + 2 * PAGE), vm.File("/f", bytes(2 * PAGE))
    space.mmap(2 * PAGE, BASE, "rw-", file=file, fixed=True)
    space.mprotect(BASE, 2 * PAGE, "r--")
    with pytest.raises(vm.OutOfMemory, match="^mapping 4 KiB more would pass the limit of"):
        space.mmap(PAGE)
    space.mprotect(BASE, 2 * PAGE, "rw-")  # it was paid for
    space.munmap(BASE, PAGE)
    space.mmap(PAGE)


def test_memory_that_was_written_stays_accounted_and_what_has_other_pages_stays_apart():
    """Linux 6.18, /proc/self/maps: a middle page that was written and made read-only is three
    areas in a read-only one; two areas written apart from each other do not join."""
    p = vm.Machine(64).spawn()
    p.mmap(6 * PAGE, BASE, "r--", fixed=True)
    p.mprotect(BASE + 2 * PAGE, PAGE, "rw-")
    p.write(BASE + 2 * PAGE, b"x")
    p.mprotect(BASE + 2 * PAGE, PAGE, "r--")
    assert [v.length // PAGE for v in p.vmas[:3]] == [2, 1, 3]

    def joins(*written):
        """How many areas are three pages, once the middle is as the others are again?"""
        p.mmap(3 * PAGE, BASE, fixed=True)
        p.mprotect(BASE + PAGE, PAGE, "---")
        for page in written:
            p.write(BASE + page * PAGE, b"x")
        p.mprotect(BASE + PAGE, PAGE, "rw-")
        areas = len([v for v in p.vmas if BASE <= v.start < BASE + 3 * PAGE])
        p.munmap(BASE, 6 * PAGE)
        return areas

    p.munmap(BASE, 6 * PAGE)
    assert [joins(), joins(0), joins(2), joins(0, 2)] == [1, 1, 1, 2]


def test_the_halves_of_a_written_area_join_again_but_not_in_a_child():
    """A child's area has its parent's anon_vma beside its own (anon_vma_fork): it takes in no
    memory that it did not inherit with it. Linux 6.18, /proc/self/maps."""
    p = vm.Machine(64).spawn()
    p.mmap(4 * PAGE, BASE, fixed=True)
    p.write(BASE, b"x")
    whole = p.vmas
    p.mprotect(BASE + 2 * PAGE, PAGE, "r--")
    cut = p.fork()
    p.mprotect(BASE + 2 * PAGE, PAGE, "rw-")
    assert p.vmas == whole
    child = p.fork()
    for process, areas in ((p, [5]), (child, [4, 1])):  # new memory beside the old
        process.mmap(PAGE, BASE + 4 * PAGE, fixed=True)
        assert [v.length // PAGE for v in process.vmas[:-1]] == areas
    child.mprotect(BASE + 2 * PAGE, PAGE, "r--")
    child.mprotect(BASE + 2 * PAGE, PAGE, "rw-")
    assert [v.length // PAGE for v in child.vmas[:-1]] == [4, 1]
    cut.mprotect(BASE + 2 * PAGE, PAGE, "rw-")
    assert [v.length // PAGE for v in cut.vmas[:-1]] == [2, 1, 1], "each has one of its own"


# -- the heap's neighbours


def test_the_heap_joins_memory_beside_it_and_keeps_a_page_free():
    """mm/mmap.c, brk (a page below the next area stays free; nothing mapped, nothing to shrink);
    fs/proc/task_mmu.c (what overlaps the heap is called so). Linux 6.18, /proc/self/maps."""
    space = vm.AddressSpace()
    start = space.brk()
    space.mmap(PAGE, start + 6 * PAGE, "---", fixed=True)
    with pytest.raises(vm.OutOfMemory, match="^the heap cannot grow to .*: something is in its"):
        space.brk(start + 5 * PAGE + 1)
    space.brk(start + 5 * PAGE)
    space.mmap(PAGE, start + 5 * PAGE, fixed=True)
    assert space.vmas[0] == vm.Vma(start, start + 6 * PAGE, "rw-", "[heap]")
    assert space.find_vma(start).name == "[heap]" and "[heap]" in space.maps()
    space.mprotect(start + 5 * PAGE, PAGE, "r--")
    assert [v.name for v in space.vmas[:2]] == ["[heap]", ""], "it ends at brk"
    space.munmap(start, 5 * PAGE)
    before = space.vmas
    with pytest.raises(vm.OutOfMemory, match="^the heap cannot shrink to .*: nothing is above it"):
        space.brk(start)
    assert space.vmas == before and space.brk() == start + 5 * PAGE


# -- what tells a story


def test_steps_of_heap_stack_and_rights():
    space = vm.AddressSpace("i386")
    start = stack_of(space).start
    with record(space) as steps:
        heap = space.sbrk(5 * PAGE)
        space.brk()
        space.sbrk(-PAGE)
        space.mprotect(heap, PAGE, "r--")
        space.expand_stack(start - 1)
        space.expand_stack(BASE)
    assert [step.event for step in steps] == ["brk", "brk", "mprotect", "stack"]
    assert [str(step) for step in steps] == [
        f"the heap now ends at {heap + 5 * PAGE:#x}",
        f"the heap now ends at {heap + 4 * PAGE:#x}",
        f"the kernel makes 4 KiB at {heap:#x} r--",
        f"the stack grows by 4 KiB: it now begins at {start - PAGE:#x}",
    ]
    assert steps[0].state[0].length == 5 * PAGE and steps[2].state[0].prot == "r--"
    assert steps[3].state[-1].start == start - PAGE


# -- files, and memory that is shared


def test_two_mappings_of_a_file_are_one_where_the_file_goes_on():
    space, file, other = vm.AddressSpace(), vm.File("/f", bytes(9 * PAGE)), vm.File("/f", bytes(99))
    end = BASE + 2 * PAGE

    def areas(**second):
        """How many areas two neighbours are: pages 1 and 2 of `file`, then what is asked."""
        space.munmap(BASE, 8 * PAGE)
        space.mmap(2 * PAGE, BASE, "r--", fixed=True, file=file, offset=PAGE)
        how = dict(prot="r--", file=file, offset=3 * PAGE) | second
        space.mmap(PAGE, end, fixed=True, **how)
        return len(space.vmas) - 1

    assert areas() == 1
    assert space.vmas[0] == vm.Vma(BASE, end + PAGE, "r--", "/f", False, PAGE, file.dev, file.inode)
    for different in (
        dict(offset=0), dict(offset=2 * PAGE), dict(offset=4 * PAGE), dict(prot="rw-"),
        dict(shared=True), dict(file=other), dict(file=None, offset=0),
    ):  # fmt: skip
        assert areas(**different) == 2, different
    space.munmap(BASE, 8 * PAGE)
    space.mmap(PAGE, end, "r--", fixed=True, file=file, offset=3 * PAGE)
    space.mmap(2 * PAGE, BASE, "r--", fixed=True, file=file, offset=PAGE)
    assert len(space.vmas) == 2, "from below it is the same"


def test_shared_memory_never_becomes_one_with_its_neighbour():
    """Each is a file of its own; a piece of it knows where it is from."""
    space = vm.AddressSpace()
    space.mmap(3 * PAGE, BASE, shared=True)
    space.mmap(PAGE, BASE + 3 * PAGE, shared=True)
    first, second = space.vmas[:2]
    assert (first.name, first.dev) == (second.name, second.dev) == ("/dev/zero (deleted)", "00:01")
    assert first.inode != second.inode and first.offset == second.offset == 0
    space.munmap(BASE + PAGE, PAGE)
    assert [vma.offset // PAGE for vma in space.vmas[:3]] == [0, 2, 0]
    assert str(first).endswith("/dev/zero (deleted)") and " rw-s " in str(first)


@pytest.mark.parametrize("how, words", [
    (dict(file="/f"), "file must be a File or None, not str"),
    (dict(offset=PAGE), "offset must be a multiple of 4096 in a file, 0 without one"),
    (dict(file=vm.File("/f"), offset=1), "offset must be a multiple of 4096"),
    (dict(file=vm.File("/f"), offset=-PAGE), "offset must be a multiple of 4096"),
    (dict(file=vm.File("/f"), offset=None), "offset must be a multiple of 4096"),
    (dict(replace=False), "replace=False needs fixed=True"),
    (dict(addr=BASE, replace=False), "replace=False needs fixed=True"),
])  # fmt: skip
def test_a_bad_mapping_changes_nothing(how, words):
    space = vm.AddressSpace()
    before = space.vmas
    with pytest.raises(ValueError, match=f"^{words}.*[.]$"):
        space.mmap(PAGE, **how)
    assert space.vmas == before and space.files == {}

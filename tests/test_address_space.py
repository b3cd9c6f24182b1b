"""Areas of addresses: against a naive table of pages, and against what the kernel did and wrote."""

import errno
import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memkit import data, record, vm
from memkit.vm.layouts import LAYOUTS
from memkit.vm.vma import PAGE

USER_END, _, STACK_TOP, MMAP_BASE, _ = LAYOUTS["x86_64"]
STACK = STACK_TOP - 0x21000, STACK_TOP

BASE = 0x10000000
PROTS = ("---", "r--", "rw-", "r-x", "rwx")
RANGES = st.tuples(st.integers(0, 30), st.integers(1, 12))
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("fixed"), RANGES, st.sampled_from(PROTS)),
        st.tuples(st.just("hint"), RANGES, st.sampled_from(PROTS)),
        st.tuples(st.just("munmap"), RANGES, st.none()),
    ),
    max_size=25,
)


def run(space, operations):
    """Do the operations; returns {address of a mapped page: prot}, kept naively."""
    pages = {}
    for verb, (first, n), prot in operations:
        start = BASE + first * PAGE
        wanted = range(start, start + n * PAGE, PAGE)
        if verb == "munmap":
            space.munmap(start, n * PAGE)
            for page in wanted:
                pages.pop(page, None)
            continue
        at = space.mmap(n * PAGE, start, prot, fixed=verb == "fixed")
        if verb == "fixed" or not any(page in pages for page in wanted):
            assert at == start
        else:
            assert not any(page in pages for page in range(at, at + n * PAGE, PAGE))
        pages |= dict.fromkeys(range(at, at + n * PAGE, PAGE), prot)
    return pages


@settings(max_examples=200, deadline=None)
@given(OPERATIONS, RANGES)
def test_areas_say_what_a_table_of_pages_says(operations, asked):
    space = vm.AddressSpace()
    pages = run(space, operations)
    areas = [vma for vma in space.vmas if vma.name != "[stack]"]
    found = {p: vma.prot for vma in areas for p in range(vma.start, vma.end, PAGE)}
    assert found == pages
    for before, after in zip(space.vmas, space.vmas[1:], strict=False):
        assert before.end <= after.start
        assert before.end < after.start or before[2:] != after[2:], "two that are alike are one"
    for address in (BASE, BASE + 7 * PAGE + 123, STACK[0], 0):
        vma = space.find_vma(address)
        assert (vma is not None) == (address - address % PAGE in pages or address == STACK[0])
    start, length, before = BASE + asked[0] * PAGE, asked[1] * PAGE, space.vmas
    if all(page in pages for page in range(start, start + length, PAGE)):
        space.madvise(start, length)
    else:
        with pytest.raises(vm.OutOfMemory, match="are not all mapped[.]$"):
            space.madvise(start, length)
    assert space.vmas == before


def test_without_a_hint_the_highest_gap_below_the_stack_is_taken():
    """Linux fills the mapping region from the top: mm/mmap.c, arch_get_unmapped_area_topdown."""
    space = vm.AddressSpace()
    assert space.mmap(5 * PAGE) == MMAP_BASE - 5 * PAGE
    assert space.mmap(3 * PAGE, prot="r--") == MMAP_BASE - 8 * PAGE
    space.munmap(MMAP_BASE - 5 * PAGE, 5 * PAGE)
    assert space.mmap(4 * PAGE) == MMAP_BASE - 4 * PAGE


def test_a_line_of_maps_is_the_kernel_s():
    """/proc/self/maps: the name begins in column 73; a line without a name ends in a space."""
    space = vm.AddressSpace()
    space.mmap(0x21000, 0x4E8000, name="[heap]")
    space.mmap(2 * PAGE, 0x7FFFF7EF1000)
    assert space.maps().splitlines() == [
        "004e8000-00509000 rw-p 00000000 00:00 0" + 34 * " " + "[heap]",
        "7ffff7ef1000-7ffff7ef3000 rw-p 00000000 00:00 0 ",
        "7ffffffde000-7ffffffff000 rw-p 00000000 00:00 0" + 26 * " " + "[stack]",
    ]


def test_a_reservation_costs_no_limit_and_memory_does():
    space = vm.AddressSpace(limit=1 << 20)
    space.mmap(1 << 40, prot="---")
    before = space.vmas
    with pytest.raises(vm.OutOfMemory, match="^mapping 1 MiB more would pass the limit of 1 MiB"):
        space.mmap(1 << 20)
    assert space.vmas == before
    at = space.mmap(1 << 19)
    assert space.mmap(1 << 19, at, fixed=True) == at  # what is replaced does not count twice


NO_NUMBER = st.one_of(st.floats(), st.text(), st.booleans(), st.just([]))
NO_LENGTH = st.one_of(NO_NUMBER, st.none(), st.integers(max_value=0))
NO_ADDRESS = st.one_of(
    NO_NUMBER,
    st.integers(max_value=-1),
    st.integers(USER_END),
    st.integers(1, USER_END).filter(lambda addr: addr % PAGE),
)


@settings(deadline=None)
@given(OPERATIONS, NO_LENGTH, NO_ADDRESS, st.one_of(NO_NUMBER, st.none(), st.just("rw-p")))
def test_a_bad_argument_gets_one_sentence_and_changes_nothing(operations, length, addr, prot):
    space = vm.AddressSpace()
    run(space, operations)
    before = space.vmas
    for call in (
        lambda: space.mmap(length),
        lambda: space.mmap(length, BASE, fixed=True),
        lambda: space.mmap(PAGE, addr),
        lambda: space.mmap(PAGE, addr, fixed=True),
        lambda: space.mmap(PAGE, BASE, prot, fixed=True),
        lambda: space.mmap(PAGE, fixed=True),
        lambda: space.mmap(PAGE, 0, fixed=True),
        lambda: space.munmap(addr, PAGE),
        lambda: space.munmap(BASE, length),
        lambda: space.munmap(BASE, USER_END),
        lambda: space.madvise(addr, PAGE),
        lambda: space.madvise(BASE, length),
        lambda: space.madvise(BASE, PAGE, "willneed"),
        lambda: space.find_vma("here"),
    ):
        with pytest.raises(ValueError) as error:
            call()
        assert str(error.value).endswith(".") and "\n" not in str(error.value)
        assert space.vmas == before


@pytest.mark.parametrize("arguments", [{"layout": "z80"}, {"limit": None}, {"limit": -1}])
def test_a_space_that_cannot_be(arguments):
    with pytest.raises(ValueError, match="^(layout|limit) must be .*[.]$"):
        vm.AddressSpace(**arguments)


def test_page_0_is_never_chosen():
    """A hint of 0 is NULL, which is none; vm.mmap_min_addr keeps the lowest page empty."""
    space = vm.AddressSpace()
    assert space.mmap(PAGE, 0) == MMAP_BASE - PAGE
    assert space.mmap(MMAP_BASE - 2 * PAGE, prot="---") == PAGE
    with pytest.raises(vm.OutOfMemory, match="^no room for 4 KiB"):
        space.mmap(PAGE)


def test_the_end_of_the_addresses_is_out_of_memory():
    space = vm.AddressSpace()
    for length in (USER_END, 1 << 60):
        with pytest.raises(vm.OutOfMemory, match="^no room for"):
            space.mmap(length, prot="---")
    with pytest.raises(vm.OutOfMemory):
        space.madvise(BASE, PAGE)


def test_the_kernel_s_part_of_a_story():
    space = vm.AddressSpace()
    with record(space) as steps:
        at = space.mmap(8192)
        space.madvise(at, 4096)
        space.munmap(at, 8192)
    assert [step.event for step in steps] == ["mmap", "madvise", "munmap"]
    assert len(steps[0].state) == 2 and len(steps[2].state) == 1


def _recorded(name):
    """Rows (words, result, areas) of a list of calls; None where the next list begins."""
    for line in gzip.decompress((data.LINUX / f"{name}.txt.gz").read_bytes()).decode().split("\n"):
        if line.startswith("#"):
            yield None
        elif line:
            call, result, *areas = line.split("|")
            verb, *numbers = call.split()
            yield (verb, *map(int, numbers)), result, "".join(areas)


def _prot(bits):
    return "".join(c if bits >> i & 1 else "-" for i, c in enumerate("rwx"))


def test_every_recorded_call_at_a_place_gives_the_kernel_s_areas():
    rows = 0
    for row in _recorded("vma_fixed"):
        if row is None:
            space = vm.AddressSpace()
            continue
        (verb, first, n, *bits), result, areas = row
        place, length, code = BASE + first * PAGE, n * PAGE, 0
        try:
            if verb == "unmap":
                space.munmap(place, length)
            elif verb == "prot":
                space.mprotect(place, length, _prot(*bits))
            else:
                space.mmap(length, place, _prot(*bits), fixed=True, replace=verb == "fixed")
        except vm.AlreadyMapped:
            code = -errno.EEXIST
        except vm.OutOfMemory:
            code = -errno.ENOMEM
        found = [vma for vma in space.vmas if vma.name != "[stack]"]
        page = [((v.start - BASE) // PAGE, (v.end - BASE) // PAGE, v.prot) for v in found]
        assert (code, " ".join(f"{a}-{b}:{p}" for a, b, p in page)) == (int(result), areas), row
        rows += 1
    assert rows == 1800


def test_every_recorded_call_without_a_place_goes_where_the_kernel_put_it():
    rows = 0
    for row in _recorded("vma_anywhere"):
        if row is None:
            space, made = vm.AddressSpace(), []
            continue
        rows += 1
        (verb, n, *bits), result, _ = row
        if verb == "any":
            made.append((space.mmap(n * PAGE, prot=_prot(*bits)), n * PAGE))
            assert (MMAP_BASE - made[-1][0]) // PAGE == int(result), row
        else:
            space.munmap(*made[n])
    assert rows == 1800


def test_the_heap_ends_where_brk_says():
    space = vm.AddressSpace("i386")
    start = space.brk()
    assert space.sbrk(5000) == start and space.brk() == start + 5000
    assert space.vmas[0] == vm.Vma(start, start + 2 * PAGE, "rw-", "[heap]")
    space.sbrk(-4000)
    assert space.vmas[0].end == start + PAGE
    space.mmap(PAGE, start + PAGE, fixed=True)
    before = space.vmas
    with pytest.raises(vm.OutOfMemory):
        space.sbrk(2 * PAGE)
    with pytest.raises(ValueError):
        space.brk(start - 1)
    assert space.vmas == before and space.brk() == start + 1000
    assert space.vmas[-1].end == 0xC0000000


# length, shared? -> where: one program's calls in order, each without a hint, below 0x7ffff7ff6000.
# Measured on Linux 6.18, addresses not randomised.
ALIGNED = [
    (0x200000, False, 0x7FFFF7C00000),
    (0x1000, False, 0x7FFFF7FF5000),
    (0x400000, False, 0x7FFFF7800000),
    (0x201000, False, 0x7FFFF75FF000),
    (0x200000, False, 0x7FFFF7200000),
    (0x200000, False, 0x7FFFF7000000),
    (0x1000, False, 0x7FFFF7FF4000),
    (0x300000, False, 0x7FFFF6D00000),
    (0x200000, True, 0x7FFFF6B00000),
    (0x201000, True, 0x7FFFF68FF000),
    (0x4000000, False, 0x7FFFF2800000),
    (0x1000, False, 0x7FFFF7FF3000),
]


def test_memory_of_whole_huge_pages_begins_where_one_can_lie():
    space = vm.AddressSpace()
    top = 0x7FFFF7FF6000
    space.mmap(space.mmap_base - top, top, "r--", fixed=True)
    for length, shared, where in ALIGNED:
        assert space.mmap(length, shared=shared) == where, hex(length)


def test_a_process_of_32_bits_has_no_boundaries_for_huge_pages():
    space = vm.AddressSpace("i386")
    assert space.mmap(0x200000) == space.mmap_base - 0x200000

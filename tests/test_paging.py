"""Schemes, page tables in memory, and the walk."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memkit import vm
from memkit.trace import record

LINEAR = vm.PagingScheme(index_bits=(2,), offset_bits=12, pte_bytes=4, present=31)
TINY = vm.PagingScheme(index_bits=(5, 5), offset_bits=5, pte_bytes=1, present=7)
ODD = vm.PagingScheme((3, 1, 4), 6, 2, present=5, writable=0, dirty=1, pfn=6, pfn_bits=10)
SCHEMES = [vm.X86_32, vm.X86_PAE, vm.X86_64, vm.X86_64_LA57, vm.SV39, LINEAR, TINY, ODD]
schemes = pytest.mark.parametrize("scheme", SCHEMES, ids=str)


def load(scheme, nframes, root=0, **frames):
    """A table whose memory holds `entries` {frame number as f12: {index: entry}}."""
    memory = vm.PhysicalMemory(nframes, scheme.page_bytes)
    for frame, entries in frames.items():
        for index, entry in entries.items():
            address = int(frame[1:]) * scheme.page_bytes + index * scheme.pte_bytes
            memory.put(address, scheme.pte_bytes, entry)
    return vm.PageTable(scheme, memory, root)


def pa(table, va):
    """The physical address by hand: the leaf's frame and the offset, None for a fault."""
    last = table.walk(va)[-1]
    size = 1 << table.scheme.shifts[last.level]
    return (last.pfn << table.scheme.offset_bits) + va % size if last.kind == "page" else None


def test_linear_example_of_ostep():
    """OSTEP homework of chapter 18, its README: four entries, and five addresses with answers."""
    table = load(LINEAR, 16, f0={0: 0x8000000C, 3: 0x80000006})
    assert LINEAR.split(0x3229) == ((3,), 0x229)
    answers = {0x3229: 0x6229, 0x1369: None, 0x1E80: None, 0x2556: None, 0x3A1E: 0x6A1E}
    assert {va: pa(table, va) for va in answers} == answers
    (step,) = table.walk(0x3229)
    assert (step.address, step.entry, step.bits) == (12, 0x80000006, ("present",))


def test_two_level_example_of_ostep():
    """OSTEP homework of chapter 20, seed 0 (PDBR 108): the entries that three addresses use."""
    f33 = {8: 0xB5}
    table = load(TINY, 128, 108, f108={24: 0xA1, 15: 0xD6, 5: 0xD4}, f33=f33, f86={13: 0x7F},
                 f84={31: 0xCE})  # fmt: skip
    assert TINY.split(0x611C) == ((24, 8), 28)
    assert [step.address for step in table.walk(0x611C)] == [108 * 32 + 24, 33 * 32 + 8]
    assert [pa(table, va) for va in (0x611C, 0x3DA8, 0x17F5)] == [0x6BC, None, 0x9D5]
    assert [step.kind for step in table.walk(0x3DA8)] == ["table", "not present"]


def test_splits_of_real_addresses():
    """Linux/x86: PAE keeps kernel address 0xc02c9458 under PDPTE 3, PDE 1, PTE 0xc9."""
    assert vm.X86_PAE.split(0xC02C9458) == ((3, 1, 0xC9), 0x458)
    assert vm.X86_64.split(0x7FFFFFFFE010) == ((255, 511, 511, 510), 0x10)
    assert vm.X86_64.join((256, 0, 0, 0)) == 0xFFFF800000000000
    assert vm.X86_32.split(0x08048000) == ((32, 72), 0)


@schemes
@given(data=st.data())
def test_split_and_join_are_inverse(scheme, data):
    parts = tuple(data.draw(st.integers(0, (1 << w) - 1)) for w in scheme.index_bits)
    offset = data.draw(st.integers(0, scheme.page_bytes - 1))
    va = scheme.join(parts, offset)
    assert scheme.split(va) == (parts, offset)
    assert scheme.is_canonical(va)


def test_canonical_addresses():
    """SDM vol. 1, 3.3.7.1: bits 63..47 all equal; 63..56 with 5 levels."""
    for scheme, top in ((vm.X86_64, 1 << 47), (vm.X86_64_LA57, 1 << 56), (vm.SV39, 1 << 38)):
        assert scheme.is_canonical(top - 1) and not scheme.is_canonical(top)
        assert scheme.is_canonical(2**64 - top) and not scheme.is_canonical(2**64 - top - 1)


def test_entry_bits_of_x86():
    """SDM vol. 3A, table 4-20: P 0, R/W 1, U/S 2, A 5, D 6, G 8, frame from 12, XD 63."""
    entry = vm.X86_64.encode(3, 0x12345, user=False, dirty=True, global_=True, no_execute=True)
    assert entry == 1 << 63 | 0x12345 << 12 | 1 << 8 | 1 << 6 | 0b011
    assert vm.X86_64.bits(3, entry) == ("present", "writable", "dirty", "global_", "no_execute")
    assert vm.X86_32.encode(0, 0x400, page=True) == 0x400 << 12 | 1 << 7 | 0b111
    assert vm.SV39.encode(2, 0x80000, writable=False) == 0x80000 << 10 | 0b11011


def test_a_scheme_without_bit_names_is_laid_out_as_x86_or_ostep():
    assert vm.PagingScheme() == vm.X86_32
    assert vm.PagingScheme((5, 5), 5, 1) == TINY
    assert (LINEAR.pfn, LINEAR.pfn_bits) == (0, 31)


def test_kinds_of_entries():
    """SDM 4.5 (PS in a PML4E, misaligned huge frames), 4.4 (PDPTE); RISC-V privileged, Sv39."""
    ps = 1 << 7
    for scheme, level, entry, kind in (
        (vm.X86_64, 3, 0, "not present"),
        (vm.X86_64, 3, ps | 1, "page"),  # bit 7 of a PTE is PAT
        (vm.X86_64, 2, ps | 1, "page"),
        (vm.X86_64, 2, ps | 1 | 1 << 12, "page"),  # PAT of a 2 MiB page
        (vm.X86_64, 2, ps | 1 | 1 << 13, "reserved"),
        (vm.X86_64, 1, ps | 1 | 1 << 29, "reserved"),
        (vm.X86_64, 0, ps | 1, "reserved"),
        (vm.X86_PAE, 0, 3, "reserved"),
        (vm.X86_PAE, 1, 1 | 1 << 52, "reserved"),
        (vm.SV39, 0, 1, "table"),
        (vm.SV39, 2, 1, "reserved"),  # a pointer in the last level
        (vm.SV39, 0, 1 | 1 << 6, "reserved"),  # A in a pointer
        (vm.SV39, 2, 0b101, "reserved"),  # W without R
        (vm.SV39, 1, 0b11, "page"),
        (vm.SV39, 1, 0b11 | 1 << 10, "reserved"),  # a misaligned 2 MiB page
        (vm.SV39, 2, 0b11 | 1 << 54, "reserved"),
    ):
        assert scheme.kind(level, entry) == kind, (scheme.name, level, hex(entry))


@schemes
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_what_is_mapped_is_found_and_unmapping_leaves_nothing(scheme, data):
    table = vm.PageTable(scheme, vm.PhysicalMemory(96, scheme.page_bytes))
    part = st.tuples(*[st.integers(0, (1 << w) - 1) for w in scheme.index_bits])
    pages = data.draw(st.dictionaries(part.map(scheme.join), st.integers(0, 31), max_size=12))
    for va, pfn in pages.items():
        table.map(va, pfn)
    assert {m.va: m.pfn for m in table.mappings()} == pages
    for va, pfn in pages.items():
        assert pa(table, va + 3) == pfn * scheme.page_bytes + 3
        assert len(table.walk(va)) == scheme.levels
    regions = [(va, scheme.page_bytes) for va in pages]
    assert table.size() == scheme.tables(regions)
    for va, pfn in pages.items():
        assert table.unmap(va) == pfn
    assert not any(table.memory.data)


def test_huge_pages():
    """4 MiB (32-bit), 2 MiB and 1 GiB (x86-64 and Sv39) end the walk early."""
    for scheme, size, levels in (
        (vm.X86_32, 4 << 20, 1), (vm.X86_PAE, 2 << 20, 2), (vm.X86_64, 2 << 20, 3),
        (vm.X86_64, 1 << 30, 2), (vm.SV39, 2 << 20, 2), (vm.SV39, 1 << 30, 1),
    ):  # fmt: skip
        table = vm.PageTable(scheme, vm.PhysicalMemory(8))
        table.map(3 * size, 5 * size // 4096 if size < 1 << 30 else 0, size=size)
        assert len(table.walk(3 * size)) == levels
        assert pa(table, 3 * size + 0x12345) % size == 0x12345
        with pytest.raises(ValueError, match="cannot map"):
            table.map(3 * size + 4096, 1)
        assert [m.nbytes for m in table.mappings()] == [size]
    with pytest.raises(ValueError, match="multiple of 512"):
        vm.PageTable(vm.X86_64, vm.PhysicalMemory(8)).map(0, 7, size=2 << 20)


def test_huge_page_does_not_replace_a_table():
    table = vm.PageTable(vm.X86_32, vm.PhysicalMemory(8))
    table.map(0, 1)
    with pytest.raises(ValueError, match="cannot map a huge page at 0x0"):
        table.map(0, 0, size=4 << 20)
    assert pa(table, 5) == 0x1005


@pytest.mark.parametrize(
    "start, stride, pages, kib",
    [
        (1 << 44, 1 << 12, 1, 12), (1 << 44, 1 << 12, 512, 12), (1 << 44, 1 << 12, 513, 16),
        ((1 << 44) + 4096, 1 << 12, 1025, 20), (1 << 44, 1 << 21, 10, 48),
        (1 << 44, 1 << 21, 512, 2056), (1 << 44, 1 << 30, 7, 60), (1 << 44, 1 << 39, 5, 60),
    ],
)  # fmt: skip
def test_table_bytes_as_linux_counts_them(start, stride, pages, kib):
    """VmPTE measured on Linux 6.18, x86-64: all tables but the top one."""
    need = vm.X86_64.tables([(start + n * stride, 4096) for n in range(pages)])
    assert need.nbytes - 4096 == kib * 1024


def test_sparse_and_dense_address_spaces():
    """A flat table: 4 MiB a process with 32 bits, 512 GiB with 48 (SDM geometry, OSTEP ch. 20)."""
    assert vm.X86_32.linear_bytes == 4 << 20
    assert vm.X86_64.linear_bytes == 512 << 30
    assert vm.X86_32.tables([(0, 1 << 32)]) == ((1, 1024), (1025) * 4096)
    assert vm.X86_64.tables([]).nbytes == 4096
    assert vm.X86_64.tables([(0, 1 << 47)]).tables == (1, 256, 256 * 512, 256 * 512 * 512)
    assert vm.X86_64.tables([(0, 4096), (0xFFFF800000000000, 4096)]).tables == (1, 2, 2, 2)


def test_tables_larger_than_a_page():
    """A linear table of 1024 4-byte entries over 64-byte pages fills 64 frames."""
    scheme = vm.PagingScheme((10,), 6, 4, present=31)
    table = vm.PageTable(scheme, vm.PhysicalMemory(80, 64))
    table.map(1023 * 64, 9)
    assert pa(table, 1023 * 64 + 1) == 9 * 64 + 1
    assert table.size() == ((1,), 4096)


@schemes
@given(seed=st.integers(0, 2**32 - 1), root=st.integers(0, 15))
@settings(max_examples=20, deadline=None)
def test_any_bytes_can_be_walked(scheme, seed, root):
    rng = np.random.default_rng(seed)
    table = vm.PageTable(scheme, vm.PhysicalMemory(16, scheme.page_bytes), root)
    table.memory.data[:] = rng.bytes(len(table.memory.data))
    for va in rng.integers(0, 1 << min(scheme.va_bits, 62), 20):
        steps = table.walk(int(va))
        assert all(step.kind == "table" for step in steps[:-1])
    table.tables()


def test_mapping_into_a_loaded_dump_spares_what_the_dump_uses():
    table = load(TINY, 4, 0, f0={0: 0x80 | 2}, f2={0: 0x80 | 3})
    table.map(32 * 32, 3)  # needs a table: frames 0, 2 and 3 are in use
    assert [pfn for _, pfn in table.tables()] == [0, 1, 2]
    with pytest.raises(vm.OutOfFrames, match="no frame is left for a page table"):
        table.map(2 * 32 * 32, 3)


def test_out_of_frames_changes_nothing():
    """OSTEP's multi-level simulator dies with an AssertionError when its 128 frames run out."""
    table = vm.PageTable(vm.X86_64, vm.PhysicalMemory(3))
    before = bytes(table.memory.data), bytes(table.memory.taken)
    with pytest.raises(ValueError, match="no frame is left"):
        table.map(0, 0)
    assert before == (bytes(table.memory.data), bytes(table.memory.taken))


def test_recording_tells_of_new_tables():
    table = vm.PageTable(vm.X86_32, vm.PhysicalMemory(8))
    with record(table) as steps:
        table.map(0x08048000, 1)
        table.edit(table.walk(0x08048000)[-1].address, 0)
    assert [step.event for step in steps] == ["table", "map", "edit"]
    assert str(steps[0]) == "PTE: a new table in frame 0x6; the entry at 0x7080 points to it."
    assert steps[0].state != steps[1].state
    assert [row[:2] for row in steps[1].state.tables] == [(0, 7), (1, 6)]


def bad_table():
    return vm.PageTable(vm.X86_64, vm.PhysicalMemory(8))


@pytest.mark.parametrize(
    "wrong, words",
    [
        (lambda t: vm.PagingScheme(()), "1 to 6 levels, not 0"),
        (lambda t: vm.PagingScheme(3), "tuple of widths"),
        (lambda t: vm.PagingScheme((9.5,)), "not 9.5"),
        (lambda t: vm.PagingScheme((10, 10), 99), "from 0 to 30, not 99"),
        (lambda t: vm.PagingScheme((30, 30), 12), "64 or less, not 72"),
        (lambda t: vm.PagingScheme((10, 10), 12, 3), "1, 2, 4 or 8, not 3"),
        (lambda t: vm.PagingScheme((4,), 1, 4), "smaller than an entry"),
        (lambda t: vm.PagingScheme((4,), 4, 1, pfn_bits=3), "present must be"),
        (lambda t: vm.PagingScheme((4,), 4, 1, present=8), "from 0 to 7, not 8"),
        (lambda t: vm.PagingScheme((4,), 4, 1, present=7, dirty=7), "cannot both be bit 7"),
        (lambda t: vm.PagingScheme((4,), 4, 1, present=3, pfn_bits=5), "lies in the pfn's bits"),
        (lambda t: vm.PagingScheme((4,), 4, 1, present=0), "cannot both be at bit 0"),
        (lambda t: vm.PagingScheme((4,), 4, 1, present=7, reserved=(1, 2)), "1 masks"),
        (lambda t: vm.PhysicalMemory(0), "nframes must be"),
        (lambda t: vm.PhysicalMemory(4, 100), "power of two, not 100"),
        (lambda t: vm.PhysicalMemory(1 << 24, 1 << 20), "at most 1 GiB"),
        (lambda t: vm.PageTable(vm.X86_64, vm.PhysicalMemory(8, 32)), "frames of 32"),
        (lambda t: vm.PageTable(vm.X86_64, vm.PhysicalMemory(8), 8), "root must be"),
        (lambda t: vm.PageTable("x86", vm.PhysicalMemory(8)), "must be a PagingScheme"),
        (lambda t: vm.PageTable(vm.X86_64, bytearray(4096)), "must be a PhysicalMemory"),
        (lambda t: load(LINEAR, 4).walk(0x4000), "from 0 to 0x3fff, not 0x4000"),
        (lambda t: t.walk(-1), "va must be"),
        (lambda t: t.walk("0x10"), "not '0x10'"),
        (lambda t: t.map(0x800000000000, 1), "not canonical"),
        (lambda t: t.map(0, -1), "pfn must be"),
        (lambda t: t.map(0, 1 << 40), "pfn must be"),
        (lambda t: t.map(0, 1, size=12345), "size must be one of"),
        (lambda t: t.map(0, 1, shiny=True), "have no bit 'shiny'; they have present, writable"),
        (lambda t: t.map(0, 1, readable=True), "have no bit 'readable'"),
        (lambda t: t.unmap(0), "is not mapped"),
        (lambda t: t.edit(3, 0), "multiple of 8"),
        (lambda t: t.edit(8, 1 << 64), "entry must be"),
        (lambda t: t.memory.read(8 * 4096), "pa must be"),
        (lambda t: t.memory.write(8 * 4096 - 1, b"ab"), "run past the end"),
        (lambda t: t.memory.write(0, "text"), "data must be bytes"),
        (lambda t: t.memory.free(0), "free already"),
        (lambda t: vm.X86_64.join((1, 2)), "indexes must be 4 numbers"),
        (lambda t: vm.X86_64.tables([5]), "pair \\(start, length\\)"),
        (lambda t: vm.X86_32.tables([(1 << 31, 1 << 32)]), "length must be"),
    ],
)
def test_bad_input_gets_one_sentence_and_changes_nothing(wrong, words):
    table = bad_table()
    before = bytes(table.memory.data), bytes(table.memory.taken)
    with pytest.raises(ValueError, match=words) as error:
        wrong(table)
    assert str(error.value).endswith(".") and "\n" not in str(error.value)
    assert before == (bytes(table.memory.data), bytes(table.memory.taken))

"""The MMU: TLB, rights and faults, accessed and dirty bits, and many addresses at once."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_paging import LINEAR, ODD, TINY, load, schemes

from memkit import vm
from memkit.trace import record

PAGE = 0x400000


def machine(scheme=vm.X86_64, nframes=64, **tlb):
    table = vm.PageTable(scheme, vm.PhysicalMemory(nframes, scheme.page_bytes))
    return table, vm.MMU(table, tlb=vm.TLB(**tlb) if tlb else None)


def code(mmu, va, **how):
    with pytest.raises(vm.PageFault) as fault:
        mmu.translate(va, **how)
    assert fault.value.va == va
    return fault.value.error_code


def answer(mmu, va, *how):
    """The physical address, or what was raised and its error code."""
    try:
        return mmu.translate(va, *how).pa
    except vm.PageFault as fault:
        return ("fault", fault.error_code)
    except vm.GeneralProtection:
        return "#GP"


def test_ostep_examples_through_the_mmu():
    """OSTEP homework of chapters 18 and 20: addresses, faults, and the value fetched."""
    mmu = vm.MMU(load(LINEAR, 16, f0={0: 0x8000000C, 3: 0x80000006}), tlb=vm.TLB(4))
    assert mmu.translate(0x3229) == (0x3229, 0x6229, mmu.table.walk(0x3229), False)
    assert mmu.translate(0x3A1E) == (0x3A1E, 0x6A1E, (), True)
    assert code(mmu, 0x1369) == 4
    tiny = vm.MMU(load(TINY, 128, 108, f108={24: 0xA1}, f33={8: 0xB5}, f53={28: 0x08}))
    assert tiny.translate(0x611C).pa == 0x6BC and tiny.read(0x611C) == b"\x08"


def test_error_codes_that_linux_delivers():
    """Recorded on x86-64 Linux: unmapped 4 (read), 6 (write), 20 (fetch); read-only 7; NX 21;
    kernel addresses 5 and 7.

    For kernel addresses Linux sets bit 0 whatever the tables say; the hardware needs a mapping.
    """
    table, mmu = machine(entries=16)
    assert [code(mmu, PAGE), code(mmu, PAGE, write=True), code(mmu, 0, fetch=True)] == [4, 6, 20]
    table.map(PAGE, 1, writable=False)
    assert code(mmu, PAGE, write=True) == 7
    table.map(PAGE, 1, no_execute=True)
    assert code(mmu, PAGE, fetch=True) == 21
    table.map(0xFFFF888000000000, 2, user=False)
    assert code(mmu, 0xFFFF888000000000) == 5
    assert code(mmu, 0xFFFF888000000000, write=True) == 7
    assert mmu.translate(0xFFFF888000000123, user=False).pa == 0x2123
    assert code(mmu, 0x1000, user=False, write=True) == 2
    with pytest.raises(vm.GeneralProtection, match="bits 63 to 47 must all be equal") as fault:
        mmu.translate(0x800000000000)
    assert not isinstance(fault.value, vm.PageFault)


def test_reserved_bits_fault_with_rsvd():
    """SDM 4.7: P and RSVD are both set; so is a table beyond the end of memory (all ones)."""
    table, mmu = machine()
    table.map(PAGE, 1)
    step = table.walk(PAGE)[0]
    table.edit(step.address, step.entry | 1 << 7)  # PS in a PML4E
    assert code(mmu, PAGE) == 1 | 4 | 8
    table.edit(step.address, vm.X86_64.encode(0, 1 << 30, page=False))
    assert code(mmu, PAGE, write=True) == 1 | 2 | 4 | 8
    assert table.walk(PAGE)[-1].kind == "outside"


def test_rights_are_the_and_over_all_levels_on_x86():
    """SDM 4.6.1: one supervisor, read-only or NX entry on the way is enough."""
    for bit, how, want in ((1, {"write": True}, 7), (2, {}, 5), (63, {"fetch": True}, 21)):
        for level in range(4):
            table, mmu = machine()
            table.map(PAGE, 1)
            step = table.walk(PAGE)[level]
            table.edit(step.address, step.entry ^ 1 << bit)
            assert code(mmu, PAGE, **how) == want


def test_x86_32_has_no_no_execute():
    table, mmu = machine(vm.X86_32)
    table.map(PAGE, 1)
    assert mmu.translate(PAGE, fetch=True).pa == 0x1000
    assert code(mmu, 0, fetch=True) == 4  # I/D is reported only with NX (SDM 4.7)


def test_sv39_looks_at_the_leaf_only():
    """RISC-V privileged, "Virtual address translation process"."""
    table, mmu = machine(vm.SV39)
    table.map(PAGE, 1, readable=False, writable=False)
    assert mmu.translate(PAGE, fetch=True).pa == 0x1000
    assert code(mmu, PAGE) == 5 and code(mmu, PAGE, user=False, fetch=True) == 17
    assert code(mmu, 1 << 40) == 4  # not canonical is a page fault here


def test_accessed_and_dirty_bits():
    """SDM 4.8: A in every entry used, D in the leaf by the first write, also after a TLB hit."""
    table, mmu = machine(entries=16)
    table.map(PAGE, 1)

    def flags():
        return ["".join(b[0] for b in s.bits if b in "accessed dirty") for s in table.walk(PAGE)]

    assert flags() == ["", "", "", ""]
    mmu.translate(PAGE)
    assert flags() == ["a", "a", "a", "a"]
    assert mmu.translate(PAGE).tlb_hit
    assert not mmu.translate(PAGE, write=True).tlb_hit  # a walk, to set D
    assert flags() == ["a", "a", "a", "ad"]
    assert mmu.translate(PAGE, write=True).tlb_hit
    assert mmu.counts == {"hits": 2, "misses": 2, "references": 8, "faults": 0}


def test_a_refused_access_leaves_the_leaf_alone():
    table, mmu = machine()
    table.map(PAGE, 1, writable=False)
    assert code(mmu, PAGE, write=True) == 7
    assert [("accessed" in step.bits) for step in table.walk(PAGE)] == [True, True, True, False]


def test_sets_ways_and_replacement():
    """Four sets of three ways; page numbers 4 apart meet in one set."""
    table, mmu = machine(nframes=256, entries=12, ways=3, replacement="lru")
    fifo = vm.MMU(table, tlb=vm.TLB(12, 3, "fifo"))
    pages = [n * 4 * 4096 for n in range(4)]
    for n, va in enumerate(pages):
        table.map(va, n)
    order = [0, 1, 2, 0, 3, 0, 1]

    def hits(m):
        return [m.translate(pages[n]).tlb_hit for n in order]

    assert hits(mmu) == [False, False, False, True, False, True, False]  # LRU: 1 went for 3
    assert hits(fifo) == [False, False, False, True, False, False, False]  # FIFO: 0 went for 3
    assert [len([e for e in row if e]) for row in mmu.tlb.snapshot()] == [3, 0, 0, 0]


def test_a_huge_page_takes_one_entry():
    table, mmu = machine(entries=4)
    table.map(0, 512, size=2 << 20)
    assert not mmu.translate(5).tlb_hit
    assert mmu.translate((2 << 20) - 1) == ((2 << 20) - 1, (4 << 20) - 1, (), True)
    assert [entry.page_bits for entry in mmu.tlb.live()] == [21]


def test_stale_translation_reads_another_pages_data():
    """No shoot-down is automatic (SDM 4.10.5): each CPU goes on with what its TLB holds."""
    table, mmu = machine(entries=16)
    other = vm.MMU(table, tlb=vm.TLB(16))
    table.map(PAGE, 1)
    table.memory.write(0x1000, b"mine")
    table.memory.write(0x2000, b"new!")
    assert mmu.read(PAGE, 4) == other.read(PAGE, 4) == b"mine"
    table.map(PAGE, 2)
    table.memory.write(0x1000, b"HIS!")  # frame 1 belongs to somebody else now
    assert mmu.read(PAGE, 4) == b"HIS!"
    assert mmu.invlpg(PAGE) == 1
    assert (mmu.read(PAGE, 4), other.read(PAGE, 4)) == (b"new!", b"HIS!")
    table.unmap(PAGE)
    assert mmu.translate(PAGE).tlb_hit
    mmu.tlb.flush()
    assert code(mmu, PAGE) == 4


def test_loosened_rights_cost_one_spurious_fault():
    """SDM 4.10.4.1: a page fault drops the entry, so the second try finds the new rights."""
    table, mmu = machine(entries=16)
    table.map(PAGE, 1, writable=False)
    mmu.translate(PAGE)
    table.map(PAGE, 1)
    assert code(mmu, PAGE, write=True) == 7
    assert mmu.translate(PAGE, write=True).pa == 0x1000


def test_asids_and_global_entries():
    memory = vm.PhysicalMemory(64)
    a, b = vm.PageTable(vm.X86_64, memory), vm.PageTable(vm.X86_64, memory)
    for n, table in enumerate((a, b)):
        table.map(PAGE, n)
        table.map(0xFFFF800000000000, 9, global_=True)
    mmu = vm.MMU(a, vm.TLB(16), asid=1)
    mmu.translate(PAGE), mmu.translate(0xFFFF800000000000)
    mmu.switch(b, asid=2)
    assert mmu.translate(PAGE).pa == 0x1000 and mmu.translate(0xFFFF800000000000).tlb_hit
    mmu.switch(a, asid=1)
    assert mmu.translate(PAGE) == (PAGE, 0, (), True)  # its entry was kept
    assert mmu.tlb.flush_asid(1) == 1
    assert mmu.translate(0xFFFF800000000000).tlb_hit
    mmu.switch(b)  # without ASIDs: all but global entries go
    assert [entry.global_ for entry in mmu.tlb.live()] == [True]
    assert mmu.tlb.flush_page(0xFFFF800000000000, asid=7) == 1
    assert mmu.tlb.flush() == 0


def test_reading_and_writing_across_pages():
    table, mmu = machine(entries=2)
    table.map(PAGE, 5), table.map(PAGE + 4096, 3)
    mmu.write(PAGE + 4094, b"abcd")
    assert mmu.read(PAGE + 4094, 4) == b"abcd"
    assert table.memory.read(0x5FFE, 2) + table.memory.read(0x3000, 2) == b"abcd"
    before = bytes(table.memory.data[: 16 * 4096])
    with pytest.raises(vm.PageFault):
        mmu.write(PAGE + 8190, b"abcd")
    assert bytes(table.memory.data[: 16 * 4096]) == before


def test_recording_tells_the_way_of_an_address():
    table, mmu = machine(vm.X86_32, 8, entries=1)
    with record(mmu) as steps:
        table.map(PAGE, 1)
        mmu.translate(PAGE), mmu.translate(PAGE), answer(mmu, 0), answer(mmu, PAGE, True)
    told = [step.event for step in steps]
    assert told == ["table", "map", "tlb miss", "walk", "walk", "tlb fill", "translate", "tlb hit",
                    "tlb miss", "walk", "page fault",
                    "tlb miss", "walk", "walk", "tlb fill", "translate"]  # fmt: skip
    assert str(steps[4]) == "PTE[0] at 0x6000 is 0x1007: it maps the page to frame 0x1."
    assert steps[-1].state.counts[0] == ("hits", 1)
    assert hash(steps[-1].state.tlb)


def test_effective_access_time():
    """OSTEP ch. 19: with 4 levels, a miss costs 4 references more than a hit."""
    assert vm.effective_access_time(1, 4) == 101
    assert vm.effective_access_time(0.98, 2, tlb=10, memory=100) == pytest.approx(114)


@pytest.mark.parametrize(
    "faults, per, nanoseconds",
    [(1, 1_000, 8_199.8), (1, 399_990, 220), (0, 1, 200)],
)
def test_page_faults_cost_most(faults, per, nanoseconds):
    """Silberschatz, "Virtual memory": 200 ns, 8 ms a fault: one access in 1,000 makes 8.2 us, and
    a tenth slower than memory means one in 399,990."""
    rate = faults / per
    assert vm.effective_access_time(1, 0, 0, 200, rate, 8_000_000) == pytest.approx(nanoseconds)
    assert vm.effective_access_time(1, 0, 0, 200, fault_rate=rate) == pytest.approx(nanoseconds)


# many at once


def random_machine(scheme, seed, tlb=None):
    """Tables full of anything: valid entries, huge pages, odd bits, pointers to everywhere."""
    rng = np.random.default_rng(seed)
    table = vm.PageTable(scheme, vm.PhysicalMemory(32, scheme.page_bytes))
    mmu = vm.MMU(table, tlb)
    vas = []
    for _ in range(12):
        indexes = [int(rng.integers(1 << w)) for w in scheme.index_bits]
        va = scheme.join(indexes, int(rng.integers(scheme.page_bytes)))
        bits = {n: bool(rng.integers(4)) for n in ("present", "writable", "user", "no_execute",
                "readable", "executable", "accessed", "dirty", "global_")
                if getattr(scheme, n) is not None}  # fmt: skip
        size = 1 << int(rng.choice(scheme.page_bits))
        pfn = int(rng.integers(32)) * size // scheme.page_bytes % (1 << scheme.pfn_bits)
        try:
            table.map(va, pfn, size, **bits)
        except ValueError:
            continue
        vas += [va ^ int(rng.integers(1 << scheme.offset_bits)) for _ in range(3)]
        if rng.random() < 0.5:
            step = table.walk(va)[-1 if rng.random() < 0.5 else 0]
            flip = 1 << int(rng.integers(8 * scheme.pte_bytes))
            table.edit(step.address, step.entry ^ flip)
        vas.append(scheme.join([int(rng.integers(1 << w)) for w in scheme.index_bits]))
    if scheme.canonical:
        vas += [int(v) for v in rng.integers(0, 2**64, 4, np.uint64)]
    return mmu, np.array(rng.permutation(np.array(vas * 2, np.uint64)))


def one_by_one(mmu, vas, *how):
    answers = [answer(mmu, int(va), *how) for va in vas]
    return [a if isinstance(a, int) else -1 for a in answers]


@schemes
@given(seed=st.integers(0, 2**32 - 1), how=st.tuples(*[st.booleans()] * 3), tlb=st.booleans())
@settings(max_examples=40, deadline=None)
def test_translate_many_is_translate_address_for_address(scheme, seed, how, tlb):
    write, user, fetch = how
    how = write, user, fetch and not write
    (many, vas), (single, _) = (
        random_machine(scheme, seed, vm.TLB(8, 2) if tlb else None) for _ in range(2)
    )
    half = len(vas) // 2
    one_by_one(many, vas[:half]), one_by_one(single, vas[:half])  # some entries may go stale ...
    for mmu in (many, single):
        for va in vas[:2]:
            steps = mmu.table.walk(int(va))
            if steps and seed % 2:
                mmu.table.edit(steps[-1].address, 0)  # ... here
    held = many.tlb and many.tlb.snapshot()
    assert many.translate_many(vas, *how).tolist() == one_by_one(single, vas, *how)
    assert many.table.memory.data == single.table.memory.data  # A and D bits too
    assert held == (many.tlb and many.tlb.snapshot())


@schemes
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_any_bytes_can_be_translated(scheme, seed):
    """Random dumps: a physical address or a fault, the same one by one and at once."""
    rng = np.random.default_rng(seed)
    dump = rng.bytes(16 * scheme.page_bytes)
    mmus = []
    for _ in range(2):
        memory = vm.PhysicalMemory(16, scheme.page_bytes)
        memory.data[:] = dump
        mmus.append(vm.MMU(vm.PageTable(scheme, memory, root=3)))
    vas = rng.integers(0, 1 << min(scheme.va_bits, 63), 60, np.uint64)
    assert mmus[0].translate_many(vas).tolist() == one_by_one(mmus[1], vas)
    assert mmus[0].table.memory.data == mmus[1].table.memory.data


def test_pae_top_table_used_as_a_page_table_too():
    """Setting A in it makes it malformed as a PDPTE: the order of the addresses matters."""
    results = []
    for many in (True, False):
        table, mmu = machine(vm.X86_PAE, 8)
        root = vm.X86_PAE.encode(0, table.root, page=False)
        table.edit(table.root * 4096, root)  # the top table is its own page directory
        vas = np.array([0x1000, 0x0, 0x1000, 1 << 30], np.uint64)
        pas = mmu.translate_many(vas).tolist() if many else one_by_one(mmu, vas)
        results.append((pas, bytes(table.memory.data)))
    assert results[0] == results[1]


@schemes
@given(
    seed=st.integers(0, 2**32 - 1),
    ways=st.sampled_from([1, 3, 12]),
    policy=st.sampled_from(["lru", "fifo", "random"]),
)
@settings(max_examples=15, deadline=None)
def test_a_flushed_tlb_never_changes_an_answer(scheme, seed, ways, policy):
    """With and without a TLB, if every change of the tables flushes its page."""
    rng = np.random.default_rng(seed)
    (with_tlb, vas), (without, _) = (
        random_machine(scheme, seed, tlb) for tlb in (vm.TLB(12, ways, policy), None)
    )
    for va in map(int, vas):
        how = bool(rng.integers(2)), bool(rng.integers(2))
        assert answer(with_tlb, va, *how) == answer(without, va, *how)
        if rng.random() < 0.2 and with_tlb.table.walk(va):
            step = without.table.walk(va)[-1]
            for mmu in (with_tlb, without):
                mmu.table.edit(step.address, step.entry ^ 1 << scheme.present)
            with_tlb.tlb.flush()
    assert with_tlb.table.memory.data == without.table.memory.data


def test_translate_many_takes_any_whole_numbers():
    table, mmu = machine()
    table.map(PAGE, 1), table.map(0xFFFF800000000000, 2)
    assert mmu.translate_many([PAGE, 0xFFFF800000000005]).tolist() == [0x1000, 0x2005]
    assert mmu.translate_many(np.array([[PAGE], [0]], np.int32)).tolist() == [[0x1000], [-1]]
    assert mmu.translate_many([]).shape == (0,)
    assert mmu.translate_many(np.zeros(0, np.uint64)).dtype == np.int64


def test_translate_many_needs_little_memory():
    """Beyond its result (as large as its input) only a fixed piece."""
    table, mmu = machine(nframes=512)
    for n in range(256):
        table.map(n * 4096, n)
    vas = np.random.default_rng(1).integers(0, 256 * 4096, 1_000_000, np.uint64)
    tracemalloc.start()
    mmu.translate_many(vas)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * vas.nbytes


@pytest.mark.parametrize(
    "wrong, words",
    [
        (lambda m: vm.MMU("table"), "must be a PageTable, not str"),
        (lambda m: vm.MMU(m.table, tlb=16), "must be a TLB or None, not int"),
        (lambda m: vm.MMU(m.table, asid=-1), "asid must be"),
        (lambda m: m.switch(vm.PageTable(vm.X86_32, vm.PhysicalMemory(4))), "PageTable of x86-64"),
        (lambda m: m.translate(1 << 64), "va must be"),
        (lambda m: m.translate(0.5), "not 0.5"),
        (lambda m: m.translate(0, write=True, fetch=True), "not both"),
        (lambda m: m.translate_many([0], write=True, fetch=True), "not both"),
        (lambda m: m.translate_many(np.array([-1])), "va must be"),
        (lambda m: m.translate_many(["x"]), "not 'x'"),
        (lambda m: m.translate_many([1.5]), "not 1.5"),
        (lambda m: m.translate_many(np.zeros(2)), "whole numbers, not of float64"),
        (lambda m: m.read(PAGE, -1), "nbytes must be"),
        (lambda m: m.write(PAGE, "text"), "must be bytes"),
        (lambda m: vm.TLB(0), "entries must be"),
        (lambda m: vm.TLB(16, 0), "ways must be"),
        (lambda m: vm.TLB(16, 5), "divide the 16 entries"),
        (lambda m: vm.TLB(16, 4, "plru"), "one of lru, fifo, random, not 'plru'"),
        (lambda m: vm.effective_access_time(2, 4), "hit_rate must be"),
        (lambda m: vm.effective_access_time("x", 4), "hit_rate must be"),
        (lambda m: vm.effective_access_time(1, -1), "levels must be"),
        (lambda m: vm.effective_access_time(1, 4, memory=float("nan")), "memory must be"),
        (
            lambda m: vm.effective_access_time(1, 4, fault_rate=2),
            "fault_rate must be a number",
        ),
        (lambda m: vm.effective_access_time(1, 4, 1, 100, 0, None), "fault_cost must be"),
    ],
)
def test_bad_input_gets_one_sentence_and_changes_nothing(wrong, words):
    table, mmu = machine(entries=4)
    table.map(PAGE, 1)
    mmu.translate(PAGE)
    before = mmu.snapshot()
    with pytest.raises(ValueError, match=words) as error:
        wrong(mmu)
    assert str(error.value).endswith(".") and "\n" not in str(error.value)
    assert mmu.snapshot() == before


def test_odd_layouts_work_too():
    table, mmu = machine(ODD, 32, entries=4)
    table.map(100, 7)
    assert mmu.translate(100, write=True).pa == 7 * 64 + 36
    assert "dirty" in table.walk(100)[-1].bits

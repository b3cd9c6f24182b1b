"""Where the parts of a process lie: against processes of Linux 6.18."""

import pytest

from memkit import data, vm
from memkit.vm import layouts
from memkit.vm.program import Segment
from memkit.vm.vma import PAGE

MIB = 1 << 20
BIG = vm.Program("/big", (Segment(0xBFFFF000, 0, 8, 8192, "rw-"),), 0)
PROCESSES = {"static_x86_64": "x86_64", "static_i386_3g": "i386"}


# -- the recorded programs, made again


@pytest.mark.parametrize("name", PROCESSES)
def test_a_program_s_areas_are_those_that_the_kernel_printed(name):
    layout, recorded = PROCESSES[name], data.maps(name)
    space = vm.AddressSpace(layout, program=vm.PROGRAMS[layout])
    space.sbrk(0x22000)
    made = [
        space.mmap(MIB + 4096),
        space.mmap(5 * PAGE),
        space.mmap(3 * PAGE, shared=True),
        space.mmap(PAGE, prot="r--", file=space.program.file()),
        space.mmap(PAGE, prot="---"),
    ]
    assert len(space.files) == 2

    def lines(areas):  # the inode of shared memory is just a number
        return [str(vma._replace(inode=1) if vma.in_memory else vma) for vma in areas]

    expected = [vma for vma in vm.parse_maps(recorded.maps) if vma.name != "[vsyscall]"]
    assert lines(vm.parse_maps(space.maps())) == lines(space.vmas) == lines(expected)
    objects = list(recorded.objects.values())
    block = objects.index(recorded.objects["malloc(1 MiB)"])
    assert made == [objects[block] - 16, *objects[block + 1 : block + 5]]


def test_the_first_mapping_of_a_small_process_ends_128_mib_below_the_kernel():
    space = vm.AddressSpace("i386")
    assert space.mmap(3 * PAGE) == 0xB8000000 - 3 * PAGE
    assert space.mmap(PAGE, prot="---") == 0xB8000000 - 4 * PAGE
    assert space.mmap(64 * MIB, prot="---") == 0xB8000000 - 4 * PAGE - 64 * MIB
    with pytest.raises(vm.OutOfMemory, match="^no room for 3 GiB in the 3 GiB of user"):
        space.mmap(3 << 30, prot="---")
    with pytest.raises(ValueError, match="^addr must be a multiple of 4096 below 0xc0000000"):
        space.mmap(PAGE, 0xC0000000, fixed=True)


# -- randomised


def extremes(monkeypatch, layout, start_brk):
    """(lowest, highest) Layout that `place` can make, part by part."""

    class Draw:
        def __init__(self, most):
            self.most = most

        def getrandbits(self, bits):
            return ((1 << bits) - 1) * self.most

        def randrange(self, end):
            return (end - 1) * self.most

    found = []
    for most in (1, 0):
        monkeypatch.setattr(layouts.random, "Random", lambda seed, most=most: Draw(most))
        found.append(layouts.place(layout, start_brk, seed=0))
    monkeypatch.undo()
    (low, high) = found
    return low._replace(start_brk=high.start_brk), high._replace(start_brk=low.start_brk)


def addresses(name):
    return [{k: int(v, 16) for k, v in row.items()} for row in data.table(name)]


def rows(name):
    """(stack variable, mmap_base, start_brk, end of the program) of each recorded run.

    Without randomisation the kernel's start values are known; so are the distances of the objects
    to them, and those are the same in every run.
    """
    still = data.maps("pie_x86_64" if "pie" in name else "static_i386_3g").objects
    main = still["main (code)"]
    above = still["end"] // PAGE * PAGE + PAGE - main
    first_block = still["malloc(100)"] % PAGE
    base = 0x7FFFF7FFF000 if "pie" in name else 0xB8000000
    mapped = base - still["mmap private anonymous 5 pages (2 touched)"]
    for row in addresses(name):
        if "loader" in row:
            moved = row["loader"] - still["AT_BASE (loader)"]
            assert row["mmap_anon"] + mapped == base + moved
        yield (
            row["stack_local"],
            row["mmap_anon"] + mapped,
            row["heap"] - first_block,
            row["main"] + above,
        )


@pytest.mark.parametrize("name", ["aslr_pie_x86_64", "aslr_static_i386_3g"])
def test_every_recorded_place_is_one_that_the_model_can_draw(name, monkeypatch):
    layout = "x86_64" if "x86_64" in name else "i386"
    count = 0
    for stack, mmap_base, start_brk, end in rows(name):
        low, high = extremes(monkeypatch, layout, end)
        assert low.stack_top - layouts.FRESH_STACK <= stack < high.stack_top
        assert low.mmap_base <= mmap_base <= high.mmap_base and mmap_base % PAGE == 0
        assert end == low.start_brk <= start_brk <= high.start_brk and start_brk % PAGE == 0
        count += 1
    assert count == 64


def test_the_parts_move_as_far_as_the_kernel_moves_them(monkeypatch):
    """28 and 8 bits of pages (vm.mmap_rnd_bits), 16 GiB and 8 MiB of stack, 1 GiB and 32 MiB."""
    for layout, moves in {
        "x86_64": (16 << 30, 1 << 40, 1 << 30),
        "i386": (8 * MIB, MIB, 32 * MIB),
    }.items():
        low, high = extremes(monkeypatch, layout, None)
        parts = ("stack_top", "mmap_base", "start_brk")
        assert tuple(getattr(high, p) - getattr(low, p) + PAGE for p in parts) == moves
        assert high.stack_top == high.user_end
        assert high.mmap_base < low.stack_top - layouts.STACK_LIMIT


@pytest.mark.parametrize("layout", layouts.LAYOUTS)
def test_64_seeds_give_64_processes_and_one_seed_one(layout, monkeypatch):
    program, seen = vm.PROGRAMS[layout], set()
    low, high = extremes(monkeypatch, layout, -(-program.end // PAGE) * PAGE)
    for seed in range(64):
        space = vm.AddressSpace(layout, program=program, seed=seed)
        for part in ("stack_top", "mmap_base", "start_brk"):
            assert getattr(low, part) <= getattr(space.place, part) <= getattr(high, part)
        assert space.vmas[-1].end == space.place.stack_top
        assert space.vmas[-2] == vm.Vma(
            space.mmap_base - 2 * PAGE, space.mmap_base, "r-x", "[vdso]"
        )
        assert space.mmap(PAGE) == space.mmap_base - 9 * PAGE
        assert space.sbrk(PAGE) == space.place.start_brk
        seen.add((space.place.stack_top, space.mmap_base, space.place.start_brk))
        assert vm.AddressSpace(layout, program=program, seed=seed).place == space.place
        assert [v for v in space.vmas if v.inode] == [v for v in program.areas() if v.inode]
    assert len(seen) == 64


@pytest.mark.parametrize("bad, words", [
    (dict(seed="1"), 'seed must be a whole number or None, not "1"'),
    (dict(seed=1.5), "seed must be a whole number or None, not 1.5"),
    (dict(seed=True), "seed must be a whole number or None, not True"),
    (dict(program="ls"), 'program must be a Program or None, not "ls"'),
    (dict(layout="i386", program=BIG), "/big does not fit below 0xc0000000"),
])  # fmt: skip
def test_what_cannot_be_placed(bad, words):
    with pytest.raises(ValueError) as error:
        vm.AddressSpace(**bad)
    assert str(error.value).replace("'", '"').startswith(words) and str(error.value).endswith(".")

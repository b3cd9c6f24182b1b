"""The kernel's fields, against what a real kernel showed of a program and of a live process."""

import re
import subprocess
import sys

import pytest

from memkit import data, vm
from memkit.vm import structs

PAGE = 4096
PROCESSES = {"static_x86_64": "x86_64", "static_i386_3g": "i386"}
FLAGS = dict(
    rd="VM_READ", wr="VM_WRITE", ex="VM_EXEC", sh="VM_SHARED", gd="VM_GROWSDOWN", hg="VM_HUGEPAGE"
)  # VmFlags of smaps: fs/proc/task_mmu.c


def fields(space, struct):
    return {f.field: f.value for f in vm.kernel_fields(space) if f.struct == struct}


def process():
    p = vm.Machine(100, swap_pages=8).spawn(program=vm.PROGRAMS["x86_64"])
    p.sbrk(5000)
    return p


@pytest.mark.parametrize("name", PROCESSES)
def test_a_program_s_marks_are_where_the_program_said_they_are(name):
    space = vm.AddressSpace(PROCESSES[name], program=vm.PROGRAMS[PROCESSES[name]])
    space.sbrk(0x22000)
    mm, objects = fields(space, "mm_struct"), data.maps(name).objects
    assert mm["start_code"] <= objects["main (code)"] < mm["end_code"]
    assert mm["start_data"] <= objects["data_int (.data)"] < mm["end_data"] == objects["edata"]
    assert mm["end_data"] <= objects["bss_int (.bss)"] < objects["end"] <= mm["start_brk"]
    assert mm["start_brk"] <= objects["malloc(100)"] < mm["brk"]
    assert mm["brk"] == objects["program break sbrk(0)"]
    assert objects["local (stack)"] < mm["start_stack"] <= mm["task_size"]
    assert objects["malloc(1 MiB)"] < mm["mmap_base"] < mm["start_stack"]
    text = next(vma for vma in space.vmas if "x" in vma.prot)
    assert (mm["start_code"], -(-mm["end_code"] // PAGE) * PAGE) == text[:2]


@pytest.mark.parametrize("name", data.PROCESSES)
def test_flags_have_the_names_for_which_the_kernel_has_two_letters(name):
    for vma, numbers in vm.parse_smaps(data.maps(name).smaps):
        found = {f.field: f.value for f in vm.area_fields(vma)}
        expected = [FLAGS[flag] for flag in numbers["VmFlags"] if flag in FLAGS]
        assert found["vm_flags"].split(" | ") == expected or (expected, vma.prot) == ([], "---")
        assert (found["vm_start"], found["vm_end"]) == vma[:2]
        assert found["vm_file"] == (vma.name if vma.inode else None)
        if vma.inode:
            assert found["vm_pgoff"] * PAGE == vma.offset


@pytest.mark.parametrize("area, pgoff, flags, file", [
    (vm.Vma(PAGE, 3 * PAGE, "---"), 1, "0", None),
    (vm.Vma(8 * PAGE, 9 * PAGE, "rw-", "[heap]"), 8, "VM_READ | VM_WRITE", None),
    (vm.Vma(8 * PAGE, 9 * PAGE, "rw-", "[stack]"), 8, "VM_READ | VM_WRITE | VM_GROWSDOWN", None),
    (vm.Vma(8 * PAGE, 9 * PAGE, "r-x", "[vdso]"), 0, "VM_READ | VM_EXEC", None),
    (vm.Vma(8 * PAGE, 9 * PAGE, "rw-", huge=True), 8, "VM_READ | VM_WRITE | VM_HUGEPAGE", None),
    (vm.Vma(8 * PAGE, 9 * PAGE, "-w-", "/a b", True, 5 * PAGE, "08:01", 9),
     5, "VM_WRITE | VM_SHARED", "/a b"),
])  # fmt: skip
def test_an_area(area, pgoff, flags, file):
    found = vm.area_fields(area)
    assert {f.struct for f in found} == {"vm_area_struct"}
    assert [f.field for f in found] == ["vm_start", "vm_end", "vm_flags", "vm_pgoff", "vm_file"]
    assert [f.value for f in found] == [*area[:2], flags, pgoff, file]


# -- pages that areas have: vm_stat_account


def test_an_area_counts_once():
    n, areas, at = 1, [], 0
    for prot in ("---", "r--", "rw-", "r-x", "rwx", "--x"):
        for name, shared in (("", False), ("", True), ("[stack]", False)):
            areas.append(vm.Vma(at, at + n * PAGE, prot, name, shared))
            at, n = at + n * PAGE, 2 * n  # each has its own bit in the sums
    found = structs.account(areas)

    def pages(chosen):
        return sum(vma.length // PAGE for vma in areas if chosen(vma))

    assert found["total_vm"] == pages(lambda v: True)
    assert found["stack_vm"] == pages(lambda v: v.name == "[stack]")
    assert found["exec_vm"] == pages(lambda v: v.prot in ("r-x", "--x") and v.name != "[stack]")
    assert found["data_vm"] == pages(
        lambda v: "w" in v.prot and v.name != "[stack]" and not v.shared
    )


@pytest.mark.parametrize("name", data.PROCESSES)
def test_recorded_areas_count_by_their_flags(name):
    """is_exec_mapping, is_stack_mapping and is_data_mapping of mm/internal.h, on VmFlags."""
    details = vm.parse_smaps(data.maps(name).smaps)
    expected = dict.fromkeys(("total_vm", "exec_vm", "stack_vm", "data_vm"), 0)
    for vma, numbers in details:
        flags = set(numbers["VmFlags"])
        if vma.name != "[vsyscall]":
            pages = numbers["Size"] // PAGE
            expected["total_vm"] += pages
            expected["exec_vm"] += pages * (flags & {"ex", "wr", "gd"} == {"ex"})
            expected["stack_vm"] += pages * ("gd" in flags)
            expected["data_vm"] += pages * (flags & {"wr", "sh", "gd"} == {"wr"})
    assert structs.account(vma for vma, _ in details) == expected


def test_a_live_process_has_as_many_pages_as_its_kernel_counts():
    """/proc/PID/status, where there is one: VmExe + VmLib is exec_vm (fs/proc/task_mmu.c)."""
    script = "print(flush=True); input()"
    pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with subprocess.Popen([sys.executable, "-c", script], **pipes) as child:
        child.stdout.readline()
        areas, told = vm.read_maps(child.pid), ""
        if areas.source.startswith("live"):
            told = open(f"/proc/{child.pid}/status").read()
        child.communicate("\n")
    counted = {name: pages * PAGE // 1024 for name, pages in structs.account(areas).items()}
    kb = {name: int(number) for name, number in re.findall(r"(Vm\w+):\s+(\d+) kB", told)}
    if kb:
        assert counted["total_vm"] == kb["VmSize"]
        assert counted["data_vm"] == kb["VmData"]
        assert counted["stack_vm"] == kb["VmStk"]
        assert counted["exec_vm"] == kb["VmExe"] + kb["VmLib"]
    else:
        assert areas == vm.parse_maps(data.maps("pie_x86_64").maps)


def test_the_counts_of_the_recorded_program_are_those_of_the_model():
    for name, layout in PROCESSES.items():
        recorded = vm.parse_maps(data.maps(name).maps)
        space = vm.AddressSpace(layout, program=vm.PROGRAMS[layout])
        mm = fields(space, "mm_struct")
        space.sbrk(0x22000)
        more = fields(space, "mm_struct")
        assert more["data_vm"] - mm["data_vm"] == more["total_vm"] - mm["total_vm"] == 0x22
        assert more["map_count"] == mm["map_count"] + 1 == len(space.vmas)
        expected = structs.account(recorded)
        assert (more["exec_vm"], more["stack_vm"]) == (expected["exec_vm"], expected["stack_vm"])
        mapped = (1 << 20) // PAGE + 1 + 5  # malloc(1 MiB) and the five pages
        assert more["data_vm"] == expected["data_vm"] - mapped


# -- a process


def test_what_only_a_process_has():
    p = process()
    child = p.fork()
    assert fields(child, "task_struct") == dict(
        pid=child.pid, tgid=child.pid, parent=p.pid, mm="mm_struct",
        min_flt=child.stats.minor_faults, maj_flt=child.stats.major_faults,
    )  # fmt: skip
    assert fields(p, "task_struct")["parent"] is None
    assert fields(p, "mm_struct")["pgd"] == p.table.root * PAGE
    assert fields(child, "mm_struct")["pgd"] != p.table.root * PAGE
    space = vm.AddressSpace()
    assert fields(space, "task_struct") == {}
    assert "pgd" not in fields(space, "mm_struct") and "start_code" not in fields(
        space, "mm_struct"
    )


def rss(p):
    mm = fields(p, "mm_struct")
    names = ("MM_FILEPAGES", "MM_ANONPAGES", "MM_SHMEMPAGES", "MM_SWAPENTS")
    counts = tuple(mm[f"rss_stat[{name}]"] for name in names)
    assert sum(counts[:3]) == p.stats.resident_pages and counts[3] == p.stats.swapped_pages
    assert mm["pgtables_bytes"] == p.stats.page_table_bytes
    return counts


def test_frames_are_counted_by_what_they_hold():
    p = process()
    assert rss(p) == (0, 0, 0, 0)
    p.write(p.start_brk, b"x")
    p.write(p.mmap(2 * PAGE, shared=True), b"x")
    p.read(p.mmap(PAGE))  # the page of zeros is nobody's
    assert rss(p) == (0, 1, 1, 0)
    p.fetch(p.program.marks()["start_code"])
    assert rss(p) == (1, 1, 1, 0)
    p.write(p.program.marks()["end_data"] - 1, b"x")  # copied from the file: anonymous now
    assert rss(p) == (1, 2, 1, 0)
    p.write(p.mmap(3 * PAGE, populate=True), b"x")
    assert rss(p) == (1, 5, 1, 0)


def test_a_huge_page_is_512_and_swap_counts_apart():
    p = vm.Machine(600).spawn()
    at = p.mmap(2 << 20, 2 << 30, fixed=True)
    p.madvise(at, 2 << 20, "hugepage")
    p.write(at, b"x")
    assert rss(p) == (0, 512, 0, 0)
    p = vm.Machine(16, swap_pages=20).spawn()
    at = p.mmap(20 * PAGE)
    for n in range(20):
        p.write(at + n * PAGE, b"x")
    _, anon, _, swapped = rss(p)
    assert anon + swapped == 20 and swapped > 0


def test_every_field_has_words_and_a_plain_value():
    p = process()
    for field in vm.kernel_fields(p):
        assert field.meaning and isinstance(field.value, int | str | None)
    areas = [f.value for f in vm.kernel_fields(p) if f.field == "vm_start"]
    assert areas == [vma.start for vma in p.vmas]


def test_what_has_no_fields():
    p = process()
    p.exit()
    with pytest.raises(ValueError, match=f"^process {p.pid} has exited[.]$"):
        vm.kernel_fields(p)
    for nothing in (None, 1, p.program, (), "self"):
        with pytest.raises(ValueError, match="^space must be an AddressSpace or a Process, not"):
            vm.kernel_fields(nothing)

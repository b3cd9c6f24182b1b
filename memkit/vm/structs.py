"""The kernel's own names for what a picture of a process shows.

task_struct     the process: one for each
mm_struct       its address space: where the parts lie, how many pages they have
vm_area_struct  one area of it
accounts        total_vm, exec_vm, stack_vm, data_vm: pages that areas have, touched or not

Source: Linux include/linux/sched.h and mm_types.h; mm/mmap.c (vm_stat_account, vma_set_anonymous),
fs/binfmt_elf.c (start_code ... end_data), fs/exec.c.
Unlike the real one: a handful of some hundred fields; start_stack is the upper end of the stack,
where a real one is below arguments and environment; exec may move a stack, but not its vm_pgoff.
"""

from typing import NamedTuple

from memkit.checks import PAGE, WORD_MASK, instance, rights, whole
from memkit.vm.address_space import AddressSpace
from memkit.vm.process import Process
from memkit.vm.vma import Vma


class Field(NamedTuple):
    """One field: `value` is a number, a text, or None where the kernel has a null pointer."""

    struct: str
    field: str
    value: int | str | None
    meaning: str


def kernel_fields(space):
    """What the kernel notes of an AddressSpace or a Process -> tuple of Field.

    First task_struct (of a Process), then mm_struct, then a vm_area_struct for each area. What
    only a program has (start_code ...) or only a Process (pgd, rss_stat ...) is there with it.
    """
    if not isinstance(space, AddressSpace):
        raise ValueError(f"space must be an AddressSpace or a Process, not {type(space).__name__}.")
    areas = space.vmas
    task = _task_fields(space) if isinstance(space, Process) else []
    of_areas = [field for vma in areas for field in area_fields(vma)]
    return (*task, *_mm_fields(space, areas), *of_areas)


def _rows(struct, *rows):
    return tuple(Field(struct, *row) for row in rows)


def _task_fields(process):
    stats = process.stats
    return _rows(
        "task_struct",
        ("pid", process.pid, "the number of this thread"),
        ("tgid", process.pid, "the number of the process: that of its first thread"),
        ("parent", process.parent, "who forked it; here its pid"),
        ("mm", "mm_struct", "its address space; all its threads point to the same one"),
        ("min_flt", stats.minor_faults, "page faults served without a disk"),
        ("maj_flt", stats.major_faults, "page faults that had to read from a disk"),
    )


def _mm_fields(space, areas):
    accounts = account(areas)
    rows = [
        ("mmap_base", space.mmap_base, "mappings are placed downwards from here"),
        ("task_size", space.user_end, "one past the last user address"),
        ("map_count", len(areas), "areas; 65,530 are allowed"),
        ("total_vm", accounts["total_vm"], "pages of all areas"),
        ("data_vm", accounts["data_vm"], "pages that are writable, private, and no stack"),
        ("exec_vm", accounts["exec_vm"], "pages that are executable and not writable"),
        ("stack_vm", accounts["stack_vm"], "pages of the stack"),
    ]
    if space.program:
        marks = space.program.marks()
        rows += [
            ("start_code", marks["start_code"], "the machine code begins here"),
            ("end_code", marks["end_code"], "one past its last byte"),
            ("start_data", marks["start_data"], "variables with a first value begin here"),
            ("end_data", marks["end_data"], "one past their last byte; BSS follows"),
        ]
    rows += [
        ("start_brk", space.start_brk, "the heap begins here"),
        ("brk", space.brk(), "the heap ends here, to the byte"),
        ("start_stack", space.place.stack_top, "the stack grows down from here"),
    ]
    if isinstance(space, Process):
        root = space.table.root << space.scheme.offset_bits
        pages = _resident(space)
        rows = [
            ("pgd", root, "the top page table; here its physical address, as in CR3"),
            *rows,
            ("rss_stat[MM_FILEPAGES]", pages["file"], "frames mapped that hold a file's pages"),
            ("rss_stat[MM_ANONPAGES]", pages["anon"], "frames mapped that came from no file"),
            ("rss_stat[MM_SHMEMPAGES]", pages["shmem"], "frames mapped of shared memory"),
            ("rss_stat[MM_SWAPENTS]", space.stats.swapped_pages, "pages that are in swap"),
            ("pgtables_bytes", space.stats.page_table_bytes, "page tables below the top one"),
        ]
    return _rows("mm_struct", *rows)


def account(areas):
    """{total_vm, exec_vm, stack_vm, data_vm: pages} of areas: each counts once, as the first of
    executable, stack, data that it is; or only in total_vm. [vsyscall] is no area of a process."""
    counts = dict.fromkeys(("total_vm", "exec_vm", "stack_vm", "data_vm"), 0)
    for vma in areas:
        if vma.name == "[vsyscall]":
            continue
        npages = vma.length // PAGE
        counts["total_vm"] += npages
        if "x" in vma.prot and "w" not in vma.prot and not vma.grows_down:
            counts["exec_vm"] += npages
        elif vma.grows_down:
            counts["stack_vm"] += npages
        elif "w" in vma.prot and not vma.shared:
            counts["data_vm"] += npages
    return counts


def _resident(process):
    """{file, anon, shmem: frames}: as resident_pages, the page of zeros not counted."""
    frames = dict(file=0, anon=0, shmem=0)
    for pte in process.mappings.each(0, process.user_end):
        page = process.mappings.page(pte)
        if pte.state == "huge":
            frames["anon"] += 512
        elif page:
            file = page.file and page.file[0]
            frames["anon" if not file else "shmem" if file.dev == "00:01" else "file"] += 1
    return frames


def area_fields(vma):
    """The fields of one area's vm_area_struct -> tuple of Field."""
    instance("vma", vma, Vma)
    for name in ("start", "end", "offset"):
        whole(f"the {name} of vma", getattr(vma, name), 0, WORD_MASK)
    rights("the prot of vma", vma.prot)
    instance("the name of vma", vma.name, str)
    flags = [
        name
        for name, is_set in (
            ("VM_READ", "r" in vma.prot),
            ("VM_WRITE", "w" in vma.prot),
            ("VM_EXEC", "x" in vma.prot),
            ("VM_SHARED", vma.shared),
            ("VM_GROWSDOWN", vma.grows_down),
            ("VM_HUGEPAGE", vma.huge),
        )
        if is_set
    ]
    special = vma.name.startswith("[v")  # [vdso], [vvar]: pages of the kernel's, numbered from 0
    pgoff = (vma.offset if vma.inode else 0 if special else vma.start) // PAGE
    return _rows(
        "vm_area_struct",
        ("vm_start", vma.start, "its first address"),
        ("vm_end", vma.end, "one past its last address"),
        ("vm_flags", " | ".join(flags) or "0", "what may be done here"),
        ("vm_pgoff", pgoff, "its first page's number in the file; without one: its address / 4096"),
        ("vm_file", vma.name if vma.inode else None, "the file behind it; none: anonymous memory"),
    )

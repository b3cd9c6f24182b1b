"""Floor 1, virtual memory: what the kernel and the MMU do.

overlay         programs larger than memory, by plan; overlay_paging: the same program without one
segments        base and bounds, segments: one large piece, then a few
bits, scheme    what an entry's bits mean, how an address is cut; formats: those of real machines
memory, paging  frames of bytes, page tables in them, the walk
tlb, mmu        translations kept, made and refused (access, faults); bulk: many at once
policies        which page goes when memory is full; replacement: step by step; strings: at once
references      reference strings as people write them; traces: files of them, of one's own
curves          faults for every memory size, working sets, Belady's anomaly
vma             areas of addresses, merged and cut; files, program: what may lie behind them
address_space   which addresses a process may use: mmap, mprotect, brk; layouts: where parts lie
machine         frames, swap, eviction (frames, mappings: who maps what; hugepages)
process         an address space that reads, writes, forks; pagefault: the handler; signals
structs         the kernel's names for all this: task_struct, mm_struct, vm_area_struct
procfs          the real kernel: areas, pages and faults of a live process, in the same types
"""

from importlib import import_module

from memkit.vm.address_space import AddressSpace
from memkit.vm.faults import Fault, GeneralProtection, PageFault, SegmentFault
from memkit.vm.files import File
from memkit.vm.formats import SV39, X86_32, X86_64, X86_64_LA57, X86_PAE
from memkit.vm.machine import Machine, MachineState
from memkit.vm.mappings import PageInfo
from memkit.vm.memory import OutOfFrames, PhysicalMemory
from memkit.vm.mmu import MMU, Translation, effective_access_time
from memkit.vm.overlay import IllegalCall, Module, Overlay
from memkit.vm.overlay_paging import compare_with_paging, run_paged
from memkit.vm.paging import PageTable, WalkStep
from memkit.vm.policies import POLICIES
from memkit.vm.process import Process, ProcessState, Stats
from memkit.vm.procfs import (
    fault_counts,
    parse_maps,
    parse_smaps,
    read_maps,
    read_pagemap,
    read_smaps,
    touch_fresh_pages,
)
from memkit.vm.program import PROGRAMS, Program
from memkit.vm.replacement import Access, ResidentSet
from memkit.vm.scheme import PagingScheme, TableSize
from memkit.vm.segments import BaseAndBounds, Segment, Segmentation
from memkit.vm.signals import Signal
from memkit.vm.structs import Field, area_fields, kernel_fields
from memkit.vm.tlb import TLB, TLBEntry
from memkit.vm.vma import AlreadyMapped, OutOfMemory, Vma

# Whole reference strings at once. These need numpy, and are imported when they are asked for.
AT_ONCE = {
    "strings": ("Counts", "simulate"),
    "curves": ("belady_anomalies", "miss_curve", "stack_distances", "working_set"),
    "traces": ("PageTrace", "read_trace"),
}


def __getattr__(name):
    for module, names in AT_ONCE.items():
        if name in names:
            return getattr(import_module(f"memkit.vm.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "Access",
    "AddressSpace",
    "AlreadyMapped",
    "BaseAndBounds",
    "Counts",
    "Fault",
    "Field",
    "File",
    "GeneralProtection",
    "IllegalCall",
    "MMU",
    "Machine",
    "MachineState",
    "Module",
    "OutOfFrames",
    "OutOfMemory",
    "Overlay",
    "POLICIES",
    "PROGRAMS",
    "PageFault",
    "PageInfo",
    "PageTable",
    "PageTrace",
    "PagingScheme",
    "PhysicalMemory",
    "Process",
    "ProcessState",
    "Program",
    "ResidentSet",
    "SV39",
    "Segment",
    "SegmentFault",
    "Signal",
    "Segmentation",
    "Stats",
    "TLB",
    "TLBEntry",
    "TableSize",
    "Translation",
    "Vma",
    "WalkStep",
    "X86_32",
    "X86_64",
    "X86_64_LA57",
    "X86_PAE",
    "area_fields",
    "belady_anomalies",
    "compare_with_paging",
    "effective_access_time",
    "fault_counts",
    "kernel_fields",
    "miss_curve",
    "parse_maps",
    "parse_smaps",
    "read_maps",
    "read_pagemap",
    "read_smaps",
    "read_trace",
    "run_paged",
    "simulate",
    "stack_distances",
    "touch_fresh_pages",
    "working_set",
]

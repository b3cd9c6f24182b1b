"""Floor 1: virtual memory, from overlays to page tables and the MMU."""

from memkit.vm.faults import Fault, GeneralProtection, PageFault, SegmentFault
from memkit.vm.formats import SV39, X86_32, X86_64, X86_64_LA57, X86_PAE
from memkit.vm.memory import OutOfFrames, PhysicalMemory
from memkit.vm.mmu import MMU, Translation, effective_access_time
from memkit.vm.overlay import IllegalCall, Module, Overlay
from memkit.vm.overlay_paging import compare_with_paging, run_paged
from memkit.vm.paging import PageTable, WalkStep
from memkit.vm.scheme import PagingScheme, TableSize
from memkit.vm.segments import BaseAndBounds, Segment, Segmentation
from memkit.vm.tlb import TLB, TLBEntry

__all__ = [name for name in dir() if not name.startswith("_")]

"""The formats of real machines, each with its source.

Intel SDM vol. 3A chapter 4; RISC-V privileged specification, "Sv39". Tables carry Linux's names:
PGD (top), P4D, PUD, PMD, PTE.
"""

from memkit.vm.bits import X86_BITS
from memkit.vm.scheme import PagingScheme


def _long(index_bits, reserved, name, names):
    """An x86 format of 8-byte entries: the frame in bits 12 to 51, NX in bit 63."""
    return PagingScheme(
        index_bits, 12, 8, **X86_BITS, no_execute=63, pfn=12, pfn_bits=40, reserved=reserved,
        canonical=len(index_bits) > 3, names=names, name=name,
    )  # fmt: skip


_PS, _52_62 = 1 << 7, ((1 << 11) - 1) << 52
# SDM 4.3, table 4-4 to 4-6.
X86_32 = PagingScheme(
    (10, 10), 12, 4, **X86_BITS, pfn=12, pfn_bits=20, names=("PGD", "PTE"), name="x86-32"
)
# SDM 4.4: a PDPTE has neither rights nor A (bits 1, 2, 5-8 and 63 reserved); 52-62 always are.
X86_PAE = _long(
    (2, 9, 9), (0x1E6 | _52_62 | 1 << 63, _52_62, _52_62), "x86 PAE", ("PGD", "PMD", "PTE")
)
# SDM 4.5: PS must be 0 in a PML4E (table 4-15) and in a PML5E; a PDPTE may map 1 GiB, a PDE 2 MiB.
X86_64 = _long((9, 9, 9, 9), (_PS, 0, 0, 0), "x86-64", ("PGD", "PUD", "PMD", "PTE"))
X86_64_LA57 = _long(
    (9, 9, 9, 9, 9), (_PS, _PS, 0, 0, 0), "x86-64 LA57", ("PGD", "P4D", "PUD", "PMD", "PTE")
)
# RISC-V privileged specification, Sv39: V R W X U G A D in bits 0-7, ppn in 10-53, 54-63 must be 0
# (without Svnapot and Svpbmt); A and D are set by the hardware (Svadu).
SV39 = PagingScheme(
    (9, 9, 9), 12, 8, present=0, readable=1, writable=2, executable=3, user=4, global_=5,
    accessed=6, dirty=7, pfn=10, pfn_bits=44, reserved=(0x3FF << 54,) * 3, canonical=True,
    names=("level 2", "level 1", "level 0"), name="Sv39",
)  # fmt: skip

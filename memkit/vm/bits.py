"""The flags of an entry: their names, what they do, and where x86 keeps them.

flag        x86   Sv39   meaning
present       0      0   the entry counts; otherwise all other bits are the system's own (V)
readable      -      1   loads allowed (R)
writable      1      2   stores allowed (R/W; W)
executable    -      3   fetches allowed (X)
user          2      4   user mode allowed (U/S; U)
accessed      5      6   set by the hardware when a walk uses the entry (A)
dirty         6      7   set by the hardware when the page is written; leaf only (D)
page_size     7      -   upper levels: this entry maps a huge page (PS)
global_       8      5   TLBs keep the translation when the address space changes; leaf only (G)
pat          12      -   in a huge page, where PAT lies: it is no part of the frame number
no_execute   63      -   fetches refused (XD, AMD: NX); 8-byte entries only

x86: Intel SDM vol. 3A, 4.3 tables 4-4 to 4-6, 4.4 tables 4-8 to 4-11, 4.5 tables 4-14 to 4-20.
Sv39: RISC-V privileged specification, figure "Sv39 page table entry". OSTEP (chapters 18 and 20)
has one flag, valid, in the top bit.
"""

FLAGS = (
    "present", "readable", "writable", "executable", "user", "accessed",
    "dirty", "global_", "no_execute", "page_size", "pat",
)  # fmt: skip
RIGHTS = ("readable", "writable", "executable", "user")
X86_BITS = dict(
    present=0, writable=1, user=2, accessed=5, dirty=6, page_size=7, global_=8, pat=12
)  # fmt: skip


def usual_bits(levels, offset_bits, pte_bytes):
    """Bit positions for a scheme that names none: x86's from 4 bytes on, OSTEP's below."""
    width = 8 * pte_bytes
    if pte_bytes < 4:
        return dict(present=width - 1, pfn=0, pfn_bits=width - 1)
    low = max(12, offset_bits)
    bits = dict(X86_BITS, pfn=low, pfn_bits=min(52, width) - low)
    if levels == 1:
        del bits["page_size"]
    if levels == 1 or offset_bits != 12:
        del bits["pat"]
    return bits if width == 32 else dict(bits, no_execute=63)

"""How the hardware refuses an address.

Page-fault error code (Intel SDM vol. 3A, 4.7, figure 4-12; Linux arch/x86/include/asm/trap_pf.h):
bit  0 P     0: an entry was not present, 1: the entries were there but forbid the access
     1 W     the access was a write
     2 U     it came from user mode
     3 RSVD  an entry has a bit set that must be 0 (P is then 1 too)
     4 I     it was an instruction fetch (only where pages can be no-execute)
RISC-V has no such code: its causes 12, 13 and 15 (fetch, load, store) only say what was tried.
memkit describes faults of every scheme by the x86 code.
"""

CODE_BITS = {"P": 1, "W": 2, "U": 4, "RSVD": 8, "I": 16}


class Fault(Exception):
    """The hardware refuses an address. `va` is the address."""

    def __init__(self, va, words):
        super().__init__(words)
        self.va = va


class GeneralProtection(Fault):
    """#GP: the address is not canonical (SDM vol. 1, 3.3.7.1). It is not a page fault."""


class PageFault(Fault):
    """#PF at `va` with an x86 `error_code`; `steps` are the entries that the walk read."""

    def __init__(self, va, error_code, reason="", steps=()):
        self.error_code = error_code
        self.reason = reason
        self.steps = tuple(steps)
        words = f"page fault at {va:#x}, error code {error_code} ({self.names})"
        super().__init__(va, f"{words}: {reason}" if reason else f"{words}.")

    @property
    def names(self):
        """The code in letters, as in "P W U"; without P an entry was not present."""
        return " ".join(n for n, bit in CODE_BITS.items() if self.error_code & bit) or "none set"


class SegmentFault(Fault):
    """An address outside its segment's limit, or a use that the segment forbids (OSTEP ch. 16)."""

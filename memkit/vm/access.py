"""Who may do what with a page: the rights that a walk finds, and why an access is refused.

Intel SDM vol. 3A, 4.6: a write needs W, user mode U, a fetch NX = 0, in the entries of every level;
a supervisor's write too (CR0.WP = 1). RISC-V privileged specification, "Virtual address translation
process": only the leaf's R, W, X, U count, and a supervisor may not fetch from a user page.
"""

from typing import NamedTuple

from memkit.vm.tlb import TLBEntry


class Rights(NamedTuple):
    readable: bool
    writable: bool
    executable: bool
    user: bool


def rights_of(scheme, steps):
    """The Rights that a finished walk grants. What a format has no flag for is allowed."""
    rows = steps if scheme.readable is None else steps[-1:]

    def everywhere(flag):
        for step in rows:
            if scheme.at(step.level, flag) & ~step.entry:
                return False
        return True

    executable = everywhere("executable") and not any("no_execute" in step.bits for step in rows)
    return Rights(everywhere("readable"), everywhere("writable"), executable, everywhere("user"))


def forbidden(rights, scheme, write, user, fetch):
    """Why `rights` (Rights or a TLBEntry) refuse an access, in words; None if they allow it."""
    if user and not rights.user:
        return "is for the supervisor only"
    if fetch and not user and rights.user and scheme.readable is not None:
        return "is for users, where a supervisor may not fetch"
    if fetch:
        return None if rights.executable else "forbids execution"
    if write:
        return None if rights.writable else "is read-only"
    return None if rights.readable else "forbids reading"


def tlb_entry(scheme, asid, va, steps, dirty=False):
    """What a TLB keeps of a finished walk. `dirty`: the access is a write."""
    leaf, bits = steps[-1], scheme.shifts[steps[-1].level]
    tops = steps if scheme.readable is not None else steps[-1:]  # RISC-V: G above the leaf counts
    return TLBEntry(
        asid,
        va >> bits,
        bits,
        leaf.pfn << scheme.offset_bits,
        *rights_of(scheme, steps),
        global_=any("global_" in step.bits for step in tops),
        dirty=dirty or "dirty" in leaf.bits or scheme.dirty is None,
    )


def marks_accessed(scheme, step):
    """Does the hardware set A in this entry when a walk uses it? RISC-V: in leaves only."""
    return scheme.readable is None or step.kind == "page"

"""What a process gets for an access that the kernel will not serve.

SIGSEGV  MAPERR (1): nothing is mapped there; ACCERR (2): mapped, but not for that;
         SI_KERNEL (128): the CPU refused the address itself (#GP), so nobody knows which it was
SIGBUS   ADRERR (2): mapped, but the file ends before it

Source: Linux arch/x86/mm/fault.c (do_user_addr_fault, access_error, sanitize_error_code); signal
and code as delivered on Linux 6.18.
"""

from memkit.vm.faults import CODE_BITS, Fault

PAGE_FAULT, GENERAL_PROTECTION = 14, 13
CODES = {"MAPERR": 1, "ACCERR": 2, "ADRERR": 2, "SI_KERNEL": 128}


class Signal(Fault):
    """Ends a real process that does not catch it; here nothing has changed, and it lives on.

    signal "SIGSEGV" or "SIGBUS", si_code, trap (CPU exception), error_code, va; si_addr is None
    where the CPU did not tell.
    """

    def __init__(self, name, reason, va, error_code, why):
        self.signal, self.reason, self.error_code = name, reason, error_code
        self.si_code = CODES[reason]
        self.trap = GENERAL_PROTECTION if reason == "SI_KERNEL" else PAGE_FAULT
        self.si_addr = None if reason == "SI_KERNEL" else va
        super().__init__(va, f"{name} ({reason}): {why}.")


def refusal(space, va, write, fetch, present):
    """The Signal for an access from user mode that `space` does not allow, or None.

    present: the entry was there, so the hardware looked at its rights (bit P of the error code)
    """
    scheme = space.scheme
    if not scheme.is_canonical(va):
        return Signal("SIGSEGV", "SI_KERNEL", va, 0, f"{va:#x} is not canonical")
    verb = "write to" if write else "fetch from" if fetch else "read of"
    code = CODE_BITS["U"] | CODE_BITS["W"] * bool(write) | CODE_BITS["P"] * bool(present)
    if fetch and (scheme.no_execute is not None or scheme.executable is not None):
        code |= CODE_BITS["I"]
    if va >= space.user_end:
        code |= CODE_BITS["P"]  # always: nobody shall learn what the kernel has mapped
        return Signal("SIGSEGV", "MAPERR", va, code, f"{verb} the kernel's {va:#x}")
    vma = space.find_vma(va)
    if vma is None:
        if space.stack_reaches(va):
            return None
        return Signal("SIGSEGV", "MAPERR", va, code, f"{verb} {va:#x}, where nothing is mapped")
    if write:
        allowed = "w" in vma.prot
    else:  # x86 cannot forbid reading alone: a first touch in any area that is not --- is served
        allowed = vma.prot != "---" and not (present and fetch and "x" not in vma.prot)
    if not allowed:
        return Signal("SIGSEGV", "ACCERR", va, code, f"{verb} {va:#x}, which is {vma.prot}")
    file = space.files.get((vma.dev, vma.inode))
    if file and vma.offset + va - vma.start >= file.npages * scheme.page_bytes:
        why = f"{verb} {va:#x}, beyond the end of {file.name}"
        return Signal("SIGBUS", "ADRERR", va, code, why)
    return None

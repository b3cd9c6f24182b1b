"""The address space of one process: which ranges of addresses mean anything at all.

mmap   makes an area, munmap takes away, mprotect changes its rights, all in whole pages of 4 KiB
brk    the end of the heap, to the byte; sbrk moves it
hint   an address one would like; the kernel takes it where it is free
stack  grows by page faults, down to its limit and never near another area (expand_stack)

Source: Linux mm/mmap.c and mm/vma.c (a hint is honoured where it is free, else the highest gap
below mmap_base is used; neighbours that are alike are merged; MAP_FIXED replaces; stack_guard_gap)
and Documentation/arch/x86/x86_64/mm.rst.
Unlike the real one: one thread, one stack; no vsyscall page; see also vma.py and layouts.py.
"""

from memkit.checks import (
    PAGE,
    WORD_MASK,
    flag,
    hex,
    instance,
    multiple,
    one_of,
    rights,
    shown,
    size,
    whole,
)
from memkit.trace import Trace
from memkit.vm import layouts
from memkit.vm.files import File, zeros
from memkit.vm.program import checked_program
from memkit.vm.vma import (
    GUARD_GAP,
    AlreadyMapped,
    OutOfMemory,
    Vma,
    VmaList,
    whole_pages,
)

HUGE = 2 << 20  # bytes of a huge page
MIN_ADDR = PAGE  # vm.mmap_min_addr: page 0 stays empty, so that a null pointer faults
COMMIT_LIMIT = 16 << 30  # bytes a process may map writable: memory and swap of a small machine


def checked_offset(offset, file):
    """Where in a file a mapping may begin."""
    try:
        return multiple("offset", offset, PAGE, None if file else PAGE)
    except ValueError:
        raise ValueError(
            f"offset must be a multiple of {PAGE} in a file, 0 without one, not {shown(offset)}."
        ) from None


class AddressSpace:
    """The areas of one process, in order of address. has_memory: can it be written to? A Process
    can, this cannot.

    layout   "x86_64": user addresses below 2^47; "i386": 3 GiB of them; see layouts.py
    limit    bytes that may be mapped writable before mmap raises OutOfMemory
    program  a Program: its text, data, BSS and the kernel's vdso are mapped; None: a stack alone
    seed     moves stack, mappings and heap as Linux randomises them; None: nothing moves
    """

    has_memory = False

    def __init__(self, layout="x86_64", limit=COMMIT_LIMIT, program=None, seed=None):
        checked_program(program)
        start_brk = program and -(-program.end // PAGE) * PAGE
        self.place = layouts.place(layout, start_brk, seed)
        limit = whole("limit", limit, 0, WORD_MASK)
        if program and program.end > self.place.user_end:
            raise ValueError(f"{program.name} does not fit below {hex(self.place.user_end)}.")
        if program and not any("x" in segment.prot for segment in program.segments):
            raise ValueError("program must have a segment that can be executed, and it has none.")
        self.layout, self.limit, self.program = layout, limit, program
        self.user_end, self.mmap_base = self.place.user_end, self.place.mmap_base
        self.start_brk = self._brk = self.place.start_brk
        self.trace = Trace(self)
        self.files = {}  # (dev, inode) -> File, of mapped ones
        top = self.place.stack_top
        self.areas = VmaList([Vma(top - layouts.FRESH_STACK, top, "rw-", "[stack]")])
        if program:
            self.files[program.dev, program.inode] = program.file()
            for area in program.areas():
                self.areas.insert(area)
            for name, npages, prot in (
                ("[vdso]", 2, "r-x"),
                ("[vvar_vclock]", 2, "r--"),
                ("[vvar]", 4, "r--"),
            ):
                self.mmap(npages * PAGE, prot=prot, name=name)

    @property
    def vmas(self):
        """The areas as a tuple of Vma, lowest address first."""
        return tuple(map(self._named, self.areas.areas))

    def snapshot(self):
        return self.vmas

    def maps(self):
        """The areas as text, as the kernel prints them."""
        return "".join(f"{vma}\n" for vma in self.vmas)

    def find_vma(self, address):
        """The area that holds `address`, or None."""
        vma = self.areas.find(whole("address", address, 0, WORD_MASK))
        return vma and self._named(vma)

    def _named(self, vma):
        """What lies between start_brk and brk is the heap, whoever mapped it (show_map_vma)."""
        if vma.start < self._brk and vma.end > self.start_brk and not (vma.name or vma.inode):
            return vma._replace(name="[heap]")
        return vma

    def mmap(
        self, length, addr=None, prot="rw-", fixed=False, name="", replace=True,
        shared=False, file=None, offset=0,
    ):  # fmt: skip
        """Map `length` bytes (rounded up to pages); returns the address.

        addr   a hint (0 is none), or with fixed=True the place, whatever was there
        prot   "rw-" for memory, "---" to reserve addresses only
        replace=False: fixed, but AlreadyMapped where anything is there (MAP_FIXED_NOREPLACE)
        file   a File to map from byte `offset` (whole pages) on; None: memory that begins as zero
        shared=True: what is written is seen by all who map it, and reaches the file
        Raises ValueError for a bad argument, OutOfMemory where the limit or the addresses end.
        """
        length = whole_pages(length)
        rights("prot", prot)
        fixed, replace, shared = (
            flag("fixed", fixed),
            flag("replace", replace),
            flag("shared", shared),
        )
        instance("name", name, str)
        if addr is not None:
            addr = self._checked_address(addr)
        elif fixed:
            raise ValueError("fixed=True needs an addr.")
        if fixed and addr < MIN_ADDR:
            raise ValueError("fixed=True cannot take page 0: it stays empty for null pointers.")
        if not fixed and not replace:
            raise ValueError("replace=False needs fixed=True: a hint never replaces anything.")
        instance("file", file, File, None)
        offset = checked_offset(offset, file)
        start = addr if fixed else self._choose(length, addr, aligned=not file and not shared)
        if start is None or start + length > self.user_end:
            raise OutOfMemory(
                f"no room for {size(length)} in the {size(self.user_end)} of user addresses."
            )
        end = start + length
        if fixed and not replace and self.areas.mapped_bytes(start, end):
            raise AlreadyMapped(f"something is mapped in {size(length)} at {hex(start)} already.")
        if not file if shared else "w" in prot:
            self._charge(length - self._charged_bytes(start, end))
        if shared and not file:
            file = zeros(length)
        area = Vma(start, end, prot, name, shared)
        if file:
            self.files[file.dev, file.inode] = file
            area = Vma(start, end, prot, file.name, shared, offset, file.dev, file.inode)
        if fixed:
            self._take_away(start, end)
        self.areas.insert(area)
        if self.trace.on:
            verb = "reserves" if prot == "---" else "maps"
            text = f"the kernel {verb} {{size}} at {{at}}: addresses, no memory yet"
            self._tell("mmap", text, start, length, prot=prot, name=area.name)
        return start

    def munmap(self, addr, length):
        """Take away whatever is mapped in [addr, addr + length); areas are cut where needed."""
        addr, length = self._checked_address(addr), whole_pages(length)
        if addr + length > self.user_end:
            raise ValueError(f"addr + length must not pass the end of all, {hex(self.user_end)}.")
        self._take_away(addr, addr + length)
        if self.trace.on:
            self._tell("munmap", "the kernel unmaps {size} at {at}", addr, length)

    def mprotect(self, addr, length, prot):
        """Change the rights of [addr, addr + length); areas are cut and merged where needed.

        OutOfMemory at the first page that is not mapped; as in Linux, what lies before it has
        changed by then.
        """
        addr, length = self._checked_address(addr), whole_pages(length)
        rights("prot", prot)
        at, end = addr, addr + length
        for vma in list(self.areas.overlapping(addr, end)):
            if vma.start > at:
                break
            upto = min(vma.end, end)
            if vma.prot != prot:
                part = vma.part(at, upto).with_prot(prot)
                if part.accounted and not vma.accounted:
                    self._charge(upto - at)
                self.areas.change(part)
                self._rights_change(part)
            at = upto
        if self.trace.on and at > addr:
            text = "the kernel makes {size} at {at} {prot}"
            self._tell("mprotect", text, addr, at - addr, prot=prot)
        if at < end:
            raise OutOfMemory(f"nothing is mapped at {hex(at)}.")

    def brk(self, addr=None):
        """Move the end of the heap to `addr` (to the byte); returns the end. None: only ask."""
        if addr is None:
            return self._brk
        addr = whole("addr", addr, self.start_brk)
        old, new = (-(-end // PAGE) * PAGE for end in (self._brk, addr))
        if new > old:
            above = self.areas.neighbours(old)[1]
            room = above.start - (GUARD_GAP if above.grows_down else 0) if above else self.user_end
            if new + PAGE > room or self.areas.find(old):
                raise OutOfMemory(
                    f"the heap cannot grow to {shown(addr)}: something is in its way."
                )
            self._charge(new - old)
            self.areas.insert(Vma(old, new, "rw-"), self.start_brk)
        elif new < old:
            if not self.areas.mapped_bytes(new, old):
                raise OutOfMemory(f"the heap cannot shrink to {hex(addr)}: nothing is above it.")
            self._take_away(new, old)
        self._brk = addr
        if self.trace.on:
            self.trace.emit("brk", "the heap now ends at {at}", addr=addr, at=hex(addr))
        return addr

    def sbrk(self, increment=0):
        """Move the end of the heap by `increment` bytes; returns the OLD end, as libc does."""
        old = self._brk
        increment = whole("increment", increment, self.start_brk - old)
        if increment:
            self.brk(old + increment)
        return old

    def stack_reaches(self, address):
        """May the stack grow down to `address`? Within 8 MiB, its guard gap of 1 MiB free."""
        address = whole("address", address, 0, WORD_MASK)
        start = address // PAGE * PAGE
        below, above = self.areas.neighbours(address)
        if above is None or not above.grows_down or (below and address < below.end):
            return False
        if below and below.prot != "---" and start - below.end < GUARD_GAP:
            return False
        return start >= MIN_ADDR and self.place.stack_top - start <= layouts.STACK_LIMIT

    def expand_stack(self, address):
        """An access below the stack: let it grow down to that page, or not -> did it?"""
        if not self.stack_reaches(address):
            return False
        start, above = address // PAGE * PAGE, self.areas.neighbours(address)[1]
        self._charge(above.start - start)
        self.areas.carve(above.start, above.end)
        self.areas.insert(above._replace(start=start))
        if self.trace.on:
            text = "the stack grows by {size}: it now begins at {at}"
            self._tell("stack", text, start, above.start - start)
        return True

    def madvise(self, addr, length, advice="dontneed"):
        """Advice on a mapped range. "dontneed": the areas stay, the memory may go; "hugepage":
        use huge pages here where the hardware can.

        OutOfMemory if a part of it is not mapped; as in Linux, the rest has followed the advice.
        """
        addr, length = self._checked_address(addr), whole_pages(length)
        one_of("advice", advice, ("dontneed", "hugepage"))
        end = addr + length
        mapped = self.areas.mapped_bytes(addr, end)
        if advice == "hugepage":
            for vma in list(self.areas.overlapping(addr, end)):
                if not vma.huge:
                    part = vma.part(max(addr, vma.start), min(end, vma.end))
                    self.areas.change(part._replace(huge=True))
        elif mapped:
            self._memory_goes(addr, end)
            if self.trace.on:
                text = "the kernel takes back the memory of {size} at {at}; the addresses stay"
                self._tell("madvise", text, addr, mapped)
        if mapped < length:
            raise OutOfMemory(f"{size(length)} at {hex(addr)} are not all mapped.")

    # -- what a Process adds: here there are addresses, and no memory behind them

    def _memory_goes(self, start, end, tables=False):
        """The memory behind [start, end) is not needed any more; tables: nor page tables for it."""

    def _rights_change(self, vma):
        """The pages of `vma` have new rights."""

    # -- how it is done

    def _take_away(self, start, end):
        self.areas.carve(start, end)
        self._memory_goes(start, end, tables=True)

    def _tell(self, event, text, addr, length, **more):
        words = dict(size=size(length), at=hex(addr), **more)
        self.trace.emit(event, text, addr=addr, length=length, **words)

    def _charge(self, length):
        """OutOfMemory if `length` more writable bytes would pass the limit."""
        writable = self._charged_bytes(0, self.user_end)
        if writable + length > self.limit:
            raise OutOfMemory(
                f"mapping {size(length)} more would pass the limit of {size(self.limit)}: "
                f"{size(writable)} are mapped writable."
            )

    def _charged_bytes(self, start, end):
        return self.areas.mapped_bytes(start, end, lambda vma: vma.accounted or vma.in_memory)

    def _checked_address(self, addr):
        return multiple("addr", addr, PAGE, self.user_end)

    def _choose(self, length, hint, aligned):
        """The hint where it is free, else the highest gap below mmap_base; None: there is none.

        aligned    may huge pages come to lie there? Where whole ones do, they decide: a 64-bit
                   kernel takes a gap longer by one, and the highest boundary in it (since 6.7)
        """
        if (
            hint
            and hint + length <= self.user_end
            and not self.areas.mapped_bytes(hint, hint + length)
        ):
            above = self.areas.neighbours(hint)[1]
            if not (above and above.grows_down and hint + length > above.start - GUARD_GAP):
                return hint
        if aligned and not hint and length % HUGE == 0 and self.user_end > 1 << 32:
            at = self.areas.highest_gap(length + HUGE, self.mmap_base, MIN_ADDR)
            if at is not None:
                return at + (-at % HUGE or HUGE)
        return self.areas.highest_gap(length, self.mmap_base, MIN_ADDR)

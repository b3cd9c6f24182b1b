"""The doctor: runs a program's mallocs, frees, reads and writes, and names what is wrong with them.

shadow      for each byte of each block one letter: r red zone, u never written, i written, f freed
red zone    bytes before and behind each block that nobody may touch: what lies there is overflow
quarantine  freed blocks wait here before the allocator has them back, so that they are not reused
            at once and a dangling pointer is known for what it is
roots       pointers a program still holds at its end; a block that no root leads to is a leak
at          where in the program: a line number, or a label of your own

It wraps any allocator with malloc and free (FreeList, PtMalloc, TCMalloc), or a GoHeap, where
memory comes zeroed, nothing can be freed, and what nothing points to is the collector's.
A wrong access or free is reported and not done: nothing is harmed, whatever the program does.

Source: AddressSanitizer (red zones, quarantine, shadow), LeakSanitizer (what counts as a leak),
MemorySanitizer (copying what was never written is no mistake, using it is); LLVM compiler-rt.
Unlike the real one: a shadow letter for each byte, not for 8; what was freed is remembered until
its place is used again; an access that jumps from one block over its red zone into another block
is not noticed, here as there.
"""

from collections import deque
from typing import NamedTuple

from memkit.checks import WORD, WORD_MASK, hex, listed, shown, size, whole
from memkit.malloc.doctor import report
from memkit.malloc.doctor.report import Report
from memkit.malloc.doctor.shadow import FREED, INIT, UNINIT, Block, Blocks
from memkit.trace import Trace

ALIGN = 16
LARGEST = 64 << 20  # bytes; of each block the doctor keeps all
HEADER = 16  # an allocator's own bytes between two blocks
WINDOW = 8  # bytes of shadow that a report shows before the address, and twice as many behind


class DoctorState(NamedTuple):
    """The doctor's view at one moment; equal views have equal states."""

    blocks: tuple  # BlockState, by ascending address; freed ones as long as they are remembered
    quarantine: tuple  # addresses, the next to leave first
    reports: tuple


def _address(name, a):
    """A pointer as an int, 0 for None."""
    return 0 if a is None else whole(name, a, 0, WORD_MASK)


class Doctor:
    """A program's memory under observation, over an allocator. `reports`: what was found so far.

    redzone     bytes on either side of a block, a multiple of 16
    quarantine  bytes of freed blocks kept from the allocator
    """

    def __init__(self, allocator, redzone=16, quarantine=64 << 10):
        self._collected = hasattr(allocator, "mallocgc")
        if not self._collected and not (
            hasattr(allocator, "malloc") and hasattr(allocator, "free")
        ):
            what = type(allocator).__name__
            raise ValueError(f"allocator must have malloc and free, or mallocgc, not be {what}.")
        self.redzone = whole("redzone", redzone, ALIGN, 1 << 20)
        if self.redzone % ALIGN:
            raise ValueError(f"redzone must be a multiple of {ALIGN} bytes, not {redzone}.")
        self.limit = whole("quarantine", quarantine)
        self.allocator = allocator
        self.reports = []
        self.trace = Trace(self)
        self._blocks = Blocks()
        self._quarantine = deque()
        self._quarantined = 0
        self._known = set()  # what has been reported is not reported again from the same place
        self._steps = 0

    # -- the program's verbs

    def malloc(self, n, at=None):
        """A block of `n` bytes; its address, None where the allocator has no more."""
        return self._new(
            whole("n", n, 0, WORD_MASK), self._place(at), INIT if self._collected else UNINIT
        )

    def calloc(self, count, nbytes=1, at=None):
        """A block of `count` times `nbytes` zero bytes; its address, or None."""
        n = whole("count", count) * whole("nbytes", nbytes)
        return self._new(n, self._place(at), INIT)

    def realloc(self, a, n, at=None):
        """Move the block at `a` to one of `n` bytes, with its contents; its address, or None."""
        a, n = _address("a", a), whole("n", n, 0, WORD_MASK)
        place = self._place(at)
        if not a:
            return self._new(n, place, UNINIT)
        old = self._freeable(a, place, "reallocs")
        address = self._new(n, place, UNINIT) if old is not None else None
        if address is not None:
            self._move(self._blocks.at(address), address, old, old.address, min(n, old.size))
            self._retire(old, place)
        return address

    def free(self, a, at=None):
        """Free the block at `a`; None and 0 are no blocks: nothing happens."""
        a, place = _address("a", a), self._place(at)
        block = self._freeable(a, place, "frees") if a else None
        if block is not None:
            self._retire(block, place)

    def read(self, a, n=1, at=None):
        """The `n` bytes at `a`, or as many as there are; a dangling pointer reads the old ones."""
        a, n = _address("a", a), whole("n", n, 0, WORD_MASK)
        place = self._place(at)
        block, inside = self._access(a, n, place, "reads")
        if block is None:
            block = self._blocks.at(a or 0)
            where = a - block.address if block is not None else -1
            return bytes(block.data[where : where + n]) if where >= 0 else b""
        cells = block.shadow[block.cells(a, inside)]
        if UNINIT in cells:
            first = a - block.address + cells.index(UNINIT)
            count = cells.count(UNINIT)
            text = report.uninitialised_words(place, a, n, block.state(), first, count)
            self._report("uninitialised read", text, place, a, n, block)
        where = a - block.address
        return bytes(block.data[where : where + inside])

    def write(self, a, data, at=None):
        """Write `data` at `a`: bytes, or an int as a pointer of 8 bytes."""
        a = _address("a", a)
        if not isinstance(data, bytes | bytearray):
            try:
                data = whole("data", data, 0, WORD_MASK).to_bytes(WORD, "little")
            except ValueError:
                raise ValueError(
                    f"data must be bytes or a pointer of 8 bytes, not {shown(data)}."
                ) from None
        block, inside = self._access(a, len(data), self._place(at), "writes")
        if block is not None:
            where = a - block.address
            block.data[where : where + inside] = data[:inside]
            block.shadow[block.cells(a, inside)] = bytes([INIT]) * inside

    def fill(self, a, n, byte=0, at=None):
        """Write `byte` to each of the `n` bytes at `a`, as memset does."""
        a = _address("a", a)
        n, byte = whole("n", n, 0, WORD_MASK), whole("byte", byte, -WORD_MASK, WORD_MASK)
        block, inside = self._access(a, n, self._place(at), "writes")
        if block is not None:
            where = a - block.address
            block.data[where : where + inside] = bytes([byte & 0xFF]) * inside
            block.shadow[block.cells(a, inside)] = bytes([INIT]) * inside

    def copy(self, to, a, n, at=None):
        """Copy `n` bytes from `a` to `to`; bytes never written stay such, and that is allowed."""
        to, a = _address("to", to), _address("a", a)
        n, place = whole("n", n, 0, WORD_MASK), self._place(at)
        source, readable = self._access(a, n, place, "reads")
        target, writable = self._access(to, n, place, "writes")
        if source is not None and target is not None:
            self._move(target, to, source, a, min(readable, writable))

    def end(self, roots=(), at="the end"):
        """The program ends: report what nobody can free any more. Returns those reports.

        roots   addresses that globals still hold. A block is kept if a root points into it, or a
                pointer in a block that is kept.
        """
        roots = [0 if root is None else whole("roots", root) for root in listed("roots", roots)]
        if self._collected:
            return ()
        kept, lost = set(), {}
        while roots:
            block = self._blocks.at(roots.pop())
            if block is not None and block.freed_at is None and block.base not in kept:
                kept.add(block.base)
                roots += (number for _, number in block.words())
        for block in self._blocks:
            if block.freed_at is None and block.base not in kept:
                lost.setdefault(block.at, []).append(block)
        place, first = self._place(at), len(self.reports)
        for blocks in lost.values():
            total = sum(block.size for block in blocks)
            text = report.leak_words([block.state() for block in blocks])
            self._report("leak", text, place, blocks[0].address, total, blocks[0])
        return tuple(self.reports[first:])

    # -- looking at it

    def shadow(self, a, n):
        """One letter for each of the `n` bytes from `a` on."""
        return self._blocks.shadow(whole("a", a, 0, WORD_MASK), whole("n", n, 0, LARGEST))

    def pointers(self):
        """(address, number) of each word in a block that leads into a block, as a tuple."""
        words = (word for block in self._blocks for word in block.words())
        return tuple(word for word in words if self._blocks.at(word[1]) is not None)

    def snapshot(self):
        """The frozen DoctorState of this moment."""
        blocks = tuple(block.state() for block in self._blocks)
        waiting = tuple(block.address for block in self._quarantine)
        return DoctorState(blocks, waiting, tuple(self.reports))

    # -- how it is done

    def _place(self, at):
        if at is not None and not isinstance(at, str):
            at = f"line {whole('at', at, 0, WORD_MASK)}"
        self._steps += 1
        return f"step {self._steps}" if at is None else at

    def _new(self, n, place, fill):
        if n > LARGEST:
            return None
        outer = self.redzone + -(-n // ALIGN) * ALIGN + self.redzone
        take = self.allocator.mallocgc if self._collected else self.allocator.malloc
        base = take(outer)
        while base is None and self._quarantine:
            self._let_go()
            base = take(outer)
        if base is None:
            return None
        block = Block(base, self.redzone, n, outer, place, fill)
        self._blocks.add(block)
        if self.trace.on:
            self._tell("malloc", "{place} allocates {what} at {at}", place, block, n)
        return block.address

    def _freeable(self, a, place, verb):
        """The live block that begins at `a`; None, and a report, where there is none."""
        if self._collected:
            raise ValueError("a Go program frees nothing: its collector does.")
        block = self._blocks.at(a)
        if block is not None and block.freed_at is None and block.address == a:
            return block
        state = block.state() if block is not None else None
        kind, text = report.free_words(place, verb, a, state)
        self._report(kind, text, place, a, 0, block)
        return None

    def _retire(self, block, place):
        """Into quarantine; whoever waits longest leaves it when there are too many."""
        block.freed_at = place
        block.shadow[block.cells(block.address, block.size)] = bytes([FREED]) * block.size
        self._quarantine.append(block)
        self._quarantined += block.outer
        if self.trace.on:
            text = "{place} frees {what} at {at}: it goes into quarantine"
            self._tell("free", text, place, block, block.size)
        while self._quarantined > self.limit:
            self._let_go()

    def _let_go(self):
        block = self._quarantine.popleft()
        block.held = False
        self._quarantined -= block.outer
        self.allocator.free(block.base)
        if self.trace.on:
            text = "{what} at {at} leaves the quarantine: the allocator has it back"
            self._tell("let go", text, block.freed_at, block, block.size)

    def _access(self, a, n, place, verb):
        """(live block, how many of the `n` bytes at `a` lie in it); a report unless all do.

        (None, 0) where the first byte is a wrong one already.
        """
        block = self._blocks.at(a)
        if block is not None and block.freed_at is None and block.address <= a < block.end:
            inside = min(n, block.end - a)
            if inside < n:
                text = report.overflow_words(place, verb, a, n, block.state())
                self._report("overflow", text, place, a, n, block)
            elif self.trace.on:
                text = "{place} " + verb + " {bytes} of {what} at {at}"
                self._tell(verb[:-1], text, place, block, n, a)
            return block, inside
        if n == 0:
            return None, 0
        if block is None or not block.address <= a < block.end:
            block = self._blocks.nearest(a, 2 * self.redzone + HEADER)
        if block is None:
            space = getattr(self.allocator, "space", None)
            mapped = space.find_vma(a) is not None if space is not None else None
            text = report.wild_words(place, verb, a, n, mapped)
            self._report("wild pointer", text, place, a, n, None)
        elif block.freed_at is None:
            text = report.overflow_words(place, verb, a, n, block.state())
            self._report("overflow", text, place, a, n, block)
        else:
            text = report.stale_words(place, verb, a, n, block.state())
            self._report("use after free", text, place, a, n, block)
        return None, 0

    def _move(self, target, to, source, a, n):
        """Copy contents and shadow, as memmove does."""
        start, end = a - source.address, to - target.address
        target.data[end : end + n] = source.data[start : start + n]
        target.shadow[target.cells(to, n)] = source.shadow[source.cells(a, n)]

    def _report(self, kind, text, place, a, nbytes, block):
        known = kind, place, block.base if block is not None else a
        if known in self._known:
            return
        self._known.add(known)
        start = max(a - WINDOW, 0)
        window = start, self._blocks.shadow(start, 3 * WINDOW)
        state = block.state() if block is not None else None
        self.reports.append(Report(kind, text, place, a, nbytes, state, window))
        if self.trace.on:
            self.trace.emit(kind, "{text}", text=text, place=place, address=a, nbytes=nbytes)

    def _tell(self, event, text, place, block, nbytes, address=None):
        address = block.address if address is None else address
        what = f"a block of {size(block.size)}"
        detail = dict(place=place, address=address, nbytes=nbytes, base=block.base)
        self.trace.emit(event, text, what=what, at=hex(address), bytes=size(nbytes), **detail)

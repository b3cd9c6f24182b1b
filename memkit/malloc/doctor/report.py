"""What the doctor writes down: one report a disease, in the words of a sanitizer.

kind    one of DISEASES
words   one sentence: where, what, how far off, and who allocated and freed the block
block   what was allocated where; None where no block is near
shadow  one letter a byte: . no block, r red zone, u never written, i written, f freed

Source: the reports of AddressSanitizer, LeakSanitizer and MemorySanitizer (LLVM compiler-rt).
Unlike the real one: a place in the program is a line or a label, not a call stack.
"""

from typing import NamedTuple

from memkit.checks import hex, plural, size

DISEASES = (
    "leak",
    "use after free",
    "wild pointer",
    "double free",
    "invalid free",
    "overflow",
    "uninitialised read",
)
NULL_PAGE = 4096  # a small offset from a null pointer stays below this


class BlockState(NamedTuple):
    """A block at one moment. Addresses and bytes; `at` and `freed_at` are places."""

    address: int
    size: int
    at: str
    freed_at: str | None
    base: int  # where its first red zone begins
    shadow: str  # from `base` on

    @property
    def end(self):
        return self.address + self.size

    def __str__(self):
        text = f"the {size(self.size)} block that {self.at} allocated"
        return f"{text} and {self.freed_at} freed" if self.freed_at else text


class Report(NamedTuple):
    """One finding."""

    kind: str
    words: str
    at: str
    address: int
    nbytes: int  # read, written or lost; 0 for a free
    block: BlockState | None
    window: tuple  # (address, shadow) of the bytes around

    def __str__(self):
        return self.words

    def details(self):
        """The whole report as text of some lines, with the shadow around the address."""
        lines = [self.words]
        if self.block is not None:
            block = self.block
            lines.append(
                f"  block      {hex(block.address)} to {hex(block.end)}, {size(block.size)}"
            )
            lines.append(f"  allocated  {block.at}")
            if block.freed_at:
                lines.append(f"  freed      {block.freed_at}")
        start, shadow = self.window
        if shadow:
            lines.append(f"  shadow     {hex(start)} {shadow}")
            if start <= self.address < start + len(shadow):
                gap = " " * (len(hex(start)) + 1 + self.address - start)
                lines.append(f"             {gap}^")
            lines.append("             r red zone, u never written, i written, f freed, . no block")
        return "\n".join(lines)


def overflow_words(at, verb, address, nbytes, block):
    """An access of which some bytes lie outside of a live block, near it."""
    head = f"overflow: {at} {verb} {size(nbytes)} at {hex(address)}, "
    if block.address <= address < block.end:
        inside = block.end - address
        tail = (
            f"and only the first {inside} lie in " if inside > 1 else "and only the first lies in "
        )
        return f"{head}{tail}{block}."
    if address >= block.end:
        behind = size(address - block.end) if address > block.end else "right"
        return f"{head}{behind} behind the end of {block}."
    before = size(block.address - address)
    return f"{head}{before} before the start of {block}: where an allocator keeps its header."


def stale_words(at, verb, address, nbytes, block):
    """An access to a block that was freed."""
    where = address - block.address
    into = f"byte {where} of" if 0 <= where < block.size else "beside"
    return f"use after free: {at} {verb} {size(nbytes)} at {hex(address)}, {into} {block}."


def uninitialised_words(at, address, nbytes, block, first, count):
    were = "was never written" if count == 1 else f"were never written ({plural(count, 'byte')})"
    text = (
        f"uninitialised read: {at} reads {size(nbytes)} at {hex(address)}; byte {first} of {block}"
    )
    return f"{text} {were}." if count == 1 else f"{text} and others {were}."


def wild_words(at, verb, address, nbytes, mapped):
    """An access to what is no block. `mapped`: would the kernel allow it? None: not known."""
    text = f"wild pointer: {at} {verb} {size(nbytes)} at {hex(address)}, "
    if 0 <= address < NULL_PAGE:
        return text + "a null pointer: page 0 is never mapped, so this ends the program at once."
    text += "where no block is and none was"
    if mapped is None:
        return text + "."
    return text + (
        "; the page is mapped, so nothing would stop it."
        if mapped
        else "; nothing is mapped there, so this would end the program (SIGSEGV)."
    )


def free_words(at, verb, address, block):
    """(kind, words) of a free, or of a realloc, of what is not the start of a live block."""
    what = f"{at} {verb} {hex(address)}"
    if block is None:
        return "invalid free", f"invalid free: {what}, which no malloc returned."
    if address != block.address:
        where = address - block.address
        into = f"byte {where} of" if 0 <= where < block.size else "beside"
        return "invalid free", f"invalid free: {what}, {into} {block}: only its start can be freed."
    return "double free", f"double free: {what}, {block} already."


def leak_words(blocks):
    """Lost blocks that one place allocated."""
    place, total = blocks[0].at, size(sum(block.size for block in blocks))
    if len(blocks) == 1:
        return f"leak: {total} that {place} allocated were never freed, and nothing points to them."
    text = f"leak: {plural(len(blocks), 'block')} that {place} allocated, {total} in all, "
    return text + "were never freed, and nothing points to them."

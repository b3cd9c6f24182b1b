"""Where a process's parts lie: two kinds of Linux process, with and without randomisation.

user_end      one past the last user address (TASK_SIZE)
kernel_start  the kernel's half begins here: the same in every process, for the kernel only
stack_top     the stack ends here and grows down
mmap_base     mappings are placed downwards from here
start_brk     where the heap begins, if the program does not say it: behind a static program

Source: Linux arch/x86/mm/mmap.c (mmap_base: the gap is the stack's limit, with room for its random
part, at least 128 MiB and at most 5/6 of all), fs/binfmt_elf.c (randomize_stack_top),
arch/x86/kernel/process.c (arch_randomize_brk); /proc/PID/maps of static programs on Linux 6.18.
Unlike the real one: the program itself does not move, as one that is not position independent.
"""

import random
from typing import NamedTuple

from memkit.checks import PAGE, WORD_MASK, one_of, shown, whole
from memkit.vm.vma import GUARD_GAP

STACK_LIMIT = 8 << 20  # RLIMIT_STACK
FRESH_STACK = 0x21000  # 132 KiB: what a program finds as its stack


class Layout(NamedTuple):
    user_end: int
    kernel_start: int
    stack_top: int
    mmap_base: int
    start_brk: int


class Randomness(NamedTuple):
    """How far each part may move: pages as bits of a random number, the heap in bytes."""

    mmap_bits: int
    stack_bits: int
    heap: int


RANDOMNESS = {"x86_64": Randomness(28, 22, 1 << 30), "i386": Randomness(8, 11, 32 << 20)}


def _mmap_base(user_end, moves=0, random_pages=0):
    """`moves`: how far the stack may have moved; 0 without randomisation."""
    gap = STACK_LIMIT + GUARD_GAP + moves
    gap = min(max(gap, 128 << 20), user_end // 6 * 5)
    return (user_end - gap - random_pages * PAGE) // PAGE * PAGE


def _fixed(user_end, kernel_start, start_brk):
    return Layout(user_end, kernel_start, user_end, _mmap_base(user_end), start_brk)


LAYOUTS = {
    "x86_64": _fixed(0x7FFF_FFFF_F000, 0xFFFF_8000_0000_0000, 0x4E_7000),
    "i386": _fixed(0xC000_0000, 0xC000_0000, 0x0812_9000),
}


def place(layout, start_brk=None, seed=None):
    """The Layout of a new process. `start_brk`: where its program ends; seed=None: nothing moves.

    ValueError for an unknown layout or a seed that is no whole number.
    """
    fixed = LAYOUTS[one_of("layout", layout, LAYOUTS)]
    if start_brk is not None:
        fixed = fixed._replace(start_brk=start_brk)
    if seed is None:
        return fixed
    try:
        seed = whole("seed", seed, 0, WORD_MASK)
    except ValueError:
        raise ValueError(f"seed must be a whole number or None, not {shown(seed)}.") from None
    draw, moves = random.Random(seed), RANDOMNESS[layout]
    stack = fixed.stack_top - draw.getrandbits(moves.stack_bits) * PAGE
    base = _mmap_base(
        fixed.user_end, (1 << moves.stack_bits) * PAGE, draw.getrandbits(moves.mmap_bits)
    )
    heap = fixed.start_brk + draw.randrange(moves.heap // PAGE) * PAGE
    return fixed._replace(stack_top=stack, mmap_base=base, start_brk=heap)

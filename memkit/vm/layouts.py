"""Where a process's parts lie: the fixed addresses of two kinds of Linux process.

user_end   one past the last user address (TASK_SIZE)
mmap_base  mappings are placed downwards from here: 128 MiB below the top
start_brk  where the heap begins: just above the program's own data

Source: /proc/PID/maps of static programs on Linux 6.18, randomisation off.
Unlike the real one: no randomisation.
"""

from typing import NamedTuple

PAGE = 4096


class Layout(NamedTuple):
    user_end: int
    stack: tuple[int, int]  # 132 KiB, as a fresh process has
    mmap_base: int
    start_brk: int


LAYOUTS = {
    "x86_64": Layout(
        0x7FFF_FFFF_F000, (0x7FFF_FFFD_E000, 0x7FFF_FFFF_F000), 0x7FFF_F7FF_F000, 0x4E7000
    ),
    "i386": Layout(0xC000_0000, (0xBFFD_F000, 0xC000_0000), 0xB800_0000, 0x0812_9000),
}

"""A program file and what the kernel makes of it: text, data, BSS become areas.

segment  a piece of the file for one range of addresses with one set of rights (PT_LOAD)
text     the machine code, r-x; constants beside it, r--
data     variables with a first value: they come from the file
bss      variables that begin as zero: behind the data, and in no file; memsz - filesz bytes
relro    data that is read-only once the program has begun

Source: the ELF specification; Linux fs/binfmt_elf.c (load_elf_binary, set_brk).
Unlike the real one: static programs only, so there is no loader, and no library is mapped.
"""

from typing import NamedTuple

from memkit.checks import PAGE, WORD_MASK, instance, rights, shown, whole
from memkit.vm.files import File
from memkit.vm.vma import Vma


def _up(address):
    return -(-address // PAGE) * PAGE


class Segment(NamedTuple):
    """`filesz` bytes of the file from `offset` lie at `start`; up to `memsz` zeros follow."""

    start: int
    offset: int
    filesz: int
    memsz: int
    prot: str


class Program(NamedTuple):
    """A static program; relro_end: its writable segment is read-only up to here. dev, inode: the
    file, as maps shows it."""

    name: str
    segments: tuple
    relro_end: int
    dev: str = "08:01"
    inode: int = 1001

    @property
    def end(self):
        """One past the last byte of the last segment: the heap begins in the page above it."""
        return max(segment.start + segment.memsz for segment in self.segments)

    def file(self):
        """The File that the areas map; its bytes are not known here, and read as zero."""
        nbytes = max(segment.offset + segment.filesz for segment in self.segments)
        return File(self.name, nbytes=nbytes, dev=self.dev, inode=self.inode)

    def areas(self):
        """The areas that a process of this program starts with, lowest first."""
        found = []
        for segment in self.segments:
            start, file_end = segment.start, segment.start + segment.filesz
            first, last = start // PAGE * PAGE, _up(file_end)
            place = (self.name, False, segment.offset // PAGE * PAGE, self.dev, self.inode)
            whole = Vma(first, last, segment.prot, *place)
            if "w" in segment.prot and first < self.relro_end:
                found.append(whole.part(first, self.relro_end).with_prot("r--"))
                whole = whole.part(self.relro_end, last)
            found.append(whole)
            if last < _up(start + segment.memsz):
                found.append(Vma(last, _up(start + segment.memsz), segment.prot))
        return found

    def marks(self):
        """The mm_struct fields that exec sets: start_code, end_code, start_data, end_data."""
        code = [s for s in self.segments if "x" in s.prot]
        ends = [s.start + s.filesz for s in self.segments]
        return dict(
            start_code=min(s.start for s in code),
            end_code=max(s.start + s.filesz for s in code),
            start_data=max(s.start for s in self.segments),
            end_data=max(ends),
        )


def checked_program(program):
    """`program`, a Program or None. ValueError if that cannot be loaded."""
    if program is None:
        return None
    if not isinstance(program, Program):
        raise ValueError(f"program must be a Program or None, not {shown(program)}.")
    for name, segments in (("name", program.name), ("dev", program.dev)):
        instance(f"the {name} of program", segments, str)
    whole("the inode of program", program.inode, 0, WORD_MASK)
    whole("the relro_end of program", program.relro_end, 0, WORD_MASK)
    segments = instance("the segments of program", program.segments, tuple, list)
    for segment in segments:
        instance("a segment of program", segment, Segment)
        for name in ("start", "offset", "filesz"):
            whole(f"the {name} of a segment of program", getattr(segment, name), 0, WORD_MASK)
        whole("the memsz of a segment of program", segment.memsz, segment.filesz, WORD_MASK)
        rights("the prot of a segment of program", segment.prot)
    return program


# Small static C programs on Debian 12 (gcc 12.2, glibc 2.36); 1.1 MiB and 0.9 MiB of file.
PROGRAMS = {
    "x86_64": Program(
        "/usr/bin/layout_static",
        (
            Segment(0x400000, 0, 0x1000, 0x1000, "r--"),
            Segment(0x401000, 0x1000, 0x78531, 0x78531, "r-x"),
            Segment(0x47A000, 0x7A000, 0x28000, 0x28000, "r--"),
            Segment(0x4A2000, 0xA1000, 0x6270, 0x44160, "rw-"),
        ),
        relro_end=0x4A6000,
    ),
    "i386": Program(
        "/usr/bin/layout32_static",
        (
            Segment(0x8048000, 0, 0x1000, 0x1000, "r--"),
            Segment(0x8049000, 0x1000, 0x6D9E4, 0x6D9E4, "r-x"),
            Segment(0x80B7000, 0x6F000, 0x32000, 0x32000, "r--"),
            Segment(0x80E9000, 0xA0000, 0x42B8, 0x3F770, "rw-"),
        ),
        relro_end=0x80EC000,
    ),
}

"""The real kernel: what /proc says of a live process, in the types of the model.

maps      the areas of a process, a line each; smaps: the same, and what lies behind each area
pagemap   64 bits for every page: is there a frame, and which; the number is hidden from users
rusage    what the kernel counted for this very process: minflt, majflt
source    of everything read: "live: /proc/self/maps", or "recorded: ..." where there is no /proc
          (macOS, Windows) or it may not be read (some containers)

Source: Linux fs/proc/task_mmu.c, Documentation/filesystems/proc.rst,
Documentation/admin-guide/mm/pagemap.rst; the recording: memkit/data/README.md.
Unlike the real one: a newline in a file's name stays \\012, as the kernel writes it.
"""

import contextlib
import mmap
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np

from memkit import data
from memkit.vm.faults import whole
from memkit.vm.mappings import PageInfo
from memkit.vm.vma import Vma, is_whole

try:
    import resource
except ImportError:  # Windows counts faults too, but not with this call
    resource = None

PROC = Path("/proc")
_PRIVATE = dict(flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) if resource else {}
RECORDED = "pie_x86_64"
RECORDED_WORDS = "recorded: Linux 6.18, a small C program"
AREA = re.compile(
    r"([0-9a-f]+)-([0-9a-f]+) ([r-][w-][x-])([ps]) ([0-9a-f]+) ([0-9a-f]+:[0-9a-f]+) (\d+)"
    r"(?: +(.*))?"
)


class Reading(tuple):
    """A tuple that knows where it comes from: `source`."""

    def __new__(cls, rows, source):
        reading = super().__new__(cls, rows)
        reading.source = source
        return reading


class FaultCounts(NamedTuple):
    """Page faults: minor ones, and major ones, for which something was read from a disk."""

    minor: int
    major: int


class Touched(NamedTuple):
    """`faults` that touching `pages` fresh pages took, and where the number comes from."""

    pages: int
    faults: int
    source: str


# -- text


def parse_maps(text):
    """The lines of /proc/PID/maps as a tuple of Vma; str() of each is its line again."""
    return tuple(_area(line) for line in _lines(text, "maps"))


def parse_smaps(text):
    """The text of /proc/PID/smaps as a tuple of (Vma, dict).

    The dict has the kernel's names: Rss, Pss, Private_Dirty, ... in bytes; VmFlags is a tuple of
    the kernel's two-letter names.
    """
    found = []
    for line in _lines(text, "smaps"):
        name, colon, value = line.partition(":")
        if not (colon and name.replace("_", "").isalnum() and name[0].isupper()):
            found.append((_area(line), {}))
            continue
        if not found:
            raise ValueError(f"smaps must begin with an area, not with {line!r}.")
        vma, numbers = found[-1]
        if name == "VmFlags":
            numbers[name] = tuple(value.split())
            found[-1] = vma._replace(huge="hg" in numbers[name]), numbers
            continue
        number, _, unit = value.strip().partition(" ")
        if number.isdecimal():  # some kernels add words
            numbers[name] = int(number) * (1024 if unit == "kB" else 1)
    return tuple(found)


def _lines(text, name):
    if not isinstance(text, str):
        raise ValueError(f"{name} must be the text of the file, not {type(text).__name__}.")
    return [line for line in text.split("\n") if line]  # other line ends may be part of a name


def _area(line):
    match = AREA.fullmatch(line)
    if not match:
        raise ValueError(f"a line of maps is like {str(Vma(4096, 8192, 'rw-'))!r}, not {line!r}.")
    start, end, prot, sharing, offset, dev, inode, name = match.groups()
    place = int(offset, 16), dev, int(inode)
    return Vma(int(start, 16), int(end, 16), prot, name or "", sharing == "s", *place)


# -- a live process


def read_maps(pid="self"):
    """The areas of a live process -> Reading of Vma. pid: a process number, or "self".

    ValueError for a pid that is none, or that no process has.
    """
    text, source = _text(pid, "maps")
    return Reading(parse_maps(text), source)


def read_smaps(pid="self"):
    """The areas of a live process, and what lies behind each -> Reading of (Vma, dict)."""
    text, source = _text(pid, "smaps")
    return Reading(parse_smaps(text), source)


def read_pagemap(addr, npages=1, pid="self"):
    """What is behind each of `npages` pages from `addr` on -> Reading of PageInfo.

    pfn is None for those who may not know it: all but the administrator. Where pagemap cannot be
    read the Reading is empty and its source says why: nobody has recorded these addresses.
    """
    addr = whole("addr", addr, 0, (1 << 64) - 1)
    if addr % mmap.PAGESIZE:
        raise ValueError(f"addr must be a multiple of {mmap.PAGESIZE}, not {addr:#x}.")
    npages = whole("npages", npages, 0, 1 << 24)
    raw, source = _read(pid, "pagemap", addr // mmap.PAGESIZE * 8, npages * 8)
    entries = np.frombuffer(raw or b"", "<u8").tolist()
    return Reading((_page_info(entry) for entry in entries), source)


def _page_info(entry):
    present = bool(entry >> 63)
    pfn = entry & (1 << 55) - 1 if present else 0
    return PageInfo(present, bool(entry >> 62 & 1), pfn or None, bool(entry >> 56 & 1))


def _text(pid, name):
    raw, source = _read(pid, name)
    if raw is None:
        return getattr(data.maps(RECORDED), name), f"{RECORDED_WORDS} ({source})"
    return raw.decode(errors="backslashreplace"), source


def _read(pid, name, offset=0, nbytes=-1):
    """-> (bytes of a file of the process, source), or (None, why they cannot be had)."""
    if pid != "self" and not (is_whole(pid) and pid > 0):
        raise ValueError(f'pid must be "self" or the number of a process, not {pid!r}.')
    path = PROC / str(pid) / name
    try:
        with path.open("rb") as file:
            file.seek(offset)
            return file.read(nbytes), f"live: {path}"
    except ProcessLookupError:
        raise ValueError(f"there is no process {pid}.") from None
    except FileNotFoundError:
        if (PROC / "self").exists() and not path.parent.exists():
            raise ValueError(f"there is no process {pid}.") from None
        return None, f"there is no {path}"
    except OSError as error:
        return None, f"{path}: {error.strerror}"


# -- faults, counted


def fault_counts():
    """What the kernel has counted for this process so far -> FaultCounts; None on Windows."""
    return _counts("RUSAGE_SELF") if resource else None


def _counts(who):
    usage = resource.getrusage(getattr(resource, who))
    return FaultCounts(usage.ru_minflt, usage.ru_majflt)


def touch_fresh_pages(npages, runs=5):
    """Write one byte to each of `npages` fresh pages of this process, count the faults -> Touched.

    The kernel counts exactly; what else faults meanwhile can only add. So one C loop touches the
    pages, only this thread counts where the system can tell (Linux), and of some `runs` the one
    with the fewest faults is taken. On Windows: the recorded number of the nearest experiment.
    """
    npages, runs = whole("npages", npages, 1, 1 << 16), whole("runs", runs, 1, 1000)
    if resource is None:
        rows = [row for row in data.table("faults") if row["experiment"] == "anon_write_first"]
        row = min(rows, key=lambda row: abs(row["pages"] - npages))
        return Touched(row["pages"], row["minflt"], RECORDED_WORDS)
    who = "RUSAGE_THREAD" if hasattr(resource, "RUSAGE_THREAD") else "RUSAGE_SELF"
    found = min(_touch(npages, who) for _ in range(runs))
    return Touched(npages, found, f"live: getrusage({who})")


def _touch(npages, who):
    ones = b"\1" * npages
    with mmap.mmap(-1, npages * mmap.PAGESIZE, **_PRIVATE) as fresh:
        if hasattr(mmap, "MADV_NOHUGEPAGE"):  # 512 pages would come with one fault
            with contextlib.suppress(OSError):  # a kernel without huge pages refuses the advice
                fresh.madvise(mmap.MADV_NOHUGEPAGE)
        before = sum(_counts(who))
        fresh[:: mmap.PAGESIZE] = ones
        return sum(_counts(who)) - before

"""The real kernel: what /proc says of a live process, in the types of the model.

maps      the areas of a process, a line each; smaps: the same, and what lies behind each area
pagemap   64 bits for every page: is there a frame, and which; the number is hidden from users
rusage    what the kernel counted for this very process: minflt, majflt
source    of everything read: "live: /proc/self/maps", or "recorded: ..." where there is no /proc
          (macOS, Windows) or it may not be read (some containers)

Source: Linux fs/proc/task_mmu.c, Documentation/filesystems/proc.rst,
Documentation/admin-guide/mm/pagemap.rst; the recording: memkit/data/README.md.
Unlike the real one: a newline in a file's name stays \\012, as the kernel writes it.
What a system does not say is left unknown: a name that is missing among the numbers of smaps; of a
Vma, shared and inode None (WSL 1 writes r-x-; other kernels leave columns out).
"""

import contextlib
import mmap
import re
from pathlib import Path
from typing import NamedTuple

from memkit import data
from memkit.checks import multiple, shown, whole
from memkit.vm.mappings import PageInfo
from memkit.vm.vma import Vma

try:
    import resource
except ImportError:  # Windows counts faults too, but not with this call
    resource = None

PROC = Path("/proc")
MOST_PROCESSES = 1 << 22  # pids that Linux has, at most
_PRIVATE = dict(flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) if resource else {}
RECORDED = "pie_x86_64"
RECORDED_WORDS = "recorded: Linux 6.18, a small C program"
AREA = re.compile(
    r"\s*([0-9a-fA-F]+)-([0-9a-fA-F]+)\s+([r-][w-][x-])([ps-])\s+([0-9a-fA-F]+)"
    r"(?:\s+([0-9a-fA-F]+:[0-9a-fA-F]+))?(?:\s+(\d+))?(\s+\S.*|\s*)"
)
NUMBER = re.compile(r"\s*([A-Z]\w*):\s*(.*)")
MOST_DIGITS = 20  # of a number of 64 bits
VALUE = re.compile(rf"(\d{{1,{MOST_DIGITS}}})(?:\s*([a-zA-Z]+))?\s*")
UNITS = {None: 1, "B": 1, "kB": 1 << 10, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}


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
        told = NUMBER.fullmatch(line)
        if not told:
            found.append((_area(line), {}))
            continue
        if not found:
            raise ValueError(f"the text of smaps must begin with an area, not with {shown(line)}.")
        (vma, numbers), (name, value) = found[-1], told.groups()
        if name == "VmFlags":
            numbers[name] = tuple(value.split())
            found[-1] = vma._replace(huge="hg" in numbers[name]), numbers
            continue
        measured = VALUE.fullmatch(value)  # some kernels add words
        if measured and measured[2] in UNITS:
            numbers[name] = int(measured[1]) * UNITS[measured[2]]
    return tuple(found)


def _lines(text, name):
    if not isinstance(text, str):
        raise ValueError(f"text must be that of {name}, not {type(text).__name__}.")
    lines = text.removeprefix("\ufeff").split("\n")  # other line ends may be part of a name
    ended = [line for line in lines[:-1] if line.strip()]
    if ended and all(line.endswith("\r") for line in ended):  # came by Windows
        lines = [line.removesuffix("\r") for line in lines]
    return [line for line in lines if line.strip()]


def _area(line):
    match = AREA.fullmatch(line)
    if not match:
        raise _no_area(line)
    start, end, prot, sharing, offset, dev, inode, rest = match.groups()
    start, end, name = int(start, 16), int(end, 16), _name(rest)
    # A line that ends early is a torn one.
    if not start < end or (not name if inode is None else len(inode) > MOST_DIGITS):
        raise _no_area(line)
    shared = {"s": True, "p": False, "-": None}[sharing]
    inode = None if inode is None else int(inode)
    return Vma(start, end, prot, name, shared, int(offset, 16), dev or "00:00", inode)


def _no_area(line):
    line = line if len(line) <= 120 else line[:120] + "..."
    return ValueError(f"a line of maps is like {str(Vma(4096, 8192, 'rw-'))!r}, not {line!r}.")


def _name(rest):
    """The name behind the columns; blanks at its end are the file's, if it is one."""
    name = rest.lstrip(" \t")
    closed = name.rstrip()
    return closed if closed.endswith("]") and closed.startswith("[") or not closed else name


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
    addr = multiple("addr", addr, mmap.PAGESIZE, 1 << 64)
    npages = whole("npages", npages, 0, 1 << 24)
    raw, source = _read(pid, "pagemap", addr // mmap.PAGESIZE * 8, npages * 8)
    entries = memoryview(raw or b"").cast("Q")
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
    if not isinstance(pid, str) or pid != "self":
        try:
            pid = whole("pid", pid, 1, MOST_PROCESSES)
        except ValueError:
            raise ValueError(
                f'pid must be "self" or the number of a process, not {shown(pid)}.'
            ) from None
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

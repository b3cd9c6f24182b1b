"""/proc, live and recorded: lines parsed and written again, pages and faults of this process."""

import mmap
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memkit import data, vm
from memkit.vm import procfs

LIVE = os.access("/proc/self/maps", os.R_OK)
LINES = {  # as Linux prints them; then what they say
    "555555556000-555555557000 r--p 00002000 fe:00 260131                     /usr/bin/cat":
        (0x555555556000, 0x555555557000, "r--", "/usr/bin/cat", False, 0x2000, "fe:00", 260131),
    "7ffff7ef1000-7ffff7ff7000 rw-p 00000000 00:00 0 ": (0x7FFFF7EF1000, 0x7FFFF7FF7000, "rw-"),
    "b7eef000-b7ef2000 rw-s 00001000 00:01 1002                               /dev/zero (deleted)":
        (0xB7EEF000, 0xB7EF2000, "rw-", "/dev/zero (deleted)", True, 4096, "00:01", 1002),
    "00400000-00401000 r-xp 00000000 103:0000c 18446744073709551615           /tmp/a  b\\012 c ":
        (0x400000, 0x401000, "r-x", "/tmp/a  b\\012 c ", False, 0, "103:0000c", (1 << 64) - 1),
    "7f0000000000-7f0000001000 ---p 00000000 00:00 0                          [anon: a pool ]":
        (0x7F0000000000, 0x7F0000001000, "---", "[anon: a pool ]"),
    "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]":
        (0xFFFFFFFFFF600000, 0xFFFFFFFFFF601000, "--x", "[vsyscall]"),
    # longer than its column: the blank after the inode, and one of padding
    "7f0000000000-7f0000001000 r--p 1234567890abc000 103:0000c 18446744073709551615  /a":
        (0x7F0000000000, 0x7F0000001000, "r--", "/a", False, 0x1234567890ABC000, "103:0000c",
         (1 << 64) - 1),
}  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_a_vma_and_a_vma_is_the_line(line):
    vma = vm.Vma(*LINES[line])
    assert vm.parse_maps(line + "\n") == (vma,)
    assert str(vma) == line


OTHERS = {  # what other systems and other hands make of it; then what it says
    # WSL 1 (microsoft/WSL issue 708; giampaolo/psutil issue 1627): the fourth letter is a dash
    "00400000-01315000 r-x- 00000000 00:00 107598             /usr/bin/node":
        (0x400000, 0x1315000, "r-x", "/usr/bin/node", None, 0, "00:00", 107598),
    "7f6e753c3000-7f6e755c1000 rw-- 00000003 00:00 0 ":
        (0x7F6E753C3000, 0x7F6E755C1000, "rw-", "", None, 3),
    "7ffff7ef1000-7ffff7ff7000 rw-p 00000000 00:00 0 \t  ": (0x7FFFF7EF1000, 0x7FFFF7FF7000, "rw-"),
    "7ffff7ef1000-7ffff7ff7000 rw-p 00000000 00:00 0": (0x7FFFF7EF1000, 0x7FFFF7FF7000, "rw-"),
    "  bffdf000-c0000000 rw-p 00000000 00:00 0   [stack]  ":
        (0xBFFDF000, 0xC0000000, "rw-", "[stack]"),
    "7f00-7f10 rw-p 00000000 00:00 0 [stack:1234]": (0x7F00, 0x7F10, "rw-", "[stack:1234]"),
    "B6F00000-B6F01000 R-xp": None,
    "B6F00000-B6F0A000 r-xp 00001000 B3:1A 77\t/system/lib/a b.so (deleted)":
        (0xB6F00000, 0xB6F0A000, "r-x", "/system/lib/a b.so (deleted)", False, 4096, "B3:1A", 77),
    "08048000-0804a000 r-xp 00000000 03:01 1234": (0x8048000, 0x804A000, "r-x", "", False, 0,
        "03:01", 1234),
    # columns left out (hexagonal-sun/moss-kernel, pull request 183)
    "500000000000-500000117000 r-xp 0000000000                    /bin/bash":
        (0x500000000000, 0x500000117000, "r-x", "/bin/bash", False, 0, "00:00", None),
    "500000000000-500000117000 r--s 00001000 08:01   /bin/ba sh":
        (0x500000000000, 0x500000117000, "r--", "/bin/ba sh", True, 4096, "08:01", None),
    "__TEXT  104c3c000-104c40000  [ 16K 16K 0K 0K] r-x/r-x SM=COW  /bin/cat": None,  # macOS's vmmap
    "0x8048000 0x804a000 2 0 0xc2f1 r-x 1 0 0x0 COW NC vnode /bin/cat": None,  # FreeBSD's own map
    "7f10-7f00 rw-p 00000000 00:00 0": None,  # backwards
    "x" * 5000: None,
}  # fmt: skip


@pytest.mark.parametrize("line", OTHERS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_other_systems_write_otherwise(line, end):
    if OTHERS[line] is None:
        with pytest.raises(ValueError, match="^a line of maps is like .*, not .*[.]$") as error:
            vm.parse_maps(line + end)
        assert line[:100] in str(error.value) and len(str(error.value)) < 250
        return
    vma = vm.Vma(*OTHERS[line])
    assert vm.parse_maps(line + end) == (vma,)
    assert vm.parse_maps(f"{line}{end}{end}{line}") == (vma, vma)
    assert vm.parse_maps(str(vma)) == (vma,)
    assert vm.parse_smaps(f"{line}{end}Pss:   1 kB{end}Odd: some words{end}New_1:\t12kB{end}") == (
        (vma, {"Pss": 1024, "New_1": 12288}),
    )


@pytest.mark.parametrize("name", data.PROCESSES)
def test_windows_line_ends_change_nothing(name):
    recorded = data.maps(name)
    for parse, text in ((vm.parse_maps, recorded.maps), (vm.parse_smaps, recorded.smaps)):
        assert parse(text.replace("\n", "\r\n")) == parse(text)


def test_what_editors_put_around_a_text_is_no_part_of_it():
    """Notepad's byte order mark; a text in three quotes, whose first line is empty."""
    line = "7f6e753c3000-7f6e755c1000 rw-p 00000000 08:01 7  /bin/cat"
    (vma,) = vm.parse_maps(line)
    for before in ("\ufeff", "\n", "\ufeff\r\n", "\n\n"):
        assert vm.parse_maps(f"{before}{line}\r\n{line}\r\n\n") == (vma, vma)
        assert vm.parse_smaps(f"{before}{line}\r\nRss: 4 kB\r\n\n") == ((vma, {"Rss": 4096}),)


@pytest.mark.parametrize("value, nbytes", [
    ("4 kB", 4096), ("4", 4), ("4 MB", 4 << 20), ("1,024 kB", None), ("4.5 kB", None),
    ("-4 kB", None), ("4 pages", None), ("4 kB or so", None), ("9" * 5000 + " kB", None),
])  # fmt: skip
def test_a_number_that_is_none_is_left_unknown(value, nbytes):
    ((_, numbers),) = vm.parse_smaps(f"1000-2000 rw-p 00000000 00:00 0 \nRss: {value}\n")
    assert numbers == ({} if nbytes is None else {"Rss": nbytes})


def test_an_inode_has_64_bits():
    with pytest.raises(ValueError, match="^a line of maps is like .*, not '1000-2000 .*[.]$"):
        vm.parse_maps("1000-2000 rw-p 00000000 08:01 " + "9" * 5000)


PAGES = st.integers(0, (1 << 52) - 2)
DEV = st.builds("{:02x}:{:02x}".format, st.integers(0, 4095), st.integers(0, (1 << 20) - 1))
NAMES = st.one_of(
    st.just(""),
    st.sampled_from(("[heap]", "[stack]", "[vdso]", "[anon:x]", "/dev/zero (deleted)")),
    st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"])).map("/{}".format),
)


@st.composite
def areas(draw):
    start, n = draw(PAGES), draw(st.integers(1, 1 << 20))
    prot = "".join(letter if draw(st.booleans()) else "-" for letter in "rwx")
    return vm.Vma(
        start << 12, start + n << 12, prot, draw(NAMES), draw(st.booleans()),
        draw(PAGES) << 12, draw(DEV), draw(st.integers(0, (1 << 64) - 1)),
    )  # fmt: skip


def by_windows(vmas):
    """A text of which every line ends in a carriage return: it is taken for a line end."""
    return bool(vmas) and all(str(vma).endswith("\r") for vma in vmas)


@given(st.lists(areas()).filter(lambda vmas: not by_windows(vmas)))
def test_what_is_written_is_read_again(vmas):
    text = "".join(f"{vma}\n" for vma in vmas)
    assert vm.parse_maps(text) == tuple(vmas)
    details = "".join(f"{vma}\nRss:  {n} kB\nVmFlags: rd hg \n" for n, vma in enumerate(vmas))
    assert vm.parse_smaps(details) == tuple(
        (vma._replace(huge=True), {"Rss": 1024 * n, "VmFlags": ("rd", "hg")})
        for n, vma in enumerate(vmas)
    )


@pytest.mark.parametrize("name", data.PROCESSES)
def test_a_recorded_process_is_read_and_written_as_it_was(name):
    recorded = data.maps(name)
    areas = vm.parse_maps(recorded.maps)
    assert "".join(f"{vma}\n" for vma in areas) == recorded.maps
    details = vm.parse_smaps(recorded.smaps)
    assert tuple(vma for vma, _ in details) == areas
    for vma, numbers in details:
        assert numbers["Size"] == vma.length
        parts = [f"{who}_{how}" for who in ("Shared", "Private") for how in ("Clean", "Dirty")]
        assert numbers["Rss"] == sum(numbers[part] for part in parts) >= numbers["Pss"]
        assert ("rd" in numbers["VmFlags"]) == (vma.prot[0] == "r")
    assert recorded.objects["end"] in range(areas[0].start, areas[-1].end)
    assert sum("[heap]" == vma.name for vma in areas) == 1


@pytest.mark.parametrize("text", [
    None, b"00400000-00401000 r-xp 00000000 00:00 0 ", "nonsense", "Rss: 4 kB",
    "00400000-00401000 rxwp 00000000 00:00 0 ", "00400000-00401000 r-xp 00000000 00:00 ",
])  # fmt: skip
@pytest.mark.parametrize("parse", [vm.parse_maps, vm.parse_smaps])
def test_what_is_no_maps_gets_one_sentence(parse, text):
    with pytest.raises(ValueError) as error:
        parse(text)
    assert str(error.value).endswith(".") and "\n" not in str(error.value)


# -- this machine, where it has a /proc


def test_this_process_is_read_live_or_a_recorded_one_is_and_says_so():
    areas, details = vm.read_maps(), vm.read_smaps()
    assert areas.source.startswith("live: /proc/self/maps" if LIVE else "recorded: Linux 6.18")
    assert all(before.end <= after.start for before, after in zip(areas, areas[1:], strict=False))
    assert any(vma.name == "[stack]" for vma in areas)
    assert {vma.name for vma, _ in details} >= {"[stack]", "[vdso]"}
    if LIVE:
        assert len(areas) > len(vm.parse_maps(data.maps("pie_x86_64").maps))
        text = open("/proc/self/maps", errors="backslashreplace").read()
        assert "".join(f"{vma}\n" for vma in vm.parse_maps(text)) == text


def test_another_process_is_read_until_it_is_dead():
    program = [sys.executable, "-c", "print(flush=True); input()"]
    child = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        child.stdout.readline()  # now it is Python, and no longer the process that began it
        assert len(vm.read_maps(child.pid)) > 3
    finally:
        child.communicate(b"\n")
    if LIVE:
        for read in (vm.read_maps, vm.read_smaps, lambda pid: vm.read_pagemap(0, pid=pid)):
            with pytest.raises(ValueError, match=f"^there is no process {child.pid}[.]$"):
                read(child.pid)


@pytest.mark.parametrize("pid", [0, -1, None, True, 1.0, "1", "../1", [], b"self", "Self"])
@pytest.mark.parametrize("root", ["/proc", "/there/is/none"])
def test_what_is_no_pid_gets_one_sentence(pid, root, monkeypatch):
    monkeypatch.setattr(procfs, "PROC", procfs.Path(root))
    for read in (vm.read_maps, vm.read_smaps, lambda pid: vm.read_pagemap(0, pid=pid)):
        with pytest.raises(ValueError, match='^pid must be "self" or the number of a process, not'):
            read(pid)


# -- no /proc, or one that may not be read


@pytest.fixture
def proc(tmp_path, monkeypatch):
    """A /proc of our own, with a process 7 that is also "self"."""
    monkeypatch.setattr(procfs, "PROC", tmp_path)
    for pid in ("7", "self"):
        (tmp_path / pid).mkdir()
    return tmp_path


def refuse(monkeypatch, proc, error):
    """Let no file below `proc` be opened."""
    real = procfs.Path.open

    def guarded(path, *mode, **how):
        if path.is_relative_to(proc):
            raise error
        return real(path, *mode, **how)

    monkeypatch.setattr(procfs.Path, "open", guarded)


def test_without_a_proc_the_recorded_process_is_shown(monkeypatch, tmp_path):
    monkeypatch.setattr(procfs, "PROC", tmp_path)
    for pid in ("self", os.getpid()):
        areas, details = vm.read_maps(pid), vm.read_smaps(pid)
        assert areas == vm.parse_maps(data.maps("pie_x86_64").maps)
        assert details == vm.parse_smaps(data.maps("pie_x86_64").smaps)
        for reading, name in ((areas, "maps"), (details, "smaps")):
            assert reading.source == (
                "recorded: Linux 6.18, a small C program "
                f"(there is no {tmp_path / str(pid) / name})"
            )  # fmt: skip
        nothing = vm.read_pagemap(0x1000, 3, pid)
        assert nothing == () and nothing.source == f"there is no {tmp_path / str(pid) / 'pagemap'}"


def test_what_may_not_be_read_is_recorded_too(proc, monkeypatch):
    refuse(monkeypatch, proc, PermissionError(13, "Permission denied"))
    for pid in ("self", 7):
        assert vm.read_maps(pid).source == (
            "recorded: Linux 6.18, a small C program "
            f"({proc / str(pid) / 'maps'}: Permission denied)"
        )  # fmt: skip
        assert vm.read_pagemap(0, 1, pid) == ()


def test_a_process_that_ends_while_it_is_read(proc, monkeypatch):
    refuse(monkeypatch, proc, ProcessLookupError(3, "No such process"))
    with pytest.raises(ValueError, match="^there is no process 7[.]$"):
        vm.read_maps(7)


def test_a_proc_without_some_files(proc):
    """Some containers and kernels have no smaps or no pagemap; a kernel thread has no areas."""
    (proc / "7" / "maps").write_text("")
    assert vm.read_maps(7) == () and vm.read_maps(7).source.startswith("live: ")
    assert vm.read_smaps(7).source.startswith("recorded: ")
    with pytest.raises(ValueError, match="^there is no process 8[.]$"):
        vm.read_maps(8)


def test_a_name_that_is_no_text(proc):
    line = b"00400000-00401000 r-xp 00000000 08:01 5 /tmp/\xff\xc3\xa9\n"
    (proc / "self" / "maps").write_bytes(line)
    (vma,) = vm.read_maps()
    assert vma.name == "/tmp/\\xff\N{LATIN SMALL LETTER E WITH ACUTE}"


# -- pages


def test_the_bits_of_pagemap(proc):
    """Documentation/admin-guide/mm/pagemap.rst"""
    present, swapped, soft_dirty, exclusive = 1 << 63, 1 << 62, 1 << 55, 1 << 56
    entries = [
        0,
        present | 1 << 54 | 0x1234,
        present | exclusive | soft_dirty,
        swapped | 0x60 << 5 | 2,
    ]
    raw = b"".join(entry.to_bytes(8, sys.byteorder) for entry in entries)
    (proc / "7" / "pagemap").write_bytes(bytes(8 * 5) + raw)
    assert vm.read_pagemap(5 * mmap.PAGESIZE, 4, pid=7) == (
        vm.PageInfo(False, False, None, False),
        vm.PageInfo(True, False, 1 << 54 | 0x1234, False),
        vm.PageInfo(True, False, None, True),
        vm.PageInfo(False, True, None, False),
    )
    assert len(vm.read_pagemap(7 * mmap.PAGESIZE, 9, pid=7)) == 2, "addresses end somewhere"
    assert vm.read_pagemap(5 * mmap.PAGESIZE, 0, pid=7) == ()


@pytest.mark.parametrize("call", [
    dict(addr=1), dict(addr=-4096), dict(addr=None), dict(addr=1 << 64), dict(addr="0"),
    dict(addr=0, npages=-1), dict(addr=0, npages=None), dict(addr=0, npages=1 << 30),
])  # fmt: skip
def test_a_bad_range_of_pages(call):
    with pytest.raises(ValueError, match="^(addr|npages) must be .*[.]$"):
        vm.read_pagemap(**call)


def test_pages_appear_as_they_are_touched():
    with mmap.mmap(-1, 4 * mmap.PAGESIZE, **procfs._PRIVATE) as memory:
        address = np.frombuffer(memory, np.uint8).ctypes.data
        memory[mmap.PAGESIZE] = memory[3 * mmap.PAGESIZE] = 1
        pages = vm.read_pagemap(address, 4)
    if pages.source.startswith("live"):
        assert [page.present for page in pages] == [False, True, False, True]
        assert [page.exclusive for page in pages] == [False, True, False, True]


# -- faults


@pytest.mark.parametrize("npages", [1, 2, 100, 513, 3000])
def test_every_fresh_page_is_one_fault(npages):
    touched = vm.touch_fresh_pages(npages)
    assert touched[:2] == (npages, npages)
    assert touched.source.startswith(("live: getrusage(RUSAGE_", "recorded: Linux 6.18"))


def test_the_machine_says_the_same():
    process = vm.Machine(600).spawn()
    at, before = process.mmap(513 * 4096), process.stats.minor_faults
    for n in range(513):
        process.write(at + n * 4096, b"1")
    assert process.stats.minor_faults - before == vm.touch_fresh_pages(513).faults


def test_faults_of_this_process_only_grow():
    before = vm.fault_counts()
    vm.touch_fresh_pages(200, runs=1)
    after = vm.fault_counts()
    assert after.minor >= before.minor + 200 and after.major >= before.major


def test_a_system_that_cannot_count_shows_what_was_recorded(monkeypatch):
    monkeypatch.setattr(procfs, "resource", None)
    assert vm.fault_counts() is None
    assert vm.touch_fresh_pages(100) == (100, 100, "recorded: Linux 6.18, a small C program")
    assert vm.touch_fresh_pages(3000).pages in {row["pages"] for row in data.table("faults")}


@pytest.mark.parametrize("call", [(0,), (-1,), (None,), (1.5,), (1 << 30,), (10, 0)])
def test_a_bad_number_of_pages(call):
    with pytest.raises(ValueError, match="^(npages|runs) must be a whole number from 1 to"):
        vm.touch_fresh_pages(*call)

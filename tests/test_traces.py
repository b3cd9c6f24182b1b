"""Files of references: a real one of valgrind's lackey, and every format in every guise."""

import bz2
import gzip
import io
import lzma
import random
import re
import struct
from pathlib import Path

import numpy as np
import pytest

from memkit import data, vm, widgets
from memkit.vm import traces

ROWS = data.PAGES / "rows.lackey.gz"
PAGES = [7, 0, 1, 2, 0, 3, 0, 4, 2, 3]


@pytest.fixture
def path(tmp_path):
    """Writes what it is given to a file whose name says nothing."""

    def write(content):
        file = tmp_path / "a.trace"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    return write


def oracle(pages, after=-1):
    return b"".join(struct.pack("<IQIq", n, page, 4096, after) for n, page in enumerate(pages))


def plain_lackey(text, page_size=4096):
    """The rule, line by line, for what lackey says (valgrind, lackey/lk_main.c)."""
    refs, writes = [], []
    for line in text.splitlines():
        if line.startswith(("==", "--")) or not line.strip():
            continue
        kind, address, size = re.fullmatch(r" ?([ILSM]) +([0-9a-f]+),(\d+)", line).groups()
        first, last = int(address, 16), int(address, 16) + int(size) - 1
        for page in range(first // page_size, last // page_size + 1):
            refs.append(page)
            writes.append(kind in "SM")
    return refs, writes


def test_a_real_program():
    """Rows, then columns, of a table of 16 pages (memkit/data/README.md): whoever goes column by
    column needs all 16 pages and that of the code, or faults at every second access of 256."""
    trace = vm.read_trace(ROWS)
    refs, writes = plain_lackey(gzip.decompress(ROWS.read_bytes()).decode())
    assert (trace.refs.tolist(), trace.writes.tolist()) == (refs, writes)
    assert len(trace) == 1_382 and int(trace.writes.sum()) == 256 and trace.source == "lackey"
    curve = vm.miss_curve(trace)
    assert curve[[2, 16, 17]].tolist() == [129, 129, 17]
    memory = vm.ResidentSet(16)
    for page, write in zip(refs, writes, strict=True):
        memory.access(page, write)
    counts = vm.simulate(trace, 16)
    assert (counts.faults, counts.writebacks) == (129, memory.writebacks)


@pytest.mark.parametrize("block", [7, 64, 1 << 18])
@pytest.mark.parametrize("page_size", [16, 4096])
def test_where_a_block_ends_does_not_matter(path, monkeypatch, block, page_size):
    monkeypatch.setattr(traces, "BLOCK", max(block, 32))
    draw = random.Random(block)
    lines = [
        f"{draw.choice(('I ', ' L', ' S', ' M'))} {draw.randrange(1 << draw.randrange(1, 40)):08x},"
        f"{draw.choice((1, 4, 8, 32))}"
        for _ in range(500)
    ]
    lines[100:100] = ["==7== a word", "--7-- another", ""]
    text = "==7== Lackey\n" + "\n".join(lines)
    for end in ("\n", "\r\n"):
        trace = vm.read_trace(path(text.replace("\n", end)), page_size=page_size)
        assert (trace.refs.tolist(), trace.writes.tolist()) == plain_lackey(text, page_size)


CSV = "time, addr ,size\n" + "".join(f"{n},{page},8\n" for n, page in enumerate(PAGES))
FORMATS = {
    "decimal": ("\n".join(map(str, PAGES)), {}),
    "with blanks, a comment, no end": (
        "# pages\n\n" + "\n".join(f"  {p}\t" for p in PAGES) + "\n# end", {},
    ),
    "hex with 0x": ("\n".join(map(hex, PAGES)) + "\n", {}),
    "addresses": ("\n".join(str(p * 4096 + 5) for p in PAGES), {"page_size": 4096}),
    "hex addresses": ("\n".join(f"{p * 4096 + 0xABC:08X}" for p in PAGES), {"page_size": 4096}),
    "hex addresses without a letter": ("\n".join(f"{p:05}100" for p in PAGES), {"page_size": 4096}),
    "one with a letter": ("\n".join(f"{p:05}{'abc' if p == 4 else 100}" for p in PAGES),
                          {"page_size": 4096}),
    "a byte order mark": ("\ufeff" + "\n".join(map(str, PAGES)), {}),
    "csv": (CSV, {"column": "addr"}),
    "csv, last column": (CSV.replace("addr", "x").replace("size", "addr").replace(",8", "")
                         .replace("x ,", ""), {"column": "addr"}),
    "csv of semicolons": (CSV.replace(",", ";"), {"column": "addr"}),
    "csv with quotes": (CSV.replace(",3,", ',"3",'), {"column": "addr"}),
    "csv with blank lines and tabs": (CSV.replace(",", "\t").replace("\n5", "\n\n5"),
                                      {"column": "addr"}),
    "csv in hex": ("a,b\n" + "".join(f"{p * 4096 + 0xABC:x},{n}\n" for n, p in enumerate(PAGES)),
                   {"column": "a", "page_size": 4096}),
    "lackey": ("".join(f" L {p:x}000,4\n" for p in PAGES), {}),
    "lackey that valgrind begins": ("==1== x\n" + "".join(f" L {p:x}fff,1\n" for p in PAGES), {}),
    "lackey with superblocks": (  # --trace-superblocks=yes; ** is what the program says to valgrind
        "SB 04000000\n" + "".join(f" L {p:x}fff,1\nSB 04001a00\n**1** x\n" for p in PAGES), {}),
    "csv with comments": ("# x\n" + CSV.replace("\n5", "\n# 1,2\n5"), {"column": "addr"}),
    "csv with an empty field at the end": (CSV.replace("8\n", "8,\n"), {"column": "addr"}),
    "oracle": (oracle(PAGES), {}),
    "oracle, never again": (oracle(PAGES, (1 << 63) - 1), {}),
    "oracle of addresses": (oracle([p * 4096 for p in PAGES]), {"page_size": 4096}),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_format(path, name, packed, end):
    content, how = FORMATS[name]
    if isinstance(content, str):
        content = content.replace("\n", end).encode()
    file = path(gzip.compress(content, mtime=0) if packed else content)
    for where in (file, str(file)):
        trace = vm.read_trace(where, **how)
        assert trace.refs.tolist() == PAGES and trace.refs.dtype == np.int64
        assert trace.writes is None or not trace.writes.any()


@pytest.mark.parametrize("name", [name for name in FORMATS if isinstance(FORMATS[name][0], str)])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_what_windows_and_old_macs_write(path, name, end, encoding):
    """PowerShell's > writes UTF-16; Excel's "CSV (Macintosh)" ends its lines with \\r."""
    content, how = FORMATS[name]
    if encoding.startswith("utf-16-"):
        content = content.removeprefix("\ufeff")
    trace = vm.read_trace(path(content.replace("\n", end).encode(encoding)), **how)
    assert trace.refs.tolist() == PAGES


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_a_long_text_of_another_kind(path, monkeypatch, encoding):
    monkeypatch.setattr(traces, "BLOCK", 1001)
    text = "page, größe\r" + "".join(f"{n},{n * n}\r" for n in range(30_000))
    trace = vm.read_trace(path(text.encode(encoding)), "größe" if encoding == "utf-16" else "page")
    assert trace.refs[-1] == (29_999**2 if encoding == "utf-16" else 29_999)
    with pytest.raises(ValueError, match="line 20,002: '20000,x' is not a row with a number"):
        vm.read_trace(path(text.replace("20000,400000000", "20000,x").encode(encoding)), "größe")


def test_a_name_as_windows_wrote_it_before_utf_8(path):
    assert vm.read_trace(path("zeit;größe\n1;2\n".encode("latin-1")), "größe").refs.tolist() == [2]


@pytest.mark.parametrize("pack", [
    bz2.compress, lzma.compress, lambda raw: gzip.compress(gzip.compress(raw)),
])  # fmt: skip
def test_other_ways_to_pack(path, pack):
    raw = "".join(f"{page}\n" for page in PAGES).encode()
    assert vm.read_trace(path(pack(raw))).refs.tolist() == PAGES
    packed = bytearray(pack(raw * 9999))
    packed[len(packed) // 2 :] = b"X" * 20
    with pytest.raises(ValueError, match="a.trace cannot be read: .*[.]$"):
        vm.read_trace(path(bytes(packed)))


@pytest.mark.parametrize("text", [
    "0041f7a0 R\n13f5e2c0 W\n0041f7a0\n", "R 0041f7a0\nw 13f5e2c0\nR 0041f7a0\n",
    "r 0x41f7a0\nW 0x13f5e2c0\n0x41F7A0 r\n",
])  # fmt: skip
def test_a_letter_says_read_or_write(path, text):
    """As many courses give out traces: an address, R or W."""
    trace = vm.read_trace(path(text), page_size=4096)
    assert trace.refs.tolist() == [0x41F, 0x13F5E, 0x41F]
    assert trace.writes.tolist() == [False, True, False]


@pytest.mark.parametrize("n", [(1 << 64) - 1, (1 << 63), 10**19, (1 << 64) - 2])
def test_64_bits(path, n):
    for text, column in ((f"{n}\n1\n", None), (f"{n:#x}\n1\n", None), (f"a,b\n2,{n}\n2,1\n", "b")):
        assert vm.read_trace(path(text), column).refs.tolist() == [n, 1]
    assert vm.read_trace(path(oracle([n, 1]))).refs.tolist() == [n, 1]


BAD = {
    "1\n2\nx\n4": "line 3: 'x' is not a number",
    "1\n\n# no\n1 2\n": "line 4: '1 2' is not a number",
    "1\n-2\n": "line 2: '-2' is",
    "1\n2.5\n": "line 2: '2.5' is",
    "1\nR\n": "line 2: 'R' is",
    "1\nR W 2\n": "line 2: 'R W 2' is",
    "1\n0x\n": "line 2: '0x' is",
    "10\nbad\n20\n": "line 2: 'bad' is",
    f"1\n{1 << 64}\n": "line 2: '18446744073709551616' is not a number of 64 bits",
    "1000\n2000\n300a\n": "line 3: '300a' is not a decimal number, as most lines have; "
    "begin one in hex with 0x",
    " L ffffffffffffffff,8\n": "line 1: ' L ffffffffffffffff,8' is not lackey's",
    " L 1f,8\n=x\n": "line 2: '=x' is not lackey's",
    b"PK\3\4" + bytes(30): "is packed with zip: unpack it first (unzip)",
    "1\n" + "9" * 5000: "line 2: '999999",
    "I  0400,3\n L 1f,8\nhello\n": "line 3: 'hello' is not lackey's, such as ' L 1ffe,8'",
    "I  0400,3\n X 1f,8\n": "line 2: ' X 1f,8' is not lackey's",
    "I  0400,3\n L 1g,8\n": "line 2: ' L 1g,8' is",
    "I  0400,3\n L 1f,4000000000\n": "line 2: ' L 1f,4000000000' is",
    "==1== x\nI  0400\n": "line 2: 'I  0400' is",
    "": "has no references",
    "\n# nothing\n": "has no references",
    "==1== x\n": "has no references",
    b"\0" * 25: "is no trace: neither text nor libCacheSim's oracleGeneral, whose record 2",
    b"\xff\0" * 12 + b"\0" * 16 + b"\xfe" * 8: "is no trace: neither text nor libCacheSim's",
    b"\x89PNG\r\n\x1a\n" + bytes(range(255, 0, -1)) * 3: "is no trace",
    b"\x28\xb5\x2f\xfd1234": "packed with zstd",
    gzip.compress(b"1\n2\n" * 999, mtime=0)[:-20]: "compressed data end early",
    CSV: "say which column; its columns are time, addr, size",
}


@pytest.mark.parametrize("content", BAD, ids=lambda content: repr(content[:20]))
def test_what_cannot_be_read_is_named_with_its_line(path, content):
    with pytest.raises(ValueError) as error:
        vm.read_trace(path(content))
    said = str(error.value)
    assert BAD[content] in said and "a.trace" in said
    assert said.endswith(".") and "\n" not in said and len(said) < 400


@pytest.mark.parametrize(
    "content, column, said",
    [
        (CSV, "address", "there is no column 'address'; its columns are time, addr, size"),
        (CSV.replace("5,3", "5,3x"), "addr", "line 7: '5,3x,8' is not a row with a number in col"),
        (CSV.replace("5,3,8", "5"), "addr", "line 7: '5' is"),
        (CSV.replace("5,3,8", "5,3,000,8"), "addr", "line 7: '5,3,000,8' is not a row of 3 fields"),
        (
            CSV.replace("5,3,8", "5,3\r4,8"),
            "addr",
            "line 7: '5,3\\r4,8' is not a row with a number",
        ),
        (CSV.replace("5,3,8", "5,,8"), "addr", "line 7: '5,,8' is"),
        ("1,2\n3,4\n", "addr", "it has no line of names"),
        (" L 1f,4\n", "addr", "is lackey's output, which has no column 'addr'"),
        (oracle([1]), "addr", "is oracleGeneral, which has no column 'addr'"),
    ],
)
def test_a_column_that_is_none(path, content, column, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        vm.read_trace(path(content), column)


def test_a_bad_line_far_behind_is_numbered_right(path):
    for head, line, how in (("", "7\n", {}), ("a,b\n", "1,2\n", {"column": "b"})):
        text = head + line * 300_000 + "oops\n" + line
        with pytest.raises(ValueError, match=f"line {300_001 + bool(head):,}: 'oops'"):
            vm.read_trace(path(text), **how)


@pytest.mark.parametrize("call", [
    lambda: vm.read_trace("/there/is/none"), lambda: vm.read_trace(None), lambda: vm.read_trace(""),
    lambda: vm.read_trace([]), lambda: vm.read_trace(Path(__file__).parent),
    lambda: vm.read_trace(ROWS, page_size=0), lambda: vm.read_trace(ROWS, page_size="4k"),
    lambda: vm.read_trace(ROWS, column=3), lambda: vm.read_trace(io.BytesIO(b"1\n")),
])  # fmt: skip
def test_bad_input_gets_one_sentence(call):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).endswith(".") and "\n" not in str(error.value)


# Whoever takes references takes a trace


def test_a_trace_is_a_reference_string():
    trace = vm.read_trace(ROWS)
    assert list(trace) == trace.refs.tolist() == np.asarray(trace).tolist()
    assert trace[0] == 0x401
    part = trace[-60:]
    assert len(part) == 60 and part.writes.tolist() == trace.writes[-60:].tolist()
    assert (vm.stack_distances(trace) == vm.stack_distances(trace.refs)).all()
    assert vm.working_set(trace, 100) == vm.working_set(trace.refs, 100)
    assert vm.ResidentSet(2, "opt", refs=trace)
    assert repr(trace) == "<lackey: 1,382 references, 256 writes>"


def test_the_laboratory_shows_the_beginning_of_a_trace():
    trace = vm.read_trace(ROWS)
    lab = widgets.ReplacementLab(trace, 3, "lru")
    assert lab.left_out.value == (
        "The first 200 of 1,382 references. Pages are numbered by their first use; page 0 is 0x401."
    )
    assert lab.steps[-1].state.faults == vm.simulate(trace[:200], 3).faults
    assert lab.steps[-1].state.writebacks == vm.simulate(trace[:200], 3).writebacks
    part = widgets.ReplacementLab(trace[600:700], 3, "lru")
    assert part.left_out.value.startswith("Pages are numbered") and "w" in part.refs.value
    lab.refs.value = "1 2 3"
    assert lab.left_out.value == "" and lab.left_out.layout.display == "none"
    array = widgets.ReplacementLab(np.array([1, 2, 3, 1]))
    assert array.refs.value == "1 2 3 1" and array.left_out.value == ""

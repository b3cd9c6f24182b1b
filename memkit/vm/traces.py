"""Traces of one's own: a file of references -> page numbers, by what is in it and not by its name.

lackey     valgrind --tool=lackey --trace-mem=yes: "I  04000000,3", " L 1ffe,8", " S", " M" (load
           and store); an access over the end of a page uses both. Lines of ==pid== are valgrind's,
           and "SB 04000000" only begins a superblock
numbers    one a line, decimal or hex; beside it R or W may say what it is; # begins a comment
CSV        a line of names, then rows; `column` says which one is read
oracle     libCacheSim's oracleGeneral: records of 24 bytes, little-endian: u32 time, u64 object,
           u32 size, i64 when the object is used next (-1: never)

Any of them may be packed by gzip, bzip2 or xz. Text may be UTF-16, as PowerShell writes it, and its
lines may end as on Unix, Windows or an old Mac. Hex numbers begin with 0x, or most have a letter,
or all are filled up with zeros to as many digits, 8 or more.
Sources: valgrind lackey/lk_main.c; libCacheSim traceReader/customizedReader/oracle.
"""

import csv
import re
import zlib
from codecs import getincrementaldecoder
from importlib import import_module
from io import IncrementalNewlineDecoder
from lzma import LZMAError
from os import PathLike

import numpy as np

from memkit.checks import PAGE, instance, shown, whole
from memkit.vm.references import numbered

BLOCK = 1 << 18  # bytes that are looked at at once: they fit into the processor's cache
HEAD = 1 << 16  # bytes that say what a file is
PACKED = {  # what such a file begins with: its name, the module that reads it, how to unpack it
    b"\x1f\x8b": ("gzip", "gzip", "gunzip"),
    b"BZh": ("bzip2", "bz2", "bunzip2"),
    b"\xfd7zXZ\0": ("xz", "lzma", "unxz"),
    b"\x28\xb5\x2f\xfd": ("zstd", "compression.zstd", "zstd -d"),  # Python 3.14 has it
    b"PK\3\4": ("zip", "", "unzip"),
}
CONTROL = re.compile(rb"[\0-\x08\x0e-\x1f]")  # no text has these
ORACLE = np.dtype([("time", "<u4"), ("object", "<u8"), ("size", "<u4"), ("next", "<i8")])
LACKEY = re.compile(rb"(==|--)\d+\1|\s*[ILSM]\s+[0-9a-fA-F]+,\d+\s*$|SB [0-9a-f]+\s*$")
DELIMITERS = ",;\t|"
LARGEST = np.uint64((1 << 64) - 1)
MOST_SIZE = 1 << 20  # bytes of one access

DIGIT = np.full(256, 255, np.uint8)
for _n, _letter in enumerate(b"0123456789abcdef"):
    DIGIT[[_letter, ord(chr(_letter).upper())]] = _n
BLANK = np.isin(np.arange(256), list(b" \t\r"))


class PageTrace:
    """References as simulate, miss_curve and ReplacementLab take them; a slice is a PageTrace too.

    refs: the page of each, an integer array. writes: a bool array, or None where it is not told.
    """

    def __init__(self, refs, writes=None, source=""):
        self.refs, self.writes, names = numbered(refs, writes)
        if names:
            raise ValueError("refs must be page numbers, not names.")
        self.source = instance("source", source, str)

    def __len__(self):
        return len(self.refs)

    def __iter__(self):
        return iter(self.refs.tolist())

    def __getitem__(self, where):
        if not isinstance(where, slice):
            return int(self.refs[where])
        writes = None if self.writes is None else self.writes[where]
        return PageTrace(self.refs[where], writes, self.source)

    def __array__(self, dtype=None, copy=None):
        return np.array(self.refs, dtype, copy=copy)

    def __repr__(self):
        told = "" if self.writes is None else f", {np.count_nonzero(self.writes):,} writes"
        return f"<{self.source}: {len(self):,} references{told}>"


def read_trace(path, column=None, page_size=None):
    """Read a file of references -> PageTrace.

    column: the name of the column, of CSV. page_size: bytes a page, where the numbers are
    addresses: 4096 for lackey, 1 for the others (the numbers are pages) unless given.
    ValueError for a file that cannot be read, or has a bad line, with its number.
    """
    if page_size is not None:
        page_size = whole("page_size", page_size, 1, 1 << 40)
    instance("column", column, str, None)
    if not isinstance(path, str | PathLike) or not str(path) or not str(path).isprintable():
        raise ValueError(f"path must be the path of a file, not {shown(path)}.")
    name = str(path) if len(str(path)) <= 200 else f"...{str(path)[-200:]}"
    try:
        with _opened(path, name) as file:
            kind, pieces = _pieces(file, name, column, page_size)
            parts = [part for part in pieces if len(part[0])]
    except OSError as error:
        raise ValueError(f"{name} cannot be read: {error.strerror or error}.") from None
    except EOFError:
        raise ValueError(f"{name} cannot be read: its compressed data end early.") from None
    except (zlib.error, LZMAError):
        raise ValueError(f"{name} cannot be read: its compressed data are damaged.") from None
    if not parts:
        raise ValueError(f"{name} has no references.")
    refs = np.concatenate([refs for refs, _ in parts])
    refs = refs.view(np.int64) if int(refs.max()) < 1 << 63 else refs
    told = any(writes is not None for _, writes in parts)
    writes = [np.zeros(len(refs), bool) if w is None else w for refs, w in parts] if told else None
    return PageTrace(refs, np.concatenate(writes) if told else None, kind)


def _opened(path, name):
    """The file, unpacked as often as its first bytes say that it is packed."""
    file = path.open("rb") if hasattr(path, "open") else open(path, "rb")
    while True:
        magic = file.read(8)
        file.seek(0)
        packed = next((PACKED[start] for start in PACKED if magic.startswith(start)), None)
        if not packed:
            return file
        kind, module, command = packed
        try:
            file = import_module(module or "no module").open(file)
        except ImportError:
            file.close()
            raise ValueError(
                f"{name} is packed with {kind}: unpack it first ({command})."
            ) from None


class Recoded:
    """A file of text as bytes of UTF-8 (or of one byte a letter) whose lines end in \\n."""

    def __init__(self, file, encoding):
        file.seek(0)
        decoder = getincrementaldecoder(encoding)("replace")
        self.file, self.decoder = file, IncrementalNewlineDecoder(decoder, translate=True)
        self.encoding = encoding if encoding == "latin-1" else "utf-8"

    def read(self, n):
        while True:
            raw = self.file.read(n)
            text = self.decoder.decode(raw, final=not raw)
            if text or not raw:
                return text.encode(self.encoding, "replace")


def _encoding(head):
    """That of a text of which not every byte is a letter, or every line ends in \\n; or None."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    for name, letters, zeros in (("le", head[::2], head[1::2]), ("be", head[1::2], head[::2])):
        if zeros and not zeros.strip(b"\0") and not CONTROL.search(letters):
            return f"utf-16-{name}"
    old_mac = b"\r" in head and b"\n" not in head and not CONTROL.search(head)
    return "latin-1" if old_mac else None


def _pieces(file, path, column, page_size):
    """(what it is, an iterator of (refs, writes) in arrays) of an open file."""
    head = file.read(HEAD)
    cut, encoding = len(head) == HEAD, _encoding(head)
    if encoding:
        file = Recoded(file, encoding)
        head = file.read(HEAD)
    text = head.removeprefix(b"\xef\xbb\xbf")  # what Windows' editors put before UTF-8
    if CONTROL.search(text):
        _no_column(path, column, "oracleGeneral")
        return "oracleGeneral", _oracle(file, head, path, page_size or 1)
    lines = text.split(b"\n")[: -1 if cut else None]
    lines = [line for line in lines if line.strip() and not line.lstrip().startswith(b"#")]
    blocks = _blocks(file, text, path)
    if lines and LACKEY.match(lines[0]):
        _no_column(path, column, "lackey's output")
        return "lackey", _lackey(blocks, path, page_size or PAGE)
    if not lines:
        return "numbers", _numbers(blocks, path, page_size or 1, 10)
    try:
        first = lines[0].decode()
    except UnicodeDecodeError:
        first = lines[0].decode("latin-1")
    delimiter = max(DELIMITERS, key=first.count)
    names = [name.strip() for name in _fields(first, delimiter)]
    named = not any(_number(name, 10) is not None for name in names)
    if column is None and not (delimiter in first and named):
        words = [word for line in lines for word in line.decode("latin-1").split()]
        return "numbers", _numbers(blocks, path, page_size or 1, _base(words))
    if column is None or column not in names or not named:
        has = f"its columns are {', '.join(names)}" if named else "it has no line of names"
        asked = "say which column" if column is None else f"there is no column {shown(column)}"
        raise ValueError(f"{path}: {asked}; {has}.")
    at = names.index(column)
    rows = (line.decode("latin-1").split(delimiter) for line in lines[1:])
    base = _base(row[at].strip(' "\r') for row in rows if len(row) > at)
    shape = delimiter, len(names), at
    return f"column {column}", _csv(blocks, path, shape, page_size or 1, base, len(lines[0]))


def _fields(line, delimiter):
    """The fields of a line of CSV; none where it is not CSV."""
    try:
        return next(csv.reader([line.strip("\r")], delimiter=delimiter), [])
    except csv.Error:
        return []


def _no_column(path, column, kind):
    if column is not None:
        raise ValueError(f"{path} is {kind}, which has no column {column!r}.")


def _base(words):
    """10, or 16 where most numbers without 0x have a letter, or all are padded with zeros."""
    plain = [w for w in words if re.fullmatch(r"[0-9a-fA-F]+", w)]
    letters = sum(not w.isdecimal() for w in plain)
    widths = {len(w) for w in plain}
    padded = len(widths) == 1 and min(widths) >= 8 and any(w[0] == "0" for w in plain)
    return 16 if padded or 2 * letters > len(plain) else 10


def _number(word, base):
    """The value of a number up to 64 bits; None for what is none."""
    word = word.lower()
    if not re.fullmatch(r"0x[0-9a-f]+|[0-9a-f]+" if base == 16 else r"0x[0-9a-f]+|[0-9]+", word):
        return None
    if len(word) > 40:
        return None
    value = int(word, 16 if word.startswith("0x") else base)
    return value if value < 1 << 64 else None


def _bad(path, number, line, wanted="a number"):
    shown = line.decode("utf-8", "replace").strip("\r")
    if wanted == "a number":
        if re.fullmatch(r"\s*(0[xX][0-9a-fA-F]+|\d+|[0-9a-fA-F]{17,})\s*", shown):
            wanted = "a number of 64 bits"
        elif re.fullmatch(r"\s*[0-9a-fA-F]+\s*", shown):
            wanted = "a decimal number, as most lines have; begin one in hex with 0x"
    shown = shown if len(shown) <= 60 else shown[:60] + "..."
    return ValueError(f"{path}, line {number:,}: {shown!r} is not {wanted}.")


# -- text, a block of whole lines at a time


def _blocks(file, rest, path):
    """(number of its first line, bytes that end with a line) for all of the file."""
    number = 1
    while True:
        more = file.read(BLOCK)
        end = len(rest) if not more else rest.rfind(b"\n") + 1
        if end:
            block = rest[:end] if rest[end - 1 : end] == b"\n" else rest[:end] + b"\n"
            yield number, block
            number += block.count(b"\n")
        if not more:
            return
        rest = rest[end:] + more
        if len(rest) > 2 * BLOCK:
            raise ValueError(
                f"{path}, line {number:,}: a line of {len(rest):,} bytes is no reference."
            )


def _words(block, separators):
    """(bytes as an array, where words start, where they end, in which line each is)"""
    array = np.frombuffer(block, np.uint8)
    inside = ~separators[array]  # the last byte is a line end
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    if inside[0]:
        edges = np.r_[0, edges]
    starts, ends = edges[::2], edges[1::2]
    return array, starts, ends, np.searchsorted(np.flatnonzero(array == 10), starts)


def _without(lines, starts, ends, gone):
    """Without the words of those lines whose first word is in `gone` (a mask of words)."""
    if not gone.any():
        return lines, starts, ends
    first = np.r_[True, lines[1:] != lines[:-1]]
    keep = ~np.isin(lines, lines[gone & first])
    return lines[keep], starts[keep], ends[keep]


def _values(array, starts, ends, base):
    """(numbers as uint64, mask of the words that are none)"""
    prefixed = (ends - starts > 2) & (array[starts] == 48)
    if prefixed.any():
        prefixed &= array[starts + 1] | 32 == 120  # x, X
    if not prefixed.any():
        return _digits(array, starts, ends, base)
    values, bad = np.zeros(len(starts), np.uint64), np.zeros(len(starts), bool)
    for which, skip, its in ((prefixed, 2, 16), (~prefixed, 0, base)):
        values[which], bad[which] = _digits(array, starts[which] + skip, ends[which], its)
    return values, bad


def _digits(array, starts, ends, base):
    lengths = ends - starts
    sure = 16 if base == 16 else 19  # so many digits fit into 64 bits
    values, bad = np.zeros(len(starts), np.uint64), lengths <= 0
    for k in range(min(int(lengths.max(initial=0)), sure)):
        here = lengths > k
        digit = DIGIT[array[np.where(here, starts + k, 0)]]
        bad |= here & (digit >= base)
        values = np.where(here, values * np.uint64(base) + digit, values)
    for i in np.flatnonzero(lengths > sure):
        value = _number(array[starts[i] : ends[i]].tobytes().decode("latin-1"), base)
        bad[i] = value is None
        values[i] = value or 0
    return values, bad


def _check(path, number, block, bad_lines, wanted="a number"):
    """ValueError that names the first of some bad lines, numbered from 0 in the block."""
    if len(bad_lines):
        first = int(bad_lines.min())
        raise _bad(path, number + first, block.split(b"\n", first + 1)[first], wanted)


NUMBERS = BLANK | (np.arange(256) == 10)
COMMAS = NUMBERS | (np.arange(256) == ord(","))


def _numbers(blocks, path, page_size, base):
    for number, block in blocks:
        values = _plain(block, base)
        if values is not None:
            yield values // np.uint64(page_size), None
            continue
        array, starts, ends, lines = _words(block, NUMBERS)
        if not len(starts):
            continue
        lines, starts, ends = _without(lines, starts, ends, array[starts] == ord("#"))
        letter = (ends - starts == 1) & np.isin(array[starts], list(b"RrWw"))
        nlines = int(lines.max(initial=0)) + 1
        for mask in (letter, ~letter):
            twice = np.bincount(lines[mask], minlength=nlines) > 1
            _check(path, number, block, np.flatnonzero(twice))
        values, bad = _values(array, starts[~letter], ends[~letter], base)
        _check(path, number, block, lines[~letter][bad])
        writes = None
        if letter.any():
            alone = np.setdiff1d(lines[letter], lines[~letter])
            _check(path, number, block, alone)
            written = np.zeros(nlines, bool)
            written[lines[letter]] = array[starts[letter]] | 32 == ord("w")
            writes = written[lines[~letter]]
        yield values // np.uint64(page_size), writes


def _plain(block, base):
    """The numbers of a block that has one on each line and nothing else; None for another."""
    block = block.replace(b"\r\n", b"\n")
    if base == 10 and not block.translate(None, b"0123456789\n"):
        values = np.fromstring(block, np.uint64, sep="\n")  # blank lines are passed over
        if values.max(initial=0) < LARGEST:  # which is what it makes of larger ones
            return values
    return _column(block, "\n", 1, 0, base)


def _lackey(blocks, path, page_size):
    wanted = "lackey's, such as ' L 1ffe,8'"
    for number, block in blocks:
        array, starts, ends, lines = _words(block, COMMAS)
        if not len(starts):
            continue
        told = np.isin(array[starts], list(b"=-*")) & (array[starts + 1] == array[starts])
        told |= (ends - starts == 2) & (array[starts] == ord("S")) & (array[starts + 1] == ord("B"))
        lines, starts, ends = _without(lines, starts, ends, told)
        counts = np.bincount(lines, minlength=1)
        _check(path, number, block, np.flatnonzero((counts != 3) & (counts != 0)), wanted)
        kind = array[starts[::3]]
        strange = (ends[::3] - starts[::3] != 1) | ~np.isin(kind, list(b"ILSM"))
        at, bad = _digits(array, starts[1::3], ends[1::3], 16)
        size, none = _digits(array, starts[2::3], ends[2::3], 10)
        end = at + np.maximum(size, 1) - np.uint64(1)
        strange |= bad | none | (size > MOST_SIZE) | (end < at)
        _check(path, number, block, lines[::3][strange], wanted)
        writes = (kind == ord("S")) | (kind == ord("M"))
        page = np.uint64(page_size)
        first, last = at // page, end // page
        pages = (last - first).astype(np.int64) + 1
        if (pages != 1).any():
            place = np.arange(pages.sum()) - np.repeat(pages.cumsum() - pages, pages)
            first = np.repeat(first, pages) + place.astype(np.uint64)
            writes = np.repeat(writes, pages)
        yield first, writes


def _csv(blocks, path, shape, page_size, base, header):
    delimiter, ncolumns, at = shape
    to_skip = True
    for number, block in blocks:
        skipped = 0
        while to_skip and block:  # blank lines, comments, and the line of names
            line, _, block = block.partition(b"\n")
            skipped += 1
            to_skip = not line.strip() or line.lstrip().startswith(b"#")
        values = _column(block, delimiter, ncolumns, at, base) if block else None
        if values is None:
            values = _by_rows(block, path, number + skipped, shape, base)
        yield values // np.uint64(page_size), None


def _column(block, delimiter, ncolumns, at, base):
    """Field `at` of each line as uint64; None where the lines are not all alike and plain."""
    if b'"' in block:
        return None
    array = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero((array == ord(delimiter)) | (array == 10))
    if len(ends) % ncolumns:
        return None
    last = (array[ends] == 10).reshape(-1, ncolumns)
    if not last[:, -1].all() or last[:, :-1].any():
        return None
    starts = np.r_[0, ends[:-1] + 1].reshape(-1, ncolumns)[:, at].copy()
    ends = ends.reshape(-1, ncolumns)[:, at].copy()
    while (blank := (starts < ends) & BLANK[array[starts]]).any():
        starts += blank
    while (blank := (starts < ends) & BLANK[array[ends - 1]]).any():
        ends -= blank
    values, bad = _values(array, starts, ends, base)
    return None if bad.any() else values


def _by_rows(block, path, number, shape, base):
    """The same, row by row, and a bad line is named."""
    values, (delimiter, ncolumns, at) = [], shape
    for n, line in enumerate(block.split(b"\n"), number):
        if not line.strip() or line.lstrip().startswith(b"#"):
            continue
        row = _fields(line.decode("utf-8", "replace"), delimiter)
        value = _number(row[at].strip(), base) if len(row) > at else None
        if value is None:
            raise _bad(path, n, line, f"a row with a number in column {at + 1}")
        if any(field.strip() for field in row[ncolumns:]):
            raise _bad(path, n, line, f"a row of {ncolumns} fields, as the line of names is")
        values.append(value)
    return np.array(values, np.uint64)


# -- binary


def _oracle(file, rest, path, page_size):
    record, more = 0, True
    while more or rest:
        more = file.read(BLOCK)
        rest += more
        if more and len(rest) < ORACLE.itemsize:
            continue
        end = len(rest) // ORACLE.itemsize * ORACLE.itemsize
        records, rest = np.frombuffer(rest, ORACLE, end // ORACLE.itemsize), rest[end:]
        # What was not used again is -1 or the largest number; nothing else is below 0.
        strange = np.flatnonzero(records["next"] < -1)
        if len(strange) or (rest and not more):
            where = record + (int(strange[0]) if len(strange) else len(records)) + 1
            raise ValueError(
                f"{path} is no trace: neither text nor libCacheSim's oracleGeneral, "
                f"whose record {where:,} would be of 24 bytes with a time of next use at its end."
            )
        record += len(records)
        yield records["object"] // np.uint64(page_size), None

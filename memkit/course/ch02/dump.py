"""A dump of memory in pictures: the one-byte entries of a table, and all the bytes around them."""

from memkit import pictures
from memkit.pictures.language import FREE, IN_USE

PRESENT = 0x80


def split(va, widths):
    """The parts of an address: the indexes, from level 0 on, and the offset."""
    return [va >> sum(widths[n + 1 :]) & (1 << width) - 1 for n, width in enumerate(widths)]


def names_of(widths):
    return [*(f"level {n}" for n in range(len(widths) - 1)), "offset"]


def number(entry):
    """What an entry says besides being present."""
    return entry & PRESENT - 1


def looks(entries):
    """A cell for each entry, filled where it is present."""
    return "".join(IN_USE if entry & PRESENT else FREE for entry in entries)


def table_bar(entries, at=None):
    """The entries of a table in words; `at` is outlined."""
    parts = [
        (1, look, f"[{i}] {entry:#04x}", i == at)
        for i, (look, entry) in enumerate(zip(looks(entries), entries, strict=True))
    ]
    return pictures.bar(parts)


def memory_row(memory, tables, page=(0, 0), at=None, caption=""):
    """All bytes: T in the tables (start, length), filled in the page, byte `at` outlined."""
    cells = FREE * len(memory)
    for start, n in tables:
        cells = pictures.overlay(cells, start, start + n, "T")
    cells = pictures.overlay(cells, page[0], sum(page), IN_USE)
    marks = [] if at is None else [(at, at + 1)]
    told = ["T: a table"] if tables else []
    told += ["filled: the page"] if page[1] else []
    return pictures.row(
        cells, caption=" · ".join([*told, caption or "empty: not read"]), touched=marks, high=76
    )

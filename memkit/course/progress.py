"""What the learner has answered and solved: a text file of their own, which only grows.

    2026-11-24 right ch03.second_chance      the exercise `second_chance` of chapter 03
    2026-11-24 answered arena                the question "arena" of questions.toml

Lines that do not look so are passed over, so the file may be edited, copied, or joined to another.
What is no file (a FIFO, a device), or larger than LARGEST, is neither read nor written: it may
have no end, or nobody at the other one.
"""

import os
import re
import stat
import sys
from datetime import date

from platformdirs import user_data_path

LARGEST = 1 << 20  # bytes; the whole course is a few thousand
LINE = re.compile(r"\d{4}-\d\d-\d\d (right|answered) (\S+)")


def where():
    """The path of the file. It is made when the first thing is noted."""
    return user_data_path("memkit", appauthor=False) / "progress.txt"


def done():
    """What is noted, oldest first: [(kind, name)], each once."""
    found = [LINE.fullmatch(line.strip()) for line in _text().splitlines()]
    return list(dict.fromkeys(match.groups() for match in found if match))


def note(kind, name):
    """Note something, once, for a learner in a notebook. A file that refuses is no matter here."""
    if not _learner_is_here() or (kind, name) in done():
        return
    begin = "" if _text()[-1:] in ("", "\n") else "\n"
    line = f"{begin}{date.today()} {kind} {name}\n".encode()
    try:
        where().parent.mkdir(parents=True, exist_ok=True)
        # One write at the end of the file, wherever that is by then: kernels may write at once.
        file = _open(os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            os.write(file, line)
        finally:
            os.close(file)
    except OSError:
        pass  # a right answer is right on a read-only disk, too; `can_be_kept` tells


def reset():
    """Delete the file; OSError where that cannot be done."""
    where().unlink(missing_ok=True)


def can_be_kept():
    """Whether the file can be written, or made."""
    path = where()
    try:
        return _fits(os.stat(path)) and os.access(path, os.W_OK)
    except FileNotFoundError:
        path = os.path.realpath(path)  # of a link to nothing: that is made
    except OSError:  # links in a circle, a file where a folder belongs
        return False
    while not os.path.lexists(path):
        path = os.path.dirname(path)
    return os.path.isdir(path) and os.access(path, os.W_OK)


def _text():
    try:
        file = _open(os.O_RDONLY)
        try:
            return os.read(file, LARGEST).decode(errors="replace")
        finally:
            os.close(file)
    except OSError:
        return ""


def _open(how):
    """The open file, or OSError where it is none that fits; never waits for another process."""
    file = os.open(where(), how | getattr(os, "O_NONBLOCK", 0), 0o644)
    if not _fits(os.fstat(file)):
        os.close(file)
        raise OSError(f"{where()} is no file of at most {LARGEST} bytes")
    return file


def _fits(status):
    return stat.S_ISREG(status.st_mode) and status.st_size <= LARGEST


def _learner_is_here():
    """Whether this is the kernel of a notebook, and nobody grades it.

    IPython is not imported for that: where there is a kernel, it is loaded.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return hasattr(shell, "kernel") and "NBGRADER_EXECUTION" not in os.environ

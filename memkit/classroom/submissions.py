"""The hand-ins in a folder or a zip: whose each is, and of which exercise.

    ana.ipynb                                            a notebook a student
    ana/ch01-topic.ipynb, ana/ch01-topic/ch01-topic.ipynb   a folder a student (nbgrader's way)
    Ana Ray_4711_assignsubmission_file_/any.ipynb        Moodle, "download all submissions"
    rayana_4711_90210_any-1.ipynb                        Canvas, "download submissions"

A file's own text decides nothing about whose it is. Nothing is unpacked but notebooks, under names
made here; a link is not followed.
"""

import re
import shutil
import unicodedata
import zipfile
import zlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

LARGEST = 300 << 20  # bytes of a hand-in; a larger one is not even read

MOODLE = re.compile(r"(?P<who>[^/]+?)_(?P<id>\d+)_assignsubmission_(file|onlinetext)_?(?P<rest>.*)")
CANVAS = re.compile(r"(?P<who>[^/_]+)_(LATE_)?(?P<id>\d+)_\d+_(?P<rest>.+)")


@dataclass
class HandIn:
    student: str
    exercise: str | None  # "ch01", by its name; None where that does not tell
    origin: str  # what it was called in the folder or zip
    path: Path | None  # where its bytes are now
    broken: str = ""  # why nothing of it can be graded


def find(folder, shelf):
    """The HandIns of a folder or zip, each copied to the folder `shelf`; by student.

    ValueError where there is nothing to be found.
    """
    folder = Path(folder)
    if folder.is_dir():
        files = [(p.relative_to(folder).as_posix(), p) for p in sorted(folder.rglob("*"))]
        files = [(n, p.open) for n, p in files if not p.is_symlink() and p.is_file()]
        found = _sort_in(files, shelf)
    elif zipfile.is_zipfile(folder):
        with zipfile.ZipFile(folder) as archive:
            members = sorted(archive.infolist(), key=lambda member: member.filename)
            files = [(m.filename, _opener(archive, m)) for m in members if not m.is_dir()]
            found = _sort_in(files, shelf)
    else:
        raise ValueError(f"SUBMISSIONS is a folder or a zip file, not {str(folder)!r}.")
    if not found:
        raise ValueError(f"SUBMISSIONS={str(folder)!r} holds no notebook (*.ipynb).")
    return found


def _opener(archive, member):
    return lambda mode: archive.open(member)


def _sort_in(files, shelf):
    theirs = defaultdict(list)
    files = [(_parts(name), opens) for name, opens in files if name.lower().endswith(".ipynb")]
    files = [(parts, opens) for parts, opens in files if not any(map(_hidden, parts))]
    while _wrapped([parts for parts, _ in files]):
        files = [(parts[1:], opens) for parts, opens in files]
    for parts, open_file in files:
        student, rest = whose(parts)
        path = shelf / f"{student}-{len(theirs[student])}.ipynb"
        with open_file("rb") as source, path.open("wb") as target:
            broken = _copy(source, target)
        theirs[student].append(HandIn(student, _exercise(rest), "/".join(parts), path, broken))
    return [hand_in for student in sorted(theirs) for hand_in in theirs[student]]


def _parts(name):
    """The folders and the name of a file, without what leads out of here."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return tuple(part for part in parts if part not in ("/", "..", "."))


def _wrapped(paths):
    """Whether all lie in one folder that is no student's: a zip's own, as a rule."""
    return (
        len(paths) > 1
        and all(len(parts) > 1 and parts[0] == paths[0][0] for parts in paths)
        and not any(_exercise(parts[1]) for parts in paths)
        and not MOODLE.search(paths[0][0])
    )


def _hidden(part):
    return part.startswith(".") or part == "__MACOSX"


def whose(parts):
    """(student, the rest of the name) of a hand-in's path, split at its slashes."""
    joined = "/".join(parts)
    if found := MOODLE.search(joined) or (len(parts) == 1 and CANVAS.fullmatch(joined)):
        return clean(f"{found['who']}-{found['id']}"), found["rest"]
    if len(parts) == 1:
        return clean(parts[0].removesuffix(".ipynb")), parts[0]
    return clean(parts[0]), "/".join(parts[1:])


def clean(name):
    """A student's id that no file system, no spreadsheet and nbgrader stumbles over."""
    name = unicodedata.normalize("NFC", name)
    return re.sub(r"[^\w.]+", "-", name).strip("-._")[:80] or "nobody"


def _exercise(rest):
    found = re.search(r"(?<![a-z])ch\d\d", rest.lower())
    return found and found.group()


def _copy(source, target):
    """Copy a hand-in; returns what is wrong with it, or ""."""
    try:
        shutil.copyfileobj(_Bounded(source), target, 1 << 20)
    except OverflowError:
        target.truncate(0)
        return f"the file is larger than {LARGEST >> 20} MB"
    except (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        target.truncate(0)
        return f"the file cannot be read: {error}"
    return ""


class _Bounded:
    def __init__(self, source):
        self.source, self.left = source, LARGEST

    def read(self, size):
        data = self.source.read(size)
        self.left -= len(data)
        if self.left < 0:
            raise OverflowError
        return data

"""The files in a folder or a zip, zips in it opened like folders, within bounds.

Nothing is unpacked but what is asked for, under names made here; a link is not followed. What
cannot be opened is an Entry, too, and says why.
"""

import errno
import lzma
import os
import stat
import struct
import zipfile
import zlib
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from .names import NOTEBOOK, shown

LARGEST = 300 << 20  # bytes of a hand-in, and of all that a zip among the hand-ins unpacks to
DEEPEST = 3  # zips in one another
ZIPS = 20  # zips in a zip, at all depths together
CLASS, CLASS_ZIPS = 2 << 30, 1000  # the same for a zip that may be a whole class's
DIRECTORY = 8 << 20  # bytes of a zip's own table of contents: some hundred thousand names
A_LINK = "a link, which is not followed; put the file itself in its place"
A_MACS = "what a Mac writes beside a file, and not the file; ask for the .ipynb"
NO_FILE = "not a file that can be read; ask for the .ipynb"
# What the readers of zips raise at damaged ones; an OSError may also come of a copy's own disk.
READING = (
    *(zipfile.BadZipFile, EOFError, ValueError, RuntimeError, NotImplementedError, KeyError),
    *(zlib.error, lzma.LZMAError, struct.error, IndexError, OverflowError, MemoryError),
)
# The machine's own trouble, wherever it shows.
MACHINE = {
    *(errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN),
    *(errno.EROFS,),
}


@dataclass(frozen=True)
class Entry:
    """A file in the folder or zip, before it is clear whose it is."""

    parts: tuple  # the folders and zips that it lies in, and its name
    open: object = None  # a function that opens it to be read
    written: float | None = None
    broken: str = ""
    room: "Room | None" = None  # what it shares with others from the same zip among the hand-ins
    disk: Path | None = None  # where it is, if that is a file of its own

    @property
    def name(self):
        return self.parts[-1]


class Unreadable(Exception):
    """A source that gives no bytes; the words say why, and what to do."""


class Room:
    """What may still be unpacked from one zip among the hand-ins."""

    def __init__(self, size=LARGEST, zips=ZIPS, within=None):
        self.size, self.zips, self.within = size, zips, within

    def take(self, size=0, zips=0):
        self.size -= size
        self.zips -= zips
        if self.size < 0:
            raise Unreadable(f"larger than {LARGEST >> 20} MB; ask for it without outputs")
        if self.zips < 0:
            raise Unreadable("too many zips in one another; ask for the .ipynb")
        if self.within:
            self.within.take(size, zips)


def unpacked(folder, places):
    """The Entries of a folder or zip; copies of zips within it go to `places`. ValueError where it
    is neither, or cannot be opened."""
    called = shown(folder)
    try:
        if folder.is_dir():
            entries = list(_files(folder))
        elif zipfile.is_zipfile(folder):
            entries = list(_members(folder, ()))
        elif folder.exists():
            raise ValueError(
                f"SUBMISSIONS is a folder or a zip file, not {called}: is it all there?"
            )
        else:
            raise ValueError(f"SUBMISSIONS={called}: there is no such folder or zip file.")
    except (Unreadable, PermissionError) as wrong:
        raise ValueError(f"SUBMISSIONS={called} cannot be opened: {wrong}") from None
    seen = [entry for entry in entries if not _hidden(entry.parts)]
    there = {entry.parts[0] for entry in seen}
    # Of whom there is nothing else: it may be the copy that JupyterLab keeps of a notebook.
    alone = [e for e in entries if e.parts[0] not in there and not _hidden(e.parts[:1])]
    alone = [replace(e, broken=A_MACS) if e.name.startswith("._") else e for e in alone]
    return list(_opened(seen + alone, places))


def _files(folder):
    """The Entries of a folder on disk."""
    failed = []
    for place, folders, names in os.walk(folder, onerror=failed.append):
        folders.sort()
        for name in [*(n for n in folders if os.path.islink(f"{place}/{n}")), *sorted(names)]:
            path = Path(place, name)
            parts = _parts(_real(path.relative_to(folder)))
            try:
                status = path.lstat()
            except OSError as error:
                yield Entry(parts, broken=_words(error))
                continue
            if stat.S_ISREG(status.st_mode):
                yield Entry(parts, path.open, status.st_mtime, disk=path)
            elif stat.S_ISLNK(status.st_mode):
                yield Entry(parts, broken=A_LINK)
            else:
                yield Entry(parts, broken=NO_FILE)
    for error in failed:
        parts = _parts(_real(Path(error.filename).relative_to(folder)))
        if not parts:
            raise error
        yield Entry((*parts, "*"), broken=_words(error))


def _members(path, parts, room=None):
    """The Entries of a zip. Unreadable where it cannot be opened at all."""
    try:
        if room and _directory(path) > DIRECTORY:
            raise Unreadable(
                "the zip holds more files than an exercise can have; ask for the .ipynb"
            )
        archive = zipfile.ZipFile(path)
        members = sorted(archive.infolist(), key=lambda member: member.filename)
    except (*READING, OSError) as error:
        raise Unreadable(_words(error)) from None
    for member in members:
        inside = (*parts, *_parts(_decoded(member)))
        if member.filename.endswith(("/", "\\")) or len(inside) == len(parts):
            continue
        broken = A_LINK if stat.S_ISLNK(member.external_attr >> 16) else ""
        yield Entry(
            inside, _opener(path, room is None and archive, member), _written(member), broken, room
        )


def _opener(path, archive, member):
    """A function that opens a member: of the zip that all came in, or of one of many others."""

    def open_member(mode="rb"):
        if member.flag_bits & 1:
            raise Unreadable("the zip has a password; ask for it without one")
        return (archive or zipfile.ZipFile(path)).open(member)

    return open_member


def _opened(entries, places, depth=1):
    """The entries, and in the place of each zip what is in it; its copy stays at a place."""
    for entry in entries:
        if entry.broken or not (entry.name.lower().endswith(".zip") or _disguised(entry)):
            yield entry
            continue
        room = entry.room or (Room(CLASS, CLASS_ZIPS) if entry.disk else Room())
        try:
            room.take(zips=1)
            if depth > DEEPEST:
                raise Unreadable("zips in zips in zips; ask for the .ipynb")
            path = entry.disk or copy(entry, next(places), room)
            inside = list(_members(path, entry.parts, room))
        except Unreadable as wrong:
            yield replace(entry, broken=str(wrong))
            continue
        inside = [e for e in inside if not _hidden(e.parts)]
        if entry.disk:  # a platform's, perhaps: each name in it is somebody's
            rooms = defaultdict(lambda room=room: Room(within=room))
            inside = [replace(e, room=rooms[e.parts[len(entry.parts)]]) for e in inside]
        if inside:
            yield from _opened(inside, places, depth + 1)
        else:
            yield replace(entry, broken="the zip is empty; ask for the .ipynb")


def _disguised(entry):
    """Whether this is a zip that is called a notebook."""
    return bool(NOTEBOOK.fullmatch(entry.name)) and head(entry, 4) == b"PK\3\4"


def head(entry, length):
    """The first bytes of a file, b"" where it cannot be read; copying it says why."""
    try:
        with entry.open("rb") as source:
            return source.read(length)
    except (*READING, Unreadable, OSError):
        return b""


def _directory(path):
    """Bytes of a zip's table of contents, as its last record says."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - (1 << 16) - 22))
        end = stream.read()
    record = end.rfind(b"PK\5\6")
    if record < 0 or len(end) < record + 16:
        return 0  # no zip: opening it says so
    return struct.unpack_from("<I", end, record + 12)[0]


def _real(path):
    """A path on disk as its bytes say it in UTF-8, whatever the locale."""
    return os.fsencode(path).decode("utf-8", "surrogateescape")


def _decoded(member):
    """The name of a zip's member; many a program writes UTF-8 and does not say so."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.filename


def _written(member):
    """When a member was written, None where the zip does not say: its zero is 1980."""
    try:
        moment = datetime(*member.date_time)
    except ValueError:
        return None
    return moment.timestamp() if moment > datetime(1980, 1, 1) else None


def _parts(name):
    """The folders and the name of a file, without what leads out of here."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return tuple(part for part in parts if part not in ("/", "//", "..", "."))


def _hidden(parts):
    return any(
        part.startswith(".") and part[1:2] != " " or part == "__MACOSX" for part in parts
    ) or (parts[-1].lower() in ("desktop.ini", "thumbs.db"))


def _words(error):
    """Why a source could not be read, and what to do about it."""
    if isinstance(error, PermissionError):
        return "it may not be read (permission denied); change its rights, and run this again"
    if isinstance(error, OSError):
        if error.errno in MACHINE:
            raise error
        return f"it cannot be read ({error.strerror or error}); copy it anew, and run this again"
    if isinstance(error, NotImplementedError):
        return f"it is packed in a way that is unknown here ({error}); ask for the .ipynb"
    return f"the zip is damaged ({shown(error)}); download it again, or ask for the .ipynb"


def copy(entry, path, room):
    """Copy a source to `path`, and return that. Unreadable where it gives no bytes, or too many."""
    try:
        source = entry.open("rb")
    except (*READING, OSError) as error:
        raise Unreadable(_words(error)) from None
    with source, path.open("wb") as target:
        while True:
            try:
                block = source.read(1 << 20)
                room.take(len(block))
            except (*READING, OSError, Unreadable) as error:
                target.truncate(0)
                words = str(error) if isinstance(error, Unreadable) else _words(error)
                raise Unreadable(words) from None
            if not block:
                return path
            target.write(block)

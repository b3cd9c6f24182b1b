"""A file on disk, as far as memory sees it: a name, a length, pages of bytes.

Shared anonymous memory is a file too, one without a name on any disk: the kernel shows it as
/dev/zero (deleted). Source: Linux mm/shmem.c.
"""

from itertools import count

from memkit.checks import PAGE, WORD_MASK, instance, octets, whole

INODES = count(1003)


class File:
    """`data` is what the file holds; `nbytes` may be more: what follows is zero."""

    def __init__(self, name, data=b"", nbytes=None, dev="08:01", inode=None):
        if not instance("name", name, str):
            raise ValueError("name must be a path, not ''.")
        self.name, self.dev, self.data = name, instance("dev", dev, str), octets("data", data)
        length = len(self.data)
        self.nbytes = whole("nbytes", length if nbytes is None else nbytes, length, 1 << 47)
        self.inode = next(INODES) if inode is None else whole("inode", inode, 0, WORD_MASK)
        self.written = {}  # page number -> bytes, what was written back

    def __repr__(self):
        return f"File({self.name!r}, {self.nbytes} bytes)"

    @property
    def npages(self):
        return -(-self.nbytes // PAGE)

    def page(self, index):
        """The bytes of one page, in the last one zeros beyond the end. ValueError behind it."""
        index = self._checked(index)
        kept = self.written.get(index)
        if kept is None:
            kept = self.data[index * PAGE : (index + 1) * PAGE].ljust(PAGE, b"\0")
        return kept

    def on_disk(self, index):
        """Must a disk be read for this page? Not for one of shared memory that is new."""
        return self.dev != "00:01" or self._checked(index) in self.written

    def _checked(self, index):
        if not self.nbytes:
            raise ValueError(f"index must be of a page, and {self.name} has none.")
        return whole("index", index, 0, self.npages - 1)


def zeros(nbytes):
    """The file behind a shared anonymous mapping."""
    return File("/dev/zero (deleted)", nbytes=nbytes, dev="00:01")

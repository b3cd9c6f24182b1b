"""A file on disk, as far as memory sees it: a name, a length, pages of bytes.

Shared anonymous memory is a file too, one without a name on any disk: the kernel shows it as
/dev/zero (deleted). Source: Linux mm/shmem.c.
"""

from itertools import count

from memkit.vm.faults import whole
from memkit.vm.vma import PAGE

INODES = count(1003)


class File:
    """`data` is what the file holds; `nbytes` may be more: what follows is zero."""

    def __init__(self, name, data=b"", nbytes=None, dev="08:01", inode=None):
        if not isinstance(name, str) or not name:
            raise ValueError(f"name must be a path, not {name!r}.")
        if not isinstance(data, bytes | bytearray):
            raise ValueError(f"data must be bytes, not {type(data).__name__}.")
        self.name, self.dev = name, dev
        self.inode = next(INODES) if inode is None else inode
        self.data = bytes(data)
        self.nbytes = whole("nbytes", len(data) if nbytes is None else nbytes, len(data), 1 << 47)
        self.written = {}  # page number -> bytes, what was written back

    def __repr__(self):
        return f"File({self.name!r}, {self.nbytes} bytes)"

    @property
    def npages(self):
        return -(-self.nbytes // PAGE)

    def page(self, index, nbytes=PAGE):
        """The bytes of one page, zero beyond the end."""
        kept = self.written.get(index)
        if kept is None:
            kept = self.data[index * nbytes : (index + 1) * nbytes].ljust(nbytes, b"\0")
        return kept


def zeros(nbytes):
    """The file behind a shared anonymous mapping."""
    return File("/dev/zero (deleted)", nbytes=nbytes, dev="00:01")

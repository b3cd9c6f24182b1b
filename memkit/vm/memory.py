"""Physical memory: frames of bytes, and which of them are taken.

frame   a page of physical memory; pfn is its number
pa      physical address = pfn * page_size + offset
"""

import mmap
from struct import unpack

from memkit.checks import listed, power, shown, size, whole

FREE, OWNED, MAPPED = 0, 1, 2
BLOCK = 64  # numbers looked at together
LAST_PFN = 1 << 62  # more than any entry can name
MOST_BYTES = 1 << 30  # of all frames: they are bytes of this computer


class OutOfFrames(ValueError):
    """No free frame is left for a page table."""


class PhysicalMemory:
    """`nframes` frames of `page_size` bytes, all zero. `data` is a writable memoryview of them.

    Numbers in it are little-endian, as on x86 and RISC-V.
    `taken` has a byte for each frame: FREE, OWNED (by alloc or claim), MAPPED (and not owned).
    Frames for tables are taken from the top, so that small pfns are left to whoever maps pages.
    """

    def __init__(self, nframes, page_size=4096):
        nframes = whole("nframes", nframes, 1, 1 << 24)
        page_size = power("page_size", page_size, 1, MOST_BYTES)
        if nframes * page_size > MOST_BYTES:
            raise ValueError(
                f"nframes * page_size must be at most {size(MOST_BYTES)}, not "
                f"{size(nframes * page_size)}."
            )
        self.nframes = nframes
        self.page_size = page_size
        self.data = memoryview(_zeros(nframes * page_size))
        self.taken = bytearray(nframes)

    def __repr__(self):
        return f"PhysicalMemory(nframes={self.nframes}, page_size={self.page_size})"

    def _range(self, pa, nbytes):
        pa = whole("pa", pa, 0, len(self.data) - 1)
        if pa + nbytes > len(self.data):
            raise ValueError(f"{nbytes} bytes at pa {pa:#x} run past the end of memory.")
        return pa, pa + nbytes

    def read(self, pa, nbytes=1):
        """The bytes at a physical address."""
        start, end = self._range(pa, whole("nbytes", nbytes, 0, len(self.data)))
        return bytes(self.data[start:end])

    def write(self, pa, data):
        """Put bytes (a dump made elsewhere, say) at a physical address."""
        if type(data) is not bytes:
            data = self._bytes(data)
        start, end = self._range(pa, len(data))
        self.data[start:end] = data

    def _bytes(self, data):
        """Bytes, what keeps bytes, or a list of numbers, as bytes."""
        try:
            view = memoryview(data)
            if "O" not in view.format:  # no array of references
                return bytes(view)
        except TypeError:  # it keeps no bytes
            try:
                return bytes(listed("data", data, most=len(self.data)))
            except Exception:  # TypeError, ValueError, or what one of them raises
                pass
        raise ValueError(f"data must be bytes, or numbers from 0 to 255, not {shown(data)}.")

    def number(self, pa, nbytes):
        """The little-endian number of `nbytes` bytes at `pa`, 1 to 64."""
        start, end = self._range(pa, whole("nbytes", nbytes, 1, 64))
        return int.from_bytes(self.data[start:end], "little")

    def put(self, pa, nbytes, number):
        """Write a little-endian number of `nbytes` bytes at `pa`."""
        nbytes = whole("nbytes", nbytes, 1, 64)
        number = whole("number", number, 0, (1 << 8 * nbytes) - 1)
        self.write(pa, number.to_bytes(nbytes, "little"))

    def numbers(self, pa, n, nbytes):
        """(index, number) of those of the `n` numbers of `nbytes` bytes from `pa` on that are not
        0. Page tables are long and almost empty: what is 0 is passed over in blocks."""
        codes = {1: "B", 2: "H", 4: "I", 8: "Q"}
        nbytes = whole("nbytes", nbytes, 1, 8)
        if nbytes not in codes:
            raise ValueError(f"nbytes must be 1, 2, 4 or 8, not {shown(nbytes)}.")
        pa = whole("pa", pa, 0, len(self.data))
        n = whole("n", n, 0, (len(self.data) - pa) // nbytes)
        found, code = [], codes[nbytes]
        for first in range(0, n, BLOCK):
            end = min(first + BLOCK, n)
            block = bytes(self.data[pa + first * nbytes : pa + end * nbytes])
            if block != bytes(len(block)):
                row = unpack(f"<{end - first}{code}", block)
                found += [(i, number) for i, number in enumerate(row, first) if number]
        return found

    # frames

    @property
    def free_frames(self):
        return self.nframes - self.taken.count(OWNED)

    def alloc(self, nframes=1):
        """Take the highest free run of frames -> its first pfn. Contents are left as they are."""
        nframes = whole("nframes", nframes, 1, self.nframes)
        run = bytes(nframes)
        pfn = self.taken.rfind(run)
        if pfn < 0:
            pfn = self.taken.replace(bytes([MAPPED]), bytes([FREE])).rfind(run)
        if pfn < 0:
            free = f"{self.free_frames} of {self.nframes} frames are free"
            raise OutOfFrames(f"{nframes} frame(s) in a row wanted, but {free}.")
        self.claim(pfn, nframes)
        return pfn

    def claim(self, pfn, nframes=1):
        """Mark frames as owned, as far as memory has them; claiming twice is no error."""
        pfn, nframes = whole("pfn", pfn, 0, LAST_PFN), whole("nframes", nframes, 1, LAST_PFN)
        n = max(0, min(nframes, self.nframes - pfn))
        self.taken[pfn : pfn + n] = bytes([OWNED]) * n

    def avoid(self, pfn, nframes=1):
        """Somebody maps these frames without owning them: let alloc() take others first."""
        pfn, nframes = whole("pfn", pfn, 0, LAST_PFN), whole("nframes", nframes, 1, LAST_PFN)
        part = self.taken[pfn : pfn + nframes]
        self.taken[pfn : pfn + nframes] = part.replace(bytes([FREE]), bytes([MAPPED]))

    def free(self, pfn, nframes=1):
        """Give frames back. ValueError if one of them is free already."""
        pfn = whole("pfn", pfn, 0, self.nframes - 1)
        nframes = whole("nframes", nframes, 1, self.nframes - pfn)
        for frame in range(pfn, pfn + nframes):
            if self.taken[frame] != OWNED:
                raise ValueError(f"pfn must be of a frame in use: frame {frame} is free already.")
        self.taken[pfn : pfn + nframes] = bytes(nframes)


def _zeros(nbytes):
    """Writable bytes, all zero, that take room in the computer only when they are touched."""
    try:
        if hasattr(mmap, "MAP_PRIVATE"):
            return mmap.mmap(-1, nbytes, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        return mmap.mmap(-1, nbytes)  # Windows
    except OSError:
        raise MemoryError(f"this computer has no {nbytes} bytes left.") from None

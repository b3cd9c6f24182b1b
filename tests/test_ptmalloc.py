"""PtMalloc against glibc 2.36 (Debian 12), and its own rules.

glibc_patterns.npz, measured: one operation at a time (m malloc, c calloc(1, size), r realloc,
a memalign, f free; slot: name of the pointer), and after each, in three settings, where the block
lies (off: from the heap's start; of a mapped block modulo 4096; -1 for free), its usable size and
header flags, and what mallinfo2 counts. Counts are kept as differences from row to row; start: the
first row of each pattern. default: untouched; notcache: tcache_count=0; nofast: mxfast=0 as well.
"""

import csv
import gzip
import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from techniques import TECHNIQUES

from memkit import record, vm
from memkit.malloc import Abort, PtMalloc, SegmentationFault
from memkit.malloc.errors import NotFollowed
from memkit.malloc.glibc import ptmalloc
from memkit.malloc.glibc.chunks import LARGE_INDEX, bin_index, chunk_size
from memkit.malloc.glibc.memory import ARENA_BYTES, MAIN_ARENA

DATA = Path(__file__).parent / "data" / "malloc"
SETTINGS = {
    "default": {},
    "notcache": {"tcache": False},
    "nofast": {"tcache": False, "fastbins": False},
}
COUNTS = "brk ordblks smblks fsmblks fordblks top hblks hblkhd".split()
COLUMNS = ["off", "usable", "flags", *COUNTS]


def table(name):
    with (DATA / name).open() as file:
        return list(csv.DictReader(file))


with np.load(DATA / "glibc_patterns.npz") as arrays:
    PATTERNS = arrays["pattern"].tolist()


@pytest.fixture(scope="module")
def recorded():
    """The arrays as they were recorded; they are large, so only who runs these tests has them."""
    with np.load(DATA / "glibc_patterns.npz") as arrays:
        return {name: arrays[name] for name in arrays.files}


@pytest.fixture(params=PATTERNS)
def pattern(request, recorded, setting):
    """(operations, answers) of one pattern in a setting."""
    start, end = recorded["start"][PATTERNS.index(request.param) :][:2]
    columns = []
    for name in COLUMNS:
        column = recorded[f"{setting}/{name}"].astype(np.int64)
        columns.append((column.cumsum() if name in COUNTS else column)[start:end].tolist())
    given_ = [recorded[name][start:end].tolist() for name in ("op", "slot", "size", "align")]
    return list(zip(*given_, strict=True)), list(zip(*columns, strict=True))


each_setting = pytest.mark.parametrize("setting", SETTINGS)


def do(heap, op, slot, size, align, slots):
    """One recorded operation on the model; returns the address, None for a free."""
    if op == ord("m"):
        slots[slot] = heap.malloc(size)
    elif op == ord("c"):
        slots[slot] = heap.calloc(1, size)
    elif op == ord("r"):
        slots[slot] = heap.realloc(slots[slot], size)
    elif op == ord("a"):
        slots[slot] = heap.memalign(align, size)
    else:
        return heap.free(slots.pop(slot))
    return slots[slot]


def seen(heap, address):
    """What the recording has of a moment, in the order of COLUMNS."""
    block = (-1, 0, 0)
    if address is not None:
        flags = heap.flags(address)
        off = address % 4096 if flags & 2 else address - heap.start
        block = (off, heap.usable_size(address), flags)
    stats = heap.stats()
    return (*block, *(stats[name] for name in COUNTS))


@each_setting
def test_every_address_flag_and_count_is_the_real_one(setting, pattern):
    heap, slots, wrong = PtMalloc(**SETTINGS[setting]), {}, []
    for i, (operation, answer) in enumerate(zip(*pattern, strict=True)):
        got = seen(heap, do(heap, *operation, slots))
        if got != answer:
            wrong.append((i, dict(zip(COLUMNS, zip(got, answer, strict=True), strict=True))))
    assert wrong[:3] == []


def test_usable_size_is_the_real_one():
    for row in table("glibc_usable.csv"):
        heap = PtMalloc()
        assert heap.usable_size(heap.malloc(int(row["request"]))) == int(row["usable"]), row


# -- the bugs: each a small program; what it returns is the answer to the question in its name


def blocks(heap, n, size=24):
    return [heap.malloc(size) for _ in range(n)]


def double_free_at_once(heap):
    (a,) = blocks(heap, 1)
    heap.free(a)
    heap.free(a)


def double_free_one_between(heap):
    a, b = blocks(heap, 2)
    for address in (a, b, a):
        heap.free(address)


def double_free_after_7_others(heap):
    a, b, *others = blocks(heap, 9)
    for address in (*others, a, b, a):  # the tcache is full: a lies in a fastbin, below b
        heap.free(address)


def dangling_pointer_same_address_reused(heap):
    a, _ = blocks(heap, 2)
    heap.free(a)
    return heap.malloc(24) == a


def free_at(offset):
    def program(heap):
        heap.free(heap.malloc(100) + offset)

    return program


def use_after_free_read_first_word_unchanged(heap):
    a, b = blocks(heap, 2, 100)
    heap.words.write(a, b"the data")
    heap.free(b)
    heap.free(a)
    return heap.words.read(a, 8) == b"the data"


def use_after_free_write_then_malloc_same_size_aliases(heap):
    a, _ = blocks(heap, 2, 100)
    heap.free(a)
    b = heap.malloc(100)
    heap.words.write(a, b"dangling")
    return heap.words.read(b, 8) == b"dangling"


def use_after_free_of_mmapped_block_read(heap):
    a = heap.malloc(1 << 20)
    heap.words.write(a, b"x")
    heap.free(a)
    heap.words.read(a, 1)


def overflow_1_byte_past_request_24(heap):
    a, _ = blocks(heap, 2)
    heap.words.write(a, b"A" * 25)
    heap.free(a)


def overflow_big_into_next_then_free_both(heap):
    a, b = blocks(heap, 2)
    heap.words.write(a, b"A" * 200)
    heap.free(a)
    heap.free(b)


def read_uninitialised_reused_block_sees_old_data(heap):
    a = heap.malloc(100)
    heap.words.write(a, b"password" * 12)
    heap.free(a)
    return heap.words.read(heap.malloc(100) + 16, 8) == b"password"


def leak_100MB_then_exit(heap):
    for _ in range(100):
        heap.malloc(1 << 20)


BUGS = {
    program.__name__: program
    for program in (
        double_free_at_once,
        double_free_one_between,
        double_free_after_7_others,
        use_after_free_read_first_word_unchanged,
        use_after_free_write_then_malloc_same_size_aliases,
        dangling_pointer_same_address_reused,
        use_after_free_of_mmapped_block_read,
        overflow_1_byte_past_request_24,
        overflow_big_into_next_then_free_both,
        read_uninitialised_reused_block_sees_old_data,
        leak_100MB_then_exit,
    )
} | {
    "free_stack_address": lambda heap: heap.free(0x7FFF_FFFF_E010),
    "free_middle_of_block": free_at(32),
    "free_misaligned_8": free_at(8),
    "wild_pointer_write": lambda heap: heap.words.write(0x1234_5678_9000, b"x"),
    "null_pointer_read": lambda heap: heap.words.read(0, 1),
    "free_null": lambda heap: heap.free(None),
    "malloc_zero_unique": lambda heap: len({heap.malloc(0), heap.malloc(0), None}) == 3,
    "malloc_huge_fails": lambda heap: heap.malloc((1 << 64) - 1 >> 1) is None,
}


@pytest.mark.parametrize("row", table("glibc_bugs.csv"), ids=lambda row: row["bug"])
def test_a_bug_ends_as_it_does_on_the_real_one(row):
    try:
        outcome, message = f"ok:{BUGS[row['bug']](PtMalloc()) or 0:d}", ""
    except Abort as error:
        outcome, message = "SIGABRT", str(error)
    except SegmentationFault:
        outcome, message = "SIGSEGV", ""
    assert (outcome, message) == (row["outcome"], row["message"])


def overflow(byte, size, length, order=(0, 1)):
    """Two blocks; the first is written past its end; both are freed, in this order."""
    heap = PtMalloc()
    pair = blocks(heap, 2, size)
    heap.words.write(pair[0], bytes([byte]) * length)
    for i in order:
        heap.free(pair[i])


# Run on glibc 2.36: what a byte repeated over the headers means to free.
@pytest.mark.parametrize(
    "args, message",
    [
        ((0xFF, 24, 200), "munmap_chunk(): invalid pointer"),
        ((0x42, 24, 200), "munmap_chunk(): invalid pointer"),
        ((0x78, 24, 200), "free(): invalid size"),
        ((0x00, 24, 200), "free(): invalid pointer"),
        ((0x41, 2000, 4000), "free(): invalid next size (normal)"),
    ],
)
def test_an_overwritten_header_aborts_with_glibcs_words(args, message):
    with pytest.raises(Abort) as caught:
        overflow(*args)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "args",
    [
        (0x41, 24, 200),
        (0x55, 24, 200),
        (0x41, 100, 300),
        (0x41, 24, 200, (1, 0)),
        (0x41, 2000, 4100, (1, 0)),
    ],
)
def test_an_overwritten_header_may_also_crash(args):
    with pytest.raises(SegmentationFault):
        overflow(*args)


def test_a_block_freed_twice_into_a_fastbin_is_handed_out_again_and_again():
    heap = PtMalloc()
    a, b, *others = blocks(heap, 9)
    for address in (*others, a, b, a):
        heap.free(address)
    blocks(heap, 7)  # the tcache is empty again
    assert blocks(heap, 4) == [a, b, a, b]  # as run on glibc 2.36
    assert heap.malloc(24) not in (a, b)
    heap = PtMalloc()
    a, b, *others = blocks(heap, 9)
    for address in (*others, a, b, a):
        heap.free(address)
    with pytest.raises(Abort, match="malloc_consolidate.*: invalid chunk size"):
        heap.malloc(2000)


def test_an_overwritten_top_and_a_freed_header_are_noticed_by_malloc():
    heap = PtMalloc()
    heap.words.write(heap.malloc(2000), b"A" * 2100)
    with pytest.raises(Abort, match="corrupted top size"):
        heap.malloc(2000)
    heap = PtMalloc()
    a, b, _ = blocks(heap, 3, 2000)
    heap.free(b)
    heap.words.write(a, b"A" * 2016)
    with pytest.raises(Abort, match="invalid size .unsorted"):
        heap.malloc(2000)


# -- rules


def walk(heap):
    """The heap's chunks, checked: they lie side by side, and no two free ones in a row."""
    state = heap.snapshot()
    at = state.start
    inside = [chunk for chunk in state.chunks if chunk.kind != "mapped"]
    for chunk in inside:
        assert chunk.address == at and chunk.size % 16 == 0 and chunk.size >= 16
        at += chunk.size
    assert not inside or at == state.brk
    free = [chunk.kind in ("bin", "unsorted", "top") for chunk in inside]
    assert not any(a and b for a, b in zip(free, free[1:], strict=False))
    return state


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from("mmmmfffrrca"),
        st.one_of(st.integers(0, 200), st.integers(0, 3000), st.integers(0, 400_000)),
        st.integers(0, 30),
        st.sampled_from([1, 32, 64, 1000, 4096]),
        st.integers(0, 2),
    ),
    max_size=120,
)


@settings(max_examples=60, deadline=None)
@given(OPERATIONS, st.sampled_from(list(SETTINGS.values())))
def test_blocks_never_overlap_and_chunks_tile_the_heap(operations, options):
    heap, live = PtMalloc(**options), {}
    for op, n, which, align, thread in operations:
        keys = list(live)
        address, multiple = None, 16
        if op == "m":
            address = heap.malloc(n, thread)
        elif op == "c":
            address = heap.calloc(1, n, thread)
        elif op == "a":
            address, multiple = heap.memalign(align, n, thread), align if align != 1000 else 1024
        elif keys and op == "f":
            heap.free(keys[which % len(keys)], thread)
            del live[keys[which % len(keys)]]
        elif keys and n:
            old = keys[which % len(keys)]
            del live[old]
            address = heap.realloc(old, n, thread)
        if address is not None:
            assert address % 16 == 0 and address % multiple == 0
            assert heap.usable_size(address) >= n
            live[address] = n
            vma = heap.space.find_vma(address)
            assert vma.start <= address and address + n <= vma.end
    spans = sorted((a, a + heap.usable_size(a)) for a in live)
    assert all(a[1] <= b[0] + 0 for a, b in zip(spans, spans[1:], strict=False))
    walk(heap)


def test_numbers_of_numpy_are_numbers():
    heap = PtMalloc()
    a = heap.malloc(np.int64(24))
    assert type(a) is int and a == PtMalloc().malloc(24)
    heap.free(np.int64(a))
    assert heap.calloc(np.int32(3), 8) != a and heap.malloc(24) == a


def test_a_thread_finds_what_it_freed_itself():
    heap = PtMalloc()
    a = heap.malloc(24, thread=0)
    heap.malloc(24, thread=1)
    heap.free(a, thread=1)
    assert heap.malloc(24, thread=0) != a
    assert heap.malloc(24, thread=1) == a


def test_contents_go_along_and_calloc_is_zero():
    heap = PtMalloc()
    a, _ = blocks(heap, 2, 100)
    heap.words.write(a, b"0123456789abcdef" * 6)
    b = heap.realloc(a, 3000)
    assert b != a and heap.words.read(b, 96) == b"0123456789abcdef" * 6
    heap.free(b)
    assert heap.words.read(heap.calloc(3000), 96) == bytes(96)
    c = heap.realloc(None, 10)
    assert c is not None and heap.realloc(c, 0) is None and heap.malloc(10) == c


def test_someone_else_may_move_the_break():
    space = vm.AddressSpace()
    heap = PtMalloc(space)
    a = heap.malloc(1000)
    theirs = space.sbrk(4096)
    inside = [heap.malloc(1000) for _ in range(300)]
    assert all(not theirs - 1000 < address < theirs + 4096 for address in inside)
    assert max(inside) > theirs > a
    for address in inside:
        heap.free(address)
    assert space.brk() > theirs


def test_no_memory_is_none_and_changes_nothing():
    heap = PtMalloc(vm.AddressSpace(limit=1 << 20))
    a = heap.malloc(1000)
    before = heap.snapshot()
    assert heap.malloc(2 << 20) is None and heap.realloc(a, 2 << 20) is None
    assert heap.memalign(64, 2 << 20) is None and heap.calloc(2 << 20) is None
    assert heap.snapshot() == before
    assert PtMalloc(vm.AddressSpace(limit=0)).malloc(1) is None


def test_bins_are_the_real_ones():
    assert [bin_index(size) for size in (32, 1008, 1024, 1088, 3072, 3136, 10752, 11264)] == [
        2, 63, 64, 65, 96, 97, 112, 112,
    ]  # fmt: skip
    assert [bin_index(size) for size in (45056, 163840, 786431, 786432, 1 << 30)] == [
        120, 124, 126, 126, 126,
    ]  # fmt: skip
    assert all(LARGE_INDEX[size >> 6] == bin_index(size) for size in range(1024, 786432, 64))
    assert [chunk_size(n) for n in (0, 24, 25, 120, 121, 1032)] == [32, 32, 48, 128, 144, 1040]


def test_a_recording_says_what_a_teacher_would():
    heap = PtMalloc()
    with record(heap) as steps:
        kept = [heap.malloc(n) for n in (24, 24, 2000, 24, 3000, 24, 1 << 20)]
        for address in kept:
            heap.free(address)
        again = [heap.malloc(n) for n in (24, 500, 5000)]
        for address in blocks(heap, 9) + blocks(heap, 3, 1500):
            heap.free(address)
        again += [heap.calloc(24), heap.realloc(again[1], 900), heap.malloc(40_000)]
        heap.free(heap.malloc(120_000))
        heap.malloc(200_000)
    events = {step.event for step in steps}
    assert events >= {
        "tcache init", "tcache hit", "tcache put", "fastbin", "unsorted", "sort", "bin", "split",
        "coalesce", "consolidate", "top", "into top", "brk", "mmap", "munmap", "threshold",
        "malloc", "free", "realloc",
    }  # fmt: skip
    hit = next(step for step in steps if step.event == "tcache hit")
    assert str(hit) == f"malloc(24): tcache hit, the newest of 32 B is {again[0] - 16:#x}: no lock"
    assert all("{" not in str(step) for step in steps)
    quiet = PtMalloc()
    assert [quiet.malloc(n) for n in (24, 24, 2000, 24, 3000, 24, 1 << 20)] == kept


def test_the_lock_is_what_the_tcache_saves():
    def locks(**options):
        heap = PtMalloc(**options)
        for _ in range(100):
            heap.free(heap.malloc(64))
        return heap.arena.locks

    assert locks() == 2 and locks(tcache=False) == 201  # the table is one of them


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda heap: heap.malloc(-1), "n must be a whole number from 0 .*, not -1[.]"),
        (lambda heap: heap.malloc("8"), "n must be a whole number .*, not '8'[.]"),
        (lambda heap: heap.malloc(8, thread=-1), "thread must be .*, not -1[.]"),
        (lambda heap: heap.malloc(8, thread=[]), "thread must be .*"),
        (lambda heap: heap.free("x"), "address must be .*, not 'x'[.]"),
        (lambda heap: heap.usable_size(0x1000), "address must be of a block; none begins .*[.]"),
        (lambda heap: heap.memalign(-8, 8), "alignment must be .*, not -8[.]"),
        (lambda heap: heap.calloc(1, None), "size must be .*, not None[.]"),
    ],
)
def test_bad_input_gets_one_sentence(call, words):
    heap = PtMalloc()
    heap.malloc(10)
    before = heap.snapshot()
    with pytest.raises(ValueError, match=f"^{words}$"):
        call(heap)
    assert heap.snapshot() == before


# -- what a program writes over: the bytes are glibc's too


class Program:
    """A technique's heap, over the model: see techniques.py."""

    def __init__(self):
        space = vm.AddressSpace()
        self.area = space.mmap(1 << 16, 0x40_0000, fixed=True)
        self.heap = PtMalloc(space)
        self.malloc, self.calloc, self.free = self.heap.malloc, self.heap.calloc, self.heap.free

    def put(self, address, *words):
        for i, word in enumerate(words):
            self.heap.words.write(address + 8 * i, (word & (1 << 64) - 1).to_bytes(8, "little"))

    def get(self, address):
        return int.from_bytes(self.heap.words.read(address, 8), "little")


# Measured: each run as a C program on glibc 2.36. The others succeeded.
STOPPED = {
    "unsorted_bin_attack": (Abort, "malloc(): unsorted double linked list corrupted"),
    "house_of_force": (Abort, "malloc(): corrupted top size"),
    "house_of_mind": (SegmentationFault, "no area holds the address 0x0."),
}


@pytest.mark.parametrize("technique", TECHNIQUES, ids=lambda technique: technique.__name__)
def test_a_technique_ends_as_on_glibc(technique):
    if technique.__name__ not in STOPPED:
        assert technique(Program()) is True
        return
    error, message = STOPPED[technique.__name__]
    with pytest.raises(error) as caught:
        technique(Program())
    assert str(caught.value) == message


def test_techniques_that_need_no_look_at_memory_before_work_from_the_fast_heap_too():
    heap = PtMalloc()
    a, b, *others = (heap.calloc(8) for _ in range(9))
    for address in (*others, a, b):
        heap.free(address)
    assert heap.memory is None
    heap.free(a)
    assert heap.memory is not None
    assert [heap.calloc(8) for _ in range(3)] == [a, b, a]  # as fastbin_dup, measured


# glibc_corrupted.json.gz, measured on glibc 2.36: 400 programs by chance that free twice and in
# the middle, write over headers, links and forged chunks. Of each: its setting, its operations,
# what they returned, how it ended, and the CRC of all the words of heap and area that are not 0
# (at the end; pointers into main_arena counted from its start). Numbers are hexadecimal.
CORRUPTED = DATA / "glibc_corrupted.json.gz"
HEAP, AREA, LIBS = 0x4E7000, 0x446000, 0x7FFFF7DD2000  # where it was run
VERBS = {
    "m": lambda heap, slot, n: heap.malloc(n),
    "c": lambda heap, slot, n: heap.calloc(1, n),
    "a": lambda heap, slot, alignment, n: heap.memalign(alignment, n),
    "r": lambda heap, slot, address, n: heap.realloc(address, n),
    "f": lambda heap, address: heap.free(address),
    "w": lambda heap, at, word: heap.words.write(at, word.to_bytes(8, "little")),
    "b": lambda heap, at, byte: heap.words.write(at, bytes([byte])),
}


def crc_of_memory(heap):
    crc, end = 0, MAIN_ARENA + ARENA_BYTES
    for start, stop in ((AREA, AREA + (1 << 16)), (HEAP, heap.space.brk())):
        data = heap.words.read(start, stop - start)
        for at, (word,) in zip(range(start, stop, 8), struct.iter_unpack("<Q", data), strict=True):
            if word:
                word = 1 << 63 | word - MAIN_ARENA if MAIN_ARENA <= word < end else word
                crc = zlib.crc32(struct.pack("<QQ", at, word), crc)
    return crc


@pytest.mark.parametrize("from_the_start", [True, False])
@pytest.mark.parametrize("part", range(8))
def test_a_heap_that_is_written_over_goes_on_as_glibc(part, from_the_start):
    programs = json.loads(gzip.decompress(CORRUPTED.read_bytes()))[part::8]
    for setting, operations, returned, ended, crc in programs:
        space = vm.AddressSpace()
        assert space.brk() == HEAP
        space.mmap(HEAP - AREA, AREA, fixed=True)
        space.mmap(space.mmap_base - LIBS, LIBS, prot="---", fixed=True)  # the libraries
        heap, got, end = PtMalloc(space, **SETTINGS[setting]), [], None
        if from_the_start:
            heap.words.read(HEAP, 0)
        for operation in operations:
            verb, *arguments = operation.split()
            try:
                result = VERBS[verb](heap, *(int(number, 16) for number in arguments))
            except Abort as error:
                end = str(error)
                break
            except SegmentationFault:
                end = "SIGSEGV"
                break
            got.append(f"{result or 0:x}")
        assert " ".join(got) == returned and end == ended, operations
        if crc is not None:
            assert crc_of_memory(heap) == crc, operations


def test_what_lies_in_memory_is_there_whenever_one_first_looks():
    """As run on glibc 2.36: a block from the unsorted list still has the links of its list, one
    from the tcache the link to the next, and of its key nothing."""
    heap = PtMalloc()
    a, b = heap.malloc(0x500), heap.malloc(0x18)
    c = heap.malloc(0x18)
    for address in (a, b, c):
        heap.free(address)
    assert [heap.malloc(0x500), heap.malloc(0x18)] == [a, c] and heap.memory is None
    links = struct.unpack("<2Q", heap.words.read(a, 16))
    assert links == (MAIN_ARENA + 0x60,) * 2
    assert struct.unpack("<2Q", heap.words.read(c, 16)) == (c >> 12 ^ b, 0)


def test_after_very_many_calls_what_was_left_is_not_known():
    heap = PtMalloc()
    a, _ = heap.malloc(0x500), heap.malloc(0x18)
    for _ in range(ptmalloc.LOGGED):
        heap.free(heap.malloc(0x18))
    heap.free(a)
    assert heap.malloc(0x500) == a
    assert heap.words.read(a, 16) == bytes(16)
    assert int.from_bytes(heap.words.read(a - 8, 8), "little") == 0x511


# Run on glibc 2.36. What is larger than PTRDIFF_MAX is refused at once; what is not is looked for,
# in vain, but the fastbins have been emptied. realloc asks for 15 bytes less than its chunk has.
@pytest.mark.parametrize("in_memory", [False, True])
@pytest.mark.parametrize(
    "call, left_in_fastbin",
    [
        (lambda heap, a: heap.malloc((1 << 63) - 1), 0),
        (lambda heap, a: heap.malloc((1 << 63) - 48), 0),
        (lambda heap, a: heap.malloc(1 << 63), 1),
        (lambda heap, a: heap.calloc((1 << 63) - 1), 0),
        (lambda heap, a: heap.calloc((1 << 64) - 64), 1),
        (lambda heap, a: heap.calloc(1 << 63, 2), 1),
        (lambda heap, a: heap.realloc(a, (1 << 63) - 1), 1),
        (lambda heap, a: heap.realloc(a, (1 << 63) - 9), 0),
        (lambda heap, a: heap.memalign(64, (1 << 63) - 200), 0),
        (lambda heap, a: heap.memalign(64, (1 << 63) - 100), 1),
        (lambda heap, a: heap.memalign(1 << 63, (1 << 63) - 1), 1),
    ],
)
def test_a_request_that_none_can_serve(call, left_in_fastbin, in_memory):
    heap = PtMalloc(tcache=False)
    a, b, _ = blocks(heap, 3)
    heap.free(b)
    if in_memory:
        heap.words.read(heap.start, 0)
    assert call(heap, a) is None
    assert heap.stats()["smblks"] == left_in_fastbin


@pytest.mark.parametrize(
    "header, outcome",
    [
        (0x11, "Fatal glibc error: malloc assertion failure in __libc_calloc: nclears >= 3"),
        (0x19, "Fatal glibc error: malloc assertion failure in __libc_calloc: nclears >= 3"),
        (0x1, SegmentationFault),
        (0x1000001, SegmentationFault),
        (0x21, None),
        (0x31, None),
    ],
)
def test_calloc_clears_as_much_as_the_header_says(header, outcome):
    """As run on glibc 2.36: the header of a chunk in a small bin was overwritten."""
    heap = PtMalloc(tcache=False)
    a, _ = heap.malloc(0x88), heap.malloc(0x18)
    heap.free(a)
    heap.malloc(0x500)
    heap.words.write(a - 8, header.to_bytes(8, "little"))
    if outcome is None:
        assert heap.calloc(0x88) == a
        return
    with pytest.raises(SegmentationFault if outcome is SegmentationFault else Abort) as caught:
        heap.calloc(0x88)
    assert outcome is SegmentationFault or str(caught.value) == outcome


def test_memalign_asserts_that_enough_is_left():
    """As run on glibc 2.36: a chunk in a small bin, of 112 B, had its header overwritten."""

    def aligned(header):
        heap = PtMalloc(tcache=False, fastbins=False)
        heap.malloc(40)
        a, _ = heap.malloc(0x68), heap.malloc(0x18)
        heap.free(a)
        heap.malloc(0x500)
        heap.words.write(a - 8, header.to_bytes(8, "little"))
        return heap.memalign(32, 24) - a

    assert aligned(0x71) == 48 == aligned(0x51)
    with pytest.raises(Abort, match="^free.*: invalid next size .normal.$"):
        aligned(0x31)
    with pytest.raises(Abort) as caught:
        aligned(0x41)
    claim = "newsize >= nb && (((unsigned long) (chunk2mem (p))) % alignment) == 0"
    words = f"Fatal glibc error: malloc assertion failure in _int_memalign: {claim}"
    assert str(caught.value) == words


def test_a_top_that_ends_past_all_addresses_begins_again_at_0():
    """As run on glibc 2.36: top + size is an address, so it wraps."""
    heap = PtMalloc(tcache=False)
    a, b = heap.malloc(0x88), heap.malloc(0x408)
    heap.free(b)
    heap.words.write(b - 8, b"\xff" * 8)
    with pytest.raises(Abort, match="^double free or corruption .out.$"):
        heap.free(a)


@pytest.mark.parametrize(
    "call, function, claim",
    [
        (lambda heap, a: heap.malloc(40), "__libc_malloc", ("victim", "&main_arena")),
        (lambda heap, a: heap.calloc(40), "__libc_calloc", ("mem", "av")),
        (lambda heap, a: heap.realloc(a, 40), "__libc_realloc", ("newp", "ar_ptr")),
    ],
)
@pytest.mark.parametrize("far", [False, True])
def test_each_verb_asserts_in_its_words_that_a_block_is_of_the_arena(call, function, claim, far):
    """As run on glibc 2.36: a chunk in a fastbin was marked as of another arena. Below 64 MiB the
    word that would name it lies at address 0."""
    heap = PtMalloc(tcache=False)
    while far and heap.malloc(100_000) < 0x500_0000:
        pass
    b, a, _ = (heap.malloc(n) for n in (40, 24, 24))
    heap.free(b)
    heap.words.write(b - 8, b"\x35")
    with pytest.raises(Abort if far else SegmentationFault) as caught:
        call(heap, a)
    if far:
        name, arena = claim
        assert str(caught.value) == (
            f"Fatal glibc error: malloc assertion failure in {function}: !{name} || "
            f"chunk_is_mmapped (mem2chunk ({name})) || {arena} == arena_for_chunk "
            f"(mem2chunk ({name}))"
        )


def test_mremap_fails_where_no_area_begins():
    """As run on glibc 2.36, Linux 6.18: a mapped block says that its mapping begins a page lower,
    where nothing is. To shrink it fails, so it stays as it is; to grow fails, so it moves."""
    heap = PtMalloc()
    a = heap.malloc(1 << 20)
    heap.words.write(a - 16, (4096).to_bytes(8, "little"))
    assert heap.realloc(a, 24) == a and heap.stats()["hblkhd"] == (1 << 20) + 4096
    assert heap.realloc(a, 2 << 20) < a - (2 << 20)


def test_what_another_arena_would_do_is_said_in_one_sentence():
    heap = PtMalloc()
    a = heap.malloc(0x500)
    heap.malloc(16)
    while heap.malloc(0x10000) < 0x400_0000:  # where a chunk above will look for its heap
        pass
    b = heap.malloc(0x500)
    heap.malloc(16)
    assert a < 0x400_0000 < b
    heap.words.write(b - 8, (0x515).to_bytes(8, "little"))
    with pytest.raises(NotFollowed, match="^the chunk at .* is of another arena: .*[.]$"):
        heap.free(b)


@settings(max_examples=60, deadline=None)
@given(OPERATIONS, st.integers(0, 60), st.sampled_from(list(SETTINGS.values())))
def test_in_memory_the_heap_is_the_same(operations, when, options):
    """The fast lists and glibc's words: one program, written down into memory at some moment."""
    fast, other = PtMalloc(**options), PtMalloc(**options)
    live = []
    for i, (op, n, which, align, thread) in enumerate(operations):
        if i == when:
            other.words.read(other.start, 0)
        calls = {
            "m": ("malloc", n, thread),
            "c": ("calloc", 1, n, thread),
            "a": ("memalign", align, n, thread),
        }
        if op not in calls:
            if not live:
                continue
            address = live.pop(which % len(live))
            calls = {"f": ("free", address, thread), "r": ("realloc", address, n, thread)}
        verb, *arguments = calls[op]
        address = getattr(fast, verb)(*arguments)
        assert getattr(other, verb)(*arguments) == address
        if address is not None:
            live.append(address)
            assert other.flags(address) == fast.flags(address)
            assert other.usable_size(address) == fast.usable_size(address)
    assert fast.memory is None and other.stats() == fast.stats()
    assert other.snapshot() == fast.snapshot() and other.arena.locks == fast.arena.locks


@each_setting
def test_in_memory_every_address_and_flag_is_the_real_one(setting, pattern):
    heap, slots = PtMalloc(**SETTINGS[setting]), {}
    heap.words.read(heap.start, 0)
    for i, (operation, answer) in enumerate(zip(*pattern, strict=True)):
        address = do(heap, *operation, slots)
        if i % 100 == 0:
            assert seen(heap, address) == answer
        elif address is not None:
            flags = heap.flags(address)
            off = address % 4096 if flags & 2 else address - heap.start
            assert (off, heap.usable_size(address), flags) == answer[:3]


def test_it_says_which_glibc_it_is():
    assert PtMalloc.version == "2.36" and "2.41" in ptmalloc.__doc__

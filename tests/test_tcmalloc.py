"""TCMalloc against gperftools 2.10 (libtcmalloc_minimal, Debian 12), and its own rules.

Data, measured: one operation at a time, and after each where the block lies and what the allocator
reports. op: m malloc, c calloc(1, size), r realloc, a memalign, f free, s the state before the
first; page: 8 KiB page counted from the first block's; th: thread; the rest: bytes, as in stats().
"""

import csv
import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from memkit import record, vm
from memkit.malloc.errors import InvalidPointer, NotFollowed, SegmentationFault
from memkit.malloc.tcmalloc.pageheap import RELEASE_DELAY
from memkit.malloc.tcmalloc.sizes import CLASSES, PAGE_SIZE, tc_size_class
from memkit.malloc.tcmalloc.tcmalloc import TCMalloc

DATA = Path(__file__).parent / "data" / "malloc"
STATS = "heap thread central transfer free unmapped alloc".split()
COLUMNS = "op slot size align th page off usable".split() + STATS


def table(name):
    with (DATA / name).open() as file:
        return list(csv.DictReader(file))


SMALL = "patterns_small_tcmalloc.csv"
TOTALS = {  # file: bytes that all thread caches may hold
    SMALL: 32 << 20,
    "patterns_big_tcmalloc.npz": 32 << 20,
    "patterns_big_tcmalloc_1MiB.npz": 1 << 20,
}


def patterns():
    """(file, name) of each recorded pattern, read only by the test that needs it."""
    yield from dict.fromkeys((SMALL, row["pattern"]) for row in table(SMALL))
    for file in list(TOTALS)[1:]:
        with np.load(DATA / file) as arrays:
            yield from dict.fromkeys((file, key.partition("/")[0]) for key in arrays.files)


def rows_of(file, name):
    """The moments of a pattern, each a dict of COLUMNS."""
    if file == SMALL:
        rows = (row for row in table(SMALL) if row.pop("pattern") == name)
        return [{key: row[key] if key == "op" else int(row[key]) for key in row} for row in rows]
    with np.load(DATA / file) as arrays:
        columns = [arrays[f"{name}/{column}"].tolist() for column in COLUMNS]
    rows = (dict(zip(COLUMNS, row, strict=True)) for row in zip(*columns, strict=True))
    return [row | {"op": chr(row["op"])} for row in rows]


def do(heap, row, slots):
    """One recorded operation on the model; returns the address, None for a free."""
    op, slot, size, thread = row["op"], row["slot"], row["size"], row["th"]
    if op == "m":
        slots[slot] = heap.malloc(size, thread)
    elif op == "c":
        slots[slot] = heap.calloc(1, size, thread)
    elif op == "r":
        slots[slot] = heap.realloc(slots[slot], size, thread)
    elif op == "a":
        slots[slot] = heap.memalign(row["align"], size, thread)
    else:
        if op == "f":
            heap.free(slots.pop(slot), thread)
        return None
    return slots[slot]


@pytest.mark.parametrize("file, name", list(patterns()))
def test_every_address_and_byte_count_is_the_real_one(file, name):
    rows = rows_of(file, name)
    nthreads = max(row["th"] for row in rows) + 1
    heap = TCMalloc(nthreads=nthreads, max_total_thread_cache_bytes=TOTALS[file])
    slots, first_page, wrong = {}, None, []
    for i, row in enumerate(rows):
        address = do(heap, row, slots)
        got = heap.stats() | {"page": 0, "off": 0, "usable": 0}
        if address is not None:
            first_page = address // PAGE_SIZE if first_page is None else first_page
            page, off = address // PAGE_SIZE - first_page, address % PAGE_SIZE
            got |= {"page": page, "off": off, "usable": heap.usable_size(address)}
        wrong += [(i, key, got[key], row[key]) for key in got if got[key] != row[key]]
    assert wrong[:5] == []


def test_the_classes_follow_from_the_rule():
    assert len(CLASSES) == 86 and CLASSES[0].size == 0  # 85, and class 0 for whole pages
    for row in table("tcmalloc_classes_sample.csv"):
        shape = tc_size_class(int(row["size"]))
        measured = tuple(int(row[key]) for key in ("size", "pages", "objects_per_span", "batch"))
        assert shape[1:] == measured
        # What each miss of a fresh process fetches; a second thread's block is one of 320 B.
        heap, fetches = TCMalloc(nthreads=2), []
        while len(fetches) < 8:
            before = heap.stats()["thread"]
            heap.malloc(shape.size)
            if heap.stats()["thread"] >= before:
                fetches.append((heap.stats()["thread"] - before) // shape.size + 1)
        assert " ".join(map(str, fetches)) == row["first_fetches"]


def test_usable_size_is_the_real_one():
    heap = TCMalloc()
    for row in table("usable_tcmalloc.csv"):
        address = heap.malloc(int(row["request"]))
        assert heap.usable_size(address) == int(row["usable"]), row
        heap.free(address)


# -- the bugs: each a small program; what it returns is the answer to the question in its name


def free_again(heap, others):
    """Free the first of nine blocks, `others` of the rest, and the first again."""
    first, *rest = (heap.malloc(100) for _ in range(9))
    for address in (first, *rest[:others], first):
        heap.free(address)


def free_again_one_between(heap):
    free_again(heap, others=1)
    first, _, third = (heap.malloc(100) for _ in range(3))
    return first == third


def first_word_unchanged(heap):
    block, other = heap.malloc(100), heap.malloc(100)
    heap.words.write(block, b"original")
    heap.free(other)
    heap.free(block)
    return heap.words.read(block) == b"original"


def write_then_malloc_aliases(heap):
    block = heap.malloc(100)
    heap.free(block)
    heap.words.write(block, bytes(8))
    return heap.malloc(100) == block


def same_address_reused(heap):
    block = heap.malloc(100)
    heap.free(block)
    return heap.malloc(100) == block


def freed_large_block_reads(heap):
    block = heap.malloc(1 << 20)
    heap.words.write(block, b"original")
    heap.free(block)
    return heap.words.read(block) == b"original"


def one_byte_past(heap):
    block = heap.malloc(24)
    heap.words.write(block, b"x" * 25)
    heap.free(block)


def overflow_and_free_both(heap):
    one, two = heap.malloc(24), heap.malloc(24)
    heap.words.write(one, b"x" * 64)  # no header lies between them
    heap.free(one)
    heap.free(two)


def reused_block_sees_old_data(heap):
    block = heap.malloc(100)
    heap.words.write(block, b"secret" * 8)
    heap.free(block)
    return heap.words.read(heap.malloc(100) + 16, 6) == (b"secret" * 8)[16:22]


BUGS = {
    "double_free_at_once": lambda heap: free_again(heap, 0),
    "double_free_one_between": free_again_one_between,
    "double_free_after_7_others": lambda heap: free_again(heap, 7),
    "free_stack_address": lambda heap: heap.free(heap.space.vmas[-1].start + 64),
    "free_middle_of_block": lambda heap: heap.free(heap.malloc(100) + 48),
    "free_misaligned_8": lambda heap: heap.free(heap.malloc(100) + 8),
    "use_after_free_read_first_word_unchanged": first_word_unchanged,
    "use_after_free_write_then_malloc_same_size_aliases": write_then_malloc_aliases,
    "dangling_pointer_same_address_reused": same_address_reused,
    "use_after_free_of_mmapped_block_read": freed_large_block_reads,
    "overflow_1_byte_past_request_24": one_byte_past,
    "overflow_big_into_next_then_free_both": overflow_and_free_both,
    "read_uninitialised_reused_block_sees_old_data": reused_block_sees_old_data,
    "wild_pointer_write": lambda heap: heap.words.write(0x1234567890, b"x"),
    "null_pointer_read": lambda heap: heap.words.read(0),
    "leak_100MB_then_exit": lambda heap: None in [heap.malloc(1 << 20) for _ in range(100)],
    "free_null": lambda heap: heap.free(None),
    "malloc_zero_unique": lambda heap: heap.malloc(0) != heap.malloc(0),
    "malloc_huge_fails": lambda heap: heap.malloc(1 << 62) is None,
}


@pytest.mark.parametrize("row", table("bugs_tcmalloc.csv"), ids=lambda row: row["bug"])
def test_a_bug_ends_as_on_the_real_one(row):
    try:
        outcome, message = f"ok:{BUGS[row['bug']](TCMalloc()) or 0:d}", ""
    except InvalidPointer as error:
        outcome, message = "SIGABRT", str(error)
    except SegmentationFault:
        outcome, message = "SIGSEGV", ""
    assert outcome == row["outcome"]
    assert message.rpartition(" ")[0] == row["message"].rpartition(" ")[0]


def test_a_double_free_hands_one_object_out_for_ever():
    heap = TCMalloc()
    address = heap.malloc(64)
    heap.free(address)
    heap.free(address)
    assert {heap.malloc(64) for _ in range(1000)} == {address}
    assert heap.snapshot().threads[1].lists[tc_size_class(64).index].objects == (address,)


def test_who_writes_over_a_link_chooses_what_malloc_returns():
    heap = TCMalloc()
    one, two = heap.malloc(64), heap.malloc(64)
    heap.free(two)
    heap.free(one)
    heap.words.write(one, (0x7FFFFFFE0000).to_bytes(8, "little"))
    assert heap.malloc(64) == one
    assert heap.malloc(64) == 0x7FFFFFFE0000  # a place on the stack


def test_a_broken_list_ends_the_program():
    heap = TCMalloc()
    blocks = [heap.malloc(64) for _ in range(6)]
    for address in blocks[:3]:
        heap.free(address)
    heap.words.write(blocks[1], bytes(8))  # the list ends after two
    with pytest.raises(SegmentationFault):
        for address in blocks[3:]:
            heap.free(address)


@given(st.lists(st.tuples(st.integers(0, 300), st.binary(max_size=40)), max_size=12))
def test_memory_holds_what_was_written(writes):
    heap = TCMalloc()
    block, copy = heap.calloc(400), bytearray(400)
    for offset, data in writes:
        heap.words.write(block + offset, data)
        copy[offset : offset + len(data)] = data
    assert heap.words.read(block, 400) == copy
    moved = heap.realloc(block, 1000)
    assert moved != block and heap.words.read(moved, 400) == copy
    heap.free(moved)
    assert heap.words.read(heap.calloc(1000), 1000) == bytes(1000)


# -- its rules


def test_a_hit_takes_no_lock_and_a_miss_few():
    heap = TCMalloc()
    a = heap.malloc(64)
    # The central list's twice, as it lets go of it while it asks the page heap for a span.
    assert (heap.counts["central_locks"], heap.counts["pageheap_locks"]) == (2, 1)
    before = dict(heap.counts)
    for _ in range(100):
        heap.free(a)
        assert heap.malloc(64) == a
    assert heap.counts == before
    heap.free(heap.malloc(300_000))
    assert heap.counts["pageheap_locks"] == before["pageheap_locks"] + 2


def test_slow_start_and_a_batch_in_one_move():
    heap = TCMalloc(nthreads=2)
    with record(heap) as steps:
        blocks = [heap.malloc(1000) for _ in range(700)]
        heap.malloc(1, thread=1)
        for address in blocks:
            heap.free(address, thread=1)
        for _ in range(200):
            heap.malloc(1000)
    fetches = [step.detail["max_length"] for step in steps if step.event == "fetch"]
    assert fetches[:36] == [*range(2, 33), 64, 96, 128, 160, 192]
    events = {step.event for step in steps}
    assert {
        "miss",
        "hit",
        "carve",
        "span",
        "free",
        "too long",
        "slot filled",
        "slot taken",
    } <= events
    assert "thread 0" in str(steps[0]) and all("{" not in str(step) for step in steps)


def test_a_thread_without_a_cache_frees_to_the_central_list():
    heap = TCMalloc(nthreads=2)
    a = heap.malloc(64)
    before = heap.stats()
    heap.free(a, thread=1)
    assert heap.stats()["thread"] == before["thread"]
    assert heap.stats()["alloc"] == before["alloc"] - 64
    assert len(heap.snapshot().threads) == 2  # the early one and the main thread's


def test_caches_steal_from_each_other():
    heap = TCMalloc(nthreads=2, max_total_thread_cache_bytes=1 << 20)
    with record(heap) as steps:
        for thread in (0, 1, 0):
            blocks = [heap.malloc(8192, thread) for _ in range(300)]
            for address in blocks:
                heap.free(address, thread)
    assert {"scavenge", "scavenged", "steal"} <= {step.event for step in steps}
    assert heap.counts["steals"] == sum(step.event == "steal" for step in steps) > 0
    limits = [cache.max_size for cache in heap.snapshot().threads]
    assert sum(limits) == 1 << 20


def test_memory_goes_back_to_the_kernel_and_is_taken_again():
    heap = TCMalloc()
    a = heap.malloc(4 << 20)
    heap.free(a)
    free = heap.stats()["free"]
    assert heap.release_memory() * PAGE_SIZE == free == heap.stats()["unmapped"]
    assert heap.malloc(4 << 20) == a
    assert heap.stats()["unmapped"] == free - (4 << 20)


def test_after_many_freed_pages_the_heap_starts_to_return_some():
    heap, freed, npages = TCMalloc(), 0, 16 << 10
    while heap.stats()["unmapped"] == 0:
        heap.free(heap.malloc(npages * PAGE_SIZE))
        freed += npages
    # Growing frees pages too: those of the one growth there was.
    assert freed + npages > RELEASE_DELAY >= freed - npages


def test_free_and_returned_neighbours_do_not_merge():
    heap = TCMalloc()
    a, b = heap.malloc(2 << 20), heap.malloc(2 << 20)
    heap.free(a)
    heap.release_memory()
    heap.free(b)
    where = {span.where for span in heap.snapshot().spans if span.start in (a, b)}
    assert where == {"returned", "free"}


def test_where_the_heap_cannot_grow_it_maps():
    space = vm.AddressSpace()
    space.mmap(4096, (space.start_brk // 4096 + 600) * 4096, fixed=True)
    heap = TCMalloc(space)
    a = heap.malloc(1 << 20)
    b = heap.malloc(2 << 20)
    assert a < space.start_brk + (3 << 20) < space.mmap_base - (4 << 20) < b
    assert b % PAGE_SIZE == 0 and heap.stats()["heap"] == 4 << 20


def test_out_of_memory_gives_none():
    heap = TCMalloc(vm.AddressSpace("i386", limit=3 << 20))
    blocks = [heap.malloc(1000) for _ in range(4000)]
    assert blocks[0] is not None and blocks[-1] is None
    assert heap.malloc(1 << 20) is None and heap.memalign(1 << 16, 1 << 20) is None
    before = heap.stats()
    assert heap.realloc(blocks[0], 1 << 20) is None and heap.stats() == before
    for address in blocks:
        heap.free(address)
    assert heap.stats()["alloc"] == TCMalloc().stats()["alloc"]


@pytest.mark.parametrize("align", [1, 8, 16, 64, 4096, 8192, 1 << 16, 1 << 21])
@pytest.mark.parametrize("n", [0, 1, 100, 5000, 300_000])
def test_memalign_aligns(align, n):
    heap = TCMalloc()
    start = heap.stats()["alloc"]
    blocks = [heap.memalign(align, n) for _ in range(5)]
    assert len(set(blocks)) == 5 and all(a % align == 0 for a in blocks)
    assert all(heap.usable_size(a) >= n for a in blocks)
    for address in blocks:
        heap.free(address)
    assert heap.stats()["alloc"] == start


SIZES = st.one_of(st.integers(0, 200), st.integers(0, 20_000), st.integers(0, 2 << 20))
OPERATIONS = st.lists(
    st.tuples(st.sampled_from("mmmfffr"), SIZES, st.integers(0, 2), st.integers(1, 40)), max_size=25
)


def run(heap, operations):
    """Do the operations; returns {address: bytes asked for} of what lives."""
    live = {}
    for op, n, thread, times in operations:
        for _ in range(times if n < 20_000 else 1):
            if op == "m":
                live[heap.malloc(n, thread)] = n
            elif live:
                address = list(live)[n % len(live)]
                del live[address]
                if op == "f":
                    heap.free(address, thread)
                elif n:
                    live[heap.realloc(address, n, thread)] = n
                else:
                    heap.free(address, thread)
    return live


@settings(max_examples=60)
@given(OPERATIONS)
@example([("m", 0, 0, 2), ("m", 950_273, 0, 1), ("m", 1_040_385, 0, 1)])  # two that were large free
def test_every_sequence_keeps_the_invariants(operations):
    heap = TCMalloc(nthreads=3)
    start = heap.stats()["alloc"]
    live = run(heap, operations)
    blocks = sorted(live)
    usable = [heap.usable_size(address) for address in blocks]
    for address, room, after in zip(blocks, usable, blocks[1:], strict=False):
        assert address + room <= after, "two live objects overlap"
    assert all(room >= live[address] for address, room in zip(blocks, usable, strict=True))
    stats = heap.stats()
    assert stats["alloc"] == start + sum(usable)
    state = heap.snapshot()
    at = state.spans[0].start
    for span in state.spans:  # the spans tile the heap
        assert span.start == at
        at += span.npages * PAGE_SIZE
    assert at - state.spans[0].start == stats["heap"]
    listed = [a for cache in state.threads for free in cache.lists.values() for a in free.objects]
    listed += [a for central in state.central.values() for slot in central.slots for a in slot]
    listed += [a for span in state.spans for a in span.objects]
    assert len(listed) == len(set(listed)) and not set(listed) & set(live)
    for cache in state.threads:
        held = sum(free.length * CLASSES[cl].size for cl, free in cache.lists.items())
        assert held == cache.size and all(
            free.length == len(free.objects) <= free.max_length for free in cache.lists.values()
        )


@settings(max_examples=25)
@given(OPERATIONS)
def test_recording_changes_nothing(operations):
    silent, told = TCMalloc(nthreads=3), TCMalloc(nthreads=3)
    run(silent, operations[:8])
    with record(told) as steps:
        run(told, operations[:8])
    assert told.snapshot() == silent.snapshot()
    assert all(step.words and "{" not in step.words for step in steps)


BAD = st.one_of(st.integers(max_value=-1), st.floats(), st.none(), st.text(), st.booleans())


@settings(max_examples=40)
@given(OPERATIONS, BAD, st.one_of(BAD, st.integers(min_value=3)))
def test_bad_input_gets_one_sentence_and_changes_nothing(operations, bad_size, bad_thread):
    heap = TCMalloc(nthreads=3)
    run(heap, operations[:4])
    address = heap.malloc(100)
    before = heap.snapshot()
    for attempt in (
        lambda: heap.malloc(bad_size),
        lambda: heap.malloc(8, bad_thread),
        lambda: heap.calloc(bad_size, 8),
        lambda: heap.calloc(8, bad_size),
        lambda: heap.realloc(address, bad_size),
        lambda: heap.realloc(address, 8, bad_thread),
        lambda: heap.realloc("x", 8),
        lambda: heap.memalign(3, 8),
        lambda: heap.memalign(bad_size, 8),
        lambda: heap.free(address, bad_thread),
        lambda: heap.free(0x10),
        lambda: heap.free(1.5),
        lambda: heap.free("x"),
        lambda: heap.free(True),
        lambda: heap.usable_size(-8),
        lambda: heap.words.read(address, bad_size),
        lambda: heap.words.read(address, 1 << 40),
    ):
        with pytest.raises(ValueError) as error:
            attempt()
        assert str(error.value).endswith(".") and "\n" not in str(error.value)
        assert heap.snapshot() == before


def test_numbers_of_numpy_are_numbers():
    heap, same = TCMalloc(nthreads=2), TCMalloc(nthreads=2)
    for number in (np.int64, int):
        chosen = heap if number is np.int64 else same
        a = chosen.malloc(number(100), number(1))
        a = chosen.realloc(number(a), number(300_000), number(1))
        b = chosen.memalign(number(64), number(100))
        assert chosen.usable_size(number(b)) == 128
        chosen.free(number(a), number(1))
        chosen.free(number(b))
        chosen.free(number(0))
    assert heap.snapshot() == same.snapshot()


@pytest.mark.parametrize("nthreads", [0, -1, 1.0, None, True, 5000])
def test_a_bad_number_of_threads(nthreads):
    with pytest.raises(ValueError, match="^nthreads must be"):
        TCMalloc(nthreads=nthreads)


# -- what is freed twice, or from its middle

# tcmalloc_misused.json.gz, measured on gperftools 2.10, addresses not randomised: 500 programs by
# chance, 400 of which free some blocks twice or from their middle. Of each: its operations
# (m malloc, c calloc(1, n), r realloc of a slot, a memalign; f free of a slot and so many bytes),
# what each showed (the address from the first page on, -1 for none; and thread, central, transfer,
# free, unmapped bytes where they have changed), and the signal that ended it.
MISUSED = DATA / "tcmalloc_misused.json.gz"
SHOWN = STATS[1:-1]


def as_signed(number):
    """Counts of bytes that a double free has led below zero are very large numbers there."""
    return (number + (1 << 63)) % (1 << 64) - (1 << 63)


@pytest.mark.parametrize("part", range(5))
def test_a_program_that_frees_what_it_does_not_hold_goes_on_as_on_the_real_one(part):
    first = TCMalloc().malloc(64) // PAGE_SIZE * PAGE_SIZE
    followed = 0
    misused = json.loads(gzip.decompress(MISUSED.read_bytes()))
    for operations, rows, signal in misused["programs"][part::5]:
        space = vm.AddressSpace(limit=1 << 47)
        below = space.sbrk(misused["base"] - first)  # where the heap lay
        space.munmap(below, misused["base"] - first)
        heap, slots, shown, ended = TCMalloc(space), {}, None, None
        rows = iter(rows)
        for op, slot, *more in operations:
            address = None
            try:
                if op == "f":
                    heap.free((slots[slot] or 0) + more[0])
                elif op == "r":
                    address = slots[slot] = heap.realloc(slots[more[0]], more[1])
                else:
                    verb = {"m": heap.malloc, "c": heap.calloc, "a": heap.memalign}[op]
                    address = slots[slot] = verb(*more)
            except InvalidPointer:
                ended = "SIGABRT"
            except SegmentationFault:
                ended = "SIGSEGV"
            except NotFollowed as error:
                assert str(error).endswith(".")
                break
            if ended:
                assert next(rows, None) is None and ended == signal, operations
                break
            real, *changed = next(rows)
            stats = heap.stats()
            shown = changed or shown
            assert (address - misused["base"] if address else -1) == real, operations
            assert [as_signed(stats[name]) for name in SHOWN] == shown, operations
        else:
            assert signal is None, operations
        followed += ended == signal
    assert followed > 90  # of 100; the others end with a sentence


def test_a_large_block_freed_twice_or_three_times_stops_nothing():
    """Measured, 300,000 B on gperftools 2.10: its pages count as free again, malloc gives it out,
    and the next malloc of that length ends the process."""
    for times in (2, 3):
        heap = TCMalloc()
        a, _ = heap.malloc(300_000), heap.malloc(300_000)
        free = heap.stats()["free"]
        for _ in range(times):
            heap.free(a)
        assert heap.stats()["free"] == free + times * 37 * PAGE_SIZE
        assert heap.malloc(300_000) == a
        with pytest.raises(SegmentationFault):
            heap.malloc(300_000)  # its list still leads to the span, which is in none now


def test_calloc_clears_all_that_the_class_has():
    """Measured on gperftools 2.10: 112 B for 100, whole pages for 300,000, 8 for none, which of a
    block freed twice is the link."""
    heap = TCMalloc()
    for n, last in ((100, 104), (300_000, 303_096)):
        a = heap.malloc(n)
        heap.words.write(a + last, b"left")
        heap.free(a)
        assert heap.calloc(1, n) == a and heap.words.read(a + last, 4) == bytes(4)
    heap = TCMalloc()
    a = heap.malloc(1)
    heap.free(a)
    heap.free(a)
    assert heap.calloc(7, 0) == heap.malloc(1) == a  # the list ends in 0, though it has one more
    assert heap.malloc(1) == a + 16


def test_realloc_copies_to_the_byte():
    """Measured on gperftools 2.10: what lay behind the copied bytes stays, and a link of a block
    freed twice is copied over even where no program ever wrote."""
    heap = TCMalloc()
    a, b = heap.malloc(1000), heap.malloc(2000)
    heap.words.write(a, b"\x55" * 24)
    heap.words.write(b, b"\x77" * 24)
    heap.free(a)
    assert heap.realloc(b, 990) == a
    assert heap.words.read(a, 24) == b"\x77" * 24
    heap.words.write(a, b"\x55" * 24)
    small = heap.realloc(a, 13)
    assert heap.words.read(small, 24) == b"\x55" * 13 + bytes(11)
    heap = TCMalloc()
    a, large = heap.malloc(0), heap.malloc(1_040_384)
    heap.free(a)
    heap.free(a)
    assert heap.realloc(large, 1) == a == heap.malloc(1)
    assert heap.malloc(1) == a & ~0xFF  # the low byte of the link was copied over


def test_who_returns_all_ends_at_the_length_where_he_began():
    """Measured on gperftools 2.10 (MallocExtension::ReleaseFreeMemory): the second time the 40
    pages go before the 45 again, so of the two runs of 83 that come of it the latter is newer."""
    heap = TCMalloc()
    a, b, _, c, d, _ = (heap.malloc(n * PAGE_SIZE) for n in (40, 43, 33, 45, 38, 33))
    for pair in ((b, d), (a, c)):
        for address in pair:
            heap.free(address)
        heap.release_memory()
    assert heap.malloc(83 * PAGE_SIZE) == c


@pytest.mark.parametrize(
    "call, returns_all",
    [
        (lambda heap: heap.malloc(1 << 62), True),
        (lambda heap: heap.malloc(1 << 63), True),
        (lambda heap: heap.malloc((1 << 64) - 1), False),  # its bytes wrap to 0
        (lambda heap: heap.calloc(1, 1 << 62), True),
        (lambda heap: heap.memalign(1 << 20, 1 << 62), True),
        (lambda heap: heap.memalign(1 << 62, 1), True),
        (lambda heap: heap.memalign(1 << 63, 1 << 63), False),
    ],
)
def test_a_request_that_none_can_serve_has_free_pages_returned_first(call, returns_all):
    """Measured on gperftools 2.10: 491,520 B are free and 1,835,008 returned before."""
    heap = TCMalloc()
    a, _ = heap.malloc(200 * PAGE_SIZE), heap.malloc(33 * PAGE_SIZE)
    heap.free(a)
    heap.release_memory()
    heap.free(heap.malloc(60 * PAGE_SIZE))
    assert call(heap) is None
    stats = heap.stats()["free"], heap.stats()["unmapped"]
    assert stats == ((0, 2_326_528) if returns_all else (491_520, 1_835_008))


def test_a_list_whose_first_span_was_taken_out_behind_its_back_ends_it():
    """Measured on gperftools 2.10: the last but one gets a null pointer, and the last ends it."""
    heap = TCMalloc()
    a, _, c = heap.malloc(262_145), heap.malloc(500_000), heap.malloc(262_145)
    heap.realloc(a, 24_576)
    heap.free(c)
    heap.free(a)
    for n in (40_000, 262_145, 262_145):
        assert heap.malloc(n)
    assert heap.malloc(262_145) == 0
    with pytest.raises(SegmentationFault, match="^a list of spans has lost its first one"):
        heap.malloc(40_000)


def test_memalign_up_to_a_page_takes_a_class():
    """memalign(8192, 100) as the first call takes a span of 8,192 B objects: two pages."""
    heap = TCMalloc()
    free = heap.stats()["free"]
    assert heap.memalign(8192, 100) % 8192 == 0
    assert free - heap.stats()["free"] == 16384

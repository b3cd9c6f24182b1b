"""Size classes against Go's own table and against measured requests (tables sizes, versions)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memkit import data, golang
from memkit.golang.heap.sizeclass import generate_classes, span_reserve


def test_rule_gives_go_s_own_table():
    """runtime/sizeclasses.go of Go 1.27.3: 67 rows, slots for both kinds of objects."""
    rows = data.table("size_classes")
    assert generate_classes() == [(row["bytes_obj"], row["pages"]) for row in rows]
    for row in rows:
        scan, noscan = golang.SPAN_CLASSES[2 * row["class"] :][:2]
        assert (scan.nelems, noscan.nelems) == (row["objects_scan"], row["objects_noscan"])


def test_every_measured_request_size():
    """sizes.csv: what real Go did with 2,032 pairs of size and kind."""
    rows = data.table("sizes")
    assert len(rows) == 2032
    for row in rows:
        noscan = row["kind"] == "noscan"
        shape = golang.size_class(row["size"], noscan)
        assert 2 * shape.index + noscan == row["spanclass"], row
        assert shape.elemsize == row["elemsize"], row
        assert shape.npages == row["span_pages"], row
        assert shape.nelems == row["objects_per_span"], row
        if row["header_bytes"] != "":
            assert shape.header == row["header_bytes"], row
            assert shape.elemsize - shape.header == row["append_cap_bytes"], row


def test_measured_bytes_per_object():
    """A model heap grows by the same bytes and objects as the real one, for every measured size."""
    for row in data.table("sizes"):
        heap = golang.GoHeap()
        for _ in range(row["n"]):
            heap.mallocgc(row["size"], row["kind"] == "noscan")
        stats = heap.memstats()
        assert stats["TotalAlloc"] == row["total_alloc_bytes"], row
        assert stats["Mallocs"] == row["mallocs"], row
        if row["bysize_size"] != -1:
            assert stats["BySize"] == {row["bysize_size"]: (row["bysize_mallocs"], 0)}, row


def test_64_byte_objects_have_fewer_slots_than_the_table_says():
    """facts of Go 1.26 and later: 8192 / 64 = 128, but bitmaps take 2 or 4 slots."""
    assert 8192 // 64 == 128
    assert golang.size_class(64, noscan=True).nelems == 126
    assert golang.size_class(64, noscan=False).nelems == 124
    assert span_reserve(64, 1, noscan=False) == 256


def test_large_objects_begin_above_32760_bytes():
    assert golang.size_class(32760).index == 67
    assert golang.size_class(32761) == golang.SizeClass(0, 32768, 4, 1, 0)
    assert golang.size_class(40961, noscan=False) == golang.SizeClass(0, 49152, 6, 1, 0)


@given(st.integers(0, 100_000), st.booleans())
def test_a_slot_is_large_enough_and_the_smallest_that_is(size, noscan):
    shape = golang.size_class(size, noscan)
    assert shape.elemsize >= size + shape.header
    if shape.index > 1 and size >= 16:
        below = golang.CLASSES[shape.index - 2].elemsize
        assert below < size + shape.header
    assert shape.waste >= 0


@pytest.mark.parametrize("size", [-1, 1.5, "8", None, True, [8]])
def test_a_bad_size_gets_one_sentence(size):
    with pytest.raises(ValueError, match="^size must be .*not .*[.]$") as error:
        golang.size_class(size)
    assert "\n" not in str(error.value)

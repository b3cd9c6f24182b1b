"""The page allocator against a list of booleans: first fit by address, page caches, searchAddr."""

import gzip
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from memkit.golang.heap.pagealloc import PageAlloc, PageCache, first_run, mask

OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("alloc"), st.integers(1, 700)),
        st.tuples(st.just("free"), st.integers(0, 10**6)),
        st.tuples(st.just("take"), st.none()),
        st.tuples(st.just("give"), st.none()),
        st.tuples(st.just("grow"), st.sampled_from([512, 1024])),
    ),
    max_size=30,
)


def naive_run(free, length):
    starts = range(len(free) - length + 1)
    return next((i for i in starts if all(free[i : i + length])), -1)


@given(st.integers(0, 2**150), st.integers(1, 40))
def test_first_run_is_the_lowest(bits, length):
    free = [bits >> i & 1 == 1 for i in range(151)]
    assert first_run(bits, length) == naive_run(free, length)


@given(OPERATIONS)
def test_pages_are_where_a_list_of_booleans_has_them(operations):
    pages, free, taken, caches = PageAlloc(0), [], [], []
    for verb, n in operations:
        if verb == "grow" or not free:
            pages.grow(n if verb == "grow" else 512)
            free += [True] * (pages.npages - len(free))
        elif verb == "alloc":
            want = naive_run(free, n)
            found = pages.alloc(n)
            assert (found[0] if found else -1) == want
            if found:
                taken.append((want, n))
                free[want : want + n] = [False] * n
        elif verb == "free" and taken:
            page, n = taken.pop(n % len(taken))
            pages.free_run(page, n)
            free[page : page + n] = [True] * n
        elif verb == "take":
            cache = pages.take_block()
            first = naive_run(free, 1) // 64 * 64 if any(free) else 0
            want = [i for i in range(first, min(first + 64, len(free))) if free[i]]
            assert [cache.first + i for i in range(64) if cache.free >> i & 1] == want
            for i in want:
                free[i] = False
            caches.append(cache)
        elif verb == "give" and caches:
            cache = caches.pop()
            pages.give_block(cache)
            for i in range(64):
                if cache.free >> i & 1:
                    free[cache.first + i] = True
        assert pages.free == sum(1 << i for i, is_free in enumerate(free) if is_free)
        assert not pages.free & mask(0, pages.search), "a free page lies below search"


def test_search_addr_moves_as_in_go():
    """18 random runs through the page allocator of Go 1.27.3 itself (its own test interface), three
    of them with no page left time and again.

    A line: what was done, its two numbers, and searchAddr as a page (-1: nothing is free at all).
    alloc: pages asked, page given; free: page, pages; cache: first page taken, pages not used of
    it at once; flush: a cache's first page and free pages, given back; grow: pages, 0.
    """
    path = Path(__file__).parent / "data" / "go" / "search_addr.txt.gz"
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    assert len(lines) == 7044 and sum(line.endswith(" -1") for line in lines) == 745
    for line in lines:
        verb, *numbers = line.split()
        if verb == "new":
            pages = PageAlloc(0)
            continue
        a, b, search = map(int, numbers)
        if verb == "alloc":
            found = pages.alloc(a)
            assert (found[0] if found else -1) == b, line
        elif verb == "free":
            pages.free_run(a, b)
        elif verb == "cache":
            cache = pages.take_block()
            assert cache.first == a and cache.free & b == b, line
        elif verb == "flush":
            pages.give_block(PageCache(a, b))
        else:
            pages.grow(a)
        assert pages.search == (search if search >= 0 else pages.npages), line

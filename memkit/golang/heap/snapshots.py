"""A recorded page heap: read it into a model, write the model's own in the same form.

chunks      for each 512 pages a string of 8 words of 16 hex digits;
            page k is bit k % 64 of word k // 64, 1 = used
pcache      the P's page cache: first page and mask of free pages, which count as used in `chunks`
curArena_page, curArena_end_page   what is reserved and not yet mapped
"""

from memkit.checks import listed, shown
from memkit.golang.heap.mheap import RESERVED_NAME, VMA_NAME
from memkit.golang.heap.pagealloc import CHUNK_PAGES, PageCache, mask
from memkit.golang.heap.sizeclass import PAGE_SIZE

WORD_BITS, WORD_DIGITS = 64, 16
MOST_CHUNKS = 1 << 14  # 64 GiB of heap


def _read(snapshot):
    """(used mask, grown pages, arena end, search page, pages in use, PageCache) of a snapshot."""
    try:
        used = 0
        for i, chunk in enumerate(listed("chunks", snapshot["chunks"], most=MOST_CHUNKS)):
            for word in range(CHUNK_PAGES // WORD_BITS):
                bits = int(chunk[word * WORD_DIGITS : (word + 1) * WORD_DIGITS], 16)
                used |= bits << (i * CHUNK_PAGES + word * WORD_BITS)
        cache = snapshot.get("pcache") or {"page": 0, "free_bits": "0"}
        pcache = PageCache(int(cache["page"]), int(cache["free_bits"], 16))
        names = ("heap_pages_end", "curArena_end_page", "searchAddr_page", "pagesInUse")
        npages, end, search, in_use = (int(snapshot[name]) for name in names)
        start = int(snapshot["curArena_page"])
    except Exception as error:
        raise ValueError(
            f"snapshot is no recorded page heap: {type(error).__name__} {shown(str(error))}."
        ) from None
    if start != npages or not 0 < npages <= end or used >> npages:
        raise ValueError(
            f"snapshot is no page heap: {npages} pages, current arena from page {start} to {end}."
        )
    return used, npages, end, search, in_use, pcache


def adopt(mheap, proc, snapshot):
    """Let pages be free and used as in `snapshot`; ValueError, nothing changed, if it is none."""
    used, npages, end, search, in_use, pcache = _read(snapshot)
    pages = mheap.pages
    for span in mheap.spans():
        run = mask((span.base - pages.base) // PAGE_SIZE, span.npages)
        if used & run != run:
            raise ValueError(f"snapshot has the pages of the span at {span.base:#x} free.")
    start, arena_end = ((address - pages.base) // PAGE_SIZE for address in mheap.cur_arena)
    if npages < start or end < arena_end:
        raise ValueError(f"snapshot has {npages} pages and the heap {start} already.")
    if end > arena_end:
        mheap.space.mmap(
            (end - arena_end) * PAGE_SIZE, mheap.cur_arena[1], "---", True, RESERVED_NAME
        )
    if npages > start:
        mheap.space.mmap((npages - start) * PAGE_SIZE, mheap.cur_arena[0], "rw-", True, VMA_NAME)
        pages.grow(npages - start)
        mheap.page_span += [None] * (npages - start)
    mheap.cur_arena = (pages.base + npages * PAGE_SIZE, pages.base + end * PAGE_SIZE)
    pages.free = ~used & mask(0, npages)
    pages.scavenged &= pages.free
    pages.search = search
    proc.pcache = pcache
    mheap.used_end = max(mheap.used_end, used.bit_length())
    mheap.other_pages = in_use - mheap.pages_in_use
    mheap.manual_pages = used.bit_count() - in_use - pcache.free.bit_count()


def page_heap(mheap, proc):
    """The page heap of a model in the recorded form."""
    pages, used = mheap.pages, mask(0, mheap.pages.npages) & ~mheap.pages.free
    chunks = []
    for first in range(0, pages.npages, CHUNK_PAGES):
        words = (used >> first + i & mask(0, WORD_BITS) for i in range(0, CHUNK_PAGES, WORD_BITS))
        chunks.append("".join(f"{word:016x}" for word in words))
    start, end = ((address - pages.base) // PAGE_SIZE for address in mheap.cur_arena)
    out = {
        "chunks": chunks,
        "curArena_end_page": end,
        "curArena_page": start,
        "heap_pages_end": pages.npages,
        "pagesInUse": mheap.pages_in_use + mheap.other_pages,
        "searchAddr_page": pages.search,
    }
    if proc.pcache.free:
        out["pcache"] = {"free_bits": f"{proc.pcache.free:016x}", "page": proc.pcache.first}
    return out

"""Runs of pages in a page cache and a page heap: their blocks, and what is wrong with a run."""

from memkit import pictures
from memkit.checks import plural
from memkit.pictures.language import FREE, NOTHING

BLOCK = 8  # pages that a page cache takes at once, aligned to as many


def blocks(cells, claim, boxed=()):
    """Pages in their blocks of 8, side by side; outlined what is claimed of them."""
    rows = []
    for first in range(0, max(32, len(cells)), BLOCK):
        block = cells[first : first + BLOCK].ljust(BLOCK, NOTHING)
        here = [(page - first, page - first + 1) for page in claim if 0 <= page - first < BLOCK]
        free = [first + k for k, look in enumerate(block) if look == FREE]
        label, told = run(first, BLOCK), f"free: {' '.join(map(str, free)) or 'none'}"
        if first >= len(cells):
            label = told = ""
        box = [(0, BLOCK)] if first in boxed else []
        rows.append(pictures.row(block, label, told, here, box, wide=True, big=True))
    return rows


def run(first, npages):
    return f"pages {first:,} to {first + npages - 1:,}" if npages > 1 else f"page {first:,}"


def verdict(first, npages, last, heap, cache, right):
    """What is to say about the pages of an answer. right: (whose, first page), or None."""
    whose, lowest = right or ("", None)
    if first is None:
        said = f", though the {whose} has {run(lowest, npages)}" if right else ""
        return f"no pages, so the heap must grow{said}"
    pages, said = range(first, first + npages), ""
    used = [page for page in pages if page not in heap | cache]
    cached = [page for page in pages if page in cache]
    if first < 0 or pages[-1] > last:
        said = f", but the heap has the pages 0 to {last}"
    elif used:
        said = f", but {named('page', used)} in use"
    elif 0 < len(cached) < npages:
        said = f", but {named('page', cached)} in the page cache, not in the heap"
    elif cached and whose != "page cache":
        said = f" of the page cache, but {plural(npages, 'page')} come from the page heap"
    elif not cached and whose == "page cache":
        said = f" of the page heap, but the page cache has {run(lowest, npages)}"
    elif first != lowest:
        said = f", but {run(lowest, npages)} of the {whose} would be lower"
    else:
        said = f", the lowest that fit in the {whose}"
    return f"{run(first, npages)}{said}"


def named(noun, numbers):
    """slot 3 is; slots 3 and 4 are; slots 3, 4, 5 and 6 are."""
    if len(numbers) == 1:
        return f"{noun} {numbers[0]} is"
    return f"{noun}s {', '.join(map(str, numbers[:-1]))} and {numbers[-1]} are"

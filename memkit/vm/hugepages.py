"""Huge pages: one entry of the level above the last maps 2 MiB of memory at once.

spare   the table that a huge page will need when it is split; the kernel takes it beforehand
split   the huge page becomes 512 small ones in the same frames: when a part of it changes

Source: Linux mm/huge_memory.c (do_huge_pmd_anonymous_page, __split_huge_pmd_locked).
Unlike the real one: only where madvise asked for it, and for a write (a read gets small zeros, not
the huge page of them); fork splits; an unsplit one is not evicted.
"""

from memkit.vm.frames import Page


def _span(maps):
    return 1 << maps.scheme.shifts[maps.last - 1]


def _run(maps):
    """The first of a row of free frames for a huge page, aligned, or None."""
    taken, n = maps.memory.taken, _span(maps) >> maps.scheme.offset_bits
    for pfn in range(0, maps.memory.nframes - n + 1, n):
        if not any(taken[pfn : pfn + n]):
            return pfn
    return None


def serve(maps, vma, va):
    """Map a fresh huge page around `va` if the area, the table and memory allow -> did it?"""
    if not vma.huge or vma.inode or _span(maps) not in [1 << b for b in maps.scheme.page_bits]:
        return False
    start, n = va & -_span(maps), _span(maps) >> maps.scheme.offset_bits
    if start < vma.start or start + _span(maps) > vma.end:
        return False
    pte, pfn = maps.find(va), _run(maps)
    tables = maps.last - 1 - pte.level
    if pte.level == maps.last or pfn is None or maps.memory.free_frames < n + tables + 1:
        return False
    maps.memory.claim(pfn, n)
    maps.spare[start] = maps.memory.alloc()
    offset = pfn * maps.memory.page_size
    maps.memory.write(offset, bytes(_span(maps)))
    level = maps.last - 1
    maps.install(start, maps.leaf(pfn, vma.prot, "w" in vma.prot, level=level), level)
    return True


def free(maps, pte):
    """Take a whole huge page away."""
    maps.put(pte.address, 0)
    maps.memory.free(maps.scheme.pfn_of(pte.entry), _span(maps) >> maps.scheme.offset_bits)
    maps.memory.free(maps.spare.pop(pte.va))


def split(maps, pte):
    """Make 512 small pages of a huge one: nothing moves, and nobody notices."""
    scheme, table = maps.scheme, maps.spare.pop(pte.va)
    first, prot = scheme.pfn_of(pte.entry), maps.process.find_vma(pte.va).prot
    at = table << scheme.offset_bits
    maps.memory.write(at, bytes(scheme.table_bytes(maps.last)))
    maps.put(pte.address, scheme.encode(pte.level, table, page=False))
    for n in range(1 << scheme.index_bits[maps.last]):
        page = maps.machine.pages[first + n] = Page(first + n)
        page.mappers.add((maps.process, pte.va + (n << scheme.offset_bits)))
        maps.machine.policy.loaded(first + n)
        leaf = maps.leaf(first + n, prot, maps.is_writable(pte), pte.entry)
        maps.put(at + n * scheme.pte_bytes, leaf)
    maps.flush(pte.va)


def cut(maps, start, end):
    """Split the huge pages that [start, end) would cut in two."""
    for edge in (start, end):
        if edge % _span(maps):
            pte = maps.find(edge)
            if pte.state == "huge":
                split(maps, pte._replace(va=edge & -_span(maps)))

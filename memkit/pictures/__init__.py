"""What a step looks like, as data: pure functions from a step to a picture, with no front end.

language        pictures, floors, rows, bars: plain dicts; what most pictures are made of
film            the pictures of a recording, packed to be sent once
still           a picture in plain HTML, where nothing can draw it

overlays        01: a program in overlays, and the same under demand paging
walk, tlb       02: an address through its page tables; sets and ways; table_size: what they cost
frames          03: frames over time, and what a policy knows of them
process         04: areas, pages, frames; process_fields: the kernel's names for them
real_process    04: the same of the process that runs this
heap, ward      05: a region and its free list; a sick program and its blocks
tcmalloc        06: threads, central lists, page heap; tcmalloc_calls: calls and locks of its steps
size_class      08: from a request to its class; span: slots and bitmaps; tiny: bytes of its blocks
tiers           09: mcache, mcentral, mheap, address space
collector       10: roots, objects, spans; collector_run: names and places that stay
growth          07, 10: a heap over time, with its goal and its trigger
tower           11: from the mcache to the frame; tower_floors: its floors
scoreboard      one workload through four allocators
"""

from memkit.pictures.language import (
    FREE,
    IN_USE,
    NOTHING,
    RESERVED,
    THIRD,
    bar,
    bits,
    empty,
    error,
    floor,
    overlay,
    picture,
    row,
)

__all__ = [
    "FREE",
    "IN_USE",
    "NOTHING",
    "RESERVED",
    "THIRD",
    "bar",
    "bits",
    "empty",
    "error",
    "floor",
    "overlay",
    "picture",
    "row",
]

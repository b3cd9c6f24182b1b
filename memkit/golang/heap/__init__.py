"""The allocator, tier by tier.

sizeclass   which slot size a request gets
mspan       a run of pages cut into slots
mcache      one P's spans, and the tiny block
mcentral    the spans of one span class that no mcache holds
pagealloc   free pages, first fit; page caches
mheap       pages, spans and arenas; the way to the kernel
marksweep   marks become allocation bits; spans are swept
malloc      GoHeap: all of it behind mallocgc (story: its sentences; mstats: what it counts)
snapshots   a recorded page heap, read and written
behind      what the runtime itself writes in the heap
"""

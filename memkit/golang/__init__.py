"""Floor 2, the Go runtime's allocator (Go 1.27.3, linux/amd64), tier by tier.

sizeclass   which slot size a request gets
mspan       a run of pages cut into slots
mcache      one P's spans, and the tiny block
mcentral    the spans of one span class that no mcache holds
pagealloc   free pages, first fit; page caches
mheap       pages, spans and arenas; the way to the kernel
gc          marks become allocation bits; spans are swept
collector   objects, roots, marking beside a running program (cycle, marking, greentea, gcstate)
pacer       how far the heap may grow, and when a collection begins
scavenger   how much memory free pages may keep
malloc      GoHeap: all of it behind mallocgc
tower       a GoHeap on a process of a machine (behind: what the runtime itself writes there)
goprocess   a whole Go process, predicted; toolchain: a real Go program beside it
replay      recorded patterns of real Go, replayed through the model; tracereplay: whole programs
"""

from memkit.golang.collector import Collector
from memkit.golang.gcstate import CollectorState
from memkit.golang.goprocess import GoProcess, HeapMemory, predict_vm_steps
from memkit.golang.malloc import GoHeap, HeapState
from memkit.golang.pacer import heap_goal, memory_limit_goal, trigger
from memkit.golang.replay import Replay, replay
from memkit.golang.scavenger import retain_goal
from memkit.golang.sizeclass import (
    CLASSES,
    MAX_SMALL_REQUEST,
    PAGE_SIZE,
    SPAN_CLASSES,
    SizeClass,
    size_class,
)
from memkit.golang.toolchain import Beside, beside, find_go, run_go
from memkit.golang.tower import Tower, TowerState, Where
from memkit.golang.tracereplay import TraceReplay, replay_trace

__all__ = [
    "CLASSES",
    "MAX_SMALL_REQUEST",
    "PAGE_SIZE",
    "SPAN_CLASSES",
    "Beside",
    "Collector",
    "CollectorState",
    "GoHeap",
    "GoProcess",
    "HeapMemory",
    "HeapState",
    "Replay",
    "SizeClass",
    "Tower",
    "TowerState",
    "TraceReplay",
    "Where",
    "beside",
    "find_go",
    "heap_goal",
    "memory_limit_goal",
    "predict_vm_steps",
    "replay",
    "replay_trace",
    "retain_goal",
    "run_go",
    "size_class",
    "trigger",
]

"""Floor 2, the Go runtime's allocator (Go 1.27.3, linux/amd64), tier by tier.

heap      from a size class to GoHeap, which has all tiers behind mallocgc
gc        the collector beside a running program; the pacer and the scavenger
process   a heap on a process of a machine, down to the frame
real      recorded runs of real Go, and a Go program of one's own, beside the model
"""

from importlib import import_module

from memkit.golang.gc.collector import Collector, CollectorState
from memkit.golang.gc.pacer import heap_goal, memory_limit_goal, trigger
from memkit.golang.gc.scavenger import retain_goal
from memkit.golang.heap.malloc import GoHeap, HeapState
from memkit.golang.heap.sizeclass import (
    CLASSES,
    MAX_SMALL_REQUEST,
    PAGE_SIZE,
    SPAN_CLASSES,
    SizeClass,
    size_class,
)
from memkit.golang.process.goprocess import GoProcess, HeapMemory, predict_vm_steps
from memkit.golang.process.tower import Tower, TowerState, Where
from memkit.golang.real.replay import Replay, replay
from memkit.golang.real.toolchain import Beside, beside, find_go, run_go


def __getattr__(name):
    if name in ("TraceReplay", "replay_trace"):  # need numpy: imported when asked for
        return getattr(import_module("memkit.golang.real.tracereplay"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


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

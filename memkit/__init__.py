"""memkit: memory management made visible, from overlays to the Go heap, as one model.

    from memkit import record, vm, malloc, golang, data     # the models: no widget is loaded
    from memkit import widgets                              # the pictures, in JupyterLab

checks     what arguments may be, in one sentence; pages, words, sizes
trace      record(model): what happened, step by step, in words
vm         floor 1: address spaces, paging; what the kernel and the MMU do
malloc     floor 2: the allocators of the C world: textbook, glibc, tcmalloc; and a doctor
golang     floor 2: the Go runtime's allocator: heap, gc, process; beside the real one
scoreboard one workload through all allocators: locks, memory, waste, page faults
data       recorded truth: tables and runs of real systems
pictures   what a step looks like, as data: no front end draws it yet
course     exercises: checks, known wrong answers
widgets    the player of pictures, forms and laboratories
classroom  the teacher's side: a class's hand-ins become grades (make grade)
lecture    a link that opens a chapter as slides, on a hub and on Binder
"""

from importlib import import_module

from memkit.checks import hex, size
from memkit.trace import Step, record

__version__ = "0.1.0"
__all__ = ["Step", "data", "golang", "hex", "malloc", "record", "size", "vm"]


def __getattr__(name):
    """A model is loaded when it is asked for: a chapter, and a program that grades, needs few."""
    if name in __all__:
        return import_module(f"memkit.{name}")
    raise AttributeError(f"module 'memkit' has no attribute {name!r}")


def __dir__():
    return sorted({*globals(), *__all__})

"""memkit: memory management made visible, from overlays to the Go heap, as one model.

    from memkit import record, vm, malloc, golang, data     # the models: no widget is loaded
    from memkit import widgets                              # the pictures, in JupyterLab

trace     record(model): what happened, step by step, in words
vm        floor 1: address spaces, paging; what the kernel and the MMU do
malloc    floor 2: the allocators of the C world
golang    floor 2: the Go runtime's allocator, over an address space
data      recorded truth: tables and runs of real systems
course    exercises: checks, known wrong answers
widgets   the pictures and the player
classroom the teacher's side: a class's hand-ins become grades (make grade)
"""

from memkit import data, golang, malloc, vm
from memkit.trace import Step, hex, record, size

__version__ = "0.1.0"
__all__ = ["Step", "data", "golang", "hex", "malloc", "record", "size", "vm"]

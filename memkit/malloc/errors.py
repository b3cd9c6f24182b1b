"""How a C program ends when its heap is misused, if it ends at all."""


class Abort(Exception):
    """The allocator found its own structures broken, prints a line and ends the process
    (SIGABRT)."""


class SegmentationFault(Exception):
    """An address that no area holds was used: the kernel ends the process (SIGSEGV)."""


class DivideError(Exception):
    """The processor was to divide by zero: the kernel ends the process (SIGFPE)."""


class InvalidPointer(Abort, ValueError):
    """TCMalloc: free, realloc or usable_size of what is no object."""


class HeapCorrupted(RuntimeError):
    """A list that leads back to itself: the real process would never come back."""


class NotFollowed(RuntimeError):
    """The program has left what the model has; the real process goes on, nobody here knows how."""

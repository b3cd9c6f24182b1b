"""The tasks of chapter 10: what survives, when to collect, what is shaded, what comes back."""

# ruff: noqa: I001  in the order of the exercise
from ..ideas import by_name
from .survivors import survivors
from .pace import pace
from .shaded import shaded
from .handed_out import handed_out

__getattr__ = by_name(survivors, pace, shaded, handed_out)

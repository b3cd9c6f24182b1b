"""The tasks of chapter 04: an access, a call on areas, the faults of a fork, a deep recursion."""

# ruff: noqa: I001  in the order of the exercise
from ..ideas import by_name
from .access import access
from .change import change
from .faults import faults
from .recursion import recursion

__getattr__ = by_name(access, change, faults, recursion)

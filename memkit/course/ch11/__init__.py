"""The tasks of chapter 11: spans, areas, faults and resident pages of a Go program, predicted.

A request is (bytes, has pointers), of 16 bytes or more; the heap is cold, and nothing is collected
unless an event says so. The rules are Go 1.27's and Linux's, as the tower has them.
"""

# ruff: noqa: I001  in the order of the exercise
from ..ideas import by_name
from .spans import spans
from .areas import areas
from .faults import faults
from .resident import resident
from .explain import explain

__getattr__ = by_name(spans, areas, faults, resident, explain)

"""The tasks of chapter 06: pages of a span, a list's length, locks taken, free runs that merge."""

# ruff: noqa: I001  in the order of the exercise
from ..ideas import by_name
from .pages import pages
from .lengths import lengths
from .locks import locks
from .free_run import free_run

__getattr__ = by_name(pages, lengths, locks, free_run)

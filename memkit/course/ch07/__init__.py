"""The tasks of chapter 07: a sick program, what a slice keeps, collections, locks."""

# ruff: noqa: I001  in the order of the exercise
from ..ideas import by_name
from .patient import patient
from .bytes_kept import bytes_kept
from .collections import collections
from .locks import locks

__getattr__ = by_name(patient, bytes_kept, collections, locks)

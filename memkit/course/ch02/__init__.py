"""The tasks of chapter 02: what an entry covers, walk a dump, the bad entry, count references."""

# ruff: noqa: I001  in the order of the exercise
from ..ideas import by_name
from .covered import covered
from .walk import walk
from .bad_entry import bad_entry
from .references import references

__getattr__ = by_name(covered, walk, bad_entry, references)

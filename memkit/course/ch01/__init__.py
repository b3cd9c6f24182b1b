"""The tasks of chapter 01: how much memory a plan needs, what a call loads, what a run reads."""

# ruff: noqa: I001  in the order of the exercise
from ..ideas import by_name
from .memory import memory
from .call import call
from .bytes_read import bytes_read

__getattr__ = by_name(memory, call, bytes_read)

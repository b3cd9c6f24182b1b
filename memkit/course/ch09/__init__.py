"""The tasks of chapter 09: which slot, which span, which tier, which page."""

# ruff: noqa: I001  in the order of the exercise
from ..ideas import by_name
from .next_slots import next_slots
from .owner import owner
from .refill import refill
from .take_pages import take_pages

__getattr__ = by_name(next_slots, owner, refill, take_pages)

"""The tasks of chapter 08: slots for requests, a batch's waste, a span's slots, tiny blocks.

Slots and spans are drawn to scale: filled bytes are asked for, hatched ones are lost inside a slot
or taken by bitmaps, dashed ones are left over at the end.
"""

# ruff: noqa: I001  in the order of the exercise
from ..ideas import by_name
from .slot_size import slot_size
from .batch_waste import batch_waste
from .slots import slots
from .place_tiny import place_tiny

__getattr__ = by_name(slot_size, batch_waste, slots, place_tiny)

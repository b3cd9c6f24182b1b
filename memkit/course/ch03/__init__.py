"""The tasks of chapter 03: working sets, stack distances of two processes, two bits, an anomaly."""

# ruff: noqa: I001  in the order of the exercise
from ..ideas import by_name
from .sizes import sizes
from .distances import distances
from .second_chance import second_chance
from .anomaly import anomaly

__getattr__ = by_name(sizes, distances, second_chance, anomaly)

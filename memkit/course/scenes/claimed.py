"""A number that an answer claims, as text: it may be negative, or larger than any memory."""

from memkit import trace
from memkit.course.plain import text

HUGE = 1 << 64


def count(n):
    return f"{n:,}" if -HUGE < n < HUGE else text(n)


def size(n):
    return trace.size(n) if -HUGE < n < HUGE else text(n)


def address(n):
    return trace.hex(n) if type(n) is int and -HUGE < n < HUGE else text(n)

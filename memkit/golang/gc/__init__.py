"""The garbage collector, over a heap.

collector   objects, roots, and a program that runs beside the marking
cycle       one mark phase (marking: object by object; greentea: span by span)
pacer       how far the heap may grow, and when a collection begins
scavenger   how much memory free pages may keep
"""

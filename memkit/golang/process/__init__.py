"""A heap in a process of a machine.

tower       from new(T) to a frame
goprocess   a whole Go process, predicted
"""

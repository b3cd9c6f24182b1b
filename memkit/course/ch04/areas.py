"""Lists of areas (start, end, rights): drawn at random, and whether a process can have them."""

from itertools import pairwise


def some_areas(random, choices, unit=1, base=0):
    areas, page = [], random.randrange(3)
    for _ in range(random.randint(1, 4)):
        rights = random.choice(choices)
        if areas and areas[-1][1:] == (base + page * unit, rights):
            page += 1  # equal neighbours would be one area
        end = page + random.randint(1, 4)
        areas.append((base + page * unit, base + end * unit, rights))
        page = end + random.choice((0, 0, 0, 1, 2))
    return areas


def possible(areas, choices):
    """In order, and equal neighbours are one."""
    for (_, stop, rights), (then, _, other) in pairwise(areas):
        if stop > then or (stop == then and rights == other):
            return False
    return all(0 <= start < end and rights in choices for start, end, rights in areas)

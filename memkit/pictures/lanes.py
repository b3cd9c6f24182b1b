"""The ways of pointers between objects that stand in columns and rows: never behind one of them.

place    (column, row) of an object; what is no object, a root, stands in column -1
down k   the space before column k, whose lanes go up and down; down 0 is behind the roots
across k the space above row k, whose lanes go from left to right
way      [lane, across, arriving, port]: an object of the next column is reached by one lane of the
         space between (across and arriving are -1); any other by a lane up or down, one across
         above its row, and one down to it

A lane going down belongs to one object, from which it comes or to which it leads; the stretches of
two objects in one lane never meet. `port` is where a pointer enters: 0 in the middle, straight on
from the object beside it or from the roots, 1 and more below it, -1 above it, for who came across.
"""

ABOVE = 0.5  # rows from the middle of an object up to the lanes across
ROOTS = (-1, float("inf"))  # a root may stand beside any row


class Lanes:
    """Lanes for all of these pointers, so that a picture can show some of them at a time.

    places     name -> (column, row)
    pointers   (from, to) by name; from None is a root
    ways       (from, to) -> way
    down, across   how many lanes each of these spaces has
    """

    def __init__(self, places, pointers):
        columns = 1 + max((column for column, _ in places.values()), default=-1)
        rows = 1 + max((row for _, row in places.values()), default=-1)
        down = [{} for _ in range(columns + 1)]  # of each, key -> [first row, last row]
        across = [{} for _ in range(rows)]
        entered = {}  # who enters where, from the column before
        pointers = sorted(pointers, key=lambda pair: _order(places, *pair))
        for source, to in pointers:
            (column, row), (to_column, to_row) = places.get(source, (-1, 0)), places[to]
            stretch = ROOTS if source is None else (row, row)
            beside = to_column == column + 1
            if beside:
                key = ("to", to) if source is None else ("from", source)
                _stretch(down[to_column], key, *stretch, to_row)
                known = entered.setdefault(to, [])
                straight = source is None or row == to_row
                known.append((source, 0 if straight else 1 + len(known)))
            else:
                key = ("over", to)
                _stretch(down[column + 1], key, *stretch, to_row - ABOVE)
                _stretch(across[to_row], to, column + 1, to_column)
                _stretch(down[to_column], ("arriving",), to_row, to_row)
        self.down, lanes = [], []
        for space in down:
            last = space.pop(("arriving",), None)
            placed = _packed(sorted(space.items(), key=_kind))
            n = 1 + max(placed.values(), default=-1)
            lanes.append({**placed, ("arriving",): n})
            self.down.append(n + (last is not None))
        # The lane of the nearest column is the lowest, so that the others pass above its end.
        orders = [_packed(sorted(space.items(), key=lambda item: -item[1][1])) for space in across]
        self.across = [1 + max(order.values(), default=-1) for order in orders]
        self.ways = {}
        for source, to in pointers:
            column, (to_column, to_row) = places.get(source, (-1, 0))[0], places[to]
            if to_column == column + 1:
                key = ("to", to) if source is None else ("from", source)
                way = [lanes[to_column][key], -1, -1, dict(entered[to])[source]]
            else:
                arriving = lanes[to_column]["arriving",]
                way = [lanes[column + 1]["over", to], orders[to_row][to], arriving, -1]
            self.ways[source, to] = way


def _order(places, source, to):
    return (places.get(source, (-1, -1)), places[to])


def _stretch(space, key, *points):
    known = space.setdefault(key, [points[0], points[0]])
    space[key] = [min(known[0], *points), max(known[1], *points)]


def _kind(item):
    """Lanes that go on across come first: they leave the space at once."""
    (kind, _), stretch = item
    return (kind != "over", stretch)


def _packed(items):
    """key -> lane, for (key, stretch): the first lane in which nobody's stretch meets it."""
    lanes, found = [], {}
    for key, (first, last) in items:
        free = (k for k, used in enumerate(lanes) if all(b < first or last < a for a, b in used))
        lane = next(free, len(lanes))
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append((first, last))
        found[key] = lane
    return found

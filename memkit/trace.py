"""A recording of a run: what happened, in words, and how the model looked after it.

    with record(heap) as steps:        # plain Python in the block
        heap.mallocgc(48)
    print(steps[-1])                   # one sentence a teacher would say

step    one moment of a run: event, detail, state (frozen), words
event   the moment's name, as the field calls it: "refill", "grow", "page fault"
trace   the object through which a model and all its parts tell what they do
"""

from contextlib import contextmanager
from dataclasses import dataclass, field

from memkit.checks import hex, plural, shown, size

__all__ = ["Step", "Trace", "hex", "plural", "record", "size"]


@dataclass(frozen=True, slots=True)
class Step:
    """One moment of a run. It can be drawn without looking at its neighbours.

    event   str, the kind of moment
    detail  dict of plain values: sizes in bytes, addresses as ints
    state   the model's frozen snapshot, taken right after the change that `words` names
    """

    event: str
    detail: dict
    state: object
    words: str = field(default="", compare=False)

    def __str__(self):
        return self.words or self.event


class Trace:
    """Where one model, with its parts, emits its steps; silent unless somebody records.

    Code on a hot path asks `if trace.on` before it emits, so that silence costs one look.
    """

    __slots__ = ("on", "model", "steps")

    def __init__(self, model):
        self.on = False
        self.model = model
        self.steps = None

    def emit(self, event, words, **detail):
        """Add a step. `words` is a format string over `detail`."""
        if self.on:
            try:
                text = words.format_map(detail)
            except Exception:
                raise ValueError(
                    f"words must be a text over detail, {shown([*detail])}, not {shown(words)}."
                ) from None
            self.steps.append(Step(event, detail, self.model.snapshot(), text))


@contextmanager
def record(model):
    """Collect the steps of `model` (anything with a `trace` and a `snapshot()`) in the block.

    Raises ValueError where the model cannot be recorded, or already is.
    """
    trace = getattr(model, "trace", None)
    if not isinstance(trace, Trace):
        raise ValueError(
            f"record(model) needs a memkit model that has a trace, not {type(model).__name__}."
        )
    if trace.on:
        raise ValueError(f"this {type(model).__name__} is being recorded already.")
    trace.steps, trace.on = [], True
    try:
        yield trace.steps
    finally:
        trace.on, trace.steps = False, None

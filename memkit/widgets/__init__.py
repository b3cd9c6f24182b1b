"""Top floor: what one sees. Pure pictures, a player, one view a topic.

pictures        the language of the pictures: pure functions, plain dicts
Grid            draws one picture
Player          moves through recorded steps and draws each
SpanView        a span: slots, bitmaps, freeindex, waste
TiersView       mcache, mcentral, mheap, address space, and an allocation's path through them
SizeClassView   from a request to its class and its waste
Chart           lines over one axis, and the numbers beside them
Predict, ask    a question; first the learner's answer, then the explanation
"""

from memkit.widgets import pictures
from memkit.widgets.chart import Chart
from memkit.widgets.grid import Grid
from memkit.widgets.player import Player
from memkit.widgets.predict import Predict, ask
from memkit.widgets.size_class import SizeClassView
from memkit.widgets.span import SpanView
from memkit.widgets.tiers import TiersView

__all__ = [
    "Chart",
    "Grid",
    "Player",
    "Predict",
    "SizeClassView",
    "SpanView",
    "TiersView",
    "ask",
    "pictures",
]

"""Top floor: what one sees, and can act on. A player of films, one view a topic, laboratories.

pictures        what they show, as data (memkit.pictures)
Stage           plays a film of pictures in the browser; bundle: the JavaScript of all widgets
Player          recorded steps, a picture of each, on a stage; Slider: a slider with a name
SpanView        a span: slots, bitmaps, freeindex, waste
TinyView        blocks of 16 bytes that tiny objects share, byte by byte
TiersView       mcache, mcentral, mheap, address space, and an allocation's path through them
TowerView       the whole tower: one address from the mcache to its frame, floor by floor
SizeClassView   from a request to its class and its waste
OverlayView     a program in overlays, call by call, beside demand paging
Microscope      one address: its bits, the tables on its way, the frame or the fault
TLBView         sets and ways, hits and misses, what has gone stale
TableSizeView   what page tables cost
ProcessMap      a process: areas, pages, frames; grow it, fork it; the kernel's names for it
RealProcess     the same over the areas of the real process that runs this
TCMallocView    threads over central lists over a page heap: objects in batches, locks counted
ReplacementLab  a reference string, frames and a policy: who goes, and the faults of every size
HeapLab         a region and its free list, request by request; two policies side by side
Ward            a small sick program, line by line; the learner names the disease first
Scoreboard      one workload through four allocators: locks, memory, waste, page faults
CollectorView   roots, objects and spans while the collector marks and sweeps beside a program
PacerView       a heap over time: what lives, garbage, goal and trigger; two runs side by side
Comparison      the answer to a task above, the right one below: what a task's `show` shows
Chart           lines over one axis, and the numbers beside them
Progress        the chapters, and what the learner has answered and solved of each
Predict, ask    a question; first the learner's answer, then the explanation
after           what answers a question shows itself only then; open_answers: for lecturers
"""

from memkit import pictures
from memkit.widgets.chart import Chart
from memkit.widgets.collector import CollectorView
from memkit.widgets.heap import HeapLab
from memkit.widgets.microscope import Microscope
from memkit.widgets.pacer import PacerView
from memkit.widgets.player import Player
from memkit.widgets.predict import Predict, after, ask, open_answers
from memkit.widgets.process_map import ProcessMap
from memkit.widgets.progress import Progress
from memkit.widgets.real_process import RealProcess
from memkit.widgets.replacement import ReplacementLab
from memkit.widgets.scoreboard import Scoreboard
from memkit.widgets.size_class import SizeClassView
from memkit.widgets.table_size import TableSizeView
from memkit.widgets.tower import TowerView
from memkit.widgets.views import OverlayView, SpanView, TCMallocView, TiersView, TinyView, TLBView
from memkit.widgets.ward import Ward

__all__ = [
    "Chart",
    "CollectorView",
    "HeapLab",
    "Microscope",
    "OverlayView",
    "PacerView",
    "Player",
    "Predict",
    "ProcessMap",
    "Progress",
    "RealProcess",
    "ReplacementLab",
    "Scoreboard",
    "SizeClassView",
    "SpanView",
    "TCMallocView",
    "TLBView",
    "TableSizeView",
    "TiersView",
    "TinyView",
    "TowerView",
    "Ward",
    "after",
    "ask",
    "open_answers",
    "pictures",
]

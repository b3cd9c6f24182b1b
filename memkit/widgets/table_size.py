"""TableSizeView: what page tables cost, by how much of the address space is used and how."""

import ipywidgets

from memkit import pictures
from memkit.pictures.table_size import about, one_scheme, two_schemes
from memkit.vm import X86_32, X86_64, PagingScheme
from memkit.widgets.chart import Chart
from memkit.widgets.stage import Stage

IN_USE, TABLES = "memory in use (log scale)", "page tables (log scale)"


class TableSizeView(ipywidgets.VBox):
    """One PagingScheme: memory in one piece, in single pages, and a flat table. Two: each beside
    a flat table, in one piece or in single pages by choice.
    """

    def __init__(self, *schemes):
        super().__init__()
        self.add_class("mk-table-size")
        schemes = schemes or (X86_32, X86_64)
        wrong = [scheme for scheme in schemes if not isinstance(scheme, PagingScheme)]
        if wrong or len(schemes) > 2:
            what = type(wrong[0]).__name__ if wrong else f"{len(schemes)} of them"
            words = f"The chart needs one PagingScheme or two, not {what}."
            self.stage = Stage()
            self.children = [self.stage]
            self.stage.put(pictures.error(words))
            return
        if len(schemes) == 1:
            self.children = [_chart(*one_scheme(schemes[0]))]
            return
        self.schemes = schemes
        self.sparse = ipywidgets.Checkbox(
            description="the memory in use is single pages, evenly apart", indent=False
        )
        self.sparse.add_class("mk-sparse")
        self.sparse.observe(self._draw, "value")
        self._draw()

    def _draw(self, change=None):
        chart = _chart(*two_schemes(self.schemes, not self.sparse.value))
        self.children = [self.sparse, chart]


def _chart(finding, used, series):
    return Chart(finding, used, series, IN_USE, TABLES, log_x=True, log_y=True, write=about)

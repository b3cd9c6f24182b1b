"""TableSizeView: what page tables cost, by how much of the address space is used and how."""

from memkit.widgets.chart import Chart


def table_costs(scheme, steps=12):
    """(bytes used, {label: KiB of tables}) for memory in one piece and in single pages.

    One piece: pages side by side from address 0. Spread: as many single pages, evenly apart.
    """
    pages = 1 << sum(scheme.index_bits)
    counts = [1 << n for n in range(0, sum(scheme.index_bits) + 1, 2)][:steps]
    page = scheme.page_bytes
    half = 1 << scheme.va_bits - 1 if scheme.canonical else 1 << scheme.va_bits
    one = [scheme.tables([(0, n * page)]).nbytes / 1024 for n in counts]
    spread = [_spread(scheme, n, min(half // page, pages)) / 1024 for n in counts]
    return [n * page // 1024 for n in counts], {"one piece": one, "spread": spread}


def _spread(scheme, n, pages):
    """Bytes of tables for n single pages, evenly apart. Every table on the way holds 1 or more."""
    nbytes = scheme.table_frames(0) * scheme.page_bytes
    for level in range(1, scheme.levels):
        covers = 1 << scheme.shifts[level - 1] - scheme.offset_bits  # pages one table maps
        tables = min(n, max(1, pages // covers))
        nbytes += tables * scheme.table_frames(level) * scheme.page_bytes
    return nbytes


class TableSizeView(Chart):
    """The chart for one PagingScheme. ValueError for anything else."""

    def __init__(self, scheme):
        if not hasattr(scheme, "table_frames"):
            raise ValueError(f"scheme must be a PagingScheme, not {type(scheme).__name__}.")
        used, series = table_costs(scheme)
        last = len(used) - 1
        if scheme.linear_bytes <= 1 << 26:
            series["one flat table"] = [scheme.linear_bytes / 1024] * (last + 1)
        super().__init__(
            f"{scheme.name}: memory in one piece needs few tables, single pages need many",
            used,
            series,
            "memory used, KiB (log scale)",
            "page tables, KiB",
            log_x=True,
        )
        self.add_class("mk-table-size")

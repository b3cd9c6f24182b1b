"""What page tables cost, by how much of the address space is used and how."""

from memkit.checks import UNITS

MOST = 1 << 32  # bytes: the axis ends here, or where the smallest address space does


def about(nbytes):
    """A size to three digits: 4 KiB, 1.25 MiB, 513 MiB."""
    for unit, scale in UNITS:
        if nbytes >= scale:
            return f"{float(f'{nbytes / scale:.3g}'):g} {unit}"
    return f"{nbytes} B"


def amounts(schemes):
    """Bytes in use along the axis: one page of the largest, then four times as much each."""
    page = max(scheme.page_bytes for scheme in schemes)
    most = min(MOST, *(1 << scheme.va_bits for scheme in schemes))
    return [page << n for n in range(0, (most // page).bit_length(), 2)]


def dense_bytes(scheme, nbytes):
    """Bytes of tables for memory in one piece, from address 0 up."""
    return scheme.tables([(0, nbytes)]).nbytes


def sparse_bytes(scheme, nbytes):
    """Bytes of tables for as many single pages, evenly apart in the user's addresses.

    Each page needs a table of its own in every level, until the level has all its tables.
    """
    pages = -(-nbytes // scheme.page_bytes)
    space = 1 << scheme.va_bits - scheme.canonical  # of a canonical space half is the kernel's
    nframes = scheme.table_frames(0)
    for level in range(1, scheme.levels):
        tables = min(pages, space >> scheme.shifts[level - 1])
        nframes += tables * scheme.table_frames(level)
    return nframes * scheme.page_bytes


def levels(scheme):
    return "1 level" if scheme.levels == 1 else f"{scheme.levels} levels"


def one_scheme(scheme):
    """(finding, bytes in use, {label: bytes of tables}): one piece, single pages, a flat table."""
    used = amounts([scheme])
    dense = [dense_bytes(scheme, nbytes) for nbytes in used]
    sparse = [sparse_bytes(scheme, nbytes) for nbytes in used]
    worst = max(range(len(used)), key=lambda k: sparse[k] / dense[k])
    finding = (
        f"{scheme.name}: {about(used[worst])} cost {about(dense[worst])} of tables in one piece, "
        f"{about(sparse[worst])} in single pages"
    )
    flat = [scheme.linear_bytes] * len(used)
    return finding, used, {"one piece": dense, "single pages": sparse, "one flat table": flat}


def two_schemes(schemes, dense):
    """(finding, bytes in use, {label: bytes of tables}): a flat table, and each scheme."""
    used = amounts(schemes)
    cost = dense_bytes if dense else sparse_bytes
    series = {f"flat, {schemes[0].name}": [schemes[0].linear_bytes] * len(used)}
    k = min(4, len(used) - 1)  # 1 MiB, where pages are 4 KiB
    told = []
    for scheme in schemes:
        nbytes = [cost(scheme, n) for n in used]
        series[f"{levels(scheme)}, {scheme.name}"] = nbytes
        told.append(f"{about(nbytes[k])} with {levels(scheme)}")
    how = "in one piece" if dense else "in single pages"
    finding = f"{about(used[k])} {how}: tables of " + ", ".join(told)
    return finding, used, series

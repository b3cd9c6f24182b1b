"""The recordings load, say where they come from, and are read from one place."""

from pathlib import Path

import pytest

from memkit import data

FOLDER = Path(data.__file__).parent


def test_every_file_is_described():
    told = (FOLDER / "README.md").read_text()
    folders = (data.GO, data.LINUX, data.MALLOC, data.PAGES)
    for path in [path for folder in folders for path in folder.iterdir()]:
        assert f"`{path.name}`" in told, path.name
    assert "Go 1.27.3" in told and "linux/amd64" in told and "Linux 6.18" in told


@pytest.mark.parametrize("name", data.TABLES)
def test_every_column_is_described(name):
    told = (FOLDER / "README.md").read_text()
    untold = [column for column in data.table(name)[0] if f"`{column}`" not in told]
    assert untold == []


@pytest.mark.parametrize("load, names", [(data.trace, data.TRACES), (data.page_trace, ["ls"])])
def test_every_array_is_described(load, names):
    told = (FOLDER / "README.md").read_text()
    assert [key for name in names for key in load(name) if f"`{key}`" not in told] == []


@pytest.mark.parametrize("name", data.TABLES)
def test_a_table_is_a_list_of_rows(name):
    rows = data.table(name)
    assert len(rows) > 8 and len({tuple(row) for row in rows}) == 1
    assert all(value is not None for row in rows for value in row.values())


@pytest.mark.parametrize("name", data.TRACES)
def test_a_trace_is_arrays_of_two_tables(name):
    trace = data.trace(name)
    assert len({len(array) for key, array in trace.items() if not key.startswith("span_")}) == 1
    assert (trace["seq"][1:] > trace["seq"][:-1]).all()


@pytest.mark.parametrize("load", [data.trace, data.table, data.page_trace, data.page_answers])
@pytest.mark.parametrize("name", ["nope", "", None, [], "../README"])
def test_an_unknown_name_gets_one_sentence(load, name):
    with pytest.raises(ValueError, match="^name must be one of .*, not .*[.]$"):
        load(name)


def test_the_malloc_tables_are_what_was_measured():
    """The same measurements as the allocators' own tests hold, put side by side."""
    measured = Path(__file__).parent / "data" / "malloc"
    files = {
        "glibc": ("glibc_bugs", "glibc_usable"),
        "tcmalloc": ("bugs_tcmalloc", "usable_tcmalloc"),
    }
    for allocator, (bugs, usable) in files.items():
        rows = (measured / f"{bugs}.csv").read_text().splitlines()[1:]
        shown = [(r["bug"], r[allocator], r[f"{allocator}_says"]) for r in data.table("bugs")]
        assert sorted(",".join(row) for row in shown) == sorted(rows)
        rows = (measured / f"{usable}.csv").read_text().splitlines()[1:]
        assert [f"{r['request']},{r[allocator]}" for r in data.table("usable")] == rows

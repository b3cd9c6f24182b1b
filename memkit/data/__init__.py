"""Recorded truth that ships with the course: what real systems did, measured.

    data.trace("json")        every allocation and free of a real Go program: name -> numpy array
    data.patterns()           id -> (pattern, what real Go answered)
    data.page_trace("sqlite") the pages that a real program touches: name -> numpy array
    data.page_answers("sqlite")  faults of its trace under several policies, by plain loops
    data.maps("pie_x86_64")   a process with one object of every kind: objects, maps, smaps
    data.table("size_classes")   a table, as a list of rows: column name -> number or text

Go 1.27.3 on linux/amd64, GOMAXPROCS=1 unless the table says otherwise; Linux 6.18; glibc 2.36;
gperftools 2.10. README.md here tells how each was measured and what its columns mean.
"""

import csv
import gzip
import json
import re
from importlib import resources
from typing import NamedTuple

from memkit.checks import one_of

GO = resources.files("memkit.data") / "go"
LINUX = resources.files("memkit.data") / "linux"
MALLOC = resources.files("memkit.data") / "malloc"
PAGES = resources.files("memkit.data") / "pages"
PAGE_TRACES = ("gzip", "ls", "sort", "sqlite")
PROCESSES = ("pie_x86_64", "static_x86_64", "static_i386_3g")
TRACES = ("json", "sortlines", "trees")
TABLES = dict.fromkeys("costs pacer procs size_classes sizes tiers versions vm_steps".split(), GO)
TABLES |= dict.fromkeys(
    (
        "aslr_pie_x86_64",
        "aslr_static_i386_3g",
        "bad_accesses",
        "faults",
        "fork",
        "page_states_fork_cow",
        "page_table_bytes",
        "tlb_latency",
    ),
    LINUX,
)
TABLES |= dict.fromkeys(("bugs", "tcmalloc_patterns", "throughput", "usable"), MALLOC)


class ProcessMaps(NamedTuple):
    """objects: {what: address}; maps, smaps: the text of these two files of /proc/PID."""

    objects: dict
    maps: str
    smaps: str


def trace(name):
    """A recorded Go program as {name: numpy array}; ValueError for an unknown name."""
    return _arrays(GO / f"{one_of('name', name, TRACES)}.npz")


def page_trace(name):
    """A program's pages: refs, kind (1 fetch, 2 read, 4 write, or-ed), vpn of each page."""
    return _arrays(PAGES / f"{one_of('name', name, PAGE_TRACES)}.npz")


def page_answers(name):
    """What plain loops count on a page trace: a dict, see README.md."""
    path = PAGES / f"{one_of('name', name, PAGE_TRACES)}_answers.json.gz"
    return json.loads(gzip.decompress(path.read_bytes()))


def _arrays(path):
    import numpy as np  # only here: tables and patterns are read without

    with path.open("rb") as file, np.load(file) as arrays:
        return {key: arrays[key] for key in arrays.files}


def maps(name):
    """A recorded process -> ProcessMaps; ValueError for an unknown name."""
    path = LINUX / f"maps_{one_of('name', name, PROCESSES)}.txt.gz"
    objects, areas, details = re.split("== s?maps\n", gzip.decompress(path.read_bytes()).decode())
    rows = [line.rpartition(",") for line in objects.splitlines()[1:]]
    return ProcessMaps({what: int(address, 0) for what, _, address in rows}, areas, details)


def patterns():
    """All recorded allocation patterns: {id: (pattern, recorded)}, as golang.replay takes them."""
    recorded = _json("pattern_results")["patterns"]
    return {pattern["id"]: (pattern, recorded[pattern["id"]]) for pattern in _json("patterns")}


def _json(name):
    return json.loads(gzip.decompress((GO / f"{name}.json.gz").read_bytes()))


def table(name):
    """A measured table as a list of dicts; ValueError for an unknown name."""
    text = (TABLES[one_of("name", name, TABLES)] / f"{name}.csv").read_text()
    rows = csv.DictReader(text.splitlines())
    return [{key: _number(value) for key, value in row.items()} for row in rows]


def _number(text):
    for convert in (int, float):
        try:
            return convert(text)
        except ValueError:
            pass
    return text

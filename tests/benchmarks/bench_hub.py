"""A lecture on a real JupyterHub: thirty students open chapter 09 within a minute.

Each logs in over HTTP, has a server started, loads JupyterLab's scripts from it, starts a kernel
and runs the chapter, cell by cell, to the first picture and then to the end. What a browser does
with it afterwards is done on the students' machines, and is not in here. On a machine of its own
(tests/hub.py); needs root.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hub import HUB, ROOT, Hub, Student, alone, settle  # noqa: E402
from timing import Row  # noqa: E402

CLASS, WITHIN = 30, 60  # students, seconds
CHAPTER = next((ROOT / "notebooks").glob("09-*.ipynb"))
FIRST = "TiersView"  # the first picture


def rows():
    told = alone(sys.executable, __file__, stdout=subprocess.PIPE, text=True, check=True).stdout
    told = json.loads(told.splitlines()[-1])
    first, last = sorted(told["first"]), sorted(told["whole"])
    assert len(first) == CLASS, f"{CLASS - len(first)} students saw no picture"
    late = first[round(0.95 * CLASS) - 1]
    yield Row("first picture on a hub, median", median(first), "s", "one alone", told["alone"])
    yield Row("the same, 95 of 100 students", late, "s", "median", median(first))
    yield Row("to the end of the chapter, the last", last[-1], "s", "to open it within", WITHIN)
    limit = 0.3 * 1024  # as deploy/jupyterhub_config.py has it
    yield Row("memory of a student, median", median(told["memory"]), "MiB", "the limit", limit)
    yield Row("memory of a student, most", max(told["memory"]), "MiB", "the limit", limit)
    yield Row("memory of hub and proxy", told["hub"], "MiB", "a student", median(told["memory"]))
    yield Row("processor time of the hub, a student", told["spawning"], "s", "cores it can use", 1)
    yield Row("processor time of a student", median(told["cpu"]), "s", "cores", os.cpu_count())


def sources():
    cells = json.loads(CHAPTER.read_text())["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def attend(name, told):
    """Open the chapter as `name`, and note in `told` what it took, in seconds."""
    begun = time.monotonic()
    student = Student(name)
    student.begin()
    page = student.ask("get", f"lab/tree/notebooks/{CHAPTER.name}").text
    for script in re.findall(r'<script [^>]*src="([^"]+)"', page):
        student.session.get(f"{HUB}{script}", timeout=120).raise_for_status()
    kernel, seen = student.kernel(), False
    for source in sources():
        said = student.run(kernel, source)
        assert "Error" not in said, said
        if FIRST in source and not seen:
            seen = True
            told["first"].append(time.monotonic() - begun)
    told["whole"].append(time.monotonic() - begun)


def usage(place):
    """(MiB, shared pages by shares; processor seconds) of a process and its ended children."""
    memory = re.search(r"\nPss: +(\d+) kB", (place / "smaps_rollup").read_text())[1]
    fields = (place / "stat").read_text().rpartition(")")[2].split()
    return int(memory) / 1024, sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def used(owner):
    """The same of all processes of a user."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if place.stat().st_uid == owner:
                found.append(usage(place))
        except (OSError, TypeError):  # it has just ended
            pass
    return tuple(map(sum, zip(*found, strict=True)))


def lecture():
    names = [f"student-{number:02}" for number in range(CLASS + 1)]
    settle(names)
    told = {"first": [], "whole": []}
    with tempfile.TemporaryDirectory() as folder, Hub(Path(folder, "hub")) as hub:
        one = {"first": [], "whole": []}
        attend(names.pop(), one)
        threads = []
        for name in names:
            threads.append(threading.Thread(target=attend, args=(name, told)))
            threads[-1].start()
            time.sleep(WITHIN / CLASS)
        for thread in threads:
            thread.join()
        figures = [used(20_000 + number) for number in range(CLASS)]
        told["memory"], told["cpu"] = zip(*figures, strict=True)
        told["alone"] = one["first"][0]
        both = [usage(Path("/proc", str(process.pid))) for process in (hub.hub, hub.proxy)]
        told["hub"] = sum(memory for memory, _ in both)
        told["spawning"] = both[0][1] / (CLASS + 1)
    print(json.dumps(told))


if __name__ == "__main__":
    lecture()

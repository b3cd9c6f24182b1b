"""What the tests share: where the course is, and a real JupyterLab in a real browser."""

import gc
import os
import tempfile
import zlib
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import ipywidgets
import pytest
from browser import ROOT, Lab, find_chromium, open_chromium
from hypothesis import settings
from invariants import broken

from memkit.golang import TowerState
from memkit.trace import Trace

# No deadline: machines that run tests are busy. Under CI the same examples each time, so that a
# failure belongs to the change that is tested.
settings.register_profile("memkit", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("memkit")


# What is imported stays. Not to look through it again and again lets the rest, where a model with
# all its memory is often a cycle, be collected at once.
def pytest_collection_finish():
    gc.collect()
    gc.freeze()


# These take longest and so begin first, or one worker would end long after the others.
FIRST = ("browser", "grading", "test_exercises.py", "test_replacement.py", "test_bad_calls.py")
PARTS = {"test_replacement.py": 4, "test_bad_calls.py": 4}  # long, and they share no fixtures


@cache
def group(file):
    """Which tests one worker runs one after the other: those of a file, for they share fixtures.

    All that drive a browser are one group, and all that grade whole classes: each alone keeps every
    core busy, and a grade may not take long.
    """
    source = Path(ROOT, file).read_text()
    if "from browser import" in source or Path(file).name.startswith("test_browser"):
        return "browser"
    return "grading" if "Course(" in source else Path(file).name


def file_of(nodeid):
    return nodeid.partition("::")[0]


def pytest_collection_modifyitems(items):
    def place(item):
        name = group(file_of(item.nodeid))
        return FIRST.index(name) if name in FIRST else len(FIRST)

    items.sort(key=place)
    # Where a core has much else to do, Chromium may not draw for seconds. What fails so is run once
    # more, and both are told; what fails again has failed.
    for item in items:
        if group(file_of(item.nodeid)) == "browser":
            item.add_marker(pytest.mark.flaky(reruns=1))


# Not pytest-xdist's `--dist loadgroup`: its 3.8.0 writes the groups where pytest 9.2 reads none.
@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            name = group(file_of(nodeid))
            return f"{name} {zlib.crc32(nodeid.encode()) % PARTS.get(name, 1)}"

    config.option.loadscopereorder = False  # as they were sorted above
    return ByGroup(config, log)


@pytest.fixture(scope="session", autouse=True)
def a_place_of_their_own(tmp_path_factory):
    """What tests write is nobody's progress, and what others leave in /tmp is none of theirs."""
    with (
        pytest.MonkeyPatch.context() as patch,
        # Short, since the names of sockets in it may have 100 letters.
        tempfile.TemporaryDirectory(prefix="memkit-", ignore_cleanup_errors=True) as folder,
    ):
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        patch.setenv("TMPDIR", folder)
        patch.setattr(tempfile, "tempdir", folder)
        yield


@pytest.fixture(autouse=True)
def no_widget_outlives_its_test():
    """ipywidgets keeps each one, with all that it shows, until it is closed."""
    yield
    ipywidgets.Widget.close_all()


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """A JupyterLab server over a copy of the course, as a learner's would be."""
    if find_chromium() is None:
        pytest.skip("no Chromium or Google Chrome found here; `make browser` gets one")
    with Lab(tmp_path_factory.mktemp("lab")) as server:
        yield server


# What is open for the whole group of tests that drive a browser: to load JupyterLab takes as long
# as a test. While a browser is open nobody else can use asyncio: the last of the group closes all.
OPEN, CLOSES = {}, ExitStack()


def once(name, make):
    if name not in OPEN:
        OPEN[name] = CLOSES.enter_context(make())
    return OPEN[name]


NEXT = pytest.StashKey[pytest.Item]()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item, nextitem):
    item.session.stash[NEXT] = nextitem


@pytest.fixture(scope="module", autouse=True)
def no_browser_outlives_its_group(request):
    yield
    after = request.session.stash.get(NEXT, None)
    if not after or group(file_of(after.nodeid)) != "browser":
        OPEN.clear()
        CLOSES.close()


@pytest.fixture(scope="module")
def chromium():
    if find_chromium() is None:
        pytest.skip("no Chromium or Google Chrome found here; `make browser` gets one")
    return once("chromium", open_chromium)


@pytest.fixture
def fresh_page(lab, chromium):
    """JupyterLab loaded for one test; it remembers what went wrong in it."""
    with lab.page(chromium) as lab_page:
        yield lab_page


@pytest.fixture(scope="module")
def shared_page(lab, chromium):
    return once("page", lambda: lab.page(chromium))


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def page(shared_page, request):
    """JupyterLab without a notebook, loaded once for all, and anew after a test that failed."""
    shared_page.begin()
    yield shared_page
    shared_page.end(reload=request.node.stash[FAILED])


@pytest.fixture(scope="session", autouse=True)
def every_recorded_step_of_a_tower_is_checked():
    """Whatever a test records: no step of a tower may break what must always hold."""
    emit = Trace.emit

    def checked(trace, event, words, **detail):
        emit(trace, event, words, **detail)
        if trace.on and isinstance(trace.steps[-1].state, TowerState):
            assert broken(trace.steps[-1].state) == [], event

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Trace, "emit", checked)
        yield


def pytest_terminal_summary(terminalreporter):
    """A file of memkit/ is one idea, whatever its length. So the longest are named, beside the
    rules of the house, for who looks for two ideas in one; no test refuses them."""
    if any("test_layout" in report.nodeid for report in terminalreporter.getreports("passed")):
        lengths = {p: p.read_text().count("\n") for p in (ROOT / "memkit").rglob("*.py")}
        longest = sorted(lengths, key=lengths.get, reverse=True)[:5]
        named = ", ".join(f"{path.relative_to(ROOT)} {lengths[path]}" for path in longest)
        terminalreporter.write_line(f"longest files, in lines: {named}")

"""What the tests share: where the course is, and a real JupyterLab in a real browser."""

import os

import pytest
from browser import Lab, find_chromium, open_chromium
from hypothesis import settings
from invariants import broken

from memkit.golang import TowerState
from memkit.trace import Trace

# No deadline: machines that run tests are busy. Under CI the same examples each time, so that a
# failure belongs to the change that is tested.
settings.register_profile("memkit", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("memkit")


@pytest.fixture(scope="session", autouse=True)
def nobodys_progress(tmp_path_factory):
    """The notebooks that tests run are no progress of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """A JupyterLab server over a copy of the course, as a learner's would be."""
    if find_chromium() is None:
        pytest.skip("no Chromium or Google Chrome found here; `make browser` gets one")
    with Lab(tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture(scope="module")
def chromium(lab):
    """One browser for a file of tests: while it is open, other files could not use asyncio."""
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def page(lab, chromium):
    """A fresh page on that server; it remembers what went wrong in it."""
    with lab.page(chromium) as lab_page:
        yield lab_page


@pytest.fixture(autouse=True)
def every_recorded_step_of_a_tower_is_checked(monkeypatch):
    """Whatever a test records: no step of a tower may break what must always hold."""
    emit = Trace.emit

    def checked(trace, event, words, **detail):
        emit(trace, event, words, **detail)
        if trace.on and isinstance(trace.steps[-1].state, TowerState):
            assert broken(trace.steps[-1].state) == [], event

    monkeypatch.setattr(Trace, "emit", checked)

"""The JavaScript of the widgets: its unit tests, and the bundle that reaches the browser."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from memkit.widgets.bundle import FILE

ROOT = Path(__file__).resolve().parent.parent
WEB = FILE.parent
MOST = 130_000  # bytes: what a page gets once for all widgets

needs_npm = pytest.mark.skipif(
    not shutil.which("npm"), reason="no npm found here: the JavaScript cannot be built or tested"
)


@pytest.fixture(scope="module")
def tools(tmp_path_factory):
    """The folder of the maintainers' tools: as `make bundle` has installed them, or made now."""
    if (ROOT / "node_modules" / ".bin" / "esbuild").exists():
        return ROOT
    folder = tmp_path_factory.mktemp("npm")
    shutil.copy(ROOT / "package.json", folder)
    quiet = ("--silent", "--no-package-lock", "--no-audit", "--no-fund")
    made = subprocess.run(["npm", "install", *quiet], cwd=folder, capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"npm cannot install esbuild here: {made.stderr.strip()[-200:]}")
    return folder


@needs_npm
def test_the_bundle_is_what_its_sources_make(tools, tmp_path):
    """`make bundle` after a change of memkit/widgets/web."""
    node, script = json.loads((ROOT / "package.json").read_text())["scripts"]["bundle"].split()
    if tools != ROOT:  # a script finds modules beside itself
        script = shutil.copy(ROOT / script, tools)
    subprocess.run([node, script, tmp_path / "bundle.js"], cwd=ROOT, check=True)
    assert (tmp_path / "bundle.js").read_bytes() == FILE.read_bytes()


@needs_npm
def test_what_needs_no_page():
    tests = sorted(map(str, (ROOT / "tests" / "web").glob("*.test.js")))
    run = subprocess.run(["node", "--test", *tests], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


def test_the_bundle_is_small_and_holds_the_style_once():
    text = FILE.read_text()
    assert len(text.encode()) <= MOST
    assert text.count(".mk-stage,.mk-predict,.mk-after,.mk-player,.mk-live,.mk-progress{") == 1
    for sheet in WEB.glob("*.css"):
        rules = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
        missing = {name for name in re.findall(r"\.mk-[\w-]+", rules) if name not in text}
        assert not missing, sheet.name


def test_every_module_is_in_the_bundle():
    """What nothing imports would be dead weight, and nobody would see it."""
    imported = {
        name
        for module in WEB.glob("*.js")
        if module != FILE
        for name in re.findall(r'from "\./(\S+)"', module.read_text())
    }
    there = {file.name for file in WEB.iterdir() if file.suffix in (".js", ".css")}
    assert there - {"index.js", "bundle.js", "build.js"} == imported

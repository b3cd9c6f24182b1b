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
    """Where the maintainers' tools are: as `make bundle` has installed them, or made now."""
    if (ROOT / "node_modules" / ".bin" / "esbuild").exists():
        return ROOT / "node_modules" / ".bin"
    folder = tmp_path_factory.mktemp("npm")
    shutil.copy(ROOT / "package.json", folder)
    quiet = ("--silent", "--no-package-lock", "--no-audit", "--no-fund")
    made = subprocess.run(["npm", "install", *quiet], cwd=folder, capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"npm cannot install esbuild here: {made.stderr.strip()[-200:]}")
    return folder / "node_modules" / ".bin"


@needs_npm
def test_the_bundle_is_what_its_sources_make(tools, tmp_path):
    """`make bundle` after a change of memkit/widgets/web."""
    command = json.loads((ROOT / "package.json").read_text())["scripts"]["bundle"].split()
    assert command[0] == "esbuild" and command[-1].startswith("--outfile=")
    command = [str(tools / "esbuild"), *command[1:-1], f"--outfile={tmp_path / 'bundle.js'}"]
    subprocess.run(command, cwd=ROOT, check=True)
    assert (tmp_path / "bundle.js").read_bytes() == FILE.read_bytes()


@needs_npm
def test_what_needs_no_page():
    tests = sorted(map(str, (ROOT / "tests" / "web").glob("*.test.js")))
    run = subprocess.run(["node", "--test", *tests], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


def test_the_bundle_is_small_and_holds_the_style_once():
    text = FILE.read_text()
    assert len(text.encode()) <= MOST
    for sheet in WEB.glob("*.css"):
        first = sheet.read_text().splitlines()[0].strip("/* ")[:40]
        assert text.count(first) == 1, sheet.name


def test_every_module_is_in_the_bundle():
    """What nothing imports would be dead weight, and nobody would see it."""
    imported = {
        name
        for module in WEB.glob("*.js")
        if module != FILE
        for name in re.findall(r'from "\./(\S+)"', module.read_text())
    }
    there = {file.name for file in WEB.iterdir() if file.suffix in (".js", ".css")}
    assert there - {"index.js", "bundle.js"} == imported

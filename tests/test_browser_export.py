"""A chapter exported to HTML holds its films: they step with no kernel, no server, no internet."""

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from browser import ROOT, Player
from slides import SIZE

NAME = "11-from-new-to-a-frame"
# What the page asks others for: the exporter's own libraries, of versions that still exist.
PACKAGES = {"requirejs": "2.3.7", "@jupyter-widgets/html-manager": "1.0.14"}
LIBRARIES = {"require.min.js": "require.js", "embed-amd.js": "dist/embed-amd.js"}
SPARED = ("mathjax", "mermaid")  # formulas and diagrams, which no picture needs


@pytest.fixture(scope="module")
def libraries(tmp_path_factory):
    """Last part of an address -> that file's text."""
    if not shutil.which("npm"):
        pytest.skip("no npm found here, to fetch the libraries of an exported page")
    folder = tmp_path_factory.mktemp("npm")
    named = [f"{package}@{version}" for package, version in PACKAGES.items()]
    fetched = subprocess.run(
        ["npm", "pack", "--silent", *named], cwd=folder, capture_output=True, text=True
    )
    if fetched.returncode:
        pytest.skip(f"npm cannot fetch {named} here: {fetched.stderr.strip()[-200:]}")
    found = {}
    for archive in folder.glob("*.tgz"):
        with tarfile.open(archive) as packed:
            for name, path in LIBRARIES.items():
                if f"package/{path}" in packed.getnames():
                    found[name] = packed.extractfile(f"package/{path}").read().decode()
    return found


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    command = "nbconvert --execute --to html --log-level=ERROR --output-dir".split()
    notebook = ROOT / "notebooks" / f"{NAME}.ipynb"
    subprocess.run([sys.executable, "-m", *command, folder, notebook], check=True)
    return folder / f"{NAME}.html"


def test_every_film_of_an_exported_chapter_steps(exported, libraries, chromium):
    cut = []

    def answer(route):
        address = route.request.url.split("?")[0]
        if address.startswith(("file:", "data:", "blob:")):
            return route.continue_()
        package = next(
            (p for p in ("anywidget", "bqplot", "bqscales") if f"/{p}@" in address), None
        )
        if package:
            return route.fulfill(
                path=Path(sys.prefix, "share/jupyter/nbextensions", package, "index.js")
            )
        if text := libraries.get(address.rpartition("/")[2]):
            return route.fulfill(body=text, content_type="text/javascript")
        cut.append(address)
        return route.abort()

    page = chromium.new_page(viewport=SIZE, reduced_motion="reduce")
    page.route("**/*", answer)
    page.goto(exported.as_uri())
    page.wait_for_function(
        """() => {
            const players = [...document.querySelectorAll('.mk-player')];
            return players.length && players.every(one => one.querySelector('[data-step]'));
        }"""
    )
    players = [
        Player(page, found)
        for found in page.query_selector_all(".mk-player:has(.mk-slider:enabled)")
    ]
    assert len(players) >= 3
    for player in players:
        seen = player.walk()
        assert len(seen["forward"]) > 1
        assert seen["back"] == seen["forward"]
        assert len(seen["rows"]) == 1
    assert [address for address in cut if not any(word in address for word in SPARED)] == []
    page.close()

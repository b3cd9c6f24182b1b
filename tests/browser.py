"""A real JupyterLab, driven as a learner would drive it.

    with Lab(folder) as lab, open_chromium() as chromium, lab.page(chromium) as page:
        page.open_notebook("notebooks/00-start-here.ipynb")
        page.run_all()

Lab       the server, over a copy of the course, with settings of its own
LabPage   one page on it: opens and runs notebooks, and notes errors and foreign requests
Player    one of the course's players on a page
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "memkit"
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
DECK_IS_ON = "lab/user-settings/@deathbeds/jupyterlab-deck/plugin.jupyterlab-settings"
WIDGET = "application/vnd.jupyter.widget-view+json"

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_CHROME = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


def find_chromium():
    """The path of a browser that can be driven, or None."""
    return next(filter(None, map(shutil.which, (*BROWSERS, MAC_CHROME))), None)


@contextmanager
def open_chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=QUIET)
        yield browser
        browser.close()


class Lab:
    """A JupyterLab server on a port of its own, with no trace of the user's settings.

    It has the style and the keys of slides, which change nothing else; with `slides` it opens
    notebooks as slides, as `make lecture` does.
    """

    def __init__(self, folder, slides=False):
        self.root = folder / "course"
        for part in ("notebooks", "exercises"):
            shutil.copytree(ROOT / part, self.root / part)
        config = folder / "jupyter_config_dir"
        shutil.copytree(ROOT / "lecture", config)
        if not slides:
            (config / DECK_IS_ON).unlink()
        self.log = folder / "server.log"
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._command = [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            *("--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"),
            f"--IdentityProvider.token={TOKEN}",
            f"--ServerApp.root_dir={self.root}",
            "--LabApp.custom_css=True",
            "--LabApp.expose_app_in_browser=True",
            "--KernelManager.transport=ipc",
        ]
        private = (
            *("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"),
            "XDG_DATA_HOME",  # the learner's progress
        )
        self._environment = {
            **{k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
            **{name: str(folder / name.lower()) for name in private},
        }

    def __enter__(self):
        with self.log.open("w") as log:
            self._server = subprocess.Popen(
                self._command, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + 60
        while not self._answers():
            if self._server.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise RuntimeError(f"JupyterLab did not start:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.2)
        return self

    def __exit__(self, *_):
        self._server.terminate()
        try:
            self._server.wait(10)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()

    def _answers(self):
        try:
            with urllib.request.urlopen(f"{self.url}/api", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    @contextmanager
    def page(self, chromium):
        context = chromium.new_context(viewport={"width": 1400, "height": 1000})
        page = LabPage(self, context.new_page())
        try:
            yield page
        finally:
            page.close()
            context.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class LabPage:
    """One page on the server.

    errors    console errors and uncaught exceptions, as text
    foreign   addresses asked for that are not the server's
    """

    def __init__(self, lab, page):
        self.lab, self.page = lab, page
        self.errors, self.foreign = [], []
        self._open = False
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self._note(request.url))
        page.on("websocket", lambda websocket: self._note(websocket.url))

    def _note(self, url):
        address = urlsplit(url)
        if address.scheme not in ("data", "blob") and address.hostname != "127.0.0.1":
            self.foreign.append(url)

    def open_notebook(self, path, theme="light"):
        """Open a notebook of the course ("notebooks/....ipynb") and wait for its kernel.

        The light "idle" comes on before the kernel is connected, so this asks the application.
        """
        self.page.goto(f"{self.lab.url}/lab/tree/{path}?token={TOKEN}&reset")
        self.page.wait_for_function(
            "window.jupyterapp && jupyterapp.shell.currentWidget?.context", timeout=60_000
        )
        self._open = True
        self.page.evaluate(
            """async theme => {
                await jupyterapp.restored;
                await jupyterapp.commands.execute('apputils:change-theme', {theme});
                const panel = jupyterapp.shell.currentWidget;
                await panel.context.ready;
                await panel.sessionContext.ready;
                await panel.sessionContext.session.kernel.info;
            }""",
            THEMES[theme],
        )
        self.page.wait_for_selector(
            f"body[data-jp-theme-light='{str(theme == 'light').lower()}']", state="attached"
        )

    def run_all(self):
        """Run every cell, wait until every widget is drawn, and return the error outputs."""
        self.page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        self.page.wait_for_function(
            """mime => [...document.querySelectorAll(`[data-mime-type="${mime}"]`)].every(
                output => output.querySelector('.jupyter-widgets, .jupyter-widgets-error-widget'))
            && [...document.querySelectorAll('.mk-player')].every(player => player.tabIndex >= 0)
            && [...document.querySelectorAll('.mk-grid')].every(grid => 'step' in grid.dataset)
            """,
            arg=WIDGET,
        )
        return self.page.evaluate(
            """() => {
                const cells = [...jupyterapp.shell.currentWidget.content.model.cells];
                const outputs = cells.flatMap(cell => cell.toJSON().outputs ?? []);
                return [
                    ...outputs.filter(o => o.output_type === 'error')
                        .map(o => `${o.ename}: ${o.evalue}`),
                    ...[...document.querySelectorAll('.jupyter-widgets-error-widget')]
                        .map(e => e.innerText),
                ];
            }"""
        )

    def players(self):
        """The players that have more than one step: the others show no slider, or a dead one."""
        found = self.page.query_selector_all(".mk-player")
        moving = "player => !!player.querySelector('.mk-slider:enabled')?.offsetParent"
        return [Player(self.page, player) for player in found if player.evaluate(moving)]

    def close(self):
        """End the notebook's kernel; kernels that nobody ends pile up."""
        if self._open:
            self.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")


class Player:
    """One player: it takes the keys, and what changes is the picture in its output."""

    # What is drawn, and nothing that only says where the player stands.
    PICTURE = """player => {
        const output = player.closest('.jp-OutputArea-output') ?? player;
        const painted = [...output.querySelectorAll('canvas')].map(canvas => canvas.toDataURL());
        const drawn = [...output.querySelectorAll('svg')].map(svg => svg.innerHTML);
        const bars = [...output.querySelectorAll('.mk-bar')].map(bar => bar.innerHTML);
        return [...painted, ...drawn, ...bars].join().replaceAll(/ (style|class)=""/g, '');
    }"""

    def __init__(self, page, element):
        self.page, self.element = page, element

    def press(self, key):
        """Press a key while the player has the focus."""
        self.element.evaluate("player => player.contains(document.activeElement) || player.focus()")
        self.page.keyboard.press(key)

    def is_visible(self):
        return self.element.is_visible()

    def picture(self):
        return self.element.evaluate(self.PICTURE)

    def becomes(self, test, picture, timeout=20):
        """Wait until the picture is ("==") or is not ("!=") `picture`; False after `timeout` s."""
        deadline = time.monotonic() + timeout
        while (self.picture() == picture) != (test == "=="):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

"""A real JupyterLab, driven as a learner would drive it.

    with Lab(folder) as lab, open_chromium() as chromium, lab.page(chromium) as page:
        page.open_notebook("notebooks/00-start-here.ipynb")
        page.run_all()

Lab       the server, over a copy of the course, with settings of its own
LabPage   one page on it: opens and runs notebooks, and notes errors and foreign requests
Player    one of the course's players on a page
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
from nbformat import v4
from playwright.sync_api import TimeoutError, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "memkit"
SIZE = {"width": 1400, "height": 1000}
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
DECK_IS_ON = "lab/user-settings/@deathbeds/jupyterlab-deck/plugin.jupyterlab-settings"

# The widgets that are not drawn, by cell. JupyterLab puts a view into the output of each widget
# that the notebook's model holds: a missing view is a widget that it does not know. An anywidget's
# view is empty until its `render` has drawn: a `render` that raises leaves it so. One that only
# listens hides itself. A cell may be put on the page later than its output is made: till then its
# widgets have no classes.
DEAD = """() => {
    const found = [];
    jupyterapp.shell.currentWidget.content.widgets.forEach((cell, at) => {
        const outputs = cell.model.toJSON().outputs ?? [];
        outputs.forEach((output, i) => {
            if (!output.data?.['application/vnd.jupyter.widget-view+json']) return;
            const shown = cell.outputArea?.widgets[i]?.node.querySelector('.jp-OutputArea-output');
            const lacks = (what) => found.push(`cell ${at}: ${what}`);
            if (!shown?.querySelector('.lm-Widget')) return lacks('no view of its model');
            if (!shown.isConnected) return lacks('a view that is not on the page');
            for (const view of shown.querySelectorAll('.lm-Widget:empty'))
                if (!view.matches('[hidden], .lm-Panel, .jp-OutputArea') &&
                    view.style.display !== 'none') // which its layout says
                    lacks(`nothing in ${view.className}`);
            for (const player of shown.querySelectorAll('.mk-player'))
                if (player.tabIndex < 0) lacks('a player that takes no keys');
            for (const grid of shown.querySelectorAll('.mk-grid'))
                if (!('step' in grid.dataset)) lacks('a grid without a picture');
        });
    });
    return found;
}"""

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
def open_chromium(*more):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*QUIET, *more])
        yield browser
        browser.close()


class Lab:
    """A JupyterLab server on a port of its own, with no trace of the user's settings.

    It has the style and the keys of slides, which change nothing else; with `slides` it opens
    notebooks as slides, as `make lecture` does. It does not look, at each page, whether its
    extensions should be built anew: that starts a Node each time, and ours are not built here.
    """

    def __init__(self, folder, slides=False):
        self.root = folder / "course"
        for part in ("notebooks", "exercises"):
            shutil.copytree(ROOT / part, self.root / part)
        config = folder / "jupyter_config_dir"
        shutil.copytree(ROOT / "lecture", config)
        if not slides:
            (config / DECK_IS_ON).unlink()
        told = config / "labconfig" / "page_config.json"
        asked = json.loads(told.read_text()) if slides else {}
        told.write_text(json.dumps({**asked, "buildCheck": False}))
        self.log = folder / "server.log"
        # A path of its own, and short: a kernel's sockets lie there, and may have 100 letters.
        self._runtime = tempfile.TemporaryDirectory(prefix="memkit-lab-")
        self._command = [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            *("--ip=127.0.0.1", "--port=0"),  # one that is free; nobody else can have it first
            f"--IdentityProvider.token={TOKEN}",
            f"--ServerApp.root_dir={self.root}",
            "--LabApp.custom_css=True",
            "--LabApp.expose_app_in_browser=True",
            "--KernelManager.transport=ipc",
            "--KernelRestarter.time_to_dead=0.3",  # s between looks whether a kernel lives
        ]
        private = (
            *("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"),
            "XDG_DATA_HOME",  # the learner's progress
        )
        self._environment = {
            **{k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
            **{name: str(folder / name.lower()) for name in private},
            "JUPYTER_RUNTIME_DIR": self._runtime.name,
        }

    def __enter__(self):
        with self.log.open("w") as log:
            self._server = subprocess.Popen(
                self._command, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + 60
        while not (address := self._address()):
            if self._server.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise RuntimeError(f"JupyterLab did not start:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.1)
        self.url = address
        return self

    def __exit__(self, *_):
        self._server.terminate()
        try:
            self._server.wait(10)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        self._runtime.cleanup()

    def _address(self):
        """Where the server listens, once it does: it writes that into a file named after itself."""
        try:
            file = Path(self._runtime.name, f"jpserver-{self._server.pid}.json")
            return f"http://127.0.0.1:{json.loads(file.read_text())['port']}"
        except (FileNotFoundError, json.JSONDecodeError):
            return None

    def excerpt(self, chapter, *names):
        """Write a notebook of the code cells of a chapter that have these names; as `notebook`."""
        (path,) = (ROOT / "notebooks").glob(f"{chapter}-*.ipynb")
        cells = {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}
        return self.notebook(f"excerpt-{chapter}", *(cells[name] for name in names))

    def notebook(self, name, *sources):
        """Write a notebook of these cells, each a slide; returns where, for open_notebook."""
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        slide = {"slideshow": {"slide_type": "slide"}}
        cells = [v4.new_code_cell(source, metadata=slide) for source in sources]
        made = v4.new_notebook(cells=cells, metadata=kernel)
        nbformat.write(made, self.root / "notebooks" / f"{name}.ipynb")
        return f"notebooks/{name}.ipynb"

    @contextmanager
    def page(self, chromium):
        context = chromium.new_context(viewport=SIZE)
        page = LabPage(self, context.new_page())
        try:
            yield page
        finally:
            page.end()
            context.close()


class LabPage:
    """One page on the server.

    errors    console errors and uncaught exceptions, as text
    foreign   addresses asked for that are not the server's
    """

    def __init__(self, lab, page):
        self.lab, self.page = lab, page
        self.errors, self.foreign = [], []
        self._loaded = False
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

        The first one by its address, which loads JupyterLab; the others in what is loaded. The
        light "idle" comes on before the kernel is connected, so this asks the application.
        """
        if not self._loaded:
            self.page.goto(f"{self.lab.url}/lab/tree/{path}?token={TOKEN}&reset")
            self.page.wait_for_function(
                "window.jupyterapp && jupyterapp.shell.currentWidget?.context",
                timeout=60_000,
                polling=50,
            )
            self._loaded = True
        self.page.evaluate(
            """async ([path, theme]) => {
                await jupyterapp.restored;
                await jupyterapp.commands.execute('apputils:change-theme', {theme});
                const panel = await jupyterapp.commands.execute('docmanager:open', {path});
                await panel.context.ready;
                await panel.sessionContext.ready;
                await panel.sessionContext.session.kernel.info;
            }""",
            [path, THEMES[theme]],
        )
        self.page.wait_for_selector(
            f"body[data-jp-theme-light='{str(theme == 'light').lower()}']", state="attached"
        )

    def run_all(self, seconds=30, answers="open"):
        """Run every cell, wait until every widget is drawn, and return the error outputs. What
        answers a question is open as for a lecturer, or waits as for a learner."""
        if answers == "open":
            self.execute("from memkit import widgets; widgets.open_answers()")
        self.page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        try:
            self.page.wait_for_function(f"!({DEAD})().length", polling=50, timeout=1000 * seconds)
        except TimeoutError:
            raise AssertionError(f"never drawn: {self.page.evaluate(DEAD)}") from None
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

    def execute(self, code):
        """Let the notebook's kernel run this, as no cell of it."""
        self.page.evaluate(
            """code => jupyterapp.shell.currentWidget.sessionContext.session.kernel
                .requestExecute({code}).done""",
            code,
        )

    def players(self):
        """The players that have more than one step: the others show no slider, or a dead one."""
        found = self.page.query_selector_all(".mk-player")
        moving = "player => !!player.querySelector('.mk-slider:enabled')?.offsetParent"
        return [Player(self.page, player) for player in found if player.evaluate(moving)]

    def begin(self):
        """As nobody had used it."""
        self.page.set_viewport_size(SIZE)
        self.page.emulate_media(reduced_motion="no-preference")
        self.errors.clear()
        self.foreign.clear()

    def end(self, reload=False):
        """End the kernels and put the notebooks away, as they are: both would pile up.

        With `reload` the next notebook finds JupyterLab loaded anew.
        """
        if self._loaded:
            self.page.evaluate(
                """async () => {
                    for (const panel of [...jupyterapp.shell.widgets('main')]) {
                        await panel.sessionContext?.shutdown();
                        panel.dispose();
                    }
                }"""
            )
            # Chromium has room, and would keep what is left of each.
            session = self.page.context.new_cdp_session(self.page)
            session.send("HeapProfiler.collectGarbage")
            session.detach()
        self._loaded = self._loaded and not reload


class Player:
    """One player: it takes the keys, and what changes is the picture in its output."""

    # What is drawn, and nothing that only says where the player stands.
    PICTURE = """player => {
        const output = player.closest('.jp-OutputArea-output') ?? player;
        const painted = [...output.querySelectorAll('canvas')].map(canvas => canvas.toDataURL());
        const drawn = [...output.querySelectorAll('svg:not(.mk-controls svg)')].map(
            svg => svg.innerHTML);
        const bars = [...output.querySelectorAll('.mk-bar')].map(bar => bar.innerHTML);
        const all = [...painted, ...drawn, ...bars].join();
        return all.replaceAll(/ (style|class)=""|mk-(hatch|heap|gc)-\\w+-\\d+/g, '');
    }"""

    # Steps by keys, in the page: a round trip for each would take longer. Of the first steps it
    # looks at what is shown, forward and back, and of all, or of these, at where the controls are.
    # A picture is drawn while the key is told, so no step waits for a frame, which costs more than
    # the step; what came later would be seen at the end of each way.
    WALK = """async ([player, most, all]) => {
        const [slider, controls] = ['.mk-slider', '.mk-controls'].map(
            (name) => player.querySelector(name));
        const cell = player.closest('.jp-Cell') ?? document.body;
        const digest = (text) => {
            let sum = 7;
            for (let i = 0; i < text.length; i++) sum = (31 * sum + text.charCodeAt(i)) | 0;
            return sum;
        };
        const look = () => {
            const said = [...player.querySelectorAll('.mk-sentence')].map((p) => p.textContent);
            const steps = [...player.querySelectorAll('[data-step]')].filter(
                (grid) => grid.offsetParent).map((grid) => grid.dataset.step);
            return [...new Set(steps), digest((PICTURE)(player)), ...said].join(' ');
        };
        const rows = new Set();
        const measure = () => rows.add(
            controls.getBoundingClientRect().top - cell.getBoundingClientRect().top);
        const frame = () => new Promise(requestAnimationFrame);
        const press = (key) => player.dispatchEvent(
            new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
        const settled = async (seen) => {
            for (let i = 0; i < 2; i++) await frame();
            if (look() !== seen) throw Error('a picture changes after its step');
            measure();
        };
        controls.style.position = 'relative'; // where they stand in the page, and not at its edge
        press('Home');
        await frame();
        const last = Number(slider.max);
        const steps = Math.min(most, last);
        const forward = [look()];
        for (let i = 0; i < steps; i++) {
            press('ArrowRight');
            measure();
            forward.push(look());
        }
        await settled(forward.at(-1));
        if (all) {
            for (let i = steps; i < last; i++) {
                press('ArrowRight');
                measure();
            }
            if (slider.valueAsNumber !== last) throw Error('the last step is not the last one');
            slider.value = steps;
            slider.dispatchEvent(new Event('input'));
        }
        const back = [look()];
        for (let i = 0; i < steps; i++) {
            press('ArrowLeft');
            back.unshift(look());
        }
        await settled(back[0]);
        controls.style.position = '';
        return {forward, back, rows: [...rows]};
    }""".replace("PICTURE", PICTURE)

    def __init__(self, page, element):
        self.page, self.element = page, element

    def walk(self, to_the_end=False):
        """Twenty steps forward and back: {forward, back: what each shows; rows: where the
        controls stand, px below the top of the cell}. `to_the_end`: that of all steps."""
        return self.page.evaluate(self.WALK, [self.element, 20, to_the_end])

    def press(self, key):
        """Press a key while the player has the focus."""
        self.element.evaluate("player => player.contains(document.activeElement) || player.focus()")
        self.page.keyboard.press(key)

    def is_on_the_slide(self):
        """Not what only has its place there, for a later key: the focus would jump to it."""
        return self.element.evaluate("player => !!player.closest('.jp-deck-mod-visible')")

    def picture(self):
        return self.element.evaluate(self.PICTURE)

    def arrives(self, step):
        """Wait until all that the player shows is drawn as of this step, counted from 0."""
        self.page.wait_for_function(
            """([player, step]) => {
                const shown = [...player.querySelectorAll('[data-step]')].filter(
                    grid => grid.offsetParent);
                return shown.length && shown.every(grid => grid.dataset.step === String(step));
            }""",
            arg=[self.element, step],
            polling=20,
        )

    def becomes(self, test, picture, timeout=20):
        """Wait until the picture is ("==") or is not ("!=") `picture`; False after `timeout` s."""
        deadline = time.monotonic() + timeout
        while (self.picture() == picture) != (test == "=="):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

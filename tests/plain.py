"""Pictures on a page of their own: what a stage draws, with no JupyterLab and no kernel.

    page = Plain(chromium)
    page.put(widgets.SpanView(steps))     # or Stage objects; each in a box as its view's

Colours are those of JupyterLab's themes.
"""

import base64
import re
import sys
from pathlib import Path

from memkit.widgets.bundle import FILE
from memkit.widgets.stage import Stage

SIZE = {"width": 848, "height": 599}  # what a notebook leaves of 1280 x 720
THEMES = Path(sys.prefix, "share", "jupyter", "lab", "themes", "@jupyterlab")
HOME = "http://memkit.test/"
HTML = """<!doctype html><html lang="en"><title>pictures</title><meta charset="utf8">
<style>{colours}
body {{ margin: 0; padding: 0 4px; background: var(--jp-layout-color0); font: 14px sans-serif; }}
</style>
<body data-jp-theme-light="{light}" data-jp-theme-name="{theme}"><main></main></body></html>"""
PUT = """async (made) => {
    const bundle = await import('/bundle.js');
    bundle.default.initialize({model: {get: () => 'mkPlain'}});
    const components = await globalThis.mkPlain.ready;
    class Model {
        constructor(state) { this.state = state; this.heard = {}; }
        get(name) { return this.state[name]; }
        set(name, value) {
            this.state[name] = value;
            for (const act of this.heard[`change:${name}`] ?? []) act();
        }
        on(names, act) { for (const name of names.split(' ')) (this.heard[name] ??= []).push(act); }
        off() {}
        save_changes() {}
        send() {}
    }
    document.querySelector('main').replaceChildren();
    globalThis.models = [];
    for (const {classes, state} of made) {
        state.pieces = state.pieces.map((piece) => {
            const bytes = Uint8Array.from(atob(piece), (one) => one.charCodeAt(0));
            return new DataView(bytes.buffer);
        });
        const box = document.createElement('div');
        box.className = classes;
        const el = document.createElement('div');
        box.append(el);
        document.querySelector('main').append(box);
        const model = new Model(state);
        globalThis.models.push(model);
        const signal = new AbortController().signal;
        const stage = components.stage();
        stage.initialize({model, signal});
        stage.render({model, el, signal});
    }
}"""

# A step is drawn once all that it changes in the model is told.
EACH = """async (n) => {
    const stage = document.querySelectorAll('.mk-stage')[n];
    const seen = [];
    for (let i = 0; i < models[n].get('total'); i++) {
        models[n].set('index', i);
        await null;
        const shown = stage.querySelector('[data-step]').dataset.step;
        if (shown !== String(i)) throw Error(`${shown} is shown at step ${i}`);
        seen.push((SCRIPT)());
    }
    return seen;
}"""


def colours(theme):
    """The variables of one of JupyterLab's themes, as CSS."""
    css = (THEMES / f"theme-{theme}-extension" / "index.css").read_text()
    return "".join(re.findall(r":root\s*{[^}]*}", css))


class Plain:
    def __init__(self, chromium, theme="light", size=SIZE, **options):
        self.page = chromium.new_page(viewport=size, **{"reduced_motion": "reduce", **options})
        self.errors = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        html = HTML.format(colours=colours(theme), light=str(theme == "light").lower(), theme=theme)
        self.page.route(
            f"{HOME}**",
            lambda route: (
                route.fulfill(body=FILE.read_text(), content_type="text/javascript")
                if route.request.url.endswith(".js")
                else route.fulfill(body=html, content_type="text/html")
            ),
        )
        self.page.goto(HOME)

    def put(self, *views):
        """Draw these views or stages, below each other, and wait until they are drawn."""
        made = []
        for view in views:
            stage = view if isinstance(view, Stage) else view.stage
            while stage._made < len(stage._events):  # the rest waits for a kernel's loop
                stage.pieces = [*stage.pieces, stage._slice()]
            state = {
                name: value for name, value in stage.get_state().items() if not name.startswith("_")
            }
            state = {k: v for k, v in state.items() if k not in ("layout", "tabbable", "tooltip")}
            state["pieces"] = [base64.b64encode(piece).decode() for piece in state["pieces"]]
            names = () if view is stage else view._dom_classes
            made.append({"classes": " ".join(["mk-player", *names]), "state": state})
        self.page.evaluate(PUT, made)
        self.page.wait_for_function(
            """() => [...document.querySelectorAll('.mk-stage')].every(
                stage => stage.querySelector('[data-step]:not([data-step="empty"])'))"""
        )
        assert self.errors == []

    def show(self, index, n=0):
        """Let the n-th stage show a step."""
        self.page.evaluate("([n, i]) => models[n].set('index', i)", [n, index])
        self.page.evaluate("() => new Promise((go) => requestAnimationFrame(() => setTimeout(go)))")

    def at_each_step(self, script, n=0):
        """What a script sees at each step of the n-th stage. It asks for places, which are laid out
        then, and for no frame."""
        return self.page.evaluate(EACH.replace("SCRIPT", script), n)

"""What live widgets answer, recorded for who reads the site without Python.

A kernel that executes a chapter for `make site` runs this at its start. Where a cell that
actions.toml names shows its widget, the widget gets the very messages that a browser would send,
each in a copy of the whole process (a fork): whatever it changes, the next finds all as it was.

node    what a browser has of the widget, {model id: its state}; of equal ones there is one
edge    message -> [node, the step that Python then shows or None]
tree    {"table", "nodes": [[states, edges]]}; node 0 is what the cell shows, and of the others
        only what differs from it is kept. Lists and objects lie in the table, each distinct one
        once, and [k] stands for the k-th: the pictures of neighbouring films are mostly the same
"""

import gc
import json
import os
import pickle
import tomllib
import traceback
import warnings
import zlib
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

WEB = Path(os.environ["MEMKIT_WEB"])
TREES = WEB / "_build" / "static" / "trees"
REFERENCE = "IPY_MODEL_"
OWN = (
    "film",
    "start",
    "index",
    "opened",
    "picked",
)  # traits of a stage that the browser sets itself
compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def held(widget):
    """The widget and all that it shows."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from held(child)


# What a browser could send


def messages(widget, likely):
    """[(what it does, in words, [(model, the data of a message to it)])], as actions.toml names
    them: of several messages each does the same."""
    from ipywidgets import Button, Checkbox, Dropdown, Text

    found = []
    for model in held(widget):
        name = getattr(model, "description", "")
        wanted = likely.get(name)
        if getattr(model, "disabled", False):
            continue
        if isinstance(model, Button) and name in likely["press"]:
            same = [(model, {"content": {"event": "click"}})]
            if name.endswith(")"):  # a letter presses it
                act = widget.stage.letters[name[-2]]
                same.append((widget.stage, {"content": {"act": act}}))
            found.append((name, same))
        elif isinstance(model, Checkbox) and name in likely["press"]:
            found.append((name, [(model, {"state": {"value": not model.value}})]))
        elif isinstance(model, Dropdown) and wanted is not None:
            for i, option in enumerate(map(str, model._options_labels)):
                if i != model.index and (option in wanted or not wanted):
                    found.append((option, [(model, {"state": {"index": i}})]))
        elif isinstance(model, Text) and wanted:
            texts = [text for text in wanted if text != model.value]
            found += [(text, [(model, {"state": {"value": text}})]) for text in texts]
    return found


def fields(widget, model=None, data=None):
    """What stands in the form, once this message has come."""
    found = {m: m.index if hasattr(m, "index") else m.value for m in held(widget) if is_field(m)}
    if data and "state" in data:
        found[model] = next(iter(data["state"].values()))
    return tuple(found.values())


def is_field(model):
    from ipywidgets import Checkbox, Dropdown, Text

    return isinstance(model, (Checkbox, Dropdown, Text))


def deliver(model, data):
    """As if it had come from a browser."""
    kind = "update" if "state" in data else "custom"
    data = {"method": kind, "buffer_paths": [], **data}
    model._handle_msg({"content": {"data": data}, "buffers": []})


# What a browser then has


def models(widget):
    """{model id: entry of the state as ipywidgets embeds it}: the widget, and all that it needs."""
    from ipywidgets.embed import dependency_state

    from memkit.pictures.film import decode

    found = dependency_state([widget], drop_defaults=False)
    for entry in found.values():
        state = entry["state"]
        if "pieces" in state:
            pieces = [decode(b64decode(one["data"])) for one in entry.pop("buffers")]
            panes = [sum(pane, []) for pane in zip(*(p for _, p in pieces), strict=True)]
            state["pieces"] = {"events": sum((e for e, _ in pieces), []), "panes": panes}
            entry["state"] = {trait: value for trait, value in state.items() if trait not in OWN}
    return found


def renamed(value, name):
    """The same state, its references to models changed by name(model id)."""
    if isinstance(value, str) and value.startswith(REFERENCE):
        return REFERENCE + name(value.removeprefix(REFERENCE))
    if isinstance(value, (list, tuple)):
        return [renamed(one, name) for one in value]
    if isinstance(value, dict):  # pictures name no models
        return {k: v if k == "pieces" else renamed(v, name) for k, v in value.items()}
    return value


def digests(found, wanted):
    """{model id: what tells it from all that are not equal}, of the wanted ones."""
    made = {}

    def digest(model_id):
        if model_id not in made:
            text = compact(renamed(found[model_id], digest))
            made[model_id] = sha256(text.encode()).hexdigest()[:32]
        return made[model_id]

    return {model_id: digest(model_id) for model_id in wanted}


class Walk:
    """Goes from a widget's node along all likely messages, and on from there.

    depth   messages in a row; paths: such as are gone farther, each a list of actions in words
    """

    def __init__(self, widget, likely):
        self.widget, self.likely = widget, likely
        found = models(widget)
        self.page = digests(found, found)
        self.nodes, self.edges, self.walked, self.shown = {}, {}, {}, {}
        self.start = None
        self.start = self.arrive()
        self.go(self.start, likely["depth"], likely.get("paths", []))

    @property
    def known(self):
        return self.nodes, self.edges, self.walked, self.shown

    def arrive(self):
        """The node where the widget is. Models made anew are named after what they are, or as one
        of the page that they equal and have replaced: so equal states are one node."""
        found = models(self.widget)
        made, gone = digests(found, [one for one in found if one not in self.page]), {}
        for model_id, digest in self.page.items():
            if model_id not in found:
                gone.setdefault(digest, []).append(model_id)
        names = {model_id: model_id for model_id in found}
        for model_id, digest in made.items():
            same = gone.get(digest)
            names[model_id] = same.pop(0) if same else digest
        states = {names[one]: renamed(entry, names.get) for one, entry in found.items()}
        start = self.nodes.get(self.start, {})
        states = {one: entry for one, entry in sorted(states.items()) if entry != start.get(one)}
        node = sha256(compact(states).encode()).hexdigest() if states else self.start
        self.nodes.setdefault(node, states)
        self.shown.setdefault(fields(self.widget), node)
        return node

    def go(self, node, depth, paths):
        """All messages of the node at which the widget is."""
        if self.walked.get(node, 0) >= depth and not paths:
            return
        self.walked[node] = max(depth, self.walked.get(node, 0))
        for says, same in messages(self.widget, self.likely):
            farther = [path[1:] for path in paths if path[0] == says]
            left = max(depth - 1, 1 if farther else 0)
            farther = [path for path in farther if path]
            to, moved = self.step(*same[0], left, farther)
            told = {f"{m.model_id} {compact(next(iter(d.values())))}": [to, moved] for m, d in same}
            self.edges[node] = {**self.edges.get(node, {}), **told}

    def step(self, model, data, left, paths):
        """(the node to which a message leads, the step that it moves to or None)."""
        if self.likely.get("only_fields_count"):
            node = self.shown.get(fields(self.widget, model, data))
            if node and self.walked.get(node, 0) >= left:
                return node, None
        *end, new = in_a_copy(lambda: self.answer(model, data, left, paths))
        for mine, more in zip(self.known, new, strict=True):
            mine.update(more)
        return end

    def answer(self, model, data, depth, paths):
        """(node, step moved to or None, what is new of all that is known)."""
        before = [{**one} for one in self.known]
        stood = self.widget.stage.index
        deliver(model, data)
        stands = self.widget.stage.index
        node = self.arrive()
        self.go(node, depth, paths)
        pairs = zip(self.known, before, strict=True)
        new = [{k: v for k, v in now.items() if was.get(k) is not v} for now, was in pairs]
        return node, stands if stands != stood else None, new

    def tree(self):
        """As text."""
        order = {node: i for i, node in enumerate(self.nodes)}
        table, nodes = Table(), []
        for node, states in self.nodes.items():
            edges = {m: [order[to], at] for m, (to, at) in self.edges.get(node, {}).items()}
            nodes.append([{m: table.place(s) for m, s in states.items()}, edges])
        return compact({"table": table.rows, "nodes": nodes})


class Table:
    """Lists and objects, each distinct one once."""

    def __init__(self):
        self.rows, self.places = [], {}

    def place(self, thing):
        text = compact(thing)
        if text not in self.places:
            if isinstance(thing, dict):
                row = {name: self.plain(value) for name, value in thing.items()}
            else:
                row = [self.plain(value) for value in thing]
            self.places[text] = len(self.rows)
            self.rows.append(row)
        return self.places[text]

    def plain(self, value):
        return [self.place(value)] if isinstance(value, (list, tuple, dict)) else value


def in_a_copy(act):
    """What act() returns, done in a copy of this process that sends nothing to anybody."""
    read, write = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of threads, which the copy does not have
        copy = os.fork()
    if not copy:
        gc.disable()  # it ends soon
        try:
            from ipykernel.comm.comm import BaseComm

            BaseComm.publish_msg = lambda *args, **kwargs: None
            with os.fdopen(write, "wb") as back:
                back.write(pickle.dumps(act()))
        except BaseException:
            os.write(2, traceback.format_exc().encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as answer:
        told = answer.read()
    os.waitpid(copy, 0)
    return pickle.loads(told)


def cells():
    """{source: what is likely there}, of the cells of this folder's notebooks that are named."""
    likely = tomllib.loads((WEB / "actions.toml").read_text())
    found = {}
    for notebook in sorted(Path.cwd().glob("*.ipynb")):
        for cell in json.loads(notebook.read_text())["cells"]:
            if cell["id"] in likely:
                found["".join(cell["source"])] = likely[cell["id"]]
    return found


def record(result):
    """After each cell: where it is one of those, its widget's tree goes into a file."""
    likely = LIKELY.get(result.info.raw_cell)
    if not likely or not hasattr(result.result, "stage"):
        return
    widget = result.result
    widget.add_class("mk-tree")
    gc.collect()
    gc.freeze()  # or each copy would touch, and so copy, all of memory
    text = Walk(widget, likely).tree()
    gc.unfreeze()
    TREES.mkdir(parents=True, exist_ok=True)
    (TREES / f"{widget.model_id}.tree").write_bytes(zlib.compress(text.encode(), 9))


LIKELY = cells()
get_ipython().events.register("post_run_cell", record)  # noqa: F821

"""How the course becomes a web site (make site): Sphinx, MyST-NB and the theme of many such books.

Its sources are a copy of the notebooks, the README and index.md. Nothing may come from another
host: the theme brings its fonts along, and what draws the widgets is bundled from js/ into
_build/static.
"""

import json
from pathlib import Path

from docutils import nodes

REPOSITORY = "memkit/memkit"
BINDER = f"https://mybinder.org/v2/gh/{REPOSITORY}/main?urlpath=lab/tree/"

project = "memkit"
html_title = "memkit"
html_favicon = "favicon.svg"
language = "en"
extensions = ["myst_nb"]
exclude_patterns = ["README.md"]  # the first page has a part of it
myst_enable_extensions = []
myst_heading_anchors = 3
suppress_warnings = ["myst.header"]

nb_execution_mode = "force"
nb_execution_excludepatterns = ["exercises/*/*"]  # they wait for the reader's answers
nb_execution_raise_on_error = True
nb_execution_timeout = 300  # s a cell
nb_merge_streams = True
nb_ipywidgets_js = {}  # by default from a CDN

html_theme = "sphinx_book_theme"
html_theme_options = {
    "repository_url": f"https://github.com/{REPOSITORY}",
    "use_repository_button": True,
    "use_download_button": True,
    "show_navbar_depth": 1,
    "navbar_persistent": [],  # the search stands beside the contents
    "secondary_sidebar_items": [],  # its place is the pictures
}
html_context = {"default_mode": "auto"}
html_static_path = ["static", "_build/static"]
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_copy_source = True
html_show_sourcelink = True
html_use_index = False
html_sourcelink_suffix = ""


def mark_cells(app, doctree):
    """A code cell is found by its id, and a block of text tells how it is placed on the slides.

    MyST-NB numbers the lines of cell k from 10,000 * (k + 1).
    """
    path = Path(app.env.doc2path(app.env.docname))
    if path.suffix != ".ipynb":
        return
    cells = json.loads(path.read_text(encoding="utf8"))["cells"]
    seen = set()
    for node in list(doctree.findall(nodes.Element)):
        place = (node.line or 0) // 10_000 - 1
        if place < 0 or isinstance(node, nodes.section) or not in_the_flow(node):
            continue
        if isinstance(node, nodes.container):
            node["ids"].append(cells[place]["id"])
        if place not in seen:
            how = cells[place]["metadata"].get("slideshow", {}).get("slide_type", "")
            node["classes"].append(f"on-{how}" if how else "on-same")
        seen.add(place)


def lighten(app, doctree):
    """Of the layouts of widgets a page carries what they say, and not all that they might."""
    data = app.env.nb_metadata.get(app.env.docname, {}).get("js_files", {})
    for _, script in data.values():
        if "widget-state" in script.get("type", ""):
            state = json.loads(script["body"])
            for model in state["state"].values():
                if model["model_name"] == "LayoutModel":
                    said = model["state"].items()
                    model["state"] = {name: value for name, value in said if value is not None}
            # In a script "</" would end it; in JSON it is the same with a backslash.
            script["body"] = json.dumps(state, separators=(",", ":")).replace("</", "<\\/")


def in_the_flow(node):
    """Is it a block of the page itself, and not within another block?"""
    return isinstance(node.parent, (nodes.document, nodes.section))


def finish(app, pagename, templatename, context, doctree):
    """Under a chapter's title: what one can do with it besides reading."""
    # A table's corner is no heading of anything.
    corner = '<th class="head"><p></p></th>'
    context["body"] = context.get("body", "").replace(corner, "<td></td>")
    folder, _, rest = pagename.partition("/")
    if folder not in ("notebooks", "exercises"):
        return
    ways = [f'<a class="mk-binder" href="{BINDER}{pagename}.ipynb">open in Binder</a>']
    source = context["pathto"](f"_sources/{pagename}.ipynb", True)
    ways.append(f'<a href="{source}" download>download the notebook</a>')
    number = rest.partition("-")[0]
    if folder == "notebooks" and number.isdigit():  # the glossary is no chapter
        found = sorted(Path(app.srcdir, "exercises").glob(f"ch{number}-*"))
        for exercise in found:
            page = context["pathto"](f"exercises/{exercise.name}/{exercise.name}")
            ways.append(f'<a href="{page}">the exercise</a>')
        ways.append('<a class="mk-as-slides" href="#slide=1">as slides</a>')
    line = f'<p class="mk-ways">{" ".join(ways)}</p>'
    context["body"] = context["body"].replace("</h1>", f"</h1>\n{line}", 1)


def setup(app):
    app.connect("doctree-read", mark_cells)
    app.connect("doctree-read", lighten)
    app.connect("html-page-context", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""A link that opens a chapter as slides, for whoever follows it: <server>/memkit/slides/09.

An extension of Jupyter's server, for a hub and for Binder, where nobody can say `make lecture`. It
gives the reader's JupyterLab the settings of ../lecture, and sends the browser on to the chapter.
"""

import shutil
from pathlib import Path

from jupyter_core.paths import jupyter_config_dir
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from jupyterlab.commands import get_user_settings_dir
from tornado import web

LECTURE = Path(__file__).resolve().parent.parent / "lecture"
IS_ON = Path("@deathbeds/jupyterlab-deck/plugin.jupyterlab-settings")


class Slides(JupyterHandler):
    """`GET memkit/slides/NN`, of a chapter in notebooks/; 404 where there is none."""

    @web.authenticated
    def get(self, chapter):
        found = sorted(Path(self.serverapp.root_dir, "notebooks").glob(f"{chapter}-*.ipynb"))
        if not found:
            raise web.HTTPError(404, f"There is no chapter {chapter} in notebooks/.")
        settings, shown = Path(get_user_settings_dir()), LECTURE / "lab" / "user-settings"
        _add(shown, settings)
        _add(LECTURE / "custom", Path(jupyter_config_dir(), "custom"))
        shutil.copyfile(shown / IS_ON, settings / IS_ON)
        place = url_path_join(self.base_url, "lab/tree/notebooks", found[0].name)
        self.redirect(f"{place}?reset")


def _add(source, target):
    """Copy a folder's files; what the reader has already stays as it is."""
    for path in source.rglob("*"):
        copy = target / path.relative_to(source)
        if path.is_file() and not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)


def _jupyter_server_extension_points():
    return [{"module": __name__}]


def _load_jupyter_server_extension(app):
    app.web_app.add_handlers(
        ".*$", [(url_path_join(app.web_app.settings["base_url"], r"memkit/slides/(\d\d)"), Slides)]
    )

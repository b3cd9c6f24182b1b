"""The files of deploy/: what they set is there to be set, and names what is there.

That they work shows deploy/test_hub.py, on a real hub, and tests/test_shards.py, with real jobs.
"""

import json
import os
import re
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from hostile import ROOT
from jupyterhub.app import JupyterHub
from jupyterhub.auth import Authenticator, LocalAuthenticator, PAMAuthenticator
from jupyterhub.proxy import ConfigurableHTTPProxy
from jupyterhub.spawner import LocalProcessSpawner, Spawner
from systemdspawner import SystemdSpawner
from traitlets.config import PyFileConfigLoader
from traitlets.utils.importstring import import_item

DEPLOY = ROOT / "deploy"
CLASSES = {
    kind.__name__: kind
    for kind in (
        *(JupyterHub, Authenticator, LocalAuthenticator, ConfigurableHTTPProxy),
        *(Spawner, SystemdSpawner),
    )
}


def settings(monkeypatch, systemd):
    """What jupyterhub_config.py says where systemd runs, or does not."""
    is_dir = Path.is_dir
    told = "/run/systemd/system"
    monkeypatch.setattr(Path, "is_dir", lambda p: systemd if str(p) == told else is_dir(p))
    return PyFileConfigLoader("jupyterhub_config.py", path=str(DEPLOY)).load_config()


@pytest.mark.parametrize("systemd", [True, False])
def test_the_hub_knows_each_setting(systemd, monkeypatch):
    config = settings(monkeypatch, systemd)
    for name, section in config.items():
        assert section.keys() <= CLASSES[name].class_traits(config=True).keys(), name
    kind = import_item(config.JupyterHub.spawner_class)
    assert kind is (SystemdSpawner if systemd else LocalProcessSpawner)
    assert ("SystemdSpawner" in config) == systemd


def test_a_student_has_a_third_of_a_gigabyte_and_a_core_where_systemd_holds_them(monkeypatch):
    config = settings(monkeypatch, True)
    spawner = SystemdSpawner(config=config, user=SimpleNamespace(name="ana", id=1))
    assert spawner.mem_limit == int(0.3 * (1 << 30)) and spawner.cpu_limit == 1
    assert spawner.cmd == [str(DEPLOY / "server")]
    assert PAMAuthenticator(config=config).allowed_groups == {"memkit"}


def test_what_a_server_is_started_with_is_there():
    assert os.access(DEPLOY / "server", os.X_OK) and os.access(DEPLOY / "grade.slurm", os.X_OK)
    told = json.loads((DEPLOY / "jupyter" / "labconfig" / "page_config.json").read_text())
    extension = next(Path(os.sys.prefix).glob("share/jupyter/labextensions/@jupyter/nbgrader"))
    scripts = "".join(path.read_text() for path in extension.glob("static/*.js"))
    for name in told["disabledExtensions"]:
        assert name in scripts


def test_the_page_names_the_versions_that_are_pinned():
    page = (DEPLOY / "README.md").read_text()
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    hub = next(r for r in extras["optional-dependencies"]["hub"] if r.startswith("jupyterhub=="))
    assert f"JupyterHub {hub.partition('==')[2]} " in page
    tools = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    assert f"configurable-http-proxy@{tools['configurable-http-proxy']}" in page


def test_the_page_names_files_and_exercises_that_there_are():
    page = (DEPLOY / "README.md").read_text()
    for name in re.findall(r"(?<![/\w])(?:deploy|memkit|tests)/[\w/]+\.\w+", page):
        assert (ROOT / name).exists(), name
    for name in re.findall(r"\bch\d\d-[\w-]+", page):
        assert (ROOT / "exercises" / name).is_dir(), name


def test_kubernetes_gets_what_was_measured():
    values = yaml.safe_load((DEPLOY / "values.yaml").read_text())
    memory = values["singleuser"]["memory"]
    measured = re.search(r"and (0\.\d+) GB \(", (DEPLOY / "README.md").read_text())[1]
    assert float(measured) < float(memory["guarantee"].rstrip("G")) <= float(measured) + 0.05
    assert values["cull"]["timeout"] == 3600
    assert values["scheduling"]["userPlaceholder"]["enabled"]

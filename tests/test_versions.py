"""pyproject.toml names every version, exactly and once; all else derives from it or agrees."""

import importlib.metadata
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT = PYPROJECT["project"]
RUN_TIME = [Requirement(line) for line in PROJECT["dependencies"]]
EXTRAS = [
    Requirement(line) for lines in PROJECT["optional-dependencies"].values() for line in lines
]
BUILD = [Requirement(line) for line in PYPROJECT["build-system"]["requires"]]
PINNED = [requirement for requirement in RUN_TIME + EXTRAS if requirement.name != "memkit"]
FOR_THIS_PYTHON = [r for r in PINNED if not r.marker or r.marker.evaluate()]


@pytest.mark.parametrize("requirement", PINNED + BUILD, ids=str)
def test_every_version_is_exact(requirement):
    assert [part.operator for part in requirement.specifier] == ["=="]
    assert "*" not in str(requirement.specifier)


@pytest.mark.parametrize("requirement", FOR_THIS_PYTHON, ids=str)
def test_what_runs_here_is_what_is_named(requirement):
    assert importlib.metadata.version(requirement.name) in requirement.specifier


def test_nothing_is_named_twice():
    names = [requirement.name for requirement in PINNED if not requirement.marker]
    assert sorted(names) == sorted(set(names))


def test_one_numpy_for_every_python():
    numpys = [requirement for requirement in RUN_TIME if requirement.name == "numpy"]
    for python in ("3.11", "3.12", "3.13"):
        fits = [n for n in numpys if n.marker.evaluate({"python_version": python})]
        assert len(fits) == 1, f"Python {python} gets {len(fits)} versions of numpy"


def test_the_learner_gets_what_the_course_needs_and_no_more():
    names = {requirement.name for requirement in RUN_TIME}
    front_end = {"jupyterlab", "notebook", "ipywidgets", "bqplot", "anywidget"}
    assert names == front_end | {"numpy", "platformdirs", "jsonschema"}


def test_no_start_builds_a_grammar_of_internet_addresses():
    """jsonschema from 4.25 on does, by rfc3987-syntax: in each server, and in what grades."""
    pin = next(requirement for requirement in RUN_TIME if requirement.name == "jsonschema")
    assert not pin.specifier.contains("4.25")
    wanted = map(Requirement, importlib.metadata.requires("jsonschema"))
    assert "rfc3987-syntax" not in {requirement.name for requirement in wanted}


def test_binder_and_conda_install_what_pyproject_names():
    """They choose a Python; what else they pin agrees; a binder folder would shadow all of it."""
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert environment["name"] == "memkit"
    assert environment["channels"] == ["conda-forge"]
    python, pip, section = environment["dependencies"]
    assert pip == "pip" and section["pip"][-1] == "-e .[lecture]"
    pins = {Requirement(line) for line in section["pip"][:-1]}
    assert {pin.name for pin in pins} == {"jupyterlab", "notebook"}
    assert pins <= set(RUN_TIME)
    version = re.fullmatch(r"python=(3\.\d+)", python).group(1)
    assert version in SpecifierSet(PROJECT["requires-python"])
    assert not (ROOT / "binder").exists() and not (ROOT / ".binder").exists()


def test_makefile_asks_for_the_same_python():
    """Its search and its message say 3.11, as requires-python does."""
    lowest = PROJECT["requires-python"].removeprefix(">=")
    makefile = (ROOT / "Makefile").read_text()
    assert f"({lowest.replace('.', ', ')})" in makefile
    assert f"Python {lowest} or newer" in makefile


def test_every_folder_of_the_package_is_installed():
    folders = {path.parent for path in (ROOT / "memkit").rglob("*.py")}
    packages = {".".join(folder.relative_to(ROOT).parts) for folder in folders}
    assert set(PYPROJECT["tool"]["setuptools"]["packages"]) == packages


def test_every_file_of_the_package_is_installed():
    patterns = PYPROJECT["tool"]["setuptools"]["package-data"]
    shipped = set((ROOT / "memkit").rglob("*.py"))
    for package in PYPROJECT["tool"]["setuptools"]["packages"]:
        for pattern in patterns["*"] + patterns.get(package, []):
            shipped.update(ROOT.joinpath(*package.split(".")).glob(pattern))
    files = {path for path in (ROOT / "memkit").rglob("*") if path.is_file()}
    left_out = {path for path in files - shipped if path.suffix != ".pyc"}
    web = ROOT / "memkit" / "widgets" / "web"
    assert left_out == set(web.iterdir()) - {web / "bundle.js"}, "what the bundle is made of"


def test_github_runs_targets_that_there_are_on_pythons_that_will_do():
    makefile = (ROOT / "Makefile").read_text()
    pythons = set()
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        for job in yaml.safe_load(path.read_text())["jobs"].values():
            pythons.update(job.get("strategy", {}).get("matrix", {}).get("python", []))
            for line in filter(None, (step.get("run") for step in job["steps"])):
                for target in re.findall(r"make ([\w -]+?)(?: \w+=|$| #)", line):
                    assert all(re.search(rf"(?m)^{one}:", makefile) for one in target.split())
    assert len(pythons) == 3
    assert all(python in SpecifierSet(PROJECT["requires-python"]) for python in pythons)


def test_the_site_has_one_address():
    site = re.search(r'SITE = "(.+)"', (ROOT / "memkit/widgets/stage.py").read_text()).group(1)
    repository = re.search(r'REPOSITORY = "(.+)"', (ROOT / "web/conf.py").read_text()).group(1)
    assert "https://{}.github.io/{}/".format(*repository.split("/")) == site
    readme = (ROOT / "README.md").read_text()
    assert f"]({site})" in readme and f"/gh/{repository}/" in readme

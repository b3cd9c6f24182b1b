"""A real JupyterHub and its proxy, and students who use it over HTTP, as a browser does.

All of it on a machine of its own: a namespace with its own users, homes, network and processes,
which ends with whoever made it (`alone`). The real machine's users and files stay as they are.
"""

import fcntl
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import time
import uuid
from collections import defaultdict
from pathlib import Path

import requests
import websocket

ROOT = Path(__file__).resolve().parent.parent
MARK = "MEMKIT_A_MACHINE_OF_ITS_OWN"
UNSHARE = ["unshare", "--mount", "--net", "--pid", "--fork", "--mount-proc", "--kill-child"]
HUB = "http://127.0.0.1:8000"
# Both are in memory, on that machine. What lies there on the real one is covered: not the course.
SHARE, HOMES = Path("/usr/local/share"), Path("/home")
if HOMES in (*ROOT.parents, *Path(sys.base_prefix).parents):
    HOMES = Path("/srv")
EXCHANGE = SHARE / "nbgrader" / "exchange"
PASSWORD = "the same for all"
# Real but for who may log in: anyone with the password, so that no user has one on this machine.
CONFIG = """
load_subconfig({config!r})
c = get_config()
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = {password!r}
c.Authenticator.allow_all = True
c.LocalAuthenticator.allowed_groups = set()
c.JupyterHub.last_activity_interval = 5
"""


def alone(*command, **more):
    """Run a command on a machine of its own. Needs root, for the users that it makes."""
    if os.getuid():
        raise RuntimeError("needs root: it makes users of its own, in a namespace")
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run([*UNSHARE, *command], env={**environment, MARK: "1"}, **more)


def settle(names):
    """Make this namespace a machine with these users, and with nothing that keeps them out.

    Only in a fresh namespace: what it covers is covered there alone. Nothing real is mounted
    anywhere, but for the files of users, which are new; where other users could not reach Python
    or the course, a copy in memory stands in.
    """
    if os.getpid() != 1 or MARK not in os.environ:
        raise RuntimeError("not in a namespace of its own; see hub.alone")
    with socket.socket() as anything:  # SIOCSIFFLAGS, IFF_UP: as `ip link set lo up`
        fcntl.ioctl(anything, 0x8914, struct.pack("16sh22x", b"lo", 1))
    run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", SHARE)
    uncover([Path(sys.base_prefix), ROOT])
    run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", HOMES)
    EXCHANGE.mkdir(parents=True)
    EXCHANGE.chmod(0o1777)
    users, groups = (Path("/etc", name).read_text() for name in ("passwd", "group"))
    for number, name in enumerate(names, 20_000):
        users += f"{name}:x:{number}:{number}::{HOMES}/{name}:/bin/bash\n"
        groups += f"{name}:x:{number}:\n"
        home = HOMES / name
        home.mkdir()
        os.chown(home, number, number)
    for name, text in (("passwd", users), ("group", groups)):
        (SHARE / name).write_text(text)
        run("mount", "--bind", SHARE / name, Path("/etc", name))


def uncover(places):
    """Where others may not enter a folder on the way to these, let a copy in memory stand in."""
    inside = defaultdict(list)
    for place in places:
        if shut := [p for p in (place, *place.parents) if not p.stat().st_mode & 1]:
            inside[shut[-1]].append(place)
    for top, found in inside.items():
        made = SHARE / "made"
        made.mkdir()
        run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", made)
        for place in found:
            target = made / place.relative_to(top)
            target.mkdir(parents=True)
            left_out = [".git"] if place == ROOT else ["lib/*/test", "lib/*/site-packages"]
            more = [f"--exclude=./{name}" for name in left_out]
            copy = ["tar", "-C", place, *more, "-cf", "-", "."]
            with subprocess.Popen(copy, stdout=subprocess.PIPE) as tar:
                subprocess.run(["tar", "-C", target, "-xf", "-"], stdin=tar.stdout, check=True)
        run("mount", "--move", made, top)
        made.rmdir()


def run(*command, user=None, **more):
    """Run a command, as a user in the user's home if there is one; its output as text."""
    if user:
        command = ("runuser", "-u", user, "--", *command)
        home = str(HOMES / user)
        more = {"cwd": home, "env": {**os.environ, "HOME": home, "USER": user}, **more}
    done = subprocess.run(
        list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.returncode}\n{done.stdout}")
    return done.stdout


class Hub:
    """The hub and the proxy as deploy/README.md starts them. Use it as a context."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(mode=0o700)
        config = str(ROOT / "deploy" / "jupyterhub_config.py")
        (folder / "config.py").write_text(CONFIG.format(config=config, password=PASSWORD))
        token = uuid.uuid4().hex
        self.environment = {
            **os.environ,
            "CONFIGPROXY_AUTH_TOKEN": token,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }

    def __enter__(self):
        proxy = ROOT / "node_modules" / ".bin" / "configurable-http-proxy"
        ports = ("--ip=127.0.0.1", "--port=8000", "--api-ip=127.0.0.1", "--api-port=8001")
        fallback = "--default-target=http://127.0.0.1:8081"
        self.proxy = self._start("proxy", proxy, *ports, fallback)
        self.start()
        return self

    def __exit__(self, *_):
        self.kill()
        self.proxy.kill()
        self.proxy.wait()

    def _start(self, name, *command):
        with (self.folder / f"{name}.log").open("a") as log:
            return subprocess.Popen(
                list(map(str, command)),
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def start(self):
        hub = Path(sys.executable).parent / "jupyterhub"
        self.hub = self._start("hub", hub, "-f", "config.py")
        wait(self.up, "the hub does not start", self.log)

    def kill(self):
        """As a crash would."""
        self.hub.kill()
        self.hub.wait()

    def up(self):
        try:
            return requests.get(f"{HUB}/hub/api/", timeout=5).ok
        except requests.RequestException:
            return False

    def log(self):
        return (self.folder / "hub.log").read_text()[-6000:]


def wait(test, what, log=lambda: "", seconds=120, pause=0.2):
    """The first true value of test(); AssertionError with `what` after so many seconds."""
    end = time.monotonic() + seconds
    while not (found := test()):
        if time.monotonic() > end:
            raise AssertionError(f"{what} within {seconds} s\n{log()}")
        time.sleep(pause)
    return found


class Student:
    """One who is logged in, in a browser that runs no scripts."""

    def __init__(self, name):
        self.name, self.session = name, requests.Session()
        self.session.get(f"{HUB}/hub/login").raise_for_status()
        answer = self.session.post(
            f"{HUB}/hub/login",
            data={"username": name, "password": PASSWORD, "_xsrf": self._xsrf("/hub/")},
            allow_redirects=False,
        )
        assert answer.status_code == 302, answer.text[-2000:]

    def _xsrf(self, path):
        return next(c.value for c in self.session.cookies if (c.name, c.path) == ("_xsrf", path))

    def begin(self):
        """Start the server; returns once it answers."""
        self.session.get(f"{HUB}/hub/spawn", timeout=300).raise_for_status()
        wait(self._is_up, f"the server of {self.name} does not start", seconds=240, pause=1)

    def _is_up(self):
        """Whether it shows its page, which the hub lets this student see on the way."""
        page = self.session.get(f"{HUB}/user/{self.name}/lab", timeout=60)
        return page.ok and page.url.startswith(f"{HUB}/user/{self.name}/lab")

    def ask(self, verb, path, **more):
        """Ask the student's own server, logged in with it on the way."""
        return self.of(self.name, verb, path, **more)

    def of(self, name, verb, path, **more):
        """Ask somebody's server."""
        headers = {}
        if verb != "get":
            headers["X-XSRFToken"] = self._xsrf(f"/user/{name}/")
        return self.session.request(
            verb, f"{HUB}/user/{name}/{path}", headers=headers, timeout=120, **more
        )

    def nbgrader(self, action, **more):
        """Press a button of nbgrader's assignment list: fetch, submit, fetch_feedback."""
        answer = self.ask("post", f"assignments/{action}", params=more)
        answer.raise_for_status()
        assert answer.json()["success"], answer.json()
        return answer.json()["value"]

    def put(self, path, text):
        answer = self.ask("put", f"api/contents/{path}", json={
            "type": "file", "format": "text", "content": text
        })  # fmt: skip
        answer.raise_for_status()

    def kernel(self):
        """A kernel's id, started."""
        answer = self.ask("post", "api/kernels", json={"name": "python3"})
        answer.raise_for_status()
        return answer.json()["id"]

    def run(self, kernel, code, seconds=120):
        """What a cell prints in a kernel, and the error that ends it."""
        cookies = "; ".join(
            f"{c.name}={c.value}" for c in self.session.cookies
            if f"/user/{self.name}/".startswith(c.path)
        )  # fmt: skip
        address = f"{HUB.replace('http', 'ws')}/user/{self.name}/api/kernels/{kernel}/channels"
        channel = websocket.create_connection(address, timeout=seconds, cookie=cookies, origin=HUB)
        header = {
            "msg_id": uuid.uuid4().hex, "username": "", "session": uuid.uuid4().hex,
            "msg_type": "execute_request", "version": "5.3", "date": "",
        }  # fmt: skip
        content = {
            "code": code, "silent": False, "store_history": False, "user_expressions": {},
            "allow_stdin": False, "stop_on_error": True,
        }  # fmt: skip
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        channel.send(json.dumps({**message, "channel": "shell", "buffers": []}))
        said = ""
        while True:
            received = channel.recv()
            if isinstance(received, bytes):  # what goes to a widget, with its buffers
                continue
            told = json.loads(received)
            if told.get("parent_header", {}).get("msg_id") != header["msg_id"]:
                continue
            kind, content = told["header"]["msg_type"], told["content"]
            if kind == "stream":
                said += content["text"]
            elif kind == "error":
                said += f"{content['ename']}: {content['evalue']}"
            elif kind == "status" and content["execution_state"] == "idle":
                channel.close()
                return said


def copy_of_the_course(user):
    """The teacher's own clone, as `git clone` would make it, in the home; returns where."""
    course = HOMES / user / "memkit"
    course.mkdir()
    for name in ("solutions", "exercises"):
        shutil.copytree(ROOT / name, course / name)
    shutil.copy(ROOT / "nbgrader_config.py", course)
    run("chown", "-R", f"{user}:{user}", course)
    return course

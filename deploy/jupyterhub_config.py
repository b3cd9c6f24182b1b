"""JupyterHub for one class on one server: README.md beside this file tells how to start it.

Whoever is in the Unix group `memkit` may log in, with the password of the machine; each student's
server runs as that Unix user, with the course's environment.
"""

import sys
from pathlib import Path

c = get_config()  # noqa: F821 - JupyterHub provides it
here = Path(__file__).resolve().parent

c.JupyterHub.bind_url = "http://127.0.0.1:8000"  # TLS ends in front of it: nginx, Caddy, ...
c.LocalAuthenticator.allowed_groups = {"memkit"}
c.Authenticator.admin_users = set()  # who may start and stop others' servers: nobody

# Neither the proxy nor a student's server ends where the hub does, be it that it is updated.
c.ConfigurableHTTPProxy.should_start = False
c.JupyterHub.cleanup_servers = False

c.Spawner.cmd = [str(here / "server")]
c.Spawner.default_url = "/lab/tree/notebooks/00-start-here.ipynb"
c.JupyterHub.concurrent_spawn_limit = 0  # with a limit, who comes late gets an error page
c.Spawner.start_timeout = c.Spawner.http_timeout = 300  # seconds: a class that begins at once waits

# With systemd a control group holds the server and its kernels together; elsewhere only the limit
# for one process in `server` holds.
if Path("/run/systemd/system").is_dir():
    c.JupyterHub.spawner_class = "systemdspawner.SystemdSpawner"
    c.SystemdSpawner.mem_limit = "0.3G"
    c.SystemdSpawner.cpu_limit = 1.0
    c.SystemdSpawner.isolate_tmp = True
    c.SystemdSpawner.isolate_devices = True
else:
    c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"

IDLE = 3600  # seconds without a request and with no kernel at work
c.JupyterHub.services = [
    {
        "name": "cull-idle",
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={IDLE}"],
    }
]
c.JupyterHub.load_roles = [
    {
        "name": "cull-idle",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["cull-idle"],
    }
]

"""A student's server beside others on one machine."""

c = get_config()  # noqa: F821 - Jupyter provides it
# A kernel that talks over TCP lets every user of the machine hear what it prints.
c.KernelManager.transport = "ipc"
# The link that opens a chapter as slides; and not what is a teacher's.
c.ServerApp.jpserver_extensions = {
    "memkit.lecture": True,
    "nbgrader.server_extensions.formgrader": False,
    "nbgrader.server_extensions.course_list": False,
}

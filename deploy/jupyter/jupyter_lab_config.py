"""JupyterLab in a student's server: slides look as in `make lecture`."""

c = get_config()  # noqa: F821 - Jupyter provides it
c.LabApp.custom_css = True

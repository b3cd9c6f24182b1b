"""nbgrader in a student's server: one course, and nbgrader's exchange where it lies by default."""

c = get_config()  # noqa: F821 - nbgrader provides it
c.CourseDirectory.course_id = "memkit"

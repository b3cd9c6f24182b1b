"""nbgrader's exchange, between students who may not be trusted: `nbgrader collect` and
`nbgrader release_feedback` as nbgrader_config.py sets them.

Students put what they hand in into one folder, each under a name of the form
student+exercise+time+random, and may write whatever they like there. nbgrader itself believes the
name, and follows links with the teacher's rights.
"""

import os
import re
import shutil
import stat
from datetime import UTC, datetime
from pathlib import Path
from pwd import getpwuid

from nbgrader.exchange.default import ExchangeCollect, ExchangeReleaseFeedback
from nbgrader.utils import notebook_hash
from traitlets import Bool

LARGEST = 16 << 20  # bytes of one file that is collected
MOST = 20  # files of one hand-in
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # no link, and no wait for who writes a pipe
SECRET = re.compile("[0-9a-f]{128}")  # as `nbgrader submit` makes it


class Collect(ExchangeCollect):
    """Collects the last hand-in of each student: whose it is and when it came the kernel says.

    Links, pipes, folders and files of others, such as a neighbour's work, are left out. What is no
    folder that can be opened counts only where the student handed in nothing else.
    """

    check_owner = Bool(False, help="It would warn of what cannot be here.")

    def _path_to_record(self, path):
        who, came = "nobody", datetime.min
        try:
            about = os.lstat(path)
            who = _name(about.st_uid)
            os.close(os.open(path, READ | os.O_DIRECTORY))
            came = _time(about.st_ctime).replace(tzinfo=None)
        except OSError:  # shut, no folder, or taken away meanwhile: `do_copy` says so
            pass
        return {"username": who, "filename": Path(path).name, "timestamp": came}

    def do_copy(self, src, dest, log=None):
        try:
            folder = os.open(src, READ | os.O_DIRECTORY)
        except OSError as error:
            self.log.error("not collected: %s (%s)", src, error.strerror)
            return
        try:
            owner, changed = os.fstat(folder).st_uid, os.fstat(folder).st_ctime
            os.makedirs(dest)
            for name in sorted(os.listdir(folder))[:MOST]:
                if written := _copied(folder, name, owner, dest):
                    changed = max(changed, written)
                else:
                    self.log.error("not collected: %s/%s", src, name)
            stamp = f"{_time(changed):%Y-%m-%d %H:%M:%S.%f} UTC"
            Path(dest, "timestamp.txt").write_text(stamp)
        finally:
            os.close(folder)


class ReleaseFeedback(ExchangeReleaseFeedback):
    """Puts each page that `make grade` wrote under a name that only its student can know: it comes
    of the secret that `nbgrader submit` handed in with the notebook."""

    def copy_files(self):
        exercise = self.coursedir.assignment_id
        pages = self.coursedir.format_path(self.coursedir.feedback_directory, "*", exercise)
        for page in sorted(Path("/").glob(f"{pages[1:]}/*.html")):
            student = page.parts[-3]
            submitted = self.coursedir.format_path(
                self.coursedir.submitted_directory, student, exercise
            )
            try:
                secret = Path(submitted, "submission_secret.txt").read_text("latin-1")
            except FileNotFoundError:
                secret = ""
            if not SECRET.fullmatch(secret):
                self.log.warning("no feedback for %s: not handed in by nbgrader submit", student)
                continue
            name = notebook_hash(secret=secret, notebook_id=page.stem)
            new = Path(self.dest_path, f"{name}-tmp.html")
            shutil.copyfile(page, new)
            new.chmod(0o644)
            new.replace(Path(self.dest_path, f"{name}.html"))
            self.log.info("Feedback of %s released", student)


def _name(uid):
    try:
        return getpwuid(uid).pw_name
    except KeyError:
        return f"uid-{uid}"


def _time(seconds):
    return datetime.fromtimestamp(seconds, UTC)


def _copied(folder, name, owner, dest):
    """When a plain file of the owner in the open folder was changed last, once it is copied.

    None for anything else.
    """
    try:
        number = os.open(name, READ, dir_fd=folder)
    except OSError:
        return None
    try:
        about = os.fstat(number)
        if not stat.S_ISREG(about.st_mode) or about.st_uid != owner or about.st_size > LARGEST:
            return None
        with open(number, "rb", closefd=False) as file:
            Path(dest, name).write_bytes(file.read(LARGEST))
    finally:
        os.close(number)
    return about.st_ctime

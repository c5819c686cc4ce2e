"""The lock is what resolving gives today, and the next Python can have it, too."""

import os
import shutil
import subprocess
import sys

from environments import run

from tools.repository import ROOT


def test_lock_is_fresh_and_resolves_for_the_next_python(tmp_path):
    path = os.environ["PATH"]
    if shutil.which("uv") is None:
        run(sys.executable, "-m", "pip", "install", "-q", "--target", tmp_path, "uv")
        path = f"{tmp_path / 'bin'}{os.pathsep}{path}"
    command = [sys.executable, "-m", "tools.lock", "--check"]
    variables = os.environ | {"PATH": path}
    done = subprocess.run(
        command, cwd=ROOT, env=variables, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr

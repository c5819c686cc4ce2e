"""The lock is what resolving gives today, and the next Python can have it, too."""

import os
import subprocess
import sys

from environments import path_with_uv

from tools.repository import ROOT


def test_lock_is_fresh_and_resolves_for_the_next_python(tmp_path):
    command = [sys.executable, "-m", "tools.lock", "--check"]
    variables = os.environ | {"PATH": path_with_uv(tmp_path)}
    completed = subprocess.run(
        command, cwd=ROOT, env=variables, capture_output=True, text=True
    )
    assert completed.returncode == 0, completed.stdout + completed.stderr

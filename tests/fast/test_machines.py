"""The package of machines as a whole."""

import subprocess
import sys

OF_EXTRAS = ("asyncssh", "fastapi", "psycopg", "uvicorn", "yaml")


def test_machines_load_without_the_packages_of_extras() -> None:
    code = f"import sys; sys.modules.update(dict.fromkeys({OF_EXTRAS}))\n"
    code += "import nordlys.machines"
    command = [sys.executable, "-c", code]
    completed = subprocess.run(command, capture_output=True, text=True)
    assert completed.returncode == 0, (
        "A page that starts one machine has that one's extra only: import inside the "
        f"function what belongs to another.\n{completed.stderr}"
    )

"""Keep what the loader dlt writes for itself in one folder, and let it send nothing."""

import os
from pathlib import Path


def keep_loads_in(folder: str | os.PathLike) -> None:
    """Let dlt keep its pipelines and its own files in a folder, and report to nobody.

    By itself it writes to the home of its user, and counts its use over the network.

    Args:
        folder: where ``dlt`` is made for its files.
    """
    from dlt.common.runtime import run_context

    home = Path(folder, "dlt").absolute()
    home.mkdir(parents=True, exist_ok=True)
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    os.environ["DLT_DATA_DIR"] = str(home)
    run_context.active()._global_dir = str(home)  # dlt offers no other way

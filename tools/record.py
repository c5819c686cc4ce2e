"""Record what the language model answers on pages, for readers who have no weights.

Each page is run with a live model; its calls replace those that were recorded of it,
and the sentences that it embeds are added to the recorded ones.

Usage: python -m tools.record [book/lectures/…/page.md …]
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from nordlys.embeddings import EMBEDDED, embed, recorded_name
from nordlys.llm import RECORDED, SWITCH, TAPES
from tools.export.notebook import MODELS
from tools.repository import ROOT
from tools.source.pages import code_pages, read_page

POINTS = ROOT / "src" / "nordlys" / "data" / "embeddings.npz"


def pages_with_model() -> list[Path]:
    """Return the pages that may call the language model."""
    pages = code_pages(ROOT / "book")
    return [page for page in pages if MODELS in read_page(page).metadata["extras"]]


def record(page: Path, folder: Path) -> bool:
    """Run a page into a folder of tapes; say whether it ran."""
    env = os.environ | {SWITCH: "record", TAPES: str(folder)}
    command = [sys.executable, "-m", "tools.run.run_page", str(page)]
    return subprocess.run(command, cwd=ROOT, env=env).returncode == 0


def store_points(texts: list[str]) -> None:
    """Add the points of texts to those that are recorded, in half precision."""
    points_by_name: dict[str, np.ndarray] = {}
    if POINTS.exists():
        with np.load(POINTS) as archive:
            points_by_name = dict(
                zip(archive["names"].tolist(), archive["points"], strict=True)
            )
    points = embed(texts).astype(np.float16)
    names = map(recorded_name, texts)
    points_by_name |= dict(zip(names, points, strict=True))
    rows = dict(sorted(points_by_name.items()))
    np.savez_compressed(POINTS, names=list(rows), points=np.array([*rows.values()]))


def main() -> int:
    """Record the pages that are named, else all that may call the model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", nargs="*", type=Path)
    pages = parser.parse_args().pages or pages_with_model()
    for page in pages:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            if not record(page, folder):
                return 1
            RECORDED.mkdir(exist_ok=True)
            for tape in sorted(folder.glob("*.jsonl")):
                shutil.move(tape, RECORDED / tape.name)
                print(f"{tape.name}: {(RECORDED / tape.name).stat().st_size} bytes")
            embedded = folder / EMBEDDED
            if embedded.exists():
                texts = map(json.loads, embedded.read_text().splitlines())
                store_points(sorted(set(texts)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

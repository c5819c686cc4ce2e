"""Answers to the exercises on erasure, wrong and right."""

import shutil
import sqlite3
from contextlib import closing

import pandas as pd
from tinydb import TinyDB, where


def _database(home, email, vacuum=True):
    db = sqlite3.connect(home / "desk.db")
    db.execute("DELETE FROM booking WHERE email = ?", [email])
    db.commit()
    if vacuum:
        db.execute("VACUUM")
    db.close()


def _notes(home, email, free_text=True):
    with TinyDB(home / "notes.json") as notes:
        notes.remove(where("email") == email)
        if free_text:
            named = where("note").test(lambda note: email in note)
            notes.update({"note": "(erased)"}, named)


def _features(home, code):
    table = pd.read_parquet(home / "features.parquet")
    table[table["code"] != code].to_parquet(home / "features.parquet")


def without_vacuum(home, email, code):
    _database(home, email, vacuum=False)
    _notes(home, email)
    _features(home, code)


def without_free_text(home, email, code):
    _database(home, email)
    _notes(home, email, free_text=False)
    _features(home, code)


def without_features(home, email, code):
    _database(home, email)
    _notes(home, email)


def features_by_address(home, email, code):
    without_features(home, email, code)
    _features(home, email)


def keeps_a_copy(home, email, code):
    table = pd.read_parquet(home / "features.parquet")
    table.to_parquet(home / "features-old.parquet")
    without_features(home, email, code)
    _features(home, code)


def removes_the_document(home, email, code):
    _database(home, email)
    with TinyDB(home / "notes.json") as notes:
        notes.remove((where("email") == email) | where("note").search(email))
    _features(home, code)


def notes_by_name(home, email, code):
    # Whoever is called pia is erased, too.
    _database(home, email)
    with TinyDB(home / "notes.json") as notes:
        notes.remove(where("email").search(email.split("@")[0]))
        notes.update({"note": "(erased)"}, where("note").search(email))
    _features(home, code)


def notes_by_pattern(home, email, code):
    # In a pattern the dot stands for any letter.
    _database(home, email)
    with TinyDB(home / "notes.json") as notes:
        notes.remove(where("email") == email)
        notes.update({"note": "(erased)"}, where("note").search(email))
    _features(home, code)


def everything_away(home, email, code):
    for path in list(home.iterdir()):
        if path.suffix != ".db":
            path.unlink()
    _database(home, email)


def securely(home, email, code):
    # secure_delete for what is deleted now, and the backup interface for the rest.
    with sqlite3.connect(home / "desk.db") as db:
        db.execute("PRAGMA secure_delete = ON")
        db.execute("DELETE FROM booking WHERE email = :email", {"email": email})
    db.execute(f"VACUUM INTO '{home / 'new.db'}'")
    db.close()
    (home / "new.db").replace(home / "desk.db")
    _notes(home, email)
    pd.read_parquet(home / "features.parquet").query("code != @code").to_parquet(
        home / "features.parquet"
    )


def _without(path, addresses, vacuum=True):
    with closing(sqlite3.connect(path)) as db:
        for address in addresses:
            db.execute("DELETE FROM booking WHERE email = ?", (address,))
        db.commit()
        if vacuum:
            db.execute("VACUUM")


def restored_as_it_is(backup, database, addresses):
    shutil.copy(backup, database)


def restored_without_vacuum(backup, database, addresses):
    shutil.copy(backup, database)
    _without(database, addresses, vacuum=False)


def restored_in_place(backup, database, addresses):
    shutil.copy(backup, database)
    _without(database, addresses)


def edits_the_backup(backup, database, addresses):
    _without(backup, addresses)
    shutil.copy(backup, database)


def leaves_its_copy(backup, database, addresses):
    copy = database.with_suffix(".copy")
    shutil.copy(backup, copy)
    _without(copy, addresses)
    shutil.copy(copy, database)


def only_replaces(backup, database, addresses):
    copy = database.with_suffix(".copy")
    shutil.copy(backup, copy)
    _without(copy, addresses)
    if database.exists():
        copy.replace(database)


def keeps_the_old_file(backup, database, addresses):
    _without(database, addresses)


def moves_the_backup(backup, database, addresses):
    _without(backup, addresses)
    backup.replace(database)


def by_vacuum_into(backup, database, addresses):
    copy = database.with_name("new.db")
    with closing(sqlite3.connect(":memory:")) as memory:
        with closing(sqlite3.connect(f"file:{backup}?mode=ro", uri=True)) as db:
            db.backup(memory)
        marks = ", ".join("?" for _ in addresses)
        memory.execute(f"DELETE FROM booking WHERE email IN ({marks})", addresses)
        memory.commit()
        memory.execute("VACUUM INTO ?", (str(copy),))
    copy.replace(database)


WRONG = {
    "erase-everywhere": [
        without_vacuum,
        without_free_text,
        without_features,
        features_by_address,
        keeps_a_copy,
        removes_the_document,
        notes_by_name,
        notes_by_pattern,
        everything_away,
        "VACUUM",
    ],
    "restore-without": [
        restored_as_it_is,
        restored_without_vacuum,
        restored_in_place,
        edits_the_backup,
        leaves_its_copy,
        only_replaces,
        keeps_the_old_file,
        moves_the_backup,
    ],
}
ALSO_RIGHT = {
    "erase-everywhere": [securely],
    "restore-without": [by_vacuum_into],
}

"""Plausible wrong answers to the exercises of the section on document stores."""


def _census_of_the_first(records):
    fields = records[0] if records else {}
    return {field: sum(field in record for record in records) for field in fields}


def _census_of_values(records):
    fields = {field for record in records for field in record}
    return {
        field: sum(record.get(field) is not None for record in records)
        for field in fields
    }


def _zero_for_unknown(record):
    known = {"id", "tailnum", "day", "kind", "text", "severity", "severty"}
    if record.keys() - known:
        raise ValueError("unknown field")
    grade = record.get("severity", record.get("severty", 0))
    rest = {field: value for field, value in record.items() if field != "severty"}
    return {**rest, "severity": grade}


def _changes_the_record(record):
    known = {"id", "tailnum", "day", "kind", "text", "severity", "severty"}
    if record.keys() - known:
        raise ValueError("unknown field")
    record["severity"] = record.pop("severty", record.get("severity"))
    return record


def _keeps_known_only(record):
    known = ("id", "tailnum", "day", "kind", "text")
    grade = record.get("severity", record.get("severty"))
    return {**{field: record[field] for field in known}, "severity": grade}


def _last_writer_wins(connection, remark_id, text, seen_version):
    with connection:
        changed = connection.execute(
            "UPDATE remark SET text = ?, version = version + 1 WHERE id = ?",
            (text, remark_id),
        )
    return changed.rowcount == 1


def _version_stays(connection, remark_id, text, seen_version):
    with connection:
        changed = connection.execute(
            "UPDATE remark SET text = ? WHERE id = ? AND version = ?",
            (text, remark_id, seen_version),
        )
    return changed.rowcount == 1


def _never_commits(connection, remark_id, text, seen_version):
    changed = connection.execute(
        "UPDATE remark SET text = ?, version = version + 1"
        " WHERE id = ? AND version = ?",
        (text, remark_id, seen_version),
    )
    return changed.rowcount == 1


WRONG = {
    "1.13": [
        _census_of_the_first,  # believes that all documents have the first one's form
        _census_of_values,  # takes a field with the value None for a missing one
    ],
    "1.14": [
        _zero_for_unknown,  # turns "nobody graded it" into the mildest grade
        _changes_the_record,  # mends the caller's record instead of a copy
        _keeps_known_only,  # drops an unknown field in silence
    ],
    "1.15": [
        _last_writer_wins,  # never looks at the version
        _version_stays,  # compares versions that nobody raises
        _never_commits,  # leaves the transaction open
    ],
}

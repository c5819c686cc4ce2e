"""Answers to the exercises on versions and lineage, wrong and right."""

from deltalake import DeltaTable, write_deltalake


def looks_at_new_only(old, new):
    return {
        "changed": sorted(n for n in new if n in old and old[n] != new[n]),
        "added": sorted(n for n in new if n not in old),
        "removed": [],
    }


def takes_all_for_changed(old, new):
    return {
        "changed": sorted(old.keys() & new.keys()),
        "added": sorted(new.keys() - old.keys()),
        "removed": sorted(old.keys() - new.keys()),
    }


def not_sorted(old, new):
    return {
        "changed": [n for n in new if n in old and old[n] != new[n]],
        "added": [n for n in new if n not in old],
        "removed": [n for n in old if n not in new],
    }


def exchanges(old, new):
    return {
        "changed": sorted(n for n in old if n in new and old[n] != new[n]),
        "added": sorted(old.keys() - new.keys()),
        "removed": sorted(new.keys() - old.keys()),
    }


def one_list(old, new):
    return sorted(n for n in old | new if old.get(n) != new.get(n))


def by_missing(old, new):
    # None stands for a part that is not there.
    changes = {"changed": [], "added": [], "removed": []}
    for name in sorted(old | new):
        before, after = old.get(name), new.get(name)
        if before is None:
            changes["added"].append(name)
        elif after is None:
            changes["removed"].append(name)
        elif before != after:
            changes["changed"].append(name)
    return changes


def oldest_first(path, is_good):
    table = DeltaTable(path)
    for version in range(table.version() + 1):
        if is_good(DeltaTable(path, version=version).to_pandas()):
            table.restore(version)
            return version
    raise ValueError(path)


def one_back(path, is_good):
    table = DeltaTable(path)
    if is_good(table.to_pandas()):
        return table.version()
    table.restore(table.version() - 1)
    return table.version() - 1


def only_looks(path, is_good):
    for version in range(DeltaTable(path).version(), -1, -1):
        if is_good(DeltaTable(path, version=version).to_pandas()):
            return version
    raise ValueError(path)


def always_restores(path, is_good):
    version = only_looks(path, is_good)
    DeltaTable(path).restore(version)
    return version


def appends(path, is_good):
    version = only_looks(path, is_good)
    if version != DeltaTable(path).version():
        rows = DeltaTable(path, version=version).to_pandas()
        write_deltalake(path, rows, mode="append")
    return version


def gives_the_new_number(path, is_good):
    version = only_looks(path, is_good)
    if version != DeltaTable(path).version():
        DeltaTable(path).restore(version)
    return DeltaTable(path).version()


def returns_none(path, is_good):
    try:
        version = only_looks(path, is_good)
    except ValueError:
        return -1
    if version != DeltaTable(path).version():
        DeltaTable(path).restore(version)
    return version


def says_nothing(path, is_good):
    try:
        return gives_the_old_number(path, is_good)
    except ValueError:
        return None


def gives_the_old_number(path, is_good):
    version = only_looks(path, is_good)
    if version != DeltaTable(path).version():
        DeltaTable(path).restore(version)
    return version


def from_history(path, is_good):
    # The same by the log, newest entry first.
    table = DeltaTable(path)
    for entry in table.history():
        if is_good(DeltaTable(path, version=entry["version"]).to_pandas()):
            if entry["version"] < table.version():
                table.restore(entry["version"])
            return entry["version"]
    raise ValueError("none is in order")


DOWN = """WITH RECURSIVE down (hash) AS (SELECT ? UNION
    SELECT dataset.hash FROM down JOIN dataset ON dataset.parent = down.hash)
"""
WRONG = {
    "changed-parts": [
        looks_at_new_only,
        takes_all_for_changed,
        not_sorted,
        exchanges,
        one_list,
        lambda old, new: {k: v for k, v in by_missing(old, new).items() if v},
        "changed",
    ],
    "last-good-version": [
        oldest_first,
        one_back,
        only_looks,
        always_restores,
        appends,
        gives_the_new_number,
        returns_none,
        says_nothing,
        2,
    ],
    "predictions-reached": [
        # Only what was learned from the dataset itself.
        """SELECT COUNT(DISTINCT model.hash) AS models,
            COUNT(prediction.id) AS predictions
        FROM run JOIN model ON model.run = run.id
        LEFT JOIN prediction ON prediction.model = model.hash
        WHERE run.dataset = ?""",
        # Models that nobody has asked are forgotten.
        DOWN
        + """SELECT COUNT(DISTINCT model.hash) AS models,
            COUNT(prediction.id) AS predictions
        FROM down JOIN run ON run.dataset = down.hash
        JOIN model ON model.run = run.id
        JOIN prediction ON prediction.model = model.hash""",
        # A model counts once for each prediction.
        DOWN
        + """SELECT COUNT(model.hash) AS models,
            COUNT(prediction.id) AS predictions
        FROM down JOIN run ON run.dataset = down.hash
        JOIN model ON model.run = run.id
        LEFT JOIN prediction ON prediction.model = model.hash""",
        # A model without predictions counts as one prediction.
        DOWN
        + """SELECT COUNT(DISTINCT model.hash) AS models, COUNT(*) AS predictions
        FROM down JOIN run ON run.dataset = down.hash
        JOIN model ON model.run = run.id
        LEFT JOIN prediction ON prediction.model = model.hash""",
        # Runs in place of models.
        DOWN
        + """SELECT COUNT(DISTINCT run.id) AS models,
            COUNT(prediction.id) AS predictions
        FROM down JOIN run ON run.dataset = down.hash
        JOIN model ON model.run = run.id
        LEFT JOIN prediction ON prediction.model = model.hash""",
        # The wrong direction.
        """WITH RECURSIVE up (hash) AS (SELECT ? UNION
            SELECT parent FROM up JOIN dataset USING (hash) WHERE parent IS NOT NULL)
        SELECT COUNT(DISTINCT model.hash) AS models,
            COUNT(prediction.id) AS predictions
        FROM up JOIN run ON run.dataset = up.hash
        JOIN model ON model.run = run.id
        LEFT JOIN prediction ON prediction.model = model.hash""",
        "SELECT COUNT(*) FROM nowhere WHERE hash = ?",
        "SELECT COUNT(*) AS models FROM run WHERE dataset = ?",
        7,
    ],
}
ALSO_RIGHT = {
    "changed-parts": [by_missing],
    "last-good-version": [from_history, gives_the_old_number],
    "predictions-reached": [
        DOWN
        + """, reached AS (SELECT model.hash AS hash FROM model
            JOIN run ON model.run = run.id WHERE run.dataset IN (SELECT hash FROM down))
        SELECT (SELECT COUNT(*) FROM prediction
                WHERE model IN (SELECT hash FROM reached)) AS predictions,
            (SELECT COUNT(*) FROM reached) AS models"""
    ],
}

"""Answers to the exercises on tracking and registry, wrong and right."""

import hashlib
import json

import pandas as pd
import sklearn

SELECT = "SELECT evaluations.model, evaluations.data, COUNT(*) FROM evaluations "
DATA = "JOIN test_sets ON test_sets.data = evaluations.data "
FLIGHT = "training_sets.flight = test_sets.flight"
MODEL = "training_sets.model = evaluations.model"
GROUP = " GROUP BY evaluations.model, evaluations.data"


def record(settings, rows, content, flights=None, library=sklearn.__version__):
    flights = rows.index.tolist() if flights is None else flights
    parts = {"settings": settings, "flights": flights}
    return {**parts, "content": content, "library": library}


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def in_given_order(settings, rows):
    return record(settings, rows, sha(rows.to_csv()))


def without_numbers(settings, rows):
    ordered = sorted(rows.to_csv(index=False).splitlines())
    return record(settings, rows, sha(str(ordered)))


def only_numbers(settings, rows):
    return record(settings, rows, sha(str(sorted(rows.index))))


def numpy_numbers(settings, rows):
    return record(
        settings, rows, sha(rows.sort_index().to_csv()), list(rows.index.to_numpy())
    )


def only_head(settings, rows):
    return record(settings, rows, sha(str(rows.sort_index().head())))


def as_printed(settings, rows):
    return record(settings, rows, sha(str(rows.sort_index())))


def product(settings, rows):
    hashes = pd.util.hash_pandas_object(rows)
    return record(settings, rows, str(hashes.prod()))


def positions(settings, rows):
    content = sha(rows.sort_index().to_csv())
    return record(settings, rows, content, list(range(len(rows))))


def pandas_version(settings, rows):
    content = sha(rows.sort_index().to_csv())
    return record(settings, rows, content, library=pd.__version__)


def as_text(settings, rows):
    return record(json.dumps(settings), rows, sha(rows.sort_index().to_csv()))


def three_keys(settings, rows):
    whole = record(settings, rows, sha(rows.sort_index().to_csv()))
    return {key: whole[key] for key in ("settings", "flights", "content")}


def with_sha(settings, rows):
    return record(settings, rows, sha(rows.sort_index().to_csv()))


def with_json(settings, rows):
    return record(settings, rows, rows.sort_index().to_json(orient="split"))


def set_alias(client, alias, version):
    client.set_registered_model_alias("delayrisk", alias, version)


def aliases(client):
    return client.get_registered_model("delayrisk").aliases


def promote(client, version):
    champion = aliases(client).get("champion")
    if champion is None or str(champion) != str(version):
        if champion is not None:
            set_alias(client, "previous", champion)
        set_alias(client, "champion", version)


def roll_back(client):
    now = aliases(client)
    if "previous" not in now:
        raise LookupError
    set_alias(client, "champion", now["previous"])
    set_alias(client, "previous", now["champion"])


def promote_always(client, version):
    if "champion" in aliases(client):
        set_alias(client, "previous", aliases(client)["champion"])
    set_alias(client, "champion", version)


def promote_only(client, version):
    set_alias(client, "champion", version)


def promote_late(client, version):
    set_alias(client, "champion", version)
    set_alias(client, "previous", aliases(client)["champion"])


def promote_with_gap(client, version):
    champion = aliases(client).get("champion")
    if champion == version:
        return
    client.delete_registered_model_alias("delayrisk", "champion")
    if champion is not None:
        set_alias(client, "previous", champion)
    set_alias(client, "champion", version)


def roll_back_only(client):
    set_alias(client, "champion", aliases(client)["previous"])


def roll_back_twice(client):
    set_alias(client, "champion", aliases(client)["previous"])
    set_alias(client, "previous", aliases(client)["champion"])


def roll_back_late(client):
    # Finds out too late that there is no previous champion.
    now = aliases(client)
    set_alias(client, "previous", now["champion"])
    set_alias(client, "champion", now["previous"])


def promote_in(client, name, version):
    client.set_registered_model_alias(name, "champion", version)


def roll_back_in_silence(client):
    if "previous" in aliases(client):
        roll_back(client)


def one_less(client):
    set_alias(client, "champion", aliases(client)["champion"] - 1)


def promote_by_alias(client, version):
    from mlflow.exceptions import MlflowException

    try:
        now = client.get_model_version_by_alias("delayrisk", "champion").version
    except MlflowException:
        now = version
    if int(now) != int(version):
        set_alias(client, "previous", now)
    set_alias(client, "champion", version)


FITS = {"string": {"string"}, "long": {"integer"}, "double": {"integer", "number"}}


def fits(takes, sends, rule=FITS):
    return sorted(n for n in takes if sends.get(n) not in rule[takes[n]])


def strict_double(takes, sends):
    return fits(takes, sends, FITS | {"double": {"number"}})


def lenient_long(takes, sends):
    return fits(takes, sends, FITS | {"long": {"integer", "number"}})


def only_missing(takes, sends):
    return sorted(takes.keys() - sends.keys())


def only_types(takes, sends):
    return sorted(n for n in takes if n in sends and sends[n] not in FITS[takes[n]])


def unknown_too(takes, sends):
    return sorted({*fits(takes, sends), *(sends.keys() - takes.keys())})


def not_sorted(takes, sends):
    return set(fits(takes, sends))


def by_words(takes, sends):
    names = []
    for name, kind in takes.items():
        sent = sends.get(name, "")
        numbers = kind == "double" and sent in ("integer", "number")
        same = (kind, sent) in (("string", "string"), ("long", "integer"))
        if not (numbers or same):
            names.append(name)
    names.sort()
    return names


WRONG = {
    "judged-on-seen": [
        SELECT + DATA + f"JOIN training_sets ON {FLIGHT}" + GROUP,
        SELECT + DATA + f"JOIN training_sets ON {MODEL}" + GROUP,
        SELECT + f"JOIN test_sets JOIN training_sets ON {FLIGHT} AND {MODEL}" + GROUP,
        SELECT + DATA + f"JOIN training_sets ON {FLIGHT} AND {MODEL}",
        SELECT
        + DATA
        + f"JOIN training_sets ON {FLIGHT} AND {MODEL} GROUP BY evaluations.model",
        SELECT + DATA + f"LEFT JOIN training_sets ON {FLIGHT} AND {MODEL}" + GROUP,
        SELECT + "JOIN training_sets USING (model)" + GROUP,
        SELECT + "JOIN test_sets ON ▢",
        "SELECT model, data FROM evaluations",
        "SELECT model, data, COUNT(*) FROM evaluation",
        7,
    ],
    "complete-record": [
        in_given_order,
        without_numbers,
        only_numbers,
        numpy_numbers,
        only_head,
        as_printed,
        product,
        positions,
        pandas_version,
        as_text,
        three_keys,
        lambda settings, rows: record(settings, rows, len(rows.to_csv())),
        lambda settings, rows: json.dumps(with_sha(settings, rows)),
        {},
    ],
    "promote-and-return": [
        (promote_always, roll_back),
        (promote_only, roll_back),
        (promote_late, roll_back),
        (promote_with_gap, roll_back),
        (promote, roll_back_only),
        (promote, roll_back_twice),
        (promote, roll_back_in_silence),
        (promote, one_less),
        (promote, roll_back_late),
        (
            lambda client, version: set_alias(client, "champion", f"v{version}"),
            roll_back,
        ),
        (lambda client, version: promote_in(client, "delays", version), roll_back),
        promote,
    ],
    "question-fits": [
        strict_double,
        lenient_long,
        only_missing,
        only_types,
        unknown_too,
        not_sorted,
        [],
    ],
}
ALSO_RIGHT = {
    "judged-on-seen": [
        "SELECT e.model, e.data, COUNT(*) FROM evaluations e, test_sets s, "
        "training_sets t WHERE e.data = s.data AND t.model = e.model "
        "AND t.flight = s.flight GROUP BY 1, 2",
        "SELECT model, data, COUNT(*) FROM evaluations JOIN test_sets USING (data) "
        "JOIN training_sets USING (model, flight) GROUP BY model, data",
    ],
    "complete-record": [with_sha, with_json],
    "promote-and-return": [(promote_by_alias, roll_back)],
    "question-fits": [by_words],
}

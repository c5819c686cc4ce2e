"""The rating form is blind, gives each rater an order, and refuses what it must."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from nordlys.examples import rating_form

TEXTS = [
    ["id", "system", "facts", "text"],
    *([f"d{day}", system, "2 late", f"{system[0]}{day} <b>"]
      for day in range(6) for system in ("alpha", "beta")),
]  # fmt: skip
CRITERIA = [
    ["criterion", "question", "answers"],
    ["true", "Is all of it true?", "yes | no"],
    ["clear", "Is it clear?", "1|2|3"],
]
GOOD = {"true": "yes", "clear": "2"}


def write(name: str, rows: list[list[str]], delimiter: str = ",") -> None:
    with Path(name).open("w", newline="", encoding="utf-8-sig") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(rows)


@pytest.fixture
def form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.chdir(tmp_path)
    write("texts.csv", TEXTS)
    write("criteria.csv", CRITERIA, ";")
    with TestClient(rating_form.app) as client:
        yield client


def ask(form: TestClient, rater: str) -> dict:
    return form.get("/next", params={"rater": rater}).raise_for_status().json()


def send(form: TestClient, rater: str, code: str, answers: dict, **more: str):
    body = {"rater": rater, "code": code, "answers": answers, **more}
    return form.post("/ratings", json=body)


def order(form: TestClient, rater: str) -> list[str]:
    texts = []
    while (notice := ask(form, rater))["left"]:
        texts.append(notice["text"])
        assert send(form, rater, notice["code"], GOOD).status_code == 201
    return texts


def test_what_is_shown_does_not_name_the_system(form: TestClient) -> None:
    notice = ask(form, "anna")
    assert notice.keys() == {"left", "code", "facts", "text"}
    assert "alpha" not in str(notice) and "beta" not in str(notice)


def test_raters_see_all_texts_in_different_orders(form: TestClient) -> None:
    anna, bo = order(form, "anna"), order(form, "bo")
    assert sorted(anna) == sorted(bo) == sorted(row[3] for row in TEXTS[1:])
    assert anna != bo


def test_a_second_rating_is_refused_and_the_first_stays(form: TestClient) -> None:
    code = ask(form, "anna")["code"]
    assert send(form, "anna", code, GOOD, note="fine").status_code == 201
    response = send(form, "anna", code, GOOD | {"true": "no"})
    assert response.status_code == 409 and "before" in response.json()["detail"]
    assert send(form, "bo", code, GOOD).status_code == 201
    assert rating_form.export() == 4
    with Path("ratings.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["answer"] for row in rows if row["criterion"] == "true"} == {"yes"}
    assert {row["system"] for row in rows} <= {"alpha", "beta"}
    assert [row["note"] for row in rows] == ["fine", "fine", "", ""]


@pytest.mark.parametrize(
    "answers",
    [GOOD | {"true": "perhaps"}, {"true": "yes"}, GOOD | {"tone": "yes"}, {}],
)
def test_unknown_answers_are_refused(form: TestClient, answers: dict) -> None:
    code = ask(form, "anna")["code"]
    assert send(form, "anna", code, answers).status_code == 422
    assert ask(form, "anna")["left"] == 12


def test_unknown_texts_and_raters_are_refused(form: TestClient) -> None:
    assert send(form, "anna", "0", GOOD).status_code == 404
    assert send(form, "Anna Holm", ask(form, "anna")["code"], GOOD).status_code == 422


def test_codes_stay_when_it_starts_again(form: TestClient) -> None:
    code = ask(form, "anna")["code"]
    with TestClient(rating_form.app) as again:
        assert ask(again, "anna")["code"] == code


def test_a_missing_column_stops_the_start(form: TestClient) -> None:
    write("texts.csv", [row[:3] for row in TEXTS])
    with pytest.raises(RuntimeError, match="no column text"), TestClient(form.app):
        pass


def test_changed_texts_stop_the_start(form: TestClient) -> None:
    order(form, "anna")
    for changed in (TEXTS[:-1], [*TEXTS[:-1], [*TEXTS[-1][:3], "mended"]]):
        write("texts.csv", changed)
        with pytest.raises(RuntimeError, match="move"), TestClient(form.app):
            pass
    Path(rating_form.STORE).rename("old.db")
    with TestClient(form.app) as again:
        assert "mended" in order(again, "anna")


def test_a_text_that_is_there_twice_stops_the_start(form: TestClient) -> None:
    write("texts.csv", [*TEXTS, [*TEXTS[-1][:3], "another"]])
    with pytest.raises(RuntimeError, match="twice"), TestClient(form.app):
        pass

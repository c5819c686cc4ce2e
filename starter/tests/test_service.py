"""The service keeps the contract, and refuses what is no flight."""

import json

import pytest
from fastapi.testclient import TestClient

from delayrisk import service as service_module

QUESTION = {
    "date": "2013-05-30",
    "origin": "JFK",
    "carrier": "B6",
    "flight": 181,
    "scheduled": "17:05",
}


def test_a_flight_gets_its_risk_and_advice(service, model):
    response = service.get("/delay-risk", params=QUESTION)
    assert response.status_code == 200
    assert response.json() == {
        "risk": model.rates["JFK 17"],
        "act": True,
        "model": model.version,
    }


@pytest.mark.parametrize(
    "wrong", [{"origin": "BOS"}, {"scheduled": "late"}, {"flight": 0}, {"carrier": ""}]
)
def test_what_is_no_flight_is_refused_and_not_logged(service, log, wrong):
    response = service.get("/delay-risk", params=QUESTION | wrong)
    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"][-1] in wrong
    assert log.getvalue() == ""


@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_it_says_that_it_is_well_without_counting_that(service, log, path):
    assert service.get(path).status_code == 200
    assert log.getvalue() == ""


def test_it_does_not_start_without_a_model(monkeypatch, tmp_path):
    monkeypatch.setenv("DELAYRISK_MODEL", str(tmp_path / "model.json"))
    with pytest.raises(SystemExit, match=r"delayrisk\.train"):
        service_module.start()


def test_it_starts_with_one_and_logs_where_it_is_told(monkeypatch, tmp_path, model):
    (tmp_path / "model.json").write_text(model.model_dump_json())
    monkeypatch.setenv("DELAYRISK_MODEL", str(tmp_path / "model.json"))
    monkeypatch.setenv("DELAYRISK_LOG", str(tmp_path / "log"))
    with TestClient(service_module.start()) as started:
        assert started.get("/delay-risk", params=QUESTION).is_success
    (line,) = (tmp_path / "log").read_text().splitlines()
    assert json.loads(line)["origin"] == "JFK"

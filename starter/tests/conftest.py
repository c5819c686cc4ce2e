"""What several tests need: the flights, the model, and a service in this process."""

import datetime as dt
import io
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from delayrisk.contract import Flight
from delayrisk.flights import read_flights
from delayrisk.model import fit
from delayrisk.monitoring import Monitor
from delayrisk.service import create_app
from delayrisk.train import split

DATA = Path(__file__).parents[1] / "data" / "flights.csv"


@pytest.fixture(scope="session")
def flights():
    return read_flights(DATA)


@pytest.fixture(scope="session")
def model(flights):
    earlier, _ = split(flights)
    return fit(earlier)


@pytest.fixture
def log():
    return io.StringIO()


@pytest.fixture
def service(model, log):
    return TestClient(create_app(model, Monitor(log)))


@pytest.fixture
def make_flight():
    def made(origin="JFK", hour=17, **others):
        known = {"date": dt.date(2013, 5, 30), "carrier": "B6", "flight": 181}
        return Flight(origin=origin, scheduled=dt.time(hour), **(known | others))

    return made

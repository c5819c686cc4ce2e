"""The simulated week: the same for its seed, its incidents are there, its score right.

What is played here is a small invented week against a small server; the example
services play whole weeks in tests/slow.
"""

import json
import os
import re
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
import pandas as pd
import pytest

from nordlys import load_flights
from nordlys.simulator import KINDS, Alarm, Incident, Week, WeekError, flight_questions
from nordlys.simulator import desk as desk_module
from nordlys.simulator import supplier as supplier_module
from nordlys.simulator.flights import past_flights
from nordlys.simulator.incidents import with_drift
from nordlys.simulator.score import judge_alarms, points_of

HOUR = pd.Timedelta(hours=1)
GOOD = {"risk": 0.25, "act": True, "model": "test"}


@pytest.fixture(scope="module")
def week() -> Week:
    return Week(seed=1)


def incident(week: Week, kind: str) -> Incident:
    return next(event for event in week.incidents if event.kind == kind)


def parcels(rows: int = 240) -> pd.DataFrame:
    """A small case of its own: parcels of two depots and three senders."""
    hours = pd.date_range("2024-03-04", periods=rows, freq=7 * 24 * HOUR / rows)
    table = pd.DataFrame({"asked_at": hours, "known_at": hours + 5 * HOUR})
    table["place"] = ["north", "south"] * (rows // 2)
    table["condition"] = [float(row % 12) for row in range(rows)]
    table["bad"] = table["condition"] > 9
    table["sender"] = ["books", "shoes", "toys"] * (rows // 3)
    table["number"] = range(rows)
    return table


def parcel_week(seed: int = 1) -> Week:
    return Week(parcels(), seed=seed, route="/late-risk", group="sender")


@contextmanager
def service(answer):
    """Run a server whose replies are ``answer(method, path, headers, body)``."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def reply(self):
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length)
            status, text = answer(self.command, self.path, self.headers, body)
            text = text if isinstance(text, bytes) else json.dumps(text).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)
            except OSError:
                self.close_connection = True
            if status == 500:  # as real servers do, unsaid, after a crash
                self.close_connection = True

        do_GET = do_POST = reply

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.block_on_close = False
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def only_answers(reply):
    """Answer questions with ``reply``, and have no other routes."""

    def answer(method, path, headers, body):
        return (200, reply) if path.startswith("/late-risk") else (404, {})

    return answer


# The week


def test_a_seed_makes_one_week_and_another_seed_another(week):
    repeat = Week(seed=1)
    assert week.questions.equals(repeat.questions)
    assert week.incidents == repeat.incidents and week._kiosk == repeat._kiosk
    other = Week(seed=2)
    assert other.incidents != week.incidents
    assert not other.questions.equals(week.questions)


def test_questions_are_of_the_week_and_about_two_hours_ahead(week):
    times = week.questions["asked_at"]
    assert week.start == pd.Timestamp("2013-04-01") and week.start.day_of_week == 0
    assert times.is_monotonic_increasing
    assert times.between(week.start, week.end, inclusive="left").all()
    departures = week.questions["date"] + " " + week.questions["scheduled"]
    lead = pd.to_datetime(departures) - times
    assert lead.between(1.7 * HOUR, 2.3 * HOUR).all()
    assert 2200 < len(week.questions) < 3200
    assert (week.questions["known_at"] > times).all()


def test_a_condition_is_the_mean_delay_of_flights_that_had_left():
    question = flight_questions(1).iloc[700]
    flights = load_flights().query("month in (3, 4)")
    clock = flights["sched_dep_time"]
    departures = pd.to_datetime(flights[["year", "month", "day"]]) + pd.to_timedelta(
        clock // 100 * 60 + clock % 100 + flights["dep_delay"], unit="min"
    )
    now = question["asked_at"]
    recent = (departures > now - 2 * HOUR) & (departures <= now)
    chosen = flights[recent & (flights["origin"] == question["place"])]
    assert question["based_on"] == len(chosen) > 5
    assert question["condition"] == pytest.approx(chosen["dep_delay"].mean(), abs=0.06)


def test_a_model_can_learn_from_flights_before_the_week_only(week):
    past = past_flights()
    assert past["date"].max() == "2013-03-31" and past["date"].min() == "2013-01-01"
    assert list(past.columns) == list(flight_questions(1).columns)


@pytest.mark.parametrize("seed", range(12))
def test_five_incidents_begin_on_five_days_and_can_be_found_within_the_week(seed):
    week = parcel_week(seed)
    assert sorted(event.kind for event in week.incidents) == sorted([*KINDS, "mix"])
    days = [(event.start - week.start).days for event in week.incidents]
    assert days == [1, 2, 3, 4, 5]
    assert all(event.end <= week.end for event in week.incidents)
    assert incident(week, "data").where != incident(week, "drift").where
    assert days[[event.kind for event in week.incidents].index("drift")] < 5


# Each incident has an effect


@pytest.mark.parametrize("how", ["seconds", "stale"])
def test_the_data_fault_spoils_readings_of_one_place_for_its_time(how):
    weeks = (parcel_week(seed) for seed in range(40))
    week = next(week for week in weeks if incident(week, "data").how == how)
    fault, supplier = incident(week, "data"), week._supplier

    def reading(place):
        status, body = supplier.answer(f"place={place}")
        assert status == 200
        return body["mean_delay"], body["flights"]

    rows = week.questions[week.questions["place"] == fault.where]
    inside = rows[(rows["asked_at"] >= fault.start) & (rows["condition"] > 0)].iloc[0]
    supplier.now = inside["asked_at"]
    spoilt = (inside["condition"] * 60, 1) if how == "seconds" else (0.0, 0)
    assert reading(fault.where) == spoilt
    other = {"north": "south", "south": "north"}[fault.where]
    truth = week.questions.query("place == @other and asked_at <= @supplier.now")
    assert reading(other) == (truth["condition"].iloc[-1], 1)
    for supplier.now in (fault.start - HOUR, fault.end):
        truth = rows[rows["asked_at"] <= supplier.now]["condition"].iloc[-1]
        assert reading(fault.where) == (truth, 1)


def test_in_the_drift_flights_of_one_place_and_part_of_the_day_go_badly(week):
    drift, questions = incident(week, "drift"), week.questions
    before = flight_questions(1).drop_duplicates(week.fields)
    joined = questions.drop_duplicates(week.fields).merge(
        before[[*week.fields, "bad"]], on=week.fields, suffixes=("", "_real")
    )
    assert len(joined) > 2000
    hours = (joined["asked_at"] - drift.start) / HOUR
    part = (joined["place"] == drift.where) & (hours % 24 < 8.5) & (hours > -0.5)
    part &= joined["asked_at"] < drift.end + HOUR
    assert joined.loc[part, "bad"].mean() > joined.loc[part, "bad_real"].mean() + 0.35
    outside = joined[~part]
    assert outside["bad"].equals(outside["bad_real"].rename("bad"))


def test_a_flight_that_is_asked_about_twice_has_one_outcome():
    for seed in (1, 2, 3):
        week = Week(seed=seed)
        assert (week.questions.groupby(week.fields)["bad"].nunique() == 1).all()


def test_that_holds_too_if_the_drift_begins_between_the_two_questions():
    start = pd.Timestamp("2024-03-05 04:00")
    drift = Incident("drift", start, start + 36 * HOUR, "north", "")
    table = pd.DataFrame({"asked_at": [start - HOUR] * 30 + [start] * 30})
    table = table.assign(place="north", number=[*range(30), *range(30)], bad=False)
    bad = with_drift(table, ["number"], drift, seed=1)["bad"]
    assert 10 < bad[:30].sum() < 26 and list(bad[:30]) == list(bad[30:])


def test_in_the_harmless_drift_one_airline_is_asked_about_four_times_as_often(week):
    mix, before = incident(week, "mix"), flight_questions(1)

    def counted(table):
        inside = table["asked_at"].between(mix.start, mix.end, inclusive="left")
        of_group = table["carrier"] == mix.where
        return (inside & of_group).sum(), (~(inside & of_group)).sum()

    few, others = counted(before)
    assert few > 20
    assert counted(week.questions) == (4 * few, others)


def test_the_kiosk_asks_the_same_questions_again_and_again(week):
    cost, questions = incident(week, "cost"), week._kiosk
    assert len(questions) == 600
    assert len({row for _, row in questions}) == 4
    assert all(cost.start <= at < cost.end for at, _ in questions)


def test_in_the_outage_the_supplier_refuses_and_sometimes_hangs(monkeypatch):
    monkeypatch.setattr(supplier_module, "HANG_SECONDS", 0.05)
    week = parcel_week()
    outage = incident(week, "outage")
    with week.supplier() as address, httpx2.Client(base_url=address) as client:

        def ask(now):
            week._supplier.now, start = now, time.perf_counter()
            reply = client.get("/conditions", params={"place": "north"})
            return reply.status_code, time.perf_counter() - start >= 0.05

        replies = [ask(outage.start) for _ in range(120)]
        assert {status for status, _ in replies} == {503}
        hung = [turn for turn, (_, slow) in enumerate(replies) if slow]
        assert 25 <= len(hung) <= 30, "Each third call until 25, and a busy machine."
        assert ask(outage.start - HOUR)[0] == ask(outage.end)[0] == 200
    assert week._supplier.calls == 122


def test_the_supplier_says_what_it_can_be_asked():
    week = parcel_week()
    with week.supplier() as address:
        reply = httpx2.get(f"{address}/conditions", params={"origin": "CPH"})
        assert reply.status_code == 404 and "north, south" in reply.json()["detail"]
        assert httpx2.get(f"{address}/weather").status_code == 404


# What the service is told and asked


def test_a_service_hears_of_outcomes_when_they_are_known_and_of_each_once():
    week, reports, numbers = parcel_week(), [], set()

    def answer(method, path, headers, body):
        now = pd.Timestamp(headers["X-Simulated-Time"])
        if path == "/outcomes":
            reports.extend((now, outcome) for outcome in json.loads(body))
        elif path.startswith("/late-risk") and headers["X-Client"] != "kiosk-7":
            numbers.add(int(re.search(r"number=(\d+)", path)[1]))
        return 200, [] if path == "/alarms" else GOOD

    with service(answer) as url:
        score = week.run(url)
    assert score.problems == {} and score.availability == 1
    assert numbers == set(range(240))
    known = week.questions.drop_duplicates("number").set_index("number")
    assert len({outcome["number"] for _, outcome in reports}) == len(reports)
    assert len(reports) == (known["known_at"] < week.end).sum()
    for now, outcome in reports:
        assert set(outcome) == {"sender", "number", "bad"}
        row = known.loc[outcome["number"]]
        assert row["known_at"] < now <= row["known_at"] + HOUR
        assert outcome["bad"] is bool(row["bad"])


WRONG = {
    "status 500": (500, b"Internal Server Error"),
    "the body is not JSON": (200, b"<html>"),
    "the body is no object": (200, [0.3]),
    "risk is no number from 0 to 1": (200, GOOD | {"risk": 30}),
    "act is neither true nor false": (200, GOOD | {"act": "yes"}),
    "model is no text": (200, {"risk": 0.3, "act": True}),
}


def test_each_kind_of_wrong_answer_is_counted_and_the_first_is_shown():
    week, given = parcel_week(), iter([*WRONG.values(), *WRONG.values()])

    def answer(method, path, headers, body):
        if path.startswith("/late-risk") and headers["X-Client"] != "kiosk-7":
            return next(given, (200, GOOD))
        return 404, {}

    with service(answer) as url:
        score = week.run(url)
    assert score.problems == dict.fromkeys(WRONG, 2)
    assert score.examples["the body is not JSON"] == "<html>"
    assert score.availability == pytest.approx(1 - 12 / score.questions)
    for problem in WRONG:
        assert f"× {problem}; the first: " in str(score)


def test_a_crash_costs_the_service_no_outcomes():
    told = []

    def answer(method, path, headers, body):
        if path == "/outcomes":
            told.extend(json.loads(body))
        return (500, b"crash") if path == "/alarms" else (200, GOOD)

    week = Week(parcels(96), seed=1, route="/late-risk", group="sender")
    with service(answer) as url:
        score = week.run(url)
    assert list(score.problems) == ["GET /alarms: status 500, or no list"]
    known = week.questions.drop_duplicates("number")["known_at"]
    assert len(told) == (known < week.end).sum()


def test_a_late_answer_is_none_and_the_desk_follows_its_rule(monkeypatch):
    monkeypatch.setattr(desk_module, "PATIENCE", 0.5)  # also on a busy machine
    week = parcel_week()
    never = GOOD | {"act": False}
    late, asleep, desk_waits = set(range(0, 240, 30)), threading.Event(), []

    def answer(method, path, headers, body):
        number = re.search(r"number=(\d+)", path)
        desk_waits.append(not asleep.is_set())
        if number and int(number[1]) in late and headers["X-Client"] != "kiosk-7":
            asleep.set()
            time.sleep(1.2)
            asleep.clear()
        return (200, never) if number else (404, {})

    with service(answer) as url:
        score = week.run(url)
    slow = week.log[week.log["number"].isin(late)]
    assert score.problems == {"no answer within a second": len(slow)}
    assert not all(desk_waits), "The desk goes on while the service still thinks."
    assert (slow["act"] == (slow["asked_at"].dt.hour >= 13)).all()
    assert slow["act"].nunique() == 2 and not slow["answered"].any()
    assert not week.log.loc[~week.log["number"].isin(late), "act"].any()


def test_refusing_the_kiosk_costs_nothing():
    def answer(method, path, headers, body):
        if headers["X-Client"] == "kiosk-7":
            return 429, {}
        return only_answers(GOOD)(method, path, headers, body)

    with service(answer) as url:
        score = parcel_week().run(url)
    assert score.kiosk_refused == 600
    assert score.availability == 1 and score.problems == {}
    with service(lambda *_: (429, {})) as url:
        assert parcel_week().run(url).availability == 0


def test_alarms_count_when_they_are_read_whatever_their_time_says():
    week = parcel_week()
    cost = incident(week, "cost")
    honest = {"at": str(cost.start), "kind": "cost", "text": "kiosk"}
    wrong = {"at": "noon-ish", "kind": "cost", "text": ""}

    def answer(method, path, headers, body):
        if path == "/alarms":
            now = pd.Timestamp(headers["X-Simulated-Time"])
            listed = [honest] if now >= cost.start + 2 * HOUR else []
            return 200, [wrong, *listed]
        return only_answers(GOOD)(method, path, headers, body)

    with service(answer) as url:
        score = week.run(url)
    assert score.found == dict.fromkeys(KINDS) | {"cost": 2.0}
    assert [alarm.read_at for alarm in score.alarms] == [cost.start + 2 * HOUR]
    assert score.problems == {"GET /alarms: at, kind or text is wrong": 168}
    assert score.wake_ups == 1 and not score.false_alarms


def test_money_is_counted_with_everything_in_it():
    week = parcel_week()
    with (
        week.supplier() as supplier,
        httpx2.Client(base_url=supplier) as client,
        service(answer_and_buy(client)) as url,
    ):
        first, score = week.run(url), week.run(url)
    assert first.supplier_calls == score.supplier_calls
    number = score.questions
    assert score.supplier_calls == number + 600
    never = 50 * week.questions["bad"].mean()
    assert score.baselines == {"always": 10, "never": pytest.approx(never)}
    assert score.cost == pytest.approx(10 + 0.02 * (number + 600) / number)
    assert score.points["money"] == 0
    read = json.loads(score.to_json())
    assert read["cost"] == score.cost and read["total"] == score.total


def answer_and_buy(client):
    def answer(method, path, headers, body):
        if path.startswith("/late-risk"):
            client.get("/conditions", params={"place": "north"}, timeout=0.05)
        return only_answers(GOOD)(method, path, headers, body)

    def without_errors(*request):
        try:
            return answer(*request)
        except httpx2.HTTPError:
            return 200, GOOD

    return without_errors


def test_a_service_that_is_gone_stops_the_week():
    with service(only_answers(GOOD)) as url:
        pass
    with pytest.raises(WeekError, match="60 requests in a row"):
        parcel_week().run(url)
    with pytest.raises(WeekError, match="no address"):
        parcel_week().run("localhost:8000")


# The score


def alarm(hour: float, kind: str) -> Alarm:
    return Alarm(pd.Timestamp("2024-03-04") + hour * HOUR, kind, "text", "then")


def known_incidents() -> list[Incident]:
    start = pd.Timestamp("2024-03-04")
    return [
        Incident(kind, start + first * HOUR, start + last * HOUR, "", "")
        for kind, first, last in [
            ("data", 30, 50),
            ("drift", 60, 96),
            ("mix", 100, 130),
            ("outage", 140, 144),
            ("cost", 150, 155),
        ]
    ]


def judged(*alarms: Alarm):
    delays, false, wake_ups = judge_alarms(alarms, known_incidents())
    return delays, len(false), wake_ups


def test_an_alarm_is_right_from_the_start_until_twelve_hours_after_the_end():
    nothing = dict.fromkeys(KINDS)
    assert judged() == (nothing, 0, 0)
    assert judged(alarm(29, "data")) == (nothing, 1, 1)
    assert judged(alarm(30, "data")) == (nothing | {"data": 0.0}, 0, 1)
    assert judged(alarm(61, "data")) == (nothing | {"data": 31.0}, 0, 1)
    assert judged(alarm(62, "data")) == (nothing, 1, 1)


def test_an_alarm_of_another_kind_or_on_the_harmless_drift_is_false():
    nothing = dict.fromkeys(KINDS)
    assert judged(alarm(31, "drift"), alarm(142, "cost")) == (nothing, 2, 2)
    assert judged(alarm(115, "drift")) == (nothing, 1, 1)


def test_repetitions_within_twelve_hours_count_once():
    delays, false, wake_ups = judged(*(alarm(hour, "cost") for hour in range(24)))
    assert (delays["cost"], false, wake_ups) == (None, 2, 2)
    delays, false, wake_ups = judged(alarm(141, "outage"), alarm(143, "outage"))
    assert (delays["outage"], false, wake_ups) == (1.0, 0, 1)


def test_a_bell_that_always_rings_earns_nothing_for_it():
    points = points_of(dict.fromkeys(KINDS, 0.0), 50, 1.0, 10.0, 10.0)
    assert points["found"] == points["quiet"] == 0 and points["available"] == 25


def test_points_follow_the_sentences_of_the_page():
    at_once = dict.fromkeys(KINDS, 0.0)
    best = points_of(at_once, 0, 1.0, 8.0, 10.0)
    assert best == {"found": 25, "quiet": 25, "available": 25, "money": 25}
    points = points_of(at_once | {"drift": 9.0, "cost": None}, 2, 0.98, 9.2, 10.0)
    assert points["found"] == pytest.approx(3 * 6.25 - 9 * 0.25)
    assert points["quiet"] == pytest.approx(3 * 6.25 - 2 * 5)
    assert points["available"] == pytest.approx(15)
    assert points["money"] == pytest.approx(10)
    worst = points_of(dict.fromkeys(KINDS), 9, 0.5, 14.0, 10.0)
    assert set(worst.values()) == {0.0}
    assert points_of(at_once | {"data": 40.0}, 0, 1, 8, 10)["found"] == 18.75


# Another case, and errors


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"drop": "known_at"}, "no column 'known_at': when its outcome is known"),
        ({"place": None}, "Values are missing in place"),
        ({"bad": 1.5}, "'bad' is float64: make it true or false"),
        ({"condition": "busy"}, "'condition' is .*: make it numbers"),
        ({"asked_at": "Monday"}, "'asked_at' is .*: make it local times"),
        ({"known_at": pd.Timestamp("2024-03-01")}, "known before its question"),
        ({"drop": "sender"}, "group='sender' is no field"),
        ({"rows": 0}, "are empty"),
        ({"later": 1}, "go on after Monday, 2024-03-11"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_the_reason(change, message):
    table = parcels()
    for name, value in change.items():
        if name == "drop":
            table = table.drop(columns=value)
        elif name == "rows":
            table = table.head(value)
        elif name == "later":
            table[["asked_at", "known_at"]] += pd.Timedelta(days=value)
            table.loc[0, "asked_at"] -= pd.Timedelta(days=value)
        else:
            table[name] = value
    with pytest.raises(ValueError, match=message):
        Week(table, seed=1, group="sender")


@pytest.mark.parametrize("seed", ["1", 1.0, None, True, -1])
def test_a_seed_is_a_whole_number(seed):
    with pytest.raises((TypeError, ValueError), match="whole number"):
        Week(seed=seed)


# The command line

PROGRAM = """
import http.server, json, os, subprocess, sys, urllib.request

child = subprocess.Popen(["sleep", sys.argv[2]])


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self):
        known = self.path.startswith(("/health", "/delay-risk"))
        body = {"risk": 0.25, "act": True, "model": os.environ["SUPPLIER_URL"][:16]}
        text = json.dumps(body).encode()
        self.send_response(200 if known else 404)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


place = ("127.0.0.1", int(sys.argv[1]))
http.server.ThreadingHTTPServer(place, Handler).serve_forever()
"""


def simulator(*words: str, folder=None) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "nordlys.simulator", *words],
        capture_output=True,
        text=True,
        timeout=100,
        cwd=folder,
        check=False,
    )


def test_the_command_line_plays_a_week_and_ends_what_it_has_started(tmp_path):
    program, nap = f"program_{os.getpid()}.py", f"63.{os.getpid()}"
    (tmp_path / program).write_text(PROGRAM)
    command = [sys.executable, program, "{port}", nap]
    words = ["--json", "a.json", "--reveal", "--", *command]
    completed = simulator(*words, folder=tmp_path)
    assert completed.returncode == 0, completed.stderr
    assert re.search(r"^total +25\.0  of 100, seed 1$", completed.stdout, re.MULTILINE)
    revealed = re.findall(r"^(\w+) +\w{3} \d\d:00 to ", completed.stdout, re.MULTILINE)
    assert sorted(revealed) == sorted([*KINDS, "mix"])
    assert json.loads((tmp_path / "a.json").read_text())["total"] == 25.0
    processes = subprocess.check_output(["ps", "-A", "-o", "args="], text=True)
    assert f"sleep {nap}" not in processes and program not in processes


FAILS = "print('no model here'); raise SystemExit(3)"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--seed", "one", "--", "x", "{port}"], "--seed: invalid int value: 'one'"),
        (["--seed", "-1", "--", "x", "{port}"], "a whole number from 0 on, not -1"),
        (["--", "uvicorn", "service:app"], "with {port} where its port belongs"),
        ([], "After -- comes the command"),
        (["--", "/no/such/program", "{port}"], "cannot be started"),
        (["--", sys.executable, "-c", FAILS, "{port}"], "has ended. Its last lines:\n"),
        (["--wait", "0.3", "--", "sh", "-c", "sleep 9", "{port}"], "gave no /health"),
    ],
)
def test_the_command_line_says_what_is_wrong(words, message):
    completed = simulator(*words)
    assert completed.returncode != 0 and not completed.stdout
    assert message in completed.stderr and "Traceback" not in completed.stderr
    if FAILS in words:
        assert "no model here" in completed.stderr

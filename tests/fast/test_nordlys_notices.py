"""Airport-days, messages and recorded notices are what they are said to be."""

import re

import pytest

from nordlys import is_bad, load_flights
from nordlys.notices import (
    CLASSES,
    PROMPTS,
    airport_days,
    facts_of,
    golden_days,
    listed,
    load_bulletins,
    load_messages,
    load_notices,
    problems,
    sample_facts,
    sendable,
    template,
    to_rewrite,
)


def test_airport_days_agree_with_the_flights():
    days = airport_days()
    assert len(days) == 365 * 3 - 49 and (days["delay"] >= 0).all()
    day = days.query("month == 2 and day == 9 and origin == 'JFK'").iloc[0]
    flights = load_flights().query("month == 2 and day == 9 and origin == 'JFK'")
    assert day["scheduled"] == len(flights)
    assert day["cancelled"] == flights["dep_delay"].isna().sum()
    late = flights[flights["arr_delay"] > 15]
    assert day["late"] == len(late) <= is_bad(flights).sum()
    assert day["airline_late"] == late["carrier"].value_counts().max()


def test_template_and_list_say_every_fact_and_no_other_number():
    for facts in sample_facts(200, 1):
        values = [str(value) for value in facts.values()]
        for text in (template(facts), listed(facts)):
            assert all(value in text for value in values), text
            known = set(re.findall(r"\d+", " ".join(values)))
            assert set(re.findall(r"\d+", text)) <= known, text
        assert template(facts) in to_rewrite(facts)[-1]["content"]


def test_sample_is_seeded_and_in_order():
    assert sample_facts(5, 3) == sample_facts(5, 3) != sample_facts(5, 4)
    assert all(facts["cancelled"] > 0 for facts in sample_facts(50, 2))
    with pytest.raises(ValueError):
        sample_facts(10_000, 1)


def test_messages_are_thirty_of_each_class():
    messages = load_messages()
    assert dict(messages["label"].value_counts()) == dict.fromkeys(CLASSES, 30)
    assert messages["text"].is_unique and messages["text"].str.len().min() > 15


def test_recorded_notices_are_about_true_facts():
    known = [facts_of(day) for _, day in airport_days().iterrows()]
    small, large = load_notices(), load_notices("Qwen2.5-Coder-0.5B-Instruct")
    assert len(small) >= 200 and len(large) == 29
    for notices in (small, large):
        assert notices["text"].str.len().min() > 0
        assert all(facts in known for facts in notices["facts"])
    assert (small["logprobs"].map(len) >= small["tokens"] - 1).all()
    assert all(max(logprobs) <= 0 for logprobs in small["logprobs"])
    with pytest.raises(KeyError, match=r"SmolLM2-135M-Instruct"):
        load_notices("another")


def test_golden_days_are_whole_dates_of_two_strata():
    days = golden_days()
    assert len({day["id"] for day in days}) == len(days) == 120
    dates = {day["date"]: day["stratum"] for day in days}
    assert len(dates) == 40 and list(dates.values()).count("storm") == 10
    assert {"02-08", "02-09"} <= set(dates)
    share = {"storm": [], "ordinary": []}
    for day in days:
        facts = day["facts"]
        assert facts["cancelled"] > 0
        share[day["stratum"]].append(facts["cancelled"] / facts["scheduled"])
    storm, ordinary = (sum(values) / len(values) for values in share.values())
    assert storm > 3 * ordinary


def test_recorded_bulletins_are_of_all_systems_on_all_golden_days():
    bulletins = load_bulletins()
    ids = [day["id"] for day in golden_days()]
    assert list(bulletins["system"].unique()) == ["template", *PROMPTS]
    for name, rows in bulletins.groupby("system"):
        assert list(rows["id"]) == ids and rows["text"].str.len().min() > 20
        assert rows["smallest_logprob"].isna().all() == (name == "template")


def test_check_of_roles():
    for day in golden_days():
        facts = day["facts"]
        assert not problems(template(facts), facts)
        assert problems("", facts) == ["no date", "no cancelled", "no late"]
        swapped = {**facts, "cancelled": facts["late"], "late": facts["cancelled"]}
        expected = facts["cancelled"] != facts["late"]
        assert bool(problems(template(swapped), facts)) == expected


def test_only_sentences_of_true_phrases_can_be_sent():
    facts = golden_days()[0]["facts"]
    text = template(facts)
    assert sendable(text, facts)
    for fault in ("", f"- {text}\n- late", f"{text} We are sorry.", f"{text} 7 more."):
        assert not sendable(fault, facts), fault
    assert not sendable(text, facts | {"cancelled": facts["cancelled"] + 1})

"""Airport-days, messages and recorded notices are what they are said to be."""

import re

import pytest

from nordlys import is_bad, load_flights
from nordlys.notices import (
    CLASSES,
    airport_days,
    facts_of,
    listed,
    load_messages,
    load_notices,
    sample_facts,
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
    assert all(max(found) <= 0 for found in small["logprobs"])
    with pytest.raises(KeyError, match=r"SmolLM2-135M-Instruct"):
        load_notices("another")

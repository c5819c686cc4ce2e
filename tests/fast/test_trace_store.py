"""What the store of traces keeps of a text holds no address and no number."""

import json
from contextlib import closing

import pytest

from nordlys.examples.trace_store import SQLiteExporter, open_store


@pytest.mark.parametrize(
    "personal",
    [
        "søren.jürgensen@mail.example",
        "a@mail.co-op.example",
        "+45 20 30 40 50",
        "20304050",
        "212-555-0142",
        "(212) 555-0142",
    ],
)
def test_a_kept_text_is_redacted_and_stays_json(personal: str) -> None:
    text = json.dumps([{"content": f"Write to {personal}, please: 82 flights"}])
    with closing(open_store(":memory:")) as db:
        store = SQLiteExporter(db)
        store.keep_days = 30
        store.keep("0", "gen_ai.input.messages", text)
        (stored,) = db.execute("SELECT text FROM content").fetchone()
    content = json.loads(stored)[0]["content"]
    assert content in (
        "Write to [email], please: 82 flights",
        "Write to [number], please: 82 flights",
    )

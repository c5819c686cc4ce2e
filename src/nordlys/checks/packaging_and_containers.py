"""Checks of the exercises on images, Dockerfiles and pickles."""

import collections
import json
import os
import pickle
import re
import sys
from fnmatch import fnmatch
from typing import Any

import numpy as np

from nordlys.checks import exercise, expect

INSTALL = r"\b(pip3?|uv pip|uv) (install|sync)\b"
WHOLE = (".", "./", "*", "./*", "/", "./.")
OWN_PLACE = (
    r"--(user|target|prefix)(?![\w-])|venv|\.local|PYTHONUSERBASE|PIP_(USER|TARGET)"
)


@exercise("hidden-files")
def hidden_files(answer: Any, rng: np.random.Generator) -> None:
    """Try drawn stacks of layers, with files and folders deleted and brought back."""
    expect(callable(answer), "give the function itself, without calling it")
    for layers in (*_plain_stacks(), *(_drawn_stack(rng) for _ in range(30))):
        given = answer([dict(files) for files in layers])
        told = f"a {type(given).__name__}"
        expect(
            isinstance(given, (set, frozenset)), f"return a set of names, not {told}"
        )
        right = _hidden(layers)
        names = [sorted(files) for files in layers]
        expect(
            given == right,
            f"for the layers {names} it returns {sorted(map(str, given))}, "
            f"expected {sorted(right)}",
        )


def _hidden(layers: list[dict[str, str]]) -> set[str]:
    """Return the files that some layer holds and a container does not see."""
    held: set[str] = set()
    visible: set[str] = set()
    for files in layers:
        own = {name for name in files if not _is_whiteout(name)}
        for name in files.keys() - own:
            gone = name.replace(".wh.", "", 1)
            visible = {v for v in visible if v != gone and not v.startswith(f"{gone}/")}
        held, visible = held | own, visible | own
    return held - visible


def _is_whiteout(name: str) -> bool:
    return name.rpartition("/")[2].startswith(".wh.")


def _plain_stacks() -> list[list[dict[str, str]]]:
    """Return the cases that an answer should not miss by luck."""
    env = {"app/.env": "KEY=1\n"}
    return [
        [{"app/a.py": "1"}],
        [env, {"app/.wh..env": ""}],
        [env, {"app/.wh..env": ""}, env],  # brought back
        [{"app/.wh..env": "", **env}],  # of layers below its own
        [{"app/keys/a": "1", "app/keys.txt": "2"}, {"app/.wh.keys": ""}],
        [{"app/keys": "1"}, {"app/.wh.keys": "", "app/keys/b": "2"}],
        [{"app/keys/old/a": "1"}, {"app/.wh.keys": ""}],
        [{"notes.wh.txt": "1"}, {".wh.notes.wh.txt": ""}],
        [{"a": "1"}, {".wh.a": ""}],
    ]


def _drawn_stack(rng: np.random.Generator) -> list[dict[str, str]]:
    files = ["a", "app/a", "app/ab", "app/x/a", "app/x/b", "app/x/y/c", "etc/a"]
    gone = [".wh.a", "app/.wh.a", "app/.wh.x", "app/x/.wh.y", "app/x/.wh.a", ".wh.app"]
    stack = []
    for _ in range(rng.integers(2, 6)):
        names = rng.choice(files, rng.integers(1, 4), replace=False).tolist()
        names += rng.choice(gone, rng.integers(0, 2), replace=False).tolist()
        stack.append({name: "" if _is_whiteout(name) else "text" for name in names})
    return stack


@exercise("mended-recipe")
def mended_recipe(answer: Any, rng: np.random.Generator) -> None:
    """Read the recipe as a builder would, and look for what was asked."""
    expect(isinstance(answer, str), "give the text of the recipe, by read_text()")
    steps = _instructions(answer)
    names = [name for name, _ in steps]
    expect("FROM" in names, "the recipe has no FROM")
    stages = set()
    for name, rest in steps:
        if name == "FROM":
            words = rest.split()
            pinned = re.search(r"@sha256:[0-9a-f]{64}$", words[0])
            expect(
                pinned or words[0] in stages or words[0].startswith("$"),
                f"{words[0]} has no digest: @sha256: and 64 digits of 0-9a-f",
            )
            if len(words) == 3 and words[1].upper() == "AS":
                stages.add(words[2])
    last = len(names) - 1 - names[::-1].index("FROM")
    final = steps[last + 1 :]
    users = [rest for name, rest in final if name == "USER"]
    expect(users, "nobody is named to run it, so it runs as root")
    user = users[-1].split(":")[0]
    expect(user not in ("0", "root"), "the last user is root")
    made = rf"(user|passwd).*\b{re.escape(user)}\b"
    expect(
        re.match(r"\d+$|\$", user)
        or user in ("nobody", "www-data", "daemon")
        or any(name == "RUN" and re.search(made, rest) for name, rest in steps),
        f"the image has no user {user}: make one by useradd, or give a number",
    )
    _may_install(steps)
    _installs_first(steps)
    _starts(final)
    _can_ask(steps, final)


def _instructions(text: str) -> list[tuple[str, str]]:
    """Return the instructions, each as its name in capitals and the rest."""
    rows = [row for row in text.splitlines() if not row.lstrip().startswith("#")]
    joined = re.sub(r"\\[ \t]*\n", " ", "\n".join(rows))
    parts = [row.split(maxsplit=1) for row in joined.splitlines() if row.strip()]
    return [(name.upper(), rest[0].strip() if rest else "") for name, *rest in parts]


def _may_install(steps: list[tuple[str, str]]) -> None:
    """Expect pip to run as root, or to install where another user may write."""
    recipe = "\n".join(rest for _, rest in steps)
    has_home = re.search(r"useradd.* (-\w*m|--create-home)\b|\badduser\b", recipe)
    if re.search(OWN_PLACE, recipe) or (
        has_home and re.search(r"-m\W+uvicorn", recipe)
    ):
        return
    user = "0"
    for name, rest in steps:
        if name in ("FROM", "USER"):
            user = "0" if name == "FROM" else rest.split(":")[0]
        if name == "RUN" and re.search(INSTALL, rest):
            expect(
                user in ("0", "root"),
                f"user {user} may not write where pip installs: name the user later",
            )


def _installs_first(steps: list[tuple[str, str]]) -> None:
    """Expect the packages' installation before the code is copied."""
    installs = [
        place
        for place, (name, rest) in enumerate(steps)
        if name == "RUN" and re.search(INSTALL, rest)
    ]
    expect(installs, "no RUN installs the packages")
    caches = "--no-cache-dir" in steps[installs[-1]][1] or any(
        name == "ENV" and "PIP_NO_CACHE_DIR" in rest for name, rest in steps
    )
    mounted = "--mount=type=cache" in steps[installs[-1]][1]
    by_uv = re.search(r"\buv\b", steps[installs[-1]][1])
    expect(caches or mounted or by_uv, "pip leaves its cache in the layer (DL3042)")
    before = [rest for name, rest in steps[: installs[-1]] if name in ("COPY", "ADD")]
    copied = " ".join(rest for rest in before if "--from=" not in rest)
    early = [word for word in _sources(before) if word in WHOLE or ".py" in word]
    expect(not early, f"{early[:1]} is copied before the packages are installed")
    mounts = "type=bind" in steps[installs[-1]][1]
    expect(
        "requirements.txt" in copied or mounts,
        "requirements.txt is not copied before the installation reads it",
    )
    sources = _sources([rest for name, rest in steps if name in ("COPY", "ADD")])
    for file in ("service.py", "model.json"):
        copied = any(s in WHOLE or fnmatch(file, s.removeprefix("./")) for s in sources)
        expect(copied, f"{file} is not copied into the image")
    told = [rest for name, rest in steps if name in ("ENV", "ARG")]
    secret = [rest for rest in told if re.search(r"(?i)passw|secret|token", rest)]
    expect(not secret, "a secret stands in ENV or ARG")


def _sources(copies: list[str]) -> list[str]:
    """Return what is copied: all words but options and the last, the target."""
    rows = [re.sub(r"--\S+", "", rest).strip() for rest in copies]
    rows = [re.sub(r'[\[\]",]', " ", r) if r.startswith("[") else r for r in rows]
    return [word for row in rows for word in row.split()[:-1]]


def _listed(text: str) -> list[str] | None:
    """Return the words of a list in brackets and double quotes, or None."""
    try:
        words = json.loads(text)
    except ValueError:
        return None
    return [str(word) for word in words] if isinstance(words, list) else None


def _starts(final: list[tuple[str, str]]) -> None:
    """Expect a health check of /ready, and the same start without a shell."""
    health = [rest for name, rest in final if name == "HEALTHCHECK"]
    expect(health, "there is no HEALTHCHECK in the last stage")
    expect("CMD" in health[-1], "the HEALTHCHECK has no CMD")
    asks = "8080" in health[-1] and "/ready" in health[-1]
    expect(asks, "the HEALTHCHECK does not ask :8080/ready")
    command = health[-1].partition("CMD")[2].strip()
    expect(
        not command.startswith("[") or _listed(command),
        "the HEALTHCHECK's list needs double quotes, and nothing after its bracket",
    )
    starts = [rest for name, rest in final if name in ("CMD", "ENTRYPOINT")]
    expect(starts, "nothing is started: there is no CMD")
    words: list[str] = []
    for rest in starts:
        listed = _listed(rest)
        why = "CMD starts a shell: write its words as a list in brackets"
        expect(listed is not None, f"{why}, each in double quotes")
        words += listed
    joined = [word for word in words if " " in word]
    expect(
        "-c" in words or not joined,
        f"{joined[:1]} would be a single word: give each word of CMD its own quotes",
    )
    line = " ".join(words)
    for part in ("uvicorn", "service:app", "8080"):
        expect(part in line, f"the start has lost {part!r}")
    host = re.search(r"--host[ =]0\.0\.0\.0", line)
    expect(host, "the service no longer listens on 0.0.0.0")


def _can_ask(steps: list[tuple[str, str]], final: list[tuple[str, str]]) -> None:
    """Expect a health check by a program that the image has."""
    health = next(rest for name, rest in reversed(final) if name == "HEALTHCHECK")
    program = re.search(r"\b(curl|wget)\b", health)
    if program and any(name == "FROM" and "slim" in rest for name, rest in steps):
        install = rf"\binstall\b.*\b{program[0]}\b"
        has_it = any(name == "RUN" and re.search(install, rest) for name, rest in steps)
        expect(has_it, f"the slim image has no {program[0]}: ask with python")


class _Call:
    """Pickles as a call of a function with arguments."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.parts = function, arguments

    def __reduce__(self) -> tuple:
        return self.parts


@exercise("allowed-names")
def allowed_names(answer: Any, rng: np.random.Generator) -> None:
    """Load allowed and forbidden names, some that only look alike."""
    expect(callable(answer), "give the function itself, without calling it")
    number = int(rng.integers(1, 10**6))
    table = collections.OrderedDict(a=number)
    name = "collections.OrderedDict"
    for protocol in (2, pickle.DEFAULT_PROTOCOL):
        _loads(answer, {"n": [number, None, "text"]}, set(), protocol)
        _loads(answer, table, {name}, protocol)
        two = [table, collections.Counter("ab")]
        _loads(answer, two, {name, "collections.Counter"}, protocol)
        both = pickle.dumps(two, protocol)
        _refuses(answer, pickle.dumps(table, protocol), set(), name)
        _refuses(answer, both, {name}, "collections.Counter")
        _refuses(answer, pickle.dumps(table, protocol), {"collections"}, name)
        _refuses(answer, pickle.dumps(table, protocol), {"OrderedDict"}, name)
        mark = f"NORDLYS_{number}"
        visit = f"__import__('os').environ.__setitem__({mark!r}, '1')"
        data = pickle.dumps(_Call(eval, visit), protocol)
        try:
            _refuses(answer, data, {name, "eval", "builtins"}, "builtins.eval")
            expect(mark not in os.environ, "builtins.eval ran before it was refused")
        finally:
            os.environ.pop(mark, None)
    _asks_first(answer)


def _asks_first(answer: Any) -> None:
    """Expect that the module of a refused name is not even imported."""
    spare = "tabnanny"  # of the standard library, and used by nobody here
    kept = sys.modules.pop(spare, None)
    try:
        _refuses(answer, f"c{spare}\ncheck\n.".encode(), set(), f"{spare}.check")
        expect(
            spare not in sys.modules,
            f"{spare} was imported before its name was refused, and an import runs "
            "code: ask first",
        )
    finally:
        sys.modules.pop(spare, None)
        if kept:
            sys.modules[spare] = kept


def _loads(answer: Any, thing: Any, allowed: set[str], protocol: int) -> None:
    """Expect an object back of which all names are allowed."""
    try:
        given = answer(pickle.dumps(thing, protocol), allowed)
    except pickle.UnpicklingError as problem:
        given = problem
    expect(
        type(given) is type(thing) and given == thing,
        f"{thing} with allowed={allowed or '{}'} became {given!r}",
    )


def _refuses(answer: Any, data: bytes, allowed: set[str], name: str) -> None:
    """Expect UnpicklingError for a name that is not allowed."""
    told = f"{name} with allowed={allowed or '{}'}"
    try:
        answer(data, allowed)
    except pickle.UnpicklingError:
        return
    except Exception as problem:
        expect(False, f"{told} raised {type(problem).__name__}, not UnpicklingError")
    expect(False, f"{told} was loaded")

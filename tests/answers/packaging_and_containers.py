"""Answers to the exercises on images, Dockerfiles and pickles, wrong and right."""

import io
import pickle

DIGEST = "sha256:" + "7c" * 32


def whiteout(name):
    return name.rpartition("/")[2].startswith(".wh.")


def only_files(layers):
    # Takes a whiteout for one of a file.
    held, visible = set(), set()
    for files in layers:
        for name in filter(whiteout, files):
            visible.discard(name.replace(".wh.", "", 1))
        own = {name for name in files if not whiteout(name)}
        held, visible = held | own, visible | own
    return held - visible


def never_back(layers):
    gone, held = set(), set()
    for files in layers:
        gone |= {name.replace(".wh.", "", 1) for name in files if whiteout(name)}
        held |= {name for name in files if not whiteout(name)}
    return {h for h in held for g in gone if h == g or h.startswith(f"{g}/")}


def with_prefix(layers):
    # Hides keys.txt with keys.
    held, visible = set(), set()
    for files in layers:
        for name in filter(whiteout, files):
            gone = name.replace(".wh.", "", 1)
            visible = {v for v in visible if not v.startswith(gone)}
        own = {name for name in files if not whiteout(name)}
        held, visible = held | own, visible | own
    return held - visible


def own_layer_too(layers):
    held, visible = set(), set()
    for files in layers:
        own = {name for name in files if not whiteout(name)}
        held, visible = held | own, visible | own
        for name in filter(whiteout, files):
            gone = name.replace(".wh.", "", 1)
            visible = {v for v in visible if not f"{v}/".startswith(f"{gone}/")}
    return held - visible


def whiteouts_count(layers):
    return right_set(layers) | {n for files in layers for n in files if whiteout(n)}


def right_set(layers):
    hidden = set()
    visible = {}
    for files in layers:
        for name in files:
            if whiteout(name):
                folder, _, last = name.rpartition("/")
                gone = f"{folder}/{last[4:]}".lstrip("/")
                for old in list(visible):
                    if old == gone or old.startswith(gone + "/"):
                        hidden.add(old)
                        del visible[old]
        for name, text in files.items():
            if not whiteout(name):
                visible[name] = text
                hidden.discard(name)
    return hidden


def sorted_list(layers):
    return sorted(right_set(layers))


def anywhere_in_the_name(layers):
    held, visible = set(), set()
    for files in layers:
        own = {name for name in files if ".wh." not in name}
        for name in files.keys() - own:
            gone = name.replace(".wh.", "", 1)
            visible = {v for v in visible if not f"{v}/".startswith(f"{gone}/")}
        held, visible = held | own, visible | own
    return held - visible


GOOD = f"""\
FROM python:3.13-slim@{DIGEST}
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY service.py model.json ./
USER 10001
EXPOSE 8080
HEALTHCHECK CMD ["python", "-c", \\
  "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/ready', timeout=2)"]
CMD ["uvicorn", "service:app", "--host", "0.0.0.0", "--port", "8080"]
"""
STAGES = f"""\
# two stages, by uv
FROM python:3.13-slim@{DIGEST} AS base

FROM base AS build
COPY --from=ghcr.io/astral-sh/uv:0.13.0@{DIGEST} /uv /bin/uv
WORKDIR /app
COPY requirements.txt .
RUN uv venv && uv pip install -r requirements.txt

FROM base
RUN useradd --uid 10001 app && apt-get update && apt-get install --yes curl
WORKDIR /app
COPY --from=build /app/.venv .venv
COPY . .
ENV PATH="/app/.venv/bin:$PATH"
USER app
EXPOSE 8080
HEALTHCHECK --interval=10s CMD curl --fail http://127.0.0.1:8080/ready
ENTRYPOINT ["uvicorn", "service:app"]
CMD ["--host=0.0.0.0", "--port=8080"]
"""


def changed(old, new):
    assert old in GOOD
    return GOOD.replace(old, new)


HOME = changed("USER 10001\n", "").replace(
    "COPY req",
    "RUN useradd --create-home --home-dir /srv/app app\nUSER app\n"
    'ENV PATH="/srv/app/.local/bin:$PATH"\nCOPY req',
)
MODULE = HOME.replace('ENV PATH="/srv/app/.local/bin:$PATH"\n', "").replace(
    '["uvicorn"', '["python", "-m", "uvicorn"'
)

# A dot as the target, which is not the whole folder as a source.
DOT = changed("requirements.txt ./", "requirements.txt .")
START = '["uvicorn", "service:app", "--host", "0.0.0.0", "--port", "8080"]'
HEALTH = GOOD.partition("HEALTHCHECK ")[2].partition("\nCMD")[0]
BY_HTTP = """CMD ["python", "-c", "import http.client as h; \\
  c = h.HTTPConnection('127.0.0.1', 8080); c.request('GET', '/ready'); \\
  raise SystemExit(c.getresponse().status != 200)"]"""

HERS = """\
FROM python:3.13-slim
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
EXPOSE 8080
CMD uvicorn service:app --host 0.0.0.0 --port 8080
"""


class Careful(pickle.Unpickler):
    def __init__(self, data, allows):
        super().__init__(io.BytesIO(data))
        self.allows = allows

    def find_class(self, module, name):
        if not self.allows(module, name):
            raise pickle.UnpicklingError(f"{module}.{name}")
        return super().find_class(module, name)


def by_name(data, allowed):
    return Careful(data, lambda m, n: f"{m}.{n}" in allowed).load()


class Hasty(Careful):
    # Fetches what the name stands for, and asks afterwards.
    def find_class(self, module, name):
        found = pickle.Unpickler.find_class(self, module, name)
        if not self.allows(module, name):
            raise pickle.UnpicklingError(f"{module}.{name}")
        return found


def fetched_first(data, allowed):
    return Hasty(data, lambda m, n: f"{m}.{n}" in allowed).load()


def by_package(data, allowed):
    packages = {name.split(".")[0] for name in allowed}
    return Careful(data, lambda m, n: m.split(".")[0] in packages).load()


def by_short_name(data, allowed):
    return Careful(data, lambda m, n: n in {a.split(".")[-1] for a in allowed}).load()


def by_part(data, allowed):
    return Careful(data, lambda m, n: f"{m}.{n}" in str(allowed) or m in allowed).load()


def trusting(data, allowed):
    return pickle.loads(data)


def afterwards(data, allowed):
    made = pickle.loads(data)
    name = f"{type(made).__module__}.{type(made).__name__}"
    if name not in allowed and type(made) not in (dict, list):
        raise pickle.UnpicklingError(name)
    return made


def other_error(data, allowed):
    try:
        return by_name(data, allowed)
    except pickle.UnpicklingError as problem:
        raise ValueError(str(problem)) from problem


def too_late(data, allowed):
    made = pickle.loads(data)
    by_name(data, allowed)
    return made


def returns_nothing(data, allowed):
    by_name(data, allowed)


def refuses_all(data, allowed):
    raise pickle.UnpicklingError("never")


def two_steps(data, allowed):
    # Asks for the module first, then for the name in it.
    known = {}
    for entry in allowed:
        module, _, name = entry.rpartition(".")
        known.setdefault(module, set()).add(name)
    return Careful(data, lambda m, n: n in known.get(m, ())).load()


WRONG = {
    "hidden-files": [
        only_files,
        never_back,
        with_prefix,
        own_layer_too,
        whiteouts_count,
        sorted_list,
        anywhere_in_the_name,
        right_set([{"app/.env": "1"}, {"app/.wh..env": ""}]),
    ],
    "mended-recipe": [
        HERS,
        changed(f"@{DIGEST}", ""),
        changed(f"@{DIGEST}", "@sha256:1234"),
        changed("USER 10001\n", ""),
        changed("USER 10001", "USER root"),
        changed("USER 10001", "USER app"),  # whom nobody has made
        changed("USER 10001\n", "").replace("COPY req", "USER 10001\nCOPY req"),
        changed("COPY requirements.txt", "COPY . ."),
        changed("COPY requirements.txt ./\n", ""),
        changed(" --no-cache-dir", ""),
        changed("RUN pip install --no-cache-dir -r requirements.txt\n", ""),
        changed("8080/ready", "8000/ready"),
        changed("HEALTHCHECK CMD", "LABEL health="),
        changed("HEALTHCHECK CMD", "HEALTHCHECK"),
        changed('"--port", "8080"', '"--port", "8000"'),
        GOOD.partition('CMD ["uvicorn"')[0],
        STAGES.replace(" && apt-get update && apt-get install --yes curl", ""),
        changed('"--host", "0.0.0.0", ', ""),
        changed(
            '["uvicorn", "service:app", "--host", "0.0.0.0", "--port", "8080"]', "x"
        ),
        changed(" model.json", ""),
        changed("WORKDIR /app", "ENV TOKEN=1"),
        DOT.replace(" model.json", ""),
        DOT.replace("service.py ", ""),
        changed("COPY requirements.txt", "COPY *"),
        changed(START, '["uvicorn service:app --host 0.0.0.0 --port 8080"]'),
        changed(
            '"--host", "0.0.0.0", "--port", "8080"', '"--host 0.0.0.0 --port 8080"'
        ),
        changed(START, START.replace('"', "'")),
        changed(HEALTH, HEALTH + " || exit 1"),
        "Dockerfile.hers",
    ],
    "allowed-names": [
        by_package,
        by_short_name,
        by_part,
        fetched_first,
        trusting,
        afterwards,
        too_late,
        returns_nothing,
        other_error,
        refuses_all,
        None,
    ],
}
ALSO_RIGHT = {
    "hidden-files": [right_set],
    "mended-recipe": [
        GOOD,
        STAGES,
        HOME,
        MODULE,
        DOT,
        changed("service.py model.json ./", "./ ./"),
        changed("service.py model.json", "*.py *.json"),
        changed("service.py model.json ./", '["service.py", "model.json", "./"]'),
        changed(HEALTH, BY_HTTP),
    ],
    "allowed-names": [by_name, two_steps],
}

"""The starter's image and what runs it: recipe, Compose file, manifests, workflow."""

import json
import re
import shutil
import subprocess
import sysconfig

import pytest
import yaml
from jsonschema import Draft7Validator

from tests.rules.shown import schema_errors
from tools.repository import ROOT
from tools.source.book import Page
from tools.starter import STARTER

BOOK = ROOT / "book"
SECTION = "lectures/05-production-scaling/packaging-and-containers.md"
SCHEMAS = json.loads((ROOT / "src/nordlys/data/kubernetes-1.37.json").read_text())
HADOLINT = shutil.which("hadolint", path=sysconfig.get_path("scripts"))
DOCKERFILE = (STARTER / "Dockerfile").read_text()


def listings() -> dict[str, str]:
    """Return the files that the section writes, the first of each name."""
    cells = Page(BOOK, BOOK / SECTION).cells
    return {cell.file: cell.code for cell in reversed(cells) if cell.file}


def documents() -> dict[str, dict]:
    """Return the starter's Kubernetes objects by their kind."""
    text = (STARTER / "deploy" / "kubernetes.yaml").read_text()
    return {part["kind"]: part for part in yaml.safe_load_all(text)}


@pytest.mark.skipif(HADOLINT is None, reason="hadolint is not installed")
def test_hadolint_finds_nothing_in_the_recipe():
    command = [HADOLINT, str(STARTER / "Dockerfile")]
    completed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert completed.returncode == 0, completed.stdout


def test_the_recipe_keeps_the_rules_of_the_page(tmp_path, monkeypatch):
    (tmp_path / "lint.py").write_text(listings()["lint.py"])
    monkeypatch.syspath_prepend(tmp_path)
    import lint

    assert lint.own_rules(STARTER / "Dockerfile") == []
    first = tmp_path / "Dockerfile.first"
    first.write_text(listings()["Dockerfile.first"])
    rules = ["base", "user", "health", "order", "training"]
    assert lint.own_rules(first) == rules


def test_the_page_shows_the_recipe_of_the_starter():
    listing = [row for row in listings()["Dockerfile"].splitlines() if row]
    recipe = [row for row in DOCKERFILE.splitlines() if row and row[0] != "#"]
    assert listing == recipe
    ignored = (STARTER / ".dockerignore").read_text().split()
    assert listings()[".dockerignore"].split() == ignored


def test_the_recipe_copies_only_what_may_get_in():
    allowed = {
        row[1:]
        for row in (STARTER / ".dockerignore").read_text().split()
        if row.startswith("!")
    }
    rows = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    copied = {name for row in rows for name in row.split()[:-1]}
    assert copied == allowed


def test_compose_file_keeps_its_schema_and_is_the_one_of_the_page():
    assert (
        listings()["compose.yaml"].strip()
        == (STARTER / "compose.yaml").read_text().strip()
    )
    errors = list(schema_errors([STARTER / "compose.yaml"], "compose-spec"))
    assert not errors, errors


def test_manifests_keep_their_schemas():
    for kind, document in documents().items():
        schema = {"$ref": f"#/$defs/{kind}", **SCHEMAS}
        errors = [e.message for e in Draft7Validator(schema).iter_errors(document)]
        assert not errors, errors


def test_manifests_fit_each_other():
    parts = documents()
    pod = parts["Deployment"]["spec"]["template"]
    labels, container = pod["metadata"]["labels"], pod["spec"]["containers"][0]
    assert parts["Service"]["spec"]["selector"] == labels
    assert parts["Deployment"]["spec"]["selector"]["matchLabels"] == labels
    ports = {port["containerPort"] for port in container["ports"]}
    probes = {
        container[f"{kind}Probe"]["httpGet"]["port"]
        for kind in ("readiness", "liveness")
    }
    target = parts["Service"]["spec"]["ports"][0]["targetPort"]
    assert ports == probes == {target} == {8000}
    scaled = parts["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]
    assert scaled["name"] == parts["Deployment"]["metadata"]["name"]


def test_manifests_of_the_page_are_those_of_the_starter():
    manifests = [
        part
        for name in ("deployment.yaml", "others.yaml")
        for part in yaml.safe_load_all(listings()[name])
    ]
    assert {part["kind"]: part for part in manifests} == documents()


def test_only_the_job_that_pushes_may_write_packages():
    workflow = yaml.safe_load((STARTER / ".github/workflows/image.yml").read_text())
    assert workflow["permissions"] == {}
    (job,) = workflow["jobs"].values()
    assert job["permissions"] == {"contents": "read", "packages": "write"}
    names = [step.get("run", "") for step in job["steps"]]
    tried = next(n for n, text in enumerate(names) if "/ready" in text)
    pushed = next(n for n, text in enumerate(names) if "docker push" in text)
    assert tried < pushed

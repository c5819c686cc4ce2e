"""The starter repository is whole, clean, and independent of the book."""

import io
import json
import re
import tomllib

import pytest
import yaml

from tests.rules import listed, problems
from tests.rules.repository import USES
from tests.rules.shown import check_dockerfile
from tools import starter
from tools.repository import ROOT, git
from tools.source.book import Book
from tools.starter import STARTER
from tools.starter_data import FILE, month_of_flights

# Rules of the book's own repository that hold for any.
RULES = ["workflows-are-valid", "forms-are-valid", "actions-are-pinned"]
RULES += ["jobs-are-sound", "scripts-parse", "nothing-private"]
PUBLIC = ("https://pypi.org/simple", "https://files.pythonhosted.org/")


@pytest.mark.parametrize("rule", RULES)
def test_its_workflow_and_forms_keep_the_rules_of_the_book(rule):
    book = Book(STARTER)
    assert list((STARTER / ".github" / "workflows").glob("*.yml"))
    if breaches := problems(rule, book):
        pytest.fail(listed(breaches), pytrace=False)


def test_its_actions_are_those_of_the_book():
    own = "\n".join(file.read_text() for file in (ROOT / ".github").rglob("*.yml"))
    files = (STARTER / ".github").rglob("*.yml")
    theirs = "\n".join(file.read_text() for file in files)
    strange = [used for used, _ in USES.findall(theirs) if used not in own]
    assert not strange, f"take the commit that the book's workflows have: {strange}"


def test_its_lock_names_public_addresses_and_hashes_only():
    lock = (STARTER / "uv.lock").read_text()
    strange = {
        a for a in re.findall(r"\w+://[^\"']+", lock) if not a.startswith(PUBLIC)
    }
    assert not strange, f"lock it again without a mirror: {strange}"
    packages = tomllib.loads(lock)["package"]
    files = [package["sdist"] for package in packages if "sdist" in package]
    files += [wheel for package in packages for wheel in package.get("wheels", [])]
    assert all(file["hash"].startswith("sha256:") for file in files)


def test_its_configurations_can_be_read():
    check_dockerfile((STARTER / "Dockerfile").read_text())
    json.loads((STARTER / ".devcontainer" / "devcontainer.json").read_text())


def test_its_ruleset_asks_for_the_ticks_that_its_workflow_gives():
    jobs = yaml.safe_load((STARTER / ".github/workflows/ci.yml").read_text())["jobs"]
    versions = jobs["test"]["strategy"]["matrix"]["python"]
    ruleset = json.loads((STARTER / ".github" / "ruleset.json").read_text())
    rules = {rule["type"]: rule.get("parameters") for rule in ruleset["rules"]}
    required = rules["required_status_checks"]["required_status_checks"]
    expected = {f"test ({version})" for version in versions} | set(jobs) - {"test"}
    assert {check["context"] for check in required} == expected


def test_it_needs_nothing_of_the_book():
    for name in starter.files():
        if name.suffix == ".py":
            text = (STARTER / name).read_text()
            assert "nordlys" not in text, f"{name} leans on the book's package"


def test_its_flights_are_what_the_tool_makes():
    table = io.StringIO()
    month_of_flights().to_csv(table, index=False, lineterminator="\n")
    assert FILE.read_text() == table.getvalue(), "run: python -m tools.starter_data"
    count = table.getvalue().count("\n") - 1
    assert f"{count:,} domestic flights" in (STARTER / "data/README.md").read_text()


def test_its_readme_names_every_file_and_no_other():
    text = (STARTER / "README.md").read_text()
    named = re.findall(r"^\| `([\w./-]+)` \|", text, re.MULTILINE)
    missing = [name for name in named if not (STARTER / name).exists()]
    assert not missing, f"the README names what is not there: {missing}"
    modules = {str(name) for name in starter.files() if "src" in name.parts}
    untold = modules - set(named) - {"src/delayrisk/__init__.py"}
    assert not untold, f"the README does not name {untold}"


def test_the_archive_holds_what_git_holds():
    names = {name.removeprefix("delayrisk/") for name in starter.texts()}
    listed_by_git = git("ls-files", "-co", "--exclude-standard", "--", "starter")
    tracked = {name.removeprefix("starter/") for name in listed_by_git.splitlines()}
    if tracked:  # a copy without history cannot be asked
        assert names == tracked
    assert ".github/workflows/ci.yml" in names
    assert not [name for name in names if ".venv" in name or name == "model.json"]

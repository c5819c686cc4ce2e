"""One page is checked alone, with the whole book around it."""

import ast
import json
import subprocess
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from nordlys.checks import modules
from tests.conftest import looks_at
from tools import run_tests
from tools.repository import ROOT
from tools.run import one_page, run_pages
from tools.run.run_page import Report
from tools.source.book import read_book
from tools.source.pages import code_cells, read_page

PAGE = next(page for page in read_book(ROOT).sections if page.pictures)
PATH = ROOT / "book" / PAGE.path
OTHER = "lectures/01-other/other"


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("book/lectures/nowhere.md", "There is no page book/lectures/nowhere.md"),
        ("book/_config.yml", "is no page: name one as book/lectures"),
        ("README.md", "is no page: name one as book/lectures"),
        ("tools/new_page.template.md", "is no page: name one as book/lectures"),
    ],
)
def test_what_is_no_page_is_said(path, says, monkeypatch):
    monkeypatch.chdir(ROOT)
    with pytest.raises(one_page.NoPageError, match=says):
        one_page.validated_name(Path(path))


def test_page_outside_the_contents_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(one_page, "ROOT", tmp_path)
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "_toc.yml").write_text("root: index\n")
    page = tmp_path / "book" / "draft.md"
    page.write_text("# A draft\n")
    with pytest.raises(one_page.NoPageError, match=r"not in book/_toc\.yml"):
        one_page.validated_name(page)


def test_page_has_a_name_from_anywhere(monkeypatch):
    assert one_page.validated_name(PATH) == PAGE.name
    monkeypatch.chdir(PATH.parent)
    assert one_page.validated_name(Path(PATH.name)) == PAGE.name


def test_command_says_what_is_no_page(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["check", "--page", "book/nowhere.md"])
    with pytest.raises(SystemExit) as end:
        run_tests.main()
    assert end.value.code == 2 and "no page book/nowhere.md" in capsys.readouterr().err


def test_stand_in_has_each_number_and_each_figure(tmp_path, monkeypatch):
    monkeypatch.setattr(one_page, "STAND_INS", tmp_path)
    result = one_page.stand_in(PATH, ["late", "cost"])
    cells = code_cells(nbformat.read(result.notebook, as_version=4))
    outputs = [output for cell in cells for output in cell.outputs]
    keys = [output.metadata.scrapbook.name for output in outputs if output.metadata]
    assert sorted(keys) == ["cost", "late"]
    drawn = sum("image/svg+xml" in output.data for output in outputs)
    assert drawn == sum(not picture.file for picture in PAGE.pictures) > 0


def test_numbers_that_any_page_shows_have_a_key(tmp_path):
    (tmp_path / "lectures").mkdir()
    (tmp_path / "lectures" / "a.md").write_text("{glue:text}`own:.1f`\n")
    (tmp_path / "lectures" / "b.md").write_text("{glue:text}`a.md::lent:.0%`\n")
    keys = one_page.quoted_keys(tmp_path)
    assert keys == {"lectures/a": {"own", "lent"}}


def keep(store: Path, name: str, notebook) -> None:
    """Keep a result of a page."""
    text = nbformat.writes(notebook)
    store.mkdir(parents=True, exist_ok=True)
    (store / f"{name}.ipynb").write_text(text)
    report = Report(PAGE.name, sha256=sha256(text.encode()).hexdigest())
    (store / f"{name}.json").write_text(json.dumps(asdict(report)))


def test_last_result_is_of_the_same_code(tmp_path, monkeypatch):
    for module in (run_pages, one_page):
        monkeypatch.setattr(module, "STORE", tmp_path)
    store = tmp_path / PAGE.name
    assert one_page.last_result(PATH) is None
    notebook = read_page(PATH)
    changed = nbformat.from_dict(json.loads(nbformat.writes(notebook)))
    code_cells(changed)[0].source += "\n1"
    keep(store, "other-code", changed)
    assert one_page.last_result(PATH) is None
    keep(store, "same-code", notebook)
    assert one_page.last_result(PATH).notebook == store / "same-code.ipynb"


@pytest.mark.parametrize(
    ("parameters", "chosen"),
    [
        ({"name": PAGE.name}, True),
        ({"name": OTHER}, False),
        ({"page": PAGE, "rule": "x"}, True),
        ({"run_page": SimpleNamespace(page=PAGE.name)}, True),
        ({"path": PATH}, True),
        ({"path": ROOT / "book" / "index.md"}, False),
        ({"key": "no-such-exercise"}, False),
        ({"number": 3}, False),
    ],
)
def test_tests_of_the_page_are_chosen(parameters, chosen):
    item = SimpleNamespace(
        callspec=SimpleNamespace(params=parameters),
        get_closest_marker=lambda name: None,
    )
    assert looks_at(item, PAGE.name) == chosen


def test_checkers_of_the_page_are_chosen():
    module = f"nordlys.checks.{PAGE.slug.replace('-', '_')}"
    keys = [key for key, name in modules().items() if name == module]
    item = SimpleNamespace(
        callspec=SimpleNamespace(params={"key": keys[0]}),
        get_closest_marker=lambda name: None,
    )
    assert looks_at(item, PAGE.name) and not looks_at(item, OTHER)


def test_tests_of_the_whole_book_are_chosen_by_their_mark():
    marked = SimpleNamespace(get_closest_marker=lambda name: name == "any_scope")
    plain = SimpleNamespace(get_closest_marker=lambda name: None)
    assert looks_at(marked, PAGE.name) and not looks_at(plain, PAGE.name)


def test_steps_are_told_until_one_fails(monkeypatch, capsys):
    codes = {"good": 0, "bad": 1, "late": 0}
    monkeypatch.setattr(
        run_tests,
        "run_module",
        lambda name, **options: subprocess.CompletedProcess(
            [], codes[name], f"what {name} says\n{one_page.STANDS_IN} {name}\n"
        ),
    )
    lane = [(f"step {name}", [name]) for name in codes]
    assert not run_tests.check_lane(lane)
    output = capsys.readouterr().out
    assert "✓ step good" in output and f"{one_page.STANDS_IN} good" in output
    assert "what good says" not in output
    assert "✗ step bad" in output and "what bad says" in output
    assert "step late" not in output
    assert run_tests.check_lane(lane[:1])


def words_of(has_code: bool) -> list[str]:
    """Return the words of all commands that check a page."""
    lanes = [lane for lanes in run_tests.rounds(has_code) for lane in lanes]
    return [word for lane in lanes for _, command in lane for word in command]


def test_a_page_without_code_is_not_run_elsewhere():
    words = words_of(has_code=False)
    assert "tests/site" in words and not any("slow" in word for word in words)
    assert any("slow" in word for word in words_of(has_code=True))


def test_a_failed_round_is_the_last(monkeypatch):
    commands = []
    codes = {"pytest tests/fast": 1}

    def run(*command, **options):
        commands.append(" ".join(command))
        return subprocess.CompletedProcess([], codes.get(commands[-1], 0), "")

    monkeypatch.setattr(run_tests, "run_module", run)
    monkeypatch.setenv(one_page.VARIABLE, "")
    assert run_tests.check_page(PATH) == 1
    assert "pytest tests/slow/test_independent.py" in commands
    assert not {"tools.build", "pytest tests/site"} & set(commands)
    codes.clear()
    assert run_tests.check_page(PATH) == 0 and "pytest tests/site" in commands


@pytest.mark.parametrize("everything", [True, False])
def test_no_tier_of_tests_is_left_out(everything):
    run = [command[:2] for _, command in run_tests.steps(everything, None)]
    tiers = {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")}
    missing = [t for t in sorted(tiers) if ["pytest", f"tests/{t}"] not in run]
    assert not missing, f"make test runs no tests of {missing}: see steps()"
    assert run[0] == ["ruff", "check"], "the style of the code is checked first"


SKIPS = {"skip", "skipif", "xfail"}


def silent_skips(code: str) -> list[int]:
    """Return the lines on which a test is left out, or may fail, without a reason."""
    calls, lines = set(), []
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Call(func=ast.Attribute(attr=name) as what) if name in SKIPS:
                calls.add(what)
                reasons = [word.value for word in node.keywords if word.arg == "reason"]
                if ast.unparse(what) in {"pytest.skip", "pytest.xfail"}:
                    reasons += node.args
                if not reasons or getattr(reasons[0], "value", "a reason") == "":
                    lines.append(node.lineno)
            case ast.Attribute(attr=name) if name in SKIPS and node not in calls:
                if ast.unparse(node) == f"pytest.mark.{name}":
                    lines.append(node.lineno)
    return lines


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("@pytest.mark.skip\ndef test(): ...", [1]),
        ("@pytest.mark.skipif(True, reason='')\ndef test(): ...", [1]),
        ("def test():\n    pytest.skip()", [2]),
        ("def test():\n    pytest.skip('no browser here')", []),
        ("@pytest.mark.xfail(reason='a bug of theirs')\ndef test(): ...", []),
    ],
)
def test_a_skip_without_reason_is_found(code, lines):
    assert silent_skips(code) == lines


def test_every_skip_says_why():
    silent = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for line in silent_skips(path.read_text())
    ]
    assert not silent, f"say why: {silent}"

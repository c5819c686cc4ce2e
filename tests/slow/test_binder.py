"""Do what Binder does: install, postBuild, start, pull a notebook by link, run it."""

import os
import re
import shutil
import subprocess
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from environments import install, make_environment, run, run_notebook

from tools.build import HTML
from tools.repository import ROOT
from tools.source.pages import code_pages, page_name

BINDER = ROOT / "binder"
PAGE = page_name(code_pages(ROOT / "book")[-1])


def pull_of(page: str) -> dict[str, str]:
    """Return what the page's Binder button asks nbgitpuller for, decoded."""
    html = (HTML / f"{page}.html").read_text(encoding="utf-8")
    match = re.search(r'href="(https://mybinder\.org/[^"]+)"', html)
    assert match, f"{page} has no Binder button."
    urlpath = parse_qs(urlsplit(match[1].replace("&amp;", "&")).query)["urlpath"][0]
    target = urlsplit(urlpath)
    assert target.path == "git-pull", (
        f"{page}: {urlpath} calls no nbgitpuller: mend launch.py"
    )
    return {key: values[0] for key, values in parse_qs(target.query).items()}


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """Make the environment as Binder would: fresh Python, lock, postBuild."""
    version = (BINDER / "runtime.txt").read_text().strip().removeprefix("python-")
    python = make_environment(tmp_path_factory.mktemp("binder") / "env", version)
    install(python, "--require-hashes", "-r", BINDER / "requirements.txt")
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run([BINDER / "postBuild"], env={"PATH": path}, check=True)
    return python


def test_start_hands_over_to_the_server():
    value = run(BINDER / "start", "sh", "-c", "echo ${OMP_NUM_THREADS:-unset}").strip()
    assert value == "1", f"binder/start leaves OMP_NUM_THREADS {value}: export it as 1"


def test_link_pulls_a_notebook_that_runs(tmp_path, session, wheel, kernel):
    remote = tmp_path / "remote.git"
    run("git", "clone", "--quiet", "--bare", ROOT, remote)
    publish = ROOT / "tools" / "publish_branch.py"
    content = tmp_path / "content"
    shutil.copytree(HTML / "notebooks", content)
    completed = subprocess.run(
        ["python3", publish, "notebooks", content], cwd=remote, capture_output=True
    )
    assert completed.returncode == 0, f"publish_branch.py: {completed.stderr}"
    pull = pull_of(PAGE)
    folder = tmp_path / "home" / unquote(pull["repo"]).rstrip("/").split("/")[-1]
    run(session.parent / "gitpuller", remote, pull["branch"], folder)
    name = folder.name
    start = f"lab/tree/{name}/"
    assert pull["urlpath"].startswith(start), f"{pull['urlpath']}: begin with {start}"
    notebook = folder / pull["urlpath"].removeprefix(start)
    assert notebook.is_file(), (
        f"The Binder button of {PAGE} opens {pull['urlpath']}, which is not on branch "
        f"{pull['branch']}: mend book/_ext/launch.py"
    )
    install(session, "--no-deps", wheel)
    report = run_notebook(notebook, session, kernel(session))
    assert report["ok"], f"{report['error']}\nIs its extra in binder/requirements.txt?"
    assert not report["strays"], f"{PAGE} leaves {report['strays']}: close it there"

"""Run a task of the harness inspect-ai on the book's model, and store what came out.

inspect-ai does not agree with our lock, so it lives in an environment of its own, and
what is stored says in which version:

    python -m venv ENV && ENV/bin/pip install inspect-ai openai .

Usage: python -m tools.record_inspect ENV
"""

import json
import os
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from nordlys.llm import NAME, SWITCH, language_model
from tools.repository import ROOT

TASK = ROOT / "src" / "nordlys" / "examples" / "inspect_task.py"
FILE = ROOT / "src" / "nordlys" / "data" / "inspect_run.json"
SYSTEMS = ("zero-shot", "three-shot", "rewrite")
SETTINGS = ["--temperature", "0", "--seed", "1", "--max-tokens", "110"]
QUIET = ["--display", "none", "--max-connections", "1", "--log-format", "json"]


def evaluate(environment: Path, system: str, url: str) -> dict[str, object]:
    """Run the task for one system, and return its log."""
    task = [TASK.name, "-T", f"system={system}"]
    with tempfile.TemporaryDirectory() as logs:
        options = ["--model", f"openai-api/local/{NAME}", "--log-dir", logs]
        env = os.environ | {"LOCAL_BASE_URL": url, "LOCAL_API_KEY": "not-needed"}
        program = [str(environment / "bin" / "inspect"), "eval"]
        command = [*program, *task, *options, *SETTINGS, *QUIET]
        subprocess.run(command, check=True, env=env, cwd=TASK.parent)
        (file,) = Path(logs).glob("*.json")
        return json.loads(file.read_text(encoding="utf-8"))


def row(system: str, log: dict) -> dict[str, object]:
    """Return what the page shows of a log."""
    result = {"system": system, "status": log["status"]}
    result["samples"] = log["results"]["completed_samples"]
    for score in log["results"]["scores"]:
        metrics = {name: metric["value"] for name, metric in score["metrics"].items()}
        result[score["name"]] = round(metrics["accuracy"], 3)
        result[f"{score['name']} error"] = round(metrics["stderr"], 3)
    (usage,) = log["stats"]["model_usage"].values()
    result["tokens written"] = usage["output_tokens"]
    return result


def main() -> int:
    """Run the task for each system and store the results."""
    environment = Path(sys.argv[1]).absolute()
    os.environ[SWITCH] = "live"
    rows = []
    with language_model("inspect") as model:
        for system in SYSTEMS:
            log = evaluate(environment, system, model.url)
            rows.append(row(system, log))
    origin = {
        "by": "tools/record_inspect.py",
        "on": date.today().isoformat(),
        "model": NAME,
        "inspect-ai": log["eval"]["packages"]["inspect_ai"],
    }
    stored = {"origin": origin, "systems": rows}
    FILE.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(stored, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Write and record notices by the small model that runs on the pages.

It rewrites the template for 240 airport-days; the texts, the probabilities of their
tokens and the times are added to what was recorded of other models.

Usage: python -m tools.record_notices
"""

import hashlib
import json
import os
import sys
import time
from pathlib import Path

from openai import OpenAI

from nordlys.llm import NAME, SWITCH, language_model, weights
from nordlys.notices import sample_facts, to_rewrite
from tools.repository import ROOT

FILE = ROOT / "src" / "nordlys" / "data" / "notices.jsonl"
COUNT, SEED = 240, 5
TEMPERATURE, LONGEST = 0.7, 110  # tokens


def write_notices() -> list[dict]:
    """Have the model write, and return what it wrote."""
    rows = []
    file = {"model": NAME, "file": weights().name, "sha256": digest(weights())}
    with language_model("notices") as model, OpenAI() as client:
        for seed, facts in enumerate(sample_facts(COUNT, SEED)):
            started = time.perf_counter()
            answer = client.chat.completions.create(
                model=model.name,
                messages=to_rewrite(facts),
                temperature=TEMPERATURE,
                seed=seed,
                max_tokens=LONGEST,
                logprobs=True,
            )
            choice = answer.choices[0]
            rows.append(
                {
                    **file,
                    "prompt": "rewrite",
                    "facts": facts,
                    "text": choice.message.content.strip(),
                    "temperature": TEMPERATURE,
                    "seed": seed,
                    "tokens": answer.usage.completion_tokens,
                    "seconds": round(time.perf_counter() - started, 2),
                    "logprobs": [round(x.logprob, 3) for x in choice.logprobs.content],
                }
            )
    return rows


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> int:
    """Replace the small model's notices in the file; leave those of others."""
    os.environ[SWITCH] = "live"
    lines = FILE.read_text("utf-8").splitlines() if FILE.exists() else []
    others = [row for row in lines if json.loads(row)["model"] != NAME]
    rows = [json.dumps(row, ensure_ascii=False) for row in write_notices()]
    FILE.write_text("\n".join([*rows, *others]) + "\n", encoding="utf-8")
    print(f"{len(rows)} notices of {NAME}, {len(others)} of others")
    return 0


if __name__ == "__main__":
    sys.exit(main())

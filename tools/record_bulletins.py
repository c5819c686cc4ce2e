"""Have the small model write bulletins by several prompts, and record them.

All prompts get the same airport-days: three airports on each of forty dates, of which
ten are those with most cancellations of the year.

Usage: python -m tools.record_bulletins
"""

import json
import os
import sys

from openai import OpenAI

from nordlys.llm import NAME, SWITCH, language_model, weights
from nordlys.notices import PROMPTS, golden_days
from tools.record_notices import digest
from tools.repository import ROOT

FILE = ROOT / "src" / "nordlys" / "data" / "bulletins.jsonl"
LONGEST = 110  # tokens


def main() -> int:
    """Write the file anew."""
    os.environ[SWITCH] = "live"
    head = {"model": NAME, "file": weights().name, "sha256": digest(weights())}
    rows = [{**head, "temperature": 0, "seed": 1, "max_tokens": LONGEST}]
    with language_model("bulletins") as model, OpenAI() as client:
        for system, messages in PROMPTS.items():
            for day in golden_days():
                answer = client.chat.completions.create(
                    model=model.name,
                    messages=messages(day["facts"]),
                    temperature=0,
                    seed=1,
                    max_tokens=LONGEST,
                    logprobs=True,
                )
                choice = answer.choices[0]
                smallest = min(token.logprob for token in choice.logprobs.content)
                rows.append(
                    {
                        "system": system,
                        "id": day["id"],
                        "text": choice.message.content.strip(),
                        "tokens_read": answer.usage.prompt_tokens,
                        "tokens_written": answer.usage.completion_tokens,
                        "smallest_logprob": round(smallest, 3),
                    }
                )
            print(system, len(rows) - 1, flush=True)
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

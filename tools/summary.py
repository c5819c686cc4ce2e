"""Print, as Markdown, which pages ran in the last build and which were slowest."""

import json
import sys

from tools.build import RUN_REPORT

SLOWEST = 10


def summary(runs: list[dict]) -> str:
    """Return the summary of the runs as Markdown.

    Args:
        runs: reports of the pages, as the build writes them.
    """
    changed = [run["page"] for run in runs if run["fresh"]]
    lines = [f"## {len(runs)} pages with code, {len(changed)} of them run", ""]
    lines += [f"- {page}" for page in changed] or ["No page changed."]
    lines += ["", "| slowest pages | seconds | memory (MB) |", "|---|---:|---:|"]
    slowest = sorted(runs, key=lambda run: -run["seconds"])[:SLOWEST]
    for run in slowest:
        lines.append(f"| {run['page']} | {run['seconds']:.1f} | {run['memory_mb']} |")
    return "\n".join(lines)


def main() -> int:
    """Print the summary, or say that there is no build."""
    if not RUN_REPORT.is_file():
        print("There is no build to report on; run: make book", file=sys.stderr)
        return 1
    print(summary(json.loads(RUN_REPORT.read_text())))
    return 0


if __name__ == "__main__":
    sys.exit(main())

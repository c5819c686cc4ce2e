"""Ask whether the addresses that the book cites still answer.

Usage: python -m tools.external_links
Publishers that refuse programs (401, 403, 418, 429) count as answering; who does not
answer, or fails, is asked once more.
"""

import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import httpx2
from pybtex.database import parse_file

from tools.repository import ROOT

REFUSES_PROGRAMS = {401, 403, 405, 418, 429, 451, 999}
PAUSE = 10  # seconds before the second try
ADDRESS = re.compile(r"https?://[^\s)>\]`\"'|}]+")
NOT_CHECKED = re.compile(r"https?://(127\.0\.0\.1|localhost|\w+\.example|[\w.]*\.\.\.)")


def addresses() -> dict[str, str]:
    """Return the addresses of bibliography and pages, each with where it stands."""
    locations = {}
    for key, entry in parse_file(ROOT / "book" / "references.bib").entries.items():
        if doi := entry.fields.get("doi"):
            locations[f"https://doi.org/{doi}"] = f"references.bib: {key}"
        elif url := entry.fields.get("url"):
            locations[url] = f"references.bib: {key}"
    for page in sorted((ROOT / "book").rglob("*.md")):
        if "_build" not in page.parts:
            prose = re.sub(r"(?ms)^```.*?^```", "", page.read_text(encoding="utf-8"))
            for address in ADDRESS.findall(prose):
                if not NOT_CHECKED.match(address):
                    locations.setdefault(address.rstrip(".,;:"), str(page.name))
    return locations


def problem(client: httpx2.Client, address: str, tries: int = 2) -> str:
    """Return what is wrong with an address, nothing if it answers."""
    try:
        status = client.get(address).status_code
        message = f"status {status}"
    except httpx2.HTTPError as error:
        status, message = 500, f"{type(error).__name__}: {error}"
    if status < 400 or status in REFUSES_PROGRAMS:
        return ""
    if status >= 500 and tries > 1:
        time.sleep(PAUSE)
        return problem(client, address, tries - 1)
    return message


def main() -> int:
    """Print the addresses that do not answer."""
    locations = addresses()
    headers = {"User-Agent": "Mozilla/5.0 (link check of an open textbook)"}
    options = {"timeout": 30, "follow_redirects": True, "headers": headers}
    with httpx2.Client(**options) as client, ThreadPoolExecutor(4) as pool:
        messages = pool.map(lambda address: problem(client, address), locations)
        results = dict(zip(locations, messages, strict=True))
    broken = {address: message for address, message in results.items() if message}
    for address, message in broken.items():
        print(f"{locations[address]}: {address}: {message}")
    print(f"{len(locations)} addresses asked, {len(broken)} do not answer.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

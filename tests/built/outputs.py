"""What a reader would see in the outputs of a cell, and what must not stand there."""

import ast
import re

from tools.source.file_cells import written_file

ANSI = re.compile(r"\x1b\[[0-9;]*m")
UNFIT = {
    "a control character": re.compile(r"[\x00-\x07\x0b\x0e-\x1a\x1c-\x1f\x7f]"),
    "a path of this machine": re.compile(r"(?<![\w.])/(work|root|home|tmp|opt|usr)/\w"),
    "a memory address": re.compile(r"\b0x[0-9a-f]{7,}\b"),
    "a port, which changes": re.compile(r"127\.0\.0\.1:\d{4,5}\b|localhost:\d{4,5}\b"),
}
HOST_KEY = "Warning: Permanently added"  # what ssh says at every first contact
WARNING = re.compile(rf"\b(?!{HOST_KEY})\w*Warning:|\[WARNING\]|^WARNING", re.MULTILINE)


def texts(cell) -> list[str]:
    """Return the text of every output of a cell; pictures and glue are left out."""
    result = []
    for output in cell.outputs:
        if output.output_type == "stream":
            result.append(output.text)
        elif output.output_type == "error":
            result.append(ANSI.sub("", "\n".join(output.traceback)))
        else:
            result += [
                text
                for kind, text in output.get("data", {}).items()
                if kind in ("text/plain", "text/html")
            ]
    return result


def glued(cells) -> dict[str, int | float | str]:
    """Return what the cells of a page glue, by name."""
    values = {}
    for output in (output for cell in cells for output in cell.outputs):
        if note := output.get("metadata", {}).get("scrapbook"):
            (text,) = output["data"].values()
            values[note["name"]] = ast.literal_eval(text)
    return values


PER_CENT = re.compile(r"\{glue:text\}`(\w+)(?::[^`]*?)?(%?)`(?=\s?(?:%|per cent))")


def wrong_shares(text: str, values: dict) -> list[str]:
    """Return the numbers that a page would show as per cent and that are none."""
    problems = []
    for key, times_hundred in PER_CENT.findall(text):
        value = values.get(key)
        if times_hundred:
            problems.append(f"{key} is shown with two signs %: strike one")
        elif isinstance(value, float) and 0 < abs(value) <= 1:
            role = f"{{glue:text}}`{key}:.0%`"
            problems.append(f"{key} is {value}: write {role}, or × 100")
    return problems


def shown(cell) -> list:
    """Return the outputs of a cell that a page shows, so without glue."""
    return [out for out in cell.outputs if "scrapbook" not in out.get("metadata", {})]


def tags(cell) -> set[str]:
    return set(cell.metadata.get("tags", []))


def problems_of(cell) -> list[str]:
    """Return what is wrong with the outputs of one cell."""
    problems = []
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stderr":
            problems.append(f"writes to standard error: {output.text.strip()[:200]}")
    if "raises-exception" in tags(cell):
        raised = [out.ename for out in cell.outputs if out.output_type == "error"]
        if not raised:
            problems.append("raises nothing: take the tag raises-exception away")
        problems += [
            f"raises {name}, which it does not name: add the comment “# raises {name}”"
            for name in raised
            if name not in cell.source
        ]
    for text in texts(cell):
        if WARNING.search(text) and "raises-exception" not in tags(cell):
            problems.append(f"shows a warning: {WARNING.search(text)[0]}")
        for what, pattern in UNFIT.items():
            if match := pattern.search(text):
                problems.append(f"shows {what}: {match[0]!r}")
    if should_show(cell.source) and not cell.outputs:
        problems.append("shows nothing, though it ends in a value or prints")
    if "hide-output" in tags(cell) and not shown(cell):
        problems.append("shows nothing that could be folded: move the tag hide-output")
    return problems


def should_show(source: str) -> bool:
    """Say whether a cell's last line is a value, or the cell prints at top level."""
    if written_file(source):
        return False
    body = ast.parse(source).body
    if any(ast.unparse(statement).startswith("print(") for statement in body):
        return True
    if not body or source.rstrip().endswith(";"):
        return False
    last = body[-1]
    values = (ast.Tuple, ast.Subscript, ast.Compare, ast.BinOp, ast.List, ast.Dict)
    return isinstance(last, ast.Expr) and isinstance(last.value, (*values, ast.Name))

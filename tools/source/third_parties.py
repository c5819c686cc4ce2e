"""Read ``third_parties.yml``: what is shipped or shown here and was made by others."""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REGISTER = "third_parties.yml"
KINDS = {
    "corpus", "data", "font", "picture", "schema", "script", "style", "table", "text",
    "tool", "weights",
}  # fmt: skip
SUBJECTS = ("files", "manifest", "package", "shown")
UNKNOWN = "unknown"


class RegisterError(ValueError):
    """An entry does not say what it must."""


@dataclass(frozen=True)
class Entry:
    """One thing that others made.

    Attributes:
        name: what it is.
        kind: one of ``KINDS``.
        version: of the thing, or of what it was taken from.
        licence: its SPDX identifier, or in words on what ground it is shown.
        origin: an address; empty if ``cite`` names the source.
        cite: a key of the bibliography.
        note: what was done to it.
        files: SHA-256 of each file by its path in the repository.
        package: the locked package that brings it.
        published: files below the site's ``_static`` that come from the package.
        shown: names of the pages that show it.
    """

    name: str
    kind: str
    version: str
    licence: str
    origin: str = ""
    cite: str = ""
    note: str = ""
    files: dict[str, str] = field(default_factory=dict)
    package: str = ""
    published: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Register:
    """The whole file.

    Attributes:
        entries: what others made.
        own: patterns of files that are ours, each with a reason.
        licences: what packages do not tell of themselves.
    """

    entries: list[Entry]
    own: dict[str, str]
    licences: dict[str, str]


def read_register(root: Path) -> Register:
    """Return the register of the repository at ``root``.

    Raises:
        RegisterError: if an entry lacks something or has what is not known.
    """
    content = yaml.safe_load((root / REGISTER).read_text(encoding="utf-8"))
    entries = [read_entry(root, fields) for fields in content["entries"]]
    return Register(entries, content.get("own", {}), content.get("licences", {}))


def read_entry(root: Path, fields: dict) -> Entry:
    """Return an entry, with the files of its manifest.

    Raises:
        RegisterError: if it lacks something or has what is not known.
    """
    fields = dict(fields)
    name = fields.get("name", "an entry without a name")
    subjects = [key for key in SUBJECTS if fields.get(key)]
    if len(subjects) != 1:
        raise RegisterError(f"{name}: say one of {', '.join(SUBJECTS)}")
    if bool(fields.get("origin")) == bool(fields.get("cite")):
        raise RegisterError(f"{name}: say origin, or cite")
    if path := fields.pop("manifest", ""):
        fields["files"] = files_of_manifest(root, path)
    try:
        entry = Entry(**fields)
    except TypeError as problem:
        message = str(problem).partition("__init__() ")[2]
        raise RegisterError(f"{name}: {message}") from None
    if entry.kind not in KINDS:
        raise RegisterError(f"{name}: kind is one of {', '.join(sorted(KINDS))}")
    return entry


def files_of_manifest(root: Path, path: str) -> dict[str, str]:
    """Return the hashes that a manifest lists for the files beside it."""
    entries = json.loads((root / path).read_text(encoding="utf-8"))["files"]
    folder = Path(path).parent
    return {
        (folder / name).as_posix(): entry["sha256"] for name, entry in entries.items()
    }


@dataclass(frozen=True)
class Package:
    """A package that the book asks for; it is installed and not shipped."""

    name: str
    version: str
    licence: str
    reason: str


def packages(root: Path, licences: dict[str, str]) -> Iterator[Package]:
    """Yield the direct dependencies, as they are installed here.

    Args:
        root: of the repository.
        licences: of those that do not tell theirs.

    Yields:
        Each with its licence and the reason beside it in pyproject.toml.
    """
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    reasons = {
        row.strip().split('"')[1]: row.partition("#")[2].strip()
        for row in text.splitlines()
        if row.strip().startswith('"')
    }
    for dependency in sorted(set().union(*groups), key=str.lower):
        name = canonicalize_name(Requirement(dependency).name)
        if name == canonicalize_name(project["name"]):
            continue  # an extra that names other extras
        version, licence = installed(name)
        licence = licences.get(name, licence)
        yield Package(name, version, licence, reasons.get(dependency, ""))


def installed(name: str) -> tuple[str, str]:
    """Return version and licence of a package, as far as it tells them."""
    try:
        fields = metadata(name)
    except PackageNotFoundError:
        return UNKNOWN, UNKNOWN
    classifiers = [
        row.rpartition(" :: ")[2]
        for row in fields.get_all("Classifier", [])
        if row.startswith("License :: ") and not row.endswith("OSI Approved")
    ]
    free_text = fields.get("License") or ""  # some put the whole text there
    short_text = free_text if free_text and len(free_text) < 40 else ""
    licence = fields.get("License-Expression") or short_text or ", ".join(classifiers)
    return fields["Version"], licence or UNKNOWN

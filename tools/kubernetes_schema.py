"""Cut the schemas of three Kubernetes kinds out of the package kubernetes-validate.

Usage: pip install kubernetes-validate (1.37.0), then
       python tools/kubernetes_schema.py

The package holds 108 MB; what three kinds need is one file that jsonschema can use.
"""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[1] / "src/nordlys/data/kubernetes-1.37.json"
VERSION = "v1.37.0-local-strict"
KINDS = {
    "Deployment": "deployment-apps-v1",
    "Service": "service-v1",
    "HorizontalPodAutoscaler": "horizontalpodautoscaler-autoscaling-v2",
}


def slim(node: Any) -> Any:
    """Copy a schema without descriptions; its references point into one file."""
    if isinstance(node, list):
        return [slim(part) for part in node]
    if not isinstance(node, dict):
        return node
    copy = {}
    for key, value in node.items():
        if key == "$ref":
            copy[key] = f"#/$defs/{value.rsplit('/', 1)[1]}"
        elif key != "description" or not isinstance(value, str):
            copy[key] = slim(value)
    return copy


def references(node: Any) -> set[str]:
    """Return the names of the definitions that a slim schema refers to."""
    if isinstance(node, list):
        return set().union(*map(references, node))
    if not isinstance(node, dict):
        return set()
    names = (
        {node["$ref"].rsplit("/", 1)[1]} if isinstance(node.get("$ref"), str) else set()
    )
    return names.union(*map(references, node.values()))


def extract_kinds() -> dict[str, Any]:
    """Return the three kinds, and whatever they refer to."""
    folder = files("kubernetes_validate") / "kubernetes-json-schema" / VERSION
    available = json.loads((folder / "_definitions.json").read_text())["$defs"]
    definitions = {
        kind: slim(json.loads((folder / f"{name}.json").read_text()))
        for kind, name in KINDS.items()
    }
    missing = set().union(*map(references, definitions.values()))
    while missing:
        name = missing.pop()
        definitions[name] = slim(available[name])
        missing |= references(definitions[name]) - definitions.keys()
    return {"$defs": definitions}


if __name__ == "__main__":
    text = json.dumps(extract_kinds(), separators=(",", ":"), sort_keys=True)
    TARGET.write_text(f"{text}\n", encoding="utf-8")
    print(f"{TARGET.name}: {TARGET.stat().st_size} bytes")

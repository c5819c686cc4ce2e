"""What the tests of the source share."""

from collections.abc import Iterator

import pytest
from sphinx.util.docutils import docutils_namespace


@pytest.fixture(scope="module", autouse=True)
def own_nodes() -> Iterator[None]:
    """Forget what Sphinx registers in docutils, or the next module gets warnings."""
    with docutils_namespace():
        yield

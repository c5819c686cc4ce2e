"""Scripts that build, run and check the book; their first lines say what each does."""

import sys

# jsonschema, which reads notebooks, would compile this package's grammars at import:
# 1.3 s in every process, for a check of addresses that nothing here makes.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

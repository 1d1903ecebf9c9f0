"""Makes templates/samples from a quickstart: `python -m tests.make_samples QUICKSTART_FOLDER`.

Every kind of document there is, its lists cut short.
"""

import json
import os
import sys
from itertools import chain
from pathlib import Path
from typing import Any

from registry.reports.rendering.plain import as_json
from registry.settings import load
from registry.workflow.context import open_context
from registry.workflow.reports.everything import every_document

FOLDER = Path(__file__).parents[1] / "templates" / "samples"
LABELS = ("rand-hie-synthetic@1", "rand-hie-synthetic@2")
MOST = {"rows": 3, "figures": 2, "reasons": 3, "texts": 4}


def shortened(value: Any, name: str = "") -> Any:
    """The value with each list in it cut to the most of its kind."""
    if isinstance(value, dict):
        return {key: shortened(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [shortened(one) for one in value[: MOST.get(name)]]
    return value


def main() -> None:
    """Write a file for each kind."""
    context = open_context(load(os.environ, folder=Path(sys.argv[1])))
    FOLDER.mkdir(exist_ok=True)
    # The later of a kind replaces the earlier: the second version has been released to a partner.
    for document in chain(*every_document(context, LABELS).values()):
        body = shortened(json.loads(as_json(document)))
        text = json.dumps(body, ensure_ascii=False, indent=1)
        (FOLDER / f"{document.kind}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

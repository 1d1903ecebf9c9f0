"""The JSON Schema of policies, with the metrics that this installation knows."""

import json
from pathlib import Path

from registry.policy.schemas.schema import schema
from registry.workflow.metrics import known_metrics
from registry.workflow.write_text import write_text


def schema_text() -> str:
    """The schema as indented JSON that ends with a newline."""
    return json.dumps(schema(known_metrics()), indent=2) + "\n"


def write_schema(path: Path) -> Path:
    """Write the schema to a file; raises `InvalidInput` where that fails."""
    return write_text(path, schema_text(), "schema")

"""``/api/v1/docs``: the description of the API as a page, made from the description alone."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from registry.web.paper import page
from registry.web.visitor import Anybody


def add_to(app: FastAPI) -> None:
    """Add the page."""

    @app.get("/api/v1/docs", include_in_schema=False)
    def docs(request: Request, visitor: Anybody) -> HTMLResponse:
        """Every call with what it takes and answers."""
        found = app.openapi()
        return page(request, visitor, "api", nouns=_nouns(found), parts=_parts(found))


def _nouns(found: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The calls by their noun."""
    nouns: dict[str, list[dict[str, Any]]] = {}
    for path, item in found["paths"].items():
        for method, operation in item.items():
            call = {"method": method.upper(), "path": path, **_call(operation)}
            nouns.setdefault(operation["tags"][0], []).append(call)
    return nouns


def _call(operation: dict[str, Any]) -> dict[str, Any]:
    bodies = operation.get("requestBody", {}).get("content", {})
    answers = operation["responses"]
    return {
        "id": operation["operationId"],
        "says": operation.get("description", operation["summary"]),
        "asks": [
            _field(one["name"], one["schema"], one) for one in operation.get("parameters", ())
        ],
        "bodies": [(kind, _word(one["schema"])) for kind, one in bodies.items()],
        "answers": [
            (status, _word(_schema(one))) for status, one in answers.items() if status < "300"
        ],
    }


def _schema(answer: dict[str, Any]) -> dict[str, Any]:
    contents = list(answer.get("content", {}).values())
    return dict(contents[0]["schema"]) if contents else {}


def _parts(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every schema with its fields."""
    return {
        name: {
            "says": schema.get("description", ""),
            "fields": [
                _field(one, kind, {"required": one in schema.get("required", ())})
                for one, kind in schema.get("properties", {}).items()
            ],
        }
        for name, schema in sorted(found["components"]["schemas"].items())
    }


def _field(name: str, schema: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "kind": _word(schema),
        "place": more.get("in", ""),
        "required": more.get("required", False),
        "says": more.get("description") or schema.get("description", ""),
        "example": _example(schema),
    }


def _example(schema: dict[str, Any]) -> str:
    """The first example, in JSON unless it is a text of one line; no address of elsewhere."""
    found = next(iter(schema.get("examples", ())), "")
    if "://" in str(found):
        return ""
    plain = isinstance(found, str) and "\n" not in found
    return str(found) if plain else json.dumps(found)


def _word(schema: dict[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(_word(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_word(schema.get('items', {}))}"
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    kind = schema.get("format") or schema.get("type") or schema.get("const", "anything")
    return str(kind)

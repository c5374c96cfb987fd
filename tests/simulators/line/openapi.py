"""LINE's own description of its bodies, where it lies beside the checkout: a second opinion."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "line-openapi"
IS_PRESENT = FOLDER.is_dir()
# Changed upstream after the stored version: 2026-10-27, 1,000 became 10,000.
NEWER = {("URIAction", "uri"): 10_000, ("AltUri", "desktop"): 10_000}
KEYWORDS = (
    "type",
    "enum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "maximum",
    "minimum",
)


@cache
def schemas(file: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / file).read_text("utf-8"))["components"]
    return dict(found["schemas"])


def complaints(name: str, value: object, *, file: str = "messaging-api.yml") -> list[str]:
    """Return what the description says against `value` as a `name`; unknown fields count."""
    return list(_look({"$ref": f"#/components/schemas/{name}"}, value, name, file))


def _look(schema: dict[str, Any], value: object, place: str, file: str) -> Iterator[str]:
    name = ""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema = _whole(name, file)
    picked = schema.get("discriminator")
    if picked and isinstance(value, dict):
        kind = value.get(picked["propertyName"])
        target = picked.get("mapping", {}).get(kind)
        if target and target.rpartition("/")[2] != name:
            yield from _look({"$ref": target}, value, place, file)
            return
        if not target:
            yield f"{place}: no {picked['propertyName']} {kind}"
            return
    limits = {key: schema[key] for key in KEYWORDS if key in schema}
    for error in jsonschema.Draft7Validator(limits).iter_errors(value):
        yield f"{place}: {error.message[:200]}"
    if isinstance(value, dict) and "properties" in schema:
        for missing in set(schema.get("required", [])) - value.keys():
            yield f"{place}: {missing} is missing"
        for key, inner in value.items():
            if key in schema["properties"]:
                part = dict(schema["properties"][key])
                if (newer := NEWER.get((name, key))) and "maxLength" in part:
                    part["maxLength"] = newer
                yield from _look(part, inner, f"{place}.{key}", file)
            elif schema.get("additionalProperties") is None:
                yield f"{place}: unknown field {key}"
    if isinstance(value, list) and "items" in schema:
        for index, inner in enumerate(value):
            yield from _look(schema["items"], inner, f"{place}[{index}]", file)


def _whole(name: str, file: str) -> dict[str, Any]:
    """Return a schema with what it inherits."""
    schema = dict(schemas(file)[name])
    parts = schema.pop("allOf", [])
    whole: dict[str, Any] = {"properties": {}, "required": []}
    for part in [*parts, schema]:
        if "$ref" in part:
            parent = _whole(part["$ref"].rpartition("/")[2], file)
            part = {key: inner for key, inner in parent.items() if key != "discriminator"}
        whole |= {k: v for k, v in part.items() if k not in ("properties", "required")}
        whole["properties"] |= part.get("properties", {})
        whole["required"] = [*whole["required"], *part.get("required", [])]
    if not whole["properties"] and whole.get("type") not in (None, "object"):
        del whole["properties"]
    return whole

"""Request bodies held against Discord's own OpenAPI 3.1 document.

The document leaves much unsaid, which this therefore misses: content over 2,000 characters (it says 4,000),
custom_ids that are there twice, a link button without its address, more than five rows, a button beside a select,
min_values and max_values, an embed over 6,000 characters in all, an empty message or field, a modal of more than
five rows, the pattern of a command's name, a command without a description or over a hundred of them, a required
option after an optional one, an external event without an end, a start in the past.
"""

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators

Schema = dict[str, Any]

VARIABLE = "DISCORD_OPENAPI"
BESIDE = Path(__file__).parents[2] / "shared" / "reference" / "discord-openapi.json"

JSON = "application/json"
DEEP = 8
"""How many shapes within shapes are looked through for a key."""

LINE = 160
"""The longest message that is told in full."""

KINDS = ("type", "entity_type")
"""The keys by which one of several shapes is known."""

TOLERATED = re.compile(r"(^|\.)embeds\[\d+\]\.flags$|(^|\.)tts$|(^|\.|\])nsfw$")
"""Keys that discord.py 2.7 always sends and Discord takes, although the document does not name them."""

_NUMBER = re.compile(r"-?\d+")
_FORMATS = FormatChecker(formats=["date-time"])


@_FORMATS.checks("snowflake")
def _snowflake(value: object) -> bool:
    return not isinstance(value, str) or bool(re.fullmatch(r"0|[1-9]\d{0,19}", value))


@_FORMATS.checks("uri")
def _uri(value: object) -> bool:
    return not isinstance(value, str) or bool(re.match(r"(https?|discord|attachment)://\S+$", value))


def _is_integer(_checker: object, value: object) -> bool:
    """The document's README: text is taken for a whole number where it reads as one."""
    if isinstance(value, str):
        return bool(_NUMBER.fullmatch(value))
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())


def _is_string(_checker: object, value: object) -> bool:
    return isinstance(value, str)


def _bound(keyword: str, within: Callable[[float, float], bool]) -> Callable[..., Iterator[ValidationError]]:
    def check(_validator: object, bound: float, value: object, schema: Schema) -> Iterator[ValidationError]:
        if isinstance(value, str) and _NUMBER.fullmatch(value) and _wants_a_number(schema):
            value = int(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and not within(value, bound):
            yield ValidationError(f"{value!r} breaks {keyword} {bound}")

    return check


def _wants_a_number(schema: Schema) -> bool:
    kind = schema.get("type")
    return kind == "integer" or (isinstance(kind, list) and "integer" in kind and "string" not in kind)


def _const(_validator: object, const: object, value: object, _schema: Schema) -> Iterator[ValidationError]:
    if value != const and not (isinstance(const, int) and isinstance(value, str) and value == str(const)):
        yield ValidationError(f"{const!r} was expected")


def _type(validator: Any, kinds: Any, value: object, schema: Schema) -> Iterator[ValidationError]:
    """discord.py sends many ids as JSON numbers, and Discord takes both."""
    if schema.get("format") == "snowflake" and isinstance(value, int) and not isinstance(value, bool):
        return
    yield from Draft202012Validator.VALIDATORS["type"](validator, kinds, value, schema)


class Spec:
    """Discord's rules."""

    def __init__(self, path: Path) -> None:
        document = json.loads(path.read_text("utf-8"))
        self._components: Schema = document["components"]
        # Paths without a variable before those with one: …/@me before …/{user_id}.
        self._routes = sorted(
            ((_pattern(path), path, item) for path, item in document["paths"].items()),
            key=lambda route: route[1].count("{"),
        )
        kinds = Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer).redefine("string", _is_string)
        keywords = {
            "minimum": _bound("minimum", lambda value, bound: value >= bound),
            "maximum": _bound("maximum", lambda value, bound: value <= bound),
            "const": _const,
            "type": _type,
            "oneOf": self._one_of,
            "anyOf": self._one_of,
        }
        self._validator = validators.extend(Draft202012Validator, type_checker=kinds, validators=keywords)
        self._told: dict[tuple[str, str], list[str]] = {}

    def violations(self, method: str, path: str, body: Any) -> list[str]:
        """What Discord would not take of a request, a line each; for a multipart one ``body`` is its payload_json."""
        found = self._operation(method, path)
        if found is None:
            return [f"{method} {path}: there is no such request"]
        name, operation = found
        key = name, json.dumps(body, sort_keys=True)  # most tests begin with the same requests
        if key not in self._told:
            self._told[key] = [f"{name}: {line}" for line in self._wrong(operation.get("requestBody"), body)]
        return self._told[key]

    def _wrong(self, request: Schema | None, body: Any) -> list[str]:
        if request is None:
            return ["it takes no body"] if body else []
        if body is None:
            return ["it needs a body"] if request.get("required") else []
        content = request["content"]
        schema = self._meant((content.get(JSON) or next(iter(content.values())))["schema"], body)
        told = [line for error in self._checking(schema).iter_errors(body) for line in _sentences(error)]
        return list(dict.fromkeys((*told, *self._unknown(schema, body, ""))))

    def _operation(self, method: str, path: str) -> tuple[str, Schema] | None:
        for pattern, template, item in self._routes:
            if pattern.fullmatch(path) and method.lower() in item:
                return f"{method} {template}", item[method.lower()]
        return None

    def _checking(self, schema: Schema) -> Any:
        whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": self._components}
        return self._validator(whole | schema, format_checker=_FORMATS)

    def _resolved(self, schema: Any) -> Any:
        while isinstance(schema, dict) and "$ref" in schema:
            schema = self._components["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        return schema

    def _one_of(self, validator: Any, shapes: list[Schema], value: Any, schema: Schema) -> Iterator[ValidationError]:
        """One fit is enough and two are no mistake: a nonce of "123" fits both halves of text and number."""
        possible = [shape for shape in shapes if self._may_be(shape, value)]
        if len(possible) == 1:
            yield from validator.descend(value, possible[0])
        elif possible:
            yield from Draft202012Validator.VALIDATORS["anyOf"](validator, possible, value, schema)
        else:
            kind = next((value[key] for key in KINDS if key in value), None)
            yield ValidationError(f"its type, {kind!r}, is none of the {len(shapes)} there are")

    def _may_be(self, shape: Schema, value: Any) -> bool:
        """Whether a value could be of a shape, going by its ``type`` alone."""
        if not isinstance(value, dict):
            return True
        shape = self._resolved(shape)
        properties = shape.get("properties", {})
        right = (value[key] in properties.get(key, {}).get("enum", [value[key]]) for key in KINDS if key in value)
        return shape.get("type") != "null" and all(right)

    def _meant(self, schema: Schema, body: Any) -> Schema:
        """Of several shapes of which one is meant, the one that knows most of the keys that are there.

        Else the first message of a forum's post would be excused: a plain thread knows no ``message`` at all.
        """
        if not isinstance(body, dict) or schema.get("x-discord-union") != "oneOf" or "anyOf" not in schema:
            return schema

        def fit(shape: Schema) -> tuple[bool, int]:
            properties = self._resolved(shape).get("properties", {})
            return self._may_be(shape, body), sum(key in properties for key in body)

        fits = [fit(shape) for shape in schema["anyOf"]]
        best = max(fits)
        return schema["anyOf"][fits.index(best)] if best[0] and fits.count(best) == 1 else schema

    def _unknown(self, schema: Any, value: Any, path: str) -> Iterator[str]:
        """Keys that the document does not name: it forbids none, and Discord passes over them in silence."""
        if isinstance(value, dict):
            known = self._properties(schema, value)
            for key, inner in value.items() if known else ():
                place = f"{path}.{key}" if path else key
                if key in known:
                    yield from self._unknown(known[key], inner, place)
                elif not TOLERATED.search(place):
                    yield f"{place}: no such key"
        elif isinstance(value, list) and (items := self._items(schema)) is not None:
            for number, inner in enumerate(value):
                yield from self._unknown(items, inner, f"{path}[{number}]")

    def _properties(self, schema: Any, value: Any, depth: int = 0) -> dict[str, Any]:
        """The keys that an object may have, in every shape that it fits; none where anything goes."""
        schema = self._resolved(schema)
        if not isinstance(schema, dict) or depth > DEEP or schema.get("additionalProperties"):
            return {}
        shapes = [*schema.get("oneOf", []), *schema.get("anyOf", [])]
        shapes = [shape for shape in shapes if self._may_be(shape, value)]
        fitting = (
            shapes
            if len(shapes) == 1
            else [shape for shape in shapes if self._checking(shape).is_valid(value)] or shapes
        )
        known = dict(schema.get("properties") or {})
        for shape in (*schema.get("allOf", []), *fitting):
            known |= self._properties(shape, value, depth + 1)
        return known

    def _items(self, schema: Any) -> Any:
        schema = self._resolved(schema)
        if not isinstance(schema, dict):
            return None
        if "items" in schema:
            return schema["items"]
        shapes = (shape for key in ("oneOf", "anyOf", "allOf") for shape in schema.get(key, []))
        return next((items for shape in shapes if (items := self._items(shape)) is not None), None)


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("[^/]+".join(re.escape(part) for part in re.split(r"\{[^}]*\}", template)))


def _sentences(error: ValidationError) -> Iterator[str]:
    """An error as lines; of a value that fits none of several shapes, what is wrong with the nearest."""
    if error.context:
        shapes: dict[object, list[ValidationError]] = {}
        for inner in error.context:
            shapes.setdefault(inner.schema_path[0], []).append(inner)
        nearest = min(shapes.values(), key=_misfit)
        if not _misfit(nearest)[0]:
            for inner in nearest:
                yield from _sentences(inner)
            return
    message = error.message if len(error.message) <= LINE else f"{error.message[:60]} … {error.message[-60:]}"
    if error.validator in {"maxLength", "minLength", "maxItems", "minItems"}:
        message += f" ({error.validator} {error.validator_value}, is {len(error.instance)})"
    yield f"{_place(error)}: {message}"


def _misfit(errors: list[ValidationError]) -> tuple[bool, int]:
    """How far a value is from a shape: whether it is another type altogether, and how much is wrong."""
    return any(each.validator == "type" and not each.relative_path for each in errors), len(errors)


def _place(error: ValidationError) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path)
    return "".join(parts).lstrip(".") or "the body"


def at_hand(environ: Mapping[str, str] = os.environ) -> Spec | None:
    """Discord's rules, where their document is: at the path in the environment, or beside the checkout."""
    path = Path(environ.get(VARIABLE) or BESIDE)
    return Spec(path) if path.is_file() else None


def broken(spec: Spec, requests: Iterable[Any]) -> list[str]:
    """What Discord would not take of the requests that a bot has made on the simulated Discord."""
    return [line for each in requests for line in _checked(spec, each.method, each.path, json.dumps(each.json))]


@cache
def _checked(spec: Spec, method: str, path: str, body: str) -> tuple[str, ...]:
    """Most tests send what another has sent before, the list of commands above all."""
    return tuple(spec.violations(method, path, json.loads(body)))

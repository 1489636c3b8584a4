"""Puts something real into a part of what schemathesis makes up, so that it gets past the first check: ids that
there are, links that can be shared, people who can be written to. Which part follows from the data itself."""

import json
import os
import zlib

import schemathesis

IDS = json.loads(os.environ["FUZZ_IDS"])
REQUIRED = {
    "/api/v1/shares": {
        "url": "https://example.org/a",
        "recipients": ["bob@example.org", "+8613800138000"],
    },
    "/api/v1/shares/{id}/recipients": {"recipients": ["carol@example.org"]},
    "/api/v1/contacts": {"addresses": ["bob@example.org"]},
    "/api/v1/contacts/{id}": {"addresses": ["bob@example.org"]},
}
OPTIONAL = {
    "kind": "page",
    "sendAt": "2027-01-01T00:00:00Z",
    "expiresAt": None,
    "region": "CN",
    "tracking": "counts",
    "partial": True,
    "use": "all",
    "members": [],
    "replaces": None,
}
"""What only a text may be; any will do."""
TEXTS = {"title", "note", "name"}


def drawn(value, salt, sides=8):
    """Always the same for the same value."""
    text = json.dumps(value, sort_keys=True, default=str) + salt
    return zlib.crc32(text.encode("utf-8", "replace")) % sides


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    if not path_parameters or drawn(path_parameters, "path") < 2:
        return path_parameters
    ids = IDS[context.operation.path.split("/")[3]]
    return {**path_parameters, "id": ids[drawn(path_parameters, "id", len(ids))]}


@schemathesis.hook
def map_query(context, query):
    if query and str(query.get("wait", "")).isdigit():
        # A request has ten seconds.
        query = {**query, "wait": 0}
    if not query or drawn(query, "query") < 3:
        return query
    return {key: value for key, value in query.items() if key != "cursor"}


@schemathesis.hook
def map_body(context, body):
    real = REQUIRED.get(context.operation.path)
    if real is None or not isinstance(body, dict) or drawn(body, "body") < 3:
        return body
    made = dict(real)
    for key, value in body.items():
        if key in OPTIONAL:
            made[key] = OPTIONAL[key] if drawn(body, key) > 0 else value
        elif key in TEXTS and isinstance(value, str):
            made[key] = value
    if "contacts" in context.operation.path:
        made["name"] = f"Name {drawn(body, 'name', 1_000_000)}"
    return made

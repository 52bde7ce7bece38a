"""The bodies the fault server answers with: a good one that fits the endpoint called, and JSON gone wrong.

Every JSON variant is made from the good reply, so that one scenario serves every endpoint.
"""

import json
import re
import urllib.parse

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n" + b"%pad\n" * 400 + b"%%EOF\n"
VIDEO = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00\x00\x08\x00mdat" + b"\x55" * 2040

# What the endpoints' descriptions say of replies: see parts.lua.
ENDPOINTS = []


def load(path):
    """Takes the descriptions from a file."""
    with open(path) as file:
        for endpoint in json.load(file):
            template = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(endpoint["path"]))
            filters = r"(;[^/]*)?$" if endpoint["path"].endswith("/-") else "$"
            ENDPOINTS.append((re.compile(template + filters), endpoint))
    # -;externalUserId=a is no applicantId: what says most comes first
    ENDPOINTS.sort(key=lambda each: -len(re.sub(r"{\w+}", "", each[1]["path"])))


class Reply:
    """A good reply: content type, bytes, and for JSON the value and the path of its part."""

    def __init__(self, kind, body, part=None, value=None):
        self.kind, self.body, self.part, self.value = kind, body, part, value


def fields_of(body):
    """The fields of a JSON object, if the body is one."""
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def good(method, target, body):
    """The good reply for a request: the endpoint's example, about whoever was asked about."""
    url = urllib.parse.urlsplit(target)
    query = {name: values[0] for name, values in urllib.parse.parse_qs(url.query).items()}
    for path, endpoint in ENDPOINTS:
        found = path.search(url.path)
        if not found or endpoint["method"] != method or any(query.get(k) != v for k, v in dict(endpoint["query"]).items()):
            continue
        if "media" in endpoint:
            return Reply(endpoint["media"], PDF if endpoint["media"] == "application/pdf" else VIDEO)
        value, args = json.loads(endpoint["example"]), {**query, **found.groupdict()}
        if isinstance(value, list):
            return of_value(value, None)
        for check in value.get("checks", []):
            check["checkType"] = query.get("type")
        for name in ("id", "applicantId", endpoint.get("about")):
            if "applicantId" in args and name in value:
                value[name] = urllib.parse.unquote(args["applicantId"])
        for item in value.get("items") or (value.get("list") or {}).get("items") or []:
            if "applicantId" in args and "applicantId" in item:
                item["applicantId"] = urllib.parse.unquote(args["applicantId"])
        if "externalUserId" in args and "externalUserId" in value and "id" in value:
            value["externalUserId"] = urllib.parse.unquote(args["externalUserId"])
        sent = {**fields_of(body), **query, **{name: urllib.parse.unquote(text) for name, text in found.groupdict().items()}}
        for field, name in endpoint.get("echoes", {}).items():
            *outer, last = field.split(".")
            holder = value
            for key in outer:
                holder = holder.get(key, {})
            if last in holder and name in sent:
                holder[last] = sent[name]
        if "confirms" in endpoint:
            confirms = endpoint["confirms"]
            value[confirms["field"]] = args[confirms["argument"]] == confirms["value"]
        return of_value(value, endpoint.get("part"))
    return of_value({"hello": "fault"}, None)


def of_value(value, part):
    return Reply("application/json", json.dumps(value).encode(), part, value)


def with_part(reply, change):
    """The reply with its part changed: change(holder, key) edits the object that holds it."""
    value = json.loads(json.dumps(reply.value))
    if reply.part is None:  # the endpoint's part is the object itself, or the list
        return b"{}" if isinstance(value, list) else b"[]"
    holder = value
    for key in reply.part[:-1]:
        holder = holder[key]
    change(holder, reply.part[-1])
    return json.dumps(value).encode()


def part_becomes(new):
    return lambda reply: with_part(reply, lambda holder, key: holder.__setitem__(key, new))


def flip_part(holder, key):
    holder[key] = not holder[key]


def renamed(reply, **names):
    """The good reply as if it were about somebody else: what it calls its subject, on top and in its checks, added."""
    value = json.loads(json.dumps(reply.value))
    if isinstance(value, list):  # it is about nobody
        return reply.body
    for check in value.get("checks", []):
        check.update(names)
    value.update({name: other for name, other in names.items() if name != "checkType"})
    return json.dumps(value).encode()


def extra(member):
    """The good reply with one more member in front, given as raw text."""
    return lambda reply: b"{" + member + b"," + reply.body[1:]


def twice(reply):
    """The part's outermost name a second time, in front, with another value: the last one wins in most codecs."""
    name = reply.part[0] if reply.part else "firstName"
    return b'{"%s":[{"answer":"RED"}],' % name.encode() + reply.body[1:]


def every_field(value, make):
    """The value with every scalar below its part replaced by make(scalar)."""
    if isinstance(value, dict):
        return {key: every_field(item, make) for key, item in value.items()}
    if isinstance(value, list):
        return [every_field(item, make) for item in value]
    return make(value)


def other_type(value):
    return {"was": value} if isinstance(value, str) else [str(value)]


DEPTH = 100_000

# name -> the body, from the good reply
JSON_FAULTS = {
    "json-empty": lambda reply: b"",
    "json-blank": lambda reply: b" \r\n\t",
    "json-truncated": lambda reply: reply.body[:-1],
    "json-trailing-comma": lambda reply: reply.body[:-1] + b",}",
    "json-trailing-text": lambda reply: reply.body + b" {}",
    "json-duplicate-keys": twice,
    "json-deep": extra(b'"extra":' + b"[" * DEPTH + b"]" * DEPTH),
    "json-deep-unclosed": lambda reply: b"[" * DEPTH,
    "json-1e400": extra(b'"extra":1e400'),
    "json-leading-zero": extra(b'"extra":007'),
    "json-hex-number": extra(b'"extra":0x10'),
    "json-lone-surrogate": extra(rb'"extra":"\ud800"'),
    "json-raw-nul": extra(b'"extra":"a\x00b"'),
    "json-escaped-nul": extra(rb'"extra":"a\u0000b"'),
    "json-raw-newline": extra(b'"extra":"a\nb"'),
    "json-bom": lambda reply: b"\xef\xbb\xbf" + reply.body,
    "json-nan": extra(b'"extra":NaN'),
    "json-infinity": extra(b'"extra":-Infinity'),
    "json-comment": lambda reply: b"/* hello */" + reply.body,
    "json-single-quotes": lambda reply: reply.body.replace(b'"', b"'"),
    "json-not-utf8": extra(b'"extra":"caf\xe9"'),
    "json-utf16": lambda reply: reply.body.decode().encode("utf-16-le"),
    "json-big-id": extra(b'"extra":9007199254740993'),
    "json-unknown-field": extra(b'"extra":{"new":[1,2.5,"x",true]}'),
    "json-html": lambda reply: b"<!doctype html><title>Sign in</title>",
    "json-top-array": lambda reply: b"[" + reply.body + b"]",
    "json-top-string": lambda reply: b'"ok"',
    "json-top-number": lambda reply: b"1",
    "json-top-null": lambda reply: b"null",
    "json-top-true": lambda reply: b"true",
    "json-empty-object": lambda reply: b"{}",
    "json-part-missing": lambda reply: with_part(reply, lambda holder, key: holder.pop(key)),
    "json-part-null": part_becomes(None),
    "json-part-string": part_becomes("GREEN"),
    "json-part-number": part_becomes(7),
    "json-part-true": part_becomes(True),
    "json-part-array": part_becomes([1]),
    "json-part-object": part_becomes({"0": {"answer": "GREEN"}}),
    "json-part-empty-object": part_becomes({}),
    "json-part-empty-text": part_becomes(""),
    "json-part-empty-list": part_becomes([]),
    "json-part-of-numbers": part_becomes([1, 2]),
    "json-part-of-strings": part_becomes(["GREEN"]),
    "json-ok-0": part_becomes(0),
    "json-of-another": lambda reply: renamed(reply, id="b2", applicantId="b2", externalUserId="u2"),
    "json-of-another-check": lambda reply: renamed(reply, checkType="FACE_LIVELINESS"),
    "json-other-presence": lambda reply: with_part(reply, flip_part),
    "json-null-fields": lambda reply: with_part(
        reply, lambda holder, key: holder.__setitem__(key, every_field(holder[key], lambda _: None))),
    "json-other-types": lambda reply: with_part(
        reply, lambda holder, key: holder.__setitem__(key, every_field(holder[key], other_type))),
    "json-unknown-enum": lambda reply: reply.body.replace(b'"GREEN"', b'"PURPLE"'),
}

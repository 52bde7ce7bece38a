"""Stands between a probe and a sandbox, and changes what the sandbox answers: each deviation is one way in which a service may
be otherwise than described.

    deviating_proxy.py UPSTREAM FILE OPENAPI

FILE names the deviations that are on, a line each; it is read at each request. OPENAPI is what is served as /openapi.json, which
the sandbox does not have. Prints its URL."""

import datetime
import email.utils
import http.client
import http.server
import json
import re
import sys
import urllib.parse

upstream, switches, openapi = sys.argv[1:4]
host = urllib.parse.urlsplit(upstream).netloc
CANARY = "CANARY-asel.testova@example.org"


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @json.setter
    def json(self, value):
        self.body = json.dumps(value).encode()

    def drop(self, name):
        self.headers = [(n, v) for n, v in self.headers if n.lower() != name.lower()]

    def set(self, name, value):
        self.drop(name)
        self.headers.append((name, value))


def change(method, pattern, edit, good=True):
    """A deviation of the replies to some requests: of the good ones, or of refusals."""

    def deviate(request, reply):
        if request.method == method and re.search(pattern, request.target) and (reply.status < 300) == good:
            edit(reply)

    return deviate


def edit_json(edit):
    def edited(reply):
        value = reply.json
        reply.json = edit(value) or value

    return edited


def put(*path):
    """Sets the last of path, a value, at the place that the others lead to."""

    def edit(value):
        for piece in path[:-2]:
            value = value[piece]
        value[path[-2]] = path[-1]

    return edit_json(edit)


def cut(*path):
    def edit(value):
        for piece in path[:-1]:
            value = value[piece]
        del value[path[-1]]

    return edit_json(edit)


def status(code):
    def edit(reply):
        reply.status = code

    return edit


def refused(code):
    def edit(reply):
        reply.status = code
        reply.json = {"code": code, "description": "refused", "correlationId": "req-1"}

    return edit


def header(name, value):
    return lambda reply: reply.set(name, value)


def page(reply):
    reply.body = b"<html>not JSON</html>"


def skewed(reply):
    reply.set("Date", email.utils.format_datetime(datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1),
                                                  usegmt=True))


LEVELS, ONE, NOBODY = r"/-/levels$", r"/applicants/6543210f[^/]*/one$", r"/applicants/(?!6543210f)[0-9a-f]{24}/one$"
API = "openapi.json$"


def openapi_edit(edit):
    return change("GET", API, edit_json(edit))


made_up, was_put_away = None, False


def notes_made_up(reply):
    global made_up, was_put_away
    made_up, was_put_away = reply.json["id"], False


def notes_put_away(_):
    global was_put_away
    was_put_away = True


def hit(loses):
    """The made-up applicant is found by the check of the other; a check that is made anew loses it."""

    def edit(value):
        found = []
        if made_up and not (loses and was_put_away):
            found = [{"applicantId": made_up, "matchedFields": ["info.lastName"], "types": ["text"]}]
        value["checks"] = [{"answer": "RED", "similarSearchInfo": {"answer": "RED", "duplicateApplicantHits": found}}]

    return [
        change("POST", r"/applicants\?", notes_made_up),
        change("PATCH", "/presence/deactivated", notes_put_away),
        change("GET", "type=SIMILAR_SEARCH", edit_json(edit)),
    ]


def second_time(request, reply):
    global was_put_away
    if request.method == "PATCH" and "/presence/deactivated" in request.target:
        if was_put_away:
            refused(409)(reply)
        was_put_away = True


def canaries(_, reply):
    """What names somebody, wherever a reply can hold it."""

    def plant(value, name=""):
        if isinstance(value, dict):
            planted = {n: plant(v, n) for n, v in value.items()}
            planted["unheardOf"] = CANARY
            planted[CANARY] = 1
            planted["65a0CANARY9876543210f" + str(len(value))] = {"x": CANARY}
            return planted
        if isinstance(value, list):
            return [plant(each, name) for each in value] + ([CANARY] if value and isinstance(value[0], str) else [])
        free = {"firstName", "lastName", "email", "phone", "description", "reviewStatus", "subjectName", "createdAt", "note", "tin"}
        return CANARY if isinstance(value, str) and name in free else value

    if reply.body[:1] in b"{[" and reply.body:
        reply.json = plant(reply.json)
    reply.set("X-Correlation-Id", CANARY)
    reply.set("X-Canary", CANARY)


deviations = {
    "status": [change("GET", LEVELS, status(202))],
    "gone": [change("GET", "/moderationStates/", refused(404))],
    "forbidden": [change("GET", "/amlCase$", refused(403))],
    "broken": [change("GET", "/questionnaires/list$", refused(503))],
    "wrapper": [change("GET", LEVELS, edit_json(lambda value: value["list"]))],
    "no wrapper": [change("GET", "type=TIN", edit_json(lambda value: value["checks"][0]))],
    "other wrapper": [change("GET", "/applicantTimeline/", edit_json(lambda value: {"list": value}))],
    "date with zone": [change("GET", ONE, put("createdAt", "2026-11-01 09:00:00+0000"))],
    "date without zone": [change("GET", r"/applicants/[^/]+/status$", put("createDate", "2026-11-01 09:00:00"))],
    "ISO date": [change("GET", "/metadata/resources$", put("items", 0, "addedDate", "2026-11-01T09:01:00Z"))],
    "day with time": [change("GET", ONE, put("info", "dob", "1992-03-04 00:00:00"))],
    "value": [change("GET", ONE, put("review", "reviewStatus", "SUSPENDED"))],
    "value in a list": [change("GET", "byTextAndFace$", put("similarApplicants", [{"types": ["text", "VOICE"]}]))],
    "field": [change("GET", "/requiredIdDocsStatus$", put("IDENTITY", "unheardOf", {"x": 1}))],
    "missing field": [change("GET", r"/applicants/[^/]+/status$", cut("reviewStatus"))],
    "missing id": [change("GET", ONE, cut("inspectionId"))],
    "type": [change("GET", "/requiredIdDocsStatus$", put("IDENTITY", "imageIds", ["900100100"]))],
    "echo": [change("GET", "/applicantTimeline/", put("applicantId", "5b76df770a975a1404cbcb60"))],
    "echo as number": [change("GET", ONE, put("id", 6543210))],
    "check of another type": [change("GET", "type=POA", put("checks", 0, "checkType", "TIN"))],
    "media type": [change("GET", LEVELS, header("Content-Type", "text/plain"))],
    "a page": [change("GET", "/notes[?]", page)],
    "another file": [change("GET", "/summary/report[?]", page)],
    "400 for nobody": [change("GET", NOBODY, refused(400), good=False)],
    "422 for no id": [change("GET", "/applicants/no-id/one$", refused(422), good=False)],
    "somebody for nobody": [change("GET", NOBODY, lambda reply: (status(200)(reply), put("id", "x")(reply)), good=False)],
    "error page": [change("GET", NOBODY, page, good=False)],
    "error without id": [change("GET", NOBODY, cut("correlationId"), good=False)],
    "error with more": [change("GET", NOBODY, put("trace", "x"), good=False)],
    "error code as text": [change("GET", NOBODY, put("errorCode", "1004"), good=False)],
    "error of another code": [change("GET", NOBODY, put("code", 1404), good=False)],
    "no correlation id": [change("GET", NOBODY, lambda reply: reply.drop("X-Correlation-Id"), good=False)],
    "no date": [lambda _, reply: reply.drop("Date")],
    "clock": [lambda _, reply: skewed(reply)],
    "path": [openapi_edit(lambda api: api["paths"].pop("/resources/applicants/{applicantId}/status") and None)],
    "method": [openapi_edit(lambda api: put_method(api, "/resources/applicants/{applicantId}/reset", "post", "put"))],
    "parameter": [openapi_edit(lambda api: drop_parameter(api, "/resources/applicants/{applicantId}/moveToLevel", "post", "name"))],
    "another parameter": [openapi_edit(lambda api: api["paths"]["/resources/auditTrailEvents"]["get"]["parameters"].append(
        {"name": "tenant", "in": "query", "required": True, "schema": {"type": "string"}}))],
    "keep-alive": [lambda _, reply: reply.set("Keep-Alive", "timeout=12")],
    "canaries": [canaries],
    # of an applicant that is made up
    "state": [change("GET", r"/applicants/[^/]+/status$", put("reviewStatus", "pending"))],
    "deleted is missing": [change("PATCH", "/presence/deactivated", cut("deleted"))],
    "second time": [change("POST", r"/applicants\?", notes_made_up), second_time],
    "change is not there": [change("PATCH", "/info$", put("firstName", "Asel"))],
    "not restored": [change("PATCH", "/presence/activated", put("deleted", True))],
    "created by 202": [change("POST", r"/applicants\?", status(202))],
    "stored": hit(loses=False),
    "made anew": hit(loses=True),
}


def put_method(api, path, method, other):
    item = api["paths"][path]
    item[other] = item.pop(method)


def drop_parameter(api, path, method, name):
    found = api["paths"][path][method]
    found["parameters"] = [each for each in found["parameters"] if each["name"] != name]


class Proxy(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        self.method, self.target = self.command, self.path
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if self.path == "/openapi.json":
            with open(openapi, "rb") as file:
                date = email.utils.formatdate(usegmt=True)
                reply = Reply(200, [("Content-Type", "application/json"), ("Date", date)], file.read())
        else:
            there = http.client.HTTPConnection(host)
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            there.request(self.command, self.path, body, headers)
            got = there.getresponse()
            reply = Reply(got.status, got.getheaders(), got.read())
            there.close()
        with open(switches) as file:
            names = [line.strip() for line in file if line.strip()]
        for name in names:
            for deviate in deviations[name]:
                deviate(self, reply)
        for name in ("Content-Length", "Transfer-Encoding", "Connection"):
            reply.drop(name)
        self.send_response_only(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    do_GET = do_POST = do_PATCH = do_DELETE = answer

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):  # a client that ends resets what it keeps
            super().handle_error(request, client_address)


server = Server(("127.0.0.1", 0), Proxy)
print("http://127.0.0.1:%d" % server.server_address[1], flush=True)
server.serve_forever()

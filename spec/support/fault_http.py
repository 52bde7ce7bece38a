"""The scenarios over TCP and HTTP/1.1, by name.

A scenario is a function of the connection and the request that puts its bytes on the wire and returns whether
the connection goes on (else it is ended in an orderly way). Those marked early run when the request's head has
arrived; all others when its body has too.
"""

import email.utils
import time
import zlib

import fault_replies

MIB = 1024 * 1024
IDLE = 30  # seconds of silence after which a connection is given up
SCENARIOS = {}


def scenario(name, early=False):
    def register(function):
        function.early = early
        SCENARIOS[name] = function
        return function
    return register


def message(status, body, *lines, kind="application/json", length=None, keep=False):
    """A reply with a Content-Length (that of the body unless given) and more header lines."""
    head = [f"HTTP/1.1 {status}", f"Content-Type: {kind}",
            f"Content-Length: {len(body) if length is None else length}", *lines]
    if not keep:
        head.append("Connection: close")
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body


def ok(reply, *lines, **options):
    return message("200 OK", reply.body, *lines, kind=reply.kind, **options)


def unsized(reply, *lines):
    """A reply head without any length, ready for a body."""
    return "\r\n".join(["HTTP/1.1 200 OK", f"Content-Type: {reply.kind}", *lines, "Connection: close"]).encode(
        "latin-1") + b"\r\n\r\n"


def chunked(reply, tail, *lines, size=None):
    """A chunked reply: the body as one chunk with its size as given, then the tail."""
    size = b"%x" % len(reply.body) if size is None else size
    return unsized(reply, "Transfer-Encoding: chunked", *lines) + size + b"\r\n" + reply.body + b"\r\n" + tail


def refusal(status, *lines, code=None):
    """An error as the API words it."""
    number = int(status.split()[0])
    body = {"description": f"fault {number}", "code": number, "correlationId": "req-fault"}
    if code:
        body["errorCode"] = code
    return message(status, fault_replies.json.dumps(body).encode(), "X-Correlation-Id: req-fault", *lines)


def http_date(offset):
    return email.utils.formatdate(time.time() + offset, usegmt=True)


# ------------------------------------------------------------------ transport

def unknown(c, r):
    c.send(message("404 Not Found", b"no such scenario"))


@scenario("good")
def good(c, r):
    c.send(ok(r.good, keep=True))
    return True


@scenario("reset-mid-request", early=True)
def reset_mid_request(c, r):
    if not c.buffer:
        c.fill()
    c.reset()


@scenario("reset-after-request")
def reset_after_request(c, r):
    c.reset()


@scenario("reset-behind-answer")
def reset_behind_answer(c, r):
    c.send(ok(r.good, keep=True))
    c.reset()


@scenario("reset-mid-headers")
def reset_mid_headers(c, r):
    c.send(b"HTTP/1.1 200 OK\r\nContent-Type: appl")
    time.sleep(0.05)  # an RST discards what the client has not read yet
    c.reset()


@scenario("reset-mid-body")
def reset_mid_body(c, r):
    c.send(ok(r.good)[:-2])
    time.sleep(0.05)
    c.reset()


@scenario("fin-before-status")
def fin_before_status(c, r):
    pass


@scenario("fin-after-a-while")
def fin_after_a_while(c, r):
    time.sleep(0.5)


@scenario("fin-mid-status")
def fin_mid_status(c, r):
    c.send(b"HTTP/1.1 2")


@scenario("fin-mid-headers")
def fin_mid_headers(c, r):
    c.send(b"HTTP/1.1 200 OK\r\nContent-Type: appl")


@scenario("stall-mid-request", early=True)
def stall_mid_request(c, r):
    time.sleep(IDLE)  # reads nothing: the client's sends block once the kernel's buffers are full


@scenario("stall-before-status")
def stall_before_status(c, r):
    c.hold()


def drip(c, data, pause):
    for byte in data:
        c.send(bytes([byte]))
        time.sleep(pause)


@scenario("slow-headers")
def slow_headers(c, r):
    c.send(b"HTTP/1.1 200 OK\r\n")
    drip(c, b"X-Slow: 1\r\n" * 1000, 0.05)


@scenario("slow-status")
def slow_status(c, r):
    drip(c, b"HTTP/1.1 200 " + b"O" * 10000, 0.05)


@scenario("stall-mid-body")
def stall_mid_body(c, r):
    c.send(ok(r.good)[:-2])
    c.hold()


@scenario("slow-body")
def slow_body(c, r):
    c.send(ok(r.good, length=len(r.good.body) + 10000))
    drip(c, b" " * 10000, 0.05)


@scenario("one-byte-slices")
def one_byte_slices(c, r):
    drip(c, ok(r.good, keep=True), 0)
    return True


@scenario("bandwidth-cap")
def bandwidth_cap(c, r):
    data = ok(r.good, keep=True)
    step = len(data) // 20 + 1
    for at in range(0, len(data), step):
        c.send(data[at:at + step])
        time.sleep(0.02)
    return True


@scenario("stale-closed")
def stale_closed(c, r):
    c.send(ok(r.good, keep=True))


@scenario("stale-silent")
def stale_silent(c, r):
    if r.number % 2:
        c.send(ok(r.good, keep=True))
        return True


@scenario("stale-reset")
def stale_reset(c, r):
    if r.number % 2:
        c.send(ok(r.good, keep=True))
        return True
    c.reset()


@scenario("cut-close-delimited")
def cut_close_delimited(c, r):
    c.send(unsized(r.good) + r.good.body[:-2])
    c.cut()


@scenario("early-413", early=True)
def early_413(c, r):
    c.send(refusal("413 Content Too Large"))


@scenario("no-100")
def no_100(c, r):
    return good(c, r)


@scenario("417", early=True)
def expectation_failed(c, r):
    c.send(refusal("417 Expectation Failed"))


# ------------------------------------------------------------------ replies told by one block of bytes

def head_line(line, times=1):
    """A good reply with one more header line, raw, or many of them."""
    return lambda reply: ok(reply).replace(b"\r\n", b"\r\n" + (line + b"\r\n") * times, 1)


def own_length(reply):
    return b"Content-Length: %d" % len(reply.body)


# name -> the whole reply, from the good one; the connection ends after it
BLOCKS = {
    "garbage-status": lambda reply: b"\x16\x03\x01hello \xff\xfe\r\n\r\n" + reply.body,
    "status-not-http": lambda reply: ok(reply).replace(b"HTTP/1.1", b"ICY", 1),
    "status-2-digits": lambda reply: ok(reply).replace(b"200 OK", b"20 OK", 1),
    "status-4-digits": lambda reply: ok(reply).replace(b"200 OK", b"2000 OK", 1),
    "status-999": lambda reply: ok(reply).replace(b"200 OK", b"999 Far Out", 1),
    "second-status-line": lambda reply: b"HTTP/1.1 500 Oops\r\n" + ok(reply).replace(b"200 OK", b"200 OK:", 1),
    "second-status-line-bare": lambda reply: b"HTTP/1.1 500 Oops\r\n" + ok(reply),
    "status-without-reason": lambda reply: ok(reply).replace(b"200 OK", b"200 ", 1),
    "http09": lambda reply: reply.body,
    "100-then-good": lambda reply: b"HTTP/1.1 100 Continue\r\n\r\n" + ok(reply),
    "103-then-good": lambda reply: b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n" + ok(reply),
    "101-unasked": lambda reply: b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    "no-length": lambda reply: unsized(reply) + reply.body,
    "chunked": lambda reply: chunked(reply, b"0\r\n\r\n"),
    "chunk-extension": lambda reply: chunked(reply, b"0\r\n\r\n", size=b"%x;name=value" % len(reply.body)),
    "length-too-long": lambda reply: ok(reply, length=len(reply.body) + 10),
    "length-too-short": lambda reply: ok(reply, length=len(reply.body) - 3),
    "length-negative": lambda reply: ok(reply, length=-1),
    "length-garbage": lambda reply: ok(reply, length="12abc"),
    "length-overflow": lambda reply: ok(reply, length=2 ** 64 + len(reply.body)),
    "length-equal-twice": lambda reply: ok(reply, own_length(reply).decode()),
    "length-conflicting": lambda reply: ok(reply, f"Content-Length: {len(reply.body) - 3}"),
    "chunked-and-length": lambda reply: chunked(reply, b"0\r\n\r\n", f"Content-Length: {len(reply.body)}"),
    "bad-chunk-size": lambda reply: chunked(reply, b"0\r\n\r\n", size=b"xyz"),
    "negative-chunk": lambda reply: chunked(reply, b"0\r\n\r\n", size=b"-%x" % len(reply.body)),
    "overflow-chunk": lambda reply: chunked(reply, b"0\r\n\r\n", size=b"1%016x" % len(reply.body)),
    "chunk-without-crlf": lambda reply: chunked(reply, b"0\r\n\r\n", size=b"%x" % (len(reply.body) - 3)),
    "missing-last-chunk": lambda reply: chunked(reply, b""),
    "chunk-cut": lambda reply: chunked(reply, b"", size=b"%x" % (len(reply.body) + 100)),
    "unknown-transfer-coding": lambda reply: unsized(reply, "Transfer-Encoding: x-made-up") + reply.body,
    "trailers": lambda reply: chunked(reply, b"0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n", "Trailer: X-Sum, X-More"),
    "huge-trailers": lambda reply: chunked(reply, b"0\r\n" + (b"X: " + b"t" * 1000 + b"\r\n") * 2000 + b"\r\n"),
    "huge-header": head_line(b"X-Huge: " + b"h" * (200 * 1024)),
    "many-headers": head_line(b"X-Many: 1", 10_000),
    "obs-fold": head_line(b"X-Folded: one\r\n Content-Length: 1"),
    "obs-fold-first": head_line(b" X-Folded: one"),
    "obs-fold-length": head_line(b"Content-Length: 1\r\n 00"),
    "nul-in-header": head_line(b"X-Nul: a\0b"),
    "bare-cr-in-header": head_line(b"X-Cr: a\rContent-Length: 1"),
    "bare-lf-in-header": head_line(b"X-Lf: a\nX-Other: b"),
    "header-without-colon": head_line(b"this is no header"),
    "space-before-colon": head_line(b"Content-Length : 1"),
    "206-unasked": lambda reply: message("206 Partial Content", reply.body, kind=reply.kind),
    "200-without-body": lambda reply: message("200 OK", b"", kind=reply.kind),
    "204-with-body": lambda reply: message("204 No Content", reply.body),
    "304-with-body": lambda reply: message("304 Not Modified", reply.body),
    "wrong-content-type": lambda reply: message("200 OK", reply.body, kind="text/html"),
    "no-content-type": lambda reply: message("200 OK", reply.body, kind="").replace(b"Content-Type: \r\n", b""),
    "charset-label-odd": lambda reply: message("200 OK", reply.body, kind="application/json; charset=iso-8859-5"),
    "charset-utf-16": lambda reply: message("200 OK", reply.body.decode().encode("utf-16"),
                                            kind="application/json; charset=utf-16"),
    "charset-utf-7": lambda reply: message("200 OK", reply.body.replace(b'"', b"+ACI-"),
                                           kind="application/json; charset=utf-7"),
    "encoding-mismatch": lambda reply: ok(reply, "Content-Encoding: gzip"),
    "encoding-unknown": lambda reply: ok(reply, "Content-Encoding: x-made-up"),
    "pdf-that-is-html": lambda reply: message("200 OK", b"<html>busy</html>", kind="application/pdf"),
    "json-error-with-200": lambda reply: message("200 OK", b'{"code":500,"description":"fault"}'),
    "video-that-is-html": lambda reply: message("200 OK", b"<html>busy</html>", kind="text/html"),
    "408": lambda reply: refusal("408 Request Timeout"),
    "425": lambda reply: refusal("425 Too Early"),
    "409": lambda reply: refusal("409 Conflict", code=1006),
    "409-retry-after": lambda reply: refusal("409 Conflict", "Retry-After: 7"),
    "429-none": lambda reply: refusal("429 Too Many Requests"),
    "429-seconds": lambda reply: refusal("429 Too Many Requests", "Retry-After: 7"),
    "429-date": lambda reply: refusal("429 Too Many Requests", f"Date: {http_date(0)}",
                                      f"Retry-After: {http_date(7)}"),
    "429-past-date": lambda reply: refusal("429 Too Many Requests", f"Date: {http_date(0)}",
                                           f"Retry-After: {http_date(-3600)}"),
    "429-negative": lambda reply: refusal("429 Too Many Requests", "Retry-After: -5"),
    "429-huge": lambda reply: refusal("429 Too Many Requests", "Retry-After: " + "9" * 30),
    "429-garbage": lambda reply: refusal("429 Too Many Requests", "Retry-After: soon"),
    "503-retry-after": lambda reply: refusal("503 Service Unavailable", "Retry-After: 7"),
    "endless-503": lambda reply: refusal("503 Service Unavailable"),
    "error-html-408": lambda reply: message("408 Request Timeout", b"<html>proxy</html>", kind="text/html"),
    "error-html-404": lambda reply: message("404 Not Found", b"<html>proxy</html>", kind="text/html"),
    "error-other-code": lambda reply: message("403 Forbidden", b'{"code":200,"message":"from a gateway"}'),
    "error-code-alone": lambda reply: message("400 Bad Request", b'{"code":400}'),
    "error-html": lambda reply: message("502 Bad Gateway", b"<html>nginx</html>", kind="text/html"),
    "error-without-body": lambda reply: message("403 Forbidden", b""),
    "error-bad-json": lambda reply: message("400 Bad Request", b'{"code":400,"description":'),
    "error-odd-json": lambda reply: message("400 Bad Request", b'{"code":[1],"errorCode":"1004","correlationId":{}}'),
    "error-cut": lambda reply: message("400 Bad Request", b'{"code":400}', length=500),
    "error-hostile-text": lambda reply: message(
        "400 Bad Request", rb'{"code":400,"description":"a\r\nX-Evil: 1\u001b[31m\u0000b","correlationId":"x\ny"}'),
}


def block(make):
    def run(c, r):
        c.send(make(r.good))
    return run


for _name, _make in BLOCKS.items():
    scenario(_name)(block(_make))
for _status in ("400 Bad Request", "401 Unauthorized", "403 Forbidden", "404 Not Found", "405 Method Not Allowed",
                "415 Unsupported Media Type", "500 Internal Server Error", "501 Not Implemented", "502 Bad Gateway",
                "503 Service Unavailable", "504 Gateway Timeout", "520 Unknown"):
    scenario(_status[:3])(block(lambda reply, status=_status: refusal(status)))
for _name, _make in fault_replies.JSON_FAULTS.items():
    scenario(_name)(block(lambda reply, make=_make: message("200 OK", make(reply))))


# ------------------------------------------------------------------ replies that need more than a block

@scenario("flood-1xx")
def flood_1xx(c, r):
    while True:
        c.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n" * 1000)


@scenario("endless-header")
def endless_header(c, r):
    c.send(b"HTTP/1.1 200 OK\r\nX-Endless: ")
    while True:
        c.send(b"x" * 65536)


@scenario("junk-after-reply")
def junk_after_reply(c, r):
    """A whole second reply nobody asked for: whoever reads it next takes it for the answer to another call."""
    junk = message("200 OK", b'{"injected":true,"checks":[{"answer":"RED"}]}', keep=True)
    c.send(ok(r.good, keep=True) + (junk if r.number == 1 else b""))
    return True


@scenario("401-skewed-date")
def skewed_date(c, r):
    """A server whose clock is an hour ahead: it takes timestamps of its own time only."""
    stamp = r.fields.get("x-app-access-ts", "")
    if stamp.isdigit() and abs(int(stamp) - time.time() - 3600) <= 60:
        return good(c, r)
    c.send(refusal("401 Unauthorized", f"Date: {http_date(3600)}", code=4004))


@scenario("503-then-ok")
def two_503(c, r):
    if r.number > 2:
        return good(c, r)
    c.send(refusal("503 Service Unavailable"))


@scenario("reset-then-ok")
def reset_then_ok(c, r):
    if r.number > 1:
        return good(c, r)
    c.reset()


@scenario("429-then-ok")
def one_429(c, r):
    if r.number > 1:
        return good(c, r)
    c.send(refusal("429 Too Many Requests", "Retry-After: 0"))


@scenario("out-of-step-then-ok")
def out_of_step(c, r):
    """The connection that carried the first request answers for somebody else, again and again."""
    if r.number > 1 and not getattr(c, "out_of_step", False):
        return good(c, r)
    c.out_of_step = True
    c.send(message("200 OK", fault_replies.JSON_FAULTS["json-of-another"](r.good), keep=True))
    return True


def redirect(name, status, place):
    @scenario(name)
    def run(c, r):
        c.send(message(status, b"", "Location: " + place(c, r)))


redirect("redirect-same-host", "302 Found", lambda c, r: "/s/good" + r.path)
redirect("redirect-303", "303 See Other", lambda c, r: "/s/good" + r.path)
redirect("redirect-other-host", "307 Temporary Redirect", lambda c, r: c.server.urls["trap"] + r.path)
redirect("redirect-permanent", "308 Permanent Redirect", lambda c, r: c.server.urls["trap"] + r.path)
redirect("redirect-to-http", "301 Moved Permanently", lambda c, r: c.server.urls["trap"] + r.path)
redirect("redirect-loop", "308 Permanent Redirect", lambda c, r: r.target)
redirect("redirect-to-file", "302 Found", lambda c, r: "file:///etc/hostname")


# ------------------------------------------------------------------ encodings and sizes

def gzip(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()


def make_bomb(size=300 * MIB):
    """A gzip of that many zeros, made from one compressed MiB repeated: each is complete in itself."""
    zeros, crc = bytes(MIB), 0
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    for _ in range(size // MIB):
        crc = zlib.crc32(zeros, crc)
    tail = zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    return (b"\x1f\x8b\x08" + bytes(6) + b"\xff" + piece * (size // MIB) + tail
            + crc.to_bytes(4, "little") + (size % 2 ** 32).to_bytes(4, "little"))


def encoded(r, data, coding="gzip"):
    return message("200 OK", data, f"Content-Encoding: {coding}", kind=r.good.kind)


@scenario("gzip-good")
def gzip_good(c, r):
    if "gzip" in r.fields.get("accept-encoding", ""):
        c.send(encoded(r, gzip(r.good.body)))
    else:
        c.send(ok(r.good))


@scenario("truncated-gzip")
def truncated_gzip(c, r):
    c.send(encoded(r, gzip(r.good.body)[:-12]))


@scenario("gzip-bad-checksum")
def gzip_bad_checksum(c, r):
    c.send(encoded(r, gzip(r.good.body)[:-8] + bytes(8)))


@scenario("gzip-bomb")
def gzip_bomb(c, r):
    c.send(encoded(r, make_bomb()))


@scenario("nested-gzip")
def nested_gzip(c, r):
    c.send(encoded(r, gzip(make_bomb()), "gzip, gzip"))


@scenario("json-100-mb")
def json_100_mb(c, r):
    start, size = b'{"extra":"', 100 * 1000 * 1000
    end = b'",' + r.good.body[1:]
    c.send(message("200 OK", b"", length=len(start) + size + len(end)) + start)
    for _ in range(size // 100_000):
        c.send(b"x" * 100_000)
    c.send(end)


@scenario("endless-body")
def endless_body(c, r):
    c.send(unsized(r.good) + r.good.body[:5])
    while True:
        c.send(b" " * 65536)

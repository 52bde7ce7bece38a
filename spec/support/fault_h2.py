"""Just enough HTTP/2 to fail in its own ways: frames written by hand (RFC 9113), no library.

Header blocks are not decoded, so the reply (fault_replies.ANY_JSON) fits every JSON endpoint, and the scenario
is picked by the listener. `requests` counts HEADERS frames.
"""

import json
import struct
import time

import fault_replies

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 3, 4, 6, 7, 8, 9
END_STREAM, END_HEADERS, ACK = 1, 4, 1
NO_ERROR, INTERNAL_ERROR, REFUSED_STREAM = 0, 2, 7

STATUS_200 = b"\x88"  # HPACK: entry 8 of the static table


def frame(kind, flags, stream, payload=b""):
    return struct.pack("!I", len(payload))[1:] + struct.pack("!BBI", kind, flags, stream) + payload


def literal(index, value):
    """A header field with the name of a static table entry, not indexed (all used here are above 14)."""
    return bytes([0x0F, index - 15, len(value)]) + value


def named(name, value):
    return bytes([0x00, len(name)]) + name + bytes([len(value)]) + value


def head(length, more=b""):
    return STATUS_200 + literal(31, b"application/json") + literal(28, b"%d" % length) + more


BODY = json.dumps(fault_replies.ANY_JSON).encode()


def good(c, stream):
    c.send(frame(HEADERS, END_HEADERS, stream, head(len(BODY))) + frame(DATA, END_STREAM, stream, BODY))
    return True


def goaway(last, code):
    return frame(GOAWAY, 0, 0, struct.pack("!II", last, code))


def goaway_unprocessed(c, stream):
    c.send(goaway(0, NO_ERROR))


def goaway_processed(c, stream):
    """The stream counts as seen, and its answer never comes."""
    c.send(goaway(stream, INTERNAL_ERROR))


def goaway_after_reply(c, stream):
    good(c, stream)
    c.send(goaway(stream, NO_ERROR))


def rst(code):
    def act(c, stream):
        c.send(frame(RST_STREAM, 0, stream, struct.pack("!I", code)))
        return True
    return act


def rst_mid_body(c, stream):
    c.send(frame(HEADERS, END_HEADERS, stream, head(len(BODY))) + frame(DATA, 0, stream, BODY[:5]))
    time.sleep(0.05)  # so that the status has been read before the fault
    return rst(INTERNAL_ERROR)(c, stream)


def length_lie(c, stream):
    c.send(frame(HEADERS, END_HEADERS, stream, head(len(BODY) + 10)))
    time.sleep(0.05)
    c.send(frame(DATA, END_STREAM, stream, BODY))
    return True


def huge_settings(c, stream):
    """One SETTINGS frame with 2 730 settings nobody has heard of, as many as a frame may hold."""
    c.send(frame(SETTINGS, 0, 0, b"".join(struct.pack("!HI", 0x1000 + n, n) for n in range(2730))))
    return good(c, stream)


def settings_flood(c, stream):
    while True:
        c.send(frame(SETTINGS, 0, 0) * 1000)


def ping_flood(c, stream):
    while True:
        c.send(frame(PING, 0, 0, bytes(8)) * 1000)


def continuation_flood(c, stream):
    c.send(frame(HEADERS, 0, stream, head(0)))
    while True:
        c.send(frame(CONTINUATION, 0, stream, named(b"x-many", b"y" * 100) * 100))


def oversized_frame(c, stream):
    c.send(b"\xff\xff\xff" + struct.pack("!BBI", DATA, 0, stream) + bytes(100_000))
    c.hold()


def garbage(c, stream):
    c.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
    c.hold()


def connection_header(c, stream):
    """A header that HTTP/2 forbids makes the message malformed (RFC 9113, 8.2.2)."""
    c.send(frame(HEADERS, END_HEADERS, stream, head(len(BODY), named(b"connection", b"close")))
           + frame(DATA, END_STREAM, stream, BODY))
    return True


def stall(c, stream):
    return True


def fin(c, stream):
    pass


# key of the listener -> what happens when a request is complete; false ends the connection
SCENARIOS = {
    "h2_good": good,
    "h2_goaway_unprocessed": goaway_unprocessed,
    "h2_goaway_processed": goaway_processed,
    "h2_goaway_after_reply": goaway_after_reply,
    "h2_refused": rst(REFUSED_STREAM),
    "h2_internal": rst(INTERNAL_ERROR),
    "h2_rst_mid_body": rst_mid_body,
    "h2_length_lie": length_lie,
    "h2_huge_settings": huge_settings,
    "h2_settings_flood": settings_flood,
    "h2_ping_flood": ping_flood,
    "h2_continuation_flood": continuation_flood,
    "h2_oversized_frame": oversized_frame,
    "h2_garbage": garbage,
    "h2_connection_header": connection_header,
    "h2_stall": stall,
    "h2_fin": fin,
}


def read_frame(c):
    while len(c.buffer) < 9 or len(c.buffer) < 9 + int.from_bytes(c.buffer[:3], "big"):
        if not c.fill():
            return None
    size = int.from_bytes(c.buffer[:3], "big")
    kind, flags, stream = struct.unpack("!BBI", c.buffer[3:9])
    return kind, flags, stream & 0x7FFFFFFF, c.take(9 + size)[9:]


def serve(c, key):
    act = SCENARIOS[key]
    while len(c.buffer) < len(PREFACE):
        if not c.fill():
            return
    c.take(len(PREFACE))
    c.send(frame(SETTINGS, 0, 0))
    while (got := read_frame(c)) is not None:
        kind, flags, stream, payload = got
        if kind == SETTINGS and not flags & ACK:
            c.send(frame(SETTINGS, ACK, 0))
        elif kind == PING and not flags & ACK:
            c.send(frame(PING, ACK, 0, payload))
        elif kind == DATA and payload:
            window = struct.pack("!I", len(payload))
            c.send(frame(WINDOW_UPDATE, 0, 0, window) + frame(WINDOW_UPDATE, 0, stream, window))
        elif kind == HEADERS:
            c.note(requests=1)
        elif kind == GOAWAY:
            return
        if kind in (HEADERS, DATA) and flags & END_STREAM and not act(c, stream):
            return

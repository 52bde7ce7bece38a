"""A peer that breaks its first answer to a request at a given byte, and answers the same request well when it comes again.

    python3 breaking_peer.py CERT KEY

prints one line "PLAIN TLS" of ports, and ends when its standard input closes. What it does stands in the applicantId, as
ACT_FRAMING_BYTES_NUMBER; the answer to a read names the request it is for, as the check's id. FRAMING is how the answer's body
ends: length, chunked, or end (with the connection). After BYTES bytes of it comes the ACT:

    fin      the end; over TLS without a word
    bye      the end, said so by TLS
    rst      RST
    stall    nothing, until the client hangs up
    inject   an answer to nobody, whose id is "surplus", then the rest; the connection stays open, where framing lets it

GET /-/seen on the plain port gives how often each applicantId was asked for, GET /-/size/EMAIL/FRAMING/NAME the bytes of an answer;
EMAIL is 1 for one to an e-mail.
"""

import json
import re
import socket
import ssl
import struct
import sys
import threading

sys.dont_write_bytecode = True

import threads  # noqa: E402  (a sibling, imported without leaving __pycache__ in the tree)

lock, seen = threading.Lock(), {}


def answer(is_email, framing, name):
    body = json.dumps({"ok": 1, "id": name} if is_email and name == "surplus" else {"ok": 1} if is_email else
                      {"checks": [{"answer": "GREEN", "id": name}]}, separators=(",", ":")).encode()
    if framing == "length":
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    if framing == "end":
        return b"HTTP/1.1 200 OK\r\n\r\n" + body
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n%b\r\n%x;a=b\r\n%b\r\n0\r\n\r\n" % (
        body[:5], len(body) - 5, body[5:])


def note(name):
    with lock:
        seen[name] = seen.get(name, 0) + 1
        return seen[name]


def control(c, path):
    if path == "/-/seen":
        with lock:
            told = json.dumps(seen).encode()
    else:
        is_email, framing, name = path.split("/")[3:]
        told = b"%d" % len(answer(is_email == "1", framing, name))
    c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(told), told))


def head_of(c):
    data = b""
    while b"\r\n\r\n" not in data:
        more = c.recv(65536)
        if not more:
            return None
        data += more
    return data.decode()


def serve(c):
    """One connection, until it ends."""
    while head := head_of(c):
        path = head.split(" ", 2)[1]
        if path.startswith("/-/"):
            control(c, path)
            continue
        is_email = path.endswith("Email")
        name = re.search(r"(?:applicantId=|/applicants/)(\w+)", path).group(1)
        act, framing, offset, _ = name.split("_")
        right = answer(is_email, framing, name)
        if note(name) > 1:
            c.sendall(right)
            if framing == "end":
                say_bye(c)
                return
            continue
        begin, rest = right[:int(offset)], right[int(offset):]
        if act == "inject":
            c.sendall(begin + answer(is_email, "length", "surplus") + rest)
            if framing != "end":
                continue
            act = "bye"
        elif begin:
            c.sendall(begin)
        if act == "stall" and not rest and framing != "end":
            continue  # nothing is missing, so the connection is a good one
        if act == "rst":
            c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif act == "stall":
            while c.recv(65536):
                pass
        elif act == "bye":
            say_bye(c)
        return


def say_bye(c):
    if isinstance(c, ssl.SSLSocket):
        c.settimeout(0)
        try:
            c.unwrap()
        except OSError:
            pass  # it is said; whether the other side says it too is not waited for


def listen(begin):
    server = socket.create_server(("127.0.0.1", 0), backlog=512)

    def one(raw):
        try:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with begin(raw) as c:
                serve(c)
        except OSError:
            pass  # the client has gone

    def accept():
        while True:
            threads.start(one, server.accept()[0])

    threading.Thread(target=accept, daemon=True).start()
    return server.getsockname()[1]


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
print(listen(lambda raw: raw), listen(lambda raw: context.wrap_socket(raw, server_side=True)), flush=True)
sys.stdin.read()

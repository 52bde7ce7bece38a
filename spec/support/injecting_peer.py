"""A peer that puts answers on the wire that nobody asked for, and breaks off wherever it can.

    python3 injecting_peer.py CERT KEY

prints one line "PLAIN TLS GREETING TLS_GREETING CONTROL" of ports, and ends when its standard input closes. What it does
stands in the applicantId of a request, as ACT-NUMBER or cut-NUMBER-BYTES; every answer names, as the check's id, the
request that it is for:

    good      the answer
    glued     the answer and a surplus one, in one write
    idle      the answer; a surplus one when `inject` comes on the control port, when nothing is under way
    early     a surplus answer before the right one, in one write, while the request is under way
    reset     RST instead of an answer
    after     the answer, then RST
    cut       the answer up to BYTES bytes (modulo its length), then the end

Surplus answers are for nobody: their id is surplus-ACT-NUMBER. On the greeting ports an answer comes before any request.
On the control port `inject` gives the number of connections that have had a surplus answer, `count` a line of JSON.
"""

import json
import re
import socket
import ssl
import struct
import sys
import threading

import threads
from delivery import wait_until_delivered

lock, waiting, counts = threading.Lock(), [], {}


def answer(name):
    body = json.dumps({"checks": [{"answer": "GREEN", "checkType": "FACE_LIVELINESS", "id": name}]}).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def count(act):
    with lock:
        counts[act] = counts.get(act, 0) + 1


def reset(c):
    c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def head(c):
    data = b""
    while b"\r\n\r\n" not in data:
        more = c.recv(65536)
        if not more:
            return None
        data += more
    return data


def serve(c):
    """One connection, until it ends."""
    while True:
        request = head(c)
        if request is None:
            return
        name = re.search(rb"applicantId=([\w-]+)", request).group(1).decode()
        act, _, rest = name.partition("-")
        count(act)
        right, surplus = answer(name), answer("surplus-" + name)
        if act == "glued":
            c.sendall(right + surplus)
        elif act == "early":
            c.sendall(surplus + right)
        elif act == "idle":
            with lock:  # who has the answer finds the connection among those that wait
                c.sendall(right)
                waiting.append((c, surplus))
        elif act == "reset":
            reset(c)
            return
        elif act == "after":
            c.sendall(right)
            reset(c)
            return
        elif act == "cut":
            c.sendall(right[:int(rest.split("-")[1]) % len(right)])
            return
        else:
            c.sendall(right)


def listen(act):
    server = socket.create_server(("127.0.0.1", 0), backlog=256)

    def accept():
        while True:
            c, _ = server.accept()
            c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threads.start(guarded, act, c)

    threading.Thread(target=accept, daemon=True).start()
    return server.getsockname()[1]


def guarded(act, c):
    try:
        with c:
            act(c)
    except OSError:
        pass  # the client has gone


def over_tls(act, latest=ssl.TLSVersion.TLSv1_3):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = latest
    context.load_cert_chain(sys.argv[1], sys.argv[2])

    def begin(sock):
        with context.wrap_socket(sock, server_side=True) as c:
            act(c)
    return begin


def greet(c):
    c.sendall(answer("surplus-greeting"))
    serve(c)


def control(c):
    for line in c.makefile("r"):
        with lock:
            if line.strip() == "inject":
                given, waiting[:] = list(waiting), []
            else:
                c.sendall(json.dumps(counts).encode() + b"\n")
                continue
        done = 0
        for other, surplus in given:
            try:
                other.sendall(surplus)
                wait_until_delivered(other)
                done += 1
            except OSError:
                pass  # this connection was closed already
        c.sendall(b"%d\n" % done)


# TLS 1.3 may say something behind the handshake: what is to be read first is then no answer
print(*map(listen, (serve, over_tls(serve), greet, over_tls(greet, ssl.TLSVersion.TLSv1_2), control)), flush=True)
sys.stdin.read()

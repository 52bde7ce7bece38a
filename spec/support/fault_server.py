"""A server that fails on purpose, to the byte.

    python3 fault_server.py --dir DIR --replies FILE

makes certificates in DIR, prints one line of JSON when it listens (see `main`), and ends on SIGTERM or when
its standard input closes, leaving DIR as it was.

A scenario is the first segment of a base URL: http://127.0.0.1:PORT/s/SCENARIO followed by the API's own path.
What a scenario puts on the wire is in fault_http.py (TCP and HTTP), fault_tls.py (handshakes) and
fault_replies.py (bodies); faults.lua says what a client must make of it.

What arrived is on record, under the scenario's name, or that of a listener without one (trap, reset, tls/KEY):
    GET /-/seen/NAME   {"connections", "requests", "bytes", "sent", "raw": [base64 per connection], "sni": [...]}
    DELETE /-/seen     forgets everything, the scenarios' counters included
`requests` counts request heads that were complete, `bytes` everything received; `raw` is bounded. Handshakes are
not recorded byte by byte: for tls/KEY only connections and server names are.
"""

import argparse
import base64
import itertools
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading

sys.dont_write_bytecode = True

import fault_dns  # noqa: E402  (siblings, imported without leaving __pycache__ in the tree)
import fault_http  # noqa: E402
import fault_replies  # noqa: E402
import fault_tls  # noqa: E402
import threads  # noqa: E402

RAW_LIMIT = 256 * 1024  # bytes of one connection kept for `raw`
HEAD_LIMIT = 1024 * 1024


class Record:
    """What one scenario, or one listener, has seen."""

    def __init__(self):
        self.requests = self.bytes = self.sent = 0
        self.raw, self.sni = {}, []

    def as_json(self):
        raw = [base64.b64encode(bytes(data)).decode() for data in self.raw.values()]
        return {"connections": len(self.raw), "requests": self.requests, "bytes": self.bytes,
                "sent": self.sent, "raw": raw, "sni": self.sni}


class Journal:
    """All records, by name. Connections come from many threads."""

    def __init__(self):
        self.lock = threading.Lock()
        self.records = {}

    def clear(self):
        with self.lock:
            self.records.clear()

    def read(self, name):
        with self.lock:
            return self.records.get(name, Record()).as_json()

    def note(self, name, connection=None, data=b"", requests=0, sent=0, sni=None):
        """Adds to a record and returns how many requests it has seen."""
        with self.lock:
            record = self.records.setdefault(name, Record())
            if connection is not None:
                raw = record.raw.setdefault(connection, bytearray())
                raw += data[:RAW_LIMIT - len(raw)]
            record.bytes += len(data)
            record.sent += sent
            record.requests += requests
            if sni is not None:
                record.sni.append(sni)
            return record.requests


class Request:
    def __init__(self, head):
        lines = head.decode("latin-1").split("\r\n")
        self.method, self.target, _ = (lines[0] + "  ").split(" ", 2)
        self.fields = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            self.fields[name.strip().lower()] = value.strip()


class Connection:
    """One accepted connection: reads requests, runs their scenarios. `sock` may be a TLS socket."""

    def __init__(self, server, sock, key):
        self.server, self.sock, self.key = server, sock, key
        self.id = next(server.ids)
        self.name = key  # of the record that takes what is read and written now
        self.buffer = b""
        sock.settimeout(fault_http.IDLE)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def note(self, **what):
        return self.server.journal.note(self.name, self.id, **what)

    # what scenarios are written with

    def send(self, data):
        self.note(sent=len(data))  # before: a client that has its answer may ask to forget everything
        self.sock.sendall(data)

    def reset(self):
        """Ends the connection with RST."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def half_close(self):
        self.sock.shutdown(socket.SHUT_WR)

    def cut(self):
        """Ends the sending side with FIN; over TLS without the close_notify that says it was meant."""
        self.half_close()
        self.hold()

    def finish(self):
        """Ends the connection as a well-behaved server does: nothing that was sent gets lost."""
        try:
            if hasattr(self.sock, "unwrap"):
                self.sock.settimeout(2)
                self.sock = self.sock.unwrap()
            self.half_close()
            self.hold()
        except (OSError, ValueError):
            pass

    def hold(self):
        """Keeps the connection open and silent until the client ends it."""
        try:
            self.sock.settimeout(fault_http.IDLE)
            while data := self.sock.recv(65536):
                self.note(data=data)
        except OSError:
            pass

    # reading

    def fill(self):
        data = self.sock.recv(65536)
        self.buffer += data
        return len(data) > 0

    def take(self, n):
        """Moves n buffered bytes into the record."""
        data, self.buffer = self.buffer[:n], self.buffer[n:]
        if data:
            self.note(data=data)
        return data

    def read_head(self):
        while b"\r\n\r\n" not in self.buffer:
            if len(self.buffer) > HEAD_LIMIT or not self.fill():
                self.take(len(self.buffer))
                return None
        end = self.buffer.index(b"\r\n\r\n")
        request = Request(self.buffer[:end])
        parts = request.target.split("/", 3)
        self.name = parts[2] if request.target.startswith("/s/") and len(parts) == 4 else self.key
        request.scenario = self.name
        request.path = "/" + parts[3] if len(parts) == 4 else request.target
        request.number = self.note(requests=1)
        request.body = b""
        self.take(end + 4)
        return request

    def read_body(self, request):
        """Reads the body to its end; keeps only its first bytes. False when the client left early."""
        if request.fields.get("transfer-encoding", "").lower() == "chunked":
            return self.read_chunks()
        left = int(request.fields.get("content-length", "0"))
        while left > 0:
            if not self.buffer and not self.fill():
                return False
            data = self.take(left)
            left -= len(data)
            request.body += data[:4096 - len(request.body)]
        return True

    def read_chunks(self):
        while True:
            while b"\r\n" not in self.buffer:
                if not self.fill():
                    return False
            size = int(self.take(self.buffer.index(b"\r\n") + 2).split(b";")[0], 16)
            left = size + 2  # the last chunk ends with an empty trailer section
            while left > 0:
                if not self.buffer and not self.fill():
                    return False
                left -= len(self.take(left))
            if size == 0:
                return True

    # serving

    def serve(self):
        while (request := self.read_head()) is not None:
            if not self.answer(request):
                return

    def answer(self, request):
        """True when the connection goes on."""
        if self.key == "http" and request.target.startswith("/-/seen"):
            return self.control(request)
        scenario = fault_http.SCENARIOS.get(request.scenario, fault_http.unknown)
        if not getattr(scenario, "early", False):
            if request.fields.get("expect", "").lower() == "100-continue" and request.scenario != "no-100":
                self.send(b"HTTP/1.1 100 Continue\r\n\r\n")
            if not self.read_body(request):
                return False
        request.good = fault_replies.good(request.method, request.path, request.body)
        return scenario(self, request)

    def control(self, request):
        seen = {}
        if request.method == "DELETE":
            self.server.journal.clear()
        else:
            seen = self.server.journal.read(request.target[len("/-/seen/"):])
        self.name = "control"
        self.send(fault_http.message("200 OK", json.dumps(seen).encode(), keep=True))
        return True


class Server:
    def __init__(self, folder):
        self.folder, self.journal = folder, Journal()
        self.ids = itertools.count(1)
        self.urls = {}
        self.kept = []  # sockets that only have to exist

    def listen(self, key, begin):
        """A listener on a free port whose connections are given to begin(sock, key), each in its own thread."""
        listener = socket.create_server(("127.0.0.1", 0), backlog=256)

        def run(sock):
            try:
                begin(sock, key)
            except (OSError, ValueError):
                pass  # the client went away, or sent nonsense: both are its own business here
            finally:
                sock.close()

        def accept():
            while True:
                sock, _ = listener.accept()
                threads.start(run, sock)

        threading.Thread(target=accept, daemon=True).start()
        return listener.getsockname()[1]

    def plain(self, sock, key):
        connection = Connection(self, sock, key)
        connection.note()
        try:
            connection.serve()
        finally:
            connection.finish()

    def trap(self, sock, key):
        connection = Connection(self, sock, key)
        connection.note()
        connection.hold()

    def reset(self, sock, key):
        connection = Connection(self, sock, key)
        connection.note()
        connection.reset()

    def refused(self):
        """A port that is taken, so nobody else gets it, and does not listen."""
        sock = socket.socket()
        sock.bind(("127.0.0.1", 0))
        self.kept.append(sock)
        return sock.getsockname()[1]

    def blackhole(self):
        """A port whose connects hang: its queue is full, and Linux drops what does not fit."""
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        self.kept.append(listener)
        for _ in range(4):
            sock = socket.socket()
            sock.setblocking(False)
            sock.connect_ex(listener.getsockname())
            self.kept.append(sock)
        return listener.getsockname()[1]


def wait_for_end(ended):
    """Whoever started us holds the other end of our standard input, and lets go of it even when killed."""
    while os.read(0, 4096):
        pass
    ended.set()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dir", required=True, help="where the certificates go; must exist")
    parser.add_argument("--replies", required=True, help="what endpoints answer, see parts.lua")
    given = parser.parse_args()
    fault_replies.load(given.replies)
    folder = os.path.join(given.dir, "fault-certs")
    os.makedirs(folder)
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    try:
        here = os.path.dirname(os.path.abspath(__file__))
        subprocess.run(["sh", os.path.join(here, "certs.sh"), folder], check=True, stdout=subprocess.DEVNULL)
        server = Server(folder)
        ports = {name: server.listen(name, begin) for name, begin in
                 (("http", server.plain), ("trap", server.trap), ("reset", server.reset))}
        server.urls.update({name: f"http://127.0.0.1:{ports[name]}" for name in ("http", "trap")})
        print(json.dumps({
            **server.urls,
            "reset": ports["reset"], "refused": server.refused(), "blackhole": server.blackhole(),
            "dns": fault_dns.listen(),
            "tls_host": "localhost", "tls": fault_tls.listen(server, Connection),
            "ca_file": os.path.join(folder, "ca.pem"),
            "client_cert": os.path.join(folder, "client.pem"),
            "client_key": os.path.join(folder, "client.key"),
            "pid": os.getpid(),
        }), flush=True)
        threading.Thread(target=wait_for_end, args=(ended,), daemon=True).start()
        ended.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()

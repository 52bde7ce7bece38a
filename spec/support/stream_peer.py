#!/usr/bin/env python3
"""Peers of streams, each with a way of its own: stream_peer.py FOLDER

FOLDER has what certs.sh makes. Prints a line of JSON: the port of each peer, by name; `unix` is the path of a socket that
echoes, and `control` a port that answers "NAME\n" with a line of JSON: what the peer of that name has seen.
"""
import hashlib
import json
import os
import select
import socket
import ssl
import struct
import sys
import threading

from delivery import wait_until_delivered

folder = sys.argv[1]
PATTERN = bytes(i % 251 for i in range(251 * 1000))
BIG = 10 * 1024 * 1024
seen, lock = {}, threading.Lock()


def note(name, field, value=1):
    with lock:
        found = seen.setdefault(name, {"connections": 0, "bytes": 0, "surplus": 0, "ends": []})
        if field == "ends":
            found["ends"].append(value)
        else:
            found[field] += value


def receive(sock, name, size=65536):
    bytes_ = sock.recv(size)
    note(name, "bytes", len(bytes_))
    return bytes_


def until_end(sock, name):
    """Reads to the end, which is noted."""
    while receive(sock, name):
        pass


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def echo(sock, name):
    """In odd slices at first."""
    sizes, sliced = [1, 2, 3, 5, 7, 11, 1, 13], 0
    while True:
        bytes_ = receive(sock, name)
        if not bytes_:
            return
        while bytes_ and sliced < 2000:
            size = sizes[sliced % len(sizes)]
            sock.sendall(bytes_[:size])
            bytes_ = bytes_[size:]
            sliced += size
        sock.sendall(bytes_)


def sink(sock, name):
    """Eight digits, then so many bytes: answers their SHA-256."""
    head = b""
    while len(head) < 8:
        head += sock.recv(8 - len(head))
    left, digest = int(head), hashlib.sha256()
    while left:
        bytes_ = receive(sock, name, min(left, 1 << 18))
        if not bytes_:
            return
        digest.update(bytes_)
        left -= len(bytes_)
    sock.sendall(digest.hexdigest().encode())
    until_end(sock, name)


def source(sock, name):
    receive(sock, name)
    left = BIG
    while left:
        left -= sock.send(PATTERN[(BIG - left) % 251:][:left])
    until_end(sock, name)


def bye(sock, name):
    sock.sendall(b"bye")
    if isinstance(sock, ssl.SSLSocket):
        sock.unwrap()
    else:
        sock.shutdown(socket.SHUT_WR)
        until_end(sock, name)


def cut(sock, name):
    sock.sendall(b"bye")
    sock.shutdown(socket.SHUT_WR)  # of TCP: TLS says nothing


def resets(sock, name):
    receive(sock, name)
    reset(sock)


def silent(sock, name):
    """Reads nothing."""
    poll = select.poll()
    poll.register(sock, select.POLLRDHUP)
    events = poll.poll()[0][1]
    if events & select.POLLERR:
        raise ConnectionResetError
    while sock.recv(1 << 20):
        pass


def once(sock, name):
    sock.sendall(receive(sock, name))


def surplus(sock, name):
    """Says more than it was asked, when it is told to, by whoever is named "go"."""
    with told:
        before = told.times
    sock.sendall(receive(sock, name))
    with told:
        told.wait_for(lambda: told.times > before)
    sock.sendall(b"surplus")
    wait_until_delivered(sock)
    note(name, "surplus")
    until_end(sock, name)


told = threading.Condition()
told.times = 0


def control(sock, name):
    for line in sock.makefile("rb"):
        asked = line.decode().strip()
        if asked == "go":
            with told:
                told.times += 1
                told.notify_all()
        with lock:
            answer = seen.get(asked) or {"connections": 0, "bytes": 0, "surplus": 0, "ends": []}
            sock.sendall(json.dumps(answer).encode() + b"\n")


def talk(sock, name, way, context):
    note(name, "connections")
    how = "end"
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1) if sock.family != socket.AF_UNIX else None
        if context:
            sock = context.wrap_socket(sock, server_side=True, suppress_ragged_eofs=True)
        way(sock, name)
    except (ConnectionResetError, BrokenPipeError):
        how = "reset"
    except (OSError, ValueError) as problem:
        how = type(problem).__name__
    note(name, "ends", how)
    try:
        sock.close()
    except OSError:
        pass


def serve(listener, name, way, context):
    def loop():
        while True:
            sock, _ = listener.accept()
            threading.Thread(target=talk, args=(sock, name, way, context), daemon=True).start()
    threading.Thread(target=loop, daemon=True).start()


def listen(name, way, context=None, small=False):
    listener = socket.socket()
    if small:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    listener.bind(("127.0.0.1", 0))
    listener.listen(1024)
    serve(listener, name, way, context)
    return listener.getsockname()[1]


def tls(certificate, client=False):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(os.path.join(folder, certificate + ".pem"), os.path.join(folder, "leaf.key"))
    if client:
        made.maximum_version = ssl.TLSVersion.TLSv1_2  # so that the handshake shows it
        made.verify_mode = ssl.CERT_REQUIRED
        made.load_verify_locations(os.path.join(folder, "client_ca.pem"))
    return made


threading.stack_size(256 * 1024)
ports = {"control": listen("control", control)}
for way in (echo, sink, source, bye, resets, silent, once, surplus):
    ports[way.__name__] = listen(way.__name__, way, small=way is silent)
for way in (echo, sink, source, bye, cut, silent):
    ports["tls_" + way.__name__] = listen("tls_" + way.__name__, way, tls("good"), small=way is silent)
for name in ("wrong_host", "unknown_ca"):
    ports[name] = listen(name, echo, tls(name))
ports["client_cert"] = listen("client_cert", echo, tls("good", client=True))
free = socket.socket()
free.bind(("127.0.0.1", 0))  # and not listening
ports["refused"] = free.getsockname()[1]
path = os.path.join(folder, "peer.sock")
unix = socket.socket(socket.AF_UNIX)
unix.bind(path)
unix.listen(64)
serve(unix, "unix", echo, None)
ports["unix"] = path
print(json.dumps(ports), flush=True)
sys.stdin.read()

"""A peer that takes and gives bodies at a pace: pacing_peer.py prints its port, and ends when its standard input closes.

The first part of the path says how:
  slow       takes 64 KiB of a request every 0.02 s, then answers
  mute       the same, and never answers
  deaf       takes a megabyte and no more
  lose       as slow; when it has taken a megabyte it removes the folder that the query of the second part names
  file       sends 40 pieces of 64 KiB of a PDF, one every 0.08 s
  lose_file  sends 80 such pieces until it closes, and says no length; behind the 16th it removes the folder as lose does
  drip       sends a PDF byte by byte
  json       sends a JSON object whose end is behind 40 pieces of 64 KiB of blanks, one every 0.08 s
Tells as lines: `begun`, `answered`, and `reset` or `closed N` with the bytes of the body it had got when the other end went.
"""

import re
import shutil
import socket
import sys
import threading
import time
import urllib.parse

PIECE = 65536
OBJECT = b'{"id":"a1","checks":[]}'


def tell(*words):
    print(*words, flush=True)


def head_of(c):
    data = b""
    while b"\r\n\r\n" not in data:
        more = c.recv(4096)
        if not more:
            return None, b""
        data += more
    return data.split(b"\r\n\r\n", 1)


def take(c, how, size, got, folder):
    while got < size:
        if how == "deaf" and got > 1000000:
            time.sleep(3600)
        if how == "lose" and got > 1000000 and folder:
            shutil.rmtree(folder, ignore_errors=True)
            tell("lost")
            folder = None
        more = c.recv(min(PIECE, size - got))
        if not more:
            tell("closed", got)
            return False
        got += len(more)
        time.sleep(0.02 * len(more) / PIECE)
    return True


def give(c, how, folder):
    kind = b"application/json" if how == "json" else b"application/pdf"
    pieces = [b"%PDF-1.7\n".ljust(PIECE, b"\n")] + [b"\n" * PIECE] * 39
    if how == "json":
        pieces = [b"{".ljust(PIECE)] + [b" " * PIECE] * 38 + [b'"checks":[]}'.rjust(PIECE)]
    length = b"Content-Length: %d" % sum(len(piece) for piece in pieces)
    if how == "lose_file":
        pieces, length = pieces + pieces[1:] + pieces[-1:], b"Connection: close"
    c.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\n%s\r\n\r\n" % (kind, length))
    if how == "drip":
        pieces = [bytes([byte]) for byte in b"".join(pieces)]
    for i, piece in enumerate(pieces):
        c.sendall(piece)
        if folder and i == 15:
            shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.08)


def talk(c):
    head, rest = head_of(c)
    if head is None:
        return
    tell("begun")
    how = re.match(rb"\w+ /(\w+)", head).group(1).decode()
    folder = re.match(rb"\w+ /\w+/([^/ ]+)/", head)
    size = re.search(rb"(?i)content-length: *(\d+)", head)
    folder = urllib.parse.unquote(folder.group(1).decode()) if how.startswith("lose") else None
    if not take(c, how, int(size.group(1)) if size else 0, len(rest), folder):
        return
    if how == "mute":
        tell("closed" if c.recv(1) == b"" else "more")
        return
    tell("answered")
    if how in ("file", "lose_file", "drip", "json"):
        give(c, how, folder)
    else:
        c.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                  % (len(OBJECT), OBJECT))


def serve(c):
    with c:
        try:
            talk(c)
        except OSError:
            tell("reset")


def accept(server):
    while True:
        threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()


listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, PIECE)
listener.bind(("127.0.0.1", 0))
listener.listen(64)
print(listener.getsockname()[1], flush=True)
threading.Thread(target=accept, args=(listener,), daemon=True).start()
sys.stdin.read()

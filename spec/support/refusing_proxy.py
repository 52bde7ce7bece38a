"""A proxy that refuses: refusing_proxy.py prints its port, and ends when its standard input closes.

The user of the proxy's URL says how: a status answers CONNECT with it, `drip` answers byte by byte for ten seconds and never to
the end, `socks` refuses user and password over SOCKS5. Every request with a password is told as a line; one without is asked for it.
"""

import base64
import contextlib
import re
import socket
import sys
import threading
import time


def serve(c):
    with c:
        first = c.recv(4096)
        if first.startswith(b"CONNECT") and b"Basic" not in first:
            c.sendall(b"HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n")
            first = c.recv(4096)
        if not first:
            return
        print("asked", flush=True)
        if first[:1] == b"\x05":
            c.sendall(b"\x05\x02")
            c.recv(4096)
            c.sendall(b"\x01\x01")
            return
        user = base64.b64decode(re.search(rb"Basic (\S+)", first).group(1)).split(b":")[0]
        if user == b"drip":
            c.sendall(b"HTTP/1.1 200 Connection established\r\nX-Slow: ")
            with contextlib.suppress(OSError):
                for _ in range(200):
                    time.sleep(0.05)
                    c.sendall(b"x")
            return
        challenge = b'Proxy-Authenticate: Basic realm="x"\r\n' if user == b"407" else b""
        c.sendall(b"HTTP/1.1 " + user + b" No\r\n" + challenge + b"Content-Length: 0\r\n\r\n")


def accept(server):
    while True:
        threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
threading.Thread(target=accept, args=(listener,), daemon=True).start()
sys.stdin.read()

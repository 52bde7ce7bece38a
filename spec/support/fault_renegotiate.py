"""A TLS 1.2 listener that starts a second handshake between the request and its answer.

Python's ssl module cannot; `openssl s_server` does on an input line that begins with R. So it sits in between: what
the client sends goes to it raw, and its input and output, which are plain text, are served like a socket.
"""

import os
import socket
import subprocess
import tempfile
import threading
import time

READY = b"Secure Renegotiation IS supported\n"  # ends what s_server prints of a handshake


def relay(source, sink):
    """Copies until one side ends, and then ends the other."""
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class Plain:
    """The plain text side of s_server, as much of a socket as a Connection needs."""

    def __init__(self, child):
        self.child, self.asked = child, False
        seen = b""
        while READY not in seen:
            data = self.recv(65536)
            if not data:
                raise OSError("no handshake")
            seen += data
        self.early = seen[seen.index(READY) + len(READY):]

    def recv(self, size):
        early, self.early = getattr(self, "early", b""), b""
        return early or os.read(self.child.stdout.fileno(), size)

    def sendall(self, data):
        if not self.asked:
            self.asked = True
            os.write(self.child.stdin.fileno(), b"R\n")
            time.sleep(0.1)  # a line of its own: s_server looks at the start of each read
        os.write(self.child.stdin.fileno(), data)

    def settimeout(self, _):
        pass

    def setsockopt(self, *_):
        pass


def serve(sock, folder, use):
    """Puts s_server behind an accepted connection and calls use(plain socket)."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        child = subprocess.Popen(
            ["openssl", "s_server", "-tls1_2", "-unix", "s", "-naccept", "1",
             "-cert", os.path.join(folder, "good.pem"), "-key", os.path.join(folder, "leaf.key")],
            cwd=place,  # s_server fails on socket names beyond 31 bytes
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            with socket.socket(socket.AF_UNIX) as behind:
                while behind.connect_ex(os.path.join(place, "s")) != 0 and child.poll() is None:
                    time.sleep(0.005)
                for ends in ((sock, behind), (behind, sock)):
                    threading.Thread(target=relay, args=ends, daemon=True).start()
                use(Plain(child))
                os.write(child.stdin.fileno(), b"Q\n")
                child.wait()
        finally:
            child.kill()
            child.wait()
            child.stdin.close()
            child.stdout.close()

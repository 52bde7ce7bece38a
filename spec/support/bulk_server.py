"""A server for large bodies: bulk_server.py BYTES

GET answers with a "PDF" of that many bytes; POST reads its whole body and answers with its SHA-256 as the id. Prints
one line, its port, when it listens; ends when standard input closes.
"""

import hashlib
import http.server
import sys
import threading

SIZE = int(sys.argv[1])
PIECE = b"%PDF-" + bytes(1024 * 1024 - 5)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, content_type, length):
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def do_GET(self):
        self.answer("application/pdf", SIZE)
        left = SIZE
        try:
            while left > 0:
                self.wfile.write(PIECE[:left])
                left -= len(PIECE)
        except ConnectionError:  # the client had enough
            self.close_connection = True

    def do_POST(self):
        left, digest = int(self.headers["Content-Length"]), hashlib.sha256()
        while left > 0:
            piece = self.rfile.read(min(left, 1 << 20))
            if not piece:
                return
            digest.update(piece)
            left -= len(piece)
        body = b'{"id":"%s"}' % digest.hexdigest().encode()
        self.answer("application/json", len(body))
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()

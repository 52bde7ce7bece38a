#!/usr/bin/env python3
"""Applicants who are each other's duplicates: mutual_peer.py HOW WHO, where WHO names groups: "a1 a2;b1 b2 b3".

HOW `stored`: a check is what it was at first, as checks/latest gives it. `recomputed`: without those who were deactivated.
Prints its port; GET /gone lists who was deactivated, in order and as often as it was, and GET /asked every other request
as its method and the port it came from. GET /mailed lists to whom an e-mail was sent.
"""
import http.server
import json
import re
import sys
import threading
import time

how, groups = sys.argv[1], [group.split() for group in sys.argv[2].split(";")]
others = {me: [other for other in group if other != me] for group in groups for me in group}
gone, asked, mailed, lock = [], [], [], threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def note(self):
        with lock:
            asked.append(f"{self.command} {self.client_address[1]}")

    def do_GET(self):
        if self.path in told:
            return self.reply(told[self.path])
        self.note()
        me = re.search(r"applicantId=(\w+)", self.path).group(1)
        with lock:
            hits = [other for other in others[me] if how == "stored" or other not in gone]
        time.sleep(0.02)
        check = {"answer": "RED" if hits else "GREEN", "checkType": "SIMILAR_SEARCH", "id": "c" + me}
        if hits:
            check["similarSearchInfo"] = {"answer": "RED", "duplicateApplicantHits": [
                {"applicantId": other, "matchedFields": ["name"], "types": ["text"]} for other in hits]}
        self.reply({"checks": [check]})

    def do_POST(self):
        self.note()
        with lock:
            mailed.append(re.search(r"applicants/(\w+)/", self.path).group(1))
        self.reply({"ok": 1})

    def do_PATCH(self):
        self.note()
        me = re.search(r"applicants/(\w+)/presence", self.path).group(1)
        time.sleep(0.02)
        with lock:
            gone.append(me)
        self.reply({"id": me, "deleted": True})


told = {"/gone": gone, "/asked": asked, "/mailed": mailed}
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.request_queue_size = 128
print(server.server_address[1], flush=True)
server.serve_forever()

# One signed, decoded call after another, as Python's requests does it: a session that keeps its connection.
#
#   python3 bench/calls_requests.py WARM_UP COUNT      the server's URL is in IDNGO_BASE_URL
import hashlib
import hmac
import os
import resource
import sys
import time

import requests

BASE = os.environ["IDNGO_BASE_URL"]
TARGET = "/resources/checks/latest?type=TIN&applicantId=5eea3f5204f940217bcbc03d"


def run(session, times):
    for _ in range(times):
        ts = str(int(time.time()))
        signature = hmac.new(b"bench-secret", f"{ts}GET{TARGET}".encode(), hashlib.sha256).hexdigest()
        reply = session.get(BASE + TARGET, timeout=30, headers={
            "X-App-Token": "sbx:bench", "X-App-Access-Ts": ts, "X-App-Access-Sig": signature,
            "Accept": "application/json"})
        reply.raise_for_status()
        assert reply.json()["checks"][0]["answer"] == "GREEN"


with requests.Session() as session:
    run(session, int(sys.argv[1]))
    cpu, wall = time.process_time(), time.monotonic()
    run(session, int(sys.argv[2]))
    cpu, wall = time.process_time() - cpu, time.monotonic() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"cpu={cpu:.6f} wall={wall:.6f} peak={peak}")

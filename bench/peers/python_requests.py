# The jobs as Python's requests does them: sessions, which keep their connections, and a thread for each call at once.
#
#   python3 bench/peers/python_requests.py JOB WARM_UP COUNT      the server's URL is in IDNGO_BASE_URL
#     JOB: calls CONCURRENCY | sign SECRET TS METHOD TARGET BODY | download PATH
import hashlib
import hmac
import os
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import requests

BASE = os.environ.get("IDNGO_BASE_URL")
ID = "5eea3f5204f940217bcbc03d"


def sign(secret, ts, method, target, body):
    return hmac.new(secret.encode(), f"{ts}{method}{target}{body}".encode(), hashlib.sha256).hexdigest()


def get(session, target, **options):
    ts = str(int(time.time()))
    reply = session.get(BASE + target, timeout=30, **options, headers={
        "X-App-Token": "sbx:bench", "X-App-Access-Ts": ts,
        "X-App-Access-Sig": sign("bench-secret", ts, "GET", target, ""), "Accept": "application/json"})
    assert reply.status_code == 200
    return reply


def call(session, times):
    for _ in range(times):
        reply = get(session, f"/resources/checks/latest?type=TIN&applicantId={ID}")
        assert reply.json()["checks"][0]["answer"] == "GREEN"


def calls(concurrency):
    sessions = [requests.Session() for _ in range(int(concurrency))]
    if len(sessions) == 1:
        return lambda times: call(sessions[0], times)
    pool = ThreadPoolExecutor(len(sessions))

    def run(times):
        shares = [len(range(i, times, len(sessions))) for i in range(len(sessions))]
        list(pool.map(call, sessions, shares))  # raises what a call raised
    return run


def signing(*arguments):
    def run(times):
        global signature
        for _ in range(times):
            signature = sign(*arguments)
    return run


def download(path):
    session = requests.Session()

    def run(times):
        for _ in range(times):
            with get(session, f"/resources/applicants/{ID}/summary/report", stream=True) as reply, \
                    open(path, "wb") as file:
                for chunk in reply.iter_content(1 << 16):
                    file.write(chunk)
    return run


signature = None
job, *arguments, warm_up, count = sys.argv[1:]
work = {"calls": calls, "sign": signing, "download": download}[job](*arguments)
work(int(warm_up))
cpu, wall = time.process_time(), time.monotonic()
work(int(count))
cpu, wall = time.process_time() - cpu, time.monotonic() - wall
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(f"cpu={cpu:.6f} wall={wall:.6f} peak={peak}" + (f" signature={signature}" if signature else ""))

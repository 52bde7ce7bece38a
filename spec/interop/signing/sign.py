"""Signs with Python's own hmac; see ../signing_interop.lua."""
import hashlib, hmac, http.client, os, sys, time, urllib.parse

base = urllib.parse.urlsplit(os.environ["IDNGO_BASE_URL"])


def send(method, target, body=b"", kind=None):
    stamp = str(int(time.time()))
    digest = hmac.new(b"demo-secret", stamp.encode() + method.encode() + target.encode() + body, hashlib.sha256).hexdigest()
    headers = {"X-App-Token": "sbx:demo", "X-App-Access-Ts": stamp, "X-App-Access-Sig": digest}
    if kind:
        headers["Content-Type"] = kind
    connection = http.client.HTTPConnection(base.netloc)
    connection.request(method, target, body or None, headers)
    reply = connection.getresponse()
    print(reply.status, reply.read().decode())


for line in sys.stdin:
    method, target, kind, path = line.rstrip("\n").split("\t")
    with open(path, "rb") as file:
        send(method, target, file.read(), kind or None)

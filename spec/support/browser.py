"""Opens pages in headless Chromium and tells what they did: browser.py FOLDER <script.json >result.json

FOLDER is where screenshots go, and Chromium's profile. The script is a list of pages:
    {"page": "/path/x.html", "steps": ["JavaScript expression", …], "shots": "name" or absent}
The result is a list, too:
    {"values": what the expressions gave, "requests": URLs asked for beside the page itself, before the expressions,
     "dialogs": how many opened, "connections": request lines that came to the proxy, which is all the network there is,
     but for those to OWN, whom Chromium itself asks now and then}
With "shots", FOLDER/name-light.png and FOLDER/name-dark.png show the page as those see it who prefer light or dark. With
"clip": [width, height, scale] these are of that part of it, from the top.

More that a page may have: "viewport": [width, height]; "scheme": "light" or "dark", for the steps; "inject": a file of
JavaScript that runs before the steps; "pdf": the name of a file in FOLDER that the page is printed into, after the steps;
"loads": how often it is loaded: "durations" are the milliseconds until each was, "usable" those until its script said so.
A step may be {"key": "ArrowDown"}, too: that key is pressed.
"""

import base64
import fcntl
import json
import os
import socket
import subprocess
import sys
import threading

FLAGS = ("--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
         "--disable-component-update --disable-sync --disable-dev-shm-usage --disable-extensions --hide-scrollbars "
         "--remote-debugging-pipe --window-size=1280,900 --proxy-bypass-list=<-loopback>").split()


USABLE = "performance.getEntriesByName('rows').map(e => e.startTime)[0] || 0"
LOADED = "performance.getEntriesByType('navigation')[0].duration"

OWN = ("google.com", "googleapis.com", "gstatic.com")


class Proxy:
    """A proxy that writes down what it is asked for, and gives nothing."""

    def __init__(self):
        self.asked = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            connection, _ = self.listener.accept()
            with connection:
                line = connection.recv(4096).split(b"\r\n")[0].decode("latin-1")
                if not any(host in line for host in OWN):
                    self.asked.append(line)
                connection.sendall(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


class Browser:
    """Chromium, driven over two pipes by its DevTools protocol."""

    def __init__(self, folder, proxy):
        to_it, ours_out = os.pipe()
        ours_in, from_it = os.pipe()
        # out of the way of 3 and 4, where Chromium looks for them
        to_it, from_it = (fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (to_it, from_it))

        def place_pipes():
            os.dup2(to_it, 3)
            os.dup2(from_it, 4)

        self.process = subprocess.Popen(
            ["chromium", *FLAGS, f"--proxy-server=127.0.0.1:{proxy.port}", f"--user-data-dir={folder}/profile",
             "about:blank"], preexec_fn=place_pipes, close_fds=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "HOME": folder})
        os.close(to_it)
        os.close(from_it)
        self.out, self.inp, self.rest = ours_out, ours_in, b""
        self.last, self.events, self.session = 0, [], None
        target = next(t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime"):
            self.call(domain + ".enable")
        self.call("Page.setLifecycleEventsEnabled", enabled=True)

    def message(self):
        while b"\0" not in self.rest:
            more = os.read(self.inp, 1 << 20)
            if not more:
                raise SystemExit("chromium is gone")
            self.rest += more
        text, self.rest = self.rest.split(b"\0", 1)
        return json.loads(text)

    def take_event(self, message):
        self.events.append(message)
        if message["method"] == "Page.javascriptDialogOpening":
            self.send("Page.handleJavaScriptDialog", {"accept": True})

    def send(self, method, params):
        self.last += 1
        message = {"id": self.last, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        with open(self.out, "wb", closefd=False) as out:
            out.write(json.dumps(message).encode() + b"\0")
        return self.last

    def call(self, method, **params):
        number = self.send(method, params)
        while True:
            message = self.message()
            if message.get("id") == number:
                if "error" in message:
                    raise SystemExit(f"{method}: {message['error']}")
                return message["result"]
            if "method" in message:
                self.take_event(message)

    def go(self, url):
        """Until this page is loaded, and not one that the page before was still loading."""
        loader = self.call("Page.navigate", url=url)["loaderId"]
        while not any(event["loaderId"] == loader and event["name"] == "load" for event in self.seen("Page.lifecycleEvent")):
            message = self.message()
            if "method" in message:
                self.take_event(message)

    def seen(self, method):
        return [event["params"] for event in self.events if event["method"] == method]

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            return {"threw": result["exceptionDetails"]["exception"].get("description", "?")}
        return result["result"].get("value")

    def shoot(self, path, scheme, clip):
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        part = {"clip": {"x": 0, "y": 0, "width": clip[0], "height": clip[1], "scale": clip[2]}} if clip else {}
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True, **part)
        with open(path, "wb") as file:
            file.write(base64.b64decode(shot["data"]))

    def press(self, key):
        code = {"Enter": 13, "Escape": 27, " ": 32, "Tab": 9, "PageUp": 33, "PageDown": 34, "End": 35, "Home": 36, "ArrowUp": 38,
                "ArrowDown": 40}[key]
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code,
                      **(text if kind == "keyDown" else {}))

    def step(self, step):
        if isinstance(step, dict):
            self.press(step["key"])
            return True
        return self.evaluate(step)

    def visit(self, folder, page, proxy):
        self.go("about:blank")  # the page before is gone then, with all that it may still have asked for
        self.events, proxy.asked[:] = [], []
        if "viewport" in page:
            width, height = page["viewport"]
            self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 700)
        else:
            self.call("Emulation.clearDeviceMetricsOverride")
        if "scheme" in page:
            self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": page["scheme"]}])
        durations, usable = [], []
        for _ in range(page.get("loads", 1)):
            self.go("file://" + page["page"])
            durations.append(self.evaluate(LOADED))
            usable.append(self.evaluate(USABLE))
        for scheme in ("light", "dark") if "shots" in page else ():
            self.shoot(f"{folder}/{page['shots']}-{scheme}.png", scheme, page.get("clip"))
        requests = [params["request"]["url"] for params in self.seen("Network.requestWillBeSent")]
        if "inject" in page:
            with open(page["inject"], encoding="utf-8") as script:
                self.evaluate(script.read() + "\n;0")
        values = [self.step(step) for step in page["steps"]]
        if "pdf" in page:
            printed = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
            with open(f"{folder}/{page['pdf']}", "wb") as file:
                file.write(base64.b64decode(printed["data"]))
        return {"values": values, "durations": durations, "usable": usable, "requests": requests[1:], "dialogs": len(self.seen("Page.javascriptDialogOpening")),
                "connections": proxy.asked[:]}

    def close(self):
        self.session = None
        self.send("Browser.close", {})
        self.process.wait(20)


def main():
    folder, proxy = sys.argv[1], Proxy()
    browser = Browser(folder, proxy)
    try:
        result = [browser.visit(folder, page, proxy) for page in json.load(sys.stdin)]
        json.dump(result, sys.stdout)
    finally:
        browser.close()


main()

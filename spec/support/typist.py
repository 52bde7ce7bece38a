"""A person at a terminal: typist.py EXPECT TYPE [EXPECT TYPE …] -- COMMAND…

Waits until EXPECT stands on the screen behind what was there before, then types TYPE and Enter; ^C is typed alone. All that
was on the screen is printed; the exit code is the command's. What never comes ends the command, and this with 99.
"""

import os
import pty
import select
import sys
import time

split = sys.argv.index("--")
script = list(zip(sys.argv[1:split:2], sys.argv[2:split:2]))
pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "dumb"
    os.execvp(sys.argv[split + 1], sys.argv[split + 1:])
seen, at, by = b"", 0, time.monotonic() + 120
while True:
    if time.monotonic() > by:
        os.kill(pid, 9)
        sys.stdout.buffer.write(seen + b"\n(waited in vain)\n")
        sys.exit(99)
    if not select.select([terminal], [], [], 1)[0]:
        continue
    try:
        data = os.read(terminal, 65536)
    except OSError:  # its end, on Linux
        break
    if not data:
        break
    seen += data
    while script and script[0][0].encode() in seen[at:]:
        at = seen.index(script[0][0].encode(), at) + len(script[0][0].encode())
        typed = script.pop(0)[1]
        time.sleep(0.05)  # as a person, who types when the question stands there
        os.write(terminal, b"\x03" if typed == "^C" else typed.encode() + b"\n")
sys.stdout.buffer.write(seen.replace(b"\r\n", b"\n"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) % 256)

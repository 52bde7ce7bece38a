"""Plays a PostgreSQL server whose every answer to a prepared statement is one row of one column, of a type and a length of the
test's own. Listens at the socket of a folder: deviating_postgres.py FOLDER TYPE HEX; serves one connection."""

import socket
import struct
import sys

folder, type_, value = sys.argv[1], int(sys.argv[2]), bytes.fromhex(sys.argv[3])
listener = socket.socket(socket.AF_UNIX)
listener.bind(folder + "/.s.PGSQL.5432")
listener.listen(1)
print("ready", flush=True)
stream = listener.accept()[0].makefile("rwb")


def send(kind, body=b""):
    stream.write(kind + struct.pack("!i", 4 + len(body)) + body)


def ready():
    send(b"Z", b"I")
    stream.flush()


ROW = b"\0\1x\0" + struct.pack("!ihihih", 0, 0, type_, -1, -1, 1)
ANSWERS = {  # by the kind of a message
    b"Q": [(b"C", b"SET\0")], b"P": [(b"1", b"")], b"B": [(b"2", b"")],
    b"E": [(b"D", b"\0\1" + struct.pack("!i", len(value)) + value), (b"C", b"SELECT 1\0")],
}

stream.read(struct.unpack("!i", stream.read(4))[0] - 4)
send(b"R", struct.pack("!i", 0))
ready()
while kind := stream.read(1):
    body = stream.read(struct.unpack("!i", stream.read(4))[0] - 4)
    if kind == b"X":
        break
    if kind == b"D" and body[:1] == b"S":
        send(b"t", b"\0\0")
    if kind == b"D":
        send(b"T", ROW)
    for answer in ANSWERS.get(kind, []):
        send(*answer)
    if kind in b"QS":
        ready()

"""Carries bytes between whoever connects and a port of this machine: tcp_proxy.py PORT [AT-ONCE | cut]

Prints the port that it listens on. What comes back is passed on in pieces of AT-ONCE bytes; with cut, the first connection is
closed after one byte of it, the second after two, and so on. Stopped by SIGSTOP, it is a network that carries nothing.
"""

import itertools
import socket
import sys
import threading

target = int(sys.argv[1])
cut = sys.argv[2:] == ["cut"]
at_once = int(sys.argv[2]) if len(sys.argv) > 2 and not cut else 65536


def carry(source, sink, piece, left):
    try:
        while left is None or left > 0:
            data = source.recv(piece if left is None else min(piece, left))
            if not data:
                break
            sink.sendall(data)
            left = left if left is None else left - len(data)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
for count in itertools.count(1):
    client, _ = listener.accept()
    try:
        server = socket.create_connection(("127.0.0.1", target))
    except OSError:
        client.close()
        continue
    for end in (client, server):
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    threading.Thread(target=carry, args=(client, server, 65536, None), daemon=True).start()
    threading.Thread(target=carry, args=(server, client, at_once, count if cut else None), daemon=True).start()

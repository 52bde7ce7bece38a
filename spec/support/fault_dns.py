"""A name server for clients that ask one themselves (nginx), over UDP on loopback.

NAME.slow.test gets no answer, NAME.fail.test does not exist, and every other name is 127.0.0.1.
slow_dns.c does the same to clients that call getaddrinfo.
"""

import socket
import struct
import threading

NXDOMAIN, TYPE_A, CLASS_IN = 3, 1, 1


def reply(query):
    """The answer to one query, or None for silence."""
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].lower())
        at += 1 + query[at]
    kind = struct.unpack("!H", query[at + 1:at + 3])[0]
    question = query[12:at + 5]
    if labels[-2:] == [b"slow", b"test"]:
        return None
    failed = labels[-2:] == [b"fail", b"test"]
    answers = 1 if kind == TYPE_A and not failed else 0
    head = query[:2] + struct.pack("!HHHHH", 0x8180 | (NXDOMAIN if failed else 0), 1, answers, 0, 0)
    address = struct.pack("!HHHIH4s", 0xC00C, TYPE_A, CLASS_IN, 0, 4, bytes([127, 0, 0, 1]))
    return head + question + address * answers


def listen():
    """Starts the name server and returns its UDP port."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))

    def run():
        while True:
            query, client = sock.recvfrom(4096)
            try:
                answer = reply(query)
            except (IndexError, struct.error):
                continue
            if answer:
                sock.sendto(answer, client)

    threading.Thread(target=run, daemon=True).start()
    return sock.getsockname()[1]

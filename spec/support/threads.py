"""Threads that are used again: a peer has one for each of its connections, and a new one takes more of the processor than most of
what is done there."""

import queue
import threading

idle = []  # where threads that have nothing to do wait for something


def work(mine):
    while True:
        act, args = mine.get()
        act(*args)
        del act, args  # so that no socket stays open for it
        idle.append(mine)


def start(act, *args):
    """Calls act(*args) in a thread of its own."""
    try:
        mine = idle.pop()
    except IndexError:
        mine = queue.SimpleQueue()
        threading.Thread(target=work, args=(mine,), daemon=True).start()
    mine.put((act, args))

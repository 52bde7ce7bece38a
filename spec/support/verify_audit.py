#!/usr/bin/env python3
"""Checks a run's audit log, from its description alone: verify_audit.py DIR KEY_FILE

A line is {"hash":"H","record":R} with H = SHA-256(hash of the line before, R); the first follows 64 zeros. A record of the
event "checkpoint" carries the HMAC-SHA256, under the key, of "idngo audit SEQ HASH-BEFORE"; one of the event "approved" that of
HASH-BEFORE and itself without it, under a key of its own. The journal knows the last record, and signs "SEQ HASH" of it.
"""
import hashlib
import hmac
import json
import re
import sqlite3
import sys

LINE = re.compile(rb'\{"hash":"([0-9a-f]{64})","record":(\{.*\})\}\n')


def fail(seq, why):
    sys.exit(f"record {seq}: {why}")


def sign(key, kind, text):
    own = hashlib.sha256(b"idngo " + kind + b"\n" + key).hexdigest().encode()
    return hmac.new(own, text, "sha256").hexdigest()


def verify(folder, key):
    previous, seq, event = b"0" * 64, 0, None
    with open(folder + "/audit.jsonl", "rb") as log:
        for seq, line in enumerate(log, 1):
            parts = LINE.fullmatch(line)
            if not parts:
                fail(seq, "not a whole record")
            claimed, text = parts.groups()
            if hashlib.sha256(previous + text).hexdigest().encode() != claimed:
                fail(seq, "does not follow from the one before it")
            record = json.loads(text)
            event = record["event"]
            if record["seq"] != seq:
                fail(seq, "has another number")
            if event == "checkpoint":
                signed = b"idngo audit %d %s" % (seq, previous)
                if not hmac.compare_digest(hmac.new(key, signed, "sha256").hexdigest(), record["hmac"]):
                    fail(seq, "wrong signature")
            if event == "approved":
                unsigned = re.sub(rb',"hmac":"[0-9a-f]{64}"', b"", text)
                if not hmac.compare_digest(sign(key, b"approval", previous + unsigned), record["hmac"]):
                    fail(seq, "wrong signature of an approval")
            previous = claimed
    journal = sqlite3.connect(f"file:{folder}/journal.db?mode=ro", uri=True)
    if journal.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone() != (seq, previous.decode()):
        fail(seq, "is not the last one that the journal knows")
    head = journal.execute("SELECT value FROM run WHERE name = 'head'").fetchone()
    if head != (sign(key, b"head", b"%d %s" % (seq, previous)),):
        fail(seq, "wrong signature of the last record")
    if journal.execute("SELECT value FROM run WHERE name = 'state'").fetchone()[0] in ("planned", "done") and event != "checkpoint":
        fail(seq, "is the last and no checkpoint")
    print(seq, "records")


with open(sys.argv[2], "rb") as file:
    verify(sys.argv[1], file.readline().strip())

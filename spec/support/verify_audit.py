#!/usr/bin/env python3
"""Checks a run's audit log, from its description alone: verify_audit.py LOG PUBLIC_KEY.pem [HEAD]

A line is {"hash":"H","record":R} or {"hash":"H","record":R,"signature":"S"}. H is SHA-256 of the hash and the signature of the
line before and R; the first follows 64 zeros. S is the Ed25519 signature of "idngo audit 2\\nRUN\\nSEQ\\nH". The last record
has one, and so its openssl checks all there is. HEAD: a hash that was kept elsewhere, of a record that must be there.
"""
import hashlib
import json
import re
import subprocess
import sys
import tempfile

LINE = re.compile(rb'\{"hash":"([0-9a-f]{64})","record":(\{.*?\})(?:,"signature":"([0-9a-f]{128})")?\}\n')


def fail(seq, why):
    sys.exit(f"record {seq}: {why}")


def is_signed(key, statement, signature):
    with tempfile.NamedTemporaryFile() as text, tempfile.NamedTemporaryFile() as raw:
        text.write(statement)
        text.flush()
        raw.write(bytes.fromhex(signature.decode()))
        raw.flush()
        done = subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", key, "-in", text.name,
                               "-sigfile", raw.name], capture_output=True)
        return done.returncode == 0


def verify(log, key, head):
    previous, seq, run, claimed, signature = b"0" * 64, 0, None, None, None
    with open(log, "rb") as lines:
        for seq, line in enumerate(lines, 1):
            parts = LINE.fullmatch(line)
            if not parts:
                fail(seq, "not a whole record")
            claimed, text, signature = parts.groups()
            if hashlib.sha256(previous + text).hexdigest().encode() != claimed:
                fail(seq, "does not follow from the one before it")
            record = json.loads(text)
            if record["seq"] != seq:
                fail(seq, "has another number")
            run = run or record["run"]
            if claimed.decode() == head:
                head = None
            previous = claimed + (signature or b"")
    if not signature:
        fail(seq, "is the last, and not signed")
    if not is_signed(key, b"idngo audit 2\n%s\n%d\n%s" % (run.encode(), seq, claimed), signature):
        fail(seq, "wrong signature")
    if head:
        fail(seq, "the head that was kept is not in the log")
    print(seq, "records")


verify(sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None)

#!/usr/bin/env bash
# canary.sh FILE: fails when FILE, which holds all that the suite printed, has a secret or a signature in it.
set -euo pipefail
words='CANARYSECRET|CANARYTOKEN|Hej2ch71kG2kTd1iIUDZFNsO5C1lh5Gq|demo-secret|X-App-Access-Sig: [0-9a-f]{64}'
[ -s "$1" ] || { echo "nothing was printed, so nothing was checked"; exit 1; }
if grep -nE "$words" "$1" | head -5; then exit 1; fi

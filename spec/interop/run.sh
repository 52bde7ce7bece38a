#!/usr/bin/env bash
# Every call through real servers and proxies, and what axe-core says of the reports' pages; ends with the line "N passed, N failed".
#   run.sh BUILD [--have] [SERVER…]
# With --have, servers that are not installed are left out and named; else they are failures.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
build=$1
shift
unset IDNGO_INTEROP_HAVE
if [ "${1:-}" = --have ]; then
  export IDNGO_INTEROP_HAVE=1
  shift
fi
filters=()
for name in "$@"; do filters+=(--filter="$name"); done

LUA=/usr/bin/lua5.4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -m 700 "$work/slots"
# this machine's own proxies are none of these
unset http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY no_proxy NO_PROXY
env LUA_PATH="$PWD/lua/?.lua;$PWD/lua/?/init.lua;$PWD/spec/support/?.lua;$PWD/spec/?.lua;$PWD/?.lua;;" \
  LUA_CPATH="$PWD/$build/lua5.4/?.so;;" IDNGO_BUILD="$PWD/$build" IDNGO_LUA="$LUA" IDNGO_LIMITS_DIR="$work/slots" \
  "$LUA" /usr/bin/busted -o plainTerminal --pattern=_interop "${filters[@]}" spec/interop 2>&1 | tee "$work/log"

line=$(grep -E '^[0-9]+ success' "$work/log" | tail -1)
if [ -z "$line" ]; then
  echo "0 passed, 1 failed"
  exit 1
fi
read -r s _ _ f _ _ e _ _ skipped _ <<<"$line"
failed=$((f + e))
[ "$s" -gt 0 ] || { echo "nothing was tried"; failed=$((failed + 1)); }
[ "$skipped" = 0 ] || grep -o '[a-z0-9-]* is not installed' "$work/log" | sort -u
[ -n "${IDNGO_INTEROP_HAVE:-}" ] || failed=$((failed + skipped))
echo "$s passed, $failed failed"
[ $failed = 0 ]

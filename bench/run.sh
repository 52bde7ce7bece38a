#!/usr/bin/env bash
# Makes ready what idngo is measured against, then measures: bench/run.sh BUILD_DIR [peers] [--json]
#
# `peers` measures no more than the table of peers. Everything is compared within this one run; the exit status is 1
# when a limit was missed. The caller has set LUA_PATH and LUA_CPATH for the build (./dev bench does).
set -euo pipefail
build=$(realpath "$1")
shift
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export IDNGO_BENCH="$build/bench" IDNGO_SCRATCH
mkdir -p "$IDNGO_BENCH/npm"
IDNGO_SCRATCH=$(mktemp -d /dev/shm/idngo-bench.XXXXXX 2>/dev/null || mktemp -d) # no disk's speed in what is saved
trap 'rm -rf "$IDNGO_SCRATCH"' EXIT

bash bench/compile.sh "$build"

# The peer from npm, once; it takes the registry, or npm's cache.
if ! cmp -s bench/peers/package-lock.json "$IDNGO_BENCH/npm/installed"; then
  cp bench/peers/package.json bench/peers/package-lock.json "$IDNGO_BENCH/npm/"
  if npm ci --prefix "$IDNGO_BENCH/npm" --ignore-scripts --no-audit --no-fund --prefer-offline --fetch-retries=1 \
    >"$IDNGO_BENCH/npm/log" 2>&1; then
    cp bench/peers/package-lock.json "$IDNGO_BENCH/npm/installed"
  else
    printf 'npm did not install sumsub-node-sdk: %s\n' "$(head -1 "$IDNGO_BENCH/npm/log")" >&2
  fi
fi

# Server and client keep to a processor each, where there are two: a client that waits for the network sleeps, which
# costs it time that it does not pay when both take turns on one processor.
serve=() call=()
if [ "$(nproc)" -ge 2 ] && taskset -c 0 true 2>/dev/null && taskset -c 1 true 2>/dev/null; then
  serve=(taskset -c 0) call=(taskset -c 1)
fi
status=0
"${serve[@]}" "$IDNGO_BENCH/server" "${call[@]}" /usr/bin/lua5.4 bench/main.lua "$@" || status=1
[ "${1:-}" != peers ] || exit $status
export LUA_PATH="$PWD/spec/support/?.lua;${LUA_PATH:-;}" IDNGO_BUILD="$build"
if command -v nginx >/dev/null && [ -d "$build/luajit" ]; then
  printf '\nInside nginx:\n'
  /usr/bin/lua5.4 bench/nginx_bench.lua || status=1
  printf '\nWebhooks, each durable before its answer:\n'
  bench/webhook_bench "$build" || status=1
  printf '\nA gate in nginx:\n'
  /usr/bin/lua5.4 bench/gateway_bench.lua || status=1
else
  printf '\nInside nginx: skipped, nginx or the LuaJIT build is not here\n'
fi
printf '\nLimits in Redis:\n'
/usr/bin/lua5.4 bench/limits.lua || status=1
if command -v nginx >/dev/null && [ -d "$build/luajit" ]; then /usr/bin/lua5.4 bench/limits_nginx.lua || status=1; fi
if [ -x "$build/lua5.4/idngo-jail" ]; then
  printf '\nA policy evaluated in its own process:\n'
  # ahead of all others, where that is allowed: a round trip sleeps twice, and whoever is woken late shows in the tail
  first=()
  chrt -f 1 true 2>/dev/null && first=(chrt -f 1)
  "${first[@]}" /usr/bin/lua5.4 bench/jail.lua || status=1
  IDNGO_AUDIT_KEY_FILE=$(mktemp -u) IDNGO_STATE_DIR=$(mktemp -d) # not the key that signs real runs, nor what is kept about them
  export IDNGO_AUDIT_KEY_FILE IDNGO_STATE_DIR
  printf '\nA plan about 10 000 applicants of the sandbox:\n'
  /usr/bin/lua5.4 bench/plan.lua || status=1
  printf '\nRuns about ten thousand and a million applicants, and what signatures cost:\n'
  /usr/bin/lua5.4 bench/million.lua || status=1
  printf '\nRuns in PostgreSQL, beside runs in a folder, and several workers of one:\n'
  /usr/bin/lua5.4 bench/postgres.lua || status=1
  printf '\nWatches of ten thousand, a hundred thousand and a million events, and the way of an event:\n'
  /usr/bin/lua5.4 bench/watch.lua || status=1
  printf '\nA backtest of 100 000 decisions:\n'
  /usr/bin/lua5.4 bench/backtest.lua || status=1
  rm -rf "$IDNGO_AUDIT_KEY_FILE" "$IDNGO_STATE_DIR"
fi
if [ -f "$build/lua5.4/idngo/zip.so" ]; then
  printf '\nImport archives:\n'
  bash bench/archive.sh "$build" || status=1
fi
exit $status

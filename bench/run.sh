#!/usr/bin/env bash
# Builds what idngo is measured against, then measures: bench/run.sh BUILD_DIR [--json]
#
# Everything is compared within this one run; the exit status is 1 when a limit was missed.
# The caller has set LUA_PATH and LUA_CPATH for the build (./dev bench does).
set -euo pipefail
build=$(realpath "$1")
shift
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export IDNGO_BENCH="$build/bench"
mkdir -p "$IDNGO_BENCH"

compile() {
  local name=$1 flags
  shift
  read -ra flags < <(pkg-config --cflags --libs "$@")
  cc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Wshadow -Wconversion -Werror \
    -o "$IDNGO_BENCH/$name" "bench/$name.c" "${flags[@]}"
}
compile hmac libcrypto
compile bare_curl libcurl
compile bare_multi libcurl
cc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Wshadow -Wconversion -Werror -o "$IDNGO_BENCH/server" bench/server.c

# Server and client keep to a processor each, where there are two: a client that waits for the network sleeps, which
# costs it time that it does not pay when both take turns on one processor.
serve=() call=()
if [ "$(nproc)" -ge 2 ] && taskset -c 0 true 2>/dev/null && taskset -c 1 true 2>/dev/null; then
  serve=(taskset -c 0) call=(taskset -c 1)
fi
status=0
"${serve[@]}" "$IDNGO_BENCH/server" "${call[@]}" /usr/bin/lua5.4 bench/main.lua "$@" || status=1
export LUA_PATH="$PWD/spec/support/?.lua;${LUA_PATH:-;}" IDNGO_BUILD="$build"
if command -v nginx >/dev/null && [ -d "$build/luajit" ]; then
  printf '\nInside nginx:\n'
  /usr/bin/lua5.4 bench/nginx_bench.lua || status=1
  printf '\nWebhooks, each durable before its answer:\n'
  bench/webhook_bench "$build" || status=1
else
  printf '\nInside nginx: skipped, nginx or the LuaJIT build is not here\n'
fi
if [ -x "$build/lua5.4/idngo-jail" ]; then
  printf '\nA policy evaluated in its own process:\n'
  /usr/bin/lua5.4 bench/jail.lua || status=1
fi
if [ -f "$build/lua5.4/idngo/zip.so" ]; then
  printf '\nImport archives:\n'
  bash bench/archive.sh "$build" || status=1
fi
exit $status

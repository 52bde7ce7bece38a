#!/usr/bin/env bash
# Many calls on one client three ways: plain (memory, descriptors), and under AddressSanitizer with its leak check and under
# valgrind, which see the first block that is lost. Expects build and build-asan.
set -euo pipefail

LUA=/usr/bin/lua5.4
export LUA_PATH="$PWD/lua/?.lua;$PWD/lua/?/init.lua;$PWD/spec/support/?.lua;;"
plain="$PWD/build/lua5.4/?.so;;" asan="$PWD/build-asan/lua5.4/?.so;;"

ready=$(mktemp -u)
mkfifo "$ready"
LUA_CPATH=$plain "$LUA" bin/idngo sandbox --no-limits --report-seconds 0 >"$ready" &
server=$!
trap 'kill $server 2>/dev/null; rm -f "$ready"' EXIT
read -r _ _ _ _ url <"$ready"

LUA_CPATH=$plain "$LUA" spec/support/soak.lua "$url" 10000 memory
LD_PRELOAD=$(cc -print-file-name=libasan.so) ASAN_OPTIONS=detect_leaks=1 LSAN_OPTIONS=print_suppressions=0 \
  LUA_CPATH=$asan "$LUA" spec/support/soak.lua "$url" 2000
LUA_CPATH=$plain valgrind --quiet --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite,possible \
  --show-leak-kinds=definite,possible "$LUA" spec/support/soak.lua "$url" 220

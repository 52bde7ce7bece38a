#!/usr/bin/env bash
# Counts what a call costs, in instructions and system calls: bench/cost.sh BUILD_DIR
set -euo pipefail
build=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export IDNGO_BENCH="$build/bench" IDNGO_LIMITS_DIR
IDNGO_LIMITS_DIR=$(mktemp -d)
trap 'rm -rf "$IDNGO_LIMITS_DIR"' EXIT
mkdir -p "$IDNGO_BENCH"
bash bench/compile.sh "$build"
export LUA_PATH="$PWD/lua/?.lua;$PWD/lua/?/init.lua;$PWD/?.lua;;" LUA_CPATH="$build/lua5.4/?.so;;"
"$IDNGO_BENCH/server" /usr/bin/lua5.4 bench/cost.lua

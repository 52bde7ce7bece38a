#!/usr/bin/env bash
# Compiles the server of the measurements, and what idngo is measured against in C: bench/compile.sh BUILD_DIR
set -euo pipefail
out=$(realpath "$1")/bench
cd "$(dirname "${BASH_SOURCE[0]}")"
mkdir -p "$out"
strict=(-std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Wshadow -Wconversion -Werror)

compile() {
  local flags
  [ "$1.c" -nt "$out/$1" ] || [ compile.sh -nt "$out/$1" ] || return 0
  read -ra flags < <(pkg-config --cflags --libs "${@:2}")
  cc "${strict[@]}" -o "$out/$1" "$1.c" "${flags[@]}"
}
compile server libcrypto
compile hmac libcrypto
compile bare_curl libcurl
compile bare_multi libcurl
compile bare_download libcurl libcrypto
cc "${strict[@]}" -shared -fPIC -o "$out/clock.so" clock.c

#!/usr/bin/env bash
# Fuzzes: every fuzzer of spec/c for so many seconds of processor time, two at a time, on what nobody else wants of the
# processors. Each begins with its corpus of spec/c/corpus; a line for each says what came of it.
#   fuzz.sh SECONDS [NAME…]     builds in build-fuzz, by clang; logs and findings lie in build-fuzz/found
# Ends with a status that is not 0 when one has found something, or has done nothing.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
seconds=$1 build=build-fuzz
shift

# nobody waits for this: it takes what is left, and gives way at once
renice -n 19 $$ >/dev/null
chrt -i -p 0 $$ 2>/dev/null

mkdir -p "$build/found"
if ! { CC=clang cmake -S . -B "$build" -DIDNGO_SANITIZE=ON -DIDNGO_FUZZ=ON && cmake --build "$build" -j 2 --target fuzzers; } \
  >"$build/build.log" 2>&1; then
  tail -40 "$build/build.log"
  exit 1
fi

# fuzz_one NAME: its line, and its status
fuzz_one() {
  local name=$1 found=$build/found corpus status words=()
  corpus=$(mktemp -d) # inputs found on the way
  [ ! -f "spec/c/corpus/$name.dict" ] || words=(-dict="spec/c/corpus/$name.dict")
  (
    ulimit -S -t "$seconds"
    ulimit -H -t $((seconds + 30)) # who hangs in one input is killed here; by the clock it may only be starved
    ASAN_OPTIONS=detect_leaks=1:quarantine_size_mb=16 exec "$build/fuzz_$name" -timeout=3600 -rss_limit_mb=1024 -print_final_stats=1 \
      -max_len=4096 -artifact_prefix="$found/$name-" "${words[@]}" "$corpus" "spec/c/corpus/$name"
  ) >"$found/$name.log" 2>&1
  status=$?
  rm -rf "$corpus"
  local executed seeds
  seeds=$(find "spec/c/corpus/$name" -type f | wc -l) # which it goes through first
  executed=$(sed -n 's/^stat::number_of_executed_units: *//p' "$found/$name.log")
  if [ $status = 0 ] && [ "${executed:-0}" -gt 100 ] && [ "${executed:-0}" -gt $((2 * seeds)) ]; then
    printf 'fuzz_%-14s %10d inputs, nothing found\n' "$name" "$executed"
    return 0
  fi
  printf 'fuzz_%-14s FOUND something (status %d); %s/%s.log ends:\n' "$name" $status "$found" "$name"
  grep -vE '^#[0-9]|^stat::' "$found/$name.log" | tail -25
  return 1
}
export -f fuzz_one
export build seconds

names=("$@")
if [ $# = 0 ]; then
  for file in spec/c/fuzz_*.c; do
    name=${file#spec/c/fuzz_}
    names+=("${name%.c}")
  done
fi
printf '%s\n' "${names[@]}" | xargs -P 2 -I '{}' bash -c 'fuzz_one {}'

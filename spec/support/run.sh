#!/usr/bin/env bash
# Every test there is; ends with the line "N passed, N failed".
#   run.sh           everything
#   run.sh SPEC…     only these busted files, on the plain build
#
# Most specs wait most of the time. So those of the plain build and those under the sanitizers run side by side, and what
# only computes (static checks, fuzzers, failing allocations) takes what both leave of the processors. What measures
# time is tagged `alone`, and runs when all else is done.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

LUA=/usr/bin/lua5.4
passed=0 failed=0 # of the job at hand
step() { printf '\n== %s\n' "$*"; }

# Counts one check by its exit status.
tally() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); printf 'FAILED: %s\n' "$2"; fi; }

# C tests of one build: every program in it is one check.
c_tests() {
  local dir=$1 program
  for program in "$dir"/test_*; do
    [ -x "$program" ] || continue
    "$program" >"$dir/test.log" 2>&1
    local status=$?
    [ $status = 0 ] || tail -30 "$dir/test.log"
    tally $status "$program"
  done
}

# busted over files, with what a build has made: specs BUILD FILE…
specs() {
  local dir=$1 log status line
  shift
  log=$(mktemp -p "$work")
  env LUA_PATH="$PWD/lua/?.lua;$PWD/lua/?/init.lua;$PWD/spec/support/?.lua;$PWD/?.lua;$PWD/?/init.lua;;" \
    LUA_CPATH="$PWD/$dir/lua5.4/?.so;;" IDNGO_BUILD="$PWD/$dir" IDNGO_LUA="$LUA" \
    "$LUA" /usr/bin/busted -o plainTerminal "$@" >"$log" 2>&1
  status=$?
  line=$(grep -E '^[0-9]+ success' "$log" | tail -1)
  if [ -z "$line" ] || [ $status -ne 0 ]; then cat "$log"; fi
  if [ -z "$line" ]; then
    failed=$((failed + 1))
  else
    printf '%s\n' "$line"
    read -r s _ _ f _ _ e _ _ p _ <<<"$line"
    passed=$((passed + s)) failed=$((failed + f + e + p))
  fi
  cp "$log" "$(mktemp -p "$work/printed")"
}

# Starts a job, a function, beside the others: start [idle] NAME. What it prints waits for finish.
start() {
  local idle='' name
  if [ "$1" = idle ]; then idle=1 && shift; fi
  name=$1
  (
    set -m # a process group of its own, so that it can be ended with all that it began
    (
      if [ -n "$idle" ]; then
        renice -n 19 "$BASHPID" >/dev/null
        chrt -i -p 0 "$BASHPID" 2>/dev/null
      fi
      # slots of its own: another job's server may have had the same port
      IDNGO_LIMITS_DIR=$(mktemp -d "$slots/XXXXXX") "$name"
      printf '%d %d %d\n' "$passed" "$failed" "$SECONDS" >"$work/$name.counts"
    ) >"$work/$name.log" 2>&1 &
    printf '%d\n' $! >"$work/$name.group"
    wait
  ) &
}

all_passed=0 all_failed=0
# Waits for a job, prints what it printed, and adds what it counted. A job that died has counted nothing: one failure.
finish() {
  local name=$1 p=0 f=1 seconds=0
  while [ ! -f "$work/$name.counts" ] && kill -0 "-$(cat "$work/$name.group" 2>/dev/null)" 2>/dev/null; do sleep 0.2; done
  [ ! -f "$work/$name.counts" ] || read -r p f seconds <"$work/$name.counts"
  cat "$work/$name.log"
  printf '(%s: %d passed, %d failed, done after %d s)\n' "$name" "$p" "$f" "$seconds"
  all_passed=$((all_passed + p)) all_failed=$((all_failed + f))
}

cleanup() {
  local group
  for group in "$work"/*.group; do [ ! -f "$group" ] || kill -- "-$(cat "$group")" 2>/dev/null; done
  rm -rf "$work" "$slots"
}
work=$(mktemp -d)
mkdir "$work/printed" # all that the suite prints, for the canary
slots=$(mktemp -d /dev/shm/idngo-test.XXXXXX 2>/dev/null || mktemp -d)
# not the slots of real use, nor the key that signs real runs, nor what is kept about them
export IDNGO_LIMITS_DIR=$slots IDNGO_AUDIT_KEY_FILE=$work/audit.key IDNGO_STATE_DIR=$work/state
trap cleanup EXIT

step "Build"
./dev build || { echo "0 passed, 1 failed"; exit 1; }

if [ $# -gt 0 ]; then
  specs build "$@"
  echo "$passed passed, $failed failed"
  [ $failed = 0 ]
  exit
fi

# The spec files, every other one from the first or the second on: in two jobs they wait at the same time.
every_other() { find spec -name '*_spec.lua' | sort | sed -n "$1~2p"; }

plain() {
  step "C tests"
  c_tests build
  step "Specs, the one half"
  local files
  mapfile -t files < <(every_other 1)
  specs build "${files[@]}" --exclude-tags=alone
}

plain_too() {
  step "Specs, the other half"
  local files
  mapfile -t files < <(every_other 2)
  specs build "${files[@]}" --exclude-tags=alone
}

# Lets the specs of this job run under the sanitizers: every lua5.4 that one starts gets the runtimes, nothing else does.
use_sanitizers() {
  local tools
  tools=$(mktemp -d -p "$work")
  cc -shared -fPIC -o "$tools/forget.so" spec/support/forget_preload.c
  cat >"$tools/lua5.4" <<WRAPPER
#!/bin/bash
export LD_PRELOAD="$(cc -print-file-name=libasan.so) $(cc -print-file-name=libubsan.so) $tools/forget.so \${LD_PRELOAD:-}"
exec -a lua5.4 /usr/bin/lua5.4 "\$@"
WRAPPER
  chmod +x "$tools/lua5.4"
  export PATH="$tools:$PATH" LUA="$tools/lua5.4" ASAN_OPTIONS=detect_leaks=0:abort_on_error=1
}

sanitized() {
  step "Build with AddressSanitizer and UndefinedBehaviorSanitizer"
  IDNGO_BUILD=build-asan ./dev build -DIDNGO_SANITIZE=ON || { failed=1; return; }
  : >"$work/asan-built"
  step "C tests under the sanitizers"
  c_tests build-asan
  step "Specs under the sanitizers"
  use_sanitizers
  specs build-asan spec --exclude-tags=slow,nginx,alone
  # leaks after every fault; the leak checker itself fails now and then in processes that have children
  ASAN_OPTIONS=detect_leaks=1:abort_on_error=1 specs build-asan spec/contract_spec.lua --exclude-tags=slow,nginx
}

computing() {
  step "Static checks"
  bash spec/support/lint.sh build
  tally $? "lint"
  step "Fuzzers: a minute of processor time each; 20 s for those whose code C tests and other fuzzers go through too"
  bash spec/support/fuzz.sh 60 audit jail_host jail_policy jail_protocol journal judge spool target webhook zip_structure
  tally $? "fuzzers"
  bash spec/support/fuzz.sh 20 http json limit limit_file
  tally $? "fuzzers"
  step "Failing allocations, threads, valgrind"
  while [ ! -f "$work/asan-built" ] && [ ! -f "$work/sanitized.counts" ]; do sleep 1; done
  bash spec/support/torture.sh brief
  tally $? "torture"
}

alone() {
  step "Specs that measure time"
  local files
  mapfile -t files < <(grep -l "#alone" -r spec --include="*_spec.lua")
  specs build "${files[@]}" --tags=alone
  step "10 000 calls: leaks under the sanitizer, memory and descriptors, valgrind"
  bash spec/support/soak.sh
  tally $? "soak"
  step "Hostile policies under the sanitizers"
  use_sanitizers
  specs build-asan spec/jail_attacks_spec.lua
}

start idle computing
start plain
start plain_too
start sanitized
for job in plain plain_too sanitized computing; do finish $job; done
start alone
finish alone

step "No secret in anything printed"
cat "$work"/printed/* >"$work/all"
bash spec/support/canary.sh "$work/all"
tally $? "canary"

printf '\n%d passed, %d failed\n' "$((all_passed + passed))" "$((all_failed + failed))"
[ $((all_failed + failed)) = 0 ]

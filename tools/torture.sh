#!/usr/bin/env bash
# Everything that a machine in trouble can do to a process, on the parts it can be done to: torture.sh [brief]
#
#   allocations that fail one by one, in each build: spec/torture
#   people who match each other, by the thousand: spec/run/people_spec.lua
#   500 signals to each of plan, apply, resume, settle and import: spec/run/crash_spec.lua, spec/import/kills_spec.lua
#   a run's folder, changed in everything that can be changed: spec/run/enemy_spec.lua
#   a disk that is full or broken after each number of writes: spec/run/disk_spec.lua
#   a collector that never rests: specs of what C and Lua do together, on a Lua that collects all the time
#   answers that nobody asked for, in 100 000 calls
#   limits in Redis, whose processes and clock are killed, stopped and set, in a million requests
#   threads under ThreadSanitizer: the C tests with threads
#   processes that share a run in PostgreSQL, killed and stopped, and its server crashed, 60 times: spec/run/postgres_workers_spec.lua
#   runs, imports and watches, with their journals in PostgreSQL instead of folders
#   every access to memory: valgrind's memcheck over the C tests and over specs
#   the specs that ./dev test spares the sanitizers: see sanitizers.sh
#   static checks that follow three times as many states of each function as in ./dev test
#
# `brief` takes a part of the allocations, spread evenly, of the specs a few, and of the C tests those that are quick under
# valgrind. Expects build and build-asan; makes build-tsan.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
. tools/sanitizers.sh
brief=${1:-}
status=0
export LUA=/usr/bin/lua5.4
export LUA_PATH="$PWD/lua/?.lua;$PWD/lua/?/init.lua;$PWD/spec/support/?.lua;;"
IDNGO_LIMITS_DIR=$(mktemp -d) IDNGO_STATE_DIR=$(mktemp -d)
IDNGO_AUDIT_KEY_FILE=$IDNGO_STATE_DIR/audit.key
export IDNGO_LIMITS_DIR IDNGO_STATE_DIR IDNGO_AUDIT_KEY_FILE
trap 'rm -rf "$IDNGO_LIMITS_DIR" "$IDNGO_STATE_DIR"' EXIT

# Runs a check, and says what it was when it fails.
check() { "$@" || { status=1; printf 'FAILED: %s\n' "$*"; }; }

# The leak checker itself breaks off now and then in a process that had children; then it has judged nothing, and all is
# run once more, three times at the most.
# shellcheck disable=SC2317 # check calls it
fail_allocations() {
  local log tries=3 result=1
  log=$(mktemp)
  while [ $((tries--)) -gt 0 ]; do
    LUA_CPATH="$PWD/$1/lua5.4/?.so;;" ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 \
      LSAN_OPTIONS=print_suppressions=0 "$1/torture" spec/torture/main.lua "${@:2}" >"$log" 2>&1
    result=$?
    grep -q 'LeakSanitizer has encountered a fatal error' "$log" || break
  done
  cat "$log"
  rm -f "$log"
  return "$result"
}

printf '== Allocations that fail, under the sanitizers\n'
check fail_allocations build-asan ${brief:+--most 4}
if [ -z "$brief" ]; then
  printf '== Every allocation, with all that is held counted\n'
  check fail_allocations build
fi

# busted over the specs named, on the plain build unless another one is, and without those tagged so: [build=BUILD]
# [without=TAGS] specs [COMMAND…] -- NAME…
# shellcheck disable=SC2317 # check calls it
specs() {
  local command=()
  while [ "$1" != -- ]; do command+=("$1") && shift; done
  shift
  LUA_PATH="$PWD/?.lua;$PWD/?/init.lua;$LUA_PATH" LUA_CPATH="$PWD/${build:-build}/lua5.4/?.so;;" \
    IDNGO_BUILD="$PWD/${build:-build}" IDNGO_LUA="$LUA" "${command[@]}" "$LUA" /usr/bin/busted -o plainTerminal \
    --exclude-tags="${without-slow,nginx}" "${@/#/spec/}"
}

# shellcheck disable=SC2317 # check calls it
collect() {
  local cycles
  cycles=$(mktemp -p "$IDNGO_LIMITS_DIR")
  LUA_INIT_5_4="@$PWD/spec/torture/collect.lua" TORTURE_CYCLES=$cycles specs -- "$@" || return
  sort -n "$cycles" | awk '{ all += $1 } END { printf "%d cycles in %d processes\n", all, NR; exit !($1 > 10000) }'
}

if [ -z "$brief" ]; then
  printf '== 1 000 pairs and 300 threes of people who match each other, by several runs\n'
  IDNGO_PAIRS=1000 IDNGO_CHAINS=300 IDNGO_KILLS=500 check specs -- run/people_spec.lua

  printf '== 500 signals\n'
  IDNGO_WATCH_KILLS=500 IDNGO_SHADOW_KILLS=60 IDNGO_BREAKER=3400000 IDNGO_GUARDS=1000000 IDNGO_UPGRADES=50 \
    IDNGO_INTERLEAVINGS=1 without=nginx check specs -- watch/crash_spec.lua watch/breaker_spec.lua \
    watch/shadow_spec.lua watch/guards_spec.lua watch/upgrade_spec.lua watch/interleaving_spec.lua
  IDNGO_UNDO=200 check specs -- cli/undo_spec.lua
  IDNGO_KILLS=500 without=nginx check specs -- run/crash_spec.lua
  IDNGO_KILLS=2000 without=nginx check specs -- import/kills_spec.lua
  IDNGO_ROUNDS=60 check specs -- run/postgres_workers_spec.lua

  printf '== Runs, imports and watches, with their journals in PostgreSQL\n'
  mapfile -t served < <("$LUA" -e 'for _, name in ipairs(require("journal_folders").files()) do print(name) end')
  IDNGO_JOURNAL=postgres IDNGO_WATCH_KILLS=100 without='' check specs -- "${served[@]/%/_spec.lua}"
fi

if [ -z "$brief" ]; then
  printf '== Whoever can write a run'"'"'s folder\n'
  IDNGO_ENEMY=1 check specs -- run/enemy_spec.lua watch/enemy_spec.lua
fi

if [ -z "$brief" ]; then
  printf '== A disk that fails under a run, after each number of writes\n'
  IDNGO_DISK=1 without=nginx check specs -- run/disk_spec.lua
fi

if [ -z "$brief" ]; then
  printf '== Tables in every dress, and with quotes astray; what every command says of each\n'
  IDNGO_TORTURE=1 without=nginx check specs -- table/init_spec.lua import/messages_spec.lua

  printf '== 500 people with real images, killed three times on the way\n'
  IDNGO_TORTURE=1 without=nginx check specs -- import/run_spec.lua
fi

printf '== A collector that never rests\n'
check collect core/core_spec.lua core/schema_spec.lua archive/zip_spec.lua policy/jail_spec.lua
if [ -z "$brief" ]; then
  check collect client/init_spec.lua archive/check_spec.lua webhook/verify_spec.lua limits/limiter_spec.lua \
    core/arguments_spec.lua transport/contract_spec.lua client/streams_spec.lua run/journal_spec.lua \
    webhook/spool_spec.lua client/resilience_spec.lua sandbox/init_spec.lua sandbox/host_spec.lua \
    archive/build_spec.lua docs/security_spec.lua sandbox/client_spec.lua
fi

# 100 000 calls in all four ways; the fifth of them is nginx's
# shellcheck disable=SC2317 # check calls it
inject() { IDNGO_CALLS=125000 specs -- transport/injection_spec.lua; }
if [ -z "$brief" ]; then
  printf '== 100 000 calls to a peer that injects, resets and cuts\n'
  check inject
fi

# every policy that looks for a difference, in 30 processes with each of four ceilings
# shellcheck disable=SC2317 # check calls it
decide() { IDNGO_PROCESSES=30 specs -- jail/decisions_spec.lua; }
if [ -z "$brief" ]; then
  printf '== 200 policies in 120 processes each\n'
  check decide
fi

# a million operations and replies, and a million requests in ten cases
# shellcheck disable=SC2317 # check calls it
limit() { IDNGO_OPERATIONS=1000000 IDNGO_REQUESTS=100000 IDNGO_REPLIES=1000000 without='' specs -- limits/scripts_spec.lua \
  limits/redis_spec.lua limits/replies_spec.lua limits/faults_spec.lua limits/runtimes_spec.lua; }
if [ -z "$brief" ]; then
  printf '== Limits in Redis while everything fails\n'
  check limit
fi

printf '== Threads\n'
threads=(test_limit_threads test_spool_threads)
mkdir -p build-tsan
if ! { cmake -S . -B build-tsan -DCMAKE_BUILD_TYPE=RelWithDebInfo -DIDNGO_SANITIZE=thread &&
  cmake --build build-tsan -j "$(nproc)" --target "${threads[@]}"; } >build-tsan/build.log 2>&1; then
  cat build-tsan/build.log
  exit 1
fi
for test in "${threads[@]}"; do
  check env TSAN_OPTIONS=halt_on_error=1 "build-tsan/$test"
done

printf '== Memory\n'
for program in build/test_*; do
  case "$brief$program" in
    *test_limit_servers | *test_jail_process) continue ;; # hours of simulated time; a process that confines itself
    brief*test_url | brief*test_json | brief*test_sign | brief*test_outcome | brief*test_http | brief*test_jail_wire) ;;
    brief*) continue ;;
  esac
  check valgrind --quiet --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite "$program"
done
if [ -z "$brief" ]; then
  check specs valgrind --quiet --error-exitcode=9 -- core/core_spec.lua core/schema_spec.lua core/arguments_spec.lua archive/zip_spec.lua

  printf '== Specs that ./dev test spares the sanitizers\n'
  use_sanitizers "$IDNGO_LIMITS_DIR"
  build=build-asan check specs -- "${spared[@]/%/_spec.lua}"
  build=build-asan without=nginx check specs -- limits/limiter_spec.lua # with processes that are killed

  printf '== Static checks that follow more states\n'
  check bash tools/lint.sh build
fi
exit $status

#!/usr/bin/env bash
# Every test there is; ends with the line "N passed, N failed".
#   test.sh           everything
#   test.sh --fast    C tests, and the specs that neither take long nor need nginx, on the plain build: about two minutes
#   test.sh SPEC…     only these busted files, on the plain build
#
# Most specs wait most of the time. So some of the plain build and some under the sanitizers run at once, and what only
# computes (static checks, fuzzers) takes what they leave of the processors. Nothing has them for itself:
# what measures time compares it with time of the same moment.
#
# Two processors need nearly half an hour. What takes more of them is for `./dev torture` and `./dev fuzz`.
#
# A spec file that fails beside others is run once more, by itself, when all else is done: what fails then is a fault, and what
# passes is named, for a machine may be too busy for it, and a fault may show now and then. More than $most_again are faults.
#
# Each file is named when it ends. One that does not end in $file_limit seconds is ended, and a job that others still wait
# for after $job_limit; both are failures, and what was under way is named.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

. tools/sanitizers.sh

# Debian's programs, which ./dev installs, before others of their names: a python3 of pyenv's is a script that starts
# a hundred processes before it is one
export PATH=/usr/bin:/usr/sbin:$PATH
export LUA=/usr/bin/lua5.4
export CMAKE_GENERATOR=Ninja # for trees that are new: make takes half as long again
# many a file is compiled for several of them in the same way; where it is found in debuggers does not matter here
# (which headers it is made of, the compiler says while it compiles it: it is not preprocessed first)
export CMAKE_C_COMPILER_LAUNCHER=ccache CCACHE_DIR=$PWD/build/ccache CCACHE_NOHASHDIR=1 CCACHE_DEPEND=1
export file_limit=1500 job_limit=4200
most_again=4
passed=0 failed=0 # of the job at hand
exec 3>&1 # where files are named as they end
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

# busted over one file, with what a build has made: spec_file FOLDER BUILD FILE [option…]. What it says, and what it took,
# lies in the folder.
spec_file() {
  local folder=$1 dir=$2 name=${3//\//.} began=$SECONDS TIMEFORMAT='%0U %0S' status user system
  # a process group of its own, which timeout makes, and whose number is noted, so that all of it can be ended
  # shellcheck disable=SC2016 # the inner shell's
  local bounded=(sh -c 'echo $$ >"$0"; exec "$@"' "$folder/$name.group" timeout -k 30 "$file_limit")
  # slots and a state of its own: another file's server may have had the same port, and its runs act on the same people
  { time IDNGO_LIMITS_DIR=$(mktemp -d "$slots/XXXXXX") IDNGO_STATE_DIR=$(mktemp -d "$slots/XXXXXX") IDNGO_BUILD="$PWD/$dir" \
    IDNGO_LUA="$LUA" LUA_PATH="$PWD/lua/?.lua;$PWD/lua/?/init.lua;$PWD/spec/support/?.lua;$PWD/?.lua;$PWD/?/init.lua;;" \
    LUA_CPATH="$PWD/$dir/lua5.4/?.so;;" "${bounded[@]}" "$LUA" /usr/bin/busted -o plainTerminal "${@:3}" \
    >"$folder/said-$name" 2>&1 3>&-; } 2>"$folder/cpu-$name"
  status=$?
  rm "$folder/$name.group"
  printf '%d\n' $status >"$folder/status-$name"
  [ $((SECONDS - began)) -lt "$file_limit" ] || printf '\n%s did not end in %d s\n' "$3" "$file_limit" >>"$folder/said-$name"
  read -r user system < <(tail -1 "$folder/cpu-$name") # before it, the shell names the signal that ended the file
  printf '%4d s of processor time, %4d s  %s\n' $((user + system)) $((SECONDS - began)) "$3" >"$folder/seconds-$name"
  printf '%(%T)T %4d s, %4d s of processor time  %-5s %s %s\n' -1 $((SECONDS - began)) $((user + system)) \
    "$([ $status = 0 ] && echo ok || echo "exit $status")" "$dir" "$3" >&3
}
export -f spec_file

# busted over files, some at once: specs AT-ONCE BUILD FILE… option…
specs() {
  local at_once=$1 dir=$2 files=() options=() file folder name line all=0
  for file in "${@:3}"; do
    case $file in -*) options+=("$file") ;; *) files+=("$file") ;; esac
  done
  folder=$(mktemp -d -p "$work")
  printf '%s\n' "${files[@]}" | bash -c 'echo $$ >"$1" && exec xargs "${@:2}"' _ "$work/xargs-$dir" \
    -P "$at_once" -I '{}' bash -c 'spec_file "$@"' _ "$folder" "$dir" '{}' "${options[@]}"
  for file in "${files[@]}"; do
    name=${file//\//.}
    line=$(grep -E '^[0-9]+ success' "$folder/said-$name" | tail -1)
    read -r s _ _ f _ _ e _ _ p _ <<<"${line:-0 _ _ 0 _ _ 1 _ _ 0 _}"
    all=$((all + s))
    if [ $((f + e + p)) = 0 ] && [ "$(cat "$folder/status-$name")" = 0 ]; then
      passed=$((passed + s))
      continue
    fi
    cat "$folder/said-$name"
    [ -n "$line" ] || printf 'FAILED: %s ended before it was done\n' "$file"
    if [ $((f + e + p)) = 0 ]; then # such as a leak that is found at the end
      printf 'FAILED: %s passed, and ended with %s\n' "$file" "$(cat "$folder/status-$name")"
      f=1
    fi
    if [ -z "$again" ]; then
      passed=$((passed + s)) failed=$((failed + f + e + p))
    else
      printf '%s|%s|%s|%s\n' "$dir" "$file" "${ASAN_OPTIONS:-}" "${options[*]}" >>"$again"
    fi
  done
  printf '%d successes in %d files; what took most\n' "$all" ${#files[@]}
  cat "$folder"/seconds-* | sort -rn | head -8
  cat "$folder"/said-* >"$(mktemp -p "$work/printed")"
}

# The processor time of a shell's ended children, of what `times` printed into a file.
cpu_seconds() {
  awk 'NR == 2 { for (i = 1; i <= 2; i++) { split($i, part, /[ms]/); all += part[1] * 60 + part[2] } printf "%d", all }' "$1"
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
      IDNGO_LIMITS_DIR=$(mktemp -d "$slots/XXXXXX") "$name"
      times >"$work/$name.times"
      printf '%d %d %d %d\n' "$passed" "$failed" "$SECONDS" "$(cpu_seconds "$work/$name.times")" >"$work/$name.counted"
      mv "$work/$name.counted" "$work/$name.counts" # whole, or not there
    ) >"$work/$name.log" 2>&1 &
    printf '%d\n' $! >"$work/$name.group"
    wait
  ) &
  until [ -s "$work/$name.group" ]; do sleep 0.05; done
}

all_passed=0 all_failed=0
# Waits for a job, prints what it printed, and adds what it counted. A job that died has counted nothing: one failure.
finish() {
  local name=$1 p=0 f=1 seconds=0 cpu=0
  while [ ! -f "$work/$name.counts" ] && kill -0 "-$(cat "$work/$name.group" 2>/dev/null)" 2>/dev/null; do
    if [ $SECONDS -gt "$job_limit" ]; then
      printf 'FAILED: %s was not done after %d s. ' "$name" "$job_limit"
      end_all
      break
    fi
    sleep 1
  done
  rm -f "$work/$name.group"
  [ ! -f "$work/$name.counts" ] || read -r p f seconds cpu <"$work/$name.counts"
  cat "$work/$name.log"
  printf '(%s: %d passed, %d failed, done after %d s, with %d s of processor time)\n' "$name" "$p" "$f" "$seconds" "$cpu"
  all_passed=$((all_passed + p)) all_failed=$((all_failed + f))
}

# Ends every job and every file under way, and names these.
end_all() {
  local files numbers
  mapfile -t files < <(find "$work" -name '*.group')
  [ ${#files[@]} -gt 0 ] || return
  printf 'Under way: %s\n' "$(basename -a -s .group "${files[@]}" | paste -sd ' ')"
  mapfile -t numbers < <(sed 's/^/-/' "${files[@]}")
  kill -- "${numbers[@]}" 2>/dev/null
  sleep 2
  kill -KILL -- "${numbers[@]}" 2>/dev/null
}

cleanup() {
  end_all
  rm -rf "$work" "$slots"
}
work=$(mktemp -d)
mkdir "$work/printed" # all that the suite prints, for the canary
again='' # where specs notes files that failed, rather than to count them
slots=$(mktemp -d /dev/shm/idngo-test.XXXXXX 2>/dev/null || mktemp -d)
export slots
# not the slots of real use, nor the key that signs real runs, nor what is kept about them
export IDNGO_LIMITS_DIR=$slots IDNGO_AUDIT_KEY_FILE=$work/audit.key IDNGO_STATE_DIR=$work/state
trap cleanup EXIT

step "Build"
./dev build || { echo "0 passed, 1 failed"; exit 1; }

# Spec files, those first that take long: begun last, they would be waited for alone.
long=(packaging/install docs/pages limits/redis run/crash limits/faults probe/probe transport/contract limits/nginx run/page
  run/approval run/people run/enemy limits/lanes cli/output import/run run/resume limits/runtimes transport/ngx
  transport/ngx_calls run/scale watch/evening client/settle cli/profiles import/again run/disk limits/pace gateway/trouble
  gateway/gate import/messages watch/crash watch/enemy cli/watch run/job api/refusals cli/every_command portable api/made_up
  client/multipart run/intent client/streams bench/peers transport/tls jail/attacks jail/replay cli/policy run/browser
  support/fault_server sandbox/import watch/interleaving sandbox/webhooks client/wait webhook/server cli/init policy/actions
  watch/upgrade watch/shadow transport/every_byte limits/replies jail/forgery client/dying_calls webhook/receiver limits/fair
  core/failing_calls limits/versions jail/decisions cli/undo sandbox/init cli/bulk cli/api cli/purge import/kills watch/burst
  docs/pictures runtime/stream client/resilience run/put_back cli/runs transport/injection run/said tools/dev strict
  watch/postgres run/postgres_workers run/postgres_lines limits/limiter cli/postgres import/postgres cli/postgres_audit
  watch/letters run/postgres_crash client/wire watch/kept cli/import sandbox/ledger packaging/hardening table/init
  run/postgres jail/confine cli/addresses cli/optional run/store watch/breaker)
all_specs() { (printf 'spec/%s_spec.lua\n' "${long[@]}"; find spec -name '*_spec.lua' | sort) | awk '!seen[$0]++'; }

# Has two more of the files of a build run at once: xargs takes that signal for one more.
more_at_once() { kill -USR1 "$(cat "$work/xargs-$1")" && kill -USR1 "$(cat "$work/xargs-$1")"; } 2>/dev/null

# All spec files but those named: all_specs_but NAME…
all_specs_but() { all_specs | grep -vxF "$(printf 'spec/%s_spec.lua\n' "$@")"; }

# Tests that neither take long nor need nginx; and of the files on standard input, those that have some: where
# all that stands outermost is tagged, busted would be started for nothing.
quick=--exclude-tags=slow,nginx
with_quick() {
  xargs awk '/^(describe|it)\(/ { all[FILENAME]++; if (/#(slow|nginx)/) tagged[FILENAME]++ }
    END { for (i = 1; i < ARGC; i++) if (!all[ARGV[i]] || all[ARGV[i]] > tagged[ARGV[i]]) print ARGV[i] }'
}

if [ $# -gt 0 ]; then
  if [ "$1" = --fast ]; then
    c_tests build
    mapfile -t files < <(all_specs_but "${long[@]}" | with_quick)
    specs 3 build "${files[@]}" $quick
  else
    specs 1 build "$@"
  fi
  echo "$passed passed, $failed failed"
  [ $failed = 0 ]
  exit
fi

plain() {
  step "C tests"
  c_tests build
  step "Specs"
  local files
  mapfile -t files < <(all_specs)
  specs 4 build "${files[@]}"
}

sanitized() {
  step "Build with AddressSanitizer and UndefinedBehaviorSanitizer"
  IDNGO_BUILD=build-asan ./dev build -DIDNGO_SANITIZE=ON || { failed=1; return; }
  : >"$work/asan-built"
  step "C tests under the sanitizers"
  c_tests build-asan
  step "Specs under the sanitizers, but for what is spared"
  use_sanitizers "$work"
  local files
  mapfile -t files < <(all_specs_but transport/contract "${spared[@]}" | with_quick)
  specs 2 build-asan "${files[@]}" $quick
  # leaks after every fault; the leak checker itself fails now and then in processes that have children
  ASAN_OPTIONS=detect_leaks=1:abort_on_error=1 specs 1 build-asan spec/transport/contract_spec.lua --exclude-tags=slow,nginx
}

computing() {
  step "Static checks"
  bash tools/lint.sh build 10000
  tally $? "lint"
  step "What a call costs"
  bash bench/cost.sh build
  tally $? "cost"
  step "Fuzzers: 3 s of processor time each; 2 s for those that go through thousands of inputs in it"
  bash tools/fuzz.sh 3 audit jail_policy journal limit limit_file
  tally $? "fuzzers"
  bash tools/fuzz.sh 2 http jail_host jail_protocol json outcome resp spool target webhook zip_structure
  tally $? "fuzzers"
}

# One thing after another, so that it would be waited for if it took only what others leave.
torturing() {
  step "Failing allocations, threads, valgrind"
  while [ ! -f "$work/asan-built" ] && [ ! -f "$work/sanitized.counts" ]; do sleep 1; done
  bash tools/torture.sh brief
  tally $? "torture"
  step "Many calls: memory and descriptors over 10 000, leaks under the sanitizer and valgrind"
  bash tools/soak.sh
  tally $? "soak"
}

# The files that failed, each by itself.
once_more() {
  local dir file asan options
  again=''
  while IFS='|' read -r dir file asan options <&4; do
    # shellcheck disable=SC2086 # options are words
    if [ "$dir" = build ]; then specs 1 "$dir" "$file" $options; fi
  done 4<"$work/again"
  use_sanitizers "$work"
  while IFS='|' read -r dir file asan options <&4; do
    # shellcheck disable=SC2086
    if [ "$dir" != build ]; then ASAN_OPTIONS=$asan specs 1 "$dir" "$file" $options; fi
  done 4<"$work/again"
}

again=$work/again
: >"$again"
start idle computing
start torturing
start plain
start sanitized
finish sanitized
more_at_once build # what it took is free now
for job in plain computing torturing; do finish $job; done

count=$(wc -l <"$work/again")
if [ "$count" -gt "$most_again" ]; then
  printf '\nFAILED: too many files to run them once more\n'
  failed=$count
elif [ "$count" -gt 0 ]; then
  step "Once more, by themselves, what failed: $(cut -d '|' -f 1,2 --output-delimiter ' ' "$work/again" | paste -sd ,)"
  start once_more
  finish once_more
fi

step "No secret in anything printed"
cat "$work"/printed/* >"$work/all"
bash tools/canary.sh "$work/all"
tally $? "canary"

printf '\n%d passed, %d failed\n' "$((all_passed + passed))" "$((all_failed + failed))"
[ $((all_failed + failed)) = 0 ]

# shellcheck shell=bash
# How specs run under the sanitizers, and which of them in ./dev test: for run.sh and torture.sh to source.

# Under the sanitizers in ./dev torture alone; ./dev test runs them on the plain build.
# shellcheck disable=SC2034 # those who source this use it
spared=(
  # about documents and other programs, with little C of ours in them
  bench_peers dev docs examples pictures troubleshooting fault_server fault_server_tls generated policy/browser
  # about what Lua makes of calls into C that the specs of contract, jail, policy/journal, policy/run, policy/disk, wire and
  # zip make, too
  cli cli_optional import_cli output policy/approval policy/command policy/crash policy/intent policy/people policy/resume
  policy/tools policy/input run/enemy run/said run/put_back import_again import_people made_up
  sandbox/import sandbox/ledger sandbox/people sandbox/state
  # about hundreds of processes that all do the same
  jail_confine jail_decisions jail_replay
)

# use_sanitizers FOLDER: every lua5.4 that is started from here on gets the runtimes, nothing else does.
use_sanitizers() {
  local tools=$1/sanitizers
  mkdir -p "$tools"
  cc -shared -fPIC -o "$tools/forget.so" spec/support/forget_preload.c
  cat >"$tools/lua5.4" <<WRAPPER
#!/bin/bash
export LD_PRELOAD="$(cc -print-file-name=libasan.so) $(cc -print-file-name=libubsan.so) $tools/forget.so \${LD_PRELOAD:-}"
exec -a lua5.4 /usr/bin/lua5.4 "\$@"
WRAPPER
  chmod +x "$tools/lua5.4"
  export PATH="$tools:$PATH" LUA="$tools/lua5.4" ASAN_OPTIONS=detect_leaks=0:abort_on_error=1
}

# shellcheck shell=bash
# How specs run under the sanitizers, and which of them in ./dev test: for test.sh and torture.sh to source.

# Under the sanitizers in ./dev torture alone; ./dev test runs them on the plain build.
# shellcheck disable=SC2034 # those who source this use it
spared=(
  # about documents and other programs, with little C of ours in them, or with C that is compiled without the sanitizers
  bench/peers tools/dev docs/pages docs/examples docs/pictures docs/troubleshooting docs/generated run/browser
  support/fault_server support/fault_server_tls tools/layers tools/words bench/figures
  limits/versions
  # about all Luas, of which the sanitizers serve one
  strict locale
  # about what calls nothing in C but what tells of time and text
  dates table/dates
  # about what Lua makes of calls into C that transport/contract, transport/tls, policy/jail, run/journal, run/disk, run/postgres,
  # client/wire, client/flow, archive/zip, limits/lanes and limits/replies make, too: nearly no branch of the C is theirs alone
  api/account_calls api/made_up api/reads api/refusals archive/draft cli/addresses cli/api cli/approvers cli/bulk cli/doctor
  cli/dry_run cli/every_command cli/import cli/init cli/list cli/optional cli/output cli/policy cli/postgres
  cli/postgres_audit cli/profiles cli/progress cli/purge cli/runs cli/screen cli/settle cli/shown_commands cli/undo
  cli/undo_doubt cli/watch client/drift client/facts client/multipart client/said client/settle client/wait docs/limits_redis
  docs/watch import/again import/messages import/people import/postgres import/run limits/pace limits/redis policy/actions
  policy/affected policy/arguments policy/decisions policy/facts policy/input policy/inputs policy/report policy/rows
  policy/run probe/probe run/approval run/audit run/crash run/enemy run/intent run/job run/old run/outlook run/people
  run/postgres_crash run/postgres_tls run/postgres_workers run/put_back run/resume run/said sandbox/auth sandbox/binary
  sandbox/errors sandbox/faults sandbox/import sandbox/ledger
  sandbox/people sandbox/reference sandbox/state sandbox/webhooks table/init text transport/every_byte watch/breaker
  watch/burst watch/crash watch/enemy watch/guards watch/history watch/interleaving watch/kept watch/letters watch/line
  watch/loop watch/order watch/pause watch/people watch/policy watch/postgres watch/proposer watch/purge watch/said
  watch/shadow watch/upgrade
  # about hundreds of processes that all do the same
  jail/confine jail/decisions jail/replay
)

# use_sanitizers FOLDER: every lua5.4 that is started from here on gets the runtimes, nothing else does.
use_sanitizers() {
  local tools=$1/sanitizers
  mkdir -p "$tools"
  cc -shared -fPIC -o "$tools/forget.so" spec/support/forget_preload.c
  local runtimes
  runtimes="$(cc -print-file-name=libasan.so) $(cc -print-file-name=libubsan.so) $tools/forget.so"
  cc -D_GNU_SOURCE -DSANITIZERS="\"$runtimes\"" -o "$tools/lua5.4" spec/support/sanitized_lua.c
  export PATH="$tools:$PATH" LUA="$tools/lua5.4" ASAN_OPTIONS=detect_leaks=0:abort_on_error=1
}

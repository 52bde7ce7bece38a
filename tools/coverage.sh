#!/usr/bin/env bash
# Branch coverage of csrc/ by the C tests and the specs (those on nginx and LuaJIT included): a table by file, and a status
# that is not 0 when fewer than 90 of 100 branches of csrc/ as a whole were taken.
#   coverage.sh          builds in build-cov, by gcc, without optimisation
#   coverage.sh SPEC…    these busted files, added to what was counted before
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
least=90 build=build-cov LUA=/usr/bin/lua5.4

IDNGO_BUILD=$build ./dev build -DIDNGO_COVERAGE=ON -DCMAKE_BUILD_TYPE=Debug || exit 1
specs=("$@")
if [ $# = 0 ]; then
  specs=(spec)
  find "$build" -name '*.gcda' -delete
  for program in "$build"/test_*; do
    [ -x "$program" ] || continue
    "$program" >"$build/test.log" 2>&1 || { echo "$program failed: nothing is counted"; tail -20 "$build/test.log"; exit 1; }
  done
  for program in "$build"/fuzz_*; do
    [ -x "$program" ] || continue
    "$program" "spec/c/corpus/${program##*/fuzz_}" >"$build/test.log" 2>&1 ||
      { echo "$program failed: nothing is counted"; tail -20 "$build/test.log"; exit 1; }
  done
fi

IDNGO_LIMITS_DIR=$(mktemp -d) IDNGO_AUDIT_KEY_FILE=$(mktemp -u) IDNGO_STATE_DIR=$(mktemp -d)
export IDNGO_LIMITS_DIR IDNGO_AUDIT_KEY_FILE IDNGO_STATE_DIR
trap 'rm -rf "$IDNGO_LIMITS_DIR" "$IDNGO_AUDIT_KEY_FILE" "$IDNGO_STATE_DIR"' EXIT
env LUA_PATH="$PWD/lua/?.lua;$PWD/lua/?/init.lua;$PWD/spec/support/?.lua;;" LUA_CPATH="$PWD/$build/lua5.4/?.so;;" \
  IDNGO_BUILD="$PWD/$build" IDNGO_LUA="$LUA" "$LUA" /usr/bin/busted -o plainTerminal "${specs[@]}" >"$build/specs.log" 2>&1
if [ $# = 0 ] && [ -x "$build/torture" ]; then # allocations that fail one by one: branches that nothing else takes
  env LUA_PATH="$PWD/lua/?.lua;$PWD/lua/?/init.lua;$PWD/spec/support/?.lua;;" LUA_CPATH="$PWD/$build/lua5.4/?.so;;" \
    IDNGO_BUILD="$PWD/$build" "$build/torture" spec/torture/main.lua --most 60 >"$build/torture.log" 2>&1
fi
grep -E '^[0-9]+ success' "$build/specs.log" || { tail -20 "$build/specs.log"; exit 1; }
grep -E '^(Failure|Error) ->' "$build/specs.log"

# Left out: branches that gcc marks as never taken (--exclude-unreachable-branches), and luaL_argcheck's question what a
# function returned that never does (coverage.h). Nothing else. Specs that need the real confinement, or are about an ordinary
# build's files or figures, fail here by nature; ./dev test runs them.
gcovr --root . --filter csrc/ --exclude-unreachable-branches --gcov-ignore-parse-errors --csv "$build/coverage.csv" "$build" \
  2>"$build/gcovr.log" || { cat "$build/gcovr.log"; exit 1; }
awk -F, -v least=$least '
  function percent(covered, total) { return total ? sprintf("%5.1f %%", 100 * covered / total) : "      –" }
  NR == 1 {
    print "left out: branches that gcc calls unreachable, and what luaL_argerror would return"
    printf "%-36s %16s %18s\n", "csrc/", "lines", "branches"
    next
  }
  { printf "%-36s %s %4d/%-4d %s %4d/%-4d\n", $1, percent($3, $2), $3, $2, percent($6, $5), $6, $5
    lines += $2; hit += $3; branches += $5; taken += $6 }
  END { printf "%-36s %s %4d/%-4d %s %4d/%-4d\n", "all", percent(hit, lines), hit, lines, percent(taken, branches), taken, branches
    if (100 * taken < least * branches) { printf "fewer than %d %% of the branches\n", least; exit 1 } }
' "$build/coverage.csv"

#!/usr/bin/env bash
# Static checks over the sources: lint.sh BUILD_DIR. Silent when there is nothing to say.
set -euo pipefail
build=$1
status=0

luacheck --quiet --no-color lua bin/idngo examples spec bench >lint.log 2>&1 || { cat lint.log; status=1; }
rm -f lint.log

cppcheck --quiet --error-exitcode=1 --enable=warning,portability,performance --inline-suppr \
  --suppress=missingIncludeSystem --suppress=varFuncNullUB --std=c11 -D__GNUC__ -I csrc csrc || status=1

# clang-tidy reads how each file is compiled from the build
mapfile -t files < <(git ls-files 'csrc/*.c')
clang-tidy --quiet -p "$build" "${files[@]}" >tidy.log 2>tidy.err || { cat tidy.log tidy.err; status=1; }
grep -E 'warning:|error:' tidy.log && status=1
rm -f tidy.log tidy.err
exit $status

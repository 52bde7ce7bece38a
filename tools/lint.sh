#!/usr/bin/env bash
# Static checks over the sources: lint.sh BUILD_DIR [STATES]. Draws the layers of lua/; else silent when there is nothing to say.
set -euo pipefail
build=$1 states=${2:-30000}
status=0

luacheck --quiet --no-color lua bin/idngo bench examples generate spec tools >lint.log 2>&1 || { cat lint.log; status=1; }
rm -f lint.log

# The syntax is what every Lua has: no <close>, no //.
mapfile -t sources < <(git ls-files 'lua/*.lua')
luajit - "${sources[@]}" <<'LUA' || status=1
local status = 0
for _, path in ipairs(arg) do
  local ok, why = loadfile(path)
  if not ok then status = print(why) or 1 end
end
os.exit(status)
LUA

lua5.4 -e 'os.exit(require("tools.layers").lint("lua"))' || status=1
lua5.4 -e 'os.exit(require("tools.words").lint())' || status=1

cppcheck --quiet --error-exitcode=1 --enable=warning,portability,performance --inline-suppr \
  --suppress=missingIncludeSystem --suppress=varFuncNullUB --std=c11 -D__GNUC__ -I csrc csrc || status=1

shellcheck -x -e SC2001 dev .ci/run tools/*.sh spec/support/*.sh spec/interop/*.sh bench/*.sh bench/webhook_bench || status=1

# clang-tidy reads how each file is compiled from the build; two at a time, silent but for findings. Its analyzer
# follows so many states per function, here a fifth of what it would, and in ./dev test fewer: it takes as long as they are many.
# A source that is compiled for several Luas is read once, as for the first.
once=$(mktemp -d)
trap 'rm -rf "$once"' EXIT
python3 - "$build/compile_commands.json" "$once/compile_commands.json" <<'PYTHON'
import json, sys
commands = {}
for command in json.load(open(sys.argv[1])):
    for flag in ("-flto=auto", "-flto", "-fno-fat-lto-objects"): # gcc's, which clang does not know
        command["command"] = command["command"].replace(" " + flag + " ", " ")
    commands.setdefault(command["file"], command)
json.dump(list(commands.values()), open(sys.argv[2], "w"))
PYTHON
git ls-files 'csrc/*.c' | xargs -P 2 -n 9 clang-tidy --quiet -p "$once" --extra-arg=-Xclang \
  --extra-arg=-analyzer-config --extra-arg=-Xclang --extra-arg=max-nodes="$states" 2>/dev/null || status=1
exit $status

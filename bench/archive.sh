#!/usr/bin/env bash
# How fast archives are packed and checked, next to `zip -0` over the same files, in one run: archive.sh BUILD_DIR
#
# 200 MiB of random bytes behind an image's first ones: nothing that compresses. Packing ends with the archive on disk
# (fsync, as zip does not), and includes its SHA-256. The exit status is 1 when a limit was missed.
set -euo pipefail
build=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LUA_PATH="$PWD/lua/?.lua;$PWD/lua/?/init.lua;;" LUA_CPATH="$build/lua5.4/?.so;;"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for n in 1 2 3 4; do
  mkdir -p "$folder/in/d$n"
  cp spec/fixtures/reference/applicantIdDoc.json "$folder/in/d$n/"
  { printf '\377\330\377\340'; head -c $((50 * 1024 * 1024 - 4)) /dev/urandom; } >"$folder/in/d$n/d$n.jpg"
done
cp spec/fixtures/reference/applicant.json "$folder/in/"
/usr/bin/lua5.4 bench/archive.lua "$folder"

#!/usr/bin/env bash
# What a stranger gets, tried in minimal Debian roots with git, one for each word:
#   clean_root.sh BUILD [deb] [rock] [demo] [package] [test]
#     deb    apt install ./idngo.deb; then the command, the sandbox, policies, LuaJIT and nginx
#     rock   the binary rock into an empty tree, with Debian's Lua, lua-cjson and lua-argparse
#     demo, package, test   that command of ./dev, in a clone of this checkout as committed
# Needs root, debootstrap and the network. Everything is below BUILD/cleanroom, and only the base root stays.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# mounts of ours end with us
[ "${1:-}" != --unshared ] && exec unshare --mount --propagation private bash "$0" --unshared "$@"
build=$(realpath "$2")
shift 2

rooms=$build/cleanroom
root=$rooms/root
mkdir -p "$rooms"

say() { printf '\n== %s\n' "$*"; }

# A new root in $root, as debootstrap leaves it.
new_root() {
  rm -rf --one-file-system "$root"
  if [ ! -e "$rooms/base/etc/debian_version" ]; then
    say "debootstrap" >&2
    rm -rf "$rooms/base"
    debootstrap --variant=minbase --include=ca-certificates,git bookworm "$rooms/base.new" >"$rooms/debootstrap.log"
    mv "$rooms/base.new" "$rooms/base"
  fi
  cp -a --reflink=auto "$rooms/base" "$root"
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" # no package starts a service
  chmod +x "$root/usr/sbin/policy-rc.d"
  mount -t proc proc "$root/proc"
  mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
  mount --bind /dev/urandom "$root/dev/urandom"
  mount --bind /dev/null "$root/dev/null"
  mkdir -p "$root/dev/pts"
  mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$root/dev/pts"
  ln -sf pts/ptmx "$root/dev/ptmx"
  as_root useradd --create-home someone
}

end_root() {
  umount "$root/proc" "$root/dev/pts" "$root/dev/shm" "$root/dev/urandom" "$root/dev/null"
  rm -rf --one-file-system "$root"
}

in_root() { env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$@"; }
as_root() { in_root HOME=/root DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"; }
as_someone() { in_root HOME=/home/someone chroot --userspec=someone:someone "$root" "$@"; }
install() {
  as_root apt-get -qq update
  as_root apt-get -qq install -y "$@" >"$rooms/apt.log" 2>&1 || { cat "$rooms/apt.log"; return 1; }
}

# Uses an installed idngo as somebody who has no rights: use PATH-OF-COMMAND
use() {
  as_someone bash -eus -- "$1" <<'SCRIPT'
cd
idngo=$1
"$idngo" --version
"$idngo" demo --files "$HOME" >demo.json 2>demo.log </dev/null || { cat demo.log; exit 1; }
grep -E "^([0-9]+) of \1 calls came back right" demo.log
grep "^state  *done" demo.log

"$idngo" sandbox --port 8080 >sandbox.log 2>&1 </dev/null &
export IDNGO_BASE_URL=http://127.0.0.1:8080 IDNGO_APP_TOKEN=sbx:demo IDNGO_SECRET_KEY=demo-secret
for _ in $(seq 100); do "$idngo" call levels >levels.json 2>/dev/null && break; sleep 0.1; done
grep -q basic-kyc-level levels.json
"$idngo" doctor </dev/null

cat >policy.lua <<'POLICY'
return { name = "n", version = "1", decide = function(_, facts)
  if facts.duplicates.answer == "RED" then return deactivate("duplicate") end
  return pass()
end }
POLICY
echo 5b76df770a975a1404cbcb60 | "$idngo" plan policy.lua --input - --run run-1 >plan.log 2>&1 || { cat plan.log; exit 1; }
"$idngo" apply run-1 --max-deactivations 1 --approve "$(sed -n "s/^plan  *//p" plan.log)" </dev/null
"$idngo" audit verify run-1 </dev/null
kill %1
SCRIPT
}

try_deb() {
  cp "$build"/idngo_*.deb "$root/tmp/idngo.deb"
  install /tmp/idngo.deb
  use idngo
  as_someone lua5.4 -e 'require("idngo")' -e 'print("lua5.4 loads it")'

  install nginx-light libnginx-mod-http-lua luajit2
  as_someone luajit -e 'require("idngo")' -e 'print("luajit loads it")'
  cp -r examples/nginx "$root/home/someone/gateway"
  as_root chown -R someone /home/someone/gateway
  as_someone bash -eus <<'SCRIPT'
cd
idngo sandbox --port 8080 >sandbox.log 2>&1 </dev/null &
echo secret >webhook.secrets
IDNGO_BASE_URL=http://127.0.0.1:8080 IDNGO_APP_TOKEN=sbx:demo IDNGO_SECRET_KEY=demo-secret \
  WEBHOOK_SECRETS=$HOME/webhook.secrets WEBHOOK_SPOOL=$HOME/events nginx -p gateway -c debian.conf >nginx.log 2>&1 </dev/null &
ask() {
  exec 3<>/dev/tcp/127.0.0.1/8088
  printf "%s\r\n" "POST /verification/link HTTP/1.0" "X-User-Id: u1" "Content-Length: 0" "" >&3
  cat <&3
}
for _ in $(seq 100); do (ask) >link 2>/dev/null && grep -q idensic link && break; sleep 0.1; done
grep idensic link || { cat link nginx.log; exit 1; }
kill %1 %2
SCRIPT
  as_root apt-get -qq purge -y idngo >"$rooms/apt.log" 2>&1
  find "$root/usr" -path '*idngo*' -print >"$rooms/left.log"
  [ ! -s "$rooms/left.log" ] || { cat "$rooms/left.log"; return 1; }
}

try_rock() {
  install --no-install-recommends luarocks lua5.4 lua-cjson lua-argparse unzip libcurl4 libmicrohttpd12 libzip4 \
    libsqlite3-0 libpq5 libseccomp2
  cp "$build"/rocks-5.4/idngo-*.rock "$root/tmp"
  as_someone bash -eus <<'SCRIPT'
luarocks --lua-version=5.4 --tree="$HOME/tree" install --deps-mode=none /tmp/idngo-*.rock
SCRIPT
  use /home/someone/tree/bin/idngo
}

try_checkout() {
  git clone -q . "$root/root/idngo"
  as_root /root/idngo/dev "$1"
}

for word in "$@"; do
  say "A clean root: $word"
  new_root
  case $word in
    deb | rock) "try_$word" ;;
    demo | package | test) try_checkout "$word" ;;
    *) echo "clean_root.sh: no part called $word" >&2; exit 2 ;;
  esac
  end_root
  echo "$word works in a clean root"
done

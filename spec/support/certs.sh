#!/bin/sh
# Makes the certificates of the fault server with the openssl command: certs.sh DIR
#
# Nothing is kept in the repository, so nothing expires there. Every leaf shares one key; what is wrong with a
# leaf is in its name: good, expired, not_yet, wrong_host, nul_san, self_signed, unknown_ca. client.pem/.key is
# a client certificate of its own CA (client_ca.pem). Good names are localhost, 127.0.0.1 and ::1.
#
# Of specs that run together the first makes them, and the others take copies: two dozen runs of openssl are more than what most
# of them are about. They are kept in the folder that is called $slots, for as long as these specs run.
set -eu
cd "$1"
if [ -n "${slots:-}" ] && [ -d "$slots/certs" ]; then
    cp -p "$slots"/certs/* .
    exit
fi
exec 2>openssl.log

key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1"; }
ca() { # NAME: a root certificate
    key "$1.key"
    openssl req -x509 -new -key "$1.key" -subj "/CN=fault $1" -days 30 -out "$1.pem" -config ca.cnf
}
leaf() { # NAME CA SAN START END: a certificate for leaf.key
    printf 'subjectAltName = %s\nextendedKeyUsage = serverAuth\n' "$3" >"$1.ext"
    openssl req -new -key leaf.key -subj "/CN=$1" -out "$1.csr" -config ca.cnf
    openssl ca -batch -config ca.cnf -cert "$2.pem" -keyfile "$2.key" -in "$1.csr" -out "$1.pem" -notext \
        -extfile "$1.ext" -startdate "$4" -enddate "$5"
}

cat >ca.cnf <<CNF
[req]
distinguished_name = dn
x509_extensions = root
[dn]
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
[bare]
basicConstraints = critical, CA:false
[ca]
default_ca = here
[here]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
unique_subject = no
policy = any
[any]
commonName = supplied
CNF
: >index.txt

here=DNS:localhost,IP:127.0.0.1,IP:::1
long_ago=20200101000000Z last_year=20210101000000Z
from=$long_ago to=20480101000000Z later=20470101000000Z

ca ca
ca other_ca
ca client_ca
key leaf.key
leaf good ca $here $from $to
leaf expired ca $here $long_ago $last_year
leaf not_yet ca $here $later $to
leaf wrong_host ca DNS:other.test,IP:192.0.2.1 $from $to
leaf unknown_ca other_ca $here $from $to
# GeneralNames of one dNSName "localhost\0.evil.test": a C string comparison sees "localhost"
leaf nul_san ca DER:30:16:82:14:6c:6f:63:61:6c:68:6f:73:74:00:2e:65:76:69:6c:2e:74:65:73:74 $from $to
openssl req -x509 -new -key leaf.key -subj /CN=localhost -addext "subjectAltName = $here" -days 30 \
    -extensions bare -out self_signed.pem -config ca.cnf
key client.key
openssl req -new -key client.key -subj "/CN=fault client" -out client.csr -config ca.cnf
openssl x509 -req -in client.csr -CA client_ca.pem -CAkey client_ca.key -days 30 -out client.pem
if [ -n "${slots:-}" ]; then
    kept=$(mktemp -d "$slots/certs.XXXXXX")
    cp -p ./* "$kept"
    mv -T "$kept" "$slots/certs" || rm -r "$kept" # another was faster
fi

#!/bin/sh
# Draws what is secret at the first start. A file that is there stays. The files can be read by whoever has the
# volume, and only the services that need one of them do.
set -eu

draw() {
    [ -s "$1" ] && return
    head -c 48 /dev/urandom | base64 | tr '+/' '-_' > "$1.new"
    chmod 0444 "$1.new"
    mv "$1.new" "$1"
}

write() {
    [ -s "$1" ] && return
    printf '%s\n' "$2" > "$1.new"
    chmod 0444 "$1.new"
    mv "$1.new" "$1"
}

base=${1:-/secrets}
draw "$base/app/secret-key"
draw "$base/database/password"
draw "$base/redis/password"
write "$base/app/database-url" "postgresql://prm:$(cat "$base/database/password")@database:5432/prm"
write "$base/app/redis-url" "redis://:$(cat "$base/redis/password")@redis:6379/0"

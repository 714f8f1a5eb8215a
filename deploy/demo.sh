#!/bin/sh
# Replays one real day of calls through a broker and four departments, each with a key of its own; see
# README.md.
# usage: demo.sh BINARIES
set -eu
binaries=$1
root=$(cd "$(dirname "$0")/.." && pwd)
example=$root/Examples/nyc311
. "$root/deploy/street.sh"

scratch=$(mktemp -d)
keys=$scratch/keys
terminal=$keys/terminal.key_secret operator=$keys/operator.key_secret
# A port of this process's own, so that two demonstrations do not meet.
endpoint=tcp://127.0.0.1:$((20000 + $$ % 12000))
export GRIDCALL_BROKER="$endpoint" GRIDCALL_SERVER_KEY="$keys/broker.key" \
    XDG_STATE_HOME="$scratch/state"
finish() {
    kill ${import:-} ${watch:-} 2>/dev/null || true
    stop_street
    rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 130' INT TERM

echo "A broker and four departments, each with its own key, replay 25 December 2013,"
echo "4,320 times as fast as it happened."
make_keys "$binaries" "$keys" >"$scratch/keys.log" 2>&1 || {
    cat "$scratch/keys.log" >&2
    exit 1
}
start_street "$binaries" "$example/catalogue.yaml" "$scratch/data" "$endpoint" 300ms "$keys"

start_console "$binaries" "$endpoint" 127.0.0.1:0 "$keys"
[ -z "$street_console_address" ] ||
    echo "Watch it in a browser while it runs: $street_console_address"

GRIDCALL_KEY=$terminal "$binaries/gridcall" import "$example/nyc311-2013-12-25.csv" \
    --mapping "$example/mapping.yaml" --speed 4320 >"$scratch/import.txt" 2>"$scratch/import.log" &
import=$!
GRIDCALL_KEY=$operator "$binaries/gridcall" stats --watch 2 &
watch=$!
wait "$import" || {
    kill "$watch" 2>/dev/null || true
    cat "$scratch/import.txt" "$scratch/import.log" "$scratch/broker.log" >&2
    exit 1
}
kill "$watch" 2>/dev/null || true
wait "$watch" 2>/dev/null || true
GRIDCALL_KEY=$operator "$binaries/gridcall" stats --until-idle --timeout 60 >"$scratch/stats.txt"
echo
echo "The day is over:"
cat "$scratch/import.txt"
echo
echo "The same file again:"
GRIDCALL_KEY=$terminal "$binaries/gridcall" import "$example/nyc311-2013-12-25.csv" \
    --mapping "$example/mapping.yaml" 2>/dev/null
echo
cat "$scratch/stats.txt"

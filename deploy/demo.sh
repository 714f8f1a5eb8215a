#!/bin/sh
# Replays one real day of calls through a broker and four departments; see README.md.
# usage: demo.sh BINARIES
set -eu
binaries=$1
root=$(cd "$(dirname "$0")/.." && pwd)
example=$root/Examples/nyc311
. "$root/deploy/street.sh"

scratch=$(mktemp -d)
endpoint=ipc://$scratch/broker.sock
export GRIDCALL_BROKER="$endpoint" XDG_STATE_HOME="$scratch/state"
finish() {
    kill ${import:-} ${watch:-} 2>/dev/null || true
    stop_street
    rm -rf "$scratch"
}
street_broker="" street_workers=""
trap finish EXIT
trap 'exit 130' INT TERM

echo "A broker and four departments replay 25 December 2013, 4,320 times as fast as it happened."
start_street "$binaries" "$example/catalogue.yaml" "$scratch/data" "$endpoint" 300ms

"$binaries/gridcall" import "$example/nyc311-2013-12-25.csv" --mapping "$example/mapping.yaml" \
    --speed 4320 >"$scratch/import.txt" 2>"$scratch/import.log" &
import=$!
"$binaries/gridcall" stats --watch 2 &
watch=$!
wait "$import" || {
    kill "$watch" 2>/dev/null || true
    cat "$scratch/import.txt" "$scratch/import.log" >&2
    exit 1
}
kill "$watch" 2>/dev/null || true
wait "$watch" 2>/dev/null || true
"$binaries/gridcall" stats --until-idle --timeout 60 >"$scratch/stats.txt"
echo
echo "The day is over:"
cat "$scratch/import.txt"
echo
echo "The same file again:"
"$binaries/gridcall" import "$example/nyc311-2013-12-25.csv" \
    --mapping "$example/mapping.yaml" 2>/dev/null
echo
cat "$scratch/stats.txt"

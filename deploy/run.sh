#!/bin/sh
# Leaves a broker with the sample catalogue and four simulated departments in the foreground.
# usage: run.sh BINARIES
set -eu
binaries=$1
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/deploy/street.sh"

state=${GRIDCALL_DATA:-$root/.build/street}
endpoint=${GRIDCALL_BROKER:-tcp://127.0.0.1:5570}
mkdir -p "$state"
trap stop_street EXIT
trap 'exit 0' INT TERM

start_street "$binaries" "$root/deploy/catalogues/gulou.yaml" "$state/data" "$endpoint" 2s
start_console "$binaries" "$endpoint" "${GRIDCALL_CONSOLE_LISTEN:-127.0.0.1:8570}"
echo "Serving at $endpoint without keys, for this machine alone; data and logs in $state. Ctrl-C ends it. In another terminal:"
echo "  $binaries/gridcall submit --category litter --grid gl-101 --description '路边垃圾'"
if [ -n "$street_console_address" ]; then
    echo "In a browser: $street_console_address"
else
    echo "The console did not start; see $state/console.log" >&2
fi
tail -n +1 -f "$state/broker.log" &
street_workers="$street_workers $!"
wait "$street_broker"

# Shell functions that start and stop a street's processes; read by demo.sh and run.sh.

# start_street BINARIES CATALOGUE DATA ENDPOINT DURATION: a broker and a simulated worker for
# each of the four departments, logs beside the data.
start_street() {
    street_logs=$(dirname "$3")
    "$1/gridcall-broker" --catalogue "$2" --data "$3" --bind "$4" \
        2>"$street_logs/broker.log" &
    street_broker=$!
    street_workers=""
    for department in urban market safety judicial; do
        "$1/gridcall-worker" --department "$department" --broker "$4" --simulate "$5" \
            2>"$street_logs/worker-$department.log" &
        street_workers="$street_workers $!"
    done
}

# stop_street: workers first, so that they hand back what they hold.
stop_street() {
    # shellcheck disable=SC2086 # the process ids are a list
    kill $street_workers 2>/dev/null || true
    for process in $street_workers; do wait "$process" 2>/dev/null || true; done
    kill "$street_broker" 2>/dev/null || true
    wait "$street_broker" 2>/dev/null || true
}

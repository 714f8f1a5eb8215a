# Shell functions that start and stop a street's processes; read by demo.sh and run.sh.

street_departments="urban market safety judicial"
street_broker="" street_workers="" street_console=""

# make_keys BINARIES KEYS: in the directory KEYS a key for the broker, for each department's worker, for
# a terminal and for an operator, and the list of those that may connect.
make_keys() {
    mkdir -m 700 "$2" || return
    for name in broker $street_departments terminal operator; do
        "$1/gridcall-broker" keygen "$2/$name" || return
    done
    for department in $street_departments; do
        authorize "$1" "$2" "$department" --role worker --departments "$department" || return
    done
    authorize "$1" "$2" terminal --role terminal && authorize "$1" "$2" operator --role operator
}

# authorize BINARIES KEYS NAME OPTIONS...: lets the holder of one key in.
authorize() {
    authorize_broker=$1/gridcall-broker authorize_keys=$2 authorize_name=$3
    shift 3
    "$authorize_broker" authorize "$authorize_keys/$authorize_name.key" \
        --keys "$authorize_keys/authorized-keys" --name "$authorize_name" "$@"
}

# start_street BINARIES CATALOGUE DATA ENDPOINT DURATION [KEYS]: a broker and a simulated worker for
# each of the four departments, logs beside the data; with the keys that make_keys made, or without.
start_street() {
    street_logs=$(dirname "$3")
    "$1/gridcall-broker" --catalogue "$2" --data "$3" --bind "$4" \
        ${6:+--key "$6/broker.key_secret" --authorized-keys "$6/authorized-keys"} \
        2>"$street_logs/broker.log" &
    street_broker=$!
    for department in $street_departments; do
        "$1/gridcall-worker" --department "$department" --broker "$4" --simulate "$5" \
            ${6:+--key "$6/$department.key_secret" --server-key "$6/broker.key"} \
            2>"$street_logs/worker-$department.log" &
        street_workers="$street_workers $!"
    done
}

# start_console BINARIES ENDPOINT LISTEN [KEYS]: a console of the street, with the operator's key if
# there are keys; sets street_console_address once it serves, within five seconds.
start_console() {
    "$1/gridcall-console" --broker "$2" --listen "$3" \
        ${4:+--key "$4/operator.key_secret" --server-key "$4/broker.key"} \
        2>"$street_logs/console.log" &
    street_console=$!
    street_console_address=""
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
        street_console_address=$(sed -n 's/.* serving address=\([^ ]*\).*/\1/p' "$street_logs/console.log")
        [ -z "$street_console_address" ] || return 0
        sleep 0.2
    done
}

# stop_street: workers first, so that they hand back what they hold.
stop_street() {
    # shellcheck disable=SC2086 # the process ids are a list
    kill $street_console $street_workers 2>/dev/null || true
    for process in $street_console $street_workers; do wait "$process" 2>/dev/null || true; done
    kill $street_broker 2>/dev/null || true
    wait $street_broker 2>/dev/null || true
}

#!/bin/sh
# Makes what `make bench` needs besides packages: the drivers in .build/bench-peers, and the server of
# NATS, which Debian does not have, in the virtual environment .build/bench-python. A driver whose
# client library is missing is left out, and its peer is skipped. Run it again at will.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
environment="$root/.build/bench-python"
requirements="$root/Benchmarks/requirements.txt"

${MAKE:-make} --directory "$root/Benchmarks/peers" --keep-going --quiet BUILD="$root/.build/bench-peers" ||
    echo "prepare.sh: some drivers were not built; their peers are skipped" >&2

cmp -s "$requirements" "$environment/installed.txt" && exit 0
if python3 -m venv "$environment" &&
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check \
        --requirement "$requirements"; then
    cp "$requirements" "$environment/installed.txt"
else
    echo "prepare.sh: the server of NATS could not be installed; it is skipped" >&2
fi

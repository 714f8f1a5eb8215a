#!/bin/sh
# Makes .build/browser-python, the virtual environment of the browser tests. Run it again at will:
# it does nothing while the requirements are unchanged.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
environment="$root/.build/browser-python"
requirements="$root/Tests/Browser/requirements.txt"

cmp -s "$requirements" "$environment/installed.txt" && exit 0
python3 -m venv "$environment" || {
    echo "prepare.sh: python3 cannot make a virtual environment; install python3-venv" >&2
    exit 69
}
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check \
    --requirement "$requirements"
cp "$requirements" "$environment/installed.txt"

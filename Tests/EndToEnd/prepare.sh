#!/bin/sh
# Makes .build/python, the virtual environment of the end-to-end tests' Python programs. Run it
# again at will: it does nothing while the requirements are unchanged.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
environment="$root/.build/python"
wanted=$(cat "$root/Examples/python/requirements.txt" "$root/Tests/EndToEnd/python/requirements.txt")

[ "$wanted" = "$(cat "$environment/installed.txt" 2>/dev/null)" ] && exit 0
command -v python3 >/dev/null || {
    echo "prepare.sh: python3 is missing; install python3 and python3-venv" >&2
    exit 69
}
python3 -m venv "$environment" || {
    echo "prepare.sh: python3 cannot make a virtual environment; install python3-venv" >&2
    exit 69
}
printf '%s\n' "$wanted" >"$environment/wanted.txt"
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check \
    --requirement "$environment/wanted.txt"
mv "$environment/wanted.txt" "$environment/installed.txt"

#!/bin/sh
# Builds a package of the given programs and tests it in a system that is thrown away.
# usage: run.sh BINARIES [PACKAGE]
# Without PACKAGE it packs the programs as they are, debug ones with shared Swift libraries too.
set -eu
project=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
binaries=$(cd "$1" && pwd)
package=${2:+$(realpath "$2")}
scratch=$project/.build/install-tests
here=$project/Tests/Install

skip() {
    echo "Tests/Install: skipped, $1"
    exit 0
}

[ "$(id -u)" -eq 0 ] || skip "not root"
for tool in dpkg dpkg-deb dpkg-shlibdeps strip unshare systemd-analyze systemd-sysusers python3; do
    command -v "$tool" >/dev/null || skip "$tool is missing"
done
"$here/enter.sh" "$project" "" true 2>/dev/null || skip "overlay file systems cannot be mounted here"

mkdir -p "$scratch"
SHARED_SWIFT=no hidden=""
if [ -z "$package" ]; then
    SHARED_SWIFT=yes
    package=$(SHARED_SWIFT=yes COMPRESSION=none \
        "$project/deploy/debian/package.sh" "$binaries" 0.0.1 "$scratch")
else
    # The toolchain is out of sight, unless it is spread over the system's own directories.
    toolchain=$(dirname "$(dirname "$(readlink -f "$(command -v swift)")")")
    [ "$toolchain" = /usr ] || hidden=$toolchain
fi
export SHARED_SWIFT PACKAGE="$package" PROJECT="$project" BINARIES="$binaries"
for story in test_install.py test_package.py; do
    "$here/enter.sh" "$project" "$hidden" python3 -B "$here/$story" --verbose
done

#!/bin/sh
# Installs the Debian or Ubuntu packages that GridCall needs: `build`, with `test` those of the
# tests too, with `browser` those of the browser tests and of the pictures, with `alerts` promtool,
# and with `bench` the servers it is measured beside. Does nothing where all of them are there.
# Needs root or sudo only to install.
set -eu

build_packages="libzmq3-dev libsqlite3-dev"
test_packages="python3 python3-venv protobuf-compiler strace util-linux iproute2 procps systemd binutils dpkg-dev openssl valgrind"
alerts_packages="python3 prometheus"
browser_packages="python3 python3-venv chromium chromium-driver fonts-noto-cjk pngquant"
bench_packages="gcc make python3 python3-venv strace beanstalkd redis-server rabbitmq-server postgresql librabbitmq-dev libpq-dev"
minimum_swift=6.2

fail() {
    echo "gridcall: $1" >&2
    exit 1
}

wanted=""
for set in "$@"; do
    case "$set" in
    build) wanted="$wanted $build_packages" ;;
    test) wanted="$wanted $test_packages" ;;
    alerts) wanted="$wanted $alerts_packages" ;;
    browser) wanted="$wanted $browser_packages" ;;
    bench) wanted="$wanted $bench_packages" ;;
    *) fail "unknown set of packages: $set" ;;
    esac
done

command -v swift >/dev/null 2>&1 ||
    fail "Swift $minimum_swift or newer is needed: https://www.swift.org/install/linux"
version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
oldest=$(printf '%s\n%s\n' "$minimum_swift" "${version:-0}" | sort -V | head -n 1)
[ "$oldest" = "$minimum_swift" ] ||
    fail "Swift ${version:-of unknown version} is too old; $minimum_swift or newer is needed"

missing=""
for package in $wanted; do
    if command -v dpkg-query >/dev/null 2>&1; then
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
            missing="$missing $package"
    fi
done
command -v dpkg-query >/dev/null 2>&1 || {
    [ -e /usr/include/zmq.h ] && [ -e /usr/include/sqlite3.h ] ||
        fail "install the development files of libzmq 4.3 and SQLite 3 (on Debian:$wanted)"
}
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || fail "please install these packages:$missing"
    as_root="sudo"
fi
echo "Installing:$missing"
# Debian starts a server as soon as it is installed, also one that is wanted for its tools,
# or only to be measured.
policy=/usr/sbin/policy-rc.d
case " $* " in
*" bench "* | *" alerts "*)
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
        $as_root chmod 755 "$policy"
        trap '$as_root rm -f "$policy"' EXIT
    fi
    ;;
esac
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq || fail "apt-get update failed; please install these packages:$missing"
# shellcheck disable=SC2086 # the names are a list
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
    fail "apt-get could not install:$missing"

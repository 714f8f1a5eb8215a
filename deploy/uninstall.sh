#!/bin/sh
# Removes what install.sh put in place, but neither configuration nor data.
# usage: uninstall.sh PREFIX [DESTDIR]
set -eu
target=${2:-}$1

if [ -z "${2:-}" ] && [ -d /run/systemd/system ]; then
    systemctl disable --now 'gridcall-worker@*.service' gridcall-broker.service || true
fi
rm -f "$target/bin/gridcall-broker" "$target/bin/gridcall-worker" "$target/bin/gridcall"
rm -f "$target/lib/systemd/system/gridcall-broker.service" \
    "$target/lib/systemd/system/gridcall-worker@.service" \
    "$target/lib/sysusers.d/gridcall.conf" "$target/lib/tmpfiles.d/gridcall.conf"
rm -rf "$target/share/gridcall" "$target/share/doc/gridcall"
echo "Kept: /etc/gridcall, /var/lib/gridcall, /var/lib/gridcall-keys and the user gridcall."

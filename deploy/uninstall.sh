#!/bin/sh
# Removes what install.sh put in place, but neither configuration nor data.
# usage: uninstall.sh PREFIX [DESTDIR]
set -eu
target=${2:-}$1

if [ -z "${2:-}" ] && [ -d /run/systemd/system ]; then
    # Patterns stand for units that run; `disable` takes none.
    systemctl stop gridcall-backup.timer gridcall-console.service \
        'gridcall-worker@*.service' gridcall-broker.service || true
    workers=$(find /etc/systemd/system -path '*.wants/gridcall-worker@*.service' -printf '%f ')
    # shellcheck disable=SC2086 # Names of units are words.
    systemctl disable gridcall-backup.timer gridcall-console.service $workers \
        gridcall-broker.service || true
fi
for program in gridcall-broker gridcall-worker gridcall-console gridcall; do
    rm -f "$target/bin/$program" "$target/share/bash-completion/completions/$program" \
        "$target/share/zsh/site-functions/_$program" \
        "$target/share/fish/vendor_completions.d/$program.fish" \
        "$target/share/man/man1/$program.1" "$target"/share/man/*/man1/"$program.1"
done
rm -f "$target/lib/systemd/system/gridcall-broker.service" \
    "$target/lib/systemd/system/gridcall-worker@.service" \
    "$target/lib/systemd/system/gridcall-console.service" \
    "$target/lib/systemd/system/gridcall-backup.service" \
    "$target/lib/systemd/system/gridcall-backup.timer" \
    "$target/lib/sysusers.d/gridcall.conf" "$target/lib/tmpfiles.d/gridcall.conf"
rm -rf "$target/share/gridcall" "$target/share/doc/gridcall"
echo "Kept: /etc/gridcall, /var/lib/gridcall, /var/lib/gridcall-keys, /var/lib/gridcall-backup and the user gridcall."

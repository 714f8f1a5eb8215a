#!/bin/sh
# Installs built programs, units, configuration and documents; `make install` calls it.
# usage: install.sh BINARIES PREFIX [DESTDIR]
# Configuration that is there already is left alone. On this machine itself (no DESTDIR) it also
# makes the user and the directories.
set -eu
binaries=$1 prefix=$2 destination=${3:-}
root=$(cd "$(dirname "$0")/.." && pwd)
target=$destination$prefix
configuration=$destination/etc/gridcall
programs="gridcall-broker gridcall-worker gridcall-console gridcall"

# put MODE DIRECTORY FILE...: installs files, making the directory.
put() {
    mode=$1 directory=$2
    shift 2
    install -d "$directory"
    install -m "$mode" "$@" "$directory"
}

# put_unit FILE: a unit names the programs and documents by their place.
put_unit() {
    install -d "$target/lib/systemd/system"
    sed -e "s|=/usr/bin/gridcall|=$prefix/bin/gridcall|" -e "s|file:/usr/share|file:$prefix/share|g" \
        "$root/deploy/systemd/$1" >"$target/lib/systemd/system/$1"
    chmod 0644 "$target/lib/systemd/system/$1"
}

# put_completion SHELL FILE: what $program says about its own options.
put_completion() {
    "$binaries/$program" --generate-completion-script "$1" >"$target/share/$2"
    chmod 0644 "$target/share/$2"
}

for program in $programs; do
    [ -x "$binaries/$program" ] || {
        echo "install.sh: $binaries/$program is missing; run \`make build\` first" >&2
        exit 66
    }
    put 0755 "$target/bin" "$binaries/$program"
done
install -d "$target/share/bash-completion/completions" "$target/share/zsh/site-functions" \
    "$target/share/fish/vendor_completions.d"
for program in $programs; do
    put_completion bash "bash-completion/completions/$program"
    put_completion zsh "zsh/site-functions/_$program"
    put_completion fish "fish/vendor_completions.d/$program.fish"
done
if [ -x "$root/deploy/manual.py" ] && command -v python3 >/dev/null; then
    "$root/deploy/manual.py" "$binaries" "$target/share/man"
fi
put_unit gridcall-broker.service
put_unit gridcall-worker@.service
put_unit gridcall-console.service
put_unit gridcall-backup.service
put_unit gridcall-backup.timer
install -d "$target/lib/sysusers.d" "$target/lib/tmpfiles.d"
install -m 0644 "$root/deploy/systemd/gridcall.sysusers" "$target/lib/sysusers.d/gridcall.conf"
install -m 0644 "$root/deploy/systemd/gridcall.tmpfiles" "$target/lib/tmpfiles.d/gridcall.conf"
put 0644 "$target/share/gridcall/catalogues" "$root"/deploy/catalogues/*.yaml
put 0644 "$target/share/gridcall/examples" "$root/deploy/configuration/worker.env"
put 0644 "$target/share/gridcall/examples/prometheus" \
    "$root/deploy/prometheus/prometheus.yaml" "$root/deploy/prometheus/rules.yaml"
put 0644 "$target/share/gridcall/examples/grafana" "$root/deploy/grafana/gridcall.json"
put 0644 "$target/share/doc/gridcall" "$root"/docs/*.md "$root"/docs/*.svg
put 0644 "$target/share/doc/gridcall/decisions" "$root"/docs/decisions/*.md
put 0644 "$target/share/doc/gridcall/images" "$root"/docs/images/*
# Beside the others, and linked with them.
sed 's|](docs/|](|g' "$root/README.md" >"$target/share/doc/gridcall/README.md"
sed -i 's|](\.\./README\.md|](README.md|g' "$target"/share/doc/gridcall/*.md
chmod 0644 "$target"/share/doc/gridcall/*.md
put 0755 "$target/share/gridcall/audit" "$root"/Examples/audit/*.py

install -d "$configuration"
for settings in broker.env console.env; do
    [ -e "$configuration/$settings" ] ||
        sed "s|/usr/share|$prefix/share|" "$root/deploy/configuration/$settings" >"$configuration/$settings"
done

if [ -z "$destination" ] && [ "$(id -u)" -eq 0 ]; then
    systemd-sysusers "$prefix/lib/sysusers.d/gridcall.conf"
    systemd-tmpfiles --create "$prefix/lib/tmpfiles.d/gridcall.conf"
    [ ! -d /run/systemd/system ] || systemctl daemon-reload
fi

#!/bin/sh
# Builds the Debian package; `make deb` calls it.
# usage: package.sh BINARIES VERSION OUTPUT-DIRECTORY
# With SHARED_SWIFT=yes it packs programs that need the Swift toolchain's libraries, for tests of
# the packaging alone; otherwise such programs are refused. COMPRESSION names one of dpkg-deb's.
set -eu
binaries=$1 version=$2 output=$3
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
architecture=$(dpkg --print-architecture)
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
tree=$stage/gridcall

fail() {
    echo "package.sh: $1" >&2
    exit 70
}

"$root/deploy/install.sh" "$binaries" /usr "$tree"
for program in "$tree"/usr/bin/*; do
    strip --strip-unneeded "$program"
    [ "${SHARED_SWIFT:-no}" = yes ] || ! ldd "$program" | grep -q 'libswift\|libFoundation' ||
        fail "$program needs the Swift toolchain; build it with --static-swift-stdlib"
done

# The licences of what is linked into the programs.
for licence in "$root"/.build/checkouts/*/LICENSE*; do
    name=$(basename "$(dirname "$licence")")
    install -D -m 0644 "$licence" "$tree/usr/share/doc/gridcall/licenses/$name"
done

[ ! -d "$tree/usr/share/man" ] || find "$tree/usr/share/man" -name '*.1' -exec gzip -9n {} +

# What a Debian package must say about itself (Debian Policy, sections 4.4, 12.5 and 12.7).
documents=$tree/usr/share/doc/gridcall
{
    echo "gridcall ($version) unstable; urgency=medium"
    echo
    echo "  * See CHANGELOG.md."
    echo
    echo " -- GridCall maintainers <gridcall@localhost>  $(date -R -u -d "@${SOURCE_DATE_EPOCH:-0}")"
} | gzip -9n >"$documents/changelog.gz"
install -m 0644 "$root/CHANGELOG.md" "$documents/CHANGELOG.md"
install -m 0644 "$here/copyright" "$documents/copyright"

# The libraries the programs were linked with, and the versions of them that suffice. Libzmq is not
# among them: the programs load it when they need it, and the control file names it.
mkdir -p "$stage/debian"
printf 'Source: gridcall\n\nPackage: gridcall\nArchitecture: any\n' >"$stage/debian/control"
ignore=""
[ "${SHARED_SWIFT:-no}" = no ] || ignore="--ignore-missing-info"
libraries=$(cd "$stage" && dpkg-shlibdeps -O $ignore gridcall/usr/bin/* 2>"$stage/shlibdeps.log" |
    sed -n 's/^shlibs:Depends=//p') || {
    cat "$stage/shlibdeps.log" >&2
    fail "dpkg-shlibdeps does not know a library"
}

install -d -m 0755 "$tree/DEBIAN"
for script in postinst prerm postrm; do install -m 0755 "$here/$script" "$tree/DEBIAN/$script"; done
printf '%s\n' /etc/gridcall/broker.env /etc/gridcall/console.env >"$tree/DEBIAN/conffiles"
size=$(du -sk --exclude=DEBIAN "$tree" | cut -f 1)
sed -e "s|@VERSION@|$version|" -e "s|@ARCHITECTURE@|$architecture|" -e "s|@SIZE@|$size|" \
    -e "s|@LIBRARIES@|$libraries|" "$here/control" >"$tree/DEBIAN/control"
(cd "$tree" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$tree/DEBIAN/md5sums"

mkdir -p "$output"
dpkg-deb --root-owner-group "-Z${COMPRESSION:-xz}" --build "$tree" "$output/gridcall_${version}_$architecture.deb" >/dev/null
echo "$output/gridcall_${version}_$architecture.deb"

#!/bin/sh
# Runs a command in a copy of this machine's system that is thrown away afterwards: its own files,
# processes and network. What it changes is seen by nobody else. Needs root.
# usage: enter.sh PROJECT HIDDEN COMMAND...
# PROJECT is there under the same path, read-only; the directory HIDDEN is empty if it is not "".
set -eu
[ "$(id -u)" -eq 0 ] || exit 77
layers=$(mktemp -d)
trap 'rmdir "$layers"' EXIT
unshare --mount --propagation private --pid --fork --kill-child --net --ipc sh -euc '
    layers=$1 project=$2 hidden=$3
    shift 3
    mount -t tmpfs -o mode=0755 tmpfs "$layers"
    system=$layers/system
    mkdir "$layers/upper" "$layers/work" "$system"
    mount -t overlay -o "lowerdir=/,upperdir=$layers/upper,workdir=$layers/work" overlay "$system"
    mount -t proc proc "$system/proc"
    mount --rbind /dev "$system/dev"
    mount -t tmpfs -o mode=0755 tmpfs "$system/run"
    mount -t tmpfs -o mode=1777 tmpfs "$system/tmp"
    mkdir -p "$system$project"
    mount --bind "$project" "$system$project"
    mount -o remount,bind,ro "$system$project"
    [ -z "$hidden" ] || mount -t tmpfs tmpfs "$system$hidden"
    exec chroot "$system" "$@"
' sh "$layers" "$@"

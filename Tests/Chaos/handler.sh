#!/bin/sh
# The command of the departments' workers: some time passes, and now and then it says "try again".
cat >/dev/null
sleep 0.1
[ $(($$ % 8)) -ne 0 ] || exit 75

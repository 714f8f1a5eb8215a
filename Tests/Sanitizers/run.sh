#!/bin/sh
# run.sh SANITIZER TESTS: builds everything with a sanitizer (address or thread) in a folder of its
# own and runs the tests whose names match TESTS.
set -eu
cd "$(dirname "$0")/../.."
sanitizer=$1 tests=$2
swift=${SWIFT:-swift}
place=.build/$(printf %.1s "$sanitizer")san
"$swift" build --build-tests --sanitize "$sanitizer" --scratch-path "$place"
# The runtime's own reports of crashes would take the place of the sanitizer's. Leaks are not looked
# for: what Swift's runtime makes once and keeps (metadata, the conformance cache, globals behind
# tagged pointers) is reported as leaked, and hides what is.
export SWIFT_BACKTRACE=enable=no
export ASAN_OPTIONS="detect_leaks=0:detect_stack_use_after_return=0:halt_on_error=1"
export TSAN_OPTIONS="suppressions=$PWD/Tests/Sanitizers/suppressions.txt:halt_on_error=1:report_signal_unsafe=0"
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH="${TESTS_AT_ONCE:-4}"
exec timeout --kill-after=10 "${SANITIZE_MINUTES:-60}m" \
    "$("$swift" build --show-bin-path --scratch-path "$place")/gridcallPackageTests.xctest" \
    --testing-library swift-testing --filter "$tests"

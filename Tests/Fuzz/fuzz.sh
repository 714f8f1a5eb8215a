#!/bin/bash
# fuzz.sh PROGRAM RUNS [TARGET]: runs a target, or all of them, under libFuzzer and prints a table.
#
# Inputs that reach something new gather in .build/fuzz-corpus; KEEP=1 takes the fewest of them that
# reach as much into Tests/Fuzz/corpus. An input that violates a rule is left in .build/fuzz-corpus
# under the name TARGET-crash-…, and the run ends with status 1.
set -eu
cd "$(dirname "$0")/../.."
program=$1 runs=$2 targets=${3:-}
[ -n "$targets" ] || targets=$("$program" list)
# The runtime's own reports of crashes would take the place of libFuzzer's.
export SWIFT_BACKTRACE=enable=no
status=0
echo "| target | executions | executions/s | edges | corpus | found |"
echo "|---|--:|--:|--:|--:|---|"
for target in $targets; do
    work=.build/fuzz-corpus/$target
    kept=Tests/Fuzz/corpus/$target
    log=$work.log
    mkdir -p "$work" "$kept"
    [ -n "$(ls "$kept")" ] || "$program" seeds "$target" "$kept"
    found=nothing
    # shellcheck disable=SC2046 # The options are words.
    "$program" "$target" $("$program" options "$target") -runs="$runs" -timeout=10 \
        -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$work-" \
        "$work" "$kept" >"$log" 2>&1 || { found="see $log"; status=1; }
    if [ -n "${KEEP:-}" ] && [ "$found" = nothing ]; then
        rm -rf "$work.new"
        mkdir "$work.new"
        # shellcheck disable=SC2046
        "$program" "$target" $("$program" options "$target") -set_cover_merge=1 "$work.new" \
            "$kept" "$work" >"$work.merge.log" 2>&1
        # What people named, seeds and what once broke a rule, stays.
        find "$kept" -type f -regextype posix-extended -regex '.*/[0-9a-f]{40}' -delete
        cp "$work.new"/* "$kept"
    fi
    edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -1)
    number() { sed -n "s/^stat::$1: *//p" "$log" | tail -1; }
    echo "| $target | $(number number_of_executed_units) | $(number average_exec_per_sec) |" \
        "$edges | $(find "$kept" -type f | wc -l) | $found |"
done
exit $status

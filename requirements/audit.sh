#!/bin/sh
# Known weaknesses of what requirements/*.txt lock. With --where-possible, being offline is no failure.
set -u
cd "$(dirname "$0")/.."
report=$(mktemp) words=$(mktemp)
trap 'rm -f "$report" "$words"' EXIT
for lock in requirements/run.txt requirements/dev.txt; do
    : >"$report"
    "${AUDIT:-.venv/bin/pip-audit}" --require-hashes --disable-pip --progress-spinner off --timeout 10 \
        --format json --output "$report" --requirement "$lock" 2>"$words"
    ended=$?
    if [ ! -s "$report" ] && grep -qiE 'connection|timed out|resolve|proxy|temporarily' "$words"; then
        echo "$lock: not audited, the index of known weaknesses cannot be reached." >&2
        [ "${1:-}" = --where-possible ] && continue
        exit 1
    fi
    if [ "$ended" -ne 0 ]; then
        cat "$words" "$report" >&2
        exit 1
    fi
    skipped=$(grep -o '"skip_reason"' "$report" | wc -l)
    echo "$lock: no known weakness; $((skipped)) packages are unknown to the index and were not looked at."
done

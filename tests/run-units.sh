#!/bin/bash
# Runs unit-test binaries (cmocka), five at a time, and adds up what they counted.
# usage: run-units.sh BUILD BINARY...   exit status 0 only when all passed
# UNIT_TIMEOUT: seconds for one binary (default 300). RUN_WITH: a command to run each with.
build=$1
shift
export PEPAYTOP_BUILD=$build
limit=${UNIT_TIMEOUT:-300}
at_once=${UNIT_JOBS:-5}
# shellcheck source=tests/scratch.sh
. "$(dirname "$0")/scratch.sh"
mkdir -p "$build/unit-logs"
# shellcheck source=tests/count-cmocka.sh
. "$(dirname "$0")/count-cmocka.sh"

run_one() { # BINARY LOG
	# shellcheck disable=SC2086
	timeout -k 5 "$limit" ${RUN_WITH:-} "$1" </dev/null >"$2" 2>&1
	echo $? >"$2.status"
}

# What mostly waits goes first, so that nobody waits for it alone at the end.
mapfile -t waiting < <(printf '%s\n' "$@" | grep -e net_live -e net_sync)
mapfile -t busy < <(printf '%s\n' "$@" | grep -v -e net_live -e net_sync)
[ $# -eq 0 ] || set -- ${waiting[@]+"${waiting[@]}"} ${busy[@]+"${busy[@]}"}

running=0
for t in "$@"; do
	log=$build/unit-logs/$(basename "$t").log
	rm -f "$log" "$log.status"
	[ "$running" -lt "$at_once" ] || { wait -n; running=$((running - 1)); }
	run_one "$t" "$log" &
	running=$((running + 1))
done
wait

passed=0
failed=0
for t in "$@"; do
	log=$build/unit-logs/$(basename "$t").log
	status=$(cat "$log.status" 2>/dev/null || echo 99)
	count_cmocka "$log" "$status"
	if [ "$cmocka_failed" -gt 0 ]; then
		echo "FAIL $t (exit $status, $cmocka_passed of $cmocka_planned passed)"
		[ "$status" -ne 124 ] || echo "     not done within $limit s"
		grep -v '^\[       OK \]\|^\[ RUN      \]' "$log" | tail -60
	fi
	passed=$((passed + cmocka_passed))
	failed=$((failed + cmocka_failed))
done
if [ $# -eq 0 ]; then
	echo "FAIL there are no unit tests here"
	failed=1
fi
echo "units in $build: $passed passed, $failed failed"
echo "$passed $failed" >"$build/unit-count"
[ "$failed" -eq 0 ]

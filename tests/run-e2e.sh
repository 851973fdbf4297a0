#!/bin/bash
# Runs the end-to-end tests: tests/e2e/*.sh, *.py and the programs made of tests/e2e/*.c.
# usage: run-e2e.sh BUILD [NAME...]     NAME without its suffix; all when none is given
# A test gets BUILD in its environment and ends with a line "NAME: N passed, M failed"; programs
# count as cmocka does. Names that begin with lib or _ are helpers. E2E_TIMEOUT: seconds for one
# (default 120). RUN_WITH: a command to run each with. Exit status 0 only when all passed.
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd) || exit 1
shift
export BUILD=$build PEPAYTOP_BUILD=$build
limit=${E2E_TIMEOUT:-120}
# shellcheck source=tests/scratch.sh
. "$here/scratch.sh"
mkdir -p "$build/e2e-logs"
# shellcheck source=tests/count-cmocka.sh
. "$here/count-cmocka.sh"

wanted() { # NAME, among the names asked for
	local name
	case $1 in lib* | _*) return 1 ;; esac
	[ ${#names[@]} -gt 0 ] || return 0
	for name in "${names[@]}"; do [ "$name" = "$1" ] && return 0; done
	return 1
}

# timeout(1) leads a process group of its own: what the test leaves behind is in it.
run_one() { # LOG COMMAND...
	local log=$1 pid status
	shift
	# shellcheck disable=SC2086
	timeout -k 5 "$limit" ${RUN_WITH:-} "$@" </dev/null >"$log" 2>&1 &
	pid=$!
	wait "$pid"
	status=$?
	kill -KILL -- "-$pid" 2>/dev/null
	return "$status"
}

count_lines() { # LOG STATUS
	local p f
	p=$(sed -n 's/^[A-Za-z0-9_.-]*: \([0-9]*\) passed, \([0-9]*\) failed$/\1/p' "$1" | awk '{s += $1} END {print s + 0}')
	f=$(sed -n 's/^[A-Za-z0-9_.-]*: \([0-9]*\) passed, \([0-9]*\) failed$/\2/p' "$1" | awk '{s += $1} END {print s + 0}')
	one_passed=$p
	one_failed=$f
	if [ "$f" -eq 0 ] && { [ "$2" -ne 0 ] || [ "$p" -eq 0 ]; }; then
		one_failed=1
	fi
}

# They mostly wait (for virtual clocks, silence, restarts), so several run at once.
run_logged() { # FILE LOG: leaves exit status and seconds beside the log
	local file=$1 log=$2 base began=$SECONDS
	base=$(basename "$file")
	case $base in
	*.sh) run_one "$log" /bin/bash "$file" ;;
	*.py) run_one "$log" /usr/bin/python3 "$file" ;;
	*.c) run_one "$log" "$build/tests/e2e_${base%.c}" ;;
	esac
	echo "$? $((SECONDS - began))" >"$log.status"
}

names=("$@")
passed=0
failed=0
at_once=${E2E_JOBS:-3}
running=0
chosen=()
# The longest go first, so that nobody waits for one alone at the end.
files=()
for base in chaos_cases.py sandbox_conformance.py chaos_storm.py app_pty.c sandbox_faults.py \
	sandbox_gate.py app_history.sh; do
	files+=("$here/e2e/$base")
done
mapfile -t -O ${#files[@]} files < <(printf '%s\n' "$here"/e2e/*.c "$here"/e2e/*.sh "$here"/e2e/*.py)
declare -A seen=()
for file in "${files[@]}"; do
	base=$(basename "$file")
	[ -e "$file" ] && [ -z "${seen[$base]:-}" ] || continue
	seen[$base]=1
	wanted "${base%.*}" || continue
	chosen+=("$file")
	log=$build/e2e-logs/${base%.*}.log
	rm -f "$log" "$log.status"
	[ "$running" -lt "$at_once" ] || { wait -n; running=$((running - 1)); }
	run_logged "$file" "$log" &
	running=$((running + 1))
done
wait

for file in "${chosen[@]}"; do
	base=$(basename "$file")
	log=$build/e2e-logs/${base%.*}.log
	read -r status seconds <"$log.status" || status=99
	case $base in
	*.c)
		count_cmocka "$log" "$status"
		one_passed=$cmocka_passed one_failed=$cmocka_failed
		;;
	*) count_lines "$log" "$status" ;;
	esac
	if [ "$one_failed" -gt 0 ]; then
		echo "FAIL $base (exit $status, $one_passed passed, $one_failed failed)"
		[ "$status" -ne 124 ] || echo "     not done within $limit s"
		tail -60 "$log"
	else
		echo "ok   $base: $one_passed passed in $seconds s"
	fi
	passed=$((passed + one_passed))
	failed=$((failed + one_failed))
done
if [ $((passed + failed)) -eq 0 ]; then
	echo "FAIL there are no end-to-end tests of that name"
	failed=1
fi
echo "e2e in $build: $passed passed, $failed failed"
echo "$passed $failed" >"$build/e2e-count"
[ "$failed" -eq 0 ]

#!/bin/bash
# Runs unit-test binaries (cmocka) and adds up what they counted.
# usage: run-units.sh BUILD BINARY...   exit status 0 only when all passed
build=$1
shift
export PEPAYTOP_BUILD=$build
passed=0
failed=0
for t in "$@"; do
	out=$("$t" 2>&1)
	status=$?
	p=$(grep -c '^\[       OK \]' <<<"$out")
	f=$(grep -c '^\[  FAILED  \] [^0-9]' <<<"$out")
	n=$(sed -n 's/^\[==========\] Running \([0-9]*\) test(s).*/\1/p' <<<"$out" | awk '{s+=$1} END {print s+0}')
	if [ "$status" -ne 0 ] || [ "$n" -eq 0 ] || [ "$p" -ne "$n" ]; then
		[ "$f" -gt 0 ] || f=1
		echo "FAIL $t (exit $status, $p of $n)"
		grep -v '^\[       OK \]\|^\[ RUN      \]' <<<"$out" | tail -60
		failed=$((failed + 1))
	fi
	passed=$((passed + p))
done
echo "units in $build: $passed passed, $failed failed"
mkdir -p "$build"
echo "$passed $failed" >"$build/unit-count"
[ "$failed" -eq 0 ]

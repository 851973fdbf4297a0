# Sourced: reads a cmocka log.
# count_cmocka LOG STATUS sets cmocka_planned, cmocka_passed and cmocka_failed. Whatever is not
# known to have passed counts as failed: a crash, a timeout, an empty program.
count_cmocka() {
	cmocka_passed=$(grep -c '^\[       OK \]' "$1")
	cmocka_planned=$(sed -n 's/^\[==========\] Running \([0-9]*\) test(s).*/\1/p' "$1" |
		awk '{s += $1} END {print s + 0}')
	cmocka_failed=0
	if [ "$2" -ne 0 ] || [ "$cmocka_planned" -eq 0 ] ||
		[ "$cmocka_passed" -ne "$cmocka_planned" ]; then
		cmocka_failed=$((cmocka_planned - cmocka_passed))
		[ "$cmocka_failed" -gt 0 ] || cmocka_failed=1
	fi
}

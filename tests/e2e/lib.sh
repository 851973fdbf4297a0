# What the shell tests share: a folder of their own, counting, comparing. Sourced by them.
# shellcheck shell=bash
set -u
unset PEPAY_API_KEY PEPAY_COMMERCE_API_KEY PEPAY_API_URL PEPAY_WS_URL PEPAY_ENVIRONMENT
unset PEPAYTOP_THEME PEPAYTOP_LOG PEPAYTOP_SANDBOX http_proxy https_proxy

T=$(mktemp -d)
PASSED=0
FAILED=0
PIDS=() # killed at the end

cleanup() {
	for pid in "${PIDS[@]}"; do kill -9 "$pid" 2>/dev/null; done
	rm -rf "$T"
}
trap cleanup EXIT

ok() { PASSED=$((PASSED + 1)); }
bad() { # NAME DETAIL...
	FAILED=$((FAILED + 1))
	echo "FAILED: $1"
	[ $# -gt 1 ] && printf '   %s\n' "${@:2}"
	return 0
}
# is NAME WANTED GOT; has and hasnt NAME PATTERN TEXT
is() { if [ "$2" = "$3" ]; then ok; else bad "$1" "wanted: $2" "got:    $3"; fi; }
has() { if [[ $3 == *$2* ]]; then ok; else bad "$1" "no '$2' in: ${3:0:600}"; fi; }
hasnt() { if [[ $3 == *$2* ]]; then bad "$1" "'$2' in: ${3:0:600}"; else ok; fi; }

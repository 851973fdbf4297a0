#!/bin/bash
# Checks layers, banned words and formatting; prints FILE:LINE: RULE for every
# violation. usage: check.sh [TREE]   exit status: 0 clean, 1 violations, 2 cannot check
# Without TREE: first that every rule still catches its violation (selftest.sh), then this tree.
set -u
export LC_ALL=C
shopt -s globstar nullglob
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd) || exit 2

if [ $# -eq 0 ]; then
	"$here/selftest.sh" || exit 2
fi
cd "${1:-$here/../..}" || exit 2
command -v clang-format >/dev/null || {
	echo "lint: clang-format is missing (make deps-test)" >&2
	exit 2
}

files=(src/**/*.[ch] tests/**/*.[ch])
if [ ${#files[@]} -eq 0 ]; then
	echo "lint: no sources under $PWD" >&2
	exit 2
fi

found=$(
	awk -f "$here/check.awk" "$here/layers.txt" "$here/words.txt" "${files[@]}" ||
		echo "lint: check.awk failed"
	clang-format --dry-run -Werror --ferror-limit=1 "${files[@]}" 2>&1 |
		awk -F: '/: error: / && !seen[$1]++ { print $1 ":" $2 ": not as clang-format lays it out (make format)" }'
)
if [ -n "$found" ]; then
	printf '%s\n' "$found"
	echo "lint: $(wc -l <<<"$found") violations in ${#files[@]} files"
	exit 1
fi
echo "lint: ${#files[@]} files, no violations"

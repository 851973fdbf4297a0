#!/bin/bash
# A case, there and back: C-s on an open object writes it, pepaytop open shows it again, and files
# that are no case are refused.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
export LC_ALL=C.UTF-8 TERM=xterm-256color HOME=$T XDG_DATA_HOME=$T/data

BUILD=$(cd "${BUILD:-build}" && pwd)
APP=$BUILD/pepaytop

(cd "$T" && exec timeout 60 "$APP" demo --scenario trouble --seed 7 --clock 2026-01-15T12:00:00Z \
	--events 73 --speed 50 --script -) >"$T/out" 2>"$T/err" <<-END
	timeout 30s
	wait state=live
	wait events>=73
	wait proof=complete
	wait pending=0
	key !
	snapshot needs.txt
	key Enter
	wait pending=0
	key C-s
	snapshot written.txt
END
is "the story was told and a case written" 0 $?
has "what needs a person is listed" "the bank sent a payout back" "$(cat "$T/needs.txt")"
has "the screen says where the case is" "Case" "$(tail -1 "$T/written.txt")"

case=$(echo "$T"/data/pepaytop/cases/payout-*.zip)
is "it is its owner's alone" 600 "$(stat -c %a "$case")"
is "so is its folder" 700 "$(stat -c %a "$T/data/pepaytop/cases")"

# open FILE: the script on stdin; sets STATUS, leaves out and err.
open() {
	(cd "$T" && exec timeout 30 "$APP" open "$1" --size 120x40 --script -) >"$T/out" 2>"$T/err"
	STATUS=$?
}
open "$case" <<-END
	snapshot summary.txt
	key 2
	snapshot timeline.txt
	key Esc
	key !
	snapshot needs-again.txt
END
is "a case opens without account, key or network" 0 "$STATUS"
summary=$(cat "$T/summary.txt")
has "the top bar says that it is a case" "CASE as of 2026-01-15T12:" "$(head -1 "$T/summary.txt")"
has "and that nothing can be done" "READ-ONLY" "$(head -1 "$T/summary.txt")"
has "it tells what happened" "The payout of 32,196.04 MXN came back" "$summary"
has "people are stand-ins" "customer-1" "$summary"
hasnt "no customer is named" "cust_" "$summary$(cat "$T/timeline.txt" "$T/needs-again.txt")"
has "its events are there" "evt_" "$(cat "$T/timeline.txt")"
has "what needs a person is the same" "the bank sent a payout back" "$(cat "$T/needs-again.txt")"

echo "no zip" >"$T/text.zip"
head -c 900 "$case" >"$T/half.zip"
for file in text.zip half.zip nothing.zip .; do
	open "$file" <<<"quit"
	is "$file is refused" 2 "$STATUS"
	has "$file: with its reason" "pepaytop: " "$(cat "$T/err")"
done
"$APP" open >"$T/out" 2>"$T/err"
is "open needs a file" 2 $?
has "and says so" "open needs the file of a case" "$(cat "$T/err")"

echo "app_case: $PASSED passed, $FAILED failed"
[ "$FAILED" = 0 ]

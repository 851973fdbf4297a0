#!/bin/bash
# The history in use: a restart is whole at once, a second instance only looks, verify tells the
# truth, a replay shows the screens as they were.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
export LC_ALL=C.UTF-8 TERM=xterm-256color

BUILD=$(cd "${BUILD:-build}" && pwd)
APP=$BUILD/pepaytop
export XDG_STATE_HOME=$T/state

appears() {
	for _ in $(seq 1200); do
		[ -s "$1" ] && return 0
		sleep 0.05
	done
	return 1
}

# play NAME OPTION...: the script on stdin, in the folder $T/NAME; sets STATUS, leaves out and err.
play() {
	local name=$1
	shift
	mkdir -p "$T/$name"
	(cd "$T/$name" && exec timeout 100 "$APP" "$@" --script -) >"$T/$name/out" 2>"$T/$name/err"
	STATUS=$?
	[ -z "${TELL:-}" ] || echo "$SECONDS s: $name"
}
passes() { if [ "$STATUS" = 0 ]; then ok; else bad "$1" "status $STATUS" "$(cat "$T/$1/err")"; fi; }
# The panes of a screen: without the bars above and below, which say whether it is a recording.
panes() { sed '1d;$d' "$1"; }
# How old things are is another matter: a demo's clock runs ahead of ours, and no recording tells by
# how much once its events are over.
ageless() { sed -E 's/ +[0-9]+[dhms]([0-9]+[hms])?(▌|│| )/ AGE\2/g'; }

# --- an account, and its sandbox, which can be stopped and come back ------------------------

sandbox_start() { # further options
	: >"$T/ready"
	"$BUILD/pepay-sandbox" --db "$T/ledger.db" --seed 3 --scenario demo "$@" >"$T/ready" 2>"$T/sandbox.err" &
	SANDBOX=$!
	PIDS+=("$SANDBOX")
	appears "$T/ready" || bad "the sandbox came up" "$(cat "$T/sandbox.err")"
}
sandbox_stop() {
	kill "$SANDBOX"
	wait "$SANDBOX" 2>/dev/null
}
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$T/ready"; }

# Waits until the sandbox's story is told: its newest event stays the newest.
sandbox_quiet() {
	local was= now=none
	for _ in $(seq 60); do
		now=$(curl -s -H "x-api-key: $(cat "$T/merchant.key")" "$URL/api/v1/events?limit=1" |
			sed 's/.*"id":"\(evt_[^"]*\)".*/\1/')
		[ -n "$now" ] && [ "$now" = "$was" ] && return
		was=$now
		sleep 1
	done
	bad "the story came to its end"
}

sandbox_start --events 20 --speed 50
URL=$(field base_url)
(umask 077 && field merchant_key >"$T/merchant.key" && field commerce_key >"$T/commerce.key")
ACCOUNT=(--url "$URL" --key-file "$T/merchant.key" --commerce-key-file "$T/commerce.key")
HISTORY=(--history "$T/history.db")
sandbox_quiet

play first "${ACCOUNT[@]}" "${HISTORY[@]}" <<'EOS'
timeout 30s
wait state=live
wait proof=complete
wait history=history
wait invoices>=10
wait orders>=10
wait pending=0
objects objects
snapshot screen
key P
expect view=proof
expect text="Every event the server listed"
expect text="the history begins here"
expect text="history.db"
key Esc
key q
EOS
passes first
is "the history is ours alone" 600 "$(stat -c %a "$T/history.db")"
EVENTS=$(sed -n 's/.*1 Events \([0-9,]*\) .*/\1/p' "$T/first/screen" | tr -d ,)
[ "${EVENTS:-0}" -gt 100 ] && ok || bad "events of the first run" "$(cat "$T/first/screen")"

# --- verify ------------------------------------------------------------------------------------

verify() { "$APP" verify --url "$URL" --key-file "$T/merchant.key" "$@" >"$T/verify.out" 2>"$T/verify.err"; }
verify "${HISTORY[@]}"
is "a whole history verifies" 0 $?
has "verify says so" "result     complete" "$(cat "$T/verify.out")"
is "verify has compared every event" "$EVENTS" "$(sed -n 's/^compared *//p' "$T/verify.out" | tr -d ,)"
verify "${HISTORY[@]}" --since 2h
is "a part of it verifies" 0 $?
has "verify compares less of it" "missing    0" "$(cat "$T/verify.out")"
verify --history "$T/none.db"
is "no history cannot be shown complete" 6 $?
has "verify says that there is none" "no history at" "$(cat "$T/verify.err")"
is "verify makes no file" "" "$(ls "$T"/none.db* 2>/dev/null)"
verify --no-history
is "verify without a history is refused" 2 $?

cp "$T/history.db" "$T/torn.db"
GONE=$(/usr/bin/python3 - "$T/torn.db" <<'EOP'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
row, ms, seq = db.execute("SELECT row, ms, seq FROM event ORDER BY ms DESC, seq DESC LIMIT 1 OFFSET 7").fetchone()
db.execute("DELETE FROM event WHERE row = ?", (row,))
db.commit()
print(f"evt_{ms}-{seq}")
EOP
)
verify --history "$T/torn.db"
is "a history with a hole does not verify" 6 $?
has "verify names what is missing" "$GONE" "$(cat "$T/verify.out")"
has "verify counts one missing" "missing    1" "$(cat "$T/verify.out")"
has "verify does not call it complete" "not complete" "$(cat "$T/verify.out")"

# --- a restart -----------------------------------------------------------------------------------

sandbox_stop
verify "${HISTORY[@]}"
is "no server is no answer" 3 $?
for size in 80x24 120x40; do
	play "down-$size" "${ACCOUNT[@]}" "${HISTORY[@]}" --size "$size" <<EOS
timeout 1s
wait events=$EVENTS
wait invoices>=10
expect state!=live
expect proof!=complete
objects objects
snapshot screen
EOS
	passes "down-$size"
	hasnt "nothing is claimed while nobody can be asked" "complete since" "$(head -1 "$T/down-$size/screen")"
	is "what was known is known at once ($size)" "$(cat "$T/first/objects")" "$(cat "$T/down-$size/objects")"
done
sandbox_start --listen "${URL#http://}"
play again "${ACCOUNT[@]}" "${HISTORY[@]}" <<EOS
timeout 30s
wait state=live
wait proof=complete
expect events>=$EVENTS
wait incidents>=2
incidents incidents
EOS
passes again
has "the time away is in the ledger" "pepaytop was not running" "$(cat "$T/again/incidents")"
hasnt "and nothing is open" '"state":"lost"' "$(cat "$T/again/incidents")"

# --- who else looks ------------------------------------------------------------------------------

mkfifo "$T/hold"
(cd "$T" && exec "$APP" "${ACCOUNT[@]}" "${HISTORY[@]}" --script "$T/hold") >"$T/hold.out" 2>&1 &
HOLDER=$!
PIDS+=("$HOLDER")
printf 'wait history=history\nsnapshot %s\nsleep 60s\n' "$T/held" >"$T/hold"
appears "$T/held" || bad "the first instance writes" "$(cat "$T/hold.out")"
for size in 80x24 120x40; do
	play "second-$size" "${ACCOUNT[@]}" "${HISTORY[@]}" --size "$size" <<EOS
timeout 20s
wait history=view-only
wait events>=$EVENTS
expect text="VIEW ONLY"
expect text="Nothing is kept and actions are off"
key 3
key Home
key a
expect view=panes
expect text="actions are off"
wait state=live
EOS
	passes "second-$size"
done
verify "${HISTORY[@]}"
is "verify reads a history that is being written" 0 $?
kill -9 "$HOLDER"
wait "$HOLDER" 2>/dev/null
play after "${ACCOUNT[@]}" "${HISTORY[@]}" <<'EOS'
wait history=history
wait proof=complete
EOS
passes after

for size in 80x24 120x40; do
	play "without-$size" "${ACCOUNT[@]}" --no-history --size "$size" <<'EOS'
timeout 30s
wait state=live
wait history=no-history
wait text="NO HISTORY"
key P
expect text="gone when the program ends"
EOS
	passes "without-$size"
done
is "a script writes nothing to the state directory" "" "$(find "$XDG_STATE_HOME" -type f 2>/dev/null)"

echo pk_of_another_account >"$T/other.key"
chmod 600 "$T/other.key"
play stranger --url "$URL" --key-file "$T/other.key" "${HISTORY[@]}" </dev/null
is "another account's history is refused" 2 "$STATUS"
has "and says whose it is not" "another account" "$(cat "$T/stranger/err")"

# --- retention -----------------------------------------------------------------------------------

cp "$T/history.db" "$T/short.db"
play retention "${ACCOUNT[@]}" --history "$T/short.db" --keep 1m <<EOS
timeout 60s
wait state=live
wait on-disk<$EVENTS
EOS
passes retention

sandbox_stop

# --- the screens as they were ----------------------------------------------------------------------

TOTAL=$(cat "$(dirname "$0")/../golden/e2e/total") # of the story with this seed
for size in 80x24 120x40; do
	rm -f "$T"/tape.db*
	play "live-$size" demo --seed 7 --clock 2026-01-15T12:00:00Z --events 60 --speed 50 \
		--history "$T/tape.db" --size "$size" <<EOS
timeout 40s
wait state=live
wait proof=complete
wait events=$TOTAL
wait pending=0
snapshot one
clock +120s
key 2
type /status:unpaid
key Enter
key Home
key a
key End
key Enter
sleep 400ms
key y
wait outcome=done
wait events>$TOTAL
key 2
key /
key C-u
key Enter
wait pending=0
sleep 1s
key 1
key End
snapshot two
EOS
	passes "live-$size"
	play "replay-$size" replay --history "$T/tape.db" --from 2026-01-15T12:00:30Z \
		--clock 2026-01-15T13:00:00Z --size "$size" <<'EOS'
expect state=replay
expect text="REPLAY"
snapshot one
key a
expect text="This is a recording"
key Enter
key Esc
clock +30s
snapshot minute
clock +90s
snapshot two
key [
snapshot minute-again
key .
clock +60s
snapshot two-again
expect played=100
EOS
	passes "replay-$size"
	is "$size: 'one' is replayed as it was" "$(panes "$T/live-$size/one")" \
		"$(panes "$T/replay-$size/one")"
	is "$size: 'two' is replayed as it was" "$(panes "$T/live-$size/two" | ageless)" \
		"$(panes "$T/replay-$size/two" | ageless)"
	for shot in minute two; do
		is "$size: '$shot' again, after going back" "$(panes "$T/replay-$size/$shot")" \
			"$(panes "$T/replay-$size/$shot-again")"
	done
	has "the recording says that it ends" "ends here" "$(head -1 "$T/replay-$size/two")"
	hasnt "no replay is live" "LIVE" "$(head -1 "$T/replay-$size/one")"
done
play begin replay --history "$T/tape.db" --speed 1000 <<'EOS'
wait played=100
expect events>=60
EOS
passes begin
"$APP" replay --history "$T/none.db" --script - </dev/null >"$T/out" 2>&1
is "nothing to replay is a matter of configuration" 2 $?
is "a replay makes no file" "" "$(ls "$T"/none.db* 2>/dev/null)"

echo "app_history: $PASSED passed, $FAILED failed"
[ "$FAILED" -eq 0 ]

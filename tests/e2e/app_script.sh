#!/bin/bash
# The application driven by scripts, without a terminal: the same story gives the same
# screens, actions reach the server and come back as events, failures are told.
# Golden screens lie in tests/golden/e2e; UPDATE_GOLDEN=1 rewrites them.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
export LC_ALL=C.UTF-8 TERM=xterm-256color

HERE=$(cd "$(dirname "$0")" && pwd)
BUILD=$(cd "${BUILD:-build}" && pwd)
GOLDEN=$HERE/../golden/e2e
APP=$BUILD/pepaytop

STILL=(--seed 7 --clock 2026-01-15T12:00:00Z --events 60 --speed 50)

# play NAME OPTION...: the script on stdin, in the folder $T/NAME; sets STATUS, leaves out and err.
play() {
	local name=$1
	shift
	mkdir -p "$T/$name"
	(cd "$T/$name" && exec timeout 100 "$APP" "$@" --script -) >"$T/$name/out" 2>"$T/$name/err"
	STATUS=$?
}
# passes NAME: the script came to its end
passes() { if [ "$STATUS" = 0 ]; then ok; else bad "$1" "status $STATUS" "$(cat "$T/$1/err")"; fi; }

# The whole story is on screen: the walk through the server's list is done and the feed is quiet.
everything() {
	cat <<-EOF
		timeout 30s
		wait state=live
		wait proof=complete
		wait events$1
		wait pending=0
		key 1
		key End
	EOF
}

# What the top bar says of the connection depends on the moment: a walk may be under way.
masked() {
	sed -i '1s/^\( pepaytop  [A-Z]*\).*/\1/' "$@"
	sed -i '/^--- roles:/{n;d}' "$@"
}

# --- the command line ------------------------------------------------------------------

out=$("$APP" --help 2>"$T/err")
is "--help ends with 0" 0 $?
has "--help lists options" "--key-file FILE" "$out"
is "--help says nothing on stderr" "" "$(cat "$T/err")"
out=$("$APP" -V)
has "-V says the version" "pepaytop " "$out"
out=$("$APP" --thme dark 2>"$T/err")
is "an unknown option ends with 2" 2 $?
is "an unknown option says nothing on stdout" "" "$out"
has "an unknown option gets a suggestion" "did you mean --theme?" "$(cat "$T/err")"
out=$("$APP" --key=sk_live_canary 2>&1)
is "a key on the command line ends with 2" 2 $?
hasnt "a key on the command line is not repeated" "canary" "$out"
out=$("$APP" 2>&1)
is "no key ends with 2" 2 $?
has "no key tells of the demo" "pepaytop demo" "$out"
out=$("$APP" demo --sandbox /no/such/file 2>&1)
is "no sandbox ends with 2" 2 $?
has "no sandbox says so" "/no/such/file" "$out"
out=$("$APP" demo --sandbox /bin/false --script - </dev/null 2>&1)
is "a sandbox that fails ends with 3" 3 $?
has "a sandbox that fails says so" "ended before it was ready" "$out"
out=$("$APP" demo --scenario no-such-story --script - </dev/null 2>&1)
has "the sandbox's own words are passed on" "no-such-story" "$out"

play badscript demo "${STILL[@]}" <<<$'wait state=live\nkye j'
is "a bad script ends with 2" 2 "$STATUS"
has "a bad script names its line" "line 2" "$(cat "$T/badscript/err")"
play failing demo "${STILL[@]}" <<<$'wait state=live\nexpect text="no such words"'
is "a failed step ends with 1" 1 "$STATUS"
has "a failed step names its line" "line 2" "$(cat "$T/failing/err")"

# --- the same story, the same screens ----------------------------------------------------

if [ -n "${UPDATE_GOLDEN:-}" ]; then
	mkdir -p "$GOLDEN"
	play total demo "${STILL[@]}" --size 120x40 < <(
		everything '>=130'
		echo 'sleep 5s'
		echo 'snapshot total'
	)
	sed -n 's/.*1 Events \([0-9,]*\) .*/\1/p' "$T/total/total" | tr -d , >"$GOLDEN/total"
fi
TOTAL=$(cat "$GOLDEN/total" 2>/dev/null || echo 0)

tour() {
	everything "=$TOTAL"
	cat <<-'EOF'
		snapshot focus-1.txt
		key Tab
		snapshot focus-2.txt
		key 3
		snapshot focus-3.txt
		key S-Tab 3
		expect focus=payouts
		snapshot focus-4.txt
		key 1
		key z
		expect zoomed=1
		snapshot zoom-1.txt
		key Esc
		expect zoomed=0
		key 2
		key z
		snapshot zoom-2.txt
		key z
		key 3
		key z
		snapshot zoom-3.txt
		key z
		key 4
		key z
		snapshot zoom-4.txt
		key z
		key 2
		key Enter
		expect view=detail
		wait pending=0
		snapshot detail-invoice.txt
		key Esc
		key 3
		key Enter
		wait pending=0
		snapshot detail-order.txt
		key Esc
		key 4
		key Enter
		wait pending=0
		snapshot detail-payout.txt
		key Esc
		key 1
		key Up 3
		key Enter
		wait pending=0
		snapshot detail-event.txt
		key Esc
		key End
		key ?
		expect view=help
		snapshot help.txt
		key Esc
		key 2
		type /status:paid
		expect view=prompt
		snapshot prompt.txt
		key Enter
		snapshot filtered.txt
		key /
		key C-u
		type amount>
		snapshot prompt-error.txt
		key Esc
		key Esc
		wait rows>=10
		type /status:unpaid
		key Enter
		key Home
		key a
		expect view=menu
		snapshot menu.txt
		key Enter
		expect view=dialog
		snapshot dialog.txt
		sleep 400ms
		key n
		expect view=panes
		expect outcome=none
		key Esc
		key t
		key 1
		snapshot utc.txt
		styled roles.txt
		resize 59x14
		snapshot too-small.txt
		clock +90s
		resize 60x15
		snapshot smallest.txt
	EOF
}

for size in 80x24 120x40; do
	play "$size" demo "${STILL[@]}" --size "$size" < <(tour)
	passes "$size"
	play "$size-again" demo "${STILL[@]}" --size "$size" < <(tour)
	masked "$T/$size"/*.txt "$T/$size-again"/*.txt
	is "two runs at $size are alike" "" "$(diff -r "$T/$size" "$T/$size-again" 2>&1 | head -20)"
	if [ -n "${UPDATE_GOLDEN:-}" ]; then
		rm -rf "${GOLDEN:?}/$size"
		mkdir -p "$GOLDEN/$size"
		cp "$T/$size"/*.txt "$GOLDEN/$size/"
	fi
	for golden in "$GOLDEN/$size"/*.txt; do
		name=$(basename "$golden")
		if cmp -s "$golden" "$T/$size/$name"; then
			ok
		else
			bad "$size/$name is not the golden screen" \
				"$(diff "$golden" "$T/$size/$name" 2>&1 | head -20)"
		fi
	done
	is "all screens at $size were compared" "$(cd "$T/$size" && ls ./*.txt)" \
		"$(cd "$GOLDEN/$size" && ls ./*.txt)"
done
LC_ALL=C play ascii demo "${STILL[@]}" --size 80x24 < <(tour)
passes ascii
is "without UTF-8 the screens are ASCII" "" "$(LC_ALL=C grep -l '[^ -~]' "$T"/ascii/*.txt)"

# --- actions ---------------------------------------------------------------------------

# cancel NAME PANE STATUS DONE-EVENT: by keys, until the event that shows it has arrived
cancel() {
	local name=$1 pane=$2 status=$3 event=$4 rows
	play "$name-before" demo "${STILL[@]}" --size 160x50 < <(
		everything "=$TOTAL"
		printf 'key %s\ntype /status:%s\nkey Enter\nwait pending=0\nsnapshot before\n' "$pane" "$status"
	)
	passes "$name-before"
	rows=$(sed -n 's/.* \([0-9]*\) of [0-9]*  \/status:.*/\1/p' "$T/$name-before/before" | head -1)
	if ! [ "${rows:-0}" -gt 0 ]; then
		bad "$name: nothing to cancel in this story" "$(cat "$T/$name-before/before")"
		return
	fi
	play "$name" demo "${STILL[@]}" --size 160x50 --log log < <(
		everything "=$TOTAL"
		printf 'key %s\ntype /status:%s\nkey Enter\nwait rows=%d\nkey Home\nkey a\n' "$pane" "$status" "$rows"
		printf 'expect view=menu\nexpect text="Cancel %s"\n' "$name"
		[ "$name" = order ] || printf 'key End\n' # the menu names an invoice's order first
		printf 'key Enter\nexpect view=dialog\nexpect text="DEMO"\n'
		printf 'key y\nexpect view=dialog\nexpect outcome=none\n' # too soon to have read it
		printf 'sleep 400ms\nkey y\nwait outcome=done\n'
		printf 'wait text="Done: cancel %s"\n' "$name"
		printf 'wait events>%d\nwait rows=%d\n' "$TOTAL" $((rows - 1))
		printf 'key 1\nkey End\nwait text="%s"\nexpect actions=1\n' "$event"
	)
	passes "$name"
	hasnt "$name: no key in the log" "_sandbox_" "$(cat "$T/$name/log")"
	is "$name: the log is ours alone" 600 "$(stat -c %a "$T/$name/log")"
}
cancel order 3 pending_payment "order cancelled"
cancel invoice 2 unpaid "invoice canceled"

play readonly demo "${STILL[@]}" --size 120x40 --read-only < <(
	everything "=$TOTAL"
	cat <<-'EOF'
		expect text="READ-ONLY"
		key 2
		type /status:unpaid
		key Enter
		key Home
		key a
		expect text="read-only"
		key Enter
		sleep 400ms
		key y
		expect view=menu
		key Esc
		expect outcome=none
		expect actions=0
	EOF
)
passes readonly

# --- pause -------------------------------------------------------------------------------

play pause demo --seed 7 --clock 2026-01-15T12:00:00Z --speed 30 --size 120x40 <<'EOF'
wait state=live
wait received>=3
wait events>=100
wait pending=0
key Z
expect paused=1
wait held>=5
snapshot one
wait held>=10
snapshot two
key Z
wait held=0
expect paused=0
EOF
passes pause
still() { sed -n '3,20p' "$1" | cut -c1-58; }
is "a paused list stands still" "$(still "$T/pause/one")" "$(still "$T/pause/two")"

# --- the line breaks -----------------------------------------------------------------------

# Waits until a file is there and holds something; false after 20 s.
appears() {
	for _ in $(seq 1200); do
		[ -s "$1" ] && return 0
		sleep 0.05
	done
	return 1
}
# launch NAME: the script on stdin, in the background; sets APP_PID
launch() {
	mkdir -p "$T/$1"
	cat >"$T/$1/script"
	(cd "$T/$1" && exec "$APP" demo "${STILL[@]}" --script script) >"$T/$1/out" 2>"$T/$1/err" &
	APP_PID=$!
	PIDS+=("$APP_PID")
}

launch killed <<'EOF'
wait state=live
wait events>=50
snapshot up
wait state!=live
wait text="RECONNECTING"
snapshot down
expect events>=50
EOF
if appears "$T/killed/up"; then
	child=$(pgrep -P "$APP_PID")
	kill -9 "$child"
	wait "$APP_PID"
	STATUS=$?
	passes killed
	has "what was there stays on screen" "Invoices" "$(cat "$T/killed/down" 2>/dev/null)"
else
	bad "the application came up" "$(cat "$T/killed/err")"
fi

launch orphan <<'EOF'
wait state=live
snapshot up
sleep 60s
EOF
if appears "$T/orphan/up"; then
	child=$(pgrep -P "$APP_PID")
	disown "$APP_PID"
	kill -9 "$APP_PID"
	for _ in $(seq 1200); do
		kill -0 "$child" 2>/dev/null || break
		sleep 0.05
	done
	if kill -0 "$child" 2>/dev/null; then
		bad "the sandbox ends with the application that started it"
		PIDS+=("$child")
	else
		ok
	fi
else
	bad "the application came up" "$(cat "$T/orphan/err")"
fi

# --- an account ------------------------------------------------------------------------------

"$BUILD/pepay-sandbox" --seed 3 --scenario quiet >"$T/sandbox" 2>&1 &
server=$!
PIDS+=("$server")
appears "$T/sandbox" || bad "the sandbox came up"
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$T/sandbox"; }
(umask 077 && field merchant_key >"$T/merchant.key" && field commerce_key >"$T/commerce.key")

play account --url "$(field base_url)" --key-file "$T/merchant.key" \
	--commerce-key-file "$T/commerce.key" <<'EOF'
wait state=live
wait invoices>=1
wait orders>=1
wait payouts>=1
reject text="DEMO"
snapshot screen
EOF
passes account
PEPAY_API_KEY=$(field merchant_key) PEPAY_API_URL=$(field base_url) play environment <<'EOF'
wait state=live
wait invoices>=1
EOF
passes environment
echo pk_wrong_key >"$T/wrong.key"
chmod 600 "$T/wrong.key"
play wrongkey --url "$(field base_url)" --key-file "$T/wrong.key" <<'EOF'
wait state=auth-failed
wait text="AUTH FAILED"
EOF
passes wrongkey
chmod 644 "$T/wrong.key"
play openkey --url "$(field base_url)" --key-file "$T/wrong.key" </dev/null
is "a key file open to others ends with 2" 2 "$STATUS"
has "a key file open to others says what to do" "chmod 600" "$(cat "$T/openkey/err")"
kill "$server"
wait "$server" 2>/dev/null
play nobody --url "$(field base_url)" --key-file "$T/merchant.key" <<'EOF'
wait text="RECONNECTING"
EOF
passes nobody
play plain --url http://pepay.example --key-file "$T/merchant.key" </dev/null
is "a key is not sent in the clear" 2 "$STATUS"

echo "app_script: $PASSED passed, $FAILED failed"
[ "$FAILED" -eq 0 ]

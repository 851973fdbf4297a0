#!/bin/bash
# The sandbox's HTTP side, asked by curl: nothing of our client takes part.
# Takes the binary from $BUILD (default build). Needs curl and python3.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

SANDBOX=${BUILD:-build}/pepay-sandbox
PYTHON=/usr/bin/python3

# start NAME OPTION...: sets BASE, MERCHANT, COMMERCE, PID; output in $T/NAME.{out,err}
start() {
	local name=$1
	shift
	"$SANDBOX" "$@" >"$T/$name.out" 2>"$T/$name.err" &
	PID=$!
	PIDS+=("$PID")
	for _ in $(seq 200); do
		[ -s "$T/$name.out" ] && break
		kill -0 "$PID" 2>/dev/null || break
		sleep 0.05
	done
	BASE=$(field "$T/$name.out" base_url)
	MERCHANT=$(field "$T/$name.out" merchant_key)
	COMMERCE=$(field "$T/$name.out" commerce_key)
	[ -n "$BASE" ] || { bad "$name: did not start" "$(cat "$T/$name.err")"; finish; }
}
field() { sed -n "s/.*\"$2\":\"\{0,1\}\([^\",}]*\).*/\1/p" "$1"; }

# ask METHOD PATH CURL-OPTION...: sets STATUS; body in $T/body, headers in $T/head
ask() {
	local method=$1 path=$2
	shift 2
	STATUS=$(curl -s -m 10 -o "$T/body" -D "$T/head" -w '%{http_code}' -X "$method" "$@" \
		"$BASE$path")
}
m() { ask "$1" "$2" -H "x-api-key: $MERCHANT" "${@:3}"; }
c() { ask "$1" "$2" -H "x-commerce-api-key: $COMMERCE" "${@:3}"; }
# A zombie that nobody has reaped yet is not running.
running() { [[ $(sed -n 's/^State:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null) == [A-Y]* ]]; }
uuid() { $PYTHON -c 'import uuid; print(uuid.uuid4())'; }

cat >"$T/check.py" <<'PY'
import json, sys

STATUSES = ("unpaid", "underpaid", "paid", "expired", "canceled")
AMOUNTS = ("amount", "amount_paid", "amount_remaining")
TIMES = ("expires_at", "created_at", "paid_at", "last_payment_at")

def has(o, keys):
    return all(k in o for k in keys.split())

def money(o, name):
    return isinstance(o[name], int) and o[name + "_decimal"] == "%d.%03d" % divmod(o[name], 1000)

def invoice(o):
    return o["object"] == "invoice" and o["currency"] == "usd" and \
        o["amount_unit"] == "usd_millis" and o["environment"] in ("devnet", "mainnet") and \
        o["status"] in STATUSES and o["invoice_type"] in ("standard", "commerce") and \
        isinstance(o["merchant_id"], int) and all(money(o, a) for a in AMOUNTS) and \
        all(o[t] is None or isinstance(o[t], int) for t in TIMES) and \
        has(o, "customer_id payer_wallet_address payer_wallet_network commerce_order_id metadata")

def event(o):
    return o["object"] == "event" and o["api_version"] == "2025-12-16" and \
        isinstance(o["created"], int) and o["livemode"] is False and \
        isinstance(o["pending_webhooks"], int) and has(o["request"], "id idempotency_key") and \
        "status" in o["data"]["object"] and "previous_attributes" in o["data"] and \
        o["id"].startswith("evt_")

def error(o, code):
    return o["success"] is False and o["error"]["code"] == code and \
        isinstance(o["error"]["message"], str)

b = json.load(open(sys.argv[1], encoding="utf-8"))
print(bool(eval(" ".join(sys.argv[2].split("\n")))))
PY
cat >"$T/walk.py" <<'PY'
import json, sys, urllib.request

base, key, path, whole, way = sys.argv[1:]

def get(query):
    request = urllib.request.Request(base + path + "?" + query, headers={"x-api-key": key})
    return unwrap(json.load(urllib.request.urlopen(request)))

def unwrap(b):
    return b["data"] if way == "data" else b

want = [i["id"] for i in unwrap(json.load(open(whole)))["data"]][:9]
got, after = [], ""
while len(got) < len(want):
    page = get("limit=2" + after)
    got += [i["id"] for i in page["data"]]
    if len(page["data"]) < 2:
        break
    after = "&starting_after=" + got[-1]
newer = [i["id"] for i in get("limit=2&ending_before=" + want[4])["data"]]
first = get("limit=2&ending_before=" + want[0])
print(got[:len(want)] == want, newer == want[2:4], first["data"] == [], first["has_more"])
PY

# body NAME STATUS PYTHON: the status, and an expression over b (the parsed body)
body() {
	if [ "$STATUS" != "$2" ]; then
		bad "$1" "status $STATUS, wanted $2" "$(head -c 400 "$T/body")"
		return
	fi
	local out
	out=$($PYTHON "$T/check.py" "$T/body" "$3" 2>&1)
	if [ "$out" = True ]; then ok; else bad "$1" "$3 is $out" "$(head -c 600 "$T/body")"; fi
}
# pick PYTHON: prints an expression over b
pick() { $PYTHON -c 'import json,sys; b=json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$T/body" "$1" 2>/dev/null; }
refused() { body "$1" "$2" "error(b, '$3')"; }

finish() {
	echo "sandbox_http: $PASSED passed, $FAILED failed"
	[ "$FAILED" -eq 0 ]
	exit
}

# --- starting -----------------------------------------------------------------------
start main --scenario demo --seed 7 --events 1 --speed 1000
cp "$T/main.out" "$T/body"
STATUS=0
body 'ready line' 0 "sorted(b) == sorted('base_url ws_url merchant_key commerce_key pid'.split()) and
 b['base_url'].startswith('http://127.0.0.1:') and b['ws_url'] == 'ws' + b['base_url'][4:] and
 b['merchant_key'].startswith('pk_sandbox_') and b['commerce_key'].startswith('ck_sandbox_') and
 b['pid'] == $PID"
sleep 1 # the world freezes after one event, so that lists stand still
for _ in 1 2 3; do ask GET /api/v1/invoices; done # each turn of its loop looks at what is due
is 'one line on stdout' 1 "$(wc -l <"$T/main.out")"

WRONG=pk_wrong_0123456789
# --- auth ---------------------------------------------------------------------------
# header value, then the status on a merchant, a commerce and an any-key route
while read -r name a b want_m want_c want_any; do
	args=()
	[ "$a" != - ] && args+=(-H "x-api-key: ${!a}")
	[ "$b" != - ] && args+=(-H "x-commerce-api-key: ${!b}")
	ask GET /api/v1/invoices "${args[@]}"
	is "auth $name, merchant route" "$want_m" "$STATUS"
	[ "$STATUS" = 401 ] && refused "auth $name, code" 401 API_KEY_INVALID
	[ "$STATUS" = 403 ] && refused "auth $name, code" 403 API_KEY_SCOPE
	ask GET /api/commerce/merchant/orders "${args[@]}"
	is "auth $name, commerce route" "$want_c" "$STATUS"
	ask GET /api/v1/events "${args[@]}"
	is "auth $name, any-key route" "$want_any" "$STATUS"
done <<-'END'
	nothing            -        -        401 401 401
	wrong              WRONG    -        401 401 401
	wrong-commerce     -        WRONG    401 401 401
	merchant           MERCHANT -        200 403 200
	commerce           COMMERCE -        403 200 200
	commerce-header    -        COMMERCE 403 200 200
	merchant-misplaced -        MERCHANT 403 403 403
	both               MERCHANT COMMERCE 200 200 200
	swapped            COMMERCE MERCHANT 403 403 200
	one-wrong          WRONG    COMMERCE 401 200 401
END
ask GET /api/v1/invoices -H "Authorization: Bearer $MERCHANT"
is 'auth bearer is not a key' 401 "$STATUS"
ask GET /api/v1/invoices -H "x-api-key: ${MERCHANT}x"
is 'auth longer key' 401 "$STATUS"
ask GET /api/v1/invoices -H "x-api-key: ${MERCHANT%?}"
is 'auth shorter key' 401 "$STATUS"

# --- every route's success shape --------------------------------------------------------
m GET '/api/v1/invoices?limit=100'
body 'invoice list' 200 "b['object'] == 'list' and isinstance(b['has_more'], bool) and
 len(b['data']) > 3 and all(invoice(i) for i in b['data']) and
 [i['created_at'] for i in b['data']] == sorted((i['created_at'] for i in b['data']), reverse=True)"
cp "$T/body" "$T/invoices"
INVOICE=$(pick "b['data'][0]['id']")
CUSTOMER=$(pick "next(i['customer_id'] for i in b['data'] if i['customer_id'])")
PAID=$(pick "next(i['id'] for i in b['data'] if i['status'] == 'paid')")
m GET "/api/v1/invoices/$INVOICE"
body 'invoice' 200 "invoice(b) and b['id'] == '$INVOICE' and 'latest_payment' not in b"
m GET "/api/v1/invoices/$PAID?expand=latest_payment"
body 'invoice with its payment' 200 "b['latest_payment']['object'] == 'invoice_payment' and
 b['latest_payment']['invoice_id'] == '$PAID' and b['amount_paid'] >= b['amount'] and b['paid_at']"
m GET "/api/v1/invoices/$PAID/status"
body 'invoice status' 200 "b['object'] == 'invoice_status' and b['invoice']['id'] == '$PAID' and
 b['invoice']['status'] == 'paid' and money(b['invoice'], 'amount') and
 has(b['latest_payment'], 'id invoice_id merchant_id status settlement_status')"
m GET /api/v1/invoices/totals
body 'invoice totals' 200 "b['object'] == 'invoice_totals' and b['currency'] == 'usd' and
 b['amount_unit'] == 'usd_millis' and
 sorted(b['totals']) == sorted('all paid unpaid underpaid expired canceled'.split()) and
 all(money(t, 'amount') for t in b['totals'].values()) and
 b['totals']['all']['count'] == sum(t['count'] for k, t in b['totals'].items() if k != 'all')"
m GET "/api/v1/invoices/customer/$CUSTOMER"
body "a customer's invoices" 200 "b['object'] == 'list' and b['data'] and
 all(invoice(i) and i['customer_id'] == '$CUSTOMER' for i in b['data'])"
m GET '/api/v1/invoices?status=paid,expired&limit=100'
body 'invoices by status' 200 "b['data'] and {i['status'] for i in b['data']} <= {'paid', 'expired'}"
m GET '/api/v1/events?limit=100'
body 'event list' 200 "b['success'] is True and b['data']['object'] == 'list' and
 len(b['data']['data']) > 3 and all(event(e) for e in b['data']['data'])"
cp "$T/body" "$T/events"
EVENT=$(pick "b['data']['data'][0]['id']")
m GET "/api/v1/events/$EVENT"
body 'event' 200 "b['success'] is True and event(b['data']) and b['data']['id'] == '$EVENT'"
c GET '/api/v1/events?limit=100'
body 'events of a commerce key' 200 "b['data']['data'] and not [e for e in b['data']['data']
 if e['type'].startswith('ramp.') or e['data']['object'].get('invoice_type') == 'standard']"
c GET '/api/commerce/merchant/orders?limit=100'
body 'order list' 200 "b['success'] is True and b['data']['orders'] and
 b['data']['pagination'] == {'limit': 100, 'offset': 0, 'count': len(b['data']['orders'])} and
 all(has(o, 'orderId invoiceId networkEnvironment status substatus actions shipmentsSummary retailer '
 'walletAddress walletNetwork customerId total createdAt updatedAt itemCount') and
 isinstance(o['actions']['canCancel'], bool) and isinstance(o['total'], (int, float))
 for o in b['data']['orders'])"
ORDER=$(pick "b['data']['orders'][0]['orderId']")
CANCELABLE=$(pick "next((o['orderId'] for o in b['data']['orders'] if o['actions']['canCancel']), '')")
FIXED=$(pick "next((o['orderId'] for o in b['data']['orders'] if not o['actions']['canCancel']), '')")
c GET "/api/commerce/merchant/orders/$ORDER"
body 'order' 200 "b['success'] is True and b['data']['orderId'] == '$ORDER' and
 has(b['data'], 'invoiceId merchantId status actions timeline payment fulfillment lineItems '
 'shippingAddress cancellationStatus refundStatus totalAmountUsd commerceFeeUsd refund') and
 isinstance(b['data']['totalAmountUsd'], str) and b['data']['timeline'] is not None and
 all(has(s, 'status timestamp message') for s in b['data']['timeline']) and
 all(isinstance(l['price'], str) for l in b['data']['lineItems'])"
m GET /api/v1/capabilities
body 'capabilities' 200 "b['object'] == 'capabilities' and b['server'] == 'pepay-sandbox' and
 b['version'] and isinstance(b['extensions'], list)"
m GET /api/v1/ramps/kyc
body 'kyc list' 200 "b['object'] == 'list' and b['data'] and all(k['object'] == 'ramp_kyc' and
 k['status'] in ('not_started', 'pending', 'approved', 'rejected', 'expired') for k in b['data'])"
KYC=$(pick "b['data'][0]['customer_id']")
m GET "/api/v1/ramps/kyc/$KYC"
body 'kyc' 200 "b['object'] == 'ramp_kyc' and b['customer_id'] == '$KYC'"
m GET /api/v1/ramps/payouts
body 'payout list' 200 "b['object'] == 'list' and b['data'] and all(p['object'] == 'ramp_payout' and
 isinstance(p['fiat_amount_minor'], int) and has(p['bank_account'], 'holder bank_name last4') and
 money(p, 'amount') for p in b['data'])"
PAYOUT=$(pick "b['data'][0]['id']")
m GET "/api/v1/ramps/payouts/$PAYOUT"
body 'payout' 200 "b['object'] == 'ramp_payout' and b['id'] == '$PAYOUT'"
for path in /api/v1/invoices/00000000-0000-4000-8000-000000000000 /api/v1/events/evt_1-1 \
	/api/v1/ramps/kyc/nobody /api/v1/ramps/payouts/none; do
	m GET "$path"
	refused "unknown id $path" 404 NOT_FOUND
done
c GET /api/commerce/merchant/orders/none
refused 'unknown order' 404 NOT_FOUND

# --- pages ------------------------------------------------------------------------------
# walk LIST-PATH FILE PYTHON-TO-LIST: pages of 2 with starting_after give the long list again
walk() { $PYTHON "$T/walk.py" "$BASE" "$MERCHANT" "$@" 2>&1; }
is 'invoice pages' 'True True True False' "$(walk /api/v1/invoices "$T/invoices" bare)"
is 'event pages' 'True True True False' "$(walk /api/v1/events "$T/events" data)"
for q in limit=0 limit=101 limit=abc limit=-1 limit= starting_after=nope ending_before=nope \
	status=nonsense environment=moon; do
	m GET "/api/v1/invoices?$q"
	refused "invoices?$q" 400 VALIDATION_ERROR
done
for q in limit=0 limit=abc starting_after=evt_0-0 'created%5Bgte%5D=x'; do
	m GET "/api/v1/events?$q"
	refused "events?$q" 400 VALIDATION_ERROR
done
c GET '/api/commerce/merchant/orders?limit=1&offset=1'
body 'second order' 200 "len(b['data']['orders']) <= 1 and b['data']['pagination']['offset'] == 1"
c GET '/api/commerce/merchant/orders?offset=-1'
refused 'orders?offset=-1' 400 VALIDATION_ERROR
c GET '/api/commerce/merchant/orders?offset=100000'
body 'orders beyond the end' 200 "b['data']['orders'] == []"

# --- writes ------------------------------------------------------------------------------
J=(-H 'Content-Type: application/json')
NEW='{"amount_usd":12.34,"description":"e2e","customer_id":"e2e-1","metadata":{"a":1}}'
m POST /api/v1/invoices "${J[@]}" -d "$NEW"
refused 'create without a key' 400 IDEMPOTENCY_KEY_MISSING
m POST /api/v1/invoices "${J[@]}" -d "$NEW" -H 'Idempotency-Key: not-a-uuid'
is 'create with a bad key' 400 "$STATUS"
KEY=$(uuid)
m POST /api/v1/invoices "${J[@]}" -d "$NEW" -H "Idempotency-Key: $KEY"
body 'create' 201 "has(b, 'invoice_id payment_url expires_at session_token signature') and
 b['payment_session_headers'] == {'x-session-token': b['session_token'], 'x-signature': b['signature']}"
hasnt 'create is not a replay' Idempotent-Replayed "$(cat "$T/head")"
cp "$T/body" "$T/created"
MADE=$(pick "b['invoice_id']")
m POST /api/v1/invoices "${J[@]}" -d "$NEW" -H "Idempotency-Key: $KEY"
is 'replay status' 201 "$STATUS"
has 'replay header' 'Idempotent-Replayed: true' "$(cat "$T/head")"
if cmp -s "$T/body" "$T/created"; then ok; else bad 'replay body' "$(cat "$T/body")"; fi
m POST /api/v1/invoices "${J[@]}" -d "${NEW/12.34/12.35}" -H "Idempotency-Key: $KEY"
refused 'same key, other body' 409 IDEMPOTENCY_KEY_REUSED
m GET "/api/v1/invoices/$MADE"
body 'created invoice' 200 "invoice(b) and b['amount'] == 12340 and b['status'] == 'unpaid' and
 b['customer_id'] == 'e2e-1' and b['metadata'] == {'a': 1}"
m GET '/api/v1/invoices/customer/e2e-1'
body 'made once' 200 "len(b['data']) == 1"
m GET "/api/v1/events?invoice_id=$MADE"
body 'its event' 200 "[e['type'] for e in b['data']['data']] == ['invoice.created'] and
 b['data']['data'][0]['request']['idempotency_key'] == '$KEY'"
for bad in '{"amount_usd":0}' '{"amount_usd":"12"}' '{"amount_usd":1.2345}' '{}' '[]' '{' \
	'{"amount_usd":1,"amount_usd":2}' '{"amount_usd":1000000.01}' '{"amount_usd":1,"metadata":3}' \
	'{"amount_usd":1e2,"customer_id":"\u0000"}'; do
	m POST /api/v1/invoices "${J[@]}" -d "$bad" -H "Idempotency-Key: $(uuid)"
	refused "create $bad" 400 VALIDATION_ERROR
done
KEY=$(uuid)
m POST "/api/v1/invoices/$MADE/cancel" -H "Idempotency-Key: $KEY"
body 'cancel' 200 "b['id'] == '$MADE' and b['status'] == 'canceled'"
m POST "/api/v1/invoices/$MADE/cancel" -H "Idempotency-Key: $KEY"
has 'cancel replayed' 'Idempotent-Replayed: true' "$(cat "$T/head")"
m POST "/api/v1/invoices/$MADE/cancel" -H "Idempotency-Key: $(uuid)"
refused 'cancel twice' 400 INVOICE_NOT_CANCELABLE
m POST "/api/v1/invoices/$PAID/cancel" -H "Idempotency-Key: $(uuid)"
refused 'cancel what is paid' 400 INVOICE_NOT_CANCELABLE
if [ -n "$CANCELABLE" ]; then
	KEY=$(uuid)
	c POST "/api/commerce/merchant/orders/$CANCELABLE/cancel"
	is 'order cancel without a key' 400 "$STATUS"
	c POST "/api/commerce/merchant/orders/$CANCELABLE/cancel" "${J[@]}" -H "Idempotency-Key: $KEY" \
		-d '{"refundDestinationWalletAddressBsc":"0x52908400098527886E0F7030069857D2E4169EE7"}'
	body 'order cancel' 200 "b['success'] is True and b['data']['orderId'] == '$CANCELABLE' and
 has(b['data'], 'status substatus customerId refundQuote')"
	m GET '/api/v1/events?type=commerce.order.updated&limit=1'
	body 'order cancel has its event' 200 "b['data']['data'][0]['request']['idempotency_key'] == '$KEY'"
else
	bad 'no order can be canceled in this scenario'
fi
c POST "/api/commerce/merchant/orders/$FIXED/cancel" -H "Idempotency-Key: $(uuid)"
is 'an order past canceling' 400 "$STATUS"

# --- HTTP itself ---------------------------------------------------------------------------
m GET '/api/v1/invoices?customer_id=%zz'
refused 'bad escape in the query' 400 VALIDATION_ERROR
m GET '/api/v1/invoices?customer_id=%00'
refused 'NUL in the query' 400 VALIDATION_ERROR
m GET '/api/v1/invoices/a%00b'
refused 'NUL in the path' 400 VALIDATION_ERROR
m GET '/api/v1/invoices/%'
refused 'bad escape in the path' 400 VALIDATION_ERROR
m GET '/api/v1/invoices?limit=1&limit=2'
refused 'a parameter twice' 400 VALIDATION_ERROR
m GET /api/v2/invoices
refused 'unknown path' 404 NOT_FOUND
ask GET /
refused 'root' 404 NOT_FOUND
m DELETE /api/v1/invoices
refused 'wrong method' 405 METHOD_NOT_ALLOWED
has 'Allow' 'Allow: GET, HEAD, POST' "$(cat "$T/head")"
m BREW /api/v1/invoices
refused 'unknown method' 405 METHOD_NOT_ALLOWED
STATUS=$(curl -sI -m 5 -o "$T/head" -w '%{http_code} %{size_download}' "$BASE/api/v1/invoices")
is 'HEAD without a key' '401 0' "$STATUS"
STATUS=$(curl -sI -m 5 -o "$T/head" -w '%{http_code} %{size_download}' -H "x-api-key: $MERCHANT" \
	"$BASE/api/v1/invoices")
is 'HEAD' '200 0' "$STATUS"
m OPTIONS /api/v1/invoices -H 'Origin: https://example.com'
refused 'OPTIONS' 405 METHOD_NOT_ALLOWED
hasnt 'no CORS for OPTIONS' 'Access-Control' "$(cat "$T/head")"
m GET /api/v1/invoices
has 'content type' 'Content-Type: application/json' "$(cat "$T/head")"
has 'request id' 'x-request-id: req_' "$(cat "$T/head")"
hasnt 'no CORS' 'Access-Control' "$(cat "$T/head")"
m GET /api/v1/invoices -H 'X-Request-Id: mine-1' -H 'Origin: https://example.com'
has 'own request id' 'x-request-id: mine-1' "$(cat "$T/head")"
hasnt 'no CORS for an origin' 'Access-Control' "$(cat "$T/head")"
m POST /api/v1/invoices -H 'Content-Type: text/plain' -d "$NEW" -H "Idempotency-Key: $(uuid)"
is 'other content type' 415 "$STATUS"
head -c 300000 /dev/zero >"$T/big"
m POST /api/v1/invoices "${J[@]}" --data-binary "@$T/big"
refused 'a body too large' 413 BODY_TOO_LARGE
head -c 30000000 /dev/zero >"$T/big"
m POST /api/v1/invoices "${J[@]}" --data-binary "@$T/big"
refused 'a body far too large' 413 BODY_TOO_LARGE
m POST /api/v1/invoices "${J[@]}" -H 'Transfer-Encoding: chunked' -d "$NEW"
refused 'chunks' 411 LENGTH_REQUIRED
is 'one connection for three requests' '200 1
404 0
200 0' "$(curl -s -m 5 -w '%{http_code} %{num_connects}\n' -H "x-api-key: $MERCHANT" -o /dev/null \
	-o /dev/null -o /dev/null "$BASE/api/v1/invoices" "$BASE/nothing" "$BASE/api/v1/events")"
is 'a header too large' 431 "$(curl -s -m 5 -o /dev/null -w '%{http_code}' -H "x-a: $(head -c 20000 /dev/zero | tr '\0' a)" "$BASE/")"
ask GET /ws/merchant/events
refused 'a stream without a key, asked by HTTP' 401 API_KEY_INVALID
m GET /ws/merchant/events
refused 'a stream, asked by HTTP' 426 UPGRADE_REQUIRED

# Forty clients that never finish their request, then one that does.
HOSTPORT=${BASE#http://}
for i in $(seq 40); do
	eval "exec $((100 + i))<>/dev/tcp/${HOSTPORT%:*}/${HOSTPORT#*:}"
	printf 'GET /api/v1/invoices HTTP/1.1\r\nHost: x\r\nX-Slow: ' >&$((100 + i))
done
STATUS=$(curl -s -m 60 -o /dev/null -w '%{http_code}' -H "x-api-key: $MERCHANT" "$BASE/api/v1/invoices")
is 'slow clients block nobody' 200 "$STATUS"

# --- stopping --------------------------------------------------------------------------------
# With those forty still attached.
began=$(date +%s%N)
kill -TERM "$PID"
wait "$PID"
is 'SIGTERM: exit status' 0 $?
took=$((($(date +%s%N) - began) / 1000000))
if [ "$took" -lt 10000 ]; then ok; else bad "SIGTERM: took $took ms"; fi
for i in $(seq 40); do eval "exec $((100 + i))>&-"; done
is 'nothing on stderr' '' "$(cat "$T/main.err")"
is 'still one line on stdout' 1 "$(wc -l <"$T/main.out")"

bash -c '"$0" --die-with-parent --scenario quiet >"$1" & echo $!
	while sleep 0.1; do :; done' "$SANDBOX" "$T/child.out" >"$T/child.pid" &
PARENT=$!
PIDS+=("$PARENT")
disown "$PARENT" # its violent end is meant
for _ in $(seq 1000); do [ -s "$T/child.out" ] && break; sleep 0.05; done
CHILD=$(cat "$T/child.pid")
PIDS+=("$CHILD")
if running "$CHILD"; then ok; else bad 'the child runs while its parent does'; fi
kill -9 "$PARENT"
for _ in $(seq 1000); do running "$CHILD" || break; sleep 0.05; done
if running "$CHILD"; then bad 'the child outlives its parent'; else ok; fi

# --- the command line -----------------------------------------------------------------------
run() { OUT=$(timeout 60 "$SANDBOX" "$@" 2>"$T/err" </dev/null); STATUS=$?; ERR=$(cat "$T/err"); }
run --help
is 'help' 0 "$STATUS"
has 'help text' '--die-with-parent' "$OUT"
run --version
has 'version' 'pepay-sandbox 0.' "$OUT"
run --list-scenarios
has 'scenarios' 'demo' "$OUT"
run --scenrio demo
is 'bad option' 2 "$STATUS"
is 'bad option: stdout' '' "$OUT"
has 'bad option: hint' 'did you mean --scenario?' "$ERR"
run --scenario nonsense
is 'unknown scenario' 2 "$STATUS"
run --listen 0.0.0.0:0
is 'not loopback' 2 "$STATUS"
has 'not loopback: why' 'not a loopback address' "$ERR"
PEPAY_API_KEY=sk_live_0123456789 run --scenario quiet
is 'a live key' 2 "$STATUS"
hasnt 'a live key is not repeated' 0123456789 "$OUT$ERR"

echo 'ck_file_0123456789' >"$T/key"
export PEPAY_API_KEY=pk_env_0123456789
start keys --scenario quiet --commerce-key-file "$T/key" --log "$T/log" --db "$T/ledger.db"
unset PEPAY_API_KEY
is 'key from the environment' pk_env_0123456789 "$MERCHANT"
is 'key from a file' ck_file_0123456789 "$COMMERCE"
m GET "/api/v1/invoices?customer_id=$MERCHANT"
has 'log line' 'GET /api/v1/invoices' "$(cat "$T/log")"
hasnt 'the log keeps keys to itself' "$MERCHANT" "$(cat "$T/log")"
is 'log mode' 600 "$(stat -c %a "$T/log")"
run --listen "${BASE#http://}" --scenario quiet
is 'port in use' 1 "$STATUS"
has 'port in use: why' 'Address already in use' "$ERR"

# --- going on from a file --------------------------------------------------------------------
m POST /api/v1/invoices "${J[@]}" -d "$NEW" -H "Idempotency-Key: $(uuid)"
MADE=$(pick "b['invoice_id']")
m GET '/api/v1/invoices?limit=100'
BEFORE=$(pick "[i['id'] for i in b['data']]")
kill -TERM "$PID"
wait "$PID"
start again --scenario quiet --db "$T/ledger.db"
m GET "/api/v1/invoices/$MADE"
is 'an invoice survives a restart' 200 "$STATUS"
m GET '/api/v1/invoices?limit=100'
is 'the past is not written twice' "$BEFORE" "$(pick "[i['id'] for i in b['data']]")"
kill -TERM "$PID"
wait "$PID"

start six --scenario quiet --listen '[::1]:0'
m GET /api/v1/capabilities
is 'IPv6 loopback' 200 "$STATUS"
kill -TERM "$PID"
wait "$PID"

finish

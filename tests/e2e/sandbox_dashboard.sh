#!/bin/bash
# The dashboard's bearer JWT (contract 2), with curl: which routes take it, which do not, and
# that a key beside it decides. Ends with "sandbox_dashboard: N passed, M failed".
BUILD=${BUILD:-build}
passed=0
failed=0
dir=$(mktemp -d)
"$BUILD/pepay-sandbox" --seed 7 --scenario quiet --enable-control >"$dir/ready" 2>"$dir/err" &
pid=$!
trap 'kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; rm -rf "$dir"' EXIT
for _ in $(seq 1200); do [ -s "$dir/ready" ] && break; sleep 0.05; done

member() { # NAME FILE
	sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$2"
}
url=$(member base_url "$dir/ready")
merchant=$(member merchant_key "$dir/ready")
json='content-type: application/json'

check() { # WHAT WANT HAVE
	if [ "$2" = "$3" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $1: wanted $2, got $3"
	fi
}
status() { # PATH HEADERS...
	local path=$1 args=() h
	shift
	for h in "$@"; do args+=(-H "$h"); done
	curl -s -o "$dir/body" -w '%{http_code}' "${args[@]}" "$url$path"
}

curl -s -X POST -H "$json" -d '{}' "$url/_sandbox/dashboard-token" >"$dir/token"
token=$(member token "$dir/token")
bearer="Authorization: Bearer $token"
status /api/v1/invoices?limit=1 "$bearer" >/dev/null
invoice=$(grep -o '"id":"[^"]*"' "$dir/body" | head -1 | cut -d'"' -f4)
status "/api/v1/invoices?limit=1&invoice_type=commerce" "$bearer" >/dev/null
sold=$(grep -o '"id":"[^"]*"' "$dir/body" | head -1 | cut -d'"' -f4)

for path in /api/v1/invoices /api/v1/invoices/totals "/api/v1/invoices/$invoice" \
	"/api/v1/invoices/$invoice/status" /api/v1/events /api/commerce/merchant/orders \
	"/api/commerce/merchant/invoices/$sold/status"; do
	check "bearer on $path" 200 "$(status "$path" "$bearer")"
	check "forged on $path" 401 "$(status "$path" "Authorization: Bearer ${token%?????}AAAAA")"
	check "no bearer on $path" 401 "$(status "$path" "Authorization: Basic $token")"
	check "wrong key beside it on $path" 401 "$(status "$path" "$bearer" "x-api-key: nobody")"
done
for path in /api/v1/capabilities /api/v1/ramps/payouts /api/v1/refunds /api/commerce/status; do
	check "bearer is not for $path" 401 "$(status "$path" "$bearer")"
done
check "a ws_token is for keys" 401 "$(curl -s -o /dev/null -w '%{http_code}' -X POST -H "$json" \
	-H "$bearer" -d '{"scope":"merchant"}' "$url/api/v1/ws/token")"
check "the key alone still works" 200 "$(status /api/v1/invoices "x-api-key: $merchant")"

curl -s -X POST -H "$json" -H "x-api-key: $merchant" -d '{"scope":"merchant","ttl_seconds":60}' \
	"$url/api/v1/ws/token" >"$dir/ws"
check "a stream's token is not the dashboard's" 403 \
	"$(status /api/v1/invoices "Authorization: Bearer $(member token "$dir/ws")")"
create() {
	curl -s -o "$dir/body" -w '%{http_code}' -X POST -H "$json" -H "$bearer" -H \
		"Idempotency-Key: 0b8d4d5c-7d3f-4c57-9a4e-1f2f6a1f0c11" -d '{"amount_usd":5}' \
		"$url/api/v1/invoices"
}
check "an invoice can be made with it" 201 "$(create)"

echo "sandbox_dashboard: $passed passed, $failed failed"
[ "$failed" -eq 0 ]

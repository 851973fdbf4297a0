"""One row for every route: who may call it, what it takes, what it answers.

From Pepay's published contract, never from the sandbox's source. The end-to-end
test walks these rows, fails when src/wire/routes.h has a route without a row, and
holds docs/CONTRACT.md to them. "{name}" in a path, query or body stands for
something that world.py finds or makes.

origin: pepay (its documents publish the route) or extension (ours).
idem:   required | honoured | None (reads).
page:   cursor (limit 1..100, starting_after, ending_before) | offset | None.
"""
from shapes import *  # noqa: F403 - the whole vocabulary

BSC = "0x52908400098527886E0F7030069857D2E4169EE7"
NOBODY = "00000000-0000-4000-8000-000000000000"
VALIDATION, MISSING = "VALIDATION_ERROR", "NOT_FOUND"


def ok(name, **more):
    """A call that succeeds. more: path query body shape status headers session expect."""
    return {"name": name, "code": None, **more}


def bad(name, status, code, **more):
    return {"name": name, "status": status, "code": code, **more}


def refused(what, *pairs, code=VALIDATION):
    """400 for each (label, query or body)."""
    return [bad(f"{label}", 400, code, **{what: value}) for label, value in pairs]


ROUTES = []


def route(method, path, surface, shape, **more):
    row = {"method": method, "path": path, "surface": surface, "shape": shape, "status": 200,
           "envelope": "bare", "origin": "pepay", "naming": "snake", "idem": None, "page": None,
           "args": {}, "query": None, "body": None, "cases": [], "documented": "", "inferred": "",
           "ours": ""}
    row.update(more)
    if method != "GET" and row["idem"] is None:
        row["idem"] = "honoured"
    ROUTES.append(row)


def merchant(method, path, shape, **more):
    route(method, path, "merchant", shape, **more)


def extension(method, path, shape, **more):
    route(method, path, "merchant", shape, origin="extension", **more)


def payor(method, path, shape, **more):
    route(method, path, "payor", shape, **more)


def commerce(method, path, shape, **more):
    route(method, path, "commerce", shape,
          **{"envelope": "success/data", "naming": "camel", **more})


# --- invoices ------------------------------------------------------------------------------

INVOICE_FILTERS = refused(
    "query", ("unknown status", {"status": "bogus"}), ("unknown type", {"invoice_type": "gift"}),
    ("unknown environment", {"environment": "moon"}), ("bad time", {"created_gte": "soon"}),
    ("bad upper time", {"created_lte": "x"}))
LISTED_INVOICE = {"every": "invoice"}

merchant("POST", "/api/v1/invoices", INVOICE_CREATED, ref="4.1", status=201, idem="required",
         body={"amount_usd": 49.99},
         documented="Body, bounds, members of the answer; Idempotency-Key (v4 UUID) required.",
         inferred="201 for a create; `pst_` and `<hash>.<ms>` as the forms of token and signature.",
         ours="The payment page's host is the sandbox's own.",
         cases=[
             ok("every documented field", body={
                 "amount_usd": 25, "description": "d" * 255, "customer_id": "c" * 255,
                 "metadata": {"a": {"b": [1, None, "x"]}}, "expires_in": 3600000,
                 "receiver_override_enable": True, "receiver_override_address": BSC,
                 "invoice_title": "t", "invoice_footer": "f", "customer_email": "a@example.com",
                 "payment_return_url": "https://shop.example/done",
                 "payment_return_url_enabled": True,
                 "questions": {"questions": [{"id": "q1", "question": "Size?", "type": "text",
                                              "validation": {"required": True}}]}}),
             ok("the least amount", body={"amount_usd": 0.01}),
             ok("the greatest amount", body={"amount_usd": 1000000}),
             ok("thirty days", body={"amount_usd": 1, "expires_in": 2592000000}),
             *refused("body", ("no amount", {}), ("nothing", {"amount_usd": 0}),
                      ("less than a cent", {"amount_usd": 0.009}),
                      ("too much", {"amount_usd": 1000000.01}),
                      ("negative", {"amount_usd": -1}), ("amount as text", {"amount_usd": "5"}),
                      ("long description", {"amount_usd": 1, "description": "d" * 256}),
                      ("long customer", {"amount_usd": 1, "customer_id": "c" * 256}),
                      ("metadata is no object", {"amount_usd": 1, "metadata": "x"}),
                      ("more than thirty days", {"amount_usd": 1, "expires_in": 2592000001}),
                      ("expires at once", {"amount_usd": 1, "expires_in": 0}),
                      ("bad e-mail", {"amount_usd": 1, "customer_email": "nobody"}),
                      ("bad URL", {"amount_usd": 1, "payment_return_url": "not a url"}),
                      ("questions is no object", {"amount_usd": 1, "questions": []}))])

merchant("GET", "/api/v1/invoices", cursor_list(INVOICE), ref="4.2", page="cursor",
         empty={"customer_id": "nobody"},
         documented="Parameters, their defaults and bounds, the list object.",
         inferred="Rows are full invoices; newest first; ISO and epoch times are both read.",
         cases=[ok("by status", query={"status": "paid,expired"},
                   expect={"data.*.status": ("paid", "expired")}),
                ok("by type", query={"invoice_type": "commerce"},
                   expect={"data.*.invoice_type": ("commerce",)}),
                ok("by environment", query={"environment": "devnet"},
                   expect={"data.*.environment": ("devnet",)}),
                ok("of the other environment", query={"environment": "mainnet"},
                   expect={"data": ([],)}),
                ok("by time", query={"created_gte": "1", "created_lte": "2"},
                   expect={"data": ([],)}),
                ok("ISO times", query={"created_gte": "2020-01-01T00:00:00.000Z"}),
                ok("expanded", query={"expand": "latest_payment,payments", "payments_limit": "1"},
                   shape=cursor_list(INVOICE_EXPANDED)),
                *INVOICE_FILTERS,
                *refused("query", ("unknown expansion", {"expand": "customer"}),
                         ("payments_limit 0", {"expand": "payments", "payments_limit": "0"}),
                         ("payments_limit 101", {"expand": "payments", "payments_limit": "101"}))])

merchant("GET", "/api/v1/invoices/totals", TOTALS, ref="4.5",
         documented="Parameters and every member.",
         cases=[ok("of nobody", query={"customer_id": "nobody"},
                   expect={"totals.all.count": (0,), "totals.all.amount_decimal": ("0.000",)}),
                ok("by status", query={"status": "paid"}, expect={"totals.unpaid.count": (0,)}),
                *INVOICE_FILTERS])

merchant("GET", "/api/v1/invoices/customer/{customerId}", cursor_list(INVOICE), ref="4.2",
         args={"customerId": "{customer}"}, page="cursor", empty={"status": "canceled",
                                                                  "environment": "mainnet"},
         documented="The list of 4.2 without `customer_id`.",
         inferred="An unknown customer has an empty list, not a 404.",
         cases=[ok("unknown customer", args={"customerId": "nobody"}, expect={"data": ([],)}),
                ok("only the customer's", expect={"data.*.customer_id": ("{customer}",)}),
                *INVOICE_FILTERS])

merchant("GET", "/api/v1/invoices/{invoiceId}", INVOICE, ref="4.3",
         args={"invoiceId": "{paid_invoice}"},
         documented="Every member; `expand`; 400, 401, 404.",
         inferred="`payments` expands to a list object; `last_payment_at` may be null; "
                  "`latest_payment` is null before any payment.",
         cases=[ok("expanded", query={"expand": "latest_payment,payments"},
                   shape=INVOICE_EXPANDED, expect={"latest_payment.object": ("invoice_payment",)}),
                ok("expanded, unpaid", args={"invoiceId": "{fresh_invoice}"},
                   query={"expand": "latest_payment,payments"}, shape=INVOICE_EXPANDED,
                   expect={"latest_payment": (None,), "payments.data": ([],)}),
                *[ok(s, args={"invoiceId": "{%s_invoice}" % s}, expect={"status": (s,)})
                  for s in ("unpaid", "underpaid", "paid", "expired", "canceled")],
                bad("unknown expansion", 400, VALIDATION, query={"expand": "customer"})])

merchant("GET", "/api/v1/invoices/{invoiceId}/status", INVOICE_STATUS_ANSWER, ref="4.4",
         args={"invoiceId": "{paid_invoice}"},
         documented="invoice, latest_payment and its settlement.",
         inferred="`latest_payment` is null at first; the invoice in it is the short one shown.",
         cases=[ok("before any payment", args={"invoiceId": "{fresh_invoice}"},
                   expect={"latest_payment": (None,)})])

extension("GET", "/api/v1/invoices/{invoiceId}/session", INVOICE_SESSION, ref="15.6",
          args={"invoiceId": "{session_invoice}"},
          ours="The whole route: the payment link as creating the invoice gave it, signed anew, and "
               "the quote the payor holds. Asking rotates, quotes and announces nothing.",
          cases=[ok("the payor holds a quote", expect={
                     "invoice_id": ("{session_invoice}",), "quote.network": ("base",),
                     "quote.supported_token_id": ("{base_token}",),
                     "quote.quote_status": ("available",)}),
                 ok("nobody opened it", args={"invoiceId": "{fresh_invoice}"},
                    expect={"quote": (None,), "invoice_status": ("unpaid",)}),
                 ok("it is paid", args={"invoiceId": "{paid_invoice}"},
                    expect={"quote": (None,), "invoice_status": ("paid",)})])

extension("POST", "/api/v1/invoices/{invoiceId}/cancel", INVOICE, ref="15.2", idem="required",
          args={"invoiceId": "{fresh_invoice}"}, body={},
          ours="The whole route: only from `unpaid`, emits `invoice.updated`.",
          cases=[ok("with a reason", body={"reason": "changed my mind"},
                    expect={"status": ("canceled",)}),
                 *[bad(f"{s} cannot be", 400, "INVOICE_NOT_CANCELABLE",
                       args={"invoiceId": "{%s_invoice}" % s})
                   for s in ("underpaid", "paid", "expired", "canceled")]])

REFUND_BODY = {"destination_wallet_address": BSC, "destination_wallet_network": "bsc"}
extension("POST", "/api/v1/invoices/{invoiceId}/refund", REFUND, ref="15.2", status=201,
          idem="required", args={"invoiceId": "{refundable_invoice}"},
          body={"amount": 10, **REFUND_BODY},
          ours="The whole route: amounts in usd_millis, never more than was paid.",
          cases=[ok("all of it", args={"invoiceId": "{small_paid_invoice}"}, body=REFUND_BODY, expect={"status": ("pending",),
                                                           "reason": (None,)}),
                 ok("with a reason", body={"amount": 10, "reason": "damaged", **REFUND_BODY},
                    expect={"reason": ("damaged",), "amount": (10,), "amount_decimal": ("0.010",)}),
                 bad("more than was paid", 400, "REFUND_EXCEEDS_PAID", extra={"refundable": "int"},
                     body={"amount": 10 ** 9, **REFUND_BODY}),
                 bad("nothing was paid", 400, "REFUND_EXCEEDS_PAID",
                     extra={"refundable": "int"}, args={"invoiceId": "{fresh_invoice}"},
                     body=REFUND_BODY),
                 bad("an order's invoice", 400, "INVOICE_NOT_REFUNDABLE",
                     args={"invoiceId": "{order_invoice}"}, body=REFUND_BODY),
                 *refused("body", ("no destination", {"amount": 10}),
                          ("no network", {"destination_wallet_address": BSC}),
                          ("unknown network", {"destination_wallet_address": BSC,
                                               "destination_wallet_network": "moon"}),
                          ("amount 0", {"amount": 0, **REFUND_BODY}),
                          ("negative amount", {"amount": -1, **REFUND_BODY}),
                          ("amount as text", {"amount": "10", **REFUND_BODY}))])
extension("GET", "/api/v1/invoices/{invoiceId}/refunds", cursor_list(REFUND), ref="15.2",
          args={"invoiceId": "{refunded_invoice}"}, ours="The whole route.",
          cases=[ok("never refunded", args={"invoiceId": "{fresh_invoice}"},
                    expect={"data": ([],)})])
extension("GET", "/api/v1/refunds", cursor_list(REFUND), ref="15.2", page="cursor",
          empty={"status": "failed"}, ours="The whole route.",
          cases=[*refused("query", ("unknown status", {"status": "bogus"}))])
extension("GET", "/api/v1/refunds/{refundId}", REFUND, ref="15.2",
          args={"refundId": "{refund}"}, ours="The whole route.")

# --- events ------------------------------------------------------------------------------------

EVENTS = cursor_list(EVENT)
route("GET", "/api/v1/events", "any", EVENTS, ref="9.4", envelope="success/data", page="cursor",
      empty={"invoice_id": NOBODY},
      documented="Envelope, filters with prefix wildcards, cursors, newest first.",
      inferred="limit 1..100, default 10, as on invoices; `request.*` null for what nobody asked; "
               "a type without events matches nothing.",
      cases=[ok("by type", query={"type": "invoice.created"},
                expect={"data.*.type": ("invoice.created",)}),
             ok("by wildcard", query={"type": "invoice.*,commerce.order.created"},
                expect={"data.*.type": ("invoice.created", "invoice.updated",
                                        "commerce.order.created")}),
             ok("by time", query={"created[gte]": "1", "created[lte]": "2"},
                expect={"data": ([],)}),
             ok("by invoice", query={"invoice_id": "{paid_invoice}", "type": "invoice.*"},
                expect={"data.*.data.object.id": ("{paid_invoice}",)}),
             ok("of the other environment", query={"environment": "mainnet"},
                expect={"data": ([],)}),
             ok("by a type that has none", query={"type": "bogus.*"}, expect={"data": ([],)}),
             *refused("query", ("no type at all", {"type": "invoice created!"}),
                      ("bad time", {"created[gte]": "soon"}),
                      ("unknown environment", {"environment": "moon"}))])
route("GET", "/api/v1/events/{eventId}", "any", EVENT, ref="9.5", envelope="success/data",
      args={"eventId": "{commerce_event}"}, unknown="evt_1-1",
      documented="Envelope and 404.",
      inferred="A commerce key sees commerce events only.",
      cases=[bad("a merchant's event by a commerce key", 404, MISSING, key="commerce",
                 args={"eventId": "{merchant_event}"})])

# --- payment sessions --------------------------------------------------------------------------

PAYOR_NOTE = "401 without or with foreign headers; 403 for a bad signature or an API key."
payor("GET", "/api/v1/payments/session-details", SESSION_DETAILS, ref="6.1",
      documented="Every member. " + PAYOR_NOTE,
      inferred="`description` is \"\" when the invoice has none; `?invoice_id=` is optional.",
      cases=[ok("naming its invoice", query={"invoice_id": "{session_invoice}"}),
             bad("naming another invoice", 403, "SESSION_DENIED",
                 query={"invoice_id": "{paid_invoice}"})])
payor("GET", "/api/v1/payments/available-tokens", [TOKEN], ref="6.2",
      documented="Members, modes; devnet tokens come without settlement quote fields.",
      inferred="Which optional members are absent rather than null.",
      cases=[ok("all", query={"mode": "all"}),
             ok("one network", query={"mode": "network", "network": "base"},
                expect={"*.network": ("base",)}),
             ok("available only", query={"available_only": "true"},
                expect={"*.availability_status": ("DEVNET",)}),
             *refused("query", ("unknown mode", {"mode": "bogus"}),
                      ("network mode without one", {"mode": "network"}),
                      ("unknown network", {"mode": "network", "network": "moon"}),
                      ("no boolean", {"available_only": "perhaps"}))])
payor("POST", "/api/v1/payments/payment-addresses", ADDRESS_QUOTE, ref="6.3",
      body={"network": "base", "tokenId": "{base_token}"},
      documented="Body and every member; calling again rotates the address.",
      inferred="`retryable` and `retry_after_seconds` are null when all is well.",
      cases=[*refused("body", ("no network", {"tokenId": "{base_token}"}),
                      ("no token", {"network": "base"}),
                      ("another network's token", {"network": "bsc", "tokenId": "{base_token}"}),
                      ("unknown token", {"network": "base", "tokenId": 999999}),
                      ("capitals", {"network": "BASE", "tokenId": "{base_token}"}),
                      ("token as text", {"network": "base", "tokenId": "1"})),
             bad("expired", 400, "INVOICE_EXPIRED", session="{expired_session}")])
payor("GET", "/api/v1/payments/payment-status", SESSION_STATUS, ref="6.4",
      documented="Both members; no `canceled` here.",
      inferred="A canceled invoice reads `expired`.",
      cases=[ok("expired", session="{expired_session}", expect={"status": ("expired",)}),
             ok("canceled", session="{canceled_session}", expect={"status": ("expired",)})])
payor("POST", "/api/v1/payments/customer-email", EMAIL_SET, ref="6.5",
      body={"email": "buyer@example.com"},
      documented="Body, answer, 400 for a bad address or a paid invoice, 410 when expired.",
      cases=[*refused("body", ("no e-mail", {}), ("bad e-mail", {"email": "nobody"}),
                      ("e-mail is no text", {"email": 5})),
             bad("expired", 410, "INVOICE_EXPIRED", session="{expired_session}")])
payor("GET", "/api/v1/payments/customer-email", EMAIL, ref="6.5", documented="Both members.",
      cases=[ok("none yet", session="{fresh_session}",
                expect={"email": (None,), "has_email": (False,)})])
payor("GET", "/api/v1/payments/invoice-questions", QUESTIONS, ref="6.5",
      documented="`questions` only when there are any.",
      cases=[ok("none", session="{fresh_session}", expect={"has_questions": (False,)}),
             ok("some", expect={"has_questions": (True,)})])
payor("POST", "/api/v1/payments/submit-form", DONE, ref="6.5",
      body={"responses": [{"question_id": "q1", "response": "a@example.com"}]},
      documented="Body, answer, 400 for missing required ids or wrong types.",
      cases=[*refused("body", ("no responses", {}), ("a required one missing", {"responses": []}),
                      ("wrong type", {"responses": "x"}),
                      ("unknown question", {"responses": [
                          {"question_id": "q9", "response": "x"}]}))])
payor("POST", "/api/v1/invoice/{invoiceId}/verify", VERIFICATION, ref="4.7",
      envelope="success/data", args={"invoiceId": "{session_invoice}"}, body={},
      documented="Members; the network must be the invoice's active one.",
      inferred="Types of the members shown empty; statuses after `pending`; a job that still runs "
               "is answered again.",
      cases=[ok("naming the active network", body={"network": "base"},
                expect={"network": ("base",)}),
             bad("unknown network", 400, VALIDATION, body={"network": "moon"}),
             bad("not the active network", 400, VALIDATION, body={"network": "bsc"}),
             bad("no network yet", 400, VALIDATION, session="{fresh_session}",
                 args={"invoiceId": "{fresh_session_invoice}"}),
             bad("another invoice", 403, "SESSION_DENIED",
                 args={"invoiceId": "{paid_invoice}"})])
payor("GET", "/api/v1/invoice/{invoiceId}/verify", VERIFICATION, ref="4.7",
      envelope="success/data", args={"invoiceId": "{verified_invoice}"},
      session="{verified_session}",
      documented="That the route exists.", inferred="The body is the job of the POST.",
      cases=[bad("no job yet", 404, MISSING, args={"invoiceId": "{fresh_session_invoice}"},
                 session="{fresh_session}")])

# --- commerce: catalogue and carts ---------------------------------------------------------------

commerce("GET", "/api/commerce/status", COMMERCE_STATUS, ref="7.1",
         documented="Every member.")
commerce("GET", "/api/commerce/info", "obj", ref="7.1",
         documented="That it tells retailers, limits and fees.",
         inferred="Every member: the body was never published.",
         cases=[ok("tells them", expect={"retailers": "present", "limits": "present",
                                         "fees": "present"})])
commerce("GET", "/api/commerce/search", SEARCH, ref="7.1", query={"q": "coffee", "limit": "3"},
         top={"meta": {"timestamp": "time", "cacheStats?": "any"}},
         documented="`q`, `limit`, `data.products` with productId, title, price, image.",
         inferred="The other members, `page`, `retailer` and prices, from the public front-end.",
         cases=[ok("limited", query={"q": "a", "limit": "1"}),
                ok("nothing found", query={"q": "zzzzzzqqqq"}, expect={"products": ([],)}),
                *refused("query", ("limit 0", {"q": "a", "limit": "0"}),
                         ("bad limit", {"q": "a", "limit": "x"}),
                         ("unknown retailer", {"q": "a", "retailer": "moon"}))])
commerce("GET", "/api/commerce/products/{productId}", "obj", ref="7.1",
         args={"productId": "{product}"}, unknown="B0NOSUCHTHING",
         top={"meta?": {"timestamp": "time"}},
         documented="That it tells description, specifications, images, pricing, availability, "
                    "reviews.", inferred="Every member: the body was never published.",
         cases=[ok("is the product asked for", expect={"productId": ("{product}",)})])
commerce("GET", "/api/commerce/products/{productId}/offers", OFFERS, ref="7.1",
         args={"productId": "{product}"}, unknown="B0NOSUCHTHING",
         top={"meta": {"timestamp": "time"}},
         documented="Every member; best value first; 404 for an unknown product.",
         inferred="The zip code parameter is `zip_code`.",
         cases=[ok("for a zip code", query={"zip_code": "10001"})])

WHO = {"customer_id": "{shopper}"}
NOBODY_SAID = ("no customer", {})
ITEM = {"productId": "{product}", "retailer": "amazon", "title": "Thing", "price": 5.5}
commerce("GET", "/api/commerce/merchant/carts", CART, ref="7.2", query=WHO,
         documented="Identifiers and the cart object.",
         inferred="`itemId` in items; a cart nobody made is empty, with null timestamps.",
         cases=[ok("by wallet", query={"wallet_address": BSC, "wallet_network": "bsc"}),
                ok("empty", query={"customer_id": "nobody"},
                   expect={"items": ([],), "createdAt": (None,), "updatedAt": (None,)}),
                *refused("query", NOBODY_SAID, ("half a wallet", {"wallet_address": BSC}),
                         ("unknown network", {"wallet_address": BSC, "wallet_network": "moon"}))])
commerce("POST", "/api/commerce/merchant/carts", CART, ref="7.2", body=WHO,
         top={"message": "=Cart initialized"},
         documented="Body, message, the empty cart's null timestamps.",
         inferred="A cart that exists stays as it is.",
         cases=[ok("with an item", body={"customer_id": "{new_customer}",
                                         "item": {**ITEM, "quantity": 2}},
                   expect={"itemCount": "present", "subtotal": (11,)}),
                *refused("body", NOBODY_SAID,
                         ("long customer", {"customer_id": "c" * 256}),
                         ("half a wallet", {"wallet_network": "bsc"}))])
commerce("POST", "/api/commerce/merchant/carts/items", CART_ADDED, ref="7.2",
         body={**WHO, **ITEM}, top={"message": "text"},
         documented="Body and bounds, the answer's data.",
         inferred="The message; `updated` tells that a line was there already.",
         cases=[ok("a new line", body={**ITEM, "customer_id": "{new_customer}", "quantity": 99,
                                       "imageUrl": "https://img.example/a.jpg", "rating": 4.5,
                                       "productUrl": "https://shop.example/a", "numReviews": 3},
                   expect={"updated": (False,), "quantity": (99,)}),
                *refused("body", ("no customer", ITEM),
                         *[(f"no {k}", {**WHO, **{n: v for n, v in ITEM.items() if n != k}})
                           for k in ITEM],
                         ("quantity 0", {**WHO, **ITEM, "quantity": 0}),
                         ("quantity 100", {**WHO, **ITEM, "quantity": 100}),
                         ("price 0", {**WHO, **ITEM, "price": 0}),
                         ("rating 6", {**WHO, **ITEM, "rating": 6}),
                         ("unknown retailer", {**WHO, **ITEM, "retailer": "moon"}))])
commerce("PUT", "/api/commerce/merchant/carts/items/{itemId}", CART_UPDATED, ref="7.2",
         args={"itemId": "{cart_item}"}, body={**WHO, "quantity": 3},
         top={"message": "=Cart item updated"},
         documented="Body, bounds, message, data.", inferred="Quantity 0 removes the line.",
         cases=[ok("none of it", body={**WHO, "quantity": 0}, expect={"quantity": (0,)}),
                *refused("body", ("no quantity", WHO), ("too many", {**WHO, "quantity": 100}),
                         ("negative", {**WHO, "quantity": -1}), ("no customer",
                                                                 {"quantity": 1}))])
commerce("DELETE", "/api/commerce/merchant/carts/items/{itemId}", CART_REMOVED, ref="7.2",
         args={"itemId": "{cart_item}"}, query=WHO, top={"message": "=Item removed from cart"},
         documented="Query, message, data.",
         cases=refused("query", NOBODY_SAID))
commerce("DELETE", "/api/commerce/merchant/carts", CART_CLEARED, ref="7.2", query=WHO,
         top={"message": "=Cart cleared"}, documented="Message and data.",
         inferred="The identifiers may come in the query or the body.",
         cases=[ok("an empty one", query={"customer_id": "nobody"},
                   expect={"itemsRemoved": (0,)}), *refused("query", NOBODY_SAID)])
commerce("POST", "/api/commerce/merchant/carts/validate", CART_VALID, ref="7.2", body=WHO,
         envelope="top-level", documented="Members, at top level.",
         inferred="The members of `summary`.", cases=refused("body", NOBODY_SAID))
commerce("GET", "/api/commerce/merchant/carts/totals", CART_TOTALS, ref="7.2", query=WHO,
         documented="Query and every member.", inferred="`zipCode` is null when none was sent.",
         cases=[ok("with a zip code", query={**WHO, "zip_code": "10001"},
                   expect={"zipCode": ("10001",)}), *refused("query", NOBODY_SAID)])

# --- commerce: checkout ---------------------------------------------------------------------------

BASKET = [{**ITEM, "quantity": 1, "price": "{product_price}"}]
SHIP = {"first_name": "Ada", "last_name": "Lovelace", "street_address": "1 Main St",
        "city": "New York", "state": "NY", "zip_code": "10001", "country": "US",
        "phone": "+12125550100", "email": "ada@example.com"}
commerce("POST", "/api/commerce/merchant/checkout/estimate", ESTIMATE, ref="7.3",
         body={**WHO, "items": BASKET},
         documented="The three modes, every member, the arithmetic of pricing and feeBreakdown.",
         inferred="15 minutes of validity; timestamps as epoch seconds.",
         cases=[ok("from the cart", body={"customer_id": "{cart_shopper}", "useCart": True}),
                *refused("body", ("no customer", {"items": BASKET}),
                         ("neither items nor cart", WHO),
                         ("items and cart", {**WHO, "items": BASKET, "useCart": True}),
                         ("items is no list", {**WHO, "items": "x"}))])
commerce("POST", "/api/commerce/merchant/checkout/address", CHECKOUT_ADDRESS, ref="7.3",
         body={**WHO, "estimateId": "{estimate}", "address": SHIP},
         exceptions=("standardized",),
         documented="Body and every member; the address keeps its snake_case.",
         inferred="Types of the shipping options.",
         cases=[*refused("body", ("no estimate", {**WHO, "address": SHIP}),
                         ("no address", {**WHO, "estimateId": "{estimate}"}),
                         ("no street", {**WHO, "estimateId": "{estimate}", "address": {
                             k: v for k, v in SHIP.items() if k != "street_address"}})),
                bad("unknown estimate", 404, MISSING,
                    body={**WHO, "estimateId": NOBODY, "address": SHIP})])
commerce("POST", "/api/commerce/merchant/checkout/invoice", CHECKOUT_INVOICE, ref="7.3",
         status=201, body={**WHO, "estimateId": "{estimate}", "addressId": "{address}",
                           "refundDestinationWalletAddressBsc": BSC},
         exceptions=("payment_session_headers",),
         documented="Body and every member; at most 2500 USD; the cart is not cleared.",
         inferred="201 for a create.",
         cases=[*refused("body", ("no estimate", {**WHO, "addressId": "{address}"}),
                         ("no address", {**WHO, "estimateId": "{estimate}"}),
                         ("bad refund wallet", {**WHO, "estimateId": "{estimate}",
                                                "addressId": "{address}",
                                                "refundDestinationWalletAddressBsc": "x"})),
                bad("unknown address", 404, MISSING,
                    body={**WHO, "estimateId": "{estimate}", "addressId": NOBODY})])

# --- commerce: orders -------------------------------------------------------------------------------

commerce("GET", "/api/commerce/merchant/orders", ORDERS, ref="7.4", page="offset",
         empty={"customer_id": "nobody"},
         documented="Filters, rows, pagination {limit, offset, count}; limit 20, offset 0.",
         inferred="limit 1..100; `count` is the number of orders returned.",
         cases=[ok("by status", query={"status": "delivered"},
                   expect={"orders.*.status": ("delivered",)}),
                ok("by time", query={"createdFrom": "1", "createdTo": "2"},
                   expect={"orders": ([],)}),
                ok("by retailer", query={"retailer": "amazon"},
                   expect={"orders.*.retailer": ("amazon",)}),
                *refused("query", ("unknown status", {"status": "bogus"}),
                         ("bad time", {"createdFrom": "soon"}),
                         ("wallet without network", {"wallet": BSC}))])
commerce("GET", "/api/commerce/merchant/orders/{orderId}", ORDER, ref="7.4",
         args={"orderId": "{order}"}, exceptions=("shippingAddress",),
         documented="The snapshot, with decimal strings for its money.",
         inferred="Nullability; ISO timestamps in the timeline, as in the sample.",
         cases=[ok(s, args={"orderId": "{%s_order}" % s}, expect={"status": (s,)})
                for s in ("pending_payment", "processing", "placed", "shipped", "delivered",
                          "cancelled", "failed")])
commerce("POST", "/api/commerce/merchant/orders/{orderId}/cancel", ORDER_CANCELED, ref="7.4",
         idem="required", args={"orderId": "{cancelable_order}"},
         body={"refundDestinationWalletAddressBsc": BSC},
         documented="Idempotency-Key required; answer; 400 when not allowed, 404.",
         inferred="The members of `refundQuote`; the code ORDER_NOT_CANCELABLE.",
         cases=[bad("delivered", 400, "ORDER_NOT_CANCELABLE",
                    args={"orderId": "{delivered_order}"}),
                bad("bad wallet", 400, VALIDATION,
                    body={"refundDestinationWalletAddressBsc": "x"})])
commerce("GET", "/api/commerce/merchant/payments/{orderId}/status", ORDER_PAYMENT, ref="7.5",
         args={"orderId": "{delivered_order}"}, documented="Every member; `pending` and `paid`.",
         inferred="The rest of the statuses; what paymentDetails is before a payment.",
         cases=[ok("unpaid", args={"orderId": "{pending_payment_order}"},
                   expect={"status": ("pending",), "paidAt": (None,)}),
                ok("paid", expect={"status": ("paid",)})])
commerce("POST", "/api/commerce/merchant/payments/bulk-status", [BULK_ROW], ref="7.5",
         body={"orderIds": ["{order}", NOBODY]},
         documented="At most 50 ids; rows of orderId, status, error.",
         inferred="`error` only for ids that failed.",
         cases=[ok("fifty", body={"orderIds": ["{order}"] * 50}),
                *refused("body", ("no ids", {}), ("an empty list", {"orderIds": []}),
                         ("fifty-one", {"orderIds": ["{order}"] * 51}),
                         ("no list", {"orderIds": "x"}))])
commerce("GET", "/api/commerce/merchant/invoices/{invoiceId}/status", ORDER_BY_INVOICE, ref="7.5",
         args={"invoiceId": "{order_invoice}"}, documented="Every member but payment's.",
         inferred="The members of `payment`.",
         cases=[bad("an invoice without order", 404, MISSING,
                    args={"invoiceId": "{paid_invoice}"})])
commerce("GET", "/api/v1/commerce/merchant/addresses", {"addresses": [SAVED_ADDRESS]}, ref="7.6",
         query=WHO, documented="Every member; limit 1..100, offset; 400 without a customer.",
         inferred="Addresses arise in step 2 of the checkout.",
         cases=[ok("nobody's", query={"customer_id": "nobody"}, expect={"addresses": ([],)}),
                *refused("query", NOBODY_SAID, ("limit 0", {**WHO, "limit": "0"}),
                         ("limit 101", {**WHO, "limit": "101"}),
                         ("offset -1", {**WHO, "offset": "-1"}))])
commerce("DELETE", "/api/v1/commerce/merchant/addresses/{addressId}", "any", ref="7.6",
         args={"addressId": "{address}"}, top={"message?": "text"},
         documented="404 for an unknown address.", inferred="The answer: never published.")
commerce("POST", "/api/commerce/devnet/orders/{orderId}/simulate", {"order": ORDER}, ref="7.7",
         args={"orderId": "{fresh_order}"}, body={"transitionTo": "payment_confirmed"},
         exceptions=("shippingAddress",),
         documented="Transitions and the states they lead to; the order in the answer.",
         inferred="TRANSITION_NOT_ALLOWED with 400 for a step out of turn; tracking's members.",
         cases=[ok("first step", body={"transitionTo": "payment_confirmed",
                                       "walletNetwork": "bsc", "walletAddress": BSC},
                   expect={"order.status": ("processing",), "order.payment.status": ("paid",)}),
                bad("a step out of turn", 400, "TRANSITION_NOT_ALLOWED",
                    body={"transitionTo": "shipped"}),
                bad("cancelled only from placed", 400, "TRANSITION_NOT_ALLOWED",
                    body={"transitionTo": "cancelled"}),
                *refused("body", ("no transition", {}), ("unknown", {"transitionTo": "bogus"}),
                         ("unknown network", {"transitionTo": "payment_confirmed",
                                              "walletNetwork": "moon"}))])

# --- streams' tokens ------------------------------------------------------------------------------

route("POST", "/api/v1/ws/token", "any", WS_TOKEN, ref="2.1", envelope="success/data",
      body={"scope": "{key_scope}"},
      documented="Body and every member; 400 when the scope is not the key's.",
      inferred="60 s when no ttl is sent; a commerce key's environment is named.",
      cases=[ok("with a ttl", body={"scope": "{key_scope}", "ttl_seconds": 60}),
             *refused("body", ("unknown scope", {"scope": "payor"}),
                      ("the other scope", {"scope": "commerce"}),
                      ("ttl 0", {"scope": "merchant", "ttl_seconds": 0}),
                      ("ttl as text", {"scope": "merchant", "ttl_seconds": "60"}))])

# --- local extensions --------------------------------------------------------------------------------

route("GET", "/api/v1/capabilities", "any", CAPABILITIES, ref="15.1", origin="extension",
      ours="The whole route: a Pepay that lacks it answers 404, which means no extension.")
extension("GET", "/api/v1/ramps/countries", cursor_list(COUNTRY), ref="15.3",
          ours="The whole route: at least 32 corridors; currencies of 0, 2 and 3 decimals.")
RAMP_FILTERS = refused("query", ("unknown status", {"status": "bogus"}),
                       ("bad time", {"created_gte": "soon"}))
extension("GET", "/api/v1/ramps/kyc", cursor_list(KYC), ref="15.3", page="cursor", id="customer_id",
          created=None, cursors=("{approved_customer}",), empty={"status": "expired"},
          ours="The whole route.",
          cases=[ok("by status", query={"status": "approved"},
                    expect={"data.*.status": ("approved",)}), *RAMP_FILTERS])
extension("GET", "/api/v1/ramps/kyc/{customerId}", KYC, ref="15.3",
          args={"customerId": "{approved_customer}"}, unknown="nobody", ours="The whole route.")
extension("POST", "/api/v1/ramps/kyc/{customerId}", KYC, ref="15.3", status=None, idem="required",
          args={"customerId": "{new_customer}"}, unknown=None,
          body={"country": "DE", "legal_name": "Ada Lovelace"},
          ours="The whole route: → `pending`.",
          cases=[ok("after a rejection", args={"customerId": "{rejected_customer}"},
                    expect={"status": ("pending",)}),
                 bad("approved already", 400, "KYC_NOT_SUBMITTABLE",
                     args={"customerId": "{approved_customer}"}),
                 *refused("body", ("no country", {"legal_name": "A"}),
                          ("no name", {"country": "DE"}),
                          ("unknown country", {"country": "ZZ", "legal_name": "A"}))])
CORRIDOR = {"customer_id": "{approved_customer}", "amount": 50000, "country": "{country}",
            "rail": "{rail}"}
extension("POST", "/api/v1/ramps/quotes", QUOTE, ref="15.3", status=201, idem="required",
          body={**CORRIDOR, "direction": "payout"}, ours="The whole route: valid 60 s.",
          cases=[ok("a deposit", body={**CORRIDOR, "direction": "deposit"}),
                 ok("for somebody without KYC: only the payout is refused",
                    body={**CORRIDOR, "direction": "payout", "customer_id": "nobody"}),
                 *refused("body", ("no direction", CORRIDOR),
                          ("unknown direction", {**CORRIDOR, "direction": "up"}),
                          ("unknown country", {**CORRIDOR, "direction": "payout",
                                               "country": "ZZ"}),
                          ("unknown rail", {**CORRIDOR, "direction": "payout", "rail": "x"}),
                          ("amount 0", {**CORRIDOR, "direction": "payout", "amount": 0}))])
extension("GET", "/api/v1/ramps/deposits", cursor_list(DEPOSIT), ref="15.3", page="cursor",
          needs="deposits", empty={"customer_id": "nobody"}, ours="The whole route.",
          cases=RAMP_FILTERS)
extension("POST", "/api/v1/ramps/deposits", DEPOSIT, ref="15.3", status=201, idem="required",
          body={"customer_id": "{approved_customer}", "amount": 50000},
          ours="The whole route: {customer_id, amount, token_symbol?, network?}.",
          cases=[ok("of a token on a network", expect={"token_symbol": ("USDT",),
                                                       "network": ("bsc",),
                                                       "status": ("awaiting_funds",)},
                    body={"customer_id": "{approved_customer}", "amount": 5000,
                          "token_symbol": "USDT", "network": "bsc"}),
                 bad("not approved", 403, "KYC_REQUIRED",
                     body={"customer_id": "nobody", "amount": 50000}),
                 *refused("body", ("no customer", {"amount": 50000}),
                          ("no amount", {"customer_id": "{approved_customer}"}),
                          ("unknown token", {"customer_id": "{approved_customer}",
                                             "amount": 50000, "token_symbol": "X"}),
                          ("unknown network", {"customer_id": "{approved_customer}",
                                               "amount": 50000, "network": "moon"}))])
extension("GET", "/api/v1/ramps/deposits/{depositId}", DEPOSIT, ref="15.3",
          args={"depositId": "{deposit}"}, ours="The whole route.")
BANK = {"holder": "Ada Lovelace", "bank_name": "First Bank", "last4": "6789"}
extension("GET", "/api/v1/ramps/payouts", cursor_list(PAYOUT), ref="15.3", page="cursor",
          empty={"customer_id": "nobody"}, ours="The whole route.",
          cases=[ok("by status", query={"status": "paid,failed"},
                    expect={"data.*.status": ("paid", "failed")}), *RAMP_FILTERS])
extension("POST", "/api/v1/ramps/payouts", PAYOUT, ref="15.3", status=201, idem="required",
          body={"quote_id": "{payout_quote}", "bank_account": BANK}, ours="The whole route.",
          cases=[ok("queued first", expect={"status": ("queued",), "retry_of": (None,)}),
                 bad("not approved", 403, "KYC_REQUIRED",
                     body={"quote_id": "{strangers_quote}", "bank_account": BANK}),
                 bad("a quote used already", 400, "QUOTE_USED",
                     body={"quote_id": "{used_quote}", "bank_account": BANK}),
                 *refused("body", ("no quote", {"bank_account": BANK}),
                          ("no bank", {"quote_id": "{payout_quote}"}),
                          ("bad digits", {"quote_id": "{payout_quote}",
                                          "bank_account": {**BANK, "last4": "x"}}))])
extension("GET", "/api/v1/ramps/payouts/{payoutId}", PAYOUT, ref="15.3",
          args={"payoutId": "{paid_payout}"}, ours="The whole route.",
          cases=[ok(s, args={"payoutId": "{%s_payout}" % s}, expect={"status": (s,)})
                 for s in ("queued", "processing", "paid", "failed", "returned")])
extension("POST", "/api/v1/ramps/payouts/{payoutId}/cancel", PAYOUT, ref="15.3", idem="required",
          args={"payoutId": "{fresh_payout}"}, body={}, ours="The whole route: only from queued.",
          cases=[ok("queued", expect={"status": ("canceled",)}),
                 bad("paid", 400, "PAYOUT_NOT_CANCELABLE", args={"payoutId": "{paid_payout}"})])
extension("POST", "/api/v1/ramps/payouts/{payoutId}/retry", PAYOUT, ref="15.3", status=201,
          idem="required", args={"payoutId": "{newly_failed_payout}"},
          body={"quote_id": "{payout_quote}"},
          ours="The whole route: a new payout with `retry_of`.",
          cases=[bad("paid", 400, "PAYOUT_NOT_RETRYABLE", args={"payoutId": "{paid_payout}"})])
for what, transition in (("kyc", "approved"), ("deposits", "received"), ("payouts", "processing")):
    extension("POST", "/api/v1/ramps/devnet/%s/{id}/simulate" % what,
              {"kyc": KYC, "deposits": DEPOSIT, "payouts": PAYOUT}[what], ref="15.3",
              idem="required", args={"id": "{simulated_%s}" % what},
              body={"transitionTo": transition}, ours="The whole route; devnet only.",
              cases=[ok("moves", expect={"status": (transition,)}),
                     *refused("body", ("no transition", {}),
                              ("unknown", {"transitionTo": "bogus"}))])

# --- sandbox control (15.5): not there unless --enable-control -----------------------------------


def control(method, path, **more):
    route(method, path, "control", "obj", ref="15.5", origin="extension",
          ours="The whole route; loopback, and only with `--enable-control`.", **more)


SCENARIO = {"expect": {"name": ("quiet",), "state": "present", "speed": "present",
                       "now_ms": "present"}}
control("GET", "/_sandbox/state", cases=[
    ok("counts and a hash", expect={"object": ("sandbox_state",), "objects": "present",
                                    "events": "present", "truth_sha256": "present"})])
control("GET", "/_sandbox/scenarios", cases=[
    ok("the stories", expect={"data.*.name": "present", "data.*.description": "present",
                              "data.*.state": "present", "data.*.captions": "present"})])
for verb in ("start", "pause", "step"):
    control("POST", "/_sandbox/scenarios/{name}/" + verb, args={"name": "quiet"}, cases=[
        ok("the one that plays", **SCENARIO),
        bad("unknown", 404, MISSING, args={"name": "nosuch"})])
control("POST", "/_sandbox/dashboard-token", body={}, cases=[
    ok("for an hour", expect={"object": ("dashboard_token",), "token": "present",
                              "expires_at": "present"}),
    *refused("body", ("too short", {"ttl_seconds": 9}), ("too long", {"ttl_seconds": 3601}))])
control("POST", "/_sandbox/speed", body={"speed": 2}, cases=[
    ok("ten times", body={"speed": 10}, expect={"speed": (10,)}),
    *refused("body", ("none", {}), ("too fast", {"speed": 1001}), ("too slow", {"speed": 0.01}))])
control("GET", "/_sandbox/faults")
control("POST", "/_sandbox/faults", status=201, body={"fault": "429", "count": 1}, cases=[
    *refused("body", ("no fault", {}), ("unknown", {"fault": "flood"}),
             ("count 0", {"fault": "429", "count": 0}))])
control("DELETE", "/_sandbox/faults")
control("DELETE", "/_sandbox/faults/{id}", args={"id": "{fault}"})

HOOK = {"url": "http://127.0.0.1:9/hook"}
SHOWN = {"expect": {"id": "present", "url": "present", "enabled_events": "present"}}
control("GET", "/_sandbox/webhooks", cases=[ok("a list", expect={"object": ("list",)})])
control("POST", "/_sandbox/webhooks", status=201, body=HOOK, cases=[
    ok("some events of one environment", body={**HOOK, "environment": "devnet",
                                               "enabled_events": ["invoice.*"]}, **SHOWN),
    *refused("body", ("no url", {}), ("not on this machine", {"url": "http://192.0.2.1/hook"}),
             ("unknown event", {**HOOK, "enabled_events": ["bogus"]}),
             ("unknown environment", {**HOOK, "environment": "moon"}))])
control("GET", "/_sandbox/webhooks/{id}", args={"id": "{webhook}"}, cases=[
    ok("one", **SHOWN), bad("unknown", 404, MISSING, args={"id": "nosuch"})])
control("POST", "/_sandbox/webhooks/{id}/ping", status=202, args={"id": "{webhook}"}, body={},
        cases=[ok("an event of its own", expect={"type": ("test.ping",)})])
control("POST", "/_sandbox/webhooks/{id}/rotate", args={"id": "{webhook}"}, body={},
        cases=[ok("two secrets for a while", **SHOWN)])
control("DELETE", "/_sandbox/webhooks/{id}", args={"id": "{webhook}"}, cases=[
    ok("gone", expect={"deleted": (True,)}), bad("unknown", 404, MISSING, args={"id": "nosuch"})])

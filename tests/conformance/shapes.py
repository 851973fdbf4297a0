"""What Pepay's documents show of every answer: members, JSON types, nullability.

Written from the published contract, never from the sandbox's source. A shape is a
dict of members; the answer must have exactly these.

    "name"    the documents show it
    "+name"   they do not: inferred, or ours (the note of the route says which)
    "name?"   may be absent

A value is a shape, [shape] for an array, or a type:
    str text uuid bool int num obj any iso time null  "=literal"  one_of(...)
("text" is never empty; "time" is integer epoch seconds, which the older revision tells as an ISO
string, "second" in both); a trailing "?" allows null.
"""


class OneOf:
    def __init__(self, *words, null=False):
        self.words, self.null = words, null

    def __str__(self):
        return " / ".join(f"`{w}`" for w in self.words) + (" / null" if self.null else "")


def one_of(*words, null=False):
    return OneOf(*words, null=null)


class Maybe:
    """A shape, or null."""

    def __init__(self, shape):
        self.shape = shape


ENVIRONMENT = one_of("devnet", "mainnet")
UNIT = "=usd_millis"
NETWORKS = ("ethereum", "base", "solana", "avalanche", "ton", "bsc", "arbitrum", "optimism",
            "cardano", "sui")

INVOICE_STATUS = one_of("unpaid", "underpaid", "paid", "expired", "canceled")
PAYMENT_STATUS = one_of("pending", "underpaid", "confirmed", "manual_retry")
SETTLEMENT_STATUS = one_of("pending", "processing", "manual", "failed", "settled")
ORDER_STATUS = one_of("pending_payment", "processing", "placed", "shipped", "delivered",
                      "cancelled", "failed")
PAYOUT_STATUS = one_of("queued", "processing", "paid", "failed", "returned", "canceled")
DEPOSIT_STATUS = one_of("awaiting_funds", "received", "confirmed", "failed", "returned")
KYC_STATUS = one_of("not_started", "pending", "approved", "rejected", "expired")
REFUND_STATUS = one_of("pending", "succeeded", "failed")

# --- errors ---------------------------------------------------------------------------

ERROR = {"success": "false", "error": {"code": "text", "message": "text"}}

# --- invoices (4, 5) --------------------------------------------------------------------

INVOICE_CREATED = {
    "invoice_id": "uuid", "payment_url": "text", "expires_at": "time", "session_token": "text",
    "signature": "text", "payment_session_headers": {"x-session-token": "text",
                                                     "x-signature": "text"}}

SETTLEMENT = {"summary_status": SETTLEMENT_STATUS, "stage": "str?",
              "merchant_settlement_id": "int", "settlement_tx_hash": "str?", "network": "text",
              "status": "text"}
PAYMENT = {
    "object": "=invoice_payment", "id": "uuid", "invoice_id": "uuid", "merchant_id": "int",
    "status": PAYMENT_STATUS,
    "settlement_status": one_of(*SETTLEMENT_STATUS.words, null=True),  # null: not begun, inferred
    "settlement": Maybe(SETTLEMENT), "amount_usd": "num", "environment": ENVIRONMENT}

INVOICE = {
    "object": "=invoice", "id": "uuid", "merchant_id": "int", "status": INVOICE_STATUS,
    "invoice_type": one_of("standard", "commerce"), "currency": "=usd",
    "amount": "int", "amount_decimal": "dec3", "amount_paid": "int",
    "amount_paid_decimal": "dec3", "amount_remaining": "int",
    "amount_remaining_decimal": "dec3", "amount_unit": UNIT, "customer_id": "str?",
    "payer_wallet_address": "str?", "payer_wallet_network": "str?",
    "commerce_order_id": "uuid?", "environment": ENVIRONMENT, "expires_at": "time?",
    "created_at": "time?", "paid_at": "time?", "last_payment_at": "time?", "metadata": "obj"}
INVOICE_EXPANDED = {**INVOICE, "latest_payment": Maybe(PAYMENT), "payments": {
    "object": "=list", "data": [PAYMENT], "has_more": "bool"}}

INVOICE_STATUS_ANSWER = {
    "object": "=invoice_status", "latest_payment": Maybe(PAYMENT),
    "invoice": {k: INVOICE[k] for k in (
        "object", "id", "merchant_id", "status", "invoice_type", "currency", "amount",
        "amount_decimal", "amount_unit", "environment")}}
BUCKET = {"amount": "int", "amount_decimal": "dec3", "count": "int"}
TOTALS = {"object": "=invoice_totals", "currency": "=usd", "amount_unit": UNIT,
          "totals": {k: BUCKET for k in ("all", "paid", "unpaid", "underpaid", "expired",
                                         "canceled")}}
VERIFICATION = {
    "object": "=invoice_manual_verification", "id": "uuid", "invoice_id": "uuid",
    "network": one_of("base", "solana", "bsc", null=True), "job_status": "text", "status": "text",
    "attempt_count": "int", "max_attempts": "int", "next_attempt_at": "any",
    "created_at": "any", "updated_at": "any", "completed_at": "any", "result": "any",
    "error": "any"}


def cursor_list(row):
    return {"object": "=list", "data": [row], "has_more": "bool"}


# --- refunds (15.2, local extension) ------------------------------------------------------

REFUND = {
    "object": "=refund", "id": "uuid", "invoice_id": "uuid", "merchant_id": "int",
    "status": REFUND_STATUS, "currency": "=usd", "amount": "int", "amount_decimal": "dec3",
    "amount_unit": UNIT, "destination_wallet_address": "text",
    "destination_wallet_network": "text", "tx_hash": "str?", "failure_code": "str?",
    "failure_message": "str?", "reason": "str?", "environment": ENVIRONMENT,
    "created_at": "time", "updated_at": "time"}

# --- events (9) ---------------------------------------------------------------------------

EVENT_TYPES = ("invoice.created", "invoice.updated", "invoice_payment.created",
               "invoice_payment.updated", "commerce.order.created", "commerce.order.updated",
               "test.ping", "payment_quote.updated", "refund.created", "refund.updated",
               "ramp.kyc.updated", "ramp.deposit.created", "ramp.deposit.updated",
               "ramp.payout.created", "ramp.payout.updated")
EVENT = {
    "id": "event_id", "object": "=event", "api_version": "=2025-12-16", "created": "second",
    "type": one_of(*EVENT_TYPES), "livemode": "bool", "pending_webhooks": "int",
    "request": {"id": "str?", "idempotency_key": "str?"},
    "data": {"object": "resource", "previous_attributes": "obj"}}

# --- payment sessions (6) -----------------------------------------------------------------

SESSION_DETAILS = {
    "invoice_id": "uuid", "amount_usd": "num", "amount_remaining_usd": "num",
    "description": "str", "expires_at": "time", "invoice_status": INVOICE_STATUS,
    "remaining_time": "int", "remaining_seconds": "int", "merchant_name": "str",
    "merchant_email": "str", "network_environment": ENVIRONMENT, "locked_network": "str?",
    "locked_token_id": "int?", "locked_payment_address": "str?"}
TOKEN = {
    "id": "int", "token_symbol": "text", "token_name": "text",
    "token_type": "text", "network": one_of(*NETWORKS), "token_decimals": "int",
    "token_address": "str?", "requires_memo": "bool", "is_monitored": "bool",
    "has_settlement_route": "bool", "settlement_rate?": "any", "settlement_cost_usd?": "any",
    "is_same_token_settlement?": "bool", "tier": "str", "tier_fee?": "any",
    "availability_status": one_of("DEVNET", "AVAILABLE", "STALE", "NO_LIQUIDITY",
                                  "QUOTE_REQUIRED"),
    "rate_updated_at?": "any", "unavailable_reason?": "str"}
ADDRESS_QUOTE = {
    "success": "true", "quote_status": one_of("available", "unavailable", "expired"),
    "status_code": one_of("ok", "quote_unavailable", "quote_expired", "settlement_unavailable"),
    "message": "str?", "temp_address": "text", "network": one_of(*NETWORKS),
    "supported_token_id": "int", "estimated_token_amount": "decimal", "exchange_rate": "decimal",
    "usd_amount": "num", "quote_last_updated_at": "time", "quote_valid_until": "time",
    "quote_expires_in_seconds": "int", "retryable": "bool?", "retry_after_seconds": "int?",
    "ws_connection": {"token": "jwt", "endpoint": "=/ws/payment", "format": "=event_v1",
                      "ws_url": "text"}}
SESSION_STATUS = {"status": one_of("unpaid", "underpaid", "paid", "expired"), "paid_at": "time?"}
EMAIL_SET = {"success": "true", "email": "text", "message": "=Email added successfully"}
EMAIL = {"email": "str?", "has_email": "bool"}
QUESTION = {"id": "text", "question": "text", "type": "text", "validation?": "obj"}
QUESTIONS = {"has_questions": "bool", "questions?": {"questions": [QUESTION]}}
DONE = {"success": "true"}

# --- commerce (7) -------------------------------------------------------------------------

COMMERCE_STATUS = {"status": "text", "escrowBalance": "num", "minimumRequired": "num",
                   "features": {k: "bool" for k in ("search", "cart", "checkout", "orders")}}
RETAILER = one_of("amazon", "walmart", "target", "ebay", "bestbuy", "other")
PRODUCT_ROW = {
    "productId": "text", "title": "text", "price": "num", "image": "text", "rating?": "num",
    "numReviews?": "int", "fresh?": "bool", "retailer?": RETAILER, "url?": "text",
    "brand?": "str?", "categories?": ["text"]}
SEARCH = {"products": [PRODUCT_ROW],
          "pagination": {"page": "int", "totalPages": "int", "totalResults": "int",
                         "hasNext": "bool"}, "query": "str", "retailer": RETAILER}
OFFER = {
    "offerId": "text", "sellerId": "text", "sellerName": "text", "price": "num",
    "shipping": "num", "totalCost": "num", "prime": "bool", "primeOnly": "bool",
    "condition": "text", "handlingDays": {"min": "int", "max": "int"}, "international": "bool",
    "available": "bool"}
OFFERS = {"productId": "text", "retailer": RETAILER, "offers": [OFFER]}
CART_ITEM = {"productId": "text", "retailer": RETAILER, "quantity": "int", "price": "num",
             "title": "text", "+itemId": "uuid", "+imageUrl": "str?", "+productUrl": "str?",
             "+numReviews": "int?", "+rating": "num?"}
CART = {"merchantId": "int", "customerId": "str?", "walletAddress": "str?",
        "walletNetwork": one_of("ethereum", "bsc", "base", "solana", null=True),
        "items": [CART_ITEM], "subtotal": "num", "itemCount": "int", "createdAt": "time?",
        "updatedAt": "time?"}
CART_ADDED = {"itemId": "uuid", "quantity": "int", "updated": "bool"}
CART_UPDATED = {"itemId": "uuid", "quantity": "int", "updatedAt": "time"}
CART_REMOVED = {"itemId": "uuid", "title": "text"}
CART_CLEARED = {"itemsRemoved": "int"}
CART_VALID = {"success": "true", "valid": "bool", "items": [
    {"itemId": "uuid", "available": "bool", "currentPrice": "num?", "savedPrice": "num",
     "priceChanged": "bool"}], "summary": "obj"}
CART_TOTALS = {
    "subtotal": "num", "shipping": "num", "tax": "num",
    "fees": {"fixed": "num", "percentage": "num", "percentageAmount": "num", "total": "num"},
    "total": "num", "itemCount": "int", "zipCode": "str?"}

ESTIMATE = {
    "estimateId": "uuid", "merchantId": "int", "networkEnvironment": ENVIRONMENT,
    "customerId": "str?", "walletAddress": "str?", "walletNetwork": "str?",
    "validItems": [{"productId": "text", "retailer": RETAILER, "title": "text",
                    "quantity": "int", "price": "num", "totalPrice": "num", "metadata": "obj"}],
    "invalidItems": [{"productId": "text", "retailer": "text", "error": "text"}],
    "pricing": {"subtotal": "num", "shipping": "num", "tax": "num",
                "fees": {"fixed": "num", "percentage": "num", "total": "num"}, "total": "num"},
    "feeBreakdown": {"shippingBase": "num", "commerceFee": "num", "totalFees": "num"},
    "expiresAt": "time", "createdAt": "time"}
SHIP_TO = {"first_name": "text", "last_name": "text", "street_address": "text",
           "address_line2": "str?", "city": "text", "state": "str?", "zip_code": "text",
           "country": "text", "phone": "str?", "email": "str?"}
CHECKOUT_ADDRESS = {
    "addressId": "uuid", "validated": "bool", "standardized": SHIP_TO,
    "shippingOptions": [{"id": "text", "name": "text", "price": "num", "estimatedDays": "any"}]}
CHECKOUT_INVOICE = {
    "orderId": "uuid", "invoiceId": "uuid", "invoiceUrl": "text", "session": "text",
    "signature": "text",
    "payment_session_headers": {"x-session-token": "text", "x-signature": "text"},
    "merchantId": "int", "networkEnvironment": ENVIRONMENT, "customerId": "str?",
    "amount": "num", "status": "=unpaid", "expiresAt": "time",
    "endpoints": {"checkOrder": "text", "checkPayment": "text", "cancelOrder": "text"}}

ACTIONS = {"canCancel": "bool"}
ORDER_ROW = {
    "orderId": "uuid", "invoiceId": "uuid", "networkEnvironment": ENVIRONMENT,
    "status": ORDER_STATUS, "substatus": "str?", "actions": ACTIONS,
    "shipmentsSummary": {"shipmentCount": "int", "hasTracking": "bool", "lastTrackingAt": "any",
                         "isDelivered": "bool"},
    "retailer": "text", "walletAddress": "str?", "walletNetwork": "str?", "customerId": "str?",
    "total": "num", "createdAt": "time", "updatedAt": "time", "itemCount": "int"}
ORDERS = {"orders": [ORDER_ROW], "pagination": {"limit": "int", "offset": "int", "count": "int"}}
ORDER = {
    "orderId": "uuid", "invoiceId": "uuid", "merchantId": "int",
    "networkEnvironment": ENVIRONMENT, "retailer": "text", "createdAt": "time",
    "updatedAt": "time", "customerId": "str?", "walletAddress": "str?", "walletNetwork": "str?",
    "status": ORDER_STATUS, "substatus": "str?", "actions": ACTIONS,
    "timeline": [{"status": ORDER_STATUS, "timestamp": "iso", "message": "text"}],
    "payment": {"status": "text", "txHash": "str?",
                "settlement": Maybe({"status": "text", "txHash": "str?", "network": "str?"})},
    "fulfillment": {"shipments": [
        {"shipmentId": "text", "carrier": "str?", "trackingNumber": "str?",
         "carrierTrackingUrl": "str?", "deliveryStatus": "str?",
         "retailerTrackingNumber": "str?", "retailerTrackingUrl": "str?", "obtainedAt": "any"}]},
    "lineItems": [{"productId": "text", "title": "text", "imageUrl": "str?", "quantity": "int",
                   "price": "dec2", "status": "text"}],
    "shippingAddress": Maybe(SHIP_TO), "cancellationStatus": "text", "refundStatus": "text",
    "totalAmountUsd": "dec2", "commerceFeeUsd": "dec2",
    "refund": {"status": "text", "amountUsd": "dec2?", "feeUsd": "dec2?",
               "destinationWalletAddressBsc": "str?", "txHash": "str?"}}
ORDER_CANCELED = {"orderId": "uuid", "status": ORDER_STATUS, "substatus": "str?",
                  "customerId": "str?", "refundQuote": "any"}
ORDER_PAYMENT = {
    "orderId": "uuid", "invoiceId": "uuid", "status": "text", "orderStatus": ORDER_STATUS,
    "customerId": "str?", "amount": "num", "paidAt": "time?",
    "paymentDetails": Maybe({"network": "str?", "token": "str?", "amount": "any",
                             "txHash": "str?", "walletAddress": "str?"})}
BULK_ROW = {"orderId": "any", "status?": "str?", "error?": "any"}
ORDER_BY_INVOICE = {
    "invoiceId": "uuid", "orderId": "uuid", "payment": "obj",
    "order": {"orderId": "uuid", "status": ORDER_STATUS, "substatus": "str?",
              "customerId": "str?", "actions": ACTIONS}}
SAVED_ADDRESS = {
    "addressId": "uuid", "customerId": "str?", "walletAddress": "str?", "walletNetwork": "str?",
    "firstName": "text", "lastName": "text", "addressLine1": "text", "addressLine2": "str?",
    "city": "text", "state": "str?", "zipCode": "text", "country": "text", "phoneNumber": "str?",
    "email": "str?", "isValidated": "bool", "validatedAt": "time?", "createdAt": "time"}

# --- streams' tokens (2.1) -----------------------------------------------------------------

WS_TOKEN = {"token": "jwt", "scope": one_of("merchant", "commerce"), "merchant_id": "int",
            "network_environment": one_of("devnet", "mainnet", null=True), "expires_at": "time",
            "ws_url": "text"}

# --- local extensions (15) ------------------------------------------------------------------

CAPABILITIES = {"object": "=capabilities", "server": "=pepay-sandbox", "version": "text",
                "extensions": ["text"]}
PAYOR_QUOTE = {
    "quote_status": one_of("available", "expired"), "temp_address": "text",
    "network": one_of(*NETWORKS), "token_symbol": "text", "supported_token_id": "int",
    "estimated_token_amount": "decimal", "exchange_rate": "decimal", "usd_amount": "num",
    "quote_last_updated_at": "time", "quote_valid_until": "time",
    "quote_expires_in_seconds": "int"}
INVOICE_SESSION = {
    "object": "=invoice_session", "invoice_id": "uuid", "invoice_status": INVOICE_STATUS,
    "payment_url": "text", "session_token": "text", "signature": "text",
    "payment_session_headers": {"x-session-token": "text", "x-signature": "text"},
    "expires_at": "time", "environment": ENVIRONMENT, "quote": Maybe(PAYOR_QUOTE)}
COUNTRY = {"country": "text", "name": "text", "currency": "text", "exponent": "int",
           "rails": ["text"], "onramp": "bool", "offramp": "bool", "min_amount": "int",
           "max_amount": "int"}
KYC = {"object": "=ramp_kyc", "customer_id": "text", "status": KYC_STATUS, "country": "str?",
       "legal_name": "str?", "rejection_reason": "str?", "submitted_at": "time?",
       "reviewed_at": "time?", "environment": ENVIRONMENT}
QUOTE = {
    "object": "=ramp_quote", "id": "uuid", "customer_id": "text",
    "direction": one_of("deposit", "payout"), "amount": "int", "amount_decimal": "dec3",
    "amount_unit": UNIT, "fee": "int", "fee_decimal": "dec3", "country": "text", "rail": "text",
    "fiat_currency": "text", "fiat_amount_minor": "int", "fiat_exponent": "int",
    "fx_rate": "decimal", "expires_at": "time"}
DEPOSIT = {
    "object": "=ramp_deposit", "id": "uuid", "customer_id": "text", "status": DEPOSIT_STATUS,
    "token_symbol": "text", "network": "text", "deposit_address": "text", "amount": "int",
    "amount_decimal": "dec3", "amount_unit": UNIT, "tx_hash": "str?", "failure_code": "str?",
    "environment": ENVIRONMENT, "created_at": "time", "updated_at": "time"}
PAYOUT = {
    "object": "=ramp_payout", "id": "uuid", "customer_id": "text", "quote_id": "uuid",
    "retry_of": "uuid?", "status": PAYOUT_STATUS, "amount": "int", "amount_decimal": "dec3",
    "amount_unit": UNIT, "fee": "int", "fee_decimal": "dec3", "fiat_currency": "text",
    "fiat_amount_minor": "int", "fiat_exponent": "int", "fx_rate": "decimal", "country": "text",
    "rail": "text", "bank_account": {"holder": "text", "bank_name": "text", "last4": "text"},
    "failure_code": "str?", "failure_message": "str?", "estimated_arrival_at": "time?",
    "paid_at": "time?", "environment": ENVIRONMENT, "created_at": "time", "updated_at": "time"}

# 9.3: payors only, never in a list
PAYMENT_QUOTE = {
    "object": "=payment_quote", "invoice_id": "uuid", "network": one_of(*NETWORKS),
    "currency": "=usd", "amount_remaining": "int", "amount_remaining_decimal": "dec3",
    "amount_unit": UNIT, "+quote_status": ADDRESS_QUOTE["quote_status"],
    "+supported_token_id": "int", "+quote_valid_until": "time"}

# What data.object of an event may be, by its own `object`.
RESOURCES = {"invoice": INVOICE, "invoice_payment": PAYMENT, "refund": REFUND, "ramp_kyc": KYC,
             "ramp_deposit": DEPOSIT, "ramp_payout": PAYOUT,
             # 9.1 names object, id and status; 7.4 says the full snapshot is delivered.
             "commerce_order": {"object": "=commerce_order", "id": "uuid", **ORDER}}

# Published lifecycles (4.6, 7.7, 15) and, where nothing is published, the inferred ones (5).
LIFECYCLES = {
    "invoice": {None: {"unpaid"}, "unpaid": {"underpaid", "paid", "expired", "canceled"},
                "underpaid": {"paid", "expired"}, "paid": set(), "expired": set(),
                "canceled": set()},
    "invoice_payment": {None: {"pending"}, "pending": {"confirmed", "underpaid", "manual_retry"},
                        "manual_retry": {"confirmed", "underpaid"}, "confirmed": set(),
                        "underpaid": set()},
    "commerce_order": {None: {"pending_payment"}, "pending_payment": {"processing", "cancelled"},
                       "processing": {"placed", "failed", "cancelled"},
                       "placed": {"shipped", "cancelled"}, "shipped": {"delivered"},
                       "delivered": set(), "cancelled": set(), "failed": set()},
    "refund": {None: {"pending"}, "pending": {"succeeded", "failed"}, "succeeded": set(),
               "failed": set()},
    "ramp_kyc": {None: {"not_started", "pending"}, "not_started": {"pending"},
                 "pending": {"approved", "rejected"}, "approved": {"expired"},
                 "rejected": {"pending"}, "expired": {"pending"}},
    "ramp_deposit": {None: {"awaiting_funds"}, "awaiting_funds": {"received", "failed"},
                     "received": {"confirmed", "failed", "returned"}, "confirmed": set(),
                     "failed": set(), "returned": set()},
    "ramp_payout": {None: {"queued"}, "queued": {"processing", "canceled", "failed"},
                    "processing": {"paid", "failed"}, "paid": {"returned"}, "failed": set(),
                    "returned": set(), "canceled": set()},
}

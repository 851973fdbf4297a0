/*
 * Every route the client calls and the sandbox serves, once.
 * X(id, method, path template, surface, idempotent write, origin)
 * `{}` stands for one path segment. Order matters where a literal segment and a
 * `{}` could both match: the literal comes first.
 */
#ifndef PEPAYTOP_WIRE_ROUTES_H
#define PEPAYTOP_WIRE_ROUTES_H

#include "base/status.h"

enum http_method { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_DELETE };

/* Who may call, contract section 2. */
enum surface {
	SURFACE_MERCHANT, /* x-api-key, merchant scope */
	SURFACE_COMMERCE, /* x-commerce-api-key, or x-api-key with a commerce key */
	SURFACE_ANY_KEY,  /* either key */
	SURFACE_PAYOR,    /* x-session-token + x-signature */
	SURFACE_CONTROL   /* /_sandbox, loopback only */
};

enum origin { ORIGIN_PEPAY, ORIGIN_EXTENSION };

#define ROUTES(X)                                                                                  \
	X(ROUTE_INVOICE_CREATE, HTTP_POST, "/api/v1/invoices", SURFACE_MERCHANT, 1, ORIGIN_PEPAY)  \
	X(ROUTE_INVOICE_LIST, HTTP_GET, "/api/v1/invoices", SURFACE_MERCHANT, 0, ORIGIN_PEPAY)     \
	X(ROUTE_INVOICE_TOTALS, HTTP_GET, "/api/v1/invoices/totals", SURFACE_MERCHANT, 0,          \
	  ORIGIN_PEPAY)                                                                            \
	X(ROUTE_INVOICE_LIST_CUSTOMER, HTTP_GET, "/api/v1/invoices/customer/{}", SURFACE_MERCHANT, \
	  0, ORIGIN_PEPAY)                                                                         \
	X(ROUTE_INVOICE_GET, HTTP_GET, "/api/v1/invoices/{}", SURFACE_MERCHANT, 0, ORIGIN_PEPAY)   \
	X(ROUTE_INVOICE_STATUS, HTTP_GET, "/api/v1/invoices/{}/status", SURFACE_MERCHANT, 0,       \
	  ORIGIN_PEPAY)                                                                            \
	X(ROUTE_INVOICE_SESSION, HTTP_GET, "/api/v1/invoices/{}/session", SURFACE_MERCHANT, 0,     \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_INVOICE_CANCEL, HTTP_POST, "/api/v1/invoices/{}/cancel", SURFACE_MERCHANT, 1,      \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_INVOICE_REFUND, HTTP_POST, "/api/v1/invoices/{}/refund", SURFACE_MERCHANT, 1,      \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_INVOICE_REFUNDS, HTTP_GET, "/api/v1/invoices/{}/refunds", SURFACE_MERCHANT, 0,     \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_REFUND_LIST, HTTP_GET, "/api/v1/refunds", SURFACE_MERCHANT, 0, ORIGIN_EXTENSION)   \
	X(ROUTE_REFUND_GET, HTTP_GET, "/api/v1/refunds/{}", SURFACE_MERCHANT, 0, ORIGIN_EXTENSION) \
	X(ROUTE_EVENT_LIST, HTTP_GET, "/api/v1/events", SURFACE_ANY_KEY, 0, ORIGIN_PEPAY)          \
	X(ROUTE_EVENT_GET, HTTP_GET, "/api/v1/events/{}", SURFACE_ANY_KEY, 0, ORIGIN_PEPAY)        \
	X(ROUTE_ORDER_LIST, HTTP_GET, "/api/commerce/merchant/orders", SURFACE_COMMERCE, 0,        \
	  ORIGIN_PEPAY)                                                                            \
	X(ROUTE_ORDER_GET, HTTP_GET, "/api/commerce/merchant/orders/{}", SURFACE_COMMERCE, 0,      \
	  ORIGIN_PEPAY)                                                                            \
	X(ROUTE_ORDER_CANCEL, HTTP_POST, "/api/commerce/merchant/orders/{}/cancel",                \
	  SURFACE_COMMERCE, 1, ORIGIN_PEPAY)                                                       \
	X(ROUTE_COMMERCE_STATUS, HTTP_GET, "/api/commerce/status", SURFACE_COMMERCE, 0,            \
	  ORIGIN_PEPAY)                                                                            \
	X(ROUTE_COMMERCE_INFO, HTTP_GET, "/api/commerce/info", SURFACE_COMMERCE, 0, ORIGIN_PEPAY)  \
	X(ROUTE_PRODUCT_SEARCH, HTTP_GET, "/api/commerce/search", SURFACE_COMMERCE, 0,             \
	  ORIGIN_PEPAY)                                                                            \
	X(ROUTE_PRODUCT_GET, HTTP_GET, "/api/commerce/products/{}", SURFACE_COMMERCE, 0,           \
	  ORIGIN_PEPAY)                                                                            \
	X(ROUTE_PRODUCT_OFFERS, HTTP_GET, "/api/commerce/products/{}/offers", SURFACE_COMMERCE, 0, \
	  ORIGIN_PEPAY)                                                                            \
	X(ROUTE_CART_GET, HTTP_GET, "/api/commerce/merchant/carts", SURFACE_COMMERCE, 0,           \
	  ORIGIN_PEPAY)                                                                            \
	X(ROUTE_CART_INIT, HTTP_POST, "/api/commerce/merchant/carts", SURFACE_COMMERCE, 0,         \
	  ORIGIN_PEPAY)                                                                            \
	X(ROUTE_CART_CLEAR, HTTP_DELETE, "/api/commerce/merchant/carts", SURFACE_COMMERCE, 0,      \
	  ORIGIN_PEPAY)                                                                            \
	X(ROUTE_CART_ADD, HTTP_POST, "/api/commerce/merchant/carts/items", SURFACE_COMMERCE, 0,    \
	  ORIGIN_PEPAY)                                                                            \
	X(ROUTE_CART_UPDATE, HTTP_PUT, "/api/commerce/merchant/carts/items/{}", SURFACE_COMMERCE,  \
	  0, ORIGIN_PEPAY)                                                                         \
	X(ROUTE_CART_REMOVE, HTTP_DELETE, "/api/commerce/merchant/carts/items/{}",                 \
	  SURFACE_COMMERCE, 0, ORIGIN_PEPAY)                                                       \
	X(ROUTE_CART_VALIDATE, HTTP_POST, "/api/commerce/merchant/carts/validate",                 \
	  SURFACE_COMMERCE, 0, ORIGIN_PEPAY)                                                       \
	X(ROUTE_CART_TOTALS, HTTP_GET, "/api/commerce/merchant/carts/totals", SURFACE_COMMERCE, 0, \
	  ORIGIN_PEPAY)                                                                            \
	X(ROUTE_SESSION_DETAILS, HTTP_GET, "/api/v1/payments/session-details", SURFACE_PAYOR, 0,   \
	  ORIGIN_PEPAY)                                                                            \
	X(ROUTE_SESSION_TOKENS, HTTP_GET, "/api/v1/payments/available-tokens", SURFACE_PAYOR, 0,   \
	  ORIGIN_PEPAY)                                                                            \
	X(ROUTE_SESSION_ADDRESS, HTTP_POST, "/api/v1/payments/payment-addresses", SURFACE_PAYOR,   \
	  0, ORIGIN_PEPAY)                                                                         \
	X(ROUTE_SESSION_STATUS, HTTP_GET, "/api/v1/payments/payment-status", SURFACE_PAYOR, 0,     \
	  ORIGIN_PEPAY)                                                                            \
	X(ROUTE_SESSION_EMAIL_SET, HTTP_POST, "/api/v1/payments/customer-email", SURFACE_PAYOR, 0, \
	  ORIGIN_PEPAY)                                                                            \
	X(ROUTE_SESSION_EMAIL_GET, HTTP_GET, "/api/v1/payments/customer-email", SURFACE_PAYOR, 0,  \
	  ORIGIN_PEPAY)                                                                            \
	X(ROUTE_SESSION_QUESTIONS, HTTP_GET, "/api/v1/payments/invoice-questions", SURFACE_PAYOR,  \
	  0, ORIGIN_PEPAY)                                                                         \
	X(ROUTE_SESSION_FORM, HTTP_POST, "/api/v1/payments/submit-form", SURFACE_PAYOR, 0,         \
	  ORIGIN_PEPAY)                                                                            \
	X(ROUTE_VERIFY_START, HTTP_POST, "/api/v1/invoice/{}/verify", SURFACE_PAYOR, 0,            \
	  ORIGIN_PEPAY)                                                                            \
	X(ROUTE_VERIFY_GET, HTTP_GET, "/api/v1/invoice/{}/verify", SURFACE_PAYOR, 0, ORIGIN_PEPAY) \
	X(ROUTE_CHECKOUT_ESTIMATE, HTTP_POST, "/api/commerce/merchant/checkout/estimate",          \
	  SURFACE_COMMERCE, 0, ORIGIN_PEPAY)                                                       \
	X(ROUTE_CHECKOUT_ADDRESS, HTTP_POST, "/api/commerce/merchant/checkout/address",            \
	  SURFACE_COMMERCE, 0, ORIGIN_PEPAY)                                                       \
	X(ROUTE_CHECKOUT_INVOICE, HTTP_POST, "/api/commerce/merchant/checkout/invoice",            \
	  SURFACE_COMMERCE, 0, ORIGIN_PEPAY)                                                       \
	X(ROUTE_ORDER_PAYMENT, HTTP_GET, "/api/commerce/merchant/payments/{}/status",              \
	  SURFACE_COMMERCE, 0, ORIGIN_PEPAY)                                                       \
	X(ROUTE_PAYMENT_BULK, HTTP_POST, "/api/commerce/merchant/payments/bulk-status",            \
	  SURFACE_COMMERCE, 0, ORIGIN_PEPAY)                                                       \
	X(ROUTE_ORDER_BY_INVOICE, HTTP_GET, "/api/commerce/merchant/invoices/{}/status",           \
	  SURFACE_COMMERCE, 0, ORIGIN_PEPAY)                                                       \
	X(ROUTE_ADDRESS_LIST, HTTP_GET, "/api/v1/commerce/merchant/addresses", SURFACE_COMMERCE,   \
	  0, ORIGIN_PEPAY)                                                                         \
	X(ROUTE_ADDRESS_DELETE, HTTP_DELETE, "/api/v1/commerce/merchant/addresses/{}",             \
	  SURFACE_COMMERCE, 0, ORIGIN_PEPAY)                                                       \
	X(ROUTE_ORDER_SIMULATE, HTTP_POST, "/api/commerce/devnet/orders/{}/simulate",              \
	  SURFACE_COMMERCE, 0, ORIGIN_PEPAY)                                                       \
	X(ROUTE_WS_TOKEN, HTTP_POST, "/api/v1/ws/token", SURFACE_ANY_KEY, 0, ORIGIN_PEPAY)         \
	X(ROUTE_CAPABILITIES, HTTP_GET, "/api/v1/capabilities", SURFACE_ANY_KEY, 0,                \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_RAMP_COUNTRIES, HTTP_GET, "/api/v1/ramps/countries", SURFACE_MERCHANT, 0,          \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_RAMP_QUOTE, HTTP_POST, "/api/v1/ramps/quotes", SURFACE_MERCHANT, 1,                \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_KYC_LIST, HTTP_GET, "/api/v1/ramps/kyc", SURFACE_MERCHANT, 0, ORIGIN_EXTENSION)    \
	X(ROUTE_KYC_GET, HTTP_GET, "/api/v1/ramps/kyc/{}", SURFACE_MERCHANT, 0, ORIGIN_EXTENSION)  \
	X(ROUTE_KYC_SUBMIT, HTTP_POST, "/api/v1/ramps/kyc/{}", SURFACE_MERCHANT, 1,                \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_DEPOSIT_LIST, HTTP_GET, "/api/v1/ramps/deposits", SURFACE_MERCHANT, 0,             \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_DEPOSIT_CREATE, HTTP_POST, "/api/v1/ramps/deposits", SURFACE_MERCHANT, 1,          \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_DEPOSIT_GET, HTTP_GET, "/api/v1/ramps/deposits/{}", SURFACE_MERCHANT, 0,           \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_PAYOUT_CREATE, HTTP_POST, "/api/v1/ramps/payouts", SURFACE_MERCHANT, 1,            \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_PAYOUT_CANCEL, HTTP_POST, "/api/v1/ramps/payouts/{}/cancel", SURFACE_MERCHANT, 1,  \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_PAYOUT_RETRY, HTTP_POST, "/api/v1/ramps/payouts/{}/retry", SURFACE_MERCHANT, 1,    \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_KYC_SIMULATE, HTTP_POST, "/api/v1/ramps/devnet/kyc/{}/simulate", SURFACE_MERCHANT, \
	  1, ORIGIN_EXTENSION)                                                                     \
	X(ROUTE_DEPOSIT_SIMULATE, HTTP_POST, "/api/v1/ramps/devnet/deposits/{}/simulate",          \
	  SURFACE_MERCHANT, 1, ORIGIN_EXTENSION)                                                   \
	X(ROUTE_PAYOUT_SIMULATE, HTTP_POST, "/api/v1/ramps/devnet/payouts/{}/simulate",            \
	  SURFACE_MERCHANT, 1, ORIGIN_EXTENSION)                                                   \
	X(ROUTE_PAYOUT_LIST, HTTP_GET, "/api/v1/ramps/payouts", SURFACE_MERCHANT, 0,               \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_PAYOUT_GET, HTTP_GET, "/api/v1/ramps/payouts/{}", SURFACE_MERCHANT, 0,             \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_CONTROL_STATE, HTTP_GET, "/_sandbox/state", SURFACE_CONTROL, 0, ORIGIN_EXTENSION)  \
	X(ROUTE_CONTROL_SCENARIOS, HTTP_GET, "/_sandbox/scenarios", SURFACE_CONTROL, 0,            \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_CONTROL_START, HTTP_POST, "/_sandbox/scenarios/{}/start", SURFACE_CONTROL, 0,      \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_CONTROL_PAUSE, HTTP_POST, "/_sandbox/scenarios/{}/pause", SURFACE_CONTROL, 0,      \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_CONTROL_STEP, HTTP_POST, "/_sandbox/scenarios/{}/step", SURFACE_CONTROL, 0,        \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_DASHBOARD_TOKEN, HTTP_POST, "/_sandbox/dashboard-token", SURFACE_CONTROL, 0,       \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_CONTROL_SPEED, HTTP_POST, "/_sandbox/speed", SURFACE_CONTROL, 0, ORIGIN_EXTENSION) \
	X(ROUTE_FAULT_LIST, HTTP_GET, "/_sandbox/faults", SURFACE_CONTROL, 0, ORIGIN_EXTENSION)    \
	X(ROUTE_FAULT_CREATE, HTTP_POST, "/_sandbox/faults", SURFACE_CONTROL, 0, ORIGIN_EXTENSION) \
	X(ROUTE_FAULT_CLEAR, HTTP_DELETE, "/_sandbox/faults", SURFACE_CONTROL, 0,                  \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_FAULT_DELETE, HTTP_DELETE, "/_sandbox/faults/{}", SURFACE_CONTROL, 0,              \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_WEBHOOK_LIST, HTTP_GET, "/_sandbox/webhooks", SURFACE_CONTROL, 0,                  \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_WEBHOOK_CREATE, HTTP_POST, "/_sandbox/webhooks", SURFACE_CONTROL, 0,               \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_WEBHOOK_GET, HTTP_GET, "/_sandbox/webhooks/{}", SURFACE_CONTROL, 0,                \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_WEBHOOK_DELETE, HTTP_DELETE, "/_sandbox/webhooks/{}", SURFACE_CONTROL, 0,          \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_WEBHOOK_PING, HTTP_POST, "/_sandbox/webhooks/{}/ping", SURFACE_CONTROL, 0,         \
	  ORIGIN_EXTENSION)                                                                        \
	X(ROUTE_WEBHOOK_ROTATE, HTTP_POST, "/_sandbox/webhooks/{}/rotate", SURFACE_CONTROL, 0,     \
	  ORIGIN_EXTENSION)

enum route_id {
#define X(id, method, path, surface, idempotent, origin) id,
	ROUTES(X)
#undef X
		ROUTE_COUNT
};

struct route {
	enum route_id id;
	const char *name; /* "ROUTE_INVOICE_GET" */
	enum http_method method;
	const char *path;
	enum surface surface;
	bool idempotent; /* a write that carries Idempotency-Key */
	enum origin origin;
};

#define ROUTE_PARAMS_MAX 2
#define ROUTE_PARAM_CAP  256

struct route_match {
	const struct route *route;
	char params[ROUTE_PARAMS_MAX][ROUTE_PARAM_CAP]; /* percent-decoded */
};

const struct route *route_get(enum route_id id);
const char *http_method_name(enum http_method m);
/* Whether a call to it changes nothing: every GET, and the few others that only ask. What read-only
 * lets through. */
bool route_is_harmless(enum route_id id);
/*
 * Finds the route for a method and path (no query). S_OK; E_NOT_FOUND when no template matches
 * the path; E_UNSUPPORTED when the path exists under another method; E_INVALID on a bad
 * percent-escape, an empty segment, an escaped NUL or slash, a raw control character, space or
 * non-ASCII byte, or a segment that is not UTF-8; E_LIMIT for a segment of ROUTE_PARAM_CAP bytes
 * or more. The first template that fits decides: a literal never falls back to a `{}`.
 */
must_check enum status route_match(enum http_method method, const char *path, size_t len,
				   struct route_match *ret);
/* Fills the template with percent-encoded parameters; E_LIMIT when it does not fit, E_INVALID when
 * a parameter is missing, empty, "." or "..", or there is one too many. */
must_check enum status route_format(enum route_id id, const char *const *params, size_t count,
				    char *buf, size_t cap);

#endif

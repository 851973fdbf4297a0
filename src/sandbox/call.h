/*
 * One API call, between the server that carries it and the resource that answers
 * it. Handlers know no sockets: the whole API runs in a unit test by calling
 * api_dispatch().
 */
#ifndef PEPAYTOP_SANDBOX_CALL_H
#define PEPAYTOP_SANDBOX_CALL_H

#include "sandbox/world.h"
#include "wire/answers.h"
#include "wire/routes.h"

#define CALL_PARAMS_MAX 32
#define CALL_BODY_MAX   (256u * 1024u)

enum key_scope { SCOPE_NONE, SCOPE_MERCHANT, SCOPE_COMMERCE };

struct call_param { /* one decoded query parameter */
	char name[64];
	char value[512];
};

struct call {
	struct route_match match; /* which route, its path parameters */
	enum key_scope scope;     /* who calls, after auth */
	char invoice_id[ID_CAP];  /* of the payor's session; "" on the other surfaces */
	struct call_param params[CALL_PARAMS_MAX];
	size_t param_count;
	const char *body; /* raw bytes, NUL-terminated */
	size_t body_len;
	struct json *json;           /* the parsed body of a write, or NULL when it has none */
	const struct json *part;     /* body.h reads from this instead when it is set */
	char part_name[32];          /* "address.", before the names in what it answers */
	const char *idempotency_key; /* "" when absent */
	char request_id[ID_CAP];     /* also answered as x-request-id */
};

/* How success is wrapped, contract 3.1. */
struct reply {
	int status;
	char *body;               /* malloc'd JSON text */
	bool replayed;            /* Idempotent-Replayed: true */
	int64_t retry_after_s;    /* Retry-After when ≥ 0 */
	const char *content_type; /* static; NULL: JSON */
	char *location;           /* malloc'd Location, or NULL */
};

void reply_release(struct reply *r);
void reply_json_take(struct reply *r, int status, struct json *body); /* bare */
void reply_data_take(struct reply *r, int status,
		     struct json *data); /* {"success":true,"data":…} */
/* Envelope A. */
void reply_error(struct reply *r, int status, const char *code, const char *fmt, ...)
	printf_like(4, 5);

/* A number to go with the error just answered: error.<key>. */
void reply_error_int(struct reply *r, const char *key, int64_t value);

const char *call_param(const struct call *c, const char *name); /* NULL when absent */
/*
 * Parameters with their bounds. On bad input they fill the reply with a 400 VALIDATION_ERROR that
 * names the parameter, and return false.
 */
bool call_limit(const struct call *c, struct reply *r, int64_t fallback, int64_t max, int64_t *ret);
bool call_int(const struct call *c, struct reply *r, const char *name, int64_t fallback,
	      int64_t *ret);
/* Epoch seconds or ISO; TIME_NONE when absent. */
bool call_time(const struct call *c, struct reply *r, const char *name, int64_t *ret_ms);
/* Comma-separated words, each of which must be in the vocabulary. */
bool call_statuses(const struct call *c, struct reply *r, const char *name, enum vocab v,
		   const char **ret);

/* A pair of inclusive bounds; the upper one covers its whole second. TIME_NONE where absent. */
bool call_time_range(const struct call *c, struct reply *r, const char *from, const char *to,
		     int64_t *ret_from_ms, int64_t *ret_to_ms);
/* Comma-separated words out of a NULL-terminated list; *ret is NULL when absent. */
bool call_words(const struct call *c, struct reply *r, const char *name, const char *const *allowed,
		const char **ret);
/* The cursor pair, of which at most one may be sent; NULL when absent. */
bool call_cursors(const struct call *c, struct reply *r, const char **ret_starting_after,
		  const char **ret_ending_before);
/* Answers for a failed operation: 404 for E_NOT_FOUND, 403, 409, 500 for what is our own fault. */
void reply_problem(struct reply *r, const struct problem *why);

#define CODE_NOT_FOUND              "NOT_FOUND"
#define CODE_CONFLICT               "CONFLICT"
#define CODE_KYC_REQUIRED           "KYC_REQUIRED"
#define CODE_ORDER_NOT_CANCELABLE   "ORDER_NOT_CANCELABLE"
/* Local extensions, contract 15.2 and 15.3; those it does not name are INFERRED. */
#define CODE_REFUND_EXCEEDS_PAID    "REFUND_EXCEEDS_PAID"
#define CODE_INVOICE_NOT_REFUNDABLE "INVOICE_NOT_REFUNDABLE"
#define CODE_KYC_NOT_SUBMITTABLE    "KYC_NOT_SUBMITTABLE"
#define CODE_QUOTE_EXPIRED          "QUOTE_EXPIRED"
#define CODE_QUOTE_USED             "QUOTE_USED"
#define CODE_PAYOUT_NOT_CANCELABLE  "PAYOUT_NOT_CANCELABLE"
#define CODE_PAYOUT_NOT_RETRYABLE   "PAYOUT_NOT_RETRYABLE"
#define CODE_TRANSITION_REFUSED     "TRANSITION_NOT_ALLOWED"
#define CODE_DEVNET_ONLY            "DEVNET_ONLY"

/* A resource's answer to a call. Writes run inside a transaction that the dispatcher opens and
 * commits when the status is 2xx, and rolls back otherwise. */
typedef void call_handler(struct world *w, const struct call *c, struct reply *r);

/* One row of the dispatch table (api.c): which handler serves a route. */
#define HANDLERS(X)                                              \
	X(ROUTE_INVOICE_CREATE, invoice_handle_create)           \
	X(ROUTE_INVOICE_LIST, invoice_handle_list)               \
	X(ROUTE_INVOICE_LIST_CUSTOMER, invoice_handle_list)      \
	X(ROUTE_INVOICE_TOTALS, invoice_handle_totals)           \
	X(ROUTE_INVOICE_GET, invoice_handle_get)                 \
	X(ROUTE_INVOICE_STATUS, invoice_handle_status)           \
	X(ROUTE_INVOICE_SESSION, invoice_handle_session)         \
	X(ROUTE_INVOICE_CANCEL, invoice_handle_cancel)           \
	X(ROUTE_INVOICE_REFUND, refund_handle_create)            \
	X(ROUTE_INVOICE_REFUNDS, refund_handle_list_invoice)     \
	X(ROUTE_REFUND_LIST, refund_handle_list)                 \
	X(ROUTE_REFUND_GET, refund_handle_get)                   \
	X(ROUTE_EVENT_LIST, event_handle_list)                   \
	X(ROUTE_EVENT_GET, event_handle_get)                     \
	X(ROUTE_ORDER_LIST, order_handle_list)                   \
	X(ROUTE_ORDER_GET, order_handle_get)                     \
	X(ROUTE_ORDER_CANCEL, order_handle_cancel)               \
	X(ROUTE_COMMERCE_STATUS, commerce_handle_status)         \
	X(ROUTE_COMMERCE_INFO, commerce_handle_info)             \
	X(ROUTE_PRODUCT_SEARCH, commerce_handle_search)          \
	X(ROUTE_PRODUCT_GET, commerce_handle_product)            \
	X(ROUTE_PRODUCT_OFFERS, commerce_handle_offers)          \
	X(ROUTE_CART_GET, cart_handle_get)                       \
	X(ROUTE_CART_INIT, cart_handle_init)                     \
	X(ROUTE_CART_CLEAR, cart_handle_clear)                   \
	X(ROUTE_CART_ADD, cart_handle_add)                       \
	X(ROUTE_CART_UPDATE, cart_handle_update)                 \
	X(ROUTE_CART_REMOVE, cart_handle_remove)                 \
	X(ROUTE_CART_VALIDATE, cart_handle_validate)             \
	X(ROUTE_CART_TOTALS, cart_handle_totals)                 \
	X(ROUTE_SESSION_DETAILS, payor_handle_details)           \
	X(ROUTE_SESSION_TOKENS, payor_handle_tokens)             \
	X(ROUTE_SESSION_ADDRESS, payor_handle_address)           \
	X(ROUTE_SESSION_STATUS, payor_handle_status)             \
	X(ROUTE_SESSION_EMAIL_SET, payor_handle_email_set)       \
	X(ROUTE_SESSION_EMAIL_GET, payor_handle_email_get)       \
	X(ROUTE_SESSION_QUESTIONS, payor_handle_questions)       \
	X(ROUTE_SESSION_FORM, payor_handle_form)                 \
	X(ROUTE_VERIFY_START, verification_handle_start)         \
	X(ROUTE_VERIFY_GET, verification_handle_get)             \
	X(ROUTE_CHECKOUT_ESTIMATE, checkout_handle_estimate)     \
	X(ROUTE_CHECKOUT_ADDRESS, checkout_handle_address)       \
	X(ROUTE_CHECKOUT_INVOICE, checkout_handle_invoice)       \
	X(ROUTE_ORDER_PAYMENT, payment_handle_by_order)          \
	X(ROUTE_PAYMENT_BULK, payment_handle_bulk)               \
	X(ROUTE_ORDER_BY_INVOICE, payment_handle_by_invoice)     \
	X(ROUTE_ADDRESS_LIST, address_handle_list)               \
	X(ROUTE_ADDRESS_DELETE, address_handle_delete)           \
	X(ROUTE_ORDER_SIMULATE, order_handle_simulate)           \
	X(ROUTE_WS_TOKEN, ws_token_handle)                       \
	X(ROUTE_CAPABILITIES, capabilities_handle)               \
	X(ROUTE_RAMP_COUNTRIES, ramp_handle_countries)           \
	X(ROUTE_RAMP_QUOTE, ramp_handle_quote)                   \
	X(ROUTE_KYC_SUBMIT, kyc_handle_submit)                   \
	X(ROUTE_DEPOSIT_LIST, deposit_handle_list)               \
	X(ROUTE_DEPOSIT_CREATE, deposit_handle_create)           \
	X(ROUTE_DEPOSIT_GET, deposit_handle_get)                 \
	X(ROUTE_PAYOUT_CREATE, payout_handle_create)             \
	X(ROUTE_PAYOUT_CANCEL, payout_handle_cancel)             \
	X(ROUTE_PAYOUT_RETRY, payout_handle_retry)               \
	X(ROUTE_KYC_SIMULATE, kyc_handle_simulate)               \
	X(ROUTE_DEPOSIT_SIMULATE, deposit_handle_simulate)       \
	X(ROUTE_PAYOUT_SIMULATE, payout_handle_simulate)         \
	X(ROUTE_KYC_LIST, kyc_handle_list)                       \
	X(ROUTE_KYC_GET, kyc_handle_get)                         \
	X(ROUTE_PAYOUT_LIST, payout_handle_list)                 \
	X(ROUTE_PAYOUT_GET, payout_handle_get)                   \
	X(ROUTE_CONTROL_STATE, control_handle_state)             \
	X(ROUTE_CONTROL_SCENARIOS, control_handle_scenarios)     \
	X(ROUTE_CONTROL_START, control_handle_start)             \
	X(ROUTE_CONTROL_PAUSE, control_handle_pause)             \
	X(ROUTE_CONTROL_STEP, control_handle_step)               \
	X(ROUTE_DASHBOARD_TOKEN, control_handle_dashboard_token) \
	X(ROUTE_CONTROL_SPEED, control_handle_speed)             \
	X(ROUTE_FAULT_LIST, faults_handle_list)                  \
	X(ROUTE_FAULT_CREATE, faults_handle_create)              \
	X(ROUTE_FAULT_CLEAR, faults_handle_clear)                \
	X(ROUTE_FAULT_DELETE, faults_handle_delete)              \
	X(ROUTE_WEBHOOK_LIST, webhook_handle_list)               \
	X(ROUTE_WEBHOOK_CREATE, webhook_handle_create)           \
	X(ROUTE_WEBHOOK_GET, webhook_handle_get)                 \
	X(ROUTE_WEBHOOK_DELETE, webhook_handle_delete)           \
	X(ROUTE_WEBHOOK_PING, webhook_handle_ping)               \
	X(ROUTE_WEBHOOK_ROTATE, webhook_handle_rotate)

#define X(route, handler) call_handler handler;
HANDLERS(X)
#undef X

/*
 * Serves an authenticated, matched call: validates Idempotency-Key where the route asks for it or a
 * write was given one, replays or refuses repeats, parses the JSON body (400 when it is not an
 * object), opens the transaction, calls the handler, stores the idempotency record, commits, and
 * wakes the streams. Only answers that changed something (2xx) are stored: after a refusal nothing
 * happened, so the same key may carry the corrected request.
 */
void api_dispatch(struct world *w, struct call *c, struct reply *r);

#endif

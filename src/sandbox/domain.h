/*
 * What can happen in this local Pepay: the operations behind the handlers and the
 * scenario. Each changes the ledger and appends the event that tells of it, and
 * must run inside a transaction. A change the lifecycle forbids is E_CONFLICT and
 * changes nothing.
 */
#ifndef PEPAYTOP_SANDBOX_DOMAIN_H
#define PEPAYTOP_SANDBOX_DOMAIN_H

#include "sandbox/world.h"
#include "wire/answers.h"

struct pricing; /* sandbox/pricing.h */

/* --- outbox (outbox.c) ---- */
/*
 * Appends one event about `object` (its document `doc`). `previous_status` goes to
 * data.previous_attributes ("" or NULL: none). request ids may be NULL.
 */
must_check enum status outbox_append(struct world *w, const char *type, const struct object *object,
				     const char *doc, const char *previous_status,
				     const char *request_id, const char *idempotency_key,
				     struct problem *reterr);

/* The body of a test.ping with this id (contract 9.2), malloc'd; nothing is appended. */
char *outbox_ping(const struct world *w, const char *id);

/* --- invoices (invoices.c) and their payments (payments.c) ---- */
struct invoice_params {
	int64_t amount; /* usd_millis */
	const char *description;
	const char *customer_id;
	const char *customer_email;
	const char *invoice_type;      /* "standard" | "commerce" */
	const char *commerce_order_id; /* or NULL */
	const struct json *metadata;   /* object or NULL */
	int64_t expires_in_ms;         /* expires_at is rounded up to a whole second */
	const struct json *hidden;     /* more to keep but never show: an object or NULL */
	const char *request_id;
	const char *idempotency_key;
};
must_check enum status invoice_create(struct world *w, const struct invoice_params *p,
				      struct invoice *ret, struct problem *reterr);
must_check enum status invoice_load(struct world *w, const char *id, struct invoice *ret,
				    struct problem *reterr);
/* A payment is seen on chain: makes an invoice_payment (pending), payer and amounts on confirm. */
must_check enum status invoice_payment_see(struct world *w, const char *invoice_id, int64_t amount,
					   const char *network, char ret_payment_id[ID_CAP],
					   struct problem *reterr);
/* The same from a known address; NULL: one is made up. */
must_check enum status invoice_payment_see_from(struct world *w, const char *invoice_id,
						int64_t amount, const char *network,
						const char *address, char ret_payment_id[ID_CAP],
						struct problem *reterr);
/* It has enough confirmations: payment confirmed (or underpaid), invoice paid or underpaid. */
must_check enum status invoice_payment_confirm(struct world *w, const char *payment_id,
					       struct problem *reterr);
/* Settlement moves to `status` (processing, settled, manual, failed). */
must_check enum status invoice_payment_settle(struct world *w, const char *payment_id,
					      const char *status, struct problem *reterr);
/* The payments of an invoice, oldest first; ids into a caller's array of `cap`. */
must_check enum status invoice_payments(struct world *w, const char *invoice_id,
					char (*ret_ids)[ID_CAP], size_t cap, size_t *ret_count,
					struct problem *reterr);
/* An expired or canceled commerce invoice takes its unpaid order along (cancelled). */
must_check enum status invoice_expire(struct world *w, const char *id, struct problem *reterr);
must_check enum status invoice_cancel(struct world *w, const char *id, const char *request_id,
				      const char *idempotency_key, struct invoice *ret,
				      struct problem *reterr);

/* --- commerce orders (orders.c) ---- */
struct order_item_params {
	const char *product_id, *title, *image_url;
	int64_t quantity, price; /* usd_millis each */
};
struct order_params {
	const char *customer_id, *retailer;
	const struct order_item_params *items;
	size_t item_count;
	const char *first_name, *last_name, *street, *city, *state, *zip, *country, *email;
	const char *line2, *phone;                   /* or NULL */
	const char *wallet_address, *wallet_network; /* of the shopper, or NULL */
	const char *refund_wallet_bsc;               /* or NULL */
	const struct pricing *pricing; /* of the estimate; NULL: the goods and the fee */
	const char *request_id, *idempotency_key;
};
/* Makes the order (pending_payment) and its commerce invoice. */
must_check enum status order_create(struct world *w, const struct order_params *p,
				    char ret_order_id[ID_CAP], char ret_invoice_id[ID_CAP],
				    struct problem *reterr);
/*
 * The reducers of the devnet simulator, contract 7.7: payment_confirmed, payment_settled, placed,
 * shipped, delivery_confirmed, failed, cancelled, refunded. `carrier`/`tracking` for shipped, or
 * NULL.
 */
must_check enum status order_advance(struct world *w, const char *order_id, const char *transition,
				     const char *carrier, const char *tracking,
				     struct problem *reterr);
/* The same with everything contract 7.7 lets a caller say; NULL members are made up. */
struct order_simulation {
	const char *carrier, *tracking_number, *carrier_tracking_url;
	const char *retailer_tracking_number, *retailer_tracking_url;
	const char *payer_network, *payer_address; /* for payment_confirmed */
};
must_check enum status order_simulate(struct world *w, const char *order_id, const char *transition,
				      const struct order_simulation *s, struct problem *reterr);
must_check enum status order_cancel(struct world *w, const char *order_id,
				    const char *refund_wallet_bsc, const char *request_id,
				    const char *idempotency_key, struct problem *reterr);

/* --- ramps (ramps.c), local extension ---- */
must_check enum status kyc_set(struct world *w, const char *customer_id, const char *status,
			       const char *country, const char *legal_name,
			       const char *rejection_reason, struct problem *reterr);
struct payout_params {
	const char *customer_id;
	int64_t amount; /* usd_millis */
	const char *country, *rail, *fiat_currency, *fx_rate;
	int64_t fiat_amount_minor, fiat_exponent, fee;
	const char *holder, *bank_name, *last4;
	const char *retry_of;
	const char *quote_id; /* NULL: one that nobody asked for */
	int64_t estimated_arrival_ms;
};
/* E_DENIED unless the customer's KYC is approved. */
must_check enum status payout_create(struct world *w, const struct payout_params *p,
				     char ret_id[ID_CAP], struct problem *reterr);
must_check enum status payout_advance(struct world *w, const char *id, const char *status,
				      const char *failure_code, const char *failure_message,
				      struct problem *reterr);

/* --- the clock's own work (expiries) ---- */
/* Runs everything due up to `until_ms`, each at its own time, in its own transaction. */
must_check enum status domain_run_due(struct world *w, int64_t until_ms, struct problem *reterr);
/* Only the earliest one, without waking anybody; E_NOT_FOUND when nothing is due at all. */
must_check enum status domain_run_due_one(struct world *w, struct problem *reterr);
/* When the next thing is due, or TIME_NONE. */
int64_t domain_next_due_ms(struct world *w);

#endif

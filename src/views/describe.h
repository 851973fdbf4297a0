/*
 * Everything the store knows of one subject, as lines of facts. Used by the Summary
 * tab and by the lower half of the order pane.
 */
#ifndef PEPAYTOP_VIEWS_DESCRIBE_H
#define PEPAYTOP_VIEWS_DESCRIBE_H

#include "model/related.h"
#include "views/doc.h"
#include "views/view.h"

/* What facts are written for. */
struct describing {
	const struct view_context *ctx;
	const struct store *st;
	int width;                     /* cells there are; longer sentences are wrapped */
	const struct related *related; /* what belongs to it, or NULL */
	const struct dossier *dossier; /* the events on disk, or NULL */
};

/* How much of an order: the most telling, the same without blank lines for a low pane, or all. */
enum order_depth { ORDER_PANE, ORDER_PANE_LOW, ORDER_WHOLE };
void describe_order(struct doc *d, const struct describing *w, const struct order *o,
		    enum order_depth depth);
void describe_invoice(struct doc *d, const struct describing *w, const struct record *r);
void describe_payment(struct doc *d, const struct describing *w, const struct record *r);
void describe_refund(struct doc *d, const struct describing *w, const struct record *r);
void describe_payout(struct doc *d, const struct describing *w, const struct record *r);
void describe_deposit(struct doc *d, const struct describing *w, const struct record *r);
void describe_kyc(struct doc *d, const struct describing *w, const struct record *r);
/*
 * Proof. By which wallet, chain and transaction money came in, and when: of what is known of the
 * invoice and of its order, each may be NULL. Nothing when nothing came.
 */
void describe_paid_from(struct doc *d, const struct describing *w, const struct invoice *inv,
			const struct order *o);
/* The refunds of an invoice and the one of its order (may be NULL), a section each: to which
 * wallet, by which transaction, on which chain, when. */
void describe_refunds(struct doc *d, const struct describing *w, const char *invoice_id,
		      const struct order *o);
/* The same lines of one. */
void describe_refund_proof(struct doc *d, const struct describing *w, const struct refund *f);
/* An order tells of a refund of its own, which is no object. */
bool order_has_refund(const struct order *o);
/* The key of the line that tells of it is its order's, told apart by this. */
#define REFUND_APART 700
void order_refund_key(struct doc *d, const char *order_id);

/* A record of any kind. */
void describe_record(struct doc *d, const struct describing *w, const struct record *r);
/* What its row knows at once, the body when the history has answered REQUEST_EVENT. False: nothing
 * is known of it. */
bool describe_event(struct doc *d, const struct describing *w, const char *id);
void describe_cart(struct doc *d, const struct describing *w, const struct shop_cart *c);
void describe_product(struct doc *d, const struct describing *w, const struct shop_listing *l);
/* Who a customer is, as far as that is known. */
void describe_person(struct doc *d, const struct describing *w, const struct related *theirs);
/* What was asked of a customer, what they paid and what became of it; nothing without an invoice.
 */
void describe_money(struct doc *d, const struct describing *w, const struct related *theirs);
/* What they bought, newest first; nothing when no order of theirs is known. */
void describe_bought(struct doc *d, const struct describing *w, const struct related *theirs);
/* Open matters first, then what was bought, then totals by kind and state. */
void describe_customer(struct doc *d, const struct describing *w, const struct related *theirs);

#endif

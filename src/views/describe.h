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
	int width; /* cells there are; longer sentences are wrapped */
};

/* How much of an order: the most telling, the same without blank lines for a low pane, or all. */
enum order_depth { ORDER_PANE, ORDER_PANE_LOW, ORDER_WHOLE };
void describe_order(struct doc *d, const struct view_context *ctx, const struct order *o,
		    enum order_depth depth);
void describe_invoice(struct doc *d, const struct describing *w, const struct record *r);
void describe_payment(struct doc *d, const struct describing *w, const struct record *r);
void describe_refund(struct doc *d, const struct describing *w, const struct record *r);
void describe_payout(struct doc *d, const struct describing *w, const struct record *r);
void describe_deposit(struct doc *d, const struct describing *w, const struct record *r);
void describe_kyc(struct doc *d, const struct describing *w, const struct record *r);
/* A record of any kind. */
void describe_record(struct doc *d, const struct describing *w, const struct record *r);
/* What its row knows at once, the body when the history has answered REQUEST_EVENT. False: nothing
 * is known of it. */
bool describe_event(struct doc *d, const struct describing *w, const char *id);
void describe_cart(struct doc *d, const struct describing *w, const struct shop_cart *c);
void describe_product(struct doc *d, const struct describing *w, const struct shop_listing *l);
/* Open matters first, then totals by kind and state. */
void describe_customer(struct doc *d, const struct describing *w, const struct related *theirs);

#endif

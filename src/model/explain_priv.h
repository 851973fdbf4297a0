/* The inside of the explanations: what every teller of a kind has at hand. */
#ifndef PEPAYTOP_MODEL_EXPLAIN_PRIV_H
#define PEPAYTOP_MODEL_EXPLAIN_PRIV_H

#include "model/explain.h"
#include "model/networks.h"
#include "model/order_money.h"

#define SAY_TIME_CAP 32
#define LAPSE_CAP    32

struct teller {
	struct explain *x;
	const struct story *story;
	const struct store *st;
	const struct attention *a; /* may be NULL */
	int64_t now_ms;
};

/* --- sentences ------------------------------------------------------------------ */
void headline(const struct teller *t, enum tone tone, const char *fmt, ...) printf_like(3, 4);
/* `event_id` "": no event says so. What does not fit any more is left out. */
void tell_line(const struct teller *t, enum explain_part part, const char *event_id, enum tone tone,
	       const char *fmt, ...) printf_like(5, 6);
#define happened(t, event, ...) tell_line(t, EXPLAIN_HAPPENED, event, TONE_NEUTRAL, __VA_ARGS__)
#define sees(t, ...)            tell_line(t, EXPLAIN_CUSTOMER_SEES, "", TONE_NEUTRAL, __VA_ARGS__)
#define say(t, ...)             tell_line(t, EXPLAIN_SAY, "", TONE_NEUTRAL, __VA_ARGS__)
#define todo(t, tone, ...)      tell_line(t, EXPLAIN_DO, "", tone, __VA_ARGS__)

/* The event that says this of an object: that took it to `status`, or with NULL the newest that
 * speaks of it. "" when none is known. */
const char *event_for(const struct teller *t, enum subject_kind kind, const char *id,
		      const char *status);

/* "12:30:05 UTC" today, "12:30 UTC on 15 Jan" this year, else with the year. "an unknown time". */
const char *say_time(char buf[SAY_TIME_CAP], const struct teller *t, int64_t ms);
/* Since when a record is in its state, as well as it is known. */
int64_t told_since(const struct record *r);
/* "4 minutes", "3 days"; of a negative one "0 seconds". */
const char *lapse(char buf[LAPSE_CAP], int64_t ms);
const char *dollars(char buf[MONEY_TEXT_CAP], int64_t usd_millis); /* "1,234.50 USD" */
/* What an object's status is called; the word as it came when it is not known. */
const char *status_said(enum vocab v, const char *status);

/* --- kinds ------------------------------------------------------------------------ */
void tell_invoice(const struct teller *t, const struct record *r);
void tell_payment(const struct teller *t, const struct record *r);
void tell_session(const struct teller *t, const char *invoice_id);
void tell_refund(const struct teller *t, const struct record *r);
void tell_order(const struct teller *t, const struct record *r);
void tell_payout(const struct teller *t, const struct record *r);
void tell_deposit(const struct teller *t, const struct record *r);
void tell_kyc(const struct teller *t, const struct record *r);
void tell_customer(const struct teller *t, const char *id);
void tell_event(const struct teller *t, const char *id);
void tell_cart(const struct teller *t, const char *customer);

/* What can be done with money that came too late, as it is said to who sent it. */
const char *late_choice(const struct teller *t, const char *invoice_id);
bool payment_is_pending(const struct invoice_payment *p);
/* "40.00 USD was seen at 12:00:05 UTC and is not confirmed yet." */
void tell_a_payment(const struct teller *t, const struct invoice_payment *p, int64_t at_ms);
void tell_settlement(const struct teller *t, const struct invoice_payment *p);
/* What the payments of an invoice come to. */
struct payments_told {
	int64_t pending, confirmed;
};
/* Those known, a line or two each. */
struct payments_told tell_payments_of(const struct teller *t, const struct invoice *inv);
/* What is known of the payment of an order. */
struct order_paid {
	char invoice_status[STATUS_CAP]; /* "" no invoice is known */
	int64_t asked, came_in, pending;
};
struct order_paid tell_order_payment(const struct teller *t, const struct order *o);
void tell_order_pending(const struct teller *t, const struct order_paid *p);
/* What the refunds of an invoice come to that have not failed. */
struct refunds_told {
	int64_t done, open;
	unsigned parts; /* of what is done */
};
/* Those known, oldest first, a line each. */
struct refunds_told tell_refunds_of(const struct teller *t, const char *invoice_id);
#define REFUNDS_SAID_CAP 160
/* "all of it, 84.00 USD, was refunded in two parts"; to the customer "sent back to you". */
const char *refunds_said(char buf[REFUNDS_SAID_CAP], const struct refunds_told *r, int64_t paid,
			 bool to_them);
/* The invoice of an order that has come to nothing: headline, money back, what to say. */
void tell_order_over(const struct teller *t, const struct order *o);
/* What is under way of a refund of an order's. */
void tell_order_refund(const struct teller *t, const struct order *o);

#endif

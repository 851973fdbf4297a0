/* The inside of the explanations: what every teller of a kind has at hand. */
#ifndef PEPAYTOP_MODEL_EXPLAIN_PRIV_H
#define PEPAYTOP_MODEL_EXPLAIN_PRIV_H

#include "model/explain.h"
#include "model/networks.h"
#include "model/purse.h"

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
/* "4 minutes", "3 days"; "0 seconds" when it has not come to that, "an unknown time" when nobody
 * told one of the two. */
const char *lapse_between(char buf[LAPSE_CAP], int64_t from_ms, int64_t to_ms);
const char *dollars(char buf[MONEY_TEXT_CAP], int64_t usd_millis); /* "1,234.50 USD" */
/* What an object's status is called; the word as it came when it is not known. */
const char *status_said(enum vocab v, const char *status);
enum tone status_tone(enum vocab v, const char *status);

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
/* Those known of an invoice, a line or two each, oldest first. What they come to is in its
 * purse. */
void tell_payments_of(const struct teller *t, const struct invoice *inv);
void tell_refunds_of(const struct teller *t, const char *invoice_id);
#define PAYMENTS_CAP 96
/* "a payment of 40.00 USD", "2 payments"; to the customer "your payment of 40.00 USD". */
const char *payments_words(char buf[PAYMENTS_CAP], const struct purse_sum *s, bool theirs);
const char *payments_headed(char buf[PAYMENTS_CAP], const struct purse_sum *s); /* "A payment" */
const char *payments_are(const struct purse_sum *s);                            /* "is", "are" */
#define REFUNDS_SAID_CAP 160
/* "all of it, 84.00 USD, was refunded in two parts"; to the customer "sent back to you". */
const char *refunds_said(char buf[REFUNDS_SAID_CAP], const struct purse *p, int64_t of,
			 bool to_them);
/* Only a part of it is known. */
void tell_partly(const struct teller *t, bool partly, bool is_asked);
/* What is known of the payment of an order; and one that waits for it. */
void tell_order_payment(const struct teller *t, const struct order *o);
void tell_order_pending(const struct teller *t, const struct order *o);
/* The invoice of an order that has come to nothing: headline, money back, what to say. */
void tell_order_over(const struct teller *t, const struct record *order);
/* What is under way of a refund of an order's. */
void tell_order_refund(const struct teller *t, const struct order *o, const struct order_money *m);

#endif

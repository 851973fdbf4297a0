/*
 * The filter grammar (product F5), the same in every list and headless:
 *   words            all must occur, in any field, ignoring case
 *   "a phrase"       as it stands
 *   -not  !not       must not match (a word, a phrase or a field)
 *   field:value      status:paid,underpaid   customer:cust_8F   type:invoice.*   chain:solana
 *   field>n          amount>=100   amount<49.99   age<15m   items>2   (also >, <=, =)
 * A value is a prefix-wildcard when it ends in *, exact for status, type, country
 * and currency, and "contains" for everything else. `field:` of a field that a kind does not
 * have matches nothing of that kind.
 *
 * Of an event, id, type, status, customer, amount and age are what the event said; everything
 * else, and words, also look at what is known of its object now.
 */
#ifndef PEPAYTOP_MODEL_QUERY_H
#define PEPAYTOP_MODEL_QUERY_H

#include "model/store.h"

/* X(constant, name, aliases, kind of value, help) */
#define QUERY_FIELDS(X)                                                   \
	X(QF_STATUS, "status", "state", QV_WORD, "status:paid,underpaid") \
	X(QF_TYPE, "type", "", QV_WORD, "type:invoice.*")                 \
	X(QF_ID, "id", "", QV_TEXT, "id:3f2a")                            \
	X(QF_CUSTOMER, "customer", "cust", QV_TEXT, "customer:cust_8F")   \
	X(QF_AMOUNT, "amount", "total", QV_MONEY, "amount>=100")          \
	X(QF_PAID, "paid", "", QV_MONEY, "paid>0")                        \
	X(QF_AGE, "age", "", QV_DURATION, "age<15m")                      \
	X(QF_CHAIN, "chain", "network", QV_TEXT, "chain:solana")          \
	X(QF_CURRENCY, "currency", "fiat", QV_WORD, "currency:eur")       \
	X(QF_COUNTRY, "country", "", QV_WORD, "country:br")               \
	X(QF_RETAILER, "retailer", "", QV_TEXT, "retailer:amazon")        \
	X(QF_ORDER, "order", "", QV_TEXT, "order:7c1e")                   \
	X(QF_INVOICE, "invoice", "", QV_TEXT, "invoice:9b0d")             \
	X(QF_ITEMS, "items", "", QV_NUMBER, "items>2")                    \
	X(QF_KYC, "kyc", "", QV_WORD, "kyc:rejected")                     \
	X(QF_KIND, "kind", "object", QV_WORD, "kind:payout")

enum query_field {
#define X(constant, name, aliases, value, help) constant,
	QUERY_FIELDS(X)
#undef X
		QUERY_FIELD_COUNT
};
const char *query_field_name(enum query_field f);
const char *query_field_help(enum query_field f);

struct query;

/* On failure *ret_at (may be NULL) is the byte where it went wrong, and the problem names it.
 * An empty text gives NULL in *ret with S_OK: no filter. */
must_check enum status query_parse(const char *text, struct query **ret, size_t *ret_at,
				   struct problem *reterr);
void query_free(struct query *q);
const char *query_text(const struct query *q); /* "" for NULL */
/* A NULL query matches everything. */
bool query_matches_event(const struct query *q, const struct store *st, const struct event_row *e,
			 int64_t now_ms);
bool query_matches_record(const struct query *q, const struct store *st, const struct record *r,
			  int64_t now_ms);

#endif

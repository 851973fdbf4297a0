/*
 * The filter grammar (product F5), the same in every list and headless; docs/FILTERS.md has it
 * whole, with examples:
 *   words            all must occur, in any field, ignoring case; `cust_8*` begins with
 *   "a phrase"       as it stands; \" and \\ inside
 *   /a pattern/      a regular expression; ignores case unless it has a capital
 *   -not  !not       must not match (a word, a phrase, a pattern, a field, a group)
 *   field:value      status:paid,underpaid   customer:cust_8F   type:invoice.*   chain:solana
 *   field=value      the whole of it; field!=value: not that
 *   field>n          amount>=100   amount:10..50   age<15m   items>2   at>=14:00
 *   a | b  (a b)     either; together
 * A value is a prefix-wildcard when it ends in *, exact for fields of words (status, type,
 * country, …), and "contains" for texts. `field:` of a field that a kind does not have matches
 * nothing of that kind.
 *
 * Of an event, id, type, status, customer, amount and age are what the event said; everything
 * else, and words, also look at what is known of its object now.
 */
#ifndef PEPAYTOP_MODEL_QUERY_H
#define PEPAYTOP_MODEL_QUERY_H

#include "base/strbuf.h"
#include "model/store.h"

/* X(constant, name, aliases, kind of value, example, what it is) */
#define QUERY_FIELDS(X)                                                                            \
	X(QF_STATUS, "status", "state is", QV_WORD, "status:paid,underpaid", "where it stands")    \
	X(QF_AMOUNT, "amount", "total usd", QV_MONEY, "amount>=100", "what it is about, in USD")   \
	X(QF_CUSTOMER, "customer", "cust", QV_TEXT, "customer:cust_8F", "whose it is")             \
	X(QF_AGE, "age", "", QV_DURATION, "age<15m", "how long ago it began")                      \
	X(QF_AT, "at", "created time date since after from before until", QV_TIME, "at>=14:00",    \
	  "when it began, in UTC")                                                                 \
	X(QF_ID, "id", "", QV_TEXT, "id:3f2a", "its own id")                                       \
	X(QF_TYPE, "type", "", QV_WORD, "type:invoice.*", "of an event or an invoice")             \
	X(QF_KIND, "kind", "object", QV_WORD, "kind:payout", "what sort of object")                \
	X(QF_PAID, "paid", "", QV_MONEY, "paid>0", "what came in, in USD")                         \
	X(QF_DUE, "due", "remaining owed", QV_MONEY, "due>0", "what is still owed, in USD")        \
	X(QF_OVER, "over", "excess", QV_MONEY, "over>0", "what came in too much, in USD")          \
	X(QF_FEE, "fee", "", QV_MONEY, "fee>1", "of a payout, an order or its refund")             \
	X(QF_EXPIRES, "expires", "expiry", QV_DURATION, "expires<10m",                             \
	  "time left to pay an invoice")                                                           \
	X(QF_ARRIVES, "arrives", "eta", QV_DURATION, "arrives<2h", "time until a payout is due")   \
	X(QF_UPDATED, "updated", "changed", QV_DURATION, "updated<5m",                             \
	  "how long ago it changed last")                                                          \
	X(QF_CHAIN, "chain", "network", QV_TEXT, "chain:solana", "where it is paid")               \
	X(QF_TOKEN, "token", "coin", QV_WORD, "token:usdc", "of a deposit")                        \
	X(QF_ADDRESS, "address", "wallet addr", QV_TEXT, "address:0x8f3a", "any wallet of it")     \
	X(QF_TX, "tx", "hash transaction", QV_TEXT, "tx:0x51f0", "any transaction of it")          \
	X(QF_SETTLEMENT, "settlement", "settled", QV_WORD, "settlement:manual",                    \
	  "how far a payment is settled")                                                          \
	X(QF_REFUND, "refund", "refunded", QV_WORD, "refund:pending", "how far a refund is")       \
	X(QF_INVOICE, "invoice", "inv", QV_TEXT, "invoice:9b0d", "the invoice's id")               \
	X(QF_PAYMENT, "payment", "pay", QV_TEXT, "payment:5a", "the payment's id")                 \
	X(QF_ORDER, "order", "", QV_TEXT, "order:7c1e", "the order's id")                          \
	X(QF_PAYOUT, "payout", "", QV_TEXT, "payout:b0", "the payout's id, or the retried one's")  \
	X(QF_QUOTE, "quote", "", QV_TEXT, "quote:q_1", "the payout's quote")                       \
	X(QF_RETAILER, "retailer", "shop store", QV_TEXT, "retailer:amazon", "who ships it")       \
	X(QF_ITEM, "item", "product title", QV_TEXT, "item:kettle", "what was ordered")            \
	X(QF_ITEMS, "items", "qty quantity", QV_NUMBER, "items>2", "how many pieces")              \
	X(QF_TRACKING, "tracking", "parcel shipment", QV_TEXT, "tracking:1Z999",                   \
	  "a parcel's tracking number")                                                            \
	X(QF_CARRIER, "carrier", "", QV_TEXT, "carrier:ups", "who carries it")                     \
	X(QF_DELIVERY, "delivery", "delivered", QV_TEXT, "delivery:transit", "where a parcel is")  \
	X(QF_EMAIL, "email", "mail", QV_TEXT, "email:ana@", "the e-mail it ships to")              \
	X(QF_PHONE, "phone", "tel", QV_TEXT, "phone:555", "the telephone it ships to")             \
	X(QF_NAME, "name", "holder", QV_TEXT, "name:\"ana müller\"", "a person: recipient, payee") \
	X(QF_SHIPPING, "shipping", "street city zip", QV_TEXT, "shipping:berlin",                  \
	  "where it ships to")                                                                     \
	X(QF_COUNTRY, "country", "cc", QV_WORD, "country:br",                                      \
	  "of the bank, the check, the parcel")                                                    \
	X(QF_CURRENCY, "currency", "fiat", QV_WORD, "currency:eur", "of an invoice or a payout")   \
	X(QF_RAIL, "rail", "", QV_WORD, "rail:pix", "how a payout reaches the bank")               \
	X(QF_BANK, "bank", "account", QV_TEXT, "bank:4417", "the payee's bank, its last digits")   \
	X(QF_KYC, "kyc", "", QV_WORD, "kyc:rejected", "the customer's check")                      \
	X(QF_REASON, "reason", "failure error", QV_TEXT, "reason:closed", "why it failed")         \
	X(QF_ENV, "env", "environment", QV_WORD, "env:devnet", "the network it lives in")          \
	X(QF_MERCHANT, "merchant", "", QV_NUMBER, "merchant:4217", "the merchant's number")

enum query_field {
#define X(constant, name, aliases, value, example, about) constant,
	QUERY_FIELDS(X)
#undef X
		QUERY_FIELD_COUNT
};
/* What people type for a status that is none of Pepay's words.
 * X(constant, word, other words, the facts it stands for) */
#define QUERY_SAYINGS(X)                                                                    \
	X(SAYING_OVERPAID, "overpaid", "too-much", "more came in than was asked")           \
	X(SAYING_LATE, "late", "overdue",                                                   \
	  "money came in after the invoice expired, or a payout is past its promised time") \
	X(SAYING_OPEN, "open", "unfinished", "something can still happen to it")            \
	X(SAYING_CLOSED, "closed", "finished done", "nothing can happen to it any more")

enum query_saying {
	SAYING_NONE,
#define X(constant, word, aliases, about) constant,
	QUERY_SAYINGS(X)
#undef X
		QUERY_SAYING_COUNT
};

const char *query_field_name(enum query_field f);
const char *query_field_help(enum query_field f);  /* an example, "amount>=100" */
const char *query_field_about(enum query_field f); /* "what is still owed, in USD" */

struct query;

/* On failure *ret_at (may be NULL) is the byte where it went wrong, and the problem names it.
 * An empty text gives NULL in *ret with S_OK: no filter. */
must_check enum status query_parse(const char *text, struct query **ret, size_t *ret_at,
				   struct problem *reterr);
void query_free(struct query *q);
const char *query_text(const struct query *q); /* as it was typed; "" for NULL */
/* The one way to write what the query means; parses to an equal query. Appends. */
void query_format(const struct query *q, struct strbuf *ret);
/* Do they ask the same, term by term? */
bool query_equal(const struct query *a, const struct query *b);
/* Before all rows are looked at again: patterns may take their time anew. */
void query_refill(struct query *q);
/* What went wrong while asking ("the pattern takes too long: …"), or NULL. */
const char *query_complaint(const struct query *q);
/* A word of it that no object of the kind (OBJECT_NONE: none at all) can say, and the one that was
 * probably meant: "No status is “pad”: did you mean paid?"; false: there is none. */
bool query_hint(const struct query *q, enum object_kind kind, char *ret, size_t cap);
/* A NULL query matches everything. */
bool query_matches_event(const struct query *q, const struct store *st, const struct event_row *e,
			 int64_t now_ms);
bool query_matches_record(const struct query *q, const struct store *st, const struct record *r,
			  int64_t now_ms);
/* The same where words may also be among what else a row says of it; r may be NULL. */
bool query_matches_row_of(const struct query *q, const struct store *st, const struct record *r,
			  const char *const *texts, size_t count, int64_t now_ms);
/* What a field of words or texts first says of a record, cut to cap; false: nothing. */
bool query_field_text(enum query_field f, const struct store *st, const struct record *r, char *ret,
		      size_t cap);

#endif

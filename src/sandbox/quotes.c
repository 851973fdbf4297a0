#include "sandbox/quotes.h"

#include "base/money.h"
#include "base/strbuf.h"
#include "sandbox/chain.h"
#include "sandbox/domain.h"
#include "sandbox/ledger_docs.h"
#include "sandbox/records.h"
#include "sandbox/works.h"
#include "wire/shape_macros.h"

#define QUOTES "payor_quotes" /* by invoice */
#define PAID   "payor_paid"   /* by invoice: the quote that money came on */

/* INFERRED: how much more than the price is asked for, against a rate that moves. */
#define BUFFER_PER_MILLE 5

static const struct field QUOTE_FIELDS[] = {
	SAME(TEXT, quote, network, REQUIRED),       SAME(INT, quote, token_id, REQUIRED),
	SAME(TEXT, quote, address, REQUIRED),       SAME(INT, quote, amount, REQUIRED),
	SAME(TEXT, quote, token_amount, 0),         SAME(TEXT, quote, rate, 0),
	SAME(TIME_ISO, quote, quoted_at, REQUIRED), SAME(TIME_ISO, quote, valid_until, REQUIRED),
	SAME(BOOL, quote, expired, NOT_NULL),
};
static const struct shape SHAPE_QUOTE = SHAPE("quote", NULL, quote, QUOTE_FIELDS);

static enum status save(struct world *w, const char *collection, const char *invoice_id,
			const struct quote *q, struct problem *reterr)
{
	struct json *json = shape_to_json(&SHAPE_QUOTE, q);
	char *doc = json_print(json);
	enum status st =
		ledger_doc_put(w->ledger, collection, invoice_id, "", TIME_NONE, doc, reterr);

	free(doc);
	json_free(json);
	return st;
}

static enum status load(struct world *w, const char *collection, const char *invoice_id,
			struct quote *ret, struct problem *reterr)
{
	struct json *json = NULL;
	char *doc = NULL;
	enum status st = ledger_doc_get(w->ledger, collection, invoice_id, &doc, reterr);

	if (st == S_OK)
		st = json_parse(doc, strlen(doc), &json, reterr);
	if (st == S_OK)
		st = shape_decode(&SHAPE_QUOTE, json, ret, reterr);
	json_free(json);
	free(doc);
	return st;
}

/* Contract 9.3; what follows amount_unit is ours: which of the two, and until when. */
static enum status announce(struct world *w, const struct invoice *v, const struct quote *q,
			    struct problem *reterr)
{
	struct json *o = json_new_object();
	char decimal[MONEY_TEXT_CAP];

	json_set_string(o, "object", "payment_quote");
	json_set_string(o, "invoice_id", v->id);
	json_set_string(o, "network", q->network);
	json_set_string(o, "currency", "usd");
	json_set_int(o, "amount_remaining", v->amount_remaining);
	json_set_string(o, "amount_remaining_decimal",
			money_decimal(decimal, v->amount_remaining, USD_MILLIS_EXPONENT));
	json_set_string(o, "amount_unit", "usd_millis");
	json_set_string(o, "quote_status", q->expired ? "expired" : "available");
	json_set_int(o, "supported_token_id", q->token_id);
	json_set_int(o, "quote_valid_until", q->valid_until / 1000);
	return outbox_append_session(w, EVENT_PAYMENT_QUOTE, v, o, reterr);
}

static struct quote quote_of(const struct invoice *v, const struct token *t, int64_t quoted_ms,
			     struct rng *dice)
{
	int64_t asked = v->amount_remaining + (v->amount_remaining * BUFFER_PER_MILLE + 999) / 1000;
	struct quote q = {.token_id = t->id,
			  .amount = v->amount_remaining,
			  .quoted_at = quoted_ms,
			  .valid_until = quoted_ms + QUOTE_VALID_MS};

	str_copy(q.network, sizeof(q.network), t->network);
	chain_address(dice, t->network, q.address);
	token_amount(t, asked, q.token_amount);
	token_rate(t, q.rate);
	return q;
}

enum status quote_make(struct world *w, const struct invoice *v, const struct token *t,
		       struct quote *ret, struct problem *reterr)
{
	struct quote q = quote_of(v, t, w->now_ms, &w->rng);
	enum status st = save(w, QUOTES, v->id, &q, reterr);

	if (st == S_OK)
		st = work_schedule(w, WORK_QUOTE_EXPIRE, v->id, q.valid_until, reterr);
	if (st == S_OK)
		st = announce(w, v, &q, reterr);
	if (st == S_OK)
		*ret = q;
	return st;
}

enum status quote_hold(struct world *w, const struct invoice *v, const struct token *t,
		       int64_t quoted_ms, struct rng *dice, struct quote *ret,
		       struct problem *reterr)
{
	struct quote q = quote_of(v, t, quoted_ms, dice);
	enum status st = save(w, QUOTES, v->id, &q, reterr);

	if (st == S_OK)
		*ret = q;
	return st;
}

enum status quote_load(struct world *w, const char *invoice_id, struct quote *ret,
		       struct problem *reterr)
{
	enum status st = load(w, QUOTES, invoice_id, ret, reterr);

	if (st == S_OK && ret->valid_until <= w->now_ms)
		ret->expired = true;
	return st;
}

enum status quote_paid_on(struct world *w, const char *invoice_id, const struct quote *q,
			  struct problem *reterr)
{
	return save(w, PAID, invoice_id, q, reterr);
}

/* Nobody is told that the price of something paid for has run out. */
enum status work_quote_expire(struct world *w, const char *invoice_id, struct problem *reterr)
{
	struct quote q;
	struct invoice v;
	enum status st = quote_load(w, invoice_id, &q, reterr);

	if (st == S_OK)
		st = invoice_load(w, invoice_id, &v, reterr);
	if (st != S_OK)
		return st;
	q.expired = true;
	st = save(w, QUOTES, invoice_id, &q, reterr);
	if (st == S_OK && (str_equal(v.status, "unpaid") || str_equal(v.status, "underpaid")))
		st = announce(w, &v, &q, reterr);
	return st;
}

/* --- lock-in -------------------------------------------------------------------------- */

/* Money that came without a quote of ours still has an address it was sent to: always the same. */
static void address_without_quote(const struct invoice *v, const char *network, char ret[ADDR_CAP])
{
	uint64_t seed = 0;
	struct rng fixed;

	for (const char *p = v->id; *p; p++)
		seed = seed * 31 + (unsigned char)*p;
	rng_seed(&fixed, seed);
	chain_address(&fixed, network, ret);
}

/* The current address of the locked pair, when it was rotated since. */
static enum status follow_rotation(struct world *w, const struct invoice *v, struct lock *lock,
				   struct problem *reterr)
{
	struct quote q;
	enum status st = quote_load(w, v->id, &q, reterr);

	if (st == S_OK && q.token_id == lock->token->id)
		str_copy(lock->address, sizeof(lock->address), q.address);
	return st == E_NOT_FOUND ? S_OK : st;
}

enum status lock_load(struct world *w, const struct invoice *v, struct lock *ret,
		      struct problem *reterr)
{
	struct quote paid;
	enum status st;

	*ret = (struct lock){0};
	if (!str_equal(v->status, "underpaid"))
		return S_OK;
	st = load(w, PAID, v->id, &paid, reterr);
	if (st == S_OK && str_equal(paid.network, v->payer_wallet_network)) {
		ret->token = token_find(paid.token_id);
		str_copy(ret->address, sizeof(ret->address), paid.address);
	} else if (st != S_OK && st != E_NOT_FOUND) {
		return st;
	}
	if (!ret->token) {
		ret->token = token_default(v->payer_wallet_network);
		address_without_quote(v, ret->token->network, ret->address);
	}
	return follow_rotation(w, v, ret, reterr);
}

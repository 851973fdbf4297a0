#include "sandbox/ramp_quotes.h"

#include "base/strbuf.h"
#include "sandbox/ledger_docs.h"

#define COLLECTION  "ramp_quotes"
#define KEPT_MS     (60 * 60 * 1000) /* after its end, so that it is known to have expired */
#define PURGE_MOST  16               /* at a time */
#define USED_BY     "used_by"
#define SPREAD_LOW  9950
#define SPREAD_HIGH 10050

bool ramp_onramp(const struct shop_corridor *c)
{
	static const char *const out_only[] = {"AR", "EG", "KE", "NG", "VN"};

	for (size_t i = 0; i < sizeof(out_only) / sizeof(out_only[0]); i++)
		if (str_equal(out_only[i], c->country))
			return false;
	return true;
}

static void quote_price(struct world *w, const struct ramp_quote_params *p, struct ramp_quote *q)
{
	int64_t rate = p->corridor->rate_e4 * rng_between(&w->rng, SPREAD_LOW, SPREAD_HIGH) / 10000;

	if (str_equal(p->corridor->currency, "USD"))
		rate = p->corridor->rate_e4; /* a dollar is a dollar */
	q->fee = shop_fee(p->amount);
	q->fiat_amount_minor = p->payout ? shop_convert(p->corridor, p->amount - q->fee, rate)
					 : shop_convert_up(p->corridor, p->amount + q->fee, rate);
	str_printf(q->fx_rate, sizeof(q->fx_rate), "%lld.%04lld", (long long)(rate / 10000),
		   (long long)(rate % 10000));
}

/* The document's clock counts seconds: an end that is a whole one is the same for both. */
static int64_t quote_end(const struct world *w)
{
	return (w->now_ms + RAMP_QUOTE_VALID_MS + 999) / 1000 * 1000;
}

static void quote_fill(struct world *w, const struct ramp_quote_params *p, struct ramp_quote *q)
{
	rng_uuid(&w->rng, q->id);
	str_copy(q->customer_id, sizeof(q->customer_id), p->customer_id);
	str_copy(q->direction, sizeof(q->direction), p->payout ? "payout" : "deposit");
	q->amount = p->amount;
	str_copy(q->country, sizeof(q->country), p->corridor->country);
	str_copy(q->rail, sizeof(q->rail), p->rail);
	str_copy(q->fiat_currency, sizeof(q->fiat_currency), p->corridor->currency);
	q->fiat_exponent = p->corridor->exponent;
	quote_price(w, p, q);
	q->expires_at = quote_end(w);
}

static enum status quote_put(struct world *w, const struct ramp_quote *q, const char *used_by,
			     struct problem *reterr)
{
	struct json *doc = shape_to_json(&SHAPE_RAMP_QUOTE, q);
	char *text;
	enum status st;

	json_set_string(doc, USED_BY, used_by);
	text = json_print(doc);
	st = ledger_doc_put(w->ledger, COLLECTION, q->id, q->customer_id, q->expires_at + KEPT_MS,
			    text, reterr);
	free(text);
	json_free(doc);
	return st;
}

static enum status purge(struct world *w, struct problem *reterr)
{
	enum status st = S_OK;

	for (int i = 0; i < PURGE_MOST && st == S_OK; i++) {
		char *id = NULL;
		int64_t due = 0;

		if (ledger_doc_next_due(w->ledger, COLLECTION, &id, &due, NULL) != S_OK)
			return S_OK;
		if (due <= w->now_ms)
			st = ledger_doc_delete(w->ledger, COLLECTION, id, reterr);
		free(id);
		if (due > w->now_ms)
			break;
	}
	return st;
}

enum status ramp_quote_make(struct world *w, const struct ramp_quote_params *p,
			    struct ramp_quote *ret, struct problem *reterr)
{
	struct ramp_quote q;
	enum status st = purge(w, reterr);

	shape_init(&SHAPE_RAMP_QUOTE, &q);
	quote_fill(w, p, &q);
	if (st == S_OK)
		st = quote_put(w, &q, NULL, reterr);
	if (st == S_OK)
		*ret = q;
	return st;
}

enum status ramp_quote_load(struct world *w, const char *id, struct ramp_quote *ret, bool *ret_used,
			    struct problem *reterr)
{
	struct json *json = NULL;
	struct ramp_quote q;
	char *text = NULL;
	enum status st = ledger_doc_get(w->ledger, COLLECTION, id, &text, reterr);

	if (st == S_OK)
		st = json_parse(text, strlen(text), &json, reterr);
	if (st == S_OK)
		st = shape_decode(&SHAPE_RAMP_QUOTE, json, &q, reterr);
	if (st == S_OK) {
		*ret = q;
		*ret_used = !json_is_null(json_get(json, USED_BY));
	}
	json_free(json);
	free(text);
	return st;
}

enum status ramp_quote_use(struct world *w, const char *id, const char *payout_id,
			   struct problem *reterr)
{
	struct ramp_quote q;
	bool used;
	enum status st = ramp_quote_load(w, id, &q, &used, reterr);

	if (st == S_OK && used)
		st = problem_set(reterr, E_CONFLICT, NULL, "quote %s was used already", id);
	return st == S_OK ? quote_put(w, &q, payout_id, reterr) : st;
}

/* What to pay with, and where to: contract 6.2, 6.3. */
#include "base/strbuf.h"
#include "sandbox/body.h"
#include "sandbox/payor.h"

/* --- available-tokens ------------------------------------------------------------------- */

struct selection {
	enum { MODE_MONITORED, MODE_ALL, MODE_NETWORK } mode;
	const char *network; /* NULL: any */
	bool available_only;
};

static bool one_of(const char *word, const char *const *words, size_t *ret)
{
	for (size_t i = 0; words[i]; i++)
		if (str_equal(words[i], word)) {
			*ret = i;
			return true;
		}
	return false;
}

static bool refuse(struct reply *r, const char *what)
{
	reply_error(r, 400, CODE_VALIDATION_ERROR, "%s", what);
	return false;
}

static bool read_selection(const struct call *c, struct reply *r, struct selection *s)
{
	static const char *const modes[] = {"monitored", "all", "network", NULL};
	static const char *const booleans[] = {"false", "true", NULL};
	const char *mode = call_param(c, "mode"), *only = call_param(c, "available_only");
	size_t at = 0;

	*s = (struct selection){.network = call_param(c, "network")};
	if (mode && !one_of(mode, modes, &at))
		return refuse(r, "mode: must be monitored, all or network");
	s->mode = at;
	at = 0;
	if (only && !one_of(only, booleans, &at))
		return refuse(r, "available_only: must be true or false");
	s->available_only = at == 1;
	if (s->mode == MODE_NETWORK && !s->network)
		return refuse(r, "network: is required with mode=network");
	if (s->network && !one_of(s->network, token_networks(), &at))
		return refuse(r, "network: is not a network of this API");
	return true;
}

/* INFERRED: `network` shows what is monitored there, and narrows the other modes too. */
static bool selected(const struct selection *s, const struct lock *lock, const struct token *t)
{
	if (lock->token)
		return lock->token->id == t->id;
	if (s->network && !str_equal(s->network, t->network))
		return false;
	return t->monitored || (s->mode == MODE_ALL && !s->available_only);
}

/* On devnet the settlement quote's fields are left out (contract 6.2). */
static struct json *token_item(const struct token *t)
{
	struct json *o = json_new_object();
	char address[ADDR_CAP];

	json_set_int(o, "id", t->id);
	json_set_string(o, "token_symbol", t->symbol);
	json_set_string(o, "token_name", t->name);
	json_set_string(o, "token_type", t->type);
	json_set_string(o, "network", t->network);
	json_set_int(o, "token_decimals", t->decimals);
	json_set_string(o, "token_address", token_address(t, address));
	json_set_bool(o, "requires_memo", t->requires_memo);
	json_set_bool(o, "is_monitored", t->monitored);
	json_set_bool(o, "has_settlement_route", t->monitored);
	json_set_string(o, "tier", "100");
	json_set_string(o, "availability_status", t->monitored ? "DEVNET" : "QUOTE_REQUIRED");
	if (!t->monitored)
		json_set_string(o, "unavailable_reason", "The token is not monitored");
	return o;
}

void payor_handle_tokens(struct world *w, const struct call *c, struct reply *r)
{
	size_t count;
	const struct token *all = tokens_all(&count);
	struct problem why = {0};
	struct selection s;
	struct invoice v;
	struct json *list;
	struct lock lock;

	if (!payor_invoice(w, c, r, &v) || !read_selection(c, r, &s))
		return;
	if (lock_load(w, &v, &lock, &why) != S_OK) {
		reply_problem(r, &why);
		return;
	}
	list = json_new_array();
	for (size_t i = 0; i < count; i++)
		if (selected(&s, &lock, &all[i]))
			json_append_take(list, token_item(&all[i]));
	reply_json_take(r, 200, list);
}

/* --- payment-addresses ---------------------------------------------------------------------- */

static bool can_be_paid(const struct invoice *v, struct reply *r)
{
	if (payor_invoice_open(v))
		return true;
	if (str_equal(v->status, "expired"))
		reply_error(r, 400, CODE_INVOICE_EXPIRED, "The invoice has expired");
	else
		reply_error(r, 400, CODE_INVOICE_CLOSED, "The invoice is already %s", v->status);
	return false;
}

static bool read_choice(const struct call *c, struct reply *r, const struct lock *lock,
			const struct token **ret)
{
	const struct token *t;
	const char *network;
	int64_t id;
	size_t at;

	if (!body_string(c, r, "network", STATUS_CAP, true, &network) ||
	    !body_int(c, r, "tokenId", 1, INT64_MAX, 0, &id))
		return false;
	if (!network)
		return refuse(r, "network: is required");
	if (id == 0)
		return refuse(r, "tokenId: is required");
	if (!one_of(network, token_networks(), &at))
		return refuse(r, "network: is not a network of this API");
	t = token_find(id);
	if (!t || !str_equal(t->network, network))
		return refuse(r, "tokenId: is no token of this network");
	if (!lock_allows(lock, t))
		return refuse(r, "tokenId: the rest of this invoice is locked to the network and "
				 "token of its first payment");
	*ret = t;
	return t->monitored || refuse(r, "tokenId: no quote is available for this token");
}

static struct json *quote_answer(const struct invoice *v, const struct quote *q,
				 struct json *ws_connection_take)
{
	struct json *o = json_new_object();

	json_set_bool(o, "success", true);
	json_set_string(o, "quote_status", "available");
	json_set_string(o, "status_code", "ok");
	json_set_null(o, "message");
	json_set_string(o, "temp_address", q->address);
	json_set_string(o, "network", q->network);
	json_set_int(o, "supported_token_id", q->token_id);
	json_set_string(o, "estimated_token_amount", q->token_amount);
	json_set_string(o, "exchange_rate", q->rate);
	json_set_dollars(o, "usd_amount", v->amount_remaining);
	json_set_int(o, "quote_last_updated_at", q->quoted_at / 1000);
	json_set_int(o, "quote_valid_until", q->valid_until / 1000);
	json_set_int(o, "quote_expires_in_seconds", QUOTE_VALID_MS / 1000);
	json_set_null(o, "retryable");
	json_set_null(o, "retry_after_seconds");
	json_set_take(o, "ws_connection", ws_connection_take);
	return o;
}

void payor_handle_address(struct world *w, const struct call *c, struct reply *r)
{
	const struct token *token = NULL;
	struct problem why = {0};
	struct json *ws = NULL;
	struct invoice v;
	struct quote q;
	struct lock lock;
	enum status st;

	if (!payor_invoice(w, c, r, &v) || !can_be_paid(&v, r))
		return;
	st = lock_load(w, &v, &lock, &why);
	if (st == S_OK && !read_choice(c, r, &lock, &token))
		return;
	if (st == S_OK)
		st = quote_make(w, &v, token, &q, &why);
	if (st == S_OK)
		st = payor_ws_connection(w, &v, &ws, &why);
	if (st == S_OK)
		reply_json_take(r, 200, quote_answer(&v, &q, ws));
	else
		reply_problem(r, &why);
}

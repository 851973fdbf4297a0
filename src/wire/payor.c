#include "wire/payor.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "wire/envelope.h"
#include "wire/loose.h"

void payor_session_init(struct payor_session *s)
{
	*s = (struct payor_session){
		.expires_at = TIME_NONE,
		.quote = {.updated_at = TIME_NONE, .valid_until = TIME_NONE},
		.answered_ms = TIME_NONE,
	};
}

void payor_session_release(struct payor_session *s)
{
	free(s->tokens);
	*s = (struct payor_session){.tokens = NULL};
}

/* --- session-details ------------------------------------------------------------------- */

/* The invoice an answer is about: what every one of them must name, and agree on. */
static enum status read_invoice(const struct json *data, const char *what, struct payor_session *s,
				struct problem *reterr)
{
	char id[ID_CAP];
	if (!loose_id(json_get(data, "invoice_id"), id, sizeof(id)))
		return problem_set(reterr, E_INVALID, NULL,
				   "%s.invoice_id: is missing or no identifier", what);
	if (s->invoice_id[0] != '\0' && !str_equal(s->invoice_id, id))
		return problem_set(reterr, E_CONFLICT, NULL, "%s is about another invoice, '%.72s'",
				   what, id);
	(void)str_copy(s->invoice_id, sizeof(s->invoice_id), id);
	return S_OK;
}

static enum status read_details(const struct json *data, void *into, struct problem *reterr)
{
	struct payor_session *s = into;
	enum status st = read_invoice(data, "session", s, reterr);
	if (st != S_OK)
		return st;
	(void)loose_text(json_get(data, "invoice_status"), s->status, sizeof(s->status));
	s->has_amount = loose_dollars(json_get(data, "amount_usd"), &s->amount);
	s->has_remaining =
		loose_dollars(json_get(data, "amount_remaining_usd"), &s->amount_remaining);
	(void)loose_text(json_get(data, "description"), s->description, sizeof(s->description));
	(void)loose_text(json_get(data, "merchant_name"), s->merchant_name,
			 sizeof(s->merchant_name));
	(void)loose_text(json_get(data, "network_environment"), s->environment,
			 sizeof(s->environment));
	(void)loose_time(json_get(data, "expires_at"), &s->expires_at);
	(void)loose_text(json_get(data, "locked_network"), s->locked_network,
			 sizeof(s->locked_network));
	(void)loose_int(json_get(data, "locked_token_id"), &s->locked_token_id);
	(void)loose_id(json_get(data, "locked_payment_address"), s->locked_address,
		       sizeof(s->locked_address));
	return S_OK;
}

enum status payor_details_decode(const char *body, size_t len, struct payor_session *s,
				 struct problem *reterr)
{
	return answer_read(body, len, read_details, s, reterr);
}

/* --- available-tokens -------------------------------------------------------------------- */

static bool read_token(const struct json *row, struct payor_token *t)
{
	*t = (struct payor_token){.id = 0};
	(void)loose_int(json_get(row, "id"), &t->id);
	(void)loose_text(json_get(row, "availability_status"), t->availability,
			 sizeof(t->availability));
	(void)loose_text(json_get(row, "network"), t->network, sizeof(t->network));
	return loose_text(json_get(row, "token_symbol"), t->symbol, sizeof(t->symbol));
}

static enum status read_tokens(const struct json *data, void *into, struct problem *reterr)
{
	const struct json *rows = json_kind(data) == JSON_ARRAY ? data : json_get(data, "tokens");
	struct payor_session *s = into;
	if (json_is_null(rows) || json_kind(rows) != JSON_ARRAY)
		return problem_set(reterr, E_INVALID, NULL, "tokens: is no list");
	size_t count = json_count(rows);
	free(s->tokens);
	s->tokens = xcalloc(count > 0 && count < PAYOR_TOKENS_MAX ? count : PAYOR_TOKENS_MAX,
			    sizeof(*s->tokens));
	s->token_count = 0;
	for (const struct json *row = json_first(rows); row != NULL; row = json_next(row))
		if (s->token_count < PAYOR_TOKENS_MAX &&
		    read_token(row, &s->tokens[s->token_count]))
			s->token_count++;
	s->tokens_left_out = count - s->token_count;
	s->tokens_known = true;
	return S_OK;
}

enum status payor_tokens_decode(const char *body, size_t len, struct payor_session *s,
				struct problem *reterr)
{
	return answer_read(body, len, read_tokens, s, reterr);
}

/* --- customer-email ------------------------------------------------------------------------ */

static enum status read_email(const struct json *data, void *into, struct problem *reterr)
{
	const struct json *email = json_get(data, "email");
	struct payor_session *s = into;
	if (json_kind(data) != JSON_OBJECT ||
	    (email != NULL && !json_is_null(email) && json_string(email) == NULL))
		return problem_set(reterr, E_INVALID, NULL, "customer-email: is no e-mail address");
	s->email[0] = '\0';
	s->has_email = loose_text(email, s->email, sizeof(s->email)) && s->email[0] != '\0';
	s->email_known = true;
	return S_OK;
}

enum status payor_email_decode(const char *body, size_t len, struct payor_session *s,
			       struct problem *reterr)
{
	return answer_read(body, len, read_email, s, reterr);
}

/* --- the local extension --------------------------------------------------------------------- */

static void read_quote(const struct json *quote, struct payor_quote *q)
{
	*q = (struct payor_quote){.updated_at = TIME_NONE, .valid_until = TIME_NONE};
	(void)loose_id(json_get(quote, "temp_address"), q->address, sizeof(q->address));
	(void)loose_text(json_get(quote, "network"), q->network, sizeof(q->network));
	(void)loose_text(json_get(quote, "token_symbol"), q->token_symbol, sizeof(q->token_symbol));
	(void)loose_text(json_get(quote, "estimated_token_amount"), q->token_amount,
			 sizeof(q->token_amount));
	(void)loose_text(json_get(quote, "exchange_rate"), q->exchange_rate,
			 sizeof(q->exchange_rate));
	(void)loose_int(json_get(quote, "supported_token_id"), &q->token_id);
	(void)loose_dollars(json_get(quote, "usd_amount"), &q->amount);
	(void)loose_time(json_get(quote, "quote_last_updated_at"), &q->updated_at);
	(void)loose_time(json_get(quote, "quote_valid_until"), &q->valid_until);
}

static enum status read_link(const struct json *data, void *into, struct problem *reterr)
{
	const struct json *quote = json_get(data, "quote");
	struct payor_session *s = into;
	struct payor_pass pass = {.token = ""};
	if (!loose_id(json_get(data, "session_token"), pass.token, sizeof(pass.token)) ||
	    !loose_id(json_get(data, "signature"), pass.signature, sizeof(pass.signature)))
		return problem_set(reterr, E_INVALID, NULL,
				   "invoice_session: a token or signature is missing");
	enum status st = read_invoice(data, "invoice_session", s, reterr);
	if (st != S_OK)
		return st;
	s->pass = pass;
	s->payment_url[0] = '\0';
	(void)loose_id(json_get(data, "payment_url"), s->payment_url, sizeof(s->payment_url));
	s->quote_known = true;
	s->has_quote = !json_is_null(quote) && json_kind(quote) == JSON_OBJECT;
	if (s->has_quote)
		read_quote(quote, &s->quote);
	return S_OK;
}

enum status payor_link_decode(const char *body, size_t len, struct payor_session *s,
			      struct problem *reterr)
{
	return answer_read(body, len, read_link, s, reterr);
}

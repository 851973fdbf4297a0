/* /_sandbox/webhooks: endpoints, a local extension. */
#include "base/strbuf.h"
#include "sandbox/body.h"
#include "sandbox/ledger.h"
#include "sandbox/webhooks.h"

/* Ends the transaction and answers: json_take is NULL for nothing to show. */
static void answer(struct world *w, struct reply *r, enum status st, int status,
		   struct json *json_take, struct problem *why)
{
	if (st == S_OK)
		st = ledger_commit(w->ledger, why);
	else
		ledger_rollback(w->ledger);
	if (st == S_OK) {
		reply_json_take(r, status, json_take);
		return;
	}
	json_free(json_take);
	if (why->status == E_DENIED || why->status == E_LIMIT)
		why->status = E_INVALID;
	reply_problem(r, why);
}

static bool read_params(const struct call *c, struct reply *r, struct webhook_params *p)
{
	*p = (struct webhook_params){0};
	if (!body_required(c, r, "url", WEBHOOK_URL_MAX, true, &p->url) ||
	    !body_string(c, r, "environment", 16, true, &p->environment) ||
	    !body_string(c, r, "secret", WEBHOOK_SECRET_MAX, true, &p->secret))
		return false;
	p->enabled_events = json_get(c->json, "enabled_events");
	if (json_is_null(p->enabled_events))
		p->enabled_events = NULL;
	if (p->enabled_events && json_kind(p->enabled_events) != JSON_ARRAY) {
		reply_error(r, 400, CODE_VALIDATION_ERROR, "enabled_events: must be an array");
		return false;
	}
	if (!p->environment || str_equal(p->environment, "devnet") ||
	    str_equal(p->environment, "mainnet"))
		return true;
	reply_error(r, 400, CODE_VALIDATION_ERROR, "environment: must be devnet, mainnet or null");
	return false;
}

void webhook_handle_create(struct world *w, const struct call *c, struct reply *r)
{
	struct webhook_params p;
	struct json *shown = NULL;
	struct problem why = {0};
	enum status st;

	if (!read_params(c, r, &p))
		return;
	st = ledger_begin(w->ledger, &why);
	if (st == S_OK)
		st = webhook_register(w, &p, &shown, &why);
	answer(w, r, st, 201, shown, &why);
}

void webhook_handle_list(struct world *w, const struct call *c, struct reply *r)
{
	struct json *o, *list = NULL;
	struct problem why = {0};

	(void)c;
	if (webhook_show_all(w, &list, &why) != S_OK) {
		reply_problem(r, &why);
		return;
	}
	o = json_new_object();
	json_set_string(o, "object", "list");
	json_set_take(o, "data", list);
	json_set_bool(o, "has_more", false);
	reply_json_take(r, 200, o);
}

void webhook_handle_get(struct world *w, const struct call *c, struct reply *r)
{
	struct json *shown = NULL;
	struct problem why = {0};

	if (webhook_show(w, c->match.params[0], &shown, &why) != S_OK)
		reply_problem(r, &why);
	else
		reply_json_take(r, 200, shown);
}

void webhook_handle_delete(struct world *w, const struct call *c, struct reply *r)
{
	struct json *gone = json_new_object();
	struct problem why = {0};
	enum status st = ledger_begin(w->ledger, &why);

	json_set_string(gone, "id", c->match.params[0]);
	json_set_string(gone, "object", "webhook_endpoint");
	json_set_bool(gone, "deleted", true);
	if (st == S_OK)
		st = webhook_remove(w, c->match.params[0], &why);
	answer(w, r, st, 200, gone, &why);
}

void webhook_handle_ping(struct world *w, const struct call *c, struct reply *r)
{
	struct json *o = json_new_object();
	struct problem why = {0};
	char id[ID_CAP] = "";
	enum status st = ledger_begin(w->ledger, &why);

	if (st == S_OK)
		st = webhook_ping(w, c->match.params[0], id, &why);
	json_set_string(o, "event_id", id);
	json_set_string(o, "type", "test.ping");
	answer(w, r, st, 202, o, &why);
}

void webhook_handle_rotate(struct world *w, const struct call *c, struct reply *r)
{
	struct json *shown = NULL;
	struct problem why = {0};
	const char *secret;
	int64_t for_s;
	enum status st;

	if (!body_string(c, r, "secret", WEBHOOK_SECRET_MAX, true, &secret) ||
	    !body_int(c, r, "previous_for_s", 0, 30LL * WEBHOOK_ROTATION_S, WEBHOOK_ROTATION_S,
		      &for_s))
		return;
	st = ledger_begin(w->ledger, &why);
	if (st == S_OK)
		st = webhook_rotate(w, c->match.params[0], secret, for_s, &shown, &why);
	answer(w, r, st, 200, shown, &why);
}

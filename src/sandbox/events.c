/*
 * Events over HTTP: contract 9.4, 9.5. The stored envelopes are answered byte for
 * byte: what a list says of an event is what the stream sent.
 */
#include "base/alloc.h"
#include "base/strbuf.h"
#include "sandbox/call.h"
#include "sandbox/ledger.h"

#define EVENTS_LIMIT_DEFAULT 10
#define EVENTS_LIMIT_MAX     100
#define BODY_MAX             (64u * 1024u * 1024u)

static const char *const environments[] = {"devnet", "mainnet", NULL};

struct bodies {
	char *items[EVENTS_LIMIT_MAX];
	size_t count;
};

static bool add_body(void *ctx, const struct ledger_event *e)
{
	struct bodies *b = ctx;

	b->items[b->count++] = xmemdup0(e->body, e->body_len);
	return b->count < EVENTS_LIMIT_MAX;
}

/* The seq a cursor stands for; 0 when it was not sent. */
static bool read_cursor(struct world *w, const char *name, const char *id, int64_t *ret_seq,
			struct reply *r)
{
	struct problem why = {0};
	enum status st = S_OK;

	*ret_seq = 0;
	if (id)
		st = ledger_event_seq(w->ledger, id, ret_seq, &why);
	if (st == S_OK)
		return true;
	if (st == E_NOT_FOUND)
		reply_error(r, 400, CODE_VALIDATION_ERROR, "%s: names no event", name);
	else
		reply_problem(r, &why);
	return false;
}

/* Names of event types, each perhaps with a `*` at its end. */
static bool read_types(const struct call *c, struct reply *r, const char **ret)
{
	const char *types = call_param(c, "type");

	*ret = types && *types ? types : NULL;
	if (!types || strspn(types, "abcdefghijklmnopqrstuvwxyz_.,*") == strlen(types))
		return true;
	reply_error(r, 400, CODE_VALIDATION_ERROR, "type: must be event types, comma-separated");
	return false;
}

static bool read_filter(struct world *w, const struct call *c, struct reply *r,
			struct ledger_event_filter *f)
{
	const char *after, *before;

	f->invoice_id = call_param(c, "invoice_id");
	f->commerce_only = c->scope == SCOPE_COMMERCE;
	if (!read_types(c, r, &f->types) ||
	    !call_words(c, r, "environment", environments, &f->environment) ||
	    !call_time_range(c, r, "created[gte]", "created[lte]", &f->created_from_ms,
			     &f->created_to_ms) ||
	    !call_limit(c, r, EVENTS_LIMIT_DEFAULT, EVENTS_LIMIT_MAX, &f->limit) ||
	    !call_cursors(c, r, &after, &before) ||
	    !read_cursor(w, "starting_after", after, &f->before_seq, r) ||
	    !read_cursor(w, "ending_before", before, &f->after_seq, r))
		return false;
	/* ending_before asks for the page next to its cursor: walk up from it, show it reversed. */
	f->newest_first = before == NULL;
	return true;
}

static void answer_list(struct bodies *b, bool reversed, bool has_more, struct reply *r)
{
	struct strbuf out;

	strbuf_init(&out, BODY_MAX);
	strbuf_addstr(&out, "{\"success\":true,\"data\":{\"object\":\"list\",\"data\":[");
	for (size_t i = 0; i < b->count; i++) {
		if (i)
			strbuf_addch(&out, ',');
		strbuf_addstr(&out, b->items[reversed ? b->count - 1 - i : i]);
	}
	strbuf_addf(&out, "],\"has_more\":%s}}", has_more ? "true" : "false");
	reply_release(r);
	r->status = 200;
	r->body = strbuf_take(&out);
}

void event_handle_list(struct world *w, const struct call *c, struct reply *r)
{
	struct ledger_event_filter f = {0};
	struct bodies bodies = {.count = 0};
	struct problem why = {0};
	bool has_more = false;

	if (!read_filter(w, c, r, &f))
		return;
	if (ledger_events(w->ledger, &f, add_body, &bodies, &has_more, &why) == S_OK)
		answer_list(&bodies, !f.newest_first, has_more, r);
	else
		reply_problem(r, &why);
	for (size_t i = 0; i < bodies.count; i++)
		free(bodies.items[i]);
}

void event_handle_get(struct world *w, const struct call *c, struct reply *r)
{
	const char *id = c->match.params[0];
	struct ledger_event_filter f = {.limit = 1, .commerce_only = c->scope == SCOPE_COMMERCE};
	struct bodies bodies = {.count = 0};
	struct problem why = {0};
	struct strbuf out;
	int64_t seq;
	enum status st = ledger_event_seq(w->ledger, id, &seq, &why);

	if (st == S_OK) {
		f.after_seq = seq - 1;
		f.before_seq = seq + 1;
		st = ledger_events(w->ledger, &f, add_body, &bodies, NULL, &why);
	}
	if (st == S_OK && bodies.count == 0) /* there, but not for this key */
		st = problem_set(&why, E_NOT_FOUND, NULL, "there is no event %s", id);
	if (st != S_OK) {
		reply_problem(r, &why);
		return;
	}
	strbuf_init(&out, BODY_MAX);
	strbuf_addf(&out, "{\"success\":true,\"data\":%s}", bodies.items[0]);
	reply_release(r);
	r->status = 200;
	r->body = strbuf_take(&out);
	free(bodies.items[0]);
}

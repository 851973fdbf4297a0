#include "sandbox/lists.h"

#include "base/strbuf.h"

bool list_read_paging(const struct call *c, struct reply *r, struct ledger_filter *f)
{
	f->customer_id = call_param(c, "customer_id");
	return call_limit(c, r, LIST_LIMIT_DEFAULT, LIST_LIMIT_MAX, &f->limit) &&
	       call_cursors(c, r, &f->starting_after, &f->ending_before) &&
	       call_time_range(c, r, "created_gte", "created_lte", &f->created_from_ms,
			       &f->created_to_ms);
}

struct gathering {
	struct json *items;
	bool (*edit)(void *ctx, struct json *item);
	void *ctx;
	bool failed;
};

static bool gather(void *ctx, const char *doc)
{
	struct gathering *g = ctx;
	struct json *item = NULL;

	if (json_parse(doc, strlen(doc), &item, NULL) != S_OK ||
	    (g->edit && !g->edit(g->ctx, item))) {
		json_free(item);
		g->failed = true;
		return false;
	}
	json_append_take(g->items, item);
	return true;
}

static void refuse_list(const struct ledger_filter *f, struct reply *r, const struct problem *why)
{
	if (why->status == E_NOT_FOUND)
		reply_error(r, 400, CODE_VALIDATION_ERROR, "%s: %s",
			    f->ending_before ? "ending_before" : "starting_after", why->what);
	else
		reply_problem(r, why);
}

bool list_read(struct world *w, const struct ledger_filter *f, struct reply *r,
	       bool (*edit)(void *ctx, struct json *item), void *ctx, struct json **ret_items,
	       bool *ret_has_more)
{
	struct gathering g = {.items = json_new_array(), .edit = edit, .ctx = ctx};
	struct problem why = {0};
	enum status st = ledger_list(w->ledger, f, gather, &g, ret_has_more, &why);

	if (st == S_OK && g.failed)
		st = problem_set(&why, E_IO, NULL, "a stored document cannot be read");
	if (st == S_OK) {
		*ret_items = g.items;
		return true;
	}
	json_free(g.items);
	refuse_list(f, r, &why);
	return false;
}

struct json *list_envelope(struct json *items_take, bool has_more)
{
	struct json *list = json_new_object();

	json_set_string(list, "object", "list");
	json_set_take(list, "data", items_take);
	json_set_bool(list, "has_more", has_more);
	return list;
}

struct json *document_read(struct world *w, enum object_kind kind, const char *id, struct reply *r)
{
	struct problem why = {0};
	struct json *doc = NULL;
	char *text = NULL;
	enum status st = ledger_get(w->ledger, kind, id, &text, &why);

	if (st == S_OK)
		st = json_parse(text, strlen(text), &doc, &why);
	free(text);
	if (st != S_OK)
		reply_problem(r, &why);
	return doc;
}

static void answer_filtered(struct world *w, const struct call *c, struct reply *r,
			    struct ledger_filter *f)
{
	struct json *items;
	bool has_more;

	if (!list_read_paging(c, r, f) ||
	    !call_statuses(c, r, "status", kind_info(f->kind)->vocab, &f->status))
		return;
	f->country = call_param(c, "country");
	if (list_read(w, f, r, NULL, NULL, &items, &has_more))
		reply_json_take(r, 200, list_envelope(items, has_more));
}

void list_answer(struct world *w, const struct call *c, struct reply *r, enum object_kind kind)
{
	struct ledger_filter f = {.kind = kind};

	answer_filtered(w, c, r, &f);
}

void list_answer_children(struct world *w, const struct call *c, struct reply *r,
			  enum object_kind kind)
{
	struct ledger_filter f = {.kind = kind, .parent_id = c->match.params[0]};

	answer_filtered(w, c, r, &f);
}

void document_answer(struct world *w, struct reply *r, int status, enum object_kind kind,
		     const char *id)
{
	struct json *doc = document_read(w, kind, id, r);

	if (doc)
		reply_json_take(r, status, doc);
}

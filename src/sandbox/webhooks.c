/* Endpoints: documents of the ledger. */
#include "sandbox/webhooks_private.h"

#include "base/strbuf.h"
#include "sandbox/auth_secret.h"
#include "sandbox/ledger.h"
#include "sandbox/ledger_docs.h"
#include "wire/event.h"

/* --- reading and writing documents --- */

enum status webhook_load_doc(struct world *w, const char *collection, const char *id,
			     struct json **ret, struct problem *reterr)
{
	char *text = NULL;
	enum status st = ledger_doc_get(w->ledger, collection, id, &text, reterr);

	if (st == S_OK)
		st = json_parse(text, strlen(text), ret, reterr);
	free(text);
	return st;
}

enum status webhook_save(struct world *w, const char *id, const struct json *doc,
			 struct problem *reterr)
{
	char *text = json_print(doc);
	enum status st =
		ledger_doc_put(w->ledger, WEBHOOK_ENDPOINTS, id, "", TIME_NONE, text, reterr);

	free(text);
	return st;
}

int64_t webhook_int(const struct json *doc, const char *key)
{
	int64_t n = 0;

	return json_int64(json_get(doc, key), &n) == S_OK ? n : 0;
}

static bool count_one(void *ctx, const char *id, const char *doc)
{
	(void)id;
	(void)doc;
	++*(int64_t *)ctx;
	return true;
}

/* What may be seen: the secret only when it is new. */
static struct json *shown(struct world *w, const struct json *doc, bool with_secret)
{
	struct json *o = json_copy(doc);
	int64_t pending = 0;
	bool rotating = webhook_int(doc, "previous_until_ms") > clock_wall_ms(&w->real);

	if (ledger_doc_list(w->ledger, WEBHOOK_DELIVERIES, json_string(json_get(doc, "id")),
			    INT64_MAX, 0, count_one, &pending, NULL) == S_OK)
		json_set_int(o, "pending", pending);
	json_set_bool(o, "rotating", rotating);
	json_remove(o, "after_seq");
	json_remove(o, "previous_secret");
	json_remove(o, "previous_until_ms");
	if (!with_secret)
		json_remove(o, "secret");
	return o;
}

struct gather {
	struct json *docs; /* array */
};

static bool gather_one(void *ctx, const char *id, const char *text)
{
	struct gather *g = ctx;
	struct json *doc = NULL;

	(void)id;
	if (json_parse(text, strlen(text), &doc, NULL) == S_OK)
		json_append_take(g->docs, doc);
	return true;
}

enum status webhook_load_all(struct world *w, struct json **ret_array, struct problem *reterr)
{
	struct gather g = {.docs = json_new_array()};
	enum status st = ledger_doc_list(w->ledger, WEBHOOK_ENDPOINTS, NULL, WEBHOOKS_MAX, 0,
					 gather_one, &g, reterr);

	if (st == S_OK)
		*ret_array = g.docs;
	else
		json_free(g.docs);
	return st;
}

/* --- registering --- */

bool webhook_filter_valid(const char *filter)
{
#define X(type, kind, ours) type,
	static const char *const types[] = {EVENT_TYPES(X)};
#undef X
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (str_matches_wildcard(filter, types[i]))
			return true;
	return false;
}

static enum status check_events(const struct json *events, struct problem *reterr)
{
	for (const struct json *e = json_first(events); e; e = json_next(e))
		if (!json_string(e) || !webhook_filter_valid(json_string(e)))
			return problem_set(reterr, E_INVALID, NULL,
					   "enabled_events: '%s' is no event type, nor a prefix of "
					   "one with *",
					   json_string(e) ? json_string(e) : "(not a string)");
	if (events && (!json_count(events) || json_count(events) > 32))
		return problem_set(reterr, E_INVALID, NULL,
				   "enabled_events: must hold 1 to 32 filters");
	return S_OK;
}

static enum status check_secret(const char *secret, struct problem *reterr)
{
	size_t n = strlen(secret);

	for (const char *p = secret; *p; p++)
		if (*p <= ' ' || *p > '~')
			n = 0;
	if (n >= WEBHOOK_SECRET_MIN && n <= WEBHOOK_SECRET_MAX)
		return S_OK;
	return problem_set(reterr, E_INVALID, NULL,
			   "secret: must be %d to %d printable ASCII characters without spaces",
			   WEBHOOK_SECRET_MIN, WEBHOOK_SECRET_MAX);
}

/* The one given, or one that nobody can guess. */
static enum status set_secret(struct world *w, struct json *doc, const char *given,
			      struct problem *reterr)
{
	char hex[MAC_HEX_CAP], text[MAC_HEX_CAP + 8], about[ID_CAP + 64];
	struct secret secret;
	enum status st;

	if (given) {
		st = check_secret(given, reterr);
		if (st == S_OK)
			json_set_string(doc, "secret", given);
		return st;
	}
	st = secret_load_or_make(w, &secret, reterr);
	if (st != S_OK)
		return st;
	str_printf(about, sizeof(about), "%s %lld", json_string(json_get(doc, "id")),
		   (long long)webhook_int(doc, "rotations"));
	secret_mac(&secret, "webhook", about, hex);
	str_printf(text, sizeof(text), "whsec_%s", hex);
	json_set_string(doc, "secret", text);
	return S_OK;
}

static struct json *new_doc(struct world *w, const struct webhook_params *p, int64_t after_seq)
{
	struct json *doc = json_new_object(), *all = json_new_array();
	char hex[25], id[ID_CAP];

	rng_hex(&w->rng, hex, 12);
	str_printf(id, sizeof(id), "we_%s", hex);
	json_append_take(all, json_new_string("*"));
	json_set_string(doc, "object", "webhook_endpoint");
	json_set_string(doc, "id", id);
	json_set_string(doc, "url", p->url);
	json_set_take(doc, "enabled_events",
		      p->enabled_events ? json_copy(p->enabled_events) : json_copy(all));
	json_free(all);
	json_set_string(doc, "environment", p->environment);
	json_set_int(doc, "after_seq", after_seq);
	json_set_int(doc, "rotations", 0);
	json_set_int(doc, "delivered", 0);
	json_set_int(doc, "failed", 0);
	json_set_null(doc, "last_error");
	return doc;
}

static enum status check_room(struct world *w, struct problem *reterr)
{
	int64_t count = 0;
	enum status st = ledger_doc_list(w->ledger, WEBHOOK_ENDPOINTS, NULL, INT64_MAX, 0,
					 count_one, &count, reterr);

	if (st == S_OK && count >= WEBHOOKS_MAX)
		st = problem_set(reterr, E_LIMIT, NULL, "there are %d endpoints already",
				 WEBHOOKS_MAX);
	return st;
}

enum status webhook_register(struct world *w, const struct webhook_params *p,
			     struct json **ret_json, struct problem *reterr)
{
	int64_t first, last = 0;
	struct json *doc;
	enum status st = webhook_url_parse(p->url, NULL, reterr);

	if (st == S_OK)
		st = check_events(p->enabled_events, reterr);
	if (st == S_OK)
		st = check_room(w, reterr);
	if (st == S_OK) {
		st = ledger_event_bounds(w->ledger, &first, &last, reterr);
		st = st == E_NOT_FOUND ? S_OK : st;
	}
	if (st != S_OK)
		return st;
	doc = new_doc(w, p, last);
	st = set_secret(w, doc, p->secret, reterr);
	if (st == S_OK)
		st = webhook_save(w, json_string(json_get(doc, "id")), doc, reterr);
	if (st == S_OK)
		*ret_json = shown(w, doc, true);
	json_free(doc);
	return st;
}

enum status webhook_register_once(struct world *w, const struct webhook_params *p,
				  struct json **ret_json, struct problem *reterr)
{
	struct json *all = NULL;
	enum status st = webhook_load_all(w, &all, reterr);
	bool found = false;

	if (st != S_OK)
		return st;
	for (const struct json *e = json_first(all); e && !found; e = json_next(e)) {
		found = str_equal(json_string(json_get(e, "url")), p->url);
		if (found)
			*ret_json = shown(w, e, true);
	}
	json_free(all);
	return found ? S_OK : webhook_register(w, p, ret_json, reterr);
}

enum status webhook_rotate(struct world *w, const char *id, const char *secret, int64_t for_s,
			   struct json **ret_json, struct problem *reterr)
{
	struct json *doc = NULL;
	enum status st = webhook_load_doc(w, WEBHOOK_ENDPOINTS, id, &doc, reterr);

	if (st != S_OK)
		return st;
	json_set_take(doc, "previous_secret", json_copy(json_get(doc, "secret")));
	json_set_int(doc, "previous_until_ms", clock_wall_ms(&w->real) + for_s * 1000);
	json_set_int(doc, "rotations", webhook_int(doc, "rotations") + 1);
	st = set_secret(w, doc, secret, reterr);
	if (st == S_OK)
		st = webhook_save(w, id, doc, reterr);
	if (st == S_OK)
		*ret_json = shown(w, doc, true);
	json_free(doc);
	return st;
}

/* --- showing and removing --- */

enum status webhook_show(struct world *w, const char *id, struct json **ret_json,
			 struct problem *reterr)
{
	struct json *doc = NULL;
	enum status st = webhook_load_doc(w, WEBHOOK_ENDPOINTS, id, &doc, reterr);

	if (st == S_OK)
		*ret_json = shown(w, doc, false);
	json_free(doc);
	return st;
}

enum status webhook_show_all(struct world *w, struct json **ret_array, struct problem *reterr)
{
	struct json *all = NULL, *list;
	enum status st = webhook_load_all(w, &all, reterr);

	if (st != S_OK)
		return st;
	list = json_new_array();
	for (const struct json *e = json_first(all); e; e = json_next(e))
		json_append_take(list, shown(w, e, false));
	json_free(all);
	*ret_array = list;
	return S_OK;
}

static bool take_id(void *ctx, const char *id, const char *doc)
{
	(void)doc;
	str_copy(ctx, WEBHOOK_DELIVERY_CAP, id);
	return false;
}

enum status webhook_remove(struct world *w, const char *id, struct problem *reterr)
{
	enum status st = ledger_doc_delete(w->ledger, WEBHOOK_ENDPOINTS, id, reterr);
	bool more = true;

	while (st == S_OK && more) {
		char delivery[WEBHOOK_DELIVERY_CAP] = "";

		st = ledger_doc_list(w->ledger, WEBHOOK_DELIVERIES, id, 1, 0, take_id, delivery,
				     reterr);
		more = *delivery != '\0';
		if (st == S_OK && more)
			st = ledger_doc_delete(w->ledger, WEBHOOK_DELIVERIES, delivery, reterr);
	}
	return st;
}

/* What is owed to whom: documents due in real time. */
#include "base/alloc.h"
#include "base/strbuf.h"
#include "sandbox/domain.h"
#include "sandbox/ledger.h"
#include "sandbox/ledger_docs.h"
#include "sandbox/webhooks_private.h"
#include "wire/event.h"

#define BATCH 64 /* events looked at in one transaction */

static int64_t wall(const struct world *w)
{
	return clock_wall_ms(&w->real);
}

void webhook_job_release(struct webhook_job *j)
{
	free(j->request);
	*j = (struct webhook_job){0};
}

static enum status put(struct world *w, const char *id, const char *endpoint, int64_t due_ms,
		       const struct json *doc, struct problem *reterr)
{
	char *text = json_print(doc);
	enum status st =
		ledger_doc_put(w->ledger, WEBHOOK_DELIVERIES, id, endpoint, due_ms, text, reterr);

	free(text);
	return st;
}

static enum status owe(struct world *w, const char *endpoint, const char *event_id,
		       const char *body, struct problem *reterr)
{
	char id[WEBHOOK_DELIVERY_CAP];
	struct json *doc = json_new_object();
	enum status st;

	str_printf(id, sizeof(id), "%s:%s", endpoint, event_id);
	json_set_string(doc, "endpoint", endpoint);
	json_set_string(doc, "event_id", event_id);
	json_set_int(doc, "attempts", 0);
	if (body)
		json_set_string(doc, "body", body);
	st = put(w, id, endpoint, wall(w), doc, reterr);
	json_free(doc);
	return st;
}

enum status webhook_ping(struct world *w, const char *id, char ret_event_id[ID_CAP],
			 struct problem *reterr)
{
	struct json *endpoint = NULL;
	char hex[17], *body;
	enum status st = webhook_load_doc(w, WEBHOOK_ENDPOINTS, id, &endpoint, reterr);

	json_free(endpoint);
	if (st != S_OK)
		return st;
	rng_hex(&w->rng, hex, 8);
	str_printf(ret_event_id, ID_CAP, "evt_%lld-ping-%s", (long long)w->now_ms, hex);
	body = outbox_ping(w, ret_event_id);
	st = owe(w, id, ret_event_id, body, reterr);
	free(body);
	return st;
}

/* --- events that are new --- */

struct matches {
	const struct json *filters;
	const char *environment;
	char ids[BATCH][ID_CAP];
	size_t count;
	size_t seen;
	int64_t last_seq;
};

static bool wanted(const struct matches *m, const struct ledger_event *e)
{
	if (!event_type_known(e->type)) /* a session's own */
		return false;
	if (m->environment && !str_equal(m->environment, e->environment))
		return false;
	for (const struct json *f = json_first(m->filters); f; f = json_next(f))
		if (str_matches_wildcard(json_string(f), e->type))
			return true;
	return false;
}

static bool match(void *ctx, const struct ledger_event *e)
{
	struct matches *m = ctx;

	m->seen++;
	m->last_seq = e->seq;
	if (wanted(m, e))
		str_copy(m->ids[m->count++], ID_CAP, e->id);
	return m->seen < BATCH;
}

static enum status owe_all(struct world *w, struct json *endpoint, const struct matches *m,
			   struct problem *reterr)
{
	const char *id = json_string(json_get(endpoint, "id"));
	enum status st = ledger_begin(w->ledger, reterr);

	if (st != S_OK)
		return st;
	for (size_t i = 0; i < m->count && st == S_OK; i++)
		st = owe(w, id, m->ids[i], NULL, reterr);
	json_set_int(endpoint, "after_seq", m->last_seq);
	if (st == S_OK)
		st = webhook_save(w, id, endpoint, reterr);
	if (st == S_OK)
		return ledger_commit(w->ledger, reterr);
	ledger_rollback(w->ledger);
	return st;
}

static enum status enqueue_for(struct world *w, const struct json *endpoint, bool *ret_more,
			       struct problem *reterr)
{
	struct ledger_event_filter f = {.created_from_ms = TIME_NONE,
					.created_to_ms = TIME_NONE,
					.after_seq = webhook_int(endpoint, "after_seq"),
					.limit = BATCH};
	struct matches *m = xcalloc(1, sizeof(*m));
	bool more = false;
	enum status st;

	m->filters = json_get(endpoint, "enabled_events");
	m->environment = json_string(json_get(endpoint, "environment"));
	st = ledger_events(w->ledger, &f, match, m, &more, reterr);
	if (st == S_OK && m->seen) {
		struct json *doc = json_copy(endpoint);
		st = owe_all(w, doc, m, reterr);
		json_free(doc);
	}
	*ret_more = *ret_more || more;
	free(m);
	return st;
}

enum status webhooks_enqueue(struct world *w, bool *ret_more, struct problem *reterr)
{
	struct json *all = NULL;
	enum status st = webhook_load_all(w, &all, reterr);

	*ret_more = false;
	if (st != S_OK)
		return st;
	for (const struct json *e = json_first(all); e && st == S_OK; e = json_next(e))
		st = enqueue_for(w, e, ret_more, reterr);
	json_free(all);
	return st;
}

/* --- one attempt --- */

static bool take_body(void *ctx, const struct ledger_event *e)
{
	*(char **)ctx = xmemdup0(e->body, e->body_len);
	return false;
}

/* malloc'd: as the stream sent it. */
static enum status load_body(struct world *w, const struct json *delivery, char **ret,
			     struct problem *reterr)
{
	const char *own = json_string(json_get(delivery, "body"));
	const char *id = json_string(json_get(delivery, "event_id"));
	struct ledger_event_filter f = {.created_from_ms = TIME_NONE,
					.created_to_ms = TIME_NONE,
					.limit = 1};
	int64_t seq = 0;
	bool more;
	enum status st;

	*ret = NULL;
	if (own) {
		*ret = xstrdup(own);
		return S_OK;
	}
	st = ledger_event_seq(w->ledger, id, &seq, reterr);
	f.after_seq = seq - 1;
	f.before_seq = seq + 1;
	if (st == S_OK)
		st = ledger_events(w->ledger, &f, take_body, ret, &more, reterr);
	return st == S_OK && !*ret ? E_NOT_FOUND : st;
}

static void add_signatures(struct world *w, struct strbuf *out, const struct json *endpoint,
			   int64_t now, const char *body)
{
	const char *secret = json_string(json_get(endpoint, "secret"));
	const char *previous = json_string(json_get(endpoint, "previous_secret"));
	char hex[WEBHOOK_SIGNATURE_CAP];

	webhook_sign(secret ? secret : "", now, body, strlen(body), hex);
	strbuf_addf(out, "X-Pepay-Timestamp: %lld\r\nX-Pepay-Signature: %s\r\n", (long long)now,
		    hex);
	if (!previous || webhook_int(endpoint, "previous_until_ms") <= wall(w))
		return;
	webhook_sign(previous, now, body, strlen(body), hex);
	strbuf_addf(out, "X-Pepay-Signature-Previous: %s\r\n", hex);
}

static void write_request(struct world *w, struct webhook_job *j, const struct json *endpoint,
			  const char *event_id, const char *body)
{
	struct json *event = NULL;
	const char *type = "";
	struct strbuf out;

	if (json_parse(body, strlen(body), &event, NULL) == S_OK)
		type = json_string(json_get(event, "type"));
	strbuf_init(&out, JSON_SIZE_MAX + 4096);
	strbuf_addf(&out, "POST %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: pepay-sandbox/%s\r\n",
		    j->target.path, j->target.authority, PEPAYTOP_VERSION);
	strbuf_addf(&out, "Content-Type: application/json\r\nContent-Length: %zu\r\n",
		    strlen(body));
	strbuf_addf(&out, "X-Pepay-Event: %s\r\nX-Pepay-Event-ID: %s\r\n", type ? type : "",
		    event_id);
	add_signatures(w, &out, endpoint, wall(w), body);
	strbuf_addf(&out, "X-Pepay-Network-Environment: %s\r\nConnection: close\r\n\r\n%s",
		    w->environment, body);
	j->request_len = out.len;
	j->request = strbuf_take(&out);
	json_free(event);
}

static enum status prepare(struct world *w, const struct json *delivery, struct webhook_job *j,
			   struct problem *reterr)
{
	struct json *endpoint = NULL;
	char *body = NULL;
	enum status st;

	str_copy(j->endpoint, sizeof(j->endpoint), json_string(json_get(delivery, "endpoint")));
	st = webhook_load_doc(w, WEBHOOK_ENDPOINTS, j->endpoint, &endpoint, reterr);
	if (st == S_OK)
		st = webhook_url_parse(json_string(json_get(endpoint, "url")), &j->target, reterr);
	if (st == S_OK)
		st = load_body(w, delivery, &body, reterr);
	if (st == S_OK)
		write_request(w, j, endpoint, json_string(json_get(delivery, "event_id")), body);
	free(body);
	json_free(endpoint);
	return st;
}

/* Counts the attempt before it is made: a crash in between cannot make it endless. */
static enum status lease(struct world *w, struct webhook_job *j, struct json *delivery,
			 struct problem *reterr)
{
	enum status st = ledger_begin(w->ledger, reterr);

	if (st != S_OK)
		return st;
	st = prepare(w, delivery, j, reterr);
	j->made = webhook_int(delivery, "attempts") + 1;
	json_set_int(delivery, "attempts", j->made);
	if (st == S_OK)
		st = put(w, j->id, j->endpoint, wall(w) + WEBHOOK_LEASE_MS, delivery, reterr);
	else if (st == E_NOT_FOUND || st == E_INVALID || st == E_DENIED) /* nobody to send it to */
		st = ledger_doc_delete(w->ledger, WEBHOOK_DELIVERIES, j->id, reterr);
	if (st == S_OK)
		return ledger_commit(w->ledger, reterr);
	ledger_rollback(w->ledger);
	return st;
}

enum status webhook_claim(struct world *w, struct webhook_job *ret, struct problem *reterr)
{
	struct webhook_job j = {0};
	struct json *delivery = NULL;
	char *id = NULL;
	int64_t due = 0;
	enum status st = ledger_doc_next_due(w->ledger, WEBHOOK_DELIVERIES, &id, &due, reterr);

	/* A due far off is the work of a clock that was set back since. */
	if (st == S_OK && due > wall(w) &&
	    due - wall(w) < (int64_t)WEBHOOK_FIRST_WAIT_MS << WEBHOOK_ATTEMPTS)
		st = E_NOT_FOUND;
	if (st == S_OK) {
		str_copy(j.id, sizeof(j.id), id);
		st = webhook_load_doc(w, WEBHOOK_DELIVERIES, id, &delivery, reterr);
	}
	if (st == S_OK)
		st = lease(w, &j, delivery, reterr);
	if (st == S_OK)
		*ret = j;
	else
		webhook_job_release(&j);
	json_free(delivery);
	free(id);
	return st;
}

int64_t webhooks_wait_ms(struct world *w)
{
	char *id = NULL;
	int64_t due, wait;

	if (ledger_doc_next_due(w->ledger, WEBHOOK_DELIVERIES, &id, &due, NULL) != S_OK)
		return -1;
	free(id);
	wait = due - wall(w);
	return wait > 0 ? wait : 0;
}

/* --- how it went --- */

static void note_error(struct json *endpoint, const struct json *delivery, int status,
		       const char *error)
{
	struct json *o = json_set_object(endpoint, "last_error");
	char text[64];

	str_printf(text, sizeof(text), "HTTP status %d", status);
	json_set_string(o, "event_id", json_string(json_get(delivery, "event_id")));
	json_set_int(o, "attempts", webhook_int(delivery, "attempts"));
	json_set_string(o, "error", status ? text : error);
}

static enum status settle(struct world *w, const struct webhook_job *j, int status,
			  const char *error, struct json *endpoint, const struct json *delivery,
			  struct problem *reterr)
{
	bool good = status >= 200 && status < 300;
	int64_t wait = webhook_backoff_ms(j->made);
	enum status st;

	if (!good)
		note_error(endpoint, delivery, status, error);
	if (good || wait < 0) {
		const char *counter = good ? "delivered" : "failed";
		json_set_int(endpoint, counter, webhook_int(endpoint, counter) + 1);
		st = ledger_doc_delete(w->ledger, WEBHOOK_DELIVERIES, j->id, reterr);
	} else {
		st = put(w, j->id, j->endpoint, wall(w) + wait, delivery, reterr);
	}
	if (st == S_OK)
		st = webhook_save(w, j->endpoint, endpoint, reterr);
	return st;
}

enum status webhook_finish(struct world *w, const struct webhook_job *j, int status,
			   const char *error, struct problem *reterr)
{
	struct json *endpoint = NULL, *delivery = NULL;
	enum status st = ledger_begin(w->ledger, reterr);

	if (st != S_OK)
		return st;
	st = webhook_load_doc(w, WEBHOOK_ENDPOINTS, j->endpoint, &endpoint, reterr);
	if (st == S_OK)
		st = webhook_load_doc(w, WEBHOOK_DELIVERIES, j->id, &delivery, reterr);
	if (st == S_OK)
		st = settle(w, j, status, error, endpoint, delivery, reterr);
	json_free(endpoint);
	json_free(delivery);
	if (st == S_OK)
		return ledger_commit(w->ledger, reterr);
	ledger_rollback(w->ledger);
	return st == E_NOT_FOUND ? S_OK : st; /* removed meanwhile */
}

/* --- a new run --- */

struct waiting {
	char (*ids)[WEBHOOK_DELIVERY_CAP];
	size_t count, cap;
};

static bool gather_id(void *ctx, const char *id, const char *doc)
{
	struct waiting *l = ctx;

	(void)doc;
	array_reserve((void **)&l->ids, &l->cap, l->count + 1, sizeof(*l->ids));
	str_copy(l->ids[l->count++], sizeof(*l->ids), id);
	return true;
}

enum status webhooks_recover(struct world *w, struct problem *reterr)
{
	struct waiting l = {0};
	enum status st = ledger_doc_list(w->ledger, WEBHOOK_DELIVERIES, NULL, INT64_MAX, 0,
					 gather_id, &l, reterr);

	if (st == S_OK)
		st = ledger_begin(w->ledger, reterr);
	for (size_t i = 0; i < l.count && st == S_OK; i++) {
		struct json *doc = NULL;

		st = webhook_load_doc(w, WEBHOOK_DELIVERIES, l.ids[i], &doc, reterr);
		if (st == S_OK)
			st = put(w, l.ids[i], json_string(json_get(doc, "endpoint")), wall(w), doc,
				 reterr);
		json_free(doc);
	}
	free(l.ids);
	if (st == S_OK)
		return ledger_commit(w->ledger, reterr);
	ledger_rollback(w->ledger);
	return st;
}

/* What the tests of refunds and ramps share: writes with a fresh key, and the truth of the outbox.
 */
#ifndef TESTS_UNIT_SANDBOX_RAMP_KIT_H
#define TESTS_UNIT_SANDBOX_RAMP_KIT_H

#include "unit/sandbox_kit.h"
#include "wire/lifecycle.h"

static inline struct reply send(struct kit *k, const char *target, const char *body)
{
	char key[UUID_CAP];
	struct rng keys;

	rng_seed(&keys, 500000 + k->keys++);
	return kit_call(k, SCOPE_MERCHANT, HTTP_POST, target, body, rng_uuid(&keys, key));
}

/* The write must answer `status`; its body, parsed. */
static inline struct json *sent(struct kit *k, int status, const char *target, const char *body)
{
	struct reply r = send(k, target, body);
	struct json *root;

	if (r.status != status)
		fail_msg("POST %s %s: %d %s", target, body, r.status, r.body);
	root = kit_parse(&r);
	reply_release(&r);
	return root;
}

/* The same, of which only the id matters. */
static inline void sent_id(struct kit *k, const char *target, const char *body, char id[ID_CAP])
{
	struct json *v = sent(k, 201, target, body);

	str_copy(id, ID_CAP, text_at(v, "id"));
	json_free(v);
}

/* The members in order, as one line. */
static inline void assert_keys(const struct json *v, const char *want)
{
	struct strbuf sb;

	strbuf_init(&sb, 4000);
	for (const struct json *m = json_first(v); m; m = json_next(m))
		strbuf_addf(&sb, "%s%s", sb.len ? " " : "", json_key(m));
	assert_string_equal(strbuf_str(&sb), want);
	strbuf_release(&sb);
}

static inline void assert_same_json(const struct json *a, const struct json *b)
{
	char *left = json_print(a), *right = json_print(b);

	assert_string_equal(left, right);
	free(left);
	free(right);
}

static inline void assert_body_refused(struct kit *k, const char *target, const char *body,
				       const char *word)
{
	struct reply r = send(k, target, body);

	if (r.status != 400 || !strstr(r.body, "VALIDATION_ERROR") || !strstr(r.body, word))
		fail_msg("%s %s: wanted 400 …%s…, got %d %s", target, body, word, r.status, r.body);
	reply_release(&r);
}

static inline void run_for(struct kit *k, int64_t ms)
{
	int64_t until = k->w.now_ms + ms;

	ok(k, domain_run_due(&k->w, until, &k->why));
	world_advance_to(&k->w, until);
}

static inline void approve(struct kit *k, const char *customer, const char *country)
{
	in_transaction(k, kyc_set(&k->w, customer, "pending", country, "Ada Byron", NULL, &k->why));
	in_transaction(k, kyc_set(&k->w, customer, "approved", NULL, NULL, NULL, &k->why));
}

/* --- the whole outbox against the objects --------------------------------------------------- */

#define SEEN_MAX 4000

struct seen {
	char ids[SEEN_MAX][ID_CAP];
	char statuses[SEEN_MAX][STATUS_CAP];
	enum object_kind kinds[SEEN_MAX];
	char *docs[SEEN_MAX];
	size_t count;
};

static inline size_t seen_find(struct seen *s, enum object_kind kind, const char *id)
{
	size_t i = 0;

	while (i < s->count && (s->kinds[i] != kind || !str_equal(s->ids[i], id)))
		i++;
	if (i == s->count) {
		assert_true(s->count < SEEN_MAX);
		str_copy(s->ids[i], ID_CAP, id);
		s->kinds[i] = kind;
		s->count++;
	}
	return i;
}

static inline bool see_event(void *ctx, const struct ledger_event *e)
{
	struct json *root = NULL;
	const struct json *object;
	enum object_kind kind;
	size_t i;

	if (json_parse(e->body, e->body_len, &root, NULL) != S_OK)
		fail_msg("an event is not JSON");
	object = at(root, "data.object");
	kind = kind_from_wire(text_at(object, "object"));
	i = seen_find(ctx, kind, text_at(object, kind == OBJECT_KYC ? "customer_id" : "id"));
	if (!lifecycle_allows(kind_info(kind)->vocab, ((struct seen *)ctx)->statuses[i],
			      text_at(object, "status")))
		fail_msg("%s: '%s' to '%s'", e->type, ((struct seen *)ctx)->statuses[i],
			 text_at(object, "status"));
	str_copy(((struct seen *)ctx)->statuses[i], STATUS_CAP, text_at(object, "status"));
	free(((struct seen *)ctx)->docs[i]);
	((struct seen *)ctx)->docs[i] = json_print(object);
	json_free(root);
	return true;
}

/* Every step an event tells of is a step of the lifecycle, and the last event of each object shows
 * what a lookup shows. */
static inline size_t assert_events_equal_objects(struct kit *k)
{
	struct ledger_event_filter f = {0};
	struct seen *s = xcalloc(1, sizeof(*s));
	size_t count;

	ok(k, ledger_events(k->w.ledger, &f, see_event, s, NULL, &k->why));
	for (size_t i = 0; i < s->count; i++) {
		char *doc = NULL;

		ok(k, ledger_get(k->w.ledger, s->kinds[i], s->ids[i], &doc, &k->why));
		assert_string_equal(doc, s->docs[i]);
		free(doc);
		free(s->docs[i]);
	}
	count = s->count;
	free(s);
	return count;
}

#endif

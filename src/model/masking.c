/* Stand-ins for what is personal, by member and by value. */
#include "model/masking_priv.h"

#include "base/alloc.h"
#include "base/idmap.h"

#include <stdlib.h>
#include <string.h>

#define NESTING_MAX 40
#define LAST_DIGITS 4
#define PHONE_LEN   7

static const char *const SORT_WORDS[SORT_COUNT] = {
	[SORT_CUSTOMER] = "customer", [SORT_EMAIL] = "email",       [SORT_NAME] = "name",
	[SORT_ADDRESS] = "address",   [SORT_PHONE] = "phone",       [SORT_ACCOUNT] = "account",
	[SORT_DATE] = "date",         [SORT_DOCUMENT] = "document",
};

struct masking *masking_new(void)
{
	struct masking *m = xcalloc(1, sizeof(*m));

	m->by_text = idmap_new();
	return m;
}

void masking_for_colleagues(struct masking *m)
{
	m->colleagues = true;
}

void masking_free(struct masking *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->count; i++) {
		free(m->values[i]->text);
		free(m->values[i]->key);
		free(m->values[i]);
	}
	for (size_t i = 0; i < m->saying_count; i++)
		free(m->sayings[i].key);
	free(m->sayings);
	free(m->values);
	idmap_free(m->by_text);
	free(m);
}

/* --- learning -------------------------------------------------------------------------- */

/* What a merchant calls his customers is not the customers' own, unless it is their address, their
 * telephone or their name; the last four digits of an account are on every bank's letter. */
static bool is_for_colleagues(enum sort sort, const char *text, size_t len)
{
	size_t digits = strcspn(text, "0123456789");

	if (sort == SORT_ACCOUNT)
		return len <= LAST_DIGITS;
	if (sort != SORT_CUSTOMER || strpbrk(text, "@ %") ||
	    strspn(text, "+0123456789-") >= PHONE_LEN)
		return false;
	return strncmp(text, "cust_", 5) == 0 || digits < len;
}

static void value_goes_on_otherwise(struct masked_value *v, const char *text)
{
	size_t len = strlen(text), was = strlen(v->text);

	if (v->len < KEY_LEN_MAX || str_equal(v->text, text))
		return;
	if (v->longest < was)
		v->longest = was;
	if (v->longest < len)
		v->longest = len;
}

static void masking_learn(struct masking *m, enum sort sort, const char *text)
{
	size_t len = strlen(text);
	struct masked_value *v, *alike;
	unsigned char *key;

	if (m->colleagues && is_for_colleagues(sort, text, len))
		return;
	if (len == 0 || (len < LEAST_LEN && sort != SORT_CUSTOMER) || idmap_has(m->by_text, text))
		return;
	key = masking_key(text, &len);
	alike = masking_alike(m, key);
	if (alike || m->count == MASKING_MAX) {
		free(key);
		m->left_out += alike == NULL;
		if (alike) {
			value_goes_on_otherwise(alike, text);
			idmap_put(m->by_text, text, alike);
		}
		return;
	}
	v = xcalloc(1, sizeof(*v));
	v->text = xstrdup(text);
	v->key = key;
	v->len = len;
	str_printf(v->stand_in, sizeof(v->stand_in), "%s-%zu", SORT_WORDS[sort], ++m->counts[sort]);
	masking_file(m, v);
	idmap_put(m->by_text, text, v);
}

bool masking_is_full(const struct masking *m)
{
	return m->left_out > 0;
}

void masking_learn_customer(struct masking *m, const char *id)
{
	masking_learn(m, SORT_CUSTOMER, id);
}

static void learn_within(struct masking *m, const struct json *v, const char *key, int depth)
{
	enum sort sort = member_sort(key);

	if (depth > NESTING_MAX || sort == SORT_SECRET || sort == SORT_FREE)
		return;
	if (json_string(v)) {
		if (sort < SORT_COUNT)
			masking_learn(m, sort, json_string(v));
		return;
	}
	for (const struct json *c = json_first(v); c; c = json_next(c))
		learn_within(m, c, json_kind(v) == JSON_OBJECT ? json_key(c) : key, depth + 1);
}

void masking_learn_json(struct masking *m, const struct json *v)
{
	learn_within(m, v, NULL, 0);
}

const char *masking_customer(const struct masking *m, const char *id)
{
	const struct masked_value *v = idmap_get(m->by_text, id);

	return v ? v->stand_in : id;
}

/* --- a whole story ------------------------------------------------------------------------ */

static void learn_sayings(struct masking *m, const struct json *v, const char *key, int depth)
{
	const char *text = json_string(v);

	if (depth > NESTING_MAX || member_sort(key) != SORT_PLAIN)
		return;
	if (text && member_said(key, text, json_string_len(v)) == SAID_BY_PEOPLE)
		masking_learn_saying(m, text);
	for (const struct json *c = text ? NULL : json_first(v); c; c = json_next(c))
		learn_sayings(m, c, json_kind(v) == JSON_OBJECT ? json_key(c) : key, depth + 1);
}

static void learn_values(struct masking *m, const struct json *v)
{
	learn_within(m, v, NULL, 0);
}

static void learn_texts(struct masking *m, const struct json *v)
{
	learn_sayings(m, v, NULL, 0);
}

typedef void learner(struct masking *m, const struct json *v);

static void learn_records(struct masking *m, const struct related *r, const struct store *st,
			  learner *learn)
{
	for (size_t i = 0; i <= r->count; i++) {
		const struct subject *s = i == 0 ? &r->root : &r->items[i - 1].subject;
		enum object_kind kind = subject_object(s->kind);
		const struct record *rec =
			kind != OBJECT_NONE ? store_record(st, kind, s->id) : NULL;
		struct json *v = rec ? object_to_json(&rec->object) : NULL;

		if (v)
			learn(m, v);
		json_free(v);
	}
}

static void learn_bodies(struct masking *m, const struct evidence *e, learner *learn)
{
	for (size_t i = 0; i < e->count; i++) {
		const struct event *event = e->items[i].event;
		struct json *v = NULL;

		if (json_parse(event->raw, event->raw_len, &v, NULL) == S_OK)
			learn(m, v);
		json_free(v);
	}
}

void masking_learn_story(struct masking *m, const struct story *story, const struct evidence *e,
			 const struct store *st)
{
	const struct related *r = &story->related;

	if (r->customer[0])
		masking_learn_customer(m, r->customer);
	if (r->root.kind == SUBJECT_CUSTOMER || r->root.kind == SUBJECT_KYC)
		masking_learn_customer(m, r->root.id);
	learn_records(m, r, st, learn_values);
	learn_bodies(m, e, learn_values);
	if (!m->namesakes)
		return;
	learn_records(m, r, st, learn_texts);
	learn_bodies(m, e, learn_texts);
	masking_sort_sayings(m);
}

/* --- texts ------------------------------------------------------------------------------- */

void masking_text(const struct masking *m, const char *text, struct strbuf *out)
{
	masking_bytes(m, text, strlen(text), false, out);
}

/* --- JSON ---------------------------------------------------------------------------------- */

static struct json *mask_string(const struct masking *m, const char *text, size_t len,
				bool free_text)
{
	struct strbuf sb;
	struct json *v;

	strbuf_init(&sb, JSON_SIZE_MAX);
	masking_bytes(m, text, len, free_text, &sb);
	v = json_new_string(strbuf_str(&sb));
	strbuf_release(&sb);
	return v;
}

static struct json *mask_value(const struct masking *m, const struct json *v, enum sort sort)
{
	const struct masked_value *known;
	char text[STAND_IN_CAP];

	if (json_is_null(v) || sort == SORT_SECRET)
		return json_new_string("[removed]");
	if (json_string(v) && json_string(v)[0] == '\0')
		return json_new_string("");
	if (sort == SORT_FREE || sort >= SORT_COUNT || !json_string(v))
		return json_new_string("[masked]");
	known = idmap_get(m->by_text, json_string(v));
	if (known)
		return json_new_string(known->stand_in);
	str_printf(text, sizeof(text), "%s-masked", SORT_WORDS[sort]);
	return json_new_string(text);
}

static struct json *mask_within(const struct masking *m, const struct json *v, const char *key,
				int depth);

/* Every value within, whatever it is; its shape stays. */
static struct json *mask_free(const struct json *v, int depth)
{
	struct json *copy;

	if (depth > NESTING_MAX)
		return json_new_string("[masked]");
	if (json_kind(v) != JSON_OBJECT && json_kind(v) != JSON_ARRAY)
		return json_new_string("[masked]");
	copy = json_kind(v) == JSON_OBJECT ? json_new_object() : json_new_array();
	if (json_kind(v) == JSON_ARRAY)
		for (const struct json *c = json_first(v); c; c = json_next(c))
			json_append_take(copy, mask_free(c, depth + 1));
	return copy; /* an object's own member names are people's words, too */
}

/* Is somebody called so? */
static bool is_somebody(const struct masking *m, const char *name)
{
	size_t len = 0;
	unsigned char *key;
	bool is;

	if (!m->first[(unsigned char)name[0]] && !m->first[(unsigned char)name[0] | 0x20])
		return false;
	key = masking_key(name, &len);
	is = masking_alike(m, key) != NULL;
	free(key);
	return is;
}

/* The members of an object whose names were masked: two may have become one. */
struct renamed {
	struct json *copy;
	struct idmap *names; /* in use, with how often; NULL until one is masked */
};

/* "[email]", then "[email] 2" */
static void name_is_taken(struct renamed *r, struct strbuf *name)
{
	size_t len = name->len, n;

	if (!r->names) {
		r->names = idmap_new();
		for (const struct json *c = json_first(r->copy); c; c = json_next(c))
			idmap_put(r->names, json_key(c), (void *)(uintptr_t)1);
	}
	n = (size_t)(uintptr_t)idmap_get(r->names, strbuf_str(name));
	idmap_put(r->names, strbuf_str(name), (void *)(uintptr_t)(n + 1));
	while (n > 0 && idmap_has(r->names, strbuf_str(name))) {
		name->len = len;
		strbuf_addf(name, " %zu", ++n);
	}
	if (name->len != len)
		idmap_put(r->names, strbuf_str(name), (void *)(uintptr_t)1);
}

/* Somebody may be the name of a member, too. */
static void mask_member(const struct masking *m, struct renamed *r, const struct json *v, int depth)
{
	const char *key = json_key(v);
	struct json *value = mask_within(m, v, key, depth);
	struct strbuf sb;

	strbuf_init(&sb, JSON_SIZE_MAX);
	if (member_names_nobody(key) && (!is_somebody(m, key) || member_is_known(key)))
		strbuf_addstr(&sb, key);
	else
		masking_bytes(m, key, strlen(key), true, &sb);
	if (r->names || !str_equal(strbuf_str(&sb), key))
		name_is_taken(r, &sb);
	json_set_take(r->copy, strbuf_str(&sb), value);
	strbuf_release(&sb);
}

static struct json *mask_container(const struct masking *m, const struct json *v, const char *key,
				   int depth)
{
	bool object = json_kind(v) == JSON_OBJECT;
	struct renamed r = {.copy = object ? json_new_object() : json_new_array()};

	for (const struct json *c = json_first(v); c; c = json_next(c)) {
		if (object)
			mask_member(m, &r, c, depth + 1);
		else
			json_append_take(r.copy, mask_within(m, c, key, depth + 1));
	}
	idmap_free(r.names);
	return r.copy;
}

static struct json *mask_within(const struct masking *m, const struct json *v, const char *key,
				int depth)
{
	enum sort sort = member_sort(key);
	bool container = json_kind(v) == JSON_OBJECT || json_kind(v) == JSON_ARRAY;
	enum said said;

	if (json_is_null(v))
		return json_copy(v);
	if (depth > NESTING_MAX)
		return json_new_string("[masked]");
	if (sort == SORT_SECRET)
		return mask_value(m, v, sort);
	if (sort == SORT_FREE)
		return container ? mask_free(v, depth) : mask_value(m, v, sort);
	if (container)
		return mask_container(m, v, key, depth);
	if (sort < SORT_COUNT)
		return mask_value(m, v, sort);
	if (!json_string(v))
		return json_copy(v);
	said = member_said(key, json_string(v), json_string_len(v));
	if (said == SAID_BY_PROTOCOL)
		return json_copy(v);
	return mask_string(m, json_string(v), json_string_len(v), said == SAID_BY_PEOPLE);
}

struct json *masking_json(const struct masking *m, const struct json *v)
{
	return mask_within(m, v, NULL, 0);
}

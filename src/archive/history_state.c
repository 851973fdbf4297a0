/* Named values, the keys of events, and the rows they are found by. */
#include "archive/history_priv.h"

#include "base/strbuf.h"

#include <inttypes.h>

/* --- ids --------------------------------------------------------------------------------- */

/* Digits as a number that prints back the same; moves *p past them. */
static bool take_digits(const char **p, int64_t *ret)
{
	const char *s = *p;
	int64_t value = 0;

	if (*s < '0' || *s > '9' || (*s == '0' && s[1] >= '0' && s[1] <= '9'))
		return false;
	for (; *s >= '0' && *s <= '9'; s++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, *s - '0', &value))
			return false;
	*p = s;
	*ret = value;
	return true;
}

bool event_key_numbered(const char *id, struct event_key *ret)
{
	int64_t ms, seq;
	const char *p = id;

	if (!str_starts_with(id, "evt_"))
		return false;
	p += strlen("evt_");
	if (!take_digits(&p, &ms) || ms > WHEN_MAX_MS || *p++ != '-' || !take_digits(&p, &seq) ||
	    *p != '\0')
		return false;
	*ret = (struct event_key){ms, seq, ""};
	return true;
}

struct event_key event_key(const struct event *e)
{
	struct event_key k;

	if (!event_key_numbered(e->id, &k))
		k = (struct event_key){e->order_ms, e->order_seq, e->id};
	return k;
}

void event_key_id(const struct event_key *k, char ret[ID_CAP])
{
	if (k->text[0] != '\0')
		(void)str_copy(ret, ID_CAP, k->text);
	else
		(void)str_printf(ret, ID_CAP, "evt_%" PRId64 "-%" PRId64, k->ms, k->seq);
}

static const char KEY_OF_TEXT[] = "SELECT ms, seq FROM event WHERE id = ? AND id <> ''";

enum status history_key(struct history *h, const char *id, struct event_key *ret,
			struct problem *reterr)
{
	struct event_key k = {.text = id};
	struct query q;
	enum status st;
	bool found;

	if (event_key_numbered(id, ret))
		return S_OK;
	query_start(&q, h->db, KEY_OF_TEXT);
	query_str(&q, id);
	found = query_step(&q);
	if (found) {
		k.ms = query_get_int(&q, 0);
		k.seq = query_get_int(&q, 1);
	}
	st = query_end(&q, reterr);
	if (st == S_OK && !found)
		st = problem_set(reterr, E_NOT_FOUND, NULL, "the history has no event %s", id);
	if (st == S_OK)
		*ret = k;
	return st;
}

static const char ROW_OF_NUMBERS[] = "SELECT row FROM event WHERE ms = ? AND seq = ? AND id = ''";
static const char ROW_OF_TEXT[] = "SELECT row FROM event WHERE id = ? AND id <> ''";

enum status history_row(struct history *h, const char *id, int64_t *ret, struct problem *reterr)
{
	struct event_key k;
	struct query q;
	int64_t row = 0;
	enum status st;

	if (event_key_numbered(id, &k)) {
		query_start(&q, h->db, ROW_OF_NUMBERS);
		query_int(&q, k.ms);
		query_int(&q, k.seq);
	} else {
		query_start(&q, h->db, ROW_OF_TEXT);
		query_str(&q, id);
	}
	if (query_step(&q))
		row = query_get_int(&q, 0);
	st = query_end(&q, reterr);
	if (st == S_OK && row == 0)
		st = problem_set(reterr, E_NOT_FOUND, NULL, "the history has no event %s", id);
	if (st == S_OK)
		*ret = row;
	return st;
}

/* --- objects ----------------------------------------------------------------------------- */

static uint64_t hash_bytes(uint64_t h, const char *s)
{
	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211u;
	return (h ^ 0xffu) * 1099511628211u;
}

int64_t object_hash(enum object_kind kind, const char *id)
{
	const struct kind_info *info = kind_info(kind);
	uint64_t h;
	int64_t signed_h;

	if (id[0] == '\0')
		return 0;
	h = hash_bytes(hash_bytes(14695981039346656037u, info ? info->wire : ""), id);
	memcpy(&signed_h, &h, sizeof(signed_h));
	return signed_h != 0 ? signed_h : 1;
}

enum object_kind event_object_kind(const struct event *e)
{
	return e->object.kind != OBJECT_NONE ? e->object.kind : kind_from_wire(e->object_word);
}

/* --- state ------------------------------------------------------------------------------- */

static const char STATE_SET[] = "INSERT INTO state (name, value) VALUES (?, ?)"
				" ON CONFLICT (name) DO UPDATE SET value = excluded.value";
static const char STATE_GET[] = "SELECT value FROM state WHERE name = ?";

enum status state_set(struct db *db, const char *name, const char *value, struct problem *reterr)
{
	struct query q;

	query_start(&q, db, STATE_SET);
	query_str(&q, name);
	query_str(&q, value);
	return query_run(&q, reterr);
}

enum status state_set_int(struct db *db, const char *name, int64_t value, struct problem *reterr)
{
	struct query q;

	query_start(&q, db, STATE_SET);
	query_str(&q, name);
	query_int(&q, value);
	return query_run(&q, reterr);
}

enum status state_get(struct db *db, const char *name, char *ret, size_t cap,
		      struct problem *reterr)
{
	struct query q;

	ret[0] = '\0';
	query_start(&q, db, STATE_GET);
	query_str(&q, name);
	if (query_step(&q))
		(void)str_copy(ret, cap, query_get_text(&q, 0));
	return query_end(&q, reterr);
}

enum status state_get_int(struct db *db, const char *name, int64_t missing, int64_t *ret,
			  struct problem *reterr)
{
	struct query q;
	int64_t value = missing;
	enum status st;

	query_start(&q, db, STATE_GET);
	query_str(&q, name);
	if (query_step(&q))
		value = query_get_int(&q, 0);
	st = query_end(&q, reterr);
	if (st == S_OK)
		*ret = value;
	return st;
}

const char *history_cursor_name(enum history_cursor c)
{
	static const char *const NAMES[HISTORY_CURSOR_COUNT] = {
#define X(constant, name) [constant] = name,
		HISTORY_CURSORS(X)
#undef X
	};
	return NAMES[c];
}

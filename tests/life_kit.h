/*
 * Lives: tests/fixtures/lives/NAME.ndjson told to a store, a moment at a time.
 *
 * A moment is an event that came, an answer of the server, or nothing but time that went by. They
 * stand in the order in which they arrived; a test tells them in that order or in another. What
 * the disk would know is told too: life_tell_dossier() hands the store the answer to
 * REQUEST_DOSSIER as it would be after the moments that were told. Include cmocka.h first.
 */
#ifndef PEPAYTOP_TESTS_LIFE_KIT_H
#define PEPAYTOP_TESTS_LIFE_KIT_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "model/answers.h"
#include "model/subject.h"

#define LIVES_FOLDER      "tests/fixtures/lives/"
#define LIVES_MAX         128
#define LIFE_MOMENTS_MAX  64
#define LIFE_ROOTS_MAX    16
#define LIFE_LINE_MAX     65536
#define LIFE_FIRST_SERIAL 100000

enum life_kind { LIFE_EVENT, LIFE_ANSWER, LIFE_LOOK };

struct life_moment {
	enum life_kind kind;
	int64_t arrived_ms;
	struct event event;   /* LIFE_EVENT */
	struct object answer; /* LIFE_ANSWER */
	char *raw;            /* and its body */
	bool told;
};

struct life {
	char name[64];
	char title[160];
	struct subject roots[LIFE_ROOTS_MAX]; /* its objects; the first is whose life it is */
	size_t root_count;
	struct life_moment moments[LIFE_MOMENTS_MAX];
	size_t count;
	uint64_t serial;
};

/* --- reading ------------------------------------------------------------------------------- */

static inline enum subject_kind life_subject_kind(const char *word)
{
	for (int k = 0; k < SUBJECT_KIND_COUNT; k++)
		if (str_equal(subject_word((enum subject_kind)k), word))
			return (enum subject_kind)k;
	fail_msg("no subject is called %s", word);
	return SUBJECT_EVENT;
}

static inline void life_read_head(struct life *l, const struct json *line)
{
	str_copy(l->name, sizeof(l->name), json_string(json_get(line, "life")));
	str_copy(l->title, sizeof(l->title), json_string(json_get(line, "title")));
	for (const struct json *r = json_first(json_get(line, "roots"));
	     r && l->root_count < LIFE_ROOTS_MAX; r = json_next(r))
		assert_true(subject_set(&l->roots[l->root_count++],
					life_subject_kind(json_string(json_get(r, "kind"))),
					json_string(json_get(r, "id"))));
}

static inline char *life_source(const struct json *v, const char *line, size_t *ret_len)
{
	const char *text = json_source(v, line, ret_len);
	return xmemdup0(text, *ret_len);
}

static inline void life_read_moment(struct life *l, const struct json *line, const char *text)
{
	struct life_moment *m = &l->moments[l->count++];
	const struct json *event = json_get(line, "event"), *get = json_get(line, "get");
	struct problem why = {0};
	size_t len = 0;

	if (json_int64(json_get(line, "arrived"), &m->arrived_ms) != S_OK)
		fail_msg("%s: a moment without its time", l->name);
	m->kind = LIFE_LOOK;
	if (event) {
		char *own = life_source(event, text, &len);
		m->kind = LIFE_EVENT;
		if (event_decode(event, own, len, &m->event, &why) != S_OK)
			fail_msg("%s: %s", l->name, why.what);
		free(own);
	} else if (get) {
		m->kind = LIFE_ANSWER;
		m->raw = life_source(json_get(line, "data"), text, &len);
		if (object_decode(kind_from_wire(json_string(get)), json_get(line, "data"),
				  &m->answer, &why) != S_OK)
			fail_msg("%s: %s", l->name, why.what);
	}
}

static inline struct life *life_load(const char *name)
{
	struct life *l = xcalloc(1, sizeof(*l));
	char path[256], *line = xmalloc(LIFE_LINE_MAX);

	snprintf(path, sizeof(path), LIVES_FOLDER "%s.ndjson", name);
	FILE *file = fopen(path, "rb");
	if (!file)
		fail_msg("cannot open %s: run from the repository root", path);
	for (bool first = true; fgets(line, LIFE_LINE_MAX, file); first = false) {
		struct json *root = NULL;
		struct problem why = {0};
		if (json_parse(line, strlen(line), &root, &why) != S_OK)
			fail_msg("%s: %s", path, why.what);
		if (first)
			life_read_head(l, root);
		else
			life_read_moment(l, root, line);
		json_free(root);
		assert_true(l->count < LIFE_MOMENTS_MAX);
	}
	(void)fclose(file);
	free(line);
	l->serial = LIFE_FIRST_SERIAL;
	return l;
}

static inline void life_free(struct life *l)
{
	for (size_t i = 0; i < l->count; i++) {
		if (l->moments[i].kind == LIFE_EVENT)
			event_release(&l->moments[i].event);
		if (l->moments[i].kind == LIFE_ANSWER)
			object_release(&l->moments[i].answer);
		free(l->moments[i].raw);
	}
	free(l);
}

static inline int life_name_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of all of them, sorted; the caller frees each. */
static inline size_t lives_list(char *ret[LIVES_MAX])
{
	DIR *folder = opendir(LIVES_FOLDER);
	size_t n = 0;

	if (!folder)
		fail_msg("cannot open %s: run from the repository root", LIVES_FOLDER);
	for (struct dirent *e = readdir(folder); e && n < LIVES_MAX; e = readdir(folder)) {
		size_t len = strlen(e->d_name);
		if (len > 7 && strcmp(e->d_name + len - 7, ".ndjson") == 0)
			ret[n++] = xmemdup0(e->d_name, len - 7);
	}
	(void)closedir(folder);
	qsort(ret, n, sizeof(ret[0]), life_name_compare);
	return n;
}

/* --- telling ------------------------------------------------------------------------------- */

static inline void life_apply(struct store *st, struct msg *m, int64_t now_ms)
{
	(void)store_apply(st, m, now_ms);
	msg_free(m);
}

static inline void life_tell_event(struct life *l, struct store *st, size_t i,
				   enum event_source source)
{
	struct msg *m = msg_new(MSG_EVENTS);

	m->as.events.source = source;
	m->as.events.items = xcalloc(1, sizeof(struct event));
	event_copy(&m->as.events.items[0], &l->moments[i].event);
	m->as.events.count = 1;
	life_apply(st, m, l->moments[i].arrived_ms);
}

static inline void life_tell_answer(struct life *l, struct store *st, size_t i)
{
	const struct life_moment *from = &l->moments[i];
	struct request rq = {.kind = REQUEST_GET, .object = from->answer.kind};
	struct msg *m = msg_new(MSG_OBJECT);

	rq.serial = ++l->serial;
	str_copy(rq.target, sizeof(rq.target), object_id(&from->answer));
	(void)store_submitted(st, &rq, from->arrived_ms);
	m->as.object.serial = rq.serial;
	object_copy(&m->as.object.object, &from->answer);
	m->as.object.raw_len = strlen(from->raw);
	m->as.object.raw = xmemdup0(from->raw, m->as.object.raw_len);
	life_apply(st, m, from->arrived_ms);
}

/* The moment as it comes: an event by the stream, an answer to a GET. */
static inline void life_tell(struct life *l, struct store *st, size_t i)
{
	l->moments[i].told = true;
	if (l->moments[i].kind == LIFE_EVENT)
		life_tell_event(l, st, i, SOURCE_STREAM);
	else if (l->moments[i].kind == LIFE_ANSWER)
		life_tell_answer(l, st, i);
}

static inline void life_forget_told(struct life *l)
{
	for (size_t i = 0; i < l->count; i++)
		l->moments[i].told = false;
}

static inline int life_kept_compare(const void *pa, const void *pb)
{
	const struct event *a = &((const struct kept_event *)pa)->event;
	const struct event *b = &((const struct kept_event *)pb)->event;

	if (a->order_ms != b->order_ms)
		return a->order_ms < b->order_ms ? -1 : 1;
	return a->order_seq < b->order_seq ? -1 : a->order_seq > b->order_seq;
}

/* What the disk knows of it after the moments told so far: the answer to a REQUEST_DOSSIER. */
static inline void life_tell_dossier(struct life *l, struct store *st, const struct subject *root,
				     int64_t now_ms)
{
	struct request rq = {.kind = REQUEST_DOSSIER, .object = subject_object(root->kind)};
	struct msg *m = msg_new(MSG_DOSSIER);
	struct dossier *d = &m->as.dossier.dossier;

	rq.serial = ++l->serial;
	str_copy(rq.target, sizeof(rq.target), root->id);
	(void)store_submitted(st, &rq, now_ms);
	m->as.dossier.serial = rq.serial;
	d->kind = rq.object;
	str_copy(d->id, sizeof(d->id), root->id);
	d->items = xcalloc(l->count + 1, sizeof(*d->items));
	for (size_t i = 0; i < l->count; i++) {
		struct kept_event *k = &d->items[d->count];
		if (l->moments[i].kind != LIFE_EVENT || !l->moments[i].told)
			continue;
		event_copy(&k->event, &l->moments[i].event);
		k->via = VIA_LIVE;
		k->arrived_ms = l->moments[i].arrived_ms;
		d->count++;
	}
	qsort(d->items, d->count, sizeof(*d->items), life_kept_compare);
	life_apply(st, m, now_ms);
}

#endif

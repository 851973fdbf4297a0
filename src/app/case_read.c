/* Opening a case again: everything in it may be wrong, and then it says what. */
#include "app/case.h"

#include "app/case_parts.h"
#include "archive/digest.h"
#include "base/alloc.h"
#include "bus/msg.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct case_object {
	struct object object;
	int64_t stated_ms;
};

struct case_file {
	struct subject subject;
	char server[128], environment[STATUS_CAP];
	int64_t made_ms;
	struct kept_event *events; /* oldest first, as they stand in the file */
	size_t event_count, event_cap;
	struct case_object *objects;
	size_t object_count, object_cap;
	size_t taken; /* of report, objects, events */
};

/* --- the file ------------------------------------------------------------------------ */

static enum status file_read(const char *path, char **ret, size_t *ret_len, struct problem *reterr)
{
	struct stat sb;
	size_t done = 0;
	ssize_t n = 1;
	char *bytes;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return problem_set(reterr, errno == ENOENT ? E_NOT_FOUND : E_IO, NULL,
				   "cannot open %s: %s", path, strerror(errno));
	if (fstat(fd, &sb) != 0 || !S_ISREG(sb.st_mode) || sb.st_size > (off_t)CASE_ZIP_MAX) {
		close(fd);
		return problem_set(reterr, E_INVALID, NULL, "%s is no case: %s", path,
				   S_ISREG(sb.st_mode) ? "it is too large" : "it is no file");
	}
	bytes = xmalloc((size_t)sb.st_size + 1);
	while (done < (size_t)sb.st_size && n > 0) {
		n = read(fd, bytes + done, (size_t)sb.st_size - done);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n > 0)
			done += (size_t)n;
	}
	close(fd);
	*ret = bytes;
	*ret_len = done;
	return S_OK;
}

/* Each file that has a sum must be what it was. */
static enum status sums_check(const struct case_part *parts, struct problem *reterr)
{
	const char *line = parts[CASE_SUMS].text;
	char hex[DIGEST_HEX_CAP];

	for (size_t i = 0; line && i < CASE_SUMS; i++) {
		char want[DIGEST_HEX_CAP + 64];

		if (!parts[i].text)
			continue;
		str_printf(want, sizeof(want), "%s  %s\n",
			   digest_sha256(parts[i].text, parts[i].len, hex), parts[i].name);
		if (!strstr(line, want))
			return problem_set(reterr, E_INVALID, "ask for the case again",
					   "%s in the case is not what it was when it was made",
					   parts[i].name);
	}
	return S_OK;
}

/* --- the manifest ---------------------------------------------------------------------- */

static const char *text_of(const struct json *v, const char *key)
{
	const char *text = json_string(json_get(v, key));

	return text ? text : "";
}

static bool subject_read(const struct json *v, struct subject *ret)
{
	const char *word = text_of(v, "kind");

	for (int k = 0; k < SUBJECT_KIND_COUNT; k++)
		if (str_equal(subject_word((enum subject_kind)k), word))
			return subject_set(ret, (enum subject_kind)k, text_of(v, "id"));
	return false;
}

static enum status manifest_read(struct case_file *c, const struct case_part *p,
				 struct problem *reterr)
{
	struct json *v = NULL;
	int64_t version = 0;
	enum status s = json_parse(p->text, p->len, &v, reterr);

	if (s != S_OK)
		return problem_set(reterr, E_INVALID, NULL, "case.json cannot be read");
	if (!str_equal(text_of(v, "format"), CASE_FORMAT))
		s = problem_set(reterr, E_INVALID, NULL, "the zip is no case of pepaytop");
	else if (json_int64(json_get(v, "version"), &version) != S_OK || version < 1)
		s = problem_set(reterr, E_INVALID, NULL, "case.json says no version");
	else if (version > CASE_VERSION)
		s = problem_set(reterr, E_UNSUPPORTED, "use a newer pepaytop",
				"the case is of version %lld, this program reads %d",
				(long long)version, CASE_VERSION);
	else if (json_int64(json_get(v, "made_at_ms"), &c->made_ms) != S_OK || c->made_ms < 0 ||
		 c->made_ms > WHEN_MAX_MS)
		s = problem_set(reterr, E_INVALID, NULL, "case.json does not say when it was made");
	else if (!subject_read(json_get(v, "subject"), &c->subject))
		s = problem_set(reterr, E_INVALID, NULL, "case.json does not say what it is of");
	str_copy(c->server, sizeof(c->server), text_of(v, "server"));
	str_copy(c->environment, sizeof(c->environment), text_of(v, "environment"));
	json_free(v);
	return s;
}

/* --- events and objects ------------------------------------------------------------------ */

static enum event_via via_read(const char *word)
{
	for (int v = 0; v < EVENT_VIA_COUNT; v++)
		if (str_equal(event_via_word((enum event_via)v), word))
			return (enum event_via)v;
	return VIA_OLDER;
}

static enum status event_read(struct case_file *c, const char *line, size_t len, size_t number,
			      struct problem *reterr)
{
	struct problem why = {.what = ""};
	struct kept_event k = {.arrived_ms = c->made_ms};
	struct json *v = NULL;
	const char *text;
	size_t text_len;
	enum status s = json_parse(line, len, &v, &why);

	if (s != S_OK)
		return problem_set(reterr, s, NULL, "events.ndjson, line %zu: %s", number,
				   why.what);
	text = json_source(json_get(v, "event"), line, &text_len);
	if (text_len == 0)
		s = problem_set(&why, E_INVALID, NULL, "there is no event in it");
	else
		s = event_decode(json_get(v, "event"), text, text_len, &k.event, &why);
	if (s == S_OK) {
		k.via = via_read(text_of(v, "via"));
		if (json_int64(json_get(v, "arrived_ms"), &k.arrived_ms) != S_OK ||
		    k.arrived_ms < 0 || k.arrived_ms > WHEN_MAX_MS)
			k.arrived_ms = c->made_ms;
		array_reserve((void **)&c->events, &c->event_cap, c->event_count + 1,
			      sizeof(*c->events));
		c->events[c->event_count++] = k;
	} else {
		s = problem_set(reterr, s, NULL, "events.ndjson, line %zu: %s", number, why.what);
	}
	json_free(v);
	return s;
}

static enum status events_read(struct case_file *c, const struct case_part *p,
			       struct problem *reterr)
{
	const char *line = p->text, *end = p->text + p->len;
	enum status s = S_OK;

	for (size_t number = 1; line < end && s == S_OK; number++) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		size_t len = stop ? (size_t)(stop - line) : (size_t)(end - line);

		if (number > CASE_LINES_MAX)
			return problem_set(reterr, E_LIMIT, NULL,
					   "events.ndjson has more than %d lines", CASE_LINES_MAX);
		if (len > 0)
			s = event_read(c, line, len, number, reterr);
		line += len + 1;
	}
	return s;
}

static enum status object_read(struct case_file *c, const struct json *v, size_t number,
			       struct problem *reterr)
{
	enum object_kind kind = kind_from_wire(text_of(v, "kind"));
	struct problem why = {.what = ""};
	struct case_object *o;

	if (kind == OBJECT_NONE)
		return problem_set(reterr, E_INVALID, NULL,
				   "objects.json, number %zu is of no kind this program knows",
				   number);
	array_reserve((void **)&c->objects, &c->object_cap, c->object_count + 1,
		      sizeof(*c->objects));
	o = &c->objects[c->object_count];
	if (object_decode(kind, json_get(v, "object"), &o->object, &why) != S_OK)
		return problem_set(reterr, E_INVALID, NULL, "objects.json, number %zu: %s", number,
				   why.what);
	if (json_int64(json_get(v, "stated_ms"), &o->stated_ms) != S_OK || o->stated_ms < 0 ||
	    o->stated_ms > WHEN_MAX_MS)
		o->stated_ms = c->made_ms;
	c->object_count++;
	return S_OK;
}

static enum status objects_read(struct case_file *c, const struct case_part *p,
				struct problem *reterr)
{
	struct json *list = NULL;
	size_t number = 0;
	enum status s = json_parse_page(p->text, p->len, &list, reterr);

	if (s != S_OK)
		return problem_set(reterr, s, NULL, "objects.json cannot be read");
	if (json_kind(list) != JSON_ARRAY || json_count(list) > CASE_OBJECTS_MAX)
		s = problem_set(reterr, E_INVALID, NULL, "objects.json is not a list of objects");
	for (const struct json *v = json_first(list); v && s == S_OK; v = json_next(v))
		s = object_read(c, v, ++number, reterr);
	json_free(list);
	return s;
}

static bool case_has_invoice(const struct case_file *c, const char *id)
{
	for (size_t i = 0; i < c->object_count; i++)
		if (c->objects[i].object.kind == OBJECT_INVOICE &&
		    str_equal(object_id(&c->objects[i].object), id))
			return true;
	for (size_t i = 0; i < c->event_count; i++)
		if (c->events[i].event.object.kind == OBJECT_INVOICE &&
		    str_equal(object_id(&c->events[i].event.object), id))
			return true;
	return false;
}

/* What a payment session answered is a secret and in no case: what is there of it is its
 * invoice, which has the same id. */
static void session_shows_invoice(struct case_file *c)
{
	if (c->subject.kind == SUBJECT_SESSION && case_has_invoice(c, c->subject.id))
		c->subject.kind = SUBJECT_INVOICE;
}

/* --- the whole ----------------------------------------------------------------------------- */

enum status case_open(const char *path, struct case_file **ret, struct problem *reterr)
{
	struct case_part parts[CASE_PART_COUNT] = {CASE_PART_ROWS};
	struct case_file *c = xcalloc(1, sizeof(*c));
	char *bytes = NULL;
	size_t len = 0;
	enum status s = file_read(path, &bytes, &len, reterr);

	if (s == S_OK)
		s = case_zip_unpack(bytes, len, parts, CASE_PART_COUNT, reterr);
	if (s == S_OK)
		s = sums_check(parts, reterr);
	if (s == S_OK)
		s = manifest_read(c, &parts[CASE_MANIFEST], reterr);
	if (s == S_OK)
		s = events_read(c, &parts[CASE_EVENTS], reterr);
	if (s == S_OK)
		s = objects_read(c, &parts[CASE_OBJECTS], reterr);
	if (s == S_OK) {
		session_shows_invoice(c);
		*ret = c;
	} else {
		case_close(c);
	}
	case_parts_release(parts, CASE_PART_COUNT);
	free(bytes);
	return s;
}

void case_close(struct case_file *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->event_count; i++)
		kept_event_release(&c->events[i]);
	for (size_t i = 0; i < c->object_count; i++)
		object_release(&c->objects[i].object);
	free(c->events);
	free(c->objects);
	free(c);
}

const struct subject *case_subject(const struct case_file *c)
{
	return &c->subject;
}

const char *case_server(const struct case_file *c)
{
	return c->server;
}

const char *case_environment(const struct case_file *c)
{
	return c->environment;
}

int64_t case_made_ms(const struct case_file *c)
{
	return c->made_ms;
}

/* --- filling a store ------------------------------------------------------------------------- */

static struct msg *report_msg(const struct case_file *c)
{
	struct msg *m = msg_new(MSG_HISTORY);
	struct history_report *r = &m->as.history;

	r->mode = HISTORY_CASE;
	r->complete_since_ms = r->proven_to_ms = r->oldest_ms = TIME_NONE;
	r->events = c->event_count;
	if (c->event_count > 0)
		r->oldest_ms = c->events[0].event.created_ms;
	return m;
}

/* What a GET answered then: an answer, not an event. */
static struct msg *object_msg(const struct case_object *o)
{
	struct msg *m = msg_new(MSG_PAGE);
	struct msg_page *p = &m->as.page;

	p->object = o->object.kind;
	p->page.items = xcalloc(1, sizeof(struct object));
	p->page.count = 1;
	object_copy(&p->page.items[0], &o->object);
	p->from_history = true;
	p->answered_ms = o->stated_ms;
	return m;
}

static struct msg *event_msg(const struct kept_event *k)
{
	struct msg *m = msg_new(MSG_EVENTS);

	m->as.events.source = SOURCE_HISTORY;
	m->as.events.items = xcalloc(1, sizeof(struct event));
	m->as.events.count = 1;
	event_copy(&m->as.events.items[0], &k->event);
	return m;
}

struct msg *case_take(struct case_file *c, int64_t *ret_at_ms)
{
	size_t at = c->taken;

	*ret_at_ms = c->made_ms;
	if (at > c->event_count + c->object_count)
		return NULL;
	c->taken++;
	if (at == 0)
		return report_msg(c);
	if (at <= c->event_count) {
		*ret_at_ms = c->events[at - 1].arrived_ms;
		return event_msg(&c->events[at - 1]);
	}
	return object_msg(&c->objects[at - 1 - c->event_count]);
}

/* --- answers --------------------------------------------------------------------------------- */

static struct msg *failed_msg(const struct request *rq)
{
	struct msg *m = msg_new(MSG_FAILED);

	m->as.failed.request = *rq;
	problem_set(&m->as.failed.problem, E_NOT_FOUND, NULL,
		    "it is not in this case, and a case has no server");
	return m;
}

/* What only a server could tell is not for want of looking. */
static struct msg *not_asked_msg(const struct request *rq)
{
	struct msg *m = failed_msg(rq);

	problem_set(&m->as.failed.problem, E_NOT_FOUND, NULL, "not asked: a case has no server");
	return m;
}

static struct msg *whole_msg(const struct case_file *c, const struct request *rq)
{
	for (size_t i = 0; i < c->event_count; i++) {
		struct msg *m;

		if (!str_equal(c->events[i].event.id, rq->target))
			continue;
		m = msg_new(MSG_EVENT);
		m->as.event.serial = rq->serial;
		event_copy(&m->as.event.event, &c->events[i].event);
		m->as.event.via = c->events[i].via;
		m->as.event.arrived_ms = c->events[i].arrived_ms;
		return m;
	}
	return failed_msg(rq);
}

/* All there is: a case is about one payment. */
static struct msg *dossier_msg(const struct case_file *c, const struct request *rq)
{
	struct msg *m = msg_new(MSG_DOSSIER);
	struct dossier *d = &m->as.dossier.dossier;

	m->as.dossier.serial = rq->serial;
	d->kind = rq->object;
	str_copy(d->id, sizeof(d->id), rq->target);
	d->items = xcalloc(c->event_count + 1, sizeof(*d->items));
	for (; d->count < c->event_count; d->count++) {
		d->items[d->count] = c->events[d->count];
		event_copy(&d->items[d->count].event, &c->events[d->count].event);
	}
	return m;
}

static struct msg *get_msg(const struct case_file *c, const struct request *rq)
{
	for (size_t i = 0; i < c->object_count; i++) {
		const struct object *o = &c->objects[i].object;
		struct msg *m;

		if (o->kind != rq->object || !str_equal(object_id(o), rq->target))
			continue;
		m = msg_new(MSG_OBJECT);
		m->as.object.serial = rq->serial;
		object_copy(&m->as.object.object, o);
		return m;
	}
	return failed_msg(rq);
}

struct msg *case_answer(struct case_file *c, const struct request *rq)
{
	struct msg *m;

	switch (rq->kind) {
	case REQUEST_EVENT:
	case REQUEST_EVENT_FETCH:
		return whole_msg(c, rq);
	case REQUEST_DOSSIER:
		return dossier_msg(c, rq);
	case REQUEST_GET:
		return get_msg(c, rq);
	case REQUEST_OLDER:
		m = msg_new(MSG_EVENTS);
		m->as.events.source = SOURCE_HISTORY;
		m->as.events.serial = rq->serial;
		m->as.events.oldest = true;
		return m;
	default:
		return request_kind_asked_of(rq->kind) == OF_SERVER ? not_asked_msg(rq)
								    : failed_msg(rq);
	}
}

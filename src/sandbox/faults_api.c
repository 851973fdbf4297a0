/* POST, GET and DELETE /_sandbox/faults: contract 15.5. */
#include "base/strbuf.h"
#include "sandbox/body.h"
#include "sandbox/control.h"
#include "sandbox/faults.h"

#define MS_MAX (24LL * 3600 * 1000)

static int64_t now_of(const struct world *w)
{
	return clock_mono_ms(&w->real);
}

static bool refuse(struct reply *r, const char *what)
{
	reply_error(r, 400, CODE_VALIDATION_ERROR, "%s", what);
	return false;
}

/* --- reading one ------------------------------------------------------------------------ */

/* Names that say a status: "429", "5xx". */
static bool status_of_name(const char *name, int64_t *ret)
{
	static const struct {
		const char *name;
		int64_t status;
	} names[] = {{"401", 401}, {"403", 403}, {"429", 429}, {"500", 500},
		     {"502", 502}, {"503", 503}, {"504", 504}, {"5xx", 500}};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_equal(names[i].name, name)) {
			*ret = names[i].status;
			return true;
		}
	return false;
}

static bool read_status(const struct call *c, struct reply *r, int64_t named, struct fault_entry *f)
{
	static const int64_t http[] = {401, 403, 429, 500, 502, 503, 504, 0};
	static const int64_t redirects[] = {301, 302, 307, 308, 0};
	bool redirect = f->kind == FAULT_REDIRECT;

	if (!body_int(c, r, "status", 300, 599,
		      named      ? named
		      : redirect ? 302
				 : 503,
		      &f->params.status))
		return false;
	for (const int64_t *s = redirect ? redirects : http; *s; s++)
		if (*s == f->params.status)
			return true;
	return refuse(r, redirect ? "status: must be 301, 302, 307 or 308"
				  : "status: must be 401, 403, 429, 500, 502, 503 or 504");
}

/* Into buf when it is there; printable, so that no header ends in it. */
static bool read_text(const struct call *c, struct reply *r, const char *key, char *buf, size_t cap)
{
	const char *text;

	if (!body_string(c, r, key, cap - 1, true, &text))
		return false;
	for (const char *p = text ? text : ""; *p; p++)
		if (*p < ' ' || *p > '~') {
			reply_error(r, 400, CODE_VALIDATION_ERROR, "%s: must be printable ASCII",
				    key);
			return false;
		}
	str_copy(buf, cap, text ? text : "");
	return true;
}

static bool read_flag(const struct call *c, struct reply *r, const char *key, bool *ret)
{
	*ret = false;
	if (!body_bool(c, r, key))
		return false;
	if (json_bool(json_get(c->json, key), ret) != S_OK)
		*ret = false; /* absent or null */
	return true;
}

/* Exactly, in millionths: "0.25" is 250000. */
static bool read_probability(const struct call *c, struct reply *r, int64_t *ret)
{
	const struct json *v = json_get(c->json, "probability");
	const char *text = json_number_text(v);
	double p = text ? strtod(text, NULL) : -1;

	*ret = FAULT_CERTAIN;
	if (json_is_null(v))
		return true;
	if (!(p > 0 && p <= 1))
		return refuse(r, "probability: must be a number above 0, at most 1");
	*ret = (int64_t)(p * FAULT_CERTAIN + 0.5);
	return true;
}

static bool read_reach(const struct call *c, struct reply *r, struct fault_entry *f)
{
	int64_t seed;
	const char *on;

	if (!read_text(c, r, "method", f->method, sizeof(f->method)) ||
	    !read_text(c, r, "path", f->path, sizeof(f->path)) ||
	    !body_int(c, r, "seed", 0, INT64_MAX, 1, &seed) ||
	    !body_int(c, r, "count", 1, INT64_MAX, 0, &f->count) ||
	    !body_int(c, r, "for_ms", 1, MS_MAX, 0, &f->for_ms) ||
	    !read_probability(c, r, &f->probability) || !body_string(c, r, "on", 4, true, &on))
		return false;
	if (on && !str_equal(on, "ws") && !str_equal(on, "http"))
		return refuse(r, "on: must be ws or http");
	f->params.on_http = on && str_equal(on, "http");
	f->seed = (uint64_t)seed;
	/* Said nothing of how long: once. */
	if (!f->count && !f->for_ms && f->probability == FAULT_CERTAIN)
		f->count = 1;
	return true;
}

static bool read_frame(const struct call *c, struct reply *r, struct fault_entry *f)
{
	const char *frame;

	if (!body_string(c, r, "frame", 32, true, &frame))
		return false;
	if (!frame || bad_frame_find(frame, &f->params.frame))
		return true;
	return refuse(r, "frame: must be rsv, continuation, utf8, masked, length, oversized, "
			 "control-long, control-split or opcode");
}

/* At least one byte a write, or nothing would ever end. */
static bool read_params(const struct call *c, struct reply *r, int64_t status,
			struct fault_entry *f)
{
	bool slice = f->kind == FAULT_SLICE, delay = f->kind == FAULT_DELAY;
	struct fault_params *p = &f->params;

	if (!body_int(c, r, "bytes", f->kind != FAULT_DROP, 16 << 20,
		      slice ? 1 : FAULT_BYTES_RANDOM, &p->bytes) ||
	    !body_int(c, r, "ms", 0, MS_MAX, delay ? 1000 : 0, &p->ms) ||
	    !body_int(c, r, "times", 1, 40, 1, &p->times) ||
	    !body_int(c, r, "window", 1, 16, 2, &p->window) || !read_status(c, r, status, f) ||
	    !read_flag(c, r, "reset", &p->reset) || !read_frame(c, r, f) ||
	    !read_text(c, r, "retry_after", p->retry_after, sizeof(p->retry_after)) ||
	    !read_text(c, r, "host", p->host, sizeof(p->host)))
		return false;
	if (f->kind == FAULT_REDIRECT && !p->host[0])
		return refuse(r, "host: is required, and is where the redirect leads");
	return true;
}

static bool read_fault(const struct call *c, struct reply *r, struct fault_entry *f)
{
	const char *name;
	int64_t status = 0;

	*f = (struct fault_entry){.kind = FAULT_HTTP};
	if (!c->json)
		return refuse(r, "body: is required");
	if (!body_required(c, r, "fault", 32, true, &name))
		return false;
	if (!status_of_name(name, &status) && !fault_find(name, &f->kind)) {
		reply_error(r, 400, CODE_VALIDATION_ERROR, "fault: there is no fault '%s'", name);
		return false;
	}
	return read_reach(c, r, f) && read_params(c, r, status, f);
}

/* --- showing them ------------------------------------------------------------------------- */

static struct json *fault_json(const struct fault_entry *f)
{
	struct json *o = json_new_object();
	char text[32];

	json_set_string(o, "object", "fault");
	str_printf(text, sizeof(text), "flt_%lld", (long long)f->id);
	json_set_string(o, "id", text);
	json_set_string(o, "fault", fault_name(f->kind));
	json_set_string(o, "method", f->method[0] ? f->method : NULL);
	json_set_string(o, "path", f->path[0] ? f->path : NULL);
	json_set_int(o, "seed", (int64_t)f->seed);
	if (f->count)
		json_set_int(o, "remaining", f->count - f->hits);
	else
		json_set_null(o, "remaining");
	str_printf(text, sizeof(text), "%lld.%06lld", (long long)(f->probability / FAULT_CERTAIN),
		   (long long)(f->probability % FAULT_CERTAIN));
	json_set_number_text(o, "probability", text);
	json_set_int(o, "for_ms", f->for_ms);
	json_set_int(o, "asked", f->asked);
	json_set_int(o, "hits", f->hits);
	return o;
}

void faults_handle_create(struct world *w, const struct call *c, struct reply *r)
{
	struct faults *faults = control_faults(w);
	struct problem why = {0};
	struct fault_entry f;
	int64_t id;

	if (!read_fault(c, r, &f))
		return;
	if (faults_add(faults, &f, now_of(w), &id, &why) != S_OK) {
		reply_error(r, 409, CODE_CONFLICT, "%s", why.what);
		return;
	}
	f.id = id;
	reply_json_take(r, 201, fault_json(&f));
}

void faults_handle_list(struct world *w, const struct call *c, struct reply *r)
{
	struct json *o = json_new_object(), *list = json_new_array();
	const struct fault_entry *f;

	(void)c;
	for (size_t i = 0; (f = faults_at(control_faults(w), i, now_of(w))); i++)
		json_append_take(list, fault_json(f));
	json_set_string(o, "object", "list");
	json_set_take(o, "data", list);
	json_set_bool(o, "has_more", false);
	reply_json_take(r, 200, o);
}

void faults_handle_clear(struct world *w, const struct call *c, struct reply *r)
{
	faults_clear(control_faults(w));
	faults_handle_list(w, c, r);
}

void faults_handle_delete(struct world *w, const struct call *c, struct reply *r)
{
	const char *id = c->match.params[0];
	struct problem why = {0};
	char *end = NULL;
	long long n = str_starts_with(id, "flt_") ? strtoll(id + 4, &end, 10) : 0;
	enum status st = end && !*end ? faults_remove(control_faults(w), n, &why)
				      : problem_set(&why, E_NOT_FOUND, NULL, "no fault '%s'", id);

	if (st != S_OK)
		reply_problem(r, &why);
	else
		faults_handle_list(w, c, r);
}

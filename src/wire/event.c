#include "wire/event.h"

#include "base/alloc.h"
#include "base/strbuf.h"

static const struct {
	const char *type;
	enum object_kind kind;
} TYPES[] = {
#define X(wire, kind, ours) {wire, kind},
	EVENT_TYPES(X)
#undef X
};
#define TYPE_COUNT (sizeof(TYPES) / sizeof(TYPES[0]))

bool event_type_known(const char *type)
{
	for (size_t i = 0; i < TYPE_COUNT; i++)
		if (str_equal(TYPES[i].type, type))
			return true;
	return false;
}

static enum object_kind event_type_kind(const char *type)
{
	for (size_t i = 0; i < TYPE_COUNT; i++)
		if (str_equal(TYPES[i].type, type))
			return TYPES[i].kind;
	return OBJECT_NONE;
}

/* A string member, cut to fit; "" for anything else. */
static void take_text(const struct json *obj, const char *key, char *ret, size_t cap)
{
	const struct json *v = json_get(obj, key);
	const char *text = json_string(v);
	size_t len = json_string_len(v);
	if (text == NULL)
		ret[0] = '\0';
	else if (len < cap)
		memcpy(ret, text, len + 1);
	else
		(void)str_copy(ret, cap, text);
}

/* The same for ids, which are never cut: one that is too long counts as absent. */
static bool take_id(const struct json *obj, const char *key, char *ret, size_t cap)
{
	const struct json *v = json_get(obj, key);
	size_t len = json_string_len(v);
	ret[0] = '\0';
	if (len == 0 || len >= cap)
		return false;
	memcpy(ret, json_string(v), len + 1);
	return true;
}

/* --- the envelope ------------------------------------------------------------------ */

/* Digits only, up to the terminator; moves *p past both. */
static bool take_number(const char **p, char terminator, int64_t *ret)
{
	int64_t value = 0;
	const char *s = *p;
	if (*s == terminator)
		return false;
	for (; *s != terminator; s++) {
		if (*s < '0' || *s > '9' || __builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, *s - '0', &value))
			return false;
	}
	*p = s + 1;
	*ret = value;
	return true;
}

/* evt_<ms>-<seq> */
static bool event_id_numbers(const char *id, int64_t *ret_ms, int64_t *ret_seq)
{
	int64_t ms = 0;
	int64_t seq = 0;
	if (!str_starts_with(id, "evt_"))
		return false;
	const char *p = id + strlen("evt_");
	if (!take_number(&p, '-', &ms) || !take_number(&p, '\0', &seq) || ms > WHEN_MAX_MS)
		return false;
	*ret_ms = ms;
	*ret_seq = seq;
	return true;
}

static int64_t event_created(const struct json *v)
{
	int64_t seconds = 0;
	int64_t ms = 0;
	if (json_string(v) != NULL)
		return when_parse(json_string(v), &ms) == S_OK ? ms : TIME_NONE;
	if (json_int64(v, &seconds) != S_OK || seconds < 0 || seconds > WHEN_MAX_MS / 1000)
		return TIME_NONE;
	return seconds * 1000;
}

static void event_read_times(const struct json *envelope, struct event *e)
{
	e->created_ms = event_created(json_get(envelope, "created"));
	bool numbered = event_id_numbers(e->id, &e->order_ms, &e->order_seq);
	if (!numbered)
		e->order_ms = e->created_ms;
	else if (e->created_ms == TIME_NONE)
		e->created_ms = e->order_ms;
}

/* --- data.object --------------------------------------------------------------------- */

/* Its id, under whichever name the resource has one. */
static bool event_read_object_id(const struct json *obj, struct event *e)
{
	static const char *const KEYS[] = {"id", "orderId", "customer_id"};
	size_t usable = str_equal(e->object_word, kind_info(OBJECT_KYC)->wire) ? 3 : 2;
	for (size_t i = 0; i < usable; i++) {
		if (json_string(json_get(obj, KEYS[i])) != NULL)
			return take_id(obj, KEYS[i], e->object_id, sizeof(e->object_id));
	}
	return true;
}

static void event_decode_object(const struct json *obj, struct event *e)
{
	struct problem why = {0};
	enum object_kind said = kind_from_wire(e->object_word);
	enum object_kind meant = event_type_kind(e->type);
	if (said == OBJECT_NONE && e->object_word[0] != '\0')
		return; /* a kind this build does not know */
	if (said != OBJECT_NONE && meant != OBJECT_NONE && said != meant) {
		(void)str_printf(e->flaw, sizeof(e->flaw), "an event of type %s that carries a %s",
				 e->type, e->object_word);
		return;
	}
	/* Order snapshots come without an `object` member. */
	enum object_kind kind = said != OBJECT_NONE ? said : meant;
	if (kind == OBJECT_NONE)
		return;
	if (object_decode(kind, obj, &e->object, &why) != S_OK) {
		(void)str_copy(e->flaw, sizeof(e->flaw), why.what);
		return;
	}
	(void)str_copy(e->object_id, sizeof(e->object_id), object_id(&e->object));
}

static void event_read_data(const struct json *envelope, struct event *e)
{
	const struct json *data = json_get(envelope, "data");
	const struct json *obj = json_get(data, "object");
	take_text(json_get(data, "previous_attributes"), "status", e->previous_status,
		  sizeof(e->previous_status));
	if (json_is_null(obj) || json_kind(obj) != JSON_OBJECT) {
		(void)str_copy(e->flaw, sizeof(e->flaw), "data.object: is missing or no object");
		return;
	}
	take_text(obj, "object", e->object_word, sizeof(e->object_word));
	take_text(obj, "status", e->status, sizeof(e->status));
	if (!event_read_object_id(obj, e))
		(void)str_copy(e->flaw, sizeof(e->flaw), "data.object.id: is not usable");
	else
		event_decode_object(obj, e);
}

/* Into an event that is all zero. */
static enum status event_read(const struct json *envelope, const char *text, size_t len,
			      struct event *e, struct problem *reterr)
{
	if (!take_id(envelope, "id", e->id, sizeof(e->id)))
		return problem_set(reterr, E_INVALID, NULL, "event.id: is missing or not usable");
	take_text(envelope, "type", e->type, sizeof(e->type));
	if (e->type[0] == '\0')
		return problem_set(reterr, E_INVALID, NULL, "event.type: is missing or not usable");
	take_text(envelope, "api_version", e->api_version, sizeof(e->api_version));
	const struct json *request = json_get(envelope, "request");
	(void)take_id(request, "id", e->request_id, sizeof(e->request_id));
	(void)take_id(request, "idempotency_key", e->idempotency_key, sizeof(e->idempotency_key));
	if (json_bool(json_get(envelope, "livemode"), &e->livemode) != S_OK)
		e->livemode = false;
	event_read_times(envelope, e);
	event_read_data(envelope, e);
	e->raw = xmemdup0(text, len);
	e->raw_len = len;
	return S_OK;
}

enum status event_decode(const struct json *envelope, const char *text, size_t len,
			 struct event *ret, struct problem *reterr)
{
	memset(ret, 0, sizeof(*ret));
	return event_read(envelope, text, len, ret, reterr);
}

void event_release(struct event *e)
{
	object_release(&e->object);
	free(e->raw);
	e->raw = NULL;
	e->raw_len = 0;
}

void event_copy(struct event *dst, const struct event *src)
{
	*dst = *src;
	object_copy(&dst->object, &src->object);
	dst->raw = src->raw != NULL ? xmemdup0(src->raw, src->raw_len) : NULL;
}

/* --- frames ------------------------------------------------------------------------------ */

static void frame_read_notice(const struct json *root, struct frame *f)
{
	const struct json *error = json_get(root, "error"); /* in case it comes in an envelope */
	bool is_error = f->kind == FRAME_ERROR;
	take_text(root, is_error ? "code" : "type", f->type, sizeof(f->type));
	if (is_error && f->type[0] == '\0')
		take_text(error, "code", f->type, sizeof(f->type));
	if (is_error && f->type[0] == '\0')
		take_text(root, "type", f->type, sizeof(f->type));
	take_text(root, "message", f->message, sizeof(f->message));
	if (f->message[0] == '\0')
		take_text(error, "message", f->message, sizeof(f->message));
	(void)take_id(root, "since", f->since, sizeof(f->since));
	(void)take_id(root, "oldest_event_id", f->oldest_event_id, sizeof(f->oldest_event_id));
	(void)take_id(root, "latest_event_id", f->latest_event_id, sizeof(f->latest_event_id));
	if (json_bool(json_get(root, "snapshot"), &f->snapshot) != S_OK)
		f->snapshot = false;
}

static enum frame_kind frame_kind(const struct json *root)
{
	const char *word = json_string(json_get(root, "object"));
	if (str_equal(word, "event"))
		return FRAME_EVENT;
	if (str_equal(word, "ws_control"))
		return FRAME_CONTROL;
	return str_equal(word, "ws_error") ? FRAME_ERROR : FRAME_OTHER;
}

enum status frame_decode(const char *text, size_t len, struct frame *ret, struct problem *reterr)
{
	struct json *root = NULL;
	enum status status = json_parse(text, len, &root, reterr);
	if (status != S_OK)
		return status;
	memset(ret, 0, sizeof(*ret));
	ret->kind = frame_kind(root);
	if (json_kind(root) != JSON_OBJECT)
		status = problem_set(reterr, E_INVALID, NULL, "a frame that is no JSON object");
	else if (ret->kind == FRAME_EVENT)
		status = event_read(root, text, len, &ret->event, reterr);
	else if (ret->kind != FRAME_OTHER)
		frame_read_notice(root, ret);
	json_free(root);
	return status;
}

void frame_release(struct frame *f)
{
	if (f->kind == FRAME_EVENT)
		event_release(&f->event);
}

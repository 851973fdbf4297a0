#include "sandbox/call.h"

#include "base/strbuf.h"

/* --- answers ---------------------------------------------------------------------------- */

void reply_release(struct reply *r)
{
	free(r->body);
	free(r->location);
	*r = (struct reply){.retry_after_s = -1};
}

static void reply_set(struct reply *r, int status, char *body_take)
{
	reply_release(r);
	r->status = status;
	r->body = body_take;
}

void reply_json_take(struct reply *r, int status, struct json *body)
{
	reply_set(r, status, json_print(body));
	json_free(body);
}

void reply_data_take(struct reply *r, int status, struct json *data)
{
	struct json *root = json_new_object();

	json_set_bool(root, "success", true);
	json_set_take(root, "data", data);
	reply_json_take(r, status, root);
}

void reply_error(struct reply *r, int status, const char *code, const char *fmt, ...)
{
	struct json *root = json_new_object(), *error = json_new_object();
	struct strbuf message;
	va_list ap;

	strbuf_init(&message, 1024);
	va_start(ap, fmt);
	strbuf_vaddf(&message, fmt, ap);
	va_end(ap);
	json_set_bool(root, "success", false);
	json_set_string(error, "code", code);
	json_set_string(error, "message", strbuf_str(&message));
	json_set_take(root, "error", error);
	reply_json_take(r, status, root);
	strbuf_release(&message);
}

void reply_error_int(struct reply *r, const char *key, int64_t value)
{
	struct json *root = NULL;
	int status = r->status;

	if (json_parse(r->body, strlen(r->body), &root, NULL) != S_OK)
		return;
	json_set_int(json_set_object(root, "error"), key, value);
	reply_json_take(r, status, root);
}

void reply_problem(struct reply *r, const struct problem *why)
{
	switch (why->status) {
	case E_NOT_FOUND:
		reply_error(r, 404, CODE_NOT_FOUND, "%s", why->what);
		break;
	case E_DENIED:
		reply_error(r, 403, CODE_KYC_REQUIRED, "%s", why->what);
		break;
	case E_CONFLICT:
		reply_error(r, 409, CODE_CONFLICT, "%s", why->what);
		break;
	case E_INVALID:
	case E_LIMIT:
		reply_error(r, 400, CODE_VALIDATION_ERROR, "%s", why->what);
		break;
	default:
		reply_error(r, 500, CODE_INTERNAL, "The sandbox failed: %s", why->what);
		break;
	}
}

/* --- parameters ---------------------------------------------------------------------------- */

const char *call_param(const struct call *c, const char *name)
{
	for (size_t i = 0; i < c->param_count; i++)
		if (str_equal(c->params[i].name, name))
			return c->params[i].value;
	return NULL;
}

/* Digits with at most one leading '-', within int64. */
static bool parse_int(const char *text, int64_t *ret)
{
	size_t digits = strspn(text + (*text == '-'), "0123456789");
	char *end;
	long long value;

	if (digits == 0 || digits > 18)
		return false;
	value = strtoll(text, &end, 10);
	if (*end)
		return false;
	*ret = value;
	return true;
}

bool call_int(const struct call *c, struct reply *r, const char *name, int64_t fallback,
	      int64_t *ret)
{
	const char *text = call_param(c, name);

	if (!text) {
		*ret = fallback;
		return true;
	}
	if (parse_int(text, ret))
		return true;
	reply_error(r, 400, CODE_VALIDATION_ERROR, "%s: must be a whole number", name);
	return false;
}

bool call_limit(const struct call *c, struct reply *r, int64_t fallback, int64_t max, int64_t *ret)
{
	int64_t value;

	if (!call_int(c, r, "limit", fallback, &value))
		return false;
	if (value < 1 || value > max) {
		reply_error(r, 400, CODE_VALIDATION_ERROR, "limit: must be between 1 and %lld",
			    (long long)max);
		return false;
	}
	*ret = value;
	return true;
}

bool call_time(const struct call *c, struct reply *r, const char *name, int64_t *ret_ms)
{
	const char *text = call_param(c, name);
	int64_t value;

	if (!text || !*text) {
		*ret_ms = TIME_NONE;
		return true;
	}
	if (parse_int(text, &value) && value >= 0 && value <= WHEN_MAX_MS / 1000) {
		*ret_ms = value * 1000;
		return true;
	}
	if (when_parse(text, ret_ms) == S_OK)
		return true;
	reply_error(r, 400, CODE_VALIDATION_ERROR,
		    "%s: must be a time in epoch seconds or ISO-8601", name);
	return false;
}

bool call_time_range(const struct call *c, struct reply *r, const char *from, const char *to,
		     int64_t *ret_from_ms, int64_t *ret_to_ms)
{
	if (!call_time(c, r, from, ret_from_ms) || !call_time(c, r, to, ret_to_ms))
		return false;
	if (*ret_to_ms != TIME_NONE && *ret_to_ms % 1000 == 0)
		*ret_to_ms += 999;
	return true;
}

/* Calls `known` for each word of a list; answers 400 at the first it refuses. */
static bool check_words(const struct call *c, struct reply *r, const char *name,
			bool (*known)(const void *ctx, const char *word), const void *ctx,
			const char **ret)
{
	const char *list = call_param(c, name);
	const char *at = list;

	*ret = NULL;
	if (!list || !*list)
		return true;
	while (at) {
		size_t len = strcspn(at, ",");
		char word[64];

		str_printf(word, sizeof(word), "%.*s", (int)(len < 60 ? len : 60), at);
		if (!known(ctx, word)) {
			reply_error(r, 400, CODE_VALIDATION_ERROR, "%s: unknown value '%s'", name,
				    word);
			return false;
		}
		at = at[len] ? at + len + 1 : NULL;
	}
	*ret = list;
	return true;
}

static bool in_vocabulary(const void *ctx, const char *word)
{
	const struct word *found = vocab_find(*(const enum vocab *)ctx, word);

	return found && str_equal(found->wire, word); /* the other spelling would match no row */
}

bool call_statuses(const struct call *c, struct reply *r, const char *name, enum vocab v,
		   const char **ret)
{
	return check_words(c, r, name, in_vocabulary, &v, ret);
}

static bool in_list(const void *ctx, const char *word)
{
	for (const char *const *allowed = ctx; *allowed; allowed++)
		if (str_equal(*allowed, word))
			return true;
	return false;
}

bool call_words(const struct call *c, struct reply *r, const char *name, const char *const *allowed,
		const char **ret)
{
	return check_words(c, r, name, in_list, allowed, ret);
}

bool call_cursors(const struct call *c, struct reply *r, const char **ret_starting_after,
		  const char **ret_ending_before)
{
	*ret_starting_after = call_param(c, "starting_after");
	*ret_ending_before = call_param(c, "ending_before");
	if (!*ret_starting_after || !*ret_ending_before)
		return true;
	reply_error(r, 400, CODE_VALIDATION_ERROR,
		    "ending_before: cannot be sent together with starting_after");
	return false;
}

#include "sandbox/rate.h"

#include "base/strbuf.h"

#define CODE_RATE_LIMIT "RATE_LIMIT_EXCEEDED"

enum status rate_parse(const char *text, struct rate_limit *ret)
{
	size_t digits = strspn(text, "0123456789");
	struct rate_limit l;

	if (digits < 1 || digits > 7 || text[digits] != '/')
		return E_INVALID;
	l.count = strtoll(text, NULL, 10);
	if (when_parse_duration(text + digits + 1, &l.period_ms) != S_OK || l.count < 1 ||
	    l.count > RATE_COUNT_MAX || l.period_ms < 1000 || l.period_ms > RATE_PERIOD_MAX_MS)
		return E_INVALID;
	*ret = l;
	return S_OK;
}

static void rate_fill(const struct rate_limit *l, struct rate_bucket *b, int64_t mono_ms)
{
	int64_t full = l->count * l->period_ms;
	int64_t passed = mono_ms - b->filled_ms;

	if (!b->used || passed >= l->period_ms)
		b->level = full;
	else if (passed > 0)
		b->level += passed * l->count;
	if (b->level > full)
		b->level = full;
	b->filled_ms = mono_ms;
	b->used = true;
}

int64_t rate_take(const struct rate_limit *l, struct rate_bucket *b, int64_t mono_ms)
{
	if (!l->count)
		return 0;
	rate_fill(l, b, mono_ms);
	if (b->level < l->period_ms)
		return (l->period_ms - b->level + l->count - 1) / l->count;
	b->level -= l->period_ms;
	return 0;
}

/* "12 seconds", "1 minute", "2 hours": rounded up, so that who waits that long is let in. */
static void rate_words(int64_t seconds, char *ret, size_t cap)
{
	const char *unit = seconds < 60 ? "second" : seconds < 3600 ? "minute" : "hour";
	int64_t of = seconds < 60 ? 1 : seconds < 3600 ? 60 : 3600;
	int64_t n = (seconds + of - 1) / of;

	str_printf(ret, cap, "%lld %s%s", (long long)n, unit, n == 1 ? "" : "s");
}

void rate_refuse(struct reply *r, int64_t wait_ms)
{
	struct json *root = json_new_object();
	int64_t seconds = wait_ms > 1000 ? (wait_ms + 999) / 1000 : 1;
	char words[40];

	rate_words(seconds, words, sizeof(words));
	json_set_bool(root, "success", false);
	json_set_string(root, "message", "Too many requests with this key, try again later");
	json_set_string(root, "error_code", CODE_RATE_LIMIT);
	json_set_string(root, "retry_after", words);
	reply_json_take(r, 429, root);
	r->retry_after_s = seconds;
}

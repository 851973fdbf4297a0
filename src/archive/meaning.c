/* Whether two bodies of one event say the same. */
#include "archive/history_priv.h"

#include "base/strbuf.h"
#include "wire/json.h"

static bool values_same(const struct json *a, const struct json *b);

/* Every member of `a` that says something is in `b`. */
static bool members_within(const struct json *a, const struct json *b)
{
	for (const struct json *m = json_first(a); m != NULL; m = json_next(m))
		if (!values_same(m, json_get(b, json_key(m))))
			return false;
	return true;
}

/* What `b` has beyond `a` is null. */
static bool nothing_beyond(const struct json *a, const struct json *b)
{
	for (const struct json *m = json_first(b); m != NULL; m = json_next(m))
		if (!json_is_null(m) && json_get(a, json_key(m)) == NULL)
			return false;
	return true;
}

static bool arrays_same(const struct json *a, const struct json *b)
{
	const struct json *x = json_first(a), *y = json_first(b);

	for (; x != NULL && y != NULL; x = json_next(x), y = json_next(y))
		if (!values_same(x, y))
			return false;
	return x == NULL && y == NULL;
}

static bool bools_same(const struct json *a, const struct json *b)
{
	bool x = false, y = false;

	return json_bool(a, &x) == S_OK && json_bool(b, &y) == S_OK && x == y;
}

static bool values_same(const struct json *a, const struct json *b)
{
	if (json_is_null(a) || json_is_null(b))
		return json_is_null(a) && json_is_null(b);
	if (json_kind(a) != json_kind(b))
		return false;
	switch (json_kind(a)) {
	case JSON_NULL:
		return true;
	case JSON_BOOL:
		return bools_same(a, b);
	case JSON_NUMBER:
		return str_equal(json_number_text(a), json_number_text(b));
	case JSON_STRING:
		return str_equal(json_string(a), json_string(b));
	case JSON_ARRAY:
		return arrays_same(a, b);
	case JSON_OBJECT:
		return members_within(a, b) && nothing_beyond(a, b);
	}
	return false;
}

bool meaning_same(const char *a, size_t a_len, const char *b, size_t b_len)
{
	static const char *const TELLING[] = {"type", "created", "livemode", "data"};
	struct json *x = NULL, *y = NULL;
	bool same;

	if (a_len == b_len && memcmp(a, b, a_len) == 0)
		return true;
	same = json_parse(a, a_len, &x, NULL) == S_OK && json_parse(b, b_len, &y, NULL) == S_OK;
	for (size_t i = 0; same && i < sizeof(TELLING) / sizeof(TELLING[0]); i++)
		same = values_same(json_get(x, TELLING[i]), json_get(y, TELLING[i]));
	json_free(x);
	json_free(y);
	return same;
}

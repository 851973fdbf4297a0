#include "wire/loose.h"

#include "base/money.h"
#include "base/strbuf.h"
#include "base/when.h"

#define NUMBER_CAP 64 /* longest amount that is read */

static const struct json *walk(const struct json *obj, const char *path)
{
	for (const char *dot; (dot = strchr(path, '.')) != NULL; path = dot + 1)
		obj = json_get_after(obj, path, (size_t)(dot - path), NULL);
	return json_get(obj, path);
}

const struct json *loose_find(const struct json *obj, const char *const *paths)
{
	for (; *paths != NULL; paths++) {
		const struct json *v = walk(obj, *paths);
		if (!json_is_null(v))
			return v;
	}
	return NULL;
}

static const char *written(const struct json *v)
{
	if (v == NULL)
		return NULL;
	const char *text = json_string(v);
	return text != NULL ? text : json_number_text(v);
}

bool loose_text(const struct json *v, char *ret, size_t cap)
{
	const char *text = written(v);
	if (text == NULL)
		return false;
	(void)str_copy(ret, cap, text);
	return true;
}

bool loose_id(const struct json *v, char *ret, size_t cap)
{
	const char *text = written(v);
	return text != NULL && text[0] != '\0' && strlen(text) < cap && str_copy(ret, cap, text);
}

bool loose_int(const struct json *v, int64_t *ret)
{
	return v != NULL && json_int64(v, ret) == S_OK;
}

bool loose_bool(const struct json *v, bool *ret)
{
	return v != NULL && json_bool(v, ret) == S_OK;
}

bool loose_time(const struct json *v, int64_t *ret_ms)
{
	int64_t seconds;
	int64_t ms;
	if (v == NULL)
		return false;
	if (json_string(v) != NULL) {
		if (when_parse(json_string(v), &ms) != S_OK)
			return false;
	} else if (json_int64(v, &seconds) != S_OK || __builtin_mul_overflow(seconds, 1000, &ms)) {
		return false;
	}
	if (ms < 0 || ms > WHEN_MAX_MS)
		return false;
	*ret_ms = ms;
	return true;
}

/* Ends the text after the thousandths; says whether what followed is half of one or more. False
 * when something else than digits follows. */
static bool cut_fraction(char *text, bool *ret_up)
{
	char *point = strchr(text, '.');
	*ret_up = false;
	if (point == NULL || strlen(point + 1) <= USD_MILLIS_EXPONENT)
		return true;
	char *rest = point + 1 + USD_MILLIS_EXPONENT;
	if (rest[strspn(rest, "0123456789")] != '\0')
		return false;
	*ret_up = rest[0] >= '5';
	*rest = '\0';
	return true;
}

bool loose_dollars(const struct json *v, int64_t *ret)
{
	char text[NUMBER_CAP];
	bool up;
	int64_t millis;
	const char *whole = written(v);
	if (whole == NULL || !str_copy(text, sizeof(text), whole) || !cut_fraction(text, &up))
		return false;
	bool minus = text[0] == '-';
	/* "-0.000" is refused as an amount; as what is left of -0.0004 it is nothing. */
	if (money_parse_decimal(minus ? text + 1 : text, USD_MILLIS_EXPONENT, &millis) != S_OK)
		return false;
	if (up && __builtin_add_overflow(millis, 1, &millis))
		return false;
	*ret = minus ? -millis : millis;
	return true;
}

#include "sandbox/rev_a.h"

#include "base/strbuf.h"
#include "wire/objects.h"

/* Times of answers that no shape describes (contract 6, 7.1). */
static const char *const more_times[] = {"completed_at",      "expiresAt", "lastTrackingAt",
					 "next_attempt_at",   "paidAt",    "quote_last_updated_at",
					 "quote_valid_until", "timestamp", "validatedAt"};

static bool shape_has_time(const struct shape *s, const char *key)
{
	for (size_t i = 0; i < s->field_count; i++) {
		const struct field *f = &s->fields[i];
		const char *dot = f->key ? strrchr(f->key, '.') : NULL;

		if (f->kind == FIELD_TIME && str_equal(dot ? dot + 1 : f->key, key))
			return true;
		if (f->shape && shape_has_time(f->shape, key))
			return true;
	}
	return false;
}

static bool is_time(const char *key)
{
	for (size_t i = 0; i < sizeof(more_times) / sizeof(more_times[0]); i++)
		if (!strcmp(more_times[i], key))
			return true;
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++)
		if (shape_has_time(kind_info((enum object_kind)k)->shape, key))
			return true;
	return shape_has_time(&SHAPE_ORDER_ROW, key) || shape_has_time(&SHAPE_RAMP_QUOTE, key);
}

/* False when the member is something else. */
static bool time_text(const struct json *v, char ret[WHEN_TEXT_CAP + 8])
{
	char iso[WHEN_TEXT_CAP];
	int64_t seconds;

	if (json_kind(v) != JSON_NUMBER || json_int64(v, &seconds) != S_OK || seconds < 0 ||
	    seconds > WHEN_MAX_MS / 1000 || !is_time(json_key(v)))
		return false;
	when_iso(iso, seconds * 1000);
	str_printf(ret, WHEN_TEXT_CAP + 8, "%.*s.000Z", (int)strcspn(iso, "Z"), iso);
	return true;
}

static struct json *rev_a_value(const struct json *v)
{
	char iso[WHEN_TEXT_CAP + 8];
	struct json *made;

	if (json_key(v) && time_text(v, iso))
		return json_new_string(iso);
	if (json_kind(v) != JSON_OBJECT && json_kind(v) != JSON_ARRAY)
		return json_copy(v);
	made = json_kind(v) == JSON_OBJECT ? json_new_object() : json_new_array();
	for (const struct json *child = json_first(v); child; child = json_next(child))
		if (json_key(child))
			json_set_take(made, json_key(child), rev_a_value(child));
		else
			json_append_take(made, rev_a_value(child));
	return made;
}

char *rev_a_text(const char *text, size_t len)
{
	struct json *told = NULL, *made;
	char *ret;

	if (json_parse_page(text, len, &told, NULL) != S_OK)
		return NULL;
	made = rev_a_value(told);
	ret = json_print(made);
	json_free(told);
	json_free(made);
	return ret;
}

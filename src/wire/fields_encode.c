#include "wire/fields.h"

#include "base/money.h"
#include "base/strbuf.h"

#include <assert.h>

#define KEY_CAP 128

static int64_t field_int(const struct field *f, const void *in)
{
	int64_t value;
	memcpy(&value, (const char *)in + f->offset, sizeof(value));
	return value;
}

static bool field_empty(const struct field *f, const void *in)
{
	const char *at = (const char *)in + f->offset;
	size_t count;
	switch (f->kind) {
	case FIELD_ID:
	case FIELD_TEXT:
		return at[0] == '\0';
	case FIELD_BOOL:
		return !*(const bool *)at;
	case FIELD_TIME:
	case FIELD_TIME_ISO:
		return field_int(f, in) == TIME_NONE;
	case FIELD_INT:
	case FIELD_MILLIS:
	case FIELD_DOLLARS:
	case FIELD_DECIMAL:
		return field_int(f, in) == 0;
	case FIELD_OBJECT:
		return f->present_offset != 0 &&
		       !*(const bool *)((const char *)in + f->present_offset);
	case FIELD_LIST:
		memcpy(&count, (const char *)in + f->count_offset, sizeof(count));
		return count == 0;
	case FIELD_FIXED:
		break;
	}
	return false;
}

/* Thousandths of a dollar with at least `decimals` digits after the point, no more than needed. */
static void format_dollars(char buf[MONEY_TEXT_CAP], int64_t millis, int decimals)
{
	(void)money_decimal(buf, millis, USD_MILLIS_EXPONENT);
	size_t len = strlen(buf);
	size_t point = len - 4;
	while (len > point + 1 + (size_t)decimals && buf[len - 1] == '0')
		len--;
	buf[len == point + 1 ? point : len] = '\0';
}

void json_set_dollars(struct json *obj, const char *key, int64_t millis)
{
	char text[MONEY_TEXT_CAP];

	format_dollars(text, millis, 0);
	json_set_number_text(obj, key, text);
}

static void encode_millis(const char *key, int64_t millis, bool null, struct json *obj)
{
	char twin_key[KEY_CAP];
	char twin[MONEY_TEXT_CAP];
	(void)str_printf(twin_key, sizeof(twin_key), "%s_decimal", key);
	if (null)
		json_set_null(obj, key);
	else
		json_set_int(obj, key, millis);
	json_set_string(obj, twin_key,
			null ? NULL : money_decimal(twin, millis, USD_MILLIS_EXPONENT));
}

static void encode_time_iso(const char *key, int64_t ms, struct json *obj)
{
	char seconds[WHEN_TEXT_CAP];
	char text[WHEN_TEXT_CAP + 8];
	(void)when_iso(seconds, ms);
	(void)str_printf(text, sizeof(text), "%.19s.%03dZ", seconds, (int)(ms % 1000));
	json_set_string(obj, key, text);
}

static struct json *encode_list(const struct field *f, const void *in)
{
	struct json *list = json_new_array();
	const char *items;
	size_t count;
	memcpy(&items, (const char *)in + f->offset, sizeof(items));
	memcpy(&count, (const char *)in + f->count_offset, sizeof(count));
	for (size_t i = 0; i < count; i++)
		json_append_take(list, shape_to_json(f->shape, items + i * f->shape->size));
	return list;
}

/* A constant text, or an object that others fill. */
static void encode_fixed(const struct field *f, const char *key, struct json *obj)
{
	if (f->fixed != NULL)
		json_set_string(obj, key, f->fixed);
	else if (json_get(obj, key) == NULL)
		json_set_take(obj, key, json_new_object());
}

static void encode_value(const struct field *f, const void *in, const char *key, struct json *obj)
{
	char text[MONEY_TEXT_CAP];
	const char *at = (const char *)in + f->offset;
	switch (f->kind) {
	case FIELD_ID:
	case FIELD_TEXT:
		json_set_string(obj, key, at);
		break;
	case FIELD_INT:
		json_set_int(obj, key, field_int(f, in));
		break;
	case FIELD_BOOL:
		json_set_bool(obj, key, *(const bool *)at);
		break;
	case FIELD_TIME:
		json_set_int(obj, key, field_int(f, in) / 1000);
		break;
	case FIELD_TIME_ISO:
		encode_time_iso(key, field_int(f, in), obj);
		break;
	case FIELD_MILLIS:
		encode_millis(key, field_int(f, in), false, obj);
		break;
	case FIELD_DOLLARS:
		json_set_dollars(obj, key, field_int(f, in));
		break;
	case FIELD_DECIMAL:
		format_dollars(text, field_int(f, in), 2);
		json_set_string(obj, key, text);
		break;
	case FIELD_OBJECT:
		shape_encode(f->shape, at, json_set_object(obj, key));
		break;
	case FIELD_LIST:
		json_set_take(obj, key, encode_list(f, in));
		break;
	case FIELD_FIXED:
		encode_fixed(f, key, obj);
		break;
	}
}

static void encode_empty(const struct field *f, const char *key, struct json *obj)
{
	if ((f->flags & FIELD_OMIT) != 0)
		json_remove(obj, key);
	else if (f->kind == FIELD_MILLIS)
		encode_millis(key, 0, true, obj);
	else
		json_set_null(obj, key);
}

static void encode_field(const struct field *f, const void *in, struct json *obj)
{
	const char *leaf = f->key;
	bool is_time = f->kind == FIELD_TIME || f->kind == FIELD_TIME_ISO;
	for (const char *dot; (dot = strchr(leaf, '.')) != NULL; leaf = dot + 1) {
		char segment[KEY_CAP];
		(void)str_printf(segment, sizeof(segment), "%.*s", (int)(dot - leaf), leaf);
		obj = json_set_object(obj, segment);
	}
	bool keep = !is_time && (f->flags & (FIELD_REQUIRED | FIELD_NOT_NULL)) != 0;
	if (field_empty(f, in) && !keep)
		encode_empty(f, leaf, obj);
	else
		encode_value(f, in, leaf, obj);
}

void shape_encode(const struct shape *shape, const void *in, struct json *obj)
{
	if (shape->object != NULL)
		json_set_string(obj, "object", shape->object);
	for (size_t i = 0; i < shape->field_count; i++)
		encode_field(&shape->fields[i], in, obj);
}

struct json *shape_to_json(const struct shape *shape, const void *in)
{
	struct json *obj = json_new_object();
	shape_encode(shape, in, obj);
	return obj;
}

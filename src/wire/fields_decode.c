#include "wire/fields.h"

#include "base/alloc.h"
#include "base/money.h"
#include "base/strbuf.h"

#include <assert.h>

#define PATH_CAP 128

struct decoder {
	struct problem *err;
	char path[PATH_CAP]; /* of the value at hand: "order.lineItems[2].price" */
};

static enum status decode_shape(struct decoder *d, const struct shape *shape,
				const struct json *obj, void *ret);

/* --- saying what is wrong, and where ------------------------------------------- */

/* What str_printf "%s%s" does, without the price of a format for every field of every event. */
static void text_join(char *dst, size_t cap, const char *first, const char *second)
{
	size_t len;

	(void)str_copy(dst, cap, first);
	len = strlen(dst);
	(void)str_copy(dst + len, cap - len, second);
}

/* Returns what to hand to path_pop(). */
static size_t path_push(struct decoder *d, const char *before, const char *name)
{
	size_t len = strlen(d->path);
	text_join(d->path + len, sizeof(d->path) - len, before, name);
	return len;
}

static void path_pop(struct decoder *d, size_t len)
{
	d->path[len] = '\0';
}

static enum status decode_refuse(struct decoder *d, const char *why)
{
	return problem_set(d->err, E_INVALID, NULL, "%s: %s", d->path, why);
}

static enum status decode_expected(struct decoder *d, const char *wanted, const struct json *got)
{
	static const char *const KINDS[] = {
		[JSON_NULL] = "null",       [JSON_BOOL] = "true or false",
		[JSON_NUMBER] = "a number", [JSON_STRING] = "a string",
		[JSON_ARRAY] = "a list",    [JSON_OBJECT] = "an object"};
	const char *number = json_number_text(got);
	if (number != NULL)
		return problem_set(d->err, E_INVALID, NULL, "%s: expected %s, got %.40s", d->path,
				   wanted, number);
	return problem_set(d->err, E_INVALID, NULL, "%s: expected %s, got %s", d->path, wanted,
			   KINDS[json_kind(got)]);
}

/* --- one value --------------------------------------------------------------------- */

static enum status decode_text(struct decoder *d, const struct field *f, const struct json *v,
			       char *ret)
{
	const char *text = json_string(v);
	if (text == NULL)
		return decode_expected(d, "a string", v);
	if (f->kind == FIELD_ID && text[0] == '\0' && (f->flags & FIELD_REQUIRED) != 0)
		return decode_refuse(d, "is empty");
	if (f->kind == FIELD_ID && strlen(text) >= f->size)
		return problem_set(d->err, E_INVALID, NULL, "%s: longer than %zu bytes", d->path,
				   f->size - 1);
	(void)str_copy(ret, f->size, text);
	return S_OK;
}

static enum status decode_time(struct decoder *d, const struct json *v, int64_t *ret)
{
	const char *text = json_string(v);
	int64_t seconds = 0;
	int64_t ms = 0;
	if (text != NULL) {
		if (when_parse(text, &ms) != S_OK)
			return decode_refuse(d, "is not an ISO-8601 time");
	} else {
		if (json_int64(v, &seconds) != S_OK)
			return decode_expected(d, "epoch seconds or an ISO-8601 time", v);
		if (__builtin_mul_overflow(seconds, 1000, &ms))
			return decode_refuse(d, "is out of range for a time");
	}
	if (ms < 0 || ms > WHEN_MAX_MS)
		return decode_refuse(d, "is out of range for a time");
	*ret = ms;
	return S_OK;
}

static enum status decode_decimal(struct decoder *d, const char *text, int64_t *ret)
{
	int64_t millis = 0;
	if (money_parse_decimal(text, USD_MILLIS_EXPONENT, &millis) != S_OK ||
	    (millis == 0 && text[0] == '-'))
		return decode_refuse(d, "is not an exact amount in thousandths");
	*ret = millis;
	return S_OK;
}

/* The string twin beside an integer amount must say the same. */
static enum status decode_twin(struct decoder *d, const struct json *parent, const char *leaf,
			       int64_t millis)
{
	char key[PATH_CAP];
	int64_t twin = 0;
	text_join(key, sizeof(key), leaf, "_decimal");
	const struct json *v = json_get(parent, key);
	if (json_is_null(v))
		return S_OK;
	size_t mark = path_push(d, "_decimal", "");
	enum status status = S_OK;
	if (json_string(v) == NULL)
		status = decode_expected(d, "a string", v);
	else if ((status = decode_decimal(d, json_string(v), &twin)) == S_OK && twin != millis)
		status = decode_refuse(d, "disagrees with the integer amount");
	path_pop(d, mark);
	return status;
}

static enum status decode_integer(struct decoder *d, const struct json *v, int64_t *ret)
{
	return json_int64(v, ret) == S_OK ? S_OK : decode_expected(d, "an integer", v);
}

static enum status decode_millis(struct decoder *d, const struct json *parent, const char *leaf,
				 const struct json *v, int64_t *ret)
{
	enum status status = decode_integer(d, v, ret);
	return status == S_OK ? decode_twin(d, parent, leaf, *ret) : status;
}

static enum status decode_dollars(struct decoder *d, const struct json *v, int64_t *ret)
{
	const char *text = json_number_text(v);
	return text != NULL ? decode_decimal(d, text, ret) : decode_expected(d, "a number", v);
}

static enum status decode_dollar_string(struct decoder *d, const struct json *v, int64_t *ret)
{
	const char *text = json_string(v);
	return text != NULL ? decode_decimal(d, text, ret)
			    : decode_expected(d, "a decimal string", v);
}

static enum status decode_object(struct decoder *d, const struct field *f, const struct json *v,
				 void *ret)
{
	if (json_kind(v) != JSON_OBJECT)
		return decode_expected(d, "an object", v);
	enum status status = decode_shape(d, f->shape, v, (char *)ret + f->offset);
	if (status == S_OK && f->present_offset != 0)
		*(bool *)((char *)ret + f->present_offset) = true;
	return status;
}

static enum status decode_list(struct decoder *d, const struct field *f, const struct json *v,
			       void *ret)
{
	if (json_kind(v) != JSON_ARRAY)
		return decode_expected(d, "a list", v);
	size_t count = json_count(v);
	if (count > f->max)
		return problem_set(d->err, E_LIMIT, NULL, "%s: %zu items, more than %zu", d->path,
				   count, f->max);
	if (count == 0)
		return S_OK;
	char *items = xcalloc(count, f->shape->size);
	enum status status = S_OK;
	size_t done = 0;
	memcpy((char *)ret + f->offset, &items, sizeof(items));
	for (const struct json *e = json_first(v); e != NULL && status == S_OK; e = json_next(e)) {
		char index[32];
		(void)str_printf(index, sizeof(index), "[%zu]", done);
		size_t mark = path_push(d, index, "");
		if (json_kind(e) != JSON_OBJECT)
			status = decode_expected(d, "an object", e);
		else
			status = decode_shape(d, f->shape, e, items + done * f->shape->size);
		path_pop(d, mark);
		if (status == S_OK)
			done++;
	}
	/* On failure the items before the bad one are released with the whole. */
	memcpy((char *)ret + f->count_offset, &done, sizeof(done));
	return status;
}

/* --- one field ------------------------------------------------------------------------ */

/* Walks to the object a dotted key ends in; *ret_parent is NULL when there is none. */
static enum status decode_walk(struct decoder *d, const struct field *f, const struct json *obj,
			       const struct json **ret_parent, const char **ret_leaf)
{
	const char *leaf = f->key;
	for (const char *dot; (dot = strchr(leaf, '.')) != NULL; leaf = dot + 1) {
		char segment[PATH_CAP];
		(void)str_copy(segment, sizeof(segment), leaf);
		if ((size_t)(dot - leaf) < sizeof(segment))
			segment[dot - leaf] = '\0';
		obj = json_get(obj, segment);
		if (json_is_null(obj)) {
			obj = NULL;
			continue;
		}
		if (json_kind(obj) != JSON_OBJECT) {
			size_t mark = path_push(d, ".", segment);
			enum status status = decode_expected(d, "an object", obj);
			path_pop(d, mark);
			return status;
		}
	}
	*ret_parent = obj;
	*ret_leaf = leaf;
	return S_OK;
}

static enum status decode_value(struct decoder *d, const struct field *f, const struct json *parent,
				const char *leaf, const struct json *v, void *ret)
{
	char *at = (char *)ret + f->offset;
	switch (f->kind) {
	case FIELD_ID:
	case FIELD_TEXT:
		return decode_text(d, f, v, at);
	case FIELD_INT:
		return decode_integer(d, v, (int64_t *)(void *)at);
	case FIELD_BOOL:
		return json_bool(v, (bool *)at) == S_OK ? S_OK
							: decode_expected(d, "true or false", v);
	case FIELD_TIME:
	case FIELD_TIME_ISO:
		return decode_time(d, v, (int64_t *)(void *)at);
	case FIELD_MILLIS:
		return decode_millis(d, parent, leaf, v, (int64_t *)(void *)at);
	case FIELD_DOLLARS:
		return decode_dollars(d, v, (int64_t *)(void *)at);
	case FIELD_DECIMAL:
		return decode_dollar_string(d, v, (int64_t *)(void *)at);
	case FIELD_OBJECT:
		return decode_object(d, f, v, ret);
	case FIELD_LIST:
		return decode_list(d, f, v, ret);
	case FIELD_FIXED:
		break;
	}
	return S_OK;
}

static enum status decode_field(struct decoder *d, const struct field *f, const struct json *obj,
				void *ret)
{
	const struct json *parent = NULL;
	const char *leaf = f->key;
	if (f->kind == FIELD_FIXED)
		return S_OK;
	enum status status = decode_walk(d, f, obj, &parent, &leaf);
	if (status != S_OK)
		return status;
	const struct json *v = json_get(parent, leaf);
	size_t mark = path_push(d, ".", f->key);
	if (!json_is_null(v))
		status = decode_value(d, f, parent, leaf, v, ret);
	else if ((f->flags & FIELD_REQUIRED) != 0)
		status = decode_refuse(d, v == NULL ? "is missing" : "is null");
	path_pop(d, mark);
	return status;
}

static enum status decode_constant(struct decoder *d, const struct shape *shape,
				   const struct json *obj)
{
	const struct json *v = json_get(obj, "object");
	if (shape->object == NULL || json_is_null(v) || str_equal(json_string(v), shape->object))
		return S_OK;
	return problem_set(d->err, E_INVALID, NULL, "%s.object: is not \"%s\"", d->path,
			   shape->object);
}

static enum status decode_shape(struct decoder *d, const struct shape *shape,
				const struct json *obj, void *ret)
{
	shape_init(shape, ret);
	enum status status = decode_constant(d, shape, obj);
	for (size_t i = 0; i < shape->field_count && status == S_OK; i++)
		status = decode_field(d, &shape->fields[i], obj, ret);
	if (status != S_OK)
		shape_release(shape, ret);
	return status;
}

enum status shape_decode(const struct shape *shape, const struct json *obj, void *ret,
			 struct problem *reterr)
{
	struct decoder d = {.err = reterr};
	(void)path_push(&d, "", shape->name);
	if (json_is_null(obj))
		return decode_refuse(&d, "is missing");
	if (json_kind(obj) != JSON_OBJECT)
		return decode_expected(&d, "an object", obj);
	return decode_shape(&d, shape, obj, ret);
}

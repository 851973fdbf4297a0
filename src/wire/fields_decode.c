#include "wire/fields.h"

#include "base/alloc.h"
#include "base/money.h"
#include "base/strbuf.h"

#include <assert.h>

#define PATH_CAP 128

/* The value at hand, below the one it is in. Spelled out only when something is wrong with it. */
struct place {
	const struct place *in;
	const char *before; /* "." before a name */
	const char *name;   /* NULL: the item at `index` of a list */
	size_t name_len;
	size_t index;
};

struct decoder {
	struct problem *err;
	const struct place *at;
};

static enum status decode_shape(struct decoder *d, const struct shape *shape,
				const struct json *obj, void *ret);

/* --- saying what is wrong, and where ------------------------------------------- */

/* "order.lineItems[2].price", cut to fit */
static void place_spell(const struct place *at, char path[PATH_CAP])
{
	path[0] = '\0';
	if (at->in != NULL)
		place_spell(at->in, path);
	size_t len = strlen(path);
	if (at->name == NULL)
		(void)str_printf(path + len, PATH_CAP - len, "[%zu]", at->index);
	else
		(void)str_printf(path + len, PATH_CAP - len, "%s%.*s", at->before,
				 (int)at->name_len, at->name);
}

static struct place place_name(const struct decoder *d, const char *before, const char *name,
			       size_t len)
{
	return (struct place){.in = d->at, .before = before, .name = name, .name_len = len};
}

static enum status decode_refuse(struct decoder *d, const char *why)
{
	char path[PATH_CAP];
	place_spell(d->at, path);
	return problem_set(d->err, E_INVALID, NULL, "%s: %s", path, why);
}

static enum status decode_expected(struct decoder *d, const char *wanted, const struct json *got)
{
	static const char *const KINDS[] = {
		[JSON_NULL] = "null",       [JSON_BOOL] = "true or false",
		[JSON_NUMBER] = "a number", [JSON_STRING] = "a string",
		[JSON_ARRAY] = "a list",    [JSON_OBJECT] = "an object"};
	const char *number = json_number_text(got);
	char path[PATH_CAP];
	place_spell(d->at, path);
	if (number != NULL)
		return problem_set(d->err, E_INVALID, NULL, "%s: expected %s, got %.40s", path,
				   wanted, number);
	return problem_set(d->err, E_INVALID, NULL, "%s: expected %s, got %s", path, wanted,
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
	size_t len = json_string_len(v);
	if (len < f->size) {
		memcpy(ret, text, len + 1);
		return S_OK;
	}
	if (f->kind == FIELD_ID) {
		char path[PATH_CAP];
		place_spell(d->at, path);
		return problem_set(d->err, E_INVALID, NULL, "%s: longer than %zu bytes", path,
				   f->size - 1);
	}
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

/* A member's name: the last part of a dotted key, and its length. */
struct leaf {
	const struct json *parent; /* NULL where there is none */
	const char *name;
	size_t len;
};

/* The string twin beside an integer amount must say the same. */
static enum status decode_twin(struct decoder *d, const struct leaf *leaf, const struct json *v,
			       int64_t millis)
{
	static const char SUFFIX[] = "_decimal";
	char key[PATH_CAP];
	int64_t twin = 0;
	size_t len = leaf->len + sizeof(SUFFIX) - 1;
	assert(len < sizeof(key));
	memcpy(key, leaf->name, leaf->len);
	memcpy(key + leaf->len, SUFFIX, sizeof(SUFFIX));
	const struct json *w = json_get_after(leaf->parent, key, len, v);
	if (json_is_null(w))
		return S_OK;
	struct place here = place_name(d, SUFFIX, "", 0);
	enum status status = S_OK;
	d->at = &here;
	if (json_string(w) == NULL)
		status = decode_expected(d, "a string", w);
	else if ((status = decode_decimal(d, json_string(w), &twin)) == S_OK && twin != millis)
		status = decode_refuse(d, "disagrees with the integer amount");
	d->at = here.in;
	return status;
}

static enum status decode_integer(struct decoder *d, const struct json *v, int64_t *ret)
{
	return json_int64(v, ret) == S_OK ? S_OK : decode_expected(d, "an integer", v);
}

static enum status decode_millis(struct decoder *d, const struct leaf *leaf, const struct json *v,
				 int64_t *ret)
{
	enum status status = decode_integer(d, v, ret);
	return status == S_OK ? decode_twin(d, leaf, v, *ret) : status;
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

static enum status decode_item(struct decoder *d, const struct field *f, const struct json *v,
			       size_t index, void *ret)
{
	struct place here = {.in = d->at, .index = index};
	enum status status;
	d->at = &here;
	if (json_kind(v) != JSON_OBJECT)
		status = decode_expected(d, "an object", v);
	else
		status = decode_shape(d, f->shape, v, ret);
	d->at = here.in;
	return status;
}

static enum status decode_list(struct decoder *d, const struct field *f, const struct json *v,
			       void *ret)
{
	if (json_kind(v) != JSON_ARRAY)
		return decode_expected(d, "a list", v);
	size_t count = json_count(v);
	if (count > f->max) {
		char path[PATH_CAP];
		place_spell(d->at, path);
		return problem_set(d->err, E_LIMIT, NULL, "%s: %zu items, more than %zu", path,
				   count, f->max);
	}
	if (count == 0)
		return S_OK;
	char *items = xcalloc(count, f->shape->size);
	enum status status = S_OK;
	size_t done = 0;
	memcpy((char *)ret + f->offset, &items, sizeof(items));
	for (const struct json *e = json_first(v); e != NULL && status == S_OK; e = json_next(e)) {
		status = decode_item(d, f, e, done, items + done * f->shape->size);
		if (status == S_OK)
			done++;
	}
	/* On failure the items before the bad one are released with the whole. */
	memcpy((char *)ret + f->count_offset, &done, sizeof(done));
	return status;
}

/* --- one field ------------------------------------------------------------------------ */

/* Walks to the object a dotted key ends in. *hint is the member of obj that was found before. */
static enum status decode_walk(struct decoder *d, const struct field *f, const struct json *obj,
			       const struct json **hint, struct leaf *ret)
{
	const struct json *after = *hint;
	const char *name = f->key;
	for (const char *dot; (dot = strchr(name, '.')) != NULL; name = dot + 1) {
		const struct json *inner = json_get_after(obj, name, (size_t)(dot - name), after);
		if (inner != NULL && name == f->key)
			*hint = inner;
		obj = json_is_null(inner) ? NULL : inner;
		after = NULL;
		if (obj != NULL && json_kind(obj) != JSON_OBJECT) {
			struct place here = place_name(d, ".", name, (size_t)(dot - name));
			d->at = &here;
			enum status status = decode_expected(d, "an object", obj);
			d->at = here.in;
			return status;
		}
	}
	*ret = (struct leaf){.parent = obj, .name = name, .len = strlen(name)};
	return S_OK;
}

static enum status decode_value(struct decoder *d, const struct field *f, const struct leaf *leaf,
				const struct json *v, void *ret)
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
		return decode_millis(d, leaf, v, (int64_t *)(void *)at);
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

/* The field's value; members mostly come in the order of the table, so *hint moves with it. */
static const struct json *decode_find(const struct field *f, const struct json *obj,
				      const struct leaf *leaf, const struct json **hint)
{
	bool dotted = leaf->name != f->key;
	const struct json *v =
		json_get_after(leaf->parent, leaf->name, leaf->len, dotted ? NULL : *hint);
	if (v != NULL && !dotted)
		*hint = v;
	if (f->alias == NULL || !json_is_null(v))
		return v;
	const struct json *other = json_get(obj, f->alias);
	return json_string(other) != NULL ? other : v;
}

static enum status decode_field(struct decoder *d, const struct field *f, const struct json *obj,
				const struct json **hint, void *ret)
{
	struct leaf leaf = {.name = f->key};
	if (f->kind == FIELD_FIXED)
		return S_OK;
	enum status status = decode_walk(d, f, obj, hint, &leaf);
	if (status != S_OK)
		return status;
	const struct json *v = decode_find(f, obj, &leaf, hint);
	struct place here = place_name(d, ".", f->key, (size_t)(leaf.name - f->key) + leaf.len);
	d->at = &here;
	if (!json_is_null(v)) {
		status = decode_value(d, f, &leaf, v, ret);
		if (f->kind == FIELD_MILLIS && f->present_offset != 0)
			*(bool *)((char *)ret + f->present_offset) = true;
	} else if ((f->flags & FIELD_REQUIRED) != 0) {
		status = decode_refuse(d, v == NULL ? "is missing" : "is null");
	}
	d->at = here.in;
	return status;
}

static enum status decode_constant(struct decoder *d, const struct shape *shape,
				   const struct json *obj)
{
	const struct json *v = json_get(obj, "object");
	if (shape->object == NULL || json_is_null(v) || str_equal(json_string(v), shape->object))
		return S_OK;
	char path[PATH_CAP];
	place_spell(d->at, path);
	return problem_set(d->err, E_INVALID, NULL, "%s.object: is not \"%s\"", path,
			   shape->object);
}

static enum status decode_shape(struct decoder *d, const struct shape *shape,
				const struct json *obj, void *ret)
{
	shape_init(shape, ret);
	enum status status = decode_constant(d, shape, obj);
	const struct json *hint = NULL;
	for (size_t i = 0; i < shape->field_count && status == S_OK; i++)
		status = decode_field(d, &shape->fields[i], obj, &hint, ret);
	if (status != S_OK)
		shape_release(shape, ret);
	return status;
}

enum status shape_decode(const struct shape *shape, const struct json *obj, void *ret,
			 struct problem *reterr)
{
	const struct place root = {.before = "",
				   .name = shape->name,
				   .name_len = strlen(shape->name)};
	struct decoder d = {.err = reterr, .at = &root};
	if (json_is_null(obj))
		return decode_refuse(&d, "is missing");
	if (json_kind(obj) != JSON_OBJECT)
		return decode_expected(&d, "an object", obj);
	return decode_shape(&d, shape, obj, ret);
}

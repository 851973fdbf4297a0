#include "wire/json.h"

#include "base/alloc.h"
#include "wire/json_node.h"
#include "wire/json_scan.h"

#include <assert.h>

enum status json_parse(const char *text, size_t len, struct json **ret_root, struct problem *reterr)
{
	static const struct json_limits FRAME = {JSON_SIZE_MAX, JSON_VALUES_MAX};

	return json_scan(text, len, &FRAME, ret_root, reterr);
}

enum status json_parse_page(const char *text, size_t len, struct json **ret_root,
			    struct problem *reterr)
{
	static const struct json_limits PAGE = {JSON_PAGE_SIZE_MAX, JSON_PAGE_VALUES_MAX};

	return json_scan(text, len, &PAGE, ret_root, reterr);
}

/* The values of a parsed document are looked at too: something built may hang among them. */
void json_free(struct json *root)
{
	if (root == NULL)
		return;
	if (json_is_container(root)) {
		for (struct json *next, *child = root->first; child != NULL; child = next) {
			next = child->next;
			json_free(child);
		}
	}
	if (root->owned_key)
		free(root->key);
	if (root->owned)
		free(root);
}

/* --- reading ------------------------------------------------------------------ */

enum json_kind json_kind(const struct json *v)
{
	return (enum json_kind)v->kind;
}

static const struct json *find_key(const struct json *from, const struct json *end, const char *key,
				   size_t len)
{
	for (; from != end; from = from->next)
		if (from->key_len == len &&
		    (len == 0 || (from->key[0] == key[0] && memcmp(from->key, key, len) == 0)))
			return from;
	return NULL;
}

const struct json *json_get_after(const struct json *obj, const char *key, size_t len,
				  const struct json *hint)
{
	if (!json_is(obj, JSON_OBJECT))
		return NULL;
	const struct json *start = hint != NULL ? hint->next : NULL;
	const struct json *found = find_key(start, NULL, key, len);
	return found != NULL ? found : find_key(obj->first, start, key, len);
}

const struct json *json_get(const struct json *obj, const char *key)
{
	return json_get_after(obj, key, strlen(key), NULL);
}

bool json_is_null(const struct json *v)
{
	return v == NULL || v->kind == JSON_NULL;
}

const char *json_string(const struct json *v)
{
	return json_is(v, JSON_STRING) ? v->text : NULL;
}

size_t json_string_len(const struct json *v)
{
	return json_is(v, JSON_STRING) ? v->len : 0;
}

const char *json_number_text(const struct json *v)
{
	return json_is(v, JSON_NUMBER) ? v->text : NULL;
}

#define DIGITS_SURE 18 /* so many always fit */

enum status json_int64(const struct json *v, int64_t *ret)
{
	const char *text = json_number_text(v);
	if (text == NULL)
		return E_INVALID;
	bool negative = text[0] == '-';
	bool sure = v->len - negative <= DIGITS_SURE;
	int64_t value = 0;
	for (const char *p = text + negative; *p != '\0'; p++) {
		if (*p < '0' || *p > '9')
			return E_INVALID;
		int digit = negative ? '0' - *p : *p - '0';
		if (sure)
			value = value * 10 + digit;
		else if (__builtin_mul_overflow(value, 10, &value) ||
			 __builtin_add_overflow(value, digit, &value))
			return E_INVALID;
	}
	if (negative && value == 0)
		return E_INVALID;
	*ret = value;
	return S_OK;
}

enum status json_bool(const struct json *v, bool *ret)
{
	if (!json_is(v, JSON_BOOL))
		return E_INVALID;
	*ret = v->truth;
	return S_OK;
}

size_t json_count(const struct json *v)
{
	size_t count = 0;
	for (const struct json *child = json_first(v); child != NULL; child = json_next(child))
		count++;
	return count;
}

const struct json *json_first(const struct json *v)
{
	return json_is_container(v) ? v->first : NULL;
}

const struct json *json_next(const struct json *v)
{
	return v != NULL ? v->next : NULL;
}

const char *json_key(const struct json *member)
{
	return member != NULL ? member->key : NULL;
}

const char *json_source(const struct json *v, const char *parsed, size_t *ret_len)
{
	*ret_len = json_is_container(v) ? v->len : 0;
	return parsed + v->at;
}

/* --- building ------------------------------------------------------------------ */

static struct json *json_new(enum json_kind kind)
{
	struct json *v = xmalloc(sizeof(*v));
	*v = (struct json){.kind = (uint8_t)kind, .owned = true};
	return v;
}

static struct json *json_new_text(enum json_kind kind, const char *text, size_t len)
{
	assert(len < UINT32_MAX);
	struct json *v = xmalloc(sizeof(*v) + len + 1);
	*v = (struct json){.kind = (uint8_t)kind,
			   .owned = true,
			   .text = (char *)(v + 1),
			   .len = (uint32_t)len};
	memcpy(v->text, text, len + 1);
	return v;
}

struct json *json_new_object(void)
{
	return json_new(JSON_OBJECT);
}

struct json *json_new_array(void)
{
	return json_new(JSON_ARRAY);
}

struct json *json_new_string(const char *s)
{
	return json_new_text(JSON_STRING, s, strlen(s));
}

static void json_name(struct json *v, const char *key)
{
	size_t len = strlen(key);
	assert(len < UINT32_MAX);
	char *name = xmemdup0(key, len);
	if (v->owned_key)
		free(v->key);
	v->key = name;
	v->key_len = (uint32_t)len;
	v->owned_key = true;
}

static void json_hang(struct json *container, struct json *child)
{
	child->next = NULL;
	if (container->last == NULL)
		container->first = child;
	else
		container->last->next = child;
	container->last = child;
}

struct json *json_copy(const struct json *v)
{
	if (v == NULL)
		return NULL;
	if (v->kind == JSON_STRING || v->kind == JSON_NUMBER)
		return json_new_text((enum json_kind)v->kind, v->text, v->len);
	struct json *copy = json_new((enum json_kind)v->kind);
	copy->truth = v->truth;
	for (const struct json *child = json_first(v); child != NULL; child = child->next) {
		struct json *own = json_copy(child);
		if (child->key != NULL)
			json_name(own, child->key);
		json_hang(copy, own);
	}
	return copy;
}

/* Frees a member; `heir`, unless it is NULL, takes its place. */
static void json_replace(struct json *obj, const struct json *member, struct json *heir)
{
	struct json **link = &obj->first;
	struct json *before = NULL;
	for (; *link != member; link = &before->next)
		before = *link;
	struct json *old = *link;
	if (heir != NULL)
		heir->next = old->next;
	*link = heir != NULL ? heir : old->next;
	if (obj->last == old)
		obj->last = heir != NULL ? heir : before;
	json_free(old);
}

void json_set_take(struct json *obj, const char *key, struct json *child)
{
	assert(json_is(obj, JSON_OBJECT) && child != NULL);
	json_name(child, key);
	const struct json *old = json_get(obj, key);
	if (old != NULL)
		json_replace(obj, old, child);
	else
		json_hang(obj, child);
}

void json_set_string(struct json *obj, const char *key, const char *value)
{
	json_set_take(obj, key, value != NULL ? json_new_string(value) : json_new(JSON_NULL));
}

void json_set_int(struct json *obj, const char *key, int64_t value)
{
	char text[24];
	snprintf(text, sizeof(text), "%lld", (long long)value);
	json_set_number_text(obj, key, text);
}

void json_set_bool(struct json *obj, const char *key, bool value)
{
	struct json *child = json_new(JSON_BOOL);
	child->truth = value;
	json_set_take(obj, key, child);
}

void json_set_null(struct json *obj, const char *key)
{
	json_set_take(obj, key, json_new(JSON_NULL));
}

void json_set_number_text(struct json *obj, const char *key, const char *text)
{
	size_t len = strlen(text);
	assert(len > 0 && json_scan_number(text, len) == len);
	json_set_take(obj, key, json_new_text(JSON_NUMBER, text, len));
}

struct json *json_set_object(struct json *obj, const char *key)
{
	const struct json *member = json_get(obj, key);
	if (!json_is(member, JSON_OBJECT)) {
		json_set_take(obj, key, json_new_object());
		member = json_get(obj, key);
	}
	return (struct json *)(uintptr_t)member; /* it is obj's, and obj may be changed */
}

void json_remove(struct json *obj, const char *key)
{
	const struct json *member = json_get(obj, key);
	if (member != NULL)
		json_replace(obj, member, NULL);
}

void json_append_take(struct json *array, struct json *child)
{
	assert(json_is(array, JSON_ARRAY) && child != NULL);
	json_hang(array, child);
}

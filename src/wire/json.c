#include "wire/json.h"

#include "base/alloc.h"
#include "wire/json_arena.h"
#include "wire/json_scan.h"

#include <assert.h>
#include <cjson/cJSON.h>

/* struct json is a cJSON under another name. Numbers are cJSON_Raw items that hold their own
 * text: no double is ever made of one, and they are printed as they came. */
static struct json *json_wrap(cJSON *item)
{
	return (struct json *)item;
}

static cJSON *json_item(struct json *v)
{
	return (cJSON *)v;
}

static const cJSON *json_peek(const struct json *v)
{
	return (const cJSON *)v;
}

/* --- parsing ------------------------------------------------------------------ */

static bool span_is_number(const char *text, struct json_span span)
{
	char c = text[span.at];
	return c == '-' || (c >= '0' && c <= '9');
}

/* The text with null for every number: cJSON would put the real ones through a 64 byte buffer,
 * the locale and strtod. Which nulls are numbers, the spans tell. */
static char *json_without_numbers(const char *text, size_t len, const struct json_scan *scan,
				  size_t *ret_len)
{
	char *out = xmalloc(len + 4 * scan->number_count + 1);
	char *to = out;
	size_t done = 0;
	for (size_t i = 0; i < scan->span_count; i++) {
		struct json_span span = scan->spans[i];
		if (!span_is_number(text, span))
			continue;
		memcpy(to, text + done, span.at - done);
		to += span.at - done;
		memcpy(to, "null", 4);
		to += 4;
		done = span.at + span.len;
	}
	memcpy(to, text + done, len - done);
	to += len - done;
	*to = '\0';
	*ret_len = (size_t)(to - out);
	return out;
}

/* Where an array or object stands is kept in its valuedouble: cJSON itself looks at that field in
 * numbers only, of which no document here has any, and copies it as it is. Both parts are whole
 * and small enough for a double to be exact. */
#define SPAN_UNIT (UINT64_C(1) << 26)
_Static_assert(JSON_PAGE_SIZE_MAX < SPAN_UNIT && JSON_DOCUMENT_SIZE_MAX < SPAN_UNIT,
	       "a span fits 52 bits");

static void json_note_span(cJSON *item, struct json_span span)
{
	item->valuedouble = (double)(span.at * SPAN_UNIT + span.len);
}

static struct json_span json_noted_span(const cJSON *item)
{
	uint64_t noted = (uint64_t)item->valuedouble;
	return (struct json_span){.at = noted / SPAN_UNIT, .len = noted % SPAN_UNIT};
}

/* Walks the items beside the spans of the scan: numbers get their text, arrays and objects where
 * they stand. */
static void json_give_spans(cJSON *item, const char *text, const struct json_scan *scan,
			    size_t *next)
{
	for (; item != NULL; item = item->next) {
		if (!cJSON_IsNull(item) && !cJSON_IsArray(item) && !cJSON_IsObject(item))
			continue;
		assert(*next < scan->span_count);
		struct json_span span = scan->spans[(*next)++];
		if (!cJSON_IsNull(item)) {
			json_note_span(item, span);
			json_give_spans(item->child, text, scan, next);
		} else if (span_is_number(text, span)) {
			item->type = cJSON_Raw;
			item->valuestring = json_arena_alloc(span.len + 1);
			memcpy(item->valuestring, text + span.at, span.len);
			item->valuestring[span.len] = '\0';
		}
	}
}

/* Of most documents; what is beyond it costs an allocation a piece. */
static size_t json_room(size_t len, const struct json_scan *scan)
{
	return scan->value_count * (sizeof(cJSON) + 48) + 2 * len;
}

static cJSON *json_parse_scanned(const char *text, size_t len, const struct json_scan *scan)
{
	size_t given_len;
	size_t next = 0;
	char *given = json_without_numbers(text, len, scan, &given_len);
	json_arena_open(json_room(len, scan));
	cJSON *root = cJSON_ParseWithLengthOpts(given, given_len + 1, NULL, true);
	json_give_spans(root, text, scan, &next);
	json_arena_close();
	free(given);
	assert(root == NULL || next == scan->span_count);
	return root;
}

static enum status json_parse_within(const char *text, size_t len, const struct json_limits *limits,
				     struct json **ret_root, struct problem *reterr)
{
	struct json_scan scan;
	enum status status = json_scan(text, len, limits, &scan, reterr);
	if (status != S_OK)
		return status;
	cJSON *root = json_parse_scanned(text, len, &scan);
	json_scan_release(&scan);
	if (root == NULL)
		return problem_set(reterr, E_INVALID, NULL, "not JSON the parser accepts");
	*ret_root = json_wrap(root);
	return S_OK;
}

enum status json_parse(const char *text, size_t len, struct json **ret_root, struct problem *reterr)
{
	static const struct json_limits FRAME = {JSON_SIZE_MAX, JSON_VALUES_MAX};

	return json_parse_within(text, len, &FRAME, ret_root, reterr);
}

enum status json_parse_page(const char *text, size_t len, struct json **ret_root,
			    struct problem *reterr)
{
	static const struct json_limits PAGE = {JSON_PAGE_SIZE_MAX, JSON_PAGE_VALUES_MAX};

	return json_parse_within(text, len, &PAGE, ret_root, reterr);
}

enum status json_parse_document(const char *text, size_t len, struct json **ret_root,
				struct problem *reterr)
{
	static const struct json_limits DOCUMENT = {JSON_DOCUMENT_SIZE_MAX,
						    JSON_DOCUMENT_VALUES_MAX};

	return json_parse_within(text, len, &DOCUMENT, ret_root, reterr);
}

void json_free(struct json *root)
{
	cJSON_Delete(json_item(root));
}

/* --- reading ------------------------------------------------------------------ */

enum json_kind json_kind(const struct json *v)
{
	switch (json_peek(v)->type & 0xff) {
	case cJSON_True:
	case cJSON_False:
		return JSON_BOOL;
	case cJSON_Raw:
		return JSON_NUMBER;
	case cJSON_String:
		return JSON_STRING;
	case cJSON_Array:
		return JSON_ARRAY;
	case cJSON_Object:
		return JSON_OBJECT;
	default:
		return JSON_NULL;
	}
}

static bool json_is(const struct json *v, enum json_kind kind)
{
	return v != NULL && json_kind(v) == kind;
}

static const cJSON *find_key(const cJSON *from, const cJSON *end, const char *key, size_t len)
{
	for (; from != end; from = from->next)
		if ((len == 0 || from->string[0] == key[0]) &&
		    strncmp(from->string, key, len) == 0 && from->string[len] == '\0')
			return from;
	return NULL;
}

const struct json *json_get_after(const struct json *obj, const char *key, size_t len,
				  const struct json *hint)
{
	if (!json_is(obj, JSON_OBJECT))
		return NULL;
	const cJSON *start = hint != NULL ? json_peek(hint)->next : NULL;
	const cJSON *found = find_key(start, NULL, key, len);
	if (found == NULL)
		found = find_key(json_peek(obj)->child, start, key, len);
	return (const struct json *)found;
}

const struct json *json_get(const struct json *obj, const char *key)
{
	return json_get_after(obj, key, strlen(key), NULL);
}

bool json_is_null(const struct json *v)
{
	return v == NULL || json_kind(v) == JSON_NULL;
}

const char *json_string(const struct json *v)
{
	return json_is(v, JSON_STRING) ? json_peek(v)->valuestring : NULL;
}

size_t json_string_len(const struct json *v)
{
	return json_is(v, JSON_STRING) ? strlen(json_peek(v)->valuestring) : 0;
}

const char *json_number_text(const struct json *v)
{
	return json_is(v, JSON_NUMBER) ? json_peek(v)->valuestring : NULL;
}

#define DIGITS_SURE 18 /* so many always fit */

enum status json_int64(const struct json *v, int64_t *ret)
{
	const char *text = json_number_text(v);
	if (text == NULL)
		return E_INVALID;
	bool negative = text[0] == '-';
	int64_t value = 0;
	for (const char *p = text + negative; *p != '\0'; p++) {
		if (*p < '0' || *p > '9')
			return E_INVALID;
		int digit = negative ? '0' - *p : *p - '0';
		if (p - text < DIGITS_SURE)
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
	*ret = cJSON_IsTrue(json_peek(v));
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
	return v != NULL ? json_wrap(json_peek(v)->child) : NULL;
}

const struct json *json_next(const struct json *v)
{
	return v != NULL ? json_wrap(json_peek(v)->next) : NULL;
}

const char *json_key(const struct json *member)
{
	return member != NULL ? json_peek(member)->string : NULL;
}

const char *json_source(const struct json *v, const char *parsed, size_t *ret_len)
{
	bool container = json_is(v, JSON_ARRAY) || json_is(v, JSON_OBJECT);
	struct json_span span = {0};
	if (container)
		span = json_noted_span(json_peek(v));
	*ret_len = span.len;
	return parsed + span.at;
}

/* --- building ------------------------------------------------------------------ */

struct json *json_new_object(void)
{
	return json_wrap(cJSON_CreateObject());
}

struct json *json_new_array(void)
{
	return json_wrap(cJSON_CreateArray());
}

struct json *json_new_string(const char *s)
{
	return json_wrap(cJSON_CreateString(s));
}

/* A copy stands in no text. */
static void json_forget_spans(cJSON *item)
{
	item->valuedouble = 0;
	for (cJSON *child = item->child; child != NULL; child = child->next)
		json_forget_spans(child);
}

struct json *json_copy(const struct json *v)
{
	if (v == NULL)
		return NULL;
	cJSON *copy = cJSON_Duplicate(json_peek(v), true);
	json_forget_spans(copy);
	return json_wrap(copy);
}

void json_set_take(struct json *obj, const char *key, struct json *child)
{
	assert(json_is(obj, JSON_OBJECT) && child != NULL);
	cJSON *item = json_item(child);
	if (json_get(obj, key) != NULL)
		(void)cJSON_ReplaceItemInObjectCaseSensitive(json_item(obj), key, item);
	else
		(void)cJSON_AddItemToObject(json_item(obj), key, item);
}

void json_set_string(struct json *obj, const char *key, const char *value)
{
	cJSON *item = value != NULL ? cJSON_CreateString(value) : cJSON_CreateNull();
	json_set_take(obj, key, json_wrap(item));
}

void json_set_int(struct json *obj, const char *key, int64_t value)
{
	char text[24];
	snprintf(text, sizeof(text), "%lld", (long long)value);
	json_set_number_text(obj, key, text);
}

void json_set_bool(struct json *obj, const char *key, bool value)
{
	json_set_take(obj, key, json_wrap(cJSON_CreateBool(value)));
}

void json_set_null(struct json *obj, const char *key)
{
	json_set_take(obj, key, json_wrap(cJSON_CreateNull()));
}

void json_set_number_text(struct json *obj, const char *key, const char *text)
{
	assert(text[0] != '\0' && json_scan_number(text, strlen(text)) == strlen(text));
	json_set_take(obj, key, json_wrap(cJSON_CreateRaw(text)));
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
	if (json_is(obj, JSON_OBJECT))
		cJSON_DeleteItemFromObjectCaseSensitive(json_item(obj), key);
}

void json_append_take(struct json *array, struct json *child)
{
	assert(json_is(array, JSON_ARRAY) && child != NULL);
	(void)cJSON_AddItemToArray(json_item(array), json_item(child));
}

/* --- printing ------------------------------------------------------------------- */

char *json_print(const struct json *v)
{
	return cJSON_PrintUnformatted(json_peek(v));
}

char *json_print_pretty(const struct json *v)
{
	/* cJSON lays out with tabs, after colons too, and a raw tab is nowhere else. */
	char *tabbed = cJSON_Print(json_peek(v));
	char *pretty = xmalloc(2 * strlen(tabbed) + 1);
	size_t used = 0;
	for (const char *p = tabbed; *p != '\0'; p++) {
		if (*p != '\t') {
			pretty[used++] = *p;
			continue;
		}
		pretty[used++] = ' ';
		if (p == tabbed || p[-1] != ':')
			pretty[used++] = ' ';
	}
	pretty[used] = '\0';
	free(tabbed);
	return pretty;
}

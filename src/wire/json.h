/*
 * JSON, guarded. The one place that knows cJSON; another parser is a day's work.
 *
 * Before cJSON sees a byte, json_parse() scans the text and refuses: more than
 * JSON_SIZE_MAX bytes, nesting deeper than JSON_DEPTH_MAX, more than
 * JSON_VALUES_MAX values, invalid UTF-8, raw control characters in strings, an
 * escaped NUL (\u0000) anywhere, lone surrogates, duplicate keys in an object,
 * numbers that break the JSON grammar, trailing bytes after the value, a BOM.
 * Size, depth and count are E_LIMIT, the rest E_INVALID.
 *
 * Numbers keep their own text: json_number_text() and everything printed show
 * exactly what arrived, and integers are read from that text, never from a double.
 */
#ifndef PEPAYTOP_WIRE_JSON_H
#define PEPAYTOP_WIRE_JSON_H

#include "base/status.h"

#define JSON_SIZE_MAX   (1024u * 1024u)
#define JSON_DEPTH_MAX  32
#define JSON_VALUES_MAX 10000

/* A page of a hundred resources is one body: it may be larger than one frame. */
#define JSON_PAGE_SIZE_MAX   (4u * 1024u * 1024u)
#define JSON_PAGE_VALUES_MAX 100000

/* What a person opens and looks at may be larger than anything that is decoded. */
#define JSON_DOCUMENT_SIZE_MAX   (8u * 1024u * 1024u)
#define JSON_DOCUMENT_VALUES_MAX 1000000

struct json; /* a value; children belong to their root */

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

must_check enum status json_parse(const char *text, size_t len, struct json **ret_root,
				  struct problem *reterr);
/* The same with the limits of a page. */
must_check enum status json_parse_page(const char *text, size_t len, struct json **ret_root,
				       struct problem *reterr);
/* The same with the limits of a document. */
must_check enum status json_parse_document(const char *text, size_t len, struct json **ret_root,
					   struct problem *reterr);
void json_free(struct json *root);

enum json_kind json_kind(const struct json *v);
/* Exact, case-sensitive member of an object; NULL when absent or when obj is not an object. */
const struct json *json_get(const struct json *obj, const char *key);
/* The same by the first `len` bytes of key, found sooner when it comes after `hint`: a member of
 * obj, or NULL. */
const struct json *json_get_after(const struct json *obj, const char *key, size_t len,
				  const struct json *hint);
bool json_is_null(const struct json *v); /* true for NULL pointers too */
/* NULL unless v is a string. Contains no NUL byte. */
const char *json_string(const struct json *v);
size_t json_string_len(const struct json *v); /* 0 unless v is a string */
/* The number as it was written; NULL unless v is a number. */
const char *json_number_text(const struct json *v);
/* A whole number that fits, from its text: "1", "-5"; "1.0", "1e3", "-0" and one that does not fit
 * are E_INVALID. */
must_check enum status json_int64(const struct json *v, int64_t *ret);
must_check enum status json_bool(const struct json *v, bool *ret);

/* Children of an array or object, in order. */
size_t json_count(const struct json *v);
const struct json *json_first(const struct json *v);
const struct json *json_next(const struct json *v);
const char *json_key(const struct json *member); /* NULL for array elements */
/* Where an array or object stands in the text it was parsed from; *ret_len is 0 for other values
 * and for what was built. What json_set_… did since is not in it. */
const char *json_source(const struct json *v, const char *parsed, size_t *ret_len);

/* Building. Setting an existing key replaces it in place. `…_take` takes ownership of the child. */
struct json *json_new_object(void);
struct json *json_new_array(void);
struct json *json_new_string(const char *s);
struct json *json_copy(const struct json *v);
void json_set_take(struct json *obj, const char *key, struct json *child);
void json_set_string(struct json *obj, const char *key, const char *value); /* NULL value: null */
void json_set_int(struct json *obj, const char *key, int64_t value);
void json_set_bool(struct json *obj, const char *key, bool value);
void json_set_null(struct json *obj, const char *key);
/* `text` must be a number by JSON's grammar; printed as it is. */
void json_set_number_text(struct json *obj, const char *key, const char *text);
/* The object at key, to add to: made when the member is absent or something else. It is obj's. */
struct json *json_set_object(struct json *obj, const char *key);
void json_remove(struct json *obj, const char *key);
void json_append_take(struct json *array, struct json *child);

/* Compact or indented (two spaces); the caller frees. */
char *json_print(const struct json *v);
char *json_print_pretty(const struct json *v);

#endif

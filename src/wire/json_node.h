/*
 * What a struct json is made of. Private to json*.c.
 *
 * A parsed document is one allocation: its values in the order of the text, the root first, then
 * a copy of the text in which every string has been unescaped where it stood. A value that was
 * built is an allocation by itself, its text behind it. `owned` tells which pointers free() takes,
 * so both kinds may hang in one tree: what leaves a parsed document goes with its root.
 */
#ifndef PEPAYTOP_WIRE_JSON_NODE_H
#define PEPAYTOP_WIRE_JSON_NODE_H

#include "wire/json.h"

struct json {
	struct json *next;
	char *key; /* NULL outside objects */
	union {
		struct { /* arrays and objects */
			struct json *first;
			struct json *last;
		};
		char *text; /* strings and numbers, NUL-terminated */
	};
	uint32_t key_len;
	uint32_t len; /* of `text`; of a parsed container in its document */
	uint32_t at;  /* of a parsed container */
	uint8_t kind; /* enum json_kind */
	bool truth;
	bool owned; /* the value is an allocation */
	bool owned_key;
};

static inline bool json_is(const struct json *v, enum json_kind kind)
{
	return v != NULL && v->kind == kind;
}

static inline bool json_is_container(const struct json *v)
{
	return json_is(v, JSON_OBJECT) || json_is(v, JSON_ARRAY);
}

#endif

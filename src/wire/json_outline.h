/*
 * Where every value of a JSON text stands, for whoever shows a text instead of reading it: what is
 * shown, searched and copied is the text itself, byte for byte, unknown members and long numbers
 * too. Made after the same scan that guards the parser, with limits for a document a person opens.
 */
#ifndef PEPAYTOP_WIRE_JSON_OUTLINE_H
#define PEPAYTOP_WIRE_JSON_OUTLINE_H

#include "wire/json.h"

struct outline_node {
	uint32_t at, len;         /* of the value; a string with its quotes */
	uint32_t key_at, key_len; /* of a member's name as it is written, without the quotes */
	uint32_t parent;          /* the root is its own */
	uint32_t end;             /* index of the first node after this one and all it holds */
	uint32_t index;           /* among its siblings, from 0 */
	uint32_t count;           /* of its children */
	uint8_t kind;             /* enum json_kind */
	uint8_t depth;            /* 0: the root */
	bool member;              /* of an object: it has a name */
};

struct outline {
	struct outline_node *nodes; /* in the order of the text: what holds before what is held */
	size_t count;               /* at least one */
};

/*
 * The text is borrowed and needed wherever the outline is used. E_LIMIT beyond JSON_DOCUMENT_…,
 * E_INVALID for what json_parse() refuses; then *ret_at is the byte where.
 */
must_check enum status outline_make(const char *text, size_t len, struct outline *ret,
				    size_t *ret_at, struct problem *reterr);
void outline_release(struct outline *o);

/* Child of `node` with this name, or at this place; the index of a node, 0 (which is nobody's
 * child) when there is none. */
size_t outline_child_named(const struct outline *o, const char *text, size_t node, const char *name,
			   size_t name_len);
size_t outline_child_at(const struct outline *o, size_t node, size_t index);

#endif

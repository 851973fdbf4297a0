#include "wire/json_outline.h"

#include "base/alloc.h"
#include "wire/json_scan.h"

#include <stdlib.h>
#include <string.h>

/* Reads a text that the scan accepted, and relies on that. */
struct outliner {
	const char *text;
	size_t len, pos;
	struct outline_node *nodes;
	size_t count, cap;
	size_t open; /* the innermost container that is not closed, while depth > 0 */
	size_t depth;
};

static enum json_kind kind_of(char c)
{
	switch (c) {
	case '{':
		return JSON_OBJECT;
	case '[':
		return JSON_ARRAY;
	case '"':
		return JSON_STRING;
	case 'n':
		return JSON_NULL;
	case 't':
	case 'f':
		return JSON_BOOL;
	default:
		return JSON_NUMBER;
	}
}

/* At a quote; goes past the closing one. */
static void pass_string(struct outliner *o)
{
	size_t p = o->pos + 1;

	while (o->text[p] != '"')
		p += o->text[p] == '\\' ? 2 : 1;
	o->pos = p + 1;
}

/* Numbers, true, false and null end where none of their characters stands. */
static void pass_word(struct outliner *o)
{
	while (o->pos < o->len) {
		char c = o->text[o->pos];

		if (c == ',' || c == ']' || c == '}' || c == ' ' || c == '\n' || c == '\r' ||
		    c == '\t')
			return;
		o->pos++;
	}
}

static void pass_space(struct outliner *o)
{
	while (o->pos < o->len && strchr(" \n\r\t", o->text[o->pos]))
		o->pos++;
}

static void note_name(struct outliner *o, struct outline_node *n)
{
	size_t start = o->pos + 1;

	pass_string(o);
	n->member = true;
	n->key_at = (uint32_t)start;
	n->key_len = (uint32_t)(o->pos - 1 - start);
	pass_space(o);
	o->pos++; /* the colon */
	pass_space(o);
}

/* At the first byte of a member or value. */
static void note_value(struct outliner *o)
{
	struct outline_node n = {.depth = (uint8_t)o->depth};
	size_t here = o->count;

	if (o->depth > 0) {
		n.parent = (uint32_t)o->open;
		n.index = o->nodes[o->open].count++;
		if (o->nodes[o->open].kind == JSON_OBJECT)
			note_name(o, &n);
	}
	n.kind = (uint8_t)kind_of(o->text[o->pos]);
	n.at = (uint32_t)o->pos;
	n.end = (uint32_t)here + 1;
	if (n.kind == JSON_OBJECT || n.kind == JSON_ARRAY) {
		o->pos++;
		o->open = here;
		o->depth++;
	} else if (n.kind == JSON_STRING) {
		pass_string(o);
	} else {
		pass_word(o);
	}
	n.len = (uint32_t)(o->pos - n.at);
	array_reserve((void **)&o->nodes, &o->cap, here + 1, sizeof(*o->nodes));
	o->nodes[o->count++] = n;
}

/* At a closing bracket. */
static void note_end(struct outliner *o)
{
	struct outline_node *n = &o->nodes[o->open];

	o->pos++;
	n->len = (uint32_t)(o->pos - n->at);
	n->end = (uint32_t)o->count;
	o->open = n->parent;
	o->depth--;
}

static void note_all(struct outliner *o)
{
	for (pass_space(o); o->pos < o->len; pass_space(o)) {
		char c = o->text[o->pos];

		if (c == ',')
			o->pos++;
		else if (c == ']' || c == '}')
			note_end(o);
		else
			note_value(o);
	}
}

enum status outline_make(const char *text, size_t len, struct outline *ret, size_t *ret_at,
			 struct problem *reterr)
{
	static const struct json_limits LIMITS = {JSON_DOCUMENT_SIZE_MAX, JSON_DOCUMENT_VALUES_MAX};
	struct json_scan scan = {0};
	struct outliner o = {.text = text, .len = len};
	enum status status = json_scan(text, len, &LIMITS, &scan, reterr);

	if (status != S_OK) {
		*ret_at = scan.failed_at;
		return status;
	}
	array_reserve((void **)&o.nodes, &o.cap, scan.value_count, sizeof(*o.nodes));
	json_scan_release(&scan);
	note_all(&o);
	*ret = (struct outline){.nodes = o.nodes, .count = o.count};
	return S_OK;
}

void outline_release(struct outline *o)
{
	free(o->nodes);
	*o = (struct outline){0};
}

static bool has_name(const struct outline_node *n, const char *text, const char *name, size_t len)
{
	return n->member && n->key_len == len && memcmp(text + n->key_at, name, len) == 0;
}

size_t outline_child_named(const struct outline *o, const char *text, size_t node, const char *name,
			   size_t name_len)
{
	for (size_t i = node + 1; i < o->nodes[node].end; i = o->nodes[i].end)
		if (has_name(&o->nodes[i], text, name, name_len))
			return i;
	return 0;
}

size_t outline_child_at(const struct outline *o, size_t node, size_t index)
{
	for (size_t i = node + 1; i < o->nodes[node].end; i = o->nodes[i].end)
		if (o->nodes[i].index == index)
			return i;
	return 0;
}

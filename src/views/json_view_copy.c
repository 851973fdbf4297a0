/* What can be taken away: values, paths, JSON, all of it laid out. */
#include "views/json_view_priv.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define PATH_CAP 65536

bool json_view_decode(const char *quoted, size_t len, struct strbuf *ret)
{
	struct json *v;

	if (json_parse_document(quoted, len, &v, NULL) != S_OK)
		return false;
	strbuf_add(ret, json_string(v), json_string_len(v));
	json_free(v);
	return true;
}

/* --- path -------------------------------------------------------------------------------- */

static bool is_word(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = s[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';

		if (!letter && !(i > 0 && c >= '0' && c <= '9'))
			return false;
	}
	return len > 0;
}

static void add_step(const struct json_view *j, size_t node, struct strbuf *ret)
{
	const struct outline_node *n = json_view_node(j, node);

	if (!n->member)
		strbuf_addf(ret, "[%u]", (unsigned)n->index);
	else if (is_word(j->text + n->key_at, n->key_len))
		strbuf_addf(ret, "%s%.*s", ret->len ? "." : "", (int)n->key_len,
			    j->text + n->key_at);
	else
		strbuf_addf(ret, "[\"%.*s\"]", (int)n->key_len, j->text + n->key_at);
}

void json_view_path(const struct json_view *j, struct strbuf *ret)
{
	size_t steps[JSON_DEPTH_MAX + 1];
	size_t count = json_view_node(j, j->cursor)->depth;
	size_t node = j->cursor;

	for (size_t i = count; i > 0; i--) {
		steps[i - 1] = node;
		node = json_view_node(j, node)->parent;
	}
	for (size_t i = 0; i < count; i++)
		add_step(j, steps[i], ret);
}

/* --- copies ------------------------------------------------------------------------------- */

bool json_view_value(const struct json_view *j, struct strbuf *ret)
{
	const struct outline_node *n = json_view_node(j, j->cursor);

	if (n->kind == JSON_OBJECT || n->kind == JSON_ARRAY)
		return false;
	if (n->kind == JSON_STRING && j->is_json)
		return json_view_decode(j->text + n->at, n->len, ret);
	strbuf_add(ret, j->text + n->at, n->len);
	return true;
}

static void add_buffer(struct copies *ret, const char *label, struct strbuf *sb)
{
	size_t len = sb->len;

	if (len)
		copies_add_take(ret, label, strbuf_take(sb), len);
	strbuf_release(sb);
}

static void add_text(struct copies *ret, const char *label, const char *text, size_t len)
{
	if (len)
		copies_add_take(ret, label, xmemdup0(text, len), len);
}

void json_view_copies(const struct json_view *j, struct copies *ret)
{
	const struct outline_node *n = json_view_node(j, j->cursor);
	struct strbuf value, path;

	strbuf_init(&value, JSON_VIEW_TEXT_MAX);
	if (json_view_value(j, &value))
		add_buffer(ret, j->is_json ? "value" : "line", &value);
	strbuf_release(&value);
	if (j->is_json) {
		add_text(ret, "JSON of the node", j->text + n->at, n->len);
		strbuf_init(&path, PATH_CAP);
		json_view_path(j, &path);
		add_buffer(ret, "path", &path);
	}
	add_text(ret, "whole text as received", j->text, j->len);
}

/* --- plain --------------------------------------------------------------------------------- */

static void add_indent(struct strbuf *ret, int depth)
{
	strbuf_addf(ret, "\n%*s", 2 * depth, "");
}

static bool is_last(const struct json_view *j, const struct outline_node *n)
{
	return n->depth == 0 || n->index + 1 == json_view_node(j, n->parent)->count;
}

/* After a node that holds nothing that is still to come: the brackets that end with it. */
static void add_ends(const struct json_view *j, size_t node, struct strbuf *ret)
{
	const struct outline_node *n = json_view_node(j, node);

	while (n->depth > 0 && is_last(j, n)) {
		n = json_view_node(j, n->parent);
		add_indent(ret, n->depth);
		strbuf_addch(ret, n->kind == JSON_OBJECT ? '}' : ']');
	}
	if (n->depth > 0)
		strbuf_addch(ret, ',');
}

static void add_node(const struct json_view *j, size_t node, struct strbuf *ret)
{
	const struct outline_node *n = json_view_node(j, node);

	if (n->depth > 0)
		add_indent(ret, n->depth);
	if (n->member) {
		strbuf_add(ret, j->text + n->key_at - 1, (size_t)n->key_len + 2);
		strbuf_addstr(ret, ": ");
	}
	if (n->count == 0 && (n->kind == JSON_OBJECT || n->kind == JSON_ARRAY))
		strbuf_addstr(ret, n->kind == JSON_OBJECT ? "{}" : "[]");
	else if (n->count == 0)
		strbuf_add(ret, j->text + n->at, n->len);
	else if (j->folded[node])
		strbuf_addf(ret, n->kind == JSON_OBJECT ? "{…} %u" : "[…] %u", (unsigned)n->count);
	else
		strbuf_addch(ret, n->kind == JSON_OBJECT ? '{' : '[');
	if (n->count == 0 || j->folded[node])
		add_ends(j, node, ret);
}

void json_view_plain(const struct json_view *j, struct strbuf *ret)
{
	if (!j->is_json) {
		strbuf_add(ret, j->text, j->len);
		return;
	}
	for (size_t row = 0; row < j->row_count; row++)
		add_node(j, j->rows[row], ret);
	strbuf_addch(ret, '\n');
}

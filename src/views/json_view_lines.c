/* How much room a row takes: one line, or as many as its value is long. */
#include "views/json_view_priv.h"

#include <string.h>

#define MARK_CELLS  2
#define HANG_CELLS  2 /* the lines after the first stand that much further in */
#define LEAST_CELLS 8

int json_view_cells(const struct json_view *j)
{
	bool bar = j->row_count > (size_t)json_view_page(j);

	return bar && j->width > 2 ? j->width - 2 : j->width;
}

/* Deep nesting leaves half of the width to what is nested. */
int json_row_indent(const struct json_view *j, size_t node)
{
	int indent = 2 * json_view_node(j, node)->depth;

	return indent < j->width / 2 ? indent : j->width / 2;
}

void json_row_name(const struct json_view *j, size_t node, struct safe_text *ret)
{
	const struct outline_node *n = json_view_node(j, node);

	safe_text_clear(ret);
	if (n->member)
		safe_text_set_bytes(ret, j->text + n->key_at, n->key_len);
	else if (j->is_json && n->depth > 0)
		safe_text_fmt(ret, "%u", (unsigned)n->index);
	if (n->member && n->key_len == 0)
		safe_text_set(ret, "\"\"");
	safe_text_fit(ret, j->width / 3 > 4 ? (unsigned)j->width / 3 : 4);
}

int json_row_value_x(const struct json_view *j, size_t node)
{
	struct safe_text name;
	int x = json_row_indent(j, node);

	if (!j->is_json)
		return 0;
	json_row_name(j, node, &name);
	if (safe_text_width(&name))
		x += (int)safe_text_width(&name) + 2;
	return x + MARK_CELLS;
}

bool json_row_whole(const struct json_view *j, size_t node)
{
	const struct outline_node *n = json_view_node(j, node);

	return (j->wrap || node == j->cursor) && n->kind != JSON_OBJECT && n->kind != JSON_ARRAY;
}

/* Cells and bytes that a code point takes on the screen. */
static size_t shown_size(const char *s, size_t left, size_t *ret_bytes, unsigned *ret_cells)
{
	char joined[8] = "a";
	struct safe_text t;
	size_t n;

	if (*s >= 0x20 && *s < 0x7f) {
		*ret_bytes = *ret_cells = 1;
		return 1;
	}
	(void)utf8_decode(s, left, &n);
	memcpy(joined + 1, s, n); /* a mark needs something to stand on */
	safe_text_set_bytes(&t, joined, n + 1);
	*ret_bytes = strlen(safe_text_str(&t)) - 1;
	*ret_cells = safe_text_width(&t) - 1;
	return n;
}

/* Bytes from s on that fit into so many cells, and into a safe_text; at least one code point. */
static size_t fitting(const char *s, size_t len, unsigned cells)
{
	size_t at = 0, bytes = 0;
	unsigned used = 0;

	while (at < len) {
		size_t more_bytes;
		unsigned more_cells;
		size_t n = shown_size(s + at, len - at, &more_bytes, &more_cells);

		if (at > 0 && (used + more_cells > cells || bytes + more_bytes > SAFE_TEXT_MAX - 4))
			break;
		used += more_cells;
		bytes += more_bytes;
		at += n;
	}
	return at;
}

static size_t shown_len(const struct json_view *j, size_t node)
{
	size_t len = json_view_node(j, node)->len;

	return len < JSON_VIEW_WHOLE_MAX ? len : JSON_VIEW_WHOLE_MAX;
}

bool json_row_next_line(const struct json_view *j, size_t node, struct json_line *l)
{
	const struct outline_node *n = json_view_node(j, node);
	size_t len = shown_len(j, node);
	bool first = l->to == 0;

	if (!first && (l->to >= len || !json_row_whole(j, node)))
		return false;
	l->from = l->to;
	l->x = json_row_value_x(j, node);
	if (!first)
		l->x = json_row_indent(j, node) +
		       (j->is_json ? MARK_CELLS + HANG_CELLS : HANG_CELLS);
	l->room = json_view_cells(j) - l->x;
	if (l->room < LEAST_CELLS)
		l->room = LEAST_CELLS;
	l->to = json_row_whole(j, node) ? l->from + fitting(j->text + n->at + l->from,
							    len - l->from, (unsigned)l->room)
					: len;
	if (len == 0)
		l->to = 1; /* an empty line of text is a line */
	return true;
}

size_t json_row_height(const struct json_view *j, size_t node, size_t most)
{
	struct json_line l = {0};
	size_t n = 0;

	if (!json_row_whole(j, node))
		return 1;
	while (n < most && json_row_next_line(j, node, &l))
		n++;
	return n;
}

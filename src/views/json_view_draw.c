/* The rows on a canvas. */
#include "views/json_view_priv.h"

#include "ui/table.h"

#include <string.h>

struct pen {
	const struct json_view *j;
	struct canvas *c;
	size_t node;
	int y; /* of the row's first line; may be above the canvas */
};

/* --- the line at the top -------------------------------------------------------------- */

static int draw_right_word(const struct json_view *j, struct canvas *c)
{
	const struct outline_node *n = json_view_node(j, j->cursor);
	struct safe_text word;
	size_t row = json_view_row_of(j, j->cursor);

	if (json_row_whole(j, j->cursor) && n->len > JSON_VIEW_WHOLE_MAX)
		safe_text_fmt(&word, "the first %u of %u bytes", JSON_VIEW_WHOLE_MAX,
			      (unsigned)n->len);
	else
		safe_text_fmt(&word, "%zu/%zu", row + 1, j->row_count);
	return canvas_text_right(c, c->at.w, 0, c->at.w / 2, ROLE_MUTED, &word);
}

/* What is wrong with the text, and where. */
static void draw_wrong_words(const struct json_view *j, struct canvas *c, int room)
{
	size_t line = json_view_wrong_line(j);
	const struct outline_node *n = json_view_node(j, line);
	size_t column = 1, wide;

	for (size_t at = n->at; at < j->wrong_at && at < j->len; at += wide, column++)
		(void)utf8_decode(j->text + at, j->len - at, &wide);
	if (j->len == 0)
		canvas_print(c, 0, 0, room, ROLE_MUTED, "nothing here yet");
	else if (j->why.status == E_INVALID)
		canvas_print(c, 0, 0, room, ROLE_BAD, "line %zu, column %zu: %s", line + 1, column,
			     j->why.what);
	else
		canvas_print(c, 0, 0, room, ROLE_WARN, "shown as text: %s", j->why.what);
}

static void draw_head(const struct json_view *j, struct canvas *c)
{
	struct strbuf path;
	struct safe_text words;
	int room = c->at.w - draw_right_word(j, c) - 1;

	if (!j->is_json) {
		draw_wrong_words(j, c, room);
		return;
	}
	strbuf_init(&path, SAFE_TEXT_MAX * 4);
	json_view_path(j, &path);
	if (path.len == 0)
		strbuf_addstr(&path, "the whole document");
	/* The end of a path says more than its start. */
	safe_text_set_bytes(&words, strbuf_str(&path) + (path.len > 480 ? path.len - 480 : 0),
			    path.len > 480 ? 480 : path.len);
	safe_text_fit_middle(&words, room > 1 ? (unsigned)room : 1);
	canvas_text(c, 0, 0, room, ROLE_TITLE, &words);
	strbuf_release(&path);
}

/* --- hits ------------------------------------------------------------------------------- */

/* What was found of from..to in a line of text that was drawn at x. */
static void draw_found(const struct pen *p, const char *line, size_t from, size_t to, int x, int y,
		       int room)
{
	struct safe_text before, it;

	safe_text_set_bytes(&before, line, from);
	safe_text_set_bytes(&it, line + from, to - from);
	x += (int)safe_text_width(&before);
	room -= (int)safe_text_width(&before);
	if (room <= 0)
		return;
	canvas_text(p->c, x, y, room, ROLE_MATCH, &it); /* over the bar of the row, too */
}

/* Hits of the value that touch the line. */
static void draw_hits_of_line(const struct pen *p, const struct json_line *l, int y)
{
	const struct outline_node *n = json_view_node(p->j, p->node);
	const char *value = p->j->text + n->at;
	size_t end = n->len < JSON_VIEW_WHOLE_MAX ? n->len : JSON_VIEW_WHOLE_MAX;
	/* One that began on the lines before. */
	size_t from = l->from > p->j->finder.len * 4 ? l->from - p->j->finder.len * 4 : 0;
	size_t at, len;

	if (end > l->to + p->j->finder.len * 4)
		end = l->to + p->j->finder.len * 4;
	while (from < end && finder_next(&p->j->finder, value + from, end - from, &at, &len)) {
		size_t start = from + at, stop = start + len;

		from = stop;
		if (start >= l->to)
			return;
		if (stop <= l->from)
			continue;
		draw_found(p, value + l->from, start > l->from ? start - l->from : 0,
			   (stop < l->to ? stop : l->to) - l->from, l->x, y, l->room);
	}
}

static void draw_hits_of_name(const struct pen *p, const struct safe_text *name, int x)
{
	const char *s = safe_text_str(name);
	size_t done = 0, at, len;

	while (finder_next(&p->j->finder, s + done, strlen(s) - done, &at, &len)) {
		draw_found(p, s, done + at, done + at + len, x, p->y, (int)safe_text_width(name));
		done += at + len;
	}
}

/* --- rows ------------------------------------------------------------------------------- */

static enum role value_role(const struct outline_node *n)
{
	switch (n->kind) {
	case JSON_NUMBER:
		return ROLE_ACTIVE;
	case JSON_BOOL:
	case JSON_NULL:
		return ROLE_WAITING;
	default:
		return ROLE_TEXT;
	}
}

static void draw_container(const struct pen *p, int x)
{
	const struct outline_node *n = json_view_node(p->j, p->node);
	bool object = n->kind == JSON_OBJECT;
	size_t hits;

	if (n->count == 0) {
		canvas_print(p->c, x, p->y, 0, ROLE_MUTED, object ? "{}" : "[]");
		return;
	}
	if (!p->j->folded[p->node]) {
		canvas_print(p->c, x, p->y, 0, ROLE_MUTED, object ? "{" : "[");
		return;
	}
	x += canvas_print(p->c, x, p->y, 0, ROLE_MUTED, object ? "{…} %u" : "[…] %u",
			  (unsigned)n->count);
	hits = json_view_hits_in(p->j, p->node + 1, n->end);
	if (p->j->finder.len && hits)
		canvas_print(p->c, x + 2, p->y, 0, ROLE_MATCH, "%zu found", hits);
}

/* Indent, mark and name. */
static void draw_start(const struct pen *p)
{
	struct safe_text name;
	int x = json_row_indent(p->j, p->node);

	if (json_view_container(p->j, p->node))
		canvas_print(p->c, x, p->y, 0, ROLE_MUTED, p->j->folded[p->node] ? "+" : "-");
	json_row_name(p->j, p->node, &name);
	x += 2;
	canvas_text(p->c, x, p->y, 0,
		    json_view_node(p->j, p->node)->member ? ROLE_TITLE : ROLE_MUTED, &name);
	if (safe_text_width(&name))
		canvas_print(p->c, x + (int)safe_text_width(&name), p->y, 0, ROLE_MUTED, ":");
}

/* The byte where it is no JSON any more. */
static void draw_wrong(const struct pen *p, const struct json_line *l, int y)
{
	const struct outline_node *n = json_view_node(p->j, p->node);
	const char *line = p->j->text + n->at + l->from;
	struct safe_text before, it;
	size_t at = p->j->wrong_at, wide;

	if (p->j->is_json || at < n->at + l->from || at >= n->at + l->to || at >= n->at + n->len)
		return;
	at -= n->at + l->from;
	(void)utf8_decode(line + at, n->len - l->from - at, &wide);
	safe_text_set_bytes(&before, line, at);
	safe_text_set_bytes(&it, line + at, wide);
	canvas_text(p->c, l->x + (int)safe_text_width(&before), y, 0, ROLE_BAD, &it);
	canvas_overlay(p->c,
		       (struct rect){l->x + (int)safe_text_width(&before), y,
				     (int)safe_text_width(&it), 1},
		       ROLE_SELECTION);
}

static void select_line(const struct pen *p, int y, bool focused)
{
	if (p->node == p->j->cursor)
		canvas_overlay(p->c, (struct rect){0, y, json_view_cells(p->j), 1},
			       focused ? ROLE_SELECTION : ROLE_SELECTION_OFF);
}

static void draw_value_line(const struct pen *p, const struct json_line *l, int y, bool focused)
{
	const struct outline_node *n = json_view_node(p->j, p->node);
	size_t len = l->to < n->len ? l->to - l->from : n->len - l->from;
	struct safe_text t;

	safe_text_set_bytes(&t, p->j->text + n->at + l->from,
			    len < 2 * SAFE_TEXT_MAX ? len : 2 * SAFE_TEXT_MAX);
	canvas_text(p->c, l->x, y, l->room, value_role(n), &t);
	select_line(p, y, focused);
	if (p->j->finder.len)
		draw_hits_of_line(p, l, y);
	draw_wrong(p, l, y);
}

/* Returns the lines it took. */
static int draw_row(const struct pen *p, bool focused)
{
	const struct outline_node *n = json_view_node(p->j, p->node);
	bool container = n->kind == JSON_OBJECT || n->kind == JSON_ARRAY;
	struct json_line l = {0};
	struct safe_text name;
	int lines = 0;

	if (p->y >= 1 && p->j->is_json)
		draw_start(p);
	if (container) {
		draw_container(p, json_row_value_x(p->j, p->node));
		select_line(p, p->y, focused);
		lines = 1;
	}
	while (!container && p->y + lines < p->c->at.h && json_row_next_line(p->j, p->node, &l)) {
		if (p->y + lines >= 1)
			draw_value_line(p, &l, p->y + lines, focused);
		lines++;
	}
	if (p->y >= 1 && p->j->finder.len && n->member) {
		json_row_name(p->j, p->node, &name);
		draw_hits_of_name(p, &name, json_row_indent(p->j, p->node) + 2);
	}
	return lines;
}

static void draw_bar(const struct json_view *j, struct canvas *c)
{
	size_t height = (size_t)json_view_page(j);
	int x = c->at.w - 1;

	if (j->row_count <= height)
		return;
	scrollbar_draw(c, x, 1, (int)height, j->top, j->row_count);
	for (size_t y = 0; y < height && j->finder.len; y++) {
		size_t hi = (y + 1) * j->row_count / height;
		size_t from = j->rows[y * j->row_count / height];
		size_t to = hi < j->row_count ? j->rows[hi] : j->outline.count;

		if (marks_any(j->hits, j->hit_count, from, to))
			marks_draw_cell(c, x, (int)y + 1);
	}
}

void json_view_draw(const struct json_view *j, struct canvas *c, bool focused)
{
	struct pen p = {.j = j, .c = c, .y = 1 - (int)j->skip};

	for (size_t row = j->top; row < j->row_count && p.y < c->at.h; row++) {
		p.node = j->rows[row];
		p.y += draw_row(&p, focused);
	}
	draw_head(j, c);
	draw_bar(j, c);
}

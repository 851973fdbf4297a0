/* The text, its nodes and which of them are folded. */
#include "views/json_view_priv.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_AT_FIRST 400 /* unfolded as deep as stays below */
#define LINES_MAX     JSON_DOCUMENT_VALUES_MAX
#define LINE_MAX_LEN  (1u << 20)

struct json_view *json_view_new(void)
{
	struct json_view *j = xcalloc(1, sizeof(*j));

	j->width = 80;
	j->height = 24;
	json_view_set(j, "", 0);
	return j;
}

static void drop_text(struct json_view *j)
{
	json_view_end_typing(j);
	free(j->text);
	outline_release(&j->outline);
	free(j->folded);
	free(j->rows);
	j->folded = NULL;
	j->rows = NULL;
	j->row_count = 0;
}

void json_view_free(struct json_view *j)
{
	if (!j)
		return;
	drop_text(j);
	json_memory_free(j->memory);
	free(j->hits);
	free(j);
}

bool json_view_container(const struct json_view *j, size_t node)
{
	return json_view_node(j, node)->count > 0;
}

/* --- a text that is no JSON -------------------------------------------------------- */

static void add_line(struct outline *o, size_t *cap, size_t at, size_t len)
{
	array_reserve((void **)&o->nodes, cap, o->count + 1, sizeof(*o->nodes));
	o->nodes[o->count] = (struct outline_node){.at = (uint32_t)at,
						   .len = (uint32_t)len,
						   .parent = (uint32_t)o->count,
						   .end = (uint32_t)o->count + 1,
						   .index = (uint32_t)o->count,
						   .kind = JSON_STRING};
	o->count++;
}

static struct outline outline_of_lines(const char *text, size_t len)
{
	struct outline o = {0};
	size_t cap = 0, at = 0;

	while (at < len && o.count < LINES_MAX) {
		size_t most = len - at < LINE_MAX_LEN ? len - at : LINE_MAX_LEN;
		const char *end = memchr(text + at, '\n', most);
		size_t n = end ? (size_t)(end - (text + at)) : most;

		add_line(&o, &cap, at, n);
		at += n + (end != NULL);
	}
	if (o.count == 0)
		add_line(&o, &cap, 0, 0);
	return o;
}

static void read_text(struct json_view *j)
{
	enum status status = outline_make(j->text, j->len, &j->outline, &j->wrong_at, &j->why);

	j->is_json = status == S_OK;
	if (!j->is_json)
		j->outline = outline_of_lines(j->text, j->len);
}

size_t json_view_wrong_line(const struct json_view *j)
{
	size_t line = 0;

	while (line + 1 < j->outline.count && json_view_node(j, line + 1)->at <= j->wrong_at)
		line++;
	return line;
}

/* --- folds ---------------------------------------------------------------------------- */

void json_view_list_rows(struct json_view *j)
{
	size_t n = 0;

	for (size_t i = 0; i < j->outline.count; n++) {
		j->rows[n] = (uint32_t)i;
		i = j->folded[i] ? json_view_node(j, i)->end : i + 1;
	}
	j->row_count = n;
	j->cursor = j->rows[json_view_row_of(j, j->cursor)];
}

size_t json_view_row_of(const struct json_view *j, size_t node)
{
	size_t after = marks_from(j->rows, j->row_count, node + 1);

	return after > 0 ? after - 1 : 0;
}

void json_view_unfold_to(struct json_view *j, size_t node)
{
	for (size_t at = node, up = json_view_node(j, at)->parent; up != at;
	     at = up, up = json_view_node(j, at)->parent)
		j->folded[up] = false;
}

static void fold_from_level(struct json_view *j, int level)
{
	for (size_t i = 0; i < j->outline.count; i++)
		j->folded[i] = json_view_container(j, i) && json_view_node(j, i)->depth >= level;
}

/* The deepest level at which the whole is still a few pages. */
static int level_at_first(const struct json_view *j)
{
	size_t at_depth[JSON_DEPTH_MAX + 1] = {0};
	size_t rows = 0;
	int level = 0;

	for (size_t i = 0; i < j->outline.count; i++)
		at_depth[json_view_node(j, i)->depth]++;
	for (; level <= JSON_DEPTH_MAX; level++) {
		rows += at_depth[level];
		if (rows > ROWS_AT_FIRST)
			break;
	}
	return level > 2 ? level - 1 : 1;
}

/* A text that is no JSON, or none yet, is no reason to forget where the reader was before it. */
static void remember(struct json_view *j)
{
	if (!j->text || !j->is_json)
		return;
	json_memory_free(j->memory);
	j->memory = json_memory_of(j);
}

static void recall(struct json_view *j)
{
	if (j->is_json && !j->memory)
		j->level = level_at_first(j);
	fold_from_level(j, j->level);
	j->cursor = j->top = j->skip = 0;
	if (!j->is_json)
		j->cursor = json_view_wrong_line(j);
	if (!j->is_json || !j->memory)
		return;
	json_memory_apply(j->memory, j);
	json_memory_free(j->memory);
	j->memory = NULL;
}

void json_view_set(struct json_view *j, const char *text, size_t len)
{
	if (len > JSON_VIEW_TEXT_MAX)
		len = JSON_VIEW_TEXT_MAX;
	if (j->text && j->len == len && memcmp(j->text, text, len) == 0)
		return;
	remember(j);
	drop_text(j);
	j->text = xmemdup0(text, len);
	j->len = len;
	read_text(j);
	j->folded = xcalloc(j->outline.count, sizeof(*j->folded));
	j->rows = xmalloc(j->outline.count * sizeof(*j->rows));
	recall(j);
	json_view_list_rows(j);
	json_view_find(j);
	json_view_show_cursor(j);
}

/* --- commands -------------------------------------------------------------------------- */

static bool toggle(struct json_view *j)
{
	if (!json_view_container(j, j->cursor))
		return false;
	j->folded[j->cursor] = !j->folded[j->cursor];
	json_view_list_rows(j);
	return true;
}

/* Folds the deepest that are open, or unfolds the shallowest that are folded. */
static void by_level(struct json_view *j, bool more)
{
	int level = more ? JSON_DEPTH_MAX : 0;

	for (size_t row = 0; row < j->row_count; row++) {
		size_t i = j->rows[row];
		int depth = json_view_node(j, i)->depth;

		if (!json_view_container(j, i) || j->folded[i] != more)
			continue;
		if (more ? depth < level : depth > level)
			level = depth;
	}
	for (size_t i = 0; i < j->outline.count; i++)
		if (json_view_container(j, i) && json_view_node(j, i)->depth == level)
			j->folded[i] = !more && level > 0;
	j->level = more ? level + 1 : level > 0 ? level : 1;
	json_view_list_rows(j);
}

/* The root stays open: a single line says nothing. */
static void all(struct json_view *j, bool fold)
{
	j->level = fold ? 1 : JSON_DEPTH_MAX + 1;
	fold_from_level(j, j->level);
	json_view_list_rows(j);
}

bool json_view_act(struct json_view *j, enum command cmd)
{
	json_view_end_typing(j);
	switch (cmd) {
	case CMD_FOLD:
	case CMD_OPEN:
		if (!toggle(j))
			return cmd == CMD_FOLD;
		break;
	case CMD_FOLD_LESS:
	case CMD_FOLD_MORE:
		by_level(j, cmd == CMD_FOLD_MORE);
		break;
	case CMD_FOLD_ALL:
	case CMD_UNFOLD_ALL:
		all(j, cmd == CMD_FOLD_ALL);
		break;
	case CMD_WRAP:
		j->wrap = !j->wrap;
		j->skip = 0;
		break;
	case CMD_NEXT_HIT:
	case CMD_PREV_HIT:
		json_view_step(j, cmd == CMD_NEXT_HIT ? 1 : -1);
		return true;
	default:
		return json_view_move(j, cmd);
	}
	json_view_show_cursor(j);
	return true;
}

void json_view_click(struct json_view *j, int x, int y)
{
	size_t row = j->top, node;
	long line = (long)y - 1 + (long)j->skip;

	if (y < 1)
		return;
	for (; row < j->row_count; row++) {
		line -= (long)json_row_height(j, j->rows[row], (size_t)line + 1);
		if (line < 0)
			break;
	}
	if (row == j->row_count)
		return;
	node = j->rows[row];
	json_view_end_typing(j);
	if (node == j->cursor || x < json_row_indent(j, node) + 2) {
		j->cursor = node;
		(void)toggle(j);
	}
	json_view_go(j, node);
}

void json_view_resize(struct json_view *j, int width, int height)
{
	if (j->width == width && j->height == height)
		return;
	j->width = width;
	j->height = height;
	json_view_show_cursor(j);
}

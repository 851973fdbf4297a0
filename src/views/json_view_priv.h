/* Private to json_view*.c. */
#ifndef PEPAYTOP_VIEWS_JSON_VIEW_PRIV_H
#define PEPAYTOP_VIEWS_JSON_VIEW_PRIV_H

#include "views/finder.h"
#include "views/json_view.h"
#include "wire/json_outline.h"

#define JSON_VIEW_WHOLE_MAX (64u * 1024u) /* bytes shown of one value, at most */

struct json_memory;

struct json_view {
	char *text;
	size_t len;
	struct outline outline; /* of the text; of its lines when it is no JSON */
	bool is_json;
	struct problem why; /* it is not; and the byte */
	size_t wrong_at;

	bool *folded;   /* by node */
	uint32_t *rows; /* the nodes to be seen, ascending */
	size_t row_count;
	int level; /* containers this deep come folded */
	bool wrap;

	size_t cursor; /* a node to be seen */
	size_t top;    /* the first row on the screen … */
	size_t skip;   /* … and how many of its lines are above it */
	int width, height;

	struct finder finder;
	uint32_t *hits; /* nodes, ascending */
	size_t hit_count, hit_cap;
	size_t hit; /* the current one */
	/* While the text is typed: the folds and the cursor before its first letter. */
	bool *folds_before; /* NULL: nothing is typed */
	size_t cursor_before;

	struct json_memory *memory; /* of the JSON before this text, which is none; or NULL */
};

static inline const struct outline_node *json_view_node(const struct json_view *j, size_t node)
{
	return &j->outline.nodes[node];
}
bool json_view_container(const struct json_view *j, size_t node);

/* --- json_view.c: folds --- */
void json_view_list_rows(struct json_view *j); /* after folds changed */
/* The row that shows the node or what it is folded into. */
size_t json_view_row_of(const struct json_view *j, size_t node);
void json_view_unfold_to(struct json_view *j, size_t node); /* rows are listed by the caller */

size_t json_view_wrong_line(const struct json_view *j); /* where it is no JSON any more */

/* --- json_view_keep.c: folds and cursor of a text, for the next --- */
struct json_memory *json_memory_of(const struct json_view *j);
void json_memory_apply(const struct json_memory *m, struct json_view *j);
void json_memory_free(struct json_memory *m);

/* --- json_view_lines.c: what lines a row takes --- */
struct json_line {
	size_t from, to; /* bytes of the value's text */
	int x, room;     /* where they are drawn */
};
int json_view_cells(const struct json_view *j); /* for rows, beside the scrollbar */
/* Cells before the value: indent, mark, name. */
int json_row_indent(const struct json_view *j, size_t node);
int json_row_value_x(const struct json_view *j, size_t node);
bool json_row_whole(const struct json_view *j, size_t node); /* shown in as many lines as needed */
/* Counts no further than `most`: values are long, screens are not. */
size_t json_row_height(const struct json_view *j, size_t node, size_t most);
/* The line after *l (start with zeroes); false at the end of what is shown. */
bool json_row_next_line(const struct json_view *j, size_t node, struct json_line *l);
void json_row_name(const struct json_view *j, size_t node, struct safe_text *ret);

/* --- json_view_move.c --- */
int json_view_page(const struct json_view *j); /* lines for rows */
void json_view_show_cursor(struct json_view *j);
void json_view_go(struct json_view *j, size_t node); /* to what shows it, in sight */
bool json_view_move(struct json_view *j, enum command cmd);

/* --- json_view_search.c --- */
void json_view_find(struct json_view *j);       /* the text is another */
void json_view_end_typing(struct json_view *j); /* whatever it led to stays */
void json_view_step(struct json_view *j, int by);
size_t json_view_hits_in(const struct json_view *j, size_t from, size_t to);

/* --- json_view_copy.c --- */
/* What a string means: without quotes and escapes. */
bool json_view_decode(const char *quoted, size_t len, struct strbuf *ret);

#endif

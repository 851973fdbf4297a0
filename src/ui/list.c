#include "ui/list.h"

#define NOT_FOUND SIZE_MAX

static void pin(char id[LIST_ID_CAP], const char *from)
{
	size_t len = from ? strnlen(from, LIST_ID_CAP - 1) : 0;
	if (len)
		memcpy(id, from, len);
	id[len] = '\0';
}

static bool pin_matches(const char id[LIST_ID_CAP], const char *other)
{
	return other && strncmp(id, other, LIST_ID_CAP - 1) == 0;
}

/* Nearest to `near` first: rows come and go mostly a few at a time. */
static size_t find(const char id[LIST_ID_CAP], size_t near, size_t count, list_id_fn *id_at,
		   const void *rows)
{
	if (!id[0] || !count)
		return NOT_FOUND;
	if (near >= count)
		near = count - 1;
	for (size_t d = 0; d < count; d++) {
		if (near + d < count && pin_matches(id, id_at(rows, near + d)))
			return near + d;
		if (d && d <= near && pin_matches(id, id_at(rows, near - d)))
			return near - d;
	}
	return NOT_FOUND;
}

static size_t list_rows_shown(const struct list *l)
{
	return l->height > 0 ? (size_t)l->height : 1;
}

static void list_clamp_top(struct list *l)
{
	size_t shown = list_rows_shown(l);
	if (l->top + shown > l->count)
		l->top = l->count > shown ? l->count - shown : 0;
}

static void list_show_cursor(struct list *l)
{
	size_t shown = list_rows_shown(l);
	if (l->cursor < l->top)
		l->top = l->cursor;
	else if (l->cursor >= l->top + shown)
		l->top = l->cursor - shown + 1;
	list_clamp_top(l);
}

static void list_pin(struct list *l, list_id_fn *id_at, const void *rows)
{
	pin(l->cursor_id, l->count ? id_at(rows, l->cursor) : NULL);
	pin(l->top_id, l->count ? id_at(rows, l->top) : NULL);
	pin(l->last_id, l->count ? id_at(rows, l->count - 1) : NULL);
}

static void list_to_end(struct list *l)
{
	l->cursor = l->count ? l->count - 1 : 0;
	l->top = 0;
	l->unseen = 0;
	list_show_cursor(l);
}

void list_init(struct list *l, bool follows)
{
	*l = (struct list){.follows = follows, .following = follows, .home = !follows};
}

static void list_count_unseen(struct list *l, size_t old_count, list_id_fn *id_at, const void *rows)
{
	size_t last = find(l->last_id, old_count ? old_count - 1 : 0, l->count, id_at, rows);
	if (last != NOT_FOUND)
		l->unseen += l->count - 1 - last;
	else if (!l->last_id[0])
		l->unseen += l->count;
}

/* The first row stays where it is; if that would lose the cursor, the cursor's line does. */
static void list_hold(struct list *l, list_id_fn *id_at, const void *rows)
{
	size_t line = l->cursor - l->top;
	size_t cursor = find(l->cursor_id, l->cursor, l->count, id_at, rows);
	size_t top = find(l->top_id, l->top, l->count, id_at, rows);
	size_t shown = list_rows_shown(l);

	if (cursor == NOT_FOUND) {
		cursor = top == NOT_FOUND ? l->cursor : top + line;
		if (cursor >= l->count)
			cursor = l->count - 1;
	}
	if (top == NOT_FOUND || cursor < top || cursor >= top + shown) {
		if (line >= shown)
			line = shown - 1;
		top = cursor > line ? cursor - line : 0;
	}
	l->cursor = cursor;
	l->top = top;
	list_show_cursor(l);
}

void list_sync(struct list *l, size_t count, list_id_fn *id_at, const void *rows, int height)
{
	size_t old_count = l->count;
	l->count = count;
	l->height = height;
	if (!count) {
		l->cursor = l->top = l->unseen = 0;
	} else if (l->following) {
		list_to_end(l);
	} else {
		if (l->follows)
			list_count_unseen(l, old_count, id_at, rows);
		if (l->home)
			l->cursor = l->top = 0;
		else
			list_hold(l, id_at, rows);
	}
	list_pin(l, id_at, rows);
}

static void list_step(struct list *l, size_t by, bool down, bool scroll)
{
	size_t last = l->count - 1;
	if (down) {
		l->cursor = by > last - l->cursor ? last : l->cursor + by;
		l->top += scroll ? by : 0;
	} else {
		l->cursor -= by > l->cursor ? l->cursor : by;
		if (scroll)
			l->top -= by > l->top ? l->top : by;
	}
	list_clamp_top(l);
	list_show_cursor(l);
}

/* Any move up ends following; only End takes it up again. */
static void list_set_mode(struct list *l, enum list_move m)
{
	bool up = m == LIST_UP || m == LIST_PAGE_UP || m == LIST_HALF_UP || m == LIST_FIRST;
	if (l->follows)
		l->following = m == LIST_LAST || (l->following && !up);
	else
		l->home = m == LIST_FIRST || (l->home && l->cursor == 0);
}

void list_move(struct list *l, enum list_move m, list_id_fn *id_at, const void *rows)
{
	if (!l->count)
		return;
	size_t page = list_rows_shown(l);
	size_t half = page > 1 ? page / 2 : 1;
	switch (m) {
	case LIST_UP:
	case LIST_DOWN:
		list_step(l, 1, m == LIST_DOWN, false);
		break;
	case LIST_PAGE_UP:
	case LIST_PAGE_DOWN:
		list_step(l, page, m == LIST_PAGE_DOWN, true);
		break;
	case LIST_HALF_UP:
	case LIST_HALF_DOWN:
		list_step(l, half, m == LIST_HALF_DOWN, true);
		break;
	case LIST_FIRST:
		list_step(l, l->count, false, true);
		break;
	case LIST_LAST:
		list_to_end(l);
		break;
	}
	list_set_mode(l, m);
	if (l->cursor == l->count - 1)
		l->unseen = 0;
	list_pin(l, id_at, rows);
}

void list_select(struct list *l, size_t index, list_id_fn *id_at, const void *rows)
{
	if (!l->count)
		return;
	l->cursor = index < l->count ? index : l->count - 1;
	l->following = false;
	l->home = false;
	if (l->cursor == l->count - 1)
		l->unseen = 0;
	list_show_cursor(l);
	list_pin(l, id_at, rows);
}

bool list_select_id(struct list *l, const char *id, list_id_fn *id_at, const void *rows)
{
	char wanted[LIST_ID_CAP];
	pin(wanted, id);
	size_t index = find(wanted, l->cursor, l->count, id_at, rows);
	if (index == NOT_FOUND)
		return false;
	list_select(l, index, id_at, rows);
	return true;
}

void list_follow(struct list *l, bool on, list_id_fn *id_at, const void *rows)
{
	l->following = on && l->follows;
	if (l->following)
		list_to_end(l);
	list_pin(l, id_at, rows);
}

/*
 * Where a list stands: a cursor and a first visible row, both pinned to ids, so
 * that rows coming, going and moving never move what the user looks at (F2, F4).
 * Following keeps the newest row (the last) in sight; any move up, or selecting a
 * row, ends it, and LIST_LAST or list_follow() takes it up again.
 */
#ifndef PEPAYTOP_UI_LIST_H
#define PEPAYTOP_UI_LIST_H

#include "base/status.h"

#define LIST_ID_CAP 256

/* Id of row i (unique, not empty); valid until the next call. */
typedef const char *list_id_fn(const void *rows, size_t i);

struct list {
	size_t count;
	size_t cursor;
	size_t top;
	int height;   /* visible rows */
	bool follows; /* this list has a newest end to follow (events) */
	bool following;
	bool home;     /* stays at the first row until the user moves (newest-first lists) */
	size_t unseen; /* rows added at the end since following stopped */
	char cursor_id[LIST_ID_CAP];
	char top_id[LIST_ID_CAP];
	char last_id[LIST_ID_CAP]; /* to count what came after it */
};

enum list_move {
	LIST_UP,
	LIST_DOWN,
	LIST_PAGE_UP,
	LIST_PAGE_DOWN,
	LIST_HALF_UP,
	LIST_HALF_DOWN,
	LIST_FIRST,
	LIST_LAST
};

void list_init(struct list *l, bool follows);
/*
 * After rows or height changed: finds the pinned rows again (nearest first), clamps, follows. The
 * first visible row stays first; if the cursor would leave the window by that, its line on the
 * screen is kept instead. If the pinned row is gone the cursor takes the row now in its place.
 */
void list_sync(struct list *l, size_t count, list_id_fn *id_at, const void *rows, int height);
void list_move(struct list *l, enum list_move m, list_id_fn *id_at, const void *rows);
void list_select(struct list *l, size_t index, list_id_fn *id_at, const void *rows);
/* Selects by id; false when it is not there. */
bool list_select_id(struct list *l, const char *id, list_id_fn *id_at, const void *rows);
void list_follow(struct list *l, bool on, list_id_fn *id_at, const void *rows);

#endif

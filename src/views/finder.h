/*
 * What a search looks for, by F6's smart case: a text without capitals is found in any case, one
 * with capitals exactly as it is. And the marks beside a scrollbar, where it was found.
 */
#ifndef PEPAYTOP_VIEWS_FINDER_H
#define PEPAYTOP_VIEWS_FINDER_H

#include "ui/canvas.h"

#define FINDER_CAP 512

struct finder {
	char text[FINDER_CAP];
	size_t len; /* 0: nothing is looked for */
	bool any_case;
};

void finder_set(struct finder *f, const char *text); /* what is too long is cut */
/* The first place in `len` bytes at s; *ret_len bytes there are it. */
bool finder_next(const struct finder *f, const char *s, size_t len, size_t *ret_at,
		 size_t *ret_len);

/* Whether one of `count` ascending numbers is in lo..hi-1. */
bool marks_any(const uint32_t *marks, size_t count, size_t lo, size_t hi);
/* Index of the first of them that is not below `value`; count when there is none. */
size_t marks_from(const uint32_t *marks, size_t count, size_t value);
/* One cell beside a scrollbar of `height` cells, over what the thumb drew there. */
void marks_draw_cell(struct canvas *c, int x, int y);

#endif

/*
 * What a look-up says of itself: what it recognised, where it looked, what to try. The
 * upper part of the found view, and all of it when nothing was found.
 */
#ifndef PEPAYTOP_VIEWS_FOUND_SAY_H
#define PEPAYTOP_VIEWS_FOUND_SAY_H

#include "model/lookup.h"
#include "views/view.h"

/* Lines above the table. */
int found_head_height(const struct lookup *l, int width, int height);
/* Draws them; returns the line below. */
int found_draw_head(const struct lookup *l, const struct view_context *ctx, struct canvas *c);
/* Where it looked in vain, and what to try. */
void found_draw_nothing(const struct lookup *l, const struct view_context *ctx, struct canvas *c,
			int y);
/* The same lines as text. */
void found_say_head(const struct lookup *l, int64_t now_ms, struct strbuf *ret);
/* "paid from" for "payer_wallet_address"; the last name of a path, in words, where there is none.
 */
void found_field(struct safe_text *t, const char *field);

/* Cells of a value that say what was looked for. */
struct lit {
	int at, len;
};
/* Cuts the value to `width` so that they stay, and tells where they are; returns how many. */
size_t found_lit(struct safe_text *value, unsigned width, const struct lookup *l,
		 const struct lookup_hit *hit, struct lit ret[2]);

#endif

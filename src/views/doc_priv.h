/* Private to doc*.c. */
#ifndef PEPAYTOP_VIEWS_DOC_PRIV_H
#define PEPAYTOP_VIEWS_DOC_PRIV_H

#include "views/doc.h"

/* The spans from `span` on that follow one another without a gap; returns how many they are. */
size_t doc_run(const struct doc_line *line, size_t span);
/* What they say, one after another. */
#define DOC_RUN_CAP (DOC_SPANS_MAX * SAFE_TEXT_MAX + 1)
size_t doc_run_text(const struct doc_line *line, size_t span, size_t spans, char *ret);

/* What the spans at the right edge need: the left ones are cut before an amount is. */
int doc_right_width(const struct doc_line *line);

/* Scrolls until the line is in sight. */
void doc_reveal(struct doc *d, size_t line, int height);

/* A line on or back with 1 and -1, else so many lines further with the page. */
void doc_cursor_move(struct doc *d, long by, int height);
/* After a build. Returns by how many lines the cursor's line moved. */
long doc_cursor_find(struct doc *d);
/* Onto the line if it has a key. */
void doc_cursor_set(struct doc *d, size_t line);

/* Index of the first hit in a line at or after this one. */
size_t doc_hit_from(const struct doc *d, size_t line);
/* Before the lines go: notes where the current hit is. */
void doc_search_note(struct doc *d);
/* Looks again in lines that are others. Returns by how many lines the current hit moved. */
long doc_search_again(struct doc *d);
/* To the next hit (1) or the previous one (-1). */
void doc_search_step(struct doc *d, int by, int height);

#endif

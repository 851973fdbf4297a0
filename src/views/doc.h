/*
 * A document: lines of styled text that scroll. What detail screens, help and the
 * lower half of the order pane are made of.
 */
#ifndef PEPAYTOP_VIEWS_DOC_H
#define PEPAYTOP_VIEWS_DOC_H

#include "ui/canvas.h"
#include "views/command.h"

#define DOC_LINES_MAX 5000
#define DOC_SPANS_MAX 8

struct doc_span {
	enum role role;
	int column; /* starts here; -1: right after the span before it */
	bool right; /* ends at `column` (or at the right edge when column is -1) */
	struct safe_text text;
};

struct doc_line {
	struct doc_span *spans;
	size_t count;
};

struct doc {
	struct doc_line *lines;
	size_t count, cap;
	bool cut; /* DOC_LINES_MAX was reached */
	size_t top;
	bool compact; /* no blank line before a heading */
};

void doc_init(struct doc *d);
void doc_release(struct doc *d);
void doc_clear(struct doc *d); /* keeps `top` */
void doc_line(struct doc *d);  /* begins a line; spans go to the last one */
void doc_add(struct doc *d, enum role role, const char *fmt, ...) printf_like(3, 4);
void doc_add_at(struct doc *d, int column, enum role role, const char *fmt, ...) printf_like(4, 5);
/* Ends right before `column`, or at the right edge with -1. */
void doc_add_right(struct doc *d, int column, enum role role, const char *fmt, ...)
	printf_like(4, 5);
/* "label        value": begins a line. */
void doc_fact(struct doc *d, const char *label, enum role role, const char *fmt, ...)
	printf_like(4, 5);
void doc_heading(struct doc *d, const char *text); /* after a blank line, unless at the top */
/* Every line of a text that has line breaks of its own (pretty-printed JSON). */
void doc_text(struct doc *d, enum role role, const char *text);

/* Words from `column` on, in as many lines as they need to stay `width` cells wide; the first goes
 * to the last line there is. */
void doc_wrap(struct doc *d, int column, int width, enum role role, const struct safe_text *t);

/* Moves the first visible line; clamped against `height`. */
void doc_scroll(struct doc *d, long by, int height);
/* Scrolls for the commands that move; false for every other. */
bool doc_act(struct doc *d, enum command cmd, int height);
void doc_clamp(struct doc *d, int height);
/* With a scrollbar at the right edge when it does not all fit. */
void doc_draw(const struct doc *d, struct canvas *c);

#endif

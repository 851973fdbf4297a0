/*
 * A document: lines of styled text that scroll. What detail screens, help and the
 * lower half of the order pane are made of.
 *
 * It is built anew whenever what it shows changes: doc_clear(), the lines, doc_clamp(). What the
 * reader did to it outlives that: where it is scrolled to, what is searched for and which hit is
 * the current one, and the line the cursor is on, by that line's key.
 */
#ifndef PEPAYTOP_VIEWS_DOC_H
#define PEPAYTOP_VIEWS_DOC_H

#include "base/strbuf.h"
#include "ui/canvas.h"
#include "views/command.h"
#include "views/finder.h"

#define DOC_LINES_MAX 5000
#define DOC_SPANS_MAX 8
#define DOC_HITS_MAX  100000 /* more are not counted */

struct doc_span {
	enum role role;
	int column; /* starts here; -1: right after the span before it */
	bool right; /* ends at `column` (or at the right edge when column is -1) */
	struct safe_text text;
};

struct doc_line {
	struct doc_span *spans;
	size_t count;
	char *key; /* the cursor can stand here; NULL: it cannot */
};

/* A place where the searched text occurs: in the spans from `span` on, which read as one word. */
struct doc_hit {
	uint32_t line;
	uint16_t span;
	uint16_t at, len; /* bytes */
};

struct doc {
	struct doc_line *lines;
	size_t count, cap;
	bool cut; /* DOC_LINES_MAX was reached */
	size_t top;
	bool compact; /* no blank line before a heading */

	/* the line cursor: there is one when a line has a key */
	bool has_cursor;
	size_t cursor;    /* its line */
	char *cursor_key; /* heap; what it is pinned to */

	/* the search */
	struct finder finder;
	struct doc_hit *hits; /* in the order of the text */
	size_t hit_count, hit_cap;
	size_t hit;    /* the current one, when there is one */
	bool hits_old; /* the lines are others since they were found */
	size_t from;   /* the top line when the text began to be typed … */
	size_t went;   /* … and where it led: from there nobody has moved yet */
	struct {
		uint64_t words; /* of its line, hashed */
		size_t line, nth;
	} hit_was; /* where the current one was in the lines before */
};

void doc_init(struct doc *d);
void doc_release(struct doc *d);
void doc_clear(struct doc *d); /* keeps `top`, search and cursor */
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

/* Gives the last line a key (not empty, one of a kind in the document): the cursor can stand on
 * it. */
void doc_line_key(struct doc *d, const char *key);
/* The key of the line under the cursor; NULL when no line has one. Good until the next doc_clear().
 */
const char *doc_cursor_key(const struct doc *d);
/* False when no line has that key. */
bool doc_cursor_to(struct doc *d, const char *key, int height);

/* Moves the first visible line; clamped against `height`. */
void doc_scroll(struct doc *d, long by, int height);
/* Scrolls, or moves the cursor if there is one, for the commands that move; goes to the next and
 * the previous hit. False for every other. */
bool doc_act(struct doc *d, enum command cmd, int height);
/* After it was built, or its height changed: finds cursor and hits again, and does not scroll past
 * the end. */
void doc_clamp(struct doc *d, int height);
/* With a scrollbar at the right edge when it does not all fit; hits are marked, on the scrollbar
 * too, and the cursor's line is, the brighter when `focused`. */
void doc_draw(const struct doc *d, struct canvas *c);
void doc_draw_focused(const struct doc *d, struct canvas *c, bool focused);

/* Looks for a text by smart case (views/finder.h) and goes to the first hit from the top of what
 * is visible on, round the end if need be. While it is typed letter by letter, each time from where
 * the first began. "" ends the search and stays. */
void doc_search(struct doc *d, const char *text, int height);
const char *doc_search_text(const struct doc *d); /* "" when nothing is looked for */
/* "3 of 41"; 0 of 0 when there is none. */
void doc_search_count(const struct doc *d, size_t *ret_at, size_t *ret_total);

/* All of it as plain lines, columns kept up to `width` cells and nothing cut. */
void doc_plain(const struct doc *d, int width, struct strbuf *ret);

#endif

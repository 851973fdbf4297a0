#include "views/doc_columns.h"

#include "views/doc_priv.h"

#define GUTTER    2
#define MIN_VALUE 16 /* cells; in less nothing goes on below */

/* --- values that go on below ---------------------------------------------------------------- */

/* Bytes of the text that fit into `width` cells: up to a space, if there is one in its second half.
 * At least one cluster. */
static size_t bytes_that_fit(const struct safe_text *t, int width)
{
	size_t pos = 0, fit = 0, space = 0;
	struct cluster cl;
	int used = 0;

	while (safe_text_next(t, &pos, &cl)) {
		used += cl.width;
		if (used > width && fit > 0)
			break;
		if (cl.bytes[0] == ' ' && used > width / 2)
			space = fit;
		fit = pos;
	}
	return used > width && space > 0 ? space : fit;
}

void doc_flow(struct doc *d, int column, int width, enum role role, const struct safe_text *t,
	      enum role right_role, const struct safe_text *right)
{
	struct safe_text rest = *t, tail;
	bool first = true;

	while (safe_text_width(&rest) > 0 || first) {
		size_t n = bytes_that_fit(&rest, width);
		const char *more = safe_text_str(&rest) + n;

		if (!first)
			doc_line(d);
		doc_add_at(d, column, role, "%.*s", (int)n, safe_text_str(&rest));
		if (first && safe_text_width(right) > 0)
			doc_add_right(d, -1, right_role, "  %s ", safe_text_str(right));
		while (*more == ' ')
			more++;
		safe_text_set(&tail, more);
		rest = tail;
		first = false;
	}
}

/* The line as it is, when nothing of it has to go on below. */
static void add_as_it_is(struct doc *d, const struct doc_line *line, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct doc_span *s = &line->spans[i];

		if (s->right)
			doc_add_right(d, s->column, s->role, "%s", safe_text_str(&s->text));
		else if (s->column < 0)
			doc_add(d, s->role, "%s", safe_text_str(&s->text));
		else
			doc_add_at(d, s->column, s->role, "%s", safe_text_str(&s->text));
	}
}

void doc_fit(struct doc *d, const struct doc *from, int width)
{
	struct safe_text none;

	safe_text_clear(&none);
	for (size_t i = 0; i < from->count; i++) {
		const struct doc_line *line = &from->lines[i];
		const struct doc_span *last = line->count ? &line->spans[line->count - 1] : NULL;
		bool whole = !last || last->right || last->column < 0 ||
			     width - last->column < MIN_VALUE ||
			     last->column + (int)safe_text_width(&last->text) <= width;

		doc_line(d);
		if (line->key)
			doc_line_key(d, line->key);
		add_as_it_is(d, line, whole ? line->count : line->count - 1);
		if (!whole)
			doc_flow(d, last->column, width - last->column, last->role, &last->text,
				 ROLE_MUTED, &none);
	}
}

/* --- side by side ----------------------------------------------------------------------------- */

/* Cells the span may take before `end`, standing at x. */
static void add_fitted(struct doc *d, int x, int end, enum role role, const struct safe_text *t)
{
	struct safe_text cut = *t;

	if (end <= x)
		return;
	safe_text_fit(&cut, (unsigned)(end - x));
	doc_add_at(d, x, role, "%s", safe_text_str(&cut));
}

/* The left line as it would be drawn in `width` cells. */
static void add_left(struct doc *d, const struct doc_line *line, int width)
{
	int end = width - doc_right_width(line), x = 0;

	for (size_t i = 0; i < line->count; i++) {
		const struct doc_span *s = &line->spans[i];
		int w = (int)safe_text_width(&s->text);

		if (s->right) {
			int stop = s->column >= 0 && s->column < width ? s->column : width;

			add_fitted(d, stop - w > x ? stop - w : x, stop, s->role, &s->text);
			x = stop;
			continue;
		}
		if (s->column > x)
			x = s->column;
		add_fitted(d, x, end, s->role, &s->text);
		x += w < end - x ? w : end > x ? end - x : 0;
	}
}

static void add_right(struct doc *d, const struct doc_line *line, int column)
{
	for (size_t i = 0; i < line->count; i++) {
		const struct doc_span *s = &line->spans[i];
		int at = s->column < 0 ? (i == 0 ? column : -1) : column + s->column;

		if (s->right)
			doc_add_right(d, s->column < 0 ? -1 : at, s->role, "%s",
				      safe_text_str(&s->text));
		else if (at < 0)
			doc_add(d, s->role, "%s", safe_text_str(&s->text));
		else
			doc_add_at(d, at, s->role, "%s", safe_text_str(&s->text));
	}
}

void doc_columns(struct doc *d, const struct doc *left, const struct doc *right, int column)
{
	size_t n = left->count > right->count ? left->count : right->count;

	for (size_t i = 0; i < n; i++) {
		doc_line(d);
		if (i < left->count)
			add_left(d, &left->lines[i], column - GUTTER);
		if (i >= right->count)
			continue;
		add_right(d, &right->lines[i], column);
		if (right->lines[i].key)
			doc_line_key(d, right->lines[i].key);
	}
}

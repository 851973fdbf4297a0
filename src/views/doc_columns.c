#include "views/doc_columns.h"

#define GUTTER 2

/* Cells the span may take before `end`, standing at x. */
static void add_fitted(struct doc *d, int x, int end, enum role role, const struct safe_text *t)
{
	struct safe_text cut = *t;

	if (end <= x)
		return;
	safe_text_fit(&cut, (unsigned)(end - x));
	doc_add_at(d, x, role, "%s", safe_text_str(&cut));
}

static int right_width(const struct doc_line *line)
{
	int w = 0;

	for (size_t i = 0; i < line->count; i++) {
		if (line->spans[i].right && line->spans[i].column < 0)
			w += (int)safe_text_width(&line->spans[i].text);
	}
	return w;
}

/* The left line as it would be drawn in `width` cells. */
static void add_left(struct doc *d, const struct doc_line *line, int width)
{
	int end = width - right_width(line), x = 0;

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
		if (i < left->count) {
			add_left(d, &left->lines[i], column - GUTTER);
			if (left->lines[i].key)
				doc_line_key(d, left->lines[i].key);
		}
		if (i < right->count)
			add_right(d, &right->lines[i], column);
	}
}

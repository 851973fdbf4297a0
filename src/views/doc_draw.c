/* How a document gets onto a canvas: lines, hits, cursor, scrollbar. And onto paper. */
#include "views/doc_priv.h"

#include "ui/table.h"

#include <string.h>

/* Where the spans of a line came to stand. */
struct placed {
	int x[DOC_SPANS_MAX];
	int end[DOC_SPANS_MAX]; /* of what was drawn of it */
};

int doc_right_width(const struct doc_line *line)
{
	int w = 0;

	for (size_t i = 0; i < line->count; i++) {
		if (line->spans[i].right && line->spans[i].column < 0)
			w += (int)safe_text_width(&line->spans[i].text);
	}
	return w;
}

static void draw_line(const struct doc_line *line, struct canvas *c, int y, int width,
		      struct placed *ret)
{
	int left_end = width - doc_right_width(line);
	int x = 0;

	for (size_t i = 0; i < line->count; i++) {
		const struct doc_span *s = &line->spans[i];

		if (s->right) {
			int end = s->column >= 0 && s->column < width ? s->column : width;
			int room = end - x;
			int used = room > 0 ? canvas_text_right(c, end, y, room, s->role, &s->text)
					    : 0;

			x = end;
			ret->x[i] = end - used;
			ret->end[i] = end;
			continue;
		}
		if (s->column > x)
			x = s->column;
		ret->x[i] = x;
		if (x < left_end)
			x += canvas_text(c, x, y, left_end - x, s->role, &s->text);
		ret->end[i] = x;
	}
}

/* --- hits ------------------------------------------------------------------------ */

/* What of the hit is in the span that has bytes from..from+len-1 of the run. */
static void draw_hit_in_span(const struct doc_span *s, const struct placed *p, size_t i,
			     struct canvas *c, int y, size_t from, size_t to, bool current)
{
	const char *text = safe_text_str(&s->text);
	struct safe_text before, it;
	int x, room, used;

	safe_text_set_bytes(&before, text, from);
	safe_text_set_bytes(&it, text + from, to - from);
	x = p->x[i] + (int)safe_text_width(&before);
	room = p->end[i] - x;
	if (room <= 0)
		return;
	used = canvas_text(c, x, y, room, ROLE_MATCH, &it);
	if (current)
		canvas_overlay(c, (struct rect){x, y, used, 1}, ROLE_SELECTION);
}

static void draw_hit(const struct doc_line *line, const struct placed *p, struct canvas *c, int y,
		     const struct doc_hit *h, bool current)
{
	size_t n = doc_run(line, h->span), start = 0, end = (size_t)h->at + h->len;

	for (size_t i = h->span; i < h->span + n; i++) {
		size_t len = strlen(safe_text_str(&line->spans[i].text));
		size_t from = h->at > start ? h->at - start : 0;
		size_t to = end < start + len ? end - start : len;

		if (start < end && from < to)
			draw_hit_in_span(&line->spans[i], p, i, c, y, from, to, current);
		start += len;
	}
}

static void draw_hits(const struct doc *d, size_t line, const struct placed *p, struct canvas *c,
		      int y)
{
	size_t i = doc_hit_from(d, line);

	for (; i < d->hit_count && d->hits[i].line == line; i++)
		draw_hit(&d->lines[line], p, c, y, &d->hits[i], i == d->hit);
}

static void draw_hit_marks(const struct doc *d, struct canvas *c)
{
	size_t height = (size_t)c->at.h;

	for (size_t y = 0; y < height; y++) {
		size_t lo = y * d->count / height, hi = (y + 1) * d->count / height;
		size_t i = doc_hit_from(d, lo);

		if (i < d->hit_count && d->hits[i].line < hi)
			marks_draw_cell(c, c->at.w - 1, (int)y);
	}
}

/* --- all of it ---------------------------------------------------------------------- */

void doc_draw_focused(const struct doc *d, struct canvas *c, bool focused)
{
	int height = c->at.h;
	bool bar = d->count > (size_t)(height > 0 ? height : 0);
	int width = c->at.w - (bar ? 2 : 0);
	bool hits = d->finder.len > 0 && !d->hits_old;

	for (int y = 0; y < height && d->top + (size_t)y < d->count; y++) {
		size_t line = d->top + (size_t)y;
		struct placed p;

		draw_line(&d->lines[line], c, y, width, &p);
		if (d->has_cursor && line == d->cursor)
			canvas_overlay(c, (struct rect){0, y, width, 1},
				       focused ? ROLE_SELECTION : ROLE_SELECTION_OFF);
		if (hits)
			draw_hits(d, line, &p, c, y);
	}
	if (!bar)
		return;
	scrollbar_draw(c, c->at.w - 1, 0, height, d->top, d->count);
	if (hits)
		draw_hit_marks(d, c);
}

void doc_draw(const struct doc *d, struct canvas *c)
{
	doc_draw_focused(d, c, true);
}

/* --- plain -------------------------------------------------------------------------- */

static void pad(struct strbuf *sb, int *x, int to)
{
	for (; *x < to; (*x)++)
		strbuf_addch(sb, ' ');
}

static void plain_line(const struct doc_line *line, int width, struct strbuf *ret)
{
	int x = 0;

	for (size_t i = 0; i < line->count; i++) {
		const struct doc_span *s = &line->spans[i];
		int w = (int)safe_text_width(&s->text);
		int to = s->right ? (s->column >= 0 ? s->column : width) - w : s->column;

		if (w == 0)
			continue;
		/* Two that would touch on paper, and do not on a screen, are cut there. */
		if (x > 0 && to <= x && (s->right || s->column >= 0))
			to = x + 1;
		pad(ret, &x, to);
		strbuf_addstr(ret, safe_text_str(&s->text));
		x += w;
	}
}

void doc_plain(const struct doc *d, int width, struct strbuf *ret)
{
	for (size_t i = 0; i < d->count; i++) {
		plain_line(&d->lines[i], width, ret);
		strbuf_addch(ret, '\n');
	}
}

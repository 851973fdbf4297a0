#include "views/doc_priv.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define FACT_COLUMN 15

void doc_init(struct doc *d)
{
	memset(d, 0, sizeof(*d));
}

static void doc_drop_lines(struct doc *d)
{
	for (size_t i = 0; i < d->count; i++) {
		free(d->lines[i].spans);
		free(d->lines[i].key);
	}
	d->count = 0;
	d->cut = false;
}

void doc_release(struct doc *d)
{
	doc_drop_lines(d);
	free(d->lines);
	free(d->hits);
	free(d->cursor_key);
	memset(d, 0, sizeof(*d));
}

void doc_clear(struct doc *d)
{
	doc_search_note(d);
	doc_drop_lines(d);
}

void doc_line(struct doc *d)
{
	if (d->count == DOC_LINES_MAX) {
		d->cut = true;
		return;
	}
	doc_search_note(d);
	array_reserve((void **)&d->lines, &d->cap, d->count + 1, sizeof(*d->lines));
	d->lines[d->count++] = (struct doc_line){0};
}

printf_like(5, 0) static void doc_vadd(struct doc *d, int column, bool right, enum role role,
				       const char *fmt, va_list ap)
{
	struct doc_line *line;
	struct doc_span *span;

	if (d->cut || d->count == 0)
		return;
	line = &d->lines[d->count - 1];
	if (line->count == DOC_SPANS_MAX)
		return;
	line->spans = xrealloc(line->spans, line->count + 1, sizeof(*line->spans));
	span = &line->spans[line->count++];
	span->role = role;
	span->column = column;
	span->right = right;
	safe_text_clear(&span->text);
	safe_text_vaddf(&span->text, fmt, ap);
}

void doc_add(struct doc *d, enum role role, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	doc_vadd(d, -1, false, role, fmt, ap);
	va_end(ap);
}

void doc_add_at(struct doc *d, int column, enum role role, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	doc_vadd(d, column, false, role, fmt, ap);
	va_end(ap);
}

void doc_add_right(struct doc *d, int column, enum role role, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	doc_vadd(d, column, true, role, fmt, ap);
	va_end(ap);
}

void doc_fact(struct doc *d, const char *label, enum role role, const char *fmt, ...)
{
	va_list ap;

	doc_line(d);
	doc_add_at(d, 1, ROLE_MUTED, "%s", label);
	va_start(ap, fmt);
	doc_vadd(d, FACT_COLUMN, false, role, fmt, ap);
	va_end(ap);
}

void doc_heading(struct doc *d, const char *text)
{
	if (d->count > 0 && !d->compact)
		doc_line(d);
	doc_line(d);
	doc_add(d, ROLE_HEADER, "%s", text);
}

void doc_text(struct doc *d, enum role role, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		doc_line(d);
		doc_add_at(d, 1, role, "%.*s", (int)(len < SAFE_TEXT_MAX ? len : SAFE_TEXT_MAX),
			   text);
		text += len;
		if (*text == '\n')
			text++;
	}
}

void doc_wrap(struct doc *d, int column, int width, enum role role, const struct safe_text *t)
{
	const char *words = safe_text_str(t);
	struct safe_text line, word;

	safe_text_clear(&line);
	while (*words) {
		size_t len = strcspn(words, " ");
		bool first = safe_text_width(&line) == 0;

		safe_text_set_bytes(&word, words, len);
		if (!first &&
		    safe_text_width(&line) + 1 + safe_text_width(&word) > (unsigned)width) {
			doc_add_at(d, column, role, "%s", safe_text_str(&line));
			doc_line(d);
			line = word;
		} else {
			safe_text_addf(&line, "%s%s", first ? "" : " ", safe_text_str(&word));
		}
		words += len + (words[len] == ' ');
	}
	doc_add_at(d, column, role, "%s", safe_text_str(&line));
}

static void doc_clamp_top(struct doc *d, int height)
{
	size_t visible = height > 0 ? (size_t)height : 0;
	size_t last = d->count > visible ? d->count - visible : 0;

	if (d->top > last)
		d->top = last;
}

void doc_scroll(struct doc *d, long by, int height)
{
	if (by < 0 && (size_t)-by > d->top)
		d->top = 0;
	else
		d->top = (size_t)((long)d->top + by);
	doc_clamp_top(d, height);
}

/* What the reader looks at stays on its line of the screen: the cursor, else the current hit. */
void doc_clamp(struct doc *d, int height)
{
	long hit_moved = doc_search_again(d);
	long moved = doc_cursor_find(d);

	if (!d->has_cursor)
		moved = hit_moved;
	doc_scroll(d, moved, height);
}

void doc_reveal(struct doc *d, size_t line, int height)
{
	size_t visible = height > 0 ? (size_t)height : 1;

	if (line < d->top)
		d->top = line;
	else if (line >= d->top + visible)
		d->top = line + 1 - visible;
}

bool doc_act(struct doc *d, enum command cmd, int height)
{
	int page = height > 2 ? height - 1 : 1; /* a line of the page before stays in sight */
	long by;

	if (cmd == CMD_NEXT_HIT || cmd == CMD_PREV_HIT) {
		doc_search_step(d, cmd == CMD_NEXT_HIT ? 1 : -1, height);
		return true;
	}

	switch (cmd) {
	case CMD_DOWN:
		by = 1;
		break;
	case CMD_UP:
		by = -1;
		break;
	case CMD_PAGE_DOWN:
		by = page;
		break;
	case CMD_PAGE_UP:
		by = -page;
		break;
	case CMD_HALF_DOWN:
		by = (page + 1) / 2;
		break;
	case CMD_HALF_UP:
		by = -(page + 1) / 2;
		break;
	case CMD_FIRST:
		by = -DOC_LINES_MAX;
		break;
	case CMD_LAST:
		by = DOC_LINES_MAX;
		break;
	default:
		return false;
	}
	if (d->has_cursor)
		doc_cursor_move(d, by, height);
	else
		doc_scroll(d, by, height);
	return true;
}

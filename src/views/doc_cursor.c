/* The line cursor: it stands on lines with a key, and stays with the key. */
#include "views/doc_priv.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define NO_LINE SIZE_MAX

void doc_line_key(struct doc *d, const char *key)
{
	struct doc_line *line;

	if (d->cut || d->count == 0)
		return;
	line = &d->lines[d->count - 1];
	free(line->key);
	line->key = xstrdup(key);
}

/* The first line with a key from `line` on, or before it. */
static size_t keyed_from(const struct doc *d, size_t line)
{
	while (line < d->count && !d->lines[line].key)
		line++;
	return line < d->count ? line : NO_LINE;
}

static size_t keyed_before(const struct doc *d, size_t line)
{
	if (line > d->count)
		line = d->count;
	while (line > 0)
		if (d->lines[--line].key)
			return line;
	return NO_LINE;
}

static size_t keyed_near(const struct doc *d, size_t line)
{
	size_t at = keyed_from(d, line);

	return at != NO_LINE ? at : keyed_before(d, line);
}

static size_t line_of_key(const struct doc *d, const char *key, size_t hint)
{
	if (hint < d->count && str_equal(d->lines[hint].key, key))
		return hint;
	for (size_t i = 0; i < d->count; i++)
		if (d->lines[i].key && str_equal(d->lines[i].key, key))
			return i;
	return NO_LINE;
}

void doc_cursor_set(struct doc *d, size_t line)
{
	if (line >= d->count || !d->lines[line].key)
		return;
	d->has_cursor = true;
	d->cursor = line;
	if (d->cursor_key && str_equal(d->cursor_key, d->lines[line].key))
		return;
	free(d->cursor_key);
	d->cursor_key = xstrdup(d->lines[line].key);
}

/* A key that went away leaves the cursor on the line now in its place. A document that is empty for
 * a moment keeps it pinned. */
long doc_cursor_find(struct doc *d)
{
	size_t before = d->cursor;
	size_t line = d->cursor_key ? line_of_key(d, d->cursor_key, before) : NO_LINE;
	bool known = line != NO_LINE;

	if (!known)
		line = keyed_near(d, d->cursor_key ? before : 0);
	d->has_cursor = line != NO_LINE;
	doc_cursor_set(d, line);
	if (known && d->top == 0 && keyed_before(d, line) == NO_LINE)
		return 0; /* at the very top nobody has moved: what comes in above is read, too */
	return known ? (long)line - (long)before : 0;
}

const char *doc_cursor_key(const struct doc *d)
{
	return d->has_cursor && d->cursor < d->count ? d->lines[d->cursor].key : NULL;
}

/* With what stands above the first and below the last such line, which no cursor gets to. */
static void cursor_reveal(struct doc *d, int height)
{
	size_t visible = height > 0 ? (size_t)height : 1;

	doc_reveal(d, d->cursor, height);
	if (d->cursor < visible && keyed_before(d, d->cursor) == NO_LINE)
		d->top = 0;
	if (d->count - d->cursor <= visible && keyed_from(d, d->cursor + 1) == NO_LINE)
		doc_reveal(d, d->count - 1, height);
}

bool doc_cursor_to(struct doc *d, const char *key, int height)
{
	size_t line = line_of_key(d, key, d->cursor);

	if (line == NO_LINE)
		return false;
	doc_cursor_set(d, line);
	cursor_reveal(d, height);
	return true;
}

static bool line_visible(const struct doc *d, size_t line, int height)
{
	return line >= d->top && line < d->top + (size_t)(height > 0 ? height : 0);
}

/* What is further off than a page is scrolled to line by line: there is text to read on the way. */
static void cursor_step(struct doc *d, long by, int height)
{
	size_t page = height > 0 ? (size_t)height : 1;
	bool seen = line_visible(d, d->cursor, height);
	size_t next;

	if (by > 0)
		next = keyed_from(d, seen ? d->cursor + 1 : d->top);
	else
		next = keyed_before(d, seen ? d->cursor : d->top + page);
	if (next == NO_LINE || next + 1 > d->top + 2 * page || next + page < d->top) {
		doc_scroll(d, by, height);
		return;
	}
	doc_cursor_set(d, next);
	cursor_reveal(d, height);
}

void doc_cursor_move(struct doc *d, long by, int height)
{
	size_t want, line, top = d->top;

	if (by == 1 || by == -1) {
		cursor_step(d, by, height);
		return;
	}
	doc_scroll(d, by, height);
	if (by < 0)
		want = d->cursor > (size_t)-by ? d->cursor - (size_t)-by : 0;
	else
		want = d->cursor + (size_t)by;
	if (d->top == top) /* at the end already */
		want = by < 0 ? 0 : d->count;
	line = by < 0 ? keyed_from(d, want) : keyed_before(d, want + 1);
	if (line == NO_LINE || (by < 0 ? line >= d->cursor : line <= d->cursor))
		return;
	doc_cursor_set(d, line);
	if (!line_visible(d, line, height))
		cursor_reveal(d, height);
}

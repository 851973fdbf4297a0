/* Search in a document. Hits are found once a build; a step goes from one to the next. */
#include "views/doc_priv.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

size_t doc_run(const struct doc_line *line, size_t span)
{
	size_t n = 1;

	while (span + n < line->count && line->spans[span + n].column < 0 &&
	       !line->spans[span + n].right && !line->spans[span].right)
		n++;
	return n;
}

size_t doc_run_text(const struct doc_line *line, size_t span, size_t spans, char *ret)
{
	size_t len = 0;

	for (size_t i = span; i < span + spans; i++) {
		const char *s = safe_text_str(&line->spans[i].text);
		size_t n = strlen(s);

		memcpy(ret + len, s, n);
		len += n;
	}
	ret[len] = '\0';
	return len;
}

static void find_in_run(struct doc *d, size_t line, size_t span, const char *text, size_t len)
{
	size_t from = 0, at, found;

	while (d->hit_count < DOC_HITS_MAX &&
	       finder_next(&d->finder, text + from, len - from, &at, &found)) {
		array_reserve((void **)&d->hits, &d->hit_cap, d->hit_count + 1, sizeof(*d->hits));
		d->hits[d->hit_count++] = (struct doc_hit){.line = (uint32_t)line,
							   .span = (uint16_t)span,
							   .at = (uint16_t)(from + at),
							   .len = (uint16_t)found};
		from += at + found;
	}
}

static void find_all(struct doc *d)
{
	char text[DOC_RUN_CAP];

	d->hit_count = 0;
	d->hits_old = false;
	if (d->finder.len == 0)
		return;
	for (size_t line = 0; line < d->count; line++) {
		const struct doc_line *l = &d->lines[line];

		for (size_t span = 0, n; span < l->count; span += n) {
			n = doc_run(l, span);
			find_in_run(d, line, span, text, doc_run_text(l, span, n, text));
		}
	}
}

/* FNV-1a */
static uint64_t line_words(const struct doc_line *line)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < line->count; i++)
		for (const char *s = safe_text_str(&line->spans[i].text); *s; s++)
			hash = (hash ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
	return hash;
}

size_t doc_hit_from(const struct doc *d, size_t line)
{
	size_t lo = 0, hi = d->hit_count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (d->hits[mid].line < line)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

void doc_search_note(struct doc *d)
{
	if (d->hits_old)
		return;
	if (d->hit < d->hit_count) {
		size_t line = d->hits[d->hit].line;

		d->hit_was.line = line;
		d->hit_was.nth = d->hit - doc_hit_from(d, line);
		d->hit_was.words = line < d->count ? line_words(&d->lines[line]) : 0;
	}
	d->hits_old = true;
}

static size_t apart(size_t a, size_t b)
{
	return a > b ? a - b : b - a;
}

/* The nearest line with a hit that says what the line did which the reader stood on. */
static bool find_line_again(const struct doc *d, size_t *ret_line)
{
	bool found = false;

	for (size_t i = 0; i < d->hit_count; i = doc_hit_from(d, (size_t)d->hits[i].line + 1)) {
		size_t line = d->hits[i].line;

		if (line_words(&d->lines[line]) != d->hit_was.words ||
		    (found && apart(line, d->hit_was.line) >= apart(*ret_line, d->hit_was.line)))
			continue;
		*ret_line = line;
		found = true;
	}
	return found;
}

long doc_search_again(struct doc *d)
{
	size_t line = d->hit_was.line;
	bool same;

	if (!d->hits_old)
		return 0;
	find_all(d);
	if (d->hit_count == 0)
		return 0;
	same = d->hit_was.words != 0 && find_line_again(d, &line);
	d->hit = doc_hit_from(d, line);
	if (d->hit == d->hit_count)
		d->hit--;
	else if (same && d->hit + d->hit_was.nth < d->hit_count &&
		 d->hits[d->hit + d->hit_was.nth].line == line)
		d->hit += d->hit_was.nth;
	return same ? (long)line - (long)d->hit_was.line : 0;
}

/* In sight, with a little of what is around it. */
static void show_hit(struct doc *d, int height)
{
	size_t line, around = height > 6 ? (size_t)height / 4 : 0;

	if (d->hit >= d->hit_count)
		return;
	line = d->hits[d->hit].line;
	if (line < d->top || line >= d->top + (size_t)(height > 0 ? height : 0)) {
		d->top = line > around ? line - around : 0;
		doc_scroll(d, 0, height);
	}
	doc_cursor_set(d, line);
}

void doc_search(struct doc *d, const char *text, int height)
{
	finder_set(&d->finder, text);
	find_all(d);
	d->hit_was.words = 0;
	d->hit_was.line = 0;
	if (d->top != d->went)
		d->from = d->top;
	d->hit = doc_hit_from(d, d->from);
	if (d->hit == d->hit_count)
		d->hit = 0;
	show_hit(d, height);
	d->went = d->top;
}

void doc_search_step(struct doc *d, int by, int height)
{
	if (d->hits_old)
		(void)doc_search_again(d);
	if (d->hit_count == 0)
		return;
	if (by > 0)
		d->hit = d->hit + 1 < d->hit_count ? d->hit + 1 : 0;
	else
		d->hit = d->hit > 0 ? d->hit - 1 : d->hit_count - 1;
	show_hit(d, height);
}

const char *doc_search_text(const struct doc *d)
{
	return d->finder.text;
}

void doc_search_count(const struct doc *d, size_t *ret_at, size_t *ret_total)
{
	*ret_total = d->finder.len ? d->hit_count : 0;
	*ret_at = *ret_total ? d->hit + 1 : 0;
}

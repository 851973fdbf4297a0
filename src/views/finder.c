#include "views/finder.h"

#include "base/strbuf.h"

#include <string.h>

void finder_set(struct finder *f, const char *text)
{
	(void)str_copy(f->text, sizeof(f->text), text);
	f->len = strlen(f->text);
	f->any_case = !utf8_has_capital(f->text);
}

static bool find_exact(const struct finder *f, const char *s, size_t len, size_t *ret_at)
{
	const char *from = s;
	size_t left = len;

	while (left >= f->len) {
		const char *first = memchr(from, f->text[0], left - f->len + 1);

		if (!first)
			return false;
		if (memcmp(first, f->text, f->len) == 0) {
			*ret_at = (size_t)(first - s);
			return true;
		}
		left -= (size_t)(first + 1 - from);
		from = first + 1;
	}
	return false;
}

bool finder_next(const struct finder *f, const char *s, size_t len, size_t *ret_at, size_t *ret_len)
{
	if (f->len == 0)
		return false;
	if (f->any_case)
		return utf8_find_nocase(s, len, f->text, f->len, ret_at, ret_len);
	*ret_len = f->len;
	return find_exact(f, s, len, ret_at);
}

size_t marks_from(const uint32_t *marks, size_t count, size_t value)
{
	size_t lo = 0;

	while (lo < count) {
		size_t mid = lo + (count - lo) / 2;

		if (marks[mid] < value)
			lo = mid + 1;
		else
			count = mid;
	}
	return lo;
}

bool marks_any(const uint32_t *marks, size_t count, size_t lo, size_t hi)
{
	size_t i = marks_from(marks, count, lo);

	return i < count && marks[i] < hi;
}

void marks_draw_cell(struct canvas *c, int x, int y)
{
	canvas_glyph(c, x, y, ROLE_MATCH, GLYPH_DASH);
}

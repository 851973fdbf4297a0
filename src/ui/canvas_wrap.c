#include "ui/canvas.h"

struct wrap {
	struct canvas *c;
	int x, y, width, max_lines;
	enum role role;
	struct safe_text line;
	int lines; /* drawn */
};

static bool wrap_is_last_line(const struct wrap *w)
{
	return w->lines + 1 >= w->max_lines;
}

static void wrap_flush(struct wrap *w)
{
	if (w->lines < w->max_lines)
		canvas_text(w->c, w->x, w->y + w->lines, w->width, w->role, &w->line);
	w->lines++;
	safe_text_clear(&w->line);
}

/* A word wider than a line is cut into lines, except on the last one, where an ellipsis cuts it. */
static void wrap_break_word(struct wrap *w, const struct safe_text *word)
{
	struct cluster cl;
	size_t pos = 0, start = 0;
	int cells = 0;
	const char *s = safe_text_str(word);

	while (safe_text_next(word, &pos, &cl)) {
		size_t before = pos - cl.len;
		if (cells + cl.width > w->width && !wrap_is_last_line(w)) {
			safe_text_set_bytes(&w->line, s + start, before - start);
			wrap_flush(w);
			start = before;
			cells = 0;
		}
		cells += cl.width;
	}
	safe_text_set_bytes(&w->line, s + start, strlen(s) - start);
}

static void wrap_word(struct wrap *w, const char *bytes, size_t len)
{
	struct safe_text word;
	safe_text_set_bytes(&word, bytes, len);
	unsigned have = safe_text_width(&w->line);
	bool fits = have + 1 + safe_text_width(&word) <= (unsigned)w->width;
	if (have && (fits || wrap_is_last_line(w))) {
		safe_text_add(&w->line, " ");
		safe_text_add(&w->line, safe_text_str(&word));
		return;
	}
	if (have)
		wrap_flush(w);
	if (safe_text_width(&word) > (unsigned)w->width)
		wrap_break_word(w, &word);
	else
		w->line = word;
}

int canvas_wrap(struct canvas *c, int x, int y, int width, int max_lines, enum role role,
		const char *text)
{
	struct wrap w = {c, x, y, width, max_lines, role, {0}, 0};
	if (!text || width <= 0)
		return 0;
	while (*text && w.lines < max_lines) {
		size_t len = strcspn(text, " \n");
		bool overfull = safe_text_width(&w.line) > (unsigned)width;
		if (len && !overfull)
			wrap_word(&w, text, len);
		text += len;
		if (*text == '\n' && text[1] && !wrap_is_last_line(&w))
			wrap_flush(&w);
		if (*text)
			text++;
	}
	if (safe_text_width(&w.line) && w.lines < max_lines)
		wrap_flush(&w);
	return w.lines < max_lines ? w.lines : max_lines;
}

#include "ui/prompt.h"

#define FIELD_LEAST 12

/* The line as it is shown: each character with its column, for scrolling and marks. */
struct shown {
	int column[PROMPT_MAX + 2]; /* of the character at that byte; [len] is the end */
	struct safe_text text;
};

/* The text goes through the sanitiser whole; a column is the width of what comes before it. */
static void shown_init(struct shown *s, const struct prompt *p)
{
	struct safe_text before;
	safe_text_clear(&before);
	for (size_t at = 0, next; at < p->len; at = next) {
		size_t len;
		next = at;
		do {
			utf8_decode(p->text + next, p->len - next, &len);
			next += len;
		} while (next < p->len &&
			 utf8_width(utf8_decode(p->text + next, p->len - next, &len)) == 0);
		for (size_t i = at; i < next; i++)
			s->column[i] = (int)safe_text_width(&before);
		safe_text_set_bytes(&before, p->text, next);
	}
	s->column[p->len] = (int)safe_text_width(&before);
	s->text = before;
}

static void draw_scrolled(struct canvas *field, const struct shown *s, int scroll)
{
	struct cluster cl;
	struct safe_text piece;
	size_t pos = 0;
	int x = -scroll;
	while (safe_text_next(&s->text, &pos, &cl) && x < field->at.w) {
		safe_text_set_bytes(&piece, cl.bytes, cl.len);
		if (x >= 0 && x + cl.width <= field->at.w)
			canvas_text(field, x, 0, 0, ROLE_PROMPT, &piece);
		x += cl.width;
	}
}

static int draw_note(struct canvas *row, const struct safe_text *note, enum role role)
{
	int room = row->at.w - FIELD_LEAST;
	if (!note || !safe_text_width(note) || room <= 0)
		return 0;
	int used = canvas_text_right(row, row->at.w - 1, 0, room, role, note);
	canvas_overlay(row, (struct rect){row->at.w - 1 - used, 0, used, 1}, ROLE_PROMPT);
	return used + 2;
}

static void mark(struct canvas *field, const struct prompt *p, const struct shown *s, int scroll,
		 size_t at, enum role over)
{
	int x = s->column[at] - scroll;
	int next = at < p->len ? s->column[at] + 1 : s->column[p->len] + 1;
	for (size_t i = at; i <= p->len; i++) {
		if (s->column[i] > s->column[at]) {
			next = s->column[i];
			break;
		}
	}
	canvas_overlay(field, (struct rect){x, 0, next - s->column[at], 1}, over);
}

void prompt_draw(const struct prompt *p, struct canvas *c, int y, const struct safe_text *note,
		 enum role note_role, int error_at)
{
	struct canvas row = canvas_sub(c, (struct rect){0, y, c->at.w, 1});
	struct shown s;

	if (!row.at.w || !row.at.h)
		return;
	canvas_clear(&row, ROLE_PROMPT);
	int label = canvas_print(&row, 0, 0, 0, ROLE_KEY, "%s", p->label ? p->label : "");
	int tail = draw_note(&row, note, note_role);
	struct canvas field = canvas_sub(&row, (struct rect){label, 0, row.at.w - label - tail, 1});

	shown_init(&s, p);
	int scroll = s.column[p->at] - field.at.w + 2;
	scroll = scroll > 0 ? scroll : 0;
	draw_scrolled(&field, &s, scroll);
	if (error_at >= 0)
		mark(&field, p, &s, scroll, (size_t)error_at < p->len ? (size_t)error_at : p->len,
		     ROLE_BAD);
	mark(&field, p, &s, scroll, p->at, ROLE_BUTTON_FOCUS);
}

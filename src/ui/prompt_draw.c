#include "ui/prompt.h"

#define FIELD_LEAST 12

/* The line as it is shown: each character with its column, for scrolling and marks. */
struct shown {
	int column[PROMPT_LONG + 2]; /* of the character at that byte; [len] is the end */
};

/* Over a character and the marks that sit on it: they go through the sanitiser together. */
static size_t piece_end(const struct prompt *p, size_t at)
{
	size_t len;

	do {
		utf8_decode(p->text + at, p->len - at, &len);
		at += len;
	} while (at < p->len && utf8_width(utf8_decode(p->text + at, p->len - at, &len)) == 0);
	return at;
}

static void shown_init(struct shown *s, const struct prompt *p)
{
	struct safe_text piece;
	int column = 0;

	for (size_t at = 0, next; at < p->len; at = next) {
		next = piece_end(p, at);
		for (size_t i = at; i < next; i++)
			s->column[i] = column;
		safe_text_set_bytes(&piece, p->text + at, next - at);
		column += (int)safe_text_width(&piece);
	}
	s->column[p->len] = column;
}

static void draw_piece(struct canvas *field, const struct safe_text *piece, int x)
{
	struct cluster cl;
	struct safe_text one;
	size_t pos = 0;

	while (safe_text_next(piece, &pos, &cl)) {
		safe_text_set_bytes(&one, cl.bytes, cl.len);
		if (x >= 0 && x + cl.width <= field->at.w)
			canvas_text(field, x, 0, 0, ROLE_PROMPT, &one);
		x += cl.width;
	}
}

static void draw_scrolled(struct canvas *field, const struct prompt *p, const struct shown *s,
			  int scroll)
{
	struct safe_text piece;

	for (size_t at = 0, next; at < p->len && s->column[at] - scroll < field->at.w; at = next) {
		next = piece_end(p, at);
		if (s->column[next] <= scroll)
			continue;
		safe_text_set_bytes(&piece, p->text + at, next - at);
		draw_piece(field, &piece, s->column[at] - scroll);
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

/* A long note goes above a line that it would leave too little of, and where it would be cut. */
static bool goes_above(const struct safe_text *note, int text, int width)
{
	int needs = note ? (int)safe_text_width(note) + 2 : 0;

	return needs > width / 2 && (text + needs > width || needs > width - FIELD_LEAST);
}

static void draw_note_above(struct canvas *c, int y, const struct safe_text *note, enum role role)
{
	struct canvas row = canvas_sub(c, (struct rect){0, y, c->at.w, 1});

	canvas_clear(&row, ROLE_PROMPT);
	canvas_text(&row, 1, 0, row.at.w - 2, role, note);
	canvas_overlay(&row, (struct rect){0, 0, row.at.w, 1}, ROLE_PROMPT);
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
	shown_init(&s, p);
	bool above = y > 0 && goes_above(note, label + s.column[p->len] + 1, row.at.w);
	int tail = above ? 0 : draw_note(&row, note, note_role);
	struct canvas field = canvas_sub(&row, (struct rect){label, 0, row.at.w - label - tail, 1});

	if (above)
		draw_note_above(c, y - 1, note, note_role);
	int scroll = s.column[p->at] - field.at.w + 2;
	scroll = scroll > 0 ? scroll : 0;
	draw_scrolled(&field, p, &s, scroll);
	if (error_at >= 0)
		mark(&field, p, &s, scroll, (size_t)error_at < p->len ? (size_t)error_at : p->len,
		     ROLE_BAD);
	mark(&field, p, &s, scroll, p->at, ROLE_BUTTON_FOCUS);
}

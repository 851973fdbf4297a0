#include "ui/dialog.h"
#include "ui/surface.h"

#define WIDTH_LEAST 36
#define WIDTH_MOST  76

void menu_init(struct menu *m)
{
	*m = (struct menu){0};
}

void menu_add(struct menu *m, int value, const char *label, const char *reason_off)
{
	if (m->count == MENU_ITEMS_MAX)
		return;
	struct menu_item *item = &m->items[m->count++];
	item->value = value;
	item->enabled = !reason_off || !*reason_off;
	safe_text_set(&item->label, label);
	safe_text_set(&item->reason, reason_off);
}

void menu_add_lettered(struct menu *m, int value, char letter, const char *label,
		       const struct safe_text *shows)
{
	size_t at = m->count;

	menu_add(m, value, label, NULL);
	if (m->count == at)
		return;
	m->items[at].letter = letter;
	m->items[at].shows = *shows;
}

static void menu_step(struct menu *m, bool down)
{
	if (!m->count)
		return;
	m->cursor = (m->cursor + (down ? 1 : m->count - 1)) % m->count;
}

static enum menu_result menu_letter(const struct menu *m, int letter, int *ret_value)
{
	for (size_t i = 0; i < m->count; i++) {
		if (!m->items[i].letter || m->items[i].letter != letter || !m->items[i].enabled)
			continue;
		*ret_value = m->items[i].value;
		return MENU_CHOSEN;
	}
	return MENU_OPEN;
}

enum menu_result menu_key(struct menu *m, struct key k, int *ret_value)
{
	if (k.pasted || k.ctrl)
		return MENU_OPEN;
	switch (k.code) {
	case KEYC_ESC:
	case 'q':
		return MENU_CLOSED;
	case KEYC_DOWN:
	case KEYC_TAB:
	case 'j':
		menu_step(m, true);
		return MENU_OPEN;
	case KEYC_UP:
	case KEYC_BACKTAB:
	case 'k':
		menu_step(m, false);
		return MENU_OPEN;
	case KEYC_HOME:
		m->cursor = 0;
		return MENU_OPEN;
	case KEYC_END:
		m->cursor = m->count ? m->count - 1 : 0;
		return MENU_OPEN;
	case KEYC_ENTER:
		if (m->cursor >= m->count || !m->items[m->cursor].enabled)
			return MENU_OPEN;
		*ret_value = m->items[m->cursor].value;
		return MENU_CHOSEN;
	default:
		return menu_letter(m, (int)k.code, ret_value);
	}
}

static int widest_label(const struct menu *m)
{
	int widest = 0;

	for (size_t i = 0; i < m->count; i++) {
		int w = (int)safe_text_width(&m->items[i].label);

		widest = w > widest ? w : widest;
	}
	return widest;
}

static bool has_letters(const struct menu *m)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->items[i].letter)
			return true;
	return false;
}

static int menu_width(const struct menu *m)
{
	int widest = (int)safe_text_width(&m->title);
	int label = has_letters(m) ? widest_label(m) + 2 : 0;

	for (size_t i = 0; i < m->count; i++) {
		int reason = (int)safe_text_width(&m->items[i].reason);
		int w = (int)safe_text_width(&m->items[i].label) + (reason ? reason + 3 : 0);
		int shows = (int)safe_text_width(&m->items[i].shows);

		w = shows && label + shows > w ? label + shows : w;
		widest = w > widest ? w : widest;
	}
	widest += label ? 10 : 8;
	return widest < WIDTH_LEAST ? WIDTH_LEAST : widest > WIDTH_MOST ? WIDTH_MOST : widest;
}

static void menu_draw_letter(const struct menu_item *item, struct canvas *in, int y)
{
	struct safe_text letter;

	safe_text_set_bytes(&letter, &item->letter, item->letter != 0);
	canvas_text(in, 2, y, 1, ROLE_TITLE_FOCUS, &letter);
}

/* `label`: the width of the labels, of a menu with letters; else 0. */
static void menu_draw_item(const struct menu_item *item, struct canvas *in, int y, bool chosen,
			   int label)
{
	enum role role = item->enabled ? ROLE_TEXT : ROLE_DEAD;
	int x = label ? 4 : 2, used;

	if (chosen)
		canvas_glyph(in, 0, y, ROLE_TITLE_FOCUS, GLYPH_BAR);
	if (label)
		menu_draw_letter(item, in, y);
	if (label && in->at.w > x + label + 2) {
		struct safe_text shows = item->shows;

		safe_text_fit_middle(&shows, (unsigned)(in->at.w - x - label - 2));
		canvas_text(in, x + label + 2, y, 0, ROLE_MUTED, &shows);
	}
	used = x +
	       canvas_text(in, x, y, 0, chosen && item->enabled ? ROLE_STRONG : role, &item->label);
	if (!item->enabled && in->at.w - used > 4)
		canvas_text_right(in, in->at.w, y, in->at.w - used - 2, ROLE_MUTED, &item->reason);
}

void menu_draw(const struct menu *m, struct canvas *c)
{
	int width = menu_width(m), height = (int)m->count + 4;
	struct canvas in = surface_open(c, width, height, ROLE_TITLE_FOCUS, &m->title);
	int air = in.at.h >= (int)m->count + 2; /* above and below, if there is room */
	struct canvas rows = canvas_sub(&in, (struct rect){0, air, in.at.w, in.at.h - 2 * air});
	int first = (int)m->cursor - rows.at.h + 1, label = has_letters(m) ? widest_label(m) : 0;

	first = first > 0 ? first : 0;

	for (int i = first; i < (int)m->count; i++)
		menu_draw_item(&m->items[i], &rows, i - first, i == (int)m->cursor, label);
	surface_close(c, width, height);
	if (m->count)
		canvas_overlay(&rows, (struct rect){0, (int)m->cursor - first, rows.at.w, 1},
			       ROLE_SELECTION);
}

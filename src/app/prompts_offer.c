/* What Tab offers: the rest of a word, then one candidate after another. */
#include "app/screen_parts.h"

#include "base/strbuf.h"
#include "ui/table.h"
#include "ui/theme.h"

#include <string.h>
#include <strings.h>

void prompts_forget_offers(struct prompts *p)
{
	p->offers.count = 0;
	p->offered = -1;
}

static enum object_kind kind_of_rows(struct screen *s)
{
	struct subject what;
	struct view *v = screen_top(s);
	static const enum object_kind KINDS[PANE_COUNT] = {[PANE_EVENTS] = OBJECT_NONE,
							   [PANE_INVOICES] = OBJECT_INVOICE,
							   [PANE_ORDERS] = OBJECT_ORDER,
							   [PANE_PAYOUTS] = OBJECT_PAYOUT};

	if (s->depth == 0)
		return KINDS[s->focus];
	return v->ops->selected && v->ops->selected(v, s->store, &what) ? subject_object(what.kind)
									: OBJECT_NONE;
}

static void offers_gather(struct screen *s, const struct prompt *line)
{
	const char *columns[TABLE_COLUMNS_MAX + 1];
	struct prompts *p = &s->prompts;
	const struct line_world w = {
		.contexts = screen_top(s)->ops->context | (s->replay.on ? CTX_REPLAY : 0u),
		.names = &p->named,
		.columns = columns,
		.themes = theme_names(),
		.store = s->store,
		.kind = kind_of_rows(s),
	};

	p->offers.count = 0;
	prompts_columns(s, columns);
	if (p->kind == PROMPT_COMMAND)
		line_complete(line->text, line->at, &w, &p->offers);
	else if (p->kind == PROMPT_FILTER)
		filter_complete(line->text, line->at, &w, &p->offers);
}

/* How much all offers have in common. */
static size_t common_prefix(const struct completions *offers)
{
	size_t len = strlen(offers->items[0].text);

	for (size_t i = 1; i < offers->count; i++) {
		size_t n = 0;

		while (n < len && offers->items[0].text[n] == offers->items[i].text[n])
			n++;
		len = n;
	}
	return len;
}

void prompts_offer(struct screen *s, int step)
{
	struct prompts *p = &s->prompts;
	struct prompt *line = prompts_line(p);
	char common[sizeof(p->offers.items[0].text)];

	if (p->offers.count == 0) {
		offers_gather(s, line);
		p->offered = -1;
		if (p->offers.count == 0)
			return;
		(void)str_printf(common, sizeof(common), "%.*s", (int)common_prefix(&p->offers),
				 p->offers.items[0].text);
		if (p->offers.count == 1 || p->offers.from + strlen(common) > line->at) {
			prompt_replace(line, p->offers.from, common);
			if (p->offers.count == 1)
				prompts_forget_offers(p);
			return;
		}
	}
	p->offered += step;
	if (p->offered >= (int)p->offers.count)
		p->offered = 0;
	if (p->offered < 0)
		p->offered = (int)p->offers.count - 1;
	prompt_replace(line, p->offers.from, p->offers.items[p->offered].text);
}

/* So that the one that stands in the line is among those in sight. */
static size_t first_in_sight(const struct prompts *p, int width)
{
	size_t first = 0;
	int used = 0;

	for (size_t i = 0; (int)i <= p->offered; i++) {
		struct safe_text t;

		safe_text_set(&t, p->offers.items[i].text);
		used += (int)safe_text_width(&t) + 2;
		if (used > width) {
			first = i;
			used = (int)safe_text_width(&t) + 2;
		}
	}
	return first;
}

void prompts_draw_offers(const struct prompts *p, struct canvas *c, int y)
{
	struct canvas row = canvas_sub(c, (struct rect){0, y, c->at.w, 1});
	int room = row.at.w - 1, x = 1;

	canvas_clear(&row, ROLE_PROMPT);
	if (p->offered >= 0 && p->offers.items[p->offered].help[0]) {
		struct safe_text help;

		safe_text_set(&help, p->offers.items[p->offered].help);
		room -= canvas_text_right(&row, row.at.w - 1, 0, row.at.w / 2, ROLE_MUTED, &help) +
			3;
	}
	for (size_t i = first_in_sight(p, room - 1); i < p->offers.count; i++) {
		struct safe_text t;
		int width;

		safe_text_set(&t, p->offers.items[i].text);
		width = (int)safe_text_width(&t);
		if (x + width > room) {
			canvas_print(&row, x, 0, room - x, ROLE_MUTED, "…");
			break;
		}
		canvas_text(&row, x, 0, 0, ROLE_PROMPT, &t);
		if ((int)i == p->offered)
			canvas_overlay(&row, (struct rect){x, 0, width, 1}, ROLE_BUTTON_FOCUS);
		x += width + 2;
	}
}

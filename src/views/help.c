#include "views/help.h"

#include "base/strbuf.h"
#include "model/query.h"
#include "views/cells.h"
#include "views/command.h"

#include <string.h>

#define KEYS_COLUMN  1
#define HELP_COLUMN  22
#define SIGNS_A_LINE 3 /* who sees this for the first time reads them first */
#define SIGN_WIDTH   26

static void help_command(struct doc *d, const struct keymap *km, int command)
{
	const struct command_info *info = keymap_command(km, command);
	char keys[96];

	doc_line(d);
	doc_add_at(d, KEYS_COLUMN, ROLE_KEY, "%s",
		   keymap_keys_of(km, command, false, keys, sizeof(keys)));
	doc_add_at(d, HELP_COLUMN, ROLE_TEXT, "%s", info->help);
}

/* The table is in group order; a group's heading comes with its first command. */
static void help_commands(struct doc *d, const struct keymap *km, unsigned context)
{
	const char *group = "";

	for (int c = CMD_NONE + 1; c < COMMAND_COUNT; c++) {
		const struct command_info *info = keymap_command(km, c);

		if (!(info->contexts & context))
			continue;
		if (!str_equal(group, info->group)) {
			group = info->group;
			doc_heading(d, group);
		}
		help_command(d, km, c);
	}
}

static void help_filters(struct doc *d)
{
	static const struct {
		const char *text, *help;
	} FORMS[] = {
		{"words \"a phrase\"", "must occur, in any field; -word must not"},
		{"/a pattern/", "a regular expression"},
		{"a | b  -(a b)", "either; not both"},
		{"field=text", "the whole of it; field!=text not that; field:a,b either"},
		{"field:10..50", "from … to; also < <= > >="},
	};

	doc_heading(d, "Filters ( / in a pane )");
	for (size_t i = 0; i < sizeof(FORMS) / sizeof(FORMS[0]); i++) {
		doc_line(d);
		doc_add_at(d, KEYS_COLUMN, ROLE_KEY, "%s", FORMS[i].text);
		doc_add_at(d, HELP_COLUMN, ROLE_TEXT, "%s", FORMS[i].help);
	}
	for (int f = 0; f < QUERY_FIELD_COUNT; f++) {
		const char *form = query_field_help((enum query_field)f);
		int end = KEYS_COLUMN + (int)strlen(form);

		doc_line(d);
		doc_add_at(d, KEYS_COLUMN, ROLE_KEY, "%s", form);
		doc_add_at(d, end < HELP_COLUMN ? HELP_COLUMN : end + 1, ROLE_TEXT, "%s",
			   query_field_about((enum query_field)f));
	}
}

static void help_glyphs(struct doc *d, bool ascii)
{
	static const struct {
		enum tone tone;
		const char *meaning;
	} TONES[] = {
		{TONE_WAITING, "waiting, nothing wrong"},
		{TONE_ACTIVE, "moving right now"},
		{TONE_GOOD, "finished well"},
		{TONE_WARN, "someone should look"},
		{TONE_BAD, "failed"},
		{TONE_DEAD, "over, nothing owed"},
		{TONE_NEUTRAL, "nothing to judge"},
	};

	doc_heading(d, "What the signs mean");
	for (size_t i = 0; i < sizeof(TONES) / sizeof(TONES[0]); i++) {
		int at = (int)(i % SIGNS_A_LINE) * SIGN_WIDTH + KEYS_COLUMN;

		if (i % SIGNS_A_LINE == 0)
			doc_line(d);
		doc_add_at(d, at, tone_role(TONES[i].tone), "%s",
			   glyph_str(tone_glyph(TONES[i].tone), ascii));
		doc_add_at(d, at + 2, ROLE_TEXT, "%s", TONES[i].meaning);
	}
	doc_add_at(d, SIGN_WIDTH + KEYS_COLUMN, ROLE_WARN, "+");
	doc_add_at(d, SIGN_WIDTH + KEYS_COLUMN + 2, ROLE_TEXT,
		   "in DUE: came in, and is to go back");
}

void help_build(struct doc *d, const struct keymap *km, unsigned context, bool ascii)
{
	doc_clear(d);
	help_glyphs(d, ascii);
	help_commands(d, km, context);
	help_filters(d);
}

/* --- the view ------------------------------------------------------------------ */

struct help_view {
	struct doc doc;
	const struct keymap *keymap; /* borrowed */
	unsigned context;
};

static void help_open(struct view *v, const struct store *st, struct outbox *out)
{
	struct help_view *h = v->state;

	(void)st;
	(void)out;
	doc_init(&h->doc);
}

static void help_close(struct view *v)
{
	struct help_view *h = v->state;

	doc_release(&h->doc);
}

void help_show(struct view *v, const struct keymap *km, unsigned context)
{
	struct help_view *h = v->state;

	h->keymap = km;
	h->context = context;
	v->stale = true;
}

static void help_refresh(struct view *v, const struct store *st, struct outbox *out, int width,
			 int height)
{
	struct help_view *h = v->state;

	(void)st;
	(void)out;
	(void)width;
	help_build(&h->doc, h->keymap, h->context, v->ctx.ascii);
	doc_clamp(&h->doc, height);
}

static enum handled help_act(struct view *v, enum command cmd, const struct store *st,
			     struct outbox *out)
{
	struct help_view *h = v->state;

	(void)st;
	(void)out;
	return doc_act(&h->doc, cmd, v->height) ? HANDLED : NOT_HANDLED;
}

static void help_draw(const struct view *v, const struct store *st, struct canvas *c)
{
	const struct help_view *h = v->state;

	(void)st;
	doc_draw(&h->doc, c);
}

static void help_heading(const struct view *v, const struct store *st, struct safe_text *title,
			 struct safe_text *badge)
{
	(void)v;
	(void)st;
	safe_text_set(title, "Help");
	safe_text_set(badge, "Esc closes");
}

static bool help_selected(const struct view *v, const struct store *st, struct subject *ret)
{
	(void)v;
	(void)st;
	(void)ret;
	return false;
}

static void help_search(struct view *v, const char *text)
{
	struct help_view *h = v->state;

	doc_search(&h->doc, text, v->height);
}

static const char *help_search_text(const struct view *v)
{
	const struct help_view *h = v->state;

	return doc_search_text(&h->doc);
}

static void help_search_count(const struct view *v, size_t *ret_at, size_t *ret_total)
{
	const struct help_view *h = v->state;

	doc_search_count(&h->doc, ret_at, ret_total);
}

static void help_plain(const struct view *v, const struct store *st, struct strbuf *ret)
{
	const struct help_view *h = v->state;

	(void)st;
	doc_plain(&h->doc, v->width, ret);
}

static const enum command BAR[] = {CMD_BACK, CMD_DOWN, CMD_UP, CMD_PAGE_DOWN, CMD_SEARCH, CMD_NONE};

const struct view_ops HELP_VIEW = {
	.name = "help",
	.title = "Help",
	.context = CTX_HELP,
	.bar = BAR,
	.state_size = sizeof(struct help_view),
	.open = help_open,
	.close = help_close,
	.refresh = help_refresh,
	.act = help_act,
	.draw = help_draw,
	.heading = help_heading,
	.selected = help_selected,
	.search = help_search,
	.search_text = help_search_text,
	.search_count = help_search_count,
	.plain = help_plain,
};

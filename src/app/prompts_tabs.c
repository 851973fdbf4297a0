/* Saved filters as the tabs of a list: [ and ] go through all rows and each of them. */
#include "app/screen_parts.h"

#include "base/text.h"

#define TAB_ALL 0 /* no filter; tab n is the saved filter n - 1 */

static const char *tab_name(const struct named_filters *n, size_t tab, char ret[NAMED_NAME_CAP + 1])
{
	ret[0] = '\0';
	if (tab != TAB_ALL)
		(void)snprintf(ret, NAMED_NAME_CAP + 1, "@%s", n->items[tab - 1].name);
	return ret;
}

/* The tab whose filter is in force; one typed by hand counts as all rows. */
static size_t tab_now(struct screen *s)
{
	const struct named_filters *n = &s->prompts.named;
	const struct view *v = screen_top(s);
	const char *now = v->ops->filter_text(v);
	size_t found = TAB_ALL;
	char name[NAMED_NAME_CAP + 1];
	struct strbuf sb;

	strbuf_init(&sb, PROMPT_LONG);
	for (size_t i = 1; now[0] && i <= n->count && found == TAB_ALL; i++) {
		strbuf_clear(&sb);
		if (named_expand(n, tab_name(n, i, name), &sb, NULL, NULL) == S_OK &&
		    str_equal(strbuf_str(&sb), now))
			found = i;
	}
	strbuf_release(&sb);
	return found;
}

static void tabs_say(struct screen *s, size_t now)
{
	const struct named_filters *n = &s->prompts.named;
	struct safe_text text;
	char name[NAMED_NAME_CAP + 1];

	safe_text_set(&text, now == TAB_ALL ? "[all]" : " all ");
	for (size_t i = 1; i <= n->count; i++)
		safe_text_addf(&text, i == now ? " [%s]" : "  %s ", tab_name(n, i, name));
	screen_notice(s, ROLE_TEXT, &text);
}

void prompts_step_filter(struct screen *s, int step)
{
	const struct named_filters *n = &s->prompts.named;
	size_t tabs = n->count + 1, tab;
	struct safe_text text;
	char name[NAMED_NAME_CAP + 1];

	if (!screen_top(s)->ops->filter)
		return;
	if (n->count == 0) {
		safe_text_set(&text, "No filter is saved: / filters, :save NAME keeps it, "
				     "[ and ] go through them.");
		screen_notice(s, ROLE_MUTED, &text);
		return;
	}
	tab = tab_now(s);
	/* one that means nothing in this list is passed over; all rows always are a tab */
	do
		tab = (tab + (step > 0 ? 1 : tabs - 1)) % tabs;
	while (prompts_filter(s, tab_name(n, tab, name), NULL, NULL) != S_OK);
	(void)str_copy(s->prompts.typed, sizeof(s->prompts.typed), name);
	tabs_say(s, tab);
}

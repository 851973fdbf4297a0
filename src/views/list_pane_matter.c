/* What needs a person, in the rows of a list: its sign, and why. */
#include "views/list_pane.h"

#include "views/subject_cells.h"

#include <string.h>

#define BADGE_FRAME 5 /* cells of a border that belong to neither title nor badge */

const struct attention_item *list_pane_matter_of(const struct view *v, size_t i)
{
	const struct listing *l = &list_pane(v)->listing;
	const struct attention_item *item;
	struct subject s;

	if (!v->ctx.attention || l->kind == OBJECT_NONE ||
	    !subject_set(&s, subject_of_object(l->kind), listing_id(l, i)) ||
	    attention_of(v->ctx.attention, &s, &item, 1) == 0)
		return NULL;
	return attention_rule_severity(item->rule) >= SEVERITY_ACT ? item : NULL;
}

/* What somebody has seen is as it was, and no longer calls. */
static enum role matter_role(const struct attention_item *item)
{
	return item->acknowledged ? ROLE_MUTED
				  : tone_role(severity_tone(attention_rule_severity(item->rule)));
}

enum role list_pane_sign(const struct view *v, size_t i, enum role role, struct safe_text *ret)
{
	const struct attention_item *item = list_pane_matter_of(v, i);
	const char *word = item ? strchr(safe_text_str(ret), ' ') : NULL;
	struct safe_text state = *ret;

	if (!item)
		return role;
	if (word)
		safe_text_fmt(ret, "%s%s", matter_glyph(item->rule, &state, v->ctx.ascii),
			      strchr(safe_text_str(&state), ' '));
	return matter_role(item);
}

/* As much of it as there is room for. */
void list_pane_matter(const struct view *v, const struct safe_text *title, struct safe_text *ret)
{
	const struct list_pane *p = list_pane(v);
	const struct attention_item *item = NULL;
	int room = v->width - (int)safe_text_width(title) - BADGE_FRAME;
	const char *sign, *words;
	char usd[MONEY_TEXT_CAP];

	safe_text_clear(ret);
	if (v->focused && p->list.cursor < p->listing.count)
		item = list_pane_matter_of(v, p->list.cursor);
	if (!item)
		return;
	sign = matter_glyph(item->rule, NULL, v->ctx.ascii);
	words = attention_rule_words(item->rule);
	safe_text_fmt(ret, "%s %s: %s", sign, words, item->why);
	if ((int)safe_text_width(ret) > room)
		safe_text_fmt(ret, "%s %s", sign, words);
	if ((int)safe_text_width(ret) <= room || !item->has_amount)
		return;
	money_format(usd, item->at_risk, MONEY_PLAIN);
	safe_text_fmt(ret, "%s %s USD at risk", sign, usd);
	if ((int)safe_text_width(ret) > room)
		safe_text_clear(ret);
}

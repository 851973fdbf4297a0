/* What was entered, done. */
#include "app/screen_parts.h"

#include "base/strbuf.h"
#include "views/found.h"
#include "views/list_pane.h"
#include "views/products.h"

#include <string.h>
#include <strings.h>

void prompts_look_up(struct screen *s, const char *text)
{
	struct view *v = screen_top(s);

	if (text[strspn(text, " \t\n")] == '\0')
		return;
	if (v->ops != &FOUND_VIEW)
		v = screen_push(s, &FOUND_VIEW);
	found_begin(v, text, s->store, s->out);
}

static void say(struct screen *s, enum role role, const char *fmt, ...) printf_like(3, 4);
static void say(struct screen *s, enum role role, const char *fmt, ...)
{
	struct safe_text text;
	va_list ap;

	safe_text_clear(&text);
	va_start(ap, fmt);
	safe_text_vaddf(&text, fmt, ap);
	va_end(ap);
	screen_notice(s, role, &text);
}

static enum prompt_end stays(struct screen *s, size_t at, const struct problem *why)
{
	struct prompts *p = &s->prompts;

	if (p->secret) /* what is wrong quotes what was typed */
		safe_text_set(&p->note, "This cannot be done with it.");
	else if (why->next[0] && strlen(why->what) < 48)
		safe_text_fmt(&p->note, "%s (%s)", why->what, why->next);
	else
		safe_text_set(&p->note, why->what);
	p->note_role = ROLE_BAD;
	p->error_at = (int)at;
	return PROMPT_STAYS;
}

/* --- filters -------------------------------------------------------------------------- */

static enum prompt_end run_filter(struct screen *s, const struct line *l, const char *arg)
{
	struct prompts *p = &s->prompts;
	struct problem why = {0};
	size_t at = 0;

	if (!screen_top(s)->ops->filter) {
		(void)problem_set(&why, E_INVALID, NULL, "there is no list here to filter");
		return stays(s, 0, &why);
	}
	if (prompts_filter(s, arg, &at, &why) != S_OK)
		return stays(s, l->arg_at + at, &why);
	(void)str_copy(p->typed, sizeof(p->typed), arg);
	prompt_remember(&p->lines[PROMPT_FILTER], arg);
	return PROMPT_ENDS;
}

static enum prompt_end run_save(struct screen *s, const struct line *l, const char *name)
{
	const struct view *v = screen_top(s);
	const char *filter = v->ops->filter_text ? v->ops->filter_text(v) : "";
	struct problem why = {0};

	if (!filter[0]) {
		(void)problem_set(&why, E_INVALID, NULL, "no filter is in force here");
		return stays(s, 0, &why);
	}
	if (named_set(&s->prompts.named, name[0] == '@' ? name + 1 : name, filter, &why) != S_OK)
		return stays(s, l->arg_at, &why);
	say(s, ROLE_TEXT, "Saved: @%s stands for %s", name[0] == '@' ? name + 1 : name, filter);
	return PROMPT_ENDS;
}

static enum prompt_end run_forget(struct screen *s, const struct line *l, const char *name)
{
	struct problem why = {0};

	if (!named_remove(&s->prompts.named, name[0] == '@' ? name + 1 : name)) {
		(void)problem_set(&why, E_NOT_FOUND, NULL, "no filter is saved as '%.40s'", name);
		return stays(s, l->arg_at, &why);
	}
	say(s, ROLE_TEXT, "@%s is no more.", name[0] == '@' ? name + 1 : name);
	return PROMPT_ENDS;
}

static enum prompt_end run_filters(struct screen *s)
{
	const struct named_filters *n = &s->prompts.named;
	struct safe_text text;

	safe_text_set(&text, n->count ? "Saved:" : "No filter is saved; :save NAME keeps one.");
	for (size_t i = 0; i < n->count; i++)
		safe_text_addf(&text, "%s @%s = %s", i ? "," : "", n->items[i].name,
			       n->items[i].text);
	screen_notice(s, ROLE_TEXT, &text);
	return PROMPT_ENDS;
}

/* --- lists ------------------------------------------------------------------------------ */

/* The list that is looked at, or NULL: something lies over it. */
static struct list_pane *pane_in_sight(struct screen *s)
{
	return s->depth == 0 ? list_pane(screen_focused(s)) : NULL;
}

void prompts_columns(struct screen *s, const char **ret)
{
	const struct list_pane *p = pane_in_sight(s);
	size_t n = 0;

	for (size_t i = 0; p && i < p->spec->column_count && i < TABLE_COLUMNS_MAX; i++)
		ret[n++] = p->spec->columns[i].name;
	ret[n] = NULL;
}

static enum prompt_end run_sort(struct screen *s, const struct line *l, const char *arg)
{
	const struct list_pane *p = pane_in_sight(s);
	bool reverse = arg[0] == '-';
	struct problem why = {0};

	if (!p) {
		(void)problem_set(&why, E_INVALID, NULL, "there is no list here to sort");
		return stays(s, 0, &why);
	}
	for (size_t i = 0; i < p->spec->column_count; i++) {
		if (strcasecmp(p->spec->columns[i].name, arg + reverse) != 0)
			continue;
		list_pane_sort(screen_focused(s), p->spec->columns[i].sort, reverse);
		return PROMPT_ENDS;
	}
	(void)problem_set(&why, E_NOT_FOUND, "Tab shows them", "no column is called '%.40s'",
			  arg + reverse);
	return stays(s, l->arg_at + reverse, &why);
}

/* --- anything -------------------------------------------------------------------------------- */

static enum prompt_end open_subject(struct screen *s, enum subject_kind kind, const char *id)
{
	struct subject what;

	if (subject_set(&what, kind, id))
		screen_open(s, &what, TAB_SUMMARY);
	return PROMPT_ENDS;
}

static enum prompt_end run_products(struct screen *s, const char *text)
{
	products_search(screen_push(s, &PRODUCTS_VIEW), text, s->store, s->out);
	return PROMPT_ENDS;
}

static enum prompt_end run_line(struct screen *s, const struct line *l, const char *arg,
				int *ret_wish)
{
	switch (l->kind) {
	case LINE_OPEN:
		prompts_look_up(s, arg);
		return PROMPT_ENDS;
	case LINE_FILTER:
		return run_filter(s, l, arg);
	case LINE_SAVE:
		return run_save(s, l, arg);
	case LINE_FORGET:
		return run_forget(s, l, arg);
	case LINE_FILTERS:
		return run_filters(s);
	case LINE_SORT:
		return run_sort(s, l, arg);
	case LINE_CART:
		return open_subject(s, SUBJECT_CART, arg);
	case LINE_CUSTOMER:
		return open_subject(s, SUBJECT_CUSTOMER, arg);
	case LINE_PRODUCTS:
		return run_products(s, arg);
	case LINE_THEME:
		(void)str_copy(s->prompts.theme_wanted, sizeof(s->prompts.theme_wanted), arg);
		*ret_wish = WISH_THEME;
		return PROMPT_ENDS;
	case LINE_KEY:
		*ret_wish = (int)screen_act(s, l->command);
		return PROMPT_ENDS;
	case LINE_NOTHING:
	case LINE_KIND_COUNT:
		break;
	}
	return PROMPT_ENDS;
}

enum prompt_end prompts_run(struct screen *s, const char *text, int *ret_wish)
{
	unsigned contexts = screen_top(s)->ops->context | (s->replay.on ? CTX_REPLAY : 0u);
	char arg[PROMPT_LONG + 1];
	struct problem why = {0};
	struct line l;
	size_t at = 0;

	if (line_parse(text, contexts, &l, &at, &why) != S_OK)
		return stays(s, at, &why);
	if (s->prompts.secret && l.kind != LINE_OPEN) {
		say(s, ROLE_WARN, PROMPT_SECRET);
		return PROMPT_ENDS;
	}
	(void)str_printf(arg, sizeof(arg), "%.*s", (int)l.arg_len, l.arg);
	return run_line(s, &l, arg, ret_wish);
}

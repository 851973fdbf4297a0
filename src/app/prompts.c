#include "app/screen_parts.h"

#include "base/strbuf.h"
#include "model/recognise.h"

#include <string.h>

#define EXPANDED_MAX PROMPT_LONG

void prompts_init(struct prompts *p)
{
	static const char *const LABELS[] = {[PROMPT_FILTER] = "/",
					     [PROMPT_SEARCH] = "search /",
					     [PROMPT_LOOK_UP] = "find ",
					     [PROMPT_COMMAND] = ":"};

	memset(p, 0, sizeof(*p));
	for (int k = 0; k < PROMPT_KIND_COUNT; k++)
		prompt_init(&p->lines[k], LABELS[k]);
	p->lines[PROMPT_FILTER].is_long = true; /* a saved one may be long when it is written out */
	p->lines[PROMPT_LOOK_UP].is_long = p->lines[PROMPT_LOOK_UP].keeps_breaks = true;
	p->error_at = p->offered = -1;
}

struct prompt *prompts_line(struct prompts *p)
{
	return &p->lines[p->kind];
}

static void note_wrong(struct prompts *p, size_t at, const struct problem *why)
{
	safe_text_set(&p->note, why->what);
	p->note_role = ROLE_BAD;
	p->error_at = (int)at;
}

/* --- secrets ---------------------------------------------------------------------- */

/* What is typed may hold a secret: then something else is shown. `said` stands before it. */
static void mask(struct prompts *p, const struct scraps *scraps, const char *said)
{
	size_t n;

	p->secret = scraps->secret;
	(void)str_printf(p->shown, sizeof(p->shown), "%s%s", said,
			 scraps->count > 0 ? scraps->items[0].text : "(a secret)");
	for (size_t i = 1; i < scraps->count; i++) {
		n = strlen(p->shown);
		(void)str_printf(p->shown + n, sizeof(p->shown) - n, ", %s%s%s",
				 scraps->items[i].text, scraps->items[i].tail[0] ? "…" : "",
				 scraps->items[i].tail);
	}
}

/* Is there one in the line, whatever it is for? Then it is masked. */
static bool mask_any(struct prompts *p, const char *text, const char *said)
{
	struct scraps scraps;

	recognise(&scraps, text, strlen(text));
	mask(p, &scraps, said);
	memset(&scraps.pass, 0, sizeof(scraps.pass));
	return p->secret;
}

static void note_secret(struct prompts *p)
{
	safe_text_set(&p->note, PROMPT_SECRET);
	p->note_role = ROLE_BAD;
	p->error_at = 0;
}

/* --- filters --------------------------------------------------------------------- */

enum status prompts_filter(struct screen *s, const char *text, size_t *ret_at,
			   struct problem *reterr)
{
	struct view *v = screen_top(s);
	struct strbuf sb;
	size_t at = 0;
	enum status st;

	strbuf_init(&sb, EXPANDED_MAX);
	st = named_expand(&s->prompts.named, text, &sb, &at, reterr);
	if (st == S_OK) {
		st = v->ops->filter(v, strbuf_str(&sb), &at, reterr);
		at = named_place(&s->prompts.named, text, at);
	}
	if (st != S_OK && ret_at)
		*ret_at = at;
	strbuf_release(&sb);
	return st;
}

static void filter_note(struct screen *s)
{
	struct view *v = screen_top(s);
	size_t shown, total;

	v->ops->refresh(v, s->store, s->out, v->width, v->height);
	v->ops->counts(v, &shown, &total);
	safe_text_fmt(&s->prompts.note, "%zu of %zu", shown, total);
	s->prompts.note_role = shown > 0 || total == 0 ? ROLE_MUTED : ROLE_WARN;
}

static void filter_try(struct screen *s, const char *text)
{
	struct problem problem;
	size_t at = 0;

	if (mask_any(&s->prompts, text, ""))
		note_secret(&s->prompts);
	else if (prompts_filter(s, text, &at, &problem) == S_OK)
		filter_note(s);
	else
		note_wrong(&s->prompts, at, &problem);
}

/* A filter is shown as it was typed, with its @names, where it is still that one. */
static void filter_open(struct screen *s)
{
	struct prompts *p = &s->prompts;
	const char *now = screen_top(s)->ops->filter_text(screen_top(s));
	struct strbuf sb;

	strbuf_init(&sb, EXPANDED_MAX);
	if (named_expand(&p->named, p->typed, &sb, NULL, NULL) != S_OK ||
	    !str_equal(strbuf_str(&sb), now))
		(void)str_copy(p->typed, sizeof(p->typed), now);
	strbuf_release(&sb);
	(void)str_copy(p->before, sizeof(p->before), now);
	prompt_open(prompts_line(p), p->typed);
	filter_note(s);
}

/* --- searches -------------------------------------------------------------------- */

static void search_note(struct screen *s)
{
	struct view *v = screen_top(s);
	size_t at, total;

	if (v->ops->search_text(v)[0] == '\0')
		return;
	v->ops->search_count(v, &at, &total);
	if (total == 0)
		safe_text_set(&s->prompts.note, "not found");
	else
		safe_text_fmt(&s->prompts.note, "%zu of %zu", at, total);
	s->prompts.note_role = total > 0 ? ROLE_MUTED : ROLE_WARN;
}

static void search_try(struct screen *s, const char *text)
{
	if (mask_any(&s->prompts, text, "")) {
		note_secret(&s->prompts);
		return;
	}
	screen_top(s)->ops->search(screen_top(s), text);
	search_note(s);
}

/* --- look-ups and commands --------------------------------------------------------- */

static void lookup_note(struct prompts *p, const char *text)
{
	struct scraps scraps;
	char say[NAME_CAP];

	recognise(&scraps, text, strlen(text));
	mask(p, &scraps, "");
	p->note_role = ROLE_MUTED;
	if (scraps.count == 0) {
		safe_text_set(&p->note,
			      scraps.secret ? "a secret: not looked up"
			      : text[0]     ? ""
					    : "id, hash, address, e-mail, link, any text with one");
		return;
	}
	scrap_say(&scraps.items[0], say, sizeof(say));
	safe_text_fmt(&p->note, "looks like: %s%s", say, scraps.count > 1 ? ", and more" : "");
	if (prompts_line(p)->cut)
		safe_text_add(&p->note, " (cut at 4 KB)");
	memset(&scraps.pass, 0, sizeof(scraps.pass));
}

static unsigned contexts_of(struct screen *s)
{
	return screen_top(s)->ops->context | (s->replay.on ? CTX_REPLAY : 0u);
}

static void command_note(struct screen *s, const char *text)
{
	struct prompts *p = &s->prompts;

	(void)mask_any(p, text, "open ");
	p->note_role = ROLE_MUTED;
	if (!line_help(text, contexts_of(s), &p->note))
		safe_text_set(&p->note, text[0] ? "" : "Tab shows the commands");
}

/* --- any of them --------------------------------------------------------------------- */

/* What is typed, done for as long as it stands. */
static void prompt_try(struct screen *s, const char *text)
{
	struct prompts *p = &s->prompts;

	p->error_at = -1;
	p->secret = false;
	p->pending = false;
	safe_text_clear(&p->note);
	switch (p->kind) {
	case PROMPT_FILTER:
		filter_try(s, text);
		break;
	case PROMPT_SEARCH:
		search_try(s, text);
		break;
	case PROMPT_LOOK_UP:
		lookup_note(p, text);
		break;
	case PROMPT_COMMAND:
	case PROMPT_KIND_COUNT:
		command_note(s, text);
		break;
	}
}

void prompts_settle(struct screen *s)
{
	if (s->prompts.open && s->prompts.pending)
		prompt_try(s, prompts_line(&s->prompts)->text);
}

void screen_open_prompt(struct screen *s, enum prompt_kind kind)
{
	const struct view_ops *ops = screen_top(s)->ops;
	struct prompts *p = &s->prompts;

	if ((kind == PROMPT_FILTER && !ops->filter) || (kind == PROMPT_SEARCH && !ops->search))
		return;
	p->kind = kind;
	p->open = true;
	p->error_at = -1;
	p->secret = p->pending = false;
	safe_text_clear(&p->note);
	prompts_forget_offers(p);
	if (kind == PROMPT_FILTER) {
		filter_open(s);
		return;
	}
	prompt_open(prompts_line(p), "");
	p->before[0] = '\0';
	if (kind == PROMPT_SEARCH) {
		(void)str_copy(p->before, sizeof(p->before), ops->search_text(screen_top(s)));
		search_note(s);
	} else {
		prompt_try(s, "");
	}
}

static void prompt_cancel(struct screen *s)
{
	struct prompts *p = &s->prompts;

	prompts_settle(s);
	if (p->secret)
		prompt_wipe(prompts_line(p));
	if (p->kind == PROMPT_FILTER || p->kind == PROMPT_SEARCH)
		prompt_try(s, p->before);
	p->open = false;
}

/* A filter or a search that was entered; it is in force already. */
static void prompt_enter_rows(struct screen *s)
{
	struct prompts *p = &s->prompts;
	struct safe_text text;

	if (p->secret) {
		prompt_cancel(s);
		safe_text_set(&text, PROMPT_SECRET);
		screen_notice(s, ROLE_WARN, &text);
		return;
	}
	if (p->error_at >= 0)
		return;
	if (p->kind == PROMPT_FILTER)
		(void)str_copy(p->typed, sizeof(p->typed), prompts_line(p)->text);
	p->open = false;
}

static enum wish prompt_enter(struct screen *s)
{
	struct prompts *p = &s->prompts;
	struct prompt *line = prompts_line(p);
	int wish = WISH_NONE;

	switch (p->kind) {
	case PROMPT_FILTER:
	case PROMPT_SEARCH:
		prompt_enter_rows(s);
		return WISH_NONE;
	case PROMPT_LOOK_UP:
		p->open = false;
		prompts_look_up(s, line->text);
		if (p->secret)
			prompt_wipe(line);
		return WISH_NONE;
	case PROMPT_COMMAND:
		p->open = false; /* what runs may open another prompt */
		if (prompts_run(s, line->text, &wish) == PROMPT_STAYS)
			p->open = true;
		if (p->secret)
			p->open ? prompt_forget(line) : prompt_wipe(line);
		return (enum wish)wish;
	case PROMPT_KIND_COUNT:
		break;
	}
	return WISH_NONE;
}

enum wish screen_key_prompt(struct screen *s, struct key k)
{
	struct prompts *p = &s->prompts;
	struct prompt *line = prompts_line(p);

	switch (prompt_key(line, k)) {
	case PROMPT_CHANGED:
		prompts_forget_offers(p);
		p->pending = true;
		break;
	case PROMPT_NEXT:
	case PROMPT_PREVIOUS:
		prompts_settle(s);
		prompts_offer(s, k.code == KEYC_TAB ? 1 : -1);
		prompt_try(s, line->text);
		break;
	case PROMPT_SUBMIT:
		prompts_settle(s);
		return prompt_enter(s);
	case PROMPT_CANCEL:
		prompt_cancel(s);
		break;
	case PROMPT_IGNORED:
		break;
	}
	return WISH_NONE;
}

void prompts_draw(const struct screen *s, struct canvas *c, int y)
{
	const struct prompts *p = &s->prompts;
	struct prompt masked = {.label = p->lines[p->kind].label};

	if (p->offers.count > 1)
		prompts_draw_offers(p, c, y - 1);
	if (!p->secret) {
		prompt_draw(&p->lines[p->kind], c, y, &p->note, p->note_role, p->error_at);
		return;
	}
	prompt_open(&masked, p->shown);
	prompt_draw(&masked, c, y, &p->note, p->note_role, -1);
}

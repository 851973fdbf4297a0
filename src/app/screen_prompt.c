/* The line at the bottom that is typed into. */
#include "app/screen_parts.h"

#include "base/strbuf.h"

/* --- filters ------------------------------------------------------------------ */

static void filter_note(struct screen *s)
{
	struct view *v = screen_top(s);
	size_t shown, total;

	v->ops->refresh(v, s->store, s->out, v->width, v->height);
	v->ops->counts(v, &shown, &total);
	safe_text_fmt(&s->prompt_note, "%zu of %zu", shown, total);
	s->prompt_note_role = shown > 0 || total == 0 ? ROLE_MUTED : ROLE_WARN;
	s->prompt_error_at = -1;
}

static void filter_try(struct screen *s, const char *text)
{
	struct view *v = screen_top(s);
	struct problem problem;
	size_t at = 0;

	if (v->ops->filter(v, text, &at, &problem) == S_OK) {
		filter_note(s);
		return;
	}
	safe_text_set(&s->prompt_note, problem.what);
	s->prompt_note_role = ROLE_BAD;
	s->prompt_error_at = (int)at;
}

/* --- searches ----------------------------------------------------------------- */

static void search_note(struct screen *s)
{
	struct view *v = screen_top(s);
	size_t at, total;

	s->prompt_error_at = -1;
	safe_text_clear(&s->prompt_note);
	if (v->ops->search_text(v)[0] == '\0')
		return;
	v->ops->search_count(v, &at, &total);
	if (total == 0)
		safe_text_set(&s->prompt_note, "not found");
	else
		safe_text_fmt(&s->prompt_note, "%zu of %zu", at, total);
	s->prompt_note_role = total > 0 ? ROLE_MUTED : ROLE_WARN;
}

static void search_try(struct screen *s, const char *text)
{
	struct view *v = screen_top(s);

	v->ops->search(v, text);
	search_note(s);
}

/* --- either ------------------------------------------------------------------- */

static void prompt_try(struct screen *s, const char *text)
{
	if (s->prompt_kind == PROMPT_FILTER)
		filter_try(s, text);
	else
		search_try(s, text);
}

void screen_open_prompt(struct screen *s, enum prompt_kind kind)
{
	const struct view_ops *ops = screen_top(s)->ops;
	const char *before;

	if (kind == PROMPT_FILTER ? !ops->filter : !ops->search)
		return;
	before = kind == PROMPT_FILTER ? ops->filter_text(screen_top(s))
				       : ops->search_text(screen_top(s));
	s->prompt_kind = kind;
	(void)str_copy(s->prompt_before, sizeof(s->prompt_before), before);
	prompt_open(&s->prompts[kind], kind == PROMPT_FILTER ? s->prompt_before : "");
	s->prompt_open = true;
	if (kind == PROMPT_FILTER)
		filter_note(s);
	else
		search_note(s);
}

enum wish screen_key_prompt(struct screen *s, struct key k)
{
	struct prompt *p = &s->prompts[s->prompt_kind];

	switch (prompt_key(p, k)) {
	case PROMPT_CHANGED:
		prompt_try(s, p->text);
		break;
	case PROMPT_SUBMIT:
		if (s->prompt_error_at < 0)
			s->prompt_open = false;
		break;
	case PROMPT_CANCEL:
		prompt_try(s, s->prompt_before);
		s->prompt_open = false;
		break;
	case PROMPT_IGNORED:
		break;
	}
	return WISH_NONE;
}

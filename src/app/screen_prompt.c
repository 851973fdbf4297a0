/* The line at the bottom that is typed into. */
#include "app/screen_parts.h"

#include "base/strbuf.h"
#include "model/recognise.h"
#include "views/found.h"

#include <string.h>

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

/* --- looking up ---------------------------------------------------------------- */

/* What it looks like, while it is typed. */
static void look_up_note(struct screen *s, const char *text)
{
	struct scraps scraps;
	const struct scrap *first = &scraps.items[0];

	s->prompt_error_at = -1;
	s->prompt_note_role = ROLE_MUTED;
	safe_text_clear(&s->prompt_note);
	recognise(&scraps, text, strlen(text));
	if (text[0] == '\0')
		safe_text_set(&s->prompt_note, "id, hash, address, e-mail, link, or a part of one");
	else if (scraps.count > 1)
		safe_text_fmt(&s->prompt_note, "%s and %zu more", scrap_kind_words(first->kind),
			      scraps.count - 1);
	else if (scraps.count == 1)
		safe_text_set(&s->prompt_note, scrap_kind_words(first->kind));
}

/* Over what is there, or instead of a look-up that is there. */
static void look_up_begin(struct screen *s, const char *text)
{
	struct view *v;

	if (s->depth > 0 && screen_top(s)->ops == &FOUND_VIEW)
		screen_pop(s);
	v = screen_push(s, &FOUND_VIEW);
	found_begin(v, text, s->store, s->out);
}

/* --- any of them ---------------------------------------------------------------- */

static void prompt_try(struct screen *s, const char *text)
{
	switch (s->prompt_kind) {
	case PROMPT_FILTER:
		filter_try(s, text);
		break;
	case PROMPT_SEARCH:
		search_try(s, text);
		break;
	case PROMPT_LOOK_UP:
	case PROMPT_KIND_COUNT:
		look_up_note(s, text);
		break;
	}
}

/* Whether the view on top can be asked that; *ret_before is what it was asked last. */
static bool prompt_fits(struct screen *s, enum prompt_kind kind, const char **ret_before)
{
	struct view *v = screen_top(s);

	*ret_before = "";
	if (kind == PROMPT_FILTER && v->ops->filter)
		*ret_before = v->ops->filter_text(v);
	else if (kind == PROMPT_SEARCH && v->ops->search)
		*ret_before = v->ops->search_text(v);
	else
		return kind == PROMPT_LOOK_UP;
	return true;
}

void screen_open_prompt(struct screen *s, enum prompt_kind kind)
{
	const char *before;

	if (!prompt_fits(s, kind, &before))
		return;
	s->prompt_kind = kind;
	(void)str_copy(s->prompt_before, sizeof(s->prompt_before), before);
	prompt_open(&s->prompts[kind], kind == PROMPT_FILTER ? s->prompt_before : "");
	s->prompt_open = true;
	if (kind == PROMPT_FILTER)
		filter_note(s);
	else if (kind == PROMPT_SEARCH)
		search_note(s);
	else
		look_up_note(s, "");
}

static void prompt_submit(struct screen *s, const struct prompt *p)
{
	if (s->prompt_error_at >= 0)
		return;
	s->prompt_open = false;
	if (s->prompt_kind == PROMPT_LOOK_UP && p->len > 0)
		look_up_begin(s, p->text);
}

enum wish screen_key_prompt(struct screen *s, struct key k)
{
	struct prompt *p = &s->prompts[s->prompt_kind];

	switch (prompt_key(p, k)) {
	case PROMPT_CHANGED:
		prompt_try(s, p->text);
		break;
	case PROMPT_SUBMIT:
		prompt_submit(s, p);
		break;
	case PROMPT_CANCEL:
		if (s->prompt_kind != PROMPT_LOOK_UP)
			prompt_try(s, s->prompt_before);
		s->prompt_open = false;
		break;
	case PROMPT_NEXT:
	case PROMPT_PREVIOUS:
	case PROMPT_IGNORED:
		break;
	}
	return WISH_NONE;
}

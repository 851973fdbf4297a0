/*
 * The line at the bottom that is typed into: filter, search, look-up, command. What each
 * does while it is typed and when it is entered, and what Tab offers. The screen
 * forwards its keys; drawing goes through here, because secrets are not shown.
 */
#ifndef PEPAYTOP_APP_PROMPTS_H
#define PEPAYTOP_APP_PROMPTS_H

#include "app/cmdline.h"

enum prompt_kind {
	PROMPT_FILTER,
	PROMPT_SEARCH,
	PROMPT_LOOK_UP,
	PROMPT_COMMAND,
	PROMPT_KIND_COUNT
};

struct screen;

struct prompts {
	bool open;
	enum prompt_kind kind;
	struct prompt lines[PROMPT_KIND_COUNT];
	char before[PROMPT_LONG + 1]; /* what Esc goes back to */
	char typed[PROMPT_LONG + 1];  /* the filter last entered, with its @names */
	bool pending;                 /* what was typed last is still to be looked at */
	bool secret;                  /* what is typed is not for the screen */
	char shown[NAME_CAP];         /* instead of it */
	struct safe_text note;
	enum role note_role;
	int error_at;
	struct completions offers; /* what Tab offers; none while it was not pressed */
	int offered;               /* which of them stands in the line; -1: none yet */
	struct named_filters named;
	char theme_wanted[STATUS_CAP]; /* for WISH_THEME; "": the next */
};

void prompts_init(struct prompts *p);
struct prompt *prompts_line(struct prompts *p);

/* prompts.c, with what screen_parts.h declares. */
/* Filters the view on top by a text that may hold @names. */
must_check enum status prompts_filter(struct screen *s, const char *text, size_t *ret_at,
				      struct problem *reterr);
/* Looks at what was typed since: once for a burst of keys, when the screen is drawn or what came of
 * it matters. */
void prompts_settle(struct screen *s);
void prompts_draw(const struct screen *s, struct canvas *c, int y);
/* Only a look-up takes a secret: a filter or a search would show it, a command send it on. */
#define PROMPT_SECRET "That is a secret: f looks a payment link up."

/* prompts_tabs.c: the list on top goes to the next (1) or previous (-1) of its tabs: all its rows,
 * then each saved filter that means something there. */
void prompts_step_filter(struct screen *s, int step);

/* prompts_offer.c: Tab. */
void prompts_offer(struct screen *s, int step);
void prompts_forget_offers(struct prompts *p);
void prompts_draw_offers(const struct prompts *p, struct canvas *c, int y);

/* prompts_run.c: what was entered. A line that cannot be run stays, with what is wrong about it. */
enum prompt_end { PROMPT_STAYS, PROMPT_ENDS };
enum prompt_end prompts_run(struct screen *s, const char *text, int *ret_wish);
void prompts_look_up(struct screen *s, const char *text);
/* Names of the focused list's columns, NULL-terminated; of TABLE_COLUMNS_MAX + 1. */
void prompts_columns(struct screen *s, const char **ret);

#endif

/*
 * How complete the history is, in words: one field for the top bar, and the view
 * that lists every gap and repair. Neither says more than the report does.
 */
#ifndef PEPAYTOP_VIEWS_PROOF_H
#define PEPAYTOP_VIEWS_PROOF_H

#include "views/view.h"

/* How much of the claim there is room for. */
enum proof_form {
	PROOF_FULL,   /* "complete since 09:00 · 2 repairs · 0 unknown" */
	PROOF_MEDIUM, /* "complete since 09:00" */
	PROOF_SHORT,  /* "complete 09:00" */
	PROOF_WORD,   /* what is wrong, in a word; nothing while it is complete */
	PROOF_FORM_COUNT
};

/* The claim of the report and the role to say it in; "" until the archive has spoken. */
enum role proof_claim(struct safe_text *t, const struct history_report *r, int64_t now_ms,
		      enum proof_form form);
/* "09:00", or "21 Nov" when that was another day, with the year when that was another. */
const char *proof_when(char buf[WHEN_TEXT_CAP], int64_t ms, int64_t now_ms);
/* "09:00 UTC", or "21 Nov, 09:00 UTC". */
const char *proof_moment(char buf[WHEN_TEXT_CAP], int64_t ms, int64_t now_ms);
/*
 * The trouble a history is in as sentences: what, and what to do. false when there is none. Serves
 * as the banner and as the reason why no action can be sent.
 */
bool proof_trouble(struct safe_text *t, const struct history_report *r, enum role *ret_role);

/* A layer over the panes, opened like the detail. */
extern const struct view_ops PROOF_VIEW;

#endif

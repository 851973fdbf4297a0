/*
 * Lines of facts for documents: a label and a value; amounts stand under one
 * another on their decimal points.
 */
#ifndef PEPAYTOP_VIEWS_FACTS_H
#define PEPAYTOP_VIEWS_FACTS_H

#include "base/money.h"
#include "views/cells.h"
#include "views/doc.h"

/* Each begins a line; an empty value, TIME_NONE or an empty status is left out. */
void fact_text(struct doc *d, const char *label, enum role role, const struct safe_text *t);
void fact_given(struct doc *d, const char *label, const char *value);
/* A word of the server's that has none of ours (cell_wire_word()). */
void fact_wire_word(struct doc *d, const char *label, const char *word);
void fact_when(struct doc *d, const struct view_context *ctx, const char *label, int64_t ms);
/* A time of this machine's clock, which a demo's runs ahead of: when something was written. Said to
 * be so where the clocks differ, or where it came after `after_ms` of another's (TIME_NONE: of
 * nothing) and yet is before it. */
void fact_when_ours(struct doc *d, const struct view_context *ctx, const char *label, int64_t ms,
		    int64_t after_ms);
void fact_state(struct doc *d, const struct view_context *ctx, const char *label, enum vocab v,
		const char *status);
void fact_yes(struct doc *d, const char *label, bool yes);
void fact_count(struct doc *d, const char *label, int64_t n); /* 0 is left out */
void fact_usd(struct doc *d, const char *label, enum role role, int64_t usd_millis);
/* A sentence in muted words, wrapped. */
void fact_note(struct doc *d, int width, enum role role, const char *fmt, ...) printf_like(4, 5);

/* Amounts that belong together: added one by one, then written as lines. */
#define MONEY_ROWS_MAX 8
struct money_rows {
	struct money_row {
		const char *label;
		enum role role;
		struct money amount;
		const char *after; /* words behind it, or NULL */
	} rows[MONEY_ROWS_MAX];
	size_t count;
};
void money_rows_add(struct money_rows *m, const char *label, enum role role, struct money amount);
void money_rows_usd(struct money_rows *m, const char *label, enum role role, int64_t usd_millis);
void money_rows_write(const struct money_rows *m, struct doc *d);

#endif

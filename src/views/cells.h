/*
 * How a value looks, everywhere the same: states with their glyph, money with its
 * currency, ages, ids.
 */
#ifndef PEPAYTOP_VIEWS_CELLS_H
#define PEPAYTOP_VIEWS_CELLS_H

#include "base/money.h"
#include "model/store.h"
#include "ui/canvas.h"
#include "views/view.h"

enum role tone_role(enum tone t);
enum glyph tone_glyph(enum tone t);

/* "✓ paid"; a word this build does not know is shown as it came: "? frozen". */
enum role cell_state(struct safe_text *t, enum vocab v, const char *status, bool ascii);
/* The same in the words for a person ("✓ in the bank"). */
enum role cell_state_words(struct safe_text *t, enum vocab v, const char *status, bool ascii);
/* The glyph alone, where there is no room for the word. */
enum role cell_state_glyph(struct safe_text *t, enum vocab v, const char *status, bool ascii);
/* "1,249.00", aligned on the point: for a column whose title names the currency. */
void cell_usd(struct safe_text *t, int64_t usd_millis);
/* "1,249.00 USD ": with its currency, for a column that is right-aligned and stands on the point.
 */
#define CELL_AMOUNT_CAP (MONEY_TEXT_CAP + 16)
const char *cell_amount(char buf[CELL_AMOUNT_CAP], struct money m);
/* An age or a time of day, as the user chose; of another day with that day, "22 Nov 17:52". */
void cell_when(struct safe_text *t, const struct view_context *ctx, int64_t ms);
/* The cells a time of day takes, and what is written over a column of them: "UTC", "CET". */
int cell_when_width(const struct view_context *ctx, int64_t ms);
const char *cell_zone(const struct view_context *ctx);
/* A word of the server's that has no words of ours: "AWAITING_TRACKING" reads "awaiting tracking".
 * What is not written like that stays as it came. */
void cell_wire_word(struct safe_text *t, const char *word);
/* "12:00:03 UTC", with the day where it is another: one way to say a time, as the explanations do.
 */
void cell_moment(struct safe_text *t, int64_t ms, int64_t now_ms);
/* "12:00:03 UTC, 4m ago" for details; of another day "12:00:03 UTC on 15 Jan, 2d ago". */
void cell_when_full(struct safe_text *t, const struct view_context *ctx, int64_t ms);

/* Now by our own clock, for what it stamped. */
int64_t cell_our_now(const struct view_context *ctx);

/* A problem as sentences: "Merchant stream: the connection was lost. Check the network." */
void cell_problem(struct safe_text *t, const struct problem *p);
/* The same, after what is there. */
void cell_add_problem(struct safe_text *t, const struct problem *p);

/* What an event says in a few words: "invoice paid", "payout returned"; returns the role of its
 * state. */
enum role cell_event(struct safe_text *t, const struct event_brief *e, bool ascii);
/* "" unknown. A payment's or refund's is its invoice's. */
const char *event_customer(const struct event_brief *e, const struct store *st);

#endif

#include "views/facts.h"

#include "base/strbuf.h"
#include "views/count.h"

#include <string.h>

#define CLOCKS_AGREE_MS 2000

void fact_text(struct doc *d, const char *label, enum role role, const struct safe_text *t)
{
	doc_fact(d, label, role, "%s", safe_text_str(t));
}

void fact_given(struct doc *d, const char *label, const char *value)
{
	if (value[0] != '\0')
		doc_fact(d, label, ROLE_TEXT, "%s", value);
}

void fact_wire_word(struct doc *d, const char *label, const char *word)
{
	struct safe_text t;

	if (word[0] == '\0')
		return;
	cell_wire_word(&t, word);
	fact_text(d, label, ROLE_TEXT, &t);
}

void fact_when(struct doc *d, const struct view_context *ctx, const char *label, int64_t ms)
{
	struct safe_text t;

	if (ms == TIME_NONE)
		return;
	cell_when_full(&t, ctx, ms);
	fact_text(d, label, ROLE_TEXT, &t);
}

void fact_when_ours(struct doc *d, const struct view_context *ctx, const char *label, int64_t ms,
		    int64_t after_ms)
{
	struct view_context ours = *ctx;
	struct safe_text t;
	int64_t ahead;

	if (ms == TIME_NONE)
		return;
	ours.now_ms = cell_our_now(ctx);
	ahead = ctx->now_ms - ours.now_ms;
	cell_when_full(&t, &ours, ms);
	if (ahead > CLOCKS_AGREE_MS || ahead < -CLOCKS_AGREE_MS ||
	    (after_ms != TIME_NONE && ms < after_ms))
		safe_text_add(&t, ", by this machine's own clock");
	fact_text(d, label, ROLE_TEXT, &t);
}

void fact_state(struct doc *d, const struct view_context *ctx, const char *label, enum vocab v,
		const char *status)
{
	struct safe_text t;
	enum role role = cell_state_words(&t, v, status, ctx->ascii);

	if (status[0] != '\0')
		fact_text(d, label, role, &t);
}

void fact_yes(struct doc *d, const char *label, bool yes)
{
	doc_fact(d, label, ROLE_TEXT, "%s", yes ? "yes" : "no");
}

void fact_count(struct doc *d, const char *label, int64_t n)
{
	char count[COUNT_CAP];

	if (n > 0)
		doc_fact(d, label, ROLE_TEXT, "%s", count_words(count, (uint64_t)n));
}

void fact_usd(struct doc *d, const char *label, enum role role, int64_t usd_millis)
{
	char buf[MONEY_TEXT_CAP];

	doc_fact(d, label, role, "%s USD",
		 money_format(buf, money_usd_millis(usd_millis), MONEY_PLAIN));
}

void fact_note(struct doc *d, int width, enum role role, const char *fmt, ...)
{
	struct safe_text t;
	va_list ap;

	safe_text_clear(&t);
	va_start(ap, fmt);
	safe_text_vaddf(&t, fmt, ap);
	va_end(ap);
	doc_line(d);
	doc_wrap(d, 1, width - 2, role, &t);
}

/* --- amounts under one another ------------------------------------------------- */

void money_rows_add(struct money_rows *m, const char *label, enum role role, struct money amount)
{
	if (m->count < MONEY_ROWS_MAX)
		m->rows[m->count++] = (struct money_row){label, role, amount, NULL};
}

void money_rows_usd(struct money_rows *m, const char *label, enum role role, int64_t usd_millis)
{
	money_rows_add(m, label, role, money_usd_millis(usd_millis));
}

/* Cells before the point, and from it on. */
static void money_split(const char *text, int *ret_whole, int *ret_rest)
{
	*ret_whole = (int)strcspn(text, ".");
	*ret_rest = (int)strlen(text) - *ret_whole;
}

void money_rows_write(const struct money_rows *m, struct doc *d)
{
	char buf[MONEY_TEXT_CAP];
	int most_whole = 0, most_rest = 0, whole, rest;

	for (size_t i = 0; i < m->count; i++) {
		money_split(money_format(buf, m->rows[i].amount, MONEY_PLAIN), &whole, &rest);
		most_whole = whole > most_whole ? whole : most_whole;
		most_rest = rest > most_rest ? rest : most_rest;
	}
	for (size_t i = 0; i < m->count; i++) {
		const struct money_row *r = &m->rows[i];

		money_split(money_format(buf, r->amount, MONEY_PLAIN), &whole, &rest);
		doc_fact(d, r->label, r->role, "%*s%s%*s %s%s", most_whole - whole, "", buf,
			 most_rest - rest, "", r->amount.currency, r->after ? r->after : "");
	}
}

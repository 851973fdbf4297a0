#include "views/proof.h"

#include "base/strbuf.h"
#include "views/cells.h"
#include "views/count.h"

#include <stdlib.h>
#include <string.h>

static const char *const MONTHS[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
				     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

const char *proof_when(char buf[WHEN_TEXT_CAP], int64_t ms, int64_t now_ms)
{
	char then[WHEN_TEXT_CAP], now[WHEN_TEXT_CAP];
	long month, day;

	when_iso(then, ms);
	when_iso(now, now_ms);
	if (strlen(then) < strlen("2026-01-15T12:00")) {
		str_copy(buf, WHEN_TEXT_CAP, then);
		return buf;
	}
	if (strncmp(then, now, strlen("2026-01-15")) == 0) {
		str_printf(buf, WHEN_TEXT_CAP, "%.5s", then + strlen("2026-01-15T"));
		return buf;
	}
	month = strtol(then + strlen("2026-"), NULL, 10);
	day = strtol(then + strlen("2026-01-"), NULL, 10);
	if (strncmp(then, now, strlen("2026")) == 0)
		str_printf(buf, WHEN_TEXT_CAP, "%ld %s", day, MONTHS[(month - 1) % 12]);
	else
		str_printf(buf, WHEN_TEXT_CAP, "%ld %s %.4s", day, MONTHS[(month - 1) % 12], then);
	return buf;
}

const char *proof_moment(char buf[WHEN_TEXT_CAP], int64_t ms, int64_t now_ms)
{
	char day[WHEN_TEXT_CAP], clock[WHEN_TEXT_CAP];

	proof_when(day, ms, now_ms);
	when_clock(clock, ms);
	if (strchr(day, ':'))
		str_printf(buf, WHEN_TEXT_CAP, "%.5s UTC", clock);
	else
		str_printf(buf, WHEN_TEXT_CAP, "%.11s, %.5s UTC", day, clock);
	return buf;
}

static void add_count(struct safe_text *t, uint64_t n, const char *one, const char *many)
{
	char count[COUNT_CAP];

	safe_text_addf(t, " · %s %s", count_words(count, n), n == 1 ? one : many);
}

static void claim_complete(struct safe_text *t, const struct history_report *r, int64_t now_ms,
			   enum proof_form form)
{
	char when[WHEN_TEXT_CAP];

	safe_text_add(t, proof_state_word(PROOF_COMPLETE));
	if (r->complete_since_ms != TIME_NONE)
		safe_text_addf(t, form == PROOF_SHORT ? " %s" : " since %s",
			       proof_when(when, r->complete_since_ms, now_ms));
	if (form != PROOF_FULL)
		return;
	add_count(t, r->repairs, "repair", "repairs");
	add_count(t, r->unknown, "unknown", "unknown");
}

static void claim_words(struct safe_text *t, const struct history_report *r, int64_t now_ms,
			enum proof_form form)
{
	char when[WHEN_TEXT_CAP], count[COUNT_CAP];

	if (form == PROOF_WORD) {
		safe_text_add(t, r->proof == PROOF_COMPLETE ? "" : proof_state_word(r->proof));
		return;
	}
	switch (r->proof) {
	case PROOF_COMPLETE:
		claim_complete(t, r, now_ms, form);
		return;
	case PROOF_BEHIND:
		safe_text_add(t, proof_state_word(r->proof));
		if (r->proven_to_ms != TIME_NONE)
			safe_text_addf(t, form == PROOF_SHORT ? " %s" : " since %s",
				       proof_when(when, r->proven_to_ms, now_ms));
		return;
	case PROOF_CATCHING_UP:
		safe_text_add(t, proof_state_word(r->proof));
		if (r->catching_up > 0 && form == PROOF_FULL)
			add_count(t, r->catching_up, "event", "events");
		else if (r->catching_up > 0)
			safe_text_addf(t, " %s", count_words(count, r->catching_up));
		return;
	case PROOF_UNKNOWN:
		safe_text_add(t, proof_state_word(r->proof));
		if (form == PROOF_FULL)
			add_count(t, r->repairs, "repair", "repairs");
		if (form != PROOF_SHORT)
			add_count(t, r->unknown, "unknown", "unknown");
		return;
	case PROOF_NONE:
	case PROOF_STATE_COUNT:
		safe_text_add(t, proof_state_word(PROOF_NONE));
		return;
	}
}

enum role proof_claim(struct safe_text *t, const struct history_report *r, int64_t now_ms,
		      enum proof_form form)
{
	enum tone tone = proof_state_tone(r->proof);

	safe_text_clear(t);
	if (r->mode == HISTORY_STARTING || r->mode == HISTORY_REPLAY || r->mode == HISTORY_CASE)
		return ROLE_TOPBAR;
	if (r->mode != HISTORY_WRITING)
		safe_text_set(t, history_mode_word(r->mode));
	/* What cannot be written is not proven either, whatever was claimed before. */
	if (r->mode == HISTORY_STALLED)
		return tone_role(history_mode_tone(r->mode));
	if (r->mode != HISTORY_WRITING && form >= PROOF_SHORT && r->proof == PROOF_COMPLETE)
		return tone_role(history_mode_tone(r->mode));
	if (r->mode != HISTORY_WRITING)
		safe_text_add(t, " · ");
	claim_words(t, r, now_ms, form);
	if (r->alarms == 0 && r->proof == PROOF_COMPLETE)
		return tone_role(history_mode_tone(r->mode));
	if (r->alarms == 0)
		return tone_role(tone);
	add_count(t, r->alarms, "alarm", "alarms");
	return ROLE_BAD;
}

bool proof_trouble(struct safe_text *t, const struct history_report *r, enum role *ret_role)
{
	if (r->mode != HISTORY_STALLED && r->mode != HISTORY_VIEW_ONLY)
		return false;
	*ret_role = tone_role(history_mode_tone(r->mode));
	safe_text_set(t, r->mode == HISTORY_STALLED ? "Nothing new is shown and actions are off."
						    : "Nothing is kept and actions are off.");
	if (r->problem.status == S_OK)
		safe_text_add(t, r->mode == HISTORY_STALLED ? " The history cannot be written."
							    : " The history is only read.");
	else
		cell_add_problem(t, &r->problem);
	return true;
}

/* What the facts of a link are called, why, and when they will be called otherwise. */
#include "net/link_word.h"

#include <string.h>

static bool rest_works(const struct link *l, int64_t now)
{
	return l->rest_ok_mono_ms != TIME_NONE && now - l->rest_ok_mono_ms <= LINK_REST_MS;
}

static bool link_is_unavailable(const struct link *l)
{
	return l->blocked || l->flapping || l->failures >= LINK_GIVE_UP_AFTER;
}

static enum link_state open_word(const struct link *l, int64_t now)
{
	if (l->held)
		return LINK_LAGGING;
	if (link_is_checking(l) || now - l->quiet_since_mono_ms >= LINK_STALE_MS)
		return LINK_STALE;
	return LINK_LIVE;
}

static bool link_is_on_probation(const struct link *l, int64_t now)
{
	return l->flapping && now - l->live_since_mono_ms < LINK_HOLD_MS;
}

static enum link_state link_word(const struct link *l, int64_t now)
{
	if (l->refused)
		return LINK_AUTH_FAILED;
	if (link_is_open(l) && !link_is_on_probation(l, now))
		return open_word(l, now);
	if (l->starting)
		return LINK_CONNECTING;
	if (link_is_unavailable(l) && rest_works(l, now))
		return LINK_POLLING;
	if (!link_is_open(l) && l->backoff.attempt >= LINK_OFFLINE_AFTER)
		return LINK_OFFLINE;
	return LINK_RECONNECTING;
}

static void explain_stale(const struct link *l, struct problem *p)
{
	const char *next = "wait: the connection is being checked";

	if (link_is_checking(l))
		(void)problem_set(p, E_TIMEOUT, next,
				  "this program or machine slept: is the server still there?");
	else
		(void)problem_set(p, E_TIMEOUT, next,
				  "nothing from the server for %d s, not even an answer to a ping",
				  LINK_STALE_MS / 1000);
}

static void explain_polling(const struct link *l, struct problem *p)
{
	(void)problem_set(p, l->away.status != S_OK ? l->away.status : E_NETWORK,
			  "nothing is missing; the stream is tried again in the background",
			  "events come by polling, for there is no stream: %.180s",
			  l->away.status != S_OK ? l->away.what : "it breaks again and again");
}

static void link_why(const struct link *l, enum link_state state, struct problem *p)
{
	*p = (struct problem){.status = S_OK};
	if (state == LINK_STALE)
		explain_stale(l, p);
	else if (state == LINK_LAGGING)
		*p = l->lag;
	else if (state == LINK_AUTH_FAILED)
		*p = l->away;
	else if (state == LINK_POLLING)
		explain_polling(l, p);
	else if (state != LINK_CONNECTING && state != LINK_LIVE)
		*p = l->rest.status != S_OK ? l->rest : l->away;
}

static bool same_problem(const struct problem *a, const struct problem *b)
{
	return a->status == b->status && strcmp(a->what, b->what) == 0 &&
	       strcmp(a->next, b->next) == 0;
}

bool link_judge(struct link *l, const struct link_input *in)
{
	enum link_state state = link_word(l, in->mono_ms);
	bool changed = state != l->report.state;
	struct problem why;

	link_why(l, state, &why);
	if (changed) {
		l->report.state = state;
		l->report.since_wall_ms = in->wall_ms;
	}
	if (!same_problem(&why, &l->report.problem)) {
		l->report.problem = why;
		changed = true;
	}
	return changed;
}

/* --- when to look again ----------------------------------------------------------- */

static void sooner(int64_t *at, int64_t other)
{
	if (*at == TIME_NONE || other < *at)
		*at = other;
}

static int64_t next_tick_open(const struct link *l)
{
	int64_t at = l->ping_due_mono_ms;

	if (link_is_checking(l))
		sooner(&at, l->checking_since_mono_ms + LINK_CHECK_MS);
	else if (l->report.state == LINK_STALE)
		sooner(&at, l->quiet_since_mono_ms + LINK_DEAD_MS);
	else
		sooner(&at, l->quiet_since_mono_ms + LINK_STALE_MS);
	return at;
}

static bool is_away_word(enum link_state state)
{
	return state == LINK_POLLING || state == LINK_RECONNECTING;
}

int64_t link_next_tick(const struct link *l)
{
	int64_t at = l->report.next_try_mono_ms;

	if (l->report.state == LINK_OFF || l->refused)
		return TIME_NONE;
	if (link_is_open(l) && !l->held && !l->ending)
		at = next_tick_open(l);
	if (l->starting && !l->dialling && !l->ending)
		at = 0;
	if (link_is_open(l) && is_away_word(l->report.state))
		sooner(&at, l->live_since_mono_ms + LINK_HOLD_MS);
	if (l->report.state == LINK_POLLING)
		sooner(&at, l->rest_ok_mono_ms + LINK_REST_MS + 1);
	if (l->untold)
		sooner(&at, l->told_mono_ms + LINK_TELL_MS);
	return at;
}

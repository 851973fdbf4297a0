#include "net/link.h"

#include <assert.h>

void link_init(struct link *l, enum stream_id stream, bool has_key, uint64_t seed, int64_t wall_ms)
{
	*l = (struct link){
		.report = {.stream = stream,
			   .state = has_key ? LINK_CONNECTING : LINK_OFF,
			   .next_try_mono_ms = TIME_NONE,
			   .since_wall_ms = wall_ms,
			   .last_rx_mono_ms = TIME_NONE,
			   .rtt_ms = -1},
		.live_since_mono_ms = TIME_NONE,
		.quiet_since_mono_ms = TIME_NONE,
		.told_mono_ms = TIME_NONE,
	};
	rng_seed(&l->rng, seed);
}

static bool link_is_open(const struct link *l)
{
	return l->live_since_mono_ms != TIME_NONE;
}

static bool link_is_waiting(const struct link *l)
{
	return l->report.next_try_mono_ms != TIME_NONE;
}

static bool link_enter(struct link *l, enum link_state state, const struct link_input *in)
{
	if (l->report.state == state)
		return false;
	l->report.state = state;
	l->report.since_wall_ms = in->wall_ms;
	return true;
}

static void link_explain(struct link *l, const struct problem *p)
{
	l->report.problem = p != NULL ? *p : (struct problem){.status = S_OK};
}

static void link_close(struct link *l, const struct link_input *in)
{
	if (link_is_open(l))
		backoff_was_live(&l->backoff, in->mono_ms - l->live_since_mono_ms);
	l->live_since_mono_ms = TIME_NONE;
	l->quiet_since_mono_ms = TIME_NONE;
	l->report.next_try_mono_ms = TIME_NONE;
	l->report.rtt_ms = -1;
	l->dialling = false;
}

static bool link_dial(struct link *l)
{
	bool was_waiting = link_is_waiting(l);

	l->dialling = true;
	l->report.next_try_mono_ms = TIME_NONE;
	return was_waiting;
}

static bool link_open(struct link *l, const struct link_input *in)
{
	if (!l->dialling)
		return false;
	l->dialling = false;
	l->live_since_mono_ms = in->mono_ms;
	l->quiet_since_mono_ms = in->mono_ms;
	l->report.last_rx_mono_ms = in->mono_ms;
	l->report.next_try_mono_ms = TIME_NONE;
	l->report.attempt = 0;
	l->report.rtt_ms = -1;
	link_explain(l, NULL);
	(void)link_enter(l, l->held ? LINK_LAGGING : LINK_LIVE, in);
	return true;
}

static bool link_rx(struct link *l, const struct link_input *in)
{
	bool changed = false;

	if (!link_is_open(l))
		return false;
	l->quiet_since_mono_ms = in->mono_ms;
	l->report.last_rx_mono_ms = in->mono_ms;
	if (in->rtt_ms >= 0) {
		changed = l->report.rtt_ms < 0;
		l->report.rtt_ms = in->rtt_ms;
	}
	if (l->report.state == LINK_STALE) {
		link_explain(l, NULL);
		changed = link_enter(l, LINK_LIVE, in);
	}
	return changed || in->mono_ms - l->told_mono_ms >= LINK_TELL_MS;
}

static bool link_hold(struct link *l, const struct link_input *in)
{
	l->held = true;
	if (!link_is_open(l))
		return false;
	link_explain(l, in->problem);
	return link_enter(l, LINK_LAGGING, in);
}

/* Nobody listened while reading was held: silence starts to count now. */
static bool link_release(struct link *l, const struct link_input *in)
{
	bool was_held = l->held;

	l->held = false;
	if (!was_held || !link_is_open(l))
		return false;
	l->quiet_since_mono_ms = in->mono_ms;
	link_explain(l, NULL);
	return link_enter(l, LINK_LIVE, in);
}

static bool link_lose(struct link *l, const struct link_input *in)
{
	if (!link_is_open(l) && !l->dialling)
		return false;
	link_close(l, in);
	l->report.next_try_mono_ms = in->mono_ms + backoff_next(&l->backoff, &l->rng, in->floor_ms);
	l->report.attempt = l->backoff.attempt;
	link_explain(l, in->problem);
	(void)link_enter(l,
			 l->report.attempt >= LINK_OFFLINE_AFTER ? LINK_OFFLINE : LINK_RECONNECTING,
			 in);
	return true;
}

static bool link_refuse(struct link *l, const struct link_input *in)
{
	if (!link_is_open(l) && !l->dialling)
		return false;
	link_close(l, in);
	l->report.attempt = 0;
	link_explain(l, in->problem);
	(void)link_enter(l, LINK_AUTH_FAILED, in);
	return true;
}

static enum link_action link_retry_now(struct link *l, const struct link_input *in,
				       bool *ret_changed)
{
	if (l->report.state == LINK_AUTH_FAILED) {
		l->backoff.attempt = 0;
		*ret_changed = link_enter(l, LINK_CONNECTING, in);
		return LINK_DO_DIAL;
	}
	return link_is_waiting(l) ? LINK_DO_DIAL : LINK_DO_NOTHING;
}

static bool link_go_stale(struct link *l, const struct link_input *in)
{
	if (l->report.state != LINK_LIVE || in->mono_ms - l->quiet_since_mono_ms < LINK_STALE_MS)
		return false;
	(void)problem_set(&l->report.problem, E_TIMEOUT, "wait: the connection is being checked",
			  "nothing from the server for %d s, not even an answer to a ping",
			  LINK_STALE_MS / 1000);
	return link_enter(l, LINK_STALE, in);
}

static enum link_action link_tick(struct link *l, const struct link_input *in, bool *ret_changed)
{
	if (l->report.state == LINK_CONNECTING)
		return l->dialling ? LINK_DO_NOTHING : LINK_DO_DIAL;
	if (link_is_waiting(l))
		return in->mono_ms >= l->report.next_try_mono_ms ? LINK_DO_DIAL : LINK_DO_NOTHING;
	*ret_changed = link_go_stale(l, in);
	return LINK_DO_NOTHING;
}

enum link_action link_step(struct link *l, const struct link_input *in, bool *ret_changed)
{
	enum link_action action = LINK_DO_NOTHING;
	bool changed = false;

	if (l->report.state != LINK_OFF) {
		switch (in->event) {
		case LINK_EV_DIAL:
			changed = link_dial(l);
			break;
		case LINK_EV_OPEN:
			changed = link_open(l, in);
			break;
		case LINK_EV_RX:
			changed = link_rx(l, in);
			break;
		case LINK_EV_HELD:
			changed = link_hold(l, in);
			break;
		case LINK_EV_RELEASED:
			changed = link_release(l, in);
			break;
		case LINK_EV_LOST:
			changed = link_lose(l, in);
			break;
		case LINK_EV_REFUSED:
			changed = link_refuse(l, in);
			break;
		case LINK_EV_RETRY_NOW:
			action = link_retry_now(l, in, &changed);
			break;
		case LINK_EV_TICK:
			action = link_tick(l, in, &changed);
			break;
		}
	}
	if (changed)
		l->told_mono_ms = in->mono_ms;
	*ret_changed = changed;
	return action;
}

int64_t link_next_tick(const struct link *l)
{
	if (link_is_waiting(l))
		return l->report.next_try_mono_ms;
	if (l->report.state == LINK_CONNECTING && !l->dialling)
		return 0;
	if (l->report.state == LINK_LIVE)
		return l->quiet_since_mono_ms + LINK_STALE_MS;
	return TIME_NONE;
}

#include "net/link_word.h"

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
		.checking_since_mono_ms = TIME_NONE,
		.starting = true,
		.floor_mono_ms = TIME_NONE,
		.rest_ok_mono_ms = TIME_NONE,
		.seen_mono_ms = TIME_NONE,
	};
	for (size_t i = 0; i < LINK_FLAPS; i++)
		l->lost_mono_ms[i] = TIME_NONE;
	rng_seed(&l->rng, seed);
}

/* --- the connection ------------------------------------------------------------- */

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
	l->starting = false;
	l->blocked = false;
	l->failures = 0;
	l->floor_mono_ms = TIME_NONE;
	l->live_since_mono_ms = in->mono_ms;
	l->quiet_since_mono_ms = in->mono_ms;
	l->ping_due_mono_ms = in->mono_ms;
	l->ponged_mono_ms = in->mono_ms;
	l->report.last_rx_mono_ms = in->mono_ms;
	l->report.attempt = 0;
	return true;
}

/* Only a steady connection ends a flapping. */
static void link_note_loss(struct link *l, int64_t live_ms, int64_t now)
{
	if (live_ms >= LINK_STEADY_MS) {
		l->flapping = false;
		for (size_t i = 0; i < LINK_FLAPS; i++)
			l->lost_mono_ms[i] = TIME_NONE;
		return;
	}
	for (size_t i = LINK_FLAPS - 1; i > 0; i--)
		l->lost_mono_ms[i] = l->lost_mono_ms[i - 1];
	l->lost_mono_ms[0] = now;
	if (l->lost_mono_ms[LINK_FLAPS - 1] != TIME_NONE &&
	    now - l->lost_mono_ms[LINK_FLAPS - 1] <= LINK_FLAP_MS)
		l->flapping = true;
}

static void link_close(struct link *l, const struct link_input *in)
{
	if (link_is_open(l)) {
		int64_t live_ms = in->mono_ms - l->live_since_mono_ms;

		backoff_was_live(&l->backoff, live_ms);
		link_note_loss(l, live_ms, in->mono_ms);
	} else if (l->dialling && l->failures < BACKOFF_ATTEMPT_MAX) {
		l->failures++;
	}
	l->live_since_mono_ms = TIME_NONE;
	l->checking_since_mono_ms = TIME_NONE;
	l->report.next_try_mono_ms = TIME_NONE;
	l->report.rtt_ms = -1;
	l->dialling = false;
	l->starting = false;
}

/* False for the late end of something already given up. */
static bool link_ends(struct link *l, const struct link_input *in)
{
	if (link_is_open(l) && in->mono_ms - l->live_since_mono_ms >= BACKOFF_HEALTHY_MS)
		l->forgiven = false;
	l->ending = false;
	return link_is_open(l) || l->dialling;
}

static void link_wait(struct link *l, int64_t now, int64_t floor_ms)
{
	if (l->floor_mono_ms != TIME_NONE && l->floor_mono_ms - now > floor_ms)
		floor_ms = l->floor_mono_ms - now;
	l->report.next_try_mono_ms = now + backoff_next(&l->backoff, &l->rng, floor_ms);
	l->report.attempt = l->backoff.attempt;
}

static bool link_lose(struct link *l, const struct link_input *in)
{
	if (!link_ends(l, in))
		return false;
	if (l->dialling && in->answered)
		l->blocked = true;
	link_close(l, in);
	l->away = *in->problem;
	link_wait(l, in->mono_ms, in->floor_ms);
	return true;
}

static bool link_again(struct link *l, const struct link_input *in)
{
	if (!link_ends(l, in) || !l->dialling)
		return false;
	l->dialling = false;
	if (!l->starting)
		l->report.next_try_mono_ms = in->mono_ms;
	return true;
}

static void link_give_up(struct link *l, const struct link_input *in)
{
	link_close(l, in);
	l->refused = true;
	l->away = *in->problem;
	l->report.attempt = 0;
}

static bool link_refuse(struct link *l, const struct link_input *in)
{
	bool was_open = link_is_open(l);

	if (!link_ends(l, in))
		return false;
	if (!was_open || l->forgiven) {
		link_give_up(l, in);
		return true;
	}
	link_close(l, in);
	l->forgiven = true;
	l->away = *in->problem;
	l->report.next_try_mono_ms = in->mono_ms;
	l->report.attempt = 1;
	return true;
}

/* --- bytes ------------------------------------------------------------------------ */

/* Only an answer to a question asked since proves anything, or bytes too fresh to have lain here.
 */
static bool proves_life(const struct link *l, const struct link_input *in)
{
	return in->rtt_ms >= 0 || in->mono_ms - l->checking_since_mono_ms >= LINK_DRAIN_MS;
}

static bool link_rx(struct link *l, const struct link_input *in)
{
	bool first_rtt = in->rtt_ms >= 0 && l->report.rtt_ms < 0;

	if (!link_is_open(l))
		return false;
	l->quiet_since_mono_ms = in->mono_ms;
	l->report.last_rx_mono_ms = in->mono_ms;
	l->untold = true;
	if (in->rtt_ms >= 0) {
		l->report.rtt_ms = in->rtt_ms;
		l->ponged_mono_ms = in->mono_ms;
	}
	if (link_is_checking(l) && proves_life(l, in))
		l->checking_since_mono_ms = TIME_NONE;
	return first_rtt;
}

static void link_hold(struct link *l, const struct link_input *in)
{
	l->held = true;
	l->lag = *in->problem;
	l->checking_since_mono_ms = TIME_NONE;
}

/* Nobody listened while reading was held: silence starts to count now. */
static void link_release(struct link *l, const struct link_input *in)
{
	if (!l->held)
		return;
	l->held = false;
	l->quiet_since_mono_ms = in->mono_ms;
	l->ping_due_mono_ms = in->mono_ms;
	l->ponged_mono_ms = in->mono_ms;
}

/* --- REST and the user --------------------------------------------------------------- */

static bool link_postpone(struct link *l, const struct link_input *in)
{
	int64_t floor_ms =
		in->floor_ms < BACKOFF_FLOOR_MAX_MS ? in->floor_ms : BACKOFF_FLOOR_MAX_MS;

	if (floor_ms <= 0 || link_is_open(l))
		return false;
	l->floor_mono_ms = in->mono_ms + floor_ms;
	if (!link_is_waiting(l) || l->report.next_try_mono_ms >= l->floor_mono_ms)
		return false;
	l->report.next_try_mono_ms = l->floor_mono_ms + rng_between(&l->rng, 0, BACKOFF_BASE_MS);
	return true;
}

/* The server is back: no need to sit out a wait that its absence had made long. */
static bool link_hurry(struct link *l, int64_t now)
{
	int64_t soon = now + rng_between(&l->rng, 0, LINK_HURRY_MS);

	if (!l->rest_failed || l->blocked || !link_is_waiting(l) ||
	    l->report.next_try_mono_ms <= soon || l->floor_mono_ms != TIME_NONE)
		return false;
	l->report.next_try_mono_ms = soon;
	return true;
}

static enum link_action link_rest(struct link *l, const struct link_input *in, bool *ret_changed)
{
	enum link_action action = LINK_DO_NOTHING;

	l->rest = (struct problem){.status = S_OK};
	if (in->problem->status == S_OK) {
		l->rest_ok_mono_ms = in->mono_ms;
		*ret_changed = link_hurry(l, in->mono_ms);
		l->rest_failed = false;
		return LINK_DO_NOTHING;
	}
	l->rest_ok_mono_ms = TIME_NONE;
	l->rest_failed = true;
	if (in->problem->status != E_AUTH) {
		if (in->answered)
			l->rest = *in->problem;
		*ret_changed = link_postpone(l, in);
		return LINK_DO_NOTHING;
	}
	if (l->refused)
		return LINK_DO_NOTHING;
	if (!l->ending && (link_is_open(l) || l->dialling)) {
		l->ending = true;
		action = LINK_DO_HANG_UP;
	}
	link_give_up(l, in);
	*ret_changed = true;
	return action;
}

static enum link_action link_retry_now(struct link *l)
{
	if (l->refused) {
		l->refused = false;
		l->forgiven = false;
		l->blocked = false;
		l->failures = 0;
		l->backoff.attempt = 0;
		l->starting = true;
		return l->ending ? LINK_DO_NOTHING : LINK_DO_DIAL;
	}
	return link_is_waiting(l) ? LINK_DO_DIAL : LINK_DO_NOTHING;
}

/* --- time ------------------------------------------------------------------------------ */

/* Stopped (the monotonic clock ran on) or asleep (only the wall clock did): a connection that looks
 * silent is not dead for that, nor alive because it was. */
static void link_notice_sleep(struct link *l, const struct link_input *in)
{
	int64_t ran, slept;

	if (l->seen_mono_ms != TIME_NONE && link_is_open(l) && !l->held && !l->ending) {
		ran = in->mono_ms - l->seen_mono_ms;
		slept = in->wall_ms - l->seen_wall_ms - ran;
		if (ran > LINK_STOPPED_MS || slept > LINK_STOPPED_MS) {
			l->checking_since_mono_ms = in->mono_ms;
			l->quiet_since_mono_ms = in->mono_ms;
			l->ping_due_mono_ms = in->mono_ms;
		}
	}
	l->seen_mono_ms = in->mono_ms;
	l->seen_wall_ms = in->wall_ms;
}

static bool link_is_dead(const struct link *l, int64_t now)
{
	return now - l->quiet_since_mono_ms >= LINK_DEAD_MS ||
	       (link_is_checking(l) && now - l->checking_since_mono_ms >= LINK_CHECK_MS);
}

static enum link_action link_tick_open(struct link *l, int64_t now, bool *ret_changed)
{
	if (l->held || l->ending)
		return LINK_DO_NOTHING;
	/* Data counts as life for reading; a round trip nobody measured counts for nothing. */
	if (l->report.rtt_ms >= 0 && now - l->ponged_mono_ms >= LINK_DEAD_MS) {
		l->report.rtt_ms = -1;
		*ret_changed = true;
	}
	if (link_is_dead(l, now)) {
		l->ending = true;
		return LINK_DO_HANG_UP;
	}
	if (now < l->ping_due_mono_ms)
		return LINK_DO_NOTHING;
	l->ping_due_mono_ms = now + LINK_PING_MS;
	return LINK_DO_PING;
}

static enum link_action link_tick(struct link *l, const struct link_input *in, bool *ret_changed)
{
	if (link_is_open(l))
		return link_tick_open(l, in->mono_ms, ret_changed);
	if (l->refused || l->dialling || l->ending)
		return LINK_DO_NOTHING;
	return in->mono_ms >= l->report.next_try_mono_ms ? LINK_DO_DIAL : LINK_DO_NOTHING;
}

/* --- all together ------------------------------------------------------------------------ */

static enum link_action link_take(struct link *l, const struct link_input *in, bool *ret_changed)
{
	switch (in->event) {
	case LINK_EV_DIAL:
		*ret_changed = link_dial(l);
		break;
	case LINK_EV_OPEN:
		*ret_changed = link_open(l, in);
		break;
	case LINK_EV_RX:
		*ret_changed = link_rx(l, in);
		break;
	case LINK_EV_HELD:
		link_hold(l, in);
		break;
	case LINK_EV_RELEASED:
		link_release(l, in);
		break;
	case LINK_EV_LOST:
		*ret_changed = link_lose(l, in);
		break;
	case LINK_EV_AGAIN:
		*ret_changed = link_again(l, in);
		break;
	case LINK_EV_REFUSED:
		*ret_changed = link_refuse(l, in);
		break;
	case LINK_EV_REST:
		return link_rest(l, in, ret_changed);
	case LINK_EV_RETRY_NOW:
		return link_retry_now(l);
	case LINK_EV_TICK:
		return link_tick(l, in, ret_changed);
	}
	return LINK_DO_NOTHING;
}

enum link_action link_step(struct link *l, const struct link_input *in, bool *ret_changed)
{
	enum link_action action;
	bool changed = false;

	*ret_changed = false;
	if (l->report.state == LINK_OFF)
		return LINK_DO_NOTHING;
	link_notice_sleep(l, in);
	action = link_take(l, in, &changed);
	changed = link_judge(l, in) || changed ||
		  (l->untold && in->mono_ms - l->told_mono_ms >= LINK_TELL_MS);
	if (changed) {
		l->told_mono_ms = in->mono_ms;
		l->untold = false;
	}
	*ret_changed = changed;
	return action;
}

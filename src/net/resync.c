#include "net/resync.h"

#include "base/strbuf.h"

/* A time that never comes; later than all others. */
#define NEVER INT64_MAX

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void resync_init(struct resync *r, const struct resync_setup *setup, int64_t now)
{
	*r = (struct resync){.at = setup->position,
			     .wanted = true,
			     .sweep_due = now + RESYNC_SWEEP_MS,
			     .poll_due = now,
			     .poll_every = RESYNC_POLL_MIN_MS,
			     .not_before = now,
			     .rate_until = now,
			     .answered = now,
			     .told = now,
			     .pace = {.since = now, .last = now, .until = TIME_NONE}};
	rng_seed(&r->rng, setup->seed);
	(void)str_copy(r->key, sizeof(r->key), setup->key);
	for (int i = 0; i < STREAM_COUNT; i++)
		r->streams[i] = (struct resync_stream){.keyed = setup->has_key[i],
						       .state = LINK_CONNECTING,
						       .away_since = now};
}

/* --- what the feed is told ------------------------------------------------------------------- */

static void word_set(struct resync *r, const struct problem *p, int64_t floor_ms)
{
	bool same =
		r->word_known && r->word.status == p->status && strcmp(r->word.what, p->what) == 0;

	r->word = *p;
	r->word_floor = floor_ms;
	if (!same || floor_ms > 0)
		r->word_new = true;
	r->word_known = true;
}

static const struct problem fine = {.status = S_OK};

static bool anything_away(const struct resync *r)
{
	for (int i = 0; i < STREAM_COUNT; i++)
		if (r->streams[i].keyed && r->streams[i].away_since != TIME_NONE)
			return true;
	return false;
}

static int64_t tell_due(const struct resync *r)
{
	/* A refused key is told once: what was said again would stop a stream that just opens. */
	if (!r->word_known || r->stopped || !anything_away(r))
		return NEVER;
	return r->told + RESYNC_TELL_MS;
}

static bool tell(struct resync *r, int64_t now, struct resync_step *ret)
{
	if (!r->word_new && now < tell_due(r))
		return false;
	ret->what = RESYNC_TELL;
	ret->problem = r->word;
	ret->floor_ms = r->word_new ? r->word_floor : 0;
	r->word_new = false;
	r->told = now;
	return true;
}

/* --- pace --------------------------------------------------------------------------------------
 */

static void pace_count(struct resync_pace *p, int64_t now)
{
	if (now - p->last > RESYNC_SWEEP_MS) {
		p->since = now;
		p->count = 0;
	}
	p->count++;
	p->last = now;
}

/* Four fifths of what the server let through, counted from the last refusal to the time it asks to
 * wait for; no slower than a request in that wait, for it may have been us who asked for little.
 * Where it let nothing through, nothing was measured. */
static void pace_slow(struct resync_pace *p, int64_t now, int64_t wait)
{
	if (p->count > 1)
		p->gap = sooner((now + wait - p->since) * 5 / (4 * (int64_t)p->count), wait);
	p->gap = sooner(p->gap, 10000);
	p->until = now + wait + RESYNC_PACED_MS;
	p->since = now + wait;
	p->last = p->since;
	p->count = 0;
}

static int64_t fetch_due(const struct resync *r, int64_t now)
{
	int64_t due = r->not_before;

	if (r->pace.until != TIME_NONE && now < r->pace.until)
		due = later(due, r->pace.last + r->pace.gap);
	return due;
}

/* --- when to walk --------------------------------------------------------------------------------
 */

/* While something is away. */
static int64_t poll_from(const struct resync *r)
{
	int64_t from = NEVER;

	for (int i = 0; i < STREAM_COUNT; i++)
		if (r->streams[i].keyed && r->streams[i].away_since != TIME_NONE)
			from = sooner(from, r->streams[i].away_since + RESYNC_AWAY_MS);
	return later(from, r->poll_due);
}

static int64_t walk_due(const struct resync *r, int64_t now, enum sync_purpose *ret)
{
	int64_t due;

	*ret = SYNC_CATCH_UP;
	if (r->stopped)
		return NEVER;
	if (r->wanted) {
		due = now;
	} else if (anything_away(r)) {
		*ret = SYNC_POLL;
		due = poll_from(r);
	} else {
		*ret = SYNC_SWEEP;
		due = r->sweep_due;
	}
	return later(due, fetch_due(r, now));
}

/* A way from what is proven to the newest: the first that is not known to be closed. */
static void plan_way(const struct resync *r, struct walk_plan *plan)
{
	plan->start = r->at.overlap;
	if (!r->overlap_refused && !r->verified_missing)
		return;
	/* Retention has cut the overlap: what it left of that is at the end of the list. */
	if (r->overlap_refused && !r->verified_refused && !r->too_long) {
		plan->down = true;
		plan->may_go_up = !r->descending;
		return;
	}
	if (!r->verified_refused) {
		plan->start = r->at.verified;
		return;
	}
	if (!r->overlap_refused) {
		plan->trust_start = true;
		return;
	}
	plan->purpose = SYNC_RESCUE;
	plan->start = r->at.verified;
	plan->down = true;
}

static void walk_start_now(struct resync *r, int64_t now, enum sync_purpose purpose)
{
	struct walk_plan plan = {.purpose = purpose,
				 .number = ++r->walks,
				 .now_mono_ms = now,
				 .down = r->descending,
				 .start = "",
				 .verified = r->at.verified};

	if (r->at.verified[0] != '\0') {
		plan_way(r, &plan);
	} else {
		plan.purpose = SYNC_START;
		plan.start = r->at.overlap;
		plan.down = true;
	}
	r->wanted = false;
	walk_begin(&r->walk, &plan);
}

void resync_next(struct resync *r, int64_t now, struct resync_step *ret)
{
	struct walk *w = &r->walk;
	enum sync_purpose purpose;
	int64_t due = NEVER;

	*ret = (struct resync_step){.what = RESYNC_WAIT};
	if (tell(r, now, ret))
		return;
	if (w->phase == WALK_NONE) {
		due = walk_due(r, now, &purpose);
		if (due <= now)
			walk_start_now(r, now, purpose);
	}
	if (w->phase == WALK_POST || w->phase == WALK_CLOSE) {
		ret->what = RESYNC_POST;
		ret->empty = w->empty;
		ret->mark = w->mark;
		return;
	}
	if (w->phase == WALK_PROBE ||
	    (w->phase == WALK_FETCH && w->posted - w->receipted < WALK_UNRECEIPTED)) {
		due = fetch_due(r, now);
		if (due <= now) {
			ret->what = RESYNC_FETCH;
			ret->query = walk_query(w);
			ret->probe = w->phase == WALK_PROBE;
			pace_count(&r->pace, now);
			return;
		}
	}
	due = sooner(due, tell_due(r));
	ret->until = due == NEVER ? TIME_NONE : due;
}

/* --- the end of a walk ---------------------------------------------------------------------------
 */

static void wait_for_walk(struct resync *r, int64_t now)
{
	r->not_before = later(r->not_before, now + backoff_next(&r->walk_backoff, &r->rng, 0));
}

static void walk_done(struct resync *r, int64_t now)
{
	const struct walk *w = &r->walk;
	int64_t sweep = now + rng_between(&r->rng, RESYNC_SWEEP_MS * 9 / 10, RESYNC_SWEEP_MS);

	r->walk_backoff.attempt = 0;
	r->poll_every =
		w->fresh > 0 ? RESYNC_POLL_MIN_MS : sooner(r->poll_every * 2, RESYNC_POLL_MAX_MS);
	r->poll_due = now + r->poll_every;
	r->sweep_due = w->purpose == SYNC_CATCH_UP ? sooner(r->sweep_due, sweep) : sweep;
	/* What came while it went down is looked after soon. */
	if (w->down && w->fresh > 0) {
		r->wanted = true;
		r->not_before = later(r->not_before, now + RESYNC_SETTLE_MS);
	}
	/* The server knows the event, but not as a cursor to go up from. */
	if (w->purpose == SYNC_RESCUE && w->met)
		r->descending = true;
}

/* Without proof: the same again, after a while. */
static void walk_failed(struct resync *r, int64_t now)
{
	r->poll_due = now;
	r->sweep_due = now;
	if (r->walk.purpose != SYNC_SWEEP && r->walk.purpose != SYNC_POLL)
		r->wanted = true;
}

static void abandon(struct resync *r, int64_t now)
{
	walk_abandon(&r->walk);
	if (r->walk.phase == WALK_NONE)
		walk_failed(r, now);
}

static void walk_over(struct resync *r, int64_t now)
{
	const struct walk *w = &r->walk;

	if (w->mark.proven || w->mark.lost) {
		walk_done(r, now);
		return;
	}
	if (w->missing)
		r->verified_missing = true;
	if (w->bounded)
		r->too_long = true;
	if (!w->abandoned) /* else who abandoned it has said how long to wait */
		wait_for_walk(r, now);
	walk_failed(r, now);
}

/* --- answers -------------------------------------------------------------------------------------
 */

static void refuse_key(struct resync *r, int64_t now, const struct problem *why)
{
	struct problem p;

	(void)problem_set(&p, E_AUTH, "check the API key, then refresh", "%s was refused: %.160s",
			  r->key, why->what);
	word_set(r, &p, 0);
	r->stopped = true;
	abandon(r, now);
}

/* Transient: the same request again, later. */
static void retry_later(struct resync *r, int64_t now, const struct resync_answer *a)
{
	bool rate = a->status == E_RATE;
	int64_t floor = a->fault->retry_after_ms;
	int64_t wait;

	floor = rate && floor > 0 ? sooner(floor, BACKOFF_FLOOR_MAX_MS) : 0;
	wait = backoff_next(&r->backoff, &r->rng, floor);
	r->not_before = now + wait;
	if (rate) {
		r->rate_until = r->not_before;
		pace_slow(&r->pace, now, wait);
	}
	word_set(r, a->problem, floor);
}

/* The server does not know the id this page was to begin from. */
static void cursor_unknown(struct resync *r, int64_t now)
{
	struct walk *w = &r->walk;

	word_set(r, &fine, 0);
	if (w->phase == WALK_FETCH && w->down) {
		walk_cut(w);
		return;
	}
	if (w->phase == WALK_FETCH && w->pages == 0) {
		if (strcmp(w->start, r->at.overlap) == 0)
			r->overlap_refused = true;
		if (strcmp(w->start, r->at.verified) == 0)
			r->verified_refused = true;
	} else {
		wait_for_walk(r, now); /* it knew it a moment ago */
	}
	abandon(r, now);
	/* Another way at once, whoever asked for the walk. */
	r->wanted = true;
}

static bool is_about_cursor(const struct resync *r, const struct resync_answer *a)
{
	struct walk_query q = walk_query(&r->walk);
	int http = a->fault->http_status;

	return (http == 400 || http == 404 || http == 410) &&
	       (q.starting_after[0] != '\0' || q.ending_before[0] != '\0');
}

static void take_failure(struct resync *r, int64_t now, const struct resync_answer *a)
{
	int http = a->fault->http_status;

	if (http == 401 || http == 403 || a->status == E_AUTH)
		refuse_key(r, now, a->problem);
	else if (is_about_cursor(r, a))
		cursor_unknown(r, now);
	else
		retry_later(r, now, a);
}

static void take_page(struct resync *r, int64_t now, const struct walk_page *page)
{
	struct problem why;
	bool probe = !r->probed && !r->descending;

	if (r->walk.phase == WALK_PROBE) {
		r->probed = walk_take_probe(&r->walk, page);
		/* Once may be an event that became visible between the two answers. */
		r->descending = !r->probed && ++r->misses == RESYNC_MISSES;
	} else if (walk_take_page(&r->walk, page, probe, &why) != S_OK) {
		word_set(r, &why, 0);
		wait_for_walk(r, now);
		abandon(r, now);
		return;
	}
	word_set(r, &fine, 0);
}

void resync_fetched(struct resync *r, int64_t now, const struct resync_answer *answer)
{
	r->answered = now;
	if (answer->status != S_OK) {
		take_failure(r, now, answer);
		return;
	}
	r->backoff.attempt = 0;
	take_page(r, now, &answer->page);
}

void resync_posted(struct resync *r)
{
	walk_posted(&r->walk);
}

/* --- what else happens
 * ----------------------------------------------------------------------------- */

static bool state_open(enum link_state s)
{
	return s == LINK_LIVE || s == LINK_LAGGING || s == LINK_STALE;
}

static bool state_live(enum link_state s)
{
	return s == LINK_LIVE || s == LINK_LAGGING;
}

static void stream_opened(struct resync *r, int64_t now)
{
	r->stopped = false;
	r->wanted = true;
	r->sweep_due = now + RESYNC_SETTLE_MS;
	r->not_before = r->rate_until; /* what kept the stream away kept REST away */
}

void resync_link(struct resync *r, int64_t now, const struct link_report *report)
{
	struct resync_stream *s = &r->streams[report->stream];
	bool opened = !state_open(s->state) && state_open(report->state);

	/* A dial failed, and a refused upgrade does not say why: REST may. */
	if (report->attempt > s->attempt && report->attempt > 1) {
		r->poll_due = sooner(r->poll_due, later(now, r->answered + RESYNC_AWAY_MS));
		r->poll_every = RESYNC_POLL_MIN_MS;
	}
	s->state = report->state;
	s->attempt = report->attempt;
	if (state_live(s->state)) {
		s->away_since = TIME_NONE;
	} else if (s->away_since == TIME_NONE) {
		s->away_since = now;
		r->poll_every = RESYNC_POLL_MIN_MS;
		r->poll_due = sooner(r->poll_due, now + RESYNC_AWAY_MS);
	}
	if (opened)
		stream_opened(r, now);
}

void resync_gap(struct resync *r, int64_t now)
{
	r->wanted = true;
	r->sweep_due = now;
}

static bool position_same(const struct sync_position *a, const struct sync_position *b)
{
	return strcmp(a->verified, b->verified) == 0 && strcmp(a->overlap, b->overlap) == 0;
}

void resync_receipt(struct resync *r, int64_t now, const struct sync_receipt *receipt)
{
	struct walk *w = &r->walk;

	if (w->phase == WALK_NONE || receipt->walk != w->number)
		return;
	if (!position_same(&r->at, &receipt->position)) {
		r->at = receipt->position;
		r->overlap_refused = r->verified_refused = r->verified_missing = false;
		r->too_long = false;
	}
	if (walk_take_receipt(w, receipt))
		walk_over(r, now);
}

void resync_ask(struct resync *r, int64_t now)
{
	r->stopped = false;
	r->wanted = true;
	r->word_known = false; /* what comes of it is told, also when it is the same again */
	r->not_before = later(now, r->rate_until);
}

/*
 * Streams, walks and crashes, by seed, without any I/O: a model server, a model stream, a model
 * archive, and the real planner between them. However a schedule goes, the verified cursor never
 * claims what is not on disk, and in the end everything the server has is there.
 *
 *	test_net_merge [SEED]     PEPAYTOP_MERGE_SEEDS=100000 PEPAYTOP_MERGE_SEED=7
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "net/resync.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVENTS_MAX 6000
#define INBOX_MAX  24 /* pages and stream events that are not committed */
#define STEPS      1500
#define NO_SEED    UINT64_MAX

/* An event by its place in the server's order. */
struct happening {
	char id[12];
	int shown_from; /* how many must have happened for it to be listed */
	bool late;      /* it was invisible once while a newer one was not */
	bool on_disk;
	bool excused; /* became visible before the overlap of a walk that began later */
};

/* What waits to be committed. */
struct item {
	bool page;
	struct sync_mark mark;
	int places[WALK_PAGE];
	size_t count;
};

struct knobs {
	int page_cap;      /* events the server gives at most */
	bool newest_pages; /* ending_before gives the newest page, not the next */
	int late_chance, late_most;
	int retention; /* events it keeps; 0 all */
	int burst;     /* events that happen at once, at most */
	int fail_chance, stream_skips;
	bool tells_reached;
	int crash_chance;
};

struct world {
	uint64_t seed;
	struct rng rng;
	struct knobs k;
	int64_t now;
	/* server */
	struct happening *events;
	int happened, cut;
	bool calm;
	/* stream */
	bool live;
	unsigned attempt;
	/* archive */
	struct item inbox[INBOX_MAX];
	size_t inbox_count;
	struct sync_receipt receipts[INBOX_MAX];
	size_t receipt_count;
	int verified, begins, checked; /* places; -1 none */
	int walk_oldest;
	uint64_t walk_of_oldest;
	/* planner */
	struct resync plan;
	struct item held; /* fetched, to be posted */
	uint64_t walk_seen;
	int64_t refused_at; /* when a request last failed, or TIME_NONE */
	/* counted */
	uint64_t steps, requests, commits, crashes, excused, lost, walks;
};

#define CHECK(w, condition, ...)                                                               \
	do {                                                                                   \
		if (!(condition)) {                                                            \
			print_message("seed %llu, step %llu: ", (unsigned long long)(w)->seed, \
				      (unsigned long long)(w)->steps);                         \
			print_message(__VA_ARGS__);                                            \
			print_message("\nagain: PEPAYTOP_MERGE_SEED=%llu test_net_merge\n",    \
				      (unsigned long long)(w)->seed);                          \
			fail();                                                                \
		}                                                                              \
	} while (0)

/* Replaying one seed tells what happened. */
static uint64_t only_seed = NO_SEED;
#define TRACE(w, ...)                                                                 \
	do {                                                                          \
		if (only_seed != NO_SEED) {                                           \
			print_message("%6llu %8lld ", (unsigned long long)(w)->steps, \
				      (long long)(w)->now);                           \
			print_message(__VA_ARGS__);                                   \
		}                                                                     \
	} while (0)

static int roll(struct world *w, int most)
{
	return (int)rng_below(&w->rng, (uint64_t)most);
}

static bool chance(struct world *w, int percent)
{
	return rng_chance(&w->rng, (unsigned)percent);
}

/* --- the server ------------------------------------------------------------------------ */

static bool listed(const struct world *w, int place)
{
	return place >= w->cut && place < w->happened &&
	       (w->calm || w->happened >= w->events[place].shown_from);
}

static void happen(struct world *w, int count)
{
	while (count-- > 0 && w->happened < EVENTS_MAX) {
		struct happening *e = &w->events[w->happened];

		(void)str_printf(e->id, sizeof(e->id), "evt_%d", w->happened);
		e->shown_from = 0;
		if (chance(w, w->k.late_chance)) {
			e->late = true;
			e->shown_from = w->happened + 2 + roll(w, w->k.late_most);
		}
		w->happened++;
	}
	if (w->k.retention > 0 && w->happened - w->k.retention > w->cut)
		w->cut = w->happened - w->k.retention;
}

/* -1: the server does not know it. */
static int place_of(const struct world *w, const char *id)
{
	int place = (int)strtol(id + 4, NULL, 10);

	return listed(w, place) ? place : -1;
}

static void list_down(const struct world *w, int below, size_t limit, struct item *ret,
		      bool *ret_more)
{
	int at = below - 1;

	ret->count = 0;
	for (; at >= w->cut && ret->count < limit; at--)
		if (listed(w, at))
			ret->places[ret->count++] = at;
	while (at >= w->cut && !listed(w, at))
		at--;
	*ret_more = at >= w->cut;
}

static void list_up(const struct world *w, int above, size_t limit, struct item *ret,
		    bool *ret_more)
{
	int at = above + 1;

	ret->count = 0;
	for (; at < w->happened && ret->count < limit; at++)
		if (listed(w, at))
			ret->places[ret->count++] = at;
	while (at < w->happened && !listed(w, at))
		at++;
	*ret_more = at < w->happened;
	for (size_t i = 0; i < ret->count / 2; i++) {
		int swap = ret->places[i];

		ret->places[i] = ret->places[ret->count - 1 - i];
		ret->places[ret->count - 1 - i] = swap;
	}
}

/* Down, but nothing at or before `above`. */
static void list_newest(const struct world *w, int above, size_t limit, struct item *ret,
			bool *ret_more)
{
	size_t keep = 0;

	list_down(w, w->happened, limit, ret, ret_more);
	while (keep < ret->count && ret->places[keep] > above)
		keep++;
	*ret_more = keep == ret->count && *ret_more;
	for (int at = keep > 0 ? ret->places[keep - 1] - 1 : above; *ret_more; at--) {
		if (at <= above)
			*ret_more = false;
		else if (listed(w, at))
			break;
	}
	ret->count = keep;
}

/* 0, or the HTTP status of a refusal. */
static int list(struct world *w, const struct walk_query *q, struct item *ret, bool *ret_more)
{
	static const int refusals[] = {400, 404, 410};
	bool up = q->ending_before[0] != '\0';
	const char *cursor = up ? q->ending_before : q->starting_after;
	size_t limit = (size_t)(q->limit < w->k.page_cap ? q->limit : w->k.page_cap);
	int place = cursor[0] != '\0' ? place_of(w, cursor) : w->happened;

	if (place < 0)
		return refusals[roll(w, 3)];
	if (!up)
		list_down(w, place, limit, ret, ret_more);
	else if (w->k.newest_pages)
		list_newest(w, place, limit, ret, ret_more);
	else
		list_up(w, place, limit, ret, ret_more);
	return 0;
}

/* --- the archive -------------------------------------------------------------------------- */

static void position(const struct world *w, struct sync_position *ret)
{
	int at = w->verified, back = 0;

	*ret = (struct sync_position){.verified = ""};
	if (at < 0)
		return;
	(void)str_copy(ret->verified, ID_CAP, w->events[at].id);
	for (int i = at; i >= 0 && back <= SYNC_OVERLAP; i--) {
		if (!w->events[i].on_disk)
			continue;
		at = i;
		back++;
	}
	(void)str_copy(ret->overlap, ID_CAP, w->events[at].id);
}

/* Everything back to where the history begins, but for what became visible late. */
static void check_claim(struct world *w)
{
	for (int i = w->checked < w->begins ? w->begins : w->checked; i <= w->verified; i++)
		CHECK(w, w->events[i].on_disk || w->events[i].late,
		      "verified is %d, but %d is not on disk (history begins at %d)", w->verified,
		      i, w->begins);
	w->checked = w->verified;
}

static void commit_mark(struct world *w, const struct item *item)
{
	const struct sync_mark *m = &item->mark;
	int before = w->verified;

	TRACE(w, "commit walk %llu purpose %d, %zu events, verified '%s'%s%s%s\n",
	      (unsigned long long)m->walk, m->purpose, item->count, m->verified,
	      m->last ? " last" : "", m->proven ? " proven" : "", m->lost ? " lost" : "");

	if (m->walk != w->walk_of_oldest)
		w->walk_oldest = EVENTS_MAX;
	w->walk_of_oldest = m->walk;
	if (item->count > 0 && item->places[item->count - 1] < w->walk_oldest)
		w->walk_oldest = item->places[item->count - 1];
	CHECK(w, m->last || !m->proven, "a walk is proven before it ends");
	CHECK(w, m->began_mono_ms > 0 && m->began_mono_ms <= w->now, "a walk without beginning");
	if (m->verified[0] == '\0')
		return;
	w->verified = (int)strtol(m->verified + 4, NULL, 10);
	if (before < 0 || m->lost) {
		w->begins = w->checked = w->walk_oldest;
		CHECK(w, !m->lost || m->purpose == SYNC_RESCUE, "lost by purpose %d", m->purpose);
	} else if (w->k.retention == 0) {
		CHECK(w, w->verified >= before, "verified went back from %d to %d", before,
		      w->verified);
	}
	if (m->lost) {
		w->lost++;
		CHECK(w, (int)strtol(m->lost_from + 4, NULL, 10) < w->cut,
		      "%s is given up, and the server still has it", m->lost_from);
	}
	check_claim(w);
}

static void commit_one(struct world *w)
{
	struct item *item = &w->inbox[0];
	struct sync_receipt rc = {.walk = item->mark.walk, .last = item->mark.last};

	if (w->inbox_count == 0 || w->receipt_count == INBOX_MAX)
		return;
	for (size_t i = 0; i < item->count; i++) {
		struct happening *e = &w->events[item->places[i]];

		rc.reached = rc.reached || (w->k.tells_reached && item->places[i] <= w->verified);
		rc.fresh += e->on_disk ? 0 : 1;
		rc.known += e->on_disk ? 1 : 0;
		e->on_disk = true;
	}
	if (item->page) {
		commit_mark(w, item);
		position(w, &rc.position);
		w->receipts[w->receipt_count++] = rc;
	}
	w->commits++;
	w->inbox_count--;
	memmove(w->inbox, w->inbox + 1, w->inbox_count * sizeof(*w->inbox));
}

static void deliver_receipt(struct world *w)
{
	if (w->receipt_count == 0)
		return;
	resync_receipt(&w->plan, w->now, &w->receipts[0]);
	w->receipt_count--;
	memmove(w->receipts, w->receipts + 1, w->receipt_count * sizeof(*w->receipts));
}

/* --- the stream ------------------------------------------------------------------------------ */

static void stream_say(struct world *w, int place)
{
	struct item *item = &w->inbox[w->inbox_count];

	if (w->inbox_count == INBOX_MAX || !listed(w, place))
		return;
	*item = (struct item){.count = 1};
	item->places[0] = place;
	w->inbox_count++;
}

/* Some of the newest: each perhaps skipped, twice, or out of order. */
static void stream_flow(struct world *w, int count)
{
	for (int i = 0; i < count && w->live; i++) {
		int place = w->happened - 1 - (chance(w, 20) ? roll(w, count + 3) : i);

		if (place >= 0 && !chance(w, w->k.stream_skips))
			stream_say(w, place);
	}
}

static void stream_turn(struct world *w, bool live)
{
	struct link_report report = {.stream = STREAM_MERCHANT, .state = LINK_LIVE};

	if (!live) {
		report.state = chance(w, 30) ? LINK_STALE : LINK_RECONNECTING;
		report.attempt = report.state == LINK_STALE ? 0 : ++w->attempt;
	} else {
		w->attempt = 0;
		w->refused_at = TIME_NONE;
	}
	w->live = live;
	resync_link(&w->plan, w->now, &report);
	if (live && chance(w, 10))
		resync_gap(&w->plan, w->now);
}

/* --- the planner, and what it asks for -------------------------------------------------------- */

static void boot(struct world *w)
{
	struct resync_setup setup = {.has_key = {true, false},
				     .key = "the merchant key ending in 1234",
				     .seed = rng_next(&w->rng)};

	position(w, &setup.position);
	w->inbox_count = w->receipt_count = 0;
	w->walk_of_oldest = 0;
	w->walk_seen = 0;
	w->refused_at = TIME_NONE;
	w->live = false;
	w->attempt = 0;
	resync_init(&w->plan, &setup, w->now);
}

/* What was visible late, and is behind the overlap of a walk that begins now, nobody looks for. */
static void excuse(struct world *w)
{
	int overlap =
		w->plan.at.verified[0] != '\0' ? (int)strtol(w->plan.at.overlap + 4, NULL, 10) : -1;

	for (int i = w->begins > w->cut ? w->begins : w->cut; i < overlap; i++) {
		struct happening *e = &w->events[i];

		if (e->late && !e->on_disk && !e->excused && listed(w, i)) {
			e->excused = true;
			w->excused++;
		}
	}
}

/* True when the page makes no sense now. */
static bool nonsense(struct world *w, const struct walk_query *q, struct item *item, bool *more)
{
	const char *cursor = q->ending_before[0] != '\0' ? q->ending_before : q->starting_after;

	switch (roll(w, 3)) {
	case 0:
		item->count = 0;
		*more = true;
		return true;
	case 1:
		if (cursor[0] == '\0' || item->count == 0)
			return false;
		item->places[item->count - 1] = (int)strtol(cursor + 4, NULL, 10);
		return true;
	default:
		return false; /* it behaves, this time */
	}
}

static void fail_somehow(struct world *w)
{
	static const struct {
		enum status status;
		int http;
		int64_t retry_after;
	} rows[] = {
		{E_NETWORK, 0, -1},  {E_TIMEOUT, 0, -1},      {E_NETWORK, 503, -1},
		{E_RATE, 429, -1},   {E_RATE, 429, 2000},     {E_RATE, 429, 1000000000000},
		{E_AUTH, 401, -1},   {E_PROTOCOL, 0, -1},     {E_RATE, 429, 0},
		{E_DENIED, 403, -1}, {E_NETWORK, 500, 60000},
	};
	size_t i = (size_t)roll(w, (int)(sizeof(rows) / sizeof(rows[0])));
	struct fault fault = {.http_status = rows[i].http, .retry_after_ms = rows[i].retry_after};
	struct problem problem = {.status = rows[i].status, .what = "it failed"};
	struct resync_answer a = {.status = rows[i].status, .fault = &fault, .problem = &problem};

	TRACE(w, "failure %d, http %d\n", rows[i].status, rows[i].http);
	resync_fetched(&w->plan, w->now, &a);
	w->refused_at = w->now;
}

static void answer(struct world *w, const struct resync_step *step)
{
	const char *ids[WALK_PAGE];
	struct item got = {.page = true};
	bool more = false, senseless = false;
	struct problem problem = {.status = E_INVALID, .what = "no such event"};
	struct fault fault = {.retry_after_ms = -1};
	struct resync_answer a = {.fault = &fault, .problem = &problem};

	fault.http_status = list(w, &step->query, &got, &more);
	TRACE(w, "%s up '%s' down '%s' of %d..%d: http %d, %zu from %d to %d%s\n",
	      step->probe ? "probe" : "fetch", step->query.ending_before,
	      step->query.starting_after, w->cut, w->happened, fault.http_status, got.count,
	      got.count > 0 ? got.places[0] : -1, got.count > 0 ? got.places[got.count - 1] : -1,
	      more ? ", more" : "");
	a.status = fault.http_status != 0 ? E_INVALID : S_OK;
	if (a.status == S_OK && !step->probe && chance(w, w->k.fail_chance / 3))
		senseless = nonsense(w, &step->query, &got, &more);
	for (size_t i = 0; i < got.count; i++)
		ids[i] = w->events[got.places[i]].id;
	a.page = (struct walk_page){.ids = ids, .count = got.count, .has_more = more};
	if (!step->probe)
		w->held = got;
	resync_fetched(&w->plan, w->now, &a);
	if (senseless)
		w->refused_at = w->now;
}

static void fetch(struct world *w, const struct resync_step *step)
{
	w->requests++;
	CHECK(w, w->refused_at == TIME_NONE || w->now >= w->refused_at + BACKOFF_BASE_MS / 2,
	      "a request %lld ms after a failure", (long long)(w->now - w->refused_at));
	w->refused_at = TIME_NONE;
	if (w->plan.walk.number != w->walk_seen) {
		w->walk_seen = w->plan.walk.number;
		w->walks++;
		excuse(w);
	}
	if (chance(w, w->k.fail_chance))
		fail_somehow(w);
	else
		answer(w, step);
}

static void post(struct world *w, const struct resync_step *step)
{
	struct item *item = &w->inbox[w->inbox_count];

	if (w->inbox_count == INBOX_MAX)
		return;
	*item = step->empty ? (struct item){.page = true} : w->held;
	item->mark = step->mark;
	w->inbox_count++;
	resync_posted(&w->plan);
	CHECK(w, w->plan.walk.posted - w->plan.walk.receipted <= WALK_UNRECEIPTED + 1,
	      "too many pages are not receipted");
}

/* How long the planner wants to wait; 0 when it did something. */
static int64_t plan_step(struct world *w)
{
	struct resync_step step;

	resync_next(&w->plan, w->now, &step);
	switch (step.what) {
	case RESYNC_WAIT:
		CHECK(w, step.until == TIME_NONE || step.until > w->now, "a wait for the past");
		return step.until == TIME_NONE ? INT64_MAX : step.until - w->now;
	case RESYNC_FETCH:
		fetch(w, &step);
		return 0;
	case RESYNC_POST:
		post(w, &step);
		return 0;
	default:
		return 0;
	}
}

/* --- schedules
 * ------------------------------------------------------------------------------------ */

static void shake(struct world *w)
{
	int count = 1 + roll(w, w->k.burst);

	w->steps++;
	switch (roll(w, 14)) {
	case 0:
	case 1:
		happen(w, count);
		stream_flow(w, count);
		break;
	case 2:
	case 3:
	case 4:
		commit_one(w);
		break;
	case 5:
	case 6:
	case 7:
		deliver_receipt(w);
		break;
	case 8:
		if (chance(w, 20))
			stream_turn(w, !w->live);
		break;
	case 9:
		w->now += chance(w, 10) ? 100000 : 1 + roll(w, 3000);
		break;
	case 10:
		if (chance(w, w->k.crash_chance)) {
			w->crashes++;
			boot(w);
		} else if (chance(w, 5)) {
			resync_ask(&w->plan, w->now);
			w->refused_at = TIME_NONE;
		}
		break;
	default:
		(void)plan_step(w);
		break;
	}
}

/* Nothing happens any more, nothing fails, the stream is live: a few minutes of that. */
static void calm_down(struct world *w)
{
	int64_t until;
	uint64_t requests;

	w->calm = true;
	w->k.fail_chance = 0;
	resync_ask(&w->plan, w->now);
	w->refused_at = TIME_NONE;
	stream_turn(w, true);
	until = w->now + 20 * 60000;
	requests = w->requests;
	while (w->now < until) {
		int64_t wait = plan_step(w);

		w->steps++;
		CHECK(w, w->requests - requests < 5000, "it does not come to rest");
		if (w->inbox_count > 0 || w->receipt_count > 0) {
			commit_one(w);
			deliver_receipt(w);
			continue;
		}
		if (wait > 0)
			w->now += wait < 10000 ? wait : 10000;
	}
}

static void check_whole(struct world *w)
{
	int from = w->begins > w->cut ? w->begins : w->cut;
	int newest = w->happened - 1;

	if (w->happened == 0)
		return;
	CHECK(w, w->verified == newest, "verified is %d, the newest is %d", w->verified, newest);
	for (int i = from; i < w->happened; i++)
		CHECK(w, w->events[i].on_disk || w->events[i].excused, "%d never came", i);
	CHECK(w, w->k.retention != 0 || w->lost == 0, "%llu stretches lost without retention",
	      (unsigned long long)w->lost);
}

static void pick_knobs(struct world *w)
{
	static const int caps[] = {4, 7, 30, 100, 100};
	static const int bursts[] = {1, 3, 10, 60};

	w->k = (struct knobs){.page_cap = caps[roll(w, 5)],
			      .newest_pages = chance(w, 25),
			      .late_chance = chance(w, 50) ? roll(w, 30) : 0,
			      .late_most = 1 + roll(w, 60),
			      .retention = chance(w, 40) ? 20 + roll(w, 400) : 0,
			      .burst = bursts[roll(w, 4)],
			      .fail_chance = chance(w, 60) ? roll(w, 40) : 0,
			      .stream_skips = chance(w, 50) ? roll(w, 100) : 0,
			      .tells_reached = chance(w, 70),
			      .crash_chance = chance(w, 70) ? roll(w, 20) : 0};
}

struct totals {
	uint64_t seeds, steps, requests, commits, crashes, excused, lost, walks;
};

static void run_seed(uint64_t seed, struct totals *t)
{
	struct world w = {.seed = seed, .now = 1000, .verified = -1, .checked = -1};

	rng_seed(&w.rng, seed);
	w.events = calloc(EVENTS_MAX, sizeof(*w.events));
	assert_non_null(w.events);
	pick_knobs(&w);
	TRACE(&w, "page %d, newest_pages %d, late %d%% %d, keeps %d, burst %d, reached %d\n",
	      w.k.page_cap, w.k.newest_pages, w.k.late_chance, w.k.late_most, w.k.retention,
	      w.k.burst, w.k.tells_reached);
	happen(&w, roll(&w, 10) == 0 ? 0 : roll(&w, 1500));
	boot(&w);
	for (int i = 0; i < STEPS; i++)
		shake(&w);
	calm_down(&w);
	check_whole(&w);
	free(w.events);
	t->seeds++;
	t->steps += w.steps;
	t->requests += w.requests;
	t->commits += w.commits;
	t->crashes += w.crashes;
	t->excused += w.excused;
	t->lost += w.lost;
	t->walks += w.walks;
}

static uint64_t number(const char *text, uint64_t otherwise)
{
	return text != NULL && text[0] != '\0' ? strtoull(text, NULL, 10) : otherwise;
}

static void test_merge_loses_nothing_whatever_the_schedule(void **state)
{
	uint64_t seeds = number(getenv("PEPAYTOP_MERGE_SEEDS"), 1500);
	uint64_t first = 1;
	struct totals t = {.seeds = 0};

	(void)state;
	if (only_seed != NO_SEED) {
		first = only_seed;
		seeds = 1;
	}
	for (uint64_t s = first; s < first + seeds; s++)
		run_seed(s, &t);
	print_message("%llu seeds, %llu steps: %llu walks, %llu requests, %llu commits, "
		      "%llu crashes, %llu stretches lost, %llu events too late\n",
		      (unsigned long long)t.seeds, (unsigned long long)t.steps,
		      (unsigned long long)t.walks, (unsigned long long)t.requests,
		      (unsigned long long)t.commits, (unsigned long long)t.crashes,
		      (unsigned long long)t.lost, (unsigned long long)t.excused);
	if (only_seed != NO_SEED)
		return;
	assert_true(t.lost > 0 && t.crashes > 0); /* else nothing was tried */
	assert_true(t.excused < t.commits / 100);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_merge_loses_nothing_whatever_the_schedule),
	};

	only_seed = number(argc > 1 ? argv[1] : getenv("PEPAYTOP_MERGE_SEED"), NO_SEED);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

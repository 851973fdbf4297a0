#include "unit/archive_thread_kit.h"

#include "archive/player.h"

#define STORY_MAX 512

/* What the store is fed, one line an event or an answer. */
struct story {
	struct line {
		char id[ID_CAP];
		enum msg_kind kind;
		enum event_source source;
		int64_t at_ms;
	} lines[STORY_MAX];
	size_t count;
};

static void story_line(struct story *s, const char *id, enum msg_kind kind,
		       enum event_source source, int64_t at_ms)
{
	struct line *l = &s->lines[s->count++];

	assert_true(s->count < STORY_MAX);
	*l = (struct line){.kind = kind, .source = source, .at_ms = at_ms};
	(void)str_copy(l->id, sizeof(l->id), id);
}

static void story_tell(struct story *s, const struct msg *m, int64_t at_ms)
{
	if (m->kind == MSG_EVENTS && m->as.events.source != SOURCE_HISTORY)
		for (size_t i = 0; i < m->as.events.count; i++)
			story_line(s, m->as.events.items[i].id, MSG_EVENTS, m->as.events.source,
				   at_ms);
	if (m->kind == MSG_PAGE)
		for (size_t i = 0; i < m->as.page.page.count; i++)
			story_line(s, object_id(&m->as.page.page.items[i]), MSG_PAGE, SOURCE_REST,
				   at_ms);
}

static struct msg *answer_of(const char *id, const char *status)
{
	struct msg *m = msg_new(MSG_PAGE);

	m->as.page.object = OBJECT_INVOICE;
	m->as.page.page.items = xcalloc(1, sizeof(struct object));
	m->as.page.page.items[0].kind = OBJECT_INVOICE;
	m->as.page.page.count = 1;
	(void)str_copy(m->as.page.page.items[0].as.invoice.id, ID_CAP, id);
	(void)str_copy(m->as.page.page.items[0].as.invoice.status, STATUS_CAP, status);
	return m;
}

/* Everything comes through the archive, as in life, and is told as it comes out. */
static void story_live(struct desk *d, struct story *s, struct msg *posted)
{
	enum msg_kind kind = posted->kind;
	struct msg *m;

	desk_post(d, posted);
	for (;;) {
		bool same;

		m = told(d->out, kind);
		same = kind != MSG_EVENTS || m->as.events.source != SOURCE_HISTORY;
		story_tell(s, m, atomic_load(&d->time.wall_ms));
		msg_free(m);
		if (same)
			break;
	}
	desk_pass_time(d, 1000);
}

static void story_record(struct desk *d, struct story *s)
{
	desk_init(d);
	desk_start(d);
	story_live(d, s, proving(d, page_of(SYNC_START, 1, 0, 9), 9));
	story_live(d, s, answer_of("inv-a", "unpaid"));
	story_live(d, s, batch_of(SOURCE_STREAM, 10, 14));
	story_live(d, s, batch_of(SOURCE_REPLAY, 12, 17)); /* 12 to 14 once more */
	story_live(d, s, page_of(SYNC_POLL, 2, 15, 19));
	story_live(d, s, answer_of("inv-a", "paid"));
	story_live(d, s, answer_of("inv-b", "paid"));
	for (int64_t n = 20; n < 40; n++)
		story_live(d, s, batch_of(SOURCE_STREAM, n, n));
	story_live(d, s, batch_of(SOURCE_STREAM, 5000, 5000));
	story_live(d, s, batch_of(SOURCE_STREAM, 4000, 4000)); /* late */
	desk_stop(d);
}

static struct player *play(struct desk *d, int64_t from_ms, size_t window)
{
	struct player_options opt = {.path = d->kit.path,
				     .world = d->options.world,
				     .from_ms = from_ms,
				     .window = window,
				     .clock = d->options.clock};
	struct problem why = {.status = S_OK};
	struct player *p;

	if (player_open(&opt, &p, &why) != S_OK)
		fail_msg("player_open: %s", why.what);
	return p;
}

static void story_play(struct player *p, struct story *s, int64_t until_ms)
{
	struct msg *m;
	int64_t at_ms, last_ms = INT64_MIN;

	while ((m = player_take(p, until_ms, &at_ms)) != NULL) {
		if (m->kind == MSG_EVENTS || m->kind == MSG_PAGE) {
			assert_true(at_ms <= until_ms);
			assert_true(at_ms >= last_ms);
			last_ms = at_ms;
		}
		story_tell(s, m, at_ms);
		msg_free(m);
	}
}

static void assert_same_lines(const struct line *a, const struct line *b, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(a[i].id, b[i].id);
		assert_int_equal(a[i].kind, b[i].kind);
		assert_int_equal(a[i].source, b[i].source);
		assert_int_equal(a[i].at_ms, b[i].at_ms);
	}
}

static void test_player_tells_what_the_live_pipe_told(void **state)
{
	static struct story live, again;
	struct desk d;
	struct player *p;

	(void)state;
	live.count = again.count = 0;
	story_record(&d, &live);
	p = play(&d, TIME_NONE, 0);
	story_play(p, &again, WHEN_MAX_MS);
	assert_int_equal(again.count, live.count);
	assert_int_equal(live.count, 45);
	assert_same_lines(live.lines, again.lines, live.count);
	assert_int_equal(player_next_ms(p), TIME_NONE);
	player_close(p);
	desk_release(&d);
}

static void test_player_tells_nothing_before_it_is_due(void **state)
{
	static struct story live, again;
	struct desk d;
	struct player *p;
	int64_t first, last, at_ms;
	struct msg *m;

	(void)state;
	live.count = again.count = 0;
	story_record(&d, &live);
	p = play(&d, TIME_NONE, 0);
	player_span(p, &first, &last);
	assert_int_equal(first, live.lines[0].at_ms);
	assert_int_equal(last, live.lines[live.count - 1].at_ms);
	m = player_take(p, first - 1, &at_ms);
	assert_int_equal(m->kind, MSG_HISTORY);
	assert_int_equal(m->as.history.mode, HISTORY_REPLAY);
	msg_free(m);
	for (int64_t now = first - 1000; now <= last; now += 500) {
		size_t due = 0;

		story_play(p, &again, now);
		while (due < live.count && live.lines[due].at_ms <= now)
			due++;
		assert_int_equal(again.count, due);
	}
	assert_same_lines(live.lines, again.lines, live.count);
	player_close(p);
	desk_release(&d);
}

static void test_player_begins_in_the_middle_with_what_came_before(void **state)
{
	static struct story live, again;
	struct desk d;
	struct player *p;
	size_t middle = 30, before;

	(void)state;
	live.count = 0;
	story_record(&d, &live);
	for (size_t window = 0; window <= 100; window += 10) {
		again.count = 0;
		p = play(&d, live.lines[middle].at_ms, window);
		story_play(p, &again, live.lines[middle].at_ms - 1);
		before = again.count;
		assert_true(before <= 2 * window);
		assert_true(window == 0 || before >= (window < middle ? window : middle));
		story_play(p, &again, WHEN_MAX_MS);
		assert_int_equal(again.count - before, live.count - middle);
		assert_same_lines(&live.lines[middle], &again.lines[before], live.count - middle);
		if (window == 100)
			assert_same_lines(live.lines, again.lines, live.count);
		player_close(p);
	}
	desk_release(&d);
}

static void test_player_answers_as_of_the_moment_that_is_played(void **state)
{
	static struct story live, again;
	struct desk d;
	struct player *p;
	struct request whole = {.kind = REQUEST_EVENT, .serial = 9};
	struct request older = {.kind = REQUEST_OLDER, .serial = 8, .limit = 4};
	struct request wrong = {.kind = REQUEST_LIST};
	struct request find = {.kind = REQUEST_FIND, .serial = 7};
	struct request story = {.kind = REQUEST_DOSSIER,
				.object = OBJECT_INVOICE,
				.target = "inv-3"};
	struct msg *m;

	(void)state;
	live.count = again.count = 0;
	story_record(&d, &live);
	kit_id(4000, find.target);
	p = play(&d, TIME_NONE, 0);
	story_play(p, &again, live.lines[live.count - 2].at_ms); /* 5000 has come, 4000 not yet */
	kit_id(20, whole.target);
	m = player_answer(p, &whole);
	assert_int_equal(m->kind, MSG_EVENT);
	assert_int_equal(m->as.event.serial, 9);
	assert_string_equal(m->as.event.event.id, whole.target);
	msg_free(m);
	kit_id(4000, whole.target);
	m = player_answer(p, &whole);
	assert_int_equal(m->kind, MSG_FAILED);
	assert_int_equal(m->as.failed.problem.status, E_NOT_FOUND);
	msg_free(m);
	kit_id(5000, older.cursor);
	m = player_answer(p, &older);
	assert_int_equal(m->kind, MSG_EVENTS);
	assert_int_equal(m->as.events.source, SOURCE_HISTORY);
	assert_int_equal(m->as.events.count, 3); /* 37 to 39: 4000 is not told */
	assert_true(said_id(&m->as.events.items[2], 39));
	msg_free(m);
	older.limit = 1; /* the one before has not come yet: the next is told */
	m = player_answer(p, &older);
	assert_int_equal(m->as.events.count, 1);
	assert_true(said_id(&m->as.events.items[0], 39));
	msg_free(m);
	kit_id(1, older.cursor);
	older.limit = 10;
	m = player_answer(p, &older);
	assert_int_equal(m->as.events.count, 1);
	assert_true(m->as.events.oldest);
	msg_free(m);
	(void)str_copy(older.cursor, ID_CAP, "nowhere");
	m = player_answer(p, &older);
	assert_int_equal(m->kind, MSG_FAILED);
	msg_free(m);
	m = player_answer(p, &wrong);
	assert_string_equal(m->as.failed.problem.what, "not asked: a recording has no server");
	msg_free(m);
	m = player_answer(p, &find);
	assert_int_equal(m->kind, MSG_FINDINGS);
	assert_int_equal(m->as.findings.serial, 7);
	assert_int_equal(m->as.findings.found.count, 0); /* it comes later */
	msg_free(m);
	kit_id(20, find.target);
	m = player_answer(p, &find);
	assert_int_equal(m->as.findings.found.count, 1);
	msg_free(m);
	m = player_answer(p, &story);
	assert_int_equal(m->kind, MSG_DOSSIER);
	assert_true(m->as.dossier.dossier.count > 0);
	for (size_t i = 0; i < m->as.dossier.dossier.count; i++)
		assert_false(said_id(&m->as.dossier.dossier.items[i].event, 4000));
	msg_free(m);
	player_close(p);
	desk_release(&d);
}

static void test_player_tells_incidents_when_they_began_and_ended(void **state)
{
	struct desk d;
	struct incident inc = {.kind = INCIDENT_DOWN,
			       .state = INCIDENT_REPAIRED,
			       .from_ms = KIT_NOW + 500,
			       .to_ms = KIT_NOW + 900,
			       .recovered = 3};
	struct player *p;
	int64_t at_ms;
	struct msg *m;

	(void)state;
	desk_init(&d);
	kit_open(&d.kit);
	kit_fill(&d.kit, 0, 0);
	kit_begin(&d.kit);
	assert_int_equal(history_put_incident(d.kit.h, &inc, NULL), S_OK);
	kit_commit(&d.kit);
	kit_close(&d.kit);
	p = play(&d, TIME_NONE, 0);
	msg_free(player_take(p, WHEN_MAX_MS, &at_ms));
	msg_free(player_take(p, WHEN_MAX_MS, &at_ms));
	assert_int_equal(player_next_ms(p), KIT_NOW + 500);
	assert_null(player_take(p, KIT_NOW + 499, &at_ms));
	m = player_take(p, KIT_NOW + 500, &at_ms);
	assert_int_equal(m->as.incident.state, INCIDENT_OPEN);
	assert_int_equal(m->as.incident.to_ms, TIME_NONE);
	msg_free(m);
	m = player_take(p, KIT_NOW + 900, &at_ms);
	assert_int_equal(m->as.incident.state, INCIDENT_REPAIRED);
	assert_int_equal(m->as.incident.recovered, 3);
	assert_int_equal(m->as.incident.serial, inc.serial);
	msg_free(m);
	player_close(p);
	desk_release(&d);
}

static void test_player_refuses_what_holds_nothing(void **state)
{
	struct desk d;
	struct player_options opt;
	struct player *p = NULL;
	struct problem why;

	(void)state;
	desk_init(&d);
	kit_open(&d.kit);
	kit_close(&d.kit);
	opt = (struct player_options){.path = d.kit.path,
				      .world = d.options.world,
				      .from_ms = TIME_NONE,
				      .clock = d.options.clock};
	assert_int_equal(player_open(&opt, &p, &why), E_NOT_FOUND);
	assert_true(why.what[0] != '\0');
	player_close(p);
	desk_release(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_player_tells_what_the_live_pipe_told),
		cmocka_unit_test(test_player_tells_nothing_before_it_is_due),
		cmocka_unit_test(test_player_begins_in_the_middle_with_what_came_before),
		cmocka_unit_test(test_player_answers_as_of_the_moment_that_is_played),
		cmocka_unit_test(test_player_tells_incidents_when_they_began_and_ended),
		cmocka_unit_test(test_player_refuses_what_holds_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

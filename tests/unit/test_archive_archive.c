#include "unit/archive_thread_kit.h"

#include <signal.h>
#include <sys/resource.h>
#include <sqlite3.h>

/* The file as another reader sees it. */
static struct history *look(struct desk *d)
{
	struct history *h;
	struct history_opening opening;
	struct problem why = {.status = S_OK};

	d->kit.options.read_only = true;
	if (history_open(&d->kit.options, &h, &opening, &why) != S_OK)
		fail_msg("history_open: %s", why.what);
	return h;
}

/* The next batch that is news. */
static struct msg *told_events(struct desk *d)
{
	for (;;) {
		struct msg *m = told(d->out, MSG_EVENTS);

		if (m->as.events.source != SOURCE_HISTORY)
			return m;
		msg_free(m);
	}
}

static struct msg *told_incident(struct desk *d, enum incident_kind kind, enum incident_state state)
{
	for (;;) {
		struct msg *m = told(d->out, MSG_INCIDENT);

		if (m->as.incident.kind == kind && m->as.incident.state == state)
			return m;
		msg_free(m);
	}
}

static struct history_report told_proof(struct desk *d, enum proof_state proof)
{
	for (;;) {
		struct msg *m = told(d->out, MSG_HISTORY);
		struct history_report r = m->as.history;

		msg_free(m);
		if (r.proof == proof)
			return r;
		desk_pass_time(d, 200);
	}
}

static void assert_events(const struct msg *m, int64_t first, int64_t last)
{
	assert_int_equal(m->as.events.count, last - first + 1);
	for (int64_t n = first; n <= last; n++)
		assert_true(said_id(&m->as.events.items[n - first], n));
}

static void expect_events(struct desk *d, int64_t first, int64_t last)
{
	struct msg *m = told_events(d);

	assert_events(m, first, last);
	msg_free(m);
}

static struct sync_receipt told_receipt(struct desk *d)
{
	struct msg *m = told(d->sync, MSG_RECEIPT);
	struct sync_receipt r = m->as.receipt;

	msg_free(m);
	return r;
}

/* --- what is shown is on disk -------------------------------------------------------------- */

static void test_archive_shows_what_it_has_committed(void **state)
{
	struct desk d;
	struct msg *m;
	struct history *h;

	(void)state;
	desk_init(&d);
	desk_start(&d);
	assert_int_equal(d.opening.mode, HISTORY_WRITING);
	m = told_next(d.out);
	assert_int_equal(m->kind, MSG_HISTORY);
	assert_int_equal(m->as.history.mode, HISTORY_WRITING);
	assert_string_equal(m->as.history.path, d.kit.path);
	msg_free(m);
	for (int64_t n = 0; n < 200; n += 10) {
		desk_post(&d, batch_of(SOURCE_STREAM, n, n + 9));
		m = told_events(&d);
		h = look(&d); /* at the very moment it is shown */
		for (size_t i = 0; i < m->as.events.count; i++)
			assert_true(history_has(h, m->as.events.items[i].id));
		history_close(h);
		assert_events(m, n, n + 9);
		msg_free(m);
	}
	desk_release(&d);
}

static void test_archive_takes_out_what_was_known(void **state)
{
	struct desk d;
	struct msg *m;
	struct sync_receipt r;

	(void)state;
	desk_init(&d);
	desk_start(&d);
	desk_post(&d, batch_of(SOURCE_STREAM, 0, 9));
	expect_events(&d, 0, 9);
	desk_post(&d, proving(&d, page_of(SYNC_CATCH_UP, 7, 5, 14), 14));
	m = told_events(&d);
	assert_events(m, 10, 14);
	assert_int_equal(m->as.events.known, 5);
	assert_int_equal(m->as.events.collisions, 0);
	msg_free(m);
	r = told_receipt(&d);
	assert_int_equal(r.walk, 7);
	assert_int_equal(r.fresh, 5);
	assert_int_equal(r.known, 5);
	assert_true(r.last);
	assert_false(r.reached); /* no cursor was verified before */
	assert_string_equal(r.position.verified, "evt_1767225600014-14");
	desk_release(&d);
}

static void test_archive_passes_on_a_page_that_holds_nothing_new(void **state)
{
	struct desk d;
	struct msg *m;
	struct sync_receipt r;

	(void)state;
	desk_init(&d);
	desk_start(&d);
	desk_post(&d, proving(&d, page_of(SYNC_START, 1, 0, 3), 3));
	expect_events(&d, 0, 3);
	desk_post(&d, proving(&d, page_of(SYNC_SWEEP, 2, 0, 3), 3));
	m = told_events(&d);
	assert_int_equal(m->as.events.count, 0);
	assert_int_equal(m->as.events.known, 4);
	assert_int_equal(m->as.events.mark.purpose, SYNC_SWEEP);
	msg_free(m);
	assert_int_equal(told_receipt(&d).walk, 1);
	r = told_receipt(&d);
	assert_int_equal(r.walk, 2);
	assert_int_equal(r.fresh, 0);
	assert_true(r.reached);
	desk_release(&d);
}

static void test_archive_says_whether_a_page_reached_the_verified_event(void **state)
{
	static const struct {
		int64_t first, last;
		bool reached;
	} pages[] = {
		{21, 25, false},  /* known from the stream, and past it: proves nothing */
		{18, 22, true},   /* holds it */
		{12, 14, true},   /* lies before it */
		{200, 201, false} /* new */
	};
	struct desk d;

	(void)state;
	desk_init(&d);
	desk_start(&d);
	desk_post(&d, proving(&d, page_of(SYNC_START, 1, 10, 20), 20));
	(void)told_receipt(&d);
	desk_post(&d, batch_of(SOURCE_STREAM, 21, 30));
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		desk_post(&d, page_of(SYNC_RESCUE, 2, pages[i].first, pages[i].last));
		assert_int_equal(told_receipt(&d).reached, pages[i].reached);
	}
	desk_release(&d);
}

static void test_archive_keeps_both_bodies_of_one_id(void **state)
{
	struct desk d;
	struct msg *m = msg_new(MSG_EVENTS);
	char id[ID_CAP];

	(void)state;
	desk_init(&d);
	desk_start(&d);
	desk_post(&d, batch_of(SOURCE_STREAM, 0, 0));
	expect_events(&d, 0, 0);
	kit_id(0, id);
	m->as.events.items = xcalloc(1, sizeof(struct event));
	m->as.events.items[0] = kit_event_of(id, "inv-0", 999999, 77);
	m->as.events.count = 1;
	desk_post(&d, m);
	m = told_events(&d);
	assert_int_equal(m->as.events.count, 0);
	assert_int_equal(m->as.events.collisions, 1);
	msg_free(m);
	m = told_incident(&d, INCIDENT_COLLISION, INCIDENT_NOTED);
	assert_true(m->as.incident.serial > 0);
	assert_string_equal(m->as.incident.from_id, id);
	msg_free(m);
	desk_pass_time(&d, 1000);
	do
		m = told(d.out, MSG_HISTORY);
	while (m->as.history.alarms == 0 && (msg_free(m), true));
	assert_int_equal(m->as.history.alarms, 1);
	msg_free(m);
	desk_release(&d);
}

static void test_archive_keeps_another_accounts_events_apart(void **state)
{
	struct desk d;
	struct msg *m = msg_new(MSG_EVENTS);

	(void)state;
	desk_init(&d);
	desk_start(&d);
	desk_post(&d, batch_of(SOURCE_STREAM, 0, 0));
	expect_events(&d, 0, 0);
	m->as.events.items = xcalloc(1, sizeof(struct event));
	m->as.events.items[0] = kit_event_of("evt_stranger", "inv-9", 1, 1234);
	m->as.events.count = 1;
	desk_post(&d, m);
	m = told_events(&d);
	assert_int_equal(m->as.events.count, 0);
	msg_free(m);
	m = told_incident(&d, INCIDENT_STRANGER, INCIDENT_NOTED);
	assert_string_equal(m->as.incident.note, "evt_stranger");
	msg_free(m);
	desk_release(&d);
}

/* --- order, cursors, starting again ------------------------------------------------------------
 */

static void test_archive_resumes_from_its_cursors(void **state)
{
	struct desk d;
	struct sync_position at;
	char since[ID_CAP];

	(void)state;
	desk_init(&d);
	desk_start(&d);
	archive_position(d.a, &at);
	assert_string_equal(at.verified, "");
	archive_since(d.a, STREAM_MERCHANT, since);
	assert_string_equal(since, "");
	desk_post(&d, proving(&d, page_of(SYNC_START, 1, 0, 9), 9));
	desk_post(&d, batch_of(SOURCE_STREAM, 10, 12));
	desk_stop(&d);
	desk_empty(d.out);
	desk_start(&d);
	archive_position(d.a, &at);
	assert_string_equal(at.verified, "evt_1767225600009-9");
	archive_since(d.a, STREAM_MERCHANT, since);
	assert_string_equal(since, "evt_1767225600012-12");
	archive_since(d.a, STREAM_COMMERCE, since);
	assert_string_equal(since, "");
	desk_release(&d);
}

static void test_archive_passes_everything_on_in_order(void **state)
{
	struct desk d;
	struct msg *m;

	(void)state;
	desk_init(&d);
	desk_start(&d);
	desk_post(&d, link_of(STREAM_MERCHANT, LINK_CONNECTING));
	desk_post(&d, batch_of(SOURCE_STREAM, 0, 4));
	desk_post(&d, link_of(STREAM_MERCHANT, LINK_LIVE));
	m = msg_new(MSG_GAP);
	(void)str_copy(m->as.gap.from, ID_CAP, "evt_a");
	desk_post(&d, m);
	m = told(d.out, MSG_LINK);
	assert_int_equal(m->as.link.state, LINK_CONNECTING);
	msg_free(m);
	expect_events(&d, 0, 4);
	m = told(d.out, MSG_LINK);
	assert_int_equal(m->as.link.state, LINK_LIVE);
	msg_free(m);
	msg_free(told(d.out, MSG_GAP));
	for (int i = 0; i < 3; i++) { /* sync hears of links and gaps too, in the same order */
		m = told_next(d.sync);
		assert_int_equal(m->kind, i < 2 ? MSG_LINK : MSG_GAP);
		if (i == 2)
			assert_string_equal(m->as.gap.from, "evt_a");
		msg_free(m);
	}
	desk_release(&d);
}

static void test_archive_restores_the_newest_first(void **state)
{
	struct desk d;
	struct object answer = {.kind = OBJECT_INVOICE};
	struct msg *m;
	int64_t next = 1999;
	bool oldest = false;

	(void)state;
	desk_init(&d);
	kit_open(&d.kit);
	kit_fill(&d.kit, 0, 1999);
	kit_begin(&d.kit);
	(void)str_copy(answer.as.invoice.id, ID_CAP, "inv-1");
	(void)str_copy(answer.as.invoice.status, STATUS_CAP, "paid");
	assert_int_equal(history_add_answer(d.kit.h, &answer, KIT_NOW + 77, NULL), S_OK);
	kit_commit(&d.kit);
	kit_close(&d.kit);
	desk_start(&d);
	assert_false(d.opening.fresh);
	m = told_next(d.out);
	assert_int_equal(m->kind, MSG_HISTORY);
	assert_int_equal(m->as.history.events, 2000);
	msg_free(m);
	for (bool first = true; !oldest; first = false) {
		m = told_next(d.out);
		if (m->kind == MSG_EVENTS) {
			size_t n = m->as.events.count;

			assert_int_equal(m->as.events.source, SOURCE_HISTORY);
			assert_true(first ? n == 500 : n <= MSG_EVENTS_MAX);
			if (n > 0)
				assert_events(m, next - (int64_t)n + 1, next);
			next -= (int64_t)n;
			oldest = m->as.events.oldest;
		} else {
			assert_true(m->kind == MSG_INCIDENT || m->kind == MSG_HISTORY);
			assert_false(first);
		}
		msg_free(m);
	}
	assert_int_equal(next, -1);
	m = told(d.out, MSG_PAGE);
	assert_true(m->as.page.from_history);
	assert_int_equal(m->as.page.answered_ms, KIT_NOW + 77);
	assert_int_equal(m->as.page.object, OBJECT_INVOICE);
	assert_int_equal(m->as.page.page.count, 1);
	assert_string_equal(object_id(&m->as.page.page.items[0]), "inv-1");
	msg_free(m);
	desk_release(&d);
}

static void test_archive_restores_no_more_than_asked(void **state)
{
	struct desk d;
	struct msg *m;

	(void)state;
	desk_init(&d);
	kit_open(&d.kit);
	kit_fill(&d.kit, 0, 999);
	kit_close(&d.kit);
	d.options.restore_events = 600;
	desk_start(&d);
	m = told(d.out, MSG_EVENTS);
	assert_events(m, 500, 999);
	msg_free(m);
	m = told(d.out, MSG_EVENTS);
	assert_events(m, 400, 499);
	assert_false(m->as.events.oldest);
	msg_free(m);
	assert_true(told_nothing(d.out, MSG_EVENTS, 100));
	desk_release(&d);
}

/* --- when the reader is slow
 * ------------------------------------------------------------------------ */

static void test_archive_holds_what_out_has_no_room_for(void **state)
{
	struct desk d;
	struct timespec moment = {.tv_nsec = 2000000};
	int64_t posted = 0;

	(void)state;
	desk_init(&d);
	mailbox_free(d.out);
	d.out = mailbox_new(2);
	desk_start(&d);
	for (int tries = 0; tries < 100; tries++) { /* until it takes nothing more */
		struct msg *m = batch_of(SOURCE_STREAM, posted, posted);

		if (mailbox_post(archive_inbox(d.a), m) == S_OK) {
			posted++;
			tries = 0;
			continue;
		}
		msg_free(m);
		nanosleep(&moment, NULL);
	}
	assert_true(posted >= 32);
	assert_true(posted < 32 + 3 * 128); /* what it holds itself is bounded */
	for (int64_t n = 0; n < posted; n++)
		expect_events(&d, n, n);
	desk_release(&d);
}

static void test_archive_stop_commits_what_waits_in_the_inboxes(void **state)
{
	struct desk d;
	struct history *h;
	struct msg *m;

	(void)state;
	desk_init(&d);
	mailbox_free(d.out);
	d.out = mailbox_new(1); /* and nobody takes from it */
	desk_start(&d);
	for (int64_t n = 0; n < 30; n++)
		desk_post(&d, batch_of(SOURCE_STREAM, n * 10, n * 10 + 9));
	m = msg_new(MSG_OBJECT);
	m->as.object.object.kind = OBJECT_INVOICE;
	(void)str_copy(m->as.object.object.as.invoice.id, ID_CAP, "inv-last");
	(void)str_copy(m->as.object.object.as.invoice.status, STATUS_CAP, "paid");
	desk_post(&d, m);
	desk_stop(&d);
	h = look(&d);
	assert_int_equal(history_count(h), 300);
	history_close(h);
	desk_release(&d);
}

/* --- when the disk does not
 * ------------------------------------------------------------------------- */

static void disk_allow(bool allow)
{
	struct rlimit l;

	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &l), 0);
	l.rlim_cur = allow ? l.rlim_max : 512;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
}

static struct msg *told_mode(struct desk *d, enum history_mode mode)
{
	for (;;) {
		struct msg *m = told(d->out, MSG_HISTORY);

		if (m->as.history.mode == mode)
			return m;
		msg_free(m);
	}
}

static void test_archive_shows_nothing_that_it_cannot_write(void **state)
{
	struct desk d;
	struct msg *m;
	struct request rq = {.kind = REQUEST_EVENT, .serial = 5};

	(void)state;
	desk_init(&d);
	desk_start(&d);
	desk_post(&d, batch_of(SOURCE_STREAM, 0, 9));
	expect_events(&d, 0, 9);
	disk_allow(false);
	desk_post(&d, proving(&d, page_of(SYNC_START, 1, 0, 19), 19));
	m = told_mode(&d, HISTORY_STALLED);
	assert_int_not_equal(m->as.history.problem.status, S_OK);
	assert_true(m->as.history.problem.what[0] != '\0');
	msg_free(m);
	assert_true(told_nothing(d.out, MSG_EVENTS, 50));
	assert_true(told_nothing(d.sync, MSG_RECEIPT, 0));
	/* reads are served meanwhile */
	kit_id(3, rq.target);
	assert_int_equal(archive_submit(d.a, &rq), S_OK);
	m = told(d.out, MSG_EVENT);
	assert_int_equal(m->as.event.serial, 5);
	assert_string_equal(m->as.event.event.id, rq.target);
	msg_free(m);
	disk_allow(true);
	desk_pass_time(&d, 2000);
	m = told_events(&d);
	assert_events(m, 10, 19);
	assert_int_equal(m->as.events.known, 10);
	msg_free(m);
	m = told_incident(&d, INCIDENT_STORAGE, INCIDENT_NOTED);
	assert_true(m->as.incident.to_ms - m->as.incident.from_ms >= 2000);
	msg_free(m);
	msg_free(told_mode(&d, HISTORY_WRITING));
	assert_int_equal(told_receipt(&d).fresh, 10);
	desk_release(&d);
}

static void test_archive_tries_again_at_the_next_request(void **state)
{
	struct desk d;
	struct request rq = {.kind = REQUEST_INCIDENTS, .limit = 10};

	(void)state;
	desk_init(&d);
	desk_start(&d);
	desk_post(&d, batch_of(SOURCE_STREAM, 0, 0));
	expect_events(&d, 0, 0);
	disk_allow(false);
	desk_post(&d, batch_of(SOURCE_STREAM, 1, 1));
	msg_free(told_mode(&d, HISTORY_STALLED));
	disk_allow(true);
	assert_int_equal(archive_submit(d.a, &rq), S_OK); /* no time has passed */
	expect_events(&d, 1, 1);
	desk_release(&d);
}

/* What is damaged it meets when it writes, and stalls, or when it still reads what was restored,
 * and then begins another file at once. */
static struct msg *told_events_past_a_stall(struct desk *d)
{
	for (;;) {
		struct msg *m = told_next(d->out);

		if (m->kind == MSG_EVENTS && m->as.events.source != SOURCE_HISTORY)
			return m;
		if (m->kind == MSG_HISTORY && m->as.history.mode == HISTORY_STALLED)
			desk_pass_time(d, 2000);
		msg_free(m);
	}
}

static void test_archive_trusts_no_walk_of_a_file_that_was_damaged(void **state)
{
	struct desk d;
	struct msg *m, *early;
	struct sync_receipt r;
	static char garbage[65536];
	FILE *f;

	(void)state;
	desk_init(&d);
	desk_start(&d);
	desk_post(&d, link_of(STREAM_MERCHANT, LINK_LIVE));
	desk_post(&d, link_of(STREAM_COMMERCE, LINK_OFF));
	desk_post(&d, proving(&d, page_of(SYNC_START, 1, 0, 9), 9));
	msg_free(told_events(&d));
	(void)told_receipt(&d);
	early = proving(&d, page_of(SYNC_SWEEP, 2, 10, 19), 19); /* is under way */
	desk_pass_time(&d, 1000);
	memset(garbage, 'x', sizeof(garbage));
	f = fopen(d.kit.path, "r+");
	assert_int_equal(fwrite(garbage, 1, sizeof(garbage), f), sizeof(garbage));
	assert_int_equal(fclose(f), 0);
	desk_post(&d, early);
	m = told_events_past_a_stall(&d);
	assert_events(m, 10, 19);
	msg_free(m);
	r = told_receipt(&d);
	assert_string_equal(r.position.verified, ""); /* 0 to 9 are not on this disk */
	desk_pass_time(&d, 1000);
	m = told_mode(&d, HISTORY_WRITING);
	assert_int_not_equal(m->as.history.proof, PROOF_COMPLETE);
	assert_non_null(strstr(m->as.history.problem.what, "damaged"));
	msg_free(m);
	desk_pass_time(&d, 10);
	desk_post(&d, proving(&d, page_of(SYNC_START, 3, 1, 19), 19));
	r = told_receipt(&d);
	assert_string_equal(r.position.verified, "evt_1767225600019-19");
	desk_pass_time(&d, 1000);
	assert_int_equal(told_proof(&d, PROOF_COMPLETE).events, 19);
	desk_release(&d);
}

/* --- requests
 * ------------------------------------------------------------------------------------------- */

static void test_archive_answers_what_is_asked_of_the_history(void **state)
{
	struct desk d;
	struct msg *m;
	struct request older = {.kind = REQUEST_OLDER, .serial = 3, .limit = 4};
	struct request whole = {.kind = REQUEST_EVENT, .serial = 4, .target = "evt_nowhere"};
	struct request wrong = {.kind = REQUEST_LIST, .serial = 6};

	(void)state;
	desk_init(&d);
	kit_open(&d.kit);
	kit_fill(&d.kit, 0, 9);
	kit_close(&d.kit);
	d.options.restore_events = 0;
	desk_start(&d);
	kit_id(6, older.cursor);
	assert_int_equal(archive_submit(d.a, &older), S_OK);
	m = told(d.out, MSG_EVENTS);
	assert_int_equal(m->as.events.source, SOURCE_HISTORY);
	assert_int_equal(m->as.events.serial, 3);
	assert_events(m, 2, 5);
	assert_false(m->as.events.oldest);
	msg_free(m);
	kit_id(2, older.cursor);
	assert_int_equal(archive_submit(d.a, &older), S_OK);
	m = told(d.out, MSG_EVENTS);
	assert_events(m, 0, 1);
	assert_true(m->as.events.oldest);
	msg_free(m);
	assert_int_equal(archive_submit(d.a, &whole), S_OK);
	m = told(d.out, MSG_FAILED);
	assert_int_equal(m->as.failed.request.serial, 4);
	assert_int_equal(m->as.failed.problem.status, E_NOT_FOUND);
	msg_free(m);
	kit_id(7, whole.target);
	assert_int_equal(archive_submit(d.a, &whole), S_OK);
	m = told(d.out, MSG_EVENT);
	assert_int_equal(m->as.event.via, VIA_LIVE);
	assert_string_equal(m->as.event.event.id, whole.target);
	msg_free(m);
	assert_int_equal(archive_submit(d.a, &wrong), S_OK);
	m = told(d.out, MSG_FAILED);
	assert_int_equal(m->as.failed.problem.status, E_UNSUPPORTED);
	msg_free(m);
	desk_release(&d);
}

static struct request find_request(uint64_t serial, const char *text)
{
	struct request rq = {.kind = REQUEST_FIND, .serial = serial, .limit = 50};

	(void)str_copy(rq.target, sizeof(rq.target), text);
	return rq;
}

static void test_archive_finds_and_tells_the_whole_story(void **state)
{
	struct desk d;
	struct msg *m;
	struct request find = find_request(7, "CUS_1");
	struct request story = {.kind = REQUEST_DOSSIER,
				.serial = 8,
				.object = OBJECT_INVOICE,
				.target = "inv-2"};

	(void)state;
	desk_init(&d);
	desk_start(&d);
	desk_post(&d, batch_of(SOURCE_STREAM, 0, 19));
	expect_events(&d, 0, 19);
	assert_int_equal(archive_submit(d.a, &find), S_OK);
	m = told(d.out, MSG_FINDINGS);
	assert_int_equal(m->as.findings.serial, 7);
	assert_int_equal(m->as.findings.found.count, 7);
	assert_int_equal(m->as.findings.found.events, 20);
	msg_free(m);
	assert_int_equal(archive_submit(d.a, &story), S_OK);
	m = told(d.out, MSG_PAGE); /* what is known of the object comes first */
	assert_true(m->as.page.from_history);
	assert_int_equal(m->as.page.answered_ms, KIT_NOW);
	assert_int_equal(m->as.page.page.count, 1);
	assert_string_equal(object_id(&m->as.page.page.items[0]), "inv-2");
	msg_free(m);
	m = told(d.out, MSG_DOSSIER);
	assert_int_equal(m->as.dossier.serial, 8);
	assert_int_equal(m->as.dossier.dossier.count, 3);
	assert_true(said_id(&m->as.dossier.dossier.items[0].event, 2));
	assert_true(said_id(&m->as.dossier.dossier.items[2].event, 16));
	msg_free(m);
	desk_release(&d);
}

static void submit_ack(struct desk *d, const char *id, bool withdrawn)
{
	struct request rq = {.kind = REQUEST_ACK};

	rq.ack = (struct acknowledgement){.kind = OBJECT_INVOICE,
					  .facts = 9,
					  .at_ms = KIT_NOW,
					  .withdrawn = withdrawn};
	(void)str_copy(rq.ack.rule, sizeof(rq.ack.rule), "underpaid");
	(void)str_copy(rq.ack.id, sizeof(rq.ack.id), id);
	assert_int_equal(archive_submit(d->a, &rq), S_OK);
}

/* Said a moment before the end, they are there at the next start, before anything else. */
static void test_archive_keeps_what_people_have_seen(void **state)
{
	struct desk d;
	struct msg *m;

	(void)state;
	desk_init(&d);
	desk_start(&d);
	submit_ack(&d, "inv-1", false);
	submit_ack(&d, "inv-2", false);
	submit_ack(&d, "inv-1", true);
	desk_stop(&d);
	desk_empty(d.out);
	desk_start(&d);
	m = told_next(d.out);
	assert_int_equal(m->kind, MSG_HISTORY);
	msg_free(m);
	m = told_next(d.out);
	assert_int_equal(m->kind, MSG_ACK);
	assert_string_equal(m->as.ack.id, "inv-2");
	assert_string_equal(m->as.ack.rule, "underpaid");
	assert_int_equal(m->as.ack.facts, 9);
	msg_free(m);
	assert_true(told_nothing(d.out, MSG_ACK, 50));
	desk_release(&d);
}

static void raw_run(const char *path, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_busy_timeout(db, 5000), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* It finds in the file and in what it alone was told. */
static void test_archive_beside_another_instance_looks_things_up(void **state)
{
	struct desk d, second;
	struct request find = find_request(1, "inv-");
	struct request story = {.kind = REQUEST_DOSSIER,
				.serial = 2,
				.object = OBJECT_INVOICE,
				.target = "inv-3"};
	struct msg *m;

	(void)state;
	desk_init(&d);
	kit_open(&d.kit);
	kit_fill(&d.kit, 0, 3);
	kit_close(&d.kit);
	desk_start(&d);
	submit_ack(&d, "inv-1", false);
	desk_stop(&d); /* what was said is on the disk: no event's arrival would prove it */
	desk_empty(d.out);
	desk_start(&d);
	msg_free(told(d.out, MSG_ACK));
	desk_post(&d, batch_of(SOURCE_STREAM, 4, 4));
	expect_events(&d, 4, 4);
	desk_init(&second);
	second.options.path = d.kit.path;
	desk_start(&second);
	msg_free(told(second.out, MSG_ACK));
	desk_post(&second, batch_of(SOURCE_STREAM, 10, 12)); /* of inv-3 to inv-5 */
	expect_events(&second, 10, 12);
	assert_int_equal(archive_submit(second.a, &find), S_OK);
	m = told(second.out, MSG_FINDINGS);
	assert_int_equal(m->as.findings.found.count, 6);
	assert_int_equal(m->as.findings.found.events, 8);
	msg_free(m);
	assert_int_equal(archive_submit(second.a, &story), S_OK);
	m = told(second.out, MSG_DOSSIER);
	assert_int_equal(m->as.dossier.dossier.count, 2);
	assert_true(said_id(&m->as.dossier.dossier.items[0].event, 3));
	assert_true(said_id(&m->as.dossier.dossier.items[1].event, 10));
	msg_free(m);
	desk_release(&second);
	desk_release(&d);
}

/* What is seen beside another instance is kept in its file, whatever that one writes meanwhile;
 * where it cannot be, those who said so are told. */
static void test_archive_beside_another_instance_keeps_what_was_seen(void **state)
{
	struct desk d, second;
	struct msg *m;

	(void)state;
	desk_init(&d);
	desk_start(&d);
	submit_ack(&d, "inv-1", false);
	desk_stop(&d); /* what was said is on the disk: no event's arrival would prove it */
	desk_start(&d);
	desk_init(&second);
	second.options.path = d.kit.path;
	desk_start(&second);
	submit_ack(&second, "inv-1", true);
	submit_ack(&second, "inv-8", false);
	submit_ack(&second, "inv-9", false);
	desk_post(&d, batch_of(SOURCE_STREAM, 1, 40));
	desk_stop(&second);
	expect_events(&d, 1, 40);
	desk_empty(second.out);
	desk_start(&second);
	m = told(second.out, MSG_ACK);
	assert_string_equal(m->as.ack.id, "inv-8");
	msg_free(m);
	raw_run(d.kit.path, "PRAGMA user_version = 99");
	submit_ack(&second, "inv-7", false);
	m = told(second.out, MSG_FAILED);
	assert_int_equal(m->as.failed.request.kind, REQUEST_ACK);
	assert_string_equal(m->as.failed.request.ack.id, "inv-7");
	assert_non_null(strstr(m->as.failed.problem.what, "newer"));
	msg_free(m);
	desk_stop(&second);
	raw_run(d.kit.path, "PRAGMA user_version = 4");
	desk_stop(&d);
	desk_empty(d.out);
	desk_start(&d);
	m = told(d.out, MSG_ACK);
	assert_string_equal(m->as.ack.id, "inv-8");
	msg_free(m);
	m = told(d.out, MSG_ACK);
	assert_string_equal(m->as.ack.id, "inv-9");
	msg_free(m);
	assert_true(told_nothing(d.out, MSG_ACK, 50));
	desk_release(&second);
	desk_release(&d);
}

/* Posts until more waits than it takes at once; returns how many batches of 64 there are by then.
 */
static int64_t flood(struct desk *d, int64_t posted)
{
	for (; mailbox_count(archive_inbox(d->a)) < 40; posted++)
		desk_post(d, batch_of(SOURCE_STREAM, posted * 64, posted * 64 + 63));
	return posted;
}

static void test_archive_answers_requests_during_a_flood(void **state)
{
	struct desk d;
	struct request rq = {.kind = REQUEST_EVENT};
	int64_t posted = 0, events = 0;
	bool asked = false, answered = false;

	(void)state;
	desk_init(&d);
	mailbox_free(d.out);
	d.out = mailbox_new(4); /* it waits for us: what waits for it never ends */
	desk_start(&d);
	kit_id(0, rq.target);
	while (!answered) {
		struct msg *m;

		assert_true(posted < 500);
		posted = flood(&d, posted);
		m = told_next(d.out);
		if (m->kind == MSG_EVENTS && m->as.events.source == SOURCE_STREAM) {
			for (size_t i = 0; i < m->as.events.count; i++)
				assert_true(said_id(&m->as.events.items[i], events++));
			if (!asked)
				assert_int_equal(archive_submit(d.a, &rq), S_OK);
			asked = true;
		}
		answered = m->kind == MSG_EVENT;
		msg_free(m);
	}
	while (events < posted * 64) {
		struct msg *m = told_events(&d);

		for (size_t i = 0; i < m->as.events.count; i++)
			assert_true(said_id(&m->as.events.items[i], events++));
		msg_free(m);
	}
	desk_release(&d);
}

static void test_archive_submit_has_a_limit(void **state)
{
	struct desk d;
	struct request rq = {.kind = REQUEST_INCIDENTS, .limit = 1};
	enum status st = S_OK;

	(void)state;
	desk_init(&d);
	mailbox_free(d.out);
	d.out = mailbox_new(1); /* full with the first report: no request is served */
	desk_start(&d);
	desk_post(&d, link_of(STREAM_MERCHANT, LINK_LIVE));
	for (int i = 0; i < 200 && st == S_OK; i++)
		st = archive_submit(d.a, &rq);
	assert_int_equal(st, E_FULL);
	desk_release(&d);
}

/* --- what a stream skipped, what nobody can read
 * ------------------------------------------------------------ */

/* A stream that is live, has brought this type, and behind which all is proven. */
static void desk_settle(struct desk *d)
{
	desk_post(d, link_of(STREAM_MERCHANT, LINK_LIVE));
	desk_post(d, batch_of(SOURCE_STREAM, 0, 9));
	expect_events(d, 0, 9);
	desk_pass_time(d, 10);
	desk_post(d, proving(d, page_of(SYNC_START, 1, 0, 9), 9));
	msg_free(told_events(d));
	(void)told_receipt(d);
	desk_pass_time(d, 10);
}

static void test_archive_reports_what_a_healthy_stream_skipped(void **state)
{
	struct desk d;
	struct msg *m;
	struct request rq = {.kind = REQUEST_EVENT};

	(void)state;
	desk_init(&d);
	desk_start(&d);
	desk_settle(&d);
	desk_post(&d, proving(&d, page_of(SYNC_SWEEP, 2, 5, 11), 11));
	expect_events(&d, 10, 11);                      /* shown at once */
	desk_post(&d, batch_of(SOURCE_STREAM, 11, 11)); /* was only slower */
	m = told_events(&d);
	assert_int_equal(m->as.events.known, 1);
	msg_free(m);
	desk_pass_time(&d, 5000);
	m = told_incident(&d, INCIDENT_SKIPPED, INCIDENT_REPAIRED);
	assert_int_equal(m->as.incident.recovered, 1);
	assert_string_equal(m->as.incident.from_id, "evt_1767225600010-10");
	msg_free(m);
	kit_id(10, rq.target);
	assert_int_equal(archive_submit(d.a, &rq), S_OK);
	m = told(d.out, MSG_EVENT);
	assert_int_equal(m->as.event.via, VIA_REPAIR);
	msg_free(m);
	kit_id(11, rq.target);
	assert_int_equal(archive_submit(d.a, &rq), S_OK);
	m = told(d.out, MSG_EVENT);
	assert_int_equal(m->as.event.via, VIA_LIVE);
	msg_free(m);
	desk_release(&d);
}

/* Time passes while it writes: what is due by then is of the next transaction. */
static void test_archive_counts_what_falls_due_while_it_commits(void **state)
{
	struct desk d;
	struct msg *m;
	uint64_t counted = 0;

	(void)state;
	desk_init(&d);
	desk_start(&d);
	desk_settle(&d);
	atomic_store(&d.time.pace, 1);
	desk_post(&d, proving(&d, page_of(SYNC_SWEEP, 2, 10, 89), 89));
	expect_events(&d, 10, 89); /* found one after the other */
	desk_pass_time(&d, 5000 - 80);
	for (int tries = 0; tries < 1000 && counted < 80; tries++) {
		desk_post(&d, link_of(STREAM_COMMERCE, LINK_OFF)); /* something to commit */
		desk_empty(d.sync);
		m = told_next(d.out);
		if (m->kind == MSG_INCIDENT && m->as.incident.kind == INCIDENT_SKIPPED)
			counted = m->as.incident.recovered;
		msg_free(m);
	}
	assert_int_equal(counted, 80);
	desk_release(&d);
}

static void test_archive_blames_no_stream_for_what_it_does_not_carry(void **state)
{
	struct desk d;
	struct msg *m;

	(void)state;
	desk_init(&d);
	desk_start(&d);
	desk_settle(&d);
	m = proving(&d, page_of(SYNC_SWEEP, 2, 10, 10), 10);
	(void)str_copy(m->as.events.items[0].type, EVENT_TYPE_CAP, "commerce.order.created");
	desk_post(&d, m);
	expect_events(&d, 10, 10);
	desk_pass_time(&d, 6000);
	assert_true(told_nothing(d.out, MSG_INCIDENT, 1500));
	desk_release(&d);
}

static void test_archive_counts_unreadable_frames_in_one_record(void **state)
{
	struct desk d;
	struct msg *m;
	int64_t serial = 0;

	(void)state;
	desk_init(&d);
	desk_start(&d);
	for (int i = 1; i <= 3; i++) {
		char note[64];

		m = msg_new(MSG_EVENTS);
		m->as.events.bad_frames = 1;
		(void)str_copy(m->as.events.bad_reason, 160, "not JSON");
		m->as.events.bad_text = xstrdup("{\"id\":");
		m->as.events.bad_len = 6;
		desk_post(&d, m);
		(void)snprintf(note, sizeof(note), "%d message%s: not JSON", i, i > 1 ? "s" : "");
		do /* restoring may tell the one before again */
			m = told_incident(&d, INCIDENT_UNREADABLE, INCIDENT_OPEN);
		while (!str_equal(m->as.incident.note, note) && (msg_free(m), true));
		assert_true(serial == 0 || m->as.incident.serial == serial);
		serial = m->as.incident.serial;
		msg_free(m);
	}
	desk_pass_time(&d, 10);
	desk_post(&d, proving(&d, page_of(SYNC_SWEEP, 1, 0, -1), -1));
	m = told_incident(&d, INCIDENT_UNREADABLE, INCIDENT_NOTED);
	assert_int_equal(m->as.incident.serial, serial);
	msg_free(m);
	desk_release(&d);
}

/* --- the ledger
 * --------------------------------------------------------------------------------------------------
 */

static void test_archive_claims_completeness_when_a_walk_has_proven_it(void **state)
{
	struct desk d;
	struct history_report r;
	int64_t began_wall;
	struct msg *m;

	(void)state;
	desk_init(&d);
	desk_start(&d);
	desk_post(&d, link_of(STREAM_MERCHANT, LINK_LIVE));
	desk_post(&d, link_of(STREAM_COMMERCE, LINK_OFF));
	m = proving(&d, page_of(SYNC_START, 1, 1, 10), 10);
	began_wall = atomic_load(&d.time.wall_ms);
	desk_pass_time(&d, 300); /* the answer took its time */
	desk_post(&d, m);
	r = told_proof(&d, PROOF_COMPLETE);
	assert_int_equal(r.proven_to_ms, began_wall);
	assert_int_equal(r.complete_since_ms, KIT_NOW + 1); /* of event 1 */
	assert_int_equal(r.unknown, 0);
	assert_int_equal(r.events, 10);
	desk_pass_time(&d, 151000);
	r = told_proof(&d, PROOF_BEHIND);
	assert_int_equal(r.proven_to_ms, began_wall);
	desk_release(&d);
}

static void test_archive_records_that_it_was_away(void **state)
{
	struct desk d;
	struct msg *m;
	int64_t stopped;

	(void)state;
	desk_init(&d);
	desk_start(&d);
	desk_post(&d, proving(&d, page_of(SYNC_START, 1, 0, 9), 9));
	desk_stop(&d);
	stopped = atomic_load(&d.time.wall_ms);
	desk_empty(d.out);
	desk_empty(d.sync);
	desk_pass_time(&d, 3600000);
	desk_start(&d);
	m = told_incident(&d, INCIDENT_AWAY, INCIDENT_OPEN);
	assert_int_equal(m->as.incident.from_ms, stopped);
	assert_int_equal(m->as.incident.to_ms, stopped + 3600000);
	msg_free(m);
	desk_post(&d, proving(&d, page_of(SYNC_CATCH_UP, 1, 10, 14), 14));
	m = told_incident(&d, INCIDENT_AWAY, INCIDENT_REPAIRED);
	assert_int_equal(m->as.incident.recovered, 5);
	msg_free(m);
	desk_release(&d);
}

static void test_archive_tells_the_last_report_of_many(void **state)
{
	struct desk d;
	struct msg *m;
	size_t reports = 0;
	uint64_t last = 0;

	(void)state;
	desk_init(&d);
	desk_start(&d);
	for (int64_t n = 0; n < 50; n++) {
		desk_post(&d, batch_of(SOURCE_STREAM, n, n));
		do {
			m = told_next(d.out);
			reports += m->kind == MSG_HISTORY;
			last = m->kind == MSG_HISTORY ? m->as.history.events : last;
		} while ((m->kind != MSG_EVENTS || m->as.events.source == SOURCE_HISTORY) &&
			 (msg_free(m), true));
		msg_free(m);
	}
	assert_true(reports <= 3); /* no time has passed by its clock */
	desk_pass_time(&d, 1000);
	while (last != 50) {
		m = told(d.out, MSG_HISTORY);
		last = m->as.history.events;
		msg_free(m);
	}
	desk_release(&d);
}

/* --- other ways to run
 * ---------------------------------------------------------------------------------------------- */

static void test_archive_without_history_is_the_same_pipe(void **state)
{
	struct desk d;
	struct msg *m;

	(void)state;
	desk_init(&d);
	d.options.path = NULL;
	desk_start(&d);
	assert_int_equal(d.opening.mode, HISTORY_TEMPORARY);
	m = told_next(d.out);
	assert_int_equal(m->as.history.mode, HISTORY_TEMPORARY);
	assert_string_equal(m->as.history.path, "");
	msg_free(m);
	desk_post(&d, batch_of(SOURCE_STREAM, 0, 9));
	expect_events(&d, 0, 9);
	desk_post(&d, batch_of(SOURCE_REPLAY, 0, 10));
	expect_events(&d, 10, 10);
	desk_release(&d);
}

static void test_archive_beside_another_instance_only_looks(void **state)
{
	struct desk d, second;
	struct sync_position at;
	struct request older = {.kind = REQUEST_OLDER, .limit = 5};
	struct history *h;
	struct msg *m;

	(void)state;
	desk_init(&d);
	kit_open(&d.kit);
	kit_fill(&d.kit, 0, 99);
	kit_close(&d.kit);
	desk_start(&d);
	desk_init(&second);
	second.options.path = d.kit.path;
	desk_start(&second);
	assert_int_equal(second.opening.mode, HISTORY_VIEW_ONLY);
	archive_position(second.a, &at);
	assert_string_equal(at.verified, "evt_1767225600099-99");
	m = told_next(second.out);
	assert_int_equal(m->as.history.mode, HISTORY_VIEW_ONLY);
	assert_int_not_equal(m->as.history.problem.status, S_OK);
	assert_int_equal(m->as.history.events, 100);
	msg_free(m);
	m = told_next(second.out);
	assert_int_equal(m->kind, MSG_EVENTS);
	assert_events(m, 0, 99);
	msg_free(m);
	/* what both are told, both show; only the first keeps it */
	desk_post(&second, batch_of(SOURCE_STREAM, 100, 104));
	expect_events(&second, 100, 104);
	h = look(&d);
	assert_int_equal(history_count(h), 100);
	history_close(h);
	desk_post(&d, batch_of(SOURCE_STREAM, 100, 109));
	expect_events(&d, 100, 109);
	desk_post(&second, batch_of(SOURCE_STREAM, 105, 109)); /* on the file by now */
	expect_events(&second, 105, 109);
	kit_id(102, older.cursor);
	assert_int_equal(archive_submit(second.a, &older), S_OK);
	m = told(second.out, MSG_EVENTS);
	assert_true(m->as.events.count >= 2);
	assert_true(said_id(&m->as.events.items[m->as.events.count - 1], 101));
	msg_free(m);
	kit_id(50, older.cursor);
	assert_int_equal(archive_submit(second.a, &older), S_OK);
	m = told(second.out, MSG_EVENTS);
	assert_events(m, 45, 49);
	msg_free(m);
	desk_release(&second);
	desk_release(&d);
}

static void expect_count(struct desk *d, uint64_t events)
{
	struct msg *m;

	do {
		m = told(d->out, MSG_HISTORY);
		desk_pass_time(d, 200);
	} while (m->as.history.events != events && (msg_free(m), true));
	msg_free(m);
}

static void test_archive_keeps_what_an_open_action_refers_to(void **state)
{
	struct desk d;
	struct msg *m;
	struct request rq = {.kind = REQUEST_EVENT};

	(void)state;
	desk_init(&d);
	d.options.limits.keep_ms = 86400000;
	desk_start(&d);
	desk_post(&d, proving(&d, page_of(SYNC_START, 1, 0, 299), 299));
	expect_events(&d, 0, 299);
	archive_pin(d.a, OBJECT_INVOICE, "inv-3", true);
	desk_pass_time(&d, 30 * 86400000LL);
	desk_post(&d, link_of(STREAM_MERCHANT, LINK_LIVE));
	/* those a sweep compares with stay: the verified one and a hundred before it; and of the
	 * others, every seventh is of inv-3 */
	expect_count(&d, 101 + 28);
	kit_id(10, rq.target);
	assert_int_equal(archive_submit(d.a, &rq), S_OK);
	msg_free(told(d.out, MSG_EVENT));
	m = msg_new(MSG_OUTCOME);
	m->as.outcome.request.kind = REQUEST_INVOICE_CANCEL;
	m->as.outcome.outcome = OUTCOME_DONE;
	(void)str_copy(m->as.outcome.request.target, NAME_CAP, "inv-3");
	desk_post(&d, m);
	msg_free(told(d.out, MSG_OUTCOME));
	desk_pass_time(&d, 61000);
	expect_count(&d, 101);
	desk_release(&d);
}

/* With a name (or a pattern) only those tests run. */
int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_archive_shows_what_it_has_committed),
		cmocka_unit_test(test_archive_takes_out_what_was_known),
		cmocka_unit_test(test_archive_passes_on_a_page_that_holds_nothing_new),
		cmocka_unit_test(test_archive_says_whether_a_page_reached_the_verified_event),
		cmocka_unit_test(test_archive_keeps_both_bodies_of_one_id),
		cmocka_unit_test(test_archive_keeps_another_accounts_events_apart),
		cmocka_unit_test(test_archive_resumes_from_its_cursors),
		cmocka_unit_test(test_archive_passes_everything_on_in_order),
		cmocka_unit_test(test_archive_restores_the_newest_first),
		cmocka_unit_test(test_archive_restores_no_more_than_asked),
		cmocka_unit_test(test_archive_holds_what_out_has_no_room_for),
		cmocka_unit_test(test_archive_stop_commits_what_waits_in_the_inboxes),
		cmocka_unit_test(test_archive_shows_nothing_that_it_cannot_write),
		cmocka_unit_test(test_archive_tries_again_at_the_next_request),
		cmocka_unit_test(test_archive_trusts_no_walk_of_a_file_that_was_damaged),
		cmocka_unit_test(test_archive_answers_what_is_asked_of_the_history),
		cmocka_unit_test(test_archive_answers_requests_during_a_flood),
		cmocka_unit_test(test_archive_finds_and_tells_the_whole_story),
		cmocka_unit_test(test_archive_keeps_what_people_have_seen),
		cmocka_unit_test(test_archive_beside_another_instance_looks_things_up),
		cmocka_unit_test(test_archive_beside_another_instance_keeps_what_was_seen),
		cmocka_unit_test(test_archive_submit_has_a_limit),
		cmocka_unit_test(test_archive_reports_what_a_healthy_stream_skipped),
		cmocka_unit_test(test_archive_counts_what_falls_due_while_it_commits),
		cmocka_unit_test(test_archive_blames_no_stream_for_what_it_does_not_carry),
		cmocka_unit_test(test_archive_counts_unreadable_frames_in_one_record),
		cmocka_unit_test(test_archive_claims_completeness_when_a_walk_has_proven_it),
		cmocka_unit_test(test_archive_records_that_it_was_away),
		cmocka_unit_test(test_archive_tells_the_last_report_of_many),
		cmocka_unit_test(test_archive_without_history_is_the_same_pipe),
		cmocka_unit_test(test_archive_beside_another_instance_only_looks),
		cmocka_unit_test(test_archive_keeps_what_an_open_action_refers_to),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

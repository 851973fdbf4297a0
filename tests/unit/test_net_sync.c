/* The sync thread against a server that does what the test says. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "net/http_curl.h"
#include "net/sync.h"
#include "peer.h"

#define KEY "pk_test_merchant_1234"

/* --- a Pepay with `happened` events, evt_1 the oldest ---------------------------------------- */

struct pepay {
	struct peer *peer;
	atomic_int happened;
	atomic_int status;     /* not 0: every answer is this */
	atomic_int unreadable; /* the event with this number has no type */
	atomic_bool hangs;     /* answers nothing */
	atomic_int requests;
	pthread_mutex_t lock;
	char last_target[512]; /* of the latest request */
};

static int query_number(const char *target, const char *name)
{
	const char *at = strstr(target, name);

	return at != NULL ? (int)strtol(at + strlen(name), NULL, 10) : -1;
}

static void add_event(struct strbuf *sb, const struct pepay *p, int n)
{
	strbuf_addf(sb,
		    "{\"object\":\"event\",\"id\":\"evt_%d\",%s\"created\":1766320000,"
		    "\"data\":{\"object\":{\"object\":\"ping\",\"status\":\"ok\"}}}",
		    n, n == atomic_load(&p->unreadable) ? "" : "\"type\":\"test.ping\",");
}

static void answer_list(struct conn *c, struct pepay *p, const char *target)
{
	int newest = atomic_load(&p->happened);
	int above = query_number(target, "ending_before=evt_");
	int below = query_number(target, "starting_after=evt_");
	int limit = query_number(target, "limit=");
	int from, to; /* the page is from..to */
	struct strbuf sb;

	strbuf_init(&sb, 4u << 20);
	if (above >= 0) {
		from = above + 1;
		to = above + limit < newest ? above + limit : newest;
	} else {
		to = below >= 0 ? below - 1 : newest;
		from = to - limit + 1 > 1 ? to - limit + 1 : 1;
	}
	strbuf_addstr(&sb, "{\"success\":true,\"data\":{\"object\":\"list\",\"data\":[");
	for (int n = to; n >= from; n--) {
		add_event(&sb, p, n);
		if (n > from)
			strbuf_addch(&sb, ',');
	}
	strbuf_addf(&sb, "],\"has_more\":%s}}",
		    (above >= 0 ? to < newest : from > 1) ? "true" : "false");
	conn_answer(c, "200 OK", "Content-Type: application/json\r\n", strbuf_str(&sb));
	strbuf_release(&sb);
}

static void pepay_serve(struct conn *c, void *ctx)
{
	struct pepay *p = ctx;

	while (conn_read_head(c)) {
		char target[512], status[16];
		int code = atomic_load(&p->status);

		(void)str_printf(target, sizeof(target), "%.*s", (int)strcspn(c->head + 4, " "),
				 c->head + 4);
		pthread_mutex_lock(&p->lock);
		(void)str_copy(p->last_target, sizeof(p->last_target), target);
		pthread_mutex_unlock(&p->lock);
		atomic_fetch_add(&p->requests, 1);
		while (atomic_load(&p->hangs) && conn_wait(c, 20) == false &&
		       !atomic_load(&c->peer->stopping))
			;
		if (code == 0) {
			answer_list(c, p, target);
			continue;
		}
		(void)str_printf(status, sizeof(status), "%d No", code);
		conn_answer(c, status, "Content-Type: application/json\r\n", "{}");
	}
}

static void pepay_new(struct pepay *p, int happened)
{
	memset(p, 0, sizeof(*p));
	pthread_mutex_init(&p->lock, NULL);
	atomic_init(&p->happened, happened);
	p->peer = peer_start_on(0, pepay_serve, p);
}

static void pepay_end(struct pepay *p)
{
	atomic_store(&p->hangs, false);
	peer_stop(p->peer);
	pthread_mutex_destroy(&p->lock);
}

/* --- an archive, and the thread between them ------------------------------------------------- */

struct desk {
	struct pepay *pepay;
	struct mailbox *in, *archive;
	struct sync *sync;
	struct sync_position at;
	bool overlaps; /* at.overlap stays where it is */
	int newest;    /* the last event received */
	size_t events, batches, bad_frames, walks;
	struct sync_mark last; /* the mark of the last walk that ended */
	int requests;          /* there had been when it did */
	char target[512];      /* of the latest of them */
	char base_url[64];
};

static void desk_new(struct desk *d, struct pepay *p, int verified, size_t room)
{
	struct sync_options opt = {.merchant_key = KEY,
				   .environment = "devnet",
				   .clock = clock_system(),
				   .jitter_seed = 9};
	struct problem why = {.what = ""};

	*d = (struct desk){.pepay = p, .in = mailbox_new(64), .archive = mailbox_new(room)};
	(void)str_printf(d->base_url, sizeof(d->base_url), "http://127.0.0.1:%d", p->peer->port);
	opt.base_url = d->base_url;
	if (verified > 0) {
		(void)str_printf(d->at.verified, ID_CAP, "evt_%d", verified);
		(void)str_copy(d->at.overlap, ID_CAP, d->at.verified);
	}
	d->newest = verified;
	opt.position = d->at;
	if (sync_start(&opt, d->in, d->archive, NULL, &d->sync, &why) != S_OK)
		fail_msg("%s", why.what);
}

static void desk_end(struct desk *d)
{
	sync_stop(d->sync);
	mailbox_free(d->in);
	mailbox_free(d->archive);
}

static void desk_check_batch(struct desk *d, const struct msg_events *batch)
{
	assert_int_equal(batch->source, SOURCE_REST);
	assert_int_equal(batch->stream, STREAM_MERCHANT);
	for (size_t i = 0; i < batch->count; i++) {
		int n = (int)strtol(batch->items[i].id + 4, NULL, 10);

		if (i > 0) /* oldest first */
			assert_true(n > (int)strtol(batch->items[i - 1].id + 4, NULL, 10));
		d->newest = n > d->newest ? n : d->newest;
	}
}

/* Before it is answered, it asks for nothing more. */
static void desk_walk_ends(struct desk *d, const struct sync_mark *mark)
{
	d->walks++;
	d->last = *mark;
	d->requests = atomic_load(&d->pepay->requests);
	pthread_mutex_lock(&d->pepay->lock);
	(void)str_copy(d->target, sizeof(d->target), d->pepay->last_target);
	pthread_mutex_unlock(&d->pepay->lock);
}

/* Takes one batch and answers it as an archive does; false when none came in time. */
static bool desk_commit(struct desk *d, int timeout_ms)
{
	struct pollfd in = {.fd = mailbox_fd(d->archive), .events = POLLIN};
	struct msg *m, *receipt;

	if (poll(&in, 1, timeout_ms) <= 0 || (m = mailbox_take(d->archive)) == NULL)
		return false;
	assert_int_equal(m->kind, MSG_EVENTS);
	desk_check_batch(d, &m->as.events);
	d->batches++;
	d->events += m->as.events.count;
	d->bad_frames += m->as.events.bad_frames;
	if (m->as.events.mark.verified[0] != '\0') {
		(void)str_copy(d->at.verified, ID_CAP, m->as.events.mark.verified);
		if (!d->overlaps)
			(void)str_copy(d->at.overlap, ID_CAP, d->at.verified);
	}
	if (m->as.events.mark.last)
		desk_walk_ends(d, &m->as.events.mark);
	receipt = msg_new(MSG_RECEIPT);
	receipt->as.receipt = (struct sync_receipt){.walk = m->as.events.mark.walk,
						    .fresh = m->as.events.count,
						    .last = m->as.events.mark.last,
						    .position = d->at};
	assert_int_equal(mailbox_post(d->in, receipt), S_OK);
	msg_free(m);
	return true;
}

static void desk_until_walks(struct desk *d, size_t walks)
{
	while (d->walks < walks)
		assert_true(desk_commit(d, PATIENCE_MS));
}

/* A walk more that is made for this; others may come between, for time passes. */
static void desk_until_walk_of(struct desk *d, enum sync_purpose purpose)
{
	do
		desk_until_walks(d, d->walks + 1);
	while (d->last.purpose != purpose);
}

static void desk_until_event(struct desk *d, int newest)
{
	while (d->newest < newest)
		desk_until_walks(d, d->walks + 1);
	assert_int_equal(d->newest, newest);
}

static void desk_link(struct desk *d, enum link_state state)
{
	struct msg *m = msg_new(MSG_LINK);

	m->as.link = (struct link_report){.stream = STREAM_MERCHANT, .state = state};
	assert_int_equal(mailbox_post(d->in, m), S_OK);
}

/* It makes so many requests, and then no more. */
static void desk_expect_requests(const struct desk *d, int count)
{
	int64_t until = test_now_ms() + PATIENCE_MS;

	while (atomic_load(&d->pepay->requests) < count && test_now_ms() < until)
		test_sleep_ms(10);
	test_sleep_ms(200);
	assert_int_equal(atomic_load(&d->pepay->requests), count);
}

/* --- what it does --------------------------------------------------------------------------------
 */

static void test_sync_catches_up_from_the_verified_event(void **state)
{
	struct pepay p;
	struct desk d;
	char header[64];

	(void)state;
	pepay_new(&p, 2345);
	desk_new(&d, &p, 1000, 64);
	desk_until_walks(&d, 1);
	assert_int_equal(d.events, 1345);
	assert_int_equal(d.batches, 14);
	assert_int_equal(d.last.purpose, SYNC_CATCH_UP);
	assert_true(d.last.proven);
	assert_string_equal(d.at.verified, "evt_2345");
	assert_int_equal(d.requests, 15); /* and one probe */
	assert_string_equal(d.target,
			    "/api/v1/events?limit=100&ending_before=evt_2300&environment=devnet");
	desk_end(&d);
	assert_int_equal(atomic_load(&p.peer->accepted), 1); /* one connection for all of it */
	assert_string_equal(conn_header(&p.peer->conns[0], "x-api-key", header, sizeof(header)),
			    KEY);
	pepay_end(&p);
}

static void test_sync_begins_a_history(void **state)
{
	struct pepay p;
	struct desk d;

	(void)state;
	pepay_new(&p, 5000);
	desk_new(&d, &p, 0, 64);
	desk_until_walks(&d, 1);
	assert_int_equal(d.events, 1000);
	assert_int_equal(d.last.purpose, SYNC_START);
	assert_string_equal(d.at.verified, "evt_5000");
	desk_end(&d);
	pepay_end(&p);
}

static void test_sync_holds_back_while_the_archive_is_full(void **state)
{
	struct pepay p;
	struct desk d;

	(void)state;
	pepay_new(&p, 3000);
	desk_new(&d, &p, 1000, 2);
	desk_expect_requests(&d, 4); /* two in the mailbox, one in hand; a probe */
	desk_until_walks(&d, 1);
	assert_int_equal(d.events, 2000);
	assert_string_equal(d.at.verified, "evt_3000");
	desk_end(&d);
	pepay_end(&p);
}

static void test_sync_is_at_most_eight_pages_ahead(void **state)
{
	struct pepay p;
	struct desk d;

	(void)state;
	pepay_new(&p, 3000);
	desk_new(&d, &p, 1000, 64);
	desk_expect_requests(&d, 9); /* with a probe */
	assert_int_equal(mailbox_count(d.archive), 8);
	desk_until_walks(&d, 1);
	assert_int_equal(d.events, 2000);
	desk_end(&d);
	pepay_end(&p);
}

static void test_sync_walks_when_asked_and_when_a_stream_opens(void **state)
{
	struct pepay p;
	struct desk d;
	struct msg *gap;

	(void)state;
	pepay_new(&p, 50);
	desk_new(&d, &p, 50, 64);
	desk_until_walks(&d, 1);
	desk_link(&d, LINK_LIVE);
	desk_until_walk_of(&d, SYNC_CATCH_UP);
	assert_true(d.last.proven);
	assert_int_equal(d.newest, 50);
	atomic_store(&p.happened, 60);
	sync_now(d.sync);
	desk_until_event(&d, 60);
	atomic_store(&p.happened, 61);
	gap = msg_new(MSG_GAP);
	assert_int_equal(mailbox_post(d.in, gap), S_OK);
	desk_until_event(&d, 61);
	desk_until_walk_of(&d, SYNC_SWEEP);
	desk_end(&d);
	pepay_end(&p);
}

static void test_sync_polls_where_there_is_no_stream(void **state)
{
	struct pepay p;
	struct desk d;

	(void)state;
	pepay_new(&p, 50);
	desk_new(&d, &p, 50, 64);
	desk_until_walks(&d, 1);
	atomic_store(&p.happened, 55);
	desk_until_event(&d, 55); /* by itself, in about a second */
	assert_int_equal(d.last.purpose, SYNC_POLL);
	desk_end(&d);
	pepay_end(&p);
}

static void test_sync_stops_when_the_key_is_refused_until_asked(void **state)
{
	struct pepay p;
	struct desk d;

	(void)state;
	pepay_new(&p, 50);
	atomic_store(&p.status, 401);
	desk_new(&d, &p, 40, 64);
	assert_false(desk_commit(&d, 1500));
	assert_int_equal(atomic_load(&p.requests), 1);
	atomic_store(&p.status, 0);
	sync_now(d.sync);
	desk_until_walks(&d, 1);
	assert_int_equal(d.newest, 50);
	desk_end(&d);
	pepay_end(&p);
}

static void test_sync_tries_again_after_a_failure(void **state)
{
	struct pepay p;
	struct desk d;
	int64_t began = test_now_ms();
	int requests;

	(void)state;
	pepay_new(&p, 50);
	atomic_store(&p.status, 503);
	desk_new(&d, &p, 40, 64);
	do
		assert_false(desk_commit(&d, 50));
	while ((requests = atomic_load(&p.requests)) < 3 && test_now_ms() < began + PATIENCE_MS);
	assert_true(requests >= 3);
	assert_true(requests <= 4 || test_now_ms() - began > 1000);
	atomic_store(&p.status, 0);
	desk_until_walks(&d, 1);
	assert_int_equal(d.newest, 50);
	desk_end(&d);
	pepay_end(&p);
}

static void test_sync_says_once_what_could_not_be_read(void **state)
{
	struct pepay p;
	struct desk d;

	(void)state;
	pepay_new(&p, 60);
	atomic_store(&p.unreadable, 55);
	desk_new(&d, &p, 50, 64);
	d.overlaps = true;
	desk_until_walks(&d, 1);
	assert_int_equal(d.events, 9);
	assert_int_equal(d.bad_frames, 1);
	assert_string_equal(d.at.verified, "evt_60");
	sync_now(d.sync);
	desk_until_walks(&d, 2);
	assert_int_equal(d.events, 18); /* the overlap brings it again */
	assert_int_equal(d.bad_frames, 1);
	desk_end(&d);
	pepay_end(&p);
}

static void test_sync_stops_within_a_second(void **state)
{
	struct pepay p;
	struct desk d;
	int64_t before;

	(void)state;
	for (int hangs = 0; hangs < 3; hangs++) {
		pepay_new(&p, 5000);
		atomic_store(&p.hangs, hangs == 1);
		desk_new(&d, &p, 100, hangs == 2 ? 1 : 64); /* 2: waiting for room */
		while (atomic_load(&p.requests) == 0)
			test_sleep_ms(10);
		test_sleep_ms(100);
		before = test_now_ms();
		sync_stop(d.sync);
		assert_true(test_now_ms() - before < 10000);
		mailbox_free(d.in);
		mailbox_free(d.archive);
		pepay_end(&p);
	}
	sync_stop(NULL);
}

static void test_sync_refuses_what_cannot_work(void **state)
{
	char long_url[400];
	struct sync_options opt = {.merchant_key = KEY, .clock = clock_system()};
	struct mailbox *in = mailbox_new(4), *archive = mailbox_new(4);
	struct sync *s = NULL;
	struct problem why = {.what = ""};

	(void)state;
	opt.base_url = "http://api.example.com";
	assert_int_equal(sync_start(&opt, in, archive, NULL, &s, &why), E_DENIED);
	(void)str_printf(long_url, sizeof(long_url), "https://api.example.com/%0300d", 1);
	opt.base_url = long_url;
	assert_int_equal(sync_start(&opt, in, archive, NULL, &s, &why), E_LIMIT);
	opt.base_url = "https://api.example.com";
	opt.environment = "an environment that nobody has heard of";
	assert_int_equal(sync_start(&opt, in, archive, NULL, &s, &why), E_LIMIT);
	assert_null(s);
	mailbox_free(in);
	mailbox_free(archive);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sync_catches_up_from_the_verified_event),
		cmocka_unit_test(test_sync_begins_a_history),
		cmocka_unit_test(test_sync_holds_back_while_the_archive_is_full),
		cmocka_unit_test(test_sync_is_at_most_eight_pages_ahead),
		cmocka_unit_test(test_sync_walks_when_asked_and_when_a_stream_opens),
		cmocka_unit_test(test_sync_polls_where_there_is_no_stream),
		cmocka_unit_test(test_sync_stops_when_the_key_is_refused_until_asked),
		cmocka_unit_test(test_sync_tries_again_after_a_failure),
		cmocka_unit_test(test_sync_says_once_what_could_not_be_read),
		cmocka_unit_test(test_sync_stops_within_a_second),
		cmocka_unit_test(test_sync_refuses_what_cannot_work),
	};
	struct problem why;

	if (http_curl_global_init(&why) != S_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The feed against a server that does what each test says. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/feed.h"
#include "base/strbuf.h"
#include "net/link.h"
#include "peer.h"

#define KEY  "pk_test_0123456789abcd"
#define CKEY "ck_test_0123456789wxyz"
#define EVENT                                                                                \
	"{\"object\":\"event\",\"id\":\"%s\",\"type\":\"test.ping\",\"created\":1766320000," \
	"\"api_version\":\"2025-12-16\",\"livemode\":false,\"pending_webhooks\":0,"          \
	"\"request\":{\"id\":null,\"idempotency_key\":null},"                                \
	"\"data\":{\"object\":{\"object\":\"ping\",\"status\":\"ok\"}}}"

#define JSON_TYPE "Content-Type: application/json\r\n"

struct seen {
	struct mailbox *mb;
	struct feed *feed;
	size_t events, bad_frames, gaps;
	char ids[70000][24];
	char bad_reason[160];
	char gap_from[ID_CAP], gap_to[ID_CAP];
	size_t replayed;
	struct link_report link[STREAM_COUNT];
	bool visited[STREAM_COUNT][LINK_STATE_COUNT];
	struct problem why[LINK_STATE_COUNT];
};

static struct seen *seen_new(size_t capacity)
{
	struct seen *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->mb = mailbox_new(capacity);
	assert_non_null(s->mb);
	return s;
}

static void seen_start(struct seen *s, int port, const char *merchant, const char *commerce)
{
	char url[64];
	struct problem p = {.status = S_OK};
	struct feed_options opt = {.ws_url = url,
				   .merchant_key = merchant,
				   .commerce_key = commerce,
				   .clock = clock_system(),
				   .jitter_seed = 42};

	(void)str_printf(url, sizeof(url), "ws://127.0.0.1:%d", port);
	assert_int_equal(feed_start(&opt, s->mb, &s->feed, &p), S_OK);
}

static void seen_free(struct seen *s)
{
	int64_t at = test_now_ms();

	feed_stop(s->feed);
	assert_true(test_now_ms() - at < 10000);
	mailbox_free(s->mb);
	free(s);
}

static void seen_take(struct seen *s, struct msg *m)
{
	switch (m->kind) {
	case MSG_EVENTS:
		for (size_t i = 0; i < m->as.events.count && s->events < 70000; i++)
			(void)str_copy(s->ids[s->events++], sizeof(s->ids[0]),
				       m->as.events.items[i].id);
		if (m->as.events.source == SOURCE_REPLAY)
			s->replayed += m->as.events.count;
		s->bad_frames += m->as.events.bad_frames;
		if (m->as.events.bad_frames > 0)
			(void)str_copy(s->bad_reason, sizeof(s->bad_reason),
				       m->as.events.bad_reason);
		break;
	case MSG_LINK:
		s->link[m->as.link.stream] = m->as.link;
		s->visited[m->as.link.stream][m->as.link.state] = true;
		s->why[m->as.link.state] = m->as.link.problem;
		break;
	case MSG_GAP:
		s->gaps++;
		(void)str_copy(s->gap_from, sizeof(s->gap_from), m->as.gap.from);
		(void)str_copy(s->gap_to, sizeof(s->gap_to), m->as.gap.to);
		break;
	default:
		fail_msg("an unexpected message");
	}
	msg_free(m);
}

static bool seen_next(struct seen *s)
{
	struct msg *m = mailbox_take(s->mb);

	if (m != NULL)
		seen_take(s, m);
	return m != NULL;
}

/* Looks after each message, so that what is soon something else again is seen too. */
#define WAIT_FOR(s, condition)                                                            \
	do {                                                                              \
		int64_t until_ = test_now_ms() + PATIENCE_MS;                             \
		while (!(condition)) {                                                    \
			struct pollfd p_ = {.fd = mailbox_fd((s)->mb), .events = POLLIN}; \
			if (seen_next(s))                                                 \
				continue;                                                 \
			if (test_now_ms() > until_)                                       \
				fail_msg("never: %s", #condition);                        \
			(void)poll(&p_, 1, 20);                                           \
		}                                                                         \
	} while (0)

#define MERCHANT_IS(s, wanted) ((s)->link[STREAM_MERCHANT].state == (wanted))

static bool send_event(struct conn *c, const char *id)
{
	char text[1024];

	(void)snprintf(text, sizeof(text), EVENT, id);
	return conn_text(c, text);
}

static bool send_events(struct conn *c, int from, int to)
{
	for (int i = from; i < to; i++) {
		char id[32];

		(void)snprintf(id, sizeof(id), "evt_%d-1", i);
		if (!send_event(c, id))
			return false;
	}
	return true;
}

/* --- connecting ------------------------------------------------------------------- */

static void serve_three(struct conn *c, void *ctx)
{
	(void)ctx;
	if (conn_read_head(c) && conn_upgrade(c, "") && send_events(c, 0, 3))
		conn_idle(c, true, PATIENCE_MS);
}

static void test_feed_connects_and_delivers(void **state)
{
	struct peer *p = peer_start(serve_three, NULL);
	struct seen *s = seen_new(64);
	char head[8192];

	(void)state;
	seen_start(s, p->port, KEY, NULL);
	WAIT_FOR(s, s->events == 3 && MERCHANT_IS(s, LINK_LIVE));
	assert_string_equal(s->ids[0], "evt_0-1");
	assert_string_equal(s->ids[2], "evt_2-1");
	assert_int_equal(s->link[STREAM_COMMERCE].state, LINK_OFF);
	assert_true(s->visited[STREAM_MERCHANT][LINK_CONNECTING]);
	WAIT_FOR(s, s->link[STREAM_MERCHANT].rtt_ms >= 0);
	peer_head(p, head, sizeof(head));
	assert_ptr_equal(strstr(head, "GET /ws/merchant/events?format=event_v1 HTTP/1.1\r\n"),
			 head);
	assert_non_null(strstr(head, "x-api-key: " KEY "\r\n"));
	assert_null(strstr(head, "x-commerce-api-key"));
	/* finding 1: a server that is offered extensions can crash this libwebsockets */
	assert_null(strstr(head, "xtensions"));
	seen_free(s);
	peer_stop(p);
}

static void test_feed_sends_each_key_to_its_own_stream(void **state)
{
	struct peer *p = peer_start(serve_three, NULL);
	struct seen *s = seen_new(64);
	char head[8192];

	(void)state;
	seen_start(s, p->port, NULL, CKEY);
	WAIT_FOR(s, s->events == 3);
	assert_int_equal(s->link[STREAM_MERCHANT].state, LINK_OFF);
	peer_head(p, head, sizeof(head));
	assert_ptr_equal(strstr(head, "GET /ws/commerce/events?format=event_v1"
				      "&types=commerce.order.*,invoice.* HTTP/1.1\r\n"),
			 head);
	assert_non_null(strstr(head, "x-commerce-api-key: " CKEY "\r\n"));
	assert_null(strstr(head, "x-api-key"));
	seen_free(s);
	peer_stop(p);
}

/* --- resuming ----------------------------------------------------------------------- */

static void serve_drops(struct conn *c, void *ctx)
{
	atomic_int *since = ctx;
	char *at;

	if (!conn_read_head(c) || !conn_upgrade(c, ""))
		return;
	at = strstr(c->head, "&since=evt_");
	if (c->index == 0 && at == NULL)
		(void)(send_events(c, 0, 10) && conn_send(c, "\x81\x7e\x01", 3)); /* half a frame */
	if (c->index == 0)
		test_sleep_ms(100);
	if (c->index == 1 && at != NULL) {
		atomic_store(since, (int)strtol(at + 11, NULL, 10));
		(void)send_events(c, atomic_load(since) + 1, 20);
		conn_idle(c, true, PATIENCE_MS);
	}
}

static void test_feed_resumes_after_the_last_delivered_event(void **state)
{
	atomic_int since = -1;
	struct peer *p = peer_start(serve_drops, &since);
	struct seen *s = seen_new(64);

	(void)state;
	seen_start(s, p->port, KEY, NULL);
	WAIT_FOR(s, s->events == 20 && MERCHANT_IS(s, LINK_LIVE));
	assert_true(s->visited[STREAM_MERCHANT][LINK_RECONNECTING]);
	assert_int_equal(atomic_load(&since), 9);
	for (int i = 0; i < 20; i++) {
		char id[32];

		(void)snprintf(id, sizeof(id), "evt_%d-1", i);
		assert_string_equal(s->ids[i], id);
	}
	seen_free(s);
	peer_stop(p);
}

static void test_feed_reconnects_when_nobody_listens(void **state)
{
	struct seen *s = seen_new(64);
	struct peer *p;
	int port, held = port_hold(&port);

	(void)state;
	seen_start(s, port, KEY, NULL);
	WAIT_FOR(s, s->link[STREAM_MERCHANT].attempt >= 2);
	assert_int_equal(s->link[STREAM_MERCHANT].problem.status, E_NETWORK);
	assert_true(s->link[STREAM_MERCHANT].next_try_mono_ms != TIME_NONE ||
		    s->link[STREAM_MERCHANT].attempt > 0);
	p = peer_start_on(port, serve_three, NULL);
	feed_retry_now(s->feed);
	WAIT_FOR(s, MERCHANT_IS(s, LINK_LIVE));
	assert_int_equal(s->link[STREAM_MERCHANT].attempt, 0);
	seen_free(s);
	peer_stop(p);
	close(held);
}

/* --- being refused ---------------------------------------------------------------------- */

static void serve_status(struct conn *c, void *ctx)
{
	const char *const *answer = ctx;

	if (conn_read_head(c))
		conn_answer(c, answer[0], answer[1], "{\"error\":\"no\",\"code\":\"X\"}");
}

static void test_feed_asks_once_with_a_refused_key(void **state)
{
	static const char *const statuses[] = {"401 Unauthorized", "403 Forbidden"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const char *answer[2] = {statuses[i], "Content-Type: application/json\r\n"};
		struct peer *p = peer_start(serve_status, answer);
		struct seen *s = seen_new(64);

		seen_start(s, p->port, KEY, NULL);
		WAIT_FOR(s, MERCHANT_IS(s, LINK_AUTH_FAILED));
		assert_non_null(strstr(s->why[LINK_AUTH_FAILED].what, "ending in abcd"));
		assert_null(strstr(s->why[LINK_AUTH_FAILED].what, KEY));
		test_sleep_ms(1200);
		assert_int_equal(atomic_load(&p->accepted), 1);
		feed_retry_now(s->feed);
		WAIT_FOR(s, atomic_load(&p->accepted) == 2);
		seen_free(s);
		peer_stop(p);
	}
}

static void test_feed_waits_as_long_as_the_server_asks(void **state)
{
	const char *answer[2] = {"429 Too Many Requests", "Retry-After: 90\r\n"};
	struct peer *p = peer_start(serve_status, answer);
	struct seen *s = seen_new(64);
	int64_t before = test_now_ms(), next;

	(void)state;
	seen_start(s, p->port, KEY, NULL);
	WAIT_FOR(s, MERCHANT_IS(s, LINK_RECONNECTING));
	assert_int_equal(s->link[STREAM_MERCHANT].problem.status, E_RATE);
	next = s->link[STREAM_MERCHANT].next_try_mono_ms;
	assert_true(next - before >= 90000 && next - test_now_ms() < 95000);
	seen_free(s);
	peer_stop(p);
}

static void test_feed_never_follows_a_redirect(void **state)
{
	static const char *const codes[] = {"301 Moved", "302 Found", "307 Temporary", "308 P"};
	struct peer *elsewhere = peer_start(serve_three, NULL);

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		char headers[128];
		const char *answer[2] = {codes[i], headers};
		struct peer *p = peer_start(serve_status, answer);
		struct seen *s = seen_new(64);

		(void)snprintf(headers, sizeof(headers), "Location: http://127.0.0.1:%d/x\r\n",
			       elsewhere->port);
		seen_start(s, p->port, KEY, NULL);
		WAIT_FOR(s, MERCHANT_IS(s, LINK_RECONNECTING));
		assert_non_null(strstr(s->why[LINK_RECONNECTING].what, "redirect"));
		seen_free(s);
		peer_stop(p);
	}
	test_sleep_ms(100);
	assert_int_equal(atomic_load(&elsewhere->accepted), 0);
	peer_stop(elsewhere);
}

static void serve_extensions(struct conn *c, void *ctx)
{
	if (conn_read_head(c))
		(void)conn_upgrade(c, ctx);
	conn_idle(c, true, 500);
}

static void test_feed_survives_extension_headers(void **state)
{
	static const char *const headers[] = {
		"Sec-WebSocket-Extensions: permessage-deflate\r\n",
		"Sec-WebSocket-Extensions: permessage-deflate, permessage-deflate\r\n",
		"Sec-WebSocket-Protocol: other\r\n"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct peer *p = peer_start(serve_extensions, (void *)(uintptr_t)headers[i]);
		struct seen *s = seen_new(64);

		seen_start(s, p->port, KEY, NULL);
		WAIT_FOR(s, MERCHANT_IS(s, LINK_RECONNECTING));
		assert_false(s->visited[STREAM_MERCHANT][LINK_LIVE]);
		seen_free(s);
		peer_stop(p);
	}
}

/* --- frames ------------------------------------------------------------------------------- */

static void serve_bad_frames(struct conn *c, void *ctx)
{
	static char big[1024 * 1024 + 10];

	(void)ctx;
	if (!conn_read_head(c) || !conn_upgrade(c, ""))
		return;
	if (c->index > 0) {
		conn_idle(c, true, PATIENCE_MS);
		return;
	}
	(void)send_event(c, "evt_1-1");
	(void)conn_text(c, "not json");
	(void)conn_text(c, "{\"object\":\"event\"}");
	(void)conn_text(c, "");
	(void)conn_frame(c, 0x82, "\x01\x02", 2);
	memset(big, ' ', sizeof(big));
	(void)conn_frame(c, 0x81, big, sizeof(big));
	(void)send_event(c, "evt_2-1");
	conn_idle(c, true, PATIENCE_MS);
}

static void test_feed_counts_bad_frames_and_goes_on(void **state)
{
	struct peer *p = peer_start(serve_bad_frames, NULL);
	struct seen *s = seen_new(64);

	(void)state;
	seen_start(s, p->port, KEY, NULL);
	WAIT_FOR(s, s->events == 2 && s->bad_frames == 5);
	assert_string_not_equal(s->bad_reason, "");
	assert_int_equal(atomic_load(&p->accepted), 1);
	seen_free(s);
	peer_stop(p);
}

static void serve_fragments(struct conn *c, void *ctx)
{
	char text[1024];
	size_t n;

	(void)ctx;
	if (!conn_read_head(c) || !conn_upgrade(c, ""))
		return;
	(void)snprintf(text, sizeof(text), EVENT, "evt_7-7");
	n = strlen(text);
	/* every byte a frame of its own, with pings in between */
	for (size_t i = 0; i < n; i++) {
		unsigned first = (i == 0 ? 0x01u : 0x00u) | (i + 1 == n ? 0x80u : 0u);

		if (i % 50 == 20 && !conn_frame(c, 0x89, "hi", 2))
			return;
		if (!conn_frame(c, first, text + i, 1))
			return;
	}
	conn_idle(c, true, PATIENCE_MS);
}

static void test_feed_joins_fragments(void **state)
{
	struct peer *p = peer_start(serve_fragments, NULL);
	struct seen *s = seen_new(64);

	(void)state;
	seen_start(s, p->port, KEY, NULL);
	WAIT_FOR(s, s->events == 1);
	assert_string_equal(s->ids[0], "evt_7-7");
	assert_int_equal(s->bad_frames, 0);
	seen_free(s);
	peer_stop(p);
}

static void serve_hostile(struct conn *c, void *ctx)
{
	const struct {
		const char *bytes;
		size_t len;
	} *attack = ctx;

	if (!conn_read_head(c) || !conn_upgrade(c, ""))
		return;
	if (c->index == 0)
		(void)conn_send(c, attack->bytes, attack->len);
	conn_idle(c, true, PATIENCE_MS);
}

static void test_feed_hangs_up_on_protocol_abuse(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} attacks[] = {
		{"\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"
		 "few",
		 13},                                             /* N25: a length without end */
		{"\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 10}, /* 2^63 and more */
		{"\x81\x02\xc3\x28", 4},                          /* bad UTF-8 */
		{"\xc1\x02hi", 4},                                /* RSV bit */
		{"\x80\x02hi", 4},                                /* a continuation of nothing */
		{"\x01\x02hi\x81\x02hi", 8},                      /* text inside text */
		{"\x89\x7e\x00\x80", 4},                          /* a ping of 128 bytes */
		{"\x83\x00", 2},                                  /* an opcode nobody knows */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++) {
		struct peer *p = peer_start(serve_hostile, (void *)(uintptr_t)&attacks[i]);
		struct seen *s = seen_new(64);

		seen_start(s, p->port, KEY, NULL);
		WAIT_FOR(s, MERCHANT_IS(s, LINK_RECONNECTING));
		/* at once, not when it has been silent for long */
		assert_int_not_equal(s->link[STREAM_MERCHANT].problem.status, E_TIMEOUT);
		WAIT_FOR(s, MERCHANT_IS(s, LINK_LIVE));
		assert_int_equal(s->events, 0);
		seen_free(s);
		peer_stop(p);
	}
}

/* --- what the server says ------------------------------------------------------------------- */

static void serve_resync(struct conn *c, void *ctx)
{
	(void)ctx;
	if (!conn_read_head(c) || !conn_upgrade(c, ""))
		return;
	(void)conn_text(c, "{\"object\":\"ws_control\",\"type\":\"resync_required\","
			   "\"since\":\"evt_1-1\",\"oldest_event_id\":\"evt_5-5\","
			   "\"latest_event_id\":\"evt_9-9\",\"snapshot\":false}");
	(void)conn_text(c, "{\"object\":\"ws_control\",\"type\":\"replay_started\"}");
	(void)send_events(c, 5, 8);
	(void)conn_text(c, "{\"object\":\"ws_control\",\"type\":\"replay_completed\"}");
	(void)send_events(c, 8, 10);
	conn_idle(c, true, PATIENCE_MS);
}

static void test_feed_reports_the_gap_the_server_admits(void **state)
{
	struct peer *p = peer_start(serve_resync, NULL);
	struct seen *s = seen_new(64);

	(void)state;
	seen_start(s, p->port, KEY, NULL);
	WAIT_FOR(s, s->events == 5);
	assert_int_equal(s->gaps, 1);
	assert_string_equal(s->gap_from, "evt_1-1");
	assert_string_equal(s->gap_to, "evt_5-5");
	assert_int_equal(s->replayed, 3);
	seen_free(s);
	peer_stop(p);
}

static void serve_error(struct conn *c, void *ctx)
{
	const char *code = ctx;
	char text[256];

	if (!conn_read_head(c) || !conn_upgrade(c, ""))
		return;
	(void)snprintf(text, sizeof(text),
		       "{\"object\":\"ws_error\",\"code\":\"%s\",\"message\":\"so sorry\"}", code);
	(void)conn_text(c, text);
	conn_close_frame(c, 1011, "fault");
	conn_idle(c, true, 1000);
}

static void test_feed_shows_the_servers_reason(void **state)
{
	struct peer *p = peer_start(serve_error, (void *)(uintptr_t) "OVERLOADED");
	struct seen *s = seen_new(64);

	(void)state;
	seen_start(s, p->port, KEY, NULL);
	WAIT_FOR(s, MERCHANT_IS(s, LINK_RECONNECTING));
	assert_non_null(strstr(s->why[LINK_RECONNECTING].what, "OVERLOADED: so sorry"));
	seen_free(s);
	peer_stop(p);

	p = peer_start(serve_error, (void *)(uintptr_t) "API_KEY_INVALID");
	s = seen_new(64);
	seen_start(s, p->port, KEY, NULL);
	WAIT_FOR(s, MERCHANT_IS(s, LINK_AUTH_FAILED));
	seen_free(s);
	peer_stop(p);
}

static void serve_cursor_gone(struct conn *c, void *ctx)
{
	(void)ctx;
	if (!conn_read_head(c))
		return;
	if (strstr(c->head, "&since=") != NULL) {
		conn_answer(c, "410 Gone", JSON_TYPE, "{}");
		return;
	}
	if (!conn_upgrade(c, ""))
		return;
	if (c->index == 0) {
		(void)send_event(c, "evt_5-1");
		conn_close_frame(c, 1001, "moving house");
		conn_idle(c, true, 1000);
		return;
	}
	(void)send_event(c, "evt_9-1");
	(void)conn_frame(c, 0x88, "", 0);
	conn_idle(c, true, 1000);
}

static void test_feed_starts_over_with_a_gap_when_the_cursor_is_gone(void **state)
{
	struct peer *p = peer_start(serve_cursor_gone, NULL);
	struct seen *s = seen_new(64);

	(void)state;
	seen_start(s, p->port, KEY, NULL);
	WAIT_FOR(s, s->events == 1 && MERCHANT_IS(s, LINK_RECONNECTING));
	assert_non_null(strstr(s->link[STREAM_MERCHANT].problem.what, "code 1001: moving house"));
	WAIT_FOR(s, s->gaps == 1);
	assert_string_equal(s->gap_from, "evt_5-1");
	assert_string_equal(s->gap_to, "");
	WAIT_FOR(s, s->events == 2);
	assert_string_equal(s->ids[1], "evt_9-1");
	WAIT_FOR(s, MERCHANT_IS(s, LINK_RECONNECTING));
	assert_non_null(strstr(s->link[STREAM_MERCHANT].problem.what, "closed by the server"));
	seen_free(s);
	peer_stop(p);
}

/* --- keeping up --------------------------------------------------------------------------------
 */

#define FLOOD 30000

static void serve_flood(struct conn *c, void *ctx)
{
	atomic_int *sent = ctx;

	if (!conn_read_head(c) || !conn_upgrade(c, ""))
		return;
	for (int i = 0; i < FLOOD; i++) {
		char id[32];

		(void)snprintf(id, sizeof(id), "evt_%d-1", i);
		if (!send_event(c, id))
			return;
		atomic_fetch_add(sent, 1);
	}
	conn_idle(c, true, PATIENCE_MS);
}

static void test_feed_holds_back_a_flood_and_loses_nothing(void **state)
{
	atomic_int sent = 0;
	struct peer *p = peer_start(serve_flood, &sent);
	struct seen *s = seen_new(4);
	int64_t until = test_now_ms() + PATIENCE_MS;

	(void)state;
	seen_start(s, p->port, KEY, NULL);
	/* nobody takes anything: the server must be held back, not read into memory */
	while ((mailbox_count(s->mb) < 4 || atomic_load(&p->held_back) < 8) &&
	       atomic_load(&sent) < FLOOD && test_now_ms() < until)
		test_sleep_ms(20);
	assert_int_equal(mailbox_count(s->mb), 4);
	assert_true(atomic_load(&sent) < FLOOD);
	WAIT_FOR(s, s->events == FLOOD);
	assert_true(s->visited[STREAM_MERCHANT][LINK_LAGGING]);
	WAIT_FOR(s, MERCHANT_IS(s, LINK_LIVE));
	for (int i = 0; i < FLOOD; i++) {
		char id[32];

		(void)snprintf(id, sizeof(id), "evt_%d-1", i);
		if (strcmp(s->ids[i], id) != 0)
			fail_msg("event %d is %s", i, s->ids[i]);
	}
	assert_int_equal(atomic_load(&p->accepted), 1);
	seen_free(s);
	peer_stop(p);
}

static void serve_silence(struct conn *c, void *ctx)
{
	(void)ctx;
	if (conn_read_head(c) && conn_upgrade(c, "") && send_events(c, 0, 1))
		conn_idle(c, false, PATIENCE_MS);
}

static void test_feed_notices_a_dead_peer(void **state)
{
	struct peer *p = peer_start(serve_silence, NULL);
	struct seen *s = seen_new(64);
	int64_t before = test_now_ms();

	(void)state;
	seen_start(s, p->port, KEY, NULL);
	WAIT_FOR(s, MERCHANT_IS(s, LINK_LIVE));
	WAIT_FOR(s, MERCHANT_IS(s, LINK_STALE)); /* how soon, test_net_link.c tells by its clock */
	assert_true(test_now_ms() - before >= LINK_STALE_MS);
	WAIT_FOR(s, MERCHANT_IS(s, LINK_RECONNECTING));
	assert_true(test_now_ms() - before >= LINK_DEAD_MS);
	assert_int_equal(s->link[STREAM_MERCHANT].problem.status, E_TIMEOUT);
	seen_free(s);
	peer_stop(p);
}

static void test_feed_refuses_urls_and_keys_it_must_not_use(void **state)
{
	static const char *const urls[] = {"http://127.0.0.1:1",     "ws://example.com",
					   "ws://127.0.0.1:1/path",  "ws://127.0.0.1:1?x=1",
					   "ws://u:p@127.0.0.1:1",   "wss://h/#f",
					   "ws://127.0.0.1.evil.com"};
	struct mailbox *mb = mailbox_new(4);
	struct feed *f = NULL;
	struct problem p;

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		struct feed_options opt = {.ws_url = urls[i],
					   .merchant_key = KEY,
					   .clock = clock_system()};

		assert_int_equal(feed_start(&opt, mb, &f, &p), E_DENIED);
	}
	struct feed_options opt = {.ws_url = "ws://127.0.0.1:1",
				   .merchant_key = "key\r\nx-evil: 1",
				   .clock = clock_system()};
	assert_int_equal(feed_start(&opt, mb, &f, &p), E_INVALID);
	mailbox_free(mb);
	feed_stop(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_feed_connects_and_delivers),
		cmocka_unit_test(test_feed_sends_each_key_to_its_own_stream),
		cmocka_unit_test(test_feed_resumes_after_the_last_delivered_event),
		cmocka_unit_test(test_feed_reconnects_when_nobody_listens),
		cmocka_unit_test(test_feed_asks_once_with_a_refused_key),
		cmocka_unit_test(test_feed_waits_as_long_as_the_server_asks),
		cmocka_unit_test(test_feed_never_follows_a_redirect),
		cmocka_unit_test(test_feed_survives_extension_headers),
		cmocka_unit_test(test_feed_counts_bad_frames_and_goes_on),
		cmocka_unit_test(test_feed_joins_fragments),
		cmocka_unit_test(test_feed_hangs_up_on_protocol_abuse),
		cmocka_unit_test(test_feed_reports_the_gap_the_server_admits),
		cmocka_unit_test(test_feed_shows_the_servers_reason),
		cmocka_unit_test(test_feed_starts_over_with_a_gap_when_the_cursor_is_gone),
		cmocka_unit_test(test_feed_holds_back_a_flood_and_loses_nothing),
		cmocka_unit_test(test_feed_notices_a_dead_peer),
		cmocka_unit_test(test_feed_refuses_urls_and_keys_it_must_not_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

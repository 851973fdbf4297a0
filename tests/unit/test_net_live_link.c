/* What the feed makes of servers that refuse, flap, forget and fall asleep. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>

#include "base/strbuf.h"
#include "net/feed.h"
#include "net/link.h"
#include "peer.h"

#define KEY  "pk_test_0123456789abcd"
#define JSON "Content-Type: application/json\r\n"
#define HTML "Content-Type: text/html; charset=utf-8\r\n"

struct seen {
	struct mailbox *mb;
	struct feed *feed;
	size_t gaps;
	struct link_report link;
	bool visited[LINK_STATE_COUNT];
};

static void seen_start_with(struct seen *s, const struct peer *p, struct feed_options opt)
{
	char url[64];
	struct problem why = {.status = S_OK};

	*s = (struct seen){.mb = mailbox_new(64)};
	assert_non_null(s->mb);
	(void)str_printf(url, sizeof(url), "ws://127.0.0.1:%d", p->port);
	opt.ws_url = url;
	if (opt.merchant_key == NULL && opt.commerce_key == NULL)
		opt.merchant_key = KEY;
	if (opt.clock.mono_ms == NULL)
		opt.clock = clock_system();
	opt.jitter_seed = 42;
	assert_int_equal(feed_start(&opt, s->mb, &s->feed, &why), S_OK);
}

static void seen_start(struct seen *s, const struct peer *p)
{
	seen_start_with(s, p, (struct feed_options){.merchant_key = KEY});
}

static void seen_free(struct seen *s)
{
	feed_stop(s->feed);
	mailbox_free(s->mb);
}

static bool seen_next(struct seen *s)
{
	struct msg *m = mailbox_take(s->mb);

	if (m == NULL)
		return false;
	if (m->kind == MSG_LINK && m->as.link.state != LINK_OFF) {
		s->link = m->as.link;
		s->visited[s->link.state] = true;
	}
	s->gaps += m->kind == MSG_GAP;
	msg_free(m);
	return true;
}

static void rest_works(struct seen *s)
{
	feed_tell_rest(s->feed, &(struct problem){.status = S_OK}, 0);
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

/* --- refused upgrades ----------------------------------------------------------------- */

struct answer {
	const char *status, *headers, *body;
};

static void serve_answer(struct conn *c, void *ctx)
{
	const struct answer *a = ctx;

	if (conn_read_head(c))
		conn_answer(c, a->status, a->headers, a->body);
}

static void test_feed_polls_where_upgrades_are_refused(void **state)
{
	static const struct answer answers[] = {
		{"403 Forbidden", HTML, "<html>the proxy says no</html>"},
		{"404 Not Found", JSON, "{}"},
		{"426 Upgrade Required", JSON, "{}"},
		{"500 Internal Server Error", JSON, "{}"},
		{"503 Unavailable", HTML, "<html>later</html>"},
		{"429 Too Many Requests", "Retry-After: 7\r\n", ""},
		{"200 OK", HTML, "<html>welcome to the hotel's network</html>"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct peer *p = peer_start(serve_answer, (void *)(uintptr_t)&answers[i]);
		struct seen s;
		char status[16];
		int64_t before = test_now_ms(), next;

		seen_start(&s, p);
		rest_works(&s);
		WAIT_FOR(&s, s.link.state == LINK_POLLING);
		(void)snprintf(status, sizeof(status), "HTTP %.3s", answers[i].status);
		assert_non_null(strstr(s.link.problem.what, status));
		next = s.link.next_try_mono_ms;
		if (answers[i].headers[0] == 'R') {
			assert_true(next - before >= 7000 && next - test_now_ms() < 8000);
		} else { /* the stream is still tried, and the word stays */
			WAIT_FOR(&s, atomic_load(&p->accepted) >= 2 && s.link.attempt >= 2);
			assert_int_equal(s.link.state, LINK_POLLING);
		}
		feed_tell_rest(s.feed, &(struct problem){.status = E_NETWORK, .what = "no route"},
			       0);
		WAIT_FOR(&s, s.link.state == LINK_RECONNECTING);
		assert_non_null(strstr(s.link.problem.what, status));
		seen_free(&s);
		peer_stop(p);
	}
}

static void test_feed_takes_pepays_403_for_a_word_about_the_key(void **state)
{
	static const struct answer answer = {"403 Forbidden", JSON, "{}"};
	struct peer *p = peer_start(serve_answer, (void *)(uintptr_t)&answer);
	struct seen s;

	(void)state;
	seen_start(&s, p);
	rest_works(&s);
	WAIT_FOR(&s, s.link.state == LINK_AUTH_FAILED);
	assert_non_null(strstr(s.link.problem.what, "ending in abcd"));
	test_sleep_ms(1000);
	rest_works(&s);
	assert_int_equal(atomic_load(&p->accepted), 1);
	seen_free(&s);
	peer_stop(p);
}

/* N15: what Retry-After may look like. */
static void test_feed_understands_every_retry_after(void **state)
{
	static const struct {
		const char *header;
		int64_t least, most;
	} rows[] = {
		{"Retry-After: 90\r\n", 89000, 91000},
		{"Retry-After: 0\r\n", 0, 1000},
		{"Retry-After: -7\r\n", 0, 1000},
		{"Retry-After: 1000000000000\r\n", 595000, 601000},
		{"Retry-After: soon\r\n", 0, 1000},
		{"Retry-After: Fri, 31 Dec 2100 23:59:59 GMT\r\n", 595000, 601000},
		{"Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n", 0, 1000},
		{"", 0, 1000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct answer answer = {"429 Too Many Requests", rows[i].header, ""};
		struct peer *p = peer_start(serve_answer, &answer);
		struct seen s;
		int64_t before = test_now_ms(), next;

		seen_start(&s, p);
		WAIT_FOR(&s, s.link.state == LINK_RECONNECTING);
		next = s.link.next_try_mono_ms;
		if (next != TIME_NONE &&
		    (next - before < rows[i].least || next - test_now_ms() > rows[i].most))
			fail_msg("'%s': waits %lld ms", rows[i].header, (long long)(next - before));
		seen_free(&s);
		peer_stop(p);
	}
}

/* --- streams that do not last ------------------------------------------------------------ */

static void serve_flaps(struct conn *c, void *ctx)
{
	atomic_llong *opened = ctx; /* the one that lasts */

	if (!conn_read_head(c))
		return;
	if (c->index == LINK_FLAPS)
		atomic_store(opened, test_now_ms());
	if (!conn_upgrade(c, ""))
		return;
	if (c->index < LINK_FLAPS)
		test_sleep_ms(100);
	else
		conn_idle(c, true, PATIENCE_MS);
}

static void test_feed_polls_while_a_stream_flaps(void **state)
{
	atomic_llong opened = 0;
	struct peer *p = peer_start(serve_flaps, &opened);
	struct seen s;

	(void)state;
	seen_start(&s, p);
	rest_works(&s);
	WAIT_FOR(&s, s.link.state == LINK_POLLING);
	assert_true(atomic_load(&p->accepted) >= LINK_FLAPS);
	WAIT_FOR(&s, s.link.state == LINK_LIVE);
	assert_true(atomic_load(&p->accepted) > LINK_FLAPS);
	assert_true(test_now_ms() - atomic_load(&opened) >= LINK_HOLD_MS);
	seen_free(&s);
	peer_stop(p);
}

/* N14 */
static void serve_expired(struct conn *c, void *ctx)
{
	if (!conn_read_head(c) || !conn_upgrade(c, ""))
		return;
	if (c->index < *(int *)ctx) {
		conn_close_frame(c, 1008, "token expired");
		conn_idle(c, true, 1000);
	}
	conn_idle(c, true, PATIENCE_MS);
}

static void test_feed_retries_once_when_a_token_expires(void **state)
{
	(void)state;
	for (int closes = 1; closes <= 2; closes++) {
		struct peer *p = peer_start(serve_expired, &closes);
		struct seen s;

		seen_start(&s, p);
		WAIT_FOR(&s, s.visited[LINK_RECONNECTING]);
		if (closes == 1) {
			WAIT_FOR(&s, s.link.state == LINK_LIVE);
		} else {
			WAIT_FOR(&s, s.link.state == LINK_AUTH_FAILED);
			assert_non_null(strstr(s.link.problem.what, "code 1008: token expired"));
			assert_non_null(strstr(s.link.problem.what, "ending in abcd"));
			assert_null(strstr(s.link.problem.what, KEY));
			test_sleep_ms(1000);
		}
		assert_int_equal(atomic_load(&p->accepted), 2);
		seen_free(&s);
		peer_stop(p);
	}
}

/* --- REST's word about the key --------------------------------------------------------------- */

static void serve_after_head(struct conn *c, void *ctx)
{
	bool upgrades = *(bool *)ctx;

	if (conn_read_head(c) && (!upgrades || conn_upgrade(c, "")))
		conn_idle(c, true, PATIENCE_MS);
}

static void test_feed_hangs_up_when_rest_refuses_the_key(void **state)
{
	static const struct problem refused = {.status = E_AUTH, .what = "key abcd refused"};

	(void)state;
	for (int i = 0; i < 2; i++) { /* during the attempt, and while open */
		bool upgrades = i == 1;
		struct peer *p = peer_start(serve_after_head, &upgrades);
		struct seen s;

		seen_start(&s, p);
		WAIT_FOR(&s,
			 atomic_load(&p->received) > 100 && (!upgrades || s.visited[LINK_LIVE]));
		feed_tell_rest(s.feed, &refused, 0);
		WAIT_FOR(&s, s.link.state == LINK_AUTH_FAILED);
		assert_string_equal(s.link.problem.what, refused.what);
		test_sleep_ms(1000);
		assert_int_equal(atomic_load(&p->accepted), 1);
		feed_retry_now(s.feed);
		WAIT_FOR(&s, atomic_load(&p->accepted) == 2 && s.link.state != LINK_AUTH_FAILED);
		/* the same, without a pause for the old connection to end */
		feed_tell_rest(s.feed, &refused, 0);
		WAIT_FOR(&s, s.link.state == LINK_AUTH_FAILED);
		feed_retry_now(s.feed);
		WAIT_FOR(&s, atomic_load(&p->accepted) == 3);
		WAIT_FOR(&s, s.link.state == (upgrades ? LINK_LIVE : LINK_CONNECTING));
		seen_free(&s);
		peer_stop(p);
	}
}

/* --- where to resume, and what to see ----------------------------------------------------------
 */

static void test_feed_asks_for_its_place_and_environment(void **state)
{
	static const struct {
		const char *environment, *since, *path;
		bool commerce;
	} rows[] = {
		{"devnet", "evt_1-2",
		 "/ws/merchant/events?format=event_v1&environment=devnet&since=evt_1-2", false},
		{"a&b c", "x/y",
		 "/ws/merchant/events?format=event_v1&environment=a%26b%20c&since=x%2Fy", false},
		{NULL, "", "/ws/merchant/events?format=event_v1", false},
		{"", "", "/ws/merchant/events?format=event_v1", false},
		{"mainnet", "evt_3-4",
		 "/ws/commerce/events?format=event_v1&types=commerce.order.*,invoice.*"
		 "&since=evt_3-4",
		 true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool upgrades = true;
		struct peer *p = peer_start(serve_after_head, &upgrades);
		struct feed_options opt = {.environment = rows[i].environment};
		enum stream_id id = rows[i].commerce ? STREAM_COMMERCE : STREAM_MERCHANT;
		struct seen s;
		char head[8192], wanted[256];

		*(rows[i].commerce ? &opt.commerce_key : &opt.merchant_key) = KEY;
		(void)str_copy(opt.since[id], sizeof(opt.since[id]), rows[i].since);
		seen_start_with(&s, p, opt);
		WAIT_FOR(&s, s.link.state == LINK_LIVE);
		peer_head(p, head, sizeof(head));
		(void)snprintf(wanted, sizeof(wanted), "GET %s HTTP/1.1\r\n", rows[i].path);
		assert_ptr_equal(strstr(head, wanted), head);
		seen_free(&s);
		peer_stop(p);
	}
}

static void serve_without_cursor(struct conn *c, void *ctx)
{
	if (!conn_read_head(c))
		return;
	if (strstr(c->head, "&since=") != NULL)
		conn_answer(c, ctx, JSON, "{}");
	else if (conn_upgrade(c, ""))
		conn_idle(c, true, PATIENCE_MS);
}

static void test_feed_drops_a_refused_cursor_and_dials_at_once(void **state)
{
	static const char *const statuses[] = {"400 Bad Request", "410 Gone"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct peer *p = peer_start(serve_without_cursor, (void *)(uintptr_t)statuses[i]);
		struct feed_options opt = {.since = {[STREAM_MERCHANT] = "evt_1-2"}};
		struct seen s;

		seen_start_with(&s, p, opt);
		WAIT_FOR(&s, s.link.state == LINK_LIVE && s.gaps == 1);
		assert_false(s.visited[LINK_RECONNECTING]);
		assert_int_equal(atomic_load(&p->accepted), 2);
		seen_free(&s);
		peer_stop(p);
	}
}

/* --- N30: sleep --------------------------------------------------------------------------------
 */

struct jumping {
	struct clock real;
	atomic_llong ahead_ms;
};

static int64_t jumping_mono(void *ctx)
{
	struct jumping *j = ctx;

	return clock_mono_ms(&j->real) + atomic_load(&j->ahead_ms);
}

static int64_t jumping_wall(void *ctx)
{
	struct jumping *j = ctx;

	return clock_wall_ms(&j->real) + atomic_load(&j->ahead_ms);
}

static void serve_pongs(struct conn *c, void *ctx)
{
	if (conn_read_head(c) && conn_upgrade(c, ""))
		conn_idle(c, c->index > 0 || *(bool *)ctx, PATIENCE_MS);
}

static void test_feed_asks_after_sleep_before_it_hangs_up(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		bool pongs = i == 0;
		struct jumping time = {.real = clock_system()};
		struct peer *p = peer_start(serve_pongs, &pongs);
		struct feed_options opt = {
			.clock = {.mono_ms = jumping_mono, .wall_ms = jumping_wall, .ctx = &time}};
		struct seen s;
		int64_t slept;

		seen_start_with(&s, p, opt);
		WAIT_FOR(&s, s.link.state == LINK_LIVE && (!pongs || s.link.rtt_ms >= 0));
		slept = test_now_ms();
		atomic_store(&time.ahead_ms, 600000);
		feed_tell_rest(s.feed, &(struct problem){.status = S_OK}, 0); /* wakes it */
		WAIT_FOR(&s, s.visited[LINK_STALE]);
		if (pongs) {
			WAIT_FOR(&s, s.link.state == LINK_LIVE);
			assert_int_equal(atomic_load(&p->accepted), 1);
		} else {
			WAIT_FOR(&s, s.link.state == LINK_RECONNECTING);
			assert_true(test_now_ms() - slept >= LINK_CHECK_MS);
		}
		seen_free(&s);
		peer_stop(p);
	}
}

/* In a process of its own, which tells the pipe each state it comes to. */
static void child_run(int port, int out)
{
	char url[64];
	struct problem why;
	struct feed *feed;
	struct mailbox *mb = mailbox_new(64);
	struct feed_options opt = {.ws_url = url,
				   .merchant_key = KEY,
				   .clock = clock_system(),
				   .jitter_seed = 1};

	(void)str_printf(url, sizeof(url), "ws://127.0.0.1:%d", port);
	if (mb == NULL || feed_start(&opt, mb, &feed, &why) != S_OK)
		_exit(1);
	for (;;) {
		struct pollfd p = {.fd = mailbox_fd(mb), .events = POLLIN};
		struct msg *m;

		(void)poll(&p, 1, -1);
		while ((m = mailbox_take(mb)) != NULL) {
			unsigned char byte = (unsigned char)m->as.link.state;

			if (m->kind == MSG_LINK && m->as.link.stream == STREAM_MERCHANT &&
			    write(out, &byte, 1) != 1)
				_exit(0);
			msg_free(m);
		}
	}
}

static bool comes_to(int fd, enum link_state wanted, enum link_state never)
{
	int64_t until = test_now_ms() + PATIENCE_MS;
	struct pollfd p = {.fd = fd, .events = POLLIN};

	while (test_now_ms() < until) {
		unsigned char byte;

		if (poll(&p, 1, 50) <= 0)
			continue;
		if (read(fd, &byte, 1) != 1 || byte == (unsigned char)never)
			return false;
		if (byte == (unsigned char)wanted)
			return true;
	}
	return false;
}

static void test_feed_survives_a_real_sigstop(void **state)
{
	bool pongs = true;
	int fds[2], port, held = port_hold(&port);
	struct peer *p;
	pid_t child;

	(void)state;
	/* The child is made before there are threads, and so before its server. */
	assert_int_equal(pipe(fds), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(fds[0]);
		child_run(port, fds[1]);
	}
	close(fds[1]);
	p = peer_start_on(port, serve_pongs, &pongs);
	assert_true(comes_to(fds[0], LINK_LIVE, LINK_STATE_COUNT));
	test_sleep_ms(500);
	(void)kill(child, SIGSTOP);
	test_sleep_ms(LINK_DEAD_MS + 1500);
	(void)kill(child, SIGCONT);
	assert_true(comes_to(fds[0], LINK_STALE, LINK_RECONNECTING));
	assert_true(comes_to(fds[0], LINK_LIVE, LINK_RECONNECTING));
	(void)kill(child, SIGKILL);
	(void)waitpid(child, NULL, 0);
	close(fds[0]);
	peer_stop(p);
	close(held);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_feed_survives_a_real_sigstop),
		cmocka_unit_test(test_feed_polls_where_upgrades_are_refused),
		cmocka_unit_test(test_feed_takes_pepays_403_for_a_word_about_the_key),
		cmocka_unit_test(test_feed_understands_every_retry_after),
		cmocka_unit_test(test_feed_polls_while_a_stream_flaps),
		cmocka_unit_test(test_feed_retries_once_when_a_token_expires),
		cmocka_unit_test(test_feed_hangs_up_when_rest_refuses_the_key),
		cmocka_unit_test(test_feed_asks_for_its_place_and_environment),
		cmocka_unit_test(test_feed_drops_a_refused_cursor_and_dials_at_once),
		cmocka_unit_test(test_feed_asks_after_sleep_before_it_hangs_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

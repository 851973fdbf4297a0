/*
 * A stream that is cut at a random byte again and again, resumes from `since`,
 * repeats itself and comes in slices: nothing is lost, nothing is invented.
 * CHAOS_SEED and CHAOS_EVENTS replay a failure or go on for longer.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "base/strbuf.h"
#include "net/feed.h"
#include "peer.h"

struct story {
	int events; /* ids are evt_<n>-1, 1..events, in order */
	uint64_t seed;
	atomic_int cuts;
};

/* From where to send, as the client asked: after `since`, or from the start. */
static int resume_point(const struct conn *c)
{
	const char *at = strstr(c->head, "&since=evt_");

	return at != NULL ? (int)strtol(at + 11, NULL, 10) : 0;
}

static void frame_add(struct strbuf *wire, int n)
{
	char text[512];
	size_t len;

	(void)str_printf(text, sizeof(text),
			 "{\"object\":\"event\",\"id\":\"evt_%d-1\",\"type\":\"invoice.updated\","
			 "\"created\":%d,\"data\":{\"object\":{\"object\":\"invoice\"}}}",
			 n, n);
	len = strlen(text);
	strbuf_addch(wire, (char)0x81);
	strbuf_addch(wire, 126);
	strbuf_addch(wire, (char)(len >> 8));
	strbuf_addch(wire, (char)len);
	strbuf_add(wire, text, len);
}

static bool send_in_slices(struct conn *c, struct rng *rng, const char *bytes, size_t len)
{
	while (len > 0) {
		size_t n = (size_t)rng_between(rng, 1, 4000);

		n = n < len ? n : len;
		if (!conn_send(c, bytes, n))
			return false;
		bytes += n;
		len -= n;
	}
	return true;
}

static void serve_chaos(struct conn *c, void *ctx)
{
	struct story *st = ctx;
	struct strbuf wire;
	struct rng rng;
	int from, last;
	size_t cut;

	rng_seed(&rng, st->seed * 1000 + (uint64_t)c->index);
	if (!conn_read_head(c) || !conn_upgrade(c, ""))
		return;
	/* at least once: now and then a few again that the client has */
	from = resume_point(c) - (int)rng_between(&rng, 0, 3);
	from = from < 0 ? 0 : from;
	last = from + (int)rng_between(&rng, 1, 400);
	last = last < st->events ? last : st->events;
	strbuf_init(&wire, 1 << 20);
	for (int n = from + 1; n <= last; n++)
		frame_add(&wire, n);
	cut = rng_chance(&rng, 80) ? (size_t)rng_below(&rng, wire.len + 1) : wire.len;
	if (send_in_slices(c, &rng, strbuf_str(&wire), cut) && last == st->events &&
	    cut == wire.len)
		conn_idle(c, true, PATIENCE_MS);
	else if (rng_chance(&rng, 50)) {
		struct linger reset = {.l_onoff = 1};

		(void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		atomic_fetch_add(&st->cuts, 1);
	} else {
		atomic_fetch_add(&st->cuts, 1);
	}
	strbuf_release(&wire);
}

struct tally {
	struct mailbox *mb;
	struct feed *feed;
	unsigned char *times; /* each event was received */
	int distinct, next;   /* `next`: the id a gapless reader expects */
	size_t bad_frames;
	int events;
	uint64_t seed;
};

static void tally_event(struct tally *t, const char *id)
{
	int n = (int)strtol(id + 4, NULL, 10);

	if (n < 1 || n > t->events)
		fail_msg("seed %d: %s was invented", (int)t->seed, id);
	if (n > t->next)
		fail_msg("seed %d: %s came, evt_%d-1 was lost", (int)t->seed, id, t->next);
	if (n == t->next)
		t->next++;
	t->distinct += t->times[n] == 0;
	t->times[n] = 1;
}

static void tally_take(struct tally *t, struct msg *m)
{
	if (m->kind == MSG_EVENTS) {
		t->bad_frames += m->as.events.bad_frames;
		for (size_t i = 0; i < m->as.events.count; i++)
			tally_event(t, m->as.events.items[i].id);
	} else if (m->kind == MSG_LINK && m->as.link.next_try_mono_ms != TIME_NONE) {
		feed_retry_now(t->feed); /* waiting is tested elsewhere */
	}
	msg_free(m);
}

static void run_chaos(uint64_t seed, int events)
{
	struct story st = {.events = events, .seed = seed};
	struct peer *p = peer_start(serve_chaos, &st);
	struct tally t = {.mb = mailbox_new(4), .events = events, .next = 1, .seed = seed};
	char url[64];
	struct feed_options opt = {.ws_url = url,
				   .merchant_key = "pk_test_12345678",
				   .clock = clock_system(),
				   .jitter_seed = seed};
	int64_t until = test_now_ms() + 2 * PATIENCE_MS;

	t.times = xcalloc((size_t)events + 1, 1);
	(void)str_printf(url, sizeof(url), "ws://127.0.0.1:%d", p->port);
	assert_int_equal(feed_start(&opt, t.mb, &t.feed, NULL), S_OK);
	while (t.distinct < events && test_now_ms() < until) {
		struct pollfd in = {.fd = mailbox_fd(t.mb), .events = POLLIN};
		struct msg *m;

		(void)poll(&in, 1, 20);
		while ((m = mailbox_take(t.mb)) != NULL)
			tally_take(&t, m);
	}
	feed_stop(t.feed);
	if (t.distinct != events)
		fail_msg("seed %d: %d of %d events after %d cuts", (int)seed, t.distinct, events,
			 atomic_load(&st.cuts));
	assert_int_equal(t.bad_frames, 0); /* half a frame is no frame */
	assert_true(atomic_load(&st.cuts) > 10);
	print_message("seed %d: %d events, %d cuts\n", (int)seed, events, atomic_load(&st.cuts));
	peer_stop(p);
	mailbox_free(t.mb);
	free(t.times);
}

static int from_env(const char *name, int otherwise)
{
	const char *text = getenv(name);

	return text != NULL ? (int)strtol(text, NULL, 10) : otherwise;
}

static void test_feed_loses_and_invents_nothing_over_random_cuts(void **state)
{
	int seed = from_env("CHAOS_SEED", 0);
	int events = from_env("CHAOS_EVENTS", 10000);

	(void)state;
	if (seed != 0) {
		run_chaos((uint64_t)seed, events);
		return;
	}
	for (uint64_t s = 1; s <= 10; s++)
		run_chaos(s, events);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_feed_loses_and_invents_nothing_over_random_cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

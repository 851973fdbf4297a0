#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "bus/mailbox.h"

#include <stdlib.h>

#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

static struct msg *numbered(uint64_t n)
{
	struct msg *m = msg_new(MSG_OBJECT);

	m->as.object.serial = n;
	return m;
}

static uint64_t take_number(struct mailbox *mb)
{
	struct msg *m = mailbox_take(mb);
	uint64_t n;

	assert_non_null(m);
	n = m->as.object.serial;
	msg_free(m);
	return n;
}

static bool readable(const struct mailbox *mb)
{
	struct pollfd p = {.fd = mailbox_fd(mb), .events = POLLIN};

	return poll(&p, 1, 0) == 1;
}

static void count_wake(void *ctx)
{
	++*(int *)ctx;
}

static void test_mailbox_gives_back_in_order(void **state)
{
	struct mailbox *mb = mailbox_new(3);

	(void)state;
	/* more than the capacity, so that the ring goes round */
	for (uint64_t n = 0; n < 10; n += 2) {
		assert_int_equal(mailbox_post(mb, numbered(n)), S_OK);
		assert_int_equal(mailbox_post(mb, numbered(n + 1)), S_OK);
		assert_int_equal(mailbox_count(mb), 2);
		assert_int_equal(take_number(mb), n);
		assert_int_equal(take_number(mb), n + 1);
	}
	assert_null(mailbox_take(mb));
	mailbox_free(mb);
}

static void test_mailbox_descriptor_is_readable_exactly_while_it_holds_something(void **state)
{
	struct mailbox *mb = mailbox_new(4);

	(void)state;
	assert_false(readable(mb));
	for (int round = 0; round < 3; round++) {
		for (uint64_t n = 0; n < 4; n++) {
			assert_int_equal(mailbox_post(mb, numbered(n)), S_OK);
			assert_true(readable(mb));
		}
		for (uint64_t n = 0; n < 4; n++) {
			assert_true(readable(mb));
			assert_int_equal(take_number(mb), n);
		}
		assert_false(readable(mb));
	}
	mailbox_free(mb);
}

static void test_mailbox_refuses_when_full_and_leaves_the_message(void **state)
{
	struct mailbox *mb = mailbox_new(1);
	struct msg *m = numbered(2);

	(void)state;
	assert_int_equal(mailbox_post(mb, numbered(1)), S_OK);
	assert_int_equal(mailbox_post(mb, m), E_FULL);
	assert_int_equal(m->as.object.serial, 2);
	assert_int_equal(take_number(mb), 1);
	assert_int_equal(mailbox_post(mb, m), S_OK);
	assert_int_equal(take_number(mb), 2);
	mailbox_free(mb);
}

static struct msg *batch_of(size_t events)
{
	struct msg *m = msg_new(MSG_EVENTS);

	m->as.events.items = calloc(events, sizeof(*m->as.events.items));
	m->as.events.count = events;
	return m;
}

static void test_mailbox_bounds_the_events_in_its_messages(void **state)
{
	struct mailbox *mb = mailbox_new(1000);
	struct msg *m = batch_of(MSG_EVENTS_MAX);
	size_t posted = 0;
	int wakes = 0;

	(void)state;
	mailbox_on_room(mb, count_wake, &wakes);
	for (; mailbox_post(mb, m) == S_OK; m = batch_of(MSG_EVENTS_MAX))
		posted++;
	assert_int_equal(posted, MAILBOX_EVENTS_MAX / MSG_EVENTS_MAX);
	assert_int_equal(mailbox_post(mb, numbered(7)), S_OK); /* what holds none is let in */
	for (size_t n = 0; n < posted / 2; n++) {
		assert_int_equal(wakes, 0);
		msg_free(mailbox_take(mb));
	}
	assert_int_equal(wakes, 1);
	assert_int_equal(mailbox_post(mb, m), S_OK);
	mailbox_free(mb);
}

static void test_mailbox_takes_a_batch_beyond_the_bound_when_it_is_the_only_one(void **state)
{
	struct mailbox *mb = mailbox_new(4);

	(void)state;
	assert_int_equal(mailbox_post(mb, batch_of(MAILBOX_EVENTS_MAX + 1)), S_OK);
	mailbox_free(mb);
}

static void test_mailbox_wakes_once_when_half_is_free_after_a_refusal(void **state)
{
	struct mailbox *mb = mailbox_new(4);
	struct msg *extra = numbered(99);
	int feed = 0, rest = 0;

	(void)state;
	mailbox_on_room(mb, count_wake, &feed);
	mailbox_on_room(mb, count_wake, &rest);
	for (uint64_t n = 0; n < 4; n++)
		assert_int_equal(mailbox_post(mb, numbered(n)), S_OK);
	assert_int_equal(take_number(mb), 0);
	assert_int_equal(feed, 0); /* nobody was refused yet */
	assert_int_equal(mailbox_post(mb, numbered(4)), S_OK);
	assert_int_equal(mailbox_post(mb, extra), E_FULL);
	assert_int_equal(take_number(mb), 1);
	assert_int_equal(feed, 0); /* one place is not room */
	assert_int_equal(take_number(mb), 2);
	assert_int_equal(feed, 1);
	assert_int_equal(rest, 1);
	assert_int_equal(take_number(mb), 3);
	assert_int_equal(feed, 1);
	mailbox_on_room(mb, NULL, &feed);
	for (uint64_t n = 0; n < 3; n++)
		assert_int_equal(mailbox_post(mb, numbered(n)), S_OK);
	assert_int_equal(mailbox_post(mb, extra), E_FULL);
	for (int n = 0; n < 4; n++)
		msg_free(mailbox_take(mb));
	assert_int_equal(feed, 1);
	assert_int_equal(rest, 2);
	msg_free(extra);
	mailbox_free(mb);
}

static void test_mailbox_closed_refuses_and_wakes_the_posters(void **state)
{
	struct mailbox *mb = mailbox_new(2);
	struct msg *m = numbered(1);
	int woken = 0;

	(void)state;
	mailbox_on_room(mb, count_wake, &woken);
	assert_int_equal(mailbox_post(mb, numbered(7)), S_OK);
	mailbox_close(mb);
	assert_int_equal(woken, 1);
	assert_int_equal(mailbox_post(mb, m), E_CLOSED);
	assert_int_equal(take_number(mb), 7);
	msg_free(m);
	mailbox_free(mb);
}

static void test_mailbox_free_frees_what_is_queued(void **state)
{
	struct mailbox *mb = mailbox_new(4);
	struct msg *m = msg_new(MSG_EVENTS);

	(void)state;
	m->as.events.items = xcalloc(2, sizeof(*m->as.events.items));
	m->as.events.count = 2;
	m->as.events.items[0].raw = xstrdup("{}");
	m->as.events.items[1].raw = xstrdup("{}");
	assert_int_equal(mailbox_post(mb, m), S_OK);
	assert_int_equal(mailbox_post(mb, msg_new(MSG_PAGE)), S_OK);
	mailbox_free(mb); /* LeakSanitizer is the judge */
	mailbox_free(NULL);
	msg_free(NULL);
}

/* --- many posters --------------------------------------------------------------- */

#define POSTERS 4
#define EACH    10000

struct poster {
	struct mailbox *mb;
	uint64_t id;
	sem_t room; /* once more than there was, at times */
	atomic_int refused;
	pthread_t thread;
};

static void poster_wake(void *ctx)
{
	sem_post(&((struct poster *)ctx)->room);
}

static void *poster_run(void *ctx)
{
	struct poster *p = ctx;

	for (uint64_t n = 0; n < EACH; n++) {
		struct msg *m = numbered(p->id << 32 | n);
		enum status st;

		while ((st = mailbox_post(p->mb, m)) == E_FULL) {
			atomic_fetch_add(&p->refused, 1);
			while (sem_wait(&p->room) != 0)
				;
		}
		if (st != S_OK)
			abort();
	}
	return NULL;
}

static void test_mailbox_loses_nothing_between_many_posters_and_a_taker(void **state)
{
	struct mailbox *mb = mailbox_new(16);
	struct poster posters[POSTERS];
	uint64_t next[POSTERS] = {0};
	size_t taken = 0, refusals = 0;

	(void)state;
	for (uint64_t i = 0; i < POSTERS; i++) {
		posters[i].mb = mb;
		posters[i].id = i;
		assert_int_equal(sem_init(&posters[i].room, 0, 0), 0);
		atomic_init(&posters[i].refused, 0);
		mailbox_on_room(mb, poster_wake, &posters[i]);
		assert_int_equal(pthread_create(&posters[i].thread, NULL, poster_run, &posters[i]),
				 0);
	}
	while (taken < (size_t)POSTERS * EACH) {
		struct pollfd p = {.fd = mailbox_fd(mb), .events = POLLIN};
		struct msg *m;

		assert_int_equal(poll(&p, 1, 60000), 1); /* a lost wake-up ends here */
		m = mailbox_take(mb);
		assert_non_null(m); /* readable means there is something: one taker */
		assert_int_equal(m->as.object.serial & 0xffffffff, next[m->as.object.serial >> 32]);
		next[m->as.object.serial >> 32]++;
		msg_free(m);
		taken++;
	}
	for (int i = 0; i < POSTERS; i++) {
		pthread_join(posters[i].thread, NULL);
		sem_destroy(&posters[i].room);
		refusals += (size_t)atomic_load(&posters[i].refused);
	}
	assert_true(refusals > 0); /* or the test tried nothing */
	assert_null(mailbox_take(mb));
	mailbox_free(mb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mailbox_gives_back_in_order),
		cmocka_unit_test(
			test_mailbox_descriptor_is_readable_exactly_while_it_holds_something),
		cmocka_unit_test(test_mailbox_refuses_when_full_and_leaves_the_message),
		cmocka_unit_test(test_mailbox_bounds_the_events_in_its_messages),
		cmocka_unit_test(
			test_mailbox_takes_a_batch_beyond_the_bound_when_it_is_the_only_one),
		cmocka_unit_test(test_mailbox_wakes_once_when_half_is_free_after_a_refusal),
		cmocka_unit_test(test_mailbox_closed_refuses_and_wakes_the_posters),
		cmocka_unit_test(test_mailbox_free_frees_what_is_queued),
		cmocka_unit_test(test_mailbox_loses_nothing_between_many_posters_and_a_taker),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "bus/mailbox.h"

#include <pthread.h>

static struct request request_of(enum request_kind kind, uint64_t serial)
{
	return (struct request){.kind = kind, .serial = serial};
}

static void test_request_kinds_say_whether_they_write(void **state)
{
	(void)state;
	assert_false(request_kind_is_write(REQUEST_LIST));
	assert_false(request_kind_is_write(REQUEST_CAPABILITIES));
	assert_true(request_kind_is_write(REQUEST_INVOICE_CANCEL));
	assert_true(request_kind_is_write(REQUEST_ORDER_CANCEL));
	assert_false(request_kind_is_write(REQUEST_KIND_COUNT));
	assert_string_equal(request_kind_words(REQUEST_INVOICE_CANCEL), "cancel invoice");
}

static void test_request_kinds_say_whether_one_answer_comes(void **state)
{
	(void)state;
	assert_true(request_kind_is_answered(REQUEST_LIST));
	assert_true(request_kind_is_answered(REQUEST_DOSSIER));
	assert_true(request_kind_is_answered(REQUEST_ORDER_CANCEL));
	assert_false(request_kind_is_answered(REQUEST_ACK));
	assert_false(request_kind_is_answered(REQUEST_INCIDENTS));
	assert_false(request_kind_is_answered(REQUEST_KIND_COUNT));
}

static void test_words_of_links_and_outcomes(void **state)
{
	(void)state;
	assert_string_equal(link_state_word(LINK_AUTH_FAILED), "AUTH FAILED");
	assert_int_equal(link_state_tone(LINK_AUTH_FAILED), TONE_BAD);
	assert_int_equal(link_state_tone(LINK_LIVE), TONE_GOOD);
	assert_string_equal(outcome_word(OUTCOME_UNKNOWN), "Unknown");
	assert_int_equal(outcome_tone(OUTCOME_UNKNOWN), TONE_WARN);
	assert_string_equal(link_state_word(LINK_STATE_COUNT), "?");
	assert_string_equal(outcome_word(OUTCOME_COUNT), "?");
}

static void test_outbox_numbers_what_it_takes_and_says_when_it_is_full(void **state)
{
	struct outbox o;
	struct request r = request_of(REQUEST_EVENTS, 12345);

	(void)state;
	outbox_init(&o);
	for (uint64_t n = 1; n <= OUTBOX_MAX; n++)
		assert_int_equal(outbox_add(&o, &r), n);
	assert_int_equal(outbox_add(&o, &r), 0);
	assert_int_equal(o.count, OUTBOX_MAX);
	assert_int_equal(o.items[5].serial, 6);
	o.count = 0;
	assert_int_equal(outbox_add(&o, &r), OUTBOX_MAX + 1);
}

static void test_outbox_fills_in_lists_and_look_ups(void **state)
{
	struct outbox o;
	char long_id[NAME_CAP + 10];

	(void)state;
	outbox_init(&o);
	assert_int_equal(outbox_list(&o, OBJECT_INVOICE, NULL, 50), 1);
	assert_int_equal(outbox_list(&o, OBJECT_ORDER, "20", 20), 2);
	assert_int_equal(outbox_get(&o, OBJECT_KYC, "cust_1"), 3);
	assert_int_equal(o.items[0].kind, REQUEST_LIST);
	assert_string_equal(o.items[0].cursor, "");
	assert_int_equal(o.items[0].limit, 50);
	assert_string_equal(o.items[1].cursor, "20");
	assert_int_equal(o.items[2].kind, REQUEST_GET);
	assert_int_equal(o.items[2].object, OBJECT_KYC);
	assert_string_equal(o.items[2].target, "cust_1");
	/* an id that would be cut is another id */
	memset(long_id, 'x', sizeof(long_id) - 1);
	long_id[sizeof(long_id) - 1] = '\0';
	assert_int_equal(outbox_get(&o, OBJECT_INVOICE, long_id), 0);
	assert_int_equal(outbox_get(&o, OBJECT_INVOICE, ""), 0);
	assert_int_equal(outbox_get(&o, OBJECT_INVOICE, NULL), 0);
	assert_int_equal(outbox_list(&o, OBJECT_INVOICE, long_id, 1), 0);
	assert_int_equal(o.count, 3);
}

static void test_request_queue_lets_writes_go_first(void **state)
{
	static const uint64_t expected[] = {2, 4, 1, 3, 5};
	struct request_queue *q = request_queue_new(5);
	struct request r;

	(void)state;
	for (uint64_t n = 1; n <= 5; n++) {
		r = request_of(n % 2 == 0 ? REQUEST_INVOICE_CANCEL : REQUEST_LIST, n);
		assert_int_equal(request_queue_post(q, &r), S_OK);
	}
	r = request_of(REQUEST_ORDER_CANCEL, 6);
	assert_int_equal(request_queue_post(q, &r), E_FULL);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(request_queue_wait(q, &r), S_OK);
		assert_int_equal(r.serial, expected[i]);
	}
	request_queue_free(q);
	request_queue_free(NULL);
}

static void test_request_queue_closed_gives_nothing_more(void **state)
{
	struct request_queue *q = request_queue_new(2);
	struct request r = request_of(REQUEST_LIST, 1);

	(void)state;
	assert_int_equal(request_queue_post(q, &r), S_OK);
	request_queue_close(q);
	assert_int_equal(request_queue_post(q, &r), E_CLOSED);
	assert_int_equal(request_queue_wait(q, &r), E_CLOSED);
	request_queue_free(q);
}

#define ASKED 20000

static void *ask(void *ctx)
{
	struct request_queue *q = ctx;

	for (uint64_t n = 1; n <= ASKED;) {
		struct request r = request_of(REQUEST_LIST, n);
		enum status st = request_queue_post(q, &r);

		if (st == S_OK)
			n++;
		else if (st != E_FULL)
			abort();
	}
	return NULL;
}

static void *wait_closed(void *ctx)
{
	struct request r;

	return request_queue_wait(ctx, &r) == E_CLOSED ? ctx : NULL;
}

static void test_request_queue_between_threads_keeps_order(void **state)
{
	struct request_queue *q = request_queue_new(8);
	pthread_t thread;
	void *was_closed = NULL;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, ask, q), 0);
	for (uint64_t n = 1; n <= ASKED; n++) {
		struct request r;

		assert_int_equal(request_queue_wait(q, &r), S_OK);
		assert_int_equal(r.serial, n);
	}
	pthread_join(thread, NULL);
	assert_int_equal(pthread_create(&thread, NULL, wait_closed, q), 0);
	request_queue_close(q);
	pthread_join(thread, &was_closed);
	assert_ptr_equal(was_closed, q);
	request_queue_free(q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request_kinds_say_whether_they_write),
		cmocka_unit_test(test_request_kinds_say_whether_one_answer_comes),
		cmocka_unit_test(test_words_of_links_and_outcomes),
		cmocka_unit_test(test_outbox_numbers_what_it_takes_and_says_when_it_is_full),
		cmocka_unit_test(test_outbox_fills_in_lists_and_look_ups),
		cmocka_unit_test(test_request_queue_lets_writes_go_first),
		cmocka_unit_test(test_request_queue_closed_gives_nothing_more),
		cmocka_unit_test(test_request_queue_between_threads_keeps_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

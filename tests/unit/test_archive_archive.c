#include "unit/archive_thread_kit.h"

static void test_archive_shows_what_it_has_committed(void **state)
{
	struct desk d;
	struct msg *m;
	struct history *h;
	struct history_opening opening;

	(void)state;
	desk_init(&d);
	desk_start(&d);
	assert_int_equal(d.opening.mode, HISTORY_WRITING);
	m = told_next(d.out);
	assert_int_equal(m->kind, MSG_HISTORY);
	assert_int_equal(m->as.history.mode, HISTORY_WRITING);
	msg_free(m);
	desk_post(&d, batch_of(SOURCE_STREAM, 0, 9));
	do
		m = told(d.out, MSG_EVENTS);
	while (m->as.events.source == SOURCE_HISTORY && (msg_free(m), true));
	assert_int_equal(m->as.events.count, 10);
	/* shown: so another reader of the file finds them */
	d.kit.options.read_only = true;
	assert_int_equal(history_open(&d.kit.options, &h, &opening, NULL), S_OK);
	assert_int_equal(history_count(h), 10);
	for (int64_t n = 0; n < 10; n++) {
		assert_true(said_id(&m->as.events.items[n], n));
		assert_true(history_has(h, m->as.events.items[n].id));
	}
	history_close(h);
	msg_free(m);
	desk_release(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_archive_shows_what_it_has_committed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

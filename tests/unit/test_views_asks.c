/* What a detail asks for: once, and when again. */
#include "unit/test_model_support.h"

#include "views/asks.h"

static struct outbox out;

/* Hands what is in the outbox to the store, as the loop does. */
static size_t submit(struct store *st)
{
	size_t n = out.count;

	for (size_t i = 0; i < n; i++)
		store_submitted(st, &out.items[i], T0);
	out.count = 0;
	return n;
}

static void apply(struct store *st, struct msg *m)
{
	store_apply(st, m, T0);
	msg_free(m);
}

static const struct request *asked_for(const struct asks *a, enum request_kind kind)
{
	for (size_t i = 0; i < a->count; i++)
		if (a->items[i].kind == kind)
			return &a->items[i];
	fail_msg("not asked");
	return NULL;
}

static void answer_get(struct store *st, const struct request *rq)
{
	struct msg *m = msg_new(MSG_OBJECT);

	m->as.object.serial = rq->serial;
	m->as.object.object.kind = OBJECT_INVOICE;
	str_copy(m->as.object.object.as.invoice.id, NAME_CAP, rq->target);
	m->as.object.raw = xstrdup("{}");
	m->as.object.raw_len = 2;
	apply(st, m);
}

static void answer_events(struct store *st, const struct request *rq, size_t bytes)
{
	struct msg *m = msg_new(MSG_DOSSIER);
	struct dossier *d = &m->as.dossier.dossier;

	m->as.dossier.serial = rq->serial;
	d->kind = OBJECT_INVOICE;
	str_copy(d->id, sizeof(d->id), rq->target);
	d->items = xcalloc(1, sizeof(*d->items));
	d->items[0].event.raw = xcalloc(1, bytes + 1);
	d->items[0].event.raw_len = bytes;
	d->count = 1;
	apply(st, m);
}

static void fail_the_rest(struct store *st, const struct asks *a)
{
	for (size_t i = 0; i < a->count; i++) {
		struct asked how;
		struct msg *m;

		asks_state(a, st, i, &how);
		if (how.load != LOAD_WAITING)
			continue;
		m = msg_new(MSG_FAILED);
		m->as.failed.request = a->items[i];
		apply(st, m);
	}
}

static void begin(struct asks *a, struct store *st)
{
	struct subject what;

	assert_true(subject_set(&what, SUBJECT_INVOICE, "inv"));
	outbox_init(&out);
	asks_begin(a, st, &what, &out);
	assert_true(submit(st) >= 2);
}

/* The answer to the one pushes the answer to the other out: neither is asked for again and again.
 */
static void test_what_the_store_has_no_room_for_is_asked_again_by_hand_only(void **state)
{
	struct store *st = store_new(), *other = store_new();
	struct asks *a = xcalloc(1, sizeof(*a));

	(void)state;
	begin(a, st);
	answer_get(st, asked_for(a, REQUEST_GET));
	fail_the_rest(st, a);
	asks_missing(a, st, 1000, &out);
	assert_int_equal(submit(st), 0);
	asks_again(a, st, &out);
	assert_true(submit(st) >= 2);
	answer_get(st, asked_for(a, REQUEST_GET));
	answer_events(st, asked_for(a, REQUEST_DOSSIER), ANSWERS_BYTES_MAX + 1);
	fail_the_rest(st, a);
	for (int i = 0; i < 3; i++) {
		asks_missing(a, st, 1000, &out);
		assert_int_equal(submit(st), 0);
		assert_false(asks_wait(a, st));
	}
	asks_again(a, st, &out);
	assert_int_equal(submit(st), a->count);
	answer_events(st, asked_for(a, REQUEST_DOSSIER), ANSWERS_BYTES_MAX + 1);
	answer_get(st, asked_for(a, REQUEST_GET)); /* pushes the dossier out */
	fail_the_rest(st, a);
	for (int i = 0; i < 3; i++) {
		asks_missing(a, st, 1000, &out);
		assert_int_equal(submit(st), 0);
		assert_false(asks_wait(a, st));
	}
	asks_missing(a, other, 1000, &out);
	assert_int_equal(submit(other), a->count);
	free(a);
	store_free(st);
	store_free(other);
}

/* Another store may stand where the one before it stood. */
static void test_another_store_is_asked_again(void **state)
{
	struct store *st = store_new();
	struct asks *a = xcalloc(1, sizeof(*a));

	(void)state;
	begin(a, st);
	answer_get(st, asked_for(a, REQUEST_GET));
	answer_events(st, asked_for(a, REQUEST_DOSSIER), 10);
	fail_the_rest(st, a);
	asks_missing(a, st, 1000, &out);
	assert_int_equal(submit(st), 0);
	store_free(st);
	st = store_new();
	asks_missing(a, st, 1000, &out);
	assert_int_equal(submit(st), a->count);
	assert_true(asks_wait(a, st));
	free(a);
	store_free(st);
}

static void tell_status(struct store *st, int seq, const char *status)
{
	char text[4096];

	invoice_json(text, "inv", status, 0, "");
	tell(st, SOURCE_STREAM, event_at(T0 + seq, seq, "invoice.updated", text, ""), T0 + seq);
}

/* One event after the other: the events on disk are asked for every two seconds at most. */
static void test_what_grows_all_the_time_is_asked_for_at_a_pace(void **state)
{
	struct store *st = store_new();
	struct asks *a = xcalloc(1, sizeof(*a));
	size_t times = 0;

	(void)state;
	tell_status(st, 1, "unpaid");
	begin(a, st);
	answer_get(st, asked_for(a, REQUEST_GET));
	answer_events(st, asked_for(a, REQUEST_DOSSIER), 10);
	fail_the_rest(st, a);
	for (int i = 0; i <= 100; i++) {
		tell_status(st, 2 + i, i % 2 ? "unpaid" : "underpaid");
		asks_missing(a, st, 1000 + i * 100, &out);
		if (submit(st) == 0)
			continue;
		answer_events(st, asked_for(a, REQUEST_DOSSIER), 10);
		times++;
	}
	assert_int_equal(times, 5);
	free(a);
	store_free(st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_the_store_has_no_room_for_is_asked_again_by_hand_only),
		cmocka_unit_test(test_another_store_is_asked_again),
		cmocka_unit_test(test_what_grows_all_the_time_is_asked_for_at_a_pace),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

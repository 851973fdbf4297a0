#include "sandbox_kit.h"

#include "sandbox/faults.h"

#define REST "/api/v1/invoices"
#define LIVE "/ws/merchant/events"

static int faults_open(void **state)
{
	*state = faults_new();
	return 0;
}

static int faults_close(void **state)
{
	faults_free(*state);
	return 0;
}

static struct fault_entry entry(enum fault_kind kind, uint64_t seed, int64_t probability)
{
	return (struct fault_entry){.kind = kind, .seed = seed, .probability = probability};
}

static int64_t add(struct faults *f, struct fault_entry e, int64_t now)
{
	int64_t id = 0;

	assert_int_equal(faults_add(f, &e, now, &id, NULL), S_OK);
	return id;
}

static bool ask(struct faults *f, enum fault_moment m, const char *path, int64_t now,
		struct fault_hit *ret)
{
	return faults_ask(f, m, "GET", path, now, ret);
}

/* Hits as bits, and the numbers drawn, folded. */
static uint64_t sequence(uint64_t seed, uint64_t *ret_draws)
{
	struct faults *f = faults_new();
	struct fault_hit hit;
	uint64_t bits = 0;

	*ret_draws = 0;
	add(f, entry(FAULT_DROP, seed, FAULT_CERTAIN / 2), 0);
	for (int i = 0; i < 64; i++)
		if (ask(f, FAULT_AT_EVENT, LIVE, i, &hit)) {
			bits |= UINT64_C(1) << i;
			*ret_draws = *ret_draws * 31 + hit.draw;
		}
	faults_free(f);
	return bits;
}

static void test_faults_the_same_seed_decides_the_same(void **state)
{
	uint64_t draws, again, other;
	uint64_t bits = sequence(7, &draws);
	int hits = __builtin_popcountll(bits);

	(void)state;
	assert_in_range(hits, 16, 48);
	assert_true(bits == sequence(7, &again) && draws == again);
	assert_true(bits != sequence(8, &other) && draws != other);
}

static void test_faults_do_not_disturb_each_other(void **state)
{
	struct faults *f = *state;
	struct fault_hit hit;
	uint64_t alone, bits = 0, want = sequence(7, &alone);

	add(f, entry(FAULT_HTTP, 1, FAULT_CERTAIN / 3), 0);
	add(f, entry(FAULT_DROP, 7, FAULT_CERTAIN / 2), 0);
	for (int i = 0; i < 64; i++) {
		(void)ask(f, FAULT_AT_REQUEST, REST, i, &hit);
		if (ask(f, FAULT_AT_EVENT, LIVE, i, &hit))
			bits |= UINT64_C(1) << i;
	}
	assert_true(bits == want);
}

static void test_faults_strike_as_often_as_they_may(void **state)
{
	struct faults *f = *state;
	struct fault_entry e = entry(FAULT_GAP, 1, FAULT_CERTAIN);
	struct fault_hit hit;
	int hits = 0;

	e.count = 3;
	int64_t id = add(f, e, 0);
	for (int i = 0; i < 10; i++)
		hits += ask(f, FAULT_AT_EVENT, LIVE, 0, &hit);
	assert_int_equal(hits, 3);
	assert_int_equal(hit.id, id);
	assert_true(faults_active(f, id, 0)); /* what it hung stays hung */
	assert_int_equal(faults_at(f, 0, 0)->hits, 3);
	assert_int_equal(faults_remove(f, id, NULL), S_OK);
	assert_int_equal(faults_remove(f, id, NULL), E_NOT_FOUND);
	assert_false(faults_active(f, id, 0));
}

static void test_faults_end_with_their_time(void **state)
{
	struct faults *f = *state;
	struct fault_entry e = entry(FAULT_DELAY, 1, FAULT_CERTAIN);
	struct fault_hit hit;

	e.for_ms = 100;
	add(f, e, 1000);
	assert_true(ask(f, FAULT_AT_WRITE, LIVE, 1099, &hit));
	assert_false(ask(f, FAULT_AT_WRITE, LIVE, 1100, &hit));
	assert_null(faults_at(f, 0, 1100));
}

static void test_faults_strike_at_their_moment_only(void **state)
{
	static const struct {
		enum fault_kind kind;
		bool on_http;
		enum fault_moment moment;
	} rows[] = {{FAULT_HTTP, false, FAULT_AT_REQUEST},
		    {FAULT_DROP, false, FAULT_AT_EVENT},
		    {FAULT_DROP, true, FAULT_AT_REQUEST},
		    {FAULT_ACCEPT, false, FAULT_AT_UPGRADE},
		    {FAULT_RETENTION, false, FAULT_AT_SINCE},
		    {FAULT_SLICE, false, FAULT_AT_WRITE}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct faults *f = *state;
		struct fault_entry e = entry(rows[i].kind, 1, FAULT_CERTAIN);
		struct fault_hit hit;

		e.params.on_http = rows[i].on_http;
		add(f, e, 0);
		for (int m = FAULT_AT_REQUEST; m <= FAULT_AT_WRITE; m++)
			assert_int_equal(ask(f, (enum fault_moment)m, REST, 0, &hit),
					 m == (int)rows[i].moment);
		faults_clear(f);
	}
}

static void test_faults_concern_their_paths_and_methods(void **state)
{
	struct faults *f = *state;
	struct fault_entry e = entry(FAULT_HTTP, 1, FAULT_CERTAIN);
	struct fault_hit hit;

	str_copy(e.path, sizeof(e.path), REST);
	str_copy(e.method, sizeof(e.method), "POST");
	add(f, e, 0);
	assert_false(faults_ask(f, FAULT_AT_REQUEST, "GET", REST, 0, &hit));
	assert_false(faults_ask(f, FAULT_AT_REQUEST, "POST", "/api/v1/events", 0, &hit));
	assert_true(faults_ask(f, FAULT_AT_REQUEST, "POST", REST "/x/cancel", 0, &hit));
	faults_clear(f);
	add(f, entry(FAULT_APPLY, 1, FAULT_CERTAIN), 0);
	assert_false(faults_ask(f, FAULT_AT_REQUEST, "GET", REST, 0, &hit));
	assert_true(faults_ask(f, FAULT_AT_REQUEST, "DELETE", REST, 0, &hit));
	assert_false(faults_ask(NULL, FAULT_AT_REQUEST, "DELETE", REST, 0, &hit));
}

static void test_faults_spent_ones_make_room(void **state)
{
	struct faults *f = *state;
	struct fault_entry e = entry(FAULT_GAP, 1, FAULT_CERTAIN);
	struct fault_hit hit;
	int64_t id;

	e.count = 1;
	for (int i = 0; i < FAULTS_MAX; i++)
		add(f, e, 0);
	assert_int_equal(faults_add(f, &e, 0, &id, NULL), E_FULL);
	assert_true(ask(f, FAULT_AT_EVENT, LIVE, 0, &hit));
	id = add(f, e, 0);
	assert_int_equal(id, FAULTS_MAX + 1);
	assert_false(faults_active(f, hit.id, 0));
}

static void test_faults_have_names(void **state)
{
	enum fault_kind kind;
	enum bad_frame frame;

	(void)state;
	for (int i = 0; i < FAULT_KIND_COUNT; i++) {
		assert_true(fault_find(fault_name((enum fault_kind)i), &kind));
		assert_int_equal(kind, i);
	}
	for (int i = 0; i < BAD_FRAME_COUNT; i++) {
		assert_true(bad_frame_find(bad_frame_name((enum bad_frame)i), &frame));
		assert_int_equal(frame, i);
	}
	assert_false(fault_find("nope", &kind));
	assert_false(bad_frame_find("", &frame));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, faults_open, faults_close)
	const struct CMUnitTest tests[] = {
		T(test_faults_the_same_seed_decides_the_same),
		T(test_faults_do_not_disturb_each_other),
		T(test_faults_strike_as_often_as_they_may),
		T(test_faults_end_with_their_time),
		T(test_faults_strike_at_their_moment_only),
		T(test_faults_concern_their_paths_and_methods),
		T(test_faults_spent_ones_make_room),
		T(test_faults_have_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

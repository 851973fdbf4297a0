#include "unit/test_wire_mutate.h"
#include "unit/test_wire_support.h"

#include "fuzz/fuzz_frame.h"

/* Some two seconds; PEPAYTOP_MUTATIONS asks for more. */
#define MUTATIONS_DEFAULT 40000
/* On the heap and exactly as long, so that a sanitizer sees a read too far. */
static bool feed(const char *text, size_t len)
{
	char *exact = xmalloc(len > 0 ? len : 1);
	memcpy(exact, text, len);
	fuzz_json(exact, len);
	bool readable = fuzz_frame(exact, len);
	free(exact);
	return readable;
}

static void test_mutated_fixtures_never_break_a_promise(void **state)
{
	(void)state;
	struct rng r;
	char *texts[FIXTURE_COUNT];
	char *work = xmalloc(MUTATE_ROOM);
	size_t readable = 0;
	size_t mutations = mutations_wanted(MUTATIONS_DEFAULT);
	rng_seed(&r, 1766322000);
	for (size_t f = 0; f < FIXTURE_COUNT; f++)
		texts[f] = fixture(FIXTURE_NAMES[f]);
	for (size_t i = 0; i < mutations; i++) {
		size_t len = mutate_text(&r, work, texts[i % FIXTURE_COUNT]);
		readable += feed(work, len);
	}
	/* Enough of them get past the guard for the decoders to be tried too. */
	assert_in_range(readable, mutations / 20, mutations);
	for (size_t f = 0; f < FIXTURE_COUNT; f++)
		free(texts[f]);
	free(work);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mutated_fixtures_never_break_a_promise),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

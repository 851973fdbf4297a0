/* Keys behind a line that was entered: typed, or a paste that came as keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/burst.h"

/* Keys a millisecond apart, and what of them is pressed in the end. */
static const char *pressed(struct burst *b, const char *keys, int64_t from_ms, int64_t apart_ms,
			   char ret[128])
{
	size_t n = 0, held;

	for (; *keys; keys++, from_ms += apart_ms) {
		struct key k = {.code = *keys == '\n' ? KEYC_ENTER : (unsigned char)*keys};

		if (!burst_takes(b, k, from_ms))
			ret[n++] = *keys;
		if (apart_ms <= BURST_GAP_MS)
			continue;
		held = burst_release(b); /* it was all there was to read */
		for (size_t i = 0; i < held; i++)
			ret[n++] = (char)b->held[i].code;
	}
	held = burst_release(b);
	for (size_t i = 0; i < held; i++)
		ret[n++] = (char)b->held[i].code;
	ret[n] = '\0';
	return ret;
}

static void test_burst_drops_what_nobody_types(void **state)
{
	static const struct {
		const char *keys;
		int64_t from_ms, apart_ms; /* behind the line */
		const char *pressed;
	} ROWS[] = {
		{"my order is late\nyours, A", 1, 0, ""},
		{"a\ncancel my order, yes", 0, 1, ""},
		{"jjjjjjjjjjjjjjjjjjjj", 0, 0, "jjjjjjjjjjjjjjjjjjjj"}, /* a key held down */
		{"jjaq", 1, 0, "jjaq"},                                 /* typed ahead */
		{"my order is late", 100, 40, "my order is late"},      /* by hand */
		{"my order is late", 16, 0, "my order is late"},        /* a while later */
		{"", 0, 0, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct burst b = {.on = false};
		char ret[128];

		burst_line(&b, 5000);
		assert_string_equal(pressed(&b, ROWS[i].keys, 5000 + ROWS[i].from_ms,
					    ROWS[i].apart_ms, ret),
				    ROWS[i].pressed);
	}
}

static void test_burst_goes_on_until_somebody_pauses(void **state)
{
	struct burst b = {.on = false};
	char ret[128];

	(void)state;
	assert_string_equal(pressed(&b, "no line yet", 0, 0, ret), "no line yet");
	burst_line(&b, 100);
	assert_string_equal(pressed(&b, "pasted text", 101, 0, ret), "");
	assert_true(b.drops);
	assert_string_equal(pressed(&b, "y\ny\n", 110, 0, ret), ""); /* the next read of it */
	assert_string_equal(pressed(&b, "q", 200, 0, ret), "q");
}

static void test_burst_leaves_a_marked_paste_alone(void **state)
{
	struct burst b = {.on = false};

	(void)state;
	burst_line(&b, 100);
	assert_false(burst_takes(&b, (struct key){.code = KEYC_PASTE, .pasted = true}, 100));
	assert_false(burst_takes(&b, (struct key){.code = 'x', .pasted = true}, 100));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_burst_drops_what_nobody_types),
		cmocka_unit_test(test_burst_goes_on_until_somebody_pauses),
		cmocka_unit_test(test_burst_leaves_a_marked_paste_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

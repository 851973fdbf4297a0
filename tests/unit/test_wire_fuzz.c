#include "unit/test_wire_support.h"

#include "base/rng.h"
#include "fuzz/fuzz_frame.h"

/* Some two seconds; PEPAYTOP_MUTATIONS asks for more. */
#define MUTATIONS_DEFAULT 40000
#define ROOM              65536

/* Pieces that break parsers more often than chance would. */
static const char *const TOKENS[] = {"{",
				     "}",
				     "[",
				     "]",
				     ",",
				     "\"",
				     ":",
				     "\\u0000",
				     "\\ud800",
				     "null",
				     "true",
				     "1e999",
				     "-0",
				     "01",
				     "\xff",
				     "\xed\xa0\x80",
				     "\"id\":1,",
				     "\"object\":\"event\",",
				     "9223372036854775808",
				     "1.0005",
				     "\\",
				     "\x1b",
				     "[[[[[[[[[[",
				     "\"status\":\"?\",",
				     "\"data\":{}",
				     "\"success\":false,",
				     "2025-12-21T13:00:00Z"};

static size_t replace(char *text, size_t len, size_t at, size_t gone, const char *piece, size_t n)
{
	if (len - gone + n >= ROOM)
		return len;
	memmove(text + at + n, text + at + gone, len - at - gone);
	memcpy(text + at, piece, n);
	return len - gone + n;
}

static size_t mutate(struct rng *r, char *text, size_t len)
{
	size_t at = (size_t)rng_below(r, len + 1);
	size_t span = (size_t)rng_below(r, 12);
	size_t gone = span < len - at ? span : len - at;
	const char *token = TOKENS[rng_below(r, sizeof(TOKENS) / sizeof(TOKENS[0]))];
	char byte = (char)rng_below(r, 256);
	char copy[64];
	switch (rng_below(r, 7)) {
	case 0:
		return replace(text, len, at, gone, "", 0);
	case 1:
		return replace(text, len, at, 0, token, strlen(token));
	case 2:
		return replace(text, len, at, gone, token, strlen(token));
	case 3:
		return replace(text, len, at, at < len ? 1 : 0, &byte, 1);
	case 4: /* a number or letter for another, which often stays JSON */
		byte = "0123456789abcdefnull-.eE+"[rng_below(r, 25)];
		return replace(text, len, at, at < len ? 1 : 0, &byte, 1);
	case 5:
		memcpy(copy, text + at, gone);
		return replace(text, len, (size_t)rng_below(r, len + 1), 0, copy, gone);
	default:
		return (size_t)rng_below(r, 50) == 0 ? at : len;
	}
}

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

static size_t mutations_wanted(void)
{
	const char *text = getenv("PEPAYTOP_MUTATIONS");
	size_t wanted = text != NULL ? strtoul(text, NULL, 10) : 0;
	return wanted > 0 ? wanted : MUTATIONS_DEFAULT;
}

static void test_mutated_fixtures_never_break_a_promise(void **state)
{
	(void)state;
	struct rng r;
	char *texts[FIXTURE_COUNT];
	char *work = xmalloc(ROOM);
	size_t readable = 0;
	size_t mutations = mutations_wanted();
	rng_seed(&r, 1766322000);
	for (size_t f = 0; f < FIXTURE_COUNT; f++)
		texts[f] = fixture(FIXTURE_NAMES[f]);
	for (size_t i = 0; i < mutations; i++) {
		const char *text = texts[i % FIXTURE_COUNT];
		size_t len = strlen(text);
		memcpy(work, text, len);
		for (uint64_t n = 1 + rng_below(&r, 4); n > 0; n--)
			len = mutate(&r, work, len);
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

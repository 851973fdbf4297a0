#include "wire/vocab.h"

#include "base/strbuf.h"

#include <assert.h>

#define WORD(name, spelling, person, colour) \
	{.wire = (spelling), .words = (person), .tone = (colour)},
#define X(constant, type, list, unknown)               \
	static const struct word words_of_##type[] = { \
		{.wire = "", .words = "unknown", .tone = TONE_NEUTRAL}, list(WORD)};
VOCABULARIES(X)
#undef X
#undef WORD

static const struct {
	const struct word *words;
	size_t count; /* with the unknown word at 0 */
} VOCABS[VOCAB_COUNT] = {
#define X(constant, type, list, unknown) \
	[constant] = {words_of_##type, sizeof(words_of_##type) / sizeof(words_of_##type[0])},
	VOCABULARIES(X)
#undef X
};

static int vocab_index(enum vocab v, const char *wire)
{
	for (size_t i = 1; i < VOCABS[v].count; i++)
		if (str_equal(VOCABS[v].words[i].wire, wire))
			return (int)i;
	return 0;
}

int vocab_parse(enum vocab v, const char *wire)
{
	assert(v < VOCAB_COUNT);
	if (wire == NULL)
		return 0;
	int value = vocab_index(v, wire);
	/* Pepay spells it one way on invoices and the other on orders, and mixes them up. */
	if (value == 0 && str_equal(wire, "canceled"))
		value = vocab_index(v, "cancelled");
	else if (value == 0 && str_equal(wire, "cancelled"))
		value = vocab_index(v, "canceled");
	return value;
}

const struct word *vocab_word(enum vocab v, int value)
{
	assert(v < VOCAB_COUNT);
	if (value < 0 || (size_t)value >= VOCABS[v].count)
		value = 0;
	return &VOCABS[v].words[value];
}

const struct word *vocab_find(enum vocab v, const char *wire)
{
	int value = vocab_parse(v, wire);
	return value != 0 ? vocab_word(v, value) : NULL;
}

size_t vocab_count(enum vocab v)
{
	assert(v < VOCAB_COUNT);
	return VOCABS[v].count - 1;
}

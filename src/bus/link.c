#include "bus/link.h"

static const struct {
	const char *word;
	enum tone tone;
} states[LINK_STATE_COUNT] = {
#define X(constant, text, colour) [constant] = {.word = text, .tone = colour},
	LINK_STATES(X)
#undef X
};

const char *link_state_word(enum link_state s)
{
	return (unsigned)s < LINK_STATE_COUNT ? states[s].word : "?";
}

enum tone link_state_tone(enum link_state s)
{
	return (unsigned)s < LINK_STATE_COUNT ? states[s].tone : TONE_NEUTRAL;
}

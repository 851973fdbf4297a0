#include "bus/history.h"

struct named {
	const char *word;
	enum tone tone;
};

static const struct named modes[HISTORY_MODE_COUNT] = {
#define X(constant, text, colour) [constant] = {.word = text, .tone = colour},
	HISTORY_MODES(X)
#undef X
};

static const struct named vias[EVENT_VIA_COUNT] = {
#define X(constant, text) [constant] = {.word = text},
	EVENT_VIAS(X)
#undef X
};

static const struct named kinds[INCIDENT_KIND_COUNT] = {
#define X(constant, text, colour) [constant] = {.word = text, .tone = colour},
	INCIDENT_KINDS(X)
#undef X
};

static const struct named states[INCIDENT_STATE_COUNT] = {
#define X(constant, text, colour) [constant] = {.word = text, .tone = colour},
	INCIDENT_STATES(X)
#undef X
};

static const struct named proofs[PROOF_STATE_COUNT] = {
#define X(constant, text, colour) [constant] = {.word = text, .tone = colour},
	PROOF_STATES(X)
#undef X
};

const char *history_mode_word(enum history_mode m)
{
	return (unsigned)m < HISTORY_MODE_COUNT ? modes[m].word : "?";
}

enum tone history_mode_tone(enum history_mode m)
{
	return (unsigned)m < HISTORY_MODE_COUNT ? modes[m].tone : TONE_NEUTRAL;
}

const char *event_via_word(enum event_via v)
{
	return (unsigned)v < EVENT_VIA_COUNT ? vias[v].word : "?";
}

const char *incident_kind_words(enum incident_kind k)
{
	return (unsigned)k < INCIDENT_KIND_COUNT ? kinds[k].word : "?";
}

enum tone incident_kind_tone(enum incident_kind k)
{
	return (unsigned)k < INCIDENT_KIND_COUNT ? kinds[k].tone : TONE_NEUTRAL;
}

const char *incident_state_word(enum incident_state s)
{
	return (unsigned)s < INCIDENT_STATE_COUNT ? states[s].word : "?";
}

enum tone incident_state_tone(enum incident_state s)
{
	return (unsigned)s < INCIDENT_STATE_COUNT ? states[s].tone : TONE_NEUTRAL;
}

const char *proof_state_word(enum proof_state s)
{
	return (unsigned)s < PROOF_STATE_COUNT ? proofs[s].word : "?";
}

enum tone proof_state_tone(enum proof_state s)
{
	return (unsigned)s < PROOF_STATE_COUNT ? proofs[s].tone : TONE_NEUTRAL;
}

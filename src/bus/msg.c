#include "bus/msg.h"

#include "base/alloc.h"

static const struct {
	const char *word;
	enum tone tone;
} outcomes[OUTCOME_COUNT] = {
#define X(constant, text, colour) [constant] = {.word = text, .tone = colour},
	OUTCOMES(X)
#undef X
};

const char *outcome_word(enum outcome o)
{
	return (unsigned)o < OUTCOME_COUNT ? outcomes[o].word : "?";
}

enum tone outcome_tone(enum outcome o)
{
	return (unsigned)o < OUTCOME_COUNT ? outcomes[o].tone : TONE_NEUTRAL;
}

struct msg *msg_new(enum msg_kind kind)
{
	struct msg *m = xcalloc(1, sizeof(*m));

	m->kind = kind;
	return m;
}

void msg_free(struct msg *m)
{
	if (m == NULL)
		return;
	switch (m->kind) {
	case MSG_EVENTS:
		for (size_t i = 0; i < m->as.events.count; i++)
			event_release(&m->as.events.items[i]);
		free(m->as.events.items);
		free(m->as.events.bad_text);
		break;
	case MSG_PAGE:
		page_release(&m->as.page.page);
		break;
	case MSG_OBJECT:
		object_release(&m->as.object.object);
		break;
	case MSG_EVENT:
		event_release(&m->as.event.event);
		free(m->as.event.other);
		break;
	case MSG_HISTORY:
	case MSG_INCIDENT:
	case MSG_RECEIPT:
	case MSG_LINK:
	case MSG_GAP:
	case MSG_CAPABILITIES:
	case MSG_OUTCOME:
	case MSG_FAILED:
		break;
	}
	free(m);
}

#include "bus/msg.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <string.h>

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
		free(m->as.object.raw);
		break;
	case MSG_EVENT:
		event_release(&m->as.event.event);
		free(m->as.event.other);
		break;
	case MSG_FINDINGS:
		findings_release(&m->as.findings.found);
		break;
	case MSG_DOSSIER:
		dossier_release(&m->as.dossier.dossier);
		break;
	case MSG_SESSION:
		payor_session_release(&m->as.session.session);
		break;
	case MSG_CART:
		shop_cart_release(&m->as.cart.cart);
		break;
	case MSG_PRODUCTS:
		shop_products_release(&m->as.products.products);
		break;
	case MSG_ACK:
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

struct msg *msg_take(struct msg *m)
{
	struct msg *own = msg_new(m->kind);

	*own = *m;
	memset(&m->as, 0, sizeof(m->as));
	return own;
}

void msg_events_take_page(struct msg_events *batch, struct event_page *page)
{
	for (size_t i = 0; i < page->count / 2; i++) {
		struct event e = page->items[i];

		page->items[i] = page->items[page->count - 1 - i];
		page->items[page->count - 1 - i] = e;
	}
	batch->items = page->items;
	batch->count = page->count;
	batch->bad_frames = page->skipped;
	if (page->skipped > 0)
		(void)str_printf(batch->bad_reason, sizeof(batch->bad_reason),
				 "%zu events of a REST page could not be read", page->skipped);
	*page = (struct event_page){.items = NULL};
}

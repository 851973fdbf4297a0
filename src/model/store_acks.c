/* Who has seen what: of each rule and object the last word, of this session or of the history. */
#include "model/answers.h"
#include "model/store_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <stdlib.h>

#define ACK_KEY_CAP (STATUS_CAP + NAME_CAP + 8)

struct acks {
	struct idmap *by_key; /* → struct acknowledgement in items */
	struct acknowledgement *items[ACKS_MAX];
	size_t count;
	uint64_t version;
};

void acks_init(struct store *st)
{
	st->acks = xcalloc(1, sizeof(*st->acks));
	st->acks->by_key = idmap_new();
}

void acks_release(struct store *st)
{
	for (size_t i = 0; i < st->acks->count; i++)
		free(st->acks->items[i]);
	idmap_free(st->acks->by_key);
	free(st->acks);
}

static void ack_key(char ret[ACK_KEY_CAP], const char *rule, enum object_kind kind, const char *id)
{
	str_printf(ret, ACK_KEY_CAP, "%s\x1f%d\x1f%s", rule, (int)kind, id);
}

/* The place of the one said longest ago. */
static size_t acks_oldest(const struct acks *a)
{
	size_t oldest = 0;

	for (size_t i = 1; i < a->count; i++)
		if (a->items[i]->at_ms < a->items[oldest]->at_ms)
			oldest = i;
	return oldest;
}

static struct acknowledgement *acks_slot(struct acks *a)
{
	char key[ACK_KEY_CAP];
	struct acknowledgement *old;

	if (a->count < ACKS_MAX)
		return a->items[a->count++] = xcalloc(1, sizeof(*a->items[0]));
	old = a->items[acks_oldest(a)];
	ack_key(key, old->rule, old->kind, old->id);
	idmap_remove(a->by_key, key);
	return old;
}

unsigned acks_take(struct store *st, const struct acknowledgement *ack)
{
	char key[ACK_KEY_CAP];
	struct acknowledgement *held;

	ack_key(key, ack->rule, ack->kind, ack->id);
	held = idmap_get(st->acks->by_key, key);
	if (held && held->at_ms > ack->at_ms)
		return 0; /* told at the start, after someone has said otherwise */
	if (!held) {
		held = acks_slot(st->acks);
		idmap_put(st->acks->by_key, key, held);
	}
	*held = *ack;
	st->acks->version++;
	return TOPIC_ANSWERS;
}

const struct acknowledgement *store_acknowledged(const struct store *st, const char *rule,
						 enum object_kind kind, const char *id)
{
	char key[ACK_KEY_CAP];
	const struct acknowledgement *held;

	ack_key(key, rule, kind, id);
	held = idmap_get(st->acks->by_key, key);
	return held && !held->withdrawn ? held : NULL;
}

uint64_t store_acks_version(const struct store *st)
{
	return st->acks->version;
}

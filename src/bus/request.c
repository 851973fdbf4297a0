#include "bus/request.h"

#include "base/strbuf.h"

static const struct {
	const char *words;
	bool write;
	enum asked_of asked_of;
	bool answered;
} kinds[REQUEST_KIND_COUNT] = {
#define X(constant, text, is_write, who, is_answered) \
	[constant] = {.words = text, .write = is_write, .asked_of = who, .answered = is_answered},
	REQUEST_KINDS(X)
#undef X
};

const char *request_kind_words(enum request_kind k)
{
	return (unsigned)k < REQUEST_KIND_COUNT ? kinds[k].words : "?";
}

bool request_kind_is_write(enum request_kind k)
{
	return (unsigned)k < REQUEST_KIND_COUNT && kinds[k].write;
}

enum asked_of request_kind_asked_of(enum request_kind k)
{
	return (unsigned)k < REQUEST_KIND_COUNT ? kinds[k].asked_of : OF_SERVER;
}

bool request_is_of_someone(const struct request *rq)
{
	switch (rq->kind) {
	case REQUEST_CAPABILITIES:
	case REQUEST_EVENTS:
	case REQUEST_INCIDENTS:
		return false;
	case REQUEST_LIST:
		return rq->of != LIST_ALL;
	default:
		return !request_kind_is_write(rq->kind);
	}
}

bool request_kind_is_answered(enum request_kind k)
{
	return (unsigned)k < REQUEST_KIND_COUNT && kinds[k].answered;
}

void outbox_init(struct outbox *o)
{
	o->count = 0;
	o->next_serial = 1;
}

uint64_t outbox_add(struct outbox *o, const struct request *r)
{
	struct request *slot;

	if (o->count == OUTBOX_MAX)
		return 0;
	slot = &o->items[o->count++];
	*slot = *r;
	slot->serial = o->next_serial++;
	return slot->serial;
}

uint64_t outbox_list(struct outbox *o, enum object_kind kind, const char *cursor, int64_t limit)
{
	struct request r = {.kind = REQUEST_LIST, .object = kind, .limit = limit};

	if (cursor != NULL && !str_copy(r.cursor, sizeof(r.cursor), cursor))
		return 0;
	return outbox_add(o, &r);
}

uint64_t outbox_get(struct outbox *o, enum object_kind kind, const char *id)
{
	struct request r = {.kind = REQUEST_GET, .object = kind};

	if (id == NULL || id[0] == '\0' || !str_copy(r.target, sizeof(r.target), id))
		return 0;
	return outbox_add(o, &r);
}

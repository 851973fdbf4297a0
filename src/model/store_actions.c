/* What the user did: from the submit to the outcome, and to the event that shows the effect. */
#include "model/store_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

static struct open_action *actions_find(const struct store *st, const struct request *rq)
{
	for (size_t i = 0; i < st->action_count; i++) {
		const struct request *known = &st->actions[i]->action.request;
		if (rq->idempotency_key[0]) {
			if (str_equal(known->idempotency_key, rq->idempotency_key))
				return st->actions[i];
		} else if (known->serial == rq->serial && known->kind == rq->kind) {
			return st->actions[i];
		}
	}
	return NULL;
}

/* The oldest that is over leaves; should all be in flight, the oldest of them. */
static void actions_make_room(struct store *st)
{
	size_t leaving = st->action_count - 1;

	if (st->action_count < STORE_ACTIONS_MAX)
		return;
	while (leaving > 0 && st->actions[leaving]->action.in_flight)
		leaving--;
	if (st->actions[leaving]->action.in_flight)
		leaving = st->action_count - 1;
	free(st->actions[leaving]);
	st->action_count--;
	memmove(st->actions + leaving, st->actions + leaving + 1,
		(st->action_count - leaving) * sizeof(st->actions[0]));
}

static struct open_action *actions_add(struct store *st, const struct request *rq)
{
	struct open_action *a = xcalloc(1, sizeof(*a));

	actions_make_room(st);
	memmove(st->actions + 1, st->actions, st->action_count * sizeof(st->actions[0]));
	st->actions[0] = a;
	st->action_count++;
	a->action.request = *rq;
	return a;
}

static void actions_note_before(const struct store *st, struct open_action *a)
{
	const struct record *r = store_record(st, OBJECT_ORDER, a->action.request.target);
	if (!r)
		return;
	str_copy(a->before_cancellation, sizeof(a->before_cancellation),
		 r->object.as.order.cancellation_status);
	str_copy(a->before_refund, sizeof(a->before_refund), r->object.as.order.refund_status);
}

unsigned actions_begin(struct store *st, const struct request *rq, int64_t now_ms)
{
	struct open_action *a = actions_find(st, rq);

	if (!a) {
		a = actions_add(st, rq);
		a->action.started_ms = now_ms;
		actions_note_before(st, a);
	}
	a->action.request = *rq;
	a->action.in_flight = true;
	return TOPIC_ACTIONS;
}

static enum object_kind action_kind(enum request_kind k)
{
	return k == REQUEST_INVOICE_CANCEL ? OBJECT_INVOICE
	       : k == REQUEST_ORDER_CANCEL ? OBJECT_ORDER
					   : OBJECT_NONE;
}

static bool changed_to_something(const char *before, const char *now)
{
	static const char *const nothing[] = {"", "none", "NONE"};
	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++)
		if (str_equal(now, nothing[i]))
			return false;
	return !str_equal(before, now);
}

static bool action_shows(const struct open_action *a, const struct object *o)
{
	switch (a->action.request.kind) {
	case REQUEST_INVOICE_CANCEL:
		return vocab_parse(VOCAB_INVOICE, object_status(o)) == INVOICE_CANCELED;
	case REQUEST_ORDER_CANCEL:
		return vocab_parse(VOCAB_ORDER, object_status(o)) == ORDER_CANCELLED ||
		       changed_to_something(a->before_cancellation,
					    o->as.order.cancellation_status) ||
		       changed_to_something(a->before_refund, o->as.order.refund_status);
	default:
		return false;
	}
}

static bool action_awaits(const struct open_action *a)
{
	return !a->action.confirmed &&
	       (a->action.in_flight || a->action.outcome != OUTCOME_REFUSED);
}

unsigned actions_confirm(struct store *st, struct entry *en)
{
	unsigned topics = 0;

	for (size_t i = 0; i < st->action_count; i++) {
		struct open_action *a = st->actions[i];
		if (!action_awaits(a) || action_kind(a->action.request.kind) != en->kind ||
		    !str_equal(a->action.request.target, entry_id(st, en)) ||
		    !action_shows(a, &record_show(st, en)->object))
			continue;
		a->action.confirmed = true;
		topics |= TOPIC_ACTIONS;
	}
	return topics;
}

unsigned actions_end(struct store *st, const struct msg_outcome *m, int64_t now_ms)
{
	struct open_action *a = actions_find(st, &m->request);

	if (!a) { /* begun before this process: the journal asked about it */
		a = actions_add(st, &m->request);
		a->action.started_ms = now_ms - m->latency_ms;
	}
	a->action.in_flight = false;
	a->action.outcome = m->outcome;
	a->action.latency_ms = m->latency_ms;
	a->action.fault = m->fault;
	a->action.problem = m->problem;
	a->action.replayed = m->replayed;
	if (m->outcome == OUTCOME_REFUSED)
		a->action.confirmed = false;
	return TOPIC_ACTIONS;
}

void actions_release(struct store *st)
{
	for (size_t i = 0; i < st->action_count; i++)
		free(st->actions[i]);
}

/* --- reading --------------------------------------------------------------------------- */

size_t store_action_count(const struct store *st)
{
	return st->action_count;
}

const struct action *store_action(const struct store *st, size_t index)
{
	return index < st->action_count ? &st->actions[index]->action : NULL;
}

const struct action *store_action_open(const struct store *st, const char *target)
{
	for (size_t i = 0; i < st->action_count; i++) {
		const struct action *a = &st->actions[i]->action;
		if (a->in_flight && str_equal(a->request.target, target))
			return a;
	}
	return NULL;
}

/* From the inboxes to the disk: one transaction a batch, and only then onwards. */
#include "archive/archive_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <inttypes.h>
#include <string.h>

/* --- transactions ------------------------------------------------------------------------ */

/*
 * The file turned out to be damaged, and another has been begun: nothing is proven, and what walks
 * say that began before is about the file that is gone.
 */
static void look_aside(struct archive *a)
{
	char where[256];

	if (!history_set_aside(a->history, where))
		return;
	log_msg(a->log, LOG_ERROR, "history: damaged; set aside as %s", where);
	(void)problem_set(&a->opening, E_IO, "nothing in it was changed",
			  "the history was damaged: it is kept as %.180s and a new one begun",
			  where);
	a->aside_mono_ms = clock_mono_ms(&a->clock);
	restore_release(&a->restore);
	a->restore.step = RESTORE_DONE;
	a->verified = a->verified_before = (struct verified){.placed = false};
	proof_restart(&a->proof);
	a->before = a->proof;
}

enum status archive_begin(struct archive *a, struct problem *reterr)
{
	enum status st;

	if (a->writing)
		return S_OK;
	st = history_begin(a->history, reterr);
	a->writing = st == S_OK;
	if (st == S_OK)
		look_aside(a);
	return st;
}

static void told_add(struct told_list *l, const struct incident *inc)
{
	array_reserve((void **)&l->items, &l->cap, l->count + 1, sizeof(*l->items));
	l->items[l->count++] = *inc;
}

enum status archive_write_incidents(struct archive *a, struct problem *reterr)
{
	struct incident inc;
	enum status st = S_OK;

	while (st == S_OK && proof_take(&a->proof, &inc)) {
		st = archive_begin(a, reterr);
		if (st == S_OK)
			st = history_put_incident(a->history, &inc, reterr);
		if (st != S_OK)
			break;
		proof_written(&a->proof, &inc);
		told_add(&a->batch.told, &inc);
	}
	return st;
}

/* --- the verified cursor ------------------------------------------------------------------ */

void archive_position_now(const struct archive *a, struct sync_position *ret)
{
	memset(ret, 0, sizeof(*ret));
	history_position(a->history, ret);
	if (ret->verified[0] == '\0' && a->shelf)
		history_position(a->shelf, ret);
}

void archive_place_verified(struct archive *a)
{
	struct verified *v = &a->verified;
	struct event e;
	enum event_via via;
	int64_t arrived_ms;
	char *other;

	v->placed = false;
	if (v->id[0] == '\0')
		return;
	if (history_event(a->history, v->id, &e, &via, &arrived_ms, &other, NULL) != S_OK &&
	    (!a->shelf ||
	     history_event(a->shelf, v->id, &e, &via, &arrived_ms, &other, NULL) != S_OK))
		return;
	v->placed = true;
	v->order_ms = e.order_ms;
	v->order_seq = e.order_seq;
	event_release(&e);
	free(other);
}

/* --- gathering ------------------------------------------------------------------------------ */

static void batch_take_from(struct batch *b, struct mailbox *mb)
{
	while (b->count < ARCHIVE_BATCH_MESSAGES && b->events < ARCHIVE_BATCH_EVENTS) {
		struct msg *m = mailbox_take(mb);

		if (!m)
			return;
		if (m->kind == MSG_EVENTS)
			b->events += m->as.events.count;
		b->msgs[b->count++] = m;
	}
}

static void batch_take_pins(struct archive *a)
{
	struct batch *b = &a->batch;

	pthread_mutex_lock(&a->lock);
	array_reserve((void **)&b->pins, &b->pin_cap, b->pin_count + a->pin_count,
		      sizeof(*b->pins));
	if (a->pin_count > 0)
		memcpy(&b->pins[b->pin_count], a->pins, a->pin_count * sizeof(*a->pins));
	b->pin_count += a->pin_count;
	a->pin_count = 0;
	pthread_mutex_unlock(&a->lock);
}

bool batch_gather(struct archive *a)
{
	struct batch *b = &a->batch;

	batch_take_pins(a);
	batch_take_from(b, a->answers);
	batch_take_from(b, a->in);
	return b->count > 0 || b->pin_count > 0 || b->ack_count > 0;
}

void batch_add_ack(struct batch *b, const struct acknowledgement *ack)
{
	array_reserve((void **)&b->acks, &b->ack_cap, b->ack_count + 1, sizeof(*b->acks));
	b->acks[b->ack_count++] = *ack;
}

/* --- writing ---------------------------------------------------------------------------------- */

static enum status batch_pin(struct archive *a, enum object_kind kind, const char *id, bool pinned,
			     struct problem *reterr)
{
	enum status st = archive_begin(a, reterr);

	return st == S_OK ? history_pin(a->history, kind, id, pinned, reterr) : st;
}

static enum status batch_write_pins(struct archive *a, struct problem *reterr)
{
	enum status st = S_OK;

	for (size_t i = 0; i < a->batch.pin_count && st == S_OK; i++) {
		const struct pin *p = &a->batch.pins[i];

		st = batch_pin(a, p->kind, p->id, p->pinned, reterr);
	}
	return st;
}

static enum status batch_write_acks(struct archive *a, struct problem *reterr)
{
	enum status st = a->batch.ack_count > 0 ? archive_begin(a, reterr) : S_OK;

	for (size_t i = 0; i < a->batch.ack_count && st == S_OK; i++)
		st = history_put_ack(a->history, &a->batch.acks[i], reterr);
	return st;
}

static enum object_kind request_object(const struct request *rq)
{
	switch (rq->kind) {
	case REQUEST_INVOICE_CANCEL:
		return OBJECT_INVOICE;
	case REQUEST_ORDER_CANCEL:
		return OBJECT_ORDER;
	default:
		return rq->object;
	}
}

/* What became of an action that is Unknown is still open: its object stays. */
static enum status batch_write_outcome(struct archive *a, const struct msg_outcome *m,
				       struct problem *reterr)
{
	if (m->outcome == OUTCOME_UNKNOWN || m->request.target[0] == '\0')
		return S_OK;
	return batch_pin(a, request_object(&m->request), m->request.target, false, reterr);
}

static enum status batch_write_answer(struct archive *a, const struct object *o,
				      struct problem *reterr)
{
	enum status st;

	if (o->kind == OBJECT_NONE)
		return S_OK;
	st = archive_begin(a, reterr);
	return st == S_OK ? history_add_answer(a->history, o, a->batch.arrived_ms, reterr) : st;
}

static enum status batch_write_page(struct archive *a, const struct page *p, struct problem *reterr)
{
	enum status st = S_OK;

	for (size_t i = 0; i < p->count && st == S_OK; i++)
		st = batch_write_answer(a, &p->items[i], reterr);
	return st;
}

static enum status batch_write_msg(struct archive *a, const struct msg *m, struct page_note *note,
				   struct problem *reterr)
{
	switch (m->kind) {
	case MSG_EVENTS:
		return events_write(a, &m->as.events, note, reterr);
	case MSG_LINK:
		proof_link(&a->proof, &m->as.link, archive_now(a));
		return archive_write_incidents(a, reterr);
	case MSG_PAGE:
		return batch_write_page(a, &m->as.page.page, reterr);
	case MSG_OBJECT:
		return batch_write_answer(a, &m->as.object.object, reterr);
	case MSG_OUTCOME:
		return batch_write_outcome(a, &m->as.outcome, reterr);
	default:
		return S_OK;
	}
}

/* While it could not be written, it stood still: that is recorded once it can. */
static enum status batch_write_recovery(struct archive *a, struct problem *reterr)
{
	static const struct problem over = {.status = S_OK};

	proof_storage(&a->proof, &over, archive_now(a));
	return archive_write_incidents(a, reterr);
}

static enum status batch_write_skips(struct archive *a, struct problem *reterr)
{
	skips_settle(&a->skips, &a->proof, archive_now(a));
	return archive_write_incidents(a, reterr);
}

/* Alone it is due every so often; with a commit that happens anyway, as often. */
static enum status batch_write_seen(struct archive *a, struct problem *reterr)
{
	char text[24];
	enum status st = S_OK;

	if (clock_mono_ms(&a->clock) - a->seen_mono_ms < ARCHIVE_SEEN_MS && !a->finishing)
		return S_OK;
	st = archive_begin(a, reterr);
	if (st != S_OK)
		return st;
	(void)str_printf(text, sizeof(text), "%" PRId64, clock_wall_ms(&a->clock));
	return history_set_cursor(a->history, CURSOR_SEEN, text, reterr);
}

/*
 * When a message arrived, for the record. Read back, events come before answers of the same moment:
 * what came the other way round is a moment apart. A clock that was set back is followed.
 */
static void batch_stamp(struct archive *a, const struct msg *m)
{
	int64_t *at = &a->batch.arrived_ms, wall = clock_wall_ms(&a->clock);
	bool is_event = m->kind == MSG_EVENTS;

	if (wall > *at || *at - wall > ARCHIVE_AHEAD_MS)
		*at = wall;
	else if (is_event && a->batch.stamped_answer)
		++*at;
	a->batch.stamped_answer = !is_event;
}

static enum status batch_write(struct archive *a, struct problem *reterr)
{
	struct batch *b = &a->batch;
	enum status st = batch_write_pins(a, reterr);

	if (st == S_OK)
		st = batch_write_acks(a, reterr);
	for (size_t i = 0; i < b->count && st == S_OK; i++) {
		b->notes[i] = (struct page_note){.fresh = 0};
		batch_stamp(a, b->msgs[i]);
		st = batch_write_msg(a, b->msgs[i], &b->notes[i], reterr);
	}
	if (st == S_OK)
		st = batch_write_skips(a, reterr);
	if (st == S_OK)
		st = batch_write_recovery(a, reterr);
	if (st == S_OK)
		st = batch_write_seen(a, reterr);
	if (st == S_OK && a->writing)
		st = history_commit(a->history, reterr);
	return st;
}

/* --- committing
 * ----------------------------------------------------------------------------------- */

static void batch_stalls(struct archive *a, const struct problem *why)
{
	bool news = a->trouble.status == S_OK;

	a->trouble = *why;
	a->retry_mono_ms = clock_mono_ms(&a->clock) + ARCHIVE_RETRY_MS;
	if (!news)
		return;
	proof_storage(&a->proof, why, archive_now(a));
	log_msg(a->log, LOG_WARN, "history: %s", why->what);
}

static void batch_worked(struct archive *a, bool wrote)
{
	int64_t mono = clock_mono_ms(&a->clock);

	skips_forget_settled(&a->skips);
	if (wrote && mono - a->seen_mono_ms >= ARCHIVE_SEEN_MS)
		a->seen_mono_ms = mono;
	if (a->trouble.status != S_OK)
		log_msg(a->log, LOG_INFO, "history: can be written again");
	a->trouble = (struct problem){.status = S_OK};
	batch_pass(a);
}

void batch_commit(struct archive *a)
{
	struct problem why = {.status = S_OK};
	size_t skips = a->skips.count;
	bool wrote;

	a->before = a->proof;
	a->verified_before = a->verified;
	a->batch.kept.count = a->batch.told.count = 0;
	if (batch_write(a, &why) == S_OK) {
		wrote = a->writing;
		a->writing = false;
		batch_worked(a, wrote);
		return;
	}
	if (a->writing)
		history_rollback(a->history);
	a->writing = false;
	a->proof = a->before;
	a->verified = a->verified_before;
	skips_truncate(&a->skips, skips);
	batch_stalls(a, &why);
}

bool batch_is_due(const struct archive *a)
{
	int64_t mono = clock_mono_ms(&a->clock);

	return skips_due(&a->skips, mono) || mono - a->seen_mono_ms >= ARCHIVE_SEEN_MS;
}

void batch_release(struct batch *b)
{
	for (size_t i = 0; i < b->count; i++)
		msg_free(b->msgs[i]);
	free(b->kept.items);
	free(b->told.items);
	free(b->pins);
	free(b->acks);
	*b = (struct batch){.count = 0};
}

/* What leaves the archive: in order, never dropped, held while a mailbox is full. */
#include "archive/archive_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <string.h>

/* --- held ------------------------------------------------------------------------- */

static void held_list_add(struct held_list *l, struct msg *m)
{
	if (l->head > 0 && l->head + l->count == l->cap) {
		memmove(&l->items[0], &l->items[l->head], l->count * sizeof(struct msg *));
		l->head = 0;
	}
	array_reserve((void **)&l->items, &l->cap, l->head + l->count + 1, sizeof(struct msg *));
	l->items[l->head + l->count++] = m;
}

static void held_list_flush(struct held_list *l, struct mailbox *mb)
{
	enum status st = S_OK;

	while (l->count > 0 && st != E_FULL) {
		st = mailbox_post(mb, l->items[l->head]);
		if (st == E_FULL)
			break;
		if (st != S_OK)
			msg_free(l->items[l->head]);
		l->head++;
		l->count--;
	}
	if (l->count == 0)
		l->head = 0;
}

void held_list_release(struct held_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		msg_free(l->items[l->head + i]);
	free(l->items);
	*l = (struct held_list){.items = NULL};
}

/* --- sync: its mailbox may be named, or taken back, at any time ----------------------- */

static void sync_flush(struct archive *a)
{
	pthread_mutex_lock(&a->lock);
	if (a->sync)
		held_list_flush(&a->for_sync, a->sync);
	else
		held_list_release(&a->for_sync);
	pthread_mutex_unlock(&a->lock);
}

void archive_pass_sync(struct archive *a, struct msg *m)
{
	held_list_add(&a->for_sync, m);
}

/* --- out ------------------------------------------------------------------------------ */

void archive_pass(struct archive *a, struct msg *m)
{
	held_list_add(&a->for_out, m);
}

bool archive_holds(const struct archive *a)
{
	return a->for_out.count > 0 || a->for_sync.count >= ARCHIVE_SYNC_HELD_MAX;
}

bool archive_flush(struct archive *a)
{
	held_list_flush(&a->for_out, a->out);
	sync_flush(a);
	return !archive_holds(a);
}

/* --- how things stand -------------------------------------------------------------------- */

static int64_t earlier(int64_t a, int64_t b)
{
	if (a == TIME_NONE || b == TIME_NONE)
		return a == TIME_NONE ? b : a;
	return a < b ? a : b;
}

/* Made from zeroes, so that two can be compared byte by byte. */
static void report_make(const struct archive *a, struct history_report *ret)
{
	const struct problem *why = a->trouble.status != S_OK ? &a->trouble : &a->opening;

	memset(ret, 0, sizeof(*ret));
	ret->mode = a->trouble.status != S_OK ? HISTORY_STALLED : a->mode;
	ret->problem.status = why->status;
	str_copy(ret->problem.what, sizeof(ret->problem.what), why->what);
	str_copy(ret->problem.next, sizeof(ret->problem.next), why->next);
	str_copy(ret->path, sizeof(ret->path), a->path);
	proof_report(&a->proof, archive_now(a), ret);
	ret->events = history_count(a->history);
	ret->oldest_ms = history_oldest_ms(a->history);
	if (a->shelf) {
		ret->events += history_count(a->shelf);
		ret->oldest_ms = earlier(ret->oldest_ms, history_oldest_ms(a->shelf));
	}
}

void archive_tell(struct archive *a, bool at_once)
{
	struct history_report now;
	int64_t mono = clock_mono_ms(&a->clock);
	struct msg *m;

	report_make(a, &now);
	a->telling = memcmp(&now, &a->told, sizeof(now)) != 0;
	if (!a->telling || (!at_once && mono - a->told_mono_ms < ARCHIVE_REPORT_MS))
		return;
	a->told = now;
	a->told_mono_ms = mono;
	a->telling = false;
	m = msg_new(MSG_HISTORY);
	m->as.history = now;
	archive_pass(a, m);
}

/* --- a batch that is committed --------------------------------------------------------- */

static void pass_receipt(struct archive *a, const struct msg_events *e,
			 const struct page_note *note)
{
	struct msg *m = msg_new(MSG_RECEIPT);

	m->as.receipt.walk = e->mark.walk;
	m->as.receipt.fresh = note->fresh;
	m->as.receipt.known = note->known;
	m->as.receipt.reached = note->reached;
	m->as.receipt.last = e->mark.last;
	archive_position_now(a, &m->as.receipt.position);
	archive_pass_sync(a, m);
}

static void pass_copy(struct archive *a, const struct msg *m)
{
	struct msg *copy = msg_new(m->kind);

	*copy = *m; /* these own nothing */
	archive_pass_sync(a, copy);
}

/* The stream has brought it after all. */
static void pass_drop_skips(struct archive *a, const struct msg_events *m,
			    const unsigned char *kept)
{
	if (m->source != SOURCE_STREAM && m->source != SOURCE_REPLAY)
		return;
	for (size_t i = 0; i < m->count; i++)
		if (kept[i] == KEPT_BEFORE && skips_waits(&a->skips, m->items[i].id))
			skips_drop(&a->skips, m->items[i].id);
}

static void pass_msg(struct archive *a, struct msg *m, const struct page_note *note,
		     const unsigned char *kept)
{
	if (m->kind == MSG_EVENTS) {
		if (m->as.events.source == SOURCE_REST && m->as.events.mark.purpose != SYNC_NONE)
			pass_receipt(a, &m->as.events, note);
		pass_drop_skips(a, &m->as.events, kept);
		events_thin(&m->as.events, kept);
	} else if (m->kind == MSG_LINK || m->kind == MSG_GAP) {
		pass_copy(a, m);
	}
	archive_pass(a, m);
}

void batch_pass(struct archive *a)
{
	struct batch *b = &a->batch;
	const unsigned char *kept = b->kept.items;

	for (size_t i = 0; i < b->count; i++) {
		size_t events = b->msgs[i]->kind == MSG_EVENTS ? b->msgs[i]->as.events.count : 0;

		pass_msg(a, b->msgs[i], &b->notes[i], kept);
		if (events > 0)
			kept += events;
	}
	for (size_t i = 0; i < b->told.count; i++) {
		struct msg *m = msg_new(MSG_INCIDENT);

		m->as.incident = b->told.items[i];
		archive_pass(a, m);
	}
	b->count = b->events = b->pin_count = b->ack_count = 0;
}

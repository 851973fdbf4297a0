/* One batch of events on its way to the disk, and what it says of completeness. */
#include "archive/archive_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <string.h>

/* What is being learnt from a batch while it is written. */
struct intake {
	struct archive *a;
	const struct msg_events *m;
	struct page_note *note;
	struct sync_mark mark; /* what still holds of the message's */
	struct proof_batch proof;
};

/* --- which way an event came -------------------------------------------------------- */

static bool by_stream(const struct msg_events *m)
{
	return m->source == SOURCE_STREAM || m->source == SOURCE_REPLAY;
}

/* The stream that should have brought an event of this type by now; false: none. */
static bool stream_expected(const struct archive *a, const char *type, enum stream_id *ret)
{
	unsigned streams = skips_streams(&a->skips, type);

	for (int s = 0; s < STREAM_COUNT; s++) {
		if (!(streams & 1u << s) || !proof_expects(&a->proof, (enum stream_id)s))
			continue;
		*ret = (enum stream_id)s;
		return true;
	}
	return false;
}

static enum event_via sweep_via(const struct archive *a, const char *type)
{
	enum stream_id s;

	if (stream_expected(a, type, &s))
		return VIA_REPAIR;
	return skips_streams(&a->skips, type) ? VIA_CATCH_UP : VIA_POLL;
}

static enum event_via event_way(const struct archive *a, const struct msg_events *m,
				const char *type)
{
	static const enum event_via by_purpose[] = {
		[SYNC_NONE] = VIA_OLDER,        [SYNC_START] = VIA_CATCH_UP,
		[SYNC_CATCH_UP] = VIA_CATCH_UP, [SYNC_SWEEP] = VIA_REPAIR,
		[SYNC_POLL] = VIA_POLL,         [SYNC_RESCUE] = VIA_CATCH_UP,
	};
	enum stream_id s;

	if (m->source == SOURCE_STREAM)
		return VIA_LIVE;
	if (m->source == SOURCE_REPLAY)
		return VIA_REPLAY;
	if (m->mark.purpose == SYNC_SWEEP)
		return sweep_via(a, type);
	/* Someone asked for this walk, and it was the first to see what the stream skipped. */
	if (m->mark.purpose == SYNC_CATCH_UP && stream_expected(a, type, &s))
		return VIA_REPAIR;
	return by_purpose[m->mark.purpose];
}

/* --- where the verified cursor lies -------------------------------------------------- */

static void verified_place(struct verified *v, const struct event *e)
{
	v->placed = true;
	v->order_ms = e->order_ms;
	v->order_seq = e->order_seq;
}

static void verified_set(struct archive *a, const char *id, const struct msg_events *m)
{
	struct verified *v = &a->verified;

	if (str_equal(v->id, id))
		return;
	str_copy(v->id, sizeof(v->id), id);
	v->placed = false;
	for (size_t i = 0; i < m->count && !v->placed; i++)
		if (str_equal(m->items[i].id, id))
			verified_place(v, &m->items[i]);
	if (!v->placed)
		archive_place_verified(a);
}

/* Ids that are not numbered order by the second only: within one nothing can be told. */
static bool verified_covers(const struct verified *v, const struct event *e)
{
	if (v->id[0] == '\0')
		return false;
	if (str_equal(v->id, e->id))
		return true;
	if (!v->placed || e->order_ms == TIME_NONE || v->order_ms == TIME_NONE)
		return false;
	if (e->order_ms != v->order_ms)
		return e->order_ms < v->order_ms;
	return e->order_seq > 0 && e->order_seq < v->order_seq;
}

/* --- one event -------------------------------------------------------------------------- */

static void intake_fresh(struct intake *in, const struct event *e, enum event_via via)
{
	struct archive *a = in->a;
	unsigned streams;
	enum stream_id s;

	in->note->fresh++;
	in->proof.fresh++;
	if (by_stream(in->m))
		skips_learn(&a->skips, e->type, in->m->stream);
	streams = skips_streams(&a->skips, e->type);
	in->proof.fresh_of[streams == 1u << STREAM_COMMERCE ? STREAM_COMMERCE : STREAM_MERCHANT]++;
	if (via == VIA_REPAIR && stream_expected(a, e->type, &s))
		skips_add(&a->skips, e->id, s, clock_mono_ms(&a->clock));
}

/* Where only the second is known, others of the same second may lie before. */
static int64_t event_place(const struct event *e)
{
	return e->order_seq > 0 || e->order_ms % 1000 != 0 || e->order_ms == TIME_NONE
		       ? e->order_ms
		       : e->order_ms + 999;
}

/* How far back a page goes is told by its ends, whichever way it lies: one in between whose time is
 * odd says nothing. */
static void intake_edge(struct proof_batch *b, const struct event *e)
{
	int64_t ms = event_place(e);

	if (ms == TIME_NONE || (b->oldest_ms != TIME_NONE && b->oldest_ms <= ms))
		return;
	b->oldest_ms = ms;
	b->oldest_id = e->id;
}

static void intake_edges(struct intake *in, const unsigned char *kept)
{
	const struct msg_events *m = in->m;
	size_t first = 0, last = m->count;

	while (first < m->count && kept[first] == KEPT_APART)
		first++;
	while (last > first && kept[last - 1] == KEPT_APART)
		last--;
	if (first == last)
		return;
	intake_edge(&in->proof, &m->items[first]);
	intake_edge(&in->proof, &m->items[last - 1]);
}

/* What another instance wrote before this one began was restored; what it writes since then
 * comes here as news. */
static bool on_shelf(const struct archive *a, const char *id)
{
	struct event e;
	enum event_via via;
	int64_t arrived_ms;
	char *other;

	if (!a->shelf || !history_has(a->shelf, id))
		return false;
	if (history_event(a->shelf, id, &e, &via, &arrived_ms, &other, NULL) != S_OK)
		return false;
	event_release(&e);
	free(other);
	return arrived_ms < a->opened_ms - ARCHIVE_SHELF_MS;
}

/* The stream brings what a sweep found a moment before. */
static enum status intake_in_time(struct intake *in, const struct event *e, struct problem *reterr)
{
	enum status st;

	if (!by_stream(in->m) || !skips_waits(&in->a->skips, e->id))
		return S_OK;
	st = history_set_via(in->a->history, e->id, VIA_LIVE, reterr);
	return st == E_NOT_FOUND ? S_OK : st; /* retired within these seconds */
}

static enum status intake_known(struct intake *in, const struct event *e, enum keeping kept,
				struct problem *reterr)
{
	struct archive *a = in->a;
	struct proof_time now = archive_now(a);

	if (kept == KEPT_APART) {
		proof_stranger(&a->proof, e->id, now);
		return archive_write_incidents(a, reterr);
	}
	in->note->known++;
	if (kept == KEPT_COLLISION) {
		proof_collision(&a->proof, e->id, now);
		return archive_write_incidents(a, reterr);
	}
	if (by_stream(in->m))
		skips_learn(&a->skips, e->type, in->m->stream);
	return intake_in_time(in, e, reterr);
}

static void kept_add(struct kept_list *l, enum keeping kept)
{
	array_reserve((void **)&l->items, &l->cap, l->count + 1, 1);
	l->items[l->count++] = (unsigned char)kept;
}

static enum status intake_event(struct intake *in, const struct event *e, struct problem *reterr)
{
	struct archive *a = in->a;
	enum event_via via = event_way(a, in->m, e->type);
	enum keeping kept = KEPT_BEFORE;
	enum status st = S_OK;

	if (!on_shelf(a, e->id))
		st = history_add_event(a->history, e, via, a->batch.arrived_ms, &kept, reterr);
	if (st != S_OK)
		return st;
	kept_add(&a->batch.kept, kept);
	in->note->reached =
		in->note->reached || (kept == KEPT_BEFORE && verified_covers(&a->verified, e));
	if (kept == KEPT_NEW)
		intake_fresh(in, e, via);
	else
		st = intake_known(in, e, kept, reterr);
	return st;
}

/* --- the batch --------------------------------------------------------------------------- */

static enum status intake_unreadable(struct intake *in, struct problem *reterr)
{
	const struct msg_events *m = in->m;
	struct archive *a = in->a;
	enum status st;

	if (m->bad_frames == 0)
		return S_OK;
	st = history_add_unreadable(a->history, m->bad_reason, m->bad_text ? m->bad_text : "",
				    m->bad_text ? m->bad_len : 0, a->batch.arrived_ms, reterr);
	if (st != S_OK)
		return st;
	proof_unreadable(&a->proof, m->bad_frames, m->bad_reason, archive_now(a));
	return archive_write_incidents(a, reterr);
}

static enum status intake_cursors(struct intake *in, struct problem *reterr)
{
	static const enum history_cursor of_stream[STREAM_COUNT] = {
		[STREAM_MERCHANT] = CURSOR_MERCHANT,
		[STREAM_COMMERCE] = CURSOR_COMMERCE,
	};
	const struct msg_events *m = in->m;
	struct archive *a = in->a;
	enum status st = S_OK;

	if (by_stream(m) && m->count > 0)
		st = history_set_cursor(a->history, of_stream[m->stream], m->items[m->count - 1].id,
					reterr);
	if (st != S_OK || in->mark.verified[0] == '\0')
		return st;
	st = history_set_cursor(a->history, CURSOR_VERIFIED, in->mark.verified, reterr);
	if (st == S_OK)
		verified_set(a, in->mark.verified, m);
	return st;
}

static int64_t created_of(const struct archive *a, const char *id)
{
	struct event e;
	enum event_via via;
	int64_t arrived_ms, created_ms;
	char *other;

	if (history_event(a->history, id, &e, &via, &arrived_ms, &other, NULL) != S_OK)
		return TIME_NONE;
	created_ms = e.created_ms;
	event_release(&e);
	free(other);
	return created_ms;
}

/* A walk that began before this file did says nothing of it. */
static void intake_mark(struct intake *in)
{
	in->mark = in->m->mark;
	if (in->a->aside_mono_ms == TIME_NONE || in->mark.began_mono_ms > in->a->aside_mono_ms)
		return;
	in->mark.verified[0] = '\0';
	in->mark.proven = in->mark.lost = false;
}

enum status events_write(struct archive *a, const struct msg_events *m, struct page_note *note,
			 struct problem *reterr)
{
	struct intake in = {.a = a, .m = m, .note = note};
	size_t kept_before = a->batch.kept.count;
	enum status st = archive_begin(a, reterr);

	intake_mark(&in);
	in.proof = (struct proof_batch){.source = m->source,
					.stream = m->stream,
					.mark = &in.mark,
					.last_id = m->count ? m->items[m->count - 1].id : "",
					.oldest_id = "",
					.oldest_ms = TIME_NONE,
					.lost_from_ms = TIME_NONE};
	for (size_t i = 0; i < m->count && st == S_OK; i++)
		st = intake_event(&in, &m->items[i], reterr);
	if (st == S_OK)
		st = intake_unreadable(&in, reterr);
	if (st == S_OK)
		st = intake_cursors(&in, reterr);
	if (st != S_OK)
		return st;
	if (m->count > 0)
		intake_edges(&in, &a->batch.kept.items[kept_before]);
	if (in.mark.lost)
		in.proof.lost_from_ms = created_of(a, in.mark.lost_from);
	proof_events(&a->proof, &in.proof, archive_now(a));
	return archive_write_incidents(a, reterr);
}

void events_thin(struct msg_events *m, const unsigned char *kept)
{
	size_t left = 0;

	for (size_t i = 0; i < m->count; i++) {
		if (kept[i] == KEPT_NEW) {
			if (left != i)
				m->items[left] = m->items[i];
			left++;
			continue;
		}
		m->known += kept[i] == KEPT_BEFORE;
		m->collisions += kept[i] == KEPT_COLLISION;
		event_release(&m->items[i]);
	}
	m->count = left;
}

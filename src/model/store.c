/* Which part of the store a message is for, and what the server and the link are like. */
#include "model/store_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

unsigned topic_of_kind(enum object_kind kind)
{
	static const unsigned topics[OBJECT_KIND_COUNT] = {
		[OBJECT_NONE] = TOPIC_EVENTS,      [OBJECT_INVOICE] = TOPIC_INVOICES,
		[OBJECT_PAYMENT] = TOPIC_INVOICES, [OBJECT_ORDER] = TOPIC_ORDERS,
		[OBJECT_PAYOUT] = TOPIC_PAYOUTS,   [OBJECT_KYC] = TOPIC_PAYOUTS,
		[OBJECT_DEPOSIT] = TOPIC_PAYOUTS,  [OBJECT_REFUND] = TOPIC_INVOICES,
	};
	return (unsigned)kind < OBJECT_KIND_COUNT ? topics[kind] : 0;
}

struct store *store_new(void)
{
	struct store *st = xcalloc(1, sizeof(*st));

	ranks_init(st);
	events_init(st);
	st->shown = xcalloc(1, sizeof(*st->shown));
	archive_init(st);
	answers_init(st);
	acks_init(st);
	links_init(st);
	for (int s = 0; s < STREAM_COUNT; s++) {
		st->links[s].stream = (enum stream_id)s;
		st->links[s].state = LINK_OFF;
		st->links[s].next_try_mono_ms = TIME_NONE;
		st->links[s].since_wall_ms = TIME_NONE;
		st->links[s].last_rx_mono_ms = TIME_NONE;
		st->links[s].rtt_ms = -1;
	}
	st->stats.last_event_ms = TIME_NONE;
	return st;
}

void store_free(struct store *st)
{
	if (!st)
		return;
	records_release(st);
	shown_free(st->shown);
	answers_release(st);
	acks_release(st);
	events_release(st);
	links_release(st);
	actions_release(st);
	free(st);
}

/* --- loading and looking up -------------------------------------------------------------- */

static unsigned load_set(struct store *st, enum object_kind kind, enum load_state state,
			 const struct problem *problem)
{
	if ((unsigned)kind >= OBJECT_KIND_COUNT)
		return 0;
	st->load[kind] = state;
	if (problem)
		st->load_problem[kind] = *problem;
	return TOPIC_SERVER | topic_of_kind(kind);
}

/* Said of someone who looks at it now, so it holds from now on whether or not it reaches the disk.
 */
static unsigned acks_submitted(struct store *st, const struct request *rq, int64_t now_ms)
{
	struct acknowledgement ack = rq->ack;

	if (ack.at_ms <= 0)
		ack.at_ms = now_ms;
	return acks_take(st, &ack);
}

unsigned store_submitted(struct store *st, const struct request *rq, int64_t now_ms)
{
	if (request_kind_is_write(rq->kind))
		return actions_begin(st, rq, now_ms);
	switch (rq->kind) {
	case REQUEST_LIST:
		if (rq->of != LIST_ALL)
			return answers_submitted(st, rq);
		if ((unsigned)rq->object < OBJECT_KIND_COUNT)
			lists_asked(st, rq);
		return load_set(st, rq->object, LOAD_WAITING, NULL);
	case REQUEST_EVENTS:
		events_asked_older(st, rq);
		return load_set(st, OBJECT_NONE, LOAD_WAITING, NULL);
	case REQUEST_OLDER:
		events_asked_older(st, rq);
		return 0;
	case REQUEST_ACK:
		return acks_submitted(st, rq, now_ms);
	default:
		return answers_submitted(st, rq);
	}
}

/* --- messages ------------------------------------------------------------------------------ */

static unsigned store_apply_events(struct store *st, struct msg_events *m, int64_t now_ms)
{
	unsigned topics = events_take(st, m, now_ms);

	if (m->bad_frames > 0) {
		st->stats.bad_frames += m->bad_frames;
		topics |= TOPIC_LINK;
	}
	/* whichever way, what there is has come */
	if ((m->source == SOURCE_REST || m->source == SOURCE_HISTORY) &&
	    st->load[OBJECT_NONE] != LOAD_DONE)
		topics |= load_set(st, OBJECT_NONE, LOAD_DONE, NULL);
	return topics | answers_done(st, m->serial, MSG_EVENTS, now_ms);
}

static bool is_connected(enum link_state s)
{
	return s == LINK_LIVE || s == LINK_LAGGING || s == LINK_STALE || s == LINK_POLLING;
}

static void away_note(struct away *a, enum link_state state, int64_t now_ms)
{
	bool away = state != LINK_OFF && !is_connected(state);

	if (away && !a->is)
		a->since_ms = now_ms;
	a->is = away;
	a->was_here |= is_connected(state);
}

static unsigned store_apply_link(struct store *st, const struct link_report *link, int64_t now_ms)
{
	if ((unsigned)link->stream >= STREAM_COUNT)
		return 0;
	away_note(&st->away[link->stream], link->state, now_ms);
	st->links[link->stream] = *link;
	return TOPIC_LINK;
}

static unsigned store_apply_gap(struct store *st, const struct msg_gap *m, int64_t now_ms)
{
	struct gap *gap;

	if (st->gap_count == STORE_GAPS_MAX) {
		st->gap_count--;
		memmove(st->gaps, st->gaps + 1, st->gap_count * sizeof(st->gaps[0]));
	}
	gap = &st->gaps[st->gap_count++];
	gap->stream = m->stream;
	str_copy(gap->from, sizeof(gap->from), m->from);
	str_copy(gap->to, sizeof(gap->to), m->to);
	gap->noticed_ms = now_ms;
	st->stats.gaps++;
	return TOPIC_EVENTS | TOPIC_LINK;
}

static unsigned store_apply_list(struct store *st, const struct msg_page *m)
{
	if ((unsigned)m->object < OBJECT_KIND_COUNT)
		lists_take(st, m);
	return load_set(st, m->object, LOAD_DONE, NULL);
}

static unsigned store_apply_page(struct store *st, const struct msg_page *m, int64_t now_ms)
{
	unsigned topics = 0;

	if (m->from_history)
		now_ms = m->answered_ms;
	else if (m->of != LIST_ALL)
		topics = answers_done(st, m->serial, MSG_PAGE, now_ms);
	else
		topics = store_apply_list(st, m);
	for (size_t i = 0; i < m->page.count; i++)
		topics |= records_tell_answer(st, &m->page.items[i], now_ms);
	return topics;
}

static unsigned store_apply_failed(struct store *st, const struct msg_failed *m)
{
	switch (m->request.kind) {
	case REQUEST_LIST:
		if (m->request.of != LIST_ALL)
			return answers_failed(st, m);
		return load_set(st, m->request.object, LOAD_FAILED, &m->problem);
	case REQUEST_EVENTS:
		return load_set(st, OBJECT_NONE, LOAD_FAILED, &m->problem);
	default:
		return TOPIC_SERVER | answers_failed(st, m);
	}
}

unsigned store_apply(struct store *st, struct msg *msg, int64_t now_ms)
{
	switch (msg->kind) {
	case MSG_EVENTS:
		return store_apply_events(st, &msg->as.events, now_ms);
	case MSG_LINK:
		return store_apply_link(st, &msg->as.link, now_ms);
	case MSG_GAP:
		return store_apply_gap(st, &msg->as.gap, now_ms);
	case MSG_PAGE:
		return store_apply_page(st, &msg->as.page, now_ms);
	case MSG_OBJECT:
		return records_tell_answer(st, &msg->as.object.object, now_ms) |
		       answers_take_object(st, msg, now_ms);
	case MSG_CAPABILITIES:
		st->capabilities = msg->as.capabilities;
		return TOPIC_SERVER;
	case MSG_OUTCOME:
		return actions_end(st, &msg->as.outcome, now_ms);
	case MSG_FAILED:
		return store_apply_failed(st, &msg->as.failed);
	case MSG_EVENT:
		return answers_take_event(st, msg, now_ms);
	case MSG_HISTORY:
		return archive_take_report(st, &msg->as.history, now_ms);
	case MSG_INCIDENT:
		return archive_take_incident(st, &msg->as.incident);
	case MSG_FINDINGS:
		return answers_take(st, msg->as.findings.serial, msg, now_ms);
	case MSG_DOSSIER:
		return answers_take(st, msg->as.dossier.serial, msg, now_ms);
	case MSG_SESSION:
		return answers_take(st, msg->as.session.serial, msg, now_ms);
	case MSG_CART:
		return answers_take(st, msg->as.cart.serial, msg, now_ms);
	case MSG_PRODUCTS:
		return answers_take(st, msg->as.products.serial, msg, now_ms);
	case MSG_ACK:
		return acks_take(st, &msg->as.ack);
	case MSG_RECEIPT: /* between archive and sync */
		break;
	}
	return 0;
}

/* --- reading --------------------------------------------------------------------------------- */

uint64_t store_version(const struct store *st, enum object_kind kind)
{
	if (kind == OBJECT_NONE)
		return st->window.version;
	return (unsigned)kind < OBJECT_KIND_COUNT ? st->tables[kind].version : 0;
}

enum load_state store_load(const struct store *st, enum object_kind kind)
{
	return (unsigned)kind < OBJECT_KIND_COUNT ? st->load[kind] : LOAD_NOT_ASKED;
}

const struct problem *store_load_problem(const struct store *st, enum object_kind kind)
{
	return store_load(st, kind) == LOAD_FAILED ? &st->load_problem[kind] : NULL;
}

size_t store_gap_count(const struct store *st)
{
	return st->gap_count;
}

const struct gap *store_gap(const struct store *st, size_t index)
{
	return index < st->gap_count ? &st->gaps[index] : NULL;
}

const struct link_report *store_link(const struct store *st, enum stream_id stream)
{
	return &st->links[stream];
}

/* The higher the worse; a stream without a key is no part of the whole. */
static int link_badness(enum link_state s)
{
	static const int badness[LINK_STATE_COUNT] = {
		[LINK_OFF] = 0,          [LINK_LIVE] = 1,    [LINK_LAGGING] = 2,
		[LINK_POLLING] = 3,      [LINK_STALE] = 4,   [LINK_CONNECTING] = 5,
		[LINK_RECONNECTING] = 6, [LINK_OFFLINE] = 7, [LINK_AUTH_FAILED] = 8,
	};
	return badness[s];
}

const struct link_report *store_link_worst(const struct store *st)
{
	const struct link_report *worst = &st->links[0];
	for (int s = 1; s < STREAM_COUNT; s++)
		if (link_badness(st->links[s].state) > link_badness(worst->state))
			worst = &st->links[s];
	return worst;
}

bool store_is_away(const struct store *st, int64_t *ret_since_ms, bool *ret_was_here)
{
	const struct away *longest = NULL;

	for (int s = 0; s < STREAM_COUNT; s++) {
		const struct away *a = &st->away[s];

		if (a->is && (!longest || a->since_ms < longest->since_ms))
			longest = a;
	}
	if (longest) {
		*ret_since_ms = longest->since_ms;
		*ret_was_here = longest->was_here;
	}
	return longest != NULL;
}

const struct capabilities *store_capabilities(const struct store *st)
{
	return &st->capabilities;
}

const struct store_stats *store_stats(const struct store *st)
{
	return &st->stats;
}

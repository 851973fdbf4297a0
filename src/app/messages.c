/* What comes from the threads, and what the screen asks of them. */
#include "app/app.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "views/list_pane.h"

#include <stdlib.h>
#include <string.h>

/* A turn takes so many messages, or events and objects: keys get their turn soon, even in a flood.
 */
#define DRAIN_MESSAGES 64
#define DRAIN_ITEMS    256
#define DOUBT_MS       1000

/* A stream came (back) up: what the screen could not load while it was down is asked for again. */
static void app_went_live(struct app *a)
{
	struct request caps = {.kind = REQUEST_CAPABILITIES};

	if (!store_capabilities(a->store)->known)
		outbox_add(&a->outbox, &caps);
	for (int p = 0; p < PANE_COUNT; p++) {
		struct view *v = &a->screen.panes[p];

		if (store_load(a->store, list_pane(v)->spec->kind) == LOAD_FAILED)
			v->ops->act(v, CMD_REFRESH, a->store, &a->outbox);
	}
}

/*
 * A stretch of events is lost: what they did shows in the objects at least. Lists that are still
 * on their way were asked for late enough.
 */
static void app_reconcile(struct app *a, const struct incident *inc)
{
	if (inc->state != INCIDENT_LOST || inc->serial <= a->lost_serial)
		return;
	a->lost_serial = inc->serial;
	if (store_load(a->store, OBJECT_INVOICE) != LOAD_WAITING)
		screen_refresh_all(&a->screen);
}

static void app_saw_environment(struct app *a, bool mainnet)
{
	if (mainnet)
		a->screen.environment = ENV_MAINNET; /* once real money was seen it stays */
	else if (a->screen.environment == ENV_UNKNOWN)
		a->screen.environment = ENV_DEVNET;
}

/* devnet or mainnet, from what the server says; a demo stays a demo. */
static void app_learn_environment(struct app *a, const struct msg *m)
{
	if (a->screen.environment == ENV_DEMO)
		return;
	if (m->kind == MSG_EVENTS) {
		for (size_t i = 0; i < m->as.events.count; i++)
			app_saw_environment(a, m->as.events.items[i].livemode);
	} else if (m->kind == MSG_PAGE) {
		for (size_t i = 0; i < m->as.page.page.count; i++) {
			const char *env = object_environment(&m->as.page.page.items[i]);

			if (env[0] != '\0')
				app_saw_environment(a, str_equal(env, "mainnet"));
		}
	}
}

static bool msg_answers_request(const struct msg *m)
{
	switch (m->kind) {
	case MSG_PAGE:
		return !m->as.page.from_history;
	case MSG_OBJECT:
	case MSG_CAPABILITIES:
	case MSG_OUTCOME:
		return true;
	case MSG_FAILED:
		return request_kind_is_answered(m->as.failed.request.kind);
	case MSG_EVENTS:
		return m->as.events.serial != 0;
	case MSG_EVENT:
	case MSG_FINDINGS:
	case MSG_DOSSIER:
	case MSG_SESSION:
	case MSG_CART:
	case MSG_PRODUCTS:
		return true;
	case MSG_ACK:
	case MSG_HISTORY:
	case MSG_INCIDENT:
	case MSG_RECEIPT:
	case MSG_LINK:
	case MSG_GAP:
		break;
	}
	return false;
}

/* What somebody has seen is not kept. */
static void app_tell_fleeting(struct app *a, const struct msg_failed *m)
{
	struct safe_text text;

	safe_text_fmt(&text, "%s, but only until this pepaytop ends: %s",
		      m->request.ack.withdrawn ? "Not seen any more" : "Seen", m->problem.what);
	screen_notice(&a->screen, ROLE_WARN, &text);
	pace_want(&a->pace, PACE_NOW);
}

/* Consequences that are not the store's business. */
static void app_react(struct app *a, const struct msg *m)
{
	switch (m->kind) {
	case MSG_LINK:
		if (m->as.link.state == LINK_LIVE || m->as.link.state == LINK_POLLING)
			app_went_live(a);
		break;
	case MSG_INCIDENT:
		app_reconcile(a, &m->as.incident);
		break;
	case MSG_OUTCOME:
		if (m->as.outcome.outcome != OUTCOME_UNKNOWN)
			network_settled(&a->net, &m->as.outcome.request);
		break;
	case MSG_GAP:
		screen_refresh_all(&a->screen); /* what was missed shows in the objects at least */
		break;
	case MSG_CAPABILITIES: {
		struct view *payouts = &a->screen.panes[PANE_PAYOUTS];

		payouts->ops->act(payouts, CMD_REFRESH, a->store, &a->outbox);
		break;
	}
	case MSG_FAILED:
		if (m->as.failed.request.kind == REQUEST_ACK)
			app_tell_fleeting(a, &m->as.failed);
		break;
	case MSG_EVENTS:
	case MSG_PAGE:
	case MSG_OBJECT:
	case MSG_EVENT:
	case MSG_HISTORY:
	case MSG_RECEIPT:
	case MSG_FINDINGS:
	case MSG_DOSSIER:
	case MSG_ACK:
	case MSG_SESSION:
	case MSG_CART:
	case MSG_PRODUCTS:
		break;
	}
}

void app_take(struct app *a, struct msg *m, int64_t now_ms)
{
	unsigned topics;

	if (msg_answers_request(m) && a->pending > 0)
		a->pending--;
	app_learn_environment(a, m);
	topics = store_apply(a->store, m, now_ms);
	screen_changed(&a->screen, topics);
	app_react(a, m);
	msg_free(m);
	if (topics)
		pace_want(&a->pace, PACE_EVENTS);
}

/*
 * An answer came at the moment the screen shows: where a demo's clock runs ahead of ours, what the
 * server answers is as new as its events; so is that nothing comes any more. Events keep the time
 * they came by our clock.
 */
static void app_apply_take(struct app *a, struct msg *m)
{
	int64_t now = app_now_ms(a);

	switch (m->kind) {
	case MSG_SESSION:
		m->as.session.session.answered_ms = now;
		break;
	case MSG_CART:
		m->as.cart.cart.answered_ms = now;
		break;
	case MSG_PRODUCTS:
		m->as.products.products.answered_ms = now;
		break;
	case MSG_OBJECT:
	case MSG_PAGE:
	case MSG_LINK:
		break;
	default:
		now = clock_wall_ms(&a->clock);
		break;
	}
	app_take(a, m, now);
}

/* While paused, events wait here in order; everything else (link, outcomes) is applied at once. */
static void app_hold_take(struct app *a, struct msg *m)
{
	array_reserve((void **)&a->held, &a->held_cap, a->held_count + 1, sizeof(struct msg *));
	a->held[a->held_count++] = m;
	a->held_events += m->as.events.count;
	pace_want(&a->pace, PACE_EVENTS);
}

void app_release_held(struct app *a)
{
	for (size_t i = 0; i < a->held_count; i++)
		app_apply_take(a, a->held[i]);
	a->held_count = 0;
	a->held_events = 0;
}

/* What nobody asked for waits; what was read back from disk tells nothing new. */
static bool app_holds(const struct app *a, const struct msg *m)
{
	return a->screen.ctx.paused && m->kind == MSG_EVENTS && m->as.events.serial == 0 &&
	       m->as.events.source != SOURCE_HISTORY;
}

static size_t msg_items(const struct msg *m)
{
	if (m->kind == MSG_EVENTS)
		return m->as.events.count;
	return m->kind == MSG_PAGE ? m->as.page.page.count : 0;
}

bool app_drain(struct app *a)
{
	size_t items = 0;

	for (int i = 0; i < DRAIN_MESSAGES && items < DRAIN_ITEMS; i++) {
		struct msg *m;

		if (a->screen.ctx.paused && a->held_events >= APP_HELD_MAX)
			return false; /* the mailbox fills and the feed holds back: nothing is lost
				       */
		m = mailbox_take(a->mailbox);
		if (!m)
			return false;
		items += msg_items(m);
		if (app_holds(a, m))
			app_hold_take(a, m);
		else
			app_apply_take(a, m);
	}
	return true;
}

/* --- requests --------------------------------------------------------------------- */

void app_submit(struct app *a)
{
	size_t kept = 0;

	if (app_plays(a)) {
		app_play_answer(a);
		return;
	}
	if (app_shows_case(a)) {
		app_case_answer(a);
		return;
	}
	for (size_t i = 0; i < a->outbox.count; i++) {
		const struct request rq = a->outbox.items[i];
		unsigned topics;

		if (network_submit(&a->net, &rq) != S_OK) {
			a->outbox.items[kept++] = rq; /* its queue is full: the next turn */
			continue;
		}
		topics = store_submitted(a->store, &rq, clock_wall_ms(&a->clock));
		screen_changed(&a->screen, topics);
		if (topics)
			pace_want(&a->pace, PACE_EVENTS);
		a->pending += request_kind_is_answered(rq.kind);
	}
	a->outbox.count = kept;
}

void app_ask_doubts(struct app *a)
{
	enum link_state state = store_link_worst(a->store)->state;
	int64_t now = clock_mono_ms(&a->real);
	enum object_kind kind;
	char id[NAME_CAP];

	if ((state != LINK_LIVE && state != LINK_POLLING) || now - a->doubt_mono_ms < DOUBT_MS)
		return;
	if (a->outbox.count == OUTBOX_MAX || !store_doubt_take(a->store, &kind, id))
		return;
	a->doubt_mono_ms = now;
	outbox_get(&a->outbox, kind, id);
}

void app_trim(struct app *a)
{
	bool following = list_pane(&a->screen.panes[PANE_EVENTS])->list.following;

	if (following && !a->following)
		screen_changed(&a->screen, store_trim(a->store));
	a->following = following;
}

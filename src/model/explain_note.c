/* The explanation as a note to paste into a ticket: plain text, redacted unless asked otherwise. */
#include "model/explain_priv.h"

#include "base/alloc.h"
#include "base/text.h"
#include "model/evidence.h"
#include "model/masking.h"

#include <stdlib.h>

/* "2026-01-15 12:00:00Z" */
static const char *note_time(char buf[WHEN_TEXT_CAP], int64_t ms)
{
	when_iso(buf, ms);
	if (buf[0] != '\0' && buf[10] == 'T')
		buf[10] = ' ';
	return buf;
}

/* What people outside may have put into it must not move a cursor, wherever it is pasted. */
static void note_add(struct strbuf *sb, const char *text)
{
	struct safe_text t;

	safe_text_set(&t, text);
	strbuf_addstr(sb, safe_text_str(&t));
}

/* --- what was done ------------------------------------------------------------------- */

static void note_explanation(struct strbuf *sb, const struct explain *x)
{
	enum explain_part part = EXPLAIN_PART_COUNT;

	for (size_t i = 0; i < x->count; i++) {
		const struct explain_line *line = &x->lines[i];

		if (line->part != part) {
			part = line->part;
			strbuf_addf(sb, "\n%s\n", explain_part_title(part));
		}
		strbuf_addstr(sb, "- ");
		note_add(sb, line->text);
		if (line->event_id[0]) {
			strbuf_addstr(sb, " [");
			note_add(sb, line->event_id);
			strbuf_addstr(sb, "]");
		}
		strbuf_addch(sb, '\n');
	}
}

static void note_timeline(struct strbuf *sb, const struct story *story)
{
	char at[WHEN_TEXT_CAP];

	if (story->count == 0)
		return;
	strbuf_addstr(sb, "\nTimeline (UTC)\n");
	if (story->cut)
		strbuf_addstr(sb, "- (older steps are left out)\n");
	for (size_t i = 0; i < story->count; i++) {
		const struct story_step *s = &story->steps[i];

		strbuf_addf(sb, "- %s  ",
			    s->ms == TIME_NONE ? "time unknown        " : note_time(at, s->ms));
		note_add(sb, s->text);
#define X(constant, bit, words)    \
	if (s->marks & (constant)) \
		strbuf_addstr(sb, " (" words ")");
		STORY_MARKS(X)
#undef X
		if (s->event_id[0]) {
			strbuf_addstr(sb, " [");
			note_add(sb, s->event_id);
			strbuf_addstr(sb, "]");
		}
		strbuf_addch(sb, '\n');
	}
}

static void note_next(struct strbuf *sb, const struct story *story)
{
	char by[WHEN_TEXT_CAP];

	if (story->next_count == 0)
		return;
	strbuf_addstr(sb, "\nWhat should happen next\n");
	for (size_t i = 0; i < story->next_count; i++) {
		const struct story_next *n = &story->next[i];

		strbuf_addstr(sb, "- ");
		note_add(sb, n->text);
		if (n->by_ms != TIME_NONE)
			strbuf_addf(sb, ", %s %s%s", n->promised ? "by" : "usually by",
				    note_time(by, n->by_ms), n->overdue ? " (overdue)" : "");
		strbuf_addch(sb, '\n');
	}
}

/* --- what it is about -------------------------------------------------------------------- */

static void note_id(struct strbuf *sb, const struct subject *s, const char *status)
{
	strbuf_addf(sb, "- %s ", subject_noun(s->kind));
	note_add(sb, s->id);
	if (status[0]) {
		strbuf_addstr(sb, ": ");
		note_add(sb, status);
	}
	strbuf_addch(sb, '\n');
}

static const char *subject_status(const struct store *st, const struct subject *s)
{
	enum object_kind kind = subject_object(s->kind);
	const struct record *r = kind != OBJECT_NONE ? store_record(st, kind, s->id) : NULL;

	return r ? object_status(&r->object) : "";
}

static void note_ids(struct strbuf *sb, const struct related *r, const struct store *st)
{
	strbuf_addstr(sb, "\nIds\n");
	note_id(sb, &r->root, subject_status(st, &r->root));
	for (size_t i = 0; i < r->count; i++)
		if (r->items[i].same_payment)
			note_id(sb, &r->items[i].subject, subject_status(st, &r->items[i].subject));
	if (r->customer[0] && r->root.kind != SUBJECT_CUSTOMER) {
		strbuf_addstr(sb, "- Customer ");
		note_add(sb, r->customer);
		strbuf_addch(sb, '\n');
	}
}

struct links {
	struct strbuf *sb;
	const struct store *st;
	size_t begin;                 /* of their section */
	char environment[STATUS_CAP]; /* that any of them tells; they are of one server */
	size_t count;
};

static void note_link(struct links *l, const char *what, const char *network, const char *hash,
		      const char *environment)
{
	const char *told = environment[0] ? environment : l->environment;
	bool live = str_equal(told, "mainnet");
	bool testnet = str_equal(told, "devnet") || str_equal(told, "testnet");
	char url[512];

	if (hash[0] == '\0' || strstr(strbuf_str(l->sb) + l->begin, hash))
		return; /* two objects may name the same one */
	if (l->count++ == 0)
		strbuf_addstr(l->sb, "\nTransactions\n");
	strbuf_addf(l->sb, "- %s%s", what, network[0] ? " on " : "");
	note_add(l->sb, network_name(network));
	strbuf_addstr(l->sb, ": ");
	note_add(l->sb, hash);
	strbuf_addch(l->sb, '\n');
	/* The wrong chain's page would say that there is no such transaction. */
	if ((live || testnet) && explorer_link(url, sizeof(url), network, hash, testnet))
		strbuf_addf(l->sb, "  %s%s\n", url, testnet ? " (test network)" : "");
}

/* An order does not always say by which network it was paid; its invoice does. */
static const char *order_network(const struct links *l, const struct order *o)
{
	const struct record *r = store_invoice_of(l->st, o->order_id);

	return o->wallet_network[0] || !r ? o->wallet_network
					  : r->object.as.invoice.payer_wallet_network;
}

static void note_links_of(struct links *l, const struct object *o)
{
	const char *env = object_environment(o);

	switch (o->kind) {
	case OBJECT_PAYMENT:
		note_link(l, "settlement", o->as.payment.settlement.network,
			  o->as.payment.settlement.settlement_tx_hash, env);
		break;
	case OBJECT_ORDER:
		note_link(l, "payment", order_network(l, &o->as.order), o->as.order.payment.tx_hash,
			  env);
		note_link(l, "order settlement", o->as.order.payment.settlement.network,
			  o->as.order.payment.settlement.tx_hash, env);
		note_link(l, "order refund", "bsc", o->as.order.refund.tx_hash, env);
		break;
	case OBJECT_REFUND:
		note_link(l, "refund", o->as.refund.destination_wallet_network,
			  o->as.refund.tx_hash, env);
		break;
	case OBJECT_DEPOSIT:
		note_link(l, "deposit", o->as.deposit.network, o->as.deposit.tx_hash, env);
		break;
	default:
		break;
	}
}

/* The record of the root (0) or of what belongs to it. */
static const struct record *related_record(const struct related *r, size_t i,
					   const struct store *st)
{
	const struct subject *s = i == 0 ? &r->root : &r->items[i - 1].subject;
	enum object_kind kind = subject_object(s->kind);

	return kind != OBJECT_NONE ? store_record(st, kind, s->id) : NULL;
}

static void links_environment(struct links *l, const struct related *r)
{
	for (size_t i = 0; i <= r->count && !l->environment[0]; i++) {
		const struct record *rec = related_record(r, i, l->st);

		if (rec)
			str_copy(l->environment, sizeof(l->environment),
				 object_environment(&rec->object));
	}
}

static void note_links(struct strbuf *sb, const struct related *r, const struct store *st)
{
	struct links l = {.sb = sb, .st = st, .begin = sb->len};

	links_environment(&l, r);
	for (size_t i = 0; i <= r->count; i++) {
		const struct record *rec = related_record(r, i, st);

		if (rec && (i == 0 || r->items[i - 1].same_payment))
			note_links_of(&l, &rec->object);
	}
}

/* --- the whole ------------------------------------------------------------------------------ */

enum reader { READER_WRITER, READER_COLLEAGUE, READER_ANYBODY };

static void note_write(struct strbuf *sb, const struct explain *x, const struct story *story,
		       const struct store *st, enum reader reader, int64_t now_ms)
{
	static const char *const FOOTS[] = {
		[READER_WRITER] = ". It names people: keep it to yourself.\n",
		[READER_COLLEAGUE] = ". People are masked: name-1 is the same person all through. "
				     "Customer ids and last digits of accounts are as they are.\n",
		[READER_ANYBODY] = ". People are masked: customer-1 is the same person all "
				   "through.\n",
	};
	const struct related *r = &story->related;
	char at[WHEN_TEXT_CAP];

	strbuf_addf(sb, "%s ", subject_noun(r->root.kind));
	note_add(sb, r->root.id);
	strbuf_addch(sb, '\n');
	note_add(sb, x->headline);
	strbuf_addch(sb, '\n');
	if (x->as_of[0])
		strbuf_addf(sb, "%s\n", x->as_of);
	note_explanation(sb, x);
	note_timeline(sb, story);
	note_next(sb, story);
	note_ids(sb, r, st);
	note_links(sb, r, st);
	strbuf_addf(sb, "\nMade by pepaytop at %s from what Pepay told", note_time(at, now_ms));
	if (story->checked_ms != TIME_NONE)
		strbuf_addf(sb, ", last asked at %s", note_time(at, story->checked_ms));
	strbuf_addstr(sb, FOOTS[reader]);
}

static void note_masked(struct strbuf *ret, const struct explain *x, const struct story *story,
			const struct store *st, const struct masking *m, enum reader reader,
			int64_t now_ms)
{
	struct strbuf sb;

	strbuf_init(&sb, EXPLAIN_NOTE_MAX);
	note_write(&sb, x, story, st, reader, now_ms);
	masking_text(m, strbuf_str(&sb), ret);
	strbuf_release(&sb);
}

void explain_note_masked(struct strbuf *ret, const struct explain *x, const struct story *story,
			 const struct store *st, const struct masking *m, int64_t now_ms)
{
	note_masked(ret, x, story, st, m, READER_ANYBODY, now_ms);
}

bool explain_note(struct strbuf *ret, const struct explain *x, const struct story *story,
		  const struct store *st, bool personal, int64_t now_ms)
{
	struct evidence evidence;
	struct masking *m;
	bool full;

	if (personal) {
		note_write(ret, x, story, st, READER_WRITER, now_ms);
		return true;
	}
	evidence_gather(&evidence, story, st);
	m = masking_new();
	masking_for_colleagues(m);
	masking_learn_story(m, story, &evidence, st);
	full = masking_is_full(m);
	if (!full)
		note_masked(ret, x, story, st, m, READER_COLLEAGUE, now_ms);
	masking_free(m);
	evidence_release(&evidence);
	return !full;
}

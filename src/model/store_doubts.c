/*
 * Objects whose history does not add up, or of which only an abbreviation is known: the server
 * is asked about each once a change. Newest news matters most, so a full list forgets the oldest.
 * After a stretch was lost it is asked about everything that may have changed in it.
 */
#include "model/store_priv.h"

#include "base/strbuf.h"
#include "wire/lifecycle.h"

#define RECONCILE_ANSWERED_MS 5000 /* a loss is told so long after the stream came, at most */

static bool doubt_equal(const struct doubt *a, const struct doubt *b)
{
	return a->status == b->status && a->flaw_from == b->flaw_from && a->flaw_to == b->flaw_to;
}

void doubts_note(struct store *st, struct entry *en)
{
	struct doubt d = {.status = en->told.last.any ? en->told.last.status
						      : entry_more(en)->rest.status,
			  .flaw_from = en->told.flaw_from,
			  .flaw_to = en->told.flaw_to};
	struct doubted *added;

	if ((d.flaw_to == 0 && !entry_settle(st, en).incomplete) ||
	    doubt_equal(&d, &entry_more(en)->doubt))
		return;
	entry_want_more(en)->doubt = d;
	if (st->doubt_count == DOUBTS_MAX) {
		names_drop(st->names, st->doubts[0].name);
		st->doubt_count--;
		memmove(st->doubts, st->doubts + 1, st->doubt_count * sizeof(st->doubts[0]));
	}
	added = &st->doubts[st->doubt_count++];
	added->kind = (enum object_kind)en->kind;
	added->name = en->name;
	names_keep(st->names, en->name);
}

void doubts_note_all(struct store *st, int64_t now_ms)
{
	st->reconcile = (struct reconcile){.kind = OBJECT_NONE + 1,
					   .since_ms = now_ms - RECONCILE_ANSWERED_MS};
}

/* What is not over yet, has a route of its own, and was not answered since. */
static bool reconcile_wants(const struct store *st, const struct entry *en)
{
	bool route = en->kind == OBJECT_INVOICE || en->kind == OBJECT_ORDER ||
		     en->kind == OBJECT_PAYOUT || en->kind == OBJECT_KYC;

	return route && entry_more(en)->said_ms < st->reconcile.since_ms &&
	       !lifecycle_is_terminal(entry_vocab(en), word_text(st, en->told.last.status));
}

static const struct entry *reconcile_next(struct store *st)
{
	struct reconcile *r = &st->reconcile;

	while (r->kind < OBJECT_KIND_COUNT) {
		const struct table *t = &st->tables[r->kind];

		while (r->index < t->count) {
			const struct entry *en = t->entries[r->index++];
			if (reconcile_wants(st, en))
				return en;
		}
		r->kind++;
		r->index = 0;
	}
	return NULL;
}

bool store_doubt_take(struct store *st, enum object_kind *ret_kind, char ret_id[NAME_CAP])
{
	struct doubted first;
	const struct entry *en;

	while (st->doubt_count > 0) {
		first = st->doubts[0];
		st->doubt_count--;
		memmove(st->doubts, st->doubts + 1, st->doubt_count * sizeof(st->doubts[0]));
		en = records_find(st, first.kind, names_text(st->names, first.name));
		if (en) {
			*ret_kind = first.kind;
			str_copy(ret_id, NAME_CAP, names_text(st->names, first.name));
		}
		names_drop(st->names, first.name);
		if (en && (en->told.flaw_to != 0 || entry_settle(st, en).incomplete))
			return true;
	}
	en = reconcile_next(st);
	if (!en)
		return false;
	*ret_kind = (enum object_kind)en->kind;
	str_copy(ret_id, NAME_CAP, names_text(st->names, en->name));
	return true;
}

void doubts_write_flaw(const struct store *st, const struct entry *en, char *ret, size_t cap)
{
	const struct entry_more *more = entry_more(en);
	const struct history *h = &en->told;
	enum vocab v = entry_vocab(en);
	const char *said = word_text(st, more->said), *last = word_text(st, h->last.status);
	size_t len;

	ret[0] = '\0';
	if (h->flaw_to == 0)
		return;
	str_printf(ret, cap, "went from %s to %s, which should not happen",
		   vocab_find(v, word_text(st, h->flaw_from))->wire,
		   vocab_find(v, word_text(st, h->flaw_to))->wire);
	len = strlen(ret);
	if (more->said == 0 || more->said_ms < h->stated_ms)
		return; /* not asked since */
	if (more->said == h->last.status)
		str_printf(ret + len, cap - len, "; the server confirms %s", last);
	else
		str_printf(ret + len, cap - len, "; the server says %s", said);
}

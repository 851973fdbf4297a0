/*
 * Records as views read them, unpacked when they are asked for. The last STORE_SHOWN_MAX are kept,
 * so that what a screen holds in hand stays what it was.
 */
#include "model/store_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "wire/pack.h"

void shown_free(struct shown *s)
{
	for (uint16_t i = 1; i <= s->count; i++) {
		object_release(&s->items[i]->record.object);
		free(s->items[i]);
	}
	free(s);
}

/* --- how lately each was looked at ------------------------------------------------------------ */

static void shown_unlink(struct shown *s, uint16_t at)
{
	struct shown_record *it = s->items[at];

	if (it->newer)
		s->items[it->newer]->older = it->older;
	else
		s->newest = it->older;
	if (it->older)
		s->items[it->older]->newer = it->newer;
	else
		s->oldest = it->newer;
	it->newer = it->older = 0;
}

static void shown_link_newest(struct shown *s, uint16_t at)
{
	s->items[at]->older = s->newest;
	if (s->newest)
		s->items[s->newest]->newer = at;
	else
		s->oldest = at;
	s->newest = at;
}

static void shown_link_oldest(struct shown *s, uint16_t at)
{
	s->items[at]->newer = s->oldest;
	if (s->oldest)
		s->items[s->oldest]->older = at;
	else
		s->newest = at;
	s->oldest = at;
}

static void shown_empty(struct shown *s, uint16_t at)
{
	struct shown_record *it = s->items[at];

	if (!it->entry)
		return;
	it->entry->shown = 0;
	it->entry = NULL;
	object_release(&it->record.object);
}

/* A free place, taken from the one looked at longest ago when need be; not linked. */
static uint16_t shown_place(struct shown *s)
{
	uint16_t at = s->oldest;

	if ((at == 0 || s->items[at]->entry) && s->count < STORE_SHOWN_MAX) {
		s->items[++s->count] = xcalloc(1, sizeof(struct shown_record));
		return s->count;
	}
	shown_unlink(s, at);
	shown_empty(s, at);
	return at;
}

/* --- showing ------------------------------------------------------------------------------------
 */

void record_fill(const struct store *st, const struct entry *en, struct record *ret)
{
	struct settled s = entry_settle(st, en);

	if (en->packed) {
		object_unpack((enum object_kind)en->kind, entry_id(st, en), en->packed,
			      &ret->object);
	} else {
		object_blank(&ret->object, (enum object_kind)en->kind);
		object_set_id(&ret->object, entry_id(st, en));
	}
	if (s.h.last.any)
		object_set_status(&ret->object, word_text(st, s.h.last.status));
	ret->stated_ms = s.h.stated_ms;
	ret->changed_ms = s.h.changed_ms;
	str_copy(ret->previous_status, sizeof(ret->previous_status), word_text(st, s.h.previous));
	ret->incomplete = s.incomplete;
	doubts_write_flaw(st, en, ret->flaw, sizeof(ret->flaw));
}

const struct record *record_show(const struct store *st, struct entry *en)
{
	struct shown *s = st->shown;
	uint16_t at;

	if (!en)
		return NULL;
	at = en->shown;
	if (at != 0) {
		shown_unlink(s, at);
	} else {
		at = shown_place(s);
		record_fill(st, en, &s->items[at]->record);
		s->items[at]->entry = en;
		en->shown = at;
	}
	shown_link_newest(s, at);
	return &s->items[at]->record;
}

void record_hide(struct store *st, struct entry *en)
{
	uint16_t at = en->shown;

	if (at == 0)
		return;
	shown_unlink(st->shown, at);
	shown_empty(st->shown, at);
	shown_link_oldest(st->shown, at);
}

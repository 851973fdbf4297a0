/* What a row is sorted by. */
#include "model/listing_priv.h"

#include "base/alloc.h"

#define KIND_SPAN 1000 /* more than a lifecycle has states */

static const struct {
	const char *name;
	enum query_field field;
	bool greatest_first;
} KEYS[SORT_KEY_COUNT] = {
#define X(constant, name, field, greatest_first) [constant] = {name, field, greatest_first},
	SORT_KEYS(X)
#undef X
};

const char *sort_key_name(enum sort_key k)
{
	return (unsigned)k < SORT_KEY_COUNT ? KEYS[k].name : "";
}

bool sort_key_descends(enum sort_key k, enum object_kind kind, bool reverse)
{
	bool descends = KEYS[k].greatest_first;

	if (k == SORT_CREATED && kind == OBJECT_NONE)
		descends = false;
	return descends != reverse;
}

static int64_t newest_first(int64_t ms)
{
	return ms == TIME_NONE ? INT64_MAX : -ms;
}

/* --- what the store keeps beside a row ---------------------------------------------------------
 */

int64_t listing_created_ms(const struct listing *l, const void *row)
{
	const struct entry *en = row;

	if (l->kind == OBJECT_NONE)
		return row_created_ms(row);
	if (en->created_ms != TIME_NONE)
		return en->created_ms;
	return entry_settle(l->store, en).h.stated_ms;
}

static int64_t updated_of(const struct listing *l, const void *row)
{
	const struct entry *en = row;
	struct history h;
	int64_t ms;

	if (l->kind == OBJECT_NONE)
		return row_created_ms(row);
	h = entry_settle(l->store, en).h;
	ms = h.changed_ms > en->updated_ms ? h.changed_ms : en->updated_ms;
	return ms != TIME_NONE ? ms : h.stated_ms;
}

static bool amount_of(const struct listing *l, const void *row, int64_t *ret)
{
	const struct entry *en = row;

	if (l->kind == OBJECT_NONE)
		return row_amount_known(l->store, row, ret);
	*ret = en->amount;
	return en->has_amount;
}

/* Words this build does not know have no place. */
static bool status_place(const struct listing *l, const void *row, int64_t *ret)
{
	enum object_kind kind = l->kind;
	uint16_t status;
	struct news n;
	int value = 0;

	if (kind == OBJECT_NONE) {
		n = row_news(l->store, row);
		kind = (enum object_kind)n.about;
		status = n.status;
	} else {
		status = entry_settle(l->store, row).h.last.status;
	}
	if (kind != OBJECT_NONE)
		value = vocab_parse(kind_info(kind)->vocab, word_text(l->store, status));
	*ret = (int64_t)kind * KIND_SPAN + value;
	return value != 0;
}

/* A payment's event does not say whose it is: its invoice knows. */
static const char *customer_of(const struct listing *l, const void *row)
{
	const struct names *names = l->store->names;
	const struct event_row *e = row;
	const struct entry *invoice;

	if (l->kind != OBJECT_NONE)
		return names_text(names, ((const struct entry *)row)->customer);
	if (e->customer != 0 || e->invoice == 0)
		return names_text(names, e->customer);
	invoice = records_find(l->store, OBJECT_INVOICE, names_text(names, e->invoice));
	return invoice ? names_text(names, invoice->customer) : "";
}

/* The first of the texts that follow a row's news. */
static const char *type_of(const struct listing *l, const struct event_row *e)
{
	return names_text(l->store->names, e->news) + sizeof(struct news);
}

/* --- what only the object says -----------------------------------------------------------------
 */

static void own_text(struct sort_row *ret, const char *text)
{
	ret->text = xstrdup(text);
	ret->owned = true;
}

static void take_fiat(struct sort_row *ret, const struct object *o)
{
	ret->missing = o->kind != OBJECT_PAYOUT || o->as.payout.fiat_currency[0] == '\0';
	if (ret->missing)
		return;
	own_text(ret, o->as.payout.fiat_currency);
	ret->then = -o->as.payout.fiat_amount_minor;
}

static void take_from_object(struct sorter *s, struct sort_row *ret, const struct entry *en)
{
	struct matter m = {.store = s->listing->store,
			   .record = &s->record,
			   .object = &s->record.object};
	int64_t number = 0;

	record_fill(s->listing->store, en, &s->record);
	facts_clear(&s->facts);
	if (s->listing->sort == SORT_FIAT) {
		take_fiat(ret, m.object);
	} else if (query_is_number(s->field)) {
		ret->missing = !facts_number(&m, s->field, &number);
		ret->key = s->largest_first && number != INT64_MIN ? -number : number;
	} else {
		facts_of_field(&m, s->field, &s->facts);
		ret->missing = s->facts.count == 0;
		if (!ret->missing)
			own_text(ret, s->facts.texts[0]);
	}
	object_release(&s->record.object);
}

/* --- all -----------------------------------------------------------------------------------------
 */

static bool is_kept_beside(enum sort_key k)
{
	switch (k) {
	case SORT_CREATED:
	case SORT_UPDATED:
	case SORT_AMOUNT:
	case SORT_STATUS:
	case SORT_CUSTOMER:
	case SORT_ID:
	case SORT_OBJECT:
		return true;
	default:
		return false;
	}
}

bool listing_sorts_by_links(const struct listing *l)
{
	if (l->kind == OBJECT_NONE)
		return l->sort == SORT_CUSTOMER;
	return !is_kept_beside(l->sort);
}

void sorter_init(struct sorter *s, const struct listing *l)
{
	s->listing = l;
	s->field = KEYS[l->sort].field;
	s->largest_first = KEYS[l->sort].greatest_first;
	s->of_object = l->kind != OBJECT_NONE && !is_kept_beside(l->sort);
}

void sort_row_release(struct sort_row *r)
{
	if (r->owned)
		free((char *)r->text);
}

static void take_text(struct sort_row *ret, const char *text)
{
	ret->text = text;
	ret->missing = text[0] == '\0';
}

/* Numbers in ids are compared as numbers; ids without come last, as texts. */
static void take_event_id(const struct listing *l, struct sort_row *ret, const struct event_row *e)
{
	char id[ID_CAP];

	if (e->flags & ROW_OPAQUE) {
		ret->key = INT64_MAX / 2;
		own_text(ret, store_row_id(l->store, e, id));
		return;
	}
	ret->key = row_order_ms(e);
	ret->then = row_order_seq(e);
}

static void take_of_event(const struct listing *l, struct sort_row *ret, const struct event_row *e)
{
	switch (l->sort) {
	case SORT_ID:
		take_event_id(l, ret, e);
		break;
	case SORT_OBJECT:
		take_text(ret, names_text(l->store->names, e->object));
		break;
	case SORT_TYPE:
		take_text(ret, type_of(l, e));
		break;
	default:
		ret->missing = true; /* an event says no such thing */
		break;
	}
}

static void take_time(struct sort_row *ret, int64_t ms)
{
	ret->missing = ms == TIME_NONE;
	ret->key = newest_first(ms);
}

struct sort_row sorter_take(struct sorter *s, const void *row)
{
	const struct listing *l = s->listing;
	struct sort_row ret = {.row = row, .text = ""};
	int64_t number = 0;

	ret.then = newest_first(listing_created_ms(l, row));
	if (l->sort == SORT_CREATED || l->sort == SORT_UPDATED) {
		take_time(&ret, l->sort == SORT_CREATED ? listing_created_ms(l, row)
							: updated_of(l, row));
	} else if (l->sort == SORT_AMOUNT) {
		ret.missing = !amount_of(l, row, &number);
		ret.key = number != INT64_MIN ? -number : INT64_MAX;
	} else if (l->sort == SORT_STATUS) {
		ret.missing = !status_place(l, row, &ret.key);
	} else if (l->sort == SORT_CUSTOMER) {
		take_text(&ret, customer_of(l, row));
	} else if (s->of_object) {
		take_from_object(s, &ret, row);
	} else if (l->kind == OBJECT_NONE) {
		take_of_event(l, &ret, row);
	} else {
		take_text(&ret, entry_id(l->store, row));
	}
	if (ret.missing)
		ret.key = 0;
	return ret;
}

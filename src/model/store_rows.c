/* An event as a row of the window, and a row as what views read. */
#include "model/store_priv.h"

#include "base/strbuf.h"

#define NEWS_MAX (sizeof(struct news) + EVENT_TYPE_CAP + 4 * STATUS_CAP)

/* --- words ----------------------------------------------------------------------------- */

uint16_t word_of(struct store *st, const char *text)
{
	uint32_t word = names_find(st->words, text);

	if (word == 0 && text[0])
		word = names_hold_text(st->words, names_count(st->words) < WORDS_MAX
							  ? text
							  : "(one word too many)");
	return (uint16_t)word;
}

const char *word_text(const struct store *st, uint16_t word)
{
	return names_text(st->words, word);
}

/* --- ids -------------------------------------------------------------------------------- */

/* Digits without a leading zero, up to the terminator; moves *p past both. */
static bool read_number(const char **p, char terminator, int64_t *ret)
{
	const char *s = *p;
	int64_t value = 0;

	if (*s == terminator || (*s == '0' && s[1] != terminator))
		return false;
	for (; *s != terminator; s++)
		if (*s < '0' || *s > '9' || __builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, *s - '0', &value))
			return false;
	*p = s + 1;
	*ret = value;
	return true;
}

bool id_is_canonical(const char *id, int64_t *ret_ms, int64_t *ret_seq)
{
	const char *p = id + 4;

	return str_starts_with(id, "evt_") && read_number(&p, '-', ret_ms) &&
	       read_number(&p, '\0', ret_seq) && *ret_ms < (int64_t)ROW_NO_TIME;
}

static char *put_number(char *at, int64_t number)
{
	char digits[20];
	size_t n = 0;

	do
		digits[n++] = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	while (n > 0)
		*at++ = digits[--n];
	return at;
}

const char *store_row_id(const struct store *st, const struct event_row *row, char ret[ID_CAP])
{
	char *at = ret;

	if (row->flags & ROW_OPAQUE) {
		str_copy(ret, ID_CAP, names_text(st->event_ids, (uint32_t)row->seq));
		return ret;
	}
	memcpy(at, "evt_", 4);
	at = put_number(at + 4, row_order_ms(row));
	*at++ = '-';
	at = put_number(at, row->seq);
	*at = '\0';
	return ret;
}

/* --- a row's parts ------------------------------------------------------------------------ */

static int64_t time_back(uint64_t ms)
{
	return ms == ROW_NO_TIME ? TIME_NONE : (int64_t)ms;
}

static uint64_t time_fit(int64_t ms)
{
	return ms < 0 || ms >= (int64_t)ROW_NO_TIME ? ROW_NO_TIME : (uint64_t)ms;
}

int64_t row_order_ms(const struct event_row *r)
{
	return time_back(r->order_ms);
}

int64_t row_created_ms(const struct event_row *r)
{
	return time_back(r->created_ms);
}

int64_t row_order_seq(const struct event_row *r)
{
	return r->flags & ROW_OPAQUE ? 0 : r->seq;
}

struct news row_news(const struct store *st, const struct event_row *r)
{
	struct news n;

	memcpy(&n, names_text(st->names, r->news), sizeof(n));
	return n;
}

/* --- from an event ------------------------------------------------------------------------- */

static bool object_amount(const struct object *o, int64_t *ret)
{
	switch (o->kind) {
	case OBJECT_INVOICE:
		*ret = o->as.invoice.amount;
		return true;
	case OBJECT_PAYMENT:
		*ret = o->as.payment.amount_usd;
		return *ret != 0;
	case OBJECT_ORDER:
		*ret = o->as.order.total;
		return *ret != 0;
	case OBJECT_PAYOUT:
		*ret = o->as.payout.amount;
		return true;
	case OBJECT_DEPOSIT:
		*ret = o->as.deposit.amount;
		return true;
	case OBJECT_REFUND:
		*ret = o->as.refund.amount;
		return true;
	case OBJECT_KYC:
	case OBJECT_NONE:
	case OBJECT_KIND_COUNT:
		break;
	}
	return false;
}

const char *object_invoice(const struct object *o)
{
	switch (o->kind) {
	case OBJECT_PAYMENT:
		return o->as.payment.invoice_id;
	case OBJECT_ORDER:
		return o->as.order.invoice_id;
	case OBJECT_REFUND:
		return o->as.refund.invoice_id;
	default:
		return "";
	}
}

void event_brief(const struct event *e, struct event_brief *ret)
{
	const struct object *o = &e->object;
	bool readable = o->kind != OBJECT_NONE;
	int64_t amount;

	memset(ret, 0, sizeof(*ret));
	str_copy(ret->id, sizeof(ret->id), e->id);
	ret->type = e->type;
	ret->object_word = e->object_word;
	ret->object_id = readable ? object_id(o) : e->object_id;
	ret->status = readable ? object_status(o) : e->status;
	ret->previous_status = e->previous_status;
	ret->settlement_status = o->kind == OBJECT_PAYMENT ? o->as.payment.settlement_status : "";
	ret->customer = object_customer(o);
	ret->invoice = object_invoice(o);
	ret->kind = o->kind;
	ret->about = readable ? o->kind : kind_from_wire(e->object_word);
	ret->created_ms = e->created_ms;
	ret->order_ms = e->order_ms;
	ret->order_seq = e->order_seq;
	ret->has_amount = object_amount(o, &amount);
	if (ret->has_amount)
		ret->amount = money_usd_millis(amount);
	ret->thin = !readable || object_is_thin(o);
	ret->flawed = e->flaw[0] != '\0';
}

static uint32_t news_hold(struct store *st, const struct event_brief *b)
{
	const char *const texts[] = {b->type, b->object_word, b->status, b->previous_status,
				     b->settlement_status};
	struct news head = {.kind = (uint8_t)b->kind, .about = (uint8_t)b->about};
	char key[NEWS_MAX];
	size_t len = sizeof(head);

	head.unknown_type = !event_type_known(b->type);
	head.status = word_of(st, b->status);
	head.previous = word_of(st, b->previous_status);
	st->tells_before |= b->previous_status[0] != '\0';
	if (b->about != OBJECT_NONE) {
		enum vocab v = kind_info(b->about)->vocab;
		head.rank = st->ranks[v][(unsigned)vocab_parse(v, b->status) % RANKS_MAX];
	}
	memcpy(key, &head, sizeof(head));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		size_t n = strlen(texts[i]) + 1;
		memcpy(key + len, texts[i], n);
		len += n;
	}
	return names_hold(st->names, key, len);
}

void row_set(struct store *st, struct event_row *r, const struct event_brief *b)
{
	int64_t ms, seq;

	if (id_is_canonical(b->id, &ms, &seq) && ms == b->order_ms && seq == b->order_seq) {
		r->seq = seq;
	} else {
		r->seq = names_hold_text(st->event_ids, b->id);
		r->flags |= ROW_OPAQUE;
	}
	r->order_ms = time_fit(b->order_ms);
	r->created_ms = time_fit(b->created_ms);
	r->flags |= (b->has_amount ? ROW_AMOUNT : 0u) | (b->thin ? ROW_THIN : 0u) |
		    (b->flawed ? ROW_FLAWED : 0u);
	r->amount = b->has_amount ? b->amount.minor : 0;
	r->object = names_hold_text(st->names, b->object_id);
	r->invoice = names_hold_text(st->names, b->invoice);
	r->customer = names_hold_text(st->names, b->customer);
	r->news = news_hold(st, b);
}

void row_clear(struct store *st, struct event_row *r)
{
	if (r->flags & ROW_OPAQUE)
		names_drop(st->event_ids, (uint32_t)r->seq);
	names_drop(st->names, r->object);
	names_drop(st->names, r->invoice);
	names_drop(st->names, r->customer);
	names_drop(st->names, r->news);
}

bool row_means(const struct event_row *a, const struct event_row *b)
{
	return a->news == b->news && a->object == b->object && a->created_ms == b->created_ms &&
	       a->amount == b->amount;
}

/* --- for views ------------------------------------------------------------------------------ */

void store_brief(const struct store *st, const struct event_row *row, struct event_brief *ret)
{
	struct news head = row_news(st, row);
	const char *text = names_text(st->names, row->news) + sizeof(head);

	store_row_id(st, row, ret->id);
	ret->type = text;
	ret->object_word = text += strlen(text) + 1;
	ret->status = text += strlen(text) + 1;
	ret->previous_status = text += strlen(text) + 1;
	ret->settlement_status = text + strlen(text) + 1;
	ret->object_id = names_text(st->names, row->object);
	ret->customer = names_text(st->names, row->customer);
	ret->invoice = names_text(st->names, row->invoice);
	ret->kind = (enum object_kind)head.kind;
	ret->about = (enum object_kind)head.about;
	ret->created_ms = row_created_ms(row);
	ret->order_ms = row_order_ms(row);
	ret->order_seq = row_order_seq(row);
	ret->has_amount = row->flags & ROW_AMOUNT;
	ret->amount = money_usd_millis(row->amount);
	ret->thin = row->flags & ROW_THIN;
	ret->flawed = row->flags & ROW_FLAWED;
}

/* What came in for an invoice, what is on its way, what went back. */
#include "model/purse.h"

#include "base/strbuf.h"
#include "model/store_priv.h"
#include "wire/pack.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

/* --- words ----------------------------------------------------------------------------------- */

struct stage_word {
	const char *word;
	int stage;
};

static int stage_find(const struct stage_word *words, size_t count, const char *word, int otherwise)
{
	for (size_t i = 0; i < count; i++)
		if (strcasecmp(words[i].word, word) == 0)
			return words[i].stage;
	return otherwise;
}
#define STAGE_FIND(words, word, otherwise) \
	stage_find(words, sizeof(words) / sizeof((words)[0]), word, otherwise)

/* The first four are Pepay's (contract 5). */
enum payment_stage payment_stage(const char *status)
{
	static const struct stage_word WORDS[] = {
		{"pending", STAGE_COMING},   {"manual_retry", STAGE_COMING},
		{"confirmed", STAGE_IN},     {"underpaid", STAGE_IN},
		{"failed", STAGE_NEITHER},   {"rejected", STAGE_NEITHER},
		{"canceled", STAGE_NEITHER}, {"cancelled", STAGE_NEITHER},
		{"expired", STAGE_NEITHER},  {"dropped", STAGE_NEITHER},
		{"reverted", STAGE_NEITHER},
	};

	return (enum payment_stage)STAGE_FIND(WORDS, status, STAGE_UNTOLD);
}

enum refund_stage refund_stage(const char *status)
{
	static const struct stage_word WORDS[] = {
		{"", RETURN_NO_WORD},
		{"none", RETURN_NO_WORD},
		{"pending", RETURN_OPEN},
		{"processing", RETURN_OPEN},
		{"requested", RETURN_OPEN},
		{"submitted", RETURN_OPEN},
		{"canceled", RETURN_CALLED_OFF},
		{"cancelled", RETURN_CALLED_OFF},
		{"rejected", RETURN_CALLED_OFF},
		{"expired", RETURN_CALLED_OFF},
		{"failed", RETURN_FAILED},
		{"returned", RETURN_FAILED},
		{"completed", RETURN_ARRIVED},
		{"succeeded", RETURN_ARRIVED},
		{"refunded", RETURN_ARRIVED},
	};

	return (enum refund_stage)STAGE_FIND(WORDS, status, RETURN_UNTOLD);
}

bool refund_stage_is_open(enum refund_stage s)
{
	return s == RETURN_UNTOLD || s == RETURN_OPEN;
}

/* What an order says of its refund, in either of two places: what says more holds. A transaction
 * says that it was sent, where no word of ours says where it is. */
enum refund_stage order_refund_stage(const struct order *o, const char **ret_word)
{
	enum refund_stage in = refund_stage(o->refund.status);
	enum refund_stage beside = refund_stage(o->refund_status);

	*ret_word = beside > in || !o->refund.status[0] ? o->refund_status : o->refund.status;
	in = beside > in ? beside : in;
	return (in == RETURN_NO_WORD || in == RETURN_UNTOLD) && o->refund.tx_hash[0]
		       ? RETURN_ARRIVED
		       : in;
}

/* --- putting in ------------------------------------------------------------------------------ */

static enum purse_state state_of(const char *status)
{
	switch ((enum invoice_status)vocab_parse(VOCAB_INVOICE, status)) {
	case INVOICE_UNPAID:
	case INVOICE_UNDERPAID:
		return PURSE_OPEN;
	case INVOICE_PAID:
		return PURSE_PAID;
	case INVOICE_EXPIRED:
	case INVOICE_CANCELED:
		return PURSE_ENDED;
	case INVOICE_UNKNOWN:
		break;
	}
	return PURSE_UNTOLD;
}

bool invoice_is_in_dollars(const struct invoice *inv)
{
	return (!inv->currency[0] || strcasecmp(inv->currency, "usd") == 0) &&
	       (!inv->amount_unit[0] || strcasecmp(inv->amount_unit, "usd_millis") == 0);
}

/* A state that money led to, with none of it told, tells nothing. */
static bool counts(const struct purse *p, const struct invoice *inv)
{
	if (!p->whole)
		return false;
	if (p->state == PURSE_OPEN && !p->underpaid)
		return true;
	if (p->underpaid || p->state == PURSE_PAID)
		return inv->amount_paid > 0;
	return inv->tells_paid;
}

void purse_begin(struct purse *p, const char *status, const struct invoice *inv, bool incomplete)
{
	*p = (struct purse){.state = state_of(status),
			    .underpaid = str_equal(status, "underpaid"),
			    .judged = !inv || invoice_is_in_dollars(inv),
			    .whole = inv && !incomplete && inv->created_at != TIME_NONE,
			    .coming_ms = TIME_NONE,
			    .in_ms = TIME_NONE};
	if (!inv || !p->judged)
		return;
	p->asked = (struct purse_amount){inv->amount, inv->amount > 0};
	p->counted = (struct purse_amount){inv->amount_paid, counts(p, inv)};
}

static void sum_add(struct purse_sum *s, int64_t amount)
{
	s->count++;
	if (amount <= 0)
		s->silent++;
	else
		s->sum = money_plus(s->sum, amount);
}

void purse_add_payment(struct purse *p, const char *status, int64_t amount, int64_t at_ms)
{
	enum payment_stage stage = payment_stage(status);

	sum_add(&p->payments[stage], p->judged ? amount : 0);
	if (at_ms == TIME_NONE)
		return;
	if (stage == STAGE_COMING && (p->coming_ms == TIME_NONE || at_ms < p->coming_ms))
		p->coming_ms = at_ms;
	if (stage == STAGE_IN && (p->in_ms == TIME_NONE || at_ms > p->in_ms))
		p->in_ms = at_ms;
}

void purse_add_refund(struct purse *p, const char *status, int64_t amount)
{
	enum refund_stage stage = refund_stage(status);

	sum_add(&p->back[stage == RETURN_NO_WORD ? RETURN_UNTOLD : stage], p->judged ? amount : 0);
}

void purse_add_order(struct purse *p, const char *status, const struct order *o)
{
	enum order_status s = (enum order_status)vocab_parse(VOCAB_ORDER, status);
	const char *word;
	enum refund_stage stage = order_refund_stage(o, &word);

	p->called_off = s == ORDER_CANCELLED || s == ORDER_FAILED;
	if (stage == RETURN_NO_WORD)
		return;
	sum_add(&p->back[stage], p->judged ? o->refund.amount_usd : 0);
	if (o->refund.amount_usd <= 0 || o->refund.fee_usd <= 0 || !p->judged)
		return;
	if (stage == RETURN_ARRIVED)
		p->fees_arrived = o->refund.fee_usd;
	else if (refund_stage_is_open(stage))
		p->fees_open = o->refund.fee_usd;
}

/* --- adding up ---------------------------------------------------------------------------------
 */

static int64_t more_than(int64_t a, int64_t b)
{
	return a > b ? money_minus(a, b) : 0;
}

/* Confirmed, without an amount, and nothing counted that could be it. */
static bool in_is_silent(const struct purse *p)
{
	return p->payments[STAGE_IN].silent > 0 && p->counted.millis <= 0;
}

static void add_up_in(struct purse *p)
{
	int64_t told = p->payments[STAGE_IN].sum, counted = p->counted.millis;

	p->in.millis = told > counted ? told : counted;
	p->in.known = p->counted.known && !in_is_silent(p);
	if (p->counted.known)
		p->uncounted.millis = more_than(told, counted);
	p->uncounted.known = p->counted.known && !in_is_silent(p);
	if (p->state == PURSE_PAID && !p->counted.known && p->asked.known) {
		p->in.known = true;
		if (p->in.millis < p->asked.millis)
			p->in.millis = p->asked.millis;
	}
}

static void add_up_back(struct purse *p)
{
	const struct purse_sum *done = &p->back[RETURN_ARRIVED];
	int64_t open = p->fees_open;
	bool all = false; /* is on its way, as far as anybody says */

	for (int s = 0; s < REFUND_STAGE_COUNT; s++) {
		if (!refund_stage_is_open((enum refund_stage)s))
			continue;
		open = money_plus(open, p->back[s].sum);
		all |= p->back[s].silent > 0;
	}
	p->arrived = money_plus(done->sum, p->fees_arrived);
	if (done->silent > 0 && p->arrived < p->in.millis)
		p->arrived = p->in.millis;
	p->given = money_plus(p->arrived, open);
	if (all && p->given < p->in.millis)
		p->given = p->in.millis;
}

/* While it is open or paid by what it counts itself: where its payments say more, that does not
 * add up, and is not too much yet. */
static int64_t owed_of(const struct purse *p)
{
	if (p->state == PURSE_ENDED || p->called_off)
		return p->held.millis;
	if (!p->counted.known || !p->asked.known)
		return 0;
	return more_than(more_than(p->counted.millis, p->given), p->asked.millis);
}

void purse_end(struct purse *p)
{
	const struct purse_sum *coming = &p->payments[STAGE_COMING];
	int64_t asked = p->asked.millis, with;

	add_up_in(p);
	add_up_back(p);
	with = money_plus(p->in.millis, coming->sum);
	p->held = (struct purse_amount){more_than(p->in.millis, p->given), p->in.known};
	p->missing.millis = more_than(asked, p->in.millis);
	p->missing.known = p->asked.known && p->in.known;
	p->rest.millis = more_than(asked, with);
	p->rest.known =
		p->missing.known && coming->silent == 0 && p->payments[STAGE_UNTOLD].count == 0;
	if (p->asked.known) {
		p->over = more_than(p->in.millis, asked);
		p->over_coming = more_than(with, asked);
	}
	p->owed = owed_of(p);
}

/* --- of what the store has ------------------------------------------------------------------- */

struct purse_part purse_part_of(const struct store *st, const struct entry *en)
{
	bool refund = en->kind == OBJECT_REFUND;
	struct history h = entry_settle(st, en).h;
	struct packed_member wanted[] = {
		{.offset = refund ? offsetof(struct refund, status)
				  : offsetof(struct invoice_payment, status),
		 .text = ""},
		{.offset = refund ? offsetof(struct refund, amount)
				  : offsetof(struct invoice_payment, amount_usd)},
	};

	if (en->packed)
		object_packed_members((enum object_kind)en->kind, en->packed, wanted, 2);
	return (struct purse_part){
		.status = h.last.any ? word_text(st, h.last.status) : wanted[0].text,
		.amount = wanted[1].number,
		.created_ms = en->created_ms,
		.changed_ms = h.changed_ms != TIME_NONE ? h.changed_ms : h.stated_ms,
	};
}

int64_t purse_part_gives(const struct purse_part *refund)
{
	enum refund_stage stage = refund_stage(refund->status);

	return stage == RETURN_ARRIVED || refund_stage_is_open(stage) ? refund->amount : 0;
}

int64_t refunds_given_since(const struct store *st, const char *invoice_id, int64_t since_ms,
			    int64_t *ret_arrived)
{
	int64_t sum = 0;

	*ret_arrived = 0;
	for (const struct entry *en = links_first_of(st, OBJECT_REFUND, invoice_id); en;
	     en = en->sibling) {
		struct purse_part part = purse_part_of(st, en);

		if (since_ms != TIME_NONE && part.created_ms < since_ms)
			continue;
		sum = money_plus(sum, purse_part_gives(&part));
		if (refund_stage(part.status) == RETURN_ARRIVED)
			*ret_arrived = money_plus(*ret_arrived, part.amount);
	}
	return sum;
}

static void add_payments(struct purse *p, const struct store *st, const struct record *r)
{
	const struct invoice *inv = &r->object.as.invoice;
	const struct entry *en = links_first_of(st, OBJECT_PAYMENT, inv->id);

	if (!en && inv->has_latest_payment)
		purse_add_payment(p, inv->latest_payment.status, inv->latest_payment.amount_usd,
				  r->stated_ms);
	for (; en; en = en->sibling) {
		struct purse_part part = purse_part_of(st, en);

		purse_add_payment(p, part.status, part.amount, part.changed_ms);
	}
}

/* Not any more where another invoice took its place. */
static bool pays_for(const struct invoice *inv, const struct order *o)
{
	return !o->invoice_id[0] || str_equal(o->invoice_id, inv->id);
}

struct purse purse_of_invoice(const struct store *st, const struct record *r)
{
	const struct invoice *inv = &r->object.as.invoice;
	const struct record *order;
	struct purse p;

	purse_begin(&p, inv->status, inv, r->incomplete);
	add_payments(&p, st, r);
	for (const struct entry *en = links_first_of(st, OBJECT_REFUND, inv->id); en;
	     en = en->sibling) {
		struct purse_part part = purse_part_of(st, en);

		purse_add_refund(&p, part.status, part.amount);
	}
	order = store_order_of(st, inv->id);
	if (order && pays_for(inv, &order->object.as.order))
		purse_add_order(&p, order->object.as.order.status, &order->object.as.order);
	purse_end(&p);
	return p;
}

/* --- asking it ---------------------------------------------------------------------------------
 */

size_t purse_seen(const struct purse *p)
{
	return p->payments[STAGE_COMING].count + p->payments[STAGE_UNTOLD].count;
}

bool purse_any_in(const struct purse *p)
{
	return p->in.millis > 0 || p->payments[STAGE_IN].count > 0 || p->underpaid ||
	       p->state == PURSE_PAID;
}

bool purse_holds(const struct purse *p)
{
	return p->held.millis > 0 || (!p->in.known && p->given == 0 && purse_any_in(p));
}

bool purse_is_behind(const struct purse *p)
{
	return p->counted.known && (p->uncounted.millis > 0 || in_is_silent(p));
}

bool purse_goes_back(const struct purse *p)
{
	return p->given > 0 || p->back[RETURN_FAILED].count > 0;
}

bool purse_asks(const struct purse *p)
{
	return p->state == PURSE_OPEN && p->judged && !p->called_off && p->rest.known &&
	       p->rest.millis > 0 && !purse_goes_back(p);
}

bool purse_rest_is_coming(const struct purse *p)
{
	return purse_seen(p) > 0 && !(p->rest.known && p->rest.millis > 0);
}

const char *invoice_amount_text(char buf[MONEY_TEXT_CAP], const struct invoice *inv, int64_t amount)
{
	if (!invoice_is_in_dollars(inv)) {
		str_printf(buf, MONEY_TEXT_CAP, "%lld %.24s", (long long)amount,
			   inv->amount_unit[0] ? inv->amount_unit : inv->currency);
		return buf;
	}
	money_format(buf, money_usd_millis(amount), MONEY_PLAIN);
	str_copy(buf + strlen(buf), MONEY_TEXT_CAP - strlen(buf), " USD");
	return buf;
}

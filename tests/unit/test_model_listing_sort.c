/* Every order of every list beside one that is told by looking at the objects themselves. */
#include "unit/test_model_support.h"

#include <strings.h>

#define ROWS_FEW        160
#define ROWS_MANY       700 /* sorted in another way */
#define SET(field, ...) assert_true(str_printf((field), sizeof(field), __VA_ARGS__))

static void put(struct store *st, struct object *o)
{
	struct msg *m = msg_new(MSG_OBJECT);
	m->as.object.object = *o;
	store_apply(st, m, T0);
	msg_free(m);
}

/* Few different values, so that there are ties, and some that say nothing. */
static void put_invoice(struct store *st, struct rng *rng, const char *id)
{
	static const char *const statuses[] = {"unpaid", "underpaid", "paid", "expired",
					       "levitating"};
	static const char *const chains[] = {"", "base", "solana", "BSC"};
	struct object o = {.kind = OBJECT_INVOICE};
	struct invoice *i = &o.as.invoice;
	shape_init(&SHAPE_INVOICE, i);
	SET(i->id, "%s", id);
	SET(i->status, "%s", statuses[rng_below(rng, COUNT(statuses))]);
	if (rng_chance(rng, 80))
		SET(i->customer_id, "%s%u", rng_chance(rng, 50) ? "cust" : "Cust",
		    (unsigned)rng_below(rng, 9));
	SET(i->payer_wallet_network, "%s", chains[rng_below(rng, COUNT(chains))]);
	SET(i->invoice_type, "%s", rng_chance(rng, 50) ? "standard" : "commerce");
	i->amount = (int64_t)rng_below(rng, 20) * 1000;
	i->amount_paid = (int64_t)rng_below(rng, 20) * 1000;
	i->tells_paid = true;
	i->amount_remaining = i->amount > i->amount_paid ? i->amount - i->amount_paid : 0;
	i->created_at = T0 - (int64_t)rng_below(rng, 50) * 1000;
	i->expires_at = T0 + (int64_t)rng_below(rng, 50) * 1000;
	put(st, &o);
}

static void put_payout(struct store *st, struct rng *rng, const char *id)
{
	static const char *const currencies[] = {"", "EUR", "BRL", "JPY"};
	struct object o = {.kind = OBJECT_PAYOUT};
	struct payout *p = &o.as.payout;
	shape_init(&SHAPE_PAYOUT, p);
	SET(p->id, "%s", id);
	SET(p->status, "%s", rng_chance(rng, 50) ? "queued" : "paid");
	SET(p->customer_id, "cust%u", (unsigned)rng_below(rng, 9));
	SET(p->fiat_currency, "%s", currencies[rng_below(rng, COUNT(currencies))]);
	SET(p->bank_account.holder, "%s%u", rng_chance(rng, 50) ? "\xc3\x96" : "o",
	    (unsigned)rng_below(rng, 5));
	p->fiat_amount_minor = (int64_t)rng_below(rng, 30);
	p->amount = (int64_t)rng_below(rng, 30) * 1000;
	p->fee = (int64_t)rng_below(rng, 5);
	p->created_at = T0 - (int64_t)rng_below(rng, 50) * 1000;
	put(st, &o);
}

static void put_event(struct store *st, struct rng *rng, int n)
{
	static const char *const statuses[] = {"unpaid", "underpaid", "paid", "levitating"};
	char id[16], buf[4096];
	int64_t ms = T0 + (int64_t)rng_below(rng, 60);
	const char *status = statuses[rng_below(rng, COUNT(statuses))];
	snprintf(id, sizeof(id), "inv-%u", (unsigned)rng_below(rng, 30));
	if (rng_chance(rng, 20))
		tell(st, SOURCE_STREAM, payment_event(ms, n, "pay-1", id, "confirmed"), T0);
	else if (rng_chance(rng, 15))
		tell(st, SOURCE_STREAM, order_event(ms, n, "ord-1", "placed"), T0);
	else
		tell(st, SOURCE_STREAM,
		     event_at(ms, n, rng_chance(rng, 30) ? "invoice.created" : "invoice.updated",
			      invoice_json(buf, id, status, 0,
					   rng_chance(rng, 60) ? ",\"customer_id\":\"cust_x\""
							       : ""),
			      ""),
		     T0);
}

static struct store *world(uint64_t seed, int rows)
{
	struct store *st = store_new();
	struct rng rng;
	rng_seed(&rng, seed);
	for (int n = 0; n < rows; n++) {
		char id[16];
		snprintf(id, sizeof(id), "%03u-%d", (unsigned)rng_below(&rng, 1000), n);
		put_invoice(st, &rng, id);
		put_payout(st, &rng, id);
		put_event(st, &rng, n);
	}
	return st;
}

/* --- the oracle ----------------------------------------------------------------------------------
 */

/* What a row is sorted by, the greatest last. */
struct said {
	bool missing;
	int64_t number;
	char text[NAME_CAP];
	int64_t created;
	char id[NAME_CAP];
	int64_t place;
};

static void said_text(struct said *s, const char *text)
{
	s->missing = text[0] == '\0';
	SET(s->text, "%s", text);
}

static void said_of_invoice(struct said *s, const struct invoice *i, enum sort_key key)
{
	bool over = str_equal(i->status, "paid") || str_equal(i->status, "expired");
	switch (key) {
	case SORT_AMOUNT:
		s->number = i->amount;
		break;
	case SORT_PAID:
		s->number = i->amount_paid;
		break;
	case SORT_DUE:
		s->number = i->amount_remaining;
		break;
	case SORT_EXPIRES:
		s->number = i->expires_at;
		s->missing = over || i->expires_at == TIME_NONE;
		break;
	case SORT_STATUS:
		s->number = vocab_parse(VOCAB_INVOICE, i->status);
		s->missing = s->number == 0;
		break;
	case SORT_CUSTOMER:
		said_text(s, i->customer_id);
		break;
	case SORT_CHAIN:
		said_text(s, i->payer_wallet_network);
		break;
	case SORT_TYPE:
		said_text(s, i->invoice_type);
		break;
	default:
		fail_msg("no oracle");
	}
}

static void said_of_payout(struct said *s, const struct payout *p, enum sort_key key)
{
	switch (key) {
	case SORT_AMOUNT:
		s->number = p->amount;
		break;
	case SORT_FEE:
		s->number = p->fee;
		break;
	case SORT_STATUS:
		s->number = vocab_parse(VOCAB_PAYOUT, p->status);
		break;
	case SORT_FIAT:
		said_text(s, p->fiat_currency);
		if (!s->missing)
			s->created = p->fiat_amount_minor; /* the greatest of a currency first */
		break;
	case SORT_NAME:
		said_text(s, p->bank_account.holder);
		break;
	default:
		fail_msg("no oracle");
	}
}

static void said_of_record(struct said *s, const struct record *r, enum sort_key key)
{
	s->created = object_created_ms(&r->object);
	SET(s->id, "%s", object_id(&r->object));
	if (key == SORT_CREATED)
		s->number = s->created;
	else if (key == SORT_ID)
		said_text(s, s->id);
	else if (r->object.kind == OBJECT_INVOICE)
		said_of_invoice(s, &r->object.as.invoice, key);
	else
		said_of_payout(s, &r->object.as.payout, key);
}

static void said_of_event(struct said *s, const struct store *st, const struct event_row *row,
			  enum sort_key key)
{
	struct event_brief b;
	const struct record *r;
	store_brief(st, row, &b);
	s->created = b.created_ms;
	for (size_t i = 0; i < store_event_count(st); i++)
		if (store_event(st, i) == row)
			s->place = (int64_t)i;
	switch (key) {
	case SORT_CREATED:
		s->number = s->created;
		break;
	case SORT_AMOUNT:
		s->missing = !b.has_amount || (b.thin && b.amount.minor == 0);
		s->number = s->missing ? 0 : b.amount.minor;
		break;
	case SORT_STATUS:
		s->number = vocab_parse(kind_info(b.about)->vocab, b.status);
		s->missing = s->number == 0;
		s->number += 1000 * (int64_t)b.about;
		break;
	case SORT_CUSTOMER:
		r = b.customer[0] ? NULL : store_record(st, OBJECT_INVOICE, b.invoice);
		said_text(s, r ? r->object.as.invoice.customer_id : b.customer);
		break;
	case SORT_OBJECT:
		said_text(s, b.object_id);
		break;
	case SORT_TYPE:
		said_text(s, b.type);
		break;
	case SORT_ID: /* by its numbers */
		s->number = b.order_ms * 100000 + b.order_seq;
		break;
	default:
		fail_msg("no oracle");
	}
}

/* Does `a` have to stand before `b`? Told in words of the header, without a thought of speed. */
static bool before(const struct said *a, const struct said *b, bool greatest_first, bool reverse)
{
	int text = strcasecmp(a->text, b->text);
	if (a->missing != b->missing)
		return b->missing;
	if (!a->missing && a->number != b->number)
		return (a->number > b->number) == (greatest_first != reverse);
	if (!a->missing && text != 0)
		return (text < 0) != reverse;
	if (a->created != b->created)
		return (a->created > b->created) != reverse; /* newest first, or the other way */
	if (a->id[0])
		return strcmp(a->id, b->id) < 0;
	return (a->place > b->place) != reverse;
}

static void check_order(const struct store *st, enum object_kind kind, enum sort_key key,
			bool greatest_first, bool reverse)
{
	static struct said said[2 * ROWS_MANY];
	struct listing l;
	listing_init(&l, kind, key);
	l.reverse = reverse;
	listing_refresh(&l, st, T0);
	assert_int_equal(l.count, kind == OBJECT_NONE ? store_event_count(st)
						      : store_record_count(st, kind));
	assert_true(l.count <= COUNT(said));
	for (size_t i = 0; i < l.count; i++) {
		said[i] = (struct said){.place = 0};
		if (kind == OBJECT_NONE)
			said_of_event(&said[i], st, listing_event(&l, i), key);
		else
			said_of_record(&said[i], listing_record(&l, i), key);
		if (i > 0 && !before(&said[i - 1], &said[i], greatest_first, reverse))
			fail_msg("kind %d by %s%s: %s is before %s", kind, sort_key_name(key),
				 reverse ? " reversed" : "", listing_id(&l, i - 1),
				 listing_id(&l, i));
	}
	listing_release(&l);
}

static void test_every_order_is_what_the_objects_say(void **state)
{
	static const struct {
		enum object_kind kind;
		enum sort_key key;
		bool greatest_first;
	} table[] = {
		{OBJECT_INVOICE, SORT_CREATED, true},   {OBJECT_INVOICE, SORT_AMOUNT, true},
		{OBJECT_INVOICE, SORT_PAID, true},      {OBJECT_INVOICE, SORT_DUE, true},
		{OBJECT_INVOICE, SORT_EXPIRES, false},  {OBJECT_INVOICE, SORT_STATUS, false},
		{OBJECT_INVOICE, SORT_CUSTOMER, false}, {OBJECT_INVOICE, SORT_CHAIN, false},
		{OBJECT_INVOICE, SORT_TYPE, false},     {OBJECT_INVOICE, SORT_ID, false},
		{OBJECT_PAYOUT, SORT_AMOUNT, true},     {OBJECT_PAYOUT, SORT_FEE, true},
		{OBJECT_PAYOUT, SORT_FIAT, false},      {OBJECT_PAYOUT, SORT_NAME, false},
		{OBJECT_PAYOUT, SORT_STATUS, false},    {OBJECT_NONE, SORT_AMOUNT, true},
		{OBJECT_NONE, SORT_STATUS, false},      {OBJECT_NONE, SORT_CUSTOMER, false},
		{OBJECT_NONE, SORT_OBJECT, false},      {OBJECT_NONE, SORT_TYPE, false},
		{OBJECT_NONE, SORT_ID, false},
	};
	(void)state;
	for (uint64_t seed = 1; seed <= 4; seed++) {
		struct store *st = world(seed, seed % 2 ? ROWS_FEW : ROWS_MANY);
		for (size_t i = 0; i < COUNT(table); i++) {
			check_order(st, table[i].kind, table[i].key, table[i].greatest_first,
				    false);
			check_order(st, table[i].kind, table[i].key, table[i].greatest_first, true);
		}
		store_free(st);
	}
}

/* The same in whichever pieces it came: kept up to date equals built anew, by every key. */
static void test_every_order_is_kept_up_to_date(void **state)
{
	static const enum object_kind kinds[] = {OBJECT_NONE, OBJECT_INVOICE, OBJECT_PAYOUT};
	static struct listing lists[COUNT(kinds)][SORT_KEY_COUNT][2];
	struct store *st = store_new();
	struct rng rng;

	(void)state;
	rng_seed(&rng, 99);
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (int key = 0; key < SORT_KEY_COUNT; key++)
			for (int r = 0; r < 2; r++) {
				listing_init(&lists[k][key][r], kinds[k], (enum sort_key)key);
				lists[k][key][r].reverse = r == 1;
			}
	for (int round = 0; round < 40; round++) {
		for (uint64_t n = rng_below(&rng, round % 10 == 9 ? 120 : 8); n > 0; n--) {
			char id[16];
			snprintf(id, sizeof(id), "o-%u", (unsigned)rng_below(&rng, 60));
			put_invoice(st, &rng, id);
			put_payout(st, &rng, id);
			put_event(st, &rng, round * 1000 + (int)n);
		}
		for (size_t k = 0; k < COUNT(kinds); k++)
			for (int key = 0; key < SORT_KEY_COUNT; key++) {
				int r = round % 2;
				struct listing *l = &lists[k][key][r], fresh;
				listing_refresh(l, st, T0 + round * LISTING_AGAIN_MS);
				listing_init(&fresh, kinds[k], (enum sort_key)key);
				fresh.reverse = r == 1;
				listing_refresh(&fresh, st, T0 + round * LISTING_AGAIN_MS);
				assert_int_equal(l->count, fresh.count);
				for (size_t i = 0; i < l->count; i++)
					if (l->rows[i] != fresh.rows[i])
						fail_msg("round %d, kind %d by %s: row %zu differs",
							 round, kinds[k],
							 sort_key_name((enum sort_key)key), i);
				listing_release(&fresh);
			}
	}
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (int key = 0; key < SORT_KEY_COUNT; key++)
			for (int r = 0; r < 2; r++)
				listing_release(&lists[k][key][r]);
	store_free(st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_order_is_what_the_objects_say),
		cmocka_unit_test(test_every_order_is_kept_up_to_date),
	};
	return cmocka_run_group_tests_name("model listing sort", tests, NULL, NULL);
}

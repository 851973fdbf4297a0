/* Every field of a filter, asked of one object of each kind that says everything it can. */
#include "unit/test_model_support.h"

#include "model/query_priv.h"
#include "model/store_priv.h"

#define NOW              (T0 + 10 * HOUR)
#define MINUTE           INT64_C(60000)
#define HOUR             (60 * MINUTE)
#define SET(field, text) assert_true(str_copy((field), sizeof(field), (text)))

static void put(struct store *st, struct object *o)
{
	struct msg *m = msg_new(MSG_OBJECT);
	m->as.object.object = *o;
	store_apply(st, m, NOW);
	msg_free(m);
}

static void put_invoice(struct store *st, const char *id, const char *status, int64_t paid)
{
	struct object o = {.kind = OBJECT_INVOICE};
	struct invoice *i = &o.as.invoice;
	shape_init(&SHAPE_INVOICE, i);
	SET(i->id, id);
	SET(i->status, status);
	SET(i->invoice_type, "commerce");
	SET(i->currency, "usd");
	SET(i->customer_id, "cust_Ana");
	SET(i->environment, "devnet");
	i->merchant_id = 4217;
	i->amount = 100000;
	i->amount_paid = paid;
	i->amount_remaining = paid < 100000 ? 100000 - paid : 0;
	i->created_at = NOW - 2 * HOUR;
	i->expires_at = NOW + 5 * MINUTE;
	if (paid > 0) {
		SET(i->payer_wallet_address, "0x8F3A5d01");
		SET(i->payer_wallet_network, "base");
		i->last_payment_at = NOW - HOUR;
	}
	put(st, &o);
}

static void put_late_invoice(struct store *st)
{
	struct object o = {.kind = OBJECT_INVOICE};
	struct invoice *i = &o.as.invoice;
	shape_init(&SHAPE_INVOICE, i);
	SET(i->id, "i-late");
	SET(i->status, "expired");
	SET(i->currency, "usd");
	i->amount = i->amount_paid = 64000;
	i->created_at = NOW - 9 * HOUR;
	i->expires_at = NOW - 5 * HOUR;
	i->last_payment_at = NOW - 4 * HOUR;
	put(st, &o);
}

static void put_payment(struct store *st)
{
	struct object o = {.kind = OBJECT_PAYMENT};
	struct invoice_payment *p = &o.as.payment;
	shape_init(&SHAPE_INVOICE_PAYMENT, p);
	SET(p->id, "pay-5a");
	SET(p->invoice_id, "i-part");
	SET(p->status, "confirmed");
	SET(p->settlement_status, "manual");
	p->amount_usd = 40000;
	p->has_settlement = true;
	SET(p->settlement.settlement_tx_hash, "0x51F0aa29");
	SET(p->settlement.network, "bsc");
	put(st, &o);
}

static void put_order(struct store *st)
{
	struct object o = {.kind = OBJECT_ORDER};
	struct order *r = &o.as.order;
	shape_init(&SHAPE_ORDER, r);
	SET(r->order_id, "o-7c");
	SET(r->invoice_id, "i-part");
	SET(r->customer_id, "cust_Ana");
	SET(r->status, "shipped");
	SET(r->retailer, "amazon");
	SET(r->refund_status, "pending");
	r->created_at = NOW - 3 * HOUR;
	r->updated_at = NOW - 2 * MINUTE;
	r->total = 148990;
	r->item_count = 4;
	r->has_snapshot = true;
	r->commerce_fee = 1500;
	r->shipment_count = r->line_count = 1;
	r->shipments = xcalloc(1, sizeof(*r->shipments));
	SET(r->shipments[0].shipment_id, "ship_1");
	SET(r->shipments[0].carrier, "UPS");
	SET(r->shipments[0].tracking_number, "1Z999AA10123456784");
	SET(r->shipments[0].delivery_status, "In Transit");
	r->lines = xcalloc(1, sizeof(*r->lines));
	SET(r->lines[0].title, "Pour-over kettle");
	SET(r->lines[0].product_id, "prod_1");
	r->has_shipping_address = true;
	SET(r->shipping_address.first_name, "Ana");
	SET(r->shipping_address.last_name, "M\xc3\xbcller");
	SET(r->shipping_address.city, "Berlin");
	SET(r->shipping_address.zip_code, "10115");
	SET(r->shipping_address.country, "DE");
	SET(r->shipping_address.email, "ana@example.org");
	SET(r->shipping_address.phone, "+49 555 0100");
	SET(r->payment.tx_hash, "0xabc0");
	put(st, &o);
}

static void put_payout(struct store *st, const char *id, const char *status, int64_t arrives_ms)
{
	struct object o = {.kind = OBJECT_PAYOUT};
	struct payout *p = &o.as.payout;
	shape_init(&SHAPE_PAYOUT, p);
	SET(p->id, id);
	SET(p->customer_id, "cust_Bo");
	SET(p->status, status);
	SET(p->quote_id, "q_1");
	SET(p->fiat_currency, "BRL");
	SET(p->country, "BR");
	SET(p->rail, "PIX");
	SET(p->bank_account.holder, "Beatriz Lima");
	SET(p->bank_account.bank_name, "Banco Aurora");
	SET(p->bank_account.last4, "4417");
	if (str_equal(status, "failed"))
		SET(p->failure_code, "account_closed");
	p->amount = 780000;
	p->fee = 7800;
	p->created_at = NOW - HOUR;
	p->estimated_arrival_at = arrives_ms;
	put(st, &o);
}

static void put_rest(struct store *st)
{
	struct object k = {.kind = OBJECT_KYC}, d = {.kind = OBJECT_DEPOSIT},
		      r = {.kind = OBJECT_REFUND};
	shape_init(&SHAPE_KYC, &k.as.kyc);
	SET(k.as.kyc.customer_id, "cust_Bo");
	SET(k.as.kyc.status, "rejected");
	SET(k.as.kyc.rejection_reason, "document expired");
	put(st, &k);
	shape_init(&SHAPE_DEPOSIT, &d.as.deposit);
	SET(d.as.deposit.id, "d-1");
	SET(d.as.deposit.customer_id, "cust_Cy");
	SET(d.as.deposit.status, "received");
	SET(d.as.deposit.token_symbol, "USDC");
	SET(d.as.deposit.network, "solana");
	SET(d.as.deposit.deposit_address, "So1anaAddr");
	SET(d.as.deposit.tx_hash, "5oLTx");
	d.as.deposit.amount = 12000;
	d.as.deposit.created_at = NOW - HOUR;
	put(st, &d);
	shape_init(&SHAPE_REFUND, &r.as.refund);
	SET(r.as.refund.id, "r-1");
	SET(r.as.refund.invoice_id, "i-over");
	SET(r.as.refund.status, "failed");
	SET(r.as.refund.reason, "sent twice");
	SET(r.as.refund.destination_wallet_address, "0xrefundto");
	r.as.refund.amount = 20000;
	r.as.refund.created_at = NOW - HOUR;
	put(st, &r);
}

static int setup(void **state)
{
	struct store *st = store_new();
	put_invoice(st, "i-new", "unpaid", 0);
	put_invoice(st, "i-part", "underpaid", 40000);
	put_invoice(st, "i-over", "paid", 120000);
	put_late_invoice(st);
	put_payment(st);
	put_order(st);
	put_payout(st, "p-way", "processing", NOW + HOUR);
	put_payout(st, "p-late", "queued", NOW - HOUR);
	put_payout(st, "p-bad", "failed", NOW - HOUR);
	put_rest(st);
	*state = st;
	return 0;
}

static int teardown(void **state)
{
	store_free(*state);
	return 0;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Both ways of asking must say the same: with the record unpacked, and with as little as needed. */
static void passing(const struct store *st, const struct query *q, char *ret, size_t cap)
{
	const char *ids[64];
	size_t n = 0;
	for (int k = 1; k < OBJECT_KIND_COUNT; k++)
		for (size_t i = 0; i < store_record_count(st, (enum object_kind)k); i++) {
			const struct record *r = store_record_at(st, (enum object_kind)k, i);
			const struct entry *en = st->tables[k].entries[i];
			bool passes = query_matches_record(q, st, r, NOW);
			assert_int_equal(query_matches_entry(q, st, en, NOW), passes);
			if (passes)
				ids[n++] = object_id(&r->object);
		}
	qsort(ids, n, sizeof(ids[0]), by_text);
	ret[0] = '\0';
	for (size_t i = 0; i < n; i++)
		str_printf(ret + strlen(ret), cap - strlen(ret), "%s%s", i ? " " : "", ids[i]);
}

static void test_every_field_finds_what_says_it(void **state)
{
	static const struct {
		const char *query, *expect;
	} table[] = {
		/* what people call a status */
		{"status:partial", "i-part"},
		{"status:overpaid", "i-over"},
		{"status:late", "i-late p-late"},
		{"status:partial,overpaid", "i-over i-part"},
		{"status:\"late\"", ""},
		{"status:open", "d-1 i-new i-part o-7c p-late p-way"},
		{"status:closed", "cust_Bo i-late i-over p-bad pay-5a r-1"},
		{"status!=open kind:payout", "p-bad"},
		{"status:open kind:invoice", "i-new i-part"},
		/* money */
		{"amount:100", "i-new i-over i-part"},
		{"amount:12..40", "d-1 pay-5a r-1"},
		{"amount:..12", "d-1"},
		{"amount:148.99..", "o-7c p-bad p-late p-way"},
		{"amount!=100 kind:invoice", "i-late"},
		{"due>0", "i-new i-part"},
		{"remaining:60", "i-part"},
		{"over>0", "i-over"},
		{"over:20", "i-over"},
		{"fee>7", "p-bad p-late p-way"},
		{"fee:1.5", "o-7c"},
		{"merchant:4217", "i-new i-over i-part"},
		/* time */
		{"expires<10m", "i-new i-part"}, /* who paid waits for nothing */
		{"expires<4m", ""},
		{"expires:4m..6m kind:invoice", "i-new i-part"},
		{"arrives<2h", "p-way"},
		{"updated<5m kind:order", "o-7c"},
		{"updated>5m kind:order", ""},
		{"age:1h..2h kind:payout", "p-bad p-late p-way"},
		{"age:2h..2h", "i-new i-over i-part"},
		{"at>=21:00 kind:payout", "p-bad p-late p-way"}, /* 22:00 is now */
		{"at:21:00 kind:payout", "p-bad p-late p-way"},
		{"at:20:00..20:30", "i-new i-over i-part"},
		{"at:today kind:payout", "p-bad p-late p-way"},
		{"at<today kind:payout", ""},
		{"at:yesterday kind:payout", ""},
		{"at:2026-01-15 kind:payout", "p-bad p-late p-way"},
		{"at>2026-01-15 kind:payout", ""},
		{"at>=2026-01-15T21:00+00:00 kind:payout", "p-bad p-late p-way"},
		/* wallets and chains */
		{"address:0x8f3a", "i-over i-part"},
		{"wallet:0xrefund", "r-1"},
		{"address=so1anaaddr", "d-1"},
		{"tx:0x51f0", "i-part pay-5a"}, /* the invoice's newest payment */
		{"hash:0xABC", "o-7c"},
		{"tx:/^5ol/", "d-1"},
		{"chain:bsc", "i-part pay-5a"},
		{"chain:solana", "d-1"},
		{"token:usdc", "d-1"},
		{"coin:usd", ""},
		/* how far it is */
		{"settlement:manual", "i-part pay-5a"},
		{"settlement:\"manual settlement\"", "i-part pay-5a"},
		{"settlement:manual-settlement", "i-part pay-5a"},
		{"refund:pending", "o-7c"},
		{"refund:failed", "i-over r-1"}, /* the invoice's refund */
		{"kyc:rejected", "cust_Bo p-bad p-late p-way"},
		{"delivery:transit", "o-7c"},
		/* what belongs to it */
		{"invoice:i-part", "i-part o-7c pay-5a"},
		{"payment:5a", "i-part pay-5a"},
		{"order:o-7c", "i-part o-7c pay-5a"},
		{"payout:p-way", "p-way"},
		{"quote:q_1", "p-bad p-late p-way"},
		{"customer:ana", "i-new i-over i-part o-7c pay-5a r-1"}, /* by their invoice */
		/* people and goods */
		{"name:\"ana m\xc3\xbcller\"", "o-7c"},
		{"name:beatriz", "p-bad p-late p-way"},
		{"email:ana@", "o-7c"},
		{"phone:555", "o-7c"},
		{"shipping:berlin", "o-7c"},
		{"zip:10115", "o-7c"},
		{"city:\"10115 berlin\"", "o-7c"},
		{"country:de", "o-7c"},
		{"tracking:1z999", "o-7c"},
		{"parcel:ship_1", "o-7c"},
		{"carrier:ups", "o-7c"},
		{"item:kettle", "o-7c"},
		{"product:prod_1", "o-7c"},
		{"qty>3", "o-7c"},
		{"shop:amaz*", "o-7c"},
		{"rail:pix", "p-bad p-late p-way"},
		{"bank:4417", "p-bad p-late p-way"},
		{"bank:aurora", "p-bad p-late p-way"},
		{"reason:closed", "p-bad"},
		{"reason:\"document expired\"", "cust_Bo"},
		{"failure:twice", "r-1"},
		{"env:devnet kind:invoice", "i-new i-over i-part"},
		/* words look everywhere */
		{"ana@example.org", "o-7c"},
		{"1Z999AA10123456784", "o-7c"},
		{"so1ana*", "d-1"},
		{"/^account_/", "p-bad"},
		{"aurora 4417 -closed", "p-late p-way"},
		/* together */
		{"kind:deposit | kind:refund", "d-1 r-1"},
		{"kind:payout (status:late | status:failed)", "p-bad p-late"},
		{"kind:payout -(status:late | status:failed)", "p-way"},
		{"kind:payout -(status:late status:failed)", "p-bad p-late p-way"},
		{"(due>0 paid>0) | over>0", "i-over i-part"},
		{"kind:refund|kind:kyc|tx:0xabc", "cust_Bo o-7c r-1"},
	};
	char got[512];
	int failed = 0;

	for (size_t i = 0; i < COUNT(table); i++) {
		struct query *q = NULL;
		struct problem why = {0};
		if (query_parse(table[i].query, &q, NULL, &why) != S_OK)
			fail_msg("%s: %s", table[i].query, why.what);
		passing(*state, q, got, sizeof(got));
		if (!str_equal(got, table[i].expect)) {
			print_error("%s\n   got: %s\nexpect: %s\n", table[i].query, got,
				    table[i].expect);
			failed++;
		}
		query_free(q);
	}
	assert_int_equal(failed, 0);
}

/* No field is a name without a meaning. */
static void test_every_field_is_said_by_some_object(void **state)
{
	const struct store *st = *state;
	bool said[QUERY_FIELD_COUNT] = {false};

	for (int k = 1; k < OBJECT_KIND_COUNT; k++)
		for (size_t i = 0; i < store_record_count(st, (enum object_kind)k); i++)
			for (int f = 0; f < QUERY_FIELD_COUNT; f++) {
				const struct record *r =
					store_record_at(st, (enum object_kind)k, i);
				struct matter m = {.store = st,
						   .record = r,
						   .object = &r->object,
						   .now_ms = NOW};
				char text[NAME_CAP];
				int64_t number;
				said[f] |= query_is_number((enum query_field)f)
						   ? facts_number(&m, (enum query_field)f, &number)
						   : query_field_text((enum query_field)f, st, r,
								      text, sizeof(text));
			}
	for (int f = 0; f < QUERY_FIELD_COUNT; f++)
		if (!said[f])
			fail_msg("nothing says %s", query_field_name((enum query_field)f));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_every_field_finds_what_says_it),
		T(test_every_field_is_said_by_some_object),
	};
#undef T
	return cmocka_run_group_tests_name("model query fields", tests, NULL, NULL);
}

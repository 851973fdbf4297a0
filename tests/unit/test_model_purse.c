/* The money of an invoice, whatever was said of it and whatever was not. */
#include "unit/test_model_support.h"

#include "model/purse.h"

#include <stdlib.h>

#define ASKED 100000

/* "pending 40, confirmed ?": a word and dollars each; "?" it says no amount. */
typedef void put_fn(struct purse *p, const char *status, int64_t amount);

static void put_payment(struct purse *p, const char *status, int64_t amount)
{
	purse_add_payment(p, status, amount, T0);
}

static void put_all(struct purse *p, const char *list, put_fn *put)
{
	char status[32], amount[16];
	int used;

	while (sscanf(list, " %31s %15[0-9?]%n", status, amount, &used) == 2) {
		put(p, status, amount[0] == '?' ? 0 : (int64_t)strtol(amount, NULL, 10) * 1000);
		list += used;
		list += *list == ',';
	}
	assert_string_equal(list, "");
}

enum { NOT_SAID = -1 };

struct told {
	const char *status;
	int64_t paid; /* dollars, or NOT_SAID */
	const char *payments, *refunds;
	const char *order;        /* its status, or NULL */
	const char *order_refund; /* a word */
	int64_t order_amount, order_fee;
	bool thin;
};

static struct purse purse_told(const struct told *t)
{
	struct invoice inv;
	struct order o;
	struct purse p;

	shape_init(&SHAPE_INVOICE, &inv);
	shape_init(&SHAPE_ORDER, &o);
	inv.amount = ASKED;
	inv.created_at = T0;
	inv.tells_paid = t->paid != NOT_SAID;
	inv.amount_paid = inv.tells_paid ? t->paid * 1000 : 0;
	purse_begin(&p, t->status, &inv, t->thin);
	put_all(&p, t->payments ? t->payments : "", put_payment);
	put_all(&p, t->refunds ? t->refunds : "", purse_add_refund);
	if (t->order) {
		str_copy(o.refund.status, sizeof(o.refund.status),
			 t->order_refund ? t->order_refund : "NONE");
		o.refund.amount_usd = t->order_amount * 1000;
		o.refund.fee_usd = t->order_fee * 1000;
		purse_add_order(&p, t->order, &o);
	}
	purse_end(&p);
	return p;
}

/* "40", "?" not known, "40?" at least that. */
static const char *amount_told(char buf[32], struct purse_amount a)
{
	if (!a.known && a.millis == 0)
		str_copy(buf, 32, "?");
	else
		str_printf(buf, 32, "%lld%s", (long long)(a.millis / 1000), a.known ? "" : "?");
	return buf;
}

static const struct {
	struct told told;
	const char *in, *held, *rest;
	int64_t owed;
	bool asks, holds, behind;
} CASES[] = {
	/* nothing, and all of it */
	{{.status = "unpaid", .paid = 0}, "0", "0", "100", 0, true, false, false},
	{{.status = "unpaid", .paid = NOT_SAID}, "0", "0", "100", 0, true, false, false},
	{{.status = "paid", .paid = 100}, "100", "100", "0", 0, false, true, false},
	{{.status = "paid", .paid = 120}, "120", "120", "0", 20, false, true, false},
	{{.status = "paid", .paid = 60}, "60", "60", "40", 0, false, true, false},
	{{.status = "underpaid", .paid = 40}, "40", "40", "60", 0, true, true, false},
	{{.status = "expired", .paid = 0}, "0", "0", "100", 0, false, false, false},
	{{.status = "expired", .paid = 40}, "40", "40", "60", 40, false, true, false},
	{{.status = "canceled", .paid = 120}, "120", "120", "0", 120, false, true, false},
	/* what was not said is not zero */
	{{.status = "underpaid", .paid = NOT_SAID}, "?", "?", "100?", 0, false, true, false},
	{{.status = "underpaid", .paid = 0}, "?", "?", "100?", 0, false, true, false},
	{{.status = "expired", .paid = NOT_SAID}, "?", "?", "100?", 0, false, false, false},
	{{.status = "paid", .paid = NOT_SAID}, "100", "100", "0", 0, false, true, false},
	{{.status = "paid", .paid = 0}, "100", "100", "0", 0, false, true, false},
	{{.status = "unpaid", .paid = 0, .thin = true}, "?", "?", "100?", 0, false, false, false},
	{{.status = "expired", .paid = 40, .thin = true},
	 "40?",
	 "40?",
	 "60?",
	 40,
	 false,
	 true,
	 false},
	/* payments that say how much */
	{{.status = "unpaid", .paid = 0, .payments = "pending 100"},
	 "0",
	 "0",
	 "0",
	 0,
	 false,
	 false,
	 false},
	{{.status = "unpaid", .paid = 0, .payments = "pending 40"},
	 "0",
	 "0",
	 "60",
	 0,
	 true,
	 false,
	 false},
	{{.status = "unpaid", .paid = 0, .payments = "manual_retry 100"},
	 "0",
	 "0",
	 "0",
	 0,
	 false,
	 false,
	 false},
	{{.status = "unpaid", .paid = 0, .payments = "confirmed 100"},
	 "100",
	 "100",
	 "0",
	 0,
	 false,
	 true,
	 true},
	{{.status = "unpaid", .paid = 0, .payments = "confirmed 40, pending 60"},
	 "40",
	 "40",
	 "0",
	 0,
	 false,
	 true,
	 true},
	{{.status = "unpaid", .paid = 0, .payments = "failed 100"},
	 "0",
	 "0",
	 "100",
	 0,
	 true,
	 false,
	 false},
	{{.status = "unpaid", .paid = 0, .payments = "levitating 100"},
	 "0",
	 "0",
	 "100?",
	 0,
	 false,
	 false,
	 false},
	{{.status = "underpaid", .paid = 40, .payments = "underpaid 40"},
	 "40",
	 "40",
	 "60",
	 0,
	 true,
	 true,
	 false},
	{{.status = "underpaid", .paid = 40, .payments = "confirmed 40, pending 60"},
	 "40",
	 "40",
	 "0",
	 0,
	 false,
	 true,
	 false},
	{{.status = "expired", .paid = 0, .payments = "confirmed 100"},
	 "100",
	 "100",
	 "0",
	 100,
	 false,
	 true,
	 true},
	/* payments as Pepay publishes them, without */
	{{.status = "unpaid", .paid = 0, .payments = "pending ?"},
	 "0",
	 "0",
	 "100?",
	 0,
	 false,
	 false,
	 false},
	{{.status = "unpaid", .paid = 0, .payments = "confirmed ?"},
	 "?",
	 "?",
	 "100?",
	 0,
	 false,
	 true,
	 true},
	{{.status = "unpaid", .paid = 0, .payments = "failed ?"},
	 "0",
	 "0",
	 "100",
	 0,
	 true,
	 false,
	 false},
	{{.status = "underpaid", .paid = 40, .payments = "confirmed ?"},
	 "40",
	 "40",
	 "60",
	 0,
	 true,
	 true,
	 false},
	{{.status = "underpaid", .paid = 40, .payments = "confirmed ?, pending ?"},
	 "40",
	 "40",
	 "60?",
	 0,
	 false,
	 true,
	 false},
	{{.status = "paid", .paid = 100, .payments = "confirmed ?"},
	 "100",
	 "100",
	 "0",
	 0,
	 false,
	 true,
	 false},
	{{.status = "expired", .paid = 0, .payments = "pending ?"},
	 "0",
	 "0",
	 "100?",
	 0,
	 false,
	 false,
	 false},
	{{.status = "expired", .paid = 0, .payments = "confirmed ?"},
	 "?",
	 "?",
	 "100?",
	 0,
	 false,
	 true,
	 true},
	/* what went back */
	{{.status = "paid", .paid = 120, .refunds = "pending 20"},
	 "120",
	 "100",
	 "0",
	 0,
	 false,
	 true,
	 false},
	{{.status = "paid", .paid = 120, .refunds = "failed 20"},
	 "120",
	 "120",
	 "0",
	 20,
	 false,
	 true,
	 false},
	{{.status = "paid", .paid = 120, .refunds = "canceled 20"},
	 "120",
	 "120",
	 "0",
	 20,
	 false,
	 true,
	 false},
	{{.status = "paid", .paid = 120, .refunds = "teleporting 20"},
	 "120",
	 "100",
	 "0",
	 0,
	 false,
	 true,
	 false},
	{{.status = "underpaid", .paid = 40, .refunds = "succeeded 40"},
	 "40",
	 "0",
	 "60",
	 0,
	 false,
	 false,
	 false},
	{{.status = "underpaid", .paid = 40, .refunds = "failed 40"},
	 "40",
	 "40",
	 "60",
	 0,
	 false,
	 true,
	 false},
	{{.status = "underpaid", .paid = 40, .refunds = "canceled 40"},
	 "40",
	 "40",
	 "60",
	 0,
	 true,
	 true,
	 false},
	{{.status = "expired", .paid = 0, .payments = "confirmed 100", .refunds = "succeeded 100"},
	 "100",
	 "0",
	 "0",
	 0,
	 false,
	 false,
	 true},
	{{.status = "expired", .paid = 100, .refunds = "succeeded 50"},
	 "100",
	 "50",
	 "0",
	 50,
	 false,
	 true,
	 false},
	{{.status = "expired", .paid = 0, .payments = "confirmed ?", .refunds = "succeeded 100"},
	 "?",
	 "?",
	 "100?",
	 0,
	 false,
	 false,
	 true},
	/* its order */
	{{.status = "paid", .paid = 100, .order = "shipped"},
	 "100",
	 "100",
	 "0",
	 0,
	 false,
	 true,
	 false},
	{{.status = "paid", .paid = 100, .order = "cancelled"},
	 "100",
	 "100",
	 "0",
	 100,
	 false,
	 true,
	 false},
	{{.status = "paid",
	  .paid = 120,
	  .order = "cancelled",
	  .order_refund = "COMPLETED",
	  .order_amount = 100},
	 "120",
	 "20",
	 "0",
	 20,
	 false,
	 true,
	 false},
	{{.status = "paid",
	  .paid = 100,
	  .order = "cancelled",
	  .order_refund = "COMPLETED",
	  .order_amount = 40},
	 "100",
	 "60",
	 "0",
	 60,
	 false,
	 true,
	 false},
	{{.status = "paid",
	  .paid = 100,
	  .order = "failed",
	  .order_refund = "COMPLETED",
	  .order_amount = 98,
	  .order_fee = 2},
	 "100",
	 "0",
	 "0",
	 0,
	 false,
	 false,
	 false},
	{{.status = "paid", .paid = 100, .order = "failed", .order_refund = "completed"},
	 "100",
	 "0",
	 "0",
	 0,
	 false,
	 false,
	 false},
	{{.status = "paid",
	  .paid = 100,
	  .order = "cancelled",
	  .order_refund = "PENDING",
	  .order_amount = 100},
	 "100",
	 "0",
	 "0",
	 0,
	 false,
	 false,
	 false},
	{{.status = "paid",
	  .paid = 100,
	  .order = "cancelled",
	  .order_refund = "rejected",
	  .order_amount = 100},
	 "100",
	 "100",
	 "0",
	 100,
	 false,
	 true,
	 false},
	{{.status = "expired",
	  .paid = 40,
	  .order = "cancelled",
	  .order_refund = "COMPLETED",
	  .order_amount = 40},
	 "40",
	 "0",
	 "60",
	 0,
	 false,
	 false,
	 false},
	{{.status = "underpaid", .paid = 40, .order = "cancelled"},
	 "40",
	 "40",
	 "60",
	 40,
	 false,
	 true,
	 false},
	{{.status = "paid",
	  .paid = 150,
	  .refunds = "succeeded 50",
	  .order = "cancelled",
	  .order_refund = "COMPLETED",
	  .order_amount = 100},
	 "150",
	 "0",
	 "0",
	 0,
	 false,
	 false,
	 false},
};

static void test_what_is_in_and_what_is_owed(void **state)
{
	char in[32], held[32], rest[32];

	(void)state;
	for (size_t i = 0; i < COUNT(CASES); i++) {
		struct purse p = purse_told(&CASES[i].told);

		(void)amount_told(in, p.in);
		(void)amount_told(held, p.held);
		(void)amount_told(rest, p.rest);
		if (!str_equal(in, CASES[i].in) || !str_equal(held, CASES[i].held) ||
		    !str_equal(rest, CASES[i].rest) || p.owed != CASES[i].owed * 1000 ||
		    purse_asks(&p) != CASES[i].asks || purse_holds(&p) != CASES[i].holds ||
		    purse_is_behind(&p) != CASES[i].behind)
			fail_msg("case %zu (%s %lld, %s): in %s held %s rest %s owed %lld%s%s%s", i,
				 CASES[i].told.status, (long long)CASES[i].told.paid,
				 CASES[i].told.payments ? CASES[i].told.payments : "", in, held,
				 rest, (long long)p.owed / 1000, purse_asks(&p) ? " asks" : "",
				 purse_holds(&p) ? " holds" : "",
				 purse_is_behind(&p) ? " behind" : "");
	}
}

/* Two payments of the whole are on their way: that is more than was asked. */
static void test_more_than_asked_may_be_on_its_way(void **state)
{
	struct purse p = purse_told(
		&(struct told){.status = "unpaid", .payments = "pending 100, pending 100"});

	(void)state;
	assert_int_equal(p.payments[STAGE_COMING].count, 2);
	assert_int_equal(p.over_coming, 100000);
	assert_int_equal(p.over, 0);
	assert_true(purse_rest_is_coming(&p));
}

static void test_amounts_in_another_unit_are_not_judged(void **state)
{
	struct invoice inv;
	struct purse p;
	char buf[MONEY_TEXT_CAP];

	(void)state;
	shape_init(&SHAPE_INVOICE, &inv);
	inv.amount = 10000;
	inv.amount_paid = 4000;
	inv.tells_paid = true;
	inv.created_at = T0;
	str_copy(inv.amount_unit, sizeof(inv.amount_unit), "eur_cents");
	purse_begin(&p, "underpaid", &inv, false);
	purse_add_payment(&p, "pending", 60000, T0);
	purse_end(&p);
	assert_false(p.judged);
	assert_false(p.asked.known);
	assert_false(purse_asks(&p));
	assert_true(purse_holds(&p));
	assert_int_equal(purse_seen(&p), 1);
	assert_int_equal(p.payments[STAGE_COMING].sum, 0);
	assert_string_equal(invoice_amount_text(buf, &inv, 4000), "4000 eur_cents");
	str_copy(inv.amount_unit, sizeof(inv.amount_unit), "usd_millis");
	assert_string_equal(invoice_amount_text(buf, &inv, 4000), "4.00 USD");
}

/* An amount of the very most does not turn into a little. */
static void test_sums_stay_at_the_most_there_can_be(void **state)
{
	struct purse p;
	struct invoice inv;

	(void)state;
	shape_init(&SHAPE_INVOICE, &inv);
	inv.amount = ASKED;
	inv.created_at = T0;
	purse_begin(&p, "unpaid", &inv, false);
	purse_add_payment(&p, "confirmed", INT64_MAX, TIME_NONE);
	purse_add_payment(&p, "confirmed", INT64_MAX, TIME_NONE);
	purse_add_payment(&p, "pending", INT64_MAX, TIME_NONE);
	purse_add_refund(&p, "succeeded", INT64_MAX);
	purse_add_refund(&p, "pending", INT64_MAX);
	purse_end(&p);
	assert_int_equal(p.in.millis, INT64_MAX);
	assert_int_equal(p.over_coming, INT64_MAX - ASKED);
	assert_int_equal(p.given, INT64_MAX);
	assert_int_equal(p.held.millis, 0);
}

/* A transaction says that it was sent: only where no word says where it is. */
static void test_where_the_refund_of_an_order_is(void **state)
{
	static const struct {
		const char *status, *beside, *hash;
		enum refund_stage stage;
	} rows[] = {
		{"NONE", "NONE", "", RETURN_NO_WORD},
		{"", "", "", RETURN_NO_WORD},
		{"NONE", "NONE", "0xa", RETURN_ARRIVED},
		{"PENDING", "NONE", "", RETURN_OPEN},
		{"PENDING", "PENDING", "0xa", RETURN_OPEN},
		{"Processing", "", "0xa", RETURN_OPEN},
		{"levitating", "", "", RETURN_UNTOLD},
		{"levitating", "", "0xa", RETURN_ARRIVED},
		{"FAILED", "", "0xa", RETURN_FAILED},
		{"PENDING", "FAILED", "", RETURN_FAILED},
		{"REJECTED", "PENDING", "", RETURN_CALLED_OFF},
		{"COMPLETED", "PENDING", "", RETURN_ARRIVED},
	};
	struct order o;
	const char *word;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		shape_init(&SHAPE_ORDER, &o);
		str_copy(o.refund.status, sizeof(o.refund.status), rows[i].status);
		str_copy(o.refund_status, sizeof(o.refund_status), rows[i].beside);
		str_copy(o.refund.tx_hash, sizeof(o.refund.tx_hash), rows[i].hash);
		if (order_refund_stage(&o, &word) != rows[i].stage)
			fail_msg("%s, %s, %s", rows[i].status, rows[i].beside, rows[i].hash);
	}
}

/* The same from records as from what was said one by one. */
static void test_the_purse_of_a_record(void **state)
{
	struct store *st = store_new();
	struct purse p;

	(void)state;
	answer(st, OBJECT_INVOICE,
	       "{\"object\":\"invoice\",\"id\":\"inv\",\"status\":\"unpaid\",\"amount\":100000,"
	       "\"amount_paid\":0,\"created_at\":1768478000,\"latest_payment\":{\"object\":"
	       "\"invoice_payment\",\"id\":\"p1\",\"invoice_id\":\"inv\",\"status\":\"pending\"}}",
	       T0);
	p = purse_of_invoice(st, store_record(st, OBJECT_INVOICE, "inv"));
	assert_true(p.whole && p.counted.known && p.in.known && !p.rest.known);
	assert_int_equal(p.payments[STAGE_COMING].count, 1);
	assert_int_equal(p.payments[STAGE_COMING].silent, 1);
	assert_int_equal(p.coming_ms, T0);
	answer(st, OBJECT_REFUND,
	       "{\"object\":\"refund\",\"id\":\"r1\",\"invoice_id\":\"inv\",\"status\":"
	       "\"succeeded\","
	       "\"amount\":7000,\"created_at\":1768478000}",
	       T0);
	tell(st, SOURCE_STREAM, payment_event(T0 + 1000, 1, "p2", "inv", "confirmed"), T0);
	p = purse_of_invoice(st, store_record(st, OBJECT_INVOICE, "inv"));
	assert_int_equal(p.in.millis, 20500);
	assert_int_equal(p.given, 7000);
	assert_int_equal(p.held.millis, 13500);
	store_free(st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_in_and_what_is_owed),
		cmocka_unit_test(test_more_than_asked_may_be_on_its_way),
		cmocka_unit_test(test_amounts_in_another_unit_are_not_judged),
		cmocka_unit_test(test_sums_stay_at_the_most_there_can_be),
		cmocka_unit_test(test_where_the_refund_of_an_order_is),
		cmocka_unit_test(test_the_purse_of_a_record),
	};
	return cmocka_run_group_tests_name("model purse", tests, NULL, NULL);
}

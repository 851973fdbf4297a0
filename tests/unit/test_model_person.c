/* Who a customer is, and their money in all. */
#include "unit/test_model_support.h"

#include "model/person.h"
#include "model/tally.h"

#include <stdlib.h>

#define WHO "cust_9"

static struct related *theirs(const struct store *st)
{
	struct related *r = xcalloc(1, sizeof(*r));
	struct subject root;

	assert_true(subject_set(&root, SUBJECT_CUSTOMER, WHO));
	related_build(r, st, &root);
	return r;
}

static void tell_object(struct store *st, const struct object *o, int64_t at_ms)
{
	struct msg *m = msg_new(MSG_OBJECT);

	object_copy(&m->as.object.object, o);
	store_apply(st, m, at_ms);
	msg_free(m);
}

struct address_told {
	const char *id, *first, *last, *email, *phone, *zip, *city;
	int minutes; /* after T0 */
};

static void tell_order(struct store *st, const struct address_told *t)
{
	struct object o = {.kind = OBJECT_ORDER};
	struct order *order = &o.as.order;
	struct shipping_address *a = &order->shipping_address;

	shape_init(&SHAPE_ORDER, order);
	str_copy(order->order_id, ID_CAP, t->id);
	str_copy(order->customer_id, NAME_CAP, WHO);
	str_copy(order->status, STATUS_CAP, "placed");
	order->created_at = order->updated_at = T0 + t->minutes * INT64_C(60000);
	order->has_snapshot = order->has_shipping_address = true;
	str_copy(a->first_name, sizeof(a->first_name), t->first);
	str_copy(a->last_name, sizeof(a->last_name), t->last);
	str_copy(a->email, sizeof(a->email), t->email);
	str_copy(a->phone, sizeof(a->phone), t->phone);
	str_copy(a->zip_code, sizeof(a->zip_code), t->zip);
	str_copy(a->city, sizeof(a->city), t->city);
	str_copy(a->country, sizeof(a->country), "FR");
	tell_object(st, &o, order->created_at);
}

static void tell_kyc(struct store *st, const char *name)
{
	struct object o = {.kind = OBJECT_KYC};

	shape_init(&SHAPE_KYC, &o.as.kyc);
	str_copy(o.as.kyc.customer_id, NAME_CAP, WHO);
	str_copy(o.as.kyc.status, STATUS_CAP, "approved");
	str_copy(o.as.kyc.legal_name, NAME_CAP, name);
	tell_object(st, &o, T0);
}

static void tell_payout(struct store *st, const char *id, const char *holder)
{
	struct object o = {.kind = OBJECT_PAYOUT};
	struct payout *p = &o.as.payout;

	shape_init(&SHAPE_PAYOUT, p);
	str_copy(p->id, ID_CAP, id);
	str_copy(p->customer_id, NAME_CAP, WHO);
	str_copy(p->status, STATUS_CAP, "queued");
	str_copy(p->bank_account.holder, NAME_CAP, holder);
	p->created_at = p->updated_at = T0;
	tell_object(st, &o, T0);
}

static void assert_values(const struct person *p, enum person_fact f, const char *want)
{
	const struct person_values *v = &p->facts[f];
	char have[1024] = "";

	for (size_t i = 0; i < v->count; i++)
		str_printf(have + strlen(have), sizeof(have) - strlen(have), "%s%s", i ? "; " : "",
			   v->items[i]);
	if (v->more > 0)
		str_printf(have + strlen(have), sizeof(have) - strlen(have), " +%zu", v->more);
	if (strcmp(have, want) != 0)
		fail_msg("%s: '%s' and not '%s'", person_label(f), have, want);
}

static void test_who_a_customer_is_comes_from_whatever_tells(void **state)
{
	static const struct address_told ORDERS[] = {
		{"o1", "Benoit", "LEFEVRE", "b@old.example", "", "75018", "Paris", 1},
		{"o2", "Benoît", "Lefèvre", "B@mail.example", "+33 1", "75018", "Paris", 2},
		{"o3", "Benoît", "Lefèvre", "b@mail.example", "+33 1", "69001", "Lyon", 3},
		{"o4", "", "", "", "", "", "", 4},
	};
	struct store *st = store_new();
	struct person *p = xcalloc(1, sizeof(*p));
	struct related *r;

	(void)state;
	for (size_t i = 0; i < COUNT(ORDERS); i++)
		tell_order(st, &ORDERS[i]);
	tell_payout(st, "p1", "LEFEVRE SARL");
	r = theirs(st);
	person_build(p, st, r);
	assert_true(person_is_known(p));
	assert_values(p, PERSON_NAME, "Benoît Lefèvre"); /* however it is written */
	assert_values(p, PERSON_EMAIL, "b@mail.example; b@old.example");
	assert_values(p, PERSON_PHONE, "+33 1");
	assert_values(p, PERSON_TOWN, "FR; 69001 Lyon, FR; 75018 Paris, FR");
	assert_values(p, PERSON_HOLDER, "LEFEVRE SARL");
	free(r);
	tell_kyc(st, "Benoit Jean Lefevre");
	tell_payout(st, "p2", "benoit jean lefevre");
	r = theirs(st);
	person_build(p, st, r);
	assert_values(p, PERSON_NAME, "Benoit Jean Lefevre; Benoît Lefèvre");
	assert_values(p, PERSON_HOLDER, "LEFEVRE SARL");
	free(r);
	free(p);
	store_free(st);
}

static void test_more_values_than_there_is_room_for_are_counted(void **state)
{
	struct store *st = store_new();
	struct person *p = xcalloc(1, sizeof(*p));
	struct related *r;

	(void)state;
	for (int i = 0; i < 6; i++) {
		char id[8], mail[32];
		struct address_told t = {id, "Ana", "Ruiz", mail, "", "1", "Rom", i};

		str_printf(id, sizeof(id), "o%d", i);
		str_printf(mail, sizeof(mail), "a%d@mail.example", i);
		tell_order(st, &t);
	}
	r = theirs(st);
	person_build(p, st, r);
	assert_values(p, PERSON_EMAIL, "a5@mail.example; a4@mail.example; a3@mail.example +3");
	free(r);
	free(p);
	store_free(st);
}

static void test_nobody_is_known_of_a_customer_without_anything(void **state)
{
	struct store *st = store_new();
	struct person *p = xcalloc(1, sizeof(*p));
	struct related *r = theirs(st);

	(void)state;
	person_build(p, st, r);
	assert_false(person_is_known(p));
	free(r);
	free(p);
	store_free(st);
}

/* --- money -------------------------------------------------------------------------------- */

struct invoice_told {
	const char *status;
	int asked, paid; /* dollars; -1 it does not say */
};

static void tell_invoice(struct store *st, size_t number, const struct invoice_told *t)
{
	struct object o = {.kind = OBJECT_INVOICE};
	struct invoice *inv = &o.as.invoice;

	shape_init(&SHAPE_INVOICE, inv);
	str_printf(inv->id, ID_CAP, "inv-%zu", number);
	str_copy(inv->customer_id, NAME_CAP, WHO);
	str_copy(inv->status, STATUS_CAP, t->status);
	inv->amount = t->asked * 1000;
	inv->tells_paid = t->paid >= 0;
	inv->amount_paid = t->paid >= 0 ? t->paid * 1000 : 0;
	inv->created_at = T0;
	tell_object(st, &o, T0);
}

static void tell_refund(struct store *st, const char *id, const char *status, int dollars)
{
	struct object o = {.kind = OBJECT_REFUND};
	struct refund *f = &o.as.refund;

	shape_init(&SHAPE_REFUND, f);
	str_copy(f->id, ID_CAP, id);
	str_copy(f->invoice_id, ID_CAP, "inv-0");
	str_copy(f->status, STATUS_CAP, status);
	f->amount = dollars * 1000;
	f->created_at = f->updated_at = T0;
	tell_object(st, &o, T0);
}

static struct tally tally_of(struct store *st)
{
	struct related *r = theirs(st);
	struct tally t;

	tally_build(&t, st, r);
	free(r);
	return t;
}

static void test_a_customers_money_adds_up(void **state)
{
	static const struct {
		struct invoice_told invoices[4];
		int arrived, open; /* refunds of the first */
		struct tally want; /* dollars */
	} ROWS[] = {
		{{{"paid", 410, 410}, {"paid", 30, 60}, {"expired", 75, 75}, {"expired", 200, 80}},
		 0,
		 0,
		 {.invoices = 4,
		  .asked = 715,
		  .paid = 625,
		  .too_much = 30,
		  .not_paid = 120,
		  .kept = 440,
		  .to_go_back = 185}},
		{{{"paid", 100, 100}, {"underpaid", 50, 20}, {"unpaid", 10, 0}},
		 30,
		 20,
		 {.invoices = 3,
		  .asked = 160,
		  .paid = 120,
		  .not_paid = 40,
		  .can_be_paid = 40,
		  .kept = 70,
		  .given = 50,
		  .given_arrived = 30}},
		/* one that ended with nothing in it is no money at all */
		{{{"expired", 75, 0}, {"canceled", 10, 0}, {"unpaid", 10, 0}},
		 0,
		 0,
		 {.invoices = 1, .asked = 10, .not_paid = 10, .can_be_paid = 10}},
		/* more went back than came in */
		{{{"paid", 10, 10}},
		 15,
		 0,
		 {.invoices = 1, .asked = 10, .paid = 10, .given = 15, .given_arrived = 15}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		const struct tally *w = &ROWS[i].want;
		struct store *st = store_new();
		struct tally t;

		for (size_t k = 0; k < 4 && ROWS[i].invoices[k].status; k++)
			tell_invoice(st, k, &ROWS[i].invoices[k]);
		if (ROWS[i].arrived)
			tell_refund(st, "r1", "succeeded", ROWS[i].arrived);
		if (ROWS[i].open)
			tell_refund(st, "r2", "pending", ROWS[i].open);
		t = tally_of(st);
		assert_int_equal(t.invoices, w->invoices);
		assert_int_equal(t.unknown, 0);
		assert_int_equal(t.asked, w->asked * 1000);
		assert_int_equal(t.paid, w->paid * 1000);
		assert_int_equal(t.too_much, w->too_much * 1000);
		assert_int_equal(t.not_paid, w->not_paid * 1000);
		assert_int_equal(t.can_be_paid, w->can_be_paid * 1000);
		assert_int_equal(t.kept, w->kept * 1000);
		assert_int_equal(t.to_go_back, w->to_go_back * 1000);
		assert_int_equal(t.given, w->given * 1000);
		assert_int_equal(t.given_arrived, w->given_arrived * 1000);
		assert_int_equal(t.asked, t.paid - t.too_much + t.not_paid);
		store_free(st);
	}
}

static void test_what_is_not_known_is_counted_and_not_added(void **state)
{
	static const struct invoice_told KNOWN = {"paid", 20, 20}, UNTOLD = {"underpaid", 50, -1};
	struct store *st = store_new();
	struct tally t;

	(void)state;
	tell_invoice(st, 0, &KNOWN);
	tell_invoice(st, 1, &UNTOLD);
	t = tally_of(st);
	assert_int_equal(t.invoices, 1);
	assert_int_equal(t.unknown, 1);
	assert_int_equal(t.asked, 20000);
	store_free(st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_a_customer_is_comes_from_whatever_tells),
		cmocka_unit_test(test_more_values_than_there_is_room_for_are_counted),
		cmocka_unit_test(test_nobody_is_known_of_a_customer_without_anything),
		cmocka_unit_test(test_a_customers_money_adds_up),
		cmocka_unit_test(test_what_is_not_known_is_counted_and_not_added),
	};

	return cmocka_run_group_tests_name("model person", tests, NULL, NULL);
}

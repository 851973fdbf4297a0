/* Objects packed and unpacked are the same objects. */
#include "unit/test_wire_random.h"
#include "wire/pack.h"

#define ROUNDS 300

static void check(enum object_kind kind, struct object *o, unsigned round)
{
	const struct shape *shape = kind_info(kind)->shape;
	struct strbuf sb;
	struct object back;
	const char *differs;

	strbuf_init(&sb, 1 << 22);
	object_pack(o, &sb);
	assert_false(sb.overflow);
	object_unpack(kind, object_id(o), strbuf_str(&sb), &back);
	differs = shape_difference(shape, &o->as, &back.as);
	if (differs)
		fail_msg("%s, round %u: %s differs", shape->name, round, differs);
	if (kind == OBJECT_ORDER) {
		assert_int_equal(back.as.order.has_snapshot, o->as.order.has_snapshot);
		assert_int_equal(back.as.order.item_count, o->as.order.item_count);
	}
	object_release(&back);
	strbuf_release(&sb);
}

static void test_any_object_comes_back_as_it_was(void **state)
{
	struct rng rng;
	(void)state;
	rng_seed(&rng, 11);
	for (unsigned round = 0; round < ROUNDS; round++) {
		for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++) {
			struct object o = {.kind = (enum object_kind)k};
			random_fill(kind_info(o.kind)->shape, &o.as, &rng,
				    round % 2 ? FILL_SOME : FILL_EVERYTHING);
			if (k == OBJECT_ORDER) {
				o.as.order.has_snapshot = rng_chance(&rng, 50);
				o.as.order.item_count = random_int(&rng, true);
			}
			check(o.kind, &o, round);
			object_release(&o);
		}
	}
}

static void test_numbers_of_every_size_come_back(void **state)
{
	static const int64_t numbers[] = {
		0, 1, -1, 63, 64, -64, -65, 8191, -8193, INT64_MAX, INT64_MIN + 1, INT64_MIN};
	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct object o = {.kind = OBJECT_INVOICE};
		shape_init(&SHAPE_INVOICE, &o.as);
		o.as.invoice.amount = numbers[i];
		o.as.invoice.created_at = numbers[i];
		check(OBJECT_INVOICE, &o, (unsigned)i);
	}
}

static void test_an_empty_object_takes_a_few_bytes(void **state)
{
	struct strbuf sb;
	(void)state;
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++) {
		struct object o = {.kind = (enum object_kind)k};
		shape_init(kind_info(o.kind)->shape, &o.as);
		strbuf_init(&sb, 1 << 16);
		object_pack(&o, &sb);
		assert_in_range(sb.len, 1, 24);
		strbuf_release(&sb);
	}
}

struct told {
	char text[1024];
};

static void tell(void *ctx, const struct packed_text *t)
{
	struct told *told = ctx;
	size_t n = strlen(told->text);

	assert_int_equal(t->len, strlen(t->text));
	(void)str_printf(told->text + n, sizeof(told->text) - n, "%s%s%s=%s ",
			 t->outer ? t->outer : "", t->outer ? "." : "", t->key, t->text);
}

static void test_the_texts_of_a_packed_object_are_told_without_unpacking(void **state)
{
	struct object o = {.kind = OBJECT_ORDER};
	struct order *order = &o.as.order;
	struct shipment parcel;
	struct told told = {""};
	struct strbuf sb;

	(void)state;
	shape_init(&SHAPE_ORDER, order);
	(void)str_copy(order->order_id, sizeof(order->order_id), "o-1");
	(void)str_copy(order->invoice_id, sizeof(order->invoice_id), "i-1");
	(void)str_copy(order->status, sizeof(order->status), "shipped");
	(void)str_copy(order->payment.tx_hash, sizeof(order->payment.tx_hash), "0xabc");
	order->item_count = 300;
	order->created_at = 1768478400000;
	order->has_snapshot = true;
	memset(&parcel, 0, sizeof(parcel));
	parcel.obtained_at = TIME_NONE;
	(void)str_copy(parcel.tracking_number, sizeof(parcel.tracking_number), "1Z999");
	order->shipments = &parcel;
	order->shipment_count = 1;
	strbuf_init(&sb, 1 << 16);
	object_pack(&o, &sb);
	object_packed_texts(OBJECT_ORDER, strbuf_str(&sb), 1, tell, &told);
	assert_non_null(strstr(told.text, "invoiceId=i-1 "));
	assert_non_null(strstr(told.text, "payment.txHash=0xabc "));
	assert_non_null(strstr(told.text, ".trackingNumber=1Z999 "));
	assert_null(strstr(told.text, "o-1"));
	told.text[0] = '\0';
	object_packed_texts(OBJECT_ORDER, strbuf_str(&sb), 6, tell, &told);
	assert_string_equal(told.text, "status=shipped ");
	strbuf_release(&sb);
}

static void test_a_few_members_are_read_and_the_rest_is_passed_by(void **state)
{
	static const int64_t AMOUNTS[] = {0, 1, 100000, INT64_C(9007199254740993), INT64_MAX};
	(void)state;
	for (size_t i = 0; i < sizeof(AMOUNTS) / sizeof(AMOUNTS[0]); i++) {
		struct object o = {.kind = OBJECT_INVOICE};
		struct invoice *inv = &o.as.invoice;
		struct packed_member m[] = {
			{.offset = offsetof(struct invoice, amount_paid), .number = -1},
			{.offset = offsetof(struct invoice, customer_id), .text = ""},
			{.offset = offsetof(struct invoice, payer_wallet_network), .text = "none"},
			{.offset = offsetof(struct invoice, latest_payment), .number = -1},
		};
		struct strbuf sb;

		shape_init(&SHAPE_INVOICE, inv);
		(void)str_copy(inv->id, sizeof(inv->id), "i-1");
		(void)str_copy(inv->status, sizeof(inv->status), "paid");
		(void)str_copy(inv->customer_id, sizeof(inv->customer_id), "cust_1");
		inv->amount = 7;
		inv->amount_paid = AMOUNTS[i];
		inv->has_latest_payment = i % 2 == 1;
		inv->latest_payment.amount_usd = 5;
		strbuf_init(&sb, 1 << 16);
		object_pack(&o, &sb);
		object_packed_members(OBJECT_INVOICE, strbuf_str(&sb), m, 4);
		assert_int_equal(m[0].number, AMOUNTS[i] == 0 ? -1 : AMOUNTS[i]);
		assert_string_equal(m[1].text, "cust_1");
		assert_string_equal(m[2].text, "none"); /* not there: left as it was */
		assert_int_equal(m[3].number, i % 2);
		strbuf_release(&sb);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_few_members_are_read_and_the_rest_is_passed_by),
		cmocka_unit_test(test_any_object_comes_back_as_it_was),
		cmocka_unit_test(test_numbers_of_every_size_come_back),
		cmocka_unit_test(test_an_empty_object_takes_a_few_bytes),
		cmocka_unit_test(test_the_texts_of_a_packed_object_are_told_without_unpacking),
	};
	return cmocka_run_group_tests_name("wire pack", tests, NULL, NULL);
}

/* Records are kept packed; what views look at is unpacked, and stays while they look. */
#include "unit/test_model_support.h"
#include "model/store_priv.h"
#include "wire/pack.h"

#define OBJECTS (STORE_SHOWN_MAX + 200)

static void tell_invoice(struct store *st, unsigned n, int64_t ms, const char *status)
{
	char id[16];
	str_printf(id, sizeof(id), "inv-%u", n);
	tell(st, SOURCE_STREAM, invoice_event(ms, (int)n, id, status, ""), T0);
}

static void test_as_many_records_as_screens_show_stay_in_hand(void **state)
{
	const struct record *held[STORE_SHOWN_MAX];
	struct store *st = store_new();
	char id[16];
	(void)state;
	for (unsigned i = 0; i < OBJECTS; i++)
		tell_invoice(st, i, T0 + i, "unpaid");
	/* what was looked at before must not push out what is looked at now */
	for (unsigned i = OBJECTS; i > 0; i--)
		store_record_at(st, OBJECT_INVOICE, i - 1);
	for (unsigned i = 0; i < STORE_SHOWN_MAX; i++)
		held[i] = store_record_at(st, OBJECT_INVOICE, i);
	for (unsigned i = 0; i < STORE_SHOWN_MAX; i++) {
		str_printf(id, sizeof(id), "inv-%u", i);
		assert_string_equal(object_id(&held[i]->object), id);
		assert_ptr_equal(store_record(st, OBJECT_INVOICE, id), held[i]);
	}
	assert_int_equal(st->shown->count, STORE_SHOWN_MAX);
	/* looked at again, the first is the last to go */
	held[0] = store_record_at(st, OBJECT_INVOICE, 0);
	for (unsigned i = STORE_SHOWN_MAX; i < OBJECTS; i++)
		store_record_at(st, OBJECT_INVOICE, i);
	assert_string_equal(object_id(&held[0]->object), "inv-0");
	str_printf(id, sizeof(id), "inv-%d", STORE_SHOWN_MAX - 1);
	assert_string_equal(object_id(&held[STORE_SHOWN_MAX - 1]->object), id);
	assert_ptr_equal(store_record_at(st, OBJECT_INVOICE, 0), held[0]);
	store_free(st);
}

/* What is shown is what would be unpacked anew, whatever was looked at and changed before. */
static void test_what_is_shown_is_never_out_of_date(void **state)
{
	static const char *const statuses[] = {"unpaid", "underpaid", "paid", "expired"};
	struct store *st = store_new();
	struct rng rng;
	(void)state;
	rng_seed(&rng, 3);
	for (unsigned round = 0; round < 20000; round++) {
		unsigned n = (unsigned)rng_below(&rng, OBJECTS);
		char id[16];
		str_printf(id, sizeof(id), "inv-%u", n);
		if (rng_chance(&rng, 40)) {
			tell_invoice(st, n, T0 + (int64_t)rng_below(&rng, 100000),
				     statuses[rng_below(&rng, COUNT(statuses))]);
			continue;
		}
		struct entry *en = records_find(st, OBJECT_INVOICE, id);
		const struct record *r = store_record(st, OBJECT_INVOICE, id);
		struct record anew;
		if (!en) {
			assert_null(r);
			continue;
		}
		record_fill(st, en, &anew);
		assert_string_equal(object_id(&r->object), id);
		assert_string_equal(object_status(&r->object), object_status(&anew.object));
		assert_string_equal(r->previous_status, anew.previous_status);
		assert_int_equal(r->changed_ms, anew.changed_ms);
		assert_int_equal(r->stated_ms, anew.stated_ms);
		assert_string_equal(r->flaw, anew.flaw);
		object_release(&anew.object);
	}
	store_free(st);
}

static void test_a_record_takes_little(void **state)
{
	struct store *st = store_new();
	char buf[4096];
	(void)state;
	tell(st, SOURCE_STREAM,
	     event_at(T0, 1, "invoice.created",
		      invoice_json(
			      buf, "3f2a9b0d-77aa-4c1e-8f55-0123456789ab", "unpaid", 0,
			      ",\"customer_id\":\"cust_8F00AB\",\"payer_wallet_network\":\"base\","
			      "\"payer_wallet_address\":"
			      "\"0x0123456789abcdef0123456789abcdef01234567\""),
		      ""),
	     T0);
	const struct entry *en = st->tables[OBJECT_INVOICE].entries[0];
	struct object o;
	struct strbuf sb;
	object_unpack(OBJECT_INVOICE, entry_id(st, en), en->packed, &o);
	strbuf_init(&sb, 4096);
	object_pack(&o, &sb);
	assert_null(en->more);
	assert_in_range(sizeof(*en) + sb.len, 1, 400);
	strbuf_release(&sb);
	object_release(&o);
	store_free(st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_many_records_as_screens_show_stay_in_hand),
		cmocka_unit_test(test_what_is_shown_is_never_out_of_date),
		cmocka_unit_test(test_a_record_takes_little),
	};
	return cmocka_run_group_tests_name("model shown", tests, NULL, NULL);
}

#include "unit/test_model_support.h"

#include "life_kit.h"
#include "model/related.h"
#include "model/story.h"

#include <stdlib.h>

static struct related *related_to(const struct store *st, enum subject_kind kind, const char *id)
{
	struct related *r = xcalloc(1, sizeof(*r));
	struct subject root;
	assert_true(subject_set(&root, kind, id));
	related_build(r, st, &root);
	return r;
}

/* "relation id" of each, with ' for the same customer's and ? for what is not known. */
static char *outline(const struct store *st, enum subject_kind kind, const char *id)
{
	struct related *r = related_to(st, kind, id);
	struct strbuf sb;
	strbuf_init(&sb, 65536);
	for (size_t i = 0; i < r->count; i++)
		strbuf_addf(&sb, "%s%s %s%s%s", i ? ", " : "", relation_words(r->items[i].relation),
			    r->items[i].subject.id, r->items[i].same_payment ? "" : "'",
			    r->items[i].known ? "" : "?");
	free(r);
	return strbuf_take(&sb);
}

static void assert_outline(const struct store *st, enum subject_kind kind, const char *id,
			   const char *want)
{
	char *have = outline(st, kind, id);
	if (strcmp(have, want) != 0)
		fail_msg("of %s %s:\n%s\n--- and not\n%s", subject_word(kind), id, have, want);
	free(have);
}

static void tell_refund(struct store *st, const char *id, const char *invoice, int64_t at_ms)
{
	char buf[1024];
	snprintf(buf, sizeof(buf),
		 "{\"object\":\"refund\",\"id\":\"%s\",\"invoice_id\":\"%s\",\"merchant_id\":7,"
		 "\"status\":\"pending\",\"currency\":\"usd\",\"amount\":1000,"
		 "\"amount_unit\":\"usd_millis\",\"created_at\":%lld,\"updated_at\":%lld}",
		 id, invoice, (long long)(at_ms / 1000), (long long)(at_ms / 1000));
	answer(st, OBJECT_REFUND, buf, at_ms);
}

static void tell_payout(struct store *st, const char *id, const char *customer,
			const char *retry_of, const char *status, int64_t at_ms)
{
	char buf[1024];
	snprintf(buf, sizeof(buf),
		 "{\"object\":\"ramp_payout\",\"id\":\"%s\",\"customer_id\":\"%s\","
		 "\"retry_of\":%s%s%s,\"status\":\"%s\",\"amount\":5000,\"created_at\":%lld,"
		 "\"updated_at\":%lld}",
		 id, customer, retry_of[0] ? "\"" : "", retry_of[0] ? retry_of : "null",
		 retry_of[0] ? "\"" : "", status, (long long)(at_ms / 1000),
		 (long long)(at_ms / 1000));
	answer(st, OBJECT_PAYOUT, buf, at_ms);
}

static void tell_invoice(struct store *st, const char *id, const char *customer, int64_t at_ms)
{
	char buf[4096], extra[512];
	snprintf(extra, sizeof(extra), ",\"customer_id\":\"%s\"", customer);
	tell(st, SOURCE_STREAM,
	     event_at(at_ms, (int)(at_ms - T0), "invoice.created",
		      invoice_json(buf, id, "unpaid", 0, extra), ""),
	     at_ms);
}

/* An invoice with two payments, two refunds and an order, of somebody who has more. */
static struct store *world(void)
{
	struct store *st = store_new();
	char buf[4096];
	tell_invoice(st, "inv-of-ord", "cust_9", T0);
	tell(st, SOURCE_STREAM, payment_event(T0 + 1000, 2, "pay-1", "inv-of-ord", "underpaid"),
	     T0);
	tell(st, SOURCE_STREAM, payment_event(T0 + 9000, 3, "pay-2", "inv-of-ord", "pending"), T0);
	answer(st, OBJECT_ORDER, order_json(buf, "ord", "processing", T0 + 9000, ""), T0 + 9000);
	tell_refund(st, "ref-1", "inv-of-ord", T0 + 10000);
	tell_refund(st, "ref-2", "inv-of-ord", T0 + 20000);
	tell_invoice(st, "inv-old", "cust_9", T0 + 500);
	tell_invoice(st, "inv-new", "cust_9", T0 + 700);
	tell_invoice(st, "inv-other", "cust_8", T0 + 600);
	return st;
}

static void test_a_purchase_is_found_whole_from_each_of_its_objects(void **state)
{
#define OTHERS "customer cust_9', cart cust_9'?, invoice inv-new', invoice inv-old'"
	static const struct {
		enum subject_kind kind;
		const char *id, *want;
	} TABLE[] = {
		{SUBJECT_INVOICE, "inv-of-ord",
		 "payment pay-2, payment pay-1, payment session inv-of-ord?, order ord, "
		 "refund ref-2, refund ref-1, " OTHERS},
		{SUBJECT_PAYMENT, "pay-1",
		 "invoice inv-of-ord, payment pay-2, payment session inv-of-ord?, order ord, "
		 "refund ref-2, refund ref-1, " OTHERS},
		{SUBJECT_ORDER, "ord",
		 "invoice inv-of-ord, payment pay-2, payment pay-1, payment session inv-of-ord?, "
		 "refund ref-2, refund ref-1, " OTHERS},
		{SUBJECT_REFUND, "ref-2",
		 "invoice inv-of-ord, payment pay-2, payment pay-1, payment session inv-of-ord?, "
		 "order ord, refund ref-1, " OTHERS},
		{SUBJECT_EVENT, "evt_1768478401000-2",
		 "payment pay-1, invoice inv-of-ord, payment pay-2, payment session inv-of-ord?, "
		 "order ord, refund ref-2, refund ref-1, " OTHERS},
		{SUBJECT_SESSION, "inv-of-ord",
		 "invoice inv-of-ord, payment pay-2, payment pay-1, order ord, refund ref-2, "
		 "refund ref-1, " OTHERS},
	};
#undef OTHERS
	(void)state;
	struct store *st = world();
	for (size_t i = 0; i < COUNT(TABLE); i++)
		assert_outline(st, TABLE[i].kind, TABLE[i].id, TABLE[i].want);
	store_free(st);
}

static void test_what_is_only_named_is_there_by_its_id(void **state)
{
	(void)state;
	struct store *st = store_new();
	tell(st, SOURCE_STREAM, payment_event(T0, 1, "pay", "inv-far", "pending"), T0);
	assert_outline(st, SUBJECT_PAYMENT, "pay", "invoice inv-far?, payment session inv-far?");
	assert_outline(st, SUBJECT_INVOICE, "nobody", "payment session nobody?");
	assert_outline(st, SUBJECT_PAYOUT, "nobody", "");
	assert_outline(st, SUBJECT_EVENT, "evt_1-1", "");
	assert_outline(st, SUBJECT_PRODUCT, "B01", "");
	store_free(st);
}

static void test_retries_of_a_payout_are_a_chain(void **state)
{
	(void)state;
	struct store *st = store_new();
	tell_payout(st, "out-1", "cust_1", "", "failed", T0);
	tell_payout(st, "out-2", "cust_1", "out-1", "failed", T0 + 60000);
	tell_payout(st, "out-3", "cust_1", "out-2", "queued", T0 + 120000);
	tell_payout(st, "out-x", "cust_1", "", "paid", T0 + 90000);
	assert_outline(st, SUBJECT_PAYOUT, "out-2",
		       "retries out-1, retried by out-3, customer cust_1', cart cust_1'?, "
		       "payout out-x'");
	assert_outline(st, SUBJECT_PAYOUT, "out-1",
		       "retried by out-2, retried by out-3, customer cust_1', cart cust_1'?, "
		       "payout out-x'");
	/* one that retries itself, by way of another, ends all the same */
	tell_payout(st, "loop-1", "cust_2", "loop-2", "failed", T0);
	tell_payout(st, "loop-2", "cust_2", "loop-1", "failed", T0);
	assert_outline(st, SUBJECT_PAYOUT, "loop-1",
		       "retries loop-2, customer cust_2', cart cust_2'?");
	store_free(st);
}

static void test_everything_of_a_customer_is_newest_first_and_bounded(void **state)
{
	char id[32];
	(void)state;
	struct store *st = store_new();
	for (int i = 0; i < 3000; i++) {
		snprintf(id, sizeof(id), "inv-%04d", i);
		tell_invoice(st, id, "cust_1", T0 + i * 1000);
	}
	tell_payout(st, "out", "cust_1", "", "paid", T0);
	struct related *r = related_to(st, SUBJECT_CUSTOMER, "cust_1");
	assert_true(r->cut);
	assert_in_range(r->count, 10, RELATED_MAX);
	assert_string_equal(related_first(r, SUBJECT_PAYOUT)->subject.id, "out");
	assert_string_equal(related_first(r, SUBJECT_INVOICE)->subject.id, "inv-2999");
	assert_null(related_first(r, SUBJECT_KYC));
	free(r);
	store_free(st);
}

/* Objects leave the store when it is full: what a customer has follows. */
static void test_a_customer_loses_what_the_store_forgets(void **state)
{
	char id[32], customer[32];
	(void)state;
	struct store *st = store_new();
	for (int i = 0; i < STORE_RECORDS_MAX + 100; i++) {
		snprintf(id, sizeof(id), "out-%05d", i);
		snprintf(customer, sizeof(customer), "cust_%d", i % 500);
		tell_payout(st, id, customer, "", "canceled", T0 + i * 1000);
	}
	for (int c = 0; c < 500; c++) {
		snprintf(customer, sizeof(customer), "cust_%d", c);
		struct related *r = related_to(st, SUBJECT_CUSTOMER, customer);
		for (size_t i = 0; i < r->count; i++)
			if (r->items[i].subject.kind == SUBJECT_PAYOUT)
				assert_non_null(
					store_record(st, OBJECT_PAYOUT, r->items[i].subject.id));
		free(r);
	}
	store_free(st);
}

static void test_a_dossier_names_what_the_store_has_forgotten(void **state)
{
	(void)state;
	struct life *l = life_load("order-delivered");
	struct store *st = store_new();
	for (size_t i = 0; i < l->count; i++)
		l->moments[i].told = true;
	life_tell_dossier(l, st, &l->roots[0], T0);
	struct related *r = related_to(st, SUBJECT_INVOICE, l->roots[0].id);
	assert_non_null(related_first(r, SUBJECT_ORDER));
	assert_non_null(related_first(r, SUBJECT_PAYMENT));
	assert_string_equal(r->customer, object_customer(&l->moments[0].event.object));
	free(r);
	store_free(st);
	life_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_purchase_is_found_whole_from_each_of_its_objects),
		cmocka_unit_test(test_what_is_only_named_is_there_by_its_id),
		cmocka_unit_test(test_retries_of_a_payout_are_a_chain),
		cmocka_unit_test(test_everything_of_a_customer_is_newest_first_and_bounded),
		cmocka_unit_test(test_a_customer_loses_what_the_store_forgets),
		cmocka_unit_test(test_a_dossier_names_what_the_store_has_forgotten),
	};
	return cmocka_run_group_tests_name("model related", tests, NULL, NULL);
}

/* What is said of money where little of it is known, or where it went another way. */
#include "unit/test_model_support.h"

#include "model/explain.h"
#include "model/fiat.h"

#include <stdlib.h>

struct desk {
	struct store *st;
	struct attention *a;
	struct story *story;
	struct explain x;
	int seq;
};

static void desk_open(struct desk *d)
{
	memset(d, 0, sizeof(*d));
	d->st = store_new();
	d->a = attention_new();
	d->story = xcalloc(1, sizeof(*d->story));
}

static void desk_close(struct desk *d)
{
	free(d->story);
	attention_free(d->a);
	store_free(d->st);
}

static void hear(struct desk *d, int64_t at_s, const char *object)
{
	tell(d->st, SOURCE_STREAM, event_at(T0 + at_s * 1000, ++d->seq, "x.updated", object, ""),
	     T0);
}

static void look(struct desk *d, enum subject_kind kind, const char *id)
{
	struct subject s;

	assert_true(subject_set(&s, kind, id));
	attention_refresh(d->a, d->st, T0 + 600000);
	story_build(d->story, d->st, &s, T0 + 600000);
	explain_build(&d->x, d->story, d->a, d->st, T0 + 600000);
}

static const char *line_of(const struct explain *x, enum explain_part part)
{
	for (size_t i = 0; i < x->count; i++)
		if (x->lines[i].part == part)
			return x->lines[i].text;
	return "";
}

/* Nobody is told anything of money by an abbreviation. */
static void test_an_abbreviation_has_nothing_to_say_of_money(void **state)
{
	static const struct {
		enum subject_kind kind;
		const char *object;
	} rows[] = {
		{SUBJECT_INVOICE, "\"object\":\"invoice\",\"amount\":5000,\"status\":\"unpaid\""},
		{SUBJECT_INVOICE,
		 "\"object\":\"invoice\",\"amount\":5000,\"status\":\"underpaid\""},
		{SUBJECT_INVOICE, "\"object\":\"invoice\",\"amount\":5000,\"status\":\"paid\""},
		{SUBJECT_INVOICE, "\"object\":\"invoice\",\"amount\":5000,\"status\":\"expired\""},
		{SUBJECT_INVOICE, "\"object\":\"invoice\",\"amount\":5000,\"status\":\"canceled\""},
		{SUBJECT_INVOICE,
		 "\"object\":\"invoice\",\"amount\":5000,\"created_at\":1768478000,"
		 "\"status\":\"expired\""},
		{SUBJECT_ORDER, "\"object\":\"commerce_order\",\"status\":\"pending_payment\""},
		{SUBJECT_ORDER, "\"object\":\"commerce_order\",\"status\":\"cancelled\""},
		{SUBJECT_ORDER, "\"object\":\"commerce_order\",\"status\":\"failed\""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[512];
		struct desk d;

		desk_open(&d);
		str_printf(text, sizeof(text), "{\"id\":\"x\",%s}", rows[i].object);
		hear(&d, 0, text);
		look(&d, rows[i].kind, "x");
		if (line_of(&d.x, EXPLAIN_SAY)[0] ||
		    !strstr(line_of(&d.x, EXPLAIN_HAPPENED), "Only a part of it is known"))
			fail_msg("row %zu: %s: %s", i, d.x.headline, line_of(&d.x, EXPLAIN_SAY));
		desk_close(&d);
	}
}

#define INVOICE(status, paid)                                                                 \
	"{\"object\":\"invoice\",\"id\":\"inv\",\"status\":\"" status "\",\"amount\":100000," \
	"\"amount_paid\":" paid ",\"created_at\":1768478000,\"expires_at\":1768485600}"
#define PAYMENT(id, status, more)                                                   \
	"{\"object\":\"invoice_payment\",\"id\":\"" id "\",\"invoice_id\":\"inv\"," \
	"\"status\":\"" status "\"" more "}"
#define REFUND(id, status, amount, at)                                     \
	"{\"object\":\"refund\",\"id\":\"" id "\",\"invoice_id\":\"inv\"," \
	"\"status\":\"" status "\",\"amount\":" amount ",\"created_at\":" at "}"
#define PAYOUT(id, status, more)                                                   \
	"{\"object\":\"ramp_payout\",\"id\":\"" id "\",\"status\":\"" status "\"," \
	"\"amount\":1000000,\"created_at\":1768478000" more "}"
#define PLN ",\"fiat_currency\":\"PLN\",\"fiat_amount_minor\":302655,\"fiat_exponent\":"

static const struct {
	const char *objects[3];
	enum subject_kind kind;
	const char *id, *headline, *say; /* what both have in them */
} CASES[] = {
	/* payments as Pepay publishes them */
	{{INVOICE("unpaid", "0"), PAYMENT("p", "pending", "")},
	 SUBJECT_INVOICE,
	 "inv",
	 "A payment is seen, not confirmed yet",
	 "do not pay again"},
	{{INVOICE("unpaid", "0"), PAYMENT("p", "confirmed", "")},
	 SUBJECT_INVOICE,
	 "inv",
	 "A payment is confirmed; the invoice does not count it yet",
	 "do not pay again"},
	{{INVOICE("expired", "0"), PAYMENT("p", "pending", "")},
	 SUBJECT_INVOICE,
	 "inv",
	 "Expired with a payment seen",
	 "do not pay again"},
	{{INVOICE("expired", "0"), PAYMENT("p", "confirmed", "")},
	 SUBJECT_INVOICE,
	 "inv",
	 "Expired, but a payment is confirmed",
	 "We have it"},
	{{INVOICE("underpaid", "40000"), PAYMENT("p", "pending", "")},
	 SUBJECT_INVOICE,
	 "inv",
	 "Underpaid: 60.00 USD is missing",
	 "do not pay again"},
	{{INVOICE("unpaid", "0"), PAYMENT("p", "pending", "")},
	 SUBJECT_PAYMENT,
	 "p",
	 "A payment was seen",
	 "do not pay again"},
	/* paid twice, failed, in a word nobody knows */
	{{INVOICE("unpaid", "0"), PAYMENT("p", "pending", ",\"amount_usd\":100"),
	  PAYMENT("q", "pending", ",\"amount_usd\":100")},
	 SUBJECT_INVOICE,
	 "inv",
	 "2 payments of 200.00 USD together are seen, not confirmed yet: "
	 "100.00 USD more than asked",
	 "do not pay again"},
	{{INVOICE("unpaid", "0"), PAYMENT("p", "failed", ",\"amount_usd\":100")},
	 SUBJECT_INVOICE,
	 "inv",
	 "Not paid yet",
	 "did not go through"},
	{{INVOICE("unpaid", "0"), PAYMENT("p", "levitating", ",\"amount_usd\":100")},
	 SUBJECT_INVOICE,
	 "inv",
	 "a state this program does not know",
	 "do not pay again"},
	/* what went back is not offered again */
	{{INVOICE("expired", "0"), PAYMENT("p", "confirmed", ",\"amount_usd\":100"),
	  REFUND("r", "succeeded", "100000", "1768478500")},
	 SUBJECT_INVOICE,
	 "inv",
	 "all of it, 100.00 USD, was refunded",
	 "was sent back to you"},
	{{INVOICE("underpaid", "40000"), REFUND("r", "succeeded", "40000", "1768478500")},
	 SUBJECT_INVOICE,
	 "inv",
	 "all of it, 40.00 USD, was refunded",
	 "do not pay this invoice any more"},
	{{INVOICE("expired", "100000"), REFUND("r", "succeeded", "50000", "1768478500")},
	 SUBJECT_INVOICE,
	 "inv",
	 "Expired with 50.00 USD of 100.00 USD in it",
	 "part of your payment went back. We have the other 50.00 USD"},
	{{INVOICE("paid", "100000"), REFUND("r", "failed", "100000", "1768478500"),
	  REFUND("s", "succeeded", "100000", "1768478600")},
	 SUBJECT_REFUND,
	 "r",
	 "failed; it was sent again and arrived",
	 "has arrived"},
	{{INVOICE("paid", "100000"), REFUND("r", "failed", "100000", "1768478500"),
	  REFUND("s", "pending", "100000", "1768478600")},
	 SUBJECT_REFUND,
	 "r",
	 "failed; it was sent again and is on its way",
	 "is on its way"},
	{{INVOICE("paid", "100000"), REFUND("r", "canceled", "100000", "1768478500")},
	 SUBJECT_REFUND,
	 "r",
	 "was called off",
	 "was not sent"},
	/* payouts */
	{{PAYOUT("o", "paid", PLN "2")}, SUBJECT_PAYOUT, "o", "3,026.55 PLN", "3,026.55 PLN"},
	{{PAYOUT("o", "paid", PLN "12")}, SUBJECT_PAYOUT, "o", "1,000.00 USD", "1,000.00 USD"},
	{{PAYOUT("o", "paid", PLN "-1")}, SUBJECT_PAYOUT, "o", "1,000.00 USD", "1,000.00 USD"},
	{{PAYOUT("o", "paid", "")}, SUBJECT_PAYOUT, "o", "1,000.00 USD", "1,000.00 USD"},
	{{PAYOUT("o", "failed", ""), PAYOUT("q", "failed", ",\"retry_of\":\"o\"")},
	 SUBJECT_PAYOUT,
	 "o",
	 "(retried in vain)",
	 "did not go through either"},
	{{PAYOUT("o", "failed", ""), PAYOUT("q", "failed", ",\"retry_of\":\"o\""),
	  PAYOUT("s", "paid", ",\"retry_of\":\"q\"")},
	 SUBJECT_PAYOUT,
	 "o",
	 "(retried since)",
	 "it has arrived"},
};

static void test_what_is_said_of_money(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(CASES); i++) {
		struct desk d;

		desk_open(&d);
		for (size_t k = 0; k < COUNT(CASES[i].objects) && CASES[i].objects[k]; k++)
			hear(&d, (int64_t)k, CASES[i].objects[k]);
		look(&d, CASES[i].kind, CASES[i].id);
		if (!strstr(d.x.headline, CASES[i].headline) ||
		    !strstr(line_of(&d.x, EXPLAIN_SAY), CASES[i].say))
			fail_msg("case %zu: %s | %s", i, d.x.headline, line_of(&d.x, EXPLAIN_SAY));
		desk_close(&d);
	}
}

/* Amounts in another unit are shown as they came, and nobody is asked for a rest of them. */
static void test_another_unit_is_not_told_as_dollars(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	hear(&d, 0,
	     "{\"object\":\"invoice\",\"id\":\"inv\",\"status\":\"underpaid\",\"currency\":\"eur\","
	     "\"amount_unit\":\"eur_cents\",\"amount\":10000,\"amount_paid\":4000,"
	     "\"created_at\":1768478000}");
	look(&d, SUBJECT_INVOICE, "inv");
	assert_string_equal(d.x.headline, "It is underpaid; its amounts are in eur_cents");
	assert_string_equal(line_of(&d.x, EXPLAIN_SAY), "");
	assert_int_equal(attention_count(d.a), 1);
	assert_false(attention_at(d.a, 0)->has_amount);
	assert_string_equal(attention_at(d.a, 0)->why, "4000 eur_cents of 10000 eur_cents came in");
	for (size_t i = 0; i < d.x.count; i++)
		assert_null(strstr(d.x.lines[i].text, "USD"));
	desk_close(&d);
}

/* A payment's headline says what is wrong with its invoice and with its way to the merchant; no
 * headline is calmer than what a person has to do. */
static void test_no_headline_is_calmer_than_what_is_to_do(void **state)
{
	static const struct {
		const char *status, *settled, *invoice_status, *headline;
		int64_t paid;
		enum tone payment, invoice;
	} rows[] = {
		{"confirmed", "settled", "paid",
		 "A payment of 20.00 USD is confirmed and passed on to you", 20000, TONE_GOOD,
		 TONE_GOOD},
		{"confirmed", "failed", "paid",
		 "A payment of 20.00 USD is confirmed, but could not be passed on to you", 20000,
		 TONE_BAD, TONE_BAD},
		{"confirmed", "manual", "paid",
		 "A payment of 20.00 USD is confirmed, and Pepay has to pass it on by hand", 20000,
		 TONE_WARN, TONE_WARN},
		{"underpaid", "settled", "underpaid",
		 "A payment of 20.00 USD is confirmed, too little (10.00 USD missing) and passed "
		 "on to you",
		 20000, TONE_WARN, TONE_WARN},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[512];
		struct desk d;

		desk_open(&d);
		snprintf(text, sizeof(text),
			 "{\"object\":\"invoice\",\"id\":\"inv\",\"status\":\"%s\",\"amount\":%d,"
			 "\"amount_paid\":%lld,\"created_at\":1768478000}",
			 rows[i].invoice_status,
			 str_equal(rows[i].invoice_status, "paid") ? 20000 : 30000,
			 (long long)rows[i].paid);
		hear(&d, 0, text);
		snprintf(text, sizeof(text),
			 "{\"object\":\"invoice_payment\",\"id\":\"pay\",\"invoice_id\":\"inv\","
			 "\"merchant_id\":7,\"status\":\"%s\",\"settlement_status\":\"%s\","
			 "\"amount_usd\":20}",
			 rows[i].status, rows[i].settled);
		hear(&d, 1, text);
		look(&d, SUBJECT_PAYMENT, "pay");
		assert_string_equal(d.x.headline, rows[i].headline);
		assert_int_equal(d.x.tone, rows[i].payment);
		look(&d, SUBJECT_INVOICE, "inv");
		assert_int_equal(d.x.tone, rows[i].invoice);
		desk_close(&d);
	}
}

/* One of their payouts arrived, all is paid and delivered: that is over, for the headline as for
 * the list below it. */
static void test_what_went_well_is_not_open(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	hear(&d, 0, PAYOUT("o", "paid", PLN "2,\"customer_id\":\"c\""));
	hear(&d, 1,
	     "{\"object\":\"ramp_deposit\",\"id\":\"dep\",\"customer_id\":\"c\","
	     "\"status\":\"confirmed\",\"amount\":5,\"created_at\":1768478400}");
	look(&d, SUBJECT_CUSTOMER, "c");
	assert_string_equal(d.x.headline, "Nothing is open for this customer");
	desk_close(&d);
}

/* Who has seen that a payout failed has not paid it. */
static void test_what_was_seen_is_open_for_its_customer(void **state)
{
	struct desk d;
	struct request seen = {.kind = REQUEST_ACK};
	const struct attention_item *item;

	(void)state;
	desk_open(&d);
	hear(&d, 0, PAYOUT("o", "failed", PLN "2,\"customer_id\":\"c\""));
	look(&d, SUBJECT_CUSTOMER, "c");
	item = attention_at(d.a, 0);
	seen.ack.kind = subject_object(item->subject.kind);
	seen.ack.facts = item->facts;
	str_copy(seen.ack.rule, sizeof(seen.ack.rule), attention_rule_name(item->rule));
	str_copy(seen.ack.id, sizeof(seen.ack.id), item->subject.id);
	store_submitted(d.st, &seen, T0);
	look(&d, SUBJECT_CUSTOMER, "c");
	assert_int_equal(attention_open_count(d.a), 0);
	assert_string_equal(d.x.headline, "The one thing known of this customer needs a person");
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_abbreviation_has_nothing_to_say_of_money),
		cmocka_unit_test(test_what_is_said_of_money),
		cmocka_unit_test(test_another_unit_is_not_told_as_dollars),
		cmocka_unit_test(test_no_headline_is_calmer_than_what_is_to_do),
		cmocka_unit_test(test_what_went_well_is_not_open),
		cmocka_unit_test(test_what_was_seen_is_open_for_its_customer),
	};
	return cmocka_run_group_tests_name("model explain money", tests, NULL, NULL);
}

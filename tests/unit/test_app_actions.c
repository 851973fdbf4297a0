/* What is asked before something is called off. */
#include "unit/test_model_support.h"

#include "app/actions.h"

static void hear_invoice(struct store *st)
{
	char buf[4096];

	tell(st, SOURCE_STREAM,
	     event_at(T0, 1, "invoice.created", invoice_json(buf, "inv", "unpaid", 0, ""), ""), T0);
}

static void hear_payment(struct store *st, int seq, const char *id, const char *members)
{
	char text[512];

	str_printf(text, sizeof(text),
		   "{\"object\":\"invoice_payment\",\"id\":\"%s\",\"invoice_id\":\"inv\",%s}", id,
		   members);
	tell(st, SOURCE_STREAM, event_at(T0 + seq * 1000, seq, "invoice_payment.created", text, ""),
	     T0);
}

static const struct dialog_fact *fact(const struct dialog *d, const char *label)
{
	for (size_t i = 0; i < d->fact_count; i++)
		if (str_equal(safe_text_str(&d->facts[i].label), label))
			return &d->facts[i];
	return NULL;
}

static struct intent offered(const struct store *st)
{
	struct subject what;
	struct action_menu am;

	assert_true(subject_set(&what, SUBJECT_INVOICE, "inv"));
	actions_offer(&am, st, &what, false);
	assert_int_equal(am.count, 1);
	return am.intents[0];
}

/* A payment on its way is said before the invoice it pays is called off. */
static void test_money_on_its_way_is_said_before_an_invoice_is_canceled(void **state)
{
	static const struct {
		const char *payment; /* NULL: none */
		const char *said;    /* NULL: nothing */
	} rows[] = {
		{NULL, NULL},
		{"\"status\":\"pending\",\"amount_usd\":20.5", "20.50 USD, seen and not confirmed"},
		{"\"status\":\"pending\"", "a payment, seen and not confirmed"},
		{"\"status\":\"levitating\",\"amount_usd\":20.5",
		 "a payment, seen and not confirmed"},
		{"\"status\":\"failed\",\"amount_usd\":20.5", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct store *st = store_new();
		const struct dialog_fact *f;
		struct intent in;
		struct dialog d;

		hear_invoice(st);
		if (rows[i].payment)
			hear_payment(st, 2, "pay-1", rows[i].payment);
		in = offered(st);
		actions_ask(&d, &in, st, ENV_DEVNET, "here", 0);
		f = fact(&d, "on its way");
		assert_int_equal(f != NULL, rows[i].said != NULL);
		if (f) {
			assert_string_equal(safe_text_str(&f->value), rows[i].said);
			assert_int_equal(f->role, ROLE_WARN);
		}
		store_free(st);
	}
}

static void test_nothing_is_sent_when_a_payment_came_while_it_was_asked(void **state)
{
	struct store *st = store_new();
	struct safe_text why;
	struct intent in;

	(void)state;
	hear_invoice(st);
	in = offered(st);
	assert_true(actions_still_true(&in, st, &why));
	hear_payment(st, 2, "pay-1", "\"status\":\"pending\"");
	assert_false(actions_still_true(&in, st, &why));
	assert_non_null(strstr(safe_text_str(&why), "a payment was seen"));
	in = offered(st); /* who has read it may go on */
	assert_true(actions_still_true(&in, st, &why));
	store_free(st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_money_on_its_way_is_said_before_an_invoice_is_canceled),
		cmocka_unit_test(test_nothing_is_sent_when_a_payment_came_while_it_was_asked),
	};
	return cmocka_run_group_tests_name("app actions", tests, NULL, NULL);
}

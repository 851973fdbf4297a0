/* What money facts say of what has ended: nothing is due, and nothing can be paid with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "views/describe.h"
#include "views/session_view.h"

#define T0   INT64_C(1768478400000) /* 2026-01-15T12:00:00Z */
#define HOUR INT64_C(3600000)

static char *doc_take(struct doc *d)
{
	struct strbuf sb;

	strbuf_init(&sb, 1 << 16);
	for (size_t i = 0; i < d->count; i++) {
		for (size_t j = 0; j < d->lines[i].count; j++)
			strbuf_addf(&sb, "%s|", safe_text_str(&d->lines[i].spans[j].text));
		strbuf_addch(&sb, '\n');
	}
	doc_release(d);
	return strbuf_take(&sb);
}

static char *session_text(const char *status, int64_t expires_ms)
{
	const struct view_context ctx = {.now_ms = T0, .ascii = true};
	const struct describing w = {.ctx = &ctx, .width = 78};
	struct payor_session s;
	struct payor_token token = {0};
	struct doc d;

	memset(&s, 0, sizeof(s));
	s.answered_ms = s.quote.valid_until = TIME_NONE;
	str_copy(s.status, sizeof(s.status), status);
	s.expires_at = expires_ms;
	s.amount = 100000;
	s.amount_remaining = 90000;
	s.has_amount = s.has_remaining = s.tokens_known = true;
	s.token_count = 1;
	str_copy(token.symbol, sizeof(token.symbol), "USDC");
	str_copy(token.availability, sizeof(token.availability), "AVAILABLE");
	s.tokens = &token;
	doc_init(&d);
	describe_session(&d, &w, &s);
	return doc_take(&d);
}

static void test_an_amount_the_page_does_not_say_is_not_zero(void **state)
{
	const struct view_context ctx = {.now_ms = T0, .ascii = true};
	const struct describing w = {.ctx = &ctx, .width = 78};
	static const char BODY[] = "{\"success\":true,\"data\":{\"invoice_id\":\"inv_1\","
				   "\"invoice_status\":\"unpaid\"}}";
	struct problem why;
	struct payor_session s;
	struct doc d;
	char *text;

	(void)state;
	payor_session_init(&s);
	assert_int_equal(payor_details_decode(BODY, strlen(BODY), &s, &why), S_OK);
	doc_init(&d);
	describe_session(&d, &w, &s);
	text = doc_take(&d);
	assert_non_null(strstr(text, "amount|not said|"));
	assert_null(strstr(text, "0.00"));
	free(text);
	payor_session_release(&s);
}

static void test_only_a_page_that_takes_payments_offers_tokens(void **state)
{
	static const struct {
		const char *status;
		int64_t expires_ms;
		bool offers;
		const char *says;
	} ROWS[] = {
		{"unpaid", T0 + HOUR / 2, true, "expires|12:30:00 UTC, in 30:00|"},
		{"underpaid", T0 + HOUR, true, "13:00:00 UTC, in 1h00m"},
		{"unpaid", T0 + 20 * HOUR, true, "08:00:00 UTC on 16 Jan, in 20h"},
		{"unpaid", TIME_NONE, true, "Can be paid with"},
		{"on_hold", T0 + HOUR, true, "Can be paid with"},
		{"unpaid", T0 - HOUR, false, "expires|11:00:00 UTC, 1h00m ago: expired|"},
		{"expired", T0 - 20 * HOUR, false,
		 "expires|16:00:00 UTC on 14 Jan, 20h ago: expired|"},
		{"paid", T0 + HOUR, false, "takes no payment any more"},
		{"canceled", T0 + HOUR, false, "takes no payment any more"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		char *text = session_text(ROWS[i].status, ROWS[i].expires_ms);

		if (!strstr(text, ROWS[i].says) || !!strstr(text, "USDC") != ROWS[i].offers ||
		    !!strstr(text, "90.00 USD") != ROWS[i].offers)
			fail_msg("row %zu: no '%s', or tokens or what is left to pay, in\n%s", i,
				 ROWS[i].says, text);
		free(text);
	}
}

static void test_nothing_is_due_on_an_invoice_that_has_ended(void **state)
{
	static const struct {
		const char *status;
		int64_t paid;
		const char *says, *hides;
	} ROWS[] = {
		{"unpaid", 0, "still due", "was missing"},
		{"underpaid", 40000, "still due", "was missing"},
		{"on_hold", 0, "still due", "was missing"},
		{"canceled", 0, "came in", "due"},
		{"expired", 40000, "was missing", "due"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		const struct view_context ctx = {.now_ms = T0, .ascii = true};
		struct store *st = store_new();
		const struct describing w = {.ctx = &ctx, .st = st, .width = 78};
		struct record r = {.changed_ms = TIME_NONE, .stated_ms = TIME_NONE};
		struct invoice *inv = &r.object.as.invoice;
		struct doc d;
		char *text;

		r.object.kind = OBJECT_INVOICE;
		shape_init(&SHAPE_INVOICE, inv);
		str_copy(inv->status, sizeof(inv->status), ROWS[i].status);
		inv->amount = 100000;
		inv->amount_paid = ROWS[i].paid;
		inv->amount_remaining = 100000 - ROWS[i].paid;
		doc_init(&d);
		describe_invoice(&d, &w, &r);
		text = doc_take(&d);
		if (!strstr(text, ROWS[i].says) || strstr(text, ROWS[i].hides))
			fail_msg("row %zu: no '%s', or '%s', in\n%s", i, ROWS[i].says,
				 ROWS[i].hides, text);
		free(text);
		object_release(&r.object);
		store_free(st);
	}
}

static void test_a_payment_that_is_seen_is_not_nothing(void **state)
{
	static const struct {
		const char *status;
		int64_t paid, seen;
		const char *says, *hides;
	} ROWS[] = {
		{"unpaid", 0, 100000, "seen|100.00 USD, not confirmed yet|", "came in"},
		{"unpaid", 0, 100000, "amount|", "came in"},
		{"unpaid", 0, 100000, "amount|", "still due"},
		{"unpaid", 0, 60000, "seen| 60.00 USD, not confirmed yet|", "came in"},
		{"unpaid", 0, 60000, "still due", "came in"},
		{"unpaid", 0, 0, "seen|a payment, not confirmed yet|", "came in"},
		{"underpaid", 40000, 60000, "came in| 40.00 USD|", "still due"},
		{"expired", 0, 90000, "seen| 90.00 USD, not confirmed yet|", "came in"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		const struct view_context ctx = {.now_ms = T0, .ascii = true};
		struct store *st = store_new();
		const struct describing w = {.ctx = &ctx, .st = st, .width = 78};
		struct record r = {.changed_ms = TIME_NONE, .stated_ms = TIME_NONE};
		struct invoice *inv = &r.object.as.invoice;
		struct doc d;
		char *text;

		r.object.kind = OBJECT_INVOICE;
		shape_init(&SHAPE_INVOICE, inv);
		str_copy(inv->status, sizeof(inv->status), ROWS[i].status);
		inv->amount = 100000;
		inv->amount_paid = ROWS[i].paid;
		inv->amount_remaining = 100000 - ROWS[i].paid;
		inv->tells_paid = inv->has_latest_payment = true;
		inv->created_at = T0;
		str_copy(inv->latest_payment.status, STATUS_CAP, "pending");
		inv->latest_payment.amount_usd = ROWS[i].seen;
		doc_init(&d);
		describe_invoice(&d, &w, &r);
		text = doc_take(&d);
		if (!strstr(text, ROWS[i].says) || strstr(text, ROWS[i].hides))
			fail_msg("row %zu: no '%s', or '%s', in\n%s", i, ROWS[i].says,
				 ROWS[i].hides, text);
		free(text);
		object_release(&r.object);
		store_free(st);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_amount_the_page_does_not_say_is_not_zero),
		cmocka_unit_test(test_only_a_page_that_takes_payments_offers_tokens),
		cmocka_unit_test(test_nothing_is_due_on_an_invoice_that_has_ended),
		cmocka_unit_test(test_a_payment_that_is_seen_is_not_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

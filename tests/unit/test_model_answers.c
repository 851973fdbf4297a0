#include "unit/test_model_support.h"

#include "model/answers.h"

static uint64_t serials;

static struct request asking(enum request_kind kind, enum object_kind object, const char *target)
{
	struct request rq = {.kind = kind, .object = object, .serial = ++serials};
	str_copy(rq.target, sizeof(rq.target), target);
	return rq;
}

static void apply(struct store *st, struct msg *m, int64_t now_ms)
{
	store_apply(st, m, now_ms);
	msg_free(m);
}

static void refuse(struct store *st, const struct request *rq, const char *why)
{
	struct msg *m = msg_new(MSG_FAILED);
	m->as.failed.request = *rq;
	str_copy(m->as.failed.problem.what, sizeof(m->as.failed.problem.what), why);
	apply(st, m, T0);
}

static struct msg *findings_msg(uint64_t serial, size_t count)
{
	struct msg *m = msg_new(MSG_FINDINGS);
	m->as.findings.serial = serial;
	m->as.findings.found.items = xcalloc(count + 1, sizeof(struct finding));
	m->as.findings.found.count = count;
	return m;
}

static struct msg *dossier_msg(uint64_t serial, const char *id, size_t events, size_t raw_bytes)
{
	struct msg *m = msg_new(MSG_DOSSIER);
	struct dossier *d = &m->as.dossier.dossier;
	m->as.dossier.serial = serial;
	d->kind = OBJECT_INVOICE;
	str_copy(d->id, sizeof(d->id), id);
	d->items = xcalloc(events + 1, sizeof(*d->items));
	d->count = events;
	for (size_t i = 0; i < events; i++) {
		d->items[i].event.raw = xcalloc(1, raw_bytes + 1);
		d->items[i].event.raw_len = raw_bytes;
	}
	return m;
}

static struct msg *session_msg(uint64_t serial, const char *invoice, const char *status)
{
	struct msg *m = msg_new(MSG_SESSION);
	m->as.session.serial = serial;
	str_copy(m->as.session.session.invoice_id, sizeof(m->as.session.session.invoice_id),
		 invoice);
	str_copy(m->as.session.session.status, sizeof(m->as.session.session.status), status);
	return m;
}

static void test_an_answer_waits_comes_and_stays_while_asked_again(void **state)
{
	struct request rq = asking(REQUEST_FIND, OBJECT_NONE, "0xabc");
	struct asked how;
	(void)state;
	struct store *st = store_new();
	assert_null(answer_findings(st, "0xabc", &how));
	assert_int_equal(how.load, LOAD_NOT_ASKED);
	assert_int_equal(store_submitted(st, &rq, T0), TOPIC_ANSWERS);
	assert_null(answer_findings(st, "0xabc", &how));
	assert_int_equal(how.load, LOAD_WAITING);
	assert_int_equal(how.serial, rq.serial);
	apply(st, findings_msg(rq.serial, 3), T0);
	assert_int_equal(answer_findings(st, "0xabc", &how)->count, 3);
	assert_int_equal(how.load, LOAD_DONE);
	assert_null(answer_findings(st, "0xab", NULL));
	rq = asking(REQUEST_FIND, OBJECT_NONE, "0xabc");
	store_submitted(st, &rq, T0);
	assert_int_equal(answer_findings(st, "0xabc", &how)->count, 3);
	assert_int_equal(how.load, LOAD_WAITING);
	refuse(st, &rq, "the disk is gone");
	assert_int_equal(answer_findings(st, "0xabc", &how)->count, 3);
	assert_int_equal(how.load, LOAD_FAILED);
	assert_string_equal(how.problem->what, "the disk is gone");
	store_free(st);
}

static void test_an_answer_to_an_older_asking_is_not_mistaken_for_the_newer(void **state)
{
	struct request first = asking(REQUEST_DOSSIER, OBJECT_INVOICE, "inv");
	struct request second = asking(REQUEST_DOSSIER, OBJECT_INVOICE, "inv");
	struct asked how;
	(void)state;
	struct store *st = store_new();
	store_submitted(st, &first, T0);
	store_submitted(st, &second, T0);
	refuse(st, &first, "gave up");
	assert_null(answer_dossier(st, OBJECT_INVOICE, "inv", &how));
	assert_int_equal(how.load, LOAD_WAITING);
	apply(st, dossier_msg(second.serial, "inv", 2, 10), T0);
	assert_int_equal(answer_dossier(st, OBJECT_INVOICE, "inv", &how)->count, 2);
	assert_int_equal(how.load, LOAD_DONE);
	assert_null(answer_dossier(st, OBJECT_ORDER, "inv", NULL));
	store_free(st);
}

static void test_a_message_of_another_kind_under_the_serial_is_no_answer(void **state)
{
	struct request rq = asking(REQUEST_FIND, OBJECT_NONE, "x");
	struct asked how;
	(void)state;
	struct store *st = store_new();
	store_submitted(st, &rq, T0);
	apply(st, session_msg(rq.serial, "inv", "unpaid"), T0);
	assert_null(answer_findings(st, "x", &how));
	assert_int_equal(how.load, LOAD_WAITING);
	store_free(st);
}

static void test_a_session_is_found_by_the_invoice_its_pass_turned_out_to_open(void **state)
{
	struct request by_pass = asking(REQUEST_SESSION, OBJECT_NONE, "");
	struct request other = asking(REQUEST_SESSION, OBJECT_NONE, "");
	struct asked how;
	(void)state;
	struct store *st = store_new();
	str_copy(by_pass.pass.token, sizeof(by_pass.pass.token), "pst_1");
	str_copy(other.pass.token, sizeof(other.pass.token), "pst_2");
	store_submitted(st, &by_pass, T0);
	store_submitted(st, &other, T0);
	apply(st, session_msg(by_pass.serial, "inv-7", "unpaid"), T0);
	assert_string_equal(answer_session(st, "inv-7", &how)->status, "unpaid");
	assert_int_equal(how.load, LOAD_DONE);
	assert_string_equal(answer_session_by_serial(st, by_pass.serial, &how)->invoice_id,
			    "inv-7");
	assert_null(answer_session_by_serial(st, other.serial, &how));
	assert_int_equal(how.load, LOAD_WAITING);
	/* then by its invoice: the newer answer counts, and how that asking goes */
	struct request by_invoice = asking(REQUEST_SESSION, OBJECT_NONE, "inv-7");
	store_submitted(st, &by_invoice, T0);
	assert_string_equal(answer_session(st, "inv-7", &how)->status, "unpaid");
	assert_int_equal(how.load, LOAD_WAITING);
	apply(st, session_msg(by_invoice.serial, "inv-7", "paid"), T0 + 1000);
	assert_string_equal(answer_session(st, "inv-7", &how)->status, "paid");
	assert_int_equal(how.load, LOAD_DONE);
	store_free(st);
}

static void test_the_body_of_a_get_is_kept_as_it_came(void **state)
{
	static const char RAW[] = "{\"success\":true}";
	struct request rq = asking(REQUEST_GET, OBJECT_INVOICE, "inv");
	struct asked how;
	char json[4096];
	size_t len = 0;
	int64_t when = 0;
	(void)state;
	struct store *st = store_new();
	store_submitted(st, &rq, T0);
	struct msg *m = msg_new(MSG_OBJECT);
	m->as.object.serial = rq.serial;
	m->as.object.object = object_of(OBJECT_INVOICE, invoice_json(json, "inv", "paid", 1, ""));
	m->as.object.raw = xcalloc(1, sizeof(RAW));
	memcpy(m->as.object.raw, RAW, sizeof(RAW));
	m->as.object.raw_len = sizeof(RAW) - 1;
	apply(st, m, T0 + 5);
	assert_string_equal(answer_raw(st, OBJECT_INVOICE, "inv", &len, &when, &how), RAW);
	assert_int_equal(len, sizeof(RAW) - 1);
	assert_int_equal(when, T0 + 5);
	assert_int_equal(how.load, LOAD_DONE);
	assert_string_equal(status_of(st, OBJECT_INVOICE, "inv"), "paid");
	assert_int_equal(store_lookup(st, OBJECT_INVOICE, "inv", NULL), LOAD_DONE);
	store_free(st);
}

static void test_a_list_of_someones_leaves_the_plain_list_alone(void **state)
{
	struct request rq = asking(REQUEST_LIST, OBJECT_PAYOUT, "cust_1");
	struct asked how;
	(void)state;
	struct store *st = store_new();
	rq.of = LIST_OF_CUSTOMER;
	store_submitted(st, &rq, T0);
	assert_int_equal(store_load(st, OBJECT_PAYOUT), LOAD_NOT_ASKED);
	answer_asked(st, &rq, &how);
	assert_int_equal(how.load, LOAD_WAITING);
	struct msg *m = msg_new(MSG_PAGE);
	m->as.page.serial = rq.serial;
	m->as.page.object = OBJECT_PAYOUT;
	m->as.page.of = LIST_OF_CUSTOMER;
	apply(st, m, T0);
	answer_asked(st, &rq, &how);
	assert_int_equal(how.load, LOAD_DONE);
	assert_int_equal(store_load(st, OBJECT_PAYOUT), LOAD_NOT_ASKED);
	rq = asking(REQUEST_LIST, OBJECT_PAYOUT, "cust_1");
	rq.of = LIST_OF_CUSTOMER;
	store_submitted(st, &rq, T0);
	refuse(st, &rq, "no");
	answer_asked(st, &rq, &how);
	assert_int_equal(how.load, LOAD_FAILED);
	assert_int_equal(store_load(st, OBJECT_PAYOUT), LOAD_NOT_ASKED);
	store_free(st);
}

static void test_an_event_fetched_from_the_server_is_told_when_it_comes(void **state)
{
	struct request rq = asking(REQUEST_EVENT_FETCH, OBJECT_NONE, "evt_1768478400000-1");
	struct asked how;
	(void)state;
	struct store *st = store_new();
	store_submitted(st, &rq, T0);
	struct msg *m = msg_new(MSG_EVENTS);
	m->as.events.source = SOURCE_REST;
	m->as.events.serial = rq.serial;
	m->as.events.items = xcalloc(1, sizeof(struct event));
	m->as.events.items[0] = invoice_event(T0, 1, "inv", "unpaid", "");
	m->as.events.count = 1;
	apply(st, m, T0);
	answer_asked(st, &rq, &how);
	assert_int_equal(how.load, LOAD_DONE);
	assert_int_equal(store_event_count(st), 1);
	store_free(st);
}

static void test_the_longest_unused_answer_goes_first(void **state)
{
	char text[32];
	struct asked how;
	(void)state;
	struct store *st = store_new();
	for (int i = 0; i < ANSWERS_MAX; i++) {
		str_printf(text, sizeof(text), "text %d", i);
		struct request rq = asking(REQUEST_FIND, OBJECT_NONE, text);
		store_submitted(st, &rq, T0);
		apply(st, findings_msg(rq.serial, 1), T0);
	}
	assert_non_null(answer_findings(st, "text 0", NULL)); /* looked at: stays */
	struct request one_more = asking(REQUEST_FIND, OBJECT_NONE, "one more");
	store_submitted(st, &one_more, T0);
	assert_non_null(answer_findings(st, "text 0", NULL));
	assert_null(answer_findings(st, "text 1", &how));
	assert_int_equal(how.load, LOAD_NOT_ASKED);
	assert_non_null(answer_findings(st, "text 2", NULL));
	store_free(st);
}

static void test_large_answers_make_room_for_each_other(void **state)
{
	static const char *const ids[] = {"a", "b", "c"};
	const size_t raw = ANSWERS_BYTES_MAX / 2 - 100000;
	(void)state;
	struct store *st = store_new();
	for (size_t i = 0; i < COUNT(ids); i++) {
		struct request rq = asking(REQUEST_DOSSIER, OBJECT_INVOICE, ids[i]);
		store_submitted(st, &rq, T0);
		apply(st, dossier_msg(rq.serial, ids[i], 1, raw), T0);
	}
	assert_null(answer_dossier(st, OBJECT_INVOICE, "a", NULL));
	assert_non_null(answer_dossier(st, OBJECT_INVOICE, "b", NULL));
	assert_non_null(answer_dossier(st, OBJECT_INVOICE, "c", NULL));
	store_free(st);
}

static struct acknowledgement ack_of(int64_t at_ms, uint64_t facts, bool withdrawn)
{
	struct acknowledgement a = {.kind = OBJECT_INVOICE,
				    .facts = facts,
				    .at_ms = at_ms,
				    .withdrawn = withdrawn};
	str_copy(a.rule, sizeof(a.rule), "underpaid");
	str_copy(a.id, sizeof(a.id), "inv");
	return a;
}

static void test_the_last_acknowledgement_counts_whatever_order_they_come_in(void **state)
{
	struct request rq = {.kind = REQUEST_ACK, .ack = ack_of(T0 + 10, 7, false)};
	struct msg *m;
	(void)state;
	struct store *st = store_new();
	assert_null(store_acknowledged(st, "underpaid", OBJECT_INVOICE, "inv"));
	assert_int_equal(store_submitted(st, &rq, T0), TOPIC_ANSWERS);
	assert_int_equal(store_acknowledged(st, "underpaid", OBJECT_INVOICE, "inv")->facts, 7);
	assert_null(store_acknowledged(st, "overpaid", OBJECT_INVOICE, "inv"));
	assert_null(store_acknowledged(st, "underpaid", OBJECT_ORDER, "inv"));
	m = msg_new(MSG_ACK); /* from the disk, older */
	m->as.ack = ack_of(T0, 3, true);
	apply(st, m, T0);
	assert_int_equal(store_acknowledged(st, "underpaid", OBJECT_INVOICE, "inv")->facts, 7);
	m = msg_new(MSG_ACK);
	m->as.ack = ack_of(T0 + 20, 7, true);
	apply(st, m, T0);
	assert_null(store_acknowledged(st, "underpaid", OBJECT_INVOICE, "inv"));
	store_free(st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_answer_waits_comes_and_stays_while_asked_again),
		cmocka_unit_test(test_an_answer_to_an_older_asking_is_not_mistaken_for_the_newer),
		cmocka_unit_test(test_a_message_of_another_kind_under_the_serial_is_no_answer),
		cmocka_unit_test(
			test_a_session_is_found_by_the_invoice_its_pass_turned_out_to_open),
		cmocka_unit_test(test_the_body_of_a_get_is_kept_as_it_came),
		cmocka_unit_test(test_a_list_of_someones_leaves_the_plain_list_alone),
		cmocka_unit_test(test_an_event_fetched_from_the_server_is_told_when_it_comes),
		cmocka_unit_test(test_the_longest_unused_answer_goes_first),
		cmocka_unit_test(test_large_answers_make_room_for_each_other),
		cmocka_unit_test(test_the_last_acknowledgement_counts_whatever_order_they_come_in),
	};
	return cmocka_run_group_tests_name("model answers", tests, NULL, NULL);
}

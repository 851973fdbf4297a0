/* The JSON tab: what it shows, whether that is out of date, and that bytes are read once. */
#include "unit/test_model_support.h"

#include "views/tabs.h"

#include <stdlib.h>

#define INVOICE                                                                          \
	"{\"object\":\"invoice\",\"id\":\"inv\",\"merchant_id\":7,\"status\":\"%s\","    \
	"\"invoice_type\":\"standard\",\"currency\":\"usd\",\"amount\":49990,"           \
	"\"amount_decimal\":\"49.990\",\"amount_paid\":0,\"amount_remaining\":49990,"    \
	"\"amount_unit\":\"usd_millis\",\"environment\":\"devnet\",\"created_at\":%lld," \
	"\"note\":\"%s\"}"

struct stage {
	struct store *st;
	struct json_view *view;
	struct json_learnt known;
	struct safe_text source;
	struct asks asks;
	struct outbox out;
	struct story *story;
	struct subject what;
	struct view_context ctx;
	uint64_t serial;
};

static void stage_open(struct stage *s)
{
	memset(s, 0, sizeof(*s));
	s->st = store_new();
	s->view = json_view_new();
	s->story = xcalloc(1, sizeof(*s->story));
	s->ctx.now_ms = T0;
	outbox_init(&s->out);
	assert_true(subject_set(&s->what, SUBJECT_INVOICE, "inv"));
	asks_begin(&s->asks, s->st, &s->what, &s->out);
	for (size_t i = 0; i < s->out.count; i++)
		(void)store_submitted(s->st, &s->out.items[i], T0);
	s->serial = s->out.next_serial;
}

static void stage_close(struct stage *s)
{
	store_free(s->st);
	json_view_free(s->view);
	free(s->story);
}

static enum role stage_build(struct stage *s)
{
	struct subject_look look = {.ctx = &s->ctx,
				    .st = s->st,
				    .what = &s->what,
				    .story = s->story,
				    .asks = &s->asks,
				    .width = 80};

	return tab_json_build(s->view, &s->known, &s->source, &look);
}

static void assert_shows(struct stage *s, const char *words, bool shown)
{
	struct strbuf text;

	(void)stage_build(s);
	strbuf_init(&text, 65536);
	json_view_plain(s->view, &text);
	if ((strstr(strbuf_str(&text), words) != NULL) != shown)
		fail_msg("%s is %s in\n%s", words, shown ? "not" : "still", strbuf_str(&text));
	strbuf_release(&text);
}

static void assert_source(struct stage *s, const char *words, enum role role)
{
	assert_int_equal(stage_build(s), role);
	if (!strstr(safe_text_str(&s->source), words))
		fail_msg("not %s: %s", words, safe_text_str(&s->source));
}

/* The server answers, as if it had been asked just then. */
static void answer_invoice(struct store *st, uint64_t serial, const char *status, const char *note)
{
	struct request rq = {.kind = REQUEST_GET, .object = OBJECT_INVOICE, .serial = serial};
	struct msg *m = msg_new(MSG_OBJECT);
	char text[2048];

	str_copy(rq.target, sizeof(rq.target), "inv");
	(void)store_submitted(st, &rq, T0);
	str_printf(text, sizeof(text), INVOICE, status, (long long)(T0 / 1000), note);
	m->as.object.serial = serial;
	m->as.object.object = object_of(OBJECT_INVOICE, text);
	m->as.object.raw = xstrdup(text);
	m->as.object.raw_len = strlen(text);
	(void)store_apply(st, m, T0);
	msg_free(m);
}

static void answer_dossier_with(struct stage *s, const char *note)
{
	struct request rq = {.kind = REQUEST_DOSSIER, .object = OBJECT_INVOICE};
	struct msg *m = msg_new(MSG_DOSSIER);
	struct dossier *d = &m->as.dossier.dossier;
	char text[2048];

	str_copy(rq.target, sizeof(rq.target), "inv");
	rq.serial = ++s->serial;
	(void)store_submitted(s->st, &rq, T0);
	str_printf(text, sizeof(text), INVOICE, "unpaid", (long long)(T0 / 1000), note);
	m->as.dossier.serial = rq.serial;
	d->kind = OBJECT_INVOICE;
	str_copy(d->id, sizeof(d->id), "inv");
	d->items = xcalloc(1, sizeof(*d->items));
	d->items[0].event = event_at(T0, 1, "invoice.created", text, "");
	d->count = 1;
	(void)store_apply(s->st, m, T0);
	msg_free(m);
}

/* Makes other bytes of those that the store holds, which nobody does: who reads them again is found
 * out. */
static void spoil(const char *raw, const char *word)
{
	char *at = strstr((char *)(uintptr_t)raw, word);

	assert_non_null(at);
	*at ^= 1;
}

static void test_an_answer_is_read_once(void **state)
{
	struct stage s;
	(void)state;
	stage_open(&s);
	answer_invoice(s.st, ++s.serial, "unpaid", "first");
	assert_shows(&s, "first", true);
	spoil(answer_raw(s.st, OBJECT_INVOICE, "inv", NULL, NULL, NULL), "first");
	assert_shows(&s, "first", true);
	answer_invoice(s.st, ++s.serial, "unpaid", "second");
	assert_shows(&s, "second", true);
	assert_shows(&s, "first", false);
	stage_close(&s);
}

static void test_an_event_is_read_once(void **state)
{
	struct stage s;
	(void)state;
	stage_open(&s);
	answer_dossier_with(&s, "first");
	assert_shows(&s, "first", true);
	assert_source(&s, "As its newest event on disk carried it", ROLE_MUTED);
	spoil(answer_dossier(s.st, OBJECT_INVOICE, "inv", NULL)->items[0].event.raw, "first");
	assert_shows(&s, "first", true);
	answer_dossier_with(&s, "second");
	assert_shows(&s, "second", true);
	/* the server's word comes before it, and is not taken for it */
	answer_invoice(s.st, ++s.serial, "unpaid", "third");
	assert_shows(&s, "third", true);
	stage_close(&s);
}

static void test_another_store_has_other_answers(void **state)
{
	struct stage s;
	struct store *before;
	(void)state;
	stage_open(&s);
	answer_invoice(s.st, ++s.serial, "unpaid", "first");
	assert_shows(&s, "first", true);
	before = s.st;
	s.st = store_new();
	answer_invoice(s.st, s.serial, "unpaid", "second");
	assert_shows(&s, "second", true);
	store_free(before);
	stage_close(&s);
}

/* Two answers to one request, of which there should be one. */
static void test_an_answer_that_comes_twice_is_the_last_that_came(void **state)
{
	struct stage s;
	(void)state;
	stage_open(&s);
	answer_invoice(s.st, ++s.serial, "unpaid", "first");
	assert_shows(&s, "first", true);
	answer_invoice(s.st, s.serial, "unpaid", "second");
	assert_shows(&s, "second", true);
	stage_close(&s);
}

static void test_what_went_on_since_is_out_of_date_until_it_is_asked_again(void **state)
{
	struct stage s;
	(void)state;
	stage_open(&s);
	answer_invoice(s.st, ++s.serial, "unpaid", "first");
	assert_source(&s, "As the server answered", ROLE_MUTED);
	tell(s.st, SOURCE_STREAM, invoice_event(T0 + 5000, 2, "inv", "expired", "unpaid"), T0);
	assert_source(&s, "Out of date, by now it is expired", ROLE_WARN);
	answer_invoice(s.st, ++s.serial, "expired", "second");
	assert_source(&s, "As the server answered", ROLE_MUTED);
	stage_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_answer_is_read_once),
		cmocka_unit_test(test_an_event_is_read_once),
		cmocka_unit_test(test_another_store_has_other_answers),
		cmocka_unit_test(test_an_answer_that_comes_twice_is_the_last_that_came),
		cmocka_unit_test(test_what_went_on_since_is_out_of_date_until_it_is_asked_again),
	};
	return cmocka_run_group_tests_name("views tab json", tests, NULL, NULL);
}

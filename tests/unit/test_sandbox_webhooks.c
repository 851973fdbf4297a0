#include "sandbox_kit.h"

#include "sandbox/control.h"
#include "sandbox/faults.h"
#include "sandbox/webhooks.h"

#define URL "http://127.0.0.1:9/hooks"

static void begin(struct kit *k)
{
	kit_start(k, NULL, 1);
}

/* A call to /_sandbox, which asks for no scope. */
static struct json *control(struct kit *k, enum http_method method, const char *path,
			    const char *body, int status)
{
	struct reply r = kit_call(k, SCOPE_NONE, method, path, body, NULL);
	struct json *root;

	if (r.status != status)
		fail_msg("%s: %d %s", path, r.status, r.body);
	root = kit_parse(&r);
	reply_release(&r);
	return root;
}

static void add_endpoint(struct kit *k, const char *body, char id[ID_CAP])
{
	struct json *o = control(k, HTTP_POST, "/_sandbox/webhooks", body, 201);

	str_copy(id, ID_CAP, text_at(o, "id"));
	json_free(o);
}

static void enqueue(struct kit *k)
{
	bool more = true;

	while (more)
		ok(k, webhooks_enqueue(&k->w, &more, &k->why));
}

/* --- vectors and tables --------------------------------------------------------------- */

/* Computed by Python's hmac. */
static void test_webhook_signatures_are_those_of_the_contract(void **state)
{
	static const struct {
		const char *secret;
		int64_t ms;
		const char *body, *hex;
	} rows[] = {{"whsec_test", 1700000000000, "{\"id\":\"evt_1\"}",
		     "f510dfdb0b01915750c36f3e15401a7895306243fa607a5cba4496ce6c3a0ea3"},
		    {"key", 0, "",
		     "85841b4efc3cd7776c3c8f9b7cca9e281c550e5d19889d78e9e669c6337f000d"},
		    {"a-secret-of-mine", 1795399198349, "{\"name\":\"Zo\xc3\xab\"}",
		     "fe1300d9979fdae40957d3b5873a0c464a8954089e21f9451aa189dbe03fe49f"}};
	char hex[WEBHOOK_SIGNATURE_CAP];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		webhook_sign(rows[i].secret, rows[i].ms, rows[i].body, strlen(rows[i].body), hex);
		assert_string_equal(hex, rows[i].hex);
	}
}

static void test_webhook_waits_double_until_the_last(void **state)
{
	static const int64_t want[] = {1000, 2000, 4000, 8000, 16000, 32000, 64000, -1, -1};

	(void)state;
	for (int i = 0; i < 9; i++)
		assert_int_equal(webhook_backoff_ms(i + 1), want[i]);
}

static void test_webhook_answers_are_read_as_they_come(void **state)
{
	static const struct {
		const char *bytes;
		bool ended;
		int status;
	} rows[] = {{"", false, 0},
		    {"", true, -1},
		    {"HTTP/1.1 200 OK\r\nContent-", true, -1},
		    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{", false, 0},
		    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", false, 200},
		    {"HTTP/1.1 200 OK\r\ncontent-length:2\r\n\r\n{", true, 200},
		    {"HTTP/1.0 204 No Content\r\n\r\n", false, 204},
		    {"HTTP/1.1 500 No\r\n\r\noops", false, 0},
		    {"HTTP/1.1 500 No\r\n\r\noops", true, 500},
		    {"HTTP/1.1 100 Continue\r\n\r\n", false, 0},
		    {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Y\r\nContent-Length: 0\r\n\r\n",
		     false, 202},
		    {"HTTP/1.1 2x0 OK\r\n\r\n", true, -1},
		    {"SSH-2.0-OpenSSH_9\r\n\r\n", true, -1}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		int got = webhook_read_answer(rows[i].bytes, strlen(rows[i].bytes), rows[i].ended);
		if (got != rows[i].status)
			fail_msg("%s: %d", rows[i].bytes, got);
	}
}

static void test_webhook_urls_lead_to_this_machine_only(void **state)
{
	static const struct {
		const char *url;
		enum status status;
	} rows[] = {{"http://127.0.0.1:8080/a?b=c", S_OK},
		    {"http://127.1.2.3", S_OK},
		    {"http://localhost:1/", S_OK},
		    {"http://[::1]:65535/x", S_OK},
		    {"http://127.0.0.1?x", S_OK},
		    {"https://127.0.0.1/", E_INVALID},
		    {"http://10.0.0.1/", E_DENIED},
		    {"http://example.com/", E_DENIED},
		    {"http://localhost.example.com/", E_DENIED},
		    {"http://[::ffff:8.8.8.8]/", E_DENIED},
		    {"http://127.0.0.1:65536/", E_INVALID},
		    {"http://127.0.0.1:/", E_INVALID},
		    {"http://a@127.0.0.1/", E_INVALID},
		    {"http://127.0.0.1/#x", E_INVALID},
		    {"http://127.0.0.1/\x7f", E_INVALID},
		    {"http://[::1/", E_INVALID},
		    {"http://", E_INVALID}};
	struct webhook_target t;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (webhook_url_parse(rows[i].url, &t, NULL) != rows[i].status)
			fail_msg("%s", rows[i].url);
	assert_int_equal(webhook_url_parse("http://127.0.0.1:8080?x", &t, NULL), S_OK);
	assert_string_equal(t.path, "/?x");
	assert_string_equal(t.authority, "127.0.0.1:8080");
}

static void test_webhook_filters_are_of_types_there_are(void **state)
{
	(void)state;
	assert_true(webhook_filter_valid("invoice.*"));
	assert_true(webhook_filter_valid("test.ping"));
	assert_true(webhook_filter_valid("*"));
	assert_false(webhook_filter_valid("invoice"));
	assert_false(webhook_filter_valid("nope.*"));
	assert_false(webhook_filter_valid(""));
}

/* --- deliveries ------------------------------------------------------------------------ */

static void test_webhook_is_tried_eight_times_and_given_up(void **state)
{
	struct kit k;
	struct webhook_job job;
	char id[ID_CAP], invoice[ID_CAP];
	struct json *shown;

	(void)state;
	begin(&k);
	add_endpoint(&k, "{\"url\":\"" URL "\",\"enabled_events\":[\"invoice.created\"]}", id);
	kit_invoice(&k, "{\"amount_usd\":1}", invoice);
	enqueue(&k);
	for (int attempt = 1; attempt <= WEBHOOK_ATTEMPTS; attempt++) {
		ok(&k, webhook_claim(&k.w, &job, &k.why));
		assert_int_equal(job.made, attempt);
		assert_non_null(strstr(job.request, invoice));
		assert_int_equal(webhook_claim(&k.w, &(struct webhook_job){0}, NULL), E_NOT_FOUND);
		ok(&k, webhook_finish(&k.w, &job, 503, NULL, &k.why));
		webhook_job_release(&job);
		assert_int_equal(webhooks_wait_ms(&k.w), webhook_backoff_ms(attempt));
		if (webhooks_wait_ms(&k.w) > 0)
			kit_wait(&k, webhooks_wait_ms(&k.w));
	}
	char path[160];
	str_printf(path, sizeof(path), "/_sandbox/webhooks/%s", id);
	shown = control(&k, HTTP_GET, path, NULL, 200);
	assert_int_equal(int_at(shown, "failed"), 1);
	assert_int_equal(int_at(shown, "delivered"), 0);
	assert_int_equal(int_at(shown, "pending"), 0);
	assert_int_equal(int_at(shown, "last_error.attempts"), WEBHOOK_ATTEMPTS);
	json_free(shown);
	kit_stop(&k);
}

static void test_webhook_lease_runs_out_when_nobody_ends_it(void **state)
{
	struct kit k;
	struct webhook_job job = {0};
	char id[ID_CAP], invoice[ID_CAP];

	(void)state;
	begin(&k);
	add_endpoint(&k, "{\"url\":\"" URL "\"}", id);
	kit_invoice(&k, "{\"amount_usd\":1}", invoice);
	enqueue(&k);
	ok(&k, webhook_claim(&k.w, &job, &k.why));
	webhook_job_release(&job);
	kit_wait(&k, WEBHOOK_LEASE_MS - 1);
	assert_int_equal(webhook_claim(&k.w, &job, NULL), E_NOT_FOUND);
	kit_wait(&k, 1);
	ok(&k, webhook_claim(&k.w, &job, &k.why));
	assert_int_equal(job.made, 2);
	webhook_job_release(&job);
	ok(&k, webhooks_recover(&k.w, &k.why)); /* a new run does not wait for it */
	ok(&k, webhook_claim(&k.w, &job, &k.why));
	ok(&k, webhook_finish(&k.w, &job, 204, NULL, &k.why));
	webhook_job_release(&job);
	assert_int_equal(webhooks_wait_ms(&k.w), -1);
	kit_stop(&k);
}

static void test_webhook_removed_is_owed_nothing(void **state)
{
	struct kit k;
	struct webhook_job job = {0};
	char id[ID_CAP], invoice[ID_CAP], path[160];

	(void)state;
	begin(&k);
	add_endpoint(&k, "{\"url\":\"" URL "\"}", id);
	kit_invoice(&k, "{\"amount_usd\":1}", invoice);
	kit_invoice(&k, "{\"amount_usd\":2}", invoice);
	enqueue(&k);
	ok(&k, webhook_claim(&k.w, &job, &k.why));
	str_printf(path, sizeof(path), "/_sandbox/webhooks/%s", id);
	json_free(control(&k, HTTP_DELETE, path, NULL, 200));
	ok(&k, webhook_finish(&k.w, &job, 500, NULL, &k.why));
	webhook_job_release(&job);
	assert_int_equal(webhooks_wait_ms(&k.w), -1);
	json_free(control(&k, HTTP_GET, path, NULL, 404));
	kit_stop(&k);
}

static void test_webhook_sees_only_what_comes_after_it(void **state)
{
	struct kit k;
	char id[ID_CAP], invoice[ID_CAP];

	(void)state;
	begin(&k);
	kit_invoice(&k, "{\"amount_usd\":1}", invoice);
	add_endpoint(&k, "{\"url\":\"" URL "\"}", id);
	enqueue(&k);
	assert_int_equal(webhooks_wait_ms(&k.w), -1);
	for (int i = 0; i < 150; i++) /* more than one batch */
		kit_invoice(&k, "{\"amount_usd\":1}", invoice);
	enqueue(&k);
	struct json *all = control(&k, HTTP_GET, "/_sandbox/webhooks", NULL, 200);
	assert_int_equal(int_at(all, "data.0.pending"), 150);
	json_free(all);
	kit_stop(&k);
}

/* --- control ---------------------------------------------------------------------------- */

static void test_control_admits_programs_on_this_machine(void **state)
{
	static const struct {
		const char *host, *origin;
		bool admitted;
	} rows[] = {{"127.0.0.1:80", NULL, true},
		    {"localhost", NULL, true},
		    {"[::1]:8080", NULL, true},
		    {NULL, NULL, false},
		    {"example.com", NULL, false},
		    {"127.0.0.1.example.com", NULL, false},
		    {"127.example.com", NULL, false},
		    {"[::1]x", NULL, false},
		    {"127.0.0.1", "http://127.0.0.1", false}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct reply r = {.retry_after_s = -1};

		assert_int_equal(control_admit(rows[i].host, rows[i].origin, &r), rows[i].admitted);
		assert_int_equal(r.status, rows[i].admitted ? 0 : 403);
		reply_release(&r);
	}
	assert_true(control_is_path("/_sandbox/x") && control_is_path("/_sandbox"));
	assert_false(control_is_path("/_sandboxes"));
}

static void test_truth_hash_changes_with_the_truth_alone(void **state)
{
	struct kit a, b;
	char first[TRUTH_HASH_CAP], second[TRUTH_HASH_CAP], id[ID_CAP];

	(void)state;
	begin(&a);
	begin(&b);
	kit_invoice(&a, "{\"amount_usd\":1}", id);
	kit_invoice(&b, "{\"amount_usd\":1}", id);
	ok(&a, truth_hash(&a.w, first, &a.why));
	ok(&b, truth_hash(&b.w, second, &b.why));
	assert_string_equal(first, second);
	in_transaction(&b, invoice_cancel(&b.w, id, NULL, NULL, &(struct invoice){0}, &b.why));
	ok(&b, truth_hash(&b.w, second, &b.why));
	assert_string_not_equal(first, second);
	kit_stop(&a);
	kit_stop(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_webhook_signatures_are_those_of_the_contract),
		cmocka_unit_test(test_webhook_waits_double_until_the_last),
		cmocka_unit_test(test_webhook_answers_are_read_as_they_come),
		cmocka_unit_test(test_webhook_urls_lead_to_this_machine_only),
		cmocka_unit_test(test_webhook_filters_are_of_types_there_are),
		cmocka_unit_test(test_webhook_is_tried_eight_times_and_given_up),
		cmocka_unit_test(test_webhook_lease_runs_out_when_nobody_ends_it),
		cmocka_unit_test(test_webhook_removed_is_owed_nothing),
		cmocka_unit_test(test_webhook_sees_only_what_comes_after_it),
		cmocka_unit_test(test_control_admits_programs_on_this_machine),
		cmocka_unit_test(test_truth_hash_changes_with_the_truth_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

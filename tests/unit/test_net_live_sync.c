/* The sync thread against the real pepay-sandbox: killed and started again, and with a rate limit.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/client.h"
#include "base/idmap.h"
#include "net/http_curl.h"
#include "net/sync.h"
#include "peer.h"
#include "sandbox_child.h"

/* What an archive does of it: remembers, and answers. */
struct keeper {
	struct mailbox *in, *archive;
	struct sync *sync;
	struct feed *feed;
	struct idmap *kept;
	struct sync_position at;
	size_t walks, live, lost;
	char oldest[ID_CAP]; /* where the history begins */
	enum link_state link;
};

static void keeper_start(struct keeper *k, const struct sandbox *sb, bool streams)
{
	struct feed_options fo = {.ws_url = sb->ws_url,
				  .merchant_key = sb->merchant_key,
				  .clock = clock_system(),
				  .jitter_seed = 3};
	struct sync_options so = {.base_url = sb->base_url,
				  .merchant_key = sb->merchant_key,
				  .clock = clock_system(),
				  .jitter_seed = 4,
				  .position = k->at};

	k->in = mailbox_new(256);
	k->archive = mailbox_new(64);
	k->feed = NULL;
	if (streams)
		assert_int_equal(feed_start(&fo, k->archive, &k->feed, NULL), S_OK);
	assert_int_equal(sync_start(&so, k->in, k->archive, k->feed, &k->sync, NULL), S_OK);
}

/* With what is under way lost, as when the program is killed. */
static void keeper_stop(struct keeper *k)
{
	sync_stop(k->sync);
	if (k->feed != NULL)
		feed_stop(k->feed);
	mailbox_free(k->archive);
	mailbox_free(k->in);
}

static size_t keeper_keep(struct keeper *k, const struct msg_events *e)
{
	size_t fresh = 0;

	for (size_t i = 0; i < e->count; i++)
		if (!idmap_has(k->kept, e->items[i].id)) {
			(void)idmap_put(k->kept, e->items[i].id, k);
			fresh++;
		}
	return fresh;
}

static void keeper_page(struct keeper *k, const struct msg_events *e)
{
	const struct sync_mark *mark = &e->mark;
	struct msg *receipt = msg_new(MSG_RECEIPT);

	receipt->as.receipt = (struct sync_receipt){.walk = mark->walk,
						    .last = mark->last,
						    .fresh = keeper_keep(k, e)};
	if (mark->purpose == SYNC_START && e->count > 0)
		(void)str_copy(k->oldest, ID_CAP, e->items[0].id);
	if (mark->verified[0] != '\0')
		(void)str_copy(k->at.verified, ID_CAP, mark->verified);
	if (mark->last) {
		k->walks++;
		k->lost += mark->lost ? 1 : 0;
		(void)str_copy(k->at.overlap, ID_CAP, k->at.verified);
	}
	receipt->as.receipt.position = k->at;
	assert_int_equal(mailbox_post(k->in, receipt), S_OK);
}

static void keeper_take(struct keeper *k, int timeout_ms)
{
	struct pollfd in = {.fd = mailbox_fd(k->archive), .events = POLLIN};
	struct msg *m;

	(void)poll(&in, 1, timeout_ms);
	while ((m = mailbox_take(k->archive)) != NULL) {
		if (m->kind == MSG_EVENTS && m->as.events.source == SOURCE_REST)
			keeper_page(k, &m->as.events);
		else if (m->kind == MSG_EVENTS)
			k->live += keeper_keep(k, &m->as.events);
		if (m->kind == MSG_LINK)
			k->link = m->as.link.state;
		if (m->kind == MSG_LINK || m->kind == MSG_GAP)
			assert_int_equal(mailbox_post(k->in, m), S_OK);
		else
			msg_free(m);
	}
}

static void keeper_run(struct keeper *k, int ms)
{
	int64_t until = test_now_ms() + ms;

	while (test_now_ms() < until)
		keeper_take(k, 20);
}

static void keeper_until_walks(struct keeper *k, size_t walks)
{
	int64_t until = test_now_ms() + 2 * PATIENCE_MS;

	while (k->walks < walks && test_now_ms() < until)
		keeper_take(k, 50);
	assert_true(k->walks >= walks);
}

/* Pages down from the verified event: all of it is there, back to where the history begins. */
static void keeper_check(const struct keeper *k, const struct sandbox *sb)
{
	struct http_curl *http = NULL;
	const struct http_curl_options opt = {.read_only = true};
	struct event_query q = {.starting_after = k->at.verified, .limit = 100};
	char cursor[ID_CAP];
	bool more = true;

	assert_true(idmap_has(k->kept, k->at.verified));
	assert_int_equal(http_curl_new(&opt, &http, NULL), S_OK);
	struct api_client client = {.http = &HTTP_CURL_OPS,
				    .http_ctx = http,
				    .merchant_key = sb->merchant_key};
	(void)str_copy(client.base_url, sizeof(client.base_url), sb->base_url);
	while (more) {
		struct event_page page = {.items = NULL};

		enum status st = api_event_list(&client, &q, &page, NULL, NULL);

		if (st == E_RATE) {
			test_sleep_ms(300);
			continue;
		}
		assert_int_equal(st, S_OK);
		more = page.has_more;
		for (size_t i = 0; i < page.count; i++) {
			if (!idmap_has(k->kept, page.items[i].id))
				fail_msg("%s is missing", page.items[i].id);
			(void)str_copy(cursor, ID_CAP, page.items[i].id);
			q.starting_after = cursor;
			if (strcmp(cursor, k->oldest) == 0) {
				more = false;
				break;
			}
		}
		event_page_release(&page);
	}
	http_curl_free(http);
}

static void test_sync_with_the_sandbox_killed_again_and_again(void **state)
{
	struct sandbox sb;
	struct keeper k = {.kept = idmap_new()};

	(void)state;
	sandbox_new(&sb, "busy", true);
	keeper_start(&k, &sb, true);
	keeper_until_walks(&k, 1);
	for (int round = 0; round < 3; round++) {
		keeper_run(&k, 500);
		sandbox_kill(&sb, SIGKILL);
		keeper_run(&k, 300);
		sandbox_start(&sb, "busy");
		keeper_run(&k, 700);
		keeper_stop(&k);
		keeper_start(&k, &sb, true);
	}
	keeper_until_walks(&k, k.walks + 1);
	keeper_check(&k, &sb);
	assert_int_equal(k.lost, 0);
	assert_true(idmap_count(k.kept) > 100);
	keeper_stop(&k);
	idmap_free(k.kept);
	sandbox_end(&sb);
}

static void test_sync_without_a_stream_brings_everything(void **state)
{
	struct sandbox sb;
	struct keeper k = {.kept = idmap_new()};

	(void)state;
	sandbox_new(&sb, "busy", false);
	keeper_start(&k, &sb, false);
	keeper_until_walks(&k, 5);
	keeper_check(&k, &sb);
	assert_int_equal(k.live, 0);
	keeper_stop(&k);
	idmap_free(k.kept);
	sandbox_end(&sb);
}

static size_t log_count(const struct sandbox *sb, const char *words)
{
	char line[1024];
	size_t count = 0;
	FILE *f = fopen(sb->log, "r");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL)
		count += strstr(line, words) != NULL ? 1 : 0;
	(void)fclose(f);
	return count;
}

static void test_sync_keeps_to_a_rate_limit(void **state)
{
	struct sandbox sb;
	struct keeper k = {.kept = idmap_new()};
	size_t refused, asked;

	(void)state;
	sandbox_new_at_rate(&sb, "demo", false, "2/1s");
	keeper_start(&k, &sb, false);
	for (size_t walks = 1; walks < 7; walks++) {
		keeper_until_walks(&k, walks);
		sync_now(k.sync);
	}
	asked = log_count(&sb, "/api/v1/events");
	refused = log_count(&sb, " 429 ");
	keeper_check(&k, &sb);
	keeper_stop(&k);
	assert_true(refused >= 1);
	assert_true(refused * 4 <= asked); /* after the first it slows down */
	idmap_free(k.kept);
	sandbox_end(&sb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sync_with_the_sandbox_killed_again_and_again),
		cmocka_unit_test(test_sync_without_a_stream_brings_everything),
		cmocka_unit_test(test_sync_keeps_to_a_rate_limit),
	};

	if (http_curl_global_init(NULL) != S_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

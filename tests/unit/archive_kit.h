/* What the tests of the archive share: folders, events made to measure, a clock that stands. */
#ifndef TESTS_ARCHIVE_KIT_H
#define TESTS_ARCHIVE_KIT_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "archive/history.h"
#include "base/alloc.h"
#include "base/strbuf.h"
#include "scratch.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#define KIT_NOW 1767225600000LL /* 2026-01-01 */

struct kit {
	char dir[64];
	char path[96];
	struct frozen_time time;
	struct history_options options;
	struct history *h;
	struct history_opening opening;
};

static inline void kit_empty_folder(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *entry;

	while (d != NULL && (entry = readdir(d)) != NULL) {
		char path[512];
		if (str_equal(entry->d_name, ".") || str_equal(entry->d_name, ".."))
			continue;
		(void)str_printf(path, sizeof(path), "%s/%s", dir, entry->d_name);
		if (unlink(path) != 0 && chmod(path, 0700) == 0) {
			kit_empty_folder(path);
			(void)rmdir(path);
		}
	}
	if (d != NULL)
		closedir(d);
}

static inline void kit_init(struct kit *k)
{
	*k = (struct kit){.time = {KIT_NOW, 1000}};
	scratch_path(k->dir, sizeof(k->dir), "pepaytop-test-XXXXXX");
	assert_non_null(mkdtemp(k->dir));
	(void)snprintf(k->path, sizeof(k->path), "%s/h.db", k->dir);
	k->options.path = k->path;
	k->options.clock = clock_frozen(&k->time);
	(void)str_copy(k->options.world.server, sizeof(k->options.world.server),
		       "http://127.0.0.1:4242");
	world_account(&k->options.world, "pk_test_merchant", NULL);
}

static inline enum status kit_try_open(struct kit *k, struct problem *why)
{
	return history_open(&k->options, &k->h, &k->opening, why);
}

static inline void kit_open(struct kit *k)
{
	struct problem why = {.status = S_OK};

	if (kit_try_open(k, &why) != S_OK)
		fail_msg("history_open: %s", why.what);
}

static inline void kit_close(struct kit *k)
{
	history_close(k->h);
	k->h = NULL;
}

static inline void kit_release(struct kit *k)
{
	kit_close(k);
	kit_empty_folder(k->dir);
	assert_int_equal(rmdir(k->dir), 0);
}

/* A child that fails dies, and one that hangs too: neither goes on with the tests behind it, nor
 * keeps its parent waiting. */
static inline pid_t kit_fork(void)
{
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		(void)setenv("CMOCKA_TEST_ABORT", "1", 1);
		(void)alarm(60);
	}
	return child;
}

/* --- events ------------------------------------------------------------------------------ */

static inline struct event kit_decode(const char *text)
{
	struct json *json = NULL;
	struct event e;

	assert_int_equal(json_parse(text, strlen(text), &json, NULL), S_OK);
	assert_int_equal(event_decode(json, text, strlen(text), &e, NULL), S_OK);
	json_free(json);
	return e;
}

/* An invoice's event with an id of your own. */
static inline struct event kit_event_of(const char *id, const char *invoice, int64_t amount,
					int64_t merchant)
{
	char text[2048];

	(void)snprintf(
		text, sizeof(text),
		"{\"id\":\"%s\",\"object\":\"event\",\"api_version\":\"2025-12-16\","
		"\"created\":%lld,\"type\":\"invoice.updated\",\"livemode\":false,"
		"\"pending_webhooks\":0,\"request\":{\"id\":\"req_1\",\"idempotency_key\":null},"
		"\"data\":{\"object\":{\"id\":\"%s\",\"object\":\"invoice\",\"merchant_id\":%lld,"
		"\"status\":\"paid\",\"invoice_type\":\"standard\",\"currency\":\"usd\","
		"\"amount\":%lld,\"amount_paid\":0,\"amount_remaining\":0,"
		"\"amount_unit\":\"usd_millis\",\"customer_id\":\"cus_1\","
		"\"environment\":\"devnet\"},\"previous_attributes\":{\"status\":\"unpaid\"}}}",
		id, (long long)(KIT_NOW / 1000), invoice, (long long)merchant, (long long)amount);
	return kit_decode(text);
}

/* evt_<KIT_NOW + n>-<n>, of invoice inv-<n modulo 7>. */
static inline struct event kit_event(int64_t n)
{
	char id[64], invoice[64];

	(void)snprintf(id, sizeof(id), "evt_%lld-%lld", (long long)(KIT_NOW + n), (long long)n);
	(void)snprintf(invoice, sizeof(invoice), "inv-%lld", (long long)(n % 7));
	return kit_event_of(id, invoice, 1000 + n, 77);
}

static inline enum keeping kit_add(struct kit *k, struct event e)
{
	enum keeping keeping;

	assert_int_equal(history_add_event(k->h, &e, VIA_LIVE, k->time.wall_ms, &keeping, NULL),
			 S_OK);
	event_release(&e);
	return keeping;
}

static inline void kit_begin(struct kit *k)
{
	struct problem why = {.status = S_OK};

	if (history_begin(k->h, &why) != S_OK)
		fail_msg("history_begin: %s", why.what);
}

static inline void kit_commit(struct kit *k)
{
	struct problem why = {.status = S_OK};

	if (history_commit(k->h, &why) != S_OK)
		fail_msg("history_commit: %s", why.what);
}

/* Events first..last in one commit, the verified cursor on the last. */
static inline void kit_fill(struct kit *k, int64_t first, int64_t last)
{
	char id[64];

	kit_begin(k);
	for (int64_t n = first; n <= last; n++)
		assert_int_equal(kit_add(k, kit_event(n)), KEPT_NEW);
	(void)snprintf(id, sizeof(id), "evt_%lld-%lld", (long long)(KIT_NOW + last),
		       (long long)last);
	assert_int_equal(history_set_cursor(k->h, CURSOR_VERIFIED, id, NULL), S_OK);
	kit_commit(k);
}

static inline void kit_free_events(struct event *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		event_release(&items[i]);
	free(items);
}

#endif

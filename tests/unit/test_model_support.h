/* What the model tests share: events made from JSON by the real decoder, and messages. */
#ifndef PEPAYTOP_TEST_MODEL_SUPPORT_H
#define PEPAYTOP_TEST_MODEL_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first */
#include <cmocka.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "base/strbuf.h"
#include "model/listing.h"
#include "model/story.h"

#define T0       INT64_C(1768478400000) /* 2026-01-15T12:00:00Z */
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static inline struct json *json_of(const char *text)
{
	struct json *root = NULL;
	struct problem why = {0};
	if (json_parse(text, strlen(text), &root, &why) != S_OK)
		fail_msg("%s: %.300s", why.what, text);
	return root;
}

static inline struct event event_of(const char *text)
{
	struct json *root = json_of(text);
	struct event e;
	struct problem why = {0};
	if (event_decode(root, text, strlen(text), &e, &why) != S_OK)
		fail_msg("%s: %.300s", why.what, text);
	json_free(root);
	return e;
}

/* An event of this id and type about `object`, which came from status `before` ("" = says nothing).
 */
static inline struct event event_about(const char *id, int64_t created_ms, const char *type,
				       const char *object, const char *before)
{
	struct strbuf sb;
	struct event e;
	strbuf_init(&sb, 65536);
	strbuf_addf(&sb,
		    "{\"id\":\"%s\",\"object\":\"event\",\"api_version\":\"2025-12-16\","
		    "\"created\":%lld,\"type\":\"%s\",\"livemode\":false,\"pending_webhooks\":0,"
		    "\"request\":{\"id\":null,\"idempotency_key\":null},\"data\":{\"object\":%s",
		    id, (long long)(created_ms / 1000), type, object);
	if (before[0])
		strbuf_addf(&sb, ",\"previous_attributes\":{\"status\":\"%s\"}", before);
	strbuf_addstr(&sb, "}}");
	e = event_of(strbuf_str(&sb));
	strbuf_release(&sb);
	return e;
}

static inline struct event event_at(int64_t ms, int seq, const char *type, const char *object,
				    const char *before)
{
	char id[ID_CAP];
	str_printf(id, sizeof(id), "evt_%lld-%d", (long long)ms, seq);
	return event_about(id, ms, type, object, before);
}

/* A whole invoice in JSON; `extra` is more members (",\"x\":1") or "". */
static inline const char *invoice_json(char buf[4096], const char *id, const char *status,
				       int64_t paid, const char *extra)
{
	snprintf(buf, 4096,
		 "{\"object\":\"invoice\",\"id\":\"%s\",\"merchant_id\":7,\"status\":\"%s\","
		 "\"invoice_type\":\"standard\",\"currency\":\"usd\",\"amount\":49990,"
		 "\"amount_decimal\":\"49.990\",\"amount_paid\":%lld,\"amount_remaining\":%lld,"
		 "\"amount_unit\":\"usd_millis\",\"environment\":\"devnet\",\"created_at\":%lld%s}",
		 id, status, (long long)paid, (long long)(49990 - paid), (long long)(T0 / 1000),
		 extra);
	return buf;
}

static inline struct event invoice_event(int64_t ms, int seq, const char *id, const char *status,
					 const char *before)
{
	char buf[4096];
	bool created = str_equal(status, "unpaid") && !before[0];
	return event_at(ms, seq, created ? "invoice.created" : "invoice.updated",
			invoice_json(buf, id, status, 0, ""), before);
}

static inline struct event payment_event(int64_t ms, int seq, const char *id, const char *invoice,
					 const char *status)
{
	char buf[1024];
	snprintf(buf, sizeof(buf),
		 "{\"object\":\"invoice_payment\",\"id\":\"%s\",\"invoice_id\":\"%s\","
		 "\"merchant_id\":7,\"status\":\"%s\",\"amount_usd\":20.5}",
		 id, invoice, status);
	return event_at(ms, seq, "invoice_payment.updated", buf, "");
}

static inline struct event order_event(int64_t ms, int seq, const char *id, const char *status)
{
	char buf[1024];
	snprintf(buf, sizeof(buf),
		 "{\"object\":\"commerce_order\",\"id\":\"%s\",\"status\":\"%s\"}", id, status);
	return event_at(ms, seq, "commerce.order.updated", buf, "");
}

/* An order snapshot as GET and full events carry it. */
static inline const char *order_json(char buf[4096], const char *id, const char *status,
				     int64_t updated_ms, const char *extra)
{
	snprintf(buf, 4096,
		 "{\"object\":\"commerce_order\",\"orderId\":\"%s\",\"invoiceId\":\"inv-of-%s\","
		 "\"merchantId\":7,"
		 "\"networkEnvironment\":\"devnet\",\"retailer\":\"amazon\",\"createdAt\":%lld,"
		 "\"updatedAt\":%lld,\"customerId\":\"cust_9\",\"status\":\"%s\","
		 "\"actions\":{\"canCancel\":true},\"timeline\":[],"
		 "\"payment\":{\"status\":\"paid\"},\"fulfillment\":{\"shipments\":[]},"
		 "\"lineItems\":[{\"productId\":\"B01\",\"title\":\"Blue Teapot\",\"quantity\":2,"
		 "\"price\":\"9.00\",\"status\":\"processing\"}],\"shippingAddress\":null,"
		 "\"cancellationStatus\":\"none\",\"refundStatus\":\"NONE\","
		 "\"totalAmountUsd\":\"19.00\",\"commerceFeeUsd\":\"1.00\","
		 "\"refund\":{\"status\":\"NONE\"}%s}",
		 id, id, (long long)(T0 / 1000), (long long)(updated_ms / 1000), status, extra);
	return buf;
}

static inline struct object object_of(enum object_kind kind, const char *text)
{
	struct json *root = json_of(text);
	struct object o;
	struct problem why = {0};
	if (object_decode(kind, root, &o, &why) != S_OK)
		fail_msg("%s: %.300s", why.what, text);
	json_free(root);
	return o;
}

/* --- messages ----------------------------------------------------------------------------- */

/* Applies one event; *e is taken. */
static inline unsigned tell(struct store *st, enum event_source source, struct event e,
			    int64_t now_ms)
{
	struct msg *m = msg_new(MSG_EVENTS);
	unsigned topics;
	m->as.events.source = source;
	m->as.events.items = xcalloc(1, sizeof(e));
	m->as.events.items[0] = e;
	m->as.events.count = 1;
	topics = store_apply(st, m, now_ms);
	msg_free(m);
	return topics;
}

/* A batch from disk, oldest first; copies what it tells. `serial` 0: the restore at a start. */
static inline unsigned tell_history(struct store *st, const struct event *items, size_t count,
				    uint64_t serial, bool oldest)
{
	struct msg *m = msg_new(MSG_EVENTS);
	unsigned topics;
	m->as.events.source = SOURCE_HISTORY;
	m->as.events.serial = serial;
	m->as.events.oldest = oldest;
	m->as.events.items = xcalloc(count + 1, sizeof(*items));
	m->as.events.count = count;
	for (size_t i = 0; i < count; i++)
		event_copy(&m->as.events.items[i], &items[i]);
	topics = store_apply(st, m, T0);
	msg_free(m);
	return topics;
}

/* Someone scrolls to the oldest row and what is older is asked for. */
static inline uint64_t ask_older(struct store *st, const char *cursor)
{
	static uint64_t serial;
	struct request rq = {.kind = REQUEST_OLDER, .serial = ++serial};
	str_copy(rq.cursor, sizeof(rq.cursor), cursor);
	store_submitted(st, &rq, T0);
	return rq.serial;
}

/* A GET answered; `text` is the object's JSON. */
static inline unsigned answer(struct store *st, enum object_kind kind, const char *text,
			      int64_t now_ms)
{
	struct msg *m = msg_new(MSG_OBJECT);
	unsigned topics;
	m->as.object.object = object_of(kind, text);
	topics = store_apply(st, m, now_ms);
	msg_free(m);
	return topics;
}

/* The event at a place of the window; fails when there is none. */
static inline struct event_brief brief_at(const struct store *st, size_t i)
{
	struct event_brief b = {.type = ""};
	const struct event_row *row = store_event(st, i);
	if (!row)
		fail_msg("no event at %zu", i);
	else
		store_brief(st, row, &b);
	return b;
}

/* The events of tests/fixtures/model/<name>.ndjson, one a line; returns how many. */
static inline size_t fixture_events(const char *name, struct event *ret, size_t max)
{
	char path[256], line[8192];
	size_t n = 0;
	snprintf(path, sizeof(path), "tests/fixtures/model/%s.ndjson", name);
	FILE *file = fopen(path, "rb");
	if (!file)
		fail_msg("cannot open %s: run from the repository root", path);
	while (n < max && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		ret[n++] = event_of(line);
	}
	(void)fclose(file);
	return n;
}

static inline const char *status_of(const struct store *st, enum object_kind kind, const char *id)
{
	const struct record *r = store_record(st, kind, id);
	return r ? object_status(&r->object) : "(no record)";
}

#endif

/* What the wire tests share: fixtures from the repository root, and JSON to change. */
#ifndef PEPAYTOP_TEST_WIRE_SUPPORT_H
#define PEPAYTOP_TEST_WIRE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first */
#include <cmocka.h>

#include "base/alloc.h"
#include "wire/json.h"

#define FIXTURES(X)          \
	X(invoice_rev_a)     \
	X(invoice_rev_b)     \
	X(invoice_webhook)   \
	X(invoice_status)    \
	X(invoice_list)      \
	X(invoice_totals)    \
	X(order_list)        \
	X(order_snapshot)    \
	X(payment)           \
	X(payout)            \
	X(kyc)               \
	X(event_invoice)     \
	X(event_payment)     \
	X(event_payout)      \
	X(event_kyc)         \
	X(event_order_short) \
	X(event_order_full)  \
	X(event_ping)        \
	X(event_unknown)     \
	X(event_list)        \
	X(ws_control)        \
	X(ws_error)          \
	X(error_a)           \
	X(error_b)           \
	X(error_c)           \
	X(capabilities)

static const char *const FIXTURE_NAMES[] = {
#define X(name) #name,
	FIXTURES(X)
#undef X
};
#define FIXTURE_COUNT (sizeof(FIXTURE_NAMES) / sizeof(FIXTURE_NAMES[0]))

/* The fixture without its last newline; the caller frees. */
static inline char *fixture(const char *name)
{
	char path[256];
	snprintf(path, sizeof(path), "tests/fixtures/wire/%s.json", name);
	FILE *file = fopen(path, "rb");
	if (file == NULL)
		fail_msg("cannot open %s: run from the repository root", path);
	char *text = xcalloc(1, 65536);
	size_t len = fread(text, 1, 65535, file);
	(void)fclose(file);
	if (len > 0 && text[len - 1] == '\n')
		text[len - 1] = '\0';
	return text;
}

static inline struct json *parse_text(const char *text)
{
	struct json *root = NULL;
	struct problem why = {0};
	if (json_parse(text, strlen(text), &root, &why) != S_OK)
		fail_msg("%s: %.200s", why.what, text);
	return root;
}

static inline struct json *parse_fixture(const char *name)
{
	char *text = fixture(name);
	struct json *root = parse_text(text);
	free(text);
	return root;
}

/* A member of a document the test owns, to change it. */
static inline struct json *member(struct json *obj, const char *key)
{
	return (struct json *)(uintptr_t)json_get(obj, key);
}

#endif

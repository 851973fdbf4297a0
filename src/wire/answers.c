#include "wire/answers.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "wire/envelope.h"

#include <assert.h>

/* --- envelopes ---------------------------------------------------------------------- */

/* Contract 3.3: the same facts under three names. */
static void fault_read(const struct json *root, struct fault *f)
{
	const struct json *error = json_get(root, "error");
	const struct json *codes[] = {json_get(error, "code"), json_get(root, "code"),
				      json_get(root, "error_code")};
	const struct json *messages[] = {json_get(error, "message"), json_get(root, "message"),
					 error};
	for (size_t i = 0; i < 3 && f->code[0] == '\0'; i++)
		if (json_string(codes[i]) != NULL)
			(void)str_copy(f->code, sizeof(f->code), json_string(codes[i]));
	for (size_t i = 0; i < 3 && f->message[0] == '\0'; i++)
		if (json_string(messages[i]) != NULL)
			(void)str_copy(f->message, sizeof(f->message), json_string(messages[i]));
}

enum status answer_open(const char *body, size_t len, struct json **ret_root,
			const struct json **ret_data, struct problem *reterr)
{
	struct json *root = NULL;
	bool success = true;
	enum status status = json_parse_document(body, len, &root, reterr);
	if (status != S_OK)
		return status;
	const struct json *flag = json_get(root, "success");
	if (json_bool(flag, &success) == S_OK && !success) {
		struct fault f = {.retry_after_ms = -1};
		fault_read(root, &f);
		status = problem_set(reterr, E_PROTOCOL, NULL,
				     "an answer that says it failed: %.64s %.160s", f.code,
				     f.message);
		json_free(root);
		return status;
	}
	const struct json *data = json_get(root, "data");
	bool wrapped = flag != NULL || (!json_is_null(data) && json_kind(data) == JSON_OBJECT);
	*ret_root = root;
	*ret_data = wrapped && data != NULL ? data : root;
	return S_OK;
}

enum status answer_read(const char *body, size_t len,
			enum status (*read)(const struct json *data, void *into,
					    struct problem *reterr),
			void *into, struct problem *reterr)
{
	struct json *root = NULL;
	const struct json *data = NULL;
	enum status status = answer_open(body, len, &root, &data, reterr);
	if (status != S_OK)
		return status;
	status = read(data, into, reterr);
	json_free(root);
	return status;
}

/* --- lists ------------------------------------------------------------------------------ */

struct list {
	const struct json *rows; /* an array */
	size_t count;
	bool has_more;
};

/* Offset style says only how many rows it was asked for: a full page may have a successor. */
static enum status list_read_more(const struct json *data, struct list *l, struct problem *reterr)
{
	const struct json *more = json_get(data, "has_more");
	int64_t limit = 0;
	if (json_is_null(more)) {
		const struct json *paging = json_get(data, "pagination");
		l->has_more = json_int64(json_get(paging, "limit"), &limit) == S_OK && limit > 0 &&
			      l->count >= (uint64_t)limit;
		return S_OK;
	}
	if (json_bool(more, &l->has_more) != S_OK)
		return problem_set(reterr, E_INVALID, NULL, "list.has_more: is not true or false");
	return S_OK;
}

static enum status list_find(const struct json *data, struct list *ret, struct problem *reterr)
{
	struct list l = {.rows = data};
	if (json_kind(data) == JSON_OBJECT) {
		l.rows = json_get(data, "data");
		if (l.rows == NULL)
			l.rows = json_get(data, "orders");
	}
	if (json_is_null(l.rows) || json_kind(l.rows) != JSON_ARRAY)
		return problem_set(reterr, E_INVALID, NULL, "list.data: is missing or no list");
	l.count = json_count(l.rows);
	if (l.count > LIST_ITEMS_MAX)
		return problem_set(reterr, E_LIMIT, NULL, "list.data: %zu rows, more than %d",
				   l.count, LIST_ITEMS_MAX);
	enum status status = list_read_more(data, &l, reterr);
	if (status == S_OK)
		*ret = l;
	return status;
}

void page_release(struct page *p)
{
	for (size_t i = 0; i < p->count; i++)
		object_release(&p->items[i]);
	free(p->items);
	p->items = NULL;
	p->count = 0;
}

static void page_fill(struct page *p, enum object_kind kind, const struct list *list)
{
	if (list->count > 0)
		p->items = xcalloc(list->count, sizeof(*p->items));
	for (const struct json *row = json_first(list->rows); row != NULL; row = json_next(row)) {
		struct problem why = {0};
		if (object_decode(kind, row, &p->items[p->count], &why) == S_OK)
			p->count++;
		else if (p->skipped++ == 0)
			(void)str_copy(p->flaw, sizeof(p->flaw), why.what);
	}
}

enum status page_decode(enum object_kind kind, const char *body, size_t len, struct page *ret,
			struct problem *reterr)
{
	struct json *root = NULL;
	const struct json *data = NULL;
	struct list list = {0};
	if (kind_info(kind) == NULL)
		return problem_set(reterr, E_UNSUPPORTED, NULL, "a list of unknown kind");
	enum status status = answer_open(body, len, &root, &data, reterr);
	if (status != S_OK)
		return status;
	status = list_find(data, &list, reterr);
	if (status == S_OK) {
		struct page p = {.has_more = list.has_more};
		page_fill(&p, kind, &list);
		*ret = p;
	}
	json_free(root);
	return status;
}

enum status invoice_payments_decode(const char *body, size_t len, struct page *ret,
				    struct problem *reterr)
{
	struct json *root = NULL;
	const struct json *data = NULL;
	struct list list = {0};
	enum status status = answer_open(body, len, &root, &data, reterr);
	if (status != S_OK)
		return status;
	const struct json *payments = json_get(data, "payments");
	if (json_is_null(payments))
		status = problem_set(reterr, E_INVALID, NULL, "invoice.payments: is missing");
	else
		status = list_find(payments, &list, reterr);
	if (status == S_OK) {
		struct page p = {.has_more = list.has_more};
		page_fill(&p, OBJECT_PAYMENT, &list);
		*ret = p;
	}
	json_free(root);
	return status;
}

void event_page_release(struct event_page *p)
{
	for (size_t i = 0; i < p->count; i++)
		event_release(&p->items[i]);
	free(p->items);
	p->items = NULL;
	p->count = 0;
}

/* Every event keeps its own bytes of the body. */
static void event_page_fill(struct event_page *p, const struct list *list, const char *body)
{
	if (list->count > 0)
		p->items = xmalloc(list->count * sizeof(*p->items));
	for (const struct json *row = json_first(list->rows); row != NULL; row = json_next(row)) {
		size_t len = 0;
		const char *text = json_source(row, body, &len);
		if (event_decode(row, text, len, &p->items[p->count], NULL) == S_OK)
			p->count++;
		else
			p->skipped++;
	}
}

enum status event_page_decode(const char *body, size_t len, struct event_page *ret,
			      struct problem *reterr)
{
	struct json *root = NULL;
	const struct json *data = NULL;
	struct list list = {0};
	enum status status = answer_open(body, len, &root, &data, reterr);
	if (status != S_OK)
		return status;
	status = list_find(data, &list, reterr);
	if (status == S_OK) {
		struct event_page p = {.has_more = list.has_more};
		event_page_fill(&p, &list, body);
		*ret = p;
	}
	json_free(root);
	return status;
}

/* --- one resource ---------------------------------------------------------------------- */

/* Contract 4.4: {"object":"invoice_status","invoice":{...},"latest_payment":{...}|null} */
static enum status invoice_status_decode(const struct json *data, struct object *ret,
					 struct problem *reterr)
{
	const struct json *invoice = json_get(data, "invoice");
	const struct json *payment = json_get(data, "latest_payment");
	if (json_is_null(invoice) || json_kind(invoice) != JSON_OBJECT)
		return problem_set(reterr, E_INVALID, NULL,
				   "invoice_status.invoice: is missing or no object");
	struct json *whole = json_copy(invoice);
	if (!json_is_null(payment))
		json_set_take(whole, "latest_payment", json_copy(payment));
	enum status status = object_decode(OBJECT_INVOICE, whole, ret, reterr);
	json_free(whole);
	return status;
}

enum status answer_decode(enum object_kind kind, const char *body, size_t len, struct object *ret,
			  struct problem *reterr)
{
	struct json *root = NULL;
	const struct json *data = NULL;
	enum status status = answer_open(body, len, &root, &data, reterr);
	if (status != S_OK)
		return status;
	const char *word = json_string(json_get(data, "object"));
	if (kind == OBJECT_INVOICE && str_equal(word, "invoice_status"))
		status = invoice_status_decode(data, ret, reterr);
	else
		status = object_decode(kind, data, ret, reterr);
	json_free(root);
	return status;
}

/* --- errors ------------------------------------------------------------------------------ */

void fault_decode(int http_status, const char *body, size_t len, struct fault *ret)
{
	struct fault f = {.http_status = http_status, .retry_after_ms = -1};
	struct json *root = NULL;
	if (json_parse(body, len, &root, NULL) == S_OK) {
		fault_read(root, &f);
		json_free(root);
	}
	if (f.message[0] == '\0')
		(void)str_printf(f.message, sizeof(f.message), "HTTP %d: %s", http_status,
				 status_words(fault_status(http_status)));
	*ret = f;
}

enum status fault_status(int http_status)
{
	static const struct {
		int http;
		enum status status;
	} TABLE[] = {
		{400, E_INVALID}, {401, E_AUTH},     {403, E_DENIED},    {404, E_NOT_FOUND},
		{408, E_TIMEOUT}, {409, E_CONFLICT}, {410, E_NOT_FOUND}, {429, E_RATE},
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++)
		if (TABLE[i].http == http_status)
			return TABLE[i].status;
	switch (http_status / 100) {
	case 2:
		return S_OK;
	case 4:
		return E_INVALID;
	case 5:
		return E_NETWORK;
	default:
		return E_PROTOCOL;
	}
}

/* --- capabilities -------------------------------------------------------------------------- */

static enum status capabilities_read(const struct json *data, struct capabilities *c,
				     struct problem *reterr)
{
	const char *server = json_string(json_get(data, "server"));
	const char *version = json_string(json_get(data, "version"));
	const struct json *list = json_get(data, "extensions");
	if (json_is_null(list) || json_kind(list) != JSON_ARRAY)
		return problem_set(reterr, E_INVALID, NULL,
				   "capabilities.extensions: is missing or no list");
	(void)str_copy(c->server, sizeof(c->server), server != NULL ? server : "");
	(void)str_copy(c->version, sizeof(c->version), version != NULL ? version : "");
	for (const struct json *e = json_first(list); e != NULL; e = json_next(e)) {
		const char *name = json_string(e);
		if (name == NULL)
			return problem_set(reterr, E_INVALID, NULL,
					   "capabilities.extensions: not all are strings");
		if (strlen(name) >= sizeof(c->extensions[0]))
			continue;
		if (c->count == CAPABILITIES_MAX)
			return problem_set(reterr, E_LIMIT, NULL,
					   "capabilities.extensions: more than %d",
					   CAPABILITIES_MAX);
		(void)str_copy(c->extensions[c->count++], sizeof(c->extensions[0]), name);
	}
	return S_OK;
}

enum status capabilities_decode(const char *body, size_t len, struct capabilities *ret,
				struct problem *reterr)
{
	struct json *root = NULL;
	const struct json *data = NULL;
	struct capabilities c = {.known = true};
	enum status status = answer_open(body, len, &root, &data, reterr);
	if (status != S_OK)
		return status;
	status = capabilities_read(data, &c, reterr);
	if (status == S_OK)
		*ret = c;
	json_free(root);
	return status;
}

bool capabilities_have(const struct capabilities *c, const char *extension)
{
	for (size_t i = 0; i < c->count; i++)
		if (str_equal(c->extensions[i], extension))
			return true;
	return false;
}

/* --- totals ---------------------------------------------------------------------------------- */

static const struct field TOTALS_BUCKET_FIELDS[] = {
	{.key = "amount",
	 .kind = FIELD_MILLIS,
	 .flags = FIELD_REQUIRED,
	 .offset = offsetof(struct totals_bucket, amount),
	 .size = sizeof(int64_t)},
	{.key = "count",
	 .kind = FIELD_INT,
	 .flags = FIELD_REQUIRED,
	 .offset = offsetof(struct totals_bucket, count),
	 .size = sizeof(int64_t)},
};
static const struct shape SHAPE_TOTALS_BUCKET = {.name = "totals",
						 .size = sizeof(struct totals_bucket),
						 .fields = TOTALS_BUCKET_FIELDS,
						 .field_count = 2};

#define BUCKET(name)                                                                   \
	{                                                                              \
		.key = "totals." #name, .kind = FIELD_OBJECT, .flags = FIELD_REQUIRED, \
		.offset = offsetof(struct invoice_totals, name),                       \
		.size = sizeof(struct totals_bucket), .shape = &SHAPE_TOTALS_BUCKET    \
	}
static const struct field TOTALS_FIELDS[] = {
	{.key = "currency", .kind = FIELD_FIXED, .fixed = "usd"},
	{.key = "amount_unit", .kind = FIELD_FIXED, .fixed = "usd_millis"},
	BUCKET(all),
	BUCKET(paid),
	BUCKET(unpaid),
	BUCKET(underpaid),
	BUCKET(expired),
	BUCKET(canceled),
};
const struct shape SHAPE_INVOICE_TOTALS = {.name = "invoice_totals",
					   .object = "invoice_totals",
					   .size = sizeof(struct invoice_totals),
					   .fields = TOTALS_FIELDS,
					   .field_count = sizeof(TOTALS_FIELDS) /
							  sizeof(TOTALS_FIELDS[0])};

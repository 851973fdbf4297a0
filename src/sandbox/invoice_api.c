/* Invoices over HTTP: contract 4.2 to 4.5, and cancel (15.2, local extension). */
#include "base/money.h"
#include "base/strbuf.h"
#include "sandbox/domain.h"
#include "sandbox/lists.h"

#define PAYMENTS_LIMIT_DEFAULT 10

static const char *const invoice_types[] = {"standard", "commerce", NULL};
static const char *const environments[] = {"devnet", "mainnet", NULL};
static const char *const expansions[] = {"latest_payment", "payments", NULL};

/* --- expand ---------------------------------------------------------------------------- */

struct expansion {
	struct world *w;
	bool latest, payments;
	int64_t limit;
};

static bool list_has(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = list; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
		if (strncmp(at, word, len) == 0 && (!at[len] || at[len] == ','))
			return true;
	return false;
}

static bool read_expansion(struct world *w, const struct call *c, struct reply *r,
			   struct expansion *x)
{
	const char *list;

	*x = (struct expansion){.w = w};
	if (!call_words(c, r, "expand", expansions, &list) ||
	    !call_int(c, r, "payments_limit", PAYMENTS_LIMIT_DEFAULT, &x->limit))
		return false;
	if (x->limit < 1 || x->limit > LIST_LIMIT_MAX) {
		reply_error(r, 400, CODE_VALIDATION_ERROR,
			    "payments_limit: must be between 1 and %d", LIST_LIMIT_MAX);
		return false;
	}
	x->latest = list_has(list, "latest_payment");
	x->payments = list_has(list, "payments");
	return true;
}

static bool collect(void *ctx, const char *doc)
{
	struct json **newest_last = ctx, *item = NULL;

	if (json_parse(doc, strlen(doc), &item, NULL) != S_OK)
		return false;
	json_append_take(*newest_last, item);
	return true;
}

/* The newest `limit` payments, newest first; `oldest_first` holds them all. */
static struct json *payments_page(const struct json *oldest_first, int64_t limit)
{
	struct json *page = json_new_array();
	int64_t count = (int64_t)json_count(oldest_first);

	for (int64_t i = count - 1; i >= 0 && i >= count - limit; i--) {
		const struct json *v = json_first(oldest_first);

		for (int64_t skip = 0; skip < i; skip++)
			v = json_next(v);
		json_append_take(page, json_copy(v));
	}
	/* INFERRED: a list object, like every other list (contract 12: shape not seen) */
	return list_envelope(page, count > limit);
}

static const struct json *last_of(const struct json *array)
{
	const struct json *last = NULL;

	for (const struct json *v = json_first(array); v; v = json_next(v))
		last = v;
	return last;
}

static bool expand(void *ctx, struct json *invoice)
{
	const struct expansion *x = ctx;
	struct json *all;
	const struct json *latest;
	const char *id = json_string(json_get(invoice, "id"));

	if (!x->latest && !x->payments)
		return true;
	all = json_new_array();
	if (ledger_children(x->w->ledger, OBJECT_PAYMENT, id, collect, &all, NULL) != S_OK) {
		json_free(all);
		return false;
	}
	latest = last_of(all);
	if (x->latest && latest)
		json_set_take(invoice, "latest_payment", json_copy(latest));
	else if (x->latest)
		json_set_null(invoice, "latest_payment");
	if (x->payments)
		json_set_take(invoice, "payments", payments_page(all, x->limit));
	json_free(all);
	return true;
}

/* --- list, retrieve, status ---------------------------------------------------------------- */

/* What lists and totals filter by alike. */
static bool read_filter(const struct call *c, struct reply *r, struct ledger_filter *f)
{
	f->kind = OBJECT_INVOICE;
	f->customer_id = call_param(c, "customer_id");
	return call_statuses(c, r, "status", VOCAB_INVOICE, &f->status) &&
	       call_words(c, r, "invoice_type", invoice_types, &f->type) &&
	       call_words(c, r, "environment", environments, &f->environment) &&
	       call_time_range(c, r, "created_gte", "created_lte", &f->created_from_ms,
			       &f->created_to_ms);
}

void invoice_handle_list(struct world *w, const struct call *c, struct reply *r)
{
	struct ledger_filter f = {0};
	struct expansion x;
	struct json *items;
	bool has_more;

	if (!read_filter(c, r, &f) || !list_read_paging(c, r, &f) || !read_expansion(w, c, r, &x))
		return;
	f.wallet = call_param(c, "payer_wallet_address");
	f.wallet_network = call_param(c, "payer_wallet_network");
	if (c->match.route->id == ROUTE_INVOICE_LIST_CUSTOMER)
		f.customer_id = c->match.params[0];
	if (list_read(w, &f, r, expand, &x, &items, &has_more))
		reply_json_take(r, 200, list_envelope(items, has_more));
}

void invoice_handle_get(struct world *w, const struct call *c, struct reply *r)
{
	struct expansion x;
	struct json *doc;

	if (!read_expansion(w, c, r, &x))
		return;
	doc = document_read(w, OBJECT_INVOICE, c->match.params[0], r);
	if (!doc)
		return;
	if (expand(&x, doc)) {
		reply_json_take(r, 200, doc);
	} else {
		json_free(doc);
		reply_error(r, 500, CODE_INTERNAL, "The payments cannot be read");
	}
}

void invoice_handle_status(struct world *w, const struct call *c, struct reply *r)
{
	static const char *const shown[] = {"object",       "id",
					    "merchant_id",  "status",
					    "invoice_type", "currency",
					    "amount",       "amount_decimal",
					    "amount_unit",  "environment"};
	struct expansion x = {.w = w, .latest = true};
	struct json *doc = document_read(w, OBJECT_INVOICE, c->match.params[0], r);
	struct json *root, *invoice;

	if (!doc)
		return;
	if (!expand(&x, doc)) {
		json_free(doc);
		reply_error(r, 500, CODE_INTERNAL, "The payments cannot be read");
		return;
	}
	root = json_new_object();
	invoice = json_new_object();
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		json_set_take(invoice, shown[i], json_copy(json_get(doc, shown[i])));
	json_set_string(root, "object", "invoice_status");
	json_set_take(root, "invoice", invoice);
	json_set_take(root, "latest_payment", json_copy(json_get(doc, "latest_payment")));
	json_free(doc);
	reply_json_take(r, 200, root);
}

/* --- totals ----------------------------------------------------------------------------------- */

static void bucket_add(struct json *totals, const char *name, int64_t amount, int64_t count)
{
	char decimal[MONEY_TEXT_CAP];
	struct json *bucket = json_new_object();

	json_set_int(bucket, "amount", amount);
	json_set_string(bucket, "amount_decimal",
			money_decimal(decimal, amount, USD_MILLIS_EXPONENT));
	json_set_int(bucket, "count", count);
	json_set_take(totals, name, bucket);
}

void invoice_handle_totals(struct world *w, const struct call *c, struct reply *r)
{
	static const char *const names[] = {"paid", "unpaid", "underpaid", "expired", "canceled"};
	struct ledger_filter f = {0};
	struct problem why = {0};
	struct json *root, *totals;
	const char *asked;
	int64_t all_amount = 0, all_count = 0, amounts[5] = {0}, counts[5] = {0};

	if (!read_filter(c, r, &f))
		return;
	asked = f.status;
	for (size_t i = 0; i < 5; i++) {
		f.status = names[i];
		if (asked && !list_has(asked, names[i]))
			continue;
		if (ledger_total(w->ledger, &f, &counts[i], &amounts[i], &why) != S_OK) {
			reply_problem(r, &why);
			return;
		}
		all_amount += amounts[i];
		all_count += counts[i];
	}
	totals = json_new_object();
	bucket_add(totals, "all", all_amount, all_count);
	for (size_t i = 0; i < 5; i++)
		bucket_add(totals, names[i], amounts[i], counts[i]);
	root = json_new_object();
	json_set_string(root, "object", "invoice_totals");
	json_set_string(root, "currency", "usd");
	json_set_string(root, "amount_unit", "usd_millis");
	json_set_take(root, "totals", totals);
	reply_json_take(r, 200, root);
}

/* --- cancel
 * --------------------------------------------------------------------------------------- */

void invoice_handle_cancel(struct world *w, const struct call *c, struct reply *r)
{
	const char *id = c->match.params[0];
	struct problem why = {0};
	struct invoice v;
	struct json *doc;
	enum status st = invoice_load(w, id, &v, &why);

	if (st == S_OK && !str_equal(v.status, "unpaid")) {
		reply_error(r, 400, CODE_INVOICE_NOT_CANCELABLE,
			    "Only an unpaid invoice can be canceled; this one is %s", v.status);
		return;
	}
	if (st == S_OK)
		st = invoice_cancel(w, id, c->request_id, c->idempotency_key, &v, &why);
	if (st != S_OK) {
		reply_problem(r, &why);
		return;
	}
	doc = document_read(w, OBJECT_INVOICE, id, r);
	if (doc)
		reply_json_take(r, 200, doc);
}

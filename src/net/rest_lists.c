/* Which rows of which kind: what Pepay can list, and by what. */
#include "net/rest_reading.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <errno.h>

/* The orders list has no cursor: `cursor` is how many rows to skip. */
static enum status offset_parse(const char *text, int64_t *ret, struct problem *reterr)
{
	char *end;
	long long n;

	*ret = 0;
	if (text[0] == '\0')
		return S_OK;
	errno = 0;
	n = strtoll(text, &end, 10);
	if (errno != 0 || *end != '\0' || n < 0)
		return problem_set(reterr, E_INVALID, NULL,
				   "list orders: '%.40s' is not a number of rows to skip", text);
	*ret = n;
	return S_OK;
}

static const char *when_of(const struct request *rq, enum list_of of)
{
	return rq->of == of ? rq->target : NULL;
}

static enum status list_invoices(struct reading *r, struct page *page)
{
	const struct request *rq = r->rq;
	const struct invoice_query q = {
		.starting_after = rq->cursor,
		.limit = rq->limit,
		.customer_id = when_of(rq, LIST_OF_CUSTOMER),
		.payer_wallet_address = when_of(rq, LIST_OF_WALLET),
		.payer_wallet_network = rq->of == LIST_OF_WALLET ? rq->word : NULL,
	};

	if (rq->of == LIST_OF_INVOICE)
		return reading_refuse(r, "an invoice is looked up, not listed", NULL);
	return api_invoice_list(r->client, &q, page, r->fault, r->err);
}

/* Pepay names the order of an invoice, and no more: it is looked up then. An invoice without one is
 * a 404. */
static enum status list_order_of_invoice(struct reading *r, struct page *page)
{
	char id[ID_CAP];
	struct object order;
	enum status st = api_order_of_invoice(r->client, r->rq->target, id, r->fault, r->err);

	if (st == E_NOT_FOUND) {
		*page = (struct page){.items = NULL};
		return S_OK;
	}
	if (st == S_OK)
		st = api_order_get(r->client, id, &order, NULL, r->fault, r->err);
	if (st != S_OK)
		return st;
	*page = (struct page){.items = xcalloc(1, sizeof(order)), .count = 1};
	page->items[0] = order;
	return S_OK;
}

static enum status list_orders(struct reading *r, struct page *page)
{
	const struct request *rq = r->rq;
	struct order_query q = {
		.limit = rq->limit,
		.customer_id = when_of(rq, LIST_OF_CUSTOMER),
		.wallet = when_of(rq, LIST_OF_WALLET),
		.wallet_network = rq->of == LIST_OF_WALLET ? rq->word : NULL,
	};
	enum status st;

	if (rq->of == LIST_OF_INVOICE)
		return list_order_of_invoice(r, page);
	if (rq->of == LIST_OF_WALLET && rq->word[0] == '\0')
		return problem_set(
			r->err, E_INVALID, "say which network the wallet is on",
			"list orders: Pepay finds a wallet's orders only by its network, "
			"too");
	st = offset_parse(rq->cursor, &q.offset, r->err);
	return st == S_OK ? api_order_list(r->client, &q, page, r->fault, r->err) : st;
}

static enum status list_payments(struct reading *r, struct page *page)
{
	if (r->rq->of != LIST_OF_INVOICE)
		return reading_refuse(r,
				      "Pepay has no list of payments: they come with their invoice",
				      "look the invoice up");
	return api_invoice_payments(r->client, r->rq->target, page, r->fault, r->err);
}

static enum status list_refunds(struct reading *r, struct page *page)
{
	const struct request *rq = r->rq;

	if (rq->of == LIST_OF_INVOICE)
		return api_refunds_of_invoice(r->client, rq->target, rq->cursor, rq->limit, page,
					      r->fault, r->err);
	if (rq->of != LIST_ALL)
		return reading_refuse(r, "refunds are found by their invoice",
				      "look the invoice up");
	return api_refund_list(r->client, rq->cursor, rq->limit, page, r->fault, r->err);
}

static enum status list_ramps(struct reading *r, struct page *page)
{
	const struct request *rq = r->rq;
	const struct ramp_query q = {.starting_after = rq->cursor,
				     .limit = rq->limit,
				     .customer_id = when_of(rq, LIST_OF_CUSTOMER)};

	if (rq->of == LIST_OF_WALLET || rq->of == LIST_OF_INVOICE)
		return reading_refuse(
			r, "payouts, deposits and KYC checks are found by their customer",
			"look the customer up");
	switch (rq->object) {
	case OBJECT_PAYOUT:
		return api_payout_list(r->client, &q, page, r->fault, r->err);
	case OBJECT_DEPOSIT:
		return api_deposit_list(r->client, &q, page, r->fault, r->err);
	default:
		return api_kyc_list(r->client, &q, page, r->fault, r->err);
	}
}

enum status reading_list(struct reading *r)
{
	struct page *page = &r->m->as.page.page;

	r->m->as.page.serial = r->rq->serial;
	r->m->as.page.object = r->rq->object;
	r->m->as.page.of = r->rq->of;
	/* Somebody's newest rows are not everybody's. */
	r->m->as.page.first = r->rq->of == LIST_ALL && r->rq->cursor[0] == '\0';
	if (r->rq->of != LIST_ALL && r->rq->target[0] == '\0')
		return problem_set(r->err, E_INVALID, NULL, "list: whose?");
	switch (r->rq->object) {
	case OBJECT_INVOICE:
		return list_invoices(r, page);
	case OBJECT_PAYMENT:
		return list_payments(r, page);
	case OBJECT_ORDER:
		return list_orders(r, page);
	case OBJECT_REFUND:
		return list_refunds(r, page);
	case OBJECT_PAYOUT:
	case OBJECT_DEPOSIT:
	case OBJECT_KYC:
		return list_ramps(r, page);
	default:
		return reading_refuse(r, "Pepay has no list of these", NULL);
	}
}

#include "views/page.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "model/networks.h"
#include "model/related.h"

#include <stdlib.h>
#include <string.h>

struct finding_page {
	const struct store *st;
	char environment[STATUS_CAP]; /* that any of them tells; they are of one server */
	char *ret;
	const char *what;
};

/* A stranger wrote it. */
static bool is_address(const char *url)
{
	const char *rest = str_starts_with(url, "https://")  ? url + 8
			   : str_starts_with(url, "http://") ? url + 7
							     : "";

	return rest[0] != '\0' && rest[0] != '-' &&
	       rest[strspn(rest, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				 "-._~:/?#[]@!&*+,=%")] == '\0';
}

static bool take_url(struct finding_page *f, const char *url, const char *what)
{
	if (!is_address(url) || !str_copy(f->ret, PAGE_CAP, url))
		return false;
	f->what = what;
	return true;
}

static bool take_hash(struct finding_page *f, const char *network, const char *hash,
		      const char *environment, const char *what)
{
	const char *told = environment[0] ? environment : f->environment;
	bool testnet = str_equal(told, "devnet") || str_equal(told, "testnet");

	/* The wrong chain's page would say that there is no such transaction. */
	if (!hash[0] || (!testnet && !str_equal(told, "mainnet")) ||
	    !explorer_link(f->ret, PAGE_CAP, network, hash, testnet))
		return false;
	f->what = what;
	return true;
}

/* The newest parcel is the one that is waited for. */
static bool order_parcel(struct finding_page *f, const struct order *o)
{
	for (size_t i = o->shipment_count; i > 0; i--) {
		const struct shipment *s = &o->shipments[i - 1];

		if (take_url(f, s->carrier_tracking_url, "parcel") ||
		    take_url(f, s->retailer_tracking_url, "parcel"))
			return true;
	}
	return false;
}

/* An order does not always say by which network it was paid; its invoice does. */
static const char *order_network(const struct finding_page *f, const struct order *o)
{
	const struct record *r = store_invoice_of(f->st, o->order_id);

	return o->wallet_network[0] || !r ? o->wallet_network
					  : r->object.as.invoice.payer_wallet_network;
}

static bool order_page(struct finding_page *f, const struct order *o, const char *env)
{
	return order_parcel(f, o) || take_hash(f, "bsc", o->refund.tx_hash, env, "refund") ||
	       take_hash(f, order_network(f, o), o->payment.tx_hash, env, "payment") ||
	       take_hash(f, o->payment.settlement.network, o->payment.settlement.tx_hash, env,
			 "settlement");
}

static bool object_page(struct finding_page *f, const struct object *o)
{
	const char *env = object_environment(o);
	const struct settlement *s;

	switch (o->kind) {
	case OBJECT_PAYMENT:
		s = &o->as.payment.settlement;
		return take_hash(f, s->network, s->settlement_tx_hash, env, "settlement");
	case OBJECT_ORDER:
		return order_page(f, &o->as.order, env);
	case OBJECT_REFUND:
		return take_hash(f, o->as.refund.destination_wallet_network, o->as.refund.tx_hash,
				 env, "refund");
	case OBJECT_DEPOSIT:
		return take_hash(f, o->as.deposit.network, o->as.deposit.tx_hash, env, "deposit");
	default:
		return false;
	}
}

/* The record of the root (0) or of what belongs to it. */
static const struct record *record_of(const struct related *r, size_t i, const struct store *st)
{
	const struct subject *s = i == 0 ? &r->root : &r->items[i - 1].subject;
	enum object_kind kind = subject_object(s->kind);

	return kind != OBJECT_NONE ? store_record(st, kind, s->id) : NULL;
}

/* Who calls about an invoice asks for the money they sent; the settlement is the merchant's. */
static bool sent_page(struct finding_page *f, const struct related *r)
{
	if (r->root.kind != SUBJECT_INVOICE && r->root.kind != SUBJECT_PAYMENT)
		return false;
	for (size_t i = 1; i <= r->count; i++) {
		const struct record *rec = record_of(r, i, f->st);
		const struct order *o = rec ? &rec->object.as.order : NULL;

		if (rec && rec->object.kind == OBJECT_ORDER && r->items[i - 1].same_payment &&
		    take_hash(f, order_network(f, o), o->payment.tx_hash,
			      object_environment(&rec->object), "payment"))
			return true;
	}
	return false;
}

static bool related_page(struct finding_page *f, const struct related *r)
{
	for (size_t i = 0; i <= r->count && !f->environment[0]; i++) {
		const struct record *rec = record_of(r, i, f->st);

		if (rec)
			(void)str_copy(f->environment, sizeof(f->environment),
				       object_environment(&rec->object));
	}
	if (sent_page(f, r))
		return true;
	for (size_t i = 0; i <= r->count; i++) {
		const struct record *rec = record_of(r, i, f->st);

		if (rec && (i == 0 || r->items[i - 1].same_payment) && object_page(f, &rec->object))
			return true;
	}
	return false;
}

bool page_of(const struct store *st, const struct subject *s, char ret[PAGE_CAP],
	     const char **ret_what)
{
	struct finding_page f = {.st = st, .ret = ret, .what = ""};
	struct related *r = xmalloc(sizeof(*r));
	bool found;

	related_build(r, st, s);
	found = related_page(&f, r);
	free(r);
	*ret_what = f.what;
	return found;
}

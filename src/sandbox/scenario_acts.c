/* Acts that only a scenario's lines ask for. */
#include "sandbox/ramps.h"
#include "sandbox/refunds.h"
#include "sandbox/scenario.h"
#include "sandbox/shop.h"

#include "base/strbuf.h"

enum status act_say(struct director *d, struct play *p, const struct step *s,
		    struct problem *reterr)
{
	(void)s;
	(void)reterr;
	str_copy(d->caption, sizeof(d->caption), cue_text(p->cue, WORD_CAPTION, ""));
	log_msg(d->w->log, LOG_INFO, "scenario %s: %s", d->scenario->name, d->caption);
	return S_OK;
}

/* Somebody is there; what they do comes later. */
enum status act_introduce(struct director *d, struct play *p, const struct step *s,
			  struct problem *reterr)
{
	(void)d;
	(void)p;
	(void)s;
	(void)reterr;
	return S_OK;
}

/* --- each payment of an invoice --------------------------------------------------------- */

#define PAYMENTS_MAX 200

/* Does `move` with each; E_CONFLICT when it had something to do with none. */
static enum status each_payment(struct director *d, const struct play *p, const struct step *s,
				enum status (*move)(struct director *d, const struct play *p,
						    const struct step *s,
						    const struct invoice_payment *v, bool *moved,
						    struct problem *reterr),
				struct problem *reterr)
{
	char ids[PAYMENTS_MAX][ID_CAP];
	size_t count = 0;
	bool moved = false;
	enum status st = invoice_payments(d->w, p->invoice, ids, PAYMENTS_MAX, &count, reterr);

	for (size_t i = 0; st == S_OK && i < count; i++) {
		struct record r = {0};

		st = record_load(d->w, OBJECT_PAYMENT, ids[i], &r, reterr);
		if (st == S_OK)
			st = move(d, p, s, &r.object.as.payment, &moved, reterr);
		record_release(&r);
	}
	if (st == S_OK && !moved)
		st = problem_set(reterr, E_CONFLICT, NULL, "no payment is waiting for that");
	return st == E_LIMIT ? E_CONFLICT : st;
}

static enum status confirm_one(struct director *d, const struct play *p, const struct step *s,
			       const struct invoice_payment *v, bool *moved, struct problem *reterr)
{
	(void)p;
	(void)s;
	if (!str_equal(v->status, "pending"))
		return S_OK;
	*moved = true;
	return invoice_payment_confirm(d->w, v->id, reterr);
}

enum status act_confirm_all(struct director *d, struct play *p, const struct step *s,
			    struct problem *reterr)
{
	enum status st = each_payment(d, p, s, confirm_one, reterr);

	return st == S_OK ? aside_quote_rest(d, p->invoice, reterr) : st;
}

/* What is settled has been processing before, if only for a moment. */
static enum status settle_one(struct director *d, const struct play *p, const struct step *s,
			      const struct invoice_payment *v, bool *moved, struct problem *reterr)
{
	const char *to = cue_text(p->cue, WORD_STATE, s->word);
	enum status st = S_OK;

	if (!*v->settlement_status || str_equal(v->settlement_status, "settled") ||
	    str_equal(v->settlement_status, to))
		return S_OK;
	*moved = true;
	if (str_equal(to, "settled") && (str_equal(v->settlement_status, "pending") ||
					 str_equal(v->settlement_status, "failed")))
		st = invoice_payment_settle(d->w, v->id, "processing", reterr);
	return st == S_OK ? invoice_payment_settle(d->w, v->id, to, reterr) : st;
}

enum status act_settle_all(struct director *d, struct play *p, const struct step *s,
			   struct problem *reterr)
{
	return each_payment(d, p, s, settle_one, reterr);
}

/* --- invoices --- */

enum status act_expire_bill(struct director *d, struct play *p, const struct step *s,
			    struct problem *reterr)
{
	(void)s;
	return invoice_expire(d->w, p->invoice, reterr);
}

/* Back to where it came from; all of it, or an amount. */
enum status act_refund_bill(struct director *d, struct play *p, const struct step *s,
			    struct problem *reterr)
{
	char id[ID_CAP];
	struct invoice v;
	enum status st = invoice_load(d->w, p->invoice, &v, reterr);

	(void)s;
	if (st == S_OK && v.amount_paid == 0)
		st = problem_set(reterr, E_CONFLICT, NULL, "nothing was paid");
	if (st == S_OK)
		st = refund_create(d->w,
				   &(struct refund_params){
					   .invoice_id = v.id,
					   .amount = cue_number(p->cue, WORD_AMOUNT, &d->w->rng, 0),
					   .wallet_address = v.payer_wallet_address,
					   .wallet_network = v.payer_wallet_network,
					   .reason = cue_text(p->cue, WORD_REASON, NULL),
					   .succeeds = true,
				   },
				   NULL, id, reterr);
	return st == E_LIMIT ? E_CONFLICT : st;
}

/* --- ramps --- */

/* An approved check runs out. */
enum status act_lapse(struct director *d, struct play *p, const struct step *s,
		      struct problem *reterr)
{
	struct shop_person who;
	enum status st;

	shop_person(p->person, &who);
	st = kyc_set(d->w, who.customer_id, s->word, NULL, NULL, NULL, reterr);
	if (st == S_OK)
		d->people[p->person].check = CHECK_EXPIRED;
	return st;
}

/* To whom the line does not name, a check that is missing is no obstacle. */
static enum status clear_check(struct director *d, struct play *p, struct problem *reterr)
{
	static const struct step submitted = {.word = "pending"}, approved = {.word = "approved"};
	enum check check = d->people[p->person].check;
	enum status st = S_OK;

	if (cue_says(p->cue, WORD_CUSTOMER))
		return S_OK;
	if (check != CHECK_PENDING && check != CHECK_APPROVED)
		st = act_submit(d, p, &submitted, reterr);
	if (st == S_OK && check != CHECK_APPROVED)
		st = act_review(d, p, &approved, reterr);
	return st;
}

enum status act_pay_out_approved(struct director *d, struct play *p, const struct step *s,
				 struct problem *reterr)
{
	enum status st = clear_check(d, p, reterr);

	return st == S_OK ? act_pay_out(d, p, s, reterr) : st;
}

enum status act_deposit(struct director *d, struct play *p, const struct step *s,
			struct problem *reterr)
{
	size_t count;
	const char *const *networks = shop_networks(&count);
	struct rng *r = &d->w->rng;
	const char *network = networks[rng_below(r, count)];
	int64_t dollars = rng_between(r, 25, 2500);
	struct shop_person who;
	struct deposit_params params = {.token_symbol = "USDC"};
	enum status st = clear_check(d, p, reterr);

	(void)s;
	if (st != S_OK)
		return st;
	shop_person(p->person, &who);
	params.customer_id = who.customer_id;
	params.network = cue_text(p->cue, WORD_NETWORK, network);
	params.amount = cue_number(p->cue, WORD_AMOUNT, r, dollars * 1000);
	return deposit_open(d->w, &params, p->deposit, reterr);
}

enum status act_move_deposit(struct director *d, struct play *p, const struct step *s,
			     struct problem *reterr)
{
	return deposit_advance(d->w, p->deposit, s->word, reterr);
}

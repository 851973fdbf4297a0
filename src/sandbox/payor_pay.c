#include "sandbox/payor_pay.h"

#include "base/strbuf.h"
#include "sandbox/domain.h"
#include "sandbox/works.h"

/* INFERRED: about what a merchant waits for on each before goods leave. */
static const struct {
	const char *network;
	int64_t ms;
} waits[] = {
	{"solana", 2000},    {"sui", 2000},      {"avalanche", 3000}, {"base", 6000},
	{"arbitrum", 6000},  {"optimism", 6000}, {"ton", 7000},       {"bsc", 9000},
	{"ethereum", 24000}, {"cardano", 40000},
};

int64_t payor_confirm_ms(const char *network)
{
	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++)
		if (str_equal(waits[i].network, network))
			return waits[i].ms;
	return 10000;
}

enum status payor_pay(struct world *w, const char *invoice_id, int64_t amount, const char *network,
		      bool unnoticed, char ret_payment_id[ID_CAP], struct problem *reterr)
{
	enum status st =
		invoice_payment_see(w, invoice_id, amount, network, ret_payment_id, reterr);

	if (st == S_OK && !unnoticed)
		st = work_schedule(w, WORK_PAYMENT_CONFIRM, ret_payment_id,
				   w->now_ms + payor_confirm_ms(network), reterr);
	return st;
}

enum status payor_confirm(struct world *w, const char *payment_id, struct problem *reterr)
{
	enum status st = invoice_payment_confirm(w, payment_id, reterr);

	if (st == S_OK)
		st = work_schedule(w, WORK_PAYMENT_PROCESS, payment_id,
				   w->now_ms + PAY_SETTLE_START_MS, reterr);
	return st;
}

enum status work_payment_confirm(struct world *w, const char *payment_id, struct problem *reterr)
{
	return payor_confirm(w, payment_id, reterr);
}

enum status work_payment_process(struct world *w, const char *payment_id, struct problem *reterr)
{
	enum status st = invoice_payment_settle(w, payment_id, "processing", reterr);

	if (st == S_OK)
		st = work_schedule(w, WORK_PAYMENT_SETTLE, payment_id,
				   w->now_ms + PAY_SETTLE_END_MS, reterr);
	return st;
}

enum status work_payment_settle(struct world *w, const char *payment_id, struct problem *reterr)
{
	return invoice_payment_settle(w, payment_id, "settled", reterr);
}

/* Every rule of what needs a person: where it holds, where it does not, and at its borders. */
#include "unit/test_model_support.h"

#include "model/attention.h"
#include "model/expectations.h"

#include <stdlib.h>

/* --- objects in few words ------------------------------------------------------------ */

/* 'x' is "x"; @N is N seconds after T0. */
static void expand(struct strbuf *sb, const char *text)
{
	for (const char *p = text; *p; p++) {
		char *end;

		if (*p == '\'') {
			strbuf_addch(sb, '"');
		} else if (*p == '@') {
			strbuf_addf(sb, "%lld", (long long)(T0 / 1000 + strtoll(p + 1, &end, 10)));
			p = end - 1;
		} else {
			strbuf_addch(sb, *p);
		}
	}
}

static const char *const BASE[OBJECT_KIND_COUNT] = {
	[OBJECT_INVOICE] = "'object':'invoice','id':'inv','merchant_id':7,'status':'unpaid',"
			   "'amount':100000,'amount_paid':0,'amount_remaining':100000,"
			   "'customer_id':'cust_1','created_at':@-600,'expires_at':@7200",
	[OBJECT_PAYMENT] = "'object':'invoice_payment','id':'pay','invoice_id':'inv',"
			   "'merchant_id':7,'status':'confirmed','settlement_status':'settled',"
			   "'amount_usd':100",
	[OBJECT_ORDER] = "'object':'commerce_order','orderId':'ord','invoiceId':'inv',"
			 "'status':'placed','createdAt':@-600,'updatedAt':@0,"
			 "'customerId':'cust_1','timeline':[],'payment':{'status':'paid'},"
			 "'fulfillment':{'shipments':[]},'lineItems':[],"
			 "'totalAmountUsd':'100.00','commerceFeeUsd':'1.00',"
			 "'refund':{'status':'NONE'},'refundStatus':'NONE'",
	[OBJECT_PAYOUT] = "'object':'ramp_payout','id':'out','customer_id':'cust_1',"
			  "'status':'processing','amount':250000,'fee':1000,"
			  "'fiat_currency':'EUR','fiat_amount_minor':22950,'fiat_exponent':2,"
			  "'created_at':@-600,'estimated_arrival_at':@3600",
	[OBJECT_KYC] = "'object':'ramp_kyc','customer_id':'cust_1','status':'approved',"
		       "'submitted_at':@-600",
	[OBJECT_DEPOSIT] = "'object':'ramp_deposit','id':'dep','customer_id':'cust_1',"
			   "'status':'received','token_symbol':'USDC','network':'base',"
			   "'amount':500000,'created_at':@0",
	[OBJECT_REFUND] = "'object':'refund','id':'ref','invoice_id':'inv','merchant_id':7,"
			  "'status':'pending','amount':40000,'created_at':@0",
};

/* The base with other members in place of its own; the caller frees. */
static char *object_text(enum object_kind kind, const char *members)
{
	struct strbuf sb;
	struct json *base, *other;
	char *text;

	strbuf_init(&sb, 65536);
	strbuf_addch(&sb, '{');
	expand(&sb, BASE[kind]);
	strbuf_addch(&sb, '}');
	base = json_of(strbuf_str(&sb));
	strbuf_clear(&sb);
	strbuf_addch(&sb, '{');
	expand(&sb, members);
	strbuf_addch(&sb, '}');
	other = json_of(strbuf_str(&sb));
	strbuf_release(&sb);
	for (const struct json *m = json_first(other); m; m = json_next(m))
		json_set_take(base, json_key(m), json_copy(m));
	text = json_print(base);
	json_free(other);
	json_free(base);
	return text;
}

static void tell_object(struct store *st, enum object_kind kind, const char *members, int64_t at_s)
{
	static const char *const TYPES[OBJECT_KIND_COUNT] = {
		[OBJECT_INVOICE] = "invoice.updated",
		[OBJECT_PAYMENT] = "invoice_payment.updated",
		[OBJECT_ORDER] = "commerce.order.updated",
		[OBJECT_PAYOUT] = "ramp.payout.updated",
		[OBJECT_KYC] = "ramp.kyc.updated",
		[OBJECT_DEPOSIT] = "ramp.deposit.updated",
		[OBJECT_REFUND] = "refund.updated",
	};
	static int seq;
	char *text = object_text(kind, members);

	tell(st, SOURCE_STREAM, event_at(T0 + at_s * 1000, ++seq, TYPES[kind], text, ""), T0);
	free(text);
}

/* --- rules ---------------------------------------------------------------------------- */

struct told {
	enum object_kind kind;
	const char *members;
	int64_t at_s;
};

#define INV(at, members)                    \
	{                                   \
		OBJECT_INVOICE, members, at \
	}
#define PAY(at, members)                    \
	{                                   \
		OBJECT_PAYMENT, members, at \
	}
#define ORDER(at, members)                \
	{                                 \
		OBJECT_ORDER, members, at \
	}
#define OUT(at, members)                   \
	{                                  \
		OBJECT_PAYOUT, members, at \
	}
#define KYC(at, members)                \
	{                               \
		OBJECT_KYC, members, at \
	}
#define DEP(at, members)                    \
	{                                   \
		OBJECT_DEPOSIT, members, at \
	}
#define REF(at, members)                   \
	{                                  \
		OBJECT_REFUND, members, at \
	}

#define MIN             60
#define HOUR            3600
#define DAY             86400
#define NONE_OF         -1
#define FACTS_PAYOUT    UINT64_C(0x51f070c033efa517)
#define FACTS_UNDERPAID UINT64_C(0x7124e9dffd50a0b2)
#define SHORT_40        "'status':'underpaid','amount_paid':40000,'last_payment_at':@0"

static const struct rule_case {
	const char *name;
	struct told told[4];
	int64_t now_s;
	int rules[3]; /* all that hold, most severe first; ended by NONE_OF */
	const char *why;
	int64_t at_risk, deadline_s;
} CASES[] = {
	/* underpaid */
	{"too little came in",
	 {INV(0, SHORT_40)},
	 60,
	 {RULE_UNDERPAID, NONE_OF},
	 "40.00 of 100.00 USD came in, 60.00 missing",
	 40000,
	 7200},
	{"the rest is on its way",
	 {INV(0, SHORT_40), PAY(5, "'status':'pending','amount_usd':60")},
	 60,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"a cent less than the rest is on its way",
	 {INV(0, SHORT_40), PAY(5, "'status':'pending','amount_usd':59.99")},
	 60,
	 {RULE_UNDERPAID, NONE_OF},
	 "40.00 of 100.00 USD came in, 60.00 missing, 59.99 more seen",
	 40000,
	 7200},
	{"all that came was given back",
	 {INV(0, SHORT_40), REF(5, "'status':'succeeded'")},
	 60,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"a part of it was given back",
	 {INV(0, SHORT_40), REF(5, "'status':'pending','amount':39999")},
	 60,
	 {RULE_UNDERPAID, NONE_OF},
	 "40.00 of 100.00 USD came in, 60.00 missing, 39.999 refunded",
	 1,
	 7200},
	{"a refund that failed gave nothing back",
	 {INV(0, SHORT_40), REF(5, "'status':'failed','failure_message':'No such wallet'")},
	 60,
	 {RULE_REFUND_FAILED, RULE_UNDERPAID, NONE_OF},
	 "40.00 USD: No such wallet",
	 40000,
	 0},
	{"the rest came",
	 {INV(0, "'status':'paid','amount_paid':100000,'paid_at':@0")},
	 60,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"nothing came", {INV(0, "")}, 60, {NONE_OF}, NULL, 0, 0},
	/* overpaid */
	{"a tenth of a cent too much",
	 {INV(0, "'status':'paid','amount_paid':100001,'last_payment_at':@0")},
	 60,
	 {RULE_OVERPAID, NONE_OF},
	 "100.001 of 100.00 USD came in, 0.001 too much",
	 1,
	 0},
	{"exactly what was asked",
	 {INV(0, "'status':'paid','amount_paid':100000")},
	 60,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"what was too much is being refunded",
	 {INV(0, "'status':'paid','amount_paid':140000"), REF(5, "")},
	 60,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"not all of what was too much is refunded",
	 {INV(0, "'status':'paid','amount_paid':150000"), REF(5, "")},
	 60,
	 {RULE_OVERPAID, NONE_OF},
	 "150.00 of 100.00 USD came in, 50.00 too much, 40.00 refunded",
	 10000,
	 0},
	/* expiring, at ten minutes and at the end */
	{"money is seen and ten minutes and a second are left",
	 {INV(0, "'expires_at':@1000"), PAY(5, "'status':'pending'")},
	 399,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"money is seen and ten minutes are left",
	 {INV(0, "'expires_at':@1000"), PAY(5, "'status':'pending'")},
	 400,
	 {RULE_EXPIRING, NONE_OF},
	 "100.00 of 100.00 USD is seen, not confirmed; expires at 12:16:40 UTC",
	 100000,
	 1000},
	{"nothing is seen and a minute is left",
	 {INV(0, "'expires_at':@1000")},
	 940,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"too little came in and a minute is left: the stronger rule alone",
	 {INV(0, SHORT_40 ",'expires_at':@1000")},
	 940,
	 {RULE_EXPIRING, NONE_OF},
	 "40.00 of 100.00 USD came in, 60.00 missing; expires at 12:16:40 UTC",
	 40000,
	 1000},
	{"its time ran out and nobody says so",
	 {INV(0, SHORT_40 ",'expires_at':@1000")},
	 1000,
	 {RULE_EXPIRING, NONE_OF},
	 "40.00 of 100.00 USD came in, 60.00 missing; its time ran out at 12:16:40 UTC",
	 40000,
	 1000},
	/* ended */
	{"expired with nothing in it",
	 {INV(1000, "'status':'expired','expires_at':@1000")},
	 2000,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"expired short",
	 {INV(1000, "'status':'expired','expires_at':@1000,'amount_paid':40000,"
		    "'last_payment_at':@900")},
	 2000,
	 {RULE_EXPIRED_SHORT, NONE_OF},
	 "40.00 of 100.00 USD came in, 60.00 missing; it expired",
	 40000,
	 0},
	{"expired with money seen and never confirmed",
	 {INV(1000, "'status':'expired','expires_at':@1000"), PAY(900, "'status':'pending'")},
	 2000,
	 {RULE_EXPIRED_SEEN, NONE_OF},
	 "100.00 of 100.00 USD is seen, not confirmed; it expired",
	 100000,
	 0},
	{"expired short and refunded",
	 {INV(1000, "'status':'expired','expires_at':@1000,'amount_paid':40000,"
		    "'last_payment_at':@900"),
	  REF(1100, "'status':'succeeded'")},
	 2000,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"canceled with money in it",
	 {INV(1000, "'status':'canceled','amount_paid':40000,'last_payment_at':@900")},
	 2000,
	 {RULE_EXPIRED_SHORT, NONE_OF},
	 "40.00 of 100.00 USD came in, 60.00 missing; it was canceled",
	 40000,
	 0},
	/* paid late: btcpayserver #4146, partly paid, expired, then overpaid */
	{"paid in the last second is in time",
	 {INV(1000, "'status':'expired','expires_at':@1000,'amount_paid':100000,"
		    "'last_payment_at':@1000")},
	 2000,
	 {RULE_EXPIRED_SHORT, NONE_OF},
	 "100.00 of 100.00 USD came in; it expired",
	 100000,
	 0},
	{"paid a second late",
	 {INV(1001, "'status':'expired','expires_at':@1000,'amount_paid':100000,"
		    "'last_payment_at':@1001")},
	 2000,
	 {RULE_PAID_LATE, NONE_OF},
	 "100.00 of 100.00 USD came in; the last came 1s after it expired",
	 100000,
	 0},
	{"expired short, and overpaid later",
	 {INV(1600, "'status':'expired','expires_at':@1000,'amount_paid':151500,"
		    "'last_payment_at':@1600")},
	 2000,
	 {RULE_PAID_LATE, NONE_OF},
	 "151.50 of 100.00 USD came in, 51.50 too much; the last came 10m after it expired",
	 151500,
	 0},
	{"paid late by the payment's word alone",
	 {INV(1000, "'status':'expired','expires_at':@1000,'amount_paid':40000"),
	  PAY(1030, "'status':'confirmed','amount_usd':40")},
	 2000,
	 {RULE_PAID_LATE, NONE_OF},
	 "40.00 of 100.00 USD came in, 60.00 missing; the last came 30s after it expired",
	 40000,
	 0},
	{"paid late and given back",
	 {INV(1600, "'status':'expired','expires_at':@1000,'amount_paid':40000,"
		    "'last_payment_at':@1600"),
	  REF(1700, "'status':'succeeded'")},
	 2000,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	/* btcpayserver #7074 and #7545: what hangs on it stays pending */
	{"paid late, and the order still awaits it",
	 {INV(1600, "'status':'expired','expires_at':@1000,'amount_paid':100000,"
		    "'last_payment_at':@1600,'commerce_order_id':'ord'"),
	  ORDER(0, "'status':'pending_payment','payment':{'status':'pending'}")},
	 2000,
	 {RULE_PAID_LATE, NONE_OF},
	 "100.00 of 100.00 USD came in; the last came 10m after it expired; its order is "
	 "pending_payment",
	 100000,
	 0},
	{"paid, and the order still awaits it, for two minutes",
	 {INV(0, "'status':'paid','amount_paid':100000,'paid_at':@0,'commerce_order_id':'ord'"),
	  ORDER(0, "'status':'pending_payment','payment':{'status':'pending'}")},
	 120,
	 {RULE_ORDER_STUCK, NONE_OF},
	 "100.00 USD paid; the order still awaits its payment",
	 100000,
	 0},
	{"paid, and the order may still hear of it",
	 {INV(0, "'status':'paid','amount_paid':100000,'paid_at':@0,'commerce_order_id':'ord'"),
	  ORDER(0, "'status':'pending_payment','payment':{'status':'pending'}")},
	 119,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"all came in and it stays unpaid",
	 {INV(0, "'amount_paid':100000,'last_payment_at':@0")},
	 120,
	 {RULE_CONTRADICTION, NONE_OF},
	 "100.00 of 100.00 USD came in, and it still says unpaid",
	 100000,
	 0},
	{"all came in and it may still be told",
	 {INV(0, "'amount_paid':100000,'last_payment_at':@0")},
	 119,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	/* payments */
	{"seen for ten minutes",
	 {INV(0, ""), PAY(0, "'status':'pending'")},
	 10 * MIN,
	 {RULE_UNCONFIRMED, NONE_OF},
	 "100.00 USD seen and not confirmed",
	 100000,
	 0},
	{"seen for less",
	 {INV(0, ""), PAY(0, "'status':'pending'")},
	 10 * MIN - 1,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"confirmed",
	 {INV(0, "'status':'paid','amount_paid':100000"), PAY(0, "")},
	 10 * MIN,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"manual retry",
	 {INV(0, ""), PAY(0, "'status':'manual_retry'")},
	 1,
	 {RULE_MANUAL_RETRY, NONE_OF},
	 "100.00 USD could not be matched by itself",
	 100000,
	 0},
	{"not settled for an hour",
	 {INV(0, "'status':'paid','amount_paid':100000"),
	  PAY(0, "'settlement_status':'processing'")},
	 HOUR,
	 {RULE_SETTLEMENT_STUCK, NONE_OF},
	 "100.00 USD confirmed, its settlement is not through",
	 100000,
	 0},
	{"not settled for less",
	 {INV(0, "'status':'paid','amount_paid':100000"), PAY(0, "'settlement_status':'pending'")},
	 HOUR - 1,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"settled by hand",
	 {INV(0, "'status':'paid','amount_paid':100000"), PAY(0, "'settlement_status':'manual'")},
	 2 * HOUR,
	 {RULE_SETTLEMENT_MANUAL, NONE_OF},
	 "100.00 USD confirmed; Pepay settles it by hand",
	 100000,
	 0},
	{"settlement failed",
	 {INV(0, "'status':'paid','amount_paid':100000"), PAY(0, "'settlement_status':'failed'")},
	 1,
	 {RULE_SETTLEMENT_FAILED, NONE_OF},
	 "100.00 USD confirmed; passing it on failed",
	 100000,
	 0},
	{"settled",
	 {INV(0, "'status':'paid','amount_paid':100000"), PAY(0, "")},
	 DAY,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	/* orders */
	{"not placed for half an hour",
	 {ORDER(0, "'status':'processing'")},
	 30 * MIN,
	 {RULE_ORDER_STUCK, NONE_OF},
	 "100.00 USD paid; not placed with the retailer yet",
	 100000,
	 0},
	{"not placed for less",
	 {ORDER(0, "'status':'processing'")},
	 30 * MIN - 1,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"not shipped for three days",
	 {ORDER(0, "'status':'placed'")},
	 3 * DAY,
	 {RULE_ORDER_STUCK, NONE_OF},
	 "100.00 USD paid; placed, not shipped yet",
	 100000,
	 0},
	{"not shipped for less",
	 {ORDER(0, "'status':'placed'")},
	 3 * DAY - 1,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"on its way for two weeks",
	 {ORDER(0, "'status':'shipped'")},
	 14 * DAY,
	 {RULE_ORDER_STUCK, NONE_OF},
	 "100.00 USD paid; shipped, not delivered yet",
	 100000,
	 0},
	{"delivered", {ORDER(0, "'status':'delivered'")}, 90 * DAY, {NONE_OF}, NULL, 0, 0},
	{"never paid and called off",
	 {ORDER(0, "'status':'cancelled','payment':{'status':'pending'}")},
	 DAY,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"failed, no refund",
	 {ORDER(0, "'status':'failed'")},
	 1,
	 {RULE_ORDER_FAILED, NONE_OF},
	 "100.00 USD paid; no refund is under way",
	 100000,
	 0},
	{"failed and refunded",
	 {ORDER(0, "'status':'failed','refund':{'status':'COMPLETED'}")},
	 1,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"called off, its refund open",
	 {ORDER(0, "'status':'cancelled','refund':{'status':'PENDING'}")},
	 1,
	 {RULE_ORDER_UNREFUNDED, NONE_OF},
	 "100.00 USD paid; its refund is under way",
	 100000,
	 0},
	{"called off and refunded by hand",
	 {INV(0, "'status':'paid','amount_paid':100000,'commerce_order_id':'ord'"),
	  ORDER(0, "'status':'cancelled'"), REF(9, "'status':'succeeded','amount':100000")},
	 10,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	/* refunds */
	{"refund pending for half an hour",
	 {REF(0, "")},
	 30 * MIN,
	 {RULE_REFUND_STUCK, NONE_OF},
	 "40.00 USD, nothing is said of its arrival",
	 40000,
	 0},
	{"refund pending for less", {REF(0, "")}, 30 * MIN - 1, {NONE_OF}, NULL, 0, 0},
	{"refund arrived", {REF(0, "'status':'succeeded'")}, DAY, {NONE_OF}, NULL, 0, 0},
	{"refund failed and was made again",
	 {REF(0, "'status':'failed'"),
	  REF(60, "'id':'ref2','status':'succeeded','created_at':@60")},
	 90,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"refund failed and half was made again",
	 {REF(0, "'status':'failed'"),
	  REF(60, "'id':'ref2','status':'succeeded','created_at':@60,'amount':20000")},
	 90,
	 {RULE_REFUND_FAILED, NONE_OF},
	 "40.00 USD",
	 40000,
	 0},
	{"an earlier refund is no second try",
	 {REF(-60, "'id':'ref0','status':'succeeded','created_at':@-60"),
	  REF(0, "'status':'failed'")},
	 90,
	 {RULE_REFUND_FAILED, NONE_OF},
	 "40.00 USD",
	 40000,
	 0},
	/* payouts */
	{"payout failed",
	 {OUT(0, "'status':'failed','failure_code':'account_closed',"
		 "'failure_message':'The account is closed'")},
	 1,
	 {RULE_PAYOUT_FAILED, NONE_OF},
	 "250.00 USD (229.50 EUR): The account is closed",
	 250000,
	 0},
	{"payout failed and was tried again",
	 {OUT(0, "'status':'failed'"), OUT(9, "'id':'out2','retry_of':'out'")},
	 10,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"payout returned",
	 {OUT(0, "'status':'returned','failure_code':'account_dormant'")},
	 1,
	 {RULE_PAYOUT_RETURNED, NONE_OF},
	 "250.00 USD (229.50 EUR): account_dormant",
	 250000,
	 0},
	{"payout returned and was tried again",
	 {OUT(9, "'id':'out2','retry_of':'out'"), OUT(0, "'status':'returned'")},
	 10,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"payout at the promised minute",
	 {OUT(0, "")},
	 3600,
	 {RULE_PAYOUT_LATE, NONE_OF},
	 "250.00 USD (229.50 EUR); promised for 2026-01-15T13:00:00Z, still processing",
	 250000,
	 3600},
	{"payout before it", {OUT(0, "")}, 3599, {NONE_OF}, NULL, 0, 0},
	{"payout paid", {OUT(0, "'status':'paid'")}, DAY, {NONE_OF}, NULL, 0, 0},
	{"payout canceled", {OUT(0, "'status':'canceled'")}, DAY, {NONE_OF}, NULL, 0, 0},
	{"payout of no promise, after three days",
	 {OUT(0, "'estimated_arrival_at':null,'status':'queued'")},
	 3 * DAY - 600,
	 {RULE_PAYOUT_LATE, NONE_OF},
	 "250.00 USD (229.50 EUR); usually there by 2026-01-18T11:50:00Z, still queued",
	 250000,
	 3 * DAY - 600},
	{"payout of no promise, before",
	 {OUT(0, "'estimated_arrival_at':null")},
	 3 * DAY - 601,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	/* deposits */
	{"deposit not confirmed for half an hour",
	 {DEP(0, "")},
	 30 * MIN,
	 {RULE_DEPOSIT_STUCK, NONE_OF},
	 "500.00 USD in USDC on Base",
	 500000,
	 0},
	{"deposit not confirmed for less", {DEP(0, "")}, 30 * MIN - 1, {NONE_OF}, NULL, 0, 0},
	{"deposit confirmed", {DEP(0, "'status':'confirmed'")}, DAY, {NONE_OF}, NULL, 0, 0},
	{"deposit that never came",
	 {DEP(0, "'status':'failed','failure_code':'funds_not_received'")},
	 1,
	 {RULE_DEPOSIT_FAILED, NONE_OF},
	 "500.00 USD in USDC on Base: the money never came; nothing was received",
	 -1,
	 0},
	{"deposit returned",
	 {DEP(0, "'status':'returned'")},
	 1,
	 {RULE_DEPOSIT_FAILED, NONE_OF},
	 "500.00 USD in USDC on Base",
	 500000,
	 0},
	{"deposit awaited", {DEP(0, "'status':'awaiting_funds'")}, DAY, {NONE_OF}, NULL, 0, 0},
	/* KYC */
	{"KYC in review with a payout behind it",
	 {KYC(0, "'status':'pending'"), OUT(1, "'status':'queued'")},
	 60,
	 {RULE_KYC_WAITING, NONE_OF},
	 "in review; 250.00 USD of 1 transfer wait for it",
	 250000,
	 0},
	{"KYC in review with nothing behind it",
	 {KYC(0, "'status':'pending'")},
	 60,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"KYC in review for a day",
	 {KYC(0, "'status':'pending','submitted_at':@0")},
	 DAY,
	 {RULE_KYC_WAITING, NONE_OF},
	 "in review for more than a day; no money is known to wait for it",
	 -1,
	 0},
	{"KYC in review for less",
	 {KYC(0, "'status':'pending','submitted_at':@0")},
	 DAY - 1,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"KYC in review, its payout is paid",
	 {KYC(0, "'status':'pending'"), OUT(1, "'status':'paid'")},
	 60,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"KYC in review, another's payout",
	 {KYC(0, "'status':'pending'"), OUT(1, "'customer_id':'cust_2'")},
	 60,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"KYC refused lately",
	 {KYC(0, "'status':'rejected','rejection_reason':'The selfie is blurred'")},
	 60,
	 {RULE_KYC_BLOCKS, NONE_OF},
	 "refused: The selfie is blurred; no money is known to wait for it",
	 -1,
	 0},
	{"KYC refused a week ago", {KYC(0, "'status':'rejected'")}, 7 * DAY, {NONE_OF}, NULL, 0, 0},
	{"KYC refused a week ago and money waits",
	 {KYC(0, "'status':'rejected'"), OUT(1, "'estimated_arrival_at':@9999999")},
	 2 * DAY,
	 {RULE_KYC_BLOCKS, NONE_OF},
	 "refused; 250.00 USD of 1 transfer wait for it",
	 250000,
	 0},
	{"KYC expired and money waits",
	 {KYC(0, "'status':'expired'"), OUT(1, ""), DEP(2, "")},
	 60,
	 {RULE_KYC_BLOCKS, NONE_OF},
	 "the approval has expired; 750.00 USD of 2 transfers wait for it",
	 750000,
	 0},
	{"KYC expired and nothing waits",
	 {KYC(0, "'status':'expired'")},
	 60,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"KYC approved", {KYC(0, ""), OUT(1, "")}, 60, {NONE_OF}, NULL, 0, 0},
	/* contradictions */
	{"the invoice does not count a payment",
	 {INV(0, "'status':'unpaid'"), PAY(0, "")},
	 120,
	 {RULE_CONTRADICTION, NONE_OF},
	 "its payments say 100.00 USD came in, the invoice counts 0.00",
	 100000,
	 0},
	{"the invoice may still hear of the payment",
	 {INV(0, "'status':'unpaid'"), PAY(0, "")},
	 119,
	 {NONE_OF},
	 NULL,
	 0,
	 0},
	{"it says paid and is short",
	 {INV(0, "'status':'paid','amount_paid':40000")},
	 1,
	 {RULE_CONTRADICTION, NONE_OF},
	 "it says paid, and only 40.00 of 100.00 USD came in",
	 60000,
	 0},
	{"a status that cannot follow",
	 {INV(0, "'status':'expired'"), INV(5, "'status':'paid','amount_paid':100000")},
	 60,
	 {RULE_CONTRADICTION, NONE_OF},
	 "it went from expired to paid, which should not happen",
	 -1,
	 0},
};

static bool is_worse(enum attention_rule a, enum attention_rule b)
{
	return attention_rule_severity(a) > attention_rule_severity(b);
}

static void case_check(const struct rule_case *c, const struct attention *a)
{
	size_t n = 0;

	while (c->rules[n] != NONE_OF)
		n++;
	if (attention_count(a) != n)
		fail_msg("%s: %zu rules hold, not %zu (first: %s: %s)", c->name, attention_count(a),
			 n, n ? attention_rule_name((enum attention_rule)c->rules[0]) : "none",
			 attention_count(a) ? attention_at(a, 0)->why : "");
	for (size_t i = 0; i < n; i++)
		if ((int)attention_at(a, i)->rule != c->rules[i])
			fail_msg("%s: %s holds, not %s", c->name,
				 attention_rule_name(attention_at(a, i)->rule),
				 attention_rule_name((enum attention_rule)c->rules[i]));
	if (n == 0)
		return;
	if (!str_equal(attention_at(a, 0)->why, c->why))
		fail_msg("%s: says “%s”", c->name, attention_at(a, 0)->why);
	assert_int_equal(attention_at(a, 0)->has_amount, c->at_risk >= 0);
	if (c->at_risk >= 0 && attention_at(a, 0)->at_risk.minor != c->at_risk)
		fail_msg("%s: %lld at risk", c->name, (long long)attention_at(a, 0)->at_risk.minor);
	if (c->deadline_s && attention_at(a, 0)->deadline_ms != T0 + c->deadline_s * 1000)
		fail_msg("%s: another deadline", c->name);
}

static void test_each_rule_holds_where_it_should_and_nowhere_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(CASES); i++) {
		const struct rule_case *c = &CASES[i];
		struct store *st = store_new();
		struct attention *a = attention_new();

		for (size_t t = 0; t < 4 && c->told[t].kind != OBJECT_NONE; t++)
			tell_object(st, c->told[t].kind, c->told[t].members, c->told[t].at_s);
		attention_refresh(a, st, T0 + c->now_s * 1000);
		case_check(c, a);
		attention_free(a);
		store_free(st);
	}
}

/* Told piece by piece, with a look after each, at another time: the end must be the same. */
static void test_looking_in_between_changes_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(CASES); i++) {
		const struct rule_case *c = &CASES[i];
		struct store *st = store_new();
		struct attention *a = attention_new();

		attention_refresh(a, st, T0 - 1000000);
		for (size_t t = 0; t < 4 && c->told[t].kind != OBJECT_NONE; t++) {
			tell_object(st, c->told[t].kind, c->told[t].members, c->told[t].at_s);
			attention_refresh(a, st, T0 - 1000000 + (int64_t)t);
		}
		attention_refresh(a, st, T0 + c->now_s * 1000);
		case_check(c, a);
		assert_false(attention_refresh(a, st, T0 + c->now_s * 1000));
		attention_free(a);
		store_free(st);
	}
}

static void test_every_rule_has_cases_for_and_against(void **state)
{
	bool holds[ATTENTION_RULE_COUNT] = {false};

	(void)state;
	for (size_t i = 0; i < COUNT(CASES); i++)
		for (size_t r = 0; CASES[i].rules[r] != NONE_OF; r++)
			holds[CASES[i].rules[r]] = true;
	for (int r = 0; r < ATTENTION_RULE_COUNT; r++)
		if (!holds[r])
			fail_msg("no case for %s", attention_rule_name((enum attention_rule)r));
}

/* --- rank ------------------------------------------------------------------------------ */

/* What can be mended only until its time runs out comes before more money that can wait. */
static void test_the_clock_comes_before_the_money_while_it_runs(void **state)
{
	static const char *const RUNNING[] = {"soon", "later", "big"};
	static const char *const OVER[] = {"later", "big", "soon"};
	struct store *st = store_new();
	struct attention *a = attention_new();

	(void)state;
	tell_object(st, OBJECT_INVOICE, SHORT_40 ",'id':'later','expires_at':@300", 0);
	tell_object(st, OBJECT_INVOICE, SHORT_40 ",'id':'soon','expires_at':@200", 0);
	tell_object(st, OBJECT_PAYOUT, "'id':'big','status':'failed','amount':5000000", 0);
	assert_true(attention_refresh(a, st, T0 + 1000));
	for (size_t i = 0; i < COUNT(RUNNING); i++)
		assert_string_equal(attention_at(a, i)->subject.id, RUNNING[i]);
	assert_true(attention_refresh(a, st, T0 + 201000));
	for (size_t i = 0; i < COUNT(OVER); i++)
		assert_string_equal(attention_at(a, i)->subject.id, OVER[i]);
	attention_free(a);
	store_free(st);
}

static void test_rank_is_severity_then_money_then_time_left(void **state)
{
	static const char *const ORDER_OF[] = {"big", "small", "soon", "late", "no-time"};
	struct store *st = store_new();
	struct attention *a = attention_new();

	(void)state;
	tell_object(st, OBJECT_INVOICE, SHORT_40 ",'id':'no-time','expires_at':null", 0);
	tell_object(st, OBJECT_INVOICE, SHORT_40 ",'id':'late','expires_at':@9000", 0);
	tell_object(st, OBJECT_INVOICE, SHORT_40 ",'id':'soon','expires_at':@8000", 0);
	tell_object(st, OBJECT_PAYOUT, "'id':'small','status':'failed','amount':10", 0);
	tell_object(st, OBJECT_PAYOUT, "'id':'big','status':'failed','amount':11", 0);
	assert_true(attention_refresh(a, st, T0 + 1000));
	assert_int_equal(attention_count(a), COUNT(ORDER_OF));
	for (size_t i = 0; i < COUNT(ORDER_OF); i++)
		assert_string_equal(attention_at(a, i)->subject.id, ORDER_OF[i]);
	assert_null(attention_at(a, COUNT(ORDER_OF)));
	assert_true(is_worse(RULE_EXPIRING, RULE_UNDERPAID));
	attention_free(a);
	store_free(st);
}

static void test_a_payment_is_its_customers(void **state)
{
	struct store *st = store_new();
	struct attention *a = attention_new();
	struct subject s;
	const struct attention_item *items[4];

	(void)state;
	tell_object(st, OBJECT_INVOICE, "'customer_id':'cust_X'", 0);
	tell_object(st, OBJECT_PAYMENT, "'status':'manual_retry'", 0);
	attention_refresh(a, st, T0);
	assert_string_equal(attention_at(a, 0)->customer, "cust_X");
	assert_true(subject_set(&s, SUBJECT_PAYMENT, "pay"));
	assert_int_equal(attention_of(a, &s, items, 4), 1);
	assert_ptr_equal(items[0], attention_at(a, 0));
	assert_true(subject_set(&s, SUBJECT_INVOICE, "pay"));
	assert_int_equal(attention_of(a, &s, items, 4), 0);
	attention_free(a);
	store_free(st);
}

/* What is asked of one object is what the list says of it, worst first, whatever left before. */
static void test_what_is_said_of_one_object_is_what_the_list_says(void **state)
{
	struct store *st = store_new();
	struct attention *a = attention_new();
	const struct attention_item *items[ATTENTION_RULE_COUNT];
	size_t said = 0;

	(void)state;
	for (int i = 0; i < 40; i++) {
		char text[200];
		str_printf(text, sizeof(text), "'id':'p%d','status':'%s','amount':%d", i,
			   i % 3 ? "failed" : "paid", 10 + i);
		tell_object(st, OBJECT_PAYOUT, text, 0);
	}
	attention_refresh(a, st, T0);
	for (int i = 0; i < 40; i++) {
		struct subject s;
		char id[16];
		size_t n;
		str_printf(id, sizeof(id), "p%d", i);
		assert_true(subject_set(&s, SUBJECT_PAYOUT, id));
		n = attention_of(a, &s, items, COUNT(items));
		assert_int_equal(n, i % 3 ? 1 : 0);
		for (size_t k = 0; k < n; k++)
			assert_true(subject_equal(&items[k]->subject, &s));
		said += n;
	}
	assert_int_equal(said, attention_count(a));
	attention_free(a);
	store_free(st);
}

/* --- time ----------------------------------------------------------------------------- */

static void test_the_clock_alone_brings_items_and_takes_them(void **state)
{
	struct store *st = store_new();
	struct attention *a = attention_new();

	(void)state;
	tell_object(st, OBJECT_INVOICE, "'expires_at':@1000", 0);
	tell_object(st, OBJECT_PAYMENT, "'status':'pending'", 0);
	tell_object(st, OBJECT_KYC, "'status':'rejected'", 0);
	assert_true(attention_refresh(a, st, T0));
	assert_int_equal(attention_count(a), 1);
	assert_int_equal(attention_at(a, 0)->rule, RULE_KYC_BLOCKS);
	assert_false(attention_refresh(a, st, T0 + 399000));
	assert_true(attention_refresh(a, st, T0 + 400000));
	assert_int_equal(attention_at(a, 0)->rule, RULE_EXPIRING);
	assert_true(attention_refresh(a, st, T0 + 8 * EXPECT_DAYS(1)));
	assert_int_equal(attention_count(a), 1); /* the refusal is no news any more */
	/* A recording goes back. */
	assert_true(attention_refresh(a, st, T0));
	assert_int_equal(attention_at(a, 0)->rule, RULE_KYC_BLOCKS);
	assert_int_equal(attention_count(a), 1);
	attention_free(a);
	store_free(st);
}

/* --- acknowledging --------------------------------------------------------------------- */

static void acknowledge(struct store *st, const struct attention_item *item, int64_t at_ms,
			bool withdrawn)
{
	struct request rq = {.kind = REQUEST_ACK};

	str_copy(rq.ack.rule, sizeof(rq.ack.rule), attention_rule_name(item->rule));
	rq.ack.kind = subject_object(item->subject.kind);
	str_copy(rq.ack.id, sizeof(rq.ack.id), item->subject.id);
	rq.ack.facts = item->facts;
	rq.ack.at_ms = at_ms;
	rq.ack.withdrawn = withdrawn;
	store_submitted(st, &rq, at_ms);
}

static void test_what_was_acknowledged_comes_back_when_its_facts_change(void **state)
{
	struct store *st = store_new();
	struct attention *a = attention_new();

	(void)state;
	tell_object(st, OBJECT_INVOICE, SHORT_40 ",'expires_at':@7200", 0);
	tell_object(st, OBJECT_PAYOUT, "'status':'failed'", 0);
	attention_refresh(a, st, T0 + 1000);
	assert_int_equal(attention_at(a, 1)->rule, RULE_UNDERPAID);
	acknowledge(st, attention_at(a, 0), T0 + 1000, false);
	assert_true(attention_refresh(a, st, T0 + 1000));
	assert_int_equal(attention_open_count(a), 1);
	assert_int_equal(attention_at(a, 0)->rule, RULE_UNDERPAID); /* what is open comes first */
	acknowledge(st, attention_at(a, 0), T0 + 2000, false);
	assert_true(attention_refresh(a, st, T0 + 3000));
	assert_int_equal(attention_open_count(a), 0);
	assert_int_equal(attention_count(a), 2);
	/* Time passing is no fact. */
	assert_false(attention_refresh(a, st, T0 + 60000));
	/* A cent more is. */
	tell_object(st, OBJECT_INVOICE,
		    "'status':'underpaid','amount_paid':40010,'last_payment_at':@60", 60);
	assert_true(attention_refresh(a, st, T0 + 61000));
	assert_int_equal(attention_open_count(a), 1);
	assert_int_equal(attention_at(a, 0)->rule, RULE_UNDERPAID);
	assert_false(attention_at(a, 0)->acknowledged);
	attention_free(a);
	store_free(st);
}

static void test_a_deadline_that_goes_by_brings_it_back_and_withdrawing_does(void **state)
{
	struct store *st = store_new();
	struct attention *a = attention_new();

	(void)state;
	tell_object(st, OBJECT_INVOICE, SHORT_40 ",'expires_at':@1000", 0);
	attention_refresh(a, st, T0 + 900000);
	acknowledge(st, attention_at(a, 0), T0 + 900000, false);
	attention_refresh(a, st, T0 + 999000);
	assert_int_equal(attention_open_count(a), 0);
	attention_refresh(a, st, T0 + 1000000);
	assert_int_equal(attention_open_count(a), 1);
	acknowledge(st, attention_at(a, 0), T0 + 1000000, false);
	attention_refresh(a, st, T0 + 1000000);
	assert_int_equal(attention_open_count(a), 0);
	acknowledge(st, attention_at(a, 0), T0 + 1001000, true);
	assert_true(attention_refresh(a, st, T0 + 1001000));
	assert_int_equal(attention_open_count(a), 1);
	attention_free(a);
	store_free(st);
}

/* Kept on disk with what was acknowledged: these numbers must never change. */
static void test_fingerprints_stay_what_they_are(void **state)
{
	struct store *st = store_new();
	struct attention *a = attention_new();

	(void)state;
	tell_object(st, OBJECT_INVOICE, SHORT_40, 0);
	tell_object(st, OBJECT_PAYOUT, "'status':'failed'", 0);
	attention_refresh(a, st, T0);
	assert_int_equal(attention_at(a, 0)->facts, FACTS_PAYOUT);
	assert_int_equal(attention_at(a, 1)->facts, FACTS_UNDERPAID);
	attention_free(a);
	store_free(st);
}

/* --- many -------------------------------------------------------------------------------- */

static void test_records_that_leave_the_store_leave_the_list(void **state)
{
	struct store *st = store_new();
	struct attention *a = attention_new();
	char members[256];

	(void)state;
	for (int i = 0; i < STORE_RECORDS_MAX + 10; i++) {
		snprintf(members, sizeof(members),
			 "'id':'inv%d','status':'%s','amount_paid':%d,'last_payment_at':@0,"
			 "'expires_at':@5",
			 i, i < 50 ? "expired" : "unpaid", i < 50 ? 40000 : 0);
		tell_object(st, OBJECT_INVOICE, members, i);
		if (i == 5000)
			attention_refresh(a, st, T0 + 30000000);
	}
	assert_int_equal(attention_count(a), 50);
	assert_true(attention_refresh(a, st, T0 + 30000000));
	for (size_t i = 0; i < attention_count(a); i++)
		assert_non_null(store_record(st, OBJECT_INVOICE, attention_at(a, i)->subject.id));
	assert_true(attention_count(a) < 50);
	attention_free(a);
	store_free(st);
}

static void tell_invoice(struct store *st, int i, const char *status, int64_t paid)
{
	char id[32], text[4096];

	snprintf(id, sizeof(id), "inv%d", i);
	invoice_json(text, id, status, paid, ",\"customer_id\":\"cust_1\"");
	tell(st, SOURCE_STREAM, event_at(T0 + i, 2 * i, "invoice.updated", text, ""), T0 + i);
}

static void tell_about_invoice(struct store *st, int i, const char *object, const char *status,
			       int64_t amount)
{
	char text[512];

	snprintf(text, sizeof(text),
		 "{\"object\":\"%s\",\"id\":\"%c%d\",\"invoice_id\":\"inv%d\",\"merchant_id\":7,"
		 "\"status\":\"%s\",\"amount\":%lld,\"amount_usd\":%lld,\"created_at\":%lld}",
		 object, object[0], i, i, status, (long long)amount, (long long)amount / 1000,
		 (long long)(T0 / 1000));
	tell(st, SOURCE_STREAM,
	     event_at(T0 + i, 2 * i + 1,
		      object[0] == 'r' ? "refund.updated" : "invoice_payment.updated", text, ""),
	     T0 + i);
}

static void tell_of_all_sorts(struct store *st, int i)
{
	tell_invoice(st, i,
		     i % 9 == 0   ? "underpaid"
		     : i % 7 == 0 ? "expired"
				  : "paid",
		     i % 9 == 0   ? 20000
		     : i % 7 == 0 ? i % 14 * 1000
				  : 49990);
	if (i % 5 == 0)
		tell_about_invoice(st, i, "invoice_payment", i % 10 ? "failed" : "manual_retry",
				   49000);
	if (i % 11 == 0)
		tell_about_invoice(st, i, "refund", i % 2 ? "failed" : "succeeded", 7000);
	if (i % 3 == 0 && i > 900)
		tell_invoice(st, i - 900, "paid", 49990);
}

static void tell_refund(struct store *st, int i, const char *status, int64_t created_ms)
{
	static int seq;
	char text[512];

	snprintf(text, sizeof(text),
		 "{\"object\":\"refund\",\"id\":\"r%d\",\"invoice_id\":\"inv0\",\"merchant_id\":7,"
		 "\"status\":\"%s\",\"amount\":1000,\"created_at\":%lld}",
		 i, status, (long long)created_ms / 1000);
	seq++;
	tell(st, SOURCE_STREAM, event_at(T0 + seq, seq, "refund.updated", text, ""), T0);
}

/* A refund that failed was made good by those made after it, be they few or many. */
static void test_what_was_refunded_since_counts_among_many_refunds(void **state)
{
	(void)state;
	for (int many = 1; many <= 101; many += 20) {
		struct store *st = store_new();
		struct attention *a = attention_new();

		for (int i = 0; i < many; i++)
			tell_refund(st, 1 + i, "failed", T0 + i * 1000);
		attention_refresh(a, st, T0 + 1000000);
		assert_int_equal(attention_count(a), many);
		tell_refund(st, 200, "pending", T0 + (many - 1) * 500);
		attention_refresh(a, st, T0 + 1000000);
		assert_int_equal(attention_count(a), many / 2);
		tell_refund(st, 200, "failed", T0 + (many - 1) * 500);
		attention_refresh(a, st, T0 + 1000000);
		assert_int_equal(attention_count(a), many + 1);
		attention_free(a);
		store_free(st);
	}
}

static void assert_same_items(const struct attention *a, const struct attention *b)
{
	assert_int_equal(attention_count(a), attention_count(b));
	for (size_t i = 0; i < attention_count(a); i++) {
		const struct attention_item *x = attention_at(a, i), *y = attention_at(b, i);

		assert_string_equal(x->subject.id, y->subject.id);
		assert_int_equal(x->rule, y->rule);
		assert_string_equal(x->why, y->why);
		assert_string_equal(x->customer, y->customer);
		assert_int_equal(x->facts, y->facts);
		assert_int_equal(x->since_ms, y->since_ms);
		assert_int_equal(x->deadline_ms, y->deadline_ms);
	}
}

/* Each that leaves has the last one take its place; what is found then is what is found anew. */
static void test_records_that_take_the_place_of_others_are_not_mistaken_for_them(void **state)
{
	struct store *st = store_new();
	struct attention *a = attention_new();
	const int64_t now_ms = T0 + 864000000;

	(void)state;
	for (int i = 0; i < STORE_RECORDS_MAX + 3000; i++) {
		tell_of_all_sorts(st, i);
		if (i % 400 == 0)
			attention_refresh(a, st, now_ms);
		if (i >= STORE_RECORDS_MAX && i % 1000 == 999) {
			struct attention *anew = attention_new();

			attention_refresh(a, st, now_ms);
			attention_refresh(anew, st, now_ms);
			assert_true(attention_count(anew) > 1000);
			assert_same_items(a, anew);
			attention_free(anew);
		}
	}
	attention_free(a);
	store_free(st);
}

/* A store that is full lets go of something all the time: that alone is no news. */
static void test_in_a_full_store_what_needs_nobody_changes_nothing(void **state)
{
	struct store *st = store_new();
	struct attention *a = attention_new();
	size_t held;

	(void)state;
	for (int i = 0; i < STORE_RECORDS_MAX; i++)
		tell_invoice(st, i, i < 50 ? "underpaid" : "paid", i < 50 ? 20000 : 49990);
	attention_refresh(a, st, T0 + 864000000);
	held = attention_count(a);
	assert_true(held >= 50);
	for (int i = STORE_RECORDS_MAX; i < STORE_RECORDS_MAX + 2000; i++) {
		tell_invoice(st, i, "paid", 49990);
		if (i % 100 == 0)
			assert_false(attention_refresh(a, st, T0 + 864000000));
	}
	assert_true(store_record_count(st, OBJECT_INVOICE) < STORE_RECORDS_MAX);
	assert_int_equal(attention_count(a), held);
	attention_free(a);
	store_free(st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_rule_holds_where_it_should_and_nowhere_else),
		cmocka_unit_test(test_looking_in_between_changes_nothing),
		cmocka_unit_test(test_every_rule_has_cases_for_and_against),
		cmocka_unit_test(test_rank_is_severity_then_money_then_time_left),
		cmocka_unit_test(test_the_clock_comes_before_the_money_while_it_runs),
		cmocka_unit_test(test_a_payment_is_its_customers),
		cmocka_unit_test(test_what_is_said_of_one_object_is_what_the_list_says),
		cmocka_unit_test(test_the_clock_alone_brings_items_and_takes_them),
		cmocka_unit_test(test_what_was_acknowledged_comes_back_when_its_facts_change),
		cmocka_unit_test(test_a_deadline_that_goes_by_brings_it_back_and_withdrawing_does),
		cmocka_unit_test(test_fingerprints_stay_what_they_are),
		cmocka_unit_test(test_records_that_leave_the_store_leave_the_list),
		cmocka_unit_test(
			test_records_that_take_the_place_of_others_are_not_mistaken_for_them),
		cmocka_unit_test(test_in_a_full_store_what_needs_nobody_changes_nothing),
		cmocka_unit_test(test_what_was_refunded_since_counts_among_many_refunds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

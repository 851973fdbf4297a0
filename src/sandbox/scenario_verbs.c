/* What can happen in a scenario: one row a verb and kind of actor. */
#include "sandbox/scenario.h"

#define W(word) (1u << WORD_##word)

/* The step's word and number are what the act does when the line says nothing else. */
static const struct verb verbs[] = {
	{"say", ACTOR_NONE, TAKES, {.act = act_say}, W(CAPTION)},

	{"customer", ACTOR_CUSTOMER, MAKES, {.act = act_introduce}, W(COUNTRY)},
	{"kyc",
	 ACTOR_CUSTOMER,
	 MAKES_OR_TAKES,
	 {.act = act_submit, .word = "pending"},
	 W(COUNTRY) | W(NAMED)},
	{"approve", ACTOR_CUSTOMER, TAKES, {.act = act_review, .word = "approved"}, 0},
	{"reject", ACTOR_CUSTOMER, TAKES, {.act = act_review, .word = "rejected"}, W(REASON)},
	{"expire", ACTOR_CUSTOMER, TAKES, {.act = act_lapse, .word = "expired"}, 0},

	{"invoice",
	 ACTOR_INVOICE,
	 MAKES,
	 {.act = act_bill},
	 W(AMOUNT) | W(CUSTOMER) | W(DESCRIPTION) | W(EXPIRES)},
	{"pay", ACTOR_INVOICE, TAKES, {.act = act_pay, .number = 100}, W(SHARE) | W(NETWORK)},
	{"confirm", ACTOR_INVOICE, TAKES, {.act = act_confirm_all}, 0},
	{"settle", ACTOR_INVOICE, TAKES, {.act = act_settle_all, .word = "settled"}, W(STATE)},
	{"expire", ACTOR_INVOICE, TAKES, {.act = act_expire_bill}, 0},
	{"cancel", ACTOR_INVOICE, TAKES, {.act = act_cancel_bill}, 0},
	{"refund", ACTOR_INVOICE, TAKES, {.act = act_refund_bill}, W(AMOUNT) | W(REASON)},

	{"order", ACTOR_ORDER, MAKES, {.act = act_order}, W(ITEMS) | W(CUSTOMER)},
	{"pay", ACTOR_ORDER, TAKES, {.act = act_pay, .number = 100}, W(SHARE) | W(NETWORK)},
	{"confirm", ACTOR_ORDER, TAKES, {.act = act_confirm_all}, 0},
	{"settle", ACTOR_ORDER, TAKES, {.act = act_settle_all, .word = "settled"}, W(STATE)},
	{"place", ACTOR_ORDER, TAKES, {.act = act_advance, .word = "placed"}, 0},
	{"ship",
	 ACTOR_ORDER,
	 TAKES,
	 {.act = act_advance, .word = "shipped"},
	 W(CARRIER) | W(TRACKING)},
	{"deliver", ACTOR_ORDER, TAKES, {.act = act_advance, .word = "delivery_confirmed"}, 0},
	{"fail", ACTOR_ORDER, TAKES, {.act = act_advance, .word = "failed"}, 0},
	{"cancel", ACTOR_ORDER, TAKES, {.act = act_call_off}, 0},
	{"refund", ACTOR_ORDER, TAKES, {.act = act_advance, .word = "refunded"}, 0},
	{"expire", ACTOR_ORDER, TAKES, {.act = act_expire_bill}, 0},

	{"payout",
	 ACTOR_PAYOUT,
	 MAKES,
	 {.act = act_pay_out_approved},
	 W(AMOUNT) | W(CUSTOMER) | W(COUNTRY)},
	{"process", ACTOR_PAYOUT, TAKES, {.act = act_move_payout, .word = "processing"}, 0},
	{"complete", ACTOR_PAYOUT, TAKES, {.act = act_move_payout, .word = "paid"}, 0},
	{"fail",
	 ACTOR_PAYOUT,
	 TAKES,
	 {.act = act_move_payout, .word = "failed"},
	 W(FAILURE) | W(REASON)},
	{"return",
	 ACTOR_PAYOUT,
	 TAKES,
	 {.act = act_move_payout, .word = "returned"},
	 W(RETURN) | W(REASON)},
	{"cancel", ACTOR_PAYOUT, TAKES, {.act = act_move_payout, .word = "canceled"}, 0},

	{"deposit",
	 ACTOR_DEPOSIT,
	 MAKES,
	 {.act = act_deposit},
	 W(AMOUNT) | W(CUSTOMER) | W(COUNTRY) | W(NETWORK)},
	{"receive", ACTOR_DEPOSIT, TAKES, {.act = act_move_deposit, .word = "received"}, 0},
	{"confirm", ACTOR_DEPOSIT, TAKES, {.act = act_move_deposit, .word = "confirmed"}, 0},
	{"fail", ACTOR_DEPOSIT, TAKES, {.act = act_move_deposit, .word = "failed"}, 0},
	{"return", ACTOR_DEPOSIT, TAKES, {.act = act_move_deposit, .word = "returned"}, 0},
};

const struct verb *scenario_verbs(size_t *ret_count)
{
	*ret_count = sizeof(verbs) / sizeof(verbs[0]);
	return verbs;
}

const char *scenario_actor_words(enum actor_kind kind)
{
	switch (kind) {
	case ACTOR_CUSTOMER:
		return "a customer";
	case ACTOR_INVOICE:
		return "an invoice";
	case ACTOR_ORDER:
		return "an order";
	case ACTOR_PAYOUT:
		return "a payout";
	case ACTOR_DEPOSIT:
		return "a deposit";
	case ACTOR_NONE:
	case ACTOR_KINDS:
		break;
	}
	return "nobody";
}

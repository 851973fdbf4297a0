/*
 * The scenarios that come with the program, so that it runs uninstalled: the same
 * text as scenarios/<name>.scenario, byte for byte (a test compares them). Made by
 * scenarios/embed.sh.
 */
#include "sandbox/scenario.h"

/* clang-format off */
static const char demo[] =
	"# What `pepaytop demo` shows. The shop's own life is drawn by the director, not told line by line.\n"
	"scenario demo \"a shop's life, about one event a second, at a pace a person can follow\"\n"
	"past day\n"
	"rate 1.1/s\n";

static const char quiet[] =
	"scenario quiet \"a day of history, then nothing but what clients do\"\n"
	"past day\n";

static const char busy[] =
	"scenario busy \"the same life at 50 events a second\"\n"
	"past day\n"
	"rate 50/s\n";

static const char tour[] =
	"scenario tour \"sixty seconds that show everything, one thing at a time\"\n"
	"past day\n"
	"\n"
	"at 0s  say \"Every change arrives as an event the moment it happens\"\n"
	"at 0s  invoice full amount 49.99 customer new description \"Espresso beans, 2 kg\"\n"
	"at 0s  kyc ana country BR\n"
	"at 0s  kyc ben country DE\n"
	"\n"
	"at 2s  say \"A payment is seen, confirmed, and settled\"\n"
	"       pay full full network base\n"
	"+3s    confirm full\n"
	"+3s    settle full processing\n"
	"+4s    settle full\n"
	"\n"
	"at 4s  say \"Somebody pays too little: the invoice is underpaid until the rest comes\"\n"
	"       invoice short amount 120.00 description \"Workshop, one seat\"\n"
	"+2s    pay short 60% network solana\n"
	"+2s    confirm short\n"
	"+8s    pay short full\n"
	"+2s    confirm short\n"
	"+2s    settle short processing\n"
	"+2s    settle short\n"
	"\n"
	"at 10s say \"Somebody pays too much\"\n"
	"       invoice over amount 80.00 description \"Gift card\"\n"
	"+2s    pay over 112% network ethereum\n"
	"+3s    confirm over\n"
	"\n"
	"at 12s invoice late amount 35.50 description \"Spare parts\" expires 14s\n"
	"\n"
	"at 14s say \"An order: paid, placed with the retailer, shipped, delivered\"\n"
	"       order goods items 2 customer new\n"
	"+2s    pay goods full network base\n"
	"+3s    confirm goods\n"
	"+2s    settle goods\n"
	"+3s    place goods\n"
	"+5s    ship goods carrier \"DHL\"\n"
	"+8s    deliver goods\n"
	"\n"
	"at 20s say \"Identity checks: one passes, one does not\"\n"
	"       approve ana\n"
	"+1s    reject ben reason \"The document has expired\"\n"
	"\n"
	"at 22s say \"Payouts go to banks: one arrives, one fails, one comes back\"\n"
	"       payout paid amount 1200.00 customer ana country BR\n"
	"+1s    payout broken amount 640.00 customer ana country BR\n"
	"+1s    payout back amount 2350.00 country GB\n"
	"+2s    process paid\n"
	"+1s    process broken\n"
	"+1s    process back\n"
	"at 36s complete paid\n"
	"at 39s fail broken account_closed\n"
	"at 41s complete back\n"
	"at 52s return back beneficiary_refused\n"
	"\n"
	"at 26s say \"Nobody paid in time: the invoice expires\"\n"
	"\n"
	"at 30s say \"The retailer cannot deliver: the order fails, the money goes back\"\n"
	"       order lost items 1\n"
	"+2s    pay lost full network bsc\n"
	"+2s    confirm lost\n"
	"+2s    settle lost\n"
	"+4s    fail lost\n"
	"+6s    refund lost\n"
	"\n"
	"at 44s say \"Part of what was overpaid is refunded\"\n"
	"       refund over amount 9.60 reason \"Paid too much\"\n"
	"\n"
	"at 58s say \"That was the tour. Look around: nothing here is real\"\n";

static const char trouble[] =
	"scenario trouble \"everything that can go wrong with money, in a minute and a half\"\n"
	"past none\n"
	"\n"
	"at 0s  say \"Underpaid, and nobody comes back with the rest\"\n"
	"       invoice short amount 200.00 expires 60s\n"
	"+3s    pay short 40%\n"
	"+4s    confirm short\n"
	"\n"
	"at 2s  say \"Paid late: seen in time, confirmed after the invoice expired\"\n"
	"       invoice late amount 75.00 expires 20s\n"
	"+15s   pay late full\n"
	"+12s   confirm late\n"
	"\n"
	"at 4s  say \"Paid twice what was asked\"\n"
	"       invoice double amount 30.00\n"
	"+3s    pay double 200%\n"
	"+4s    confirm double\n"
	"\n"
	"at 6s  say \"Money is seen on chain, but never confirmed before the end\"\n"
	"       invoice seen amount 90.00 expires 30s\n"
	"+20s   pay seen full\n"
	"\n"
	"at 8s  say \"Paid, but the settlement is stuck in processing\"\n"
	"       invoice stuck amount 410.00\n"
	"+2s    pay stuck full\n"
	"+3s    confirm stuck\n"
	"+3s    settle stuck processing\n"
	"\n"
	"at 10s say \"Paid, and a person has to settle it by hand\"\n"
	"       invoice byhand amount 999.00\n"
	"+2s    pay byhand full\n"
	"+3s    confirm byhand\n"
	"+3s    settle byhand processing\n"
	"+4s    settle byhand manual\n"
	"\n"
	"at 12s say \"Settlement failed\"\n"
	"       invoice unsettled amount 58.00\n"
	"+2s    pay unsettled full\n"
	"+3s    confirm unsettled\n"
	"+3s    settle unsettled processing\n"
	"+4s    settle unsettled failed\n"
	"\n"
	"at 20s say \"A check is refused, and with it the payout\"\n"
	"       kyc mia country FR\n"
	"+8s    reject mia reason \"The selfie does not match the document\"\n"
	"at 24s say \"A payout that the bank refuses\"\n"
	"       payout closed amount 830.00 country PL\n"
	"+3s    process closed\n"
	"+9s    fail closed account_closed\n"
	"at 26s payout offline amount 415.00 country NG\n"
	"+3s    process offline\n"
	"+9s    fail offline bank_offline\n"
	"\n"
	"at 30s say \"Money that arrived and came back\"\n"
	"       payout back amount 1750.00 country MX\n"
	"+3s    process back\n"
	"+9s    complete back\n"
	"+12s   return back account_dormant\n"
	"\n"
	"at 40s say \"An order that the retailer cannot place\"\n"
	"       order lost items 3\n"
	"+2s    pay lost full\n"
	"+3s    confirm lost\n"
	"+3s    settle lost\n"
	"+5s    fail lost\n"
	"\n"
	"at 42s say \"An order called off after it was placed; its refund stays open\"\n"
	"       order off items 1\n"
	"+2s    pay off full\n"
	"+3s    confirm off\n"
	"+3s    settle off\n"
	"+3s    place off\n"
	"+6s    cancel off\n"
	"\n"
	"at 90s say \"Everything above now needs somebody's attention\"\n";

static const char deposit[] =
	"scenario deposit \"deposits: one confirmed, one sent back, one whose money never comes\"\n"
	"at 0s  deposit a amount 500.00 network base\n"
	"+6s    receive a\n"
	"+7s    confirm a\n"
	"at 4s  deposit b amount 1250.00 network solana\n"
	"+6s    receive b\n"
	"+8s    return b\n"
	"at 8s  deposit c amount 75.00 network ethereum\n"
	"+16s   fail c\n";

static const char invoice_canceled[] =
	"scenario invoice-canceled \"an invoice: canceled by the merchant\"\n"
	"at 0s  invoice a amount 18.00 customer new\n"
	"+10s   cancel a\n";

static const char invoice_expired[] =
	"scenario invoice-expired \"an invoice: nobody pays, it expires after 30 seconds\"\n"
	"at 0s  invoice a amount 35.50 customer new expires 30s\n";

static const char invoice_paid[] =
	"scenario invoice-paid \"an invoice: paid in full, confirmed, settled\"\n"
	"at 0s  invoice a amount 49.99 customer new\n"
	"+4s    pay a full\n"
	"+5s    confirm a\n"
	"+4s    settle a processing\n"
	"+6s    settle a\n";

static const char invoice_underpaid[] =
	"scenario invoice-underpaid \"an invoice: underpaid, topped up, settled\"\n"
	"at 0s  invoice a amount 120.00 customer new\n"
	"+4s    pay a 60%\n"
	"+5s    confirm a\n"
	"+8s    pay a full\n"
	"+5s    confirm a\n"
	"+4s    settle a processing\n"
	"+6s    settle a\n";

static const char kyc[] =
	"scenario kyc \"identity checks: one approved, one refused and tried again, one that runs out\"\n"
	"at 0s  kyc ana country BR\n"
	"+2s    kyc ben country DE\n"
	"+2s    kyc mia country FR\n"
	"at 12s approve ana\n"
	"+2s    reject ben\n"
	"+2s    approve mia\n"
	"+6s    kyc ben\n"
	"+8s    approve ben\n"
	"+4s    expire mia\n";

static const char order_cancelled[] =
	"scenario order-cancelled \"an order: placed, cancelled on request, refunded\"\n"
	"at 0s  order a items 1 customer new\n"
	"+4s    pay a full\n"
	"+5s    confirm a\n"
	"+3s    settle a processing\n"
	"+4s    settle a\n"
	"+5s    place a\n"
	"+6s    cancel a\n"
	"+10s   refund a\n";

static const char order_delivered[] =
	"scenario order-delivered \"an order: paid, placed, shipped, delivered\"\n"
	"at 0s  order a items 2 customer new\n"
	"+4s    pay a full\n"
	"+5s    confirm a\n"
	"+3s    settle a processing\n"
	"+4s    settle a\n"
	"+5s    place a\n"
	"+8s    ship a\n"
	"+12s   deliver a\n";

static const char order_failed[] =
	"scenario order-failed \"an order: paid, the retailer fails, the money is refunded\"\n"
	"at 0s  order a items 1 customer new\n"
	"+4s    pay a full\n"
	"+5s    confirm a\n"
	"+3s    settle a processing\n"
	"+4s    settle a\n"
	"+6s    fail a\n"
	"+10s   refund a\n";

static const char payout_failed[] =
	"scenario payout-failed \"a payout: the receiving account is closed\"\n"
	"at 0s  payout a amount 640.00 country DE\n"
	"+6s    process a\n"
	"+12s   fail a account_closed\n";

static const char payout_paid[] =
	"scenario payout-paid \"a payout: queued, processing, paid\"\n"
	"at 0s  payout a amount 1200.00 country BR\n"
	"+6s    process a\n"
	"+14s   complete a\n";

static const char payout_returned[] =
	"scenario payout-returned \"a payout: paid, then sent back by the bank\"\n"
	"at 0s  payout a amount 2350.00 country GB\n"
	"+6s    process a\n"
	"+12s   complete a\n"
	"+15s   return a beneficiary_refused\n";

static const char refund[] =
	"scenario refund \"an invoice: paid, part of it refunded, then the rest\"\n"
	"at 0s  invoice a amount 84.00 customer new\n"
	"+4s    pay a full\n"
	"+5s    confirm a\n"
	"+3s    settle a processing\n"
	"+4s    settle a\n"
	"+5s    refund a amount 21.00 reason \"One of four cups arrived broken\"\n"
	"+12s   refund a reason \"The others came back\"\n";

static const struct builtin_scenario builtins[] = {
	{"demo", "a shop's life, about one event a second, at a pace a person can follow", demo},
	{"quiet", "a day of history, then nothing but what clients do", quiet},
	{"busy", "the same life at 50 events a second", busy},
	{"tour", "sixty seconds that show everything, one thing at a time", tour},
	{"trouble", "everything that can go wrong with money, in a minute and a half", trouble},
	{"deposit", "deposits: one confirmed, one sent back, one whose money never comes", deposit},
	{"invoice-canceled", "an invoice: canceled by the merchant", invoice_canceled},
	{"invoice-expired", "an invoice: nobody pays, it expires after 30 seconds", invoice_expired},
	{"invoice-paid", "an invoice: paid in full, confirmed, settled", invoice_paid},
	{"invoice-underpaid", "an invoice: underpaid, topped up, settled", invoice_underpaid},
	{"kyc", "identity checks: one approved, one refused and tried again, one that runs out", kyc},
	{"order-cancelled", "an order: placed, cancelled on request, refunded", order_cancelled},
	{"order-delivered", "an order: paid, placed, shipped, delivered", order_delivered},
	{"order-failed", "an order: paid, the retailer fails, the money is refunded", order_failed},
	{"payout-failed", "a payout: the receiving account is closed", payout_failed},
	{"payout-paid", "a payout: queued, processing, paid", payout_paid},
	{"payout-returned", "a payout: paid, then sent back by the bank", payout_returned},
	{"refund", "an invoice: paid, part of it refunded, then the rest", refund},
};
/* clang-format on */

const struct builtin_scenario *scenario_builtins(size_t *ret_count)
{
	*ret_count = sizeof(builtins) / sizeof(builtins[0]);
	return builtins;
}

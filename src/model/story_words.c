/* What a step changed, in words: what every kind of object needs. */
#include "model/story_priv.h"

#include "base/strbuf.h"
#include "model/fiat.h"

#include <stdarg.h>

static void line_vadd(struct line *l, const char *fmt, va_list ap) printf_like(2, 0);
static void line_vadd(struct line *l, const char *fmt, va_list ap)
{
	if (l->len + 1 >= l->cap)
		return;
	(void)str_vprintf(l->text + l->len, l->cap - l->len, fmt, ap);
	l->len += strlen(l->text + l->len);
}

void line_add(struct line *l, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line_vadd(l, fmt, ap);
	va_end(ap);
}

void line_more(struct line *l, const char *fmt, ...)
{
	va_list ap;

	if (l->len > 0)
		line_add(l, ", ");
	va_start(ap, fmt);
	line_vadd(l, fmt, ap);
	va_end(ap);
}

void line_clip(struct line *l, const char *text, size_t most)
{
	char buf[STORY_TEXT_CAP];
	bool all = str_copy(buf, most < sizeof(buf) ? most + 1 : sizeof(buf), text);

	line_add(l, "%s%s", buf, all ? "" : "\u2026");
}

const char *usd_number(char buf[MONEY_TEXT_CAP], int64_t millis)
{
	return money_format(buf, money_usd_millis(millis), MONEY_PLAIN);
}

const char *usd_text(char buf[MONEY_TEXT_CAP], int64_t millis)
{
	char number[MONEY_TEXT_CAP];

	str_printf(buf, MONEY_TEXT_CAP, "%s USD", usd_number(number, millis));
	return buf;
}

const char *fiat_text(char buf[MONEY_TEXT_CAP], const struct payout *p)
{
	struct money m;

	return payout_fiat(p, &m) ? money_format(buf, m, MONEY_FULL) : usd_text(buf, p->amount);
}

static bool is_plain(const char *text)
{
	for (; *text; text++)
		if (*text <= ' ' || *text > '~')
			return false;
	return true;
}

const char *short_text(char buf[STATUS_CAP], const char *hash)
{
	size_t len = strlen(hash);

	if (len <= 16 || !is_plain(hash))
		str_copy(buf, STATUS_CAP, hash);
	else
		str_printf(buf, STATUS_CAP, "%.10s\u2026%s", hash, hash + len - 4);
	return buf;
}

bool is_near(int64_t a, int64_t b)
{
	return a != TIME_NONE && b != TIME_NONE && a - b <= SAME_MOMENT_MS &&
	       b - a <= SAME_MOMENT_MS;
}

/* --- by status alone ----------------------------------------------------------------------- */

static const char *const status_phrases[VOCAB_COUNT][RANKS_MAX] = {
	[VOCAB_INVOICE] =
		{
			[INVOICE_UNPAID] = "invoice created",
			[INVOICE_UNDERPAID] = "underpaid: a part came in",
			[INVOICE_PAID] = "paid",
			[INVOICE_EXPIRED] = "invoice expired",
			[INVOICE_CANCELED] = "invoice canceled",
		},
	[VOCAB_PAYMENT] =
		{
			[PAYMENT_PENDING] = "payment seen",
			[PAYMENT_UNDERPAID] = "payment confirmed: too little",
			[PAYMENT_CONFIRMED] = "payment confirmed",
			[PAYMENT_MANUAL_RETRY] = "payment waits for a manual retry",
		},
	[VOCAB_SETTLEMENT] =
		{
			[SETTLEMENT_PENDING] = "settlement not begun",
			[SETTLEMENT_PROCESSING] = "settlement under way",
			[SETTLEMENT_MANUAL] = "settlement has to be done by hand",
			[SETTLEMENT_FAILED] = "settlement failed",
			[SETTLEMENT_SETTLED] = "settled",
		},
	[VOCAB_ORDER] =
		{
			[ORDER_PENDING_PAYMENT] = "order created",
			[ORDER_PROCESSING] = "order paid, in processing",
			[ORDER_PLACED] = "order placed with the retailer",
			[ORDER_SHIPPED] = "shipped",
			[ORDER_DELIVERED] = "delivered",
			[ORDER_CANCELLED] = "order cancelled",
			[ORDER_FAILED] = "order failed",
		},
	[VOCAB_PAYOUT] =
		{
			[PAYOUT_QUEUED] = "payout queued",
			[PAYOUT_PROCESSING] = "payout sent to the bank",
			[PAYOUT_PAID] = "payout is in the bank",
			[PAYOUT_FAILED] = "payout failed",
			[PAYOUT_RETURNED] = "the bank sent the payout back",
			[PAYOUT_CANCELED] = "payout canceled",
		},
	[VOCAB_DEPOSIT] =
		{
			[DEPOSIT_AWAITING_FUNDS] = "deposit awaited",
			[DEPOSIT_RECEIVED] = "deposit received",
			[DEPOSIT_CONFIRMED] = "deposit confirmed",
			[DEPOSIT_FAILED] = "deposit failed",
			[DEPOSIT_RETURNED] = "deposit sent back",
		},
	[VOCAB_KYC] =
		{
			[KYC_NOT_STARTED] = "KYC not started",
			[KYC_PENDING] = "KYC handed in",
			[KYC_APPROVED] = "KYC approved",
			[KYC_REJECTED] = "KYC refused",
			[KYC_EXPIRED] = "KYC has run out",
		},
	[VOCAB_REFUND] =
		{
			[REFUND_PENDING] = "refund asked for",
			[REFUND_SUCCEEDED] = "refund arrived",
			[REFUND_FAILED] = "refund failed",
		},
};

const char *status_phrase(enum vocab v, const char *status)
{
	return status_phrases[v][(unsigned)vocab_parse(v, status) % RANKS_MAX];
}

void state_words(enum object_kind kind, const char *status, char ret[STORY_TEXT_CAP])
{
	const struct kind_info *info = kind_info(kind);
	const char *phrase = status_phrase(info->vocab, status);

	if (phrase)
		str_copy(ret, STORY_TEXT_CAP, phrase);
	else
		str_printf(ret, STORY_TEXT_CAP, "%s: %s", subject_noun(subject_of_object(kind)),
			   status);
}

/* --- a change ------------------------------------------------------------------------------ */

/* What became of an order's money is the news, not that it failed before. */
static bool is_money_back(const struct change *c, enum tone *ret)
{
	static const struct {
		const char *status;
		enum tone tone;
	} TONES[] = {{"PENDING", TONE_ACTIVE}, {"COMPLETED", TONE_GOOD}, {"FAILED", TONE_BAD}};
	const char *now = c->now ? c->now->as.order.refund.status : "";
	const char *was = c->before ? c->before->as.order.refund.status : "";

	if (!str_equal(c->status, c->before_status) || str_equal(now, was))
		return false;
	for (size_t i = 0; i < sizeof(TONES) / sizeof(TONES[0]); i++) {
		if (str_equal(TONES[i].status, now)) {
			*ret = TONES[i].tone;
			return true;
		}
	}
	return false;
}

/* An invoice that ends with money in it, or on its way to it, is somebody's business. */
static bool ends_with_money(const struct change *c)
{
	bool ends = str_equal(c->status, "expired") || str_equal(c->status, "canceled");

	return c->kind == OBJECT_INVOICE && ends && !str_equal(c->status, c->before_status) &&
	       (c->pending.count > 0 || (c->now && c->now->as.invoice.amount_paid > 0));
}

static enum tone change_tone(const struct change *c)
{
	const struct word *w = vocab_find(kind_info(c->kind)->vocab, c->status);
	const struct word *settlement = vocab_find(VOCAB_SETTLEMENT, c->settlement);
	enum tone tone;

	if (c->kind == OBJECT_PAYMENT && settlement && str_equal(c->status, c->before_status) &&
	    !str_equal(c->settlement, c->before_settlement))
		return settlement->tone;
	if (c->kind == OBJECT_ORDER && is_money_back(c, &tone))
		return tone;
	if (ends_with_money(c))
		return TONE_WARN;
	return w ? w->tone : TONE_NEUTRAL;
}

bool change_words(const struct change *c, char ret[STORY_TEXT_CAP], enum tone *ret_tone)
{
	struct line l = {.text = ret, .cap = STORY_TEXT_CAP};
	bool said;

	ret[0] = '\0';
	*ret_tone = change_tone(c);
	switch (c->kind) {
	case OBJECT_INVOICE:
	case OBJECT_PAYMENT:
	case OBJECT_ORDER:
	case OBJECT_REFUND:
		said = purchase_words(c, &l);
		break;
	default:
		said = ramp_words(c, &l);
		break;
	}
	if (said || str_equal(c->status, c->before_status))
		return said;
	state_words(c->kind, c->status, ret);
	return true;
}

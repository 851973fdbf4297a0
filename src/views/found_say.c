#include "views/found_say.h"

#include "base/strbuf.h"
#include "views/count.h"

#include <string.h>
#include <strings.h>

#define LABEL_WIDTH 13
#define SAY_CAP     160

/* --- what was recognised ------------------------------------------------------------------------
 */

static void say_recognised(const struct lookup *l, struct safe_text *t)
{
	char say[SAY_CAP];
	size_t others = l->scraps.count > 1 ? l->scraps.count - 1 : 0;

	if (l->scraps.count == 0) {
		safe_text_set(t, l->scraps.secret ? "a secret: tokens and keys are not looked up"
						  : "nothing that could be looked up");
		return;
	}
	scrap_say(&l->scraps.items[0], say, sizeof(say));
	safe_text_set(t, say);
	if (others == 0)
		return;
	scrap_say(&l->scraps.items[1], say, sizeof(say));
	safe_text_addf(t, "; also %s %s%s%s", say, l->scraps.items[1].text,
		       l->scraps.items[1].tail[0] ? "…" : "", l->scraps.items[1].tail);
	if (others > 1)
		safe_text_addf(t, " and %zu more", others - 1);
}

/* --- where it looked
 * ------------------------------------------------------------------------------ */

static enum role look_mark(const struct lookup_look *look, bool ascii, const char **ret_mark)
{
	switch (look->state) {
	case LOAD_WAITING:
		*ret_mark = ascii ? "." : "…";
		return ROLE_ACTIVE;
	case LOAD_FAILED:
		*ret_mark = glyph_str(GLYPH_BANG, ascii);
		return ROLE_WARN;
	case LOAD_NOT_ASKED:
		*ret_mark = glyph_str(GLYPH_DASH, ascii);
		return ROLE_MUTED;
	case LOAD_DONE:
		break;
	}
	*ret_mark = glyph_str(look->found + look->known > 0 ? GLYPH_CHECK : GLYPH_CROSS, ascii);
	return look->found + look->known > 0 ? ROLE_GOOD : ROLE_MUTED;
}

/* How much was looked through, and how far back that goes. */
static void say_history(const struct lookup *l, int64_t now_ms, struct safe_text *t)
{
	char n[COUNT_CAP], when[WHEN_TEXT_CAP];
	int64_t oldest = l->history_oldest_ms;

	safe_text_addf(t, ": %s events on disk", count_words(n, l->history_events));
	if (oldest == TIME_NONE)
		return;
	if (now_ms - oldest < 86400000)
		safe_text_addf(t, ", back to %.5s UTC", when_clock(when, oldest));
	else
		safe_text_addf(t, ", back to %.10s", when_iso(when, oldest));
}

static void say_look(const struct lookup *l, enum lookup_place place, int64_t now_ms,
		     struct safe_text *t)
{
	const struct lookup_look *look = &l->looks[place];
	char n[COUNT_CAP];

	switch (look->state) {
	case LOAD_WAITING:
		safe_text_set(t, look->note);
		return;
	case LOAD_FAILED:
		safe_text_fmt(t, "did not answer: %s", look->note);
		return;
	case LOAD_NOT_ASKED:
		safe_text_fmt(t, "%s: %s", place == LOOKED_WINDOW ? "not looked" : "not asked",
			      look->note);
		return;
	case LOAD_DONE:
		break;
	}
	if (look->found > 0)
		safe_text_fmt(t, "%s %s", count_words(n, look->found),
			      look->known > 0 ? "more found" : "found");
	else if (look->known > 0)
		safe_text_set(t, "nothing else");
	else
		safe_text_set(t, "not found");
	if (place == LOOKED_HISTORY && l->history_events > 0)
		say_history(l, now_ms, t);
	else if (look->note[0])
		safe_text_addf(t, ": %s", look->note);
}

int found_head_height(const struct lookup *l, int width, int height)
{
	(void)l;
	(void)width;
	return height >= 12 ? 2 + LOOKUP_PLACE_COUNT : 1 + LOOKUP_PLACE_COUNT;
}

int found_draw_head(const struct lookup *l, const struct view_context *ctx, struct canvas *c)
{
	int y = 0, width = c->at.w - LABEL_WIDTH - 4;
	struct safe_text t;

	canvas_print(c, 1, y, 0, ROLE_HEADER, "looks like");
	say_recognised(l, &t);
	canvas_text(c, LABEL_WIDTH + 3, y++, width, ROLE_STRONG, &t);
	for (int p = 0; p < LOOKUP_PLACE_COUNT; p++, y++) {
		const char *mark;
		enum role role = look_mark(&l->looks[p], ctx->ascii, &mark);

		canvas_print(c, 1, y, 0, ROLE_HEADER, "%s",
			     lookup_place_words((enum lookup_place)p));
		canvas_print(c, LABEL_WIDTH + 1, y, 0, role, "%s", mark);
		say_look(l, (enum lookup_place)p, ctx->now_ms, &t);
		canvas_text(c, LABEL_WIDTH + 3, y, width,
			    l->looks[p].state == LOAD_FAILED ? ROLE_WARN : ROLE_TEXT, &t);
	}
	return y + (c->at.h >= 12 ? 1 : 0);
}

void found_say_head(const struct lookup *l, int64_t now_ms, struct strbuf *ret)
{
	struct safe_text t;

	say_recognised(l, &t);
	strbuf_addf(ret, "looks like: %s\n", safe_text_str(&t));
	for (int p = 0; p < LOOKUP_PLACE_COUNT; p++) {
		say_look(l, (enum lookup_place)p, now_ms, &t);
		strbuf_addf(ret, "%s: %s\n", lookup_place_words((enum lookup_place)p),
			    safe_text_str(&t));
	}
}

/* --- nothing
 * -------------------------------------------------------------------------------------- */

static const char *const TRY[SCRAP_KIND_COUNT] = {
	[SCRAP_PAYMENT_URL] =
		"Links expire with their invoice, and a cut link opens nothing: ask for "
		"the whole of it, or look up the invoice or the customer.",
	[SCRAP_EVENT] = "The server may have let go of so old an event: look up the object it was "
			"about.",
	[SCRAP_UUID] =
		"It may be of the other environment (devnet, mainnet) or of another merchant. "
		"A payment's or refund's id is found once an event has named it: try the "
		"invoice or the customer.",
	[SCRAP_HASH] =
		"A payment goes by its hash once Pepay has seen it on chain. Look the hash up "
		"in the block explorer, then the wallet that paid, or the invoice, here.",
	[SCRAP_ADDRESS] =
		"Who pays from an exchange pays from a wallet of the exchange: look up the "
		"transaction hash, the invoice or the customer.",
	[SCRAP_EMAIL] = "Pepay tells e-mail addresses of orders only: try the customer id, the "
			"order, or the name.",
	[SCRAP_TRACKING] =
		"It is known once the shop has told Pepay of the parcel: try the order or "
		"the customer.",
	[SCRAP_CUSTOMER] =
		"Customer ids are the merchant's own: try it as the shop writes it, or an "
		"invoice or order of that customer.",
	[SCRAP_ID] = "Ask for the whole id, or for the transaction hash or the payment link.",
	[SCRAP_PART] = "Ask for the whole of it, or for more of its beginning and end.",
	[SCRAP_AMOUNT] =
		"Amounts are looked for among what is here, not in the history: ask for the "
		"customer, or for an id. Esc, and in a list / amount:250..260 shows what "
		"is near it.",
	[SCRAP_DATE] = "Days are found in lists: Esc, then 2 for the invoices, and the filter "
		       "below.",
	[SCRAP_WORD] =
		"Names are found in orders and KYC checks only: try an id, a wallet address, a "
		"transaction hash, an amount or the payment link.",
};

void found_draw_nothing(const struct lookup *l, const struct view_context *ctx, struct canvas *c,
			int y)
{
	int width = c->at.w - 2;
	const char *what_to_try;
	char filter[64];

	if (l->scraps.count == 0) {
		canvas_wrap(
			c, 1, y, width, 3, ROLE_TEXT,
			l->scraps.secret
				? "This holds a secret: a token, a key or a signature. Those are "
				  "not "
				  "looked up, but a payment link is when it is whole: "
				  "https://…?session=…&signature=…"
				: "Paste an id, a hash, an address, an e-mail or a payment link.");
		return;
	}
	scrap_filter(&l->scraps.items[0], filter, sizeof(filter));
	if (filter[0])
		canvas_print(c, 1, y++, width, ROLE_STRONG, "%s Nothing goes by a day.",
			     glyph_str(GLYPH_DASH, ctx->ascii));
	else
		canvas_print(c, 1, y++, width, ROLE_STRONG, "%s Nothing goes by this.",
			     glyph_str(GLYPH_CROSS, ctx->ascii));
	y++;
	what_to_try = TRY[l->scraps.items[0].kind];
	y += canvas_wrap(c, 1, y, width, 4, ROLE_TEXT, what_to_try ? what_to_try : "");
	if (filter[0])
		y += canvas_print(c, 1, y + 1, width, ROLE_STRONG, "/ %s", filter) > 0 ? 2 : 0;
	if (l->masked)
		y += canvas_wrap(
			     c, 1, y + 1, width, 3, ROLE_TEXT,
			     "This is a case: people and what belongs to them are masked in it, "
			     "and go by stand-ins such as customer-1.") +
		     1;
	canvas_wrap(c, 1, y + 1, width, 2, ROLE_MUTED,
		    "f looks for something else, R looks again, Esc goes back.");
}

/* --- what is lit
 * ------------------------------------------------------------------------------------ */

/* Byte in `text` where `part` is, whatever its case; or -1. Both are printable. */
static int place_of(const char *text, const char *part)
{
	size_t n = strlen(part);

	for (const char *p = text; n > 0 && *p; p++)
		if (strncasecmp(p, part, n) == 0)
			return (int)(p - text);
	return -1;
}

static int cells_before(const struct safe_text *t, size_t byte)
{
	struct cluster cl;
	size_t pos = 0;
	int cells = 0;

	while (pos < byte && safe_text_next(t, &pos, &cl))
		cells += cl.width;
	return cells;
}

static size_t lit_add(const struct safe_text *t, int at, size_t len, struct lit *ret)
{
	if (at < 0 || len == 0)
		return 0;
	ret->at = cells_before(t, (size_t)at);
	ret->len = cells_before(t, (size_t)at + len) - ret->at;
	return 1;
}

size_t found_lit(struct safe_text *value, unsigned width, const struct lookup *l,
		 const struct lookup_hit *hit, struct lit ret[2])
{
	const struct scrap *s = &l->scraps.items[hit->scrap];
	size_t n, len;

	if (hit->match == MATCH_EXACT || s->tail[0])
		safe_text_fit_middle(value, width);
	else
		safe_text_fit(value, width);
	len = strlen(safe_text_str(value));
	if (hit->match == MATCH_EXACT)
		return lit_add(value, 0, len, ret);
	n = lit_add(value, place_of(safe_text_str(value), s->text), strlen(s->text), ret);
	if (s->tail[0] && len >= strlen(s->tail) &&
	    strcasecmp(safe_text_str(value) + len - strlen(s->tail), s->tail) == 0)
		n += lit_add(value, (int)(len - strlen(s->tail)), strlen(s->tail), ret + n);
	return n;
}

/* "retailerTrackingNumber" reads "retailer tracking number". */
static void say_member(struct safe_text *t, const char *name)
{
	char words[2 * STATUS_CAP * 4];
	size_t n = 0;

	for (; *name && n + 2 < sizeof(words); name++) {
		bool hump = *name >= 'A' && *name <= 'Z';

		if (hump && n > 0 && words[n - 1] != ' ')
			words[n++] = ' ';
		words[n++] = *name == '_' ? ' ' : hump ? (char)(*name - 'A' + 'a') : *name;
	}
	words[n] = '\0';
	safe_text_set(t, words);
}

void found_field(struct safe_text *t, const char *field)
{
	static const struct {
		const char *name, *words;
	} WORDS[] = {
		{"payer_wallet_address", "paid from"},
		{"walletAddress", "wallet"},
		{"wallet_address", "wallet"},
		{"destination_wallet_address", "refunded to"},
		{"destinationWalletAddressBsc", "refunded to"},
		{"deposit_address", "pay to"},
		{"settlement_tx_hash", "settled by"},
		{"tx_hash", "tx hash"},
		{"txHash", "tx hash"},
		{"customer_id", "customer"},
		{"customerId", "customer"},
		{"commerce_order_id", "order"},
		{"orderId", "order"},
		{"invoice_id", "invoice"},
		{"invoiceId", "invoice"},
		{"trackingNumber", "parcel"},
		{"retailerTrackingNumber", "parcel"},
		{"carrierTrackingUrl", "parcel link"},
		{"retailerTrackingUrl", "parcel link"},
		{"legal_name", "legal name"},
		{"first_name", "first name"},
		{"last_name", "last name"},
		{"street_address", "street"},
		{"amount_paid", "paid"},
		{"productId", "product"},
		{"product_id", "product"},
		{"title", "item"},
		{"bank_name", "bank"},
		{"last4", "account"},
		{"account_holder", "holder"},
		{"zip_code", "post code"},
		{"address_line2", "address"},
		{"failure_code", "failed for"},
		{"failure_message", "failed for"},
		{"reason", "reason"},
		{"amount_remaining", "still due"},
	};
	const char *dot = strrchr(field, '.');
	const char *last = dot ? dot + 1 : field;

	for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++) {
		if (!str_equal(WORDS[i].name, last))
			continue;
		safe_text_set(t, WORDS[i].words);
		return;
	}
	say_member(t, last);
}

#include "views/session_view.h"

#include "model/networks.h"
#include "views/facts.h"
#include "views/subject_cells.h"

#include <string.h>

/* "in 11m40s": to the second while it matters. */
static void countdown(struct safe_text *t, int64_t ms, int64_t now_ms)
{
	int64_t left = (ms - now_ms) / 1000;
	char rel[WHEN_TEXT_CAP];

	if (left >= 0 && left < 3600)
		safe_text_fmt(t, "in %lld:%02lld", (long long)(left / 60), (long long)(left % 60));
	else
		safe_text_set(t, when_relative(rel, ms, now_ms));
}

static void fact_countdown(struct doc *d, const struct view_context *ctx, const char *label,
			   int64_t ms, const char *over)
{
	struct safe_text t, at;
	char rel[WHEN_TEXT_CAP];

	if (ms == TIME_NONE)
		return;
	cell_moment(&at, ms, ctx->now_ms);
	if (ms <= ctx->now_ms) {
		doc_fact(d, label, ROLE_WARN, "%s, %s: %s", safe_text_str(&at),
			 when_relative(rel, ms, ctx->now_ms), over);
		return;
	}
	countdown(&t, ms, ctx->now_ms);
	doc_fact(d, label, ms - ctx->now_ms < 120000 ? ROLE_WARN : ROLE_STRONG, "%s, %s",
		 safe_text_str(&at), safe_text_str(&t));
}

/* Closed, or run out with nobody having said so yet. */
static bool session_takes_payment(const struct payor_session *s, int64_t now_ms)
{
	static const char *const CLOSED[] = {"paid", "expired", "canceled", "cancelled"};

	for (size_t i = 0; i < sizeof(CLOSED) / sizeof(CLOSED[0]); i++) {
		if (strcmp(CLOSED[i], s->status) == 0)
			return false;
	}
	return s->expires_at == TIME_NONE || s->expires_at > now_ms;
}

/* What is missing on a page that takes no payment is nobody's to pay any more. */
static void session_money(struct doc *d, const struct describing *w, const struct payor_session *s)
{
	struct money_rows m = {0};
	bool open = session_takes_payment(s, w->ctx->now_ms);

	if (s->has_amount)
		money_rows_usd(&m, "amount", ROLE_TEXT, s->amount);
	if (s->has_remaining && open)
		money_rows_usd(&m, "left to pay", s->amount_remaining > 0 ? ROLE_STRONG : ROLE_GOOD,
			       s->amount_remaining);
	money_rows_write(&m, d);
	if (!s->has_amount)
		doc_fact(d, "amount", ROLE_MUTED, "not said");
	if (!open)
		doc_fact(d, "left to pay", ROLE_MUTED,
			 "nothing: the page takes no payment any more");
}

static void session_lock(struct doc *d, const struct payor_session *s)
{
	const char *token = "";

	for (size_t i = 0; i < s->token_count; i++) {
		if (s->locked_token_id != 0 && s->tokens[i].id == s->locked_token_id)
			token = s->tokens[i].symbol;
	}
	if (s->locked_network[0] == '\0' && s->locked_token_id == 0) {
		doc_fact(d, "chosen", ROLE_MUTED, "no network and token chosen yet");
		return;
	}
	if (token[0] == '\0' && s->locked_token_id != 0)
		doc_fact(d, "chosen", ROLE_STRONG, "token %lld on %s",
			 (long long)s->locked_token_id, network_name(s->locked_network));
	else
		doc_fact(d, "chosen", ROLE_STRONG, "%s%s%s", token, token[0] ? " on " : "",
			 network_name(s->locked_network));
	fact_given(d, "pays to", s->locked_address);
}

static void session_quote(struct doc *d, const struct describing *w, const struct payor_session *s)
{
	const struct payor_quote *q = &s->quote;

	doc_heading(d, "Quote the payor holds");
	if (!s->has_quote && s->quote_known) {
		fact_note(d, w->width, ROLE_MUTED, "None: the payor's page holds no quote now.");
		return;
	}
	if (!s->has_quote) {
		fact_note(d, w->width, ROLE_MUTED,
			  "Not known. Only the payor's own page is told its quote, and asking "
			  "again would give them another address.");
		return;
	}
	doc_fact(d, "to send", ROLE_STRONG, "%s %s", q->token_amount, q->token_symbol);
	fact_given(d, "on", network_name(q->network));
	if (strcmp(q->address, s->locked_address) != 0)
		fact_given(d, "to", q->address);
	if (q->amount != 0)
		fact_usd(d, "for", ROLE_TEXT, q->amount);
	fact_given(d, "rate", q->exchange_rate);
	fact_countdown(d, w->ctx, "holds until", q->valid_until, "over, the page asks for another");
	fact_when(d, w->ctx, "given", q->updated_at);
}

/* Contract 6.2; a word this build does not know promises nothing. */
static bool token_is_usable(const struct payor_token *t)
{
	return strcmp(t->availability, "AVAILABLE") == 0 || strcmp(t->availability, "DEVNET") == 0;
}

static const char *token_words(const struct payor_token *t)
{
	static const struct {
		const char *wire, *words;
	} WORDS[] = {
		{"AVAILABLE", ""},
		{"DEVNET", "test money"},
		{"STALE", "its rate is too old"},
		{"NO_LIQUIDITY", "no liquidity"},
		{"QUOTE_REQUIRED", "asks for a quote first"},
	};

	for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++) {
		if (strcmp(WORDS[i].wire, t->availability) == 0)
			return WORDS[i].words;
	}
	return t->availability;
}

static void session_tokens(struct doc *d, const struct describing *w, const struct payor_session *s)
{
	bool ascii = w->ctx->ascii;

	doc_heading(d, "Can be paid with");
	if (!session_takes_payment(s, w->ctx->now_ms)) {
		fact_note(d, w->width, ROLE_MUTED, "Nothing: it takes no payment any more.");
		return;
	}
	if (!s->tokens_known)
		fact_note(d, w->width, ROLE_MUTED, "Not known.");
	else if (s->token_count == 0)
		fact_note(d, w->width, ROLE_WARN, "Nothing: no token is offered.");
	for (size_t i = 0; i < s->token_count; i++) {
		const struct payor_token *t = &s->tokens[i];
		bool usable = token_is_usable(t);

		doc_line(d);
		doc_add_at(d, 1, usable ? ROLE_GOOD : ROLE_DEAD, "%s",
			   glyph_str(usable ? GLYPH_CHECK : GLYPH_DASH, ascii));
		doc_add_at(d, 3, ROLE_TEXT, "%s", t->symbol);
		doc_add_at(d, 15, ROLE_MUTED, "%s", network_name(t->network));
		doc_add_at(d, 33, ROLE_MUTED, "%s", token_words(t));
	}
	if (s->tokens_left_out > 0)
		fact_note(d, w->width, ROLE_MUTED, "%zu more are left out.", s->tokens_left_out);
}

static void session_link(struct doc *d, const struct payor_session *s)
{
	char masked[PAYOR_URL_CAP];

	if (s->payment_url[0] == '\0') {
		doc_fact(d, "link", ROLE_MUTED, "not known: the server does not give it out again");
		return;
	}
	payor_url_mask(masked, sizeof(masked), s->payment_url);
	doc_fact(d, "link", ROLE_TEXT, "%s", masked);
	doc_fact(d, "", ROLE_MUTED, "# shows it as a QR code, Y copies it whole");
}

static void session_email(struct doc *d, const struct payor_session *s)
{
	if (s->email[0] != '\0')
		fact_given(d, "e-mail", s->email);
	else if (s->has_email)
		doc_fact(d, "e-mail", ROLE_TEXT, "given");
	else if (s->email_known)
		doc_fact(d, "e-mail", ROLE_MUTED, "not given");
	else
		doc_fact(d, "e-mail", ROLE_MUTED, "not known");
}

void describe_session(struct doc *d, const struct describing *w, const struct payor_session *s)
{
	fact_state(d, w->ctx, "the page says", VOCAB_INVOICE, s->status);
	session_money(d, w, s);
	fact_countdown(d, w->ctx, "expires", s->expires_at, "expired");
	session_lock(d, s);
	session_email(d, s);
	session_link(d, s);
	session_quote(d, w, s);
	session_tokens(d, w, s);
	doc_heading(d, "Session");
	fact_given(d, "merchant", s->merchant_name);
	fact_given(d, "description", s->description);
	fact_subject(d, "invoice", SUBJECT_INVOICE, s->invoice_id);
	fact_given(d, "environment", s->environment);
	fact_when(d, w->ctx, "asked", s->answered_ms);
	if (s->note[0] != '\0')
		fact_note(d, w->width, ROLE_MUTED, "%s", s->note);
}

/* "200.00 USD · the page says: expired, nothing can be paid · Esc closes" */
static void qr_caption(struct safe_text *t, const struct payor_session *s,
		       const struct view_context *ctx)
{
	const struct word *w = s ? vocab_find(VOCAB_INVOICE, s->status) : NULL;
	const char *dot = ctx->ascii ? "-" : "·";
	char buf[MONEY_TEXT_CAP];

	safe_text_clear(t);
	if (s) {
		bool open = session_takes_payment(s, ctx->now_ms);
		bool rest = open && s->has_remaining;
		int64_t left = rest ? s->amount_remaining : s->amount;

		if (rest || s->has_amount)
			safe_text_addf(t, "%s USD %s ",
				       money_format(buf, money_usd_millis(left), MONEY_PLAIN), dot);
		safe_text_addf(t, "the page says: %s%s %s ", w ? w->words : s->status,
			       open ? "" : ", nothing can be paid any more", dot);
	}
	safe_text_addf(t, "Esc closes");
}

static void qr_too_large(const struct qr *q, struct canvas *c)
{
	struct safe_text t;
	int w, h, y;

	qr_cells(q, grid_ascii(c->grid), &w, &h);
	safe_text_fmt(&t,
		      "The QR code does not fit: it needs %d columns and %d rows, and there are %d "
		      "and %d here.",
		      w, h, c->at.w, c->at.h);
	y = 1 + canvas_wrap(c, 1, 1, c->at.w - 2, 4, ROLE_WARN, safe_text_str(&t));
	canvas_wrap(c, 1, y + 1, c->at.w - 2, 4, ROLE_MUTED,
		    "Make the terminal larger, or its letters smaller. Esc goes back; Y copies the "
		    "link.");
}

void session_draw_qr(const struct qr *q, const struct payor_session *s,
		     const struct view_context *ctx, struct canvas *c)
{
	struct canvas above = canvas_sub(c, (struct rect){0, 0, c->at.w, c->at.h - 1});
	struct safe_text t;

	if (qr_draw(q, &above)) {
		qr_caption(&t, s, ctx);
		canvas_text_center(c, c->at.h - 1,
				   s && !session_takes_payment(s, ctx->now_ms) ? ROLE_WARN
									       : ROLE_TEXT,
				   &t);
	} else if (!qr_draw(q, c)) {
		qr_too_large(q, c);
	}
}

#include "sandbox/hosted_page.h"

#include "base/money.h"
#include "base/text.h"
#include "sandbox/payor.h"
#include "sandbox/verifications.h"

#define REFRESH_S 2

/* --- escaping ---------------------------------------------------------------------------- */

/* Control, bidirectional, zero-width and tag characters: obeyed by nobody, seen by everybody. */
static bool is_unseen(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	       (c >= 0xe0000 && c <= 0xe007f);
}

static const char *entity(uint32_t c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return is_unseen(c) ? "\xef\xbf\xbd" : NULL;
	}
}

void html_add_text(struct strbuf *out, const char *text)
{
	size_t len = text ? strlen(text) : 0, n;

	for (size_t i = 0; i < len; i += n) {
		uint32_t c = utf8_decode(text + i, len - i, &n);
		const char *instead = c == 0xfffd ? "\xef\xbf\xbd" : entity(c);

		if (instead)
			strbuf_addstr(out, instead);
		else
			strbuf_add(out, text + i, n);
	}
}

/* <tag>text</tag>, when there is text. */
static void add_element(struct strbuf *out, const char *tag, const char *text)
{
	if (!text || !*text)
		return;
	strbuf_addf(out, "<%s>", tag);
	html_add_text(out, text);
	strbuf_addf(out, "</%.*s>\n", (int)strcspn(tag, " "), tag);
}

static void add_hidden(struct strbuf *out, const char *name, const char *value)
{
	strbuf_addf(out, "<input type=\"hidden\" name=\"%s\" value=\"", name);
	html_add_text(out, value);
	strbuf_addstr(out, "\">\n");
}

static const char *dollars(char buf[MONEY_TEXT_CAP], int64_t millis)
{
	return money_format(buf, money_usd_millis(millis), MONEY_PLAIN);
}

/* --- frame ---------------------------------------------------------------------------------- */

static void add_head(struct strbuf *out, const char *title, bool refresh)
{
	strbuf_addstr(out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
			   "<meta name=\"viewport\" content=\"width=device-width\">\n");
	if (refresh)
		strbuf_addf(out, "<meta http-equiv=\"refresh\" content=\"%d\">\n", REFRESH_S);
	strbuf_addstr(out, "<title>");
	html_add_text(out, title);
	strbuf_addstr(out,
		      "</title>\n<style>"
		      ":root{color-scheme:light dark}"
		      "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:32rem;"
		      "padding:0 1rem}"
		      "dl{display:grid;grid-template-columns:auto 1fr;gap:.25rem 1rem}"
		      "dt{opacity:.7}dd{margin:0;overflow-wrap:anywhere}"
		      "fieldset{border:1px solid #8888;border-radius:.5rem;margin:1rem 0}"
		      "label{display:block;margin:.5rem 0}"
		      "select,input[type=text],button{font:inherit;padding:.4rem .6rem;"
		      "max-width:100%}"
		      ".note{opacity:.7;font-size:.9rem}"
		      ".bad{border-left:.3rem solid #c33;padding-left:.7rem}"
		      ".good{border-left:.3rem solid #393;padding-left:.7rem}"
		      "</style></head><body><main>\n");
}

static void add_foot(struct strbuf *out)
{
	strbuf_addstr(out, "<p class=\"note\">pepay-sandbox: a local Pepay. No money moves, "
			   "whatever this page says.</p>\n</main></body></html>\n");
}

void hosted_error_write(struct strbuf *out, int status, const char *what)
{
	add_head(out, "This payment cannot be shown", false);
	strbuf_addf(out, "<h1>%s</h1>\n",
		    status == 404 ? "This payment is gone" : "This payment cannot be shown");
	add_element(out, "p class=\"bad\"", what);
	add_foot(out);
}

/* --- what is owed ------------------------------------------------------------------------------
 */

static void add_row(struct strbuf *out, const char *name, const char *value)
{
	strbuf_addf(out, "<dt>%s</dt><dd>", name);
	html_add_text(out, value);
	strbuf_addstr(out, "</dd>\n");
}

static void add_amount(struct strbuf *out, const char *name, int64_t millis)
{
	char money[MONEY_TEXT_CAP], text[MONEY_TEXT_CAP + 8];

	str_printf(text, sizeof(text), "%s USD", dollars(money, millis));
	add_row(out, name, text);
}

static void add_facts(struct strbuf *out, const struct hosted_page *p)
{
	const struct invoice *v = p->invoice;
	char when[WHEN_TEXT_CAP];

	strbuf_addstr(out, "<dl>\n");
	add_row(out, "To", MERCHANT_NAME);
	add_amount(out, "Amount", v->amount);
	if (v->amount_paid > 0)
		add_amount(out, "Paid", v->amount_paid);
	if (payor_invoice_open(v)) {
		add_amount(out, "Still due", v->amount_remaining);
		add_row(out, "Expires", when_relative(when, v->expires_at, p->now_ms));
	}
	add_row(out, "Status", v->status);
	add_row(out, "Network", v->environment);
	add_row(out, "Invoice", v->id);
	strbuf_addstr(out, "</dl>\n");
}

/* --- the form ------------------------------------------------------------------------------------
 */

static void add_form_start(struct strbuf *out, const struct hosted_page *p, const char *action)
{
	strbuf_addstr(out, "<form method=\"post\" action=\"/pay\">\n");
	add_hidden(out, "session", p->session);
	add_hidden(out, "signature", p->signature);
	add_hidden(out, "action", action);
}

static void add_token(struct strbuf *out, const struct token *t, int64_t due)
{
	char amount[TOKEN_AMOUNT_CAP];

	strbuf_addf(out, "<option value=\"%lld\">%s on %s: %s</option>\n", (long long)t->id,
		    t->symbol, t->network, token_amount(t, due, amount));
}

static void add_tokens(struct strbuf *out, const struct hosted_page *p)
{
	size_t count;
	const struct token *all = tokens_all(&count);

	strbuf_addstr(out, "<label>Pay with <select name=\"token\">\n");
	for (size_t i = 0; i < count; i++)
		if (p->lock->token ? p->lock->token == &all[i] : all[i].monitored)
			add_token(out, &all[i], p->invoice->amount_remaining);
	strbuf_addstr(out, "</select></label>\n");
	if (p->lock->token) {
		strbuf_addstr(out, "<p class=\"note\">The rest is due in the same token on the "
				   "same network, to ");
		html_add_text(out, p->lock->address);
		strbuf_addstr(out, "</p>\n");
	}
}

static void add_pay_form(struct strbuf *out, const struct hosted_page *p)
{
	add_form_start(out, p, "pay");
	strbuf_addstr(out, "<fieldset>\n");
	add_tokens(out, p);
	strbuf_addstr(out,
		      "<label><input type=\"radio\" name=\"share\" value=\"full\" checked> all "
		      "that is due</label>\n"
		      "<label><input type=\"radio\" name=\"share\" value=\"part\"> a part: "
		      "<input type=\"text\" name=\"amount\" inputmode=\"decimal\" size=\"10\" "
		      "placeholder=\"USD\"></label>\n"
		      "<label><input type=\"checkbox\" name=\"unnoticed\" value=\"yes\"> so that "
		      "the shop does not notice (base, solana, bsc: to try manual "
		      "verification)</label>\n"
		      "<button>Pay</button>\n</fieldset></form>\n");
}

static void add_flight(struct strbuf *out, const struct hosted_page *p)
{
	char money[MONEY_TEXT_CAP];

	strbuf_addf(out, "<p class=\"good\">A payment of %s USD was sent on ",
		    dollars(money, p->in_flight));
	html_add_text(out, p->network);
	strbuf_addstr(out, p->verifying ? " and is being looked for.</p>\n"
					: " and waits to be confirmed.</p>\n");
	if (p->verifying || !verification_serves(p->network))
		return;
	add_form_start(out, p, "verify");
	strbuf_addstr(out, "<button>It takes too long: verify it</button></form>\n");
}

/* --- the end
 * ------------------------------------------------------------------------------------------ */

static void add_return(struct strbuf *out, const struct json *hidden)
{
	const char *url = json_string(json_get(hidden, "payment_return_url"));
	bool enabled = false;

	if (json_bool(json_get(hidden, "payment_return_url_enabled"), &enabled) != S_OK ||
	    !enabled || !url ||
	    (!str_starts_with(url, "https://") && !str_starts_with(url, "http://")))
		return;
	strbuf_addstr(out, "<p><a rel=\"noreferrer\" href=\"");
	html_add_text(out, url);
	strbuf_addstr(out, "\">Back to the shop</a></p>\n");
}

static void add_end(struct strbuf *out, const struct hosted_page *p)
{
	const char *status = p->invoice->status;

	if (str_equal(status, "paid"))
		strbuf_addstr(out, "<p class=\"good\">Paid. Thank you.</p>\n");
	else if (str_equal(status, "expired"))
		strbuf_addstr(out, "<p class=\"bad\">The time to pay is over.</p>\n");
	else
		strbuf_addstr(out, "<p class=\"bad\">The shop has called this off.</p>\n");
	add_return(out, p->hidden);
}

void hosted_page_write(struct strbuf *out, const struct hosted_page *p)
{
	const char *title = json_string(json_get(p->hidden, "invoice_title"));

	if (!title || !*title)
		title = "Pay " MERCHANT_NAME;
	add_head(out, title, p->in_flight > 0);
	add_element(out, "h1", title);
	add_element(out, "p", json_string(json_get(p->hidden, "description")));
	add_facts(out, p);
	add_element(out, "p class=\"bad\" role=\"alert\"", p->complaint);
	if (p->in_flight > 0)
		add_flight(out, p);
	else if (payor_invoice_open(p->invoice))
		add_pay_form(out, p);
	if (!payor_invoice_open(p->invoice))
		add_end(out, p);
	add_element(out, "p class=\"note\"", json_string(json_get(p->hidden, "invoice_footer")));
	add_foot(out);
}

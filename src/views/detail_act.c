/* What keys and clicks do in a detail. */
#include "views/detail_priv.h"

#include "base/strbuf.h"
#include "views/describe.h"
#include "views/jump.h"

#include <string.h>

static enum handled detail_go_tab(struct view *v, int tab, const struct store *st)
{
	struct detail *d = v->state;

	d->bar.tab = (enum detail_tab)((tab + DETAIL_TAB_COUNT) % DETAIL_TAB_COUNT);
	detail_build_tab(v, st);
	return HANDLED;
}

/* A value of the JSON that is the id of something. */
static bool detail_json_subject(const struct detail *d, const struct store *st, struct subject *ret)
{
	struct strbuf value, path;
	bool found = false;

	strbuf_init(&value, NAME_CAP);
	strbuf_init(&path, 4096);
	json_view_path(d->json, &path);
	if (!json_view_value(d->json, &value) || value.overflow || value.len == 0)
		goto out;
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT && !found; k++) {
		if (k != OBJECT_KYC && store_record(st, (enum object_kind)k, strbuf_str(&value)))
			found = subject_set(ret, subject_of_object((enum object_kind)k),
					    strbuf_str(&value));
	}
	if (!found && strstr(strbuf_str(&path), "customer"))
		found = subject_set(ret, SUBJECT_CUSTOMER, strbuf_str(&value));
out:
	strbuf_release(&value);
	strbuf_release(&path);
	return found;
}

/* The key of the line under the cursor, while it can be seen. */
const char *detail_cursor(const struct view *v)
{
	const struct doc *doc = detail_doc(v);
	size_t height = (size_t)detail_body_height(v);

	if (doc->cursor < doc->top || doc->cursor >= doc->top + height)
		return NULL;
	return doc_cursor_key(doc);
}

/* The shop of a product that is in the order or in the cart. */
static const char *detail_retailer(const struct detail *d, const struct store *st,
				   const char *product)
{
	const struct record *r = store_record(st, OBJECT_ORDER, d->what.id);
	const struct shop_cart *cart = answer_cart(st, d->what.id, "", NULL);

	if (d->what.kind == SUBJECT_ORDER && r)
		return r->object.as.order.retailer;
	for (size_t i = 0; d->what.kind == SUBJECT_CART && cart && i < cart->item_count; i++) {
		if (strcmp(cart->items[i].product_id, product) == 0)
			return cart->items[i].retailer;
	}
	return "";
}

static enum handled detail_open_selected(struct view *v, const struct store *st, struct outbox *out)
{
	struct detail *d = v->state;
	const char *key = detail_cursor(v);
	struct subject what;

	if (d->bar.tab == TAB_JSON) {
		if (json_view_act(d->json, CMD_OPEN))
			return HANDLED;
		if (detail_json_subject(d, st, &what) && !subject_equal(&what, &d->what))
			view_ask_open(v, &what, TAB_SUMMARY);
		return HANDLED;
	}
	if (!key || !subject_of_key(key, &what))
		return NOT_HANDLED;
	if (subject_equal(&what, &d->what))
		return detail_go_tab(v, TAB_SUMMARY, st);
	if (what.kind == SUBJECT_PRODUCT)
		asks_product(out, what.id, detail_retailer(d, st, what.id));
	view_ask_open(v, &what, TAB_SUMMARY);
	return HANDLED;
}

/* The order's own refund: told on the Summary, of the order's invoice and payment, too. */
static bool detail_go_own_refund(struct view *v, const struct store *st)
{
	struct detail *d = v->state;
	char key[SUBJECT_KEY_CAP];
	struct subject order;
	struct doc *doc;
	int height;

	if (!jump_own_refund(st, &d->what, &d->story->related, &order))
		return false;
	subject_key(key, &order, REFUND_APART);
	(void)detail_go_tab(v, TAB_SUMMARY, st);
	doc = detail_doc(v);
	height = detail_body_height(v);
	if (!doc_cursor_to(doc, key, height)) {
		view_ask_open(v, &order, TAB_SUMMARY);
		return true;
	}
	doc_scroll(doc, (long)doc->cursor - (long)doc->top - 1, height); /* under its heading */
	d->moved[TAB_SUMMARY] = true;
	view_ask_notice(v, ROLE_MUTED, "The refund is part of the order: here is what it says.");
	return true;
}

static enum handled detail_jump(struct view *v, enum command cmd, const struct store *st)
{
	struct detail *d = v->state;
	struct subject to;
	struct safe_text why;

	if (jump_target_of(&d->story->related, cmd, &to)) {
		view_ask_open(v, &to, TAB_SUMMARY);
		return HANDLED;
	}
	if (cmd == CMD_GO_REFUND && detail_go_own_refund(v, st))
		return HANDLED;
	jump_refusal(&why, &d->what, cmd);
	view_ask_notice(v, ROLE_MUTED, "%s", safe_text_str(&why));
	return HANDLED;
}

const char *detail_payment_url(const struct detail *d, const struct store *st)
{
	const struct payor_session *s = answer_session(st, d->what.id, NULL);
	bool has = d->what.kind == SUBJECT_SESSION || d->what.kind == SUBJECT_INVOICE;

	return has && s && s->payment_url[0] != '\0' ? s->payment_url : NULL;
}

static enum handled detail_show_qr(struct view *v, const struct store *st)
{
	struct detail *d = v->state;
	const char *url = detail_payment_url(d, st);
	struct problem why;

	if (d->what.kind != SUBJECT_SESSION && d->what.kind != SUBJECT_INVOICE) {
		view_ask_notice(v, ROLE_MUTED, "Only a payment session has a QR code: g s.");
		return HANDLED;
	}
	if (!url) {
		view_ask_notice(v, ROLE_MUTED,
				"The payment link of this %s is not known, so there is no QR code.",
				subject_word(d->what.kind));
		return HANDLED;
	}
	if (qr_new(url, strlen(url), &d->qr, &why) != S_OK)
		view_ask_notice(v, ROLE_WARN, "No QR code: %s.", why.what);
	return HANDLED;
}

/* Over everything; the next key takes it away, and does what it does. */
static bool detail_hide_qr(struct detail *d, enum command cmd)
{
	bool was = d->qr != NULL;

	qr_free(d->qr);
	d->qr = NULL;
	return was && (cmd == CMD_QR || cmd == CMD_BACK || cmd == CMD_QUIT);
}

static enum handled detail_act_tab(struct view *v, enum command cmd, const struct store *st)
{
	struct detail *d = v->state;
	enum subject_kind kind;

	if (jump_kind(cmd, &kind))
		return detail_jump(v, cmd, st);
	if (cmd >= CMD_TAB_1 && cmd <= CMD_TAB_5)
		return detail_go_tab(v, (int)(cmd - CMD_TAB_1), st);
	if (d->bar.tab == TAB_JSON)
		return json_view_act(d->json, cmd) ? HANDLED : NOT_HANDLED;
	if (!doc_act(detail_doc(v), cmd, detail_body_height(v)))
		return NOT_HANDLED;
	d->moved[d->bar.tab] = cmd != CMD_LAST;
	return HANDLED;
}

enum handled detail_act(struct view *v, enum command cmd, const struct store *st,
			struct outbox *out)
{
	struct detail *d = v->state;

	if (detail_hide_qr(d, cmd))
		return HANDLED;
	switch (cmd) {
	case CMD_REFRESH:
		asks_again(&d->asks, st, out);
		d->built_mono_ms = 0;
		v->stale = true;
		return HANDLED;
	case CMD_NEXT_TAB:
		return detail_go_tab(v, (int)d->bar.tab + 1, st);
	case CMD_PREV_TAB:
		return detail_go_tab(v, (int)d->bar.tab - 1, st);
	case CMD_OPEN:
		return detail_open_selected(v, st, out);
	case CMD_QR:
		return detail_show_qr(v, st);
	case CMD_BACK:
	case CMD_QUIT:
		return NOT_HANDLED;
	default:
		return detail_act_tab(v, cmd, st);
	}
}

/* The line that was clicked, or the one it goes on from. A second click opens it. */
static void detail_click_line(struct view *v, size_t y, const struct store *st, struct outbox *out)
{
	struct detail *d = v->state;
	struct doc *doc = detail_doc(v);
	const char *at = doc_cursor_key(doc);
	size_t line = doc->top + y;

	if (line >= doc->count)
		return;
	while (line > 0 && !doc->lines[line].key)
		line--;
	if (!doc->lines[line].key)
		return;
	if (at && strcmp(at, doc->lines[line].key) == 0)
		(void)detail_open_selected(v, st, out);
	else
		(void)doc_cursor_to(doc, doc->lines[line].key, detail_body_height(v));
	d->moved[d->bar.tab] = true;
}

void detail_click(struct view *v, int x, int y, const struct store *st, struct outbox *out)
{
	struct detail *d = v->state;
	enum detail_tab tab;

	if (detail_hide_qr(d, CMD_QR))
		return;
	if (y == 0 && detail_bar_hit(&d->bar, v->width, x, &tab))
		(void)detail_go_tab(v, (int)tab, st);
	else if (y >= DETAIL_BAR_HEIGHT && d->bar.tab != TAB_JSON)
		detail_click_line(v, (size_t)(y - DETAIL_BAR_HEIGHT), st, out);
	else if (y > DETAIL_BAR_HEIGHT) /* under the line that says where it is from */
		json_view_click(d->json, x, y - DETAIL_BAR_HEIGHT - 1);
}

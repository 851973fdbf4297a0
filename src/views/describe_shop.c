/* Carts and products as facts. */
#include "views/describe.h"

#include "model/networks.h"
#include "views/count.h"
#include "views/facts.h"
#include "views/subject_cells.h"

#include <string.h>

/* --- carts ------------------------------------------------------------------------- */

static void cart_item(struct doc *d, const struct describing *w, const struct shop_cart_item *i,
		      size_t index)
{
	char buf[MONEY_TEXT_CAP];

	doc_line(d);
	doc_add_at(d, 1, ROLE_MUTED, "%lld x", (long long)i->quantity);
	doc_add_at(d, 6, ROLE_TEXT, "%s", i->title[0] != '\0' ? i->title : i->product_id);
	doc_add_right(d, -1, ROLE_STRONG, "  %s USD ",
		      money_format(buf, money_usd_millis(i->price), MONEY_PLAIN));
	doc_line(d);
	doc_add_at(d, 6, ROLE_MUTED, "%s  %s",
		   i->retailer[0] != '\0' ? retailer_name(i->retailer) : "", i->product_id);
	product_key(d, i->product_id, index);
	if (!i->checked)
		return;
	if (!i->available)
		doc_add(d, ROLE_BAD, "  %s not available any more",
			glyph_str(GLYPH_CROSS, w->ctx->ascii));
	else if (i->price_changed)
		doc_add(d, ROLE_WARN, "  %s the price changed: now %s USD",
			glyph_str(GLYPH_BANG, w->ctx->ascii),
			money_format(buf, money_usd_millis(i->current_price), MONEY_PLAIN));
	else
		doc_add(d, ROLE_GOOD, "  %s available", glyph_str(GLYPH_CHECK, w->ctx->ascii));
}

/* Shipping and tax are those of an address: without its post code, zero means nobody knows. */
static bool cart_is_worked_out(const struct shop_cart *c)
{
	return c->has_totals && (c->zip_code[0] != '\0' || c->shipping != 0 || c->tax != 0);
}

static void cart_money(struct doc *d, const struct shop_cart *c)
{
	struct money_rows m = {0};

	money_rows_usd(&m, "items", ROLE_TEXT, c->subtotal);
	if (cart_is_worked_out(c)) {
		money_rows_usd(&m, "shipping", ROLE_TEXT, c->shipping);
		money_rows_usd(&m, "tax", ROLE_TEXT, c->tax);
	}
	if (c->has_totals) {
		money_rows_usd(&m, "fees", ROLE_TEXT, c->fees);
		money_rows_usd(&m, cart_is_worked_out(c) ? "total" : "so far", ROLE_STRONG,
			       c->total);
	}
	money_rows_write(&m, d);
	if (c->item_count > 0 && !cart_is_worked_out(c))
		doc_fact(d, "shipping, tax", ROLE_MUTED,
			 "not worked out yet: that needs the post code it goes to");
}

/* Why it cannot be ordered: "2 cost something else now, 1 is not available". */
static void cart_reasons(struct safe_text *t, const struct shop_cart *c)
{
	size_t gone = 0, other = 0;

	for (size_t i = 0; i < c->item_count; i++) {
		gone += c->items[i].checked && !c->items[i].available;
		other += c->items[i].checked && c->items[i].available && c->items[i].price_changed;
	}
	safe_text_clear(t);
	if (gone > 0)
		safe_text_addf(t, "%zu %s not available any more", gone, gone == 1 ? "is" : "are");
	if (other > 0)
		safe_text_addf(t, "%s%zu %s something else now", gone > 0 ? ", " : "", other,
			       other == 1 ? "costs" : "cost");
}

static void cart_state(struct doc *d, const struct describing *w, const struct shop_cart *c)
{
	bool ascii = w->ctx->ascii;
	struct safe_text why;

	if (c->item_count == 0) {
		doc_fact(d, "cart", ROLE_MUTED, "it is empty");
		return;
	}
	if (!c->checked) {
		doc_fact(d, "cart", ROLE_MUTED, "not checked against the shops");
		return;
	}
	if (c->valid) {
		doc_fact(d, "cart", ROLE_GOOD, "%s can be ordered as it is",
			 glyph_str(GLYPH_CHECK, ascii));
		return;
	}
	cart_reasons(&why, c);
	if (safe_text_width(&why) == 0)
		safe_text_set(&why, "Pepay does not say why");
	doc_fact(d, "cart", ROLE_WARN, "%s cannot be ordered as it is: %s",
		 glyph_str(GLYPH_BANG, ascii), safe_text_str(&why));
	doc_fact(d, "the customer", ROLE_TEXT,
		 "agrees to the new price, takes out what is gone, and checks out again");
}

void describe_cart(struct doc *d, const struct describing *w, const struct shop_cart *c)
{
	cart_state(d, w, c);
	cart_money(d, c);
	if (c->note[0] != '\0')
		fact_note(d, w->width, ROLE_MUTED, "%s", c->note);
	if (c->item_count > 0)
		doc_heading(d, "Items");
	for (size_t i = 0; i < c->item_count; i++)
		cart_item(d, w, &c->items[i], i);
	if (c->left_out > 0)
		fact_note(d, w->width, ROLE_MUTED, "%zu more are left out.", c->left_out);
	doc_heading(d, "Cart");
	fact_count(d, "pieces", c->quantity);
	fact_subject(d, "customer", SUBJECT_CUSTOMER, c->customer_id);
	fact_given(d, "wallet", c->wallet_address);
	fact_given(d, "on chain", network_name(c->wallet_network));
	fact_given(d, "ships to ZIP", c->zip_code);
	fact_when(d, w->ctx, "created", c->created_at);
	fact_when(d, w->ctx, "updated", c->updated_at);
	fact_when(d, w->ctx, "asked", c->answered_ms);
}

/* --- products ------------------------------------------------------------------------ */

static void offer_lines(struct doc *d, const struct describing *w, const struct shop_offer *o)
{
	char total[MONEY_TEXT_CAP], shipping[MONEY_TEXT_CAP];

	doc_line(d);
	doc_add_at(d, 1, o->available ? ROLE_GOOD : ROLE_DEAD, "%s",
		   glyph_str(o->available ? GLYPH_CHECK : GLYPH_DASH, w->ctx->ascii));
	doc_add_at(d, 3, ROLE_TEXT, "%s", o->seller[0] != '\0' ? o->seller : o->offer_id);
	doc_add(d, ROLE_MUTED, "  %s", o->condition);
	doc_add_right(d, -1, ROLE_STRONG, "  %s USD ",
		      money_format(total, money_usd_millis(o->total), MONEY_PLAIN));
	doc_line(d);
	doc_add_at(d, 3, ROLE_MUTED, "%s%s", o->available ? "" : "not available, ",
		   o->shipping == 0 ? "ships free" : "shipping ");
	if (o->shipping != 0)
		doc_add(d, ROLE_MUTED, "%s USD",
			money_format(shipping, money_usd_millis(o->shipping), MONEY_PLAIN));
	if (o->handling_max_days > 0)
		doc_add(d, ROLE_MUTED, ", leaves in %lld to %lld days",
			(long long)o->handling_min_days, (long long)o->handling_max_days);
	doc_add(d, ROLE_MUTED, "%s%s  %s", o->prime ? ", prime" : "",
		o->international ? ", from abroad" : "", o->seller[0] != '\0' ? o->offer_id : "");
}

static void product_facts(struct doc *d, const struct shop_listing *l)
{
	doc_fact(d, "title", ROLE_STRONG, "%s", l->title);
	if (l->priced)
		fact_usd(d, "price", ROLE_STRONG, l->price);
	else
		doc_fact(d, "price", ROLE_MUTED, "not told");
	fact_given(d, "stock", l->stock);
	fact_given(d, "brand", l->brand);
	if (l->retailer[0] != '\0')
		fact_given(d, "retailer", retailer_name(l->retailer));
	fact_given(d, "rating", l->rating);
	fact_count(d, "reviews", l->review_count);
	fact_given(d, "product", l->product_id);
}

void describe_product(struct doc *d, const struct describing *w, const struct shop_listing *l)
{
	product_facts(d, l);
	doc_heading(d, "Offers");
	if (!l->offers_known)
		fact_note(d, w->width, ROLE_MUTED, "Not known.");
	else if (l->offer_count == 0)
		fact_note(d, w->width, ROLE_MUTED, "The shop names no offer for it.");
	for (size_t i = 0; i < l->offer_count; i++)
		offer_lines(d, w, &l->offers[i]);
	if (l->offers_left_out > 0)
		fact_note(d, w->width, ROLE_MUTED, "%zu more are left out.", l->offers_left_out);
}

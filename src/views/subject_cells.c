#include "views/subject_cells.h"

#include "base/strbuf.h"
#include "model/answers.h"
#include "wire/lifecycle.h"

#include <stdlib.h>
#include <string.h>

#define STATE_COLUMN  12
#define AMOUNT_COLUMN 46 /* ends here */
#define AGE_COLUMN    53 /* ends here */
#define ID_COLUMN     55
#define ID_LEAST      8

static bool object_amount(const struct object *o, struct money *ret)
{
	switch (o->kind) {
	case OBJECT_INVOICE:
		*ret = money_usd_millis(o->as.invoice.amount);
		return true;
	case OBJECT_PAYMENT:
		*ret = money_usd_millis(o->as.payment.amount_usd);
		return o->as.payment.amount_usd != 0;
	case OBJECT_ORDER:
		*ret = money_usd_millis(o->as.order.total);
		return true;
	case OBJECT_PAYOUT:
		*ret = money_usd_millis(o->as.payout.amount);
		return true;
	case OBJECT_DEPOSIT:
		*ret = money_usd_millis(o->as.deposit.amount);
		return true;
	case OBJECT_REFUND:
		*ret = money_usd_millis(o->as.refund.amount);
		return true;
	default:
		return false;
	}
}

static void brief_record(struct subject_brief *ret, const struct record *r, bool ascii)
{
	const struct object *o = &r->object;
	enum vocab v = kind_info(o->kind)->vocab;

	ret->known = true;
	ret->role = cell_state_words(&ret->state, v, object_status(o), ascii);
	ret->has_amount = object_amount(o, &ret->amount);
	ret->when_ms = object_created_ms(o);
	if (o->kind == OBJECT_PAYMENT && ret->when_ms == TIME_NONE)
		ret->when_ms = r->changed_ms; /* Pepay does not say when it was first seen */
	ret->open = !lifecycle_is_over(v, object_status(o));
}

static void brief_event(struct subject_brief *ret, const struct store *st, const char *id,
			bool ascii)
{
	const struct event_row *row = store_event_by_id(st, id);
	struct event_brief e;

	if (!row)
		return;
	store_brief(st, row, &e);
	ret->known = true;
	ret->role = cell_event(&ret->state, &e, ascii);
	ret->has_amount = e.has_amount;
	ret->amount = e.amount;
	ret->when_ms = e.created_ms;
}

static void brief_session(struct subject_brief *ret, const struct store *st, const char *invoice,
			  bool ascii)
{
	const struct payor_session *s = answer_session(st, invoice, NULL);

	if (!s)
		return;
	ret->known = true;
	ret->role = cell_state_words(&ret->state, VOCAB_INVOICE, s->status, ascii);
	ret->has_amount = s->has_remaining;
	ret->amount = money_usd_millis(s->amount_remaining);
}

static void brief_cart(struct subject_brief *ret, const struct store *st, const char *customer)
{
	const struct shop_cart *c = answer_cart(st, customer, "", NULL);

	if (!c)
		return;
	ret->known = true;
	safe_text_fmt(&ret->state, "%zu %s", c->item_count, c->item_count == 1 ? "item" : "items");
	ret->has_amount = c->item_count > 0;
	ret->amount = money_usd_millis(c->has_totals ? c->total : c->subtotal);
	ret->when_ms = c->updated_at;
}

void subject_brief(struct subject_brief *ret, const struct store *st, const struct subject *s,
		   bool ascii)
{
	enum object_kind kind = subject_object(s->kind);
	const struct record *r = kind != OBJECT_NONE ? store_record(st, kind, s->id) : NULL;

	memset(ret, 0, sizeof(*ret));
	ret->role = ROLE_MUTED;
	ret->when_ms = TIME_NONE;
	if (r)
		brief_record(ret, r, ascii);
	else if (s->kind == SUBJECT_EVENT)
		brief_event(ret, st, s->id, ascii);
	else if (s->kind == SUBJECT_SESSION)
		brief_session(ret, st, s->id, ascii);
	else if (s->kind == SUBJECT_CART)
		brief_cart(ret, st, s->id);
	else if (s->kind == SUBJECT_CUSTOMER)
		ret->known = true;
}

const char *subject_label(enum subject_kind k)
{
	return k == SUBJECT_KYC ? subject_noun(k) : subject_word(k);
}

void subject_key(char ret[SUBJECT_KEY_CAP], const struct subject *s, unsigned apart)
{
	str_printf(ret, SUBJECT_KEY_CAP, "%u %u %s", (unsigned)s->kind, apart, s->id);
}

bool subject_of_key(const char *key, struct subject *ret)
{
	char *end;
	unsigned long kind = strtoul(key, &end, 10);

	if (end == key || *end != ' ' || kind >= SUBJECT_KIND_COUNT)
		return false;
	key = end + 1;
	(void)strtoul(key, &end, 10);
	return end != key && *end == ' ' && subject_set(ret, (enum subject_kind)kind, end + 1);
}

void fact_subject(struct doc *d, const char *label, enum subject_kind kind, const char *id)
{
	struct subject what;
	char key[SUBJECT_KEY_CAP];

	if (id[0] == '\0')
		return;
	doc_fact(d, label, ROLE_TEXT, "%s", id);
	if (!subject_set(&what, kind, id))
		return;
	subject_key(key, &what, 1000 + (unsigned)d->count);
	doc_line_key(d, key);
}

void product_key(struct doc *d, const char *product_id, size_t index)
{
	struct subject what;
	char key[SUBJECT_KEY_CAP];

	if (!subject_set(&what, SUBJECT_PRODUCT, product_id))
		return;
	subject_key(key, &what, (unsigned)index);
	doc_line_key(d, key);
}

const char *matter_glyph(enum attention_rule rule, const struct safe_text *state, bool ascii)
{
	const char *cross = glyph_str(GLYPH_CROSS, ascii);
	bool failed = rule != RULE_EXPIRING && attention_rule_severity(rule) == SEVERITY_URGENT;

	if (state && str_starts_with(safe_text_str(state), cross) &&
	    safe_text_str(state)[strlen(cross)] == ' ')
		return cross;
	return failed ? cross : glyph_str(GLYPH_BANG, ascii);
}

/* An end with the customer's money in it is no end: the sign is that of what needs a person. */
static void subject_line_sign(struct subject_brief *b, const struct view_context *ctx,
			      const struct subject *s)
{
	const struct attention_item *item;
	struct safe_text state = b->state;
	const char *word = strchr(safe_text_str(&state), ' ');
	enum tone tone;

	if (!word || !ctx->attention || attention_of(ctx->attention, s, &item, 1) == 0 ||
	    attention_rule_severity(item->rule) < SEVERITY_ACT)
		return;
	tone = severity_tone(attention_rule_severity(item->rule));
	safe_text_fmt(&b->state, "%s%s", matter_glyph(item->rule, &state, ctx->ascii), word);
	b->role = tone_role(tone);
}

static void subject_line_id(struct doc *d, const struct subject *s, int width, bool below)
{
	bool fits = width - ID_COLUMN - 1 >= ID_LEAST;
	int column = fits || !below ? ID_COLUMN : STATE_COLUMN;
	int room = width - column - 1;
	struct safe_text id;

	if (room < ID_LEAST)
		return;
	if (!fits)
		doc_line(d);
	safe_text_set(&id, s->id);
	safe_text_fit_middle(&id, (unsigned)room);
	doc_add_at(d, column, ROLE_MUTED, "%s", safe_text_str(&id));
}

void subject_line(struct doc *d, const struct view_context *ctx, const struct store *st,
		  const struct subject *s, const char *label, int width, bool id_below)
{
	char key[SUBJECT_KEY_CAP], buf[CELL_AMOUNT_CAP];
	struct subject_brief b;
	struct safe_text when;

	subject_brief(&b, st, s, ctx->ascii);
	doc_line(d);
	doc_add_at(d, 1, ROLE_TEXT, "%s", label);
	if (!b.known)
		safe_text_set(&b.state, "not asked for yet");
	else
		subject_line_sign(&b, ctx, s);
	safe_text_fit(&b.state, AMOUNT_COLUMN - STATE_COLUMN - 14);
	doc_add_at(d, STATE_COLUMN, b.role, "%s", safe_text_str(&b.state));
	if (b.has_amount)
		doc_add_right(d, AMOUNT_COLUMN, ROLE_STRONG, "%s", cell_amount(buf, b.amount));
	if (b.when_ms != TIME_NONE) {
		cell_when(&when, ctx, b.when_ms);
		doc_add_right(d, AGE_COLUMN, ROLE_MUTED, "%s", safe_text_str(&when));
	}
	subject_key(key, s, 0);
	doc_line_key(d, key);
	subject_line_id(d, s, width, id_below);
}

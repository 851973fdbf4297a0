/* Summary: what it comes to, what to say and what to do, what happened, then the facts. */
#include "views/tabs.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "model/purse.h"
#include "views/describe.h"
#include "views/doc_columns.h"
#include "views/facts.h"
#include "views/session_view.h"
#include "views/subject_cells.h"
#include "wire/lifecycle.h"

#include <stdlib.h>
#include <string.h>

#define INDENT 1
#define GUTTER 2 /* between the facts and the words beside them */

/* --- the explanation -------------------------------------------------------------------- */

static void add_headline(struct doc *d, const struct subject_look *l)
{
	const struct explain *x = l->explain;
	struct safe_text t;

	if (x->headline[0] == '\0')
		return;
	safe_text_fmt(&t, "%s %s", glyph_str(tone_glyph(x->tone), l->ctx->ascii), x->headline);
	doc_line(d);
	doc_wrap(d, INDENT, l->width - 2, tone_role(x->tone), &t);
	if (x->as_of[0] == '\0')
		return;
	safe_text_set(&t, x->as_of);
	doc_line(d);
	doc_wrap(d, INDENT, l->width - 2, ROLE_WARN, &t);
}

static void add_sentence(struct doc *d, const struct subject_look *l, const struct explain_line *s)
{
	struct safe_text t;
	enum role role =
		s->tone == TONE_WARN || s->tone == TONE_BAD ? tone_role(s->tone) : ROLE_TEXT;

	safe_text_set(&t, s->text);
	doc_line(d);
	doc_wrap(d, INDENT, l->width - 2, role, &t);
}

/* What is next has lines of its own, that count down. */
static bool is_said_below(const struct explain_line *s)
{
	return s->part == EXPLAIN_DO && str_starts_with(s->text, "Next: ");
}

static void add_part(struct doc *d, const struct subject_look *l, enum explain_part part)
{
	const struct explain *x = l->explain;
	bool first = true;

	for (size_t i = 0; i < x->count; i++) {
		if (x->lines[i].part != part || is_said_below(&x->lines[i]))
			continue;
		if (first)
			doc_heading(d, explain_part_title(part));
		add_sentence(d, l, &x->lines[i]);
		first = false;
	}
}

/* The address is on the payor's page, which is asked for when somebody looks at it. */
static void add_where_to_pay(struct doc *d, const struct subject_look *l)
{
	const struct record *r = store_record(l->st, OBJECT_INVOICE, l->what->id);

	if (l->what->kind == SUBJECT_INVOICE && r &&
	    !lifecycle_is_terminal(VOCAB_INVOICE, object_status(&r->object)))
		fact_note(
			d, l->width, ROLE_MUTED,
			"g s shows the page it is paid on: the address, what to send, a QR code.");
}

/* Who reads it is on the phone: what to say and to do comes before how it came about. */
static void add_advice(struct doc *d, const struct subject_look *l)
{
	add_part(d, l, EXPLAIN_SAY);
	add_part(d, l, EXPLAIN_DO);
	add_where_to_pay(d, l);
}

static void add_account(struct doc *d, const struct subject_look *l)
{
	look_add_next(d, l);
	add_part(d, l, EXPLAIN_HAPPENED);
	add_part(d, l, EXPLAIN_CUSTOMER_SEES);
}

/* --- the facts ---------------------------------------------------------------------------- */

static void add_record_facts(struct doc *d, const struct subject_look *l,
			     const struct describing *w)
{
	const struct record *r = store_record(l->st, subject_object(l->what->kind), l->what->id);

	if (r)
		describe_record(d, w, r);
}

static void add_facts(struct doc *d, const struct subject_look *l)
{
	struct describing w = {.ctx = l->ctx,
			       .st = l->st,
			       .width = l->width,
			       .related = &l->story->related,
			       .dossier = asks_dossier(l->asks, l->st)};
	const struct payor_session *session;
	const struct shop_cart *cart;
	const struct shop_products *product;

	switch (l->what->kind) {
	case SUBJECT_EVENT:
		(void)describe_event(d, &w, l->what->id);
		break;
	case SUBJECT_SESSION:
		session = answer_session(l->st, l->what->id, NULL);
		if (session)
			describe_session(d, &w, session);
		break;
	case SUBJECT_CART:
		cart = answer_cart(l->st, l->what->id, "", NULL);
		if (cart)
			describe_cart(d, &w, cart);
		break;
	case SUBJECT_PRODUCT:
		product = answer_product(l->st, l->what->id, NULL);
		if (product && product->count > 0)
			describe_product(d, &w, &product->items[0]);
		if (product && product->note[0] != '\0')
			fact_note(d, w.width, ROLE_MUTED, "%s", product->note);
		break;
	case SUBJECT_CUSTOMER:
		describe_customer(d, &w, &l->story->related);
		break;
	default:
		add_record_facts(d, l, &w);
		break;
	}
}

/* These have no life of their own to explain. */
static bool explained(const struct subject_look *l)
{
	return l->what->kind != SUBJECT_EVENT && l->what->kind != SUBJECT_CART &&
	       l->what->kind != SUBJECT_PRODUCT && l->explain->headline[0] != '\0';
}

/* --- one column or two ---------------------------------------------------------------------- */

/* What it adds, in its width, after a blank line. */
static void build(struct doc *d, const struct subject_look *l,
		  void (*add)(struct doc *, const struct subject_look *))
{
	struct doc all;

	doc_init(&all);
	add(&all, l);
	if (d->count > 0 && all.count > 0)
		doc_line(d);
	doc_fit(d, &all, l->width);
	doc_release(&all);
}

static void add_facts_and_asks(struct doc *d, const struct subject_look *l)
{
	add_facts(d, l);
	look_add_asks(d, l);
}

/* Over both columns: who it is and what it comes to is what one came for. */
static void add_top(struct doc *d, const struct subject_look *l)
{
	struct describing w = {.ctx = l->ctx, .st = l->st, .width = l->width};

	add_headline(d, l);
	if (l->what->kind != SUBJECT_CUSTOMER)
		return;
	doc_line(d);
	describe_person(d, &w, &l->story->related);
	describe_money(d, &w, &l->story->related);
}

int tab_summary_split(const struct subject_look *l)
{
	return explained(l) && l->width >= TABS_WIDE ? l->width * 9 / 20 + GUTTER : 0;
}

static void build_beside(struct doc *d, const struct subject_look *l)
{
	struct subject_look facts = *l, words = *l;
	struct doc left, right;

	words.width = tab_summary_split(l) - GUTTER;
	facts.width = l->width - words.width - GUTTER - 1;
	doc_init(&left);
	doc_init(&right);
	build(&left, &words, add_advice);
	build(&left, &words, add_account);
	build(&right, &facts, add_facts_and_asks);
	doc_line(d);
	doc_columns(d, &left, &right, words.width + GUTTER);
	doc_release(&left);
	doc_release(&right);
}

static void add_facts_below(struct doc *d, const struct subject_look *l)
{
	if (l->what->kind != SUBJECT_CUSTOMER && l->what->kind != SUBJECT_SESSION)
		doc_heading(d, "Facts");
	add_facts_and_asks(d, l);
}

/* Money seen on its way to it: "please do not pay again" comes before where to pay. */
static bool payment_is_seen(const struct subject_look *l)
{
	const struct record *r = store_record(l->st, OBJECT_INVOICE, l->what->id);
	struct purse p;

	if (!r)
		return false;
	p = purse_of_invoice(l->st, r);
	return purse_seen(&p) > 0;
}

/* What is open of a customer and what they bought, and the payor's page, is what one came for. */
static void build_below(struct doc *d, const struct subject_look *l)
{
	enum subject_kind kind = l->what->kind;
	bool page_first = kind == SUBJECT_SESSION && !payment_is_seen(l);

	if (page_first)
		build(d, l, add_facts_below);
	build(d, l, add_advice);
	if (kind == SUBJECT_SESSION && !page_first)
		build(d, l, add_facts_below);
	if (kind == SUBJECT_CUSTOMER)
		build(d, l, add_facts_below);
	build(d, l, add_account);
	if (kind != SUBJECT_SESSION && kind != SUBJECT_CUSTOMER)
		build(d, l, add_facts_below);
}

/* --- an event ------------------------------------------------------------------------------- */

/* What it is about: a row of the window, or the body that was read back. */
static bool event_object(const struct subject_look *l, struct subject *ret)
{
	const struct event_row *row = store_event_by_id(l->st, l->what->id);
	enum load_state load;
	const struct msg_event *whole = store_event_whole(l->st, l->what->id, &load, NULL);
	struct event_brief e;

	if (!row && !whole)
		return false;
	if (row)
		store_brief(l->st, row, &e);
	else
		event_brief(&whole->event, &e);
	return e.about != OBJECT_NONE && store_record(l->st, e.about, e.object_id) &&
	       subject_set(ret, subject_of_object(e.about), e.object_id);
}

static void add_object(struct doc *d, const struct subject_look *l)
{
	add_headline(d, l);
	fact_subject(d, subject_label(l->what->kind), l->what->kind, l->what->id);
	add_advice(d, l);
}

/* Who opens an event wants to know how what it is about stands now; the event itself comes next. */
static void build_event(struct doc *d, const struct subject_look *l)
{
	struct story *story;
	struct explain *explain;
	struct subject object;
	struct subject_look about = *l;
	struct doc facts;

	if (event_object(l, &object)) {
		story = xmalloc(sizeof(*story));
		explain = xmalloc(sizeof(*explain));
		*story = *l->story; /* an event's is that of its object */
		related_build(&story->related, l->st, &object);
		explain_build(explain, story, l->ctx->attention, l->st, l->ctx->now_ms);
		about.what = &object;
		about.story = story;
		about.explain = explain;
		build(d, &about, add_object);
		doc_heading(d, "This event");
		free(story);
		free(explain);
	}
	doc_init(&facts);
	add_facts_and_asks(&facts, l);
	doc_fit(d, &facts, l->width);
	doc_release(&facts);
}

void tab_summary_build(struct doc *d, const struct subject_look *l)
{
	if (!look_knows(l)) {
		look_add_empty(d, l,
			       "Nothing is known of it: it is not in the window, not on disk, and "
			       "the server does not have it.");
		return;
	}
	if (l->what->kind == SUBJECT_EVENT) {
		build_event(d, l);
		return;
	}
	if (!explained(l)) {
		build(d, l, add_facts_and_asks);
		return;
	}
	build(d, l, add_top);
	if (tab_summary_split(l) > 0)
		build_beside(d, l);
	else
		build_below(d, l);
}

/* What is known of a customer: who it is, what is open, how it adds up by kind and state. */
#include "views/describe.h"

#include "base/alloc.h"
#include "model/person.h"
#include "model/tally.h"
#include "views/count.h"
#include "views/facts.h"
#include "views/subject_cells.h"

#include <stdlib.h>
#include <string.h>

#define OPEN_MAX   20
#define STATES_MAX 24

/* How many of a kind are in one state, and what they come to. */
struct state_sum {
	enum object_kind kind;
	char status[STATUS_CAP];
	size_t count;
	struct money sum;
	bool summable;
};
struct state_sums {
	struct state_sum items[STATES_MAX];
	size_t count;
};

static struct state_sum *sum_of(struct state_sums *s, enum object_kind kind, const char *status)
{
	struct state_sum *fresh;

	for (size_t i = 0; i < s->count; i++) {
		if (s->items[i].kind == kind && strcmp(s->items[i].status, status) == 0)
			return &s->items[i];
	}
	if (s->count == STATES_MAX)
		return NULL;
	fresh = &s->items[s->count++];
	memset(fresh, 0, sizeof(*fresh));
	fresh->kind = kind;
	str_copy(fresh->status, sizeof(fresh->status), status);
	fresh->sum = money_usd_millis(0);
	fresh->summable = true;
	return fresh;
}

static void sum_add(struct state_sums *s, const struct store *st, const struct subject *what)
{
	enum object_kind kind = subject_object(what->kind);
	const struct record *r = kind != OBJECT_NONE ? store_record(st, kind, what->id) : NULL;
	struct state_sum *sum = r ? sum_of(s, kind, object_status(&r->object)) : NULL;
	struct subject_brief b;

	if (!sum)
		return;
	subject_brief(&b, st, what, true);
	sum->count++;
	if (!b.has_amount || money_add(sum->sum, b.amount, &sum->sum) != S_OK)
		sum->summable = false;
}

static void sum_lines(struct doc *d, const struct view_context *ctx, const struct state_sums *s,
		      enum object_kind kind)
{
	char buf[CELL_AMOUNT_CAP], count[COUNT_CAP];
	bool first = true;

	for (size_t i = 0; i < s->count; i++) {
		const struct state_sum *sum = &s->items[i];
		struct safe_text t;
		enum role role;

		if (sum->kind != kind)
			continue;
		role = cell_state_words(&t, kind_info(kind)->vocab, sum->status, ctx->ascii);
		doc_line(d);
		doc_add_at(d, 1, ROLE_MUTED, "%s", first ? kind_info(kind)->plural : "");
		doc_add_right(d, 18, ROLE_TEXT, "%s", count_words(count, sum->count));
		doc_add_at(d, 20, role, "%s", safe_text_str(&t));
		if (sum->summable)
			doc_add_right(d, 56, ROLE_STRONG, "%s", cell_amount(buf, sum->sum));
		first = false;
	}
}

/* --- what is open --------------------------------------------------------------------- */

/* What somebody has seen is quiet elsewhere; to the customer it is as open as before. */
static bool is_open(const struct describing *w, const struct subject *s, const char **ret_why,
		    bool *ret_seen)
{
	const struct attention_item *item = NULL;
	struct subject_brief b;

	*ret_why = "";
	*ret_seen = false;
	if (w->ctx->attention && attention_of(w->ctx->attention, s, &item, 1) > 0) {
		*ret_why = item->why[0] != '\0' ? item->why : attention_rule_words(item->rule);
		*ret_seen = item->acknowledged;
		return true;
	}
	if (subject_object(s->kind) == OBJECT_NONE || s->kind == SUBJECT_KYC)
		return false;
	subject_brief(&b, w->st, s, true);
	return b.known && b.open;
}

static size_t open_lines(struct doc *d, const struct describing *w, const struct related *theirs,
			 bool pressing)
{
	size_t n = 0;
	const char *why;
	bool seen;

	for (size_t i = 0; i < theirs->count && n < OPEN_MAX; i++) {
		const struct subject *s = &theirs->items[i].subject;

		if (!is_open(w, s, &why, &seen) || (why[0] != '\0') != pressing)
			continue;
		subject_line(d, w->ctx, w->st, s, subject_label(s->kind), w->width, false);
		if (why[0] != '\0') {
			doc_line(d);
			doc_add_at(d, 12, seen ? ROLE_TEXT : ROLE_WARN, "%s%s", why,
				   seen ? " (somebody has seen it; it is not settled)" : "");
		}
		n++;
	}
	return n;
}

/* --- who it is -------------------------------------------------------------------------- */

static void person_fact(struct doc *d, const struct person *p, enum person_fact f)
{
	const struct person_values *v = &p->facts[f];
	struct safe_text t;

	if (v->count == 0)
		return;
	safe_text_set(&t, v->items[0]);
	for (size_t i = 1; i < v->count; i++)
		safe_text_addf(&t, "; %s", v->items[i]);
	if (v->more > 0)
		safe_text_addf(&t, " and %zu more", v->more);
	fact_text(d, person_label(f), f == PERSON_NAME ? ROLE_STRONG : ROLE_TEXT, &t);
}

static void person_check(struct doc *d, const struct describing *w, const struct kyc *k)
{
	struct safe_text t, when;
	enum role role = cell_state_words(&t, VOCAB_KYC, k->status, w->ctx->ascii);

	if (k->country[0] != '\0')
		safe_text_addf(&t, ", %s", k->country);
	if (k->reviewed_at != TIME_NONE || k->submitted_at != TIME_NONE) {
		cell_when_full(&when, w->ctx,
			       k->reviewed_at != TIME_NONE ? k->reviewed_at : k->submitted_at);
		safe_text_addf(&t, ", %s %s",
			       k->reviewed_at != TIME_NONE ? "reviewed" : "submitted",
			       safe_text_str(&when));
	}
	fact_text(d, "KYC", role, &t);
	fact_given(d, "refused for", k->rejection_reason);
}

void describe_person(struct doc *d, const struct describing *w, const struct related *theirs)
{
	const struct record *kyc = store_record(w->st, OBJECT_KYC, theirs->root.id);
	struct person *p = xcalloc(1, sizeof(*p));

	person_build(p, w->st, theirs);
	if (!person_is_known(p))
		doc_fact(d, "name", ROLE_MUTED,
			 "not known: no order, check or payment page of theirs tells one");
	for (int f = 0; f < PERSON_FACT_COUNT; f++)
		person_fact(d, p, (enum person_fact)f);
	if (kyc)
		person_check(d, w, &kyc->object.as.kyc);
	free(p);
}

/* --- their money ------------------------------------------------------------------------ */

static void add_dollars(struct safe_text *t, const char *before, int64_t usd_millis,
			const char *after)
{
	char buf[MONEY_TEXT_CAP];

	if (usd_millis > 0)
		safe_text_addf(t, "%s%s%s", before,
			       money_format(buf, money_usd_millis(usd_millis), MONEY_PLAIN), after);
}

/* "715.00 USD in 4 invoices, 119.99 of it not paid: 20.00 can still be paid" */
static void money_asked(struct doc *d, const struct tally *t)
{
	struct safe_text text;
	char buf[MONEY_TEXT_CAP];

	safe_text_fmt(&text, "%s USD in %zu %s",
		      money_format(buf, money_usd_millis(t->asked), MONEY_PLAIN), t->invoices,
		      t->invoices == 1 ? "invoice" : "invoices");
	if (t->can_be_paid == t->not_paid && t->on_its_way == 0) {
		add_dollars(&text, ", ", t->not_paid, " of it still to be paid");
	} else {
		add_dollars(&text, ", ", t->not_paid, " of it not paid");
		add_dollars(&text, ": ", t->on_its_way, " seen and not confirmed");
		add_dollars(&text, t->on_its_way > 0 ? ", " : ": ", t->can_be_paid,
			    " can still be paid");
	}
	fact_text(d, "asked", ROLE_TEXT, &text);
}

/* "625.02 USD, 30.01 of it too much: 440.00 kept, 185.02 to go back" */
static void money_paid(struct doc *d, const struct tally *t)
{
	struct safe_text text;
	char buf[MONEY_TEXT_CAP];

	safe_text_fmt(&text, "%s USD", money_format(buf, money_usd_millis(t->paid), MONEY_PLAIN));
	add_dollars(&text, ", ", t->too_much, " of it too much");
	if (t->paid > 0) {
		int64_t moving = money_minus(t->given, t->given_arrived);
		int64_t before = money_plus(t->kept, t->to_go_back);

		add_dollars(&text, ": ", t->kept, " kept");
		add_dollars(&text, t->kept > 0 ? ", " : ": ", t->to_go_back, " to go back");
		add_dollars(&text, before > 0 ? ", " : ": ", t->given_arrived, " went back");
		add_dollars(&text, money_plus(before, t->given_arrived) > 0 ? ", " : ": ", moving,
			    " on its way back");
	}
	fact_text(d, "paid", t->to_go_back > 0 ? ROLE_WARN : ROLE_STRONG, &text);
}

void describe_money(struct doc *d, const struct describing *w, const struct related *theirs)
{
	struct tally t;

	tally_build(&t, w->st, theirs);
	if (t.invoices > 0) {
		money_asked(d, &t);
		money_paid(d, &t);
	}
	if (t.unknown > 0)
		doc_fact(d, t.invoices > 0 ? "" : "paid", ROLE_MUTED,
			 "%zu %s not counted: what was paid of %s is not known", t.unknown,
			 t.unknown == 1 ? "invoice is" : "invoices are",
			 t.unknown == 1 ? "it" : "them");
}

/* --- the whole -------------------------------------------------------------------------- */

void describe_customer(struct doc *d, const struct describing *w, const struct related *theirs)
{
	struct state_sums sums = {0};

	doc_fact(d, "customer", ROLE_TEXT, "%s", theirs->root.id);
	if (!store_record(w->st, OBJECT_KYC, theirs->root.id))
		doc_fact(d, "KYC", ROLE_MUTED, "none known");
	doc_heading(d, "Open matters");
	if (open_lines(d, w, theirs, true) + open_lines(d, w, theirs, false) == 0)
		fact_note(d, w->width, ROLE_MUTED, "Nothing of theirs is open.");
	describe_bought(d, w, theirs);
	doc_heading(d, "All of theirs");
	for (size_t i = 0; i < theirs->count; i++)
		sum_add(&sums, w->st, &theirs->items[i].subject);
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++) {
		if (k != OBJECT_KYC)
			sum_lines(d, w->ctx, &sums, (enum object_kind)k);
	}
	if (sums.count == 0)
		fact_note(d, w->width, ROLE_MUTED, "Nothing is known of them yet.");
	if (theirs->cut)
		fact_note(d, w->width, ROLE_WARN,
			  "There is more than fits here: these are the newest.");
}

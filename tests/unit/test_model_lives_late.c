/* Every life of tests/fixtures/lives whose first events nobody has any more: the server retired
 * them, or they came before the window began. What is left is told as it was with all of them. */
#include "unit/test_model_support.h"

#include "life_kit.h"

#include <stdlib.h>

#define DUMP_MAX      (64 * 1024)
#define FACTS_SEEN_MS 1000 /* after the last event */
#define ABOUT_MS      1000 /* fields know whole seconds */

static char *names[LIVES_MAX];
static size_t name_count;

/* --- telling ------------------------------------------------------------------------------- */

/* What there is besides the events that are left. */
struct known {
	const char *words;
	bool facts;    /* every object as the server has it … */
	bool payments; /* … also those that only their invoice's answer brings */
	bool dossier;  /* the bodies of the events */
};

static const struct known WAYS[] = {
	{"from the disk and REST", true, true, true},
	{"from the disk and lists", true, false, true},
	{"from the window and REST", true, true, false},
	{"from the disk alone", false, false, true},
};
static const struct known ALL = {"all of it", false, false, true};

struct late_life {
	struct life *life;
	size_t events[LIFE_MOMENTS_MAX]; /* places of its moments */
	size_t count;
	int64_t end_ms;
	struct story *whole; /* told with all events */
	/* under test */
	size_t first; /* event that is left */
	const struct known *how;
	struct story *s;
};

static const struct event *event_of_life(const struct late_life *l, size_t i)
{
	return &l->life->moments[l->events[i]].event;
}

static bool is_newest(const struct late_life *l, size_t at)
{
	const struct object *o = &event_of_life(l, at)->object;

	for (size_t i = at + 1; i < l->count; i++) {
		const struct object *later = &event_of_life(l, i)->object;
		if (later->kind == o->kind && str_equal(object_id(later), object_id(o)))
			return false;
	}
	return true;
}

static void tell_facts(const struct late_life *l, struct store *st, bool payments)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct object *o = &event_of_life(l, i)->object;
		struct msg *m;

		if (!is_newest(l, i) || (o->kind == OBJECT_PAYMENT && !payments))
			continue;
		m = msg_new(MSG_OBJECT);
		object_copy(&m->as.object.object, o);
		life_apply(st, m, l->end_ms + FACTS_SEEN_MS);
	}
}

static struct story *told_from(const struct late_life *l, size_t first, const struct known *how)
{
	struct story *s = xcalloc(1, sizeof(*s));
	struct store *st = store_new();

	life_forget_told(l->life);
	/* a server that says what a status was before, as others' events show */
	tell(st, SOURCE_STREAM, invoice_event(T0 - 1000, 1, "other", "paid", "unpaid"), T0);
	for (size_t i = first; i < l->count; i++)
		life_tell(l->life, st, l->events[i]);
	if (how->facts)
		tell_facts(l, st, how->payments);
	if (how->dossier)
		life_tell_dossier(l->life, st, &l->life->roots[0], l->end_ms);
	story_build(s, st, &l->life->roots[0], l->end_ms + FACTS_SEEN_MS);
	store_free(st);
	return s;
}

static void late_life_load(struct late_life *l, const char *name)
{
	memset(l, 0, sizeof(*l));
	l->life = life_load(name);
	for (size_t i = 0; i < l->life->count; i++)
		if (l->life->moments[i].kind == LIFE_EVENT) {
			l->events[l->count++] = i;
			l->end_ms = l->life->moments[i].arrived_ms;
		}
	l->whole = told_from(l, 0, &ALL);
}

static void late_life_free(struct late_life *l)
{
	free(l->whole);
	life_free(l->life);
}

/* --- complaints ---------------------------------------------------------------------------- */

static void say_story(struct strbuf *sb, const struct story *s)
{
	char when[WHEN_TEXT_CAP];

	for (size_t i = 0; i < s->count; i++) {
		const struct story_step *step = &s->steps[i];
		strbuf_addf(sb, "%-9s%-8s %s -> %s%s\n",
			    step->ms == TIME_NONE ? "" : when_clock(when, step->ms),
			    subject_word(step->subject.kind), step->text, step->status,
			    step->marks & STORY_INFERRED ? "  [no event]" : "");
	}
	for (size_t i = 0; i < s->next_count; i++)
		strbuf_addf(sb, "  next: %s\n", s->next[i].text);
}

static void complain(const struct late_life *l, const char *what, const char *which)
{
	struct strbuf sb;

	strbuf_init(&sb, DUMP_MAX);
	strbuf_addf(&sb, "%s without its first %zu, %s: %s: %s\n", l->life->name, l->first,
		    l->how->words, what, which);
	say_story(&sb, l->s);
	strbuf_addstr(&sb, "--- and with them\n");
	say_story(&sb, l->whole);
	fail_msg("%s", strbuf_str(&sb));
}

/* --- steps --------------------------------------------------------------------------------- */

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && strcmp(text + n - m, end) == 0;
}

/* What is not known any more may be left out, and what is said in its stead is no less true. */
static bool says_less(const char *have, const char *all)
{
	static const struct {
		const char *have, *all; /* `have` in it; `all` ends so or has it */
	} INSTEAD[] = {
		{"invoice expired, nothing was paid", "are seen and not confirmed"},
		{"underpaid: a part came in", ": underpaid"},
		{" USD came in on ", "after it expired"}, /* "150.00 of 100.00 USD" */
		{"KYC handed in, ", "KYC handed in again, "},
	};

	if (strncmp(all, have, strlen(have)) == 0 || ends_with(all, have))
		return true;
	for (size_t i = 0; i < COUNT(INSTEAD); i++)
		if (strstr(have, INSTEAD[i].have) && strstr(all, INSTEAD[i].all))
			return true;
	return false;
}

static bool same_news(const struct story_step *a, const struct story_step *b)
{
	if (!subject_equal(&a->subject, &b->subject))
		return false;
	if (a->event_id[0] && b->event_id[0])
		return str_equal(a->event_id, b->event_id);
	return a->status[0] || b->status[0] ? str_equal(a->status, b->status)
					    : says_less(a->text, b->text);
}

static size_t times_told(const struct story *s, const struct story_step *step)
{
	size_t n = 0;

	for (size_t i = 0; i < s->count; i++)
		n += subject_equal(&s->steps[i].subject, &step->subject) &&
		     str_equal(s->steps[i].status, step->status) &&
		     (step->status[0] || str_equal(s->steps[i].text, step->text));
	return n;
}

/* The same in the whole story, at the time that the step has; NULL: it never was. */
static const struct story_step *whole_step(const struct late_life *l, const struct story_step *step)
{
	for (size_t i = 0; i < l->whole->count; i++) {
		const struct story_step *w = &l->whole->steps[i];
		if (same_news(step, w) && (step->ms == TIME_NONE || (step->ms <= w->ms + ABOUT_MS &&
								     step->ms >= w->ms - ABOUT_MS)))
			return w;
	}
	return NULL;
}

static void check_step(const struct late_life *l, const struct story_step *step)
{
	const struct story_step *whole = whole_step(l, step);

	if (!whole) {
		complain(l, "it was not so, or not then", step->text);
		return;
	}
	if (!says_less(step->text, whole->text))
		complain(l, "it was not so", step->text);
	if (times_told(l->s, step) > times_told(l->whole, whole))
		complain(l, "is told twice", step->text);
	if (step->source == STORY_EVENT &&
	    (step->marks != whole->marks || !str_equal(step->status, whole->status)))
		complain(l, "is not told as it was", step->text);
	if (step->source != STORY_EVENT && !(step->marks & STORY_INFERRED))
		complain(l, "is not marked", step->text);
	if (step->source == STORY_DEADLINE)
		complain(l, "went by with a word", step->text);
}

/* Of one object, in the order in which it was; of all, by the clock. */
static void check_order(const struct late_life *l)
{
	const struct story *s = l->s;
	int64_t before = TIME_NONE;

	for (size_t i = 0; i < s->count; i++) {
		const struct story_step *step = &s->steps[i];
		for (size_t j = i + 1; j < s->count; j++)
			if (subject_equal(&step->subject, &s->steps[j].subject) &&
			    whole_step(l, &s->steps[j]) < whole_step(l, step))
				complain(l, "is before what it comes of", step->text);
		if (step->ms == TIME_NONE)
			continue;
		if (before != TIME_NONE && step->ms < before)
			complain(l, "goes back in time", step->text);
		before = step->ms;
	}
}

static void check_events(const struct late_life *l)
{
	for (size_t i = l->first; i < l->count; i++) {
		size_t n = 0;
		for (size_t j = 0; j < l->s->count; j++)
			n += str_equal(l->s->steps[j].event_id, event_of_life(l, i)->id);
		if (n != 1)
			complain(l, n == 0 ? "is lost" : "has two steps", event_of_life(l, i)->id);
	}
}

/* Its order is by times that may be lost. */
static void check_next(const struct late_life *l)
{
	for (size_t i = 0; i < l->whole->next_count; i++) {
		const struct story_next *n = &l->whole->next[i];
		bool said = false;
		for (size_t j = 0; j < l->s->next_count; j++)
			said |= str_equal(l->s->next[j].text, n->text) &&
				l->s->next[j].overdue == n->overdue &&
				l->s->next[j].promised == n->promised &&
				(!n->promised || l->s->next[j].by_ms == n->by_ms);
		if (!said)
			complain(l, "is to come, and is not said", n->text);
	}
	if (l->s->next_count != l->whole->next_count || l->s->over != l->whole->over)
		complain(l, "is not", "all that is to come");
}

static void check_told(struct late_life *l, size_t first, const struct known *how)
{
	l->first = first;
	l->how = how;
	l->s = told_from(l, first, how);
	for (size_t i = 0; i < l->s->count; i++)
		check_step(l, &l->s->steps[i]);
	check_order(l);
	check_events(l);
	if (how->payments)
		check_next(l);
	free(l->s);
}

static void test_a_life_that_is_known_from_later_on_is_told_as_it_was(void **state)
{
	struct late_life l;
	(void)state;
	for (size_t n = 0; n < name_count; n++) {
		late_life_load(&l, names[n]);
		for (size_t first = 1; first <= l.count; first++)
			for (size_t i = 0; i < COUNT(WAYS); i++)
				if (first < l.count || WAYS[i].facts)
					check_told(&l, first, &WAYS[i]);
		late_life_free(&l);
	}
}

/* --- what became of it later --------------------------------------------------------------- */

/* The texts of the steps of one object, from REST alone. */
static void assert_texts(const char *life, enum subject_kind kind, const char *const *texts)
{
	struct late_life l;
	size_t n = 0;

	late_life_load(&l, life);
	l.s = told_from(&l, l.count, &WAYS[0]);
	for (size_t i = 0; i < l.s->count; i++)
		if (l.s->steps[i].subject.kind == kind) {
			assert_non_null(texts[n]);
			assert_string_equal(l.s->steps[i].text, texts[n]);
			assert_int_equal(l.s->steps[i].marks & STORY_INFERRED, STORY_INFERRED);
			n++;
		}
	assert_null(texts[n]);
	free(l.s);
	late_life_free(&l);
}

static void test_what_came_later_is_a_step_of_its_own(void **state)
{
	static const char *const refunded[] = {"order of 1 item for 16.99 USD at Amazon created",
					       "order paid, in processing",
					       "Order submitted to the retailer",
					       "order placed with Amazon",
					       "order cancelled: Cancelled on request",
					       "refund of 16.99 USD was paid out, 0x59732f41…5d7d",
					       NULL};
	static const char *const late[] = {
		"invoice of 100.00 USD created", "invoice expired",
		"150.00 of 100.00 USD came in on Base after it expired, 50.00 USD too much", NULL};
	static const char *const short_of[] = {"invoice of 200.00 USD created",
					       "80.01 of 200.00 USD came in on Solana: underpaid",
					       "invoice expired with 80.01 of 200.00 USD paid",
					       NULL};
	static const char *const settled[] = {"payment of 49.99 USD seen",
					      "payment of 49.99 USD confirmed",
					      "settled on BNB Smart Chain, 0x72324201…07ec", NULL};
	(void)state;
	assert_texts("order-cancelled", SUBJECT_ORDER, refunded);
	assert_texts("overpaid-late", SUBJECT_INVOICE, late);
	assert_texts("trouble-short", SUBJECT_INVOICE, short_of);
	assert_texts("invoice-paid", SUBJECT_PAYMENT, settled);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_life_that_is_known_from_later_on_is_told_as_it_was),
		cmocka_unit_test(test_what_came_later_is_a_step_of_its_own),
	};
	name_count = lives_list(names);
	return cmocka_run_group_tests_name("model lives late", tests, NULL, NULL);
}

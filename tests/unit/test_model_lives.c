/* Every life of tests/fixtures/lives, told a moment at a time, and in every wrong way. */
#include "unit/test_model_support.h"

#include "base/text.h"
#include "golden.h"
#include "life_kit.h"
#include "model/store_priv.h"
#include "model/story.h"

#include <stdlib.h>

#define DUMP_MAX (256 * 1024)

static char *names[LIVES_MAX];
static size_t name_count;

/* --- a story as text ----------------------------------------------------------------------- */

static const char *mark_words(unsigned marks, char ret[160])
{
	static const struct {
		unsigned bit;
		const char *words;
	} all[] = {
#define X(constant, shift, text) {constant, text},
		STORY_MARKS(X)
#undef X
	};
	ret[0] = '\0';
	for (size_t i = 0; i < COUNT(all); i++)
		if (marks & all[i].bit)
			snprintf(ret + strlen(ret), 160 - strlen(ret), "  [%s]", all[i].words);
	return ret;
}

static const char *clock_text(char buf[WHEN_TEXT_CAP], int64_t ms)
{
	when_clock(buf, ms);
	if (ms != TIME_NONE && (ms < T0 - 86400000 || ms > T0 + 86400000))
		when_iso(buf, ms);
	return buf;
}

static void dump_step(struct strbuf *sb, const struct story_step *s, unsigned ignored_marks)
{
	char when[WHEN_TEXT_CAP], age[WHEN_TEXT_CAP], marks[160];
	static const char *const from[] = {"", "*", "!"}; /* an answer, a deadline */

	strbuf_addf(sb, "%-8s %6s %-7s%1s %s%s%s%s\n", clock_text(when, s->ms),
		    s->gap_ms > 0 ? when_age(age, s->gap_ms) : "", subject_word(s->subject.kind),
		    from[s->source], s->text, s->status[0] ? " -> " : "", s->status,
		    mark_words(s->marks & ~ignored_marks, marks));
}

/* `about`: with what is only our experience of how long it takes. */
static void dump_next(struct strbuf *sb, const struct story *s, bool about)
{
	char when[WHEN_TEXT_CAP];

	for (size_t i = 0; i < s->next_count; i++) {
		const struct story_next *n = &s->next[i];
		strbuf_addf(sb, "  next: %s", n->text);
		if (n->by_ms != TIME_NONE && (n->promised || about))
			strbuf_addf(sb, "%s %s", n->promised ? ", by" : ", about",
				    clock_text(when, n->by_ms));
		strbuf_addf(sb, "%s\n", n->overdue ? "  [overdue]" : "");
	}
	if (s->over)
		strbuf_addstr(sb, "  over\n");
}

static char *dump(const struct story *s, unsigned ignored_marks)
{
	struct strbuf sb;

	strbuf_init(&sb, DUMP_MAX);
	for (size_t i = 0; i < s->count; i++)
		dump_step(&sb, &s->steps[i], ignored_marks);
	dump_next(&sb, s, true);
	return strbuf_take(&sb);
}

/* --- at every step ------------------------------------------------------------------------- */

static bool has_line(const char *text, const char *line, size_t len)
{
	for (const char *at = text; at && *at; at = strchr(at, '\n'), at = at ? at + 1 : at)
		if (strncmp(at, line, len) == 0 && at[len] == '\n')
			return true;
	return false;
}

static void add_lines_missing_in(struct strbuf *sb, const char *text, const char *other,
				 const char *sign)
{
	for (const char *at = text; *at; at = strchr(at, '\n') + 1) {
		size_t len = strcspn(at, "\n");
		if (!has_line(other, at, len))
			strbuf_addf(sb, "%s%.*s\n", sign, (int)len, at);
	}
}

static void add_moment(struct strbuf *sb, const struct life_moment *m)
{
	char when[WHEN_TEXT_CAP];

	strbuf_addf(sb, "\n== %s ", clock_text(when, m->arrived_ms));
	if (m->kind == LIFE_EVENT)
		strbuf_addf(sb, "%s\n", m->event.type);
	else if (m->kind == LIFE_ANSWER)
		strbuf_addf(sb, "the server is asked for the %s\n",
			    kind_info(m->answer.kind)->wire);
	else
		strbuf_addstr(sb, "someone looks\n");
}

static void life_golden(const char *name)
{
	struct life *l = life_load(name);
	struct story *s = xcalloc(1, sizeof(*s));
	struct store *st = store_new();
	char *before = xmemdup0("", 0), path[128];
	struct strbuf sb;

	strbuf_init(&sb, DUMP_MAX);
	strbuf_addf(&sb, "%s\n", l->title);
	for (size_t i = 0; i < l->count; i++) {
		char *now;
		life_tell(l, st, i);
		life_tell_dossier(l, st, &l->roots[0], l->moments[i].arrived_ms);
		story_build(s, st, &l->roots[0], l->moments[i].arrived_ms);
		now = dump(s, 0);
		add_moment(&sb, &l->moments[i]);
		add_lines_missing_in(&sb, before, now, "- ");
		add_lines_missing_in(&sb, now, before, "+ ");
		free(before);
		before = now;
	}
	strbuf_addf(&sb, "\n== in the end\n%s", before);
	snprintf(path, sizeof(path), "lives/%s.txt", name);
	golden_check(path, strbuf_str(&sb));
	strbuf_release(&sb);
	free(before);
	store_free(st);
	free(s);
	life_free(l);
}

static void test_lives_are_told_right_at_every_step(void **state)
{
	(void)state;
	for (size_t i = 0; i < name_count; i++)
		life_golden(names[i]);
}

/* --- in every wrong way -------------------------------------------------------------------- */

#define WITHOUT SIZE_MAX /* no moment is left out */

/* How a life is told to an empty store. */
struct telling_way {
	size_t order[LIFE_MOMENTS_MAX];
	size_t count;
	bool from_disk;     /* the store gets the dossier … */
	bool not_in_window; /* … and nothing else */
	struct subject root;
};

static struct telling_way way_of(const struct life *l, bool answers, size_t without)
{
	struct telling_way w = {.root = l->roots[0]};

	for (size_t i = 0; i < l->count; i++)
		if (i != without && (l->moments[i].kind == LIFE_EVENT ||
				     (answers && l->moments[i].kind == LIFE_ANSWER)))
			w.order[w.count++] = i;
	return w;
}

static int64_t life_end_ms(const struct life *l)
{
	int64_t end = 0;

	for (size_t i = 0; i < l->count; i++)
		if (l->moments[i].kind == LIFE_EVENT)
			end = l->moments[i].arrived_ms;
	return end;
}

static struct story *told(struct life *l, const struct telling_way *w)
{
	struct story *s = xcalloc(1, sizeof(*s));
	struct store *st = store_new();

	life_forget_told(l);
	for (size_t i = 0; i < w->count; i++) {
		if (w->not_in_window)
			l->moments[w->order[i]].told = true;
		else
			life_tell(l, st, w->order[i]);
	}
	if (w->from_disk)
		life_tell_dossier(l, st, &l->roots[0], life_end_ms(l));
	story_build(s, st, &w->root, life_end_ms(l));
	store_free(st);
	return s;
}

static char *told_text(struct life *l, const struct telling_way *w, unsigned ignored_marks)
{
	struct story *s = told(l, w);
	char *text = dump(s, ignored_marks);

	free(s);
	return text;
}

static void assert_same(const char *name, const char *how, char *want, char *have)
{
	if (strcmp(want, have) != 0)
		fail_msg("%s, %s:\n%s--- and not\n%s", name, how, have, want);
	free(want);
	free(have);
}

static void shuffle(struct telling_way *w, struct rng *rng)
{
	for (size_t i = w->count; i > 1; i--) {
		size_t j = (size_t)rng_below(rng, i);
		size_t other = w->order[i - 1];
		w->order[i - 1] = w->order[j];
		w->order[j] = other;
	}
}

static void reverse(struct telling_way *w)
{
	for (size_t i = 0; i < w->count / 2; i++) {
		size_t other = w->order[i];
		w->order[i] = w->order[w->count - 1 - i];
		w->order[w->count - 1 - i] = other;
	}
}

static void life_in_any_order(const char *name, bool from_disk, bool answers)
{
	struct life *l = life_load(name);
	struct rng rng;

	rng_seed(&rng, 11);
	for (int round = 0; round < 4; round++) {
		struct telling_way w = way_of(l, answers, WITHOUT);
		char *want;
		w.from_disk = from_disk;
		want = told_text(l, &w, STORY_LATE);
		if (round == 0)
			reverse(&w);
		else
			shuffle(&w, &rng);
		assert_same(name, "in another order", want, told_text(l, &w, STORY_LATE));
	}
	life_free(l);
}

static void test_a_life_is_the_same_in_whatever_order_it_arrives(void **state)
{
	(void)state;
	for (size_t i = 0; i < name_count; i++) {
		life_in_any_order(names[i], false, false);
		life_in_any_order(names[i], true, false);
		life_in_any_order(names[i], true, true);
	}
}

static void test_what_comes_late_is_marked(void **state)
{
	struct life *l = life_load("invoice-paid");
	struct telling_way w = way_of(l, false, WITHOUT);
	(void)state;
	size_t first = w.order[1]; /* the payment is seen, and that comes after all else of it */
	for (size_t i = 1; i + 1 < w.count; i++)
		w.order[i] = w.order[i + 1];
	w.order[w.count - 1] = first;
	struct story *s = told(l, &w);
	assert_string_equal(s->steps[1].status, "pending");
	assert_true(s->steps[1].marks & STORY_LATE);
	for (size_t i = 0; i < s->count; i++)
		assert_true(i == 1 || !(s->steps[i].marks & STORY_LATE));
	free(s);
	life_free(l);
}

static void test_an_event_that_comes_twice_is_told_once(void **state)
{
	(void)state;
	for (size_t n = 0; n < name_count; n++) {
		struct life *l = life_load(names[n]);
		struct telling_way w = way_of(l, false, WITHOUT);
		char *want = told_text(l, &w, 0);
		for (size_t i = 0, count = w.count; i < count; i++)
			w.order[w.count++] = w.order[i];
		assert_same(names[n], "each event twice", want, told_text(l, &w, 0));
		life_free(l);
	}
}

static void test_a_life_is_the_same_from_the_disk_alone(void **state)
{
	(void)state;
	for (size_t n = 0; n < name_count; n++) {
		struct life *l = life_load(names[n]);
		struct telling_way w = way_of(l, false, WITHOUT);
		char *want;
		w.from_disk = true;
		want = told_text(l, &w, 0);
		w.not_in_window = true;
		assert_same(names[n], "read back from disk", want, told_text(l, &w, 0));
		life_free(l);
	}
}

static void test_a_life_is_the_same_from_each_of_its_objects(void **state)
{
	(void)state;
	for (size_t n = 0; n < name_count; n++) {
		struct life *l = life_load(names[n]);
		for (size_t i = 1; i < l->root_count; i++) {
			struct telling_way w = way_of(l, true, WITHOUT);
			char *want = told_text(l, &w, 0);
			w.root = l->roots[i];
			if (w.root.kind == SUBJECT_KYC) {
				free(want);
				continue; /* it is the customer's, not the payment's */
			}
			assert_same(names[n], subject_word(w.root.kind), want, told_text(l, &w, 0));
		}
		life_free(l);
	}
}

static char *next_text(const struct story *s, bool about)
{
	struct strbuf sb;

	strbuf_init(&sb, DUMP_MAX);
	dump_next(&sb, s, about);
	return strbuf_take(&sb);
}

/* The window has no bodies: the words may be fewer, what should come is the same. */
static void test_what_comes_next_is_known_before_the_disk_answers(void **state)
{
	(void)state;
	for (size_t n = 0; n < name_count; n++) {
		struct life *l = life_load(names[n]);
		struct telling_way w = way_of(l, false, WITHOUT);
		for (size_t full = w.count; w.count > 0 && full > 0; w.count--) {
			struct story *brief, *whole;
			w.from_disk = false;
			brief = told(l, &w);
			w.from_disk = true;
			whole = told(l, &w);
			if (brief->count > 0) { /* else only its customer is heard of */
				assert_int_equal(brief->count, whole->count);
				assert_same(names[n], "without bodies", next_text(whole, true),
					    next_text(brief, true));
			}
			free(brief);
			free(whole);
		}
		life_free(l);
	}
}

/* --- what is missing ----------------------------------------------------------------------- */

static bool is_newest_of_its_object(const struct life *l, size_t at)
{
	for (size_t i = at + 1; i < l->count; i++)
		if (l->moments[i].kind == LIFE_EVENT &&
		    str_equal(object_id(&l->moments[i].event.object),
			      object_id(&l->moments[at].event.object)) &&
		    l->moments[i].event.object.kind == l->moments[at].event.object.kind)
			return false;
	return true;
}

static const struct story_step *step_to(const struct story *s, const struct event *e)
{
	for (size_t i = 0; i < s->count; i++)
		if (str_equal(s->steps[i].status, object_status(&e->object)) &&
		    str_equal(s->steps[i].subject.id, object_id(&e->object)))
			return &s->steps[i];
	return NULL;
}

static void life_without_one(struct life *l, size_t at, bool from_disk)
{
	const struct event *e = &l->moments[at].event;
	struct telling_way whole = way_of(l, false, WITHOUT), less = way_of(l, false, at);
	struct story *want, *have;
	const struct story_step *step;

	whole.from_disk = less.from_disk = from_disk;
	want = told(l, &whole);
	have = told(l, &less);
	for (size_t i = 0; i < want->count; i++)
		if (str_equal(want->steps[i].event_id, e->id) && want->steps[i].status[0] &&
		    e->object.kind != OBJECT_KYC) {
			step = step_to(have, e);
			if (!step)
				fail_msg("%s without %s: nothing tells of %s", l->name, e->id,
					 want->steps[i].status);
			if (!(step->marks & STORY_INFERRED))
				fail_msg("%s without %s: %s is not marked", l->name, e->id,
					 step->text);
		}
	assert_same(l->name, e->id, next_text(want, false), next_text(have, false));
	free(want);
	free(have);
}

static void test_a_missing_event_is_inferred_and_what_comes_next_stays(void **state)
{
	(void)state;
	for (size_t n = 0; n < name_count; n++) {
		struct life *l = life_load(names[n]);
		for (size_t i = 0; i < l->count; i++)
			if (l->moments[i].kind == LIFE_EVENT && !is_newest_of_its_object(l, i)) {
				life_without_one(l, i, false);
				life_without_one(l, i, true);
			}
		life_free(l);
	}
}

static bool is_answered(const struct life *l, const struct event *e)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->moments[i].kind == LIFE_ANSWER &&
		    str_equal(object_id(&l->moments[i].answer), object_id(&e->object)))
			return true;
	return false;
}

/* The newest event is missing: an answer of the server makes up for it. */
static void test_an_answer_tells_what_no_event_did(void **state)
{
	(void)state;
	for (size_t n = 0; n < name_count; n++) {
		struct life *l = life_load(names[n]);
		for (size_t i = 0; i < l->count; i++) {
			struct telling_way whole = way_of(l, true, WITHOUT);
			struct telling_way less = way_of(l, true, i);
			struct story *want, *have;
			if (l->moments[i].kind != LIFE_EVENT || !is_newest_of_its_object(l, i) ||
			    !is_answered(l, &l->moments[i].event))
				continue;
			want = told(l, &whole);
			have = told(l, &less);
			assert_same(l->name, "the newest by an answer", next_text(want, false),
				    next_text(have, false));
			free(want);
			free(have);
		}
		life_free(l);
	}
}

/* --- nonsense ------------------------------------------------------------------------------ */

static void spoil(struct event *e, struct rng *rng)
{
	static const char *const words[] = {"",          "paid",     "unpaid",   "underpaid",
					    "expired",   "canceled", "pending",  "confirmed",
					    "failed",    "placed",   "shipped",  "processing",
					    "delivered", "queued",   "returned", "\x1b[2Jzap",
					    "settled",   "approved", "refunded", "manual"};
	const char *word = words[rng_below(rng, COUNT(words))];

	if (rng_chance(rng, 40)) {
		object_set_status(&e->object, word);
		str_copy(e->status, sizeof(e->status), word);
	}
	if (rng_chance(rng, 30))
		str_copy(e->previous_status, sizeof(e->previous_status),
			 words[rng_below(rng, COUNT(words))]);
	if (e->object.kind == OBJECT_PAYMENT && rng_chance(rng, 30))
		str_copy(e->object.as.payment.settlement_status, STATUS_CAP,
			 words[rng_below(rng, COUNT(words))]);
	if (rng_chance(rng, 20))
		e->created_ms += rng_between(rng, -100000, 100000);
	if (rng_chance(rng, 5))
		e->created_ms = e->order_ms = TIME_NONE;
}

static void assert_sane(const struct story *s)
{
	assert_in_range(s->count, 0, STORY_STEPS_MAX);
	assert_in_range(s->next_count, 0, STORY_NEXT_MAX);
	for (size_t i = 0; i < s->count; i++) {
		assert_true(s->steps[i].text[0] != '\0');
		assert_true(s->steps[i].gap_ms >= 0);
		assert_true(utf8_valid(s->steps[i].text, strlen(s->steps[i].text)));
		assert_int_equal(s->steps[i].source == STORY_EVENT,
				 s->steps[i].event_id[0] != '\0');
	}
	for (size_t i = 0; i < s->next_count; i++)
		assert_true(s->next[i].text[0] != '\0');
	assert_false(s->over && s->next_count > 0);
}

static void test_nonsense_is_told_without_harm(void **state)
{
	struct rng rng;
	(void)state;
	rng_seed(&rng, 5);
	for (size_t n = 0; n < name_count * 4; n++) {
		struct life *l = life_load(names[n % name_count]);
		struct telling_way w = way_of(l, true, WITHOUT);
		for (size_t i = 0; i < l->count; i++)
			if (l->moments[i].kind == LIFE_EVENT)
				spoil(&l->moments[i].event, &rng);
		shuffle(&w, &rng);
		w.count = (size_t)rng_below(&rng, w.count + 1);
		w.from_disk = rng_chance(&rng, 50);
		w.root = l->roots[rng_below(&rng, l->root_count)];
		struct story *s = told(l, &w);
		assert_sane(s);
		free(s);
		life_free(l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lives_are_told_right_at_every_step),
		cmocka_unit_test(test_a_life_is_the_same_in_whatever_order_it_arrives),
		cmocka_unit_test(test_what_comes_late_is_marked),
		cmocka_unit_test(test_an_event_that_comes_twice_is_told_once),
		cmocka_unit_test(test_a_life_is_the_same_from_the_disk_alone),
		cmocka_unit_test(test_a_life_is_the_same_from_each_of_its_objects),
		cmocka_unit_test(test_what_comes_next_is_known_before_the_disk_answers),
		cmocka_unit_test(test_a_missing_event_is_inferred_and_what_comes_next_stays),
		cmocka_unit_test(test_an_answer_tells_what_no_event_did),
		cmocka_unit_test(test_nonsense_is_told_without_harm),
	};
	name_count = lives_list(names);
	return cmocka_run_group_tests_name("model lives", tests, NULL, NULL);
}

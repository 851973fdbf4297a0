/* Answers that come when nobody waits for them any more, twice, or not at all: what is on the
 * screen stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "desk_stage.h"

/* Opens the invoice and takes what is asked for it out of the outbox, told to the store. */
static struct outbox open_unanswered(struct stage *s)
{
	struct subject what;
	char id[NAME_CAP];
	struct outbox asked;

	stage_open(s, 120, 40);
	s->desk->silent = true;
	desk_subject(SUBJECT_INVOICE, id);
	assert_true(subject_set(&what, SUBJECT_INVOICE, id));
	screen_open(&s->screen, &what, TAB_TIMELINE);
	stage_draw(s);
	asked = s->out;
	assert_true(asked.count >= 2);
	desk_serve(s->desk, &s->out);
	return asked;
}

static void answer_all(struct stage *s, const struct outbox *asked, bool well)
{
	for (size_t i = 0; i < asked->count; i++)
		scene_apply(s->desk->st,
			    well ? desk_answer_to(s->desk, &asked->items[i])
				 : desk_refuse(&asked->items[i], E_NETWORK, "nobody answers"));
	screen_changed(&s->screen, TOPIC_ALL);
	stage_draw(s);
}

static size_t count_asked(const struct outbox *out, enum request_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < out->count; i++)
		n += out->items[i].kind == kind;
	return n;
}

static void test_answers_after_the_view_was_closed_are_there_when_it_is_opened_again(void **state)
{
	struct stage s;
	struct outbox asked = open_unanswered(&s);
	struct subject what;
	char id[NAME_CAP];

	(void)state;
	stage_press(&s, "Esc", false);
	answer_all(&s, &asked, true);
	assert_true(stage_shows(&s, "Invoices"));
	s.out.count = 0;
	desk_subject(SUBJECT_INVOICE, id);
	assert_true(subject_set(&what, SUBJECT_INVOICE, id));
	screen_open(&s.screen, &what, TAB_TIMELINE);
	stage_draw(&s);
	assert_true(stage_shows(&s, "paid in full: 148.99 USD on Base"));
	assert_false(stage_shows(&s, "asking"));
	stage_close(&s);
	assert_true(count_asked(&asked, REQUEST_DOSSIER) == 1);
}

static void test_answers_that_come_twice_are_told_once(void **state)
{
	struct stage s;
	struct outbox asked = open_unanswered(&s);
	char *once, *twice;

	(void)state;
	answer_all(&s, &asked, true);
	once = grid_to_text(s.grid);
	answer_all(&s, &asked, true);
	twice = grid_to_text(s.grid);
	assert_string_equal(once, twice);
	free(once);
	free(twice);
	stage_close(&s);
}

static void test_answers_that_fail_leave_what_is_known_and_are_not_asked_for_again(void **state)
{
	struct stage s;
	struct outbox asked = open_unanswered(&s);

	(void)state;
	answer_all(&s, &asked, false);
	assert_true(stage_shows(&s, "paid in full: 148.99 USD on Base"));
	assert_true(stage_shows(&s, "not to be had"));
	s.out.count = 0;
	for (int i = 0; i < 5; i++) {
		s.screen.mono_ms += 10000;
		screen_changed(&s.screen, TOPIC_ALL);
		stage_draw(&s);
	}
	assert_int_equal(s.out.count, 0);
	stage_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_answers_after_the_view_was_closed_are_there_when_it_is_opened_again),
		cmocka_unit_test(test_answers_that_come_twice_are_told_once),
		cmocka_unit_test(
			test_answers_that_fail_leave_what_is_known_and_are_not_asked_for_again),
	};
	return cmocka_run_group_tests_name("app desk answers", tests, NULL, NULL);
}

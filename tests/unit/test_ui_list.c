/*
 * Lists hold still: F2 (following that holds) and F4 (selection pinned to an object).
 */
#include "test_ui_support.h"

#include "base/rng.h"
#include "ui/list.h"

#define ROWS_MAX 10200

struct rows {
	unsigned ids[ROWS_MAX];
	size_t count;
	unsigned next;
};

static const char *id_at(const void *rows, size_t i)
{
	static char id[24];
	const struct rows *r = rows;
	assert_true(i < r->count);
	(void)str_printf(id, sizeof(id), "row_%u", r->ids[i]);
	return id;
}

static void rows_insert(struct rows *r, size_t at)
{
	assert_true(r->count < ROWS_MAX);
	memmove(&r->ids[at + 1], &r->ids[at], (r->count - at) * sizeof(r->ids[0]));
	r->ids[at] = ++r->next;
	r->count++;
}

static void rows_remove(struct rows *r, size_t at)
{
	memmove(&r->ids[at], &r->ids[at + 1], (r->count - at - 1) * sizeof(r->ids[0]));
	r->count--;
}

static void rows_fill(struct rows *r, size_t count)
{
	*r = (struct rows){0};
	while (r->count < count)
		rows_insert(r, r->count);
}

static void rows_shuffle(struct rows *r, struct rng *rng)
{
	for (size_t i = r->count; i > 1; i--) {
		size_t j = (size_t)rng_below(rng, i);
		unsigned other = r->ids[j];
		r->ids[j] = r->ids[i - 1];
		r->ids[i - 1] = other;
	}
}

static void sync_rows(struct list *l, const struct rows *r, int height)
{
	list_sync(l, r->count, id_at, r, height);
}

static void move(struct list *l, const struct rows *r, enum list_move m)
{
	list_move(l, m, id_at, r);
}

static void assert_sound(const struct list *l)
{
	size_t shown = l->height > 0 ? (size_t)l->height : 1;
	if (!l->count) {
		assert_int_equal(l->cursor, 0);
		assert_int_equal(l->top, 0);
		return;
	}
	assert_true(l->cursor < l->count);
	assert_true(l->top <= l->cursor);
	assert_true(l->cursor < l->top + shown);
	/* No blank lines below the last row while rows are hidden above the first. */
	assert_true(l->top == 0 || l->top + shown <= l->count);
}

static bool rows_have(const struct rows *r, unsigned id)
{
	for (size_t i = 0; i < r->count; i++) {
		if (r->ids[i] == id)
			return true;
	}
	return false;
}

/* Anything may happen to the rows between two looks. */
static void upset(struct rows *r, struct rng *rng)
{
	for (int n = (int)rng_below(rng, 4); n >= 0; n--) {
		uint64_t what = rng_below(rng, 10);
		if (what < 5 && r->count < ROWS_MAX - 1)
			rows_insert(r, (size_t)rng_below(rng, r->count + 1));
		else if (what < 8 && r->count)
			rows_remove(r, (size_t)rng_below(rng, r->count));
		else if (what == 9)
			rows_shuffle(r, rng);
	}
}

static void test_list_cursor_stays_on_its_id_whatever_happens(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 200; seed++) {
		struct rng rng;
		struct rows r;
		struct list l;
		rng_seed(&rng, seed);
		rows_fill(&r, (size_t)rng_below(&rng, 80));
		list_init(&l, rng_chance(&rng, 50));
		sync_rows(&l, &r, 10);
		for (int step = 0; step < 100; step++) {
			if (rng_chance(&rng, 30))
				move(&l, &r, (enum list_move)rng_below(&rng, LIST_LAST + 1));
			bool held = l.count && !l.following && !l.home;
			unsigned id = l.count ? r.ids[l.cursor] : 0;
			upset(&r, &rng);
			sync_rows(&l, &r, (int)rng_between(&rng, 0, 15));
			assert_sound(&l);
			if (held && rows_have(&r, id))
				assert_int_equal(r.ids[l.cursor], id);
			if (l.following && l.count)
				assert_int_equal(l.cursor, l.count - 1);
			if (l.home)
				assert_int_equal(l.cursor, 0);
		}
	}
}

static void test_list_shows_the_same_rows_while_10000_are_appended(void **state)
{
	struct rows r;
	struct list l;
	(void)state;
	rows_fill(&r, 100);
	list_init(&l, true);
	sync_rows(&l, &r, 20);
	assert_true(l.following);
	assert_int_equal(l.top, 80);
	move(&l, &r, LIST_UP);
	move(&l, &r, LIST_UP);
	assert_false(l.following);
	unsigned first = r.ids[l.top], under = r.ids[l.cursor];
	for (size_t seen = 0; seen < 10000;) {
		for (int burst = 0; burst < 7 && seen < 10000; burst++, seen++)
			rows_insert(&r, r.count);
		sync_rows(&l, &r, 20);
		assert_int_equal(r.ids[l.top], first);
		assert_int_equal(r.ids[l.cursor], under);
	}
	assert_int_equal(l.unseen, 10000);
	move(&l, &r, LIST_LAST);
	assert_true(l.following);
	assert_int_equal(l.unseen, 0);
	assert_int_equal(l.cursor, r.count - 1);
}

static void test_list_counts_unseen_rows_of_a_ring_that_drops_its_oldest(void **state)
{
	struct rows r;
	struct list l;
	(void)state;
	rows_fill(&r, 50);
	list_init(&l, true);
	sync_rows(&l, &r, 10);
	move(&l, &r, LIST_HALF_UP);
	unsigned under = r.ids[l.cursor], first = r.ids[l.top];
	for (int i = 0; i < 30; i++) {
		rows_insert(&r, r.count);
		rows_remove(&r, 0);
		if (i % 3 == 0)
			sync_rows(&l, &r, 10);
	}
	sync_rows(&l, &r, 10);
	assert_int_equal(l.unseen, 30);
	assert_int_equal(r.ids[l.cursor], under);
	assert_int_equal(r.ids[l.top], first);
	list_follow(&l, true, id_at, &r);
	assert_int_equal(l.unseen, 0);
	assert_int_equal(l.cursor, 49);
}

static void test_list_top_moves_with_rows_inserted_above(void **state)
{
	struct rows r;
	struct list l;
	(void)state;
	rows_fill(&r, 60);
	list_init(&l, false);
	sync_rows(&l, &r, 10);
	list_select(&l, 30, id_at, &r);
	unsigned first = r.ids[l.top];
	size_t top = l.top;
	for (int i = 0; i < 5; i++)
		rows_insert(&r, 0);
	sync_rows(&l, &r, 10);
	assert_int_equal(l.top, top + 5);
	assert_int_equal(l.cursor, 35);
	assert_int_equal(r.ids[l.top], first);
}

static void test_list_keeps_the_cursors_line_when_sorting_takes_it_away(void **state)
{
	struct rows r;
	struct list l;
	(void)state;
	rows_fill(&r, 100);
	list_init(&l, false);
	sync_rows(&l, &r, 10);
	list_select(&l, 20, id_at, &r);
	move(&l, &r, LIST_UP);
	size_t line = l.cursor - l.top;
	unsigned id = r.ids[l.cursor];
	for (size_t i = 0; i < 50; i++) {
		unsigned other = r.ids[i];
		r.ids[i] = r.ids[99 - i];
		r.ids[99 - i] = other;
	}
	sync_rows(&l, &r, 10);
	assert_int_equal(r.ids[l.cursor], id);
	assert_int_equal(l.cursor - l.top, line);
}

static void test_list_takes_the_row_in_place_of_a_removed_one(void **state)
{
	struct rows r;
	struct list l;
	(void)state;
	rows_fill(&r, 30);
	list_init(&l, false);
	sync_rows(&l, &r, 10);
	list_select(&l, 12, id_at, &r);
	unsigned after = r.ids[13];
	rows_remove(&r, 12);
	rows_insert(&r, 0); /* and something above at the same time */
	sync_rows(&l, &r, 10);
	assert_int_equal(r.ids[l.cursor], after);
	list_select(&l, r.count - 1, id_at, &r);
	rows_remove(&r, r.count - 1);
	sync_rows(&l, &r, 10);
	assert_int_equal(l.cursor, r.count - 1);
}

static void test_list_holds_the_other_rows_when_its_top_row_goes(void **state)
{
	struct rows r;
	struct list l;
	(void)state;
	rows_fill(&r, 60);
	list_init(&l, false);
	sync_rows(&l, &r, 10);
	list_select(&l, 30, id_at, &r);
	unsigned second = r.ids[l.top + 1];
	rows_remove(&r, l.top);
	sync_rows(&l, &r, 10);
	assert_int_equal(r.ids[l.top + 1], second);
}

static void test_list_stays_home_until_the_user_moves(void **state)
{
	struct rows r;
	struct list l;
	(void)state;
	rows_fill(&r, 5);
	list_init(&l, false);
	sync_rows(&l, &r, 10);
	rows_insert(&r, 0);
	sync_rows(&l, &r, 10);
	assert_int_equal(l.cursor, 0);
	assert_true(l.home);

	move(&l, &r, LIST_DOWN);
	unsigned id = r.ids[l.cursor];
	rows_insert(&r, 0);
	sync_rows(&l, &r, 10);
	assert_int_equal(r.ids[l.cursor], id);
	assert_int_equal(l.cursor, 2);

	move(&l, &r, LIST_UP);
	move(&l, &r, LIST_UP);
	assert_int_equal(l.cursor, 0);
	rows_insert(&r, 0);
	sync_rows(&l, &r, 10);
	assert_int_equal(l.cursor, 1); /* back by steps: pinned */

	move(&l, &r, LIST_FIRST);
	rows_insert(&r, 0);
	sync_rows(&l, &r, 10);
	assert_int_equal(l.cursor, 0);
}

static void test_list_moves_by_row_page_and_half(void **state)
{
	static const struct {
		enum list_move move;
		size_t cursor, top;
	} steps[] = {
		{LIST_DOWN, 1, 0},        {LIST_PAGE_DOWN, 11, 10}, {LIST_HALF_DOWN, 16, 15},
		{LIST_UP, 15, 15},        {LIST_UP, 14, 14},        {LIST_HALF_UP, 9, 9},
		{LIST_PAGE_UP, 0, 0},     {LIST_UP, 0, 0},          {LIST_LAST, 34, 25},
		{LIST_DOWN, 34, 25},      {LIST_PAGE_DOWN, 34, 25}, {LIST_PAGE_UP, 24, 15},
		{LIST_PAGE_DOWN, 34, 25}, {LIST_FIRST, 0, 0},
	};
	struct rows r;
	struct list l;
	(void)state;
	rows_fill(&r, 35);
	list_init(&l, false);
	sync_rows(&l, &r, 10);
	for (size_t i = 0; i < COUNT(steps); i++) {
		move(&l, &r, steps[i].move);
		assert_int_equal(l.cursor, steps[i].cursor);
		assert_int_equal(l.top, steps[i].top);
	}
}

static void test_list_following_ends_with_any_move_up_and_selecting(void **state)
{
	static const enum list_move up[] = {LIST_UP, LIST_PAGE_UP, LIST_HALF_UP, LIST_FIRST};
	struct rows r;
	struct list l;
	(void)state;
	rows_fill(&r, 30);
	list_init(&l, true);
	sync_rows(&l, &r, 10);
	for (size_t i = 0; i < COUNT(up); i++) {
		list_follow(&l, true, id_at, &r);
		move(&l, &r, LIST_DOWN);
		assert_true(l.following);
		move(&l, &r, up[i]);
		assert_false(l.following);
	}
	list_follow(&l, true, id_at, &r);
	list_select(&l, 29, id_at, &r);
	assert_false(l.following);
	rows_insert(&r, 30);
	sync_rows(&l, &r, 10);
	assert_int_equal(l.cursor, 29);
	assert_int_equal(l.unseen, 1);
	move(&l, &r, LIST_DOWN);
	assert_int_equal(l.unseen, 0);
}

static void test_list_selects_by_id(void **state)
{
	struct rows r;
	struct list l;
	(void)state;
	rows_fill(&r, 30);
	list_init(&l, false);
	sync_rows(&l, &r, 10);
	assert_true(list_select_id(&l, "row_28", id_at, &r));
	assert_int_equal(l.cursor, 27);
	assert_sound(&l);
	assert_false(list_select_id(&l, "row_", id_at, &r));
	assert_false(list_select_id(&l, NULL, id_at, &r));
	assert_int_equal(l.cursor, 27);
}

static void test_list_bears_being_empty(void **state)
{
	struct rows r = {0};
	struct list l;
	(void)state;
	list_init(&l, true);
	sync_rows(&l, &r, 10);
	for (int m = LIST_UP; m <= LIST_LAST; m++)
		move(&l, &r, (enum list_move)m);
	list_select(&l, 3, id_at, &r);
	list_follow(&l, true, id_at, &r);
	assert_sound(&l);
	rows_fill(&r, 3);
	sync_rows(&l, &r, 10);
	assert_int_equal(l.cursor, 2);
	r.count = 0;
	sync_rows(&l, &r, 10);
	assert_sound(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list_cursor_stays_on_its_id_whatever_happens),
		cmocka_unit_test(test_list_shows_the_same_rows_while_10000_are_appended),
		cmocka_unit_test(test_list_counts_unseen_rows_of_a_ring_that_drops_its_oldest),
		cmocka_unit_test(test_list_top_moves_with_rows_inserted_above),
		cmocka_unit_test(test_list_keeps_the_cursors_line_when_sorting_takes_it_away),
		cmocka_unit_test(test_list_takes_the_row_in_place_of_a_removed_one),
		cmocka_unit_test(test_list_holds_the_other_rows_when_its_top_row_goes),
		cmocka_unit_test(test_list_stays_home_until_the_user_moves),
		cmocka_unit_test(test_list_moves_by_row_page_and_half),
		cmocka_unit_test(test_list_following_ends_with_any_move_up_and_selecting),
		cmocka_unit_test(test_list_selects_by_id),
		cmocka_unit_test(test_list_bears_being_empty),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

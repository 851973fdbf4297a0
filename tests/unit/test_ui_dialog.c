#include "test_ui_support.h"

#include "ui/dialog.h"

#define OPENED 5000
#define LATER  (OPENED + DIALOG_GUARD_MS)

static void dialog_make(struct dialog *d)
{
	dialog_init(d, OPENED);
	d->title = text("Cancel order");
	d->refuse = text("Keep it");
	d->confirm = text("Cancel order");
	d->confirm_key = key("y");
}

static void test_dialog_keys_decide(void **state)
{
	/* keys in turn; the result of the last one */
	static const struct {
		const char *keys[4];
		enum dialog_result want;
	} rows[] = {
		{{"y"}, DIALOG_CONFIRMED},
		{{"n"}, DIALOG_REFUSED},
		{{"q"}, DIALOG_REFUSED},
		{{"Esc"}, DIALOG_REFUSED},
		{{"Enter"}, DIALOG_REFUSED},
		{{"Tab"}, DIALOG_OPEN},
		{{"Tab", "Enter"}, DIALOG_CONFIRMED},
		{{"Tab", "Tab", "Enter"}, DIALOG_REFUSED},
		{{"S-Tab", "Enter"}, DIALOG_CONFIRMED},
		{{"Right", "Enter"}, DIALOG_CONFIRMED},
		{{"Right", "Left", "Enter"}, DIALOG_REFUSED},
		{{"Right", "Right", "Esc"}, DIALOG_REFUSED},
		{{"x"}, DIALOG_OPEN},
		{{"Y"}, DIALOG_OPEN},
		{{"C-y"}, DIALOG_OPEN},
		{{"C-n"}, DIALOG_OPEN},
		{{"Space"}, DIALOG_OPEN},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct dialog d;
		enum dialog_result have = DIALOG_OPEN;
		dialog_make(&d);
		for (size_t k = 0; k < 4 && rows[i].keys[k]; k++) {
			assert_int_equal(have, DIALOG_OPEN);
			have = dialog_key(&d, key(rows[i].keys[k]), LATER);
		}
		assert_int_equal(have, rows[i].want);
	}
}

static void test_dialog_ignores_type_ahead_and_pastes(void **state)
{
	static const char *const names[] = {"y", "n", "q", "Esc", "Enter", "Tab"};
	struct dialog d;
	(void)state;
	dialog_make(&d);
	for (size_t i = 0; i < COUNT(names); i++) {
		assert_int_equal(dialog_key(&d, key(names[i]), OPENED), DIALOG_OPEN);
		assert_int_equal(dialog_key(&d, key(names[i]), LATER - 1), DIALOG_OPEN);
		assert_int_equal(dialog_key(&d, pasted(names[i]), LATER + 9999), DIALOG_OPEN);
	}
	assert_false(d.focus_confirm);
	static const uint32_t notices[] = {KEYC_PASTE, KEYC_PASTE_END, KEYC_RESIZE, KEYC_GONE};
	for (size_t i = 0; i < COUNT(notices); i++)
		assert_int_equal(dialog_key(&d, (struct key){.code = notices[i]}, LATER),
				 DIALOG_OPEN);
	assert_int_equal(dialog_key(&d, key("y"), LATER), DIALOG_CONFIRMED);
}

static void test_dialog_without_confirm_only_closes(void **state)
{
	static const char *const names[] = {"y", "Tab", "Right"};
	struct dialog d;
	(void)state;
	dialog_init(&d, OPENED);
	d.confirm_key = key("y");
	for (size_t i = 0; i < COUNT(names); i++)
		assert_int_equal(dialog_key(&d, key(names[i]), LATER), DIALOG_OPEN);
	assert_int_equal(dialog_key(&d, key("Enter"), LATER), DIALOG_REFUSED);
}

static void test_dialog_without_a_confirm_key_takes_the_button(void **state)
{
	struct dialog d;
	(void)state;
	dialog_make(&d);
	d.confirm_key = (struct key){0};
	assert_int_equal(dialog_key(&d, (struct key){0}, LATER), DIALOG_OPEN);
	assert_int_equal(dialog_key(&d, key("Right"), LATER), DIALOG_OPEN);
	assert_int_equal(dialog_key(&d, key("Enter"), LATER), DIALOG_CONFIRMED);
}

static void test_dialog_keeps_at_most_its_facts(void **state)
{
	struct dialog d;
	(void)state;
	dialog_make(&d);
	for (int i = 0; i < DIALOG_FACTS_MAX + 5; i++)
		dialog_fact(&d, "Fact", ROLE_TEXT, "%d \x1b[2J", i);
	assert_int_equal(d.fact_count, DIALOG_FACTS_MAX);
	assert_string_equal(safe_text_str(&d.facts[3].value), "3 \\x1b[2J");
}

static bool screen_has(const struct grid *g, const char *word)
{
	char *have = grid_to_text(g);
	bool found = strstr(have, word) != NULL;
	free(have);
	return found;
}

static void test_dialog_shows_all_of_it_at_80x24(void **state)
{
	struct dialog d;
	struct grid *g = grid_new(80, 24, false);
	struct canvas c = canvas_whole(g);
	char last[24];
	(void)state;
	dialog_make(&d);
	for (int i = 0; i < DIALOG_FACTS_MAX; i++)
		dialog_fact(&d, "A label that is longer than it should", ROLE_TEXT, "value-%d", i);
	d.warning = text("The customer can no longer pay this order. Money already sent is not "
			 "returned by this. It cannot be undone, neither here nor on the website.");
	dialog_draw(&d, &c);
	(void)str_printf(last, sizeof(last), "value-%d", DIALOG_FACTS_MAX - 1);
	assert_true(screen_has(g, "value-0"));
	assert_true(screen_has(g, last));
	assert_true(screen_has(g, "website."));
	assert_true(screen_has(g, "Keep it"));
	assert_true(screen_has(g, "y  Cancel order"));
	grid_free(g);
}

static void test_dialog_and_menu_draw_at_every_size(void **state)
{
	struct dialog d;
	struct menu m;
	(void)state;
	dialog_make(&d);
	dialog_fact(&d, "Customer", ROLE_WARN, "漢字漢字漢字 \xe2\x80\xae 😀");
	d.warning = text("Averyveryverylongwordwithoutanyspaceatalltobreakitat, and then some.");
	menu_init(&m);
	for (int i = 0; i < MENU_ITEMS_MAX; i++)
		menu_add(&m, i, "Refund 漢字 the payment", i % 2 ? "already refunded 😀" : NULL);
	for (int w = 1; w <= 90; w++) {
		for (int h = 1; h <= 26; h++) {
			struct grid *g = grid_new(w, h, w % 2);
			struct canvas c = canvas_whole(g);
			m.cursor = (size_t)(w + h) % m.count;
			dialog_draw(&d, &c);
			menu_draw(&m, &c);
			if (w >= 60 && h >= 4)
				assert_true(screen_has(g, "Refund"));
			grid_free(g);
		}
	}
}

static void test_dialog_buttons_are_seen_on_a_low_screen(void **state)
{
	struct dialog d;
	struct grid *g = grid_new(60, 8, false);
	struct canvas c = canvas_whole(g);
	(void)state;
	dialog_make(&d);
	for (int i = 0; i < 10; i++)
		dialog_fact(&d, "Fact", ROLE_TEXT, "value");
	dialog_draw(&d, &c);
	assert_true(screen_has(g, "Keep it"));
	grid_free(g);
}

static void test_menu_moves_and_chooses(void **state)
{
	struct menu m;
	int value = -1;
	(void)state;
	menu_init(&m);
	assert_int_equal(menu_key(&m, key("Enter"), &value), MENU_OPEN);
	assert_int_equal(menu_key(&m, key("Up"), &value), MENU_OPEN);
	menu_add(&m, 10, "Copy id", NULL);
	menu_add(&m, 20, "Refund", "already refunded");
	menu_add(&m, 30, "Cancel", "");
	assert_int_equal(menu_key(&m, key("Down"), &value), MENU_OPEN);
	assert_int_equal(menu_key(&m, key("Enter"), &value), MENU_OPEN); /* off */
	assert_int_equal(value, -1);
	assert_int_equal(menu_key(&m, key("j"), &value), MENU_OPEN);
	assert_int_equal(menu_key(&m, key("Enter"), &value), MENU_CHOSEN);
	assert_int_equal(value, 30);
	menu_key(&m, key("Down"), &value);
	assert_int_equal(m.cursor, 0);
	menu_key(&m, key("k"), &value);
	assert_int_equal(m.cursor, 2);
	assert_int_equal(menu_key(&m, pasted("Enter"), &value), MENU_OPEN);
	assert_int_equal(menu_key(&m, pasted("Esc"), &value), MENU_OPEN);
	assert_int_equal(menu_key(&m, key("q"), &value), MENU_CLOSED);
	assert_int_equal(menu_key(&m, key("Esc"), &value), MENU_CLOSED);
	for (int i = 0; i < MENU_ITEMS_MAX * 2; i++)
		menu_add(&m, i, "more", NULL);
	assert_int_equal(m.count, MENU_ITEMS_MAX);
}

static void test_menu_is_chosen_from_by_letters(void **state)
{
	struct safe_text shows;
	struct menu m;
	int value = -1;

	(void)state;
	menu_init(&m);
	safe_text_set(&shows, "inv_1");
	menu_add_lettered(&m, 10, 'i', "id", &shows);
	menu_add_lettered(&m, 20, 0, "second parcel", &shows);
	menu_add_lettered(&m, 30, 'G', "page", &shows);
	assert_int_equal(menu_key(&m, key("x"), &value), MENU_OPEN);
	assert_int_equal(menu_key(&m, key("g"), &value), MENU_OPEN);
	assert_int_equal(menu_key(&m, pasted("i"), &value), MENU_OPEN);
	assert_int_equal(value, -1);
	assert_int_equal(menu_key(&m, key("G"), &value), MENU_CHOSEN);
	assert_int_equal(value, 30);
	assert_int_equal(menu_key(&m, key("i"), &value), MENU_CHOSEN);
	assert_int_equal(value, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dialog_keys_decide),
		cmocka_unit_test(test_dialog_ignores_type_ahead_and_pastes),
		cmocka_unit_test(test_dialog_without_confirm_only_closes),
		cmocka_unit_test(test_dialog_without_a_confirm_key_takes_the_button),
		cmocka_unit_test(test_dialog_keeps_at_most_its_facts),
		cmocka_unit_test(test_dialog_shows_all_of_it_at_80x24),
		cmocka_unit_test(test_dialog_and_menu_draw_at_every_size),
		cmocka_unit_test(test_dialog_buttons_are_seen_on_a_low_screen),
		cmocka_unit_test(test_menu_moves_and_chooses),
		cmocka_unit_test(test_menu_is_chosen_from_by_letters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

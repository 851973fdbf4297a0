/* What is typed at the bottom: notes, Tab, what Enter does; and a look-up as it is seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/screen_parts.h"
#include "golden.h"
#include "scene.h"
#include "views/found.h"
#include "views/list_pane.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct stage {
	struct store *store;
	struct outbox out;
	struct screen screen;
	struct grid *grid;
};

static struct stage *stage_new(int w, int h)
{
	struct stage *s = xcalloc(1, sizeof(*s));
	struct view_context ctx = {.now_ms = SCENE_NOW_MS,
				   .wall_ms = SCENE_NOW_MS,
				   .server = "local sandbox"};

	s->store = scene_store();
	s->grid = grid_new(w, h, false);
	outbox_init(&s->out);
	assert_int_equal(S_OK, screen_init(&s->screen, s->store, &s->out, &ctx, NULL));
	s->screen.environment = ENV_DEMO;
	s->screen.wall_ms = SCENE_NOW_MS;
	screen_draw(&s->screen, s->grid);
	return s;
}

static int setup(void **state)
{
	*state = stage_new(120, 40);
	return 0;
}

static void stage_free(struct stage *s)
{
	screen_release(&s->screen);
	grid_free(s->grid);
	store_free(s->store);
	free(s);
}

static int teardown(void **state)
{
	stage_free(*state);
	return 0;
}

static enum wish press(struct stage *s, const char *name)
{
	struct key k;
	enum wish wish;

	assert_int_equal(S_OK, key_parse(name, &k));
	wish = screen_key(&s->screen, k);
	screen_draw(&s->screen, s->grid);
	return wish;
}

static void feed(struct stage *s, const char *text, bool pasted)
{
	size_t len = strlen(text), used;

	for (size_t at = 0; at < len; at += used) {
		struct key k = {.code = utf8_decode(text + at, len - at, &used), .pasted = pasted};

		if (k.code == '\n')
			k.code = KEYC_ENTER;
		screen_key(&s->screen, k);
	}
	if (pasted)
		screen_key(&s->screen, (struct key){.code = KEYC_PASTE_END, .pasted = true});
	screen_draw(&s->screen, s->grid);
}

/* Types a line into the prompt a key opens, and enters it. */
static enum wish enter(struct stage *s, const char *key, const char *text)
{
	press(s, key);
	feed(s, text, false);
	return press(s, "Enter");
}

/* A row of the screen; negative: from the bottom. */
static const char *row(struct stage *s, int y)
{
	static char buf[1024];
	char *text = grid_to_text(s->grid), *line = text;

	for (y = y < 0 ? grid_height(s->grid) + y : y; y > 0; y--)
		line = strchr(line, '\n') + 1;
	str_printf(buf, sizeof(buf), "%.*s", (int)strcspn(line, "\n"), line);
	free(text);
	return buf;
}

static const char *typed(struct stage *s)
{
	return prompts_line(&s->screen.prompts)->text;
}

static const char *note(struct stage *s)
{
	return safe_text_str(&s->screen.prompts.note);
}

static const char *notice(struct stage *s)
{
	return safe_text_str(&s->screen.notice);
}

static const char *filter_now(struct stage *s)
{
	return screen_focused(&s->screen)->ops->filter_text(screen_focused(&s->screen));
}

static void golden(struct stage *s, const char *name)
{
	char full[96], *text = grid_to_text(s->grid);

	str_printf(full, sizeof(full), "screen/%s-%dx%d.txt", name, grid_width(s->grid),
		   grid_height(s->grid));
	golden_check(full, text);
	free(text);
}

/* --- commands -------------------------------------------------------------------------------- */

static void test_commands_do_what_their_keys_do(void **state)
{
	struct stage *s = *state;

	assert_int_equal(enter(s, ":", "zoom"), WISH_NONE);
	assert_true(s->screen.zoomed);
	assert_int_equal(enter(s, ":", "pane-3"), WISH_NONE);
	assert_int_equal(s->screen.focus, PANE_ORDERS);
	assert_int_equal(enter(s, ":", "redraw"), WISH_REDRAW);
	assert_int_equal(enter(s, ":", "q"), WISH_NONE); /* peels the zoom */
	assert_int_equal(enter(s, ":", "q"), WISH_QUIT);
	assert_int_equal(enter(s, ":", "theme light"), WISH_THEME);
	assert_string_equal(s->screen.prompts.theme_wanted, "light");
	assert_int_equal(enter(s, ":", "  "), WISH_NONE);
	assert_false(s->screen.prompts.open);
}

static void test_commands_that_are_wrong_stay_and_point(void **state)
{
	struct stage *s = *state;

	enter(s, ":", "opne x");
	assert_true(s->screen.prompts.open);
	assert_int_equal(s->screen.prompts.error_at, 0);
	assert_string_equal(note(s), "no command is called 'opne'; did you mean open?");
	press(s, "Backspace");
	assert_int_equal(s->screen.prompts.error_at, -1);
	press(s, "Esc");
	assert_false(s->screen.prompts.open);
	enter(s, ":", "filter status:paid amount>x");
	assert_true(s->screen.prompts.open);
	assert_int_equal(s->screen.prompts.error_at, 26);
	assert_string_equal(filter_now(s), "");
	press(s, "Esc");
	enter(s, ":", "sort blargh");
	assert_string_equal(note(s), "no column is called 'blargh' (Tab shows them)");
	assert_int_equal(s->screen.prompts.error_at, 5);
	press(s, "Esc");
	enter(s, ":", "save x");
	assert_string_equal(note(s), "no filter is in force here");
}

static void test_commands_filter_and_sort_the_list_in_front(void **state)
{
	struct stage *s = *state;

	press(s, "2");
	enter(s, ":", "filter status:paid");
	assert_string_equal(filter_now(s), "status:paid");
	enter(s, ":", "sort -amount");
	assert_int_equal(list_pane(screen_focused(&s->screen))->listing.sort, SORT_AMOUNT);
	assert_true(list_pane(screen_focused(&s->screen))->listing.reverse);
	enter(s, ":", "filter");
	assert_string_equal(filter_now(s), "");
}

static void test_filters_are_saved_used_and_forgotten(void **state)
{
	struct stage *s = *state;

	press(s, "2");
	enter(s, "/", "status:paid");
	enter(s, ":", "save good");
	assert_string_equal(notice(s), "Saved: @good stands for status:paid");
	enter(s, ":", "filter -@good amount>1");
	assert_string_equal(filter_now(s), "-(status:paid) amount>1");
	press(s, "/"); /* as it was typed */
	assert_string_equal(typed(s), "-@good amount>1");
	press(s, "C-u");
	feed(s, "@nope", false);
	assert_string_equal(note(s), "no filter is saved as @nope");
	assert_int_equal(s->screen.prompts.error_at, 0);
	press(s, "Esc"); /* the filter before is back */
	assert_string_equal(filter_now(s), "-(status:paid) amount>1");
	enter(s, ":", "filters");
	assert_string_equal(notice(s), "Saved: @good = status:paid");
	enter(s, ":", "forget good");
	assert_string_equal(notice(s), "@good is no more.");
	enter(s, ":", "forget good");
	assert_true(s->screen.prompts.open);
}

static void test_saved_filters_are_the_tabs_of_a_list(void **state)
{
	struct stage *s = *state;

	press(s, "2");
	press(s, "]");
	assert_non_null(strstr(notice(s), "No filter is saved"));
	enter(s, "/", "amount>1");
	enter(s, ":", "save big");
	enter(s, ":", "filter status:paid");
	enter(s, ":", "save good");
	press(s, "[");
	assert_string_equal(filter_now(s), "amount>1");
	assert_string_equal(notice(s), " all  [@big]  @good ");
	press(s, "[");
	assert_string_equal(filter_now(s), "");
	press(s, "["); /* and round */
	assert_string_equal(filter_now(s), "status:paid");
	press(s, "]");
	assert_string_equal(notice(s), "[all]  @big   @good ");
	enter(s, ":", "filter chain:base"); /* is none of them: the next is the first */
	press(s, "]");
	assert_string_equal(filter_now(s), "amount>1");
	press(s, "/");
	assert_string_equal(typed(s), "@big");
	press(s, "Esc");
	press(s, "1"); /* each list has its own */
	assert_string_equal(filter_now(s), "");
}

/* --- Tab ---------------------------------------------------------------------------------------
 */

static void test_tab_completes_and_goes_round(void **state)
{
	struct stage *s = *state;

	press(s, ":");
	feed(s, "pro", false);
	press(s, "Tab");
	assert_string_equal(typed(s), "products ");
	assert_non_null(strstr(row(s, -2), "proof"));
	press(s, "Tab");
	assert_string_equal(typed(s), "proof");
	press(s, "Tab");
	assert_string_equal(typed(s), "products ");
	press(s, "S-Tab");
	assert_string_equal(typed(s), "proof");
	press(s, "C-u");
	assert_null(strstr(row(s, -2), "products"));
	feed(s, "forg", false);
	press(s, "Tab");
	assert_string_equal(typed(s), "forget ");
	press(s, "C-u");
	feed(s, "zzz", false);
	press(s, "Tab");
	assert_string_equal(typed(s), "zzz");
}

static void test_tab_completes_filters_by_what_the_rows_have(void **state)
{
	struct stage *s = *state;

	press(s, "2");
	press(s, "/");
	feed(s, "statu", false);
	press(s, "Tab");
	assert_string_equal(typed(s), "status:");
	feed(s, "underp", false);
	press(s, "Tab");
	assert_string_equal(typed(s), "status:underpaid");
	assert_string_equal(filter_now(s), "status:underpaid");
	press(s, "Esc");
	press(s, ":");
	feed(s, "filter custo", false);
	press(s, "Tab");
	assert_string_equal(typed(s), "filter customer:");
}

/* --- many keys at once ------------------------------------------------------------------- */

/* As they come when a terminal pastes, or a hand is faster than the screen. */
static void burst(struct stage *s, const char *text)
{
	for (; *text; text++)
		screen_key(&s->screen, (struct key){.code = (unsigned char)*text});
}

static void test_filters_are_read_once_for_a_burst_of_keys(void **state)
{
	struct stage *s = *state;

	press(s, "2");
	press(s, "/");
	burst(s, "status:paid");
	assert_string_equal(filter_now(s), ""); /* not for any of them */
	screen_draw(&s->screen, s->grid);
	assert_string_equal(filter_now(s), "status:paid");
	assert_non_null(strstr(note(s), " of "));
	burst(s, " amount>");
	burst(s, "1");
	screen_key(&s->screen, (struct key){.code = KEYC_ENTER});
	assert_false(s->screen.prompts.open);
	assert_string_equal(filter_now(s), "status:paid amount>1");
}

static void test_filters_of_a_burst_stay_in_the_prompt_while_they_are_wrong(void **state)
{
	struct stage *s = *state;

	press(s, "2");
	press(s, "/");
	burst(s, "amount>x");
	screen_key(&s->screen, (struct key){.code = KEYC_ENTER});
	assert_true(s->screen.prompts.open);
	assert_true(s->screen.prompts.error_at >= 0);
	screen_key(&s->screen, (struct key){.code = KEYC_ESC});
	assert_false(s->screen.prompts.open);
	press(s, "/");
	burst(s, "status:paid");
	screen_key(&s->screen, (struct key){.code = KEYC_ESC});
	screen_draw(&s->screen, s->grid);
	assert_string_equal(filter_now(s), "");
}

/* --- looking up
 * ----------------------------------------------------------------------------------- */

static void test_find_says_what_it_looks_like_and_opens_it(void **state)
{
	struct stage *s = *state;
	const struct record *r = store_record_at(s->store, OBJECT_INVOICE, 0);
	char text[200];

	press(s, "f");
	assert_string_equal(note(s), "id, hash, address, e-mail, link, any text with one");
	str_printf(text, sizeof(text), "Re: invoice\n  %s... please!!", object_id(&r->object));
	feed(s, text, true);
	assert_string_equal(note(s), "looks like: id, likely of an invoice");
	press(s, "Enter");
	assert_string_equal(screen_top(&s->screen)->ops->name, "detail");
	assert_int_equal(s->screen.depth, 1); /* the look-up made room */
	press(s, "Esc");
	assert_int_equal(s->screen.depth, 0);
}

static void test_find_shows_no_secret_and_forgets_it(void **state)
{
	struct stage *s = *state;
	const struct prompt *p = &s->screen.prompts.lines[PROMPT_LOOK_UP];

	press(s, "f");
	feed(s, "https://pay.example.com/pay?session=pst_abcdef&signature=sig_abcdef", true);
	assert_null(strstr(row(s, -1), "abcdef"));
	assert_non_null(strstr(row(s, -1), "payment link"));
	press(s, "Enter");
	for (int y = 0; y < grid_height(s->grid); y++)
		assert_null(strstr(row(s, y), "abcdef"));
	assert_int_equal(p->history_count, 0);
	assert_string_equal(p->text, "");
	press(s, "f"); /* what else a mail says is seen beside the link */
	feed(s,
	     "order 7c1e55aa-0b1c-4d2e-9f30-112233445566 "
	     "https://pay.example.com/pay?session=pst_abcdef&signature=sig_abcdef",
	     true);
	assert_null(strstr(row(s, -1), "abcdef"));
	assert_non_null(strstr(s->screen.prompts.shown, "7c1e55aa-0b1c-4d2e-9f30-112233445566"));
	press(s, "Esc");
	press(s, "f");
	feed(s, "x-api-key: sk_live_abcdefgh", false);
	assert_null(strstr(row(s, -1), "abcdefgh"));
	press(s, "Esc");
	assert_string_equal(p->text, "");
}

static void test_commands_show_no_secret_either(void **state)
{
	struct stage *s = *state;
	const struct prompt *p = &s->screen.prompts.lines[PROMPT_COMMAND];

	press(s, ":");
	feed(s, "open https://pay.example.com/pay?session=pst_abcdef&signature=sig_abcdef", false);
	assert_null(strstr(row(s, -1), "abcdef"));
	assert_non_null(strstr(row(s, -1), "signature=•"));
	press(s, "Enter");
	assert_string_equal(screen_top(&s->screen)->ops->name, "found");
	assert_int_equal(p->history_count, 0);
	press(s, "Esc");
	press(s, ":");
	feed(s, "pst_abcdefghijklmnop1234", false);
	press(s, "Enter"); /* no such command, and not told which */
	assert_true(s->screen.prompts.open);
	assert_null(strstr(row(s, -1), "abcdef"));
	assert_int_equal(p->history_count, 0);
}

/* By whatever door it comes: nothing shows it, keeps it or asks the server with it. */
static void test_only_a_look_up_takes_a_secret(void **state)
{
	static const struct {
		const char *keys[2], *text;
	} DOORS[] = {
		{{":"}, "customer pst_abcdefghijklmnop1234"},
		{{":"}, "cart pst_abcdefghijkl"},
		{{":"}, "products sig_abcdefghijklmn"},
		{{":"}, "filter pst_abcdefghijkl"},
		{{":"}, "save pst_abcdefghijklmnop12"},
		{{"/"}, "pst_abcdefghijklmnop1234"},
		{{"Enter", "/"}, "pst_abcdefghijklmn"},
		{{"/"}, "api_key=abcdef0123456789"},
		{{"/"}, "otp: 123456"},
		{{"/"}, "x-session-token: abcdefghijkl0"},
	};
	struct stage *s = *state;

	press(s, "2");
	enter(s, "/", "status:paid");
	for (size_t i = 0; i < COUNT(DOORS); i++) {
		size_t asked;

		press(s, DOORS[i].keys[0]);
		if (DOORS[i].keys[1])
			press(s, DOORS[i].keys[1]);
		asked = s->out.count;
		if (s->screen.prompts.kind == PROMPT_FILTER)
			press(s, "C-u");
		feed(s, DOORS[i].text, false);
		assert_null(strstr(row(s, -1), "abcdef"));
		press(s, "Enter");
		assert_false(s->screen.prompts.open);
		for (int y = 0; y < grid_height(s->grid); y++)
			assert_null(strstr(row(s, y), "abcdef"));
		assert_string_equal(notice(s), PROMPT_SECRET);
		assert_null(strstr(typed(s), "abcdef"));
		for (size_t k = 0; k < prompts_line(&s->screen.prompts)->history_count; k++)
			assert_null(strstr(prompts_line(&s->screen.prompts)->history[k], "abcdef"));
		assert_int_equal(s->out.count, asked);
		assert_string_equal(filter_now(s), "status:paid");
	}
}

static void test_find_says_when_a_paste_was_cut(void **state)
{
	struct stage *s = *state;
	char text[PROMPT_LONG + 200];

	memset(text, 'x', sizeof(text));
	memcpy(text, "cust_8F3KQ2A ", 13);
	text[sizeof(text) - 1] = '\0';
	press(s, "f");
	feed(s, text, true);
	assert_string_equal(note(s), "looks like: customer id (cut at 4 KB)");
	press(s, "Backspace");
	assert_string_equal(note(s), "looks like: customer id");
}

static void test_find_lists_what_it_cannot_choose_from(void **state)
{
	struct stage *s = *state;
	const struct view *v;

	enter(s, "f", "cust_");
	v = screen_top(&s->screen);
	assert_string_equal(v->ops->name, "found");
	assert_true(found_lookup(v)->count > 1);
	press(s, "j");
	press(s, "Enter");
	assert_int_equal(s->screen.depth, 2);
	assert_string_equal(screen_top(&s->screen)->ops->name, "detail");
	press(s, "Esc");
	assert_ptr_equal(screen_top(&s->screen), v);
	enter(s, "f", "nothing-like-it"); /* instead of the one before */
	assert_int_equal(s->screen.depth, 1);
}

static void answer_find(struct stage *s, struct finding *items, size_t count)
{
	struct msg *m = msg_new(MSG_FINDINGS);

	for (size_t i = 0; i < s->out.count; i++) {
		if (s->out.items[i].kind != REQUEST_FIND)
			continue;
		store_submitted(s->store, &s->out.items[i], SCENE_NOW_MS);
		m->as.findings.serial = s->out.items[i].serial;
		str_copy(m->as.findings.found.text, NAME_CAP, s->out.items[i].target);
	}
	m->as.findings.found.items = xcalloc(count + 1, sizeof(*items));
	if (count > 0)
		memcpy(m->as.findings.found.items, items, count * sizeof(*items));
	m->as.findings.found.count = count;
	m->as.findings.found.events = 1048576;
	m->as.findings.found.oldest_ms = AGO(86400 * 12);
	s->out.count = 0;
	screen_changed(&s->screen, store_apply(s->store, m, SCENE_NOW_MS));
	msg_free(m);
	screen_draw(&s->screen, s->grid);
}

static struct finding finding(enum object_kind kind, const char *id, const char *field,
			      const char *value, const char *status)
{
	struct finding f = {.kind = kind, .match = MATCH_PREFIX, .newest_ms = AGO(3 * 86400)};

	str_copy(f.id, sizeof(f.id), id);
	str_copy(f.field, sizeof(f.field), field);
	str_copy(f.value, sizeof(f.value), value);
	str_copy(f.status, sizeof(f.status), status);
	str_copy(f.customer, sizeof(f.customer), "cust_OLD77");
	return f;
}

static void test_find_looks_as_it_looks(void **state)
{
	static const int SIZES[][2] = {{80, 24}, {120, 40}};
	struct finding f[2];

	(void)state;
	f[0] = finding(OBJECT_ORDER, "7c1e55aa-0b1c-4d2e-9f30-112233445566", "payment.txHash",
		       "0x8f3a504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1c41b",
		       "delivered");
	f[1] = finding(OBJECT_DEPOSIT, "0d00b1e5-0b1c-4d2e-9f30-112233445566", "deposit_address",
		       "0x8F3a5c0b9E21d4477a0c6B2e8d91F0aA12c4c41B", "confirmed");
	for (size_t i = 0; i < COUNT(SIZES); i++) {
		struct stage *s = stage_new(SIZES[i][0], SIZES[i][1]);

		enter(s, "f", "wallet 0x8f3a...c41b, order 10023");
		golden(s, "found-asking");
		answer_find(s, f, COUNT(f));
		golden(s, "found-list");
		enter(s, "f", "0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060");
		answer_find(s, f, 0);
		golden(s, "found-nothing");
		press(s, "Esc");
		press(s, ":");
		feed(s, "so", false);
		press(s, "Tab");
		press(s, "Tab");
		golden(s, "command-line");
		stage_free(s);
	}
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_commands_do_what_their_keys_do),
		test(test_commands_that_are_wrong_stay_and_point),
		test(test_commands_filter_and_sort_the_list_in_front),
		test(test_filters_are_saved_used_and_forgotten),
		test(test_saved_filters_are_the_tabs_of_a_list),
		test(test_tab_completes_and_goes_round),
		test(test_tab_completes_filters_by_what_the_rows_have),
		test(test_filters_are_read_once_for_a_burst_of_keys),
		test(test_filters_of_a_burst_stay_in_the_prompt_while_they_are_wrong),
		test(test_find_says_what_it_looks_like_and_opens_it),
		test(test_find_shows_no_secret_and_forgets_it),
		test(test_commands_show_no_secret_either),
		test(test_only_a_look_up_takes_a_secret),
		test(test_find_says_when_a_paste_was_cut),
		test(test_find_lists_what_it_cannot_choose_from),
		cmocka_unit_test(test_find_looks_as_it_looks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

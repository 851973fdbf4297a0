/* Details over the panes: every tab of every kind of subject, jumps and the way back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "desk_stage.h"
#include "golden.h"
#include "life_kit.h"
#include "views/products.h"

/* --- goldens
 * ----------------------------------------------------------------------------------
 */

static const char *tab_name(enum detail_tab t)
{
	static const char *const NAMES[] = {
#define X(constant, name, title) name,
		DETAIL_TABS(X)
#undef X
	};
	return NAMES[t];
}

static void stage_golden(struct stage *s, const char *name)
{
	char full[128];
	char *text;

	stage_draw(s);
	text = grid_to_text(s->grid);
	str_printf(full, sizeof(full), "screen/desk/%s-%dx%d.txt", name, grid_width(s->grid),
		   grid_height(s->grid));
	golden_check(full, text);
	free(text);
}

static void shoot_all(int w, int h)
{
	for (int k = 0; k < SUBJECT_KIND_COUNT; k++) {
		char id[NAME_CAP];
		struct stage s;

		stage_open(&s, w, h);
		desk_subject((enum subject_kind)k, id);
		stage_show(&s, (enum subject_kind)k, id, TAB_SUMMARY);
		for (int t = 0; t < DETAIL_TAB_COUNT; t++) {
			char name[64];

			str_printf(name, sizeof(name), "%s-%s", subject_word((enum subject_kind)k),
				   tab_name((enum detail_tab)t));
			stage_golden(&s, name);
			stage_keys(&s, "Tab");
		}
		stage_close(&s);
	}
}

static void test_desk_golden_80x24(void **state)
{
	(void)state;
	shoot_all(80, 24);
}

static void test_desk_golden_120x40(void **state)
{
	(void)state;
	shoot_all(120, 40);
}

/* --- where one was ---------------------------------------------------------------------------- */

static void check_on(struct stage *s, enum subject_kind kind, const char *id)
{
	struct subject what;

	assert_true(stage_top(s)->ops->selected(stage_top(s), s->desk->st, &what));
	assert_string_equal(subject_word(kind), subject_word(what.kind));
	assert_string_equal(id, what.id);
}

static char *stage_text(struct stage *s)
{
	stage_draw(s);
	return grid_to_text(s->grid);
}

/* What the selection lies over. */
static void stage_selected_row(struct stage *s, char *ret, size_t cap)
{
	size_t n = 0;

	ret[0] = '\0';
	stage_draw(s);
	for (int y = 0; y < grid_height(s->grid); y++) {
		if (grid_cell(s->grid, 3, y)->over != ROLE_SELECTION)
			continue;
		for (int x = 1; x < grid_width(s->grid) - 2; x++) {
			const struct cell *c = grid_cell(s->grid, x, y);

			for (int b = 0; b < c->len && n + 1 < cap; b++)
				ret[n++] = c->bytes[b];
		}
		ret[n] = '\0';
		return;
	}
}

static void test_desk_jumps_lead_there_and_esc_back_to_the_same_place(void **state)
{
	char invoice[NAME_CAP], order[NAME_CAP];
	char before[512], after[512];
	struct stage s;

	(void)state;
	desk_subject(SUBJECT_INVOICE, invoice);
	desk_subject(SUBJECT_ORDER, order);
	stage_open(&s, 80, 24);
	stage_show(&s, SUBJECT_INVOICE, invoice, TAB_SUMMARY);
	stage_keys(&s, "2 j j j");
	stage_selected_row(&s, before, sizeof(before));
	stage_keys(&s, "g o");
	check_on(&s, SUBJECT_ORDER, order);
	stage_keys(&s, "g u");
	check_on(&s, SUBJECT_CUSTOMER, DESK_CUSTOMER);
	stage_keys(&s, "g c");
	check_on(&s, SUBJECT_CART, DESK_CUSTOMER);
	stage_keys(&s, "Esc Esc Esc");
	check_on(&s, SUBJECT_INVOICE, invoice);
	assert_true(stage_shows(&s, "[2 Timeline"));
	stage_selected_row(&s, after, sizeof(after));
	assert_true(before[0] != '\0');
	assert_string_equal(before, after);
	stage_close(&s);
}

static void test_desk_a_jump_to_nothing_says_so(void **state)
{
	char payout[NAME_CAP];
	struct stage s;

	(void)state;
	desk_subject(SUBJECT_PAYOUT, payout);
	stage_open(&s, 80, 24);
	stage_show(&s, SUBJECT_PAYOUT, payout, TAB_SUMMARY);
	stage_keys(&s, "g i");
	check_on(&s, SUBJECT_PAYOUT, payout);
	assert_true(stage_shows(&s, "This payout has no invoice."));
	stage_keys(&s, "g b"); /* but it was retried */
	assert_false(stage_shows(&s, "has no"));
	stage_close(&s);
}

static void test_desk_every_tab_stays_where_it_was_left(void **state)
{
	static const char *const TABS[] = {"1", "2", "3", "4", "5"};
	char invoice[NAME_CAP];
	char *was[5];
	struct stage s;

	(void)state;
	desk_subject(SUBJECT_INVOICE, invoice);
	stage_open(&s, 80, 15);
	stage_show(&s, SUBJECT_INVOICE, invoice, TAB_SUMMARY);
	for (int t = 0; t < 5; t++) {
		stage_keys(&s, TABS[t]);
		stage_keys(&s, t % 2 ? "j j j j j" : "PgDn j");
		was[t] = stage_text(&s);
	}
	screen_changed(&s.screen, TOPIC_ALL); /* a refresh in place moves nothing */
	for (int t = 0; t < 5; t++) {
		char *now;

		stage_keys(&s, TABS[t]);
		now = stage_text(&s);
		assert_string_equal(was[t], now);
		free(was[t]);
		free(now);
	}
	stage_close(&s);
}

static void test_desk_the_cursor_stays_on_its_step_when_older_ones_come_to_light(void **state)
{
	struct object late = desk_invoice("unpaid", 0);
	char invoice[NAME_CAP], before[512], after[512];
	struct stage s;

	(void)state;
	desk_subject(SUBJECT_INVOICE, invoice);
	stage_open(&s, 120, 24);
	stage_show(&s, SUBJECT_INVOICE, invoice, TAB_EVENTS);
	stage_keys(&s, "Home j j j j");
	stage_selected_row(&s, before, sizeof(before));
	assert_non_null(strstr(before, "invoice.updated"));
	desk_event(s.desk, "invoice.updated", &late, "unpaid", NULL, 1990);
	desk_event(s.desk, "invoice.updated", &late, "unpaid", NULL, 1980);
	stage_keys(&s, "R");
	screen_changed(&s.screen, TOPIC_ALL);
	stage_selected_row(&s, after, sizeof(after));
	assert_string_equal(before, after);
	stage_close(&s);
}

static void test_desk_the_newest_is_in_sight_until_somebody_moves(void **state)
{
	static const char *const TABS[] = {"2", "4"};
	char invoice[NAME_CAP], row[512];

	(void)state;
	desk_subject(SUBJECT_INVOICE, invoice);
	for (size_t t = 0; t < 2; t++) {
		struct object refund = desk_refund();
		struct stage s;

		stage_open(&s, 80, 15);
		stage_show(&s, SUBJECT_INVOICE, invoice, TAB_SUMMARY);
		stage_keys(&s, TABS[t]);
		stage_selected_row(&s, row, sizeof(row));
		assert_non_null(strstr(row, "11:58:00"));
		desk_event(s.desk, "refund.updated", &refund, "failed", "succeeded", 60);
		screen_changed(&s.screen, TOPIC_ALL);
		stage_selected_row(&s, row, sizeof(row));
		assert_non_null(strstr(row, "11:59:00"));
		stage_keys(&s, "Home");
		desk_event(s.desk, "refund.updated", &refund, "failed", "succeeded", 50);
		screen_changed(&s.screen, TOPIC_ALL);
		stage_selected_row(&s, row, sizeof(row));
		assert_non_null(strstr(row, "11:26:40"));
		stage_close(&s);
	}
}

static void test_desk_enter_opens_the_event_of_a_step_and_what_is_related(void **state)
{
	char invoice[NAME_CAP], event[NAME_CAP];
	struct subject what;
	struct stage s;

	(void)state;
	desk_subject(SUBJECT_INVOICE, invoice);
	stage_open(&s, 80, 24);
	stage_show(&s, SUBJECT_INVOICE, invoice, TAB_TIMELINE);
	stage_keys(&s, "Home Enter");
	str_printf(event, sizeof(event), "evt_%lld-100", (long long)AGO(2000));
	check_on(&s, SUBJECT_EVENT, event);
	assert_true(stage_shows(&s, "invoice.created"));
	stage_keys(&s, "Esc 5 Home Enter");
	assert_true(stage_top(&s)->ops->selected(stage_top(&s), s.desk->st, &what));
	assert_int_not_equal(SUBJECT_INVOICE, what.kind);
	stage_close(&s);
}

static void test_desk_enter_on_an_id_in_the_json_opens_it(void **state)
{
	static const struct {
		const char *member;
		enum subject_kind kind;
	} ROWS[] = {{"customer_id", SUBJECT_CUSTOMER}, {"commerce_order_id", SUBJECT_ORDER}};
	char invoice[NAME_CAP], id[NAME_CAP];

	(void)state;
	desk_subject(SUBJECT_INVOICE, invoice);
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct stage s;

		stage_open(&s, 80, 24);
		stage_show(&s, SUBJECT_INVOICE, invoice, TAB_JSON);
		assert_true(stage_shows(&s, "As the server answered"));
		stage_top(&s)->ops->search(stage_top(&s), ROWS[i].member);
		stage_keys(&s, "Enter");
		desk_subject(ROWS[i].kind, id);
		check_on(&s, ROWS[i].kind, id);
		stage_close(&s);
	}
}

/* The object went on after the server was asked. */
static void test_desk_the_json_says_what_changed_since(void **state)
{
	struct object order = scene_order(0, "shipped", "", 148990, false, 1800);
	char id[NAME_CAP];
	struct stage s;

	(void)state;
	desk_subject(SUBJECT_ORDER, id);
	stage_open(&s, 120, 40);
	stage_show(&s, SUBJECT_ORDER, id, TAB_JSON);
	assert_false(stage_shows(&s, "Out of date"));
	desk_event(s.desk, "commerce.order.updated", &order, "delivered", "shipped", 1);
	screen_changed(&s.screen, TOPIC_ALL);
	stage_draw(&s);
	assert_true(stage_shows(&s, "│ ! Out of date, by now it is delivered. R asks again. As the "
				    "server answered, "));
	object_release(&order);
	stage_close(&s);
}

static void test_desk_what_to_say_is_as_of_when_the_connection_went(void **state)
{
	struct stage s;
	char id[NAME_CAP];

	(void)state;
	desk_subject(SUBJECT_ORDER, id);
	stage_open(&s, 120, 40);
	stage_show(&s, SUBJECT_ORDER, id, TAB_SUMMARY);
	assert_false(stage_shows(&s, "not connected since"));
	scene_link(s.desk->st, STREAM_COMMERCE, LINK_OFFLINE, "the server is gone", "");
	s.screen.ctx.now_ms += 60000;
	screen_changed(&s.screen, TOPIC_ALL);
	stage_draw(&s);
	assert_true(stage_shows(&s, "As of 12:00:00 UTC: not connected since then."));
	stage_close(&s);
}

/* --- what is asked ------------------------------------------------------------------------------
 */

static size_t asked(const struct outbox *o, enum request_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < o->count; i++)
		n += o->items[i].kind == kind;
	return n;
}

static void test_desk_asks_once_and_again_by_R(void **state)
{
	char invoice[NAME_CAP];
	struct subject what;
	struct stage s;

	(void)state;
	desk_subject(SUBJECT_INVOICE, invoice);
	stage_open(&s, 80, 24);
	assert_true(subject_set(&what, SUBJECT_INVOICE, invoice));
	screen_open(&s.screen, &what, TAB_SUMMARY);
	stage_draw(&s);
	assert_int_equal(1, asked(&s.out, REQUEST_DOSSIER));
	assert_true(asked(&s.out, REQUEST_GET) >= 1);
	s.desk->silent = true;
	desk_serve(s.desk, &s.out);
	for (int i = 0; i < 5; i++) {
		screen_changed(&s.screen, TOPIC_ALL);
		stage_draw(&s);
	}
	assert_int_equal(0, s.out.count);
	assert_true(stage_shows(&s, "asking …"));
	stage_press(&s, "R", false);
	assert_int_equal(1, asked(&s.out, REQUEST_DOSSIER));
	stage_close(&s);
}

/* Late money leaves the invoice expired: the event says what came, not that it expired again. */
static void test_desk_events_say_what_they_changed(void **state)
{
	struct life *l = life_load("trouble-late");
	struct stage s;

	(void)state;
	stage_open(&s, 120, 40);
	for (size_t i = 0; i < l->count; i++)
		life_tell(l, s.desk->st, i);
	life_tell_dossier(l, s.desk->st, &l->roots[0], l->moments[l->count - 1].arrived_ms);
	stage_show(&s, SUBJECT_INVOICE, l->roots[0].id, TAB_EVENTS);
	assert_true(stage_shows(&s, "invoice of 75.00 USD created"));
	assert_false(stage_shows(&s, "invoice expired "));
	assert_true(stage_shows(&s, "after it expired"));
	stage_close(&s);
	life_free(l);
}

/* A recording that was taken back: nothing of what was answered is known to the store it goes on
 * with. */
static void test_desk_asks_another_store_again(void **state)
{
	char invoice[NAME_CAP];
	struct desk *other = desk_new(), *first;
	struct stage s;

	(void)state;
	desk_subject(SUBJECT_INVOICE, invoice);
	stage_open(&s, 80, 24);
	stage_show(&s, SUBJECT_INVOICE, invoice, TAB_EVENTS);
	assert_true(stage_shows(&s, "refund of 24.50 USD arrived"));
	first = s.desk;
	s.desk = other;
	screen_set_store(&s.screen, other->st);
	stage_draw(&s);
	assert_int_equal(1, asked(&s.out, REQUEST_DOSSIER));
	stage_serve(&s);
	assert_int_equal(0, s.out.count);
	assert_false(stage_shows(&s, "asking"));
	stage_close(&s);
	store_free(first->st);
	desk_free(first);
}

/* A recording has no server: what is asked of it is dropped, and not waited for. */
static void test_desk_does_not_wait_for_what_was_dropped(void **state)
{
	char invoice[NAME_CAP];
	struct subject what;
	struct stage s;

	(void)state;
	desk_subject(SUBJECT_INVOICE, invoice);
	stage_open(&s, 80, 24);
	assert_true(subject_set(&what, SUBJECT_INVOICE, invoice));
	screen_open(&s.screen, &what, TAB_RELATED);
	stage_draw(&s);
	assert_true(stage_shows(&s, "Asking for"));
	s.out.count = 0;
	for (int i = 0; i < 3; i++) {
		screen_changed(&s.screen, TOPIC_ALL);
		stage_draw(&s);
		assert_int_equal(0, s.out.count);
		assert_false(stage_shows(&s, "Asking for"));
	}
	stage_close(&s);
}

static void test_desk_says_what_it_waits_for_and_why_something_failed(void **state)
{
	static const char *const WAITS[] = {"Asking for", "the payment session"};
	char invoice[NAME_CAP];
	struct stage s;
	struct subject what;

	(void)state;
	desk_subject(SUBJECT_SESSION, invoice);
	stage_open(&s, 80, 24);
	assert_true(subject_set(&what, SUBJECT_SESSION, invoice));
	screen_open(&s.screen, &what, TAB_SUMMARY);
	stage_draw(&s);
	for (size_t i = 0; i < 2; i++)
		assert_true(stage_shows(&s, WAITS[i]));
	for (size_t i = 0; i < s.out.count; i++) {
		store_submitted(s.desk->st, &s.out.items[i], SCENE_NOW_MS);
		scene_apply(s.desk->st, desk_refuse(&s.out.items[i], E_UNSUPPORTED,
						    "payment sessions are not offered by this "
						    "server"));
	}
	s.out.count = 0;
	screen_changed(&s.screen, TOPIC_ALL);
	stage_draw(&s);
	assert_true(stage_shows(&s, "not offered by this server"));
	assert_true(stage_shows(&s, "R asks again"));
	assert_true(stage_shows(&s, "not to be had"));
	stage_close(&s);
}

/* In a case and in a recording. */
static void test_desk_where_no_server_is_nothing_waits_and_nothing_went_wrong(void **state)
{
	struct subject cart;
	struct stage s;

	(void)state;
	stage_open(&s, 80, 24);
	s.screen.ctx.no_server = "a case has no server";
	assert_true(subject_set(&cart, SUBJECT_CART, "cust_NOBODY"));
	screen_open(&s.screen, &cart, TAB_SUMMARY);
	stage_draw(&s);
	assert_false(stage_shows(&s, "Nothing is known")); /* it was just asked */
	for (size_t i = 0; i < s.out.count; i++) {
		store_submitted(s.desk->st, &s.out.items[i], SCENE_NOW_MS);
		scene_apply(s.desk->st, desk_refuse(&s.out.items[i], E_NOT_FOUND,
						    "not asked: a case has no server"));
	}
	s.out.count = 0;
	screen_changed(&s.screen, TOPIC_ALL);
	stage_draw(&s);
	assert_true(stage_shows(&s, "Nothing is known of it here."));
	assert_true(stage_shows(&s, "the cart: not asked: a case has no server"));
	assert_false(stage_shows(&s, "Asking for"));
	assert_false(stage_shows(&s, "Not to be had"));
	assert_false(stage_shows(&s, "does not have it"));
	stage_close(&s);
}

static void test_desk_what_nobody_knows_says_where_was_looked(void **state)
{
	struct stage s;

	(void)state;
	for (int k = 0; k < SUBJECT_KIND_COUNT; k++) {
		if (k == SUBJECT_CUSTOMER || k == SUBJECT_CART || k == SUBJECT_PRODUCT ||
		    k == SUBJECT_SESSION)
			continue;
		stage_open(&s, 80, 24);
		stage_show(&s, (enum subject_kind)k, "nobody_knows_me", TAB_SUMMARY);
		print_message("# %s\n", subject_word((enum subject_kind)k));
		assert_true(stage_shows(&s, "Nothing is known of it") ||
			    stage_shows(&s, "Not to be had"));
		stage_close(&s);
	}
}

/* --- the payment link
 * ----------------------------------------------------------------------------- */

static const char *copy_of(struct stage *s, struct copies *c, const char *label)
{
	stage_top(s)->ops->copies(stage_top(s), s->desk->st, c);
	for (size_t i = 0; i < c->count; i++) {
		if (strstr(c->items[i].label, label))
			return c->items[i].text;
	}
	return NULL;
}

static void test_desk_the_link_is_masked_everywhere_but_in_its_copy(void **state)
{
	struct copies copies = {0};
	char invoice[NAME_CAP];
	struct strbuf plain;
	struct stage s;

	(void)state;
	desk_subject(SUBJECT_SESSION, invoice);
	stage_open(&s, 200, 60);
	stage_show(&s, SUBJECT_SESSION, invoice, TAB_SUMMARY);
	assert_true(stage_shows(&s, "pay.pepay.io"));
	for (int t = 0; t < DETAIL_TAB_COUNT; t++) {
		assert_false(stage_shows(&s, DESK_SECRET));
		assert_false(stage_shows(&s, "sg_90ab17c4d5"));
		strbuf_init(&plain, 1 << 20);
		stage_top(&s)->ops->plain(stage_top(&s), s.desk->st, &plain);
		assert_null(strstr(strbuf_str(&plain), DESK_SECRET));
		strbuf_release(&plain);
		stage_keys(&s, "Tab");
	}
	assert_string_equal(DESK_URL, copy_of(&s, &copies, "payment link"));
	copies_release(&copies);
	stage_keys(&s, "Y"); /* its end is a piece of the signature */
	assert_true(stage_shows(&s, "payment link, with its secrets"));
	assert_false(stage_shows(&s, &DESK_URL[strlen(DESK_URL) - 8]));
	stage_close(&s);
}

static void test_desk_the_qr_code_fills_the_screen_until_esc(void **state)
{
	char invoice[NAME_CAP];
	struct stage s;

	(void)state;
	desk_subject(SUBJECT_SESSION, invoice);
	stage_open(&s, 120, 40);
	stage_show(&s, SUBJECT_SESSION, invoice, TAB_SUMMARY);
	stage_keys(&s, "#");
	assert_true(stage_shows(&s, "▄"));
	assert_false(stage_shows(&s, "Summary"));
	stage_keys(&s, "Esc");
	assert_true(stage_shows(&s, "[1 Summary]"));
	check_on(&s, SUBJECT_SESSION, invoice);
	grid_resize(s.grid, 60, 15);
	stage_keys(&s, "#");
	assert_true(stage_shows(&s, "does not fit"));
	stage_keys(&s, "q");
	check_on(&s, SUBJECT_SESSION, invoice);
	stage_close(&s);
}

static void test_desk_no_link_no_qr_code(void **state)
{
	char invoice[NAME_CAP];
	struct stage s;

	(void)state;
	desk_subject(SUBJECT_INVOICE, invoice);
	stage_open(&s, 80, 24);
	s.desk->silent = true;
	stage_show(&s, SUBJECT_INVOICE, invoice, TAB_SUMMARY);
	stage_keys(&s, "#");
	assert_true(stage_shows(&s, "there is no QR code"));
	stage_close(&s);
}

static void test_desk_the_bar_names_the_qr_code_only_where_there_is_one(void **state)
{
	static const enum subject_kind KINDS[] = {SUBJECT_ORDER, SUBJECT_CUSTOMER, SUBJECT_SESSION};
	char id[NAME_CAP];
	struct stage s;

	(void)state;
	for (size_t i = 0; i < sizeof(KINDS) / sizeof(KINDS[0]); i++) {
		desk_subject(KINDS[i], id);
		stage_open(&s, 120, 40);
		stage_show(&s, KINDS[i], id, TAB_SUMMARY);
		assert_int_equal(stage_shows(&s, "# QR code"), KINDS[i] == SUBJECT_SESSION);
		assert_int_equal(stage_shows(&s, "gu Customer"), KINDS[i] != SUBJECT_CUSTOMER);
		if (KINDS[i] == SUBJECT_ORDER) {
			stage_keys(&s, "#");
			assert_true(stage_shows(&s, "Only a payment session has a QR code: g s."));
		}
		stage_close(&s);
	}
}

/* Whatever the cursor is on: that is the second; in the JSON it is the first. */
static void test_desk_y_takes_the_id_of_what_is_shown(void **state)
{
	struct copies copies = {0};
	char id[NAME_CAP];
	struct stage s;

	(void)state;
	desk_subject(SUBJECT_ORDER, id);
	stage_open(&s, 120, 40);
	stage_show(&s, SUBJECT_ORDER, id, TAB_SUMMARY);
	for (int t = 0; t < DETAIL_TAB_COUNT; t++) {
		stage_keys(&s, "j j j");
		stage_top(&s)->ops->copies(stage_top(&s), s.desk->st, &copies);
		assert_true(copies.count > 1);
		assert_string_equal(copies.items[copies_id(&copies)].text, id);
		assert_string_equal(copies.items[copies_id(&copies)].label, "order id");
		if (t == TAB_JSON)
			assert_string_equal(copies.items[0].label, "value");
		else
			assert_int_equal(copies_id(&copies), 0);
		if (t == TAB_TIMELINE)
			assert_string_equal(copies.items[1].label, "event id under the cursor");
		copies_release(&copies);
		stage_keys(&s, "Tab");
	}
	stage_close(&s);
}

/* Fingers remember a letter; it is never another row's. */
static void test_desk_what_is_copied_is_chosen_by_a_letter(void **state)
{
	static const struct {
		enum subject_kind kind;
		const char *letters; /* among them, whatever else there is */
	} ROWS[] = {{SUBJECT_INVOICE, "inca"}, {SUBJECT_ORDER, "incva"},
		    {SUBJECT_PAYMENT, "inva"}, {SUBJECT_PAYOUT, "inca"},
		    {SUBJECT_REFUND, "inva"},  {SUBJECT_SESSION, "inla"},
		    {SUBJECT_CUSTOMER, "ina"}, {SUBJECT_DEPOSIT, "incda"},
		    {SUBJECT_KYC, "inha"}};
	struct stage s;
	char id[NAME_CAP];

	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		desk_subject(ROWS[i].kind, id);
		stage_open(&s, 80, 40);
		stage_show(&s, ROWS[i].kind, id, TAB_SUMMARY);
		for (const char *l = ROWS[i].letters; *l; l++) {
			const struct copy_item *it = NULL;
			char keys[] = {'Y', ' ', *l, '\0'};
			char *want;

			stage_keys(&s, "Y");
			for (size_t k = 0; k < s.screen.copies.count; k++)
				if (s.screen.copies.items[k].letter == *l)
					it = &s.screen.copies.items[k];
			if (!it)
				fail_msg("%s: no row %c", subject_word(ROWS[i].kind), *l);
			assert_int_equal(copy_letter(it->label), *l);
			want = xstrdup(it->text);
			stage_keys(&s, "Esc");
			stage_keys(&s, keys);
			assert_string_equal(s.screen.copy.text, want);
			assert_false(s.screen.menu_open);
			free(want);
		}
		stage_close(&s);
	}
	stage_open(&s, 80, 40);
	desk_subject(SUBJECT_ORDER, id);
	stage_show(&s, SUBJECT_ORDER, id, TAB_SUMMARY);
	stage_keys(&s, "Y");
	assert_true(stage_shows(&s, "n note for a ticket (people masked)  Order "));
	assert_true(stage_shows(&s, "c customer                           cust_"));
	stage_close(&s);
}

static void test_desk_the_name_of_a_written_case_is_never_cut_off(void **state)
{
#define CASE_FILE "order-caaebf41-902f-4d4c-8b71-e652914aa01f-20261123T075210Z.zip"
	static const char PATH[] = "/home/ana/.local/share/pepaytop/cases/" CASE_FILE;
	static const struct {
		int w;
		const char *home, *says;
	} ROWS[] = {
		{160, "/home/ana",
		 "Case written, people masked; Y copies the path: "
		 "~/.local/share/pepaytop/cases/" CASE_FILE},
		{160, "/home/an/",
		 "Case written, people masked; Y copies the path: /home/ana/.local/"},
		{120, "/home/ana", "Case written, Y copies the path: …/" CASE_FILE},
		{80, NULL, "Written: …/" CASE_FILE},
		{80, "/home/ana", "Written: ~/…/" CASE_FILE},
		{60, "/home/ana", "Written: ~/…/order-ca"},
		{60, "/home/ana", "-20261123T075210Z.zip"},
	};
	char id[NAME_CAP], other[NAME_CAP];
	struct subject what;
	struct stage s;

	(void)state;
	desk_subject(SUBJECT_ORDER, id);
	desk_subject(SUBJECT_INVOICE, other);
	assert_true(subject_set(&what, SUBJECT_ORDER, id));
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		stage_open(&s, ROWS[i].w, 24);
		stage_show(&s, SUBJECT_ORDER, id, TAB_SUMMARY);
		screen_case_written(&s.screen, &what, PATH, ROWS[i].home);
		stage_draw(&s);
		if (!stage_shows(&s, ROWS[i].says))
			fail_msg("%d wide: no '%s'", ROWS[i].w, ROWS[i].says);
		stage_keys(&s, "y");
		assert_string_equal(s.screen.copy.text, id);
		stage_keys(&s, "Y Enter");
		assert_string_equal(s.screen.copy.text, PATH);
		stage_show(&s, SUBJECT_INVOICE, other, TAB_SUMMARY);
		stage_keys(&s, "Y Enter");
		assert_string_equal(s.screen.copy.text, other);
		stage_close(&s);
	}
#undef CASE_FILE
}

/* --- narrow --------------------------------------------------------------------------------------
 */

static void test_desk_sixty_columns_show_every_tab_and_which_it_is(void **state)
{
	static const char *const TABS[] = {"[1 Summary]", "[2 Timeline]", "[3 JSON]", "[4 Events]",
					   "[5 Related]"};
	static const char *const NAMES[] = {"Summary", "Timeline", "JSON", "Events", "Related"};
	char invoice[NAME_CAP];
	struct stage s;

	(void)state;
	desk_subject(SUBJECT_INVOICE, invoice);
	stage_open(&s, SCREEN_MIN_WIDTH, SCREEN_MIN_HEIGHT);
	stage_show(&s, SUBJECT_INVOICE, invoice, TAB_SUMMARY);
	for (int t = 0; t < DETAIL_TAB_COUNT; t++) {
		assert_true(stage_shows(&s, TABS[t]));
		for (int n = 0; n < DETAIL_TAB_COUNT; n++)
			assert_true(stage_shows(&s, NAMES[n]));
		stage_keys(&s, "Tab");
	}
	stage_keys(&s, "S-Tab");
	assert_true(stage_shows(&s, TABS[4]));
	stage_close(&s);
}

static void test_desk_sixty_columns_tell_what_is_related_by_its_id(void **state)
{
	char id[NAME_CAP], invoice[NAME_CAP], customer[NAME_CAP];
	struct stage s;

	(void)state;
	desk_subject(SUBJECT_ORDER, id);
	desk_subject(SUBJECT_CUSTOMER, customer);
	stage_open(&s, 60, 40);
	str_copy(invoice, sizeof(invoice),
		 store_record(s.desk->st, OBJECT_ORDER, id)->object.as.order.invoice_id);
	stage_show(&s, SUBJECT_ORDER, id, TAB_RELATED);
	assert_true(stage_shows(&s, invoice));
	assert_true(stage_shows(&s, customer));
	stage_keys(&s, "Enter"); /* the first line is still what opens it */
	assert_int_equal(s.screen.depth, 2);
	stage_close(&s);
}

static void test_desk_the_cursor_marks_the_fact_and_not_what_stands_beside_it(void **state)
{
	char invoice[NAME_CAP];
	struct stage s;
	int marked = 0;

	(void)state;
	desk_subject(SUBJECT_INVOICE, invoice);
	stage_open(&s, 120, 40);
	stage_show(&s, SUBJECT_INVOICE, invoice, TAB_SUMMARY);
	for (int y = 0; y < 40; y++) {
		marked += grid_cell(s.grid, 75, y)->over == ROLE_SELECTION;
		assert_int_not_equal(grid_cell(s.grid, 3, y)->over, ROLE_SELECTION);
	}
	assert_int_equal(1, marked);
	stage_close(&s);
}

static void test_desk_enter_on_an_item_opens_the_product_of_that_shop(void **state)
{
	char order[NAME_CAP];
	struct stage s;

	(void)state;
	desk_subject(SUBJECT_ORDER, order);
	stage_open(&s, 80, 40);
	stage_show(&s, SUBJECT_ORDER, order, TAB_SUMMARY);
	stage_press(&s, "C-d Home Enter", false);
	check_on(&s, SUBJECT_PRODUCT, "prod_0");
	assert_int_equal(1, asked(&s.out, REQUEST_PRODUCT));
	for (size_t i = 0; i < s.out.count; i++) {
		if (s.out.items[i].kind == REQUEST_PRODUCT)
			assert_string_equal("amazon", s.out.items[i].word);
	}
	stage_close(&s);
}

/* --- the catalogue
 * ------------------------------------------------------------------------------------ */

static void golden_products(struct grid *g, const char *name)
{
	char full[96];
	char *text = grid_to_text(g);

	str_printf(full, sizeof(full), "screen/desk/%s-%dx%d.txt", name, grid_width(g),
		   grid_height(g));
	golden_check(full, text);
	free(text);
}

static void test_desk_products_are_asked_for_listed_and_opened(void **state)
{
	const struct view_context ctx = {.now_ms = SCENE_NOW_MS, .server = "local sandbox"};
	struct desk *d = desk_new();
	struct grid *g = grid_new(80, 12, false);
	struct outbox out;
	struct view v = {.ops = NULL};
	struct ask ask;

	(void)state;
	outbox_init(&out);
	view_open(&v, &PRODUCTS_VIEW, &ctx, d->st, &out);
	products_search(&v, "coffee", d->st, &out);
	assert_int_equal(1, out.count);
	assert_int_equal(REQUEST_PRODUCTS, out.items[0].kind);
	assert_string_equal("coffee", out.items[0].target);
	store_submitted(d->st, &out.items[0], SCENE_NOW_MS);
	draw_products(&v, d, &out, g);
	golden_products(g, "products-asking");
	scene_apply(d->st, found_products(&out.items[0]));
	draw_products(&v, d, &out, g);
	golden_products(g, "products");
	assert_int_equal(HANDLED, v.ops->act(&v, CMD_DOWN, d->st, &out));
	assert_int_equal(HANDLED, v.ops->act(&v, CMD_OPEN, d->st, &out));
	ask = view_take_ask(&v);
	assert_int_equal(ASK_OPEN, ask.kind);
	assert_int_equal(SUBJECT_PRODUCT, ask.subject.kind);
	assert_string_equal("B01FILTER", ask.subject.id);
	view_close(&v);
	grid_free(g);
	store_free(d->st);
	desk_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_desk_golden_80x24),
		cmocka_unit_test(test_desk_golden_120x40),
		cmocka_unit_test(test_desk_jumps_lead_there_and_esc_back_to_the_same_place),
		cmocka_unit_test(test_desk_a_jump_to_nothing_says_so),
		cmocka_unit_test(test_desk_every_tab_stays_where_it_was_left),
		cmocka_unit_test(
			test_desk_the_cursor_stays_on_its_step_when_older_ones_come_to_light),
		cmocka_unit_test(test_desk_the_newest_is_in_sight_until_somebody_moves),
		cmocka_unit_test(test_desk_enter_opens_the_event_of_a_step_and_what_is_related),
		cmocka_unit_test(test_desk_enter_on_an_id_in_the_json_opens_it),
		cmocka_unit_test(test_desk_the_json_says_what_changed_since),
		cmocka_unit_test(test_desk_what_to_say_is_as_of_when_the_connection_went),
		cmocka_unit_test(test_desk_asks_once_and_again_by_R),
		cmocka_unit_test(test_desk_events_say_what_they_changed),
		cmocka_unit_test(test_desk_asks_another_store_again),
		cmocka_unit_test(test_desk_does_not_wait_for_what_was_dropped),
		cmocka_unit_test(test_desk_says_what_it_waits_for_and_why_something_failed),
		cmocka_unit_test(test_desk_where_no_server_is_nothing_waits_and_nothing_went_wrong),
		cmocka_unit_test(test_desk_what_nobody_knows_says_where_was_looked),
		cmocka_unit_test(test_desk_the_link_is_masked_everywhere_but_in_its_copy),
		cmocka_unit_test(test_desk_the_qr_code_fills_the_screen_until_esc),
		cmocka_unit_test(test_desk_no_link_no_qr_code),
		cmocka_unit_test(test_desk_the_bar_names_the_qr_code_only_where_there_is_one),
		cmocka_unit_test(test_desk_y_takes_the_id_of_what_is_shown),
		cmocka_unit_test(test_desk_what_is_copied_is_chosen_by_a_letter),
		cmocka_unit_test(test_desk_the_name_of_a_written_case_is_never_cut_off),
		cmocka_unit_test(test_desk_sixty_columns_show_every_tab_and_which_it_is),
		cmocka_unit_test(test_desk_sixty_columns_tell_what_is_related_by_its_id),
		cmocka_unit_test(test_desk_the_cursor_marks_the_fact_and_not_what_stands_beside_it),
		cmocka_unit_test(test_desk_enter_on_an_item_opens_the_product_of_that_shop),
		cmocka_unit_test(test_desk_products_are_asked_for_listed_and_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

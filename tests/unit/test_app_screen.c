/* The whole screen against golden files: what a person sees, at a frozen time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/screen.h"
#include "golden.h"
#include "scene.h"
#include "views/list_pane.h"

struct stage {
	struct store *store;
	struct outbox out;
	struct screen screen;
	struct grid *grid;
	struct rng rng;
};

static void stage_open(struct stage *s, struct store *st, int w, int h, bool ascii)
{
	struct view_context ctx = {
		.now_ms = SCENE_NOW_MS,
		.wall_ms = SCENE_NOW_MS,
		.ascii = ascii,
		.server = "local sandbox",
	};

	memset(s, 0, sizeof(*s));
	s->store = st;
	s->grid = grid_new(w, h, ascii);
	outbox_init(&s->out);
	rng_seed(&s->rng, 7);
	assert_int_equal(S_OK, screen_init(&s->screen, st, &s->out, &ctx, NULL));
	s->screen.environment = ENV_DEMO;
	s->screen.wall_ms = SCENE_NOW_MS;
	s->screen.rng = &s->rng;
	screen_draw(&s->screen, s->grid);
}

static void stage_close(struct stage *s)
{
	screen_release(&s->screen);
	grid_free(s->grid);
	store_free(s->store);
}

/* Keys by name, separated by blanks; what they change is drawn before the next. */
static enum wish stage_keys(struct stage *s, const char *names)
{
	enum wish last = WISH_NONE;

	while (*names) {
		size_t n = strcspn(names, " ");
		char name[KEY_NAME_CAP];
		struct key k;

		str_printf(name, sizeof(name), "%.*s", (int)n, names);
		assert_int_equal(S_OK, key_parse(name, &k));
		s->screen.mono_ms += 1000; /* a person's pace: past the dialog's guard */
		last = screen_key(&s->screen, k);
		screen_draw(&s->screen, s->grid);
		names += n + (names[n] == ' ');
	}
	return last;
}

static void stage_type(struct stage *s, const char *text)
{
	for (; *text; text++) {
		struct key k = {.code = (unsigned char)*text};

		screen_key(&s->screen, k);
	}
	screen_draw(&s->screen, s->grid);
}

static void stage_golden(struct stage *s, const char *name)
{
	char full[96];
	char *text;

	screen_draw(&s->screen, s->grid);
	text = grid_to_text(s->grid);
	str_printf(full, sizeof(full), "screen/%s-%dx%d.txt", name, grid_width(s->grid),
		   grid_height(s->grid));
	golden_check(full, text);
	free(text);
}

static bool stage_shows(struct stage *s, const char *words)
{
	char *text;
	bool found;

	screen_draw(&s->screen, s->grid);
	text = grid_to_text(s->grid);
	found = strstr(text, words) != NULL;
	free(text);
	return found;
}

static bool stage_top_has(struct stage *s, const char *words)
{
	char *text, *end;
	bool found;

	screen_draw(&s->screen, s->grid);
	text = grid_to_text(s->grid);
	end = strchr(text, '\n');
	if (end)
		*end = '\0';
	found = strstr(text, words) != NULL;
	free(text);
	return found;
}

static size_t outbox_writes(const struct outbox *o, struct request *ret_last)
{
	size_t n = 0;

	for (size_t i = 0; i < o->count; i++) {
		if (request_kind_is_write(o->items[i].kind)) {
			*ret_last = o->items[i];
			n++;
		}
	}
	return n;
}

/* --- goldens ---------------------------------------------------------------------- */

static const struct shot {
	const char *name;
	const char *keys; /* before the picture */
	const char *type; /* then typed */
} SHOTS[] = {
	{"panes", "", NULL},
	{"focus-invoices", "2 Down", NULL},
	{"zoom-events", "1 z", NULL},
	{"zoom-invoices", "2 z", NULL},
	{"zoom-orders", "3 z", NULL},
	{"zoom-payouts", "4 z", NULL},
	{"clock-times", "t", NULL},
	{"detail-event", "1 End Enter", NULL},
	{"detail-invoice", "2 Down Enter", NULL},
	{"detail-order", "3 Enter", NULL},
	{"detail-payout", "4 Down Down Down Enter", NULL},
	{"help", "?", NULL},
	{"filter-typed", "2 /", "status:paid,underpaid amount>100"},
	{"filter-wrong", "2 /", "statsu:paid"},
	{"filter-nothing", "2 /", "nobody"},
	{"menu-order", "3 Down a", NULL},
	{"menu-not-now", "3 a", NULL},
	{"dialog-order", "3 Down a Enter", NULL},
	{"dialog-invoice", "2 a Enter", NULL},
};

static void shoot_all(int w, int h, bool ascii, const char *suffix)
{
	for (size_t i = 0; i < sizeof(SHOTS) / sizeof(SHOTS[0]); i++) {
		struct stage s;
		char name[64];

		stage_open(&s, scene_store(), w, h, ascii);
		stage_keys(&s, SHOTS[i].keys);
		if (SHOTS[i].type)
			stage_type(&s, SHOTS[i].type);
		str_printf(name, sizeof(name), "%s%s", SHOTS[i].name, suffix);
		stage_golden(&s, name);
		stage_close(&s);
	}
}

static void test_screen_golden_80x24(void **state)
{
	(void)state;
	shoot_all(80, 24, false, "");
}

static void test_screen_golden_120x40(void **state)
{
	(void)state;
	shoot_all(120, 40, false, "");
}

static void test_screen_golden_200x60(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, scene_store(), 200, 60, false);
	stage_golden(&s, "panes");
	stage_close(&s);
}

static void test_screen_golden_in_ascii(void **state)
{
	struct stage s;
	char *text;

	(void)state;
	stage_open(&s, scene_store(), 80, 24, true);
	stage_golden(&s, "panes-ascii");
	text = grid_to_text(s.grid);
	for (const char *p = text; *p; p++)
		assert_true((unsigned char)*p < 0x80);
	free(text);
	stage_close(&s);
}

static void test_screen_golden_before_anything_came(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, store_new(), 80, 24, false);
	stage_golden(&s, "empty");
	stage_close(&s);
}

static void test_screen_golden_in_trouble(void **state)
{
	static const struct {
		const char *name;
		enum link_state state;
		const char *what, *next;
	} TROUBLES[] = {
		{"reconnecting", LINK_RECONNECTING, "the server closed the merchant stream",
		 "Nothing is lost: it resumes from the last event."},
		{"auth-failed", LINK_AUTH_FAILED, "the server refused the merchant key …a1b2 (401)",
		 "Check the key, then press R."},
		{"stale", LINK_STALE, "the merchant stream is open but silent", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(TROUBLES) / sizeof(TROUBLES[0]); i++) {
		struct stage s;

		stage_open(&s, scene_store(), 80, 24, false);
		scene_link(s.store, STREAM_MERCHANT, TROUBLES[i].state, TROUBLES[i].what,
			   TROUBLES[i].next);
		stage_golden(&s, TROUBLES[i].name);
		stage_close(&s);
	}
}

/* What may be claimed, in every mode and state, at the widths that matter. */
static void test_screen_claims_no_more_than_the_report(void **state)
{
	static const struct {
		enum history_mode mode;
		enum proof_state proof;
		const char *at_80, *at_120;
	} ROWS[] = {
		{HISTORY_WRITING, PROOF_COMPLETE, "complete 09:00",
		 "complete since 09:00 · 2 repairs · 0 unknown"},
		{HISTORY_WRITING, PROOF_CATCHING_UP, "catching up 1,200",
		 "catching up · 1,200 events"},
		{HISTORY_WRITING, PROOF_BEHIND, "not proven 11:59", "not proven since 11:59"},
		{HISTORY_WRITING, PROOF_UNKNOWN, "incomplete",
		 "incomplete · 2 repairs · 1 unknown"},
		{HISTORY_WRITING, PROOF_NONE, "unproven", "unproven"},
		{HISTORY_TEMPORARY, PROOF_COMPLETE, "NO HISTORY",
		 "NO HISTORY · complete since 09:00"},
		{HISTORY_VIEW_ONLY, PROOF_COMPLETE, "VIEW ONLY",
		 "VIEW ONLY · complete since 09:00"},
		{HISTORY_STALLED, PROOF_COMPLETE, "CANNOT WRITE", "CANNOT WRITE"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct stage s;

		print_message("# %s, %s\n", history_mode_word(ROWS[i].mode),
			      proof_state_word(ROWS[i].proof));
		stage_open(&s, scene_store(), 80, 24, false);
		scene_report(s.store, ROWS[i].mode, ROWS[i].proof);
		assert_true(stage_top_has(&s, ROWS[i].at_80));
		grid_resize(s.grid, 120, 40);
		assert_true(stage_top_has(&s, ROWS[i].at_120));
		assert_int_equal(ROWS[i].proof == PROOF_COMPLETE && ROWS[i].mode != HISTORY_STALLED,
				 stage_top_has(&s, "complete since"));
		stage_close(&s);
	}
}

static void test_screen_claims_nothing_before_the_archive_has_spoken(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, store_new(), 120, 40, false);
	for (int p = 0; p < PROOF_STATE_COUNT; p++)
		assert_false(stage_top_has(&s, proof_state_word((enum proof_state)p)));
	stage_close(&s);
}

static void test_screen_golden_of_a_history_in_trouble(void **state)
{
	static const struct {
		const char *name;
		enum history_mode mode;
		enum proof_state proof;
	} ROWS[] = {
		{"view-only", HISTORY_VIEW_ONLY, PROOF_COMPLETE},
		{"cannot-write", HISTORY_STALLED, PROOF_COMPLETE},
		{"no-history", HISTORY_TEMPORARY, PROOF_COMPLETE},
		{"catching-up", HISTORY_WRITING, PROOF_CATCHING_UP},
		{"incomplete", HISTORY_WRITING, PROOF_UNKNOWN},
	};
	static const int SIZES[][2] = {{80, 24}, {120, 40}};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct stage s;

		stage_open(&s, scene_store(), SIZES[i % 2][0], SIZES[i % 2][1], false);
		scene_report(s.store, ROWS[i / 2].mode, ROWS[i / 2].proof);
		stage_golden(&s, ROWS[i / 2].name);
		stage_close(&s);
	}
}

static void test_screen_golden_of_the_proof(void **state)
{
	static const int SIZES[][2] = {{80, 24}, {120, 40}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct stage s;

		stage_open(&s, scene_store(), SIZES[i][0], SIZES[i][1], false);
		stage_keys(&s, "P");
		assert_int_equal(LAYER_VIEW, screen_layer(&s.screen));
		stage_golden(&s, "proof-nothing");
		scene_incidents(s.store);
		scene_report(s.store, HISTORY_WRITING, PROOF_UNKNOWN);
		screen_changed(&s.screen, TOPIC_HISTORY);
		stage_golden(&s, "proof");
		stage_keys(&s, "End");
		stage_golden(&s, "proof-end");
		stage_keys(&s, "Esc");
		assert_int_equal(LAYER_PANES, screen_layer(&s.screen));
		stage_close(&s);
	}
}

static void test_screen_golden_of_a_recording(void **state)
{
	static const int SIZES[][2] = {{80, 24}, {120, 40}, {60, 15}};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct stage s;

		stage_open(&s, scene_store(), SIZES[i][0], SIZES[i][1], false);
		s.screen.replay = (struct replay_face){.on = true,
						       .at_ms = SCENE_NOW_MS,
						       .speed_milli = 2500,
						       .percent = 37};
		stage_golden(&s, "replay");
		s.screen.replay.ended = true;
		s.screen.replay.percent = 100;
		stage_golden(&s, "replay-end");
		stage_close(&s);
	}
}

static void test_screen_keys_of_a_recording_work_in_one_alone(void **state)
{
	static const struct {
		const char *key;
		enum wish wish;
	} ROWS[] = {{",", WISH_SLOWER},
		    {".", WISH_FASTER},
		    {"[", WISH_REWIND},
		    {"]", WISH_FORWARD}};
	struct stage s;

	(void)state;
	stage_open(&s, scene_store(), 80, 24, false);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(WISH_NONE, stage_keys(&s, ROWS[i].key));
	stage_keys(&s, "?");
	assert_false(stage_shows(&s, "a minute back"));
	stage_keys(&s, "Esc");
	s.screen.replay.on = true;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(ROWS[i].wish, stage_keys(&s, ROWS[i].key));
	stage_keys(&s, "P");
	assert_int_equal(WISH_SLOWER, stage_keys(&s, ","));
	stage_close(&s);
}

static void test_screen_offers_no_action_where_none_may_leave(void **state)
{
	static const struct {
		enum history_mode mode;
		bool replay;
		const char *why;
	} ROWS[] = {
		{HISTORY_VIEW_ONLY, false, "Another pepaytop keeps this history"},
		{HISTORY_STALLED, false, "disk of the history is full"},
		{HISTORY_WRITING, true, "This is a recording"},
	};
	struct request rq;

	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct stage s;

		print_message("# %s\n", ROWS[i].why);
		stage_open(&s, scene_store(), 120, 40, false);
		scene_report(s.store, ROWS[i].mode, PROOF_COMPLETE);
		s.screen.replay.on = ROWS[i].replay;
		stage_keys(&s, "3 Down a");
		assert_int_equal(LAYER_PANES, screen_layer(&s.screen));
		assert_true(stage_shows(&s, ROWS[i].why));
		stage_close(&s);
		/* A question that was open already is not answered by an action either. */
		stage_open(&s, scene_store(), 120, 40, false);
		stage_keys(&s, "3 Down a Enter");
		assert_true(s.screen.dialog_open);
		scene_report(s.store, ROWS[i].mode, PROOF_COMPLETE);
		s.screen.replay.on = ROWS[i].replay;
		stage_keys(&s, "y");
		assert_int_equal(0, outbox_writes(&s.out, &rq));
		assert_true(stage_shows(&s, "Not sent."));
		stage_close(&s);
	}
}

static void test_screen_golden_paused(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, scene_store(), 80, 24, false);
	s.screen.ctx.paused = true;
	s.screen.held = 132;
	screen_changed(&s.screen, TOPIC_ALL);
	stage_golden(&s, "paused");
	stage_close(&s);
}

static void test_screen_too_small_says_what_it_needs(void **state)
{
	static const int SIZES[][2] = {{59, 24}, {80, 14}, {1, 1}, {10, 2}, {30, 5}};

	(void)state;
	for (size_t i = 0; i < sizeof(SIZES) / sizeof(SIZES[0]); i++) {
		struct stage s;

		stage_open(&s, scene_store(), SIZES[i][0], SIZES[i][1], false);
		stage_golden(&s, "small");
		stage_close(&s);
	}
}

/* --- behaviour -------------------------------------------------------------------- */

static void test_screen_every_size_draws(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, scene_store(), 60, 15, false);
	for (int w = 1; w <= 240; w += 7) {
		for (int h = 1; h <= 70; h += 3) {
			grid_resize(s.grid, w, h);
			screen_draw(&s.screen, s.grid);
		}
	}
	stage_close(&s);
}

static void test_screen_resize_and_back_is_the_same_screen(void **state)
{
	struct stage s;
	char *before, *after;

	(void)state;
	stage_open(&s, scene_store(), 120, 40, false);
	stage_keys(&s, "2 Down Down");
	before = grid_to_text(s.grid);
	for (int i = 0; i < 200; i++) {
		grid_resize(s.grid, 1 + i % 200, 1 + i * 7 % 60);
		screen_draw(&s.screen, s.grid);
	}
	grid_resize(s.grid, 120, 40);
	screen_draw(&s.screen, s.grid);
	after = grid_to_text(s.grid);
	assert_string_equal(before, after);
	free(before);
	free(after);
	stage_close(&s);
}

static void
test_screen_confirmed_cancel_sends_one_request_for_the_object_in_the_dialog(void **state)
{
	struct stage s;
	struct request rq = {0};
	struct subject what;

	(void)state;
	stage_open(&s, scene_store(), 120, 40, false);
	stage_keys(&s, "3 Down");
	assert_true(s.screen.panes[PANE_ORDERS].ops->selected(&s.screen.panes[PANE_ORDERS], s.store,
							      &what));
	stage_keys(&s, "a Enter y");
	assert_int_equal(1, outbox_writes(&s.out, &rq));
	assert_int_equal(REQUEST_ORDER_CANCEL, rq.kind);
	assert_string_equal(what.id, rq.target);
	assert_true(uuid_valid(rq.idempotency_key));
	stage_close(&s);
}

static void test_screen_keys_that_do_not_confirm(void **state)
{
	static const char *const KEYS[] = {
		"3 Down a Enter Enter", "3 Down a Enter a", "3 Down a Enter Esc",
		"3 Down a Enter n",     "3 Down a Enter q", "3 Down a Enter Space",
		"3 Down a Esc y",       "3 Down a a a a a",
	};
	struct request rq;

	(void)state;
	for (size_t i = 0; i < sizeof(KEYS) / sizeof(KEYS[0]); i++) {
		struct stage s;

		stage_open(&s, scene_store(), 80, 24, false);
		stage_keys(&s, KEYS[i]);
		assert_int_equal(0, outbox_writes(&s.out, &rq));
		stage_close(&s);
	}
}

static void test_screen_keys_typed_ahead_or_pasted_do_not_confirm(void **state)
{
	struct stage s;
	struct request rq;
	struct key yes = {.code = 'y'}, pasted = {.code = 'y', .pasted = true};

	(void)state;
	stage_open(&s, scene_store(), 80, 24, false);
	stage_keys(&s, "3 Down a Enter");
	screen_key(&s.screen, yes); /* no time has passed since the question appeared */
	assert_true(s.screen.dialog_open);
	s.screen.mono_ms += 5000;
	screen_key(&s.screen, pasted);
	assert_true(s.screen.dialog_open);
	assert_int_equal(0, outbox_writes(&s.out, &rq));
	stage_close(&s);
}

static void test_screen_takes_no_answer_to_a_question_that_is_not_seen(void **state)
{
	struct stage s;
	struct request rq;
	struct key yes = {.code = 'y'};

	(void)state;
	stage_open(&s, scene_store(), 80, 24, false);
	stage_keys(&s, "3 Down a Enter");
	screen_resized(&s.screen, 40, 10); /* and not drawn yet */
	grid_resize(s.grid, 40, 10);
	stage_keys(&s, "y Tab Enter");
	assert_true(stage_shows(&s, "a question is open: Esc closes it"));
	grid_resize(s.grid, 80, 24);
	screen_draw(&s.screen, s.grid);
	assert_true(s.screen.dialog_open);
	screen_key(&s.screen, yes); /* it has only just been seen again */
	assert_true(s.screen.dialog_open);
	assert_int_equal(0, outbox_writes(&s.out, &rq));
	grid_resize(s.grid, 40, 10);
	screen_draw(&s.screen, s.grid);
	stage_keys(&s, "Esc");
	assert_false(s.screen.dialog_open);
	assert_int_equal(0, outbox_writes(&s.out, &rq));
	stage_close(&s);
}

static const char *selected_status(struct stage *s)
{
	const struct view *v = screen_focused(&s->screen);
	const struct record *r;
	struct subject what;

	assert_true(v->ops->selected(v, s->store, &what));
	r = store_record(s->store, subject_object(what.kind), what.id);
	assert_non_null(r);
	return object_status(&r->object);
}

/* Down to every row that failed and no other, up again, and no further. */
static void test_screen_e_goes_to_the_rows_that_failed(void **state)
{
	struct stage s;
	size_t bad = 0, steps = 0;

	(void)state;
	stage_open(&s, scene_store(), 120, 40, false);
	for (size_t i = 0; i < store_record_count(s.store, OBJECT_PAYOUT); i++) {
		const char *status =
			object_status(&store_record_at(s.store, OBJECT_PAYOUT, i)->object);

		bad += strcmp(status, "failed") == 0 || strcmp(status, "returned") == 0;
	}
	assert_true(bad > 1);
	stage_keys(&s, "4 Home");
	steps = strcmp(selected_status(&s), "failed") == 0 ||
		strcmp(selected_status(&s), "returned") == 0;
	for (; steps < bad; steps++) {
		stage_keys(&s, "e");
		assert_true(strcmp(selected_status(&s), "failed") == 0 ||
			    strcmp(selected_status(&s), "returned") == 0);
		assert_string_equal(safe_text_str(&s.screen.notice), "");
	}
	stage_keys(&s, "e");
	assert_string_equal(safe_text_str(&s.screen.notice),
			    "No row below here needs a person or failed.");
	for (; steps > 1; steps--)
		stage_keys(&s, "E");
	assert_string_equal(safe_text_str(&s.screen.notice), "");
	stage_keys(&s, "E");
	assert_string_equal(safe_text_str(&s.screen.notice),
			    "No row above here needs a person or failed.");
	stage_close(&s);
}

static void test_screen_brackets_stay_with_one_payment(void **state)
{
	struct stage s;
	struct event_brief first, now;
	struct list_pane *p;

	(void)state;
	stage_open(&s, scene_store(), 120, 40, false);
	p = list_pane(screen_focused(&s.screen));
	stage_keys(&s, "Home j j"); /* a new invoice: seen, confirmed and paid follow */
	store_brief(s.store, listing_event(&p->listing, p->list.cursor), &first);
	for (int i = 0; i < 3; i++) {
		size_t before = p->list.cursor;

		stage_keys(&s, ")");
		assert_true(p->list.cursor > before);
		store_brief(s.store, listing_event(&p->listing, p->list.cursor), &now);
		assert_string_equal(now.kind == OBJECT_INVOICE ? now.object_id : now.invoice,
				    first.object_id);
	}
	stage_keys(&s, "( ( (");
	assert_int_equal(p->list.cursor, 2);
	stage_keys(&s, "(");
	assert_string_equal(safe_text_str(&s.screen.notice),
			    "No event of this payment above here.");
	stage_keys(&s, "2 )"); /* invoices are no events */
	assert_string_equal(safe_text_str(&s.screen.notice),
			    "): no such key here; ? shows the keys");
	stage_close(&s);
}

static void test_screen_o_opens_the_page_of_what_is_selected(void **state)
{
	static const struct {
		const char *url, *hash, *page; /* NULL: there is none */
	} ROWS[] = {
		{"https://track.example/q?n=1", "", "https://track.example/q?n=1"},
		{"", "0xabc123", "https://testnet.bscscan.com/tx/0xabc123"},
		{"javascript:alert(1)", "", NULL},
		{"https://x.example/$(reboot)", "", NULL},
		{"https://x.example/a b", "", NULL},
		{"--version", "", NULL},
		{"", "", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct object o = scene_order(1, "shipped", "", 31500, true, 2400);
		struct shipment *parcel = xcalloc(1, sizeof(*parcel));
		struct stage s;
		enum wish wish;

		stage_open(&s, store_new(), 80, 24, false);
		(void)str_copy(parcel->carrier_tracking_url, NAME_CAP, ROWS[i].url);
		o.as.order.shipments = parcel;
		o.as.order.shipment_count = 1;
		o.as.order.has_snapshot = true;
		(void)str_copy(o.as.order.network_environment, STATUS_CAP, "devnet");
		(void)str_copy(o.as.order.wallet_network, STATUS_CAP, "bsc");
		(void)str_copy(o.as.order.payment.tx_hash, ADDR_CAP, ROWS[i].hash);
		scene_page(s.store, OBJECT_ORDER, &o, 1);
		screen_changed(&s.screen, TOPIC_ALL);
		screen_draw(&s.screen, s.grid);
		wish = stage_keys(&s, "3 o");
		assert_int_equal(wish, ROWS[i].page ? WISH_BROWSE : WISH_NONE);
		if (ROWS[i].page)
			assert_string_equal(s.screen.copy.text, ROWS[i].page);
		else
			assert_non_null(strstr(safe_text_str(&s.screen.notice), "no page to open"));
		stage_close(&s);
	}
}

/* Where a text stands on a row of the screen; it must. */
static struct key click_on(struct stage *s, int y, const char *words)
{
	int width = grid_width(s->grid), n = (int)strlen(words);

	for (int x = 0; x + n <= width; x++) {
		int same = 0;

		while (same < n && grid_cell(s->grid, x + same, y)->bytes[0] == words[same])
			same++;
		if (same == n)
			return (struct key){.code = KEYC_MOUSE,
					    .button = MOUSE_LEFT,
					    .x = x,
					    .y = y};
	}
	fail_msg("'%s' is not on row %d", words, y);
	return (struct key){0};
}

static enum wish stage_click(struct stage *s, int y, const char *words)
{
	enum wish wish = screen_key(&s->screen, click_on(s, y, words));

	screen_draw(&s->screen, s->grid);
	return wish;
}

static void test_screen_words_of_the_lines_can_be_clicked(void **state)
{
	struct stage s;
	struct attention *a = attention_new();

	(void)state;
	stage_open(&s, scene_store(), 80, 24, false);
	attention_refresh(a, s.store, SCENE_NOW_MS);
	s.screen.ctx.attention = a;
	screen_draw(&s.screen, s.grid);
	stage_click(&s, 0, "!");
	assert_string_equal(screen_top(&s.screen)->ops->name, "attention");
	stage_keys(&s, "Esc");
	stage_click(&s, 0, "pepaytop");
	assert_int_equal(s.screen.depth, 0);
	stage_click(&s, 23, "? Help");
	assert_string_equal(screen_top(&s.screen)->ops->name, "help");
	stage_keys(&s, "Esc");
	stage_click(&s, 23, "Filter"); /* the word as well as its key */
	assert_true(s.screen.prompts.open);
	stage_keys(&s, "Esc");
	assert_int_equal(stage_click(&s, 23, "Quit"), WISH_QUIT);
	stage_keys(&s, "m"); /* while something is said there are no words to be clicked */
	assert_int_equal(stage_click(&s, 23, "no such"), WISH_NONE);
	stage_close(&s);
	attention_free(a);
}

static void test_screen_a_first_click_only_focuses(void **state)
{
	struct stage s;
	const struct list_pane *p;

	(void)state;
	stage_open(&s, scene_store(), 80, 24, false);
	p = list_pane(&s.screen.panes[PANE_INVOICES]);
	stage_click(&s, 2, "USD"); /* of Events, which has the focus */
	assert_int_equal(list_pane(&s.screen.panes[PANE_EVENTS])->listing.sort, SORT_AMOUNT);
	stage_click(&s, 2, "STATUS");
	assert_int_equal(s.screen.focus, PANE_INVOICES);
	assert_int_equal(p->listing.sort, SORT_CREATED);
	stage_click(&s, 2, "STATUS");
	assert_int_equal(p->listing.sort, SORT_STATUS);
	stage_close(&s);
}

static void test_screen_says_that_the_server_makes_us_wait(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, scene_store(), 80, 24, false);
	s.screen.wait_ms = 16001;
	assert_true(
		stage_shows(&s,
			    " Pepay asks us to wait 17 s; what was asked for comes after that.\n"));
	stage_keys(&s, "m"); /* what a key says is said first */
	assert_false(stage_shows(&s, "asks us to wait"));
	s.screen.wait_ms = 0;
	stage_keys(&s, "j");
	assert_true(stage_shows(&s, "? Help"));
	stage_close(&s);
}

static void test_screen_help_and_the_way_out_stay_at_60_columns(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, scene_store(), 60, 15, false);
	assert_true(stage_shows(&s, "? Help  q Quit"));
	stage_close(&s);
}

static int64_t an_hour_ahead(int64_t ms, const char **ret_name)
{
	(void)ms;
	*ret_name = "CET";
	return 3600 * 1000;
}

static int64_t at_greenwich(int64_t ms, const char **ret_name)
{
	(void)ms;
	*ret_name = "GMT";
	return 0;
}

static void test_screen_times_go_from_ages_to_local_to_utc(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, scene_store(), 120, 40, false);
	s.screen.zone = an_hour_ahead;
	assert_true(stage_shows(&s, "AGE▼"));
	assert_true(stage_top_has(&s, "12:00:00 UTC"));
	stage_keys(&s, "t");
	assert_true(stage_shows(&s, "CET▲"));
	assert_true(stage_top_has(&s, "13:00:00 CET"));
	stage_keys(&s, "t");
	assert_true(stage_shows(&s, "UTC▲"));
	assert_true(stage_top_has(&s, "12:00:00 UTC"));
	stage_keys(&s, "t");
	assert_true(stage_shows(&s, "AGE▼"));
	s.screen.zone = at_greenwich; /* the same times: they are shown once */
	stage_keys(&s, "t");
	assert_true(stage_shows(&s, "UTC▲"));
	stage_keys(&s, "t");
	assert_true(stage_shows(&s, "AGE▼"));
	stage_close(&s);
}

static void test_screen_says_of_a_key_that_means_nothing(void **state)
{
	static const struct {
		const char *keys, *says;
	} ROWS[] = {
		{"m", "m: no such key here; ? shows the keys"},
		{"g x", "g x: no such key here; ? shows the keys"},
		{"! S", "S: no such key here"}, /* a list with an order of its own */
		{"2 Enter u", "u: no such key here"},
		{"Esc", ""},
		{"g", ""},
		{"2 k", ""}, /* at the top already: there is nothing to be said */
		{"m j", ""}, /* gone with the next key */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct stage s;
		const char *said;

		stage_open(&s, scene_store(), 80, 24, false);
		stage_keys(&s, ROWS[i].keys);
		said = safe_text_str(&s.screen.notice);
		if (strncmp(said, ROWS[i].says, ROWS[i].says[0] ? strlen(ROWS[i].says) : 1) != 0)
			fail_msg("%s: %s", ROWS[i].keys, said);
		stage_close(&s);
	}
}

static void test_screen_object_that_changed_under_the_dialog_is_not_touched(void **state)
{
	struct stage s;
	struct request rq;
	struct object shipped = scene_order(1, "processing", "", 31500, true, 2400);
	char *text;

	(void)state;
	stage_open(&s, scene_store(), 80, 24, false);
	stage_keys(&s, "3 Down a Enter");
	shipped.as.order.updated_at = SCENE_NOW_MS;
	scene_page(s.store, OBJECT_ORDER, &shipped, 1);
	stage_keys(&s, "y");
	assert_int_equal(0, outbox_writes(&s.out, &rq));
	text = grid_to_text(s.grid);
	assert_non_null(strstr(text, "it changed while you looked"));
	free(text);
	stage_close(&s);
}

static void test_screen_selection_stays_on_its_object_when_rows_arrive(void **state)
{
	struct stage s;
	struct subject before, after;
	struct object fresh = scene_invoice(50, "unpaid", 5000, 0, "cust_NEW", "base", 1);

	(void)state;
	stage_open(&s, scene_store(), 80, 24, false);
	stage_keys(&s, "2 Down Down");
	s.screen.panes[PANE_INVOICES].ops->selected(&s.screen.panes[PANE_INVOICES], s.store,
						    &before);
	scene_page(s.store, OBJECT_INVOICE, &fresh, 1);
	screen_changed(&s.screen, TOPIC_INVOICES);
	screen_draw(&s.screen, s.grid);
	s.screen.panes[PANE_INVOICES].ops->selected(&s.screen.panes[PANE_INVOICES], s.store,
						    &after);
	assert_string_equal(before.id, after.id);
	stage_close(&s);
}

static void test_screen_read_only_offers_nothing(void **state)
{
	struct stage s;
	struct request rq;
	char *text;

	(void)state;
	stage_open(&s, scene_store(), 80, 24, false);
	s.screen.read_only = true;
	stage_keys(&s, "3 Down a Enter y");
	text = grid_to_text(s.grid);
	assert_non_null(strstr(text, "read-only"));
	free(text);
	assert_int_equal(0, outbox_writes(&s.out, &rq));
	stage_close(&s);
}

static void test_screen_action_the_server_lacks_is_off_and_says_why(void **state)
{
	struct stage s;
	struct request rq;
	struct msg *m = msg_new(MSG_CAPABILITIES);

	(void)state;
	stage_open(&s, scene_store(), 120, 40, false);
	m->as.capabilities.known = true; /* a Pepay that publishes no capabilities */
	scene_apply(s.store, m);
	stage_keys(&s, "2 a");
	assert_true(stage_shows(&s, "not offered by this server"));
	stage_keys(&s, "Enter y");
	assert_int_equal(0, outbox_writes(&s.out, &rq));
	stage_close(&s);
}

static void test_screen_payouts_of_a_server_without_ramps_say_so(void **state)
{
	struct stage s;
	struct msg *m = msg_new(MSG_CAPABILITIES);

	(void)state;
	stage_open(&s, store_new(), 120, 40, false);
	m->as.capabilities.known = true;
	scene_apply(s.store, m);
	screen_changed(&s.screen, TOPIC_ALL);
	assert_true(stage_shows(&s, "publishes no ramp routes"));
	stage_close(&s);
}

static void test_screen_always_names_its_environment(void **state)
{
	static const struct {
		enum environment environment;
		const char *bar, *dialog;
	} ROWS[] = {
		{ENV_DEMO, " DEMO ", "DEMO"},
		{ENV_DEVNET, " devnet ", "devnet (test money)"},
		{ENV_MAINNET, " LIVE ", "LIVE: real money"},
		{ENV_UNKNOWN, " ENVIRONMENT? ", "UNKNOWN: treat it as LIVE"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct stage s;

		stage_open(&s, scene_store(), 80, 24, false);
		s.screen.environment = ROWS[i].environment;
		assert_true(stage_shows(&s, ROWS[i].bar));
		stage_keys(&s, "3 Down Enter");
		assert_true(stage_shows(&s, ROWS[i].bar)); /* over a detail too */
		stage_keys(&s, "a Enter");
		assert_true(stage_shows(&s, ROWS[i].dialog));
		stage_close(&s);
	}
}

/* At every width: the environment, the state of the connection, the age of the last event. */
static void test_screen_top_bar_keeps_what_matters_at_every_width(void **state)
{
	(void)state;
	for (int w = SCREEN_MIN_WIDTH; w <= 220; w++) {
		for (int read_only = 0; read_only < 2; read_only++) {
			struct stage s;

			print_message("# %d\n", w);
			stage_open(&s, scene_store(), w, 24, false);
			s.screen.read_only = read_only;
			s.screen.show_rtt = true;
			assert_true(stage_shows(&s, " DEMO "));
			assert_true(stage_shows(&s, "● LIVE"));
			assert_true(stage_shows(&s, "event 0s"));
			scene_link(s.store, STREAM_COMMERCE, LINK_RECONNECTING, "gone", "");
			assert_true(stage_shows(&s, " DEMO "));
			assert_true(stage_shows(&s, "! RECONNECTING 3"));
			stage_close(&s);
		}
	}
}

static void test_screen_peels_one_layer_at_a_time(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, scene_store(), 80, 24, false);
	stage_keys(&s, "2 z /");
	stage_type(&s, "paid");
	stage_keys(&s, "Enter Enter");
	assert_int_equal(LAYER_VIEW, screen_layer(&s.screen));
	stage_keys(&s, "Esc");
	assert_int_equal(LAYER_PANES, screen_layer(&s.screen));
	assert_string_equal("paid", list_pane_filter_text(screen_focused(&s.screen)));
	stage_keys(&s, "Esc");
	assert_string_equal("", list_pane_filter_text(screen_focused(&s.screen)));
	assert_true(s.screen.zoomed);
	stage_keys(&s, "Esc");
	assert_false(s.screen.zoomed);
	assert_int_equal(WISH_NONE, stage_keys(&s, "Esc"));
	assert_int_equal(WISH_QUIT, stage_keys(&s, "q"));
	stage_close(&s);
}

/* Nothing that drives a terminal may be in a cell, whatever field it came in. */
static void test_screen_hostile_text_is_shown_and_never_obeyed(void **state)
{
	static const char *const KEYS[] = {"",    "2 Enter",   "3 Enter", "4 Enter",
					   "2 a", "3 a Enter", "3 z"};
	static const char *const FORBIDDEN[] = {"\x1b",     "\x07",
						"\r",       "\t",
						"\x9b",     "\xe2\x80\xae",
						"\xc2\x9b", "\xf3\xa0\x81\x81",
						"\xff"};

	(void)state;
	for (size_t i = 0; i < sizeof(KEYS) / sizeof(KEYS[0]); i++) {
		struct stage s;

		stage_open(&s, scene_hostile_store(), 120, 40, false);
		stage_keys(&s, KEYS[i]);
		for (int y = 0; y < 40; y++) {
			for (int x = 0; x < 120; x++) {
				const struct cell *c = grid_cell(s.grid, x, y);

				char bytes[CELL_BYTES + 1];

				assert_true(utf8_valid(c->bytes, c->len));
				str_printf(bytes, sizeof(bytes), "%.*s", (int)c->len, c->bytes);
				for (size_t f = 0; f < sizeof(FORBIDDEN) / sizeof(FORBIDDEN[0]);
				     f++)
					assert_null(strstr(bytes, FORBIDDEN[f]));
			}
		}
		stage_close(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_screen_golden_80x24),
		cmocka_unit_test(test_screen_golden_120x40),
		cmocka_unit_test(test_screen_golden_200x60),
		cmocka_unit_test(test_screen_golden_in_ascii),
		cmocka_unit_test(test_screen_golden_before_anything_came),
		cmocka_unit_test(test_screen_golden_in_trouble),
		cmocka_unit_test(test_screen_claims_no_more_than_the_report),
		cmocka_unit_test(test_screen_claims_nothing_before_the_archive_has_spoken),
		cmocka_unit_test(test_screen_golden_of_a_history_in_trouble),
		cmocka_unit_test(test_screen_golden_of_the_proof),
		cmocka_unit_test(test_screen_golden_of_a_recording),
		cmocka_unit_test(test_screen_keys_of_a_recording_work_in_one_alone),
		cmocka_unit_test(test_screen_offers_no_action_where_none_may_leave),
		cmocka_unit_test(test_screen_golden_paused),
		cmocka_unit_test(test_screen_too_small_says_what_it_needs),
		cmocka_unit_test(test_screen_every_size_draws),
		cmocka_unit_test(test_screen_resize_and_back_is_the_same_screen),
		cmocka_unit_test(
			test_screen_confirmed_cancel_sends_one_request_for_the_object_in_the_dialog),
		cmocka_unit_test(test_screen_keys_that_do_not_confirm),
		cmocka_unit_test(test_screen_keys_typed_ahead_or_pasted_do_not_confirm),
		cmocka_unit_test(test_screen_takes_no_answer_to_a_question_that_is_not_seen),
		cmocka_unit_test(test_screen_words_of_the_lines_can_be_clicked),
		cmocka_unit_test(test_screen_a_first_click_only_focuses),
		cmocka_unit_test(test_screen_says_that_the_server_makes_us_wait),
		cmocka_unit_test(test_screen_help_and_the_way_out_stay_at_60_columns),
		cmocka_unit_test(test_screen_times_go_from_ages_to_local_to_utc),
		cmocka_unit_test(test_screen_e_goes_to_the_rows_that_failed),
		cmocka_unit_test(test_screen_brackets_stay_with_one_payment),
		cmocka_unit_test(test_screen_o_opens_the_page_of_what_is_selected),
		cmocka_unit_test(test_screen_says_of_a_key_that_means_nothing),
		cmocka_unit_test(test_screen_object_that_changed_under_the_dialog_is_not_touched),
		cmocka_unit_test(test_screen_selection_stays_on_its_object_when_rows_arrive),
		cmocka_unit_test(test_screen_read_only_offers_nothing),
		cmocka_unit_test(test_screen_action_the_server_lacks_is_off_and_says_why),
		cmocka_unit_test(test_screen_payouts_of_a_server_without_ramps_say_so),
		cmocka_unit_test(test_screen_always_names_its_environment),
		cmocka_unit_test(test_screen_top_bar_keeps_what_matters_at_every_width),
		cmocka_unit_test(test_screen_peels_one_layer_at_a_time),
		cmocka_unit_test(test_screen_hostile_text_is_shown_and_never_obeyed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * A screen over the support desk's store (desk_kit.h), with a server that answers what is asked.
 * Include cmocka.h first.
 */
#ifndef PEPAYTOP_TESTS_DESK_STAGE_H
#define PEPAYTOP_TESTS_DESK_STAGE_H

#include "app/screen.h"
#include "desk_kit.h"
#include "views/products.h"

struct stage {
	struct desk *desk;
	struct outbox out;
	struct screen screen;
	struct grid *grid;
	struct attention *attention;
};

static void stage_draw(struct stage *s)
{
	screen_draw(&s->screen, s->grid);
}

/* Until nobody asks for anything any more. */
static void stage_serve(struct stage *s)
{
	for (int i = 0; i < 6 && s->out.count > 0; i++) {
		desk_serve(s->desk, &s->out);
		screen_changed(&s->screen, TOPIC_ALL);
		stage_draw(s);
	}
}

static void stage_open_on(struct stage *s, struct desk *desk, int w, int h, bool ascii)
{
	struct view_context ctx = {.now_ms = SCENE_NOW_MS,
				   .wall_ms = SCENE_NOW_MS,
				   .ascii = ascii,
				   .server = "local sandbox"};

	memset(s, 0, sizeof(*s));
	s->desk = desk;
	s->grid = grid_new(w, h, ascii);
	outbox_init(&s->out);
	s->attention = attention_new();
	attention_refresh(s->attention, desk->st, SCENE_NOW_MS);
	ctx.attention = s->attention;
	assert_int_equal(S_OK, screen_init(&s->screen, desk->st, &s->out, &ctx, NULL));
	s->screen.environment = ENV_DEMO;
	s->screen.wall_ms = SCENE_NOW_MS;
	stage_draw(s);
	s->out.count = 0; /* what the panes ask is not what this is about */
}

static void stage_open(struct stage *s, int w, int h)
{
	stage_open_on(s, desk_new(), w, h, false);
}

static void stage_close(struct stage *s)
{
	screen_release(&s->screen);
	attention_free(s->attention);
	grid_free(s->grid);
	store_free(s->desk->st);
	desk_free(s->desk);
}

/* Keys by name, separated by blanks; what they change is drawn before the next. */
static void stage_press(struct stage *s, const char *names, bool served)
{
	while (*names) {
		size_t n = strcspn(names, " ");
		char name[KEY_NAME_CAP];
		struct key k;

		str_printf(name, sizeof(name), "%.*s", (int)n, names);
		assert_int_equal(S_OK, key_parse(name, &k));
		s->screen.mono_ms += 1000;
		screen_key(&s->screen, k);
		stage_draw(s);
		if (served)
			stage_serve(s);
		names += n + (names[n] == ' ');
	}
}

static inline void stage_keys(struct stage *s, const char *names)
{
	stage_press(s, names, true);
}

static inline void stage_show(struct stage *s, enum subject_kind kind, const char *id,
			      enum detail_tab tab)
{
	struct subject what;

	assert_true(subject_set(&what, kind, id));
	screen_open(&s->screen, &what, tab);
	stage_draw(s);
	stage_serve(s);
}

static inline bool stage_shows(struct stage *s, const char *words)
{
	char *text = grid_to_text(s->grid);
	bool found = strstr(text, words) != NULL;

	free(text);
	return found;
}

static inline struct view *stage_top(struct stage *s)
{
	return screen_top(&s->screen);
}

/* The subject of each kind that has the most to tell. */
static inline void desk_subject(enum subject_kind kind, char id[NAME_CAP])
{
	switch (kind) {
	case SUBJECT_EVENT:
		str_printf(id, NAME_CAP, "evt_%lld-104", (long long)AGO(1859));
		break;
	case SUBJECT_INVOICE:
		scene_id(id, NAME_CAP, "1f", DESK_INVOICE);
		break;
	case SUBJECT_SESSION:
		scene_id(id, NAME_CAP, "1f", 0);
		break;
	case SUBJECT_PAYMENT:
		scene_id(id, NAME_CAP, "9a", DESK_INVOICE);
		break;
	case SUBJECT_ORDER:
		scene_id(id, NAME_CAP, "7c", 0);
		break;
	case SUBJECT_PAYOUT:
		scene_id(id, NAME_CAP, "b0", DESK_RETRIED);
		break;
	case SUBJECT_DEPOSIT:
		scene_id(id, NAME_CAP, "de", 1);
		break;
	case SUBJECT_REFUND:
		scene_id(id, NAME_CAP, "5e", 1);
		break;
	case SUBJECT_KYC:
		str_copy(id, NAME_CAP, "cust_PAY003");
		break;
	case SUBJECT_PRODUCT:
		str_copy(id, NAME_CAP, "B00KETTLE");
		break;
	default:
		str_copy(id, NAME_CAP, DESK_CUSTOMER);
		break;
	}
}

static inline struct msg *found_products(const struct request *rq)
{
	struct msg *m = msg_new(MSG_PRODUCTS);
	struct shop_products *p = &m->as.products.products;
	static const struct {
		const char *id, *title;
		int64_t price;
		const char *rating;
	} ROWS[] = {
		{"B00KETTLE", "Pour-over kettle, gooseneck, 1.0 l", 68000, "4.6"},
		{"B01FILTER", "Paper filters, 100 pieces 珈琲", 7990, "4.8"},
		{"B02GRIND", "Hand grinder, steel burrs", 89000, ""},
	};

	m->as.products.serial = rq->serial;
	p->count = sizeof(ROWS) / sizeof(ROWS[0]);
	p->items = xcalloc(p->count, sizeof(*p->items));
	p->more = true;
	for (size_t i = 0; i < p->count; i++) {
		str_copy(p->items[i].product_id, ID_CAP, ROWS[i].id);
		str_copy(p->items[i].title, NAME_CAP, ROWS[i].title);
		str_copy(p->items[i].retailer, STATUS_CAP, "amazon");
		str_copy(p->items[i].rating, STATUS_CAP, ROWS[i].rating);
		p->items[i].price = ROWS[i].price;
		p->items[i].priced = i != 2;
	}
	return m;
}

/* The view alone, in a frame. */
static inline void draw_products(struct view *v, struct desk *d, struct outbox *out, struct grid *g)
{
	struct canvas all = canvas_whole(g), inside;
	struct safe_text title, badge;

	canvas_clear(&all, ROLE_TEXT);
	v->stale = true;
	view_update(v, &v->ctx, d->st, out, all.at.w - 2, all.at.h - 2);
	v->ops->heading(v, d->st, &title, &badge);
	inside = canvas_frame(&all, (struct rect){0, 0, all.at.w, all.at.h}, true, &title, &badge);
	v->ops->draw(v, d->st, &inside);
}

#endif

/* Details of objects whose texts are hostile, and of objects that have every text there is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "desk_stage.h"

/* --- text from outside ---------------------------------------------------------------------------
 */

#define HOSTILE                                          \
	"\x1b[31mRED\x1b]0;owned\x07\r\n\tA\xe2\x80\xae" \
	"live\xc2\x9b"                                   \
	"2J\xf3\xa0\x81\x81"

typedef void fill_fn(char *text, size_t cap, size_t *n);

/* Every text of a shape, down into what it holds. */
static void shape_fill(const struct shape *shape, void *it, fill_fn *fill, size_t *n)
{
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct field *f = &shape->fields[i];
		char *at = (char *)it + f->offset;

		if (f->kind == FIELD_ID || f->kind == FIELD_TEXT)
			fill(at, f->size, n);
		if (f->kind == FIELD_OBJECT) {
			shape_fill(f->shape, at, fill, n);
			if (f->present_offset)
				*(bool *)((char *)it + f->present_offset) = true;
		}
		if (f->kind == FIELD_LIST) {
			void *item = xcalloc(1, f->shape->size);

			shape_init(f->shape, item);
			shape_fill(f->shape, item, fill, n);
			*(void **)(void *)at = item;
			*(size_t *)(void *)((char *)it + f->count_offset) = 1;
		}
	}
}

static void fill_hostile(char *text, size_t cap, size_t *n)
{
	(void)n;
	str_copy(text, cap, HOSTILE HOSTILE HOSTILE HOSTILE HOSTILE HOSTILE HOSTILE);
}

static struct object filled(enum object_kind kind, fill_fn *fill, size_t *n)
{
	struct object o = {.kind = kind};

	shape_init(kind_info(kind)->shape, &o.as);
	shape_fill(kind_info(kind)->shape, &o.as, fill, n);
	if (kind == OBJECT_ORDER)
		o.as.order.has_snapshot = true;
	return o;
}

static void store_take(struct store *st, struct object *o)
{
	struct msg *m = msg_new(MSG_OBJECT);

	m->as.object.object = *o;
	scene_apply(st, m);
}

static void check_cells(struct stage *s)
{
	static const char *const FORBIDDEN[] = {"\x1b",     "\x07",
						"\r",       "\n",
						"\t",       "\xe2\x80\xae",
						"\xc2\x9b", "\xf3\xa0\x81\x81"};
	int w = grid_width(s->grid), h = grid_height(s->grid);

	for (int y = 0; y < h; y++) {
		for (int x = 0; x < w; x++) {
			const struct cell *c = grid_cell(s->grid, x, y);
			char bytes[CELL_BYTES + 1];

			assert_true(utf8_valid(c->bytes, c->len));
			str_printf(bytes, sizeof(bytes), "%.*s", (int)c->len, c->bytes);
			for (size_t f = 0; f < sizeof(FORBIDDEN) / sizeof(FORBIDDEN[0]); f++)
				assert_null(strstr(bytes, FORBIDDEN[f]));
		}
	}
	for (int y = 2; y < h - 2; y++) { /* the frame is whole on both sides */
		assert_memory_equal(grid_cell(s->grid, 0, y)->bytes, "│", 3);
		assert_memory_equal(grid_cell(s->grid, w - 1, y)->bytes, "│", 3);
	}
}

static void check_hostile(struct stage *s, enum subject_kind kind, const char *id)
{
	static const int SIZES[][2] = {{60, 15}, {80, 24}, {120, 40}, {200, 55}};

	stage_show(s, kind, id, TAB_SUMMARY);
	for (size_t i = 0; i < sizeof(SIZES) / sizeof(SIZES[0]); i++) {
		grid_resize(s->grid, SIZES[i][0], SIZES[i][1]);
		for (int t = 0; t < DETAIL_TAB_COUNT; t++) {
			stage_keys(s, "Tab End");
			check_cells(s);
			stage_keys(s, "Home");
			check_cells(s);
		}
	}
	stage_keys(s, "Esc");
}

static void test_desk_hostile_text_in_every_field_of_every_object(void **state)
{
	size_t n = 0;

	(void)state;
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++) {
		struct object o = filled((enum object_kind)k, fill_hostile, &n);
		struct stage s;
		char id[NAME_CAP], customer[NAME_CAP];

		str_copy(id, sizeof(id), object_id(&o));
		str_copy(customer, sizeof(customer), object_customer(&o));
		stage_open(&s, 80, 24);
		store_take(s.desk->st, &o);
		print_message("# %s\n", kind_info((enum object_kind)k)->wire);
		assert_non_null(store_record(s.desk->st, (enum object_kind)k, id));
		check_hostile(&s, subject_of_object((enum object_kind)k), id);
		if (customer[0])
			check_hostile(&s, SUBJECT_CUSTOMER, customer);
		stage_close(&s);
	}
}

static void test_desk_hostile_text_in_an_event(void **state)
{
	static const enum object_kind KINDS[] = {OBJECT_INVOICE, OBJECT_PAYOUT, OBJECT_REFUND};
	size_t n = 0;

	(void)state;
	for (size_t k = 0; k < sizeof(KINDS) / sizeof(KINDS[0]); k++) {
		struct object o = filled(KINDS[k], fill_hostile, &n);
		struct stage s;
		char id[NAME_CAP];

		stage_open(&s, 80, 24);
		desk_event(s.desk, HOSTILE, &o, HOSTILE, HOSTILE, 5);
		str_printf(id, sizeof(id), "evt_%lld-%zu", (long long)AGO(5),
			   99 + s.desk->event_count);
		check_hostile(&s, SUBJECT_EVENT, id);
		stage_close(&s);
		object_release(&o);
	}
}

static void fill_session(struct payor_session *s)
{
	size_t n = 0;

	fill_hostile(s->status, sizeof(s->status), &n);
	fill_hostile(s->description, sizeof(s->description), &n);
	fill_hostile(s->merchant_name, sizeof(s->merchant_name), &n);
	fill_hostile(s->environment, sizeof(s->environment), &n);
	fill_hostile(s->locked_network, sizeof(s->locked_network), &n);
	fill_hostile(s->locked_address, sizeof(s->locked_address), &n);
	fill_hostile(s->email, sizeof(s->email), &n);
	fill_hostile(s->tokens[0].symbol, STATUS_CAP, &n);
	fill_hostile(s->tokens[1].network, STATUS_CAP, &n);
	fill_hostile(s->tokens[2].availability, STATUS_CAP, &n);
	fill_hostile(s->quote.address, sizeof(s->quote.address), &n);
	fill_hostile(s->quote.network, sizeof(s->quote.network), &n);
	fill_hostile(s->quote.token_symbol, sizeof(s->quote.token_symbol), &n);
	fill_hostile(s->quote.token_amount, sizeof(s->quote.token_amount), &n);
	fill_hostile(s->quote.exchange_rate, sizeof(s->quote.exchange_rate), &n);
	fill_hostile(s->payment_url, sizeof(s->payment_url), &n);
	fill_hostile(s->note, sizeof(s->note), &n);
}

static void fill_cart(struct shop_cart *c)
{
	size_t n = 0;

	fill_hostile(c->wallet_address, sizeof(c->wallet_address), &n);
	fill_hostile(c->wallet_network, sizeof(c->wallet_network), &n);
	fill_hostile(c->zip_code, sizeof(c->zip_code), &n);
	fill_hostile(c->note, sizeof(c->note), &n);
	for (size_t i = 0; i < c->item_count; i++) {
		fill_hostile(c->items[i].title, NAME_CAP, &n);
		fill_hostile(c->items[i].retailer, STATUS_CAP, &n);
		fill_hostile(c->items[i].product_id, ID_CAP, &n);
	}
}

static void fill_product(struct shop_products *p)
{
	struct shop_listing *l = p->items;
	size_t n = 0;

	fill_hostile(p->note, sizeof(p->note), &n);
	fill_hostile(l->title, sizeof(l->title), &n);
	fill_hostile(l->retailer, sizeof(l->retailer), &n);
	fill_hostile(l->rating, sizeof(l->rating), &n);
	fill_hostile(l->brand, sizeof(l->brand), &n);
	fill_hostile(l->stock, sizeof(l->stock), &n);
	for (size_t i = 0; i < l->offer_count; i++) {
		fill_hostile(l->offers[i].seller, NAME_CAP, &n);
		fill_hostile(l->offers[i].condition, STATUS_CAP, &n);
		fill_hostile(l->offers[i].offer_id, ID_CAP, &n);
	}
}

static void test_desk_hostile_text_in_every_answer(void **state)
{
	struct request rq = {.kind = REQUEST_SESSION, .serial = 900, .target = "inv_1"};
	struct stage s;
	struct msg *m;

	(void)state;
	stage_open(&s, 80, 24);
	s.desk->silent = true;
	store_submitted(s.desk->st, &rq, SCENE_NOW_MS);
	m = desk_session(&rq);
	fill_session(&m->as.session.session);
	scene_apply(s.desk->st, m);
	check_hostile(&s, SUBJECT_SESSION, "inv_1");
	rq = (struct request){.kind = REQUEST_CART, .serial = 901, .target = DESK_CUSTOMER};
	store_submitted(s.desk->st, &rq, SCENE_NOW_MS);
	m = desk_cart(&rq);
	fill_cart(&m->as.cart.cart);
	scene_apply(s.desk->st, m);
	check_hostile(&s, SUBJECT_CART, DESK_CUSTOMER);
	rq = (struct request){.kind = REQUEST_PRODUCT, .serial = 902, .target = "prod_1"};
	store_submitted(s.desk->st, &rq, SCENE_NOW_MS);
	m = desk_product(&rq);
	fill_product(&m->as.products.products);
	scene_apply(s.desk->st, m);
	check_hostile(&s, SUBJECT_PRODUCT, "prod_1");
	stage_close(&s);
}

static void test_desk_hostile_text_in_the_catalogue(void **state)
{
	const struct view_context ctx = {.now_ms = SCENE_NOW_MS, .server = "local sandbox"};
	struct desk *d = desk_new();
	struct outbox out;
	struct stage s = {.desk = d};
	struct view v = {.ops = NULL};
	struct msg *m;
	size_t n = 0;

	(void)state;
	outbox_init(&out);
	view_open(&v, &PRODUCTS_VIEW, &ctx, d->st, &out);
	products_search(&v, HOSTILE, d->st, &out);
	store_submitted(d->st, &out.items[0], SCENE_NOW_MS);
	m = found_products(&out.items[0]);
	for (size_t i = 0; i < m->as.products.products.count; i++) {
		struct shop_listing *l = &m->as.products.products.items[i];

		fill_hostile(l->title, sizeof(l->title), &n);
		fill_hostile(l->retailer, sizeof(l->retailer), &n);
		fill_hostile(l->rating, sizeof(l->rating), &n);
		fill_hostile(l->stock, sizeof(l->stock), &n);
	}
	scene_apply(d->st, m);
	for (int w = 60; w <= 200; w += 20) {
		s.grid = grid_new(w, 12, false);
		draw_products(&v, d, &out, s.grid);
		check_cells(&s);
		grid_free(s.grid);
	}
	view_close(&v);
	store_free(d->st);
	desk_free(d);
}

/* --- nothing is left out
 * ---------------------------------------------------------------------------- */

static void fill_numbered(char *text, size_t cap, size_t *n)
{
	str_printf(text, cap, "field%02zu", (*n)++);
}

/* What says again what is shown above it, and the picture of an item. */
static bool left_out(const char *path)
{
	static const char *const OUT[] = {"latest_payment.invoice_id", "latest_payment.environment",
					  "lineItems.imageUrl"};

	for (size_t i = 0; i < sizeof(OUT) / sizeof(OUT[0]); i++) {
		if (strcmp(OUT[i], path) == 0)
			return true;
	}
	return false;
}

struct paths {
	char items[100][64];
	size_t count;
};

/* The paths of the texts in the order they were numbered. */
static void shape_paths(const struct shape *shape, const char *prefix, struct paths *p)
{
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct field *f = &shape->fields[i];
		char path[64];

		str_printf(path, sizeof(path), "%s%s", prefix, f->key);
		if (f->kind == FIELD_ID || f->kind == FIELD_TEXT)
			memcpy(p->items[p->count++], path, sizeof(path));
		if (f->kind != FIELD_OBJECT && f->kind != FIELD_LIST)
			continue;
		str_printf(path, sizeof(path), "%s%s.", prefix, f->key);
		shape_paths(f->shape, path, p);
	}
}

static void test_desk_the_summary_shows_every_text_an_object_has(void **state)
{
	(void)state;
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++) {
		struct paths paths = {.count = 0};
		size_t n = 0;
		struct object o = filled((enum object_kind)k, fill_numbered, &n);
		struct strbuf plain;
		struct stage s;
		char id[NAME_CAP];

		shape_paths(kind_info((enum object_kind)k)->shape, "", &paths);
		assert_int_equal(paths.count, n);
		str_copy(id, sizeof(id), object_id(&o));
		stage_open(&s, 80, 24);
		s.desk->silent = true;
		store_take(s.desk->st, &o);
		stage_show(&s, subject_of_object((enum object_kind)k), id, TAB_SUMMARY);
		strbuf_init(&plain, 1 << 20);
		stage_top(&s)->ops->plain(stage_top(&s), s.desk->st, &plain);
		for (size_t i = 0; i < n; i++) {
			char word[16];

			str_printf(word, sizeof(word), "field%02zu", i);
			if (!left_out(paths.items[i]) &&
			    !utf8_contains_nocase(strbuf_str(&plain), word))
				fail_msg("%s: %s is not shown in\n%s",
					 kind_info((enum object_kind)k)->wire, paths.items[i],
					 strbuf_str(&plain));
		}
		strbuf_release(&plain);
		stage_close(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_desk_hostile_text_in_every_field_of_every_object),
		cmocka_unit_test(test_desk_hostile_text_in_an_event),
		cmocka_unit_test(test_desk_hostile_text_in_every_answer),
		cmocka_unit_test(test_desk_hostile_text_in_the_catalogue),
		cmocka_unit_test(test_desk_the_summary_shows_every_text_an_object_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

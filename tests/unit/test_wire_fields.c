#include "unit/test_wire_random.h"

#include "base/strbuf.h"

#define PATH_CAP 128

/* --- the tables themselves -------------------------------------------------------- */

static void check_table(const struct shape *shape)
{
	assert_true(shape->field_count > 0);
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct field *f = &shape->fields[i];
		if (f->kind == FIELD_FIXED)
			continue;
		assert_true(f->offset + f->size <= shape->size);
		if (f->kind == FIELD_BOOL)
			assert_int_equal(f->size, sizeof(bool));
		else if (f->kind == FIELD_ID || f->kind == FIELD_TEXT)
			assert_true(f->size >= STATUS_CAP);
		else if (f->kind == FIELD_OBJECT)
			assert_int_equal(f->size, f->shape->size);
		else
			assert_int_equal(f->size, sizeof(int64_t));
		if (f->kind == FIELD_LIST)
			assert_true(f->max > 0 && f->count_offset > 0);
		if (f->shape != NULL)
			check_table(f->shape);
	}
}

static void test_shapes_fit_their_structs(void **state)
{
	(void)state;
	for (size_t i = 0; i < SHAPE_COUNT; i++)
		check_table(SHAPES[i]);
}

/* --- there and back ------------------------------------------------------------------ */

static void test_shape_survives_encoding_printing_parsing_decoding(void **state)
{
	(void)state;
	struct rng r;
	rng_seed(&r, 20251216);
	for (size_t i = 0; i < SHAPE_COUNT * 400; i++) {
		const struct shape *shape = SHAPES[i % SHAPE_COUNT];
		char *before = xcalloc(1, shape->size);
		char *after = xcalloc(1, shape->size);
		struct problem why = {0};
		random_fill(shape, before, &r, FILL_SOME);
		struct json *doc = shape_to_json(shape, before);
		char *text = json_print(doc);
		struct json *again = parse_text(text);
		if (shape_decode(shape, again, after, &why) != S_OK)
			fail_msg("%s in %s", why.what, text);
		const char *key = shape_difference(shape, before, after);
		if (key != NULL)
			fail_msg("%s.%s changed in %s", shape->name, key, text);
		json_free(again);
		json_free(doc);
		free(text);
		shape_release(shape, before);
		shape_release(shape, after);
		free(before);
		free(after);
	}
}

static void test_shape_copy_owns_its_lists(void **state)
{
	(void)state;
	struct rng r;
	rng_seed(&r, 7);
	struct order a;
	struct order b;
	random_fill(&SHAPE_ORDER, &a, &r, FILL_EVERYTHING);
	shape_copy(&SHAPE_ORDER, &b, &a);
	assert_null(shape_difference(&SHAPE_ORDER, &a, &b));
	assert_ptr_not_equal(a.lines, b.lines);
	assert_ptr_not_equal(a.timeline, b.timeline);
	b.lines[0].quantity = a.lines[0].quantity == 3 ? 4 : 3;
	assert_string_equal(shape_difference(&SHAPE_ORDER, &a, &b), "quantity");
	shape_release(&SHAPE_ORDER, &a);
	assert_null(a.lines);
	assert_int_equal(a.line_count, 0);
	shape_release(&SHAPE_ORDER, &b);
}

/* --- each field in turn ----------------------------------------------------------------- */

struct trial {
	const struct shape *shape;
	struct json *doc;
	size_t tried;
};

static void expect(struct trial *t, enum status wanted, const char *path, const char *what)
{
	char *it = xcalloc(1, t->shape->size);
	struct problem why = {0};
	enum status status = shape_decode(t->shape, t->doc, it, &why);
	if (status != wanted)
		fail_msg("%s with %s: %s %s", path, what, status_words(status), why.what);
	if (wanted != S_OK && strncmp(why.what, path, strlen(path)) != 0)
		fail_msg("%s with %s is called: %s", path, what, why.what);
	if (status == S_OK)
		shape_release(t->shape, it);
	free(it);
	t->tried++;
}

/* What each kind must refuse, as JSON; the first is a wrong type, later ones wrong values. */
static const char *const *wrong_values(enum field_kind kind)
{
	static const char *const TEXT[] = {"5", "true", "[]", "{}", "[\"a\"]", NULL};
	static const char *const INT[] = {
		"\"5\"", "true", "[]", "{}", "1.5", "1e3", "9223372036854775808", NULL};
	static const char *const BOOL[] = {"\"true\"", "1", "0", "[]", "{}", NULL};
	static const char *const TIME[] = {"true",
					   "[]",
					   "{}",
					   "1.5",
					   "-1",
					   "\"\"",
					   "\"yesterday\"",
					   "\"1766322000\"",
					   "253402300800",
					   "1766322000000",
					   "9223372036854775807",
					   "1e999",
					   NULL};
	static const char *const MILLIS[] = {"\"49990\"",           "true", "[]", "{}", "49.990",
					     "9223372036854775808", "-0",   NULL};
	static const char *const DOLLARS[] = {"\"13.99\"", "true",  "[]",
					      "{}",        "1e2",   "0.0001",
					      "1e999",     "-0.00", "9223372036854775.808",
					      NULL};
	static const char *const DECIMAL[] = {"13.99",     "true",
					      "[]",        "{}",
					      "\"\"",      "\"abc\"",
					      "\"1.2.3\"", "\"0.0001\"",
					      "\"NaN\"",   "\"9223372036854775.808\"",
					      NULL};
	static const char *const OBJECT[] = {"[]", "\"x\"", "5", "true", NULL};
	static const char *const LIST[] = {"{}", "\"x\"", "5", "true", "[5]", "[null]", NULL};
	static const char *const *const ALL[] = {
		[FIELD_ID] = TEXT,       [FIELD_TEXT] = TEXT,       [FIELD_INT] = INT,
		[FIELD_BOOL] = BOOL,     [FIELD_TIME] = TIME,       [FIELD_TIME_ISO] = TIME,
		[FIELD_MILLIS] = MILLIS, [FIELD_DOLLARS] = DOLLARS, [FIELD_DECIMAL] = DECIMAL,
		[FIELD_OBJECT] = OBJECT, [FIELD_LIST] = LIST};
	return ALL[kind];
}

static void try_values(struct trial *t, const struct field *f, struct json *parent,
		       const char *leaf, const char *path)
{
	for (const char *const *wrong = wrong_values(f->kind); *wrong != NULL; wrong++) {
		json_set_take(parent, leaf, parse_text(*wrong));
		expect(t, E_INVALID, path, *wrong);
	}
	enum status absent = (f->flags & FIELD_REQUIRED) != 0 ? E_INVALID : S_OK;
	json_set_null(parent, leaf);
	expect(t, absent, path, "null");
	json_remove(parent, leaf);
	expect(t, absent, path, "nothing");
	if (f->kind == FIELD_ID) {
		char long_id[512];
		memset(long_id, 'x', sizeof(long_id));
		long_id[f->size] = '\0';
		json_set_string(parent, leaf, long_id);
		expect(t, E_INVALID, path, "an id that is too long");
		json_set_string(parent, leaf, long_id + 1);
		expect(t, S_OK, path, "the longest id");
		json_set_string(parent, leaf, "");
		expect(t, absent, path, "an empty id");
	}
}

static void try_twin(struct trial *t, struct json *parent, const char *leaf, const char *path)
{
	static const char *const WRONG[] = {"\"-77.777\"", "\"x\"", "5", "true", "\"1e3\""};
	char twin[PATH_CAP];
	(void)str_printf(twin, sizeof(twin), "%s_decimal", leaf);
	struct json *kept_twin = json_copy(json_get(parent, twin));
	for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++) {
		json_set_take(parent, twin, parse_text(WRONG[i]));
		expect(t, E_INVALID, path, WRONG[i]);
	}
	json_remove(parent, twin);
	expect(t, S_OK, path, "no twin");
	json_set_take(parent, twin, kept_twin);
}

static void try_shape(struct trial *t, const struct shape *shape, struct json *obj,
		      const char *path);

static void try_field(struct trial *t, const struct field *f, struct json *obj, const char *above)
{
	char path[PATH_CAP];
	struct json *parent = obj;
	const char *leaf = f->key;
	const char *dot = strchr(f->key, '.');
	(void)str_printf(path, sizeof(path), "%s.%s", above, f->key);
	if (dot != NULL) {
		char holder[PATH_CAP];
		char holder_path[PATH_CAP];
		(void)str_printf(holder, sizeof(holder), "%.*s", (int)(dot - f->key), f->key);
		(void)str_printf(holder_path, sizeof(holder_path), "%s.%s", above, holder);
		struct json *kept_holder = json_copy(json_get(obj, holder));
		json_set_string(obj, holder, "not an object");
		expect(t, E_INVALID, holder_path, "a string around the field");
		json_remove(obj, holder);
		expect(t, (f->flags & FIELD_REQUIRED) != 0 ? E_INVALID : S_OK, holder_path,
		       "nothing around the field");
		json_set_take(obj, holder, kept_holder);
		parent = member(obj, holder);
		leaf = dot + 1;
	}
	struct json *kept = json_copy(json_get(parent, leaf));
	assert_non_null(kept);
	try_values(t, f, parent, leaf, path);
	json_set_take(parent, leaf, kept);
	if (f->kind == FIELD_MILLIS)
		try_twin(t, parent, leaf, path);
	if (f->kind == FIELD_OBJECT)
		try_shape(t, f->shape, kept, path);
	if (f->kind == FIELD_LIST) {
		size_t index = 0;
		for (struct json *e = (struct json *)(uintptr_t)json_first(kept); e != NULL;
		     e = (struct json *)(uintptr_t)json_next(e)) {
			char item[PATH_CAP + 24];
			(void)str_printf(item, sizeof(item), "%s[%zu]", path, index++);
			try_shape(t, f->shape, e, item);
		}
	}
	expect(t, S_OK, path, "what was there before");
}

static void try_shape(struct trial *t, const struct shape *shape, struct json *obj,
		      const char *path)
{
	for (size_t i = 0; i < shape->field_count; i++)
		if (shape->fields[i].kind != FIELD_FIXED)
			try_field(t, &shape->fields[i], obj, path);
}

static void test_shape_decode_names_every_wrong_field(void **state)
{
	(void)state;
	struct rng r;
	rng_seed(&r, 42);
	size_t tried = 0;
	for (size_t i = 0; i < SHAPE_COUNT; i++) {
		char *it = xcalloc(1, SHAPES[i]->size);
		random_fill(SHAPES[i], it, &r, FILL_EVERYTHING);
		struct trial t = {.shape = SHAPES[i], .doc = shape_to_json(SHAPES[i], it)};
		try_shape(&t, SHAPES[i], t.doc, SHAPES[i]->name);
		json_free(t.doc);
		shape_release(SHAPES[i], it);
		free(it);
		tried += t.tried;
	}
	assert_true(tried > 1500);
}

/* --- the fine print ------------------------------------------------------------------------- */

static void test_problem_says_what_was_expected_and_what_came(void **state)
{
	(void)state;
	static const struct {
		const char *doc, *what;
	} TABLE[] = {
		{"{\"id\":\"i\",\"status\":\"paid\",\"amount\":\"x\"}",
		 "invoice.amount: expected an integer, got a string"},
		{"{\"id\":\"i\",\"status\":\"paid\",\"amount\":1.5}",
		 "invoice.amount: expected an integer, got 1.5"},
		{"{\"id\":\"i\",\"status\":\"paid\"}", "invoice.amount: is missing"},
		{"{\"id\":null,\"status\":\"paid\"}", "invoice.id: is null"},
		{"{\"ID\":\"i\",\"status\":\"paid\"}", "invoice.id: is missing"},
		{"{\"object\":\"payout\"}", "invoice.object: is not \"invoice\""},
		{"[]", "invoice: expected an object, got a list"},
		{"{\"id\":\"i\",\"status\":\"s\",\"amount\":1,\"latest_payment\":{\"id\":7}}",
		 "invoice.latest_payment.id: expected a string, got 7"},
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		struct invoice invoice;
		struct problem why = {0};
		struct json *doc = parse_text(TABLE[i].doc);
		assert_int_equal(shape_decode(&SHAPE_INVOICE, doc, &invoice, &why), E_INVALID);
		assert_string_equal(why.what, TABLE[i].what);
		json_free(doc);
	}
	struct invoice invoice;
	assert_int_equal(shape_decode(&SHAPE_INVOICE, NULL, &invoice, NULL), E_INVALID);
}

static void test_problem_names_the_item_of_a_list(void **state)
{
	(void)state;
	struct order order;
	struct problem why = {0};
	struct json *doc = parse_text("{\"orderId\":\"o\",\"status\":\"placed\",\"lineItems\":["
				      "{\"price\":\"1\"},{\"price\":\"2\"},{\"price\":3}]}");
	assert_int_equal(shape_decode(&SHAPE_ORDER, doc, &order, &why), E_INVALID);
	assert_string_equal(why.what, "order.lineItems[2].price: expected a decimal string, got 3");
	assert_null(order.lines);
	json_free(doc);
}

static void test_list_longer_than_its_limit_is_refused(void **state)
{
	(void)state;
	for (size_t count = TIMELINE_MAX; count <= TIMELINE_MAX + 1; count++) {
		struct order order;
		struct problem why = {0};
		struct json *doc = parse_text("{\"orderId\":\"o\",\"status\":\"placed\"}");
		struct json *list = json_new_array();
		for (size_t i = 0; i < count; i++)
			json_append_take(list, json_new_object());
		json_set_take(doc, "timeline", list);
		enum status status = shape_decode(&SHAPE_ORDER, doc, &order, &why);
		assert_int_equal(status, count == TIMELINE_MAX ? S_OK : E_LIMIT);
		if (status == S_OK)
			shape_release(&SHAPE_ORDER, &order);
		else
			assert_string_equal(why.what, "order.timeline: 65 items, more than 64");
		json_free(doc);
	}
}

static void test_long_text_is_cut_between_characters(void **state)
{
	(void)state;
	struct kyc kyc;
	char name[600];
	for (size_t i = 0; i < 299; i++)
		memcpy(name + 2 * i, "\xc3\xa9", 2);
	name[598] = '\0';
	struct json *doc = parse_text("{\"customer_id\":\"c\",\"status\":\"pending\"}");
	json_set_string(doc, "legal_name", name);
	assert_int_equal(shape_decode(&SHAPE_KYC, doc, &kyc, NULL), S_OK);
	assert_int_equal(strlen(kyc.legal_name), 254);
	assert_memory_equal(kyc.legal_name, name, 254);
	json_free(doc);
}

static void test_times_are_read_in_both_revisions(void **state)
{
	(void)state;
	static const struct {
		const char *json;
		int64_t ms;
	} TABLE[] = {
		{"0", 0},
		{"1766322000", 1766322000000},
		{"253402300799", 253402300799000},
		{"\"2025-12-21T13:00:00.000Z\"", 1766322000000},
		{"\"2025-12-21T13:00:00Z\"", 1766322000000},
		{"\"2025-12-21T14:00:00.250+01:00\"", 1766322000250},
		{"null", TIME_NONE},
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		struct kyc kyc;
		struct problem why = {0};
		struct json *doc = parse_text("{\"customer_id\":\"c\",\"status\":\"pending\"}");
		json_set_take(doc, "submitted_at", parse_text(TABLE[i].json));
		if (shape_decode(&SHAPE_KYC, doc, &kyc, &why) != S_OK)
			fail_msg("%s: %s", TABLE[i].json, why.what);
		assert_int_equal(kyc.submitted_at, TABLE[i].ms);
		json_free(doc);
	}
}

static void test_amounts_print_as_the_contract_writes_them(void **state)
{
	(void)state;
	static const struct {
		int64_t millis;
		const char *twin, *dollars, *decimal;
	} TABLE[] = {
		{49990, "49.990", "49.99", "49.99"},
		{13990, "13.990", "13.99", "13.99"},
		{100000, "100.000", "100", "100.00"},
		{5, "0.005", "0.005", "0.005"},
		{-1500, "-1.500", "-1.5", "-1.50"},
		{10, "0.010", "0.01", "0.01"},
		{100, "0.100", "0.1", "0.10"},
		{INT64_MAX, "9223372036854775.807", "9223372036854775.807", "9223372036854775.807"},
		{INT64_MIN, "-9223372036854775.808", "-9223372036854775.808",
		 "-9223372036854775.808"},
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		struct invoice invoice;
		struct invoice_payment payment;
		struct order order;
		shape_init(&SHAPE_INVOICE, &invoice);
		shape_init(&SHAPE_INVOICE_PAYMENT, &payment);
		shape_init(&SHAPE_ORDER, &order);
		invoice.amount = payment.amount_usd = order.total = TABLE[i].millis;
		struct json *a = shape_to_json(&SHAPE_INVOICE, &invoice);
		struct json *b = shape_to_json(&SHAPE_INVOICE_PAYMENT, &payment);
		struct json *c = shape_to_json(&SHAPE_ORDER, &order);
		assert_string_equal(json_string(json_get(a, "amount_decimal")), TABLE[i].twin);
		assert_string_equal(json_number_text(json_get(b, "amount_usd")), TABLE[i].dollars);
		assert_string_equal(json_string(json_get(c, "totalAmountUsd")), TABLE[i].decimal);
		json_free(a);
		json_free(b);
		json_free(c);
	}
}

static void test_amounts_are_read_from_their_own_text(void **state)
{
	(void)state;
	static const struct {
		const char *json;
		enum status status;
		int64_t millis;
	} TABLE[] = {
		{"100", S_OK, 100000},
		{"100.0", S_OK, 100000},
		{"100.00", S_OK, 100000},
		{"100.005", S_OK, 100005},
		{"0.1", S_OK, 100},
		{"4.35", S_OK, 4350},
		{"1000000.01", S_OK, 1000000010},
		{"-1", S_OK, -1000},
		{"0", S_OK, 0},
		{"100.0000", S_OK, 100000},
		{"100.0005", E_INVALID, 0},
		{"9007199254740.993", S_OK, 9007199254740993},
		{"1e2", E_INVALID, 0},
		{"1e999", E_INVALID, 0},
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		struct invoice_payment payment;
		struct json *doc = parse_text("{\"id\":\"p\",\"status\":\"confirmed\"}");
		json_set_number_text(doc, "amount_usd", TABLE[i].json);
		if (shape_decode(&SHAPE_INVOICE_PAYMENT, doc, &payment, NULL) != TABLE[i].status)
			fail_msg("%s", TABLE[i].json);
		if (TABLE[i].status == S_OK)
			assert_int_equal(payment.amount_usd, TABLE[i].millis);
		json_free(doc);
	}
}

static void test_encode_keeps_members_it_does_not_know(void **state)
{
	(void)state;
	struct invoice invoice;
	shape_init(&SHAPE_INVOICE, &invoice);
	struct json *doc =
		parse_text("{\"metadata\":{\"k\":1},\"ours\":2,\"latest_payment\":null}");
	shape_encode(&SHAPE_INVOICE, &invoice, doc);
	assert_string_equal(json_number_text(json_get(json_get(doc, "metadata"), "k")), "1");
	assert_string_equal(json_number_text(json_get(doc, "ours")), "2");
	assert_null(json_get(doc, "latest_payment"));
	json_free(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes_fit_their_structs),
		cmocka_unit_test(test_shape_survives_encoding_printing_parsing_decoding),
		cmocka_unit_test(test_shape_copy_owns_its_lists),
		cmocka_unit_test(test_shape_decode_names_every_wrong_field),
		cmocka_unit_test(test_problem_says_what_was_expected_and_what_came),
		cmocka_unit_test(test_problem_names_the_item_of_a_list),
		cmocka_unit_test(test_list_longer_than_its_limit_is_refused),
		cmocka_unit_test(test_long_text_is_cut_between_characters),
		cmocka_unit_test(test_times_are_read_in_both_revisions),
		cmocka_unit_test(test_amounts_print_as_the_contract_writes_them),
		cmocka_unit_test(test_amounts_are_read_from_their_own_text),
		cmocka_unit_test(test_encode_keeps_members_it_does_not_know),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

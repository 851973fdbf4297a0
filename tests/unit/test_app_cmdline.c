/* The `:` line: what is read, what is pointed at, what Tab offers; and saved filters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/cmdline.h"

#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void test_line_reads_commands_and_arguments(void **state)
{
	static const struct {
		const char *text;
		enum line_kind kind;
		enum command command;
		const char *arg;
	} ROWS[] = {
		{"", LINE_NOTHING, CMD_NONE, ""},
		{"  : ", LINE_NOTHING, CMD_NONE, ""},
		{"open 0x8f3a", LINE_OPEN, CMD_NONE, "0x8f3a"},
		{"  OPEN   9b0d 1c2e  ", LINE_OPEN, CMD_NONE, "9b0d 1c2e"},
		{":open x", LINE_OPEN, CMD_NONE, "x"},
		{"filter status:paid amount>5", LINE_FILTER, CMD_NONE, "status:paid amount>5"},
		{"filter", LINE_FILTER, CMD_NONE, ""},
		{"save late", LINE_SAVE, CMD_NONE, "late"},
		{"forget late", LINE_FORGET, CMD_NONE, "late"},
		{"sort -amount", LINE_SORT, CMD_NONE, "-amount"},
		{"cart cust_1", LINE_CART, CMD_NONE, "cust_1"},
		{"products blue teapot", LINE_PRODUCTS, CMD_NONE, "blue teapot"},
		{"theme light", LINE_THEME, CMD_NONE, "light"},
		{"theme", LINE_THEME, CMD_NONE, ""},
		{"attention", LINE_KEY, CMD_ATTENTION, ""},
		{"att", LINE_KEY, CMD_ATTENTION, ""},
		{"quit", LINE_KEY, CMD_QUIT, ""},
		{"q", LINE_KEY, CMD_QUIT, ""},
		{"q!", LINE_KEY, CMD_QUIT_NOW, ""},
		{"help", LINE_KEY, CMD_HELP, ""},
		{"zoom", LINE_KEY, CMD_ZOOM, ""},
		{"sort-next", LINE_KEY, CMD_SORT_NEXT, ""},
		{"redraw", LINE_KEY, CMD_REDRAW, ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct problem why = {0};
		struct line l;
		char arg[64];

		if (line_parse(ROWS[i].text, CTX_PANES, &l, NULL, &why) != S_OK)
			fail_msg("%s: %s", ROWS[i].text, why.what);
		(void)snprintf(arg, sizeof(arg), "%.*s", (int)l.arg_len, l.arg);
		if (l.kind != ROWS[i].kind || strcmp(arg, ROWS[i].arg) != 0 ||
		    (l.kind == LINE_KEY && l.command != ROWS[i].command))
			fail_msg("%s: read as %d (%d) with '%s'", ROWS[i].text, (int)l.kind,
				 (int)l.command, arg);
	}
}

static void test_line_points_at_what_is_wrong(void **state)
{
	static const struct {
		const char *text;
		unsigned contexts;
		size_t at;
		const char *says;
	} ROWS[] = {
		{"opne x", CTX_PANES, 0, "no command is called 'opne'; did you mean open?"},
		{"  blargh", CTX_PANES, 2, "no command is called 'blargh'"},
		{"open", CTX_PANES, 4, "'open' wants: REF"},
		{"save  ", CTX_PANES, 6, "'save' wants: NAME"},
		{"quit now", CTX_PANES, 5, "'quit' takes nothing"},
		{"filters x", CTX_PANES, 8, "'filters' takes nothing"},
		{"tab-json", CTX_PANES, 0, "'tab-json' means nothing here"},
		{"zoom", CTX_DETAIL, 0, "'zoom' means nothing here"},
		{"fil x", CTX_PANES, 0, "2 commands begin with 'fil'"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct problem why = {0};
		size_t at = 999;
		struct line l;

		if (line_parse(ROWS[i].text, ROWS[i].contexts, &l, &at, &why) != E_INVALID)
			fail_msg("%s: accepted", ROWS[i].text);
		if (at != ROWS[i].at || strcmp(why.what, ROWS[i].says) != 0)
			fail_msg("%s: at %zu: %s", ROWS[i].text, at, why.what);
	}
}

static void test_line_knows_every_command_of_the_keys(void **state)
{
	(void)state;
#define X(constant, name, title, help, group, keys, contexts)                  \
	{                                                                      \
		struct line l;                                                 \
		struct problem why = {0};                                      \
		bool own = !strcmp(name, "open") || !strcmp(name, "filter") || \
			   !strcmp(name, "theme");                             \
		if (!own && line_parse(name, ~0u, &l, NULL, &why) != S_OK)     \
			fail_msg("%s: %s", name, why.what);                    \
		if (!own && (l.kind != LINE_KEY || l.command != constant))     \
			fail_msg("%s is read as another", name);               \
	}
	COMMANDS(X)
#undef X
}

static const char *help_of(const char *text)
{
	static struct safe_text t;

	return line_help(text, CTX_PANES, &t) ? safe_text_str(&t) : "";
}

static void test_line_helps_with_the_command_that_is_typed(void **state)
{
	(void)state;
	assert_string_equal(help_of(""), "");
	assert_string_equal(help_of("sav"), "save NAME: keep the filter in force as @NAME");
	assert_string_equal(help_of("save x"), "save NAME: keep the filter in force as @NAME");
	assert_string_equal(help_of("zoom"), "zoom: the focused pane fills the screen, and back");
	assert_string_equal(help_of("blargh"), "");
}

/* --- Tab ------------------------------------------------------------------------------------ */

static const char *const COLUMNS[] = {"age", "amount", "customer", NULL};
static const char *const THEMES[] = {"dark", "light", NULL};

static struct named_filters two_names(void)
{
	struct named_filters n = {.count = 0};
	struct problem why;

	assert_int_equal(named_set(&n, "late-ones", "status:late", &why), S_OK);
	assert_int_equal(named_set(&n, "big", "amount>1000", &why), S_OK);
	return n;
}

/* "from: first, second, …", at most five. */
static const char *offered(const char *text, size_t at)
{
	static char buf[512];
	struct named_filters n = two_names();
	struct line_world w = {.contexts = CTX_PANES,
			       .names = &n,
			       .columns = COLUMNS,
			       .themes = THEMES,
			       .kind = OBJECT_INVOICE};
	struct completions c;
	size_t len;

	line_complete(text, at, &w, &c);
	(void)snprintf(buf, sizeof(buf), "%zu:", c.from);
	for (size_t i = 0; i < c.count && i < 5; i++) {
		len = strlen(buf);
		(void)snprintf(buf + len, sizeof(buf) - len, "%s %s", i ? "," : "",
			       c.items[i].text);
	}
	return buf;
}

static void test_line_offers_what_fits(void **state)
{
	static const struct {
		const char *text;
		const char *want;
	} ROWS[] = {
		{"sa", "0: save "},
		{"fil", "0: filter , filters"},
		{"pane", "0: pane-1, pane-2, pane-3, pane-4"},
		{"sort ", "5: age, amount, customer"},
		{"sort a", "5: age, amount"},
		{"sort -am", "6: amount"},
		{"theme l", "6: light"},
		{"forget ", "7: big, late-ones"},
		{"forget l", "7: late-ones"},
		{"filter @", "7: @big, @late-ones"},
		{"filter status:paid -@la", "20: @late-ones"},
		{"open 0x", "5:"},
		{"blargh x", "7:"},
		{"zzz", "0:"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		const char *have = offered(ROWS[i].text, strlen(ROWS[i].text));

		if (strcmp(have, ROWS[i].want) != 0)
			fail_msg("%s: %s", ROWS[i].text, have);
	}
	assert_string_equal(offered("sa x", 2), "0: save ");
}

/* --- saved filters -----------------------------------------------------------------------------
 */

static void test_names_are_replaced_before_a_filter_is_read(void **state)
{
	static const struct {
		const char *text, *want;
	} ROWS[] = {
		{"", ""},
		{"@big", "amount>1000"},
		{"@big @late-ones", "(amount>1000) (status:late)"},
		{"-@big", "-(amount>1000)"},
		{"a | @big", "a | (amount>1000)"},
		{"(@big|x)", "((amount>1000)|x)"},
		{"maria@big", "maria@big"},
		{"email:a@big", "email:a@big"},
		{"\"x @big\"", "\"x @big\""},
		{"/ @big/ @big", "/ @big/ (amount>1000)"},
		{"@ x", "@ x"},
		{"@big.com", "@big.com"},
	};
	struct named_filters n = two_names();

	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct problem why = {0};
		struct strbuf sb;

		strbuf_init(&sb, 1024);
		if (named_expand(&n, ROWS[i].text, &sb, NULL, &why) != S_OK)
			fail_msg("%s: %s", ROWS[i].text, why.what);
		assert_string_equal(strbuf_str(&sb), ROWS[i].want);
		strbuf_release(&sb);
	}
}

static void test_names_that_nobody_knows_are_pointed_at(void **state)
{
	struct named_filters n = two_names();
	struct problem why = {0};
	struct strbuf sb;
	size_t at = 0;

	(void)state;
	strbuf_init(&sb, 1024);
	assert_int_equal(named_expand(&n, "a @bigger b", &sb, &at, &why), E_NOT_FOUND);
	assert_int_equal(at, 2);
	assert_string_equal(why.what, "no filter is saved as @bigger");
	assert_int_equal(named_set(&n, "loop", "x @loop", &why), S_OK);
	assert_int_equal(named_expand(&n, "@loop", &sb, &at, &why), E_LIMIT);
	assert_string_equal(why.what, "@loop leads to itself, or too far");
	assert_int_equal(named_set(&n, "outer", "@gone", &why), S_OK);
	assert_int_equal(named_expand(&n, "xx @outer", &sb, &at, &why), E_NOT_FOUND);
	assert_int_equal(at, 3);
	assert_string_equal(why.what, "no filter is saved as @gone");
	strbuf_release(&sb);
}

static void test_errors_in_an_expanded_filter_are_found_in_what_was_typed(void **state)
{
	struct named_filters n = two_names();

	(void)state;
	/* "a @big b" is read as "a (amount>1000) b" */
	assert_int_equal(named_place(&n, "a @big b", 0), 0);
	assert_int_equal(named_place(&n, "a @big b", 2), 2);
	assert_int_equal(named_place(&n, "a @big b", 9), 2);
	assert_int_equal(named_place(&n, "a @big b", 16), 7);
	assert_int_equal(named_place(&n, "a @big b", 99), 8);
}

static void test_names_are_set_and_forgotten(void **state)
{
	struct named_filters n = two_names();
	struct problem why;
	char name[16];

	(void)state;
	assert_string_equal(n.items[0].name, "big"); /* in order */
	assert_int_equal(named_set(&n, "big", "x", &why), S_OK);
	assert_int_equal(n.count, 2);
	assert_string_equal(named_find(&n, "big"), "x");
	assert_true(named_remove(&n, "big"));
	assert_false(named_remove(&n, "big"));
	assert_null(named_find(&n, "big"));
	assert_int_equal(named_set(&n, "two words", "x", &why), E_INVALID);
	assert_int_equal(named_set(&n, "", "x", &why), E_INVALID);
	assert_int_equal(named_set(&n, "-x", "x", &why), E_INVALID);
	for (int i = 0; n.count < NAMED_MAX; i++) {
		(void)snprintf(name, sizeof(name), "n%d", i);
		assert_int_equal(named_set(&n, name, "x", &why), S_OK);
	}
	assert_int_equal(named_set(&n, "one-more", "x", &why), E_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line_reads_commands_and_arguments),
		cmocka_unit_test(test_line_points_at_what_is_wrong),
		cmocka_unit_test(test_line_knows_every_command_of_the_keys),
		cmocka_unit_test(test_line_helps_with_the_command_that_is_typed),
		cmocka_unit_test(test_line_offers_what_fits),
		cmocka_unit_test(test_names_are_replaced_before_a_filter_is_read),
		cmocka_unit_test(test_names_that_nobody_knows_are_pointed_at),
		cmocka_unit_test(test_errors_in_an_expanded_filter_are_found_in_what_was_typed),
		cmocka_unit_test(test_names_are_set_and_forgotten),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

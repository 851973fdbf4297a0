/* The scenario format: what is read, what is refused and how, built-ins and the manual. */
#include "unit/sandbox_kit.h"

#include "sandbox/scenario.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>

static enum status parse(const char *text, struct scenario **ret, struct problem *why)
{
	*ret = NULL;
	*why = (struct problem){0};
	return scenario_parse(text, strlen(text), "test", ret, why);
}

static struct scenario *parse_ok(const char *text)
{
	struct scenario *s;
	struct problem why;

	if (parse(text, &s, &why) != S_OK)
		fail_msg("%s (%s)", why.what, why.next);
	return s;
}

/* --- what is read ----------------------------------------------------------------------- */

static void test_scenario_reads_what_is_said_about_the_whole(void **state)
{
	struct scenario *s =
		parse_ok("# first\r\n\n"
			 "scenario my-story \"A \\\"good\\\" title\" # said\r\n"
			 "seed 7\npast day\nrate 30/m mix invoices 5 orders 0 kyc 2\n");

	(void)state;
	assert_string_equal(s->name, "my-story");
	assert_string_equal(s->title, "A \"good\" title");
	assert_int_equal(s->seed, 7);
	assert_true(s->past);
	assert_true(s->rate > 0.49 && s->rate < 0.51);
	assert_int_equal(s->mix[CAST_INVOICES], 5);
	assert_int_equal(s->mix[CAST_ORDERS], 0);
	assert_int_equal(s->mix[CAST_PAYOUTS], 0);
	assert_int_equal(s->mix[CAST_KYC], 2);
	assert_int_equal(s->cue_count, 0);
	scenario_free(s);
}

static void test_scenario_reads_times(void **state)
{
	static const struct {
		const char *when;
		bool from_start;
		int64_t least, most;
	} times[] = {
		{"at 0s", true, 0, 0},
		{"at 500ms", true, 500, 500},
		{"at 1m30s", true, 90000, 90000},
		{"at 5s..1m", true, 5000, 60000},
		{"+4s", false, 4000, 4000},
		{"+2s..5s", false, 2000, 5000},
		{"+1d2h", false, 93600000, 93600000},
		{"", false, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		char text[128];
		struct scenario *s;
		const struct cue *c;

		str_printf(text, sizeof(text), "scenario t \"T\"\n%s invoice a\n", times[i].when);
		s = parse_ok(text);
		c = &s->blocks[0].cues[0];
		assert_int_equal(c->from_start, times[i].from_start);
		assert_int_equal(c->wait.least, times[i].least);
		assert_int_equal(c->wait.most, times[i].most);
		assert_int_equal(c->line, 2);
		assert_int_equal(c->chance, 100);
		scenario_free(s);
	}
}

static void test_scenario_reads_words_in_any_order(void **state)
{
	struct scenario *s = parse_ok("scenario t \"T\"\n"
				      "invoice a expires 1m customer new amount 10..20.50\n"
				      "chance 25% pay a 40%..60% network base\n"
				      "pay a 12.345\n"
				      "settle a manual\n");
	const struct cue *c = s->blocks[0].cues;

	(void)state;
	assert_int_equal(c[0].values[WORD_AMOUNT].span.least, 10000);
	assert_int_equal(c[0].values[WORD_AMOUNT].span.most, 20500);
	assert_int_equal(c[0].values[WORD_EXPIRES].span.least, 60000);
	assert_string_equal(cue_text(&c[0], WORD_CUSTOMER, ""), "new");
	assert_false(cue_says(&c[0], WORD_DESCRIPTION));
	assert_int_equal(c[1].chance, 25);
	assert_int_equal(c[1].values[WORD_SHARE].span.least, 40);
	assert_null(cue_text(&c[1], WORD_SHARE, NULL));
	assert_string_equal(cue_text(&c[1], WORD_NETWORK, ""), "base");
	assert_int_equal(c[2].values[WORD_SHARE].span.least, 12345);
	assert_string_equal(cue_text(&c[2], WORD_SHARE, ""), "dollars");
	assert_string_equal(cue_text(&c[3], WORD_STATE, ""), "manual");
	scenario_free(s);
}

static void test_scenario_reads_blocks(void **state)
{
	struct scenario *s = parse_ok("scenario t \"T\"\n"
				      "kyc ana\n"
				      "at 9s every 3s..8s times 5 until 2m\n"
				      "\tinvoice a customer ana\n"
				      "# a comment does not end it\n"
				      "\n"
				      "\t+1s pay a\n"
				      "every 1s invoice a\n"
				      "      invoice b\n"); /* aligned, not of the block */
	const struct cue *every = &s->blocks[0].cues[1];

	(void)state;
	assert_int_equal(s->block_count, 3);
	assert_int_equal(s->blocks[0].count, 4);
	assert_null(every->verb);
	assert_int_equal(every->gap.least, 3000);
	assert_int_equal(every->gap.most, 8000);
	assert_int_equal(every->times, 5);
	assert_int_equal(every->until_ms, 120000);
	assert_int_equal(every->wait.least, 9000);
	assert_int_equal(s->blocks[every->block].count, 2);
	assert_true(s->blocks[every->block].cues[0].customer.outer);
	assert_false(s->blocks[every->block].cues[1].actor.outer);
	assert_int_equal(s->blocks[2].count, 1);
	scenario_free(s);
}

/* --- what is refused ------------------------------------------------------------------------ */

static void test_scenario_refuses_with_the_line_and_what_is_allowed(void **state)
{
	static const struct {
		const char *text; /* after the first line; "!": the whole */
		const char *what, *next;
	} bad[] = {
		/* the whole */
		{"!", "test:0: the scenario has no name", "scenario NAME \"TITLE\""},
		{"!seed 1\n", "test:1: the first line must name", "scenario NAME"},
		{"!scenario\n", "test:1: '' is no name for a scenario", "a small letter"},
		{"!scenario T \"x\"\n", "test:1: 'T' is no name", "a small letter"},
		{"!scenario t\n", "test:1: the title is missing", "TITLE"},
		{"!scenario t x\n", "test:1: the title is missing", "TITLE"},
		{"!scenario t \"\"\n", "test:1: the title is missing", "TITLE"},
		{"!scenario t \"x\" y\n", "test:1: 'y' is too much here", ""},
		{"scenario u \"U\"\n", "test:2: a file holds one scenario", ""},
		{"seed 0\n", "test:2: '0' is no seed", "1 to"},
		{"seed x\n", "'x' is no seed", "1 to"},
		{"seed\n", "'' is no seed", "1 to"},
		{"seed 1\nseed 2\n", "test:3: seed is said twice", ""},
		{"seed 1 2\n", "'2' is too much here", ""},
		{"past week\n", "which past?", "none or day"},
		{"past day\npast day\n", "past is said twice", ""},
		{"rate 5\n", "'5' is no rate", "10000/s"},
		{"rate fast\n", "'fast' is no rate", "10000/s"},
		{"rate 0/s\n", "'0/s' is no rate", "0.01/s"},
		{"rate 10001/s\n", "is no rate", "10000/s"},
		{"rate 0x1/s\n", "is no rate", "10000/s"},
		{"rate nan/s\n", "is no rate", "10000/s"},
		{"rate 1/s\nrate 1/s\n", "rate is said twice", ""},
		{"rate 1/s mix\n", "mix of what?", "invoices"},
		{"rate 1/s mix carts 1\n", "mix knows nothing of 'carts'", "orders"},
		{"rate 1/s mix kyc\n", "how many kyc?", "0 to 1000"},
		{"rate 1/s mix kyc 0\n", "mix of what?", "invoices"},
		{"rate 1/s blend kyc 1\n", "'blend' is too much here", ""},
		/* when */
		{"at\n", "a duration is missing after at", "such as 500ms"},
		{"at 5\n", "'5' is no duration", "such as 500ms"},
		{"at 5x invoice a\n", "'5x' is no duration", "366d"},
		{"at 9s..3s invoice a\n", "'9s..3s' is no duration", "3s..8s"},
		{"at 367d invoice a\n", "'367d' is no duration", "366d"},
		{"at 99999999999999999999s invoice a\n", "is no duration", "366d"},
		{"+ invoice a\n", "'+' is no duration", "such as"},
		{"+4 invoice a\n", "'+4' is no duration", "such as"},
		{"at 1s\n", "what happens then? a verb is missing", ""},
		{"chance invoice a\n", "'invoice' is no chance", "0% to 100%"},
		{"chance 101% invoice a\n", "'101%' is no chance", "0% to 100%"},
		{"chance 5 invoice a\n", "'5' is no chance", "0% to 100%"},
		{"chance\n", "'' is no chance", "0% to 100%"},
		{"every\n", "a duration is missing after every", "such as"},
		{"every 0s invoice a\n", "'every' needs time to pass", "1ms"},
		{"every 1s times 0 invoice a\n", "times: '0' will not do", "1000000"},
		{"every 1s times\n", "times: '' will not do", "1000000"},
		{"every 1s until\n", "a duration is missing after until", "such as"},
		{"every 1s\ninvoice a\n", "test:3: the `every` above has nothing to do", ""},
		{"every 1s\n", "the `every` above has nothing to do", ""},
		{"every 1s\n  every 1s invoice a\n", "test:3: `every` within `every`", ""},
		{"every 1s\n  invoice a\n  confrim a\n", "test:4: there is no verb 'confrim'",
		 "confirm"},
		/* verbs and names */
		{"invioce a\n", "there is no verb 'invioce'", "say customer kyc approve"},
		{"\"invoice\" a\n", "there is no verb 'invoice'", "invoice"},
		{"invoice\n", "invoice whom? give a name", ""},
		{"invoice A\n", "'A' is no name", "a small letter"},
		{"invoice 1a\n", "'1a' is no name", "a small letter"},
		{"invoice new\n", "'new' is no name", ""},
		{"invoice abcdefghijklmnopqrstuvwxyzabcdef\n", "is no name", "31 at most"},
		{"invoice a\ninvoice a\n", "test:3: 'a' is an invoice already", ""},
		{"invoice a\nkyc a\n", "kyc does nothing with 'a', which is an invoice",
		 "a customer"},
		{"pay a\n", "nothing above is called 'a'", ""},
		{"invoice b\norder c\npay a\n", "nothing above is called 'a'", "known: b, c"},
		{"every 1s\n  invoice a\npay a\n", "nothing above is called 'a'", ""},
		{"invoice a\napprove a\n", "approve does nothing with 'a', which is an invoice",
		 "it takes a customer"},
		{"payout p\npay p\n", "pay does nothing with 'p', which is a payout",
		 "an invoice or an order"},
		{"payout p\nreceive p\n", "receive does nothing with 'p', which is a payout",
		 "it takes a deposit"},
		{"deposit d\npay d\n", "pay does nothing with 'd', which is a deposit",
		 "an invoice or an order"},
		{"deposit d\nfail d account_closed\n", "fail knows nothing of 'account_closed'",
		 "nothing more"},
		{"deposit d rail sepa\n", "deposit knows nothing of 'rail'",
		 "amount, customer, country, network"},
		{"order o\nprocess o\n", "which is an order", "a payout"},
		{"kyc c\nship c\n", "which is a customer", "an order"},
		/* words */
		{"invoice a amont 5\n", "invoice knows nothing of 'amont'",
		 "amount, customer, description, expires"},
		{"invoice a country BR\n", "invoice knows nothing of 'country'", "amount"},
		{"kyc c\napprove c now\n", "approve knows nothing of 'now'", "nothing more"},
		{"invoice a amount\n", "nothing follows amount", "dollars"},
		{"invoice a amount 5 amount 6\n", "amount is said twice", ""},
		{"invoice a amount -5\n", "amount: '-5' will not do", "dollars"},
		{"invoice a amount 0\n", "amount: '0' will not do", "dollars"},
		{"invoice a amount 1.2345\n", "amount: '1.2345' will not do", "dollars"},
		{"invoice a amount 5..4\n", "amount: '5..4' will not do", "10..90"},
		{"invoice a amount 10000001\n", "amount: '10000001' will not do", "dollars"},
		{"invoice a expires 10ms\n", "expires: '10ms' will not do", "1s to 366d"},
		{"invoice a description \"\"\n", "description: '' will not do", "quotes"},
		{"invoice a customer bob\n", "nothing above is called 'bob'", ""},
		{"invoice b\ninvoice a customer b\n", "'b' is an invoice, no customer",
		 "new, known"},
		{"order o items 4\n", "items: '4' will not do", "1 to 3"},
		{"order o items 0\n", "items: '0' will not do", "1 to 3"},
		{"invoice a\npay a 0%\n", "how much: '0%' will not do", "percentage"},
		{"invoice a\npay a lots\n", "how much: 'lots' will not do", "full"},
		{"invoice a\npay a network moon\n", "network: 'moon' will not do", "solana"},
		{"invoice a\nsettle a done\n", "state: 'done' will not do", "manual or failed"},
		{"kyc c country XX\n", "country: 'XX' will not do", "two-letter"},
		{"payout p\nfail p tired\n", "code: 'tired' will not do", "account_closed"},
		{"payout p\nreturn p account_closed\n", "code: 'account_closed' will not do",
		 "beneficiary_refused, account_dormant"},
		{"say\n", "nothing follows caption", "in quotes"},
		{"say \"a\" \"b\"\n", "say knows nothing of 'b'", "nothing more"},
		/* characters */
		{"say \"a\n", "the closing \" is missing", ""},
		{"say \"a\"b\n", "a space is missing after the closing \"", ""},
		{"say \"\x1b[31m\"\n", "a control character has no place here", ""},
		{"say \"\xff\"\n", "this is not UTF-8", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char text[400];
		struct scenario *s;
		struct problem why;

		str_printf(text, sizeof(text), "%s%s",
			   bad[i].text[0] == '!' ? "" : "scenario t \"T\"\n",
			   bad[i].text + (bad[i].text[0] == '!'));
		if (parse(text, &s, &why) != E_INVALID)
			fail_msg("read: %s", bad[i].text);
		if (!strstr(why.what, bad[i].what) || !strstr(why.next, bad[i].next))
			fail_msg("%s: %s (%s)", bad[i].text, why.what, why.next);
		assert_null(s);
		assert_int_equal(strncmp(why.what, "test:", 5), 0);
	}
}

static void test_scenario_has_limits(void **state)
{
	struct scenario *s;
	struct problem why;
	struct strbuf text;

	(void)state;
	strbuf_init(&text, 1u << 20);
	strbuf_addstr(&text, "scenario t \"T\"\n");
	for (int i = 0; i < SCENARIO_CUES_MAX; i++)
		strbuf_addstr(&text, "say \"x\"\n");
	s = parse_ok(strbuf_str(&text));
	scenario_free(s);
	strbuf_addstr(&text, "say \"x\"\n");
	assert_int_equal(parse(strbuf_str(&text), &s, &why), E_INVALID);
	assert_non_null(strstr(why.what, "test:2002: a scenario has at most 2000"));

	strbuf_clear(&text);
	strbuf_addstr(&text, "scenario t \"T\"\n");
	for (int i = 0; i < SCENARIO_BLOCKS_MAX; i++)
		strbuf_addstr(&text, "every 1s invoice a\n");
	assert_int_equal(parse(strbuf_str(&text), &s, &why), E_INVALID);
	assert_non_null(strstr(why.what, "at most 99 `every`"));

	strbuf_clear(&text);
	strbuf_addstr(&text, "scenario t \"T\"\nsay");
	for (int i = 0; i < 48; i++)
		strbuf_addstr(&text, " x");
	assert_int_equal(parse(strbuf_str(&text), &s, &why), E_INVALID);
	assert_non_null(strstr(why.what, "at most 48 words"));
	strbuf_clear(&text);
	strbuf_addstr(&text, "scenario t \"T\"\nsay \"");
	for (int i = 0; i < 256; i++)
		strbuf_addch(&text, 'x');
	assert_int_equal(parse(strbuf_str(&text), &s, &why), E_INVALID);
	assert_non_null(strstr(why.what, "at most 255 bytes"));
	for (int i = 0; i < 1000; i++)
		strbuf_addch(&text, 'x');
	assert_int_equal(parse(strbuf_str(&text), &s, &why), E_INVALID);
	assert_non_null(strstr(why.what, "a line has at most 1000 bytes"));

	strbuf_clear(&text);
	while (text.len <= SCENARIO_BYTES_MAX)
		strbuf_addstr(&text, "# and so on\n");
	assert_int_equal(parse(strbuf_str(&text), &s, &why), E_LIMIT);
	strbuf_release(&text);
}

/* Built-ins with bytes changed, lines swapped and cut: read or refused, never worse. */
static void test_scenario_parser_survives_any_bytes(void **state)
{
	static const char spice[] = "\"\\# \t\n+.%0193asxyz\xc3\xa4\x00\xff";
	size_t count, refused = 0;
	const struct builtin_scenario *all = scenario_builtins(&count);
	struct rng r;

	(void)state;
	rng_seed(&r, 4242);
	for (int round = 0; round < 6000; round++) {
		const struct builtin_scenario *b = &all[rng_below(&r, count)];
		size_t len = strlen(b->text);
		char *text = xmemdup0(b->text, len);
		struct scenario *s = NULL;
		struct problem why = {0};

		for (uint64_t n = rng_below(&r, 6) + 1; n > 0; n--) {
			size_t at = rng_below(&r, len);

			if (rng_chance(&r, 30)) /* something else of itself */
				memmove(text + at, text + rng_below(&r, at + 1),
					rng_below(&r, len - at));
			else
				text[at] = spice[rng_below(&r, sizeof(spice) - 1)];
		}
		len -= rng_chance(&r, 20) ? rng_below(&r, len) : 0;
		if (scenario_parse(text, len, "fuzz", &s, round % 7 ? &why : NULL) != S_OK)
			refused++;
		else
			assert_non_null(s);
		scenario_free(s);
		free(text);
	}
	assert_in_range(refused, 1000, 5999);
}

/* --- where they come from ----------------------------------------------------------------------
 */

#define FOLDER "src/sandbox/scenarios/"

static char *read_file(const char *path)
{
	struct strbuf sb;
	char buf[4096];
	size_t n;
	FILE *f = fopen(path, "re");

	if (!f)
		fail_msg("%s: %s (run from the source's root)", path, strerror(errno));
	strbuf_init(&sb, 1u << 20);
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		strbuf_add(&sb, buf, n);
	fclose(f);
	assert_false(sb.overflow);
	return strbuf_take(&sb);
}

static void test_scenario_builtins_are_the_files_byte_for_byte(void **state)
{
	size_t count;
	const struct builtin_scenario *all = scenario_builtins(&count);
	glob_t files;

	(void)state;
	assert_int_equal(glob(FOLDER "*.scenario", 0, NULL, &files), 0);
	assert_int_equal(files.gl_pathc, count);
	globfree(&files);
	for (size_t i = 0; i < count; i++) {
		char path[128];
		char *file;
		struct scenario *s;

		str_printf(path, sizeof(path), FOLDER "%s.scenario", all[i].name);
		file = read_file(path);
		if (!str_equal(file, all[i].text))
			fail_msg("%s differs: run " FOLDER "embed.sh", path);
		s = parse_ok(file);
		assert_string_equal(s->name, all[i].name);
		assert_string_equal(s->title, all[i].title);
		assert_string_equal(s->title, director_describe(all[i].name));
		scenario_free(s);
		free(file);
	}
}

static void test_scenario_open_finds_builtins_then_files(void **state)
{
	struct scenario *s = NULL;
	struct problem why = {0};

	(void)state;
	assert_int_equal(scenario_open("tour", &s, &why), S_OK);
	scenario_free(s);
	assert_int_equal(scenario_open(FOLDER "tour.scenario", &s, &why), S_OK);
	assert_string_equal(s->name, "tour");
	scenario_free(s);
	s = NULL;
	assert_int_equal(scenario_open("opera", &s, &why), E_NOT_FOUND);
	assert_non_null(strstr(why.what, "'opera'"));
	assert_non_null(strstr(why.next, "--list-scenarios"));
	assert_int_equal(scenario_open("src", &s, &why), E_IO); /* a folder */
	assert_int_equal(scenario_open("Makefile", &s, &why), E_INVALID);
	assert_null(s);
}

/* The manual's example is a scenario, and tells its story. */
static void test_scenario_example_of_the_manual_is_told(void **state)
{
	static const char fence[] = "```scenario\n";
	char *manual = read_file("docs/SCENARIOS.md");
	char *from = strstr(manual, fence), *to = from ? strstr(from + 1, "\n```\n") : NULL;
	struct scenario *s = NULL;
	struct problem why = {0};
	size_t count;
	const struct verb *verbs = scenario_verbs(&count);

	(void)state;
	assert_non_null(to);
	from += strlen(fence);
	if (scenario_parse(from, (size_t)(to + 1 - from), "SCENARIOS.md", &s, &why) != S_OK)
		fail_msg("%s (%s)", why.what, why.next);
	assert_string_equal(s->name, "cafe");
	assert_int_equal(s->block_count, 2);
	for (size_t i = 0; i < count; i++) { /* no verb is left out */
		char word[32];

		str_printf(word, sizeof(word), "`%s", verbs[i].name);
		if (!strstr(manual, word))
			fail_msg("the manual does not tell of %s", verbs[i].name);
	}
	for (size_t i = 0; i < WORD_COUNT; i++) {
		static const char *const names[] = {
#define X(id, keyword, how, must_be) keyword,
			WORDS(X)
#undef X
		};

		if (i >= BARE_WORDS && !strstr(manual, names[i]))
			fail_msg("the manual does not tell of %s", names[i]);
	}
	scenario_free(s);
	free(manual);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scenario_reads_what_is_said_about_the_whole),
		cmocka_unit_test(test_scenario_reads_times),
		cmocka_unit_test(test_scenario_reads_words_in_any_order),
		cmocka_unit_test(test_scenario_reads_blocks),
		cmocka_unit_test(test_scenario_refuses_with_the_line_and_what_is_allowed),
		cmocka_unit_test(test_scenario_has_limits),
		cmocka_unit_test(test_scenario_parser_survives_any_bytes),
		cmocka_unit_test(test_scenario_builtins_are_the_files_byte_for_byte),
		cmocka_unit_test(test_scenario_open_finds_builtins_then_files),
		cmocka_unit_test(test_scenario_example_of_the_manual_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What the desk remembers: there and back, damage, and what must never be in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/remember_parts.h"
#include "scratch.h"

#include "base/strbuf.h"
#include "views/list_pane.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct desk {
	struct store *store;
	struct outbox out;
	struct screen screen;
	char dir[64];
};

static void desk_open(struct desk *d)
{
	struct view_context ctx = {.now_ms = 1768478400000, .server = "test"};
	struct problem why;

	d->store = store_new();
	outbox_init(&d->out);
	assert_int_equal(screen_init(&d->screen, d->store, &d->out, &ctx, &why), S_OK);
}

static void desk_close(struct desk *d)
{
	screen_release(&d->screen);
	store_free(d->store);
}

static int setup(void **state)
{
	struct desk *d = calloc(1, sizeof(*d));

	scratch_path(d->dir, sizeof(d->dir), "pepaytop-desk-XXXXXX");
	assert_non_null(mkdtemp(d->dir));
	desk_open(d);
	*state = d;
	return 0;
}

static int teardown(void **state)
{
	struct desk *d = *state;
	char command[128];
	static const char *const FILES[] = {"state/desk.ini", "desk.ini", "state"};

	for (size_t i = 0; i < COUNT(FILES); i++) {
		(void)snprintf(command, sizeof(command), "%s/%s", d->dir, FILES[i]);
		(void)remove(command);
	}
	assert_int_equal(rmdir(d->dir), 0); /* nothing else was left */
	desk_close(d);
	free(d);
	return 0;
}

static const char *text_of(struct desk *d)
{
	static char buf[65536];
	struct strbuf sb;

	strbuf_init(&sb, sizeof(buf) - 1);
	remember_write(&d->screen, &sb);
	(void)str_copy(buf, sizeof(buf), strbuf_str(&sb));
	strbuf_release(&sb);
	return buf;
}

static const char *longest_line(void)
{
	static char line[PROMPT_MAX + 1];

	memset(line, '\\', PROMPT_MAX);
	return line;
}

static void fill(struct desk *d)
{
	struct prompts *p = &d->screen.prompts;
	struct problem why;

	assert_int_equal(named_set(&p->named, "late-ones", "status:late amount>100", &why), S_OK);
	assert_int_equal(named_set(&p->named, "odd", "a\\nb = [c] # é", &why), S_OK);
	prompt_remember(&p->lines[PROMPT_FILTER], "status:paid");
	prompt_remember(&p->lines[PROMPT_FILTER], "@late-ones");
	prompt_remember(&p->lines[PROMPT_LOOK_UP], "order\ncust_8F3KQ2A");
	prompt_remember(&p->lines[PROMPT_COMMAND], "sort -amount");
	prompt_remember(&p->lines[PROMPT_COMMAND], longest_line()); /* longer, written */
}

static void test_what_is_remembered_comes_back(void **state)
{
	struct desk *d = *state, *e = calloc(1, sizeof(*e));
	struct remember *r = remember_new(NULL, NULL);
	char *before;

	fill(d);
	list_pane_sort(&d->screen.panes[PANE_INVOICES], SORT_AMOUNT, true);
	before = strdup(text_of(d));
	desk_open(e);
	remember_read(r, &e->screen, before, strlen(before));
	assert_string_equal(text_of(e), before);
	assert_string_equal(named_find(&e->screen.prompts.named, "odd"), "a\\nb = [c] # é");
	assert_string_equal(e->screen.prompts.lines[PROMPT_LOOK_UP].history[0],
			    "order\ncust_8F3KQ2A");
	assert_int_equal(e->screen.prompts.lines[PROMPT_FILTER].history_count, 2);
	assert_int_equal(e->screen.prompts.lines[PROMPT_COMMAND].history_count, 2);
	assert_string_equal(e->screen.prompts.lines[PROMPT_COMMAND].history[1], longest_line());
	assert_int_equal(list_pane(&e->screen.panes[PANE_INVOICES])->listing.sort, SORT_AMOUNT);
	assert_true(list_pane(&e->screen.panes[PANE_INVOICES])->listing.reverse);
	free(before);
	desk_close(e);
	free(e);
	remember_free(r);
}

static void test_no_secret_is_remembered(void **state)
{
	static const char *const LINES[] = {
		"https://pay.example.com/pay?session=pst_abcdef&signature=sig_abcdef",
		"pst_abcdef",
		"x-api-key: sk_live_abcdefgh",
	};
	struct desk *d = *state;
	struct remember *r = remember_new(NULL, NULL);
	struct prompts *p = &d->screen.prompts;
	struct problem why;

	for (size_t i = 0; i < COUNT(LINES); i++)
		for (int k = 0; k < PROMPT_KIND_COUNT; k++)
			prompt_remember(&p->lines[k], LINES[i]);
	assert_int_equal(named_set(&p->named, "x", "pst_abcdef", &why), S_OK);
	assert_null(strstr(text_of(d), "abcdef"));
	remember_read(r, &d->screen, "[find history]\n= pst_abcdef\n", 28);
	assert_null(strstr(text_of(d), "abcdef"));
	remember_free(r);
}

static void test_damaged_lines_are_passed_over(void **state)
{
	static const char TEXT[] = "no section\n"
				   "[filters]\n"
				   "late = status:late\n"
				   "two words = x\n"
				   "nothing\n"
				   "bin\x01"
				   "ary = x\n"
				   "bad\xff = x\n"
				   "\n"
				   "[command history]\r\n"
				   "= zoom\r\n"
				   "zoom\n"
				   "[tables]\n"
				   "nonsense !!\n"
				   "invoices sort=\n"
				   "[filters]\n"
				   "big = amount>1000"; /* cut short */
	struct desk *d = *state;
	struct remember *r = remember_new(NULL, NULL);
	struct prompts *p = &d->screen.prompts;

	remember_read(r, &d->screen, TEXT, sizeof(TEXT) - 1);
	assert_int_equal(p->named.count, 2);
	assert_string_equal(named_find(&p->named, "late"), "status:late");
	assert_string_equal(named_find(&p->named, "big"), "amount>1000");
	assert_int_equal(p->lines[PROMPT_COMMAND].history_count, 1);
	assert_string_equal(p->lines[PROMPT_COMMAND].history[0], "zoom");
	assert_string_equal(remember_complaint(r),
			    "desk.ini line 1: it stands in no section; it is passed over");
	remember_free(r);
}

/* --- two desks, and a person with an editor ------------------------------------------------- */

static char *merged(const char *before, const char *now, const char *there)
{
	struct strbuf b, n, t, ret;

	strbuf_init(&b, 65536);
	strbuf_init(&n, 65536);
	strbuf_init(&t, 65536);
	strbuf_init(&ret, 65536);
	strbuf_addstr(&b, before);
	strbuf_addstr(&n, now);
	strbuf_addstr(&t, there);
	remember_merge(&b, &n, &t, &ret);
	strbuf_release(&b);
	strbuf_release(&n);
	strbuf_release(&t);
	return strbuf_take(&ret);
}

#define HEAD "# What pepaytop remembers. It writes this file itself.\n"

static void test_what_changed_here_is_put_into_what_is_there(void **state)
{
	static const struct {
		const char *before, *now, *there, *want;
	} ROWS[] = {
		{"", "", "", HEAD},
		{"", "[filters]\na = x\n", "", HEAD "\n[filters]\na = x\n"},
		/* each adds one */
		{"[filters]\na = x\n", "[filters]\na = x\nb = y\n", "[filters]\na = x\nc = z\n",
		 "[filters]\na = x\nc = z\nb = y\n"},
		/* one changes, the other takes away */
		{"[filters]\na = x\nb = y\n", "[filters]\na = other\n",
		 "[filters]\na = x\nb = y\nc = z\n", "[filters]\na = other\nc = z\n"},
		/* what only the other changed stays as they have it */
		{"[filters]\na = x\nb = y\n", "[filters]\na = x\nb = y\nd = 1\n",
		 "[filters]\na = theirs\n", "[filters]\na = theirs\nd = 1\n"},
		/* comments, what is broken, what is of others, and the order of all of it */
		{"[filters]\na = x\n", "[filters]\na = y\n",
		 "junk\n# mine\n[filters]\n# of a\na = x\nnothing\nb\xff\n\n[dashboards]\nmain = "
		 "2x2\na = x\n",
		 "junk\n# mine\n[filters]\n# of a\na = y\nnothing\nb\xff\n\n[dashboards]\nmain = "
		 "2x2\na = x\n"},
		/* a section that is not there, and one that is there twice */
		{"", "[tables]\ninvoices sort=amount\n", "[filters]\na = x\n",
		 "[filters]\na = x\n\n[tables]\ninvoices sort=amount\n"},
		{"[filters]\na = x\n", "[filters]\na = 2\n",
		 "[filters]\na = x\n[tables]\n[filters]\na = 1\n",
		 "[filters]\na = 2\n[tables]\n[filters]\n"},
		/* tables by their pane; back as it was at first */
		{"[tables]\ninvoices sort=amount\n", "[tables]\norders reverse\n",
		 "[tables]\ninvoices sort=amount\npayouts sort=age\n",
		 "[tables]\npayouts sort=age\norders reverse\n"},
		/* histories: what was typed last stands last, once */
		{"[find history]\n= a\n= b\n= c\n", "[find history]\n= b\n= c\n= a\n= d\n",
		 "[find history]\n= a\n= b\n= c\n= theirs\n",
		 "[find history]\n= b\n= c\n= theirs\n= a\n= d\n"},
		{"[find history]\n= a\n= b\n", "[find history]\n= a\n",
		 "[find history]\n= a\n= b\n= t\n", "[find history]\n= a\n= t\n"},
		/* no secret stays in what is ours to write */
		{"", "[find history]\n= a\n", "[find history]\n= pst_abcdefghijkl\n",
		 "[find history]\n= a\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		char *got = merged(ROWS[i].before, ROWS[i].now, ROWS[i].there);

		if (!str_equal(got, ROWS[i].want))
			fail_msg("row %zu became\n%s", i, got);
		free(got);
	}
}

static void test_a_history_of_two_keeps_its_newest_lines(void **state)
{
	struct strbuf there;
	char *got;

	(void)state;
	strbuf_init(&there, 65536);
	strbuf_addstr(&there, "[find history]\n");
	for (int i = 0; i < PROMPT_HISTORY; i++)
		strbuf_addf(&there, "= theirs %d\n", i);
	got = merged("", "[find history]\n= mine\n", strbuf_str(&there));
	assert_null(strstr(got, "= theirs 0\n"));
	assert_non_null(strstr(got, "= theirs 1\n"));
	assert_non_null(strstr(got, "= theirs 31\n= mine\n"));
	free(got);
	strbuf_release(&there);
}

/* Both began with the same file; the second to save must not undo the first. */
static void test_two_desks_lose_nothing_of_each_other(void **state)
{
	struct desk *d = *state, *e = calloc(1, sizeof(*e)), *f = calloc(1, sizeof(*f));
	struct remember *r = remember_new(d->dir, NULL), *q = remember_new(d->dir, NULL), *s;
	struct problem why;

	desk_open(e);
	desk_open(f);
	remember_load(r, &d->screen);
	remember_load(q, &e->screen);
	assert_int_equal(named_set(&d->screen.prompts.named, "mine", "status:paid", &why), S_OK);
	assert_int_equal(named_set(&e->screen.prompts.named, "theirs", "status:late", &why), S_OK);
	prompt_remember(&d->screen.prompts.lines[PROMPT_LOOK_UP], "cust_1");
	prompt_remember(&e->screen.prompts.lines[PROMPT_LOOK_UP], "cust_2");
	list_pane_sort(&e->screen.panes[PANE_INVOICES], SORT_AMOUNT, true);
	assert_int_equal(remember_save(r, &d->screen, &why), S_OK);
	assert_int_equal(remember_save(q, &e->screen, &why), S_OK);
	s = remember_new(d->dir, NULL);
	remember_load(s, &f->screen);
	assert_string_equal(named_find(&f->screen.prompts.named, "mine"), "status:paid");
	assert_string_equal(named_find(&f->screen.prompts.named, "theirs"), "status:late");
	assert_int_equal(f->screen.prompts.lines[PROMPT_LOOK_UP].history_count, 2);
	assert_true(list_pane(&f->screen.panes[PANE_INVOICES])->listing.reverse);
	assert_string_equal(remember_complaint(s), "");
	remember_free(r);
	remember_free(q);
	remember_free(s);
	desk_close(e);
	desk_close(f);
	free(e);
	free(f);
}

static void test_any_bytes_can_be_read(void **state)
{
	static const char SEED[] =
		"[filters]\nlate = status:late\n[find history]\n= a\\n\\b\n[tables]\n"
		"invoices sort=amount reverse columns=status,amount:12\n[x]\ny\n";
	struct desk *d = *state;
	struct rng rng;
	char text[sizeof(SEED)];

	rng_seed(&rng, 3);
	for (int i = 0; i < 3000; i++) {
		struct remember *r = remember_new(NULL, NULL);

		memcpy(text, SEED, sizeof(SEED));
		for (uint64_t n = rng_below(&rng, 12); n > 0; n--)
			text[rng_below(&rng, sizeof(SEED) - 1)] = (char)rng_below(&rng, 256);
		remember_read(r, &d->screen, text, rng_below(&rng, sizeof(SEED)));
		(void)text_of(d);
		remember_free(r);
	}
}

static void test_the_file_is_made_replaced_and_private(void **state)
{
	struct desk *d = *state, *e = calloc(1, sizeof(*e));
	struct remember *r;
	struct problem why;
	struct stat st;
	ino_t first;
	char dir[80], path[96];

	(void)snprintf(dir, sizeof(dir), "%s/state", d->dir);
	(void)snprintf(path, sizeof(path), "%s/desk.ini", dir);
	r = remember_new(dir, NULL);
	remember_load(r, &d->screen); /* nothing there */
	fill(d);
	assert_int_equal(remember_save(r, &d->screen, &why), S_OK);
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	first = st.st_ino;
	assert_int_equal(remember_save(r, &d->screen, &why), S_OK);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_ino, first); /* nothing changed, nothing was written */
	prompt_remember(&d->screen.prompts.lines[PROMPT_COMMAND], "zoom");
	assert_int_equal(remember_save(r, &d->screen, &why), S_OK);
	assert_int_equal(stat(path, &st), 0);
	assert_int_not_equal(st.st_ino, first);
	remember_free(r);

	desk_open(e);
	r = remember_new(dir, NULL);
	remember_load(r, &e->screen);
	assert_string_equal(named_find(&e->screen.prompts.named, "late-ones"),
			    "status:late amount>100");
	assert_int_equal(remember_save(r, &e->screen, &why), S_OK);
	remember_free(r);
	desk_close(e);
	free(e);
}

static void test_a_folder_that_cannot_be_written_is_told_once(void **state)
{
	struct desk *d = *state;
	char path[96];
	struct remember *r;
	struct problem why;
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/state", d->dir);
	file = fopen(path, "w"); /* no folder */
	assert_non_null(file);
	(void)fclose(file);
	r = remember_new(path, NULL);
	remember_load(r, &d->screen);
	fill(d);
	assert_int_equal(remember_save(r, &d->screen, &why), E_IO);
	assert_int_equal(remember_save(r, &d->screen, &why), S_OK);
	prompt_remember(&d->screen.prompts.lines[PROMPT_COMMAND], "zoom");
	assert_int_equal(remember_save(r, &d->screen, &why), E_IO);
	remember_free(r);
}

static void test_without_a_folder_nothing_is_written(void **state)
{
	struct desk *d = *state;
	struct remember *r = remember_new(NULL, NULL);
	struct problem why;

	remember_load(r, &d->screen);
	fill(d);
	assert_int_equal(remember_save(r, &d->screen, &why), S_OK);
	remember_free(r);
}

static void test_what_is_no_file_is_not_read(void **state)
{
	struct desk *d = *state;
	struct remember *r = remember_new(d->dir, NULL);
	char path[96];

	(void)snprintf(path, sizeof(path), "%s/desk.ini", d->dir);
	assert_int_equal(mkdir(path, 0700), 0);
	remember_load(r, &d->screen);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	remember_load(r, &d->screen);
	assert_int_equal(d->screen.prompts.named.count, 0);
	remember_free(r);
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_what_is_remembered_comes_back),
		test(test_no_secret_is_remembered),
		test(test_damaged_lines_are_passed_over),
		test(test_what_changed_here_is_put_into_what_is_there),
		test(test_a_history_of_two_keeps_its_newest_lines),
		test(test_two_desks_lose_nothing_of_each_other),
		test(test_any_bytes_can_be_read),
		test(test_the_file_is_made_replaced_and_private),
		test(test_a_folder_that_cannot_be_written_is_told_once),
		test(test_without_a_folder_nothing_is_written),
		test(test_what_is_no_file_is_not_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

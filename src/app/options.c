#include "app/options.h"

#include "app/options_values.h"
#include "base/alloc.h"
#include "base/strbuf.h"

#include <stddef.h>

#define FLAG_CAP 32
#define SEE_HELP "pepaytop --help lists the options"

struct option_row {
	const char *flag, *arg, *env, *help;
	unsigned fits; /* enum option_for */
	size_t offset; /* of the member in struct options */
};

static const struct option_row OPTION_ROWS[] = {
#define X(member, flag, arg, env, fits, help) \
	{flag, arg, env, help, fits, offsetof(struct options, member)},
	OPTIONS(X)
#undef X
};
#define OPTION_COUNT (sizeof(OPTION_ROWS) / sizeof(OPTION_ROWS[0]))

static const char *const OPTION_FLAGS[OPTION_COUNT] = {
#define X(member, flag, arg, env, fits, help) flag,
	OPTIONS(X)
#undef X
};

/* People try these; each would show the key to everyone who can run ps. */
static const char *const SECRET_FLAGS[] = {
	"key",          "api-key",          "apikey", "merchant-key", "merchant-api-key",
	"commerce-key", "commerce-api-key", "secret", "token",        "password",
	NULL,
};
static const char *const SECRET_SHAPES[] = {"pk_", "sk_", "ck_", "pst_", "whsec_", NULL};

static const struct run_row {
	const char *word, *help;
} RUN_ROWS[RUN_COUNT] = {
#define X(constant, word, help) [constant] = {word, help},
	RUNS(X)
#undef X
};

const char *run_word(enum run r)
{
	return RUN_ROWS[r].word;
}

/* One walk over argv. */
struct option_walk {
	int argc;
	char *const *argv;
	int at;
	bool given[OPTION_COUNT]; /* as a flag, not by the environment */
};

static bool word_in(const char *word, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(word, *list) == 0)
			return true;
	return false;
}

static bool looks_secret(const char *word)
{
	for (const char *const *shape = SECRET_SHAPES; *shape != NULL; shape++)
		if (str_starts_with(word, *shape))
			return true;
	return false;
}

static const char **option_slot(struct options *o, size_t row)
{
	return (const char **)(void *)((char *)o + OPTION_ROWS[row].offset);
}

static void option_set(struct options *o, size_t row, const char *value)
{
	const char **slot = option_slot(o, row);
	char *copy = xstrdup(value);
	size_t i = 0;
	while (i < o->storage_count && o->storage[i] != *slot)
		i++;
	if (i < o->storage_count)
		free(o->storage[i]);
	else
		o->storage_count++;
	o->storage[i] = copy;
	*slot = copy;
}

static enum status option_unknown(const char *flag, struct problem *reterr)
{
	if (word_in(flag, SECRET_FLAGS))
		return problem_set(
			reterr, E_INVALID,
			"put it in a 0600 file for --key-file or --commerce-key-file, or in "
			"PEPAY_API_KEY or PEPAY_COMMERCE_API_KEY",
			"--%s is refused: everyone on this machine can read a key on a "
			"command line",
			flag);
	if (strcmp(flag, "demo") == 0)
		return problem_set(reterr, E_INVALID, "did you mean pepaytop demo?",
				   "unknown option --demo");
	const char *nearest = value_nearest(flag, OPTION_FLAGS, OPTION_COUNT);
	if (nearest == NULL)
		return problem_set(reterr, E_INVALID, SEE_HELP, "unknown option --%s", flag);
	char next[FLAG_CAP + 24];
	str_printf(next, sizeof(next), "did you mean --%s?", nearest);
	return problem_set(reterr, E_INVALID, next, "unknown option --%s", flag);
}

/* `inline_value` is what stood after '=', or NULL. */
static enum status option_take(struct options *o, struct option_walk *walk, size_t row,
			       const char *inline_value, struct problem *reterr)
{
	const struct option_row *r = &OPTION_ROWS[row];
	const char *value = inline_value;
	if (r->arg[0] == '\0') {
		if (value != NULL)
			return problem_set(reterr, E_INVALID, SEE_HELP, "--%s takes no value",
					   r->flag);
		value = "1";
	} else if (value == NULL && walk->at + 1 < walk->argc &&
		   !str_starts_with(walk->argv[walk->at + 1], "--")) {
		value = walk->argv[++walk->at];
	}
	if (value == NULL || *value == '\0')
		return problem_set(reterr, E_INVALID, SEE_HELP, "--%s needs a value: --%s=%s",
				   r->flag, r->flag, r->arg);
	walk->given[row] = true;
	option_set(o, row, value);
	return S_OK;
}

static enum status option_long(struct options *o, struct option_walk *walk, const char *word,
			       struct problem *reterr)
{
	char flag[FLAG_CAP];
	const char *equals = strchr(word, '=');
	size_t len = equals != NULL ? (size_t)(equals - word) : strlen(word);
	if (len >= sizeof(flag))
		return problem_set(reterr, E_INVALID, SEE_HELP, "unknown option --%.20s...", word);
	memcpy(flag, word, len);
	flag[len] = '\0';
	for (size_t row = 0; row < OPTION_COUNT; row++)
		if (strcmp(flag, OPTION_ROWS[row].flag) == 0)
			return option_take(o, walk, row, equals != NULL ? equals + 1 : NULL,
					   reterr);
	return option_unknown(flag, reterr);
}

static enum status option_short(struct options *o, struct option_walk *walk, const char *word,
				struct problem *reterr)
{
	if (strcmp(word, "-h") == 0)
		return option_long(o, walk, "help", reterr);
	if (strcmp(word, "-V") == 0)
		return option_long(o, walk, "version", reterr);
	return problem_set(reterr, E_INVALID, SEE_HELP, "unknown option %.12s", word);
}

static enum status option_run_unknown(const char *word, struct problem *reterr)
{
	const char *words[RUN_COUNT];
	char next[FLAG_CAP + 24] = SEE_HELP;
	for (size_t i = 0; i < RUN_COUNT; i++)
		words[i] = RUN_ROWS[i].word;
	const char *nearest = value_nearest(word, words + 1, RUN_COUNT - 1);
	if (nearest != NULL)
		str_printf(next, sizeof(next), "did you mean %s?", nearest);
	return problem_set(reterr, E_INVALID, next, "unknown command '%.60s'", word);
}

static enum status option_positional(struct options *o, const char *word, struct problem *reterr)
{
	if (looks_secret(word))
		return problem_set(reterr, E_INVALID, "use --key-file or PEPAY_API_KEY",
				   "a key on the command line is refused: everyone on this machine "
				   "can read it there");
	if (o->run == RUN_OPEN && o->file == NULL) {
		o->file = o->storage[o->storage_count++] = xstrdup(word);
		return S_OK;
	}
	if (o->run != RUN_WATCH)
		return problem_set(reterr, E_INVALID, SEE_HELP, "unexpected argument '%.60s'",
				   word);
	for (int r = RUN_WATCH + 1; r < RUN_COUNT; r++) {
		if (strcmp(word, RUN_ROWS[r].word) == 0) {
			o->run = (enum run)r;
			return S_OK;
		}
	}
	return option_run_unknown(word, reterr);
}

static enum status options_walk(struct options *o, struct option_walk *walk, struct problem *reterr)
{
	bool only_words = false;
	for (walk->at = 1; walk->at < walk->argc; walk->at++) {
		const char *word = walk->argv[walk->at];
		enum status st;
		if (!only_words && strcmp(word, "--") == 0) {
			only_words = true;
			continue;
		}
		if (only_words || word[0] != '-' || word[1] == '\0')
			st = option_positional(o, word, reterr);
		else if (word[1] == '-')
			st = option_long(o, walk, word + 2, reterr);
		else
			st = option_short(o, walk, word, reterr);
		if (st != S_OK)
			return st;
	}
	return S_OK;
}

static enum status option_misfit(const struct options *o, const struct option_row *row,
				 struct problem *reterr)
{
	char next[80];
	if (o->run == RUN_DEMO && (row->fits & FOR_WATCH) != 0)
		return problem_set(reterr, E_INVALID, "leave out one of the two",
				   "--%s does not go with demo, which has its own local Pepay",
				   row->flag);
	for (int r = RUN_WATCH + 1; r < RUN_COUNT; r++) {
		if (o->run != RUN_WATCH || (row->fits & 1u << r) == 0)
			continue;
		str_printf(next, sizeof(next), "pepaytop %s starts it", RUN_ROWS[r].word);
		return problem_set(reterr, E_INVALID, next, "--%s is for the %s", row->flag,
				   RUN_ROWS[r].word);
	}
	return problem_set(reterr, E_INVALID, SEE_HELP, "--%s means nothing to %s", row->flag,
			   RUN_ROWS[o->run].word);
}

/* What was asked for must be able to mean something: silence would be a lie. */
static enum status options_fit(const struct options *o, const struct option_walk *walk,
			       struct problem *reterr)
{
	for (size_t row = 0; row < OPTION_COUNT; row++) {
		if (walk->given[row] && (OPTION_ROWS[row].fits & 1u << o->run) == 0)
			return option_misfit(o, &OPTION_ROWS[row], reterr);
	}
	if (o->run == RUN_OPEN && o->file == NULL)
		return problem_set(reterr, E_INVALID, "pepaytop open FILE.zip",
				   "open needs the file of a case");
	if (o->size != NULL && o->script == NULL)
		return problem_set(reterr, E_INVALID, "a terminal has its own size",
				   "--size goes with --script");
	if (o->history != NULL && o->no_history != NULL)
		return problem_set(reterr, E_INVALID, "leave out one of the two",
				   "--history does not go with --no-history");
	return S_OK;
}

enum status options_parse(struct options *o, int argc, char *const *argv,
			  const char *(*env)(const char *name), struct problem *reterr)
{
	struct options parsed = {0};
	struct option_walk walk = {.argc = argc, .argv = argv};
	for (size_t row = 0; row < OPTION_COUNT; row++) {
		const char *name = OPTION_ROWS[row].env;
		const char *value = *name != '\0' ? env(name) : NULL;
		if (value != NULL && *value != '\0')
			option_set(&parsed, row, value);
	}
	enum status st = options_walk(&parsed, &walk, reterr);
	/* Asking for help is never wrong because of what else stands there. */
	if (st == S_OK && parsed.help == NULL && parsed.version == NULL)
		st = options_fit(&parsed, &walk, reterr);
	if (st != S_OK) {
		options_release(&parsed);
		return st;
	}
	*o = parsed;
	return S_OK;
}

void options_release(struct options *o)
{
	for (size_t i = 0; i < o->storage_count; i++)
		free(o->storage[i]);
	*o = (struct options){0};
}

#define HELP_MAX    16384
#define HELP_COLUMN 34

static const char HELP_TITLE[] = "pepaytop " PEPAYTOP_VERSION ": payments, live in a terminal\n\n";

static const char HELP_TAIL[] =
	"\n"
	"environment: PEPAY_API_KEY and PEPAY_COMMERCE_API_KEY hold keys (a --key-file wins);\n"
	"  NO_COLOR, PEPAYTOP_NO_COLOR, CLICOLOR and CLICOLOR_FORCE are obeyed.\n"
	"exit status: 0 ok, 1 failed, 2 usage or configuration, 3 connection,\n"
	"  6 the history is not complete (verify).\n";

static void help_runs(struct strbuf *sb)
{
	for (int r = 0; r < RUN_COUNT; r++) {
		size_t start = sb->len;
		strbuf_addf(sb, "%s pepaytop %s%s%s[options]", r == 0 ? "usage:" : "      ",
			    RUN_ROWS[r].word, r == 0 ? "" : " ", r == RUN_OPEN ? "FILE " : "");
		strbuf_addf(sb, "%*s%s\n", HELP_COLUMN + 3 - (int)(sb->len - start), "",
			    RUN_ROWS[r].help);
	}
}

char *options_help(void)
{
	struct strbuf sb;
	strbuf_init(&sb, HELP_MAX);
	strbuf_addstr(&sb, HELP_TITLE);
	help_runs(&sb);
	strbuf_addstr(&sb, "\noptions:\n");
	for (size_t row = 0; row < OPTION_COUNT; row++) {
		const struct option_row *r = &OPTION_ROWS[row];
		const char *shorter = strcmp(r->flag, "help") == 0      ? "-h, "
				      : strcmp(r->flag, "version") == 0 ? "-V, "
									: "";
		size_t start = sb.len;
		strbuf_addf(&sb, "  %s--%s%s%s", shorter, r->flag, *r->arg != '\0' ? " " : "",
			    r->arg);
		strbuf_addf(&sb, "%*s%s\n", HELP_COLUMN - (int)(sb.len - start), "", r->help);
		if (*r->env != '\0')
			strbuf_addf(&sb, "%*s(or %s)\n", HELP_COLUMN, "", r->env);
	}
	strbuf_addstr(&sb, HELP_TAIL);
	return strbuf_take(&sb);
}

#include "sandbox/options.h"

#include "base/strbuf.h"

#include <errno.h>

enum option_id {
#define X(id, name, letter, argument, help) OPT_##id,
	OPTIONS(X)
#undef X
		OPT_COUNT
};

struct option_row {
	const char *name;
	char letter;
	const char *argument; /* NULL: takes none */
	const char *help;
};

static const struct option_row option_rows[] = {
#define X(id, name, letter, argument, help) [OPT_##id] = {name, letter, argument, help},
	OPTIONS(X)
#undef X
};

/* --- values --------------------------------------------------------------------- */

static enum status option_bad(enum option_id id, const char *value, const char *next,
			      struct problem *reterr)
{
	return problem_set(reterr, E_INVALID, next, "--%s: '%s' is not %s", option_rows[id].name,
			   value, option_rows[id].argument);
}

static enum status option_whole(enum option_id id, const char *text, int64_t min, int64_t max,
				int64_t *ret, struct problem *reterr)
{
	char *end;

	errno = 0;
	long long n = strtoll(text, &end, 10);
	if (errno || end == text || *end || *text == ' ' || *text == '+' || n < min || n > max)
		return option_bad(id, text, "give a whole number in range", reterr);
	*ret = n;
	return S_OK;
}

static enum status option_listen(const char *text, struct options *o, struct problem *reterr)
{
	const char *colon = strrchr(text, ':');
	size_t n = colon ? (size_t)(colon - text) : 0;
	bool bracketed = n >= 2 && text[0] == '[' && text[n - 1] == ']';
	int64_t port;

	if (!n || n >= sizeof(o->address) ||
	    option_whole(OPT_LISTEN, colon + 1, 0, 65535, &port, NULL))
		return option_bad(OPT_LISTEN, text, "for example 127.0.0.1:8080 or [::1]:0",
				  reterr);
	str_printf(o->address, sizeof(o->address), "%.*s", (int)(bracketed ? n - 2 : n),
		   text + bracketed);
	o->port = (int)port;
	return S_OK;
}

static enum status option_decimal(enum option_id id, const char *text, double most, double *ret,
				  struct problem *reterr)
{
	char *end, next[32];
	double x = strtod(text, &end);

	str_printf(next, sizeof(next), "0.1 to %.0f", most);
	/* Written so that a NaN fails too. */
	if (end == text || *end || !(x >= 0.1 && x <= most))
		return option_bad(id, text, next, reterr);
	*ret = x;
	return S_OK;
}

static enum status option_rule(enum option_id id, const char *value, struct site_rules *rules,
			       struct problem *reterr)
{
	switch (id) {
	case OPT_RATE_LIMIT:
		if (rate_parse(value, &rules->rate))
			return option_bad(id, value, "for example 100/1m, or 10/1s", reterr);
		return S_OK;
	case OPT_RETENTION_EVENTS:
		return option_whole(id, value, 1, INT64_MAX / 2, &rules->retention_events, reterr);
	case OPT_MAX_LAG:
		return option_whole(id, value, 1, INT64_MAX / 2, &rules->max_lag, reterr);
	default:
		if (when_parse_duration(value, &rules->retention_ms) || rules->retention_ms < 1000)
			return option_bad(id, value, "for example 90s, 15m, 24h or 7d", reterr);
		return S_OK;
	}
}

static enum status option_set(enum option_id id, const char *value, struct options *o,
			      struct problem *reterr)
{
	int64_t n = 0;
	enum status st = S_OK;

	switch (id) {
	case OPT_LISTEN:
		return option_listen(value, o, reterr);
	case OPT_DB:
		o->db = value;
		break;
	case OPT_SEED:
		st = option_whole(id, value, 0, INT64_MAX, &n, reterr);
		o->seed = (uint64_t)n;
		break;
	case OPT_SCENARIO:
		o->scenario = value;
		break;
	case OPT_LIST_SCENARIOS:
		o->list_scenarios = true;
		break;
	case OPT_SPEED:
		return option_decimal(id, value, 1000, &o->speed, reterr);
	case OPT_RATE:
		return option_decimal(id, value, 10000, &o->rate, reterr);
	case OPT_EPOCH:
		if (when_parse(value, &o->epoch_ms))
			return option_bad(id, value, "for example 2026-01-15T12:00:00Z", reterr);
		break;
	case OPT_EVENTS:
		return option_whole(id, value, 1, INT64_MAX, &o->events, reterr);
	case OPT_MERCHANT_KEY_FILE:
		o->merchant_key_file = value;
		break;
	case OPT_COMMERCE_KEY_FILE:
		o->commerce_key_file = value;
		break;
	case OPT_TLS_CERT:
		o->tls_cert = value;
		break;
	case OPT_TLS_KEY:
		o->tls_key = value;
		break;
	case OPT_REV_A:
		o->rules.rev_a = true;
		break;
	case OPT_RATE_LIMIT:
	case OPT_RETENTION_EVENTS:
	case OPT_RETENTION:
	case OPT_MAX_LAG:
		return option_rule(id, value, &o->rules, reterr);
	case OPT_ENABLE_CONTROL:
		o->enable_control = true;
		break;
	case OPT_WEBHOOK:
		if (o->webhook_count == OPTIONS_WEBHOOKS_MAX)
			return option_bad(id, value, "there are eight already", reterr);
		o->webhooks[o->webhook_count++] = value;
		break;
	case OPT_DIE_WITH_PARENT:
		o->die_with_parent = true;
		break;
	case OPT_LOG:
		o->log = value;
		break;
	case OPT_VERBOSE:
		o->verbose = true;
		break;
	case OPT_HELP:
		o->help = true;
		break;
	case OPT_VERSION:
		o->version = true;
		break;
	case OPT_COUNT:
		break;
	}
	return st;
}

/* --- names ------------------------------------------------------------------------ */

#define OPTION_NAME_MAX 32

static size_t option_min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;
	return m < c ? m : c;
}

/* Edits (insert, delete, replace) from one name to the other. */
static size_t option_distance(const char *a, const char *b)
{
	size_t row[OPTION_NAME_MAX + 1];
	size_t n = strlen(b);

	if (n > OPTION_NAME_MAX)
		return n;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t above = row[j];
			row[j] = option_min3(above + 1, row[j - 1] + 1,
					     diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[n];
}

static enum status option_unknown(const char *arg, const char *name, struct problem *reterr)
{
	char next[96] = "see --help";
	size_t best = 3; /* further away is no guess any more */

	for (size_t i = 0; i < OPT_COUNT; i++) {
		size_t d = option_distance(option_rows[i].name, name);
		bool prefix = strlen(name) >= 3 && str_starts_with(option_rows[i].name, name);
		if (prefix)
			d = 1;
		if (d < best) {
			best = d;
			str_printf(next, sizeof(next), "did you mean --%s?", option_rows[i].name);
		}
	}
	return problem_set(reterr, E_INVALID, next, "unknown option %s", arg);
}

static bool option_find(const char *name, size_t len, enum option_id *ret)
{
	for (size_t i = 0; i < OPT_COUNT; i++)
		if (strlen(option_rows[i].name) == len &&
		    !strncmp(option_rows[i].name, name, len)) {
			*ret = (enum option_id)i;
			return true;
		}
	return false;
}

static bool option_find_letter(char letter, enum option_id *ret)
{
	for (size_t i = 0; i < OPT_COUNT; i++)
		if (letter && option_rows[i].letter == letter) {
			*ret = (enum option_id)i;
			return true;
		}
	return false;
}

/* --- the line ------------------------------------------------------------------------ */

static enum status option_take(int argc, char *const *argv, int *i, struct options *o,
			       struct problem *reterr)
{
	const char *arg = argv[*i];
	const char *equals = strchr(arg, '=');
	enum option_id id;

	if (str_starts_with(arg, "--")) {
		size_t n = equals ? (size_t)(equals - arg) - 2 : strlen(arg) - 2;
		char name[OPTION_NAME_MAX];
		str_printf(name, sizeof(name), "%.*s", (int)n, arg + 2);
		if (!option_find(arg + 2, n, &id))
			return option_unknown(arg, name, reterr);
	} else if (arg[0] == '-' && arg[1] && !arg[2] && option_find_letter(arg[1], &id)) {
		equals = NULL;
	} else if (arg[0] == '-') {
		return problem_set(reterr, E_INVALID, "see --help", "unknown option %s", arg);
	} else {
		return problem_set(reterr, E_INVALID, "see --help", "unexpected argument '%s'",
				   arg);
	}
	if (!option_rows[id].argument && equals)
		return problem_set(reterr, E_INVALID, NULL, "--%s takes no value",
				   option_rows[id].name);
	if (!option_rows[id].argument || equals)
		return option_set(id, equals ? equals + 1 : NULL, o, reterr);
	if (*i + 1 >= argc)
		return problem_set(reterr, E_INVALID, NULL, "--%s needs %s", option_rows[id].name,
				   option_rows[id].argument);
	return option_set(id, argv[++*i], o, reterr);
}

enum status options_parse(int argc, char *const *argv, struct options *ret, struct problem *reterr)
{
	struct options o = {.address = "127.0.0.1",
			    .seed = 1,
			    .scenario = "demo",
			    .speed = 1.0,
			    .rules = {.max_lag = MAX_LAG_DEFAULT},
			    .epoch_ms = TIME_NONE};

	for (int i = 1; i < argc && !o.help && !o.version; i++) {
		enum status st = option_take(argc, argv, &i, &o, reterr);
		if (st)
			return st;
	}
	*ret = o;
	return S_OK;
}

void options_print_help(FILE *out)
{
	fputs("Usage: pepay-sandbox [OPTION]...\n"
	      "A local Pepay: the REST API and event streams on a loopback port, with a\n"
	      "merchant whose business runs by itself. Prints one line of JSON with its address\n"
	      "and keys when it is ready.\n\n",
	      out);
	for (size_t i = 0; i < OPT_COUNT; i++) {
		const struct option_row *row = &option_rows[i];
		char left[64];
		str_printf(left, sizeof(left), "%c%c%s --%s%s%s", row->letter ? '-' : ' ',
			   row->letter ? row->letter : ' ', row->letter ? "," : " ", row->name,
			   row->argument ? " " : "", row->argument ? row->argument : "");
		fprintf(out, "  %-29s %s\n", left, row->help);
	}
	fputs("\nExit status: 0 stopped by a signal or the parent's end, 1 failed, 2 bad usage.\n",
	      out);
}

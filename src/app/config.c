#include "app/options.h"

#include "app/case.h"
#include "app/config_parts.h"
#include "app/options_values.h"
#include "base/alloc.h"
#include "base/money.h"
#include "base/strbuf.h"
#include "net/http_curl.h"

#include <langinfo.h>

#define DEFAULT_URL    "https://api-beta.pepay.io"
#define DEFAULT_WIDTH  120
#define DEFAULT_HEIGHT 40
#define SPEED_MIN      100     /* thousandths */
#define SPEED_MAX      1000000 /* thousandths */
#define EVENTS_MAX     1000000000

static const char *const ENVIRONMENT_WORDS[ENVIRONMENT_COUNT] = {
#define X(constant, word) [constant] = word,
	ENVIRONMENTS(X)
#undef X
};

const char *environment_word(enum environment e)
{
	return ENVIRONMENT_WORDS[(unsigned)e < ENVIRONMENT_COUNT ? e : ENV_UNKNOWN];
}

enum environment environment_of_word(const char *word)
{
	for (int e = 0; e < ENVIRONMENT_COUNT; e++) {
		if (str_equal(ENVIRONMENT_WORDS[e], word))
			return (enum environment)e;
	}
	return ENV_UNKNOWN;
}

static char *dup_or_null(const char *s)
{
	return s != NULL ? xstrdup(s) : NULL;
}

static char *without_trailing_slashes(const char *url)
{
	size_t len = strlen(url);
	while (len > 0 && url[len - 1] == '/')
		len--;
	return xmemdup0(url, len);
}

static char *ws_url_from(const char *url)
{
	struct strbuf sb;
	strbuf_init(&sb, 4096);
	bool secure = str_starts_with(url, "https:");
	strbuf_addstr(&sb, secure ? "wss" : "ws");
	strbuf_addstr(&sb, strchr(url, ':'));
	return strbuf_take(&sb);
}

static enum status config_urls(struct config *c, const struct options *o, struct problem *reterr)
{
	const char *url = o->url != NULL ? o->url : DEFAULT_URL;
	enum status st = http_url_check(url, false, reterr);
	if (st != S_OK)
		return st;
	c->url = without_trailing_slashes(url);
	if (o->ws_url == NULL) {
		c->ws_url = ws_url_from(c->url);
		return S_OK;
	}
	st = http_url_check(o->ws_url, true, reterr);
	if (st == S_OK)
		c->ws_url = without_trailing_slashes(o->ws_url);
	return st;
}

static enum status config_key(const char *file, const char *variable,
			      const char *(*env)(const char *name), char **ret,
			      struct problem *reterr)
{
	const char *text = env(variable);
	if (file != NULL)
		return key_from_file(file, ret, reterr);
	if (text != NULL && *text != '\0')
		return key_from_text(variable, text, ret, reterr);
	return S_OK;
}

static enum status config_connect(struct config *c, const struct options *o,
				  const char *(*env)(const char *name), struct problem *reterr)
{
	enum status st = config_key(o->key_file, "PEPAY_API_KEY", env, &c->merchant_key, reterr);
	if (st == S_OK)
		st = config_key(o->commerce_key_file, "PEPAY_COMMERCE_API_KEY", env,
				&c->commerce_key, reterr);
	if (st != S_OK)
		return st;
	if (c->run == RUN_REPLAY && o->history != NULL)
		return S_OK; /* the file says whose it is */
	if (c->merchant_key == NULL && c->commerce_key == NULL)
		return problem_set(
			reterr, E_INVALID,
			"pepaytop demo shows a local sandbox; to connect, give --key-file "
			"FILE or PEPAY_API_KEY, and --url",
			"there is no API key to connect with");
	return config_urls(c, o, reterr);
}

static enum status config_environment(struct config *c, const struct options *o,
				      struct problem *reterr)
{
	c->environment = c->run == RUN_DEMO ? ENV_DEMO : ENV_UNKNOWN;
	if (c->run == RUN_DEMO || o->env == NULL)
		return S_OK;
	if (strcmp(o->env, "devnet") == 0)
		c->environment = ENV_DEVNET;
	else if (strcmp(o->env, "mainnet") == 0)
		c->environment = ENV_MAINNET;
	else
		return problem_set(reterr, E_INVALID, "devnet or mainnet",
				   "--env: '%.40s' is not an environment of Pepay", o->env);
	return S_OK;
}

static enum status config_story(struct config *c, const struct options *o, struct problem *reterr)
{
	int64_t number = 0;
	if (o->seed != NULL && (value_int64(o->seed, &number) != S_OK || number < 0))
		return problem_set(reterr, E_INVALID, "a whole number from 0 to 2^63 - 1",
				   "--seed: '%.40s' is not a seed", o->seed);
	c->has_seed = o->seed != NULL;
	c->seed = (uint64_t)number;
	if (o->speed != NULL && (money_parse_decimal(o->speed, 3, &number) != S_OK ||
				 number < SPEED_MIN || number > SPEED_MAX))
		return problem_set(reterr, E_INVALID, "a number from 0.1 to 1000",
				   "--speed: '%.40s' is not a pace", o->speed);
	if (o->events != NULL &&
	    (value_int64(o->events, &number) != S_OK || number < 1 || number > EVENTS_MAX))
		return problem_set(reterr, E_INVALID, "a whole number from 1",
				   "--events: '%.40s' is not a count", o->events);
	c->speed = dup_or_null(o->speed);
	c->events = dup_or_null(o->events);
	c->scenario = dup_or_null(o->scenario);
	return S_OK;
}

static enum status config_screen(struct config *c, const struct options *o,
				 const char *(*env)(const char *name), struct problem *reterr)
{
	enum color_wish wish = COLOR_AS_TERMINAL;
	c->width = DEFAULT_WIDTH;
	c->height = DEFAULT_HEIGHT;
	if (o->size != NULL && value_size(o->size, &c->width, &c->height) != S_OK)
		return problem_set(reterr, E_INVALID, "like 120x40, at most 1000x400",
				   "--size: '%.40s' is not a size", o->size);
	c->frozen_clock = o->clock != NULL;
	if (o->clock != NULL && when_parse(o->clock, &c->clock_ms) != S_OK)
		return problem_set(reterr, E_INVALID, "like 2026-01-15T12:00:00Z",
				   "--clock: '%.40s' is not an RFC 3339 time", o->clock);
	enum status st = color_decide(o->color, env, &wish, reterr);
	if (st != S_OK)
		return st;
	c->no_color = wish == COLOR_OFF;
	c->force_color = wish == COLOR_FORCED;
	c->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	c->ascii = o->ascii != NULL || !c->utf8;
	c->no_mouse = o->no_mouse != NULL;
	c->theme = xstrdup(o->theme != NULL ? o->theme : "dark");
	c->term_name = dup_or_null(env("TERM"));
	return S_OK;
}

static enum status config_sandbox(struct config *c, const struct options *o, const char *binary_dir,
				  struct problem *reterr)
{
	if (c->run != RUN_DEMO)
		return S_OK;
	if (o->sandbox != NULL) {
		c->sandbox = xstrdup(o->sandbox);
	} else {
		struct strbuf beside;
		strbuf_init(&beside, 8192);
		strbuf_addf(&beside, "%s/pepay-sandbox", binary_dir);
		c->sandbox = strbuf_take(&beside);
	}
	return path_executable(c->sandbox, reterr);
}

static void config_cases(struct config *c, const char *(*env)(const char *name))
{
	char dir[CASE_DIR_CAP];

	c->case_dir = case_dir(dir, env, NULL) == S_OK ? xstrdup(dir) : NULL;
}

/* A script says itself where it copies to, so that none touches what a person copied. */
static enum status config_clipboard(struct config *c, const struct options *o,
				    const char *(*env)(const char *name), struct problem *reterr)
{
	enum status st = clipboard_place_read(&c->clipboard, env, c->state_dir, reterr);
	if (st == S_OK && o->script != NULL && env("PEPAYTOP_CLIPBOARD") == NULL)
		c->clipboard.way = CLIPBOARD_NONE;
	return st;
}

enum status config_make(struct config *c, const struct options *o, const char *argv0,
			const char *(*env)(const char *name), struct problem *reterr)
{
	struct config made = {.run = o->run, .read_only = o->read_only != NULL};
	char *binary_dir = path_of_binary(argv0);
	enum status st = config_environment(&made, o, reterr);
	if (st == S_OK)
		st = config_screen(&made, o, env, reterr);
	if (st == S_OK)
		st = config_story(&made, o, reterr);
	if (st == S_OK)
		st = config_sandbox(&made, o, binary_dir, reterr);
	if (st == S_OK && made.run != RUN_DEMO && made.run != RUN_OPEN)
		st = config_connect(&made, o, env, reterr);
	if (st == S_OK)
		st = config_history(&made, o, env, reterr);
	if (st == S_OK)
		st = config_clipboard(&made, o, env, reterr);
	config_cases(&made, env);
	made.case_path = dup_or_null(o->file);
	made.theme_dirs = path_theme_dirs(binary_dir, env);
	made.filter = dup_or_null(o->filter);
	made.log_path = dup_or_null(o->log);
	made.script = dup_or_null(o->script);
	free(binary_dir);
	if (st != S_OK) {
		config_release(&made);
		return st;
	}
	*c = made;
	return S_OK;
}

void config_release(struct config *c)
{
	char *const owned[] = {c->url,       c->ws_url,  c->theme,    c->filter, c->log_path,
			       c->script,    c->speed,   c->scenario, c->events, c->sandbox,
			       c->term_name, c->history, c->state_dir};
	for (size_t i = 0; i < sizeof(owned) / sizeof(owned[0]); i++)
		free(owned[i]);
	key_wipe(c->merchant_key);
	key_wipe(c->commerce_key);
	for (size_t i = 0; c->theme_dirs != NULL && c->theme_dirs[i] != NULL; i++)
		free(c->theme_dirs[i]);
	free(c->theme_dirs);
	clipboard_place_release(&c->clipboard);
	free(c->case_dir);
	free(c->case_path);
	*c = (struct config){0};
}

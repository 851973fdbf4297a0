/*
 * The command line and environment: flags over environment over defaults
 * (product section 4). Secrets are never flags. The only place that reads getenv.
 */
#ifndef PEPAYTOP_APP_OPTIONS_H
#define PEPAYTOP_APP_OPTIONS_H

#include "base/when.h"

/*
 * X(member, long flag, argument name or "", environment or "", help). The parser, --help and the
 * manual page expand from here.
 */
#define OPTIONS(X)                                                                                 \
	X(url, "url", "URL", "PEPAY_API_URL", "REST base URL (https, or http to loopback)")        \
	X(ws_url, "ws-url", "URL", "PEPAY_WS_URL",                                                 \
	  "WebSocket base URL; default: from the REST URL")                                        \
	X(key_file, "key-file", "FILE", "", "file (0600) with the merchant API key")               \
	X(commerce_key_file, "commerce-key-file", "FILE", "", "file (0600) with the commerce key") \
	X(env, "env", "NAME", "PEPAY_ENVIRONMENT", "devnet or mainnet, when the data cannot tell") \
	X(read_only, "read-only", "", "", "refuse every request that changes something")           \
	X(theme, "theme", "NAME", "PEPAYTOP_THEME", "dark, light, mono or high-contrast")          \
	X(ascii, "ascii", "", "", "no characters beyond ASCII")                                    \
	X(color, "color", "WHEN", "", "auto, always or never; NO_COLOR is obeyed")                 \
	X(filter, "filter", "TEXT", "", "start with this filter on the Events pane")               \
	X(log, "log", "FILE", "PEPAYTOP_LOG", "write a log (0600, secrets redacted)")              \
	X(script, "script", "FILE", "", "run without a terminal, driven by a script; - is stdin")  \
	X(size, "size", "WxH", "", "screen size for --script; default 120x40")                     \
	X(clock, "clock", "TIME", "", "freeze the clock at this RFC 3339 time (scripts)")          \
	X(seed, "seed", "N", "", "demo: seed of the story; default: random")                       \
	X(speed, "speed", "X", "", "demo: pace, 0.1 to 1000; default 1")                           \
	X(scenario, "scenario", "NAME", "", "demo: which story; default demo")                     \
	X(events, "events", "N", "", "demo: stop the story after N live events")                   \
	X(sandbox, "sandbox", "FILE", "PEPAYTOP_SANDBOX", "demo: the pepay-sandbox binary")        \
	X(help, "help", "", "", "this text")                                                       \
	X(version, "version", "", "", "the version")

/* Values as text, NULL when not given; flags without an argument are "1". */
struct options {
	bool demo; /* `pepaytop demo` */
#define X(member, flag, arg, env, help) const char *member;
	OPTIONS(X)
#undef X
	char *storage[32]; /* owned copies */
	size_t storage_count;
};

/* getenv is injected as `env` so that tests can. On E_INVALID the problem names the argument and
 * the nearest valid flag. */
must_check enum status options_parse(struct options *o, int argc, char *const *argv,
				     const char *(*env)(const char *name), struct problem *reterr);
void options_release(struct options *o);
/* Caller frees. */
char *options_help(void);

/* What the program runs with, checked. Strings are owned. */
enum environment { ENV_UNKNOWN, ENV_DEMO, ENV_DEVNET, ENV_MAINNET };

struct config {
	bool demo;
	bool read_only;
	bool ascii;
	bool no_color;
	bool force_color;
	bool frozen_clock;
	int64_t clock_ms;  /* when frozen_clock */
	int width, height; /* of a script's screen */
	enum environment environment;
	char *url, *ws_url; /* without trailing slash; for a demo set once the sandbox is up */
	char *merchant_key, *commerce_key; /* NULL: none. Wiped by config_release */
	char *theme;
	char **theme_dirs; /* NULL-terminated */
	char *filter;
	char *log_path;
	char *script;
	uint64_t seed;
	bool has_seed;
	char *speed, *scenario, *events; /* checked text, passed on to the sandbox */
	char *sandbox;                   /* path of the binary, found */
	char *term_name;                 /* TERM */
	bool utf8;                       /* the locale's character set */
};

/*
 * Checks everything: URLs (http and ws only to loopback), key files (regular, owner only, 0600,
 * not a symlink; one line), keys from PEPAY_API_KEY and PEPAY_COMMERCE_API_KEY, colour rules of
 * product section 4, the sandbox beside our own binary. Without a demo and without any key:
 * E_INVALID that says how to run the demo or connect.
 */
must_check enum status config_make(struct config *c, const struct options *o, const char *argv0,
				   const char *(*env)(const char *name), struct problem *reterr);
void config_release(struct config *c);

#endif

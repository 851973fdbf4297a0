/*
 * The command line and environment: flags over environment over defaults
 * (product section 4). Secrets are never flags. The only place that reads getenv.
 */
#ifndef PEPAYTOP_APP_OPTIONS_H
#define PEPAYTOP_APP_OPTIONS_H

#include "app/clipboard.h"
#include "base/when.h"

/* What the program is asked to do. X(constant, word, help); the first has no word. */
#define RUNS(X)                                                                           \
	X(RUN_WATCH, "", "watch a Pepay account")                                         \
	X(RUN_DEMO, "demo", "watch a local sandbox: no account, no network")              \
	X(RUN_REPLAY, "replay", "play recorded history: the screens as they were")        \
	X(RUN_VERIFY, "verify", "compare the history with the server: 0 complete, 6 not") \
	X(RUN_OPEN, "open", "show a case again: the zip that C-s wrote, no network")

enum run {
#define X(constant, word, help) constant,
	RUNS(X)
#undef X
		RUN_COUNT
};
const char *run_word(enum run r);

/* Which of them an option means something to. */
enum option_for {
	FOR_WATCH = 1 << RUN_WATCH,
	FOR_DEMO = 1 << RUN_DEMO,
	FOR_REPLAY = 1 << RUN_REPLAY,
	FOR_VERIFY = 1 << RUN_VERIFY,
	FOR_OPEN = 1 << RUN_OPEN,
	FOR_ACCOUNT = FOR_WATCH | FOR_REPLAY | FOR_VERIFY, /* whose history it is */
	FOR_LIVE = FOR_WATCH | FOR_DEMO,
	FOR_SCREEN = FOR_LIVE | FOR_REPLAY | FOR_OPEN,
	FOR_ALL = FOR_SCREEN | FOR_VERIFY
};

/*
 * X(member, long flag, argument name or "", environment or "", for, help). The parser, --help and
 * the manual page expand from here.
 */
#define OPTIONS(X)                                                                                \
	X(url, "url", "URL", "PEPAY_API_URL", FOR_ACCOUNT,                                        \
	  "REST base URL (https, or http to loopback)")                                           \
	X(ws_url, "ws-url", "URL", "PEPAY_WS_URL", FOR_WATCH,                                     \
	  "WebSocket base URL; default: from the REST URL")                                       \
	X(key_file, "key-file", "FILE", "", FOR_ACCOUNT, "file (0600) with the merchant API key") \
	X(commerce_key_file, "commerce-key-file", "FILE", "", FOR_ACCOUNT,                        \
	  "file (0600) with the commerce key")                                                    \
	X(env, "env", "NAME", "PEPAY_ENVIRONMENT", FOR_ACCOUNT,                                   \
	  "devnet or mainnet, when the data cannot tell")                                         \
	X(read_only, "read-only", "", "", FOR_SCREEN,                                             \
	  "refuse every request that changes something")                                          \
	X(history, "history", "FILE", "", FOR_ALL,                                                \
	  "where events are kept; default: by account, see HISTORY")                              \
	X(no_history, "no-history", "", "", FOR_LIVE,                                             \
	  "keep nothing: what was missed or seen is gone at the end")                             \
	X(keep, "keep", "DURATION", "", FOR_LIVE,                                                 \
	  "events older than this may go; default 90d, 0 never")                                  \
	X(keep_size, "keep-size", "SIZE", "", FOR_LIVE,                                           \
	  "the history's size (K, M, G); default 2G, 0 no limit")                                 \
	X(from, "from", "TIME", "", FOR_REPLAY,                                                   \
	  "replay: begin there (RFC 3339, 14:02, or 2h ago)")                                     \
	X(since, "since", "TIME", "", FOR_VERIFY, "verify: no further back than that")            \
	X(theme, "theme", "NAME", "PEPAYTOP_THEME", FOR_SCREEN,                                   \
	  "dark, light, mono or high-contrast")                                                   \
	X(ascii, "ascii", "", "", FOR_SCREEN, "no characters beyond ASCII")                       \
	X(no_mouse, "no-mouse", "", "", FOR_SCREEN, "leave the mouse to the terminal (F2 too)")   \
	X(color, "color", "WHEN", "", FOR_SCREEN, "auto, always or never; NO_COLOR is obeyed")    \
	X(filter, "filter", "TEXT", "", FOR_SCREEN, "start with this filter on the Events pane")  \
	X(log, "log", "FILE", "PEPAYTOP_LOG", FOR_ALL, "write a log (0600, secrets redacted)")    \
	X(script, "script", "FILE", "", FOR_SCREEN,                                               \
	  "run without a terminal, driven by a script; - is stdin")                               \
	X(size, "size", "WxH", "", FOR_SCREEN, "screen size for --script; default 120x40")        \
	X(clock, "clock", "TIME", "", FOR_SCREEN,                                                 \
	  "freeze the clock at this RFC 3339 time (scripts)")                                     \
	X(seed, "seed", "N", "", FOR_DEMO, "demo: seed of the story; default: random")            \
	X(speed, "speed", "X", "", FOR_DEMO | FOR_REPLAY,                                         \
	  "demo, replay: pace, 0.1 to 1000; default 1")                                           \
	X(scenario, "scenario", "NAME", "", FOR_DEMO, "demo: which story; default demo")          \
	X(events, "events", "N", "", FOR_DEMO, "demo: stop the story after N live events")        \
	X(sandbox, "sandbox", "FILE", "PEPAYTOP_SANDBOX", FOR_DEMO,                               \
	  "demo: the pepay-sandbox binary")                                                       \
	X(help, "help", "", "", FOR_ALL, "this text")                                             \
	X(version, "version", "", "", FOR_ALL, "the version")

/* Values as text, NULL when not given; flags without an argument are "1". */
struct options {
	enum run run;
#define X(member, flag, arg, env, for, help) const char *member;
	OPTIONS(X)
#undef X
	const char *file;  /* open: the case */
	char *storage[48]; /* owned copies */
	size_t storage_count;
};

/* A time as a person says it: "2026-01-15T12:00:00Z", "14:02" (the last time it was that, UTC), or
 * "2h" ago. */
struct when_asked {
	bool given;
	bool is_ago, is_of_day;
	int64_t ms; /* since the epoch; since midnight; or ago */
};
must_check enum status when_asked_parse(const char *text, struct when_asked *ret);
int64_t when_asked_at(const struct when_asked *w, int64_t now_ms);

/* getenv is injected as `env` so that tests can. On E_INVALID the problem names the argument and
 * the nearest valid flag. */
must_check enum status options_parse(struct options *o, int argc, char *const *argv,
				     const char *(*env)(const char *name), struct problem *reterr);
void options_release(struct options *o);
/* Caller frees. */
char *options_help(void);

/* What the program runs with, checked. Strings are owned. */
/* X(constant, word as files keep it) */
#define ENVIRONMENTS(X)           \
	X(ENV_UNKNOWN, "unknown") \
	X(ENV_DEMO, "demo")       \
	X(ENV_DEVNET, "devnet")   \
	X(ENV_MAINNET, "mainnet")

enum environment {
#define X(constant, word) constant,
	ENVIRONMENTS(X)
#undef X
		ENVIRONMENT_COUNT
};
const char *environment_word(enum environment e);
enum environment environment_of_word(const char *word); /* ENV_UNKNOWN for any other */

struct config {
	enum run run;
	bool read_only;
	bool ascii;
	bool no_mouse;
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
	char *history;   /* the file asked for, NULL: by account */
	char *state_dir; /* where the history by account lies; NULL: no home directory */
	bool no_history;
	int64_t keep_ms, keep_bytes; /* 0: no limit */
	struct when_asked from;      /* replay: where to begin; verify: how far back */
	int64_t speed_milli;         /* replay: thousandths */
	uint64_t seed;
	bool has_seed;
	char *speed, *scenario, *events; /* checked text, passed on to the sandbox */
	char *sandbox;                   /* path of the binary, found */
	char *term_name;                 /* TERM */
	bool utf8;                       /* the locale's character set */
	struct clipboard_place clipboard;
	char *case_path; /* of the case to open */
	char *case_dir;  /* where cases are written; NULL: no home directory */
};

/*
 * Checks everything: URLs (http and ws only to loopback), key files (regular, owner only, 0600,
 * not a symlink; one line), keys from PEPAY_API_KEY and PEPAY_COMMERCE_API_KEY, colour rules of
 * product section 4, the sandbox beside our own binary. Without a demo and without any key:
 * E_INVALID that says how to run the demo or connect; a replay of a --history FILE needs none.
 * A script without --history runs as with --no-history, so that none writes to a home directory.
 */
must_check enum status config_make(struct config *c, const struct options *o, const char *argv0,
				   const char *(*env)(const char *name), struct problem *reterr);
void config_release(struct config *c);

#endif

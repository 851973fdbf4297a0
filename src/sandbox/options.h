/*
 * The sandbox's command line. One table (OPTIONS) is the parser, the help text and
 * the manual's source.
 */
#ifndef PEPAYTOP_SANDBOX_OPTIONS_H
#define PEPAYTOP_SANDBOX_OPTIONS_H

#include "base/when.h"
#include "sandbox/rules.h"

#include <stdio.h>

/* X(name, short letter or 0, argument or NULL, help) */
#define OPTIONS(X)                                                                                 \
	X(LISTEN, "listen", 0, "ADDR:PORT", "loopback without TLS; port 0: any [127.0.0.1:0]")     \
	X(DB, "db", 0, "PATH", "keep the ledger here and continue it [memory]")                    \
	X(SEED, "seed", 0, "N", "what ids, keys and the story are drawn from [1]")                 \
	X(SCENARIO, "scenario", 0, "NAME", "which story to play, or a file with one [demo]")       \
	X(RATE, "rate", 0, "N", "events a second of the shop's own life [the story's]")            \
	X(LIST_SCENARIOS, "list-scenarios", 0, NULL, "name the stories and exit")                  \
	X(SPEED, "speed", 0, "X", "virtual seconds a second, 0.1 to 1000 [1]")                     \
	X(EPOCH, "epoch", 0, "TIME", "virtual time at start, RFC 3339 [now]")                      \
	X(EVENTS, "events", 0, "N", "freeze the world after N live events [never]")                \
	X(MERCHANT_KEY_FILE, "merchant-key-file", 0, "PATH",                                       \
	  "key to accept [$PEPAY_API_KEY, or by seed]")                                            \
	X(COMMERCE_KEY_FILE, "commerce-key-file", 0, "PATH",                                       \
	  "likewise [$PEPAY_COMMERCE_API_KEY, or by seed]")                                        \
	X(TLS_CERT, "tls-cert", 0, "FILE", "serve TLS with this chain (PEM); then any address")    \
	X(TLS_KEY, "tls-key", 0, "FILE", "and its key (PEM), readable by its owner alone")         \
	X(RATE_LIMIT, "rate-limit", 0, "N/PERIOD", "429 beyond this, each key: 100/1m [no limit]") \
	X(RETENTION_EVENTS, "retention-events", 0, "N",                                            \
	  "streams replay the newest N events [all]")                                              \
	X(RETENTION, "retention", 0, "DURATION", "and none older than this: 24h [any age]")        \
	X(MAX_LAG, "max-lag", 0, "N", "drop streams N events behind [100000]")                     \
	X(REV_A, "rev-a", 0, NULL, "times as ISO strings, as the older docs have them")            \
	X(ENABLE_CONTROL, "enable-control", 0, NULL, "serve /_sandbox: state and faults")          \
	X(WEBHOOK, "webhook", 0, "URL", "deliver events here, loopback; repeatable")               \
	X(DIE_WITH_PARENT, "die-with-parent", 0, NULL, "stop when the starting process ends")      \
	X(LOG, "log", 0, "PATH", "append one line a request to this file")                         \
	X(VERBOSE, "verbose", 'v', NULL, "the same, on stderr")                                    \
	X(HELP, "help", 'h', NULL, "show this and exit")                                           \
	X(VERSION, "version", 'V', NULL, "show the version and exit")

#define OPTIONS_WEBHOOKS_MAX 8

struct options {
	char address[64];
	int port;
	const char *db; /* NULL: memory */
	uint64_t seed;
	const char *scenario;
	double speed;
	double rate;      /* 0: the scenario's own */
	int64_t epoch_ms; /* TIME_NONE: now */
	int64_t events;   /* 0: no limit */
	const char *merchant_key_file;
	const char *commerce_key_file;
	const char *tls_cert, *tls_key;
	struct site_rules rules;
	bool enable_control;
	const char *webhooks[OPTIONS_WEBHOOKS_MAX];
	size_t webhook_count;
	bool die_with_parent;
	const char *log;
	bool verbose;
	bool list_scenarios, help, version;
};

/*
 * Reads argv; string members point into it. E_INVALID on bad usage, with the nearest option as the
 * hint. --help and --version win over whatever follows them.
 */
must_check enum status options_parse(int argc, char *const *argv, struct options *ret,
				     struct problem *reterr);
void options_print_help(FILE *out);

#endif

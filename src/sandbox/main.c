/*
 * pepay-sandbox: a local Pepay.
 */
#include "base/alloc.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "sandbox/control.h"
#include "sandbox/director.h"
#include "sandbox/faults.h"
#include "sandbox/ledger.h"
#include "sandbox/listen.h"
#include "sandbox/options.h"
#include "sandbox/server.h"
#include "sandbox/webhooks.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#define META_STARTS "starts"

/* Signal handlers have no other way in. */
static volatile int stop_requested;
static volatile pid_t parent_pid;

static void on_stop(int signal_number)
{
	(void)signal_number;
	stop_requested = 1;
}

/* Sent when the thread that started us ends, which is not yet the end of its process. */
static void on_parent_change(int signal_number)
{
	(void)signal_number;
	if (getppid() != parent_pid)
		stop_requested = 1;
}

static void handle(int signal_number, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler};

	sigemptyset(&action.sa_mask);
	sigaction(signal_number, &action, NULL);
}

static void watch_signals(bool die_with_parent)
{
	handle(SIGTERM, on_stop);
	handle(SIGINT, on_stop);
	handle(SIGPIPE, SIG_IGN);
	if (!die_with_parent)
		return;
	handle(SIGUSR2, on_parent_change);
	prctl(PR_SET_PDEATHSIG, SIGUSR2);
	on_parent_change(SIGUSR2); /* it may have gone before prctl() */
}

/* --- keys ------------------------------------------------------------------------- */

struct key_source {
	const char *file;     /* option, or NULL */
	const char *variable; /* environment */
	const char *prefix;   /* of the generated one */
	uint64_t salt;
};

static enum status key_check(const char *key, const char *from, struct problem *reterr)
{
	size_t n = strlen(key);

	if (n < 8 || n > 63)
		return problem_set(reterr, E_INVALID, NULL, "%s: a key has 8 to 63 characters",
				   from);
	for (const char *p = key; *p; p++)
		if (*p <= ' ' || *p > '~')
			return problem_set(reterr, E_INVALID, NULL,
					   "%s: a key is printable ASCII without spaces", from);
	if (strstr(key, "_live_"))
		return problem_set(reterr, E_DENIED,
				   "the sandbox prints its keys; keep real ones out",
				   "%s holds what looks like a live key", from);
	return S_OK;
}

static enum status key_read_file(const char *path, char ret[64], struct problem *reterr)
{
	char buf[128] = "";
	FILE *f = fopen(path, "re");

	if (!f)
		return problem_set(reterr, E_IO, NULL, "cannot read %s: %s", path, strerror(errno));
	size_t n = fread(buf, 1, sizeof(buf) - 1, f);
	fclose(f);
	while (n && (buf[n - 1] == '\n' || buf[n - 1] == '\r'))
		n--;
	buf[n] = '\0';
	enum status st = key_check(buf, path, reterr);
	if (!st)
		str_copy(ret, 64, buf);
	explicit_bzero(buf, sizeof(buf));
	return st;
}

static enum status key_choose(const struct key_source *source, uint64_t seed, char ret[64],
			      struct problem *reterr)
{
	const char *given = getenv(source->variable);
	struct rng rng;
	char hex[25];

	if (source->file)
		return key_read_file(source->file, ret, reterr);
	if (given && *given) {
		enum status st = key_check(given, source->variable, reterr);
		if (!st)
			str_copy(ret, 64, given);
		return st;
	}
	rng_seed(&rng, seed ^ source->salt);
	rng_hex(&rng, hex, 12);
	str_printf(ret, 64, "%s%s", source->prefix, hex);
	return S_OK;
}

static enum status choose_keys(const struct options *o, struct world *w, struct problem *reterr)
{
	const struct key_source merchant = {.file = o->merchant_key_file,
					    .variable = "PEPAY_API_KEY",
					    .prefix = "pk_sandbox_",
					    .salt = UINT64_C(0x6d65726368616e74)};
	const struct key_source commerce = {.file = o->commerce_key_file,
					    .variable = "PEPAY_COMMERCE_API_KEY",
					    .prefix = "ck_sandbox_",
					    .salt = UINT64_C(0x636f6d6d65726365)};
	enum status st = key_choose(&merchant, o->seed, w->merchant_key, reterr);

	if (!st)
		st = key_choose(&commerce, o->seed, w->commerce_key, reterr);
	if (!st && !strcmp(w->merchant_key, w->commerce_key))
		st = problem_set(reterr, E_INVALID, NULL,
				 "the merchant key and the commerce key are the same");
	return st;
}

/* --- the world ---------------------------------------------------------------------- */

/*
 * Counts the starts of a ledger, and draws other numbers in each: the ids of an earlier one
 * would clash. The first start draws from the seed alone.
 */
static enum status number_start(struct world *w, uint64_t seed, struct problem *reterr)
{
	char *earlier = NULL, text[24];
	enum status st = ledger_begin(w->ledger, reterr);

	if (st)
		return st;
	st = ledger_meta_get(w->ledger, META_STARTS, &earlier, reterr);
	if (!st || st == E_NOT_FOUND) {
		unsigned long long n = earlier ? strtoull(earlier, NULL, 10) : 0;
		rng_seed(&w->rng, seed ^ n << 32 ^ (uint64_t)ledger_event_count(w->ledger));
		str_printf(text, sizeof(text), "%llu", n + 1);
		st = ledger_meta_set(w->ledger, META_STARTS, text, reterr);
	}
	free(earlier);
	if (!st)
		return ledger_commit(w->ledger, reterr);
	ledger_rollback(w->ledger);
	return st;
}

static enum status world_start(const struct options *o, struct world *w, struct problem *reterr)
{
	enum status st = choose_keys(o, w, reterr);

	w->real = clock_system();
	w->started_mono_ms = clock_mono_ms(&w->real);
	w->epoch_ms = o->epoch_ms == TIME_NONE ? clock_wall_ms(&w->real) : o->epoch_ms;
	w->now_ms = w->epoch_ms;
	w->speed = o->speed;
	str_copy(w->environment, sizeof(w->environment), "devnet");
	if (!st && (o->log || o->verbose)) {
		st = log_open(o->log, LOG_INFO, &w->real, &w->log, reterr);
		log_add_secret(w->log, w->merchant_key);
		log_add_secret(w->log, w->commerce_key);
	}
	if (!st)
		st = ledger_open(o->db, &w->ledger, reterr);
	/* One write to the disk for the whole start: cut off, it never was. */
	if (!st)
		st = ledger_batch_begin(w->ledger, reterr);
	if (!st)
		st = number_start(w, o->seed, reterr);
	return st;
}

/* What the command line names, for the line that says we are ready; with their secrets. */
static enum status register_webhooks(const struct options *o, struct world *w, struct json *ret,
				     struct problem *reterr)
{
	const char *secret = getenv("PEPAY_WEBHOOK_SECRET");
	enum status st = ledger_begin(w->ledger, reterr);

	if (st)
		return st;
	for (size_t i = 0; i < o->webhook_count && !st; i++) {
		struct webhook_params p = {.url = o->webhooks[i],
					   .secret = secret && *secret ? secret : NULL};
		struct json *shown = NULL;
		st = webhook_register_once(w, &p, &shown, reterr);
		if (!st)
			json_append_take(ret, shown);
	}
	if (!st)
		return ledger_commit(w->ledger, reterr);
	ledger_rollback(w->ledger);
	return st;
}

/* `webhooks_take`: an array, or NULL to say nothing of them. */
static enum status say_ready(const struct world *w, struct json *webhooks_take,
			     struct problem *reterr)
{
	struct json *line = json_new_object();
	char ws_url[sizeof(w->base_url)];
	bool said;

	str_printf(ws_url, sizeof(ws_url), "ws%s", w->base_url + strlen("http"));
	json_set_string(line, "base_url", w->base_url);
	json_set_string(line, "ws_url", ws_url);
	json_set_string(line, "merchant_key", w->merchant_key);
	json_set_string(line, "commerce_key", w->commerce_key);
	json_set_int(line, "pid", getpid());
	if (webhooks_take)
		json_set_take(line, "webhooks", webhooks_take);
	char *text = json_print(line);
	said = printf("%s\n", text) > 0 && !fflush(stdout);
	free(text);
	json_free(line);
	return said ? S_OK : problem_set(reterr, E_IO, NULL, "cannot write to stdout");
}

static enum status say_hello(const struct options *o, struct world *w, struct problem *reterr)
{
	struct json *webhooks = o->webhook_count ? json_new_array() : NULL;
	enum status st = webhooks ? register_webhooks(o, w, webhooks, reterr) : S_OK;

	if (!st)
		return say_ready(w, webhooks, reterr);
	json_free(webhooks);
	return st;
}

/* What is safe among this machine's own programs is not so for a whole network. */
static enum status check_exposure(const struct options *o, struct problem *reterr)
{
	const char *merchant = getenv("PEPAY_API_KEY"),
		   *commerce = getenv("PEPAY_COMMERCE_API_KEY");

	if (listen_is_loopback(o->address))
		return S_OK;
	if (o->enable_control)
		return problem_set(reterr, E_DENIED, NULL,
				   "--enable-control asks for no key: it needs a loopback address");
	if (o->tls_cert && ((!o->merchant_key_file && !(merchant && *merchant)) ||
			    (!o->commerce_key_file && !(commerce && *commerce))))
		return problem_set(
			reterr, E_DENIED, "give --merchant-key-file and --commerce-key-file",
			"keys made from a seed can be guessed: they serve on loopback only");
	return S_OK;
}

static enum status serve(const struct options *o, struct problem *reterr)
{
	struct world w = {0};
	struct director *director = NULL;
	struct server *server = NULL;
	struct control control = {0};
	const struct server_setup setup = {.address = o->address,
					   .port = o->port,
					   .tls_cert = o->tls_cert,
					   .tls_key = o->tls_key,
					   .rules = o->rules};
	enum status st = check_exposure(o, reterr);

	if (!st)
		st = world_start(o, &w, reterr);
	if (!st)
		st = director_new(&w, o->scenario, o->events, &director, reterr);
	if (!st)
		director_set_rate(director, o->rate);
	if (!st && o->enable_control) {
		control = (struct control){.director = director, .faults = faults_new()};
		w.control = &control;
	}
	/* The port before the past is written, so that one in use is told of at once. */
	if (!st)
		st = server_new(&w, director, &setup, &server, reterr);
	if (!st)
		st = director_seed(director, reterr);
	if (!st)
		st = ledger_batch_commit(w.ledger, reterr);
	if (!st)
		st = say_hello(o, &w, reterr);
	if (!st)
		st = server_run(server, &stop_requested, reterr);
	server_free(server);
	director_free(director);
	faults_free(control.faults);
	ledger_close(w.ledger);
	log_close(w.log);
	return st;
}

static void complain(const struct problem *p)
{
	struct safe_text text;

	safe_text_fmt(&text, "pepay-sandbox: %s%s%s%s", p->what, *p->next ? " (" : "", p->next,
		      *p->next ? ")" : "");
	fprintf(stderr, "%s\n", safe_text_str(&text));
}

static void list_scenarios(void)
{
	for (const char *const *name = director_scenarios(); *name; name++)
		printf("%-18s %s\n", *name, director_describe(*name));
}

int main(int argc, char **argv)
{
	struct options options;
	struct problem problem = {0};

	parent_pid = getppid();
	if (options_parse(argc, argv, &options, &problem)) {
		complain(&problem);
		return 2;
	}
	if (options.help)
		options_print_help(stdout);
	else if (options.version)
		printf("pepay-sandbox %s\n", PEPAYTOP_VERSION);
	else if (options.list_scenarios)
		list_scenarios();
	if (options.help || options.version || options.list_scenarios)
		return fflush(stdout) ? 1 : 0;
	watch_signals(options.die_with_parent);
	enum status st = serve(&options, &problem);
	if (!st)
		return 0;
	complain(&problem);
	/* A scenario that does not exist or an address we refuse is the caller's mistake. */
	return st == E_INVALID || st == E_NOT_FOUND || st == E_DENIED ? 2 : 1;
}

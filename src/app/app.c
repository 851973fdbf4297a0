#include "app/app.h"
#include "app/case.h"
#include "app/verify.h"
#include "app/zone.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#define EXIT_FAILED     1
#define EXIT_USAGE      2
#define EXIT_CONNECTION 3

#define MAILBOX_MESSAGES 1024

static const char *app_getenv(const char *name)
{
	return getenv(name);
}

static int app_complain(const struct problem *p, int exit_status)
{
	struct safe_text what, next;

	safe_text_set(&what, p->what);
	safe_text_set(&next, p->next);
	fprintf(stderr, "pepaytop: %s\n", safe_text_str(&what));
	if (safe_text_width(&next) > 0)
		fprintf(stderr, "          %s\n", safe_text_str(&next));
	return exit_status;
}

/* --- parts ---------------------------------------------------------------------- */

/* Signals that the loop handles come through a descriptor, in every thread started later too. */
static enum status app_open_signals(struct app *a, struct problem *reterr)
{
	static const int SIGNALS[] = {SIGTERM, SIGHUP, SIGINT, SIGWINCH, SIGCONT};
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(SIGNALS) / sizeof(SIGNALS[0]); i++)
		sigaddset(&set, SIGNALS[i]);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return problem_set(reterr, E_IO, NULL, "cannot block signals: %s", strerror(errno));
	signal(SIGPIPE, SIG_IGN);
	a->signal_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (a->signal_fd < 0)
		return problem_set(reterr, E_IO, NULL, "cannot watch signals: %s", strerror(errno));
	return S_OK;
}

static void app_open_clock(struct app *a)
{
	a->real = clock_system();
	a->clock = a->real;
	if (a->config.frozen_clock) {
		a->frozen.wall_ms = a->config.clock_ms;
		a->frozen.mono_ms = 0;
		a->clock = clock_frozen(&a->frozen);
	}
	rng_seed_from_system(&a->rng);
	if (a->config.frozen_clock && a->config.has_seed)
		rng_seed(&a->rng, a->config.seed);
}

static int64_t shared_wall_ms(void *ctx)
{
	struct app *a = ctx;

	return atomic_load(&a->shared_wall_ms);
}

static int64_t shared_mono_ms(void *ctx)
{
	struct clock real = clock_system();

	(void)ctx;
	return clock_mono_ms(&real);
}

/* The threads' timers run on the machine's clock even when the screen's time stands still. */
static struct clock app_shared_clock(struct app *a)
{
	if (!a->config.frozen_clock)
		return a->real;
	atomic_store(&a->shared_wall_ms, a->frozen.wall_ms);
	return (struct clock){shared_wall_ms, shared_mono_ms, a};
}

struct network_options app_network_options(struct app *a)
{
	return (struct network_options){
		.config = &a->config,
		.demo_dir = a->config.run == RUN_DEMO ? a->demo.dir : NULL,
		.clock = app_shared_clock(a),
		.rng = &a->rng,
		.log = a->log,
	};
}

/* A demo's keys are known only once its sandbox is up. */
static void app_keep_secrets(struct app *a)
{
	if (a->config.merchant_key)
		log_add_secret(a->log, a->config.merchant_key);
	if (a->config.commerce_key)
		log_add_secret(a->log, a->config.commerce_key);
}

static enum status app_open_log(struct app *a, struct problem *reterr)
{
	enum status s;

	if (!a->config.log_path)
		return S_OK;
	s = log_open(a->config.log_path, LOG_INFO, &a->real, &a->log, reterr);
	if (s == S_OK && a->config.run != RUN_DEMO)
		app_keep_secrets(a);
	return s;
}

static bool app_send(void *ctx, const char *bytes, size_t len)
{
	const struct app *a = ctx;

	return a->term && term_send(a->term, bytes, len);
}

static enum status app_open_term(struct app *a, struct problem *reterr)
{
	struct term_options o = {
		.term_name = a->config.term_name,
		.no_color = a->config.no_color,
		.ascii = a->config.ascii,
		.in_fd = STDIN_FILENO,
		.out_fd = STDOUT_FILENO,
	};
	enum status s;
	int w, h;

	if (a->config.script) {
		a->grid = grid_new(a->config.width, a->config.height, a->config.ascii);
		return script_load(a->config.script, &a->script, reterr);
	}
	s = term_open(&o, &a->term, reterr);
	if (s != S_OK)
		return s;
	term_guard_signals(a->term);
	a->screen.mouse = !a->config.no_mouse;
	term_mouse(a->term, a->screen.mouse);
	term_size(a->term, &w, &h);
	a->grid = grid_new(w, h, a->config.ascii);
	return S_OK;
}

/* "127.0.0.1:4242"; a demo's port says nothing to anyone and would differ every time. */
static const char *app_server_name(const struct app *a)
{
	const char *host;

	if (a->config.run == RUN_DEMO)
		return "local sandbox";
	if (!a->config.url)
		return "a recording";
	host = strstr(a->config.url, "://");
	return host ? host + 3 : a->config.url;
}

static void app_tell_broken_line(struct app *a)
{
	struct safe_text text;

	safe_text_set(&text, remember_complaint(a->remember));
	if (safe_text_str(&text)[0] != '\0')
		screen_notice(&a->screen, ROLE_WARN, &text);
}

static enum status app_open_screen(struct app *a, struct problem *reterr)
{
	struct view_context ctx = {
		.now_ms = clock_wall_ms(&a->clock),
		.ascii = a->config.ascii,
		.server = app_server_name(a),
		.attention = a->attention,
	};
	struct request caps = {.kind = REQUEST_CAPABILITIES};
	enum status s;

	s = theme_load((const char *const *)a->config.theme_dirs, a->config.theme, &a->theme,
		       reterr);
	if (s != S_OK)
		return s;
	outbox_add(&a->outbox, &caps);
	s = screen_init(&a->screen, a->store, &a->outbox, &ctx, reterr);
	if (s != S_OK)
		return s;
	a->screen.environment = a->config.environment;
	a->screen.read_only = a->config.read_only;
	a->screen.rng = &a->rng;
	a->screen.show_rtt = !a->config.frozen_clock;
	tzset();
	a->screen.zone = a->config.frozen_clock ? NULL : zone_local; /* the same on any machine */
	/* Neither a demo nor a script touches what a person set up. */
	a->remember =
		remember_new(a->config.run == RUN_DEMO || a->config.script ? NULL
									   : a->config.state_dir,
			     a->log);
	remember_load(a->remember, &a->screen);
	app_tell_broken_line(a);
	if (a->config.filter) /* of the Events pane, which has the focus; it may name a saved one */
		return prompts_filter(&a->screen, a->config.filter, NULL, reterr);
	return S_OK;
}

/* What failed is said on the terminal as it was. */
static int app_give_up(struct app *a, const struct problem *p, int exit_status)
{
	term_close(a->term);
	a->term = NULL;
	return app_complain(p, exit_status);
}

/* A history that is not ours to use is a matter of configuration. */
static int exit_of(const struct problem *p)
{
	switch (p->status) {
	case E_CONFLICT:
	case E_DENIED:
	case E_INVALID:
	case E_UNSUPPORTED:
	case E_NOT_FOUND:
		return EXIT_USAGE;
	default:
		return EXIT_FAILED;
	}
}

/*
 * The order matters: the terminal comes after everything that can fail by itself, and the first
 * frame before sandbox and network, so that it is there at once.
 */
static int app_run(struct app *a)
{
	struct problem problem = {.status = S_OK};
	struct network_options net;

	if (app_open_signals(a, &problem) != S_OK || app_open_log(a, &problem) != S_OK)
		return app_complain(&problem, EXIT_FAILED);
	if (http_curl_global_init(&problem) != S_OK)
		return app_complain(&problem, EXIT_FAILED);
	a->clipboard =
		(struct clipboard){.place = &a->config.clipboard, .send = app_send, .send_ctx = a};
	a->store = store_new();
	a->attention = attention_new();
	a->mailbox = mailbox_new(MAILBOX_MESSAGES);
	outbox_init(&a->outbox);
	if (app_open_screen(a, &problem) != S_OK || app_open_term(a, &problem) != S_OK)
		return app_complain(&problem, EXIT_USAGE);
	app_paint(a);
	if (a->config.run == RUN_REPLAY) {
		if (app_open_replay(a, &problem) != S_OK)
			return app_give_up(a, &problem, exit_of(&problem));
		app_loop(a);
		return a->exit_status;
	}
	if (a->config.run == RUN_OPEN) {
		if (app_open_case(a, &problem) != S_OK)
			return app_give_up(a, &problem, exit_of(&problem));
		app_loop(a);
		return a->exit_status;
	}
	if (a->config.run == RUN_DEMO && demo_start(&a->demo, &a->config, &problem) != S_OK)
		return app_give_up(a, &problem, EXIT_CONNECTION);
	if (a->config.run == RUN_DEMO)
		app_keep_secrets(a);
	net = app_network_options(a);
	if (network_start(&a->net, &net, a->mailbox, &problem) != S_OK)
		return app_give_up(a, &problem, exit_of(&problem));
	app_loop(a);
	return a->exit_status;
}

/* Nothing of it needs a screen. */
static int app_verify(struct app *a)
{
	struct network_options o = app_network_options(a);
	struct problem problem = {.status = S_OK};

	if (app_open_log(a, &problem) != S_OK)
		return app_complain(&problem, EXIT_FAILED);
	return verify_run(&o);
}

static void app_release(struct app *a)
{
	struct problem problem;

	term_close(a->term);
	network_stop(&a->net);
	replay_close(&a->replay);
	case_close(a->case_file);
	demo_stop(&a->demo);
	if (a->remember && a->touched && remember_save(a->remember, &a->screen, &problem) != S_OK)
		log_msg(a->log, LOG_WARN, "%s", problem.what);
	remember_free(a->remember);
	for (size_t i = 0; i < a->held_count; i++)
		msg_free(a->held[i]);
	free(a->held);
	if (a->store)
		screen_release(&a->screen);
	script_free(a->script);
	theme_free(a->theme);
	grid_free(a->grid);
	mailbox_free(a->mailbox);
	attention_free(a->attention);
	store_free(a->store);
	log_close(a->log);
	config_release(&a->config);
	if (a->signal_fd >= 0)
		close(a->signal_fd);
}

int app_main(int argc, char *const *argv)
{
	struct app *a = xcalloc(1, sizeof(*a));
	struct problem problem = {.status = S_OK};
	struct options o;
	int status = 0;

	a->signal_fd = -1;
	if (options_parse(&o, argc, argv, app_getenv, &problem) != S_OK) {
		free(a);
		return app_complain(&problem, EXIT_USAGE);
	}
	if (o.help || o.version) {
		char *help = options_help();

		fputs(o.help ? help : "pepaytop " PEPAYTOP_VERSION "\n", stdout);
		free(help);
	} else if (config_make(&a->config, &o, argv[0], app_getenv, &problem) != S_OK) {
		status = app_complain(&problem, EXIT_USAGE);
	} else {
		app_open_clock(a);
		status = a->config.run == RUN_VERIFY ? app_verify(a) : app_run(a);
		app_release(a);
	}
	options_release(&o);
	free(a);
	return status;
}

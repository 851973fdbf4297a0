/*
 * The loop: poll(terminal, mailbox, signals, timer), take the keys and paint what they changed,
 * drain a bounded batch of the mailbox, paint when the pace allows. Nothing paints but the loop.
 */
#include "app/app.h"
#include "app/case.h"
#include "app/plain.h"

#include "views/cells.h"
#include "views/list_pane.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define KEYS_MAX     64
#define IDLE_WAIT_MS 1000
#define ATTEND_MS    300 /* how often what needs a person is looked at, at most */

/* --- painting --------------------------------------------------------------------- */

/*
 * The time on screen. A demo at another pace has a clock of its own that runs ahead of ours: then
 * the newest event tells what time it is there.
 */
int64_t app_now_ms(struct app *a)
{
	int64_t wall = clock_wall_ms(&a->clock), newest = store_newest_ms(a->store);
	int64_t ahead = newest > wall ? newest - wall : 0;

	if (a->screen.environment != ENV_DEMO)
		return wall + a->skew.ahead_ms;
	/* Also in the recording of one, which goes back as well. */
	if (a->screen.replay.on || ahead > a->demo_ahead_ms)
		a->demo_ahead_ms = ahead;
	return wall + a->demo_ahead_ms;
}

/* A recording and a frozen clock have the time that they have; of a demo see above. */
static void app_watch_skew(struct app *a)
{
	bool live = store_stats(a->store)->last_event_ms != TIME_NONE;
	struct safe_text said;

	if (a->config.frozen_clock || !a->net.rest || a->screen.environment == ENV_DEMO)
		return;
	if (skew_look(&a->skew, clock_wall_ms(&a->clock), network_server_ms(&a->net),
		      live ? store_newest_ms(a->store) : TIME_NONE, &said))
		screen_notice(&a->screen, ROLE_WARN, &said);
}

static void app_watch_sandbox(struct app *a)
{
	bool ended = a->config.run == RUN_DEMO && a->net.rest && !demo_alive(&a->demo);

	if (ended != a->screen.sandbox_ended)
		pace_want(&a->pace, PACE_NOW);
	a->screen.sandbox_ended = ended;
}

/* What was typed and set up survives a kill, but for the last second. */
static void app_remember(struct app *a)
{
	struct problem problem = {.status = S_OK};
	struct safe_text text;

	if (!a->touched)
		return;
	a->touched = false;
	if (remember_save(a->remember, &a->screen, &problem) == S_OK)
		return;
	cell_problem(&text, &problem);
	screen_notice(&a->screen, ROLE_WARN, &text);
}

/* Ages tick once a second of our clock. */
static void app_tick(struct app *a)
{
	int64_t second = clock_wall_ms(&a->clock) / 1000;

	if (a->config.frozen_clock)
		second = clock_mono_ms(&a->real) / 1000;
	if (second == a->second)
		return;
	a->second = second;
	app_watch_sandbox(a);
	app_watch_skew(a);
	app_ask_doubts(a);
	app_remember(a);
	screen_changed(&a->screen, TOPIC_CLOCK);
	pace_want(&a->pace, PACE_NOW);
}

/* What panes put off while much comes is shown soon, whether more comes or not. */
static void app_watch_behind(struct app *a)
{
	bool behind = false;

	for (int p = 0; p < PANE_COUNT; p++)
		behind |= list_pane_is_behind(&a->screen.panes[p]);
	a->behind_mono_ms = behind ? a->screen.mono_ms + LISTING_PACE_MS : 0;
}

static void app_catch_up(struct app *a, int64_t mono_ms)
{
	if (a->behind_mono_ms != 0 && mono_ms >= a->behind_mono_ms)
		pace_want(&a->pace, PACE_EVENTS);
}

void app_attend_anew(struct app *a)
{
	attention_free(a->attention);
	a->attention = attention_new();
	a->attention_mono_ms = 0;
	a->screen.ctx.attention = a->attention;
}

static void app_attend(struct app *a)
{
	if (!a->script && a->attention_mono_ms != 0 &&
	    a->screen.mono_ms - a->attention_mono_ms < ATTEND_MS)
		return;
	a->attention_mono_ms = a->screen.mono_ms;
	if (attention_refresh(a->attention, a->store, a->screen.ctx.now_ms))
		screen_changed(&a->screen, TOPIC_ATTENTION);
}

void app_paint(struct app *a)
{
	if (app_plays(a))
		replay_show(&a->replay, &a->screen.replay);
	a->screen.ctx.now_ms = app_now_ms(a);
	a->screen.wall_ms = a->screen.ctx.wall_ms = clock_wall_ms(&a->clock);
	a->screen.mono_ms = clock_mono_ms(&a->real);
	a->screen.ctx.mono_ms = a->script ? 0 : a->screen.mono_ms; /* a script sees all at once */
	a->screen.held = a->held_events;
	a->screen.wait_ms = network_asked_to_wait_ms(&a->net);
	a->screen.waiting = a->pending;
	app_attend(a);
	screen_draw(&a->screen, a->grid);
	if (a->term)
		term_paint(a->term, a->grid, a->theme);
	pace_painted(&a->pace, clock_mono_ms(&a->real));
	app_watch_behind(a);
}

void app_resize(struct app *a, int width, int height)
{
	grid_resize(a->grid, width, height);
	screen_resized(&a->screen, width, height);
	pace_want(&a->pace, PACE_NOW);
}

/* --- wishes, keys, signals --------------------------------------------------------- */

/* The one a command named, or the next. */
static void app_change_theme(struct app *a)
{
	const char *const *names = theme_names();
	const char *wanted = a->screen.prompts.theme_wanted;
	struct theme *next;
	struct problem problem;
	size_t i = 0;

	while (names[i] && strcmp(names[i], theme_name(a->theme)) != 0)
		i++;
	i = names[i] && names[i + 1] ? i + 1 : 0;
	if (theme_load((const char *const *)a->config.theme_dirs, wanted[0] ? wanted : names[i],
		       &next, &problem) != S_OK) {
		struct safe_text text;

		cell_problem(&text, &problem);
		screen_notice(&a->screen, ROLE_WARN, &text);
		a->screen.prompts.theme_wanted[0] = '\0';
		return;
	}
	a->screen.prompts.theme_wanted[0] = '\0';
	theme_free(a->theme);
	a->theme = next;
	if (a->term)
		term_redraw(a->term);
}

static void app_suspend(struct app *a)
{
	if (!a->term)
		return;
	term_suspend(a->term);
	kill(0, SIGSTOP); /* the whole job, as the shell would; SIGCONT brings it back */
	term_resume(a->term);
}

static void app_revive_sandbox(struct app *a)
{
	struct problem problem;
	struct safe_text text;

	if (demo_restart(&a->demo, &a->config, &problem) == S_OK) {
		a->screen.sandbox_ended = false;
		return;
	}
	safe_text_fmt(&text, "%s. %s", problem.what, problem.next);
	screen_notice(&a->screen, ROLE_BAD, &text);
}

static void app_copy(struct app *a)
{
	struct ask *what = &a->screen.copy;
	struct safe_text said, text;
	bool done = clipboard_copy(&a->clipboard, what->text, what->len, &said);

	safe_text_fmt(&text, "%s: %s", safe_text_str(&what->label), safe_text_str(&said));
	screen_notice(&a->screen, done ? ROLE_GOOD : ROLE_WARN, &text);
	ask_release(what);
}

/* In the browser, or else the way of a copy. */
static void app_browse(struct app *a)
{
	struct ask *what = &a->screen.copy;
	struct safe_text text;

	if (!clipboard_browse(&a->clipboard, what->text)) {
		app_copy(a);
		return;
	}
	safe_text_fmt(&text, "%s, in the browser: %s", safe_text_str(&what->label), what->text);
	screen_notice(&a->screen, ROLE_GOOD, &text);
	ask_release(what);
}

static void app_plain(struct app *a)
{
	struct ask *what = &a->screen.copy;
	const struct plain p = {.in_fd = STDIN_FILENO,
				.out_fd = STDOUT_FILENO,
				.signal_fd = a->signal_fd,
				.ascii = a->config.ascii};

	if (a->term)
		plain_show(a->term, &p, what->text, what->len);
	ask_release(what);
}

/* A slow disk, or megabytes of events: whoever waits is told for what. */
static void app_say_now(struct app *a, const char *words)
{
	struct safe_text text;

	if (!a->term)
		return;
	safe_text_set(&text, words);
	screen_notice(&a->screen, ROLE_MUTED, &text);
	app_paint(a);
}

/* Note and evidence of the subject on top, into a file of their own. */
static void app_write_case(struct app *a)
{
	struct view *v = screen_top(&a->screen);
	struct problem problem = {.status = S_OK};
	char path[CASE_PATH_CAP];
	struct safe_text text;
	struct subject what;
	struct case_of c = {
		.store = a->store,
		.subject = &what,
		.attention = a->attention,
		.server = a->screen.ctx.server,
		.environment = environment_word(a->screen.environment),
	};

	app_say_now(a, "Writing the case");
	c.now_ms = a->screen.ctx.now_ms;
	if (!v->ops->selected(v, a->store, &what))
		return;
	if (!a->config.case_dir)
		(void)!problem_set(&problem, E_NOT_FOUND, "set HOME or XDG_DATA_HOME",
				   "there is no home directory to keep cases in");
	else if (case_write(&c, a->config.case_dir, path, &problem) == S_OK)
		problem.status = S_OK;
	if (problem.status == S_OK) {
		screen_case_written(&a->screen, &what, path, getenv("HOME"));
		return;
	}
	cell_problem(&text, &problem);
	screen_notice(&a->screen, ROLE_WARN, &text);
}

void app_wish(struct app *a, enum wish wish)
{
	pace_want(&a->pace, PACE_NOW);
	switch (wish) {
	case WISH_QUIT:
		a->leave = true;
		break;
	case WISH_SUSPEND:
		app_suspend(a);
		break;
	case WISH_REDRAW:
		if (a->term)
			term_redraw(a->term);
		break;
	case WISH_THEME:
		app_change_theme(a);
		break;
	case WISH_PAUSE:
		if (app_plays(a)) {
			app_play_wish(a, wish);
			break;
		}
		a->screen.ctx.paused = !a->screen.ctx.paused;
		if (!a->screen.ctx.paused)
			app_release_held(a);
		screen_changed(&a->screen, TOPIC_ALL);
		break;
	case WISH_RECONNECT:
		if (a->screen.sandbox_ended)
			app_revive_sandbox(a);
		network_retry_now(&a->net);
		break;
	case WISH_SLOWER:
	case WISH_FASTER:
	case WISH_REWIND:
	case WISH_FORWARD:
		app_play_wish(a, wish);
		break;
	case WISH_MOUSE:
		if (a->term)
			term_mouse(a->term, a->screen.mouse);
		break;
	case WISH_COPY:
		app_copy(a);
		break;
	case WISH_BROWSE:
		app_browse(a);
		break;
	case WISH_PLAIN:
		app_plain(a);
		break;
	case WISH_CASE:
		app_write_case(a);
		break;
	case WISH_NONE:
		break;
	}
}

void app_press(struct app *a, struct key k)
{
	a->screen.mono_ms = clock_mono_ms(&a->real);
	if (k.code == KEYC_GONE) {
		a->leave = true;
		return;
	}
	for (int p = 0; p < PANE_COUNT; p++)
		list_pane_mend(&a->screen.panes[p], a->store, &a->outbox);
	a->touched = true;
	app_wish(a, screen_key(&a->screen, k));
	app_trim(a);
}

/* A key as it is read; keys behind a line that was entered may be a paste's. */
static void app_key(struct app *a, struct key k)
{
	bool line = a->screen.prompts.open && k.code == KEYC_ENTER && !k.pasted, dropped;
	struct safe_text text;

	dropped = a->burst.drops;
	if (!burst_takes(&a->burst, k, clock_mono_ms(&a->real))) {
		app_press(a, k);
		if (line && !a->screen.prompts.open)
			burst_line(&a->burst, a->screen.mono_ms);
	} else if (a->burst.drops && !dropped) {
		safe_text_set(&text, "Pasted text came as keys: only its first line was taken.");
		screen_notice(&a->screen, ROLE_WARN, &text);
		pace_want(&a->pace, PACE_NOW);
	}
}

/* They were typed after all. */
static void app_press_held(struct app *a)
{
	size_t n = burst_release(&a->burst);

	for (size_t i = 0; i < n && !a->leave; i++)
		app_press(a, a->burst.held[i]);
}

/* True when keys may be left: the terminal holds some back while its descriptor is quiet. */
static bool app_read_keys(struct app *a)
{
	bool dialog = a->screen.dialog_open;
	struct key k;

	for (int i = 0; i < KEYS_MAX; i++) {
		if (a->leave || !term_read_key(a->term, &k)) {
			app_press_held(a);
			return false;
		}
		if (k.code == KEYC_RESIZE)
			continue; /* the signal brings it */
		app_key(a, k);
		if (a->screen.dialog_open && !dialog) {
			/* What was typed before the question was on screen is no answer to it. */
			term_flush_input(a->term);
			return false;
		}
	}
	return true;
}

static void app_read_signals(struct app *a)
{
	struct signalfd_siginfo si;
	int w, h;

	while (read(a->signal_fd, &si, sizeof(si)) == (ssize_t)sizeof(si)) {
		switch (si.ssi_signo) {
		case SIGWINCH:
		case SIGCONT:
			if (!a->term)
				break;
			term_resized(a->term);
			if (si.ssi_signo == SIGCONT)
				term_redraw(a->term);
			term_size(a->term, &w, &h);
			app_resize(a, w, h);
			break;
		default:
			a->leave = true;
			break;
		}
	}
}

/* --- the loop ------------------------------------------------------------------------ */

/* A failed script shows what it saw. */
static void app_show_failure(struct app *a, const struct problem *p)
{
	char *screen;

	app_paint(a);
	screen = grid_to_text(a->grid);
	fprintf(stderr, "pepaytop: %s\n%s", p->what, screen);
	free(screen);
}

/* Steps of a script until it waits; the wait in ms. */
static int app_run_script(struct app *a)
{
	struct script_host host = app_script_host(a);
	struct problem problem;
	int64_t wait_ms = 0;

	switch (script_step(a->script, &host, clock_mono_ms(&a->real), &wait_ms, &problem)) {
	case SCRIPT_AGAIN:
		return 0;
	case SCRIPT_WAIT:
		return (int)wait_ms;
	case SCRIPT_QUIT:
		a->leave = true;
		break;
	case SCRIPT_FAILED:
		app_show_failure(a, &problem);
		a->leave = true;
		a->exit_status = 1;
		break;
	}
	return 0;
}

/* How long the loop may sleep: to the next frame, or to the next second of the shown clock. */
static int app_wait_ms(const struct app *a, bool more)
{
	int64_t now = clock_wall_ms(&a->clock), mono = clock_mono_ms(&a->real);
	int frame = pace_wait_ms(&a->pace, mono);

	if (more)
		return 0;
	if (frame >= 0)
		return frame;
	if (a->behind_mono_ms != 0)
		return a->behind_mono_ms > mono ? (int)(a->behind_mono_ms - mono) : 0;
	if (a->config.frozen_clock)
		return IDLE_WAIT_MS;
	if (app_plays(a))
		return app_play_wait_ms(a);
	return (int)(1000 - now % 1000); /* to the next second: ages tick */
}

/* True when there is more to read at once. */
static bool app_sleep(struct app *a, int wait_ms)
{
	bool full = a->screen.ctx.paused && a->held_events >= APP_HELD_MAX;
	struct pollfd fds[3] = {
		{.fd = a->signal_fd, .events = POLLIN},
		{.fd = full ? -1 : mailbox_fd(a->mailbox), .events = POLLIN},
		{.fd = a->term ? term_fd(a->term) : -1, .events = POLLIN},
	};

	(void)poll(fds, 3, wait_ms);
	if (fds[0].revents)
		app_read_signals(a);
	return fds[2].revents && app_read_keys(a);
}

static void app_paint_if_due(struct app *a)
{
	if (pace_wait_ms(&a->pace, clock_mono_ms(&a->real)) == 0)
		app_paint(a); /* a draw may ask for things */
}

void app_loop(struct app *a)
{
	bool more = false, keys = false;

	app_submit(a);
	while (!a->leave) {
		int wait = app_wait_ms(a, more);

		if (a->script) {
			int script_wait = app_run_script(a);

			wait = script_wait < wait ? script_wait : wait;
		}
		if (a->leave)
			break;
		if (keys) /* left over from the last turn */
			keys = app_read_keys(a);
		else
			keys = app_sleep(a, wait);
		if (!keys)
			app_paint_if_due(a); /* what was typed shows before anything else */
		more = app_plays(a) ? app_play(a) : app_drain(a);
		app_tick(a);
		app_catch_up(a, clock_mono_ms(&a->real));
		app_paint_if_due(a);
		app_submit(a);
	}
}

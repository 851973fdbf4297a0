/*
 * The application: where store, screen, terminal and threads meet. `struct app` is
 * the root; the UI thread owns all of it.
 */
#ifndef PEPAYTOP_APP_APP_H
#define PEPAYTOP_APP_APP_H

#include "app/burst.h"
#include "app/clipboard.h"
#include "app/demo.h"
#include "app/network.h"
#include "app/pace.h"
#include "app/remember.h"
#include "app/replay.h"
#include "app/screen.h"
#include "app/script.h"
#include "app/skew.h"
#include "base/log.h"
#include "bus/mailbox.h"
#include "ui/term.h"

#include <stdatomic.h>

#define SCRIPT_WORD_CAP 16
#define APP_HELD_MAX    20000 /* events held back while paused; then the feed holds back reading */

struct app {
	struct config config;
	struct log *log;
	struct clock clock; /* what the screen shows as now */
	struct clock real;
	struct frozen_time frozen;      /* behind `clock` when the clock is frozen */
	_Atomic int64_t shared_wall_ms; /* the same for the other threads */
	struct rng rng;
	struct demo demo;
	struct mailbox *mailbox;
	struct network net;
	struct replay replay;
	struct case_file *case_file; /* that is shown; NULL: none */
	struct store *store;
	struct outbox outbox;
	struct attention *attention; /* what needs a person */
	int64_t attention_mono_ms;   /* when it was last looked at */
	struct screen screen;
	struct burst burst; /* keys behind a line that was entered */
	struct term *term;  /* NULL: driven by a script */
	struct clipboard clipboard;
	struct remember *remember;
	bool touched; /* by a key, since what is remembered was saved */
	struct grid *grid;
	struct theme *theme;
	struct script *script;
	int signal_fd;
	struct msg **held; /* event batches held back while paused, oldest first */
	size_t held_count, held_cap, held_events;
	size_t pending;         /* requests handed to the REST thread and not answered */
	int64_t lost_serial;    /* of the newest lost stretch that objects were asked again for */
	bool following;         /* the Events pane does */
	struct pace pace;       /* what on screen is stale, and when to paint */
	int64_t behind_mono_ms; /* when a pane catches up with what it put off; 0: none does */
	int64_t doubt_mono_ms;  /* when an object in doubt was last asked for */
	int64_t second;         /* the wall second the ages were last made stale in */
	char state_word[SCRIPT_WORD_CAP];   /* the connection state as a script reads it */
	char outcome_word[SCRIPT_WORD_CAP]; /* and how the last action ended */
	char history_word[SCRIPT_WORD_CAP];
	char proof_word[SCRIPT_WORD_CAP];
	int64_t demo_ahead_ms; /* how far the demo's clock runs ahead of ours */
	struct skew skew;      /* and the server's, where that is no demo */
	bool leave;
	int exit_status;
};

/* Runs until the user leaves. Exit statuses of product section 4: 0, 1, 2, 3. */
int app_main(int argc, char *const *argv);

/* What the threads are started with. */
struct network_options app_network_options(struct app *a);

/* --- loop.c --- */
/* One turn after another until app->leave. */
void app_loop(struct app *a);
void app_paint(struct app *a);
/* The time on screen, wall ms; a demo at another pace, and its recording, run ahead of ours: as far
 * as the newest event did, and on from there. */
int64_t app_now_ms(struct app *a);
void app_wish(struct app *a, enum wish wish);
void app_press(struct app *a, struct key k);
void app_resize(struct app *a, int width, int height);

/* Another store: what needs a person is looked at anew. */
void app_attend_anew(struct app *a);

/* --- messages.c: what comes from the threads, and what is asked of them --- */
/* Applies what came, about a millisecond of it; true when more is waiting. */
bool app_drain(struct app *a);
/* Takes the message into the store and the screen; `now_ms` is when it came. */
void app_take(struct app *a, struct msg *m, int64_t now_ms);
/* What waited while paused. */
void app_release_held(struct app *a);
/* Hands over what the outbox holds; what does not fit stays for the next turn. */
void app_submit(struct app *a);
/* An object whose history does not add up is asked for again, one a second. */
void app_ask_doubts(struct app *a);
/* Who follows the newest events again needs no more of the old ones. */
void app_trim(struct app *a);

/* --- play.c: a recording instead of the network --- */
must_check enum status app_open_replay(struct app *a, struct problem *reterr);
bool app_plays(const struct app *a);
/* Applies what is due, in a bounded batch; true when more is. */
bool app_play(struct app *a);
void app_play_wish(struct app *a, enum wish wish);
/* Answers what the views asked of the recording. */
void app_play_answer(struct app *a);
/* Ms until the next record or the next recorded second. */
int app_play_wait_ms(const struct app *a);
/* Everything that is due, at once. */
void app_play_up(struct app *a);

/* --- case_shown.c: a case instead of the network --- */
must_check enum status app_open_case(struct app *a, struct problem *reterr);
bool app_shows_case(const struct app *a);
/* Answers what the views asked, as far as the case knows. */
void app_case_answer(struct app *a);

/* --- host.c: what a script can see and do --- */
struct script_host app_script_host(struct app *a);

/* --- host_lists.c: NDJSON, the caller's --- */
char *app_objects_text(const struct store *st);
char *app_incidents_text(const struct store *st);

#endif

/*
 * The thread and what others may call. One round: hand over what is held; take, commit
 * and pass on a batch; answer a few requests; restore one slice; look at the timers. While
 * out is full nothing but the first of these happens.
 */
#include "archive/archive_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct proof_time archive_now(const struct archive *a)
{
	return (struct proof_time){.wall_ms = clock_wall_ms(&a->clock),
				   .mono_ms = clock_mono_ms(&a->clock)};
}

void archive_wake(void *archive)
{
	const struct archive *a = archive;
	uint64_t one = 1;
	ssize_t n;

	do
		n = write(a->wake_fd, &one, sizeof(one));
	while (n < 0 && errno == EINTR);
}

static void archive_unwake(struct archive *a)
{
	uint64_t value;
	ssize_t n;

	do
		n = read(a->wake_fd, &value, sizeof(value));
	while (n < 0 && errno == EINTR);
}

/* --- the thread: one round ------------------------------------------------------------------- */

static bool stalled(const struct archive *a)
{
	return a->trouble.status != S_OK;
}

/* Whether there was anything to commit. */
static bool round_batch(struct archive *a)
{
	bool news;

	if (stalled(a) && clock_mono_ms(&a->clock) < a->retry_mono_ms && !requests_wait(a))
		return false;
	news = batch_gather(a);
	if (!news && !batch_is_due(a) && !stalled(a))
		return false;
	batch_commit(a);
	return news;
}

static bool round_retire(struct archive *a)
{
	struct problem why = {.status = S_OK};
	int64_t mono = clock_mono_ms(&a->clock);
	bool more = false;

	if (!a->retires || stalled(a) || mono < a->retire_mono_ms)
		return false;
	a->retire_mono_ms = mono + ARCHIVE_RETIRE_MS;
	if (history_retire(a->history, &more, &why) != S_OK) {
		log_msg(a->log, LOG_WARN, "history: cannot be shortened: %s", why.what);
		return false;
	}
	if (history_oldest_ms(a->history) != TIME_NONE)
		proof_retired(&a->proof, history_oldest_ms(a->history));
	if (more)
		a->retire_mono_ms = mono;
	return more;
}

/* True: there is more to do at once. */
static bool archive_round(struct archive *a)
{
	bool was_stalled = stalled(a), busy;

	if (!archive_flush(a))
		return false;
	busy = round_batch(a);
	busy = requests_serve(a) || busy;
	if (a->restore.step != RESTORE_DONE) {
		restore_go_on(a);
		busy = true;
	} else if (!busy) {
		busy = round_retire(a);
	}
	archive_tell(a, was_stalled != stalled(a));
	return archive_flush(a) && busy;
}

/* --- the thread: waiting ------------------------------------------------------------------------
 */

static int64_t until(int64_t now, int64_t then, int64_t most)
{
	return then <= now ? 0 : then - now < most ? then - now : most;
}

static int wait_ms(struct archive *a)
{
	int64_t now = clock_mono_ms(&a->clock), ms = ARCHIVE_TICK_MS;

	if (stalled(a))
		ms = until(now, a->retry_mono_ms, ms);
	if (a->telling)
		ms = until(now, a->told_mono_ms + ARCHIVE_REPORT_MS, ms);
	return (int)ms;
}

static void archive_wait(struct archive *a, bool held)
{
	struct pollfd fds[3] = {{.fd = a->wake_fd, .events = POLLIN},
				{.fd = mailbox_fd(a->answers), .events = POLLIN},
				{.fd = mailbox_fd(a->in), .events = POLLIN}};
	/* nothing more is taken while it cannot be written or handed over */
	nfds_t count = held || stalled(a) ? 1 : 3;

	(void)poll(fds, count, held ? ARCHIVE_TICK_MS : wait_ms(a));
	if (fds[0].revents & POLLIN)
		archive_unwake(a);
}

static bool archive_stopping(struct archive *a)
{
	bool stop;

	pthread_mutex_lock(&a->lock);
	stop = a->stop;
	pthread_mutex_unlock(&a->lock);
	return stop;
}

/* Everything is committed; what out has room for is handed over. */
static void archive_finish(struct archive *a)
{
	bool more = true;

	a->finishing = true;
	while (more) {
		more = batch_gather(a);
		batch_commit(a);
		(void)archive_flush(a);
		more = more && !stalled(a);
	}
	archive_tell(a, true);
	(void)archive_flush(a);
}

static void *archive_run(void *arg)
{
	struct archive *a = arg;

	archive_tell(a, true);
	restore_go_on(a);
	(void)archive_flush(a);
	while (!archive_stopping(a)) {
		if (archive_round(a))
			continue;
		archive_wait(a, a->for_out.count > 0);
	}
	archive_finish(a);
	return NULL;
}

/* --- starting -----------------------------------------------------------------------------------
 */

static int64_t seen_ms(struct history *h)
{
	char text[ID_CAP];

	history_cursor(h, CURSOR_SEEN, text);
	return text[0] != '\0' ? strtoll(text, NULL, 10) : TIME_NONE;
}

/* Where the file is another's to write, the proof speaks of this session alone. */
static enum status start_proof(struct archive *a, struct problem *reterr)
{
	struct proof_past past = {.seen_ms = seen_ms(a->history),
				  .oldest_ms = history_oldest_ms(a->history),
				  .verified = a->position.verified[0] != '\0' && !a->shelf};
	struct incident *items = NULL;
	enum status st =
		history_incidents(a->history, ARCHIVE_INCIDENTS_READ, &items, &past.count, reterr);

	past.incidents = items;
	if (st == S_OK)
		proof_init(&a->proof, &past, archive_now(a));
	free(items);
	return st;
}

static enum status start_history(struct archive *a, const struct archive_options *opt,
				 struct history_opening *opening, struct problem *reterr)
{
	struct history_options ho = {.path = opt->path,
				     .world = opt->world,
				     .clock = opt->clock,
				     .limits = opt->limits};
	struct history_opening temporary;
	enum status st = history_open(&ho, &a->history, opening, reterr);

	if (st != S_OK || opening->mode != HISTORY_VIEW_ONLY)
		return st;
	a->shelf = a->history;
	a->history = NULL;
	ho.path = NULL;
	return history_open(&ho, &a->history, &temporary, reterr);
}

static void start_read(struct archive *a)
{
	struct history *h = a->shelf ? a->shelf : a->history;

	archive_position_now(a, &a->position);
	history_cursor(h, CURSOR_MERCHANT, a->since[STREAM_MERCHANT]);
	history_cursor(h, CURSOR_COMMERCE, a->since[STREAM_COMMERCE]);
	str_copy(a->verified.id, sizeof(a->verified.id), a->position.verified);
	archive_place_verified(a);
}

static enum status start_queues(struct archive *a, struct problem *reterr)
{
	a->in = mailbox_new(ARCHIVE_INBOX_MESSAGES);
	a->answers = mailbox_new(ARCHIVE_ANSWERS_MESSAGES);
	a->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (a->in && a->answers && a->wake_fd >= 0)
		return S_OK;
	return problem_set(reterr, E_IO, "raise the limit of open files",
			   "no descriptor is left for the history's queues");
}

static struct archive *archive_new(const struct archive_options *opt, struct mailbox *out)
{
	struct archive *a = xcalloc(1, sizeof(*a));

	a->clock = opt->clock;
	a->log = opt->log;
	a->out = out;
	a->wake_fd = -1;
	a->retires = opt->limits.keep_ms > 0 || opt->limits.keep_bytes > 0;
	a->opened_ms = clock_wall_ms(&a->clock);
	a->seen_mono_ms = clock_mono_ms(&a->clock);
	a->retire_mono_ms = a->seen_mono_ms + ARCHIVE_RETIRE_MS;
	a->told_mono_ms = a->seen_mono_ms - ARCHIVE_REPORT_MS;
	skips_init(&a->skips);
	restore_init(&a->restore, opt->restore_events);
	pthread_mutex_init(&a->lock, NULL);
	return a;
}

static void archive_free(struct archive *a)
{
	batch_release(&a->batch);
	held_list_release(&a->for_out);
	held_list_release(&a->for_sync);
	restore_release(&a->restore);
	skips_release(&a->skips);
	history_close(a->history);
	history_close(a->shelf);
	mailbox_free(a->in);
	mailbox_free(a->answers);
	if (a->wake_fd >= 0)
		close(a->wake_fd);
	pthread_mutex_destroy(&a->lock);
	free(a->pins);
	free(a);
}

/* Signals are the UI thread's business. */
static enum status start_thread(struct archive *a, struct problem *reterr)
{
	sigset_t all, before;
	int failed;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&a->thread, NULL, archive_run, a);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failed)
		return problem_set(reterr, E_IO, NULL, "cannot start the history's thread: %s",
				   strerror(failed));
	return S_OK;
}

enum status archive_start(const struct archive_options *opt, struct mailbox *out,
			  struct archive **ret, struct history_opening *ret_opening,
			  struct problem *reterr)
{
	struct archive *a = archive_new(opt, out);
	struct history_opening opening = {.mode = HISTORY_STARTING};
	enum status st = start_queues(a, reterr);

	if (st == S_OK)
		st = start_history(a, opt, &opening, reterr);
	if (st == S_OK) {
		a->mode = opening.mode;
		a->opening = opening.problem;
		if (opt->path)
			str_copy(a->path, sizeof(a->path), opt->path);
		start_read(a);
		st = start_proof(a, reterr);
	}
	if (st == S_OK) {
		mailbox_on_room(out, archive_wake, a);
		st = start_thread(a, reterr);
	}
	if (st != S_OK) {
		mailbox_on_room(out, NULL, a);
		archive_free(a);
		return st;
	}
	*ret = a;
	*ret_opening = opening;
	return S_OK;
}

void archive_stop(struct archive *a)
{
	if (!a)
		return;
	pthread_mutex_lock(&a->lock);
	a->stop = true;
	pthread_mutex_unlock(&a->lock);
	archive_wake(a);
	pthread_join(a->thread, NULL);
	mailbox_on_room(a->out, NULL, a);
	archive_tell_sync(a, NULL);
	archive_free(a);
}

/* --- asked by other threads
 * --------------------------------------------------------------------------- */

struct mailbox *archive_inbox(struct archive *a)
{
	return a->in;
}

struct mailbox *archive_answers(struct archive *a)
{
	return a->answers;
}

void archive_tell_sync(struct archive *a, struct mailbox *sync)
{
	struct mailbox *before;

	pthread_mutex_lock(&a->lock);
	before = a->sync;
	a->sync = sync;
	pthread_mutex_unlock(&a->lock);
	if (before)
		mailbox_on_room(before, NULL, a);
	if (sync)
		mailbox_on_room(sync, archive_wake, a);
}

void archive_position(const struct archive *a, struct sync_position *ret)
{
	*ret = a->position;
}

void archive_since(const struct archive *a, enum stream_id stream, char ret[ID_CAP])
{
	str_copy(ret, ID_CAP, a->since[stream]);
}

enum status archive_submit(struct archive *a, const struct request *rq)
{
	enum status st = S_OK;

	pthread_mutex_lock(&a->lock);
	if (a->request_count == ARCHIVE_REQUESTS_MAX)
		st = E_FULL;
	else
		a->requests[a->request_count++] = *rq;
	pthread_mutex_unlock(&a->lock);
	if (st == S_OK)
		archive_wake(a);
	return st;
}

void archive_pin(struct archive *a, enum object_kind kind, const char *object_id, bool pinned)
{
	struct pin *p;

	pthread_mutex_lock(&a->lock);
	array_reserve((void **)&a->pins, &a->pin_cap, a->pin_count + 1, sizeof(*a->pins));
	p = &a->pins[a->pin_count++];
	*p = (struct pin){.kind = kind, .pinned = pinned};
	str_copy(p->id, sizeof(p->id), object_id);
	pthread_mutex_unlock(&a->lock);
	archive_wake(a);
}

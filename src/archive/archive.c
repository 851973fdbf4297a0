/* Starting and stopping, and what other threads may call. */
#include "archive/archive_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

int64_t archive_retired_ms(struct history *h)
{
	char id[ID_CAP];
	int64_t ms;

	history_retired(h, id, &ms);
	return ms;
}

/* --- starting ------------------------------------------------------------------------ */

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
				  .retired_ms = archive_retired_ms(a->history)};
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
	a->aside_mono_ms = TIME_NONE;
	a->retires = opt->limits.keep_ms > 0 || opt->limits.keep_bytes > 0;
	a->indexes = true;
	a->opened_ms = clock_wall_ms(&a->clock);
	a->seen_mono_ms = clock_mono_ms(&a->clock);
	a->retire_mono_ms = a->seen_mono_ms + ARCHIVE_RETIRE_FIRST_MS;
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

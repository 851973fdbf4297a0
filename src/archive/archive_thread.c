/*
 * The thread. One round: hand over what is held; take, commit and pass on a batch; answer
 * a few requests; restore one slice; look at the timers. While out is full nothing but the
 * first of these happens.
 */
#include "archive/archive_priv.h"

#include <errno.h>
#include <poll.h>
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

static bool stalled(const struct archive *a)
{
	return a->trouble.status != S_OK;
}

/* Whether there was anything to commit. */
static bool round_batch(struct archive *a)
{
	size_t events;
	bool news;

	if (a->gathering && mailbox_count(a->answers) == 0 && !requests_wait(a))
		return false;
	if (stalled(a) && clock_mono_ms(&a->clock) < a->retry_mono_ms && !requests_wait(a))
		return false;
	news = batch_gather(a);
	if (!news && !batch_is_due(a) && !stalled(a))
		return false;
	events = a->batch.events;
	batch_commit(a);
	a->gathering = events > 0 && events <= ARCHIVE_GATHER_EVENTS;
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
	proof_retired(&a->proof, archive_retired_ms(a->history));
	if (more)
		a->retire_mono_ms = mono;
	return more;
}

/* So that the first look-up is as quick as the others. */
static bool round_warm(struct archive *a)
{
	bool more = false;

	if (a->warm)
		return false;
	if (history_warm(a->shelf ? a->shelf : a->history, &more, NULL) != S_OK)
		more = false;
	a->warm = !more;
	return more;
}

/* A slice of what an upgrade left to be made findable. */
static bool round_index(struct archive *a)
{
	struct problem why = {.status = S_OK};
	int64_t mono = clock_mono_ms(&a->clock);
	bool more = false;

	if (!a->indexes || stalled(a) || mono < a->index_mono_ms)
		return false;
	if (history_index(a->history, &more, &why) != S_OK) {
		a->index_mono_ms = mono + ARCHIVE_RETIRE_MS;
		log_msg(a->log, LOG_WARN, "history: cannot be made findable: %s", why.what);
		return false;
	}
	a->indexes = more;
	return more;
}

/* Beside another instance: when that one has ended nobody keeps anything, and this one, which shows
 * a file of its own since then, has to be started again to do so. */
static void round_keeper(struct archive *a)
{
	int64_t mono = clock_mono_ms(&a->clock);
	bool told = a->opening.status == E_CLOSED, left;
	struct problem why;

	if (!a->shelf || !a->path[0] || !(told || a->opening.status == E_CONFLICT) ||
	    mono < a->keeper_mono_ms)
		return;
	a->keeper_mono_ms = mono + ARCHIVE_KEEPER_MS;
	left = history_is_left(a->path, &why);
	if (left && !told)
		(void)problem_set(&a->opening, E_CLOSED, NULL,
				  "the other has ended: quit, start again");
	else if (!left && told && why.status == E_CONFLICT)
		a->opening = why; /* a third one took it up */
}

/* True: there is more to do at once. */
static bool archive_round(struct archive *a)
{
	bool was_stalled = stalled(a), was_gathering = a->gathering, busy;

	if (!archive_flush(a))
		return false;
	busy = round_batch(a);
	busy = requests_serve(a) || busy;
	if (a->restore.step != RESTORE_DONE) {
		restore_go_on(a);
		busy = true;
	} else if (!busy) {
		busy = round_warm(a) || round_index(a) || round_retire(a);
	}
	if (was_gathering && busy)
		a->gathering = false; /* with other work to do there will be no wait */
	round_keeper(a);
	archive_tell(a, was_stalled != stalled(a));
	return archive_flush(a) && busy;
}

/* --- waiting ------------------------------------------------------------------------ */

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
	if (a->gathering && ms > ARCHIVE_GATHER_MS)
		ms = ARCHIVE_GATHER_MS;
	return (int)ms;
}

static void archive_wait(struct archive *a)
{
	bool held = archive_holds(a);
	struct pollfd fds[3] = {{.fd = a->wake_fd, .events = POLLIN},
				{.fd = mailbox_fd(a->answers), .events = POLLIN},
				{.fd = mailbox_fd(a->in), .events = POLLIN}};
	/* nothing more is taken while it cannot be written or handed over */
	nfds_t count = held || stalled(a) ? 1 : a->gathering ? 2 : 3;

	(void)poll(fds, count, held ? ARCHIVE_TICK_MS : wait_ms(a));
	a->gathering = false;
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
	requests_finish(a);
	while (more) {
		more = batch_gather(a);
		batch_commit(a);
		(void)archive_flush(a);
		more = more && !stalled(a);
	}
	archive_tell(a, true);
	(void)archive_flush(a);
}

void *archive_run(void *arg)
{
	struct archive *a = arg;

	archive_tell(a, true);
	restore_go_on(a);
	(void)archive_flush(a);
	batch_commit(a); /* that the program was away */
	while (!archive_stopping(a)) {
		if (archive_round(a))
			continue;
		archive_wait(a);
	}
	archive_finish(a);
	return NULL;
}

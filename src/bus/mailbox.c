/*
 * Lock order: `wakers_lock` is never taken while `lock` is held, and the other way
 * round; wakers run under `wakers_lock` alone, so that one cannot be removed while
 * it runs. The descriptor is written and read under `lock`: its readiness and
 * `count` never disagree.
 */
#include "bus/mailbox.h"

#include "base/alloc.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct waker {
	void (*wake)(void *ctx);
	void *ctx;
};

struct mailbox {
	/* immutable */
	size_t capacity;
	int fd;
	/* under lock */
	pthread_mutex_t lock;
	struct msg **ring;
	size_t head;
	size_t count;
	size_t events; /* in the messages */
	bool closed;
	bool refused;
	/* under wakers_lock */
	pthread_mutex_t wakers_lock;
	struct waker wakers[MAILBOX_WAKERS_MAX];
	size_t waker_count;
};

struct mailbox *mailbox_new(size_t capacity)
{
	struct mailbox *mb = xcalloc(1, sizeof(*mb));

	assert(capacity > 0);
	mb->capacity = capacity;
	mb->ring = xcalloc(capacity, sizeof(struct msg *));
	mb->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (mb->fd < 0) {
		free(mb->ring);
		free(mb);
		return NULL;
	}
	pthread_mutex_init(&mb->lock, NULL);
	pthread_mutex_init(&mb->wakers_lock, NULL);
	return mb;
}

void mailbox_free(struct mailbox *mb)
{
	struct msg *m;

	if (mb == NULL)
		return;
	mb->waker_count = 0;
	while ((m = mailbox_take(mb)) != NULL)
		msg_free(m);
	close(mb->fd);
	pthread_mutex_destroy(&mb->lock);
	pthread_mutex_destroy(&mb->wakers_lock);
	free(mb->ring);
	free(mb);
}

static void mailbox_signal(struct mailbox *mb)
{
	uint64_t one = 1;
	ssize_t n;

	do
		n = write(mb->fd, &one, sizeof(one));
	while (n < 0 && errno == EINTR);
	assert(n == (ssize_t)sizeof(one));
}

static void mailbox_unsignal(struct mailbox *mb)
{
	uint64_t value;
	ssize_t n;

	do
		n = read(mb->fd, &value, sizeof(value));
	while (n < 0 && errno == EINTR);
	assert(n == (ssize_t)sizeof(value));
}

static void mailbox_wake_posters(struct mailbox *mb)
{
	pthread_mutex_lock(&mb->wakers_lock);
	for (size_t i = 0; i < mb->waker_count; i++)
		mb->wakers[i].wake(mb->wakers[i].ctx);
	pthread_mutex_unlock(&mb->wakers_lock);
}

static size_t msg_events_count(const struct msg *m)
{
	return m->kind == MSG_EVENTS ? m->as.events.count : 0;
}

static bool mailbox_has_room(const struct mailbox *mb, size_t events)
{
	if (mb->count == mb->capacity)
		return false;
	return events == 0 || mb->events == 0 || mb->events + events <= MAILBOX_EVENTS_MAX;
}

enum status mailbox_post(struct mailbox *mb, struct msg *msg)
{
	size_t events = msg_events_count(msg);
	enum status st = S_OK;

	pthread_mutex_lock(&mb->lock);
	if (mb->closed) {
		st = E_CLOSED;
	} else if (!mailbox_has_room(mb, events)) {
		mb->refused = true;
		st = E_FULL;
	} else {
		mb->ring[(mb->head + mb->count) % mb->capacity] = msg;
		mb->events += events;
		if (mb->count++ == 0)
			mailbox_signal(mb);
	}
	pthread_mutex_unlock(&mb->lock);
	return st;
}

struct msg *mailbox_take(struct mailbox *mb)
{
	struct msg *m = NULL;
	bool room = false;

	pthread_mutex_lock(&mb->lock);
	if (mb->count > 0) {
		m = mb->ring[mb->head];
		mb->head = (mb->head + 1) % mb->capacity;
		mb->events -= msg_events_count(m);
		if (--mb->count == 0)
			mailbox_unsignal(mb);
		room = mb->refused && mb->count <= mb->capacity / 2 &&
		       mb->events <= MAILBOX_EVENTS_MAX / 2;
		if (room)
			mb->refused = false;
	}
	pthread_mutex_unlock(&mb->lock);
	if (room)
		mailbox_wake_posters(mb);
	return m;
}

int mailbox_fd(const struct mailbox *mb)
{
	return mb->fd;
}

void mailbox_close(struct mailbox *mb)
{
	pthread_mutex_lock(&mb->lock);
	mb->closed = true;
	pthread_mutex_unlock(&mb->lock);
	mailbox_wake_posters(mb);
}

size_t mailbox_count(struct mailbox *mb)
{
	size_t n;

	pthread_mutex_lock(&mb->lock);
	n = mb->count;
	pthread_mutex_unlock(&mb->lock);
	return n;
}

void mailbox_on_room(struct mailbox *mb, void (*wake)(void *ctx), void *ctx)
{
	size_t i = 0;

	pthread_mutex_lock(&mb->wakers_lock);
	while (i < mb->waker_count && mb->wakers[i].ctx != ctx)
		i++;
	if (wake != NULL) {
		assert(i < MAILBOX_WAKERS_MAX);
		mb->wakers[i] = (struct waker){.wake = wake, .ctx = ctx};
		if (i == mb->waker_count)
			mb->waker_count++;
	} else if (i < mb->waker_count) {
		mb->wakers[i] = mb->wakers[--mb->waker_count];
	}
	pthread_mutex_unlock(&mb->wakers_lock);
}

/* --- requests ------------------------------------------------------------- */

struct request_queue {
	size_t capacity; /* immutable */
	/* under lock */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct request *items; /* in the order they came */
	size_t count;
	bool closed;
};

struct request_queue *request_queue_new(size_t capacity)
{
	struct request_queue *q = xcalloc(1, sizeof(*q));

	assert(capacity > 0);
	q->capacity = capacity;
	q->items = xcalloc(capacity, sizeof(*q->items));
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->changed, NULL);
	return q;
}

void request_queue_free(struct request_queue *q)
{
	if (q == NULL)
		return;
	pthread_cond_destroy(&q->changed);
	pthread_mutex_destroy(&q->lock);
	free(q->items);
	free(q);
}

enum status request_queue_post(struct request_queue *q, const struct request *r)
{
	enum status st = S_OK;

	pthread_mutex_lock(&q->lock);
	if (q->closed) {
		st = E_CLOSED;
	} else if (q->count == q->capacity) {
		st = E_FULL;
	} else {
		q->items[q->count++] = *r;
		pthread_cond_signal(&q->changed);
	}
	pthread_mutex_unlock(&q->lock);
	return st;
}

/* The oldest write, or else the oldest read. */
static size_t request_queue_pick(const struct request_queue *q)
{
	for (size_t i = 0; i < q->count; i++)
		if (request_kind_is_write(q->items[i].kind))
			return i;
	return 0;
}

enum status request_queue_wait(struct request_queue *q, struct request *ret)
{
	enum status st = E_CLOSED;

	pthread_mutex_lock(&q->lock);
	while (!q->closed && q->count == 0)
		pthread_cond_wait(&q->changed, &q->lock);
	if (!q->closed) {
		size_t i = request_queue_pick(q);

		*ret = q->items[i];
		q->count--;
		memmove(&q->items[i], &q->items[i + 1], (q->count - i) * sizeof(*q->items));
		st = S_OK;
	}
	pthread_mutex_unlock(&q->lock);
	return st;
}

void request_queue_close(struct request_queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->closed = true;
	pthread_cond_broadcast(&q->changed);
	pthread_mutex_unlock(&q->lock);
}

#include "app/network.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SYNC_MESSAGES  256
#define RESTORE_EVENTS 10000 /* further ones are read back when someone looks that far */

static const char *network_environment(const struct config *c)
{
	switch (c->environment) {
	case ENV_DEVNET:
		return "devnet";
	case ENV_MAINNET:
		return "mainnet";
	case ENV_UNKNOWN:
	case ENV_DEMO:
	case ENVIRONMENT_COUNT:
		break;
	}
	return "";
}

void network_world(const struct network_options *o, struct world *ret)
{
	const struct config *c = o->config;

	memset(ret, 0, sizeof(*ret));
	/* A demo's sandbox comes back on another port and is the same world. */
	str_copy(ret->server, sizeof(ret->server), c->run == RUN_DEMO ? "demo" : c->url);
	str_copy(ret->environment, sizeof(ret->environment), network_environment(c));
	world_account(ret, c->merchant_key, c->commerce_key);
}

/* The folder with those above it that are missing, closed to everyone else. */
static enum status make_folder(const char *path, struct problem *reterr)
{
	char *part = xstrdup(path);
	enum status s = S_OK;

	for (char *slash = part + 1; s == S_OK && slash; slash++) {
		slash = strchr(slash, '/');
		if (slash)
			*slash = '\0';
		if (mkdir(part, 0700) != 0 && errno != EEXIST)
			s = problem_set(reterr, E_IO,
					"--history FILE says where else; --no-history does without",
					"cannot make the folder of the history %s: %s", path,
					strerror(errno));
		if (!slash)
			break;
		*slash = '/';
	}
	free(part);
	return s;
}

enum status network_history_path(const struct network_options *o, char **ret,
				 struct problem *reterr)
{
	const struct config *c = o->config;
	struct world world;
	char path[PATH_MAX];
	enum status s = S_OK;

	if (c->no_history) {
		*ret = NULL;
		return S_OK;
	}
	if (c->history) {
		*ret = xstrdup(c->history);
		return S_OK;
	}
	if (o->demo_dir) {
		str_printf(path, sizeof(path), "%s/history.db", o->demo_dir);
	} else {
		network_world(o, &world);
		s = make_folder(c->state_dir, reterr);
		if (s == S_OK)
			s = world_path(&world, c->state_dir, path, sizeof(path), reterr);
	}
	if (s == S_OK)
		*ret = xstrdup(path);
	return s;
}

static enum status network_start_archive(struct network *n, const struct network_options *o,
					 struct mailbox *out, struct problem *reterr)
{
	struct archive_options ao = {
		.clock = o->clock,
		.limits = {.keep_ms = o->config->keep_ms, .keep_bytes = o->config->keep_bytes},
		.restore_events = RESTORE_EVENTS,
		.log = o->log,
	};
	char *path = NULL;
	enum status s = network_history_path(o, &path, reterr);

	if (s != S_OK)
		return s;
	ao.path = path;
	network_world(o, &ao.world);
	s = archive_start(&ao, out, &n->archive, &n->opening, reterr);
	free(path);
	return s;
}

static enum status network_start_rest(struct network *n, const struct network_options *o,
				      struct problem *reterr)
{
	struct rest_options ro = {
		.base_url = o->config->url,
		.merchant_key = o->config->merchant_key,
		.commerce_key = o->config->commerce_key,
		.read_only = o->config->read_only,
		.clock = &o->clock,
		.log = o->log,
	};

	return rest_start(&ro, archive_answers(n->archive), &n->rest, reterr);
}

static enum status network_start_feed(struct network *n, const struct network_options *o,
				      struct problem *reterr)
{
	struct feed_options fo = {
		.ws_url = o->config->ws_url,
		.merchant_key = o->config->merchant_key,
		.commerce_key = o->config->commerce_key,
		.environment = network_environment(o->config),
		.clock = o->clock,
		.jitter_seed = rng_next(o->rng),
		.log = o->log,
	};

	for (int i = 0; i < STREAM_COUNT; i++)
		archive_since(n->archive, (enum stream_id)i, fo.since[i]);
	return feed_start(&fo, archive_inbox(n->archive), &n->feed, reterr);
}

static enum status network_start_sync(struct network *n, const struct network_options *o,
				      struct problem *reterr)
{
	struct sync_options so = {
		.base_url = o->config->url,
		.merchant_key = o->config->merchant_key,
		.commerce_key = o->config->commerce_key,
		.environment = network_environment(o->config),
		.clock = o->clock,
		.jitter_seed = rng_next(o->rng),
		.log = o->log,
	};

	archive_position(n->archive, &so.position);
	return sync_start(&so, n->sync_in, archive_inbox(n->archive), n->feed, &n->sync, reterr);
}

enum status network_start(struct network *n, const struct network_options *o, struct mailbox *out,
			  struct problem *reterr)
{
	enum status s = network_start_archive(n, o, out, reterr);

	if (s == S_OK)
		s = network_start_rest(n, o, reterr);
	if (s != S_OK)
		return s;
	n->sync_in = mailbox_new(SYNC_MESSAGES);
	if (!n->sync_in)
		return problem_set(reterr, E_IO, NULL, "no descriptor is left for another queue");
	archive_tell_sync(n->archive, n->sync_in);
	s = network_start_feed(n, o, reterr);
	if (s == S_OK)
		s = network_start_sync(n, o, reterr);
	return s;
}

enum status network_submit(struct network *n, const struct request *rq)
{
	enum status s;

	if (!n->archive || !n->rest)
		return E_CLOSED;
	if (request_kind_asked_of(rq->kind) == OF_HISTORY)
		return archive_submit(n->archive, rq);
	s = rest_submit(n->rest, rq);
	if (s == S_OK && request_kind_is_write(rq->kind))
		archive_pin(n->archive, rq->object, rq->target, true);
	return s;
}

void network_settled(struct network *n, const struct request *rq)
{
	if (n->archive && request_kind_is_write(rq->kind))
		archive_pin(n->archive, rq->object, rq->target, false);
}

int64_t network_server_ms(const struct network *n)
{
	return n->rest ? rest_server_ms(n->rest) : TIME_NONE;
}

int64_t network_asked_to_wait_ms(const struct network *n)
{
	return n->rest ? rest_asked_to_wait_ms(n->rest) : 0;
}

void network_retry_now(struct network *n)
{
	if (n->feed)
		feed_retry_now(n->feed);
	if (n->sync)
		sync_now(n->sync);
}

/* Against the order of starting: who posts goes before whom it posts to. */
void network_stop(struct network *n)
{
	sync_stop(n->sync);
	feed_stop(n->feed);
	rest_stop(n->rest);
	if (n->archive)
		archive_stop(n->archive);
	mailbox_free(n->sync_in);
	memset(n, 0, sizeof(*n));
}

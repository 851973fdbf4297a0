/*
 * The real pepay-sandbox as a child of a test, which can kill it and start it again.
 */
#ifndef PEPAYTOP_TESTS_SANDBOX_CHILD_H
#define PEPAYTOP_TESTS_SANDBOX_CHILD_H

#include "base/strbuf.h"
#include "peer.h"
#include "scratch.h"
#include "wire/json.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct sandbox {
	char dir[64], db[96], log[96];
	pid_t pid;
	char base_url[128], ws_url[128], merchant_key[128], commerce_key[128];
	int port;
	int held;            /* keeps the port while it is down */
	char rate_limit[16]; /* N/PERIOD; "" none */
};

static inline void copy_member(const struct json *root, const char *key, char *buf, size_t cap)
{
	assert_non_null(json_string(json_get(root, key)));
	assert_true(str_copy(buf, cap, json_string(json_get(root, key))));
}

static inline void sandbox_read_address(struct sandbox *sb, int fd)
{
	char line[2048];
	size_t len = 0;
	struct json *root = NULL;

	while (len < sizeof(line) - 1 && memchr(line, '\n', len) == NULL) {
		ssize_t n = read(fd, line + len, sizeof(line) - 1 - len);

		assert_true(n > 0);
		len += (size_t)n;
	}
	assert_int_equal(json_parse(line, (size_t)((char *)memchr(line, '\n', len) - line), &root,
				    NULL),
			 S_OK);
	copy_member(root, "base_url", sb->base_url, sizeof(sb->base_url));
	copy_member(root, "ws_url", sb->ws_url, sizeof(sb->ws_url));
	copy_member(root, "merchant_key", sb->merchant_key, sizeof(sb->merchant_key));
	copy_member(root, "commerce_key", sb->commerce_key, sizeof(sb->commerce_key));
	json_free(root);
}

/* On its port, whether it was there before or not; continues the ledger in sb->db, when it has one.
 */
static inline void sandbox_start(struct sandbox *sb, const char *scenario)
{
	const char *build = getenv("PEPAYTOP_BUILD");
	char program[512], listen_on[32];
	char *argv[] = {program,
			(char *)"--listen",
			listen_on,
			(char *)"--log",
			sb->log,
			(char *)"--seed",
			(char *)"5",
			(char *)"--scenario",
			(char *)(uintptr_t)scenario,
			(char *)"--die-with-parent",
			(char *)"--rate-limit",
			sb->rate_limit[0] != '\0' ? sb->rate_limit : (char *)"1000000/1s",
			sb->db[0] != '\0' ? (char *)"--db" : NULL,
			sb->db,
			NULL};
	posix_spawn_file_actions_t actions;
	int out[2];

	(void)str_printf(program, sizeof(program), "%s/pepay-sandbox",
			 build != NULL ? build : "build");
	(void)str_printf(listen_on, sizeof(listen_on), "127.0.0.1:%d", sb->port);
	assert_int_equal(pipe(out), 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, out[1], 1);
	posix_spawn_file_actions_addclose(&actions, out[0]);
	assert_int_equal(posix_spawn(&sb->pid, program, &actions, NULL, argv, environ), 0);
	posix_spawn_file_actions_destroy(&actions);
	close(out[1]);
	sandbox_read_address(sb, out[0]);
	close(out[0]);
}

static inline void sandbox_new_at_rate(struct sandbox *sb, const char *scenario, bool keep,
				       const char *rate_limit)
{
	*sb = (struct sandbox){.port = 0};
	scratch_path(sb->dir, sizeof(sb->dir), "pepaytop-test-XXXXXX");
	(void)str_copy(sb->rate_limit, sizeof(sb->rate_limit), rate_limit);
	assert_non_null(mkdtemp(sb->dir));
	sb->held = port_hold(&sb->port);
	if (keep)
		(void)str_printf(sb->db, sizeof(sb->db), "%s/ledger.db", sb->dir);
	(void)str_printf(sb->log, sizeof(sb->log), "%s/log", sb->dir);
	sandbox_start(sb, scenario);
}

static inline void sandbox_new(struct sandbox *sb, const char *scenario, bool keep)
{
	sandbox_new_at_rate(sb, scenario, keep, "");
}

static inline void sandbox_kill(struct sandbox *sb, int signal_number)
{
	assert_int_equal(kill(sb->pid, signal_number), 0);
	assert_int_equal(waitpid(sb->pid, NULL, 0), sb->pid);
}

static inline void sandbox_end(struct sandbox *sb)
{
	char extra[128];

	sandbox_kill(sb, SIGTERM);
	unlink(sb->db);
	unlink(sb->log);
	(void)str_printf(extra, sizeof(extra), "%s-journal", sb->db);
	unlink(extra);
	(void)str_printf(extra, sizeof(extra), "%s.lock", sb->db);
	unlink(extra);
	rmdir(sb->dir);
	close(sb->held);
}

#endif

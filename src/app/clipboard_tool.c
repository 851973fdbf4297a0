#include "app/clipboard_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* A file in memory that stands at its start: no pipe that a slow reader would fill. */
static int text_as_file(const char *text, size_t len)
{
	int fd = (int)syscall(SYS_memfd_create, "copy", MFD_CLOEXEC);
	size_t done = 0;

	while (fd >= 0 && done < len) {
		ssize_t n = write(fd, text + done, len - done);

		if (n > 0) {
			done += (size_t)n;
		} else if (n == 0 || errno != EINTR) {
			close(fd);
			fd = -1;
		}
	}
	if (fd >= 0)
		(void)lseek(fd, 0, SEEK_SET);
	return fd;
}

/* Its own group: keys typed here are not for it. It gets the signals that we hold back or ignore.
 */
static bool prepare(posix_spawnattr_t *attr, posix_spawn_file_actions_t *files, int in_fd)
{
	sigset_t none, ignored;

	sigemptyset(&none);
	sigemptyset(&ignored);
	sigaddset(&ignored, SIGPIPE);
	return posix_spawnattr_setflags(attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
						      POSIX_SPAWN_SETSIGDEF) == 0 &&
	       posix_spawnattr_setpgroup(attr, 0) == 0 &&
	       posix_spawnattr_setsigmask(attr, &none) == 0 &&
	       posix_spawnattr_setsigdefault(attr, &ignored) == 0 &&
	       posix_spawn_file_actions_adddup2(files, in_fd, STDIN_FILENO) == 0 &&
	       posix_spawn_file_actions_addopen(files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) ==
		       0 &&
	       posix_spawn_file_actions_addopen(files, STDERR_FILENO, "/dev/null", O_WRONLY, 0) ==
		       0;
}

/* 0 when it cannot be run. */
static pid_t start(const struct clipboard *c, const char *const *argv, int in_fd)
{
	posix_spawnattr_t attr;
	posix_spawn_file_actions_t files;
	pid_t pid = 0;

	if (posix_spawnattr_init(&attr) != 0)
		return 0;
	if (posix_spawn_file_actions_init(&files) == 0) {
		/* posix_spawn promises to leave the words alone. */
		char *const *words = (char *const *)(uintptr_t)argv;

		if (!prepare(&attr, &files, in_fd) ||
		    posix_spawnp(&pid, argv[0], &files, &attr, words, c->place->env) != 0)
			pid = 0;
		posix_spawn_file_actions_destroy(&files);
	}
	posix_spawnattr_destroy(&attr);
	return pid;
}

enum ended { RUNS_ON, ENDED_WELL, ENDED_BADLY };

static enum ended look_at(pid_t pid)
{
	int how;
	pid_t got = waitpid(pid, &how, WNOHANG);

	if (got == 0 || (got < 0 && errno == EINTR))
		return RUNS_ON;
	return got == pid && WIFEXITED(how) && WEXITSTATUS(how) == 0 ? ENDED_WELL : ENDED_BADLY;
}

static enum ended wait_for(pid_t pid, int most_ms)
{
	enum ended ended = look_at(pid);

	for (int waited = 0, pause = 1; ended == RUNS_ON && waited < most_ms;) {
		(void)poll(NULL, 0, pause);
		waited += pause;
		pause = pause < 20 ? 2 * pause : 20;
		ended = look_at(pid);
	}
	return ended;
}

static void end(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* Those that ended since are buried; true when there was a place for another. */
static bool keep(struct clipboard *c, pid_t pid)
{
	for (size_t i = 0; i < CLIPBOARD_STAYING_MAX; i++)
		if (c->staying[i] != 0 && look_at(c->staying[i]) != RUNS_ON)
			c->staying[i] = 0;
	for (size_t i = 0; pid != 0 && i < CLIPBOARD_STAYING_MAX; i++) {
		if (c->staying[i] == 0) {
			c->staying[i] = pid;
			return true;
		}
	}
	return false;
}

bool clipboard_browse(struct clipboard *c, const char *url)
{
	const struct clipboard_place *p = c->place;
	const char *const argv[] = {"xdg-open", url, NULL};

	if (p->way == CLIPBOARD_NONE || p->ssh || !(p->wayland || p->x11))
		return false;
	return clipboard_run_tool(c, argv, "", 0);
}

bool clipboard_run_tool(struct clipboard *c, const char *const *argv, const char *text, size_t len)
{
	int fd = text_as_file(text, len);
	pid_t pid = fd >= 0 ? start(c, argv, fd) : 0;
	int most_ms = c->wait_ms > 0 ? c->wait_ms : CLIPBOARD_WAIT_MS;
	enum ended ended = pid ? wait_for(pid, most_ms) : ENDED_BADLY;
	bool took = false;

	(void)keep(c, 0);
	/* It reads through the same open file: where that stands is how far it read. */
	if (ended == RUNS_ON && lseek(fd, 0, SEEK_CUR) == (off_t)len)
		took = keep(c, pid);
	if (ended == RUNS_ON && !took)
		end(pid);
	if (fd >= 0)
		close(fd);
	return took || ended == ENDED_WELL;
}

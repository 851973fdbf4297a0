#include "app/demo.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "base/strbuf.h"
#include "wire/json.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define READY_TIMEOUT_MS 10000
#define READY_LINE_MAX   8192
#define STOP_TIMEOUT_MS  1000
#define STOP_POLL_MS     10
#define WORDS_KEPT       (256 * 1024) /* of the child's stderr */
#define EXEC_FAILED      127
#define DEMO_DIR         "pepaytop-demo-"

extern char **environ;

/* Its command line and environment; made before fork, for nothing may be allocated after it. */
struct demo_command {
	char *argv[20];
	int argc;
	char seed[24], epoch[WHEN_TEXT_CAP], db[DEMO_PATH_CAP + 16], listen[32];
	char **env;
};

static void command_add(struct demo_command *cmd, const char *flag, const char *value)
{
	if (value == NULL)
		return;
	cmd->argv[cmd->argc++] = (char *)(uintptr_t)flag;
	cmd->argv[cmd->argc++] = (char *)(uintptr_t)value;
}

/* Ours without a word about Pepay: a real account's keys have no business in a sandbox. */
static char **environment_without_keys(void)
{
	size_t count = 0, kept = 0;
	while (environ[count] != NULL)
		count++;
	char **env = xcalloc(count + 1, sizeof(*env));
	for (size_t i = 0; i < count; i++)
		if (!str_starts_with(environ[i], "PEPAY_"))
			env[kept++] = environ[i];
	return env;
}

/* Ledger, history, what SQLite puts beside them: all of the folder is ours, and flat. */
static void demo_remove_dir(struct demo *d)
{
	int fd = d->dir[0] == '\0' ? -1
				   : open(d->dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	while (dir != NULL && (e = readdir(dir)) != NULL)
		(void)unlinkat(dirfd(dir), e->d_name, 0); /* not "." and "..", which are folders */
	if (dir != NULL)
		(void)closedir(dir);
	if (d->dir[0] != '\0')
		(void)rmdir(d->dir);
	d->dir[0] = '\0';
}

/* Folders of demos that were killed: ours by name, and nobody runs under the number in it. */
static void demo_sweep(const char *place)
{
	DIR *dir = opendir(place);
	struct dirent *e;
	if (dir == NULL)
		return;
	while ((e = readdir(dir)) != NULL) {
		struct demo left = {.pid = 0};
		struct stat st;
		char *end;
		if (!str_starts_with(e->d_name, DEMO_DIR))
			continue;
		long pid = strtol(e->d_name + strlen(DEMO_DIR), &end, 10);
		if (pid <= 0 || *end != '-' || kill((pid_t)pid, 0) == 0 || errno != ESRCH)
			continue;
		if (str_printf(left.dir, sizeof(left.dir), "%s/%s", place, e->d_name) &&
		    lstat(left.dir, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == getuid())
			demo_remove_dir(&left); /* never through a link, never another's */
	}
	closedir(dir);
}

/*
 * A file, so that a sandbox that died can go on; in memory where the system has such a place, for
 * a ledger on disk waits for the disk at every event.
 */
static enum status demo_make_dir(struct demo *d, struct problem *reterr)
{
	static const char *const PLACES[] = {"/dev/shm", P_tmpdir};
	for (size_t i = 0; i < sizeof(PLACES) / sizeof(PLACES[0]); i++) {
		demo_sweep(PLACES[i]);
		(void)str_printf(d->dir, sizeof(d->dir), "%s/" DEMO_DIR "%ld-XXXXXX", PLACES[i],
				 (long)getpid());
		if (mkdtemp(d->dir) != NULL)
			return S_OK;
	}
	d->dir[0] = '\0';
	return problem_set(reterr, E_IO, "make room or check its permissions",
			   "cannot make a folder for the demo in %s: %s", P_tmpdir,
			   strerror(errno));
}

static void command_make(struct demo_command *cmd, const struct demo *d, struct config *c)
{
	if (!c->has_seed) {
		struct rng rng;
		rng_seed_from_system(&rng);
		c->seed = rng_next(&rng) >> 1; /* the sandbox reads an int64 */
		c->has_seed = true;            /* a restart goes on with the same keys */
	}
	snprintf(cmd->seed, sizeof(cmd->seed), "%llu", (unsigned long long)c->seed);
	cmd->argv[cmd->argc++] = c->sandbox;
	cmd->argv[cmd->argc++] = (char *)(uintptr_t) "--die-with-parent";
	command_add(cmd, "--seed", cmd->seed);
	command_add(cmd, "--speed", c->speed);
	command_add(cmd, "--scenario", c->scenario);
	command_add(cmd, "--events", c->events);
	if (c->frozen_clock)
		command_add(cmd, "--epoch", when_iso(cmd->epoch, c->clock_ms));
	(void)str_printf(cmd->db, sizeof(cmd->db), "%s/ledger.db", d->dir);
	command_add(cmd, "--db", cmd->db);
	if (c->url != NULL) { /* once more: where the dashboard looks for it */
		const char *address = strstr(c->url, "://");
		(void)str_copy(cmd->listen, sizeof(cmd->listen), address ? address + 3 : "");
		command_add(cmd, "--listen", cmd->listen);
	}
	cmd->env = environment_without_keys();
}

/* After fork: async-signal-safe calls only. */
static _Noreturn void child_run(const struct demo_command *cmd, int in, int out, int err,
				pid_t parent)
{
	sigset_t none;
	sigemptyset(&none);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(EXEC_FAILED);
	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
	    dup2(err, STDERR_FILENO) < 0)
		_exit(EXEC_FAILED);
	execve(cmd->argv[0], cmd->argv, cmd->env);
	static const char cannot[] = "it cannot be executed\n";
	ssize_t ignored = write(STDERR_FILENO, cannot, sizeof(cannot) - 1);
	(void)ignored;
	_exit(EXEC_FAILED);
}

/* A file in memory, not a pipe: a child that talks much must not stall on a reader. */
static int words_open(void)
{
	int fd = (int)syscall(SYS_memfd_create, "sandbox-words", 1u /* MFD_CLOEXEC */);
	if (fd >= 0)
		(void)fcntl(fd, F_SETFL, O_APPEND);
	return fd;
}

static enum status demo_spawn(struct demo *d, const struct demo_command *cmd)
{
	int out[2];
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	d->err_fd = words_open();
	if (null < 0 || d->err_fd < 0 || pipe(out) != 0) {
		if (null >= 0)
			close(null);
		return E_IO;
	}
	for (int i = 0; i < 2; i++)
		(void)fcntl(out[i], F_SETFD, FD_CLOEXEC);
	(void)fcntl(out[0], F_SETFL, O_NONBLOCK);
	d->out_fd = out[0];
	pid_t parent = getpid();
	pid_t pid = fork();
	if (pid == 0)
		child_run(cmd, null, out[1], d->err_fd, parent);
	close(null);
	close(out[1]);
	if (pid < 0)
		return E_IO;
	setpgid(pid, pid); /* both sides: whoever comes first */
	d->pid = pid;
	return S_OK;
}

/* The last line the child said on stderr, into buf; "" when it said nothing. */
static void words_last_line(const struct demo *d, char *buf, size_t cap)
{
	off_t end = lseek(d->err_fd, 0, SEEK_END);
	off_t from = end > (off_t)cap - 1 ? end - (off_t)cap + 1 : 0;
	ssize_t n = pread(d->err_fd, buf, cap - 1, from);
	buf[n > 0 ? n : 0] = '\0';
	size_t len = strlen(buf);
	while (len > 0 && (buf[len - 1] == '\n' || buf[len - 1] == '\r'))
		buf[--len] = '\0';
	char *newline = strrchr(buf, '\n');
	if (newline != NULL)
		memmove(buf, newline + 1, strlen(newline + 1) + 1);
}

static enum status demo_fail(const struct demo *d, enum status st, const char *what,
			     struct problem *reterr)
{
	char words[200] = "";
	words_last_line(d, words, sizeof(words));
	const char *said = words;
	if (str_starts_with(said, "pepay-sandbox: "))
		said += strlen("pepay-sandbox: ");
	return problem_set(reterr, st, "pepay-sandbox --help shows what it takes",
			   "the sandbox %s%s%s", what, *said != '\0' ? ": " : "", said);
}

/* Reads up to the first newline. E_CLOSED: the child closed its side. */
static enum status ready_read(const struct demo *d, struct strbuf *line)
{
	struct clock clock = clock_system();
	int64_t deadline = clock_mono_ms(&clock) + READY_TIMEOUT_MS;
	for (;;) {
		int64_t left = deadline - clock_mono_ms(&clock);
		struct pollfd p = {.fd = d->out_fd, .events = POLLIN};
		char c;
		if (left <= 0)
			return E_TIMEOUT;
		if (poll(&p, 1, (int)left) <= 0)
			continue;
		ssize_t n = read(d->out_fd, &c, 1);
		if (n == 0)
			return E_CLOSED;
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return E_IO;
		if (n == 1 && c == '\n')
			return S_OK;
		if (n == 1)
			strbuf_addch(line, c);
		if (line->overflow)
			return E_LIMIT;
	}
}

static enum status ready_take(struct config *c, const struct strbuf *line)
{
	struct json *ready = NULL;
	if (json_parse(strbuf_str(line), line->len, &ready, NULL) != S_OK)
		return E_PROTOCOL;
	const char *url = json_string(json_get(ready, "base_url"));
	const char *ws_url = json_string(json_get(ready, "ws_url"));
	const char *merchant = json_string(json_get(ready, "merchant_key"));
	const char *commerce = json_string(json_get(ready, "commerce_key"));
	enum status st = E_PROTOCOL;
	if (c->url != NULL) { /* others hold on to what the first start told */
		st = str_equal(url, c->url) && str_equal(merchant, c->merchant_key) ? S_OK
										    : E_CONFLICT;
	} else if (url != NULL && ws_url != NULL && merchant != NULL && commerce != NULL) {
		c->url = xstrdup(url);
		c->ws_url = xstrdup(ws_url);
		c->merchant_key = xstrdup(merchant);
		c->commerce_key = xstrdup(commerce);
		st = S_OK;
	}
	json_free(ready);
	return st;
}

static enum status demo_wait_ready(struct demo *d, struct config *c, struct problem *reterr)
{
	struct strbuf line;
	strbuf_init(&line, READY_LINE_MAX);
	enum status st = ready_read(d, &line);
	if (st == S_OK)
		st = ready_take(c, &line);
	strbuf_release(&line);
	if (st == S_OK)
		return S_OK;
	return demo_fail(d, st,
			 st == E_CLOSED    ? "ended before it was ready"
			 : st == E_TIMEOUT ? "was not ready within 10 s"
					   : "said something else than that it is ready",
			 reterr);
}

/* True once it is gone and reaped. */
static bool demo_reap(struct demo *d)
{
	if (d->pid > 0 && waitpid(d->pid, NULL, WNOHANG) != 0)
		d->pid = 0;
	return d->pid <= 0;
}

/* A zeroed struct demo has no pipes either; ours never are the standard streams. */
static void demo_close(int *fd)
{
	if (*fd > STDERR_FILENO)
		close(*fd);
	*fd = -1;
}

static void demo_end_child(struct demo *d)
{
	const struct timespec pause = {.tv_nsec = STOP_POLL_MS * 1000000L};
	if (!demo_reap(d))
		kill(d->pid, SIGTERM);
	for (int waited = 0; !demo_reap(d) && waited < STOP_TIMEOUT_MS; waited += STOP_POLL_MS)
		nanosleep(&pause, NULL);
	if (!demo_reap(d)) {
		kill(d->pid, SIGKILL);
		while (waitpid(d->pid, NULL, 0) < 0 && errno == EINTR)
			;
		d->pid = 0;
	}
	demo_close(&d->out_fd);
	demo_close(&d->err_fd);
}

/* On the ledger in d->dir; on failure nothing of the child is left. */
static enum status demo_run(struct demo *d, struct config *c, struct problem *reterr)
{
	struct demo_command cmd = {.argc = 0};
	d->pid = 0;
	d->out_fd = d->err_fd = -1;
	command_make(&cmd, d, c);
	enum status st = demo_spawn(d, &cmd);
	free(cmd.env);
	if (st != S_OK)
		(void)problem_set(reterr, st, NULL, "cannot start the sandbox: %s",
				  strerror(errno));
	else
		st = demo_wait_ready(d, c, reterr);
	if (st != S_OK)
		demo_end_child(d);
	return st;
}

enum status demo_start(struct demo *d, struct config *c, struct problem *reterr)
{
	struct demo started = {.pid = 0, .out_fd = -1, .err_fd = -1};
	enum status st = demo_make_dir(&started, reterr);
	if (st == S_OK)
		st = demo_run(&started, c, reterr);
	if (st != S_OK) {
		demo_remove_dir(&started);
		return st;
	}
	*d = started;
	return S_OK;
}

enum status demo_restart(struct demo *d, struct config *c, struct problem *reterr)
{
	demo_end_child(d);
	return demo_run(d, c, reterr);
}

void demo_stop(struct demo *d)
{
	demo_end_child(d);
	demo_remove_dir(d);
}

bool demo_alive(struct demo *d)
{
	char drop[512];
	struct pollfd p = {.fd = d->out_fd, .events = POLLIN};
	if (demo_reap(d))
		return false;
	while (poll(&p, 1, 0) > 0 && read(d->out_fd, drop, sizeof(drop)) > 0)
		;
	/* It appends, so its next words begin at the new end. */
	if (lseek(d->err_fd, 0, SEEK_END) > WORDS_KEPT) {
		int ignored = ftruncate(d->err_fd, 0);
		(void)ignored;
	}
	return true;
}

/* The file as the operating system sees it: who may open it, who has it, where it goes when it is
 * damaged. */
#include "archive/history_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SET_ASIDE_TRIES 100

/* --- folder ------------------------------------------------------------------------------ */

static enum status folder_make(const char *dir, struct problem *reterr)
{
	char *path = xstrdup(dir);
	enum status st = S_OK;

	for (char *p = path + 1; st == S_OK; p++) {
		char kept = *p;
		if (kept != '/' && kept != '\0')
			continue;
		*p = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST && access(path, F_OK) != 0)
			st = problem_set(reterr, E_IO, "use --history FILE, or --no-history",
					 "cannot make the folder %s: %s", path, strerror(errno));
		*p = kept;
		if (kept == '\0')
			break;
	}
	free(path);
	return st;
}

static enum status folder_check(const char *dir, struct problem *reterr)
{
	struct stat s;

	if (lstat(dir, &s) != 0)
		return problem_set(reterr, errno == ENOENT ? E_NOT_FOUND : E_IO, NULL,
				   "cannot look at the folder %s: %s", dir, strerror(errno));
	if (S_ISLNK(s.st_mode))
		return problem_set(reterr, E_DENIED, "name the folder it leads to",
				   "%s, the folder of the history, is a symbolic link", dir);
	if (!S_ISDIR(s.st_mode))
		return problem_set(reterr, E_DENIED, NULL, "%s is not a folder", dir);
	if (s.st_uid != geteuid() && s.st_uid != 0)
		return problem_set(reterr, E_DENIED, "use a folder of your own",
				   "%s, the folder of the history, belongs to somebody else", dir);
	if ((s.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (s.st_mode & S_ISVTX) == 0)
		return problem_set(reterr, E_DENIED, "chmod go-w it",
				   "%s, the folder of the history, is writable by others", dir);
	return S_OK;
}

/* "a/b.db" is "a" and "b.db"; "b.db" is "." and "b.db". The caller's. */
static void path_split(const char *path, char **ret_dir, char **ret_name)
{
	const char *slash = strrchr(path, '/');

	*ret_dir = slash == NULL   ? xstrdup(".")
		   : slash == path ? xstrdup("/")
				   : xmemdup0(path, (size_t)(slash - path));
	*ret_name = xstrdup(slash == NULL ? path : slash + 1);
}

static char *path_join(const char *dir, const char *name)
{
	struct strbuf sb;

	strbuf_init(&sb, PATH_MAX);
	strbuf_addf(&sb, "%s%s%s", dir, str_equal(dir, "/") ? "" : "/", name);
	return strbuf_take(&sb);
}

/* --- file -------------------------------------------------------------------------------- */

static enum status file_check_one(const char *path, const struct stat *s, struct problem *reterr)
{
	if (S_ISLNK(s->st_mode))
		return problem_set(reterr, E_DENIED, "name the file it leads to",
				   "%s is a symbolic link", path);
	if (!S_ISREG(s->st_mode))
		return problem_set(reterr, E_DENIED, NULL, "%s is not a file", path);
	if (s->st_uid != geteuid())
		return problem_set(reterr, E_DENIED, "use a file of your own",
				   "%s belongs to somebody else", path);
	if ((s->st_mode & 077) != 0)
		return problem_set(reterr, E_DENIED, "chmod 600 it", "%s may be read by others",
				   path);
	if (s->st_nlink > 1)
		return problem_set(reterr, E_DENIED, "copy it",
				   "%s has a second name (a hard link)", path);
	return S_OK;
}

/* Looked at by name, never opened: closing it would let go of SQLite's locks in this process. */
static enum status file_look(const char *path, bool *ret_exists, struct problem *reterr)
{
	struct stat s;

	*ret_exists = lstat(path, &s) == 0;
	if (*ret_exists)
		return file_check_one(path, &s, reterr);
	if (errno == ENOENT)
		return S_OK;
	return problem_set(reterr, E_IO, NULL, "cannot look at %s: %s", path, strerror(errno));
}

enum status file_check(const char *path, bool make, char **ret_path, bool *ret_exists,
		       struct problem *reterr)
{
	char *dir = NULL, *name = NULL, *real = NULL, *full = NULL;
	enum status st;

	path_split(path, &dir, &name);
	if (name[0] == '\0')
		st = problem_set(reterr, E_INVALID, NULL, "'%s' names no file", path);
	else
		st = make ? folder_make(dir, reterr) : S_OK;
	if (st == S_OK)
		st = folder_check(dir, reterr);
	if (st == S_OK && (real = realpath(dir, NULL)) == NULL)
		st = problem_set(reterr, E_IO, NULL, "cannot find the folder %s: %s", dir,
				 strerror(errno));
	if (st == S_OK) {
		full = path_join(real, name);
		st = file_look(full, ret_exists, reterr);
	}
	if (st == S_OK)
		*ret_path = full;
	else
		free(full);
	free(real);
	free(dir);
	free(name);
	return st;
}

bool file_is_missing(const char *path)
{
	struct stat s;

	return lstat(path, &s) != 0 && errno == ENOENT;
}

enum status file_create(const char *path, struct problem *reterr)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool refused = errno == EROFS || errno == EACCES || errno == EPERM;

	if (fd < 0)
		return problem_set(reterr,
				   errno == ENOSPC ? E_FULL
				   : refused       ? E_READ_ONLY
						   : E_IO,
				   "use --history FILE, or --no-history", "cannot make %s: %s",
				   path, strerror(errno));
	close(fd);
	return S_OK;
}

/* --- one writer -------------------------------------------------------------------------- */

static enum status lock_taken(int fd, struct problem *reterr)
{
	char pid[24] = "";
	ssize_t n = pread(fd, pid, sizeof(pid) - 1, 0);
	size_t digits;

	pid[n > 0 ? n : 0] = '\0';
	digits = strspn(pid, "0123456789");
	return problem_set(reterr, E_CONFLICT, "end that one first, or just look here",
			   "another pepaytop (pid %.*s) keeps this history",
			   digits ? (int)digits : 1, digits ? pid : "?");
}

static void lock_sign(int fd)
{
	char pid[24];

	(void)str_printf(pid, sizeof(pid), "%ld\n", (long)getpid());
	if (ftruncate(fd, 0) == 0)
		(void)!pwrite(fd, pid, strlen(pid), 0); /* a courtesy: the lock is what counts */
}

enum status file_lock(const char *path, int *ret_fd, struct problem *reterr)
{
	size_t len = strlen(path);
	char *lock = xmalloc(len + sizeof(".lock"));
	int fd, tried;

	memcpy(lock, path, len);
	memcpy(lock + len, ".lock", sizeof(".lock"));
	fd = open(lock, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0) {
		enum status st = problem_set(reterr, errno == ELOOP ? E_DENIED : E_READ_ONLY,
					     "make its folder writable", "cannot open %s: %s", lock,
					     strerror(errno));
		free(lock);
		return st;
	}
	free(lock);
	do
		tried = flock(fd, LOCK_EX | LOCK_NB);
	while (tried != 0 && errno == EINTR);
	if (tried != 0) {
		enum status st = lock_taken(fd, reterr);
		close(fd);
		return st;
	}
	lock_sign(fd);
	*ret_fd = fd;
	return S_OK;
}

void file_unlock(int fd)
{
	if (fd < 0)
		return;
	(void)!ftruncate(fd, 0);
	close(fd);
}

bool history_is_left(const char *path, struct problem *ret_why)
{
	int fd = -1;

	if (file_lock(path, &fd, ret_why) != S_OK)
		return false;
	file_unlock(fd);
	return true;
}

/* --- aside ------------------------------------------------------------------------------- */

static void folder_sync(const char *path)
{
	char *dir, *name;
	int fd;

	path_split(path, &dir, &name);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		(void)!fsync(fd);
		close(fd);
	}
	free(dir);
	free(name);
}

/* The journal goes first: left behind, it would be played into the file that follows. */
static enum status aside_to(const char *path, const char *to, struct problem *reterr)
{
	struct strbuf from_journal, to_journal;
	bool moved;

	strbuf_init(&from_journal, PATH_MAX);
	strbuf_init(&to_journal, PATH_MAX);
	strbuf_addf(&from_journal, "%s-journal", path);
	strbuf_addf(&to_journal, "%s-journal", to);
	moved = rename(strbuf_str(&from_journal), strbuf_str(&to_journal)) == 0 || errno == ENOENT;
	moved = moved && rename(path, to) == 0;
	strbuf_release(&from_journal);
	strbuf_release(&to_journal);
	if (!moved)
		return problem_set(reterr, E_IO, "move it away by hand",
				   "cannot set the damaged %s aside: %s", path, strerror(errno));
	folder_sync(path);
	return S_OK;
}

enum status file_set_aside(const char *path, int64_t now_ms, char *ret, size_t cap,
			   struct problem *reterr)
{
	char iso[WHEN_TEXT_CAP], stamp[WHEN_TEXT_CAP];
	size_t len = 0;

	when_iso(iso, now_ms);
	for (const char *p = iso; *p != '\0'; p++)
		if (*p != '-' && *p != ':')
			stamp[len++] = *p;
	stamp[len] = '\0';
	for (int i = 1; i <= SET_ASIDE_TRIES; i++) {
		char again[16] = "";
		struct strbuf to;
		enum status st = S_OK;
		if (i > 1)
			(void)str_printf(again, sizeof(again), "-%d", i);
		strbuf_init(&to, PATH_MAX);
		strbuf_addf(&to, "%s.damaged-%s%s", path, stamp, again);
		bool taken = access(strbuf_str(&to), F_OK) == 0;
		if (!taken)
			st = aside_to(path, strbuf_str(&to), reterr);
		if (!taken && st == S_OK)
			(void)str_copy(ret, cap, strbuf_str(&to));
		strbuf_release(&to);
		if (!taken)
			return st;
	}
	return problem_set(reterr, E_LIMIT, "tidy its folder",
			   "too many damaged histories beside %s", path);
}

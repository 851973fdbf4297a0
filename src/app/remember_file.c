/* The file: read whole, replaced whole. */
#include "app/remember_parts.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static bool path_of(const struct remember *r, const char *end, char ret[PATH_MAX])
{
	return str_printf(ret, PATH_MAX, "%s/%s%s", r->dir, REMEMBER_FILE, end);
}

/* Up to the maximum; whoever wrote more did not mean us. */
static void read_all(int fd, struct strbuf *ret)
{
	char buf[4096];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return;
		strbuf_add(ret, buf, (size_t)n);
	}
}

/* E_NOT_FOUND: nothing is there yet; E_LIMIT: too much; else why it cannot be read. */
static enum status read_file(const struct remember *r, struct strbuf *ret)
{
	char path[PATH_MAX];
	struct stat st;
	enum status s = S_OK;
	int fd;

	if (!path_of(r, "", path))
		return E_IO;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? E_NOT_FOUND : E_IO;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		read_all(fd, ret);
		s = ret->overflow ? E_LIMIT : S_OK;
	} else {
		errno = EINVAL;
		s = E_IO;
	}
	close(fd);
	return s;
}

void remember_load(struct remember *r, struct screen *s)
{
	struct strbuf text;
	enum status st;

	if (!r->dir)
		return;
	strbuf_init(&text, REMEMBER_MAX);
	st = read_file(r, &text);
	if (st == E_IO)
		log_msg(r->log, LOG_WARN, "%s/%s: %s", r->dir, REMEMBER_FILE, strerror(errno));
	if (st == S_OK || st == E_LIMIT)
		remember_read(r, s, strbuf_str(&text), text.len);
	strbuf_release(&text);
	strbuf_clear(&r->saved);
	remember_write(s, &r->saved);
}

/* --- writing ------------------------------------------------------------------------------- */

/* The folder and those it lies in. */
static bool make_dirs(const char *dir)
{
	char path[PATH_MAX];

	if (!str_copy(path, sizeof(path), dir))
		return false;
	for (char *p = path + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			return false;
		*p = '/';
	}
	return mkdir(path, 0700) == 0 || errno == EEXIST;
}

static bool write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		text += n;
		len -= (size_t)n;
	}
	return true;
}

static bool replace_file(const struct remember *r, const struct strbuf *text)
{
	char path[PATH_MAX], fresh[PATH_MAX];
	bool fine;
	int fd, saved;

	if (!path_of(r, "", path) || !path_of(r, ".XXXXXX", fresh) || !make_dirs(r->dir))
		return false;
	fd = mkstemp(fresh); /* 0600 */
	if (fd < 0)
		return false;
	/* Nobody waits for the disk on a key: a damaged file is read as far as it goes. */
	fine = write_all(fd, strbuf_str(text), text->len);
	saved = errno;
	fine = close(fd) == 0 && fine && rename(fresh, path) == 0;
	if (!fine) {
		saved = errno ? errno : saved;
		(void)unlink(fresh);
		errno = saved;
	}
	return fine;
}

/* --- together ------------------------------------------------------------------------------ */

#define LOCK_TRIES   20
#define LOCK_WAIT_NS 2000000 /* who holds it longer is not waited for: a key was pressed */

/* Of the folder: the file itself is another one after each write. -1: there is none. */
static int lock_folder(const struct remember *r)
{
	const struct timespec wait = {.tv_nsec = LOCK_WAIT_NS};
	int fd = open(r->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	for (int i = 0; fd >= 0 && i < LOCK_TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
			break;
		(void)nanosleep(&wait, NULL);
	}
	return fd;
}

static bool same(const struct strbuf *a, const struct strbuf *b)
{
	return a->len == b->len && memcmp(strbuf_str(a), strbuf_str(b), a->len) == 0;
}

/* What was just made becomes what is known. */
static void settle(struct strbuf *known, const struct strbuf *text)
{
	strbuf_clear(known);
	strbuf_add(known, strbuf_str(text), text->len);
}

static enum status save_together(struct remember *r, const struct strbuf *now)
{
	struct strbuf there, text;
	int lock = make_dirs(r->dir) ? lock_folder(r) : -1;
	enum status st;

	strbuf_init(&there, REMEMBER_MAX);
	strbuf_init(&text, REMEMBER_MAX);
	st = read_file(r, &there);
	if (st == S_OK || st == E_NOT_FOUND) {
		remember_merge(&r->saved, now, &there, &text);
		st = text.overflow ? E_LIMIT : S_OK;
		if (st == S_OK && (there.len == 0 || !same(&text, &there)))
			st = replace_file(r, &text) ? S_OK : E_IO;
	}
	if (lock >= 0) {
		int saved = errno;

		close(lock);
		errno = saved;
	}
	strbuf_release(&there);
	strbuf_release(&text);
	return st;
}

enum status remember_save(struct remember *r, const struct screen *s, struct problem *reterr)
{
	struct strbuf now;
	enum status st = S_OK;

	if (!r->dir)
		return S_OK;
	strbuf_init(&now, REMEMBER_MAX);
	remember_write(s, &now);
	if (!now.overflow && !same(&now, &r->saved) && !(r->failed && same(&now, &r->refused))) {
		st = save_together(r, &now);
		r->failed = st != S_OK;
		settle(r->failed ? &r->refused : &r->saved, &now);
	}
	strbuf_release(&now);
	if (st == S_OK)
		return S_OK;
	return problem_set(reterr, st, "saved filters and histories last for this session",
			   "%.150s/%s cannot be written: %s", r->dir, REMEMBER_FILE,
			   st == E_LIMIT ? "it is too long" : strerror(errno));
}

/* The file: read whole, replaced whole. */
#include "app/remember_parts.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

void remember_load(struct remember *r, struct screen *s)
{
	char path[PATH_MAX];
	struct stat st;
	int fd;

	if (!r->dir || !path_of(r, "", path))
		return;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0) {
		if (errno != ENOENT && errno != ENOTDIR)
			log_msg(r->log, LOG_WARN, "%s: %s", path, strerror(errno));
		return;
	}
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		read_all(fd, &r->written);
		remember_read(r, s, strbuf_str(&r->written), r->written.len);
	}
	close(fd);
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

static bool same(const struct strbuf *a, const struct strbuf *b)
{
	return a->len == b->len && memcmp(strbuf_str(a), strbuf_str(b), a->len) == 0;
}

/* What was just made becomes what is known of the file. */
static void settle(struct strbuf *known, struct strbuf *text)
{
	strbuf_clear(known);
	strbuf_add(known, strbuf_str(text), text->len);
}

enum status remember_save(struct remember *r, const struct screen *s, struct problem *reterr)
{
	struct strbuf text;
	enum status st = S_OK;

	if (!r->dir)
		return S_OK;
	strbuf_init(&text, REMEMBER_MAX);
	remember_write(r, s, &text);
	if (!text.overflow && !same(&text, &r->written) &&
	    !(r->failed && same(&text, &r->refused))) {
		r->failed = !replace_file(r, &text);
		if (r->failed)
			st = problem_set(reterr, E_IO,
					 "saved filters and histories last for this session",
					 "%.150s/%s cannot be written: %s", r->dir, REMEMBER_FILE,
					 strerror(errno));
		settle(r->failed ? &r->refused : &r->written, &text);
	}
	strbuf_release(&text);
	return st;
}

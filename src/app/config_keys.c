#include "app/config_parts.h"

#include "base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEE_CHMOD "make it yours alone: chmod 600 FILE"

void key_wipe(char *key)
{
	if (key == NULL)
		return;
	explicit_bzero(key, strlen(key));
	free(key);
}

enum status key_from_text(const char *source, const char *text, char **ret_key,
			  struct problem *reterr)
{
	size_t len = strlen(text);
	if (len == 0)
		return problem_set(reterr, E_INVALID, "it must hold the key on one line",
				   "%s is empty", source);
	if (len > KEY_TEXT_MAX)
		return problem_set(reterr, E_INVALID, "it must hold the key on one line",
				   "%s holds more than %d characters", source, KEY_TEXT_MAX);
	for (size_t i = 0; i < len; i++)
		if (text[i] < 0x21 || text[i] > 0x7e)
			return problem_set(reterr, E_INVALID, "it must hold the key on one line",
					   "%s holds a blank, a control character or a letter no "
					   "key has",
					   source);
	*ret_key = xstrdup(text);
	return S_OK;
}

static enum status key_file_check(int fd, const char *path, struct problem *reterr)
{
	struct stat sb;
	if (fstat(fd, &sb) != 0)
		return problem_set(reterr, E_IO, NULL, "key file %s: %s", path, strerror(errno));
	if (!S_ISREG(sb.st_mode))
		return problem_set(reterr, E_INVALID, NULL, "key file %s is not a regular file",
				   path);
	if (sb.st_uid != geteuid())
		return problem_set(reterr, E_DENIED, "use a file of your own",
				   "key file %s belongs to another user", path);
	if ((sb.st_mode & 077) != 0)
		return problem_set(reterr, E_DENIED, SEE_CHMOD,
				   "key file %s can be used by others (mode %03o)", path,
				   (unsigned)(sb.st_mode & 0777));
	return S_OK;
}

/* Up to cap - 1 bytes; the caller sees a longer file by the full buffer. */
static enum status key_file_read(int fd, char *buf, size_t cap, const char *path,
				 struct problem *reterr)
{
	size_t len = 0;
	while (len < cap - 1) {
		ssize_t n = read(fd, buf + len, cap - 1 - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return problem_set(reterr, E_IO, NULL, "key file %s: %s", path,
					   strerror(errno));
		if (n == 0)
			break;
		len += (size_t)n;
	}
	if (memchr(buf, '\0', len) != NULL)
		return problem_set(reterr, E_INVALID, "it must hold the key on one line",
				   "key file %s holds a NUL byte", path);
	buf[len] = '\0';
	if (len > 0 && buf[len - 1] == '\n')
		buf[--len] = '\0';
	if (len > 0 && buf[len - 1] == '\r')
		buf[--len] = '\0';
	return S_OK;
}

enum status key_from_file(const char *path, char **ret_key, struct problem *reterr)
{
	char buf[KEY_TEXT_MAX + 8] = {0};
	char source[160];
	/* NONBLOCK: a fifo must be refused, not waited for. */
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 && errno == ELOOP)
		return problem_set(reterr, E_DENIED, "name the file itself",
				   "key file %s is a symbolic link", path);
	if (fd < 0)
		return problem_set(reterr, errno == ENOENT ? E_NOT_FOUND : E_IO, NULL,
				   "key file %s: %s", path, strerror(errno));
	enum status st = key_file_check(fd, path, reterr);
	if (st == S_OK)
		st = key_file_read(fd, buf, sizeof(buf), path, reterr);
	if (st == S_OK) {
		snprintf(source, sizeof(source), "key file %.120s", path);
		st = key_from_text(source, buf, ret_key, reterr);
	}
	explicit_bzero(buf, sizeof(buf));
	close(fd);
	return st;
}

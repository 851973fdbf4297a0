#include "base/log.h"

#include "base/alloc.h"
#include "base/redact.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOG_MESSAGE_MAX 65536
#define LOG_LINE_MAX    (8 * LOG_MESSAGE_MAX)
/* No byte becomes more than four on its way through safe_text: a piece always fits whole. */
#define LOG_PIECE       (SAFE_TEXT_MAX / 4)

struct log {
	/* immutable */
	int fd;
	enum log_level least;
	struct clock clock;
	bool close_fd;

	pthread_mutex_t lock; /* the rest is under it, and so is writing a line */
	struct redactor *redactor;
	bool mute; /* a secret more than LOG_SECRETS_MAX: better silent than telling */
};

static enum status check_file(int fd, const char *path, struct problem *reterr)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return problem_set(reterr, E_IO, NULL, "log file %s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return problem_set(reterr, E_INVALID, "name a regular file",
				   "log file %s is not a regular file", path);
	if (st.st_uid != geteuid())
		return problem_set(reterr, E_DENIED, "choose another file or remove this one",
				   "log file %s belongs to somebody else", path);
	if ((st.st_mode & 077) && fchmod(fd, 0600) != 0)
		return problem_set(reterr, E_IO, NULL, "log file %s: %s", path, strerror(errno));
	return S_OK;
}

static enum status open_file(const char *path, int *ret_fd, struct problem *reterr)
{
	enum status s;
	int fd;

	/* O_NONBLOCK: a FIFO in the file's place must not hang the start. */
	fd = open(path,
		  O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
		  0600);
	if (fd < 0)
		return problem_set(reterr, errno == ELOOP ? E_DENIED : E_IO,
				   errno == ELOOP ? "a log file may not be a symbolic link"
						  : "check the path and its permissions",
				   "cannot open log file %s: %s", path, strerror(errno));
	s = check_file(fd, path, reterr);
	if (s != S_OK) {
		(void)close(fd);
		return s;
	}
	*ret_fd = fd;
	return S_OK;
}

enum status log_open(const char *path, enum log_level least, const struct clock *clock,
		     struct log **ret_log, struct problem *reterr)
{
	struct log *log;
	int fd = STDERR_FILENO;

	if (path) {
		enum status s = open_file(path, &fd, reterr);

		if (s != S_OK)
			return s;
	}
	log = xcalloc(1, sizeof(*log));
	log->fd = fd;
	log->close_fd = path != NULL;
	log->least = least;
	log->clock = *clock;
	log->redactor = redactor_new();
	(void)pthread_mutex_init(&log->lock, NULL);
	*ret_log = log;
	return S_OK;
}

void log_close(struct log *log)
{
	if (!log)
		return;
	if (log->close_fd)
		(void)close(log->fd);
	redactor_free(log->redactor);
	(void)pthread_mutex_destroy(&log->lock);
	free(log);
}

void log_add_secret(struct log *log, const char *secret)
{
	if (!log)
		return;
	(void)pthread_mutex_lock(&log->lock);
	if (redactor_add(log->redactor, secret, LOG_SECRETS_MAX) != S_OK)
		log->mute = true;
	(void)pthread_mutex_unlock(&log->lock);
}

/* The end of a piece: never inside a UTF-8 sequence. */
static size_t piece_end(const char *s, size_t len)
{
	size_t end = LOG_PIECE;

	if (len <= LOG_PIECE)
		return len;
	while (end > LOG_PIECE - 4 && ((unsigned char)s[end] & 0xC0) == 0x80)
		end--;
	return end;
}

static void add_safely(struct strbuf *line, const char *s, size_t len)
{
	struct safe_text piece;

	for (size_t n; len; s += n, len -= n) {
		n = piece_end(s, len);
		safe_text_set_bytes(&piece, s, n);
		strbuf_addstr(line, safe_text_str(&piece));
	}
}

static void write_all(int fd, const char *s, size_t len)
{
	while (len) {
		ssize_t n = write(fd, s, len);

		if (n < 0 && errno == EINTR)
			continue;
		/* A log that cannot be written has nobody to tell. */
		if (n <= 0)
			return;
		s += n;
		len -= (size_t)n;
	}
}

/* Redacts the message whole, so that no secret is split, and only then escapes it in pieces. */
static void write_line(struct log *log, enum log_level level, const struct strbuf *message)
{
	static const char *const names[] = {"DEBUG", "INFO", "WARN", "ERROR"};
	char when[WHEN_TEXT_CAP];
	struct strbuf clean, line;

	strbuf_init(&clean, LOG_LINE_MAX);
	strbuf_init(&line, LOG_LINE_MAX);
	redactor_apply(log->redactor, strbuf_str(message), message->len, &clean);
	if (message->overflow) {
		size_t doubtful = redactor_longest(log->redactor);

		clean.len -= doubtful < clean.len ? doubtful : clean.len;
		clean.buf[clean.len] = '\0';
		strbuf_addstr(&clean, " [cut]");
	}
	strbuf_addf(&line, "%s %-5s ", when_iso(when, clock_wall_ms(&log->clock)), names[level]);
	add_safely(&line, strbuf_str(&clean), clean.len);
	strbuf_addch(&line, '\n');
	write_all(log->fd, line.buf, line.len);
	strbuf_release(&clean);
	strbuf_release(&line);
}

void log_msg(struct log *log, enum log_level level, const char *fmt, ...)
{
	struct strbuf message;
	va_list ap;

	if (!log || level < log->least || level > LOG_ERROR)
		return;
	strbuf_init(&message, LOG_MESSAGE_MAX);
	va_start(ap, fmt);
	strbuf_vaddf(&message, fmt, ap);
	va_end(ap);
	(void)pthread_mutex_lock(&log->lock);
	if (!log->mute)
		write_line(log, level, &message);
	(void)pthread_mutex_unlock(&log->lock);
	if (message.buf)
		explicit_bzero(message.buf, message.len);
	strbuf_release(&message);
}

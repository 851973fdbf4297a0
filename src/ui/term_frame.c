/*
 * A frame reaches the terminal in one write. curses writes at every movement of the cursor, some
 * sixty times a frame, and each of them wakes the terminal: while it updates, its descriptor is a
 * file in memory.
 */
#include "ui/term_private.h"

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <linux/memfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FRAME_CHUNK 16384

static bool send_all(const struct term *t, const char *bytes, size_t len)
{
	struct pollfd room = {.fd = t->out_fd, .events = POLLOUT};

	while (len) {
		ssize_t n = write(t->out_fd, bytes, len);

		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			(void)poll(&room, 1, -1);
		} else if (n == 0 || errno != EINTR) {
			return false; /* it is gone: its reader will tell */
		}
	}
	return true;
}

bool term_send(struct term *t, const char *bytes, size_t len)
{
	return !t->suspended && !t->gone && send_all(t, bytes, len);
}

static void term_send_frame(const struct term *t, off_t len)
{
	char bytes[FRAME_CHUNK];

	for (off_t at = 0; at < len;) {
		size_t most = len - at < FRAME_CHUNK ? (size_t)(len - at) : FRAME_CHUNK;
		ssize_t n = pread(t->frame_fd, bytes, most, at);

		if (n <= 0)
			return;
		if (!send_all(t, bytes, (size_t)n))
			return;
		at += n;
	}
}

void term_frame_open(struct term *t)
{
	t->frame_fd = (int)syscall(SYS_memfd_create, "frame", MFD_CLOEXEC);
}

void term_frame_close(struct term *t)
{
	if (t->frame_fd >= 0)
		close(t->frame_fd);
	t->frame_fd = -1;
}

void term_frame_update(struct term *t)
{
	int out = fileno(t->out);

	/* Without the file in memory it only takes longer. */
	if (t->frame_fd < 0 || lseek(t->frame_fd, 0, SEEK_SET) != 0 || dup2(t->frame_fd, out) < 0) {
		doupdate();
		return;
	}
	doupdate();
	while (dup2(t->out_fd, out) < 0 && (errno == EINTR || errno == EBUSY))
		;
	term_send_frame(t, lseek(t->frame_fd, 0, SEEK_CUR));
}

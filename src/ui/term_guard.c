#include "ui/term_guard.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "ui/term.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#define STACK_SIZE    65536
#define WRITE_RETRIES 16

static const int fatal[] = {SIGSEGV, SIGBUS,  SIGFPE, SIGILL, SIGABRT,
			    SIGSYS,  SIGTERM, SIGHUP, SIGINT, SIGQUIT};
#define FATAL_COUNT (sizeof(fatal) / sizeof(fatal[0]))

/* Written before `armed` is set, read by a handler only while it is. */
static struct {
	volatile sig_atomic_t armed;
	int in_fd, out_fd;
	struct termios modes;
	char bytes[TERM_GUARD_BYTES];
	size_t len;
	bool installed;
	struct sigaction before[FATAL_COUNT];
	char stack[STACK_SIZE]; /* so that running out of stack can be told too */
} guard;

void term_guard_arm(int in_fd, int out_fd, const struct termios *modes, const char *bytes)
{
	guard.armed = 0;
	guard.in_fd = in_fd;
	guard.out_fd = out_fd;
	guard.modes = *modes;
	(void)str_copy(guard.bytes, sizeof(guard.bytes), bytes);
	guard.len = strlen(guard.bytes);
	guard.armed = 1;
}

void term_guard_disarm(void)
{
	guard.armed = 0;
}

void term_guard_restore(void)
{
	if (!guard.armed)
		return;
	guard.armed = 0;
	size_t done = 0;
	for (int tries = 0; done < guard.len && tries < WRITE_RETRIES; tries++) {
		ssize_t n = write(guard.out_fd, guard.bytes + done, guard.len - done);
		if (n > 0)
			done += (size_t)n;
		else if (errno != EINTR && errno != EAGAIN)
			break;
	}
	tcsetattr(guard.in_fd, TCSANOW, &guard.modes);
}

/*
 * A fault comes again on return and meets the handler that was there before, with its own context
 * (a sanitizer's report stays exact); a signal that was sent is sent again.
 */
static void on_fatal(int sig, siginfo_t *info, void *context)
{
	int saved = errno;
	(void)context;
	term_guard_restore();
	for (size_t i = 0; i < FATAL_COUNT; i++) {
		if (fatal[i] == sig)
			sigaction(sig, &guard.before[i], NULL);
	}
	bool sent = info->si_code <= 0 || (sig != SIGSEGV && sig != SIGBUS && sig != SIGFPE &&
					   sig != SIGILL && sig != SIGSYS);
	if (sent)
		raise(sig);
	errno = saved;
}

void term_guard_install(void)
{
	struct sigaction act = {.sa_sigaction = on_fatal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	stack_t stack = {.ss_sp = guard.stack, .ss_size = sizeof(guard.stack)};

	if (guard.installed)
		return;
	guard.installed = true;
	sigaltstack(&stack, NULL);
	sigemptyset(&act.sa_mask);
	/* Setting modes from the background would stop the process instead of ending it. */
	sigaddset(&act.sa_mask, SIGTTOU);
	for (size_t i = 0; i < FATAL_COUNT; i++) {
		bool polite = fatal[i] == SIGTERM || fatal[i] == SIGHUP || fatal[i] == SIGINT ||
			      fatal[i] == SIGQUIT;
		sigaction(fatal[i], NULL, &guard.before[i]);
		/* The program may have its own, orderly way to leave on these, or ignore them. */
		if (polite && guard.before[i].sa_handler != SIG_DFL)
			continue;
		sigaction(fatal[i], &act, NULL);
	}
	alloc_on_failure(term_guard_restore);
}

void term_guard_signals(struct term *t)
{
	(void)t;
	term_guard_install();
}

#include "app/config_parts.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef PEPAYTOP_PREFIX
#define PEPAYTOP_PREFIX "/usr/local"
#endif

#define THEME_DIRS_MAX 6

static char *joined(const char *dir, const char *rest)
{
	struct strbuf sb;
	strbuf_init(&sb, 2 * PATH_MAX);
	strbuf_addstr(&sb, dir);
	strbuf_addstr(&sb, rest);
	return strbuf_take(&sb);
}

static char *parent_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	if (slash == NULL)
		return xstrdup(".");
	return xmemdup0(path, slash == path ? 1 : (size_t)(slash - path));
}

char *path_of_binary(const char *argv0)
{
	char resolved[PATH_MAX];
	if (argv0 != NULL && strchr(argv0, '/') != NULL && realpath(argv0, resolved) != NULL)
		return parent_of(resolved);
	ssize_t n = readlink("/proc/self/exe", resolved, sizeof(resolved) - 1);
	if (n <= 0)
		return xstrdup(".");
	resolved[n] = '\0';
	return parent_of(resolved);
}

char **path_theme_dirs(const char *binary_dir, const char *(*env)(const char *name))
{
	const char *config = env("XDG_CONFIG_HOME");
	const char *home = env("HOME");
	char **dirs = xcalloc(THEME_DIRS_MAX, sizeof(*dirs));
	size_t n = 0;
	/* A relative path in either is to be ignored (XDG base directories, 0.8). */
	if (config != NULL && config[0] == '/')
		dirs[n++] = joined(config, "/pepaytop/themes");
	else if (home != NULL && home[0] == '/')
		dirs[n++] = joined(home, "/.config/pepaytop/themes");
	dirs[n++] = joined(binary_dir, "/../themes");
	dirs[n++] = joined(binary_dir, "/../share/pepaytop/themes");
	dirs[n++] = joined(PEPAYTOP_PREFIX, "/share/pepaytop/themes");
	if (strcmp(PEPAYTOP_PREFIX, "/usr/local") != 0)
		dirs[n++] = xstrdup("/usr/local/share/pepaytop/themes");
	return dirs;
}

enum status path_executable(const char *path, struct problem *reterr)
{
	struct stat sb;
	if (stat(path, &sb) == 0 && S_ISREG(sb.st_mode) && access(path, X_OK) == 0)
		return S_OK;
	return problem_set(reterr, E_NOT_FOUND,
			   "build it with make, or say where it is with --sandbox",
			   "cannot run the sandbox %s", path);
}

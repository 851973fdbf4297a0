/* Where cases lie, and how one gets there: new, whole, and its owner's alone. */
#include "app/case.h"
#include "app/case_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SAFE_ID_CAP 40
#define SAME_NAME   99

/* --- the file --------------------------------------------------------------------------- */

/* Letters, digits and dashes only; nothing that means something to a shell or a file system. */
static void safe_name(char ret[SAFE_ID_CAP], const char *id)
{
	size_t n = 0;

	for (; *id && n + 1 < SAFE_ID_CAP; id++) {
		char c = *id;
		bool plain =
			(c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		if (plain)
			ret[n++] = c;
		else if (n > 0 && ret[n - 1] != '-')
			ret[n++] = '-';
	}
	ret[n] = '\0';
}

static bool name_make(const struct case_name *name, int again, char ret[CASE_PATH_CAP])
{
	char id[SAFE_ID_CAP], at[WHEN_TEXT_CAP], stamp[WHEN_TEXT_CAP], more[8] = "";
	size_t n = 0;

	safe_name(id, name->id);
	when_iso(at, name->at_ms);
	for (const char *p = at; *p; p++)
		if (*p != '-' && *p != ':')
			stamp[n++] = *p;
	stamp[n] = '\0';
	if (again > 1)
		str_printf(more, sizeof(more), "-%d", again);
	return str_printf(ret, CASE_PATH_CAP, "%s/%s-%s-%s%s.zip", name->dir, name->kind, id, stamp,
			  more);
}

static enum status bytes_write(int fd, const char *path, const char *bytes, size_t len,
			       struct problem *reterr)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = write(fd, bytes + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return problem_set(reterr, E_IO,
					   "make room, or point XDG_DATA_HOME at "
					   "another disk",
					   "cannot write %s: %s", path, strerror(errno));
		done += (size_t)n;
	}
	if (fsync(fd) != 0 && errno != EINVAL)
		return problem_set(reterr, E_IO, NULL, "cannot write %s: %s", path,
				   strerror(errno));
	return S_OK;
}

enum status case_disk_write(const struct case_name *name, const char *bytes, size_t len,
			    char ret_path[CASE_PATH_CAP], struct problem *reterr)
{
	char path[CASE_PATH_CAP];
	enum status s;
	int fd = -1;

	for (int again = 1; fd < 0 && again <= SAME_NAME; again++) {
		if (!name_make(name, again, path))
			return problem_set(reterr, E_LIMIT, NULL, "the folder's name is too long");
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	if (fd < 0)
		return problem_set(reterr, E_IO, NULL, "cannot make %s: %s", path, strerror(errno));
	s = bytes_write(fd, path, bytes, len, reterr);
	if (close(fd) != 0 && s == S_OK)
		s = problem_set(reterr, E_IO, NULL, "cannot write %s: %s", path, strerror(errno));
	if (s != S_OK)
		(void)unlink(path);
	else
		str_copy(ret_path, CASE_PATH_CAP, path);
	return s;
}

/* --- folders ------------------------------------------------------------------------------- */

enum status case_dir(char ret[CASE_DIR_CAP], const char *(*env)(const char *name),
		     struct problem *reterr)
{
	const char *data = env("XDG_DATA_HOME");
	const char *home = env("HOME");
	bool fits;

	if (data && data[0] == '/')
		fits = str_printf(ret, CASE_DIR_CAP, "%s/pepaytop/cases", data);
	else if (home && home[0] == '/')
		fits = str_printf(ret, CASE_DIR_CAP, "%s/.local/share/pepaytop/cases", home);
	else
		return problem_set(reterr, E_NOT_FOUND, "set HOME or XDG_DATA_HOME",
				   "there is no home directory to write a case into");
	return fits ? S_OK
		    : problem_set(reterr, E_LIMIT, NULL, "the home directory's name is too long");
}

enum status case_disk_folder(const char *dir, struct problem *reterr)
{
	char path[CASE_DIR_CAP];

	if (!str_copy(path, sizeof(path), dir))
		return problem_set(reterr, E_LIMIT, NULL, "the folder's name is too long");
	for (char *p = path + 1;; p++) {
		char was = *p;

		if (was != '/' && was != '\0')
			continue;
		*p = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			return problem_set(reterr, E_IO, NULL, "cannot make the folder %s: %s",
					   path, strerror(errno));
		*p = was;
		if (was == '\0')
			return S_OK;
	}
}

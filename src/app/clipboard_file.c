#include "app/clipboard_priv.h"

#include "base/strbuf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* Those above it, too: a fresh home has no state folder. */
static bool make_folders(const char *folder)
{
	char path[CLIPBOARD_PATH_CAP];

	if (!str_copy(path, sizeof(path), folder))
		return false;
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(path, 0700); /* if it failed, the last one does */
		*slash = '/';
	}
	return mkdir(path, 0700) == 0 || errno == EEXIST;
}

/* Written beside it and put in its place: nobody reads half of it, and what a link of that name
 * points to stays as it is. */
enum status clipboard_write_file(const char *folder, const char *text, size_t len,
				 char ret_path[CLIPBOARD_PATH_CAP], struct problem *reterr)
{
	char path[CLIPBOARD_PATH_CAP], fresh[CLIPBOARD_PATH_CAP];
	bool fits = str_printf(path, sizeof(path), "%s/" CLIPBOARD_FILE_NAME, folder) &&
		    str_printf(fresh, sizeof(fresh), "%s.XXXXXX", path);
	int fd = -1, why;

	if (fits && make_folders(folder))
		fd = mkstemp(fresh); /* 0600 */
	if (fd < 0)
		return problem_set(reterr, E_IO, NULL, "no file in %s: %s", folder,
				   strerror(fits ? errno : ENAMETOOLONG));
	bool written = write_all(fd, text, len);
	why = errno;
	if (close(fd) != 0 && written) {
		written = false;
		why = errno;
	}
	if (written && rename(fresh, path) != 0) {
		written = false;
		why = errno;
	}
	if (!written) {
		(void)unlink(fresh);
		return problem_set(reterr, E_IO, NULL, "%s: %s", path, strerror(why));
	}
	(void)str_copy(ret_path, CLIPBOARD_PATH_CAP, path);
	return S_OK;
}

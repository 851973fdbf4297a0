#include "sandbox/tls_files.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status check_readable(const char *path, struct stat *ret, struct problem *reterr)
{
	if (stat(path, ret) || access(path, R_OK))
		return problem_set(reterr, E_IO, NULL, "cannot read %s: %s", path, strerror(errno));
	if (!S_ISREG(ret->st_mode))
		return problem_set(reterr, E_IO, NULL, "%s is not a file", path);
	return S_OK;
}

enum status tls_files_check(const char *cert, const char *key, struct problem *reterr)
{
	struct stat info;
	enum status st;

	if (!cert && !key)
		return S_OK;
	if (!cert || !key)
		return problem_set(reterr, E_INVALID, NULL, "%s needs %s as well",
				   cert ? "--tls-cert" : "--tls-key",
				   cert ? "--tls-key" : "--tls-cert");
	st = check_readable(cert, &info, reterr);
	if (!st)
		st = check_readable(key, &info, reterr);
	if (st)
		return st;
	if (info.st_mode & (S_IRWXG | S_IRWXO))
		return problem_set(reterr, E_DENIED, "chmod 600 it", "others may read the key %s",
				   key);
	if (info.st_uid != geteuid() && info.st_uid != 0)
		return problem_set(reterr, E_DENIED, NULL, "the key %s belongs to somebody else",
				   key);
	return S_OK;
}

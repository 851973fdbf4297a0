/*
 * A disk that fails to order, for SQLite: every call of the usual VFS is counted, and the n-th can
 * fail, kill the process, or be the last before the power goes. What a file held when it was last
 * synced, and what was written since, is remembered, so that a power loss can keep any part of it.
 */
#ifndef TESTS_FAULT_VFS_H
#define TESTS_FAULT_VFS_H

#include "base/alloc.h"
#include "base/rng.h"
#include "base/strbuf.h"

#include <assert.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#define FAULT_VFS "faulty"

/* Every third call is a place to be killed at; to fork is slow under a sanitizer: every seventh. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define KILL_STEP 7
#endif
#endif
#if !defined(KILL_STEP) && (defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__))
#define KILL_STEP 7
#endif
#ifndef KILL_STEP
#define KILL_STEP 3
#endif

enum disk_fault {
	FAULT_NONE,
	FAULT_EIO,   /* the call does nothing and fails */
	FAULT_FULL,  /* a write finds the disk full */
	FAULT_SHORT, /* a write puts half of its bytes down, and fails */
	FAULT_KILL,  /* SIGKILL, before the call */
	FAULT_POWER  /* nothing from here on reaches the disk */
};

/* Which calls are counted. */
enum {
	CALL_OPEN = 1,
	CALL_READ = 2,
	CALL_WRITE = 4,
	CALL_TRUNCATE = 8,
	CALL_SYNC = 16,
	CALL_DELETE = 32,
	CALL_OTHER = 64, /* size, lock, exists */
	CALL_CHANGES = CALL_WRITE | CALL_TRUNCATE | CALL_SYNC | CALL_DELETE,
	CALL_ALL = 127
};

struct disk_write { /* since the last sync; len -1: truncation to offset */
	int64_t offset;
	int len;
	unsigned char *bytes;
};

struct disk_file {
	char path[256];
	unsigned char *synced;
	int64_t synced_len;
	bool ever_synced;
	struct disk_write *writes;
	size_t write_count, write_cap;
};

#define DISK_FILES_MAX 8

struct disk {
	sqlite3_vfs vfs;
	sqlite3_vfs *real;
	enum disk_fault fault;
	unsigned calls_counted;
	int64_t calls;
	int64_t fail_at; /* from 1 */
	bool from_then_on;
	int64_t tripped;
	bool remember;      /* for power loss */
	int64_t full_after; /* no file grows past so many bytes; 0: no limit */
	struct disk_file files[DISK_FILES_MAX];
	size_t file_count;
};

struct shim {
	sqlite3_file base;
	struct disk *disk;
	struct disk_file *remembered;
	sqlite3_file *real; /* behind this struct */
};

/* --- when -------------------------------------------------------------------------------- */

static inline bool disk_trips(struct disk *d, unsigned call)
{
	if ((d->calls_counted & call) == 0)
		return false;
	d->calls++;
	if (d->fault == FAULT_NONE || d->calls < d->fail_at)
		return false;
	if (d->calls > d->fail_at && !d->from_then_on)
		return false;
	if (d->fault == FAULT_KILL)
		(void)kill(getpid(), SIGKILL);
	d->tripped++;
	return true;
}

/* Fails the n-th of these calls, from now; 0: none. */
static inline void disk_arm(struct disk *d, enum disk_fault fault, unsigned calls, int64_t n,
			    bool from_then_on)
{
	d->fault = n > 0 ? fault : FAULT_NONE;
	d->calls_counted = calls;
	d->calls = 0;
	d->fail_at = n;
	d->from_then_on = from_then_on;
	d->tripped = 0;
}

/* --- memory of what is not synced -------------------------------------------------------- */

static inline unsigned char *disk_slurp(const char *path, int64_t *ret_len)
{
	int fd = open(path, O_RDONLY);
	struct stat s;
	unsigned char *bytes;

	*ret_len = -1;
	if (fd < 0)
		return NULL;
	assert(fstat(fd, &s) == 0);
	bytes = xmalloc((size_t)s.st_size + 1);
	assert(pread(fd, bytes, (size_t)s.st_size, 0) == s.st_size);
	close(fd);
	*ret_len = s.st_size;
	return bytes;
}

static inline void disk_spill(const char *path, const unsigned char *bytes, int64_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert(fd >= 0);
	assert(write(fd, bytes, (size_t)len) == len);
	close(fd);
}

static inline struct disk_file *disk_remember(struct disk *d, const char *path, bool existed,
					      unsigned char *before, int64_t len)
{
	struct disk_file *f = NULL;

	for (size_t i = 0; i < d->file_count; i++)
		if (strcmp(d->files[i].path, path) == 0)
			f = &d->files[i];
	if (f != NULL) {
		free(before);
		return f;
	}
	assert(d->file_count < DISK_FILES_MAX);
	f = &d->files[d->file_count++];
	*f = (struct disk_file){.ever_synced = existed};
	(void)str_copy(f->path, sizeof(f->path), path);
	f->synced = before;
	f->synced_len = existed ? len : 0;
	return f;
}

static inline void disk_forget_writes(struct disk_file *f)
{
	for (size_t i = 0; i < f->write_count; i++)
		free(f->writes[i].bytes);
	f->write_count = 0;
}

static inline void disk_note(struct disk_file *f, int64_t offset, const void *bytes, int len)
{
	if (f == NULL)
		return;
	array_reserve((void **)&f->writes, &f->write_cap, f->write_count + 1, sizeof(*f->writes));
	f->writes[f->write_count++] =
		(struct disk_write){offset, len,
				    len > 0 ? (unsigned char *)xmemdup0(bytes, (size_t)len) : NULL};
}

static inline void disk_apply(struct disk_file *f, const struct disk_write *w, int len)
{
	int64_t end = w->len < 0 ? w->offset : w->offset + len;

	if (w->len < 0 ? end != f->synced_len : end > f->synced_len) {
		f->synced = xrealloc(f->synced, (size_t)end + 1, 1);
		if (end > f->synced_len)
			memset(f->synced + f->synced_len, 0, (size_t)(end - f->synced_len));
		f->synced_len = end;
	}
	if (w->len > 0)
		memcpy(f->synced + w->offset, w->bytes, (size_t)len);
}

static inline void disk_sync(struct disk_file *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->write_count; i++)
		disk_apply(f, &f->writes[i], f->writes[i].len);
	disk_forget_writes(f);
	f->ever_synced = true;
}

static inline void disk_forget(struct disk *d)
{
	for (size_t i = 0; i < d->file_count; i++) {
		disk_forget_writes(&d->files[i]);
		free(d->files[i].writes);
		free(d->files[i].synced);
	}
	d->file_count = 0;
}

/*
 * The power goes: of what was not synced some reaches the disk, some does not, in any order, the
 * last of it in part (whole sectors). Writes the files as they are found afterwards.
 */
static inline void disk_lose_power(struct disk *d, struct rng *r)
{
	for (size_t i = 0; i < d->file_count; i++) {
		struct disk_file *f = &d->files[i];
		unsigned keep = (unsigned)rng_below(r, 101);
		for (size_t j = f->write_count; j > 1 && rng_chance(r, 50); j--) {
			size_t k = (size_t)rng_below(r, j);
			struct disk_write t = f->writes[j - 1];
			f->writes[j - 1] = f->writes[k];
			f->writes[k] = t;
		}
		for (size_t j = 0; j < f->write_count; j++) {
			struct disk_write *w = &f->writes[j];
			int len = w->len;
			if (!rng_chance(r, keep))
				continue;
			if (len > 512 && rng_chance(r, 20))
				len = (int)(1 + rng_below(r, (uint64_t)(len / 512))) * 512;
			disk_apply(f, w, len < w->len ? len : w->len);
		}
		if (!f->ever_synced && f->synced_len == 0)
			(void)unlink(f->path);
		else
			disk_spill(f->path, f->synced, f->synced_len);
	}
	disk_forget(d);
}

/* --- the file ---------------------------------------------------------------------------- */

static inline int shim_close(sqlite3_file *file)
{
	struct shim *s = (struct shim *)file;

	return s->real->pMethods->xClose(s->real);
}

static inline int shim_read(sqlite3_file *file, void *buf, int n, sqlite3_int64 at)
{
	struct shim *s = (struct shim *)file;

	if (disk_trips(s->disk, CALL_READ) && s->disk->fault != FAULT_POWER)
		return SQLITE_IOERR_READ;
	return s->real->pMethods->xRead(s->real, buf, n, at);
}

static inline int shim_write(sqlite3_file *file, const void *buf, int n, sqlite3_int64 at)
{
	struct shim *s = (struct shim *)file;
	bool trips = disk_trips(s->disk, CALL_WRITE);
	int code;

	if (s->disk->full_after > 0 && at + n > s->disk->full_after)
		return SQLITE_FULL;

	if (trips && s->disk->fault == FAULT_SHORT)
		(void)s->real->pMethods->xWrite(s->real, buf, n / 2, at);
	if (trips)
		return s->disk->fault == FAULT_EIO || s->disk->fault == FAULT_POWER
			       ? SQLITE_IOERR_WRITE
			       : SQLITE_FULL;
	code = s->real->pMethods->xWrite(s->real, buf, n, at);
	if (code == SQLITE_OK)
		disk_note(s->remembered, at, buf, n);
	return code;
}

static inline int shim_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	struct shim *s = (struct shim *)file;
	int code;

	if (disk_trips(s->disk, CALL_TRUNCATE))
		return SQLITE_IOERR_TRUNCATE;
	code = s->real->pMethods->xTruncate(s->real, size);
	if (code == SQLITE_OK)
		disk_note(s->remembered, size, NULL, -1);
	return code;
}

static inline int shim_sync(sqlite3_file *file, int flags)
{
	struct shim *s = (struct shim *)file;
	(void)flags; /* the tests kill processes, not machines: the real disk need not spin */

	if (disk_trips(s->disk, CALL_SYNC))
		return SQLITE_IOERR_FSYNC;
	disk_sync(s->remembered);
	return SQLITE_OK;
}

static inline int shim_size(sqlite3_file *file, sqlite3_int64 *ret)
{
	struct shim *s = (struct shim *)file;

	if (disk_trips(s->disk, CALL_OTHER) && s->disk->fault != FAULT_POWER)
		return SQLITE_IOERR_FSTAT;
	return s->real->pMethods->xFileSize(s->real, ret);
}

static inline int shim_lock(sqlite3_file *file, int level)
{
	struct shim *s = (struct shim *)file;

	if (disk_trips(s->disk, CALL_OTHER) && s->disk->fault != FAULT_POWER)
		return SQLITE_IOERR_LOCK;
	return s->real->pMethods->xLock(s->real, level);
}

static inline int shim_unlock(sqlite3_file *file, int level)
{
	struct shim *s = (struct shim *)file;

	return s->real->pMethods->xUnlock(s->real, level);
}

static inline int shim_check_reserved(sqlite3_file *file, int *ret)
{
	struct shim *s = (struct shim *)file;

	return s->real->pMethods->xCheckReservedLock(s->real, ret);
}

static inline int shim_control(sqlite3_file *file, int op, void *arg)
{
	struct shim *s = (struct shim *)file;

	return s->real->pMethods->xFileControl(s->real, op, arg);
}

static inline int shim_sector(sqlite3_file *file)
{
	struct shim *s = (struct shim *)file;

	return s->real->pMethods->xSectorSize(s->real);
}

static inline int shim_traits(sqlite3_file *file)
{
	struct shim *s = (struct shim *)file;

	return s->real->pMethods->xDeviceCharacteristics(s->real);
}

static const sqlite3_io_methods SHIM_METHODS = {
	.iVersion = 1,
	.xClose = shim_close,
	.xRead = shim_read,
	.xWrite = shim_write,
	.xTruncate = shim_truncate,
	.xSync = shim_sync,
	.xFileSize = shim_size,
	.xLock = shim_lock,
	.xUnlock = shim_unlock,
	.xCheckReservedLock = shim_check_reserved,
	.xFileControl = shim_control,
	.xSectorSize = shim_sector,
	.xDeviceCharacteristics = shim_traits,
};

/* --- the file system --------------------------------------------------------------------- */

static inline int disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
			    int *ret_flags)
{
	struct disk *d = vfs->pAppData;
	struct shim *s = (struct shim *)file;
	unsigned char *before = NULL;
	int64_t len = -1;
	int code;

	file->pMethods = NULL;
	if (disk_trips(d, CALL_OPEN) && d->fault != FAULT_POWER)
		return SQLITE_CANTOPEN;
	if (d->remember && name != NULL)
		before = disk_slurp(name, &len);
	s->disk = d;
	s->real = (sqlite3_file *)(s + 1);
	code = d->real->xOpen(d->real, name, s->real, flags, ret_flags);
	s->remembered = code == SQLITE_OK && d->remember && name != NULL
				? disk_remember(d, name, len >= 0, before, len)
				: NULL;
	if (s->remembered == NULL)
		free(before);
	if (code == SQLITE_OK)
		file->pMethods = &SHIM_METHODS;
	return code;
}

static inline int disk_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
	struct disk *d = vfs->pAppData;

	if (disk_trips(d, CALL_DELETE))
		return SQLITE_IOERR_DELETE;
	return d->real->xDelete(d->real, name, sync_folder);
}

static inline int disk_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret)
{
	struct disk *d = vfs->pAppData;

	if (disk_trips(d, CALL_OTHER) && d->fault != FAULT_POWER)
		return SQLITE_IOERR_ACCESS;
	return d->real->xAccess(d->real, name, flags, ret);
}

static inline int disk_full_pathname(sqlite3_vfs *vfs, const char *name, int cap, char *ret)
{
	struct disk *d = vfs->pAppData;

	return d->real->xFullPathname(d->real, name, cap, ret);
}

static inline void disk_register(struct disk *d)
{
	*d = (struct disk){.real = sqlite3_vfs_find(NULL)};
	d->vfs = *d->real;
	d->vfs.szOsFile = (int)sizeof(struct shim) + d->real->szOsFile;
	d->vfs.zName = FAULT_VFS;
	d->vfs.pAppData = d;
	d->vfs.xOpen = disk_open;
	d->vfs.xDelete = disk_delete;
	d->vfs.xAccess = disk_access;
	d->vfs.xFullPathname = disk_full_pathname;
	assert(sqlite3_vfs_register(&d->vfs, 0) == SQLITE_OK);
}

static inline void disk_unregister(struct disk *d)
{
	disk_forget(d);
	(void)sqlite3_vfs_unregister(&d->vfs);
}

#endif

/* A folder of this user's own. See folder.h. */
#include "folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int idn_folder_open(const char *path, int no_link, const char **why) {
    const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    int made = mkdir(path, 0700) == 0;
    int fd = open(path, flags | (no_link ? O_NOFOLLOW : 0));
    struct stat found;
    if (fd < 0 && no_link && lstat(path, &found) == 0 && S_ISLNK(found.st_mode))
        *why = "it is a link";
    else
        *why = fd < 0 || fstat(fd, &found) != 0                 ? strerror(errno)
               : (found.st_mode & (S_IWGRP | S_IWOTH))          ? "group or others may write there"
               : found.st_uid != geteuid() && found.st_uid != 0 ? "it belongs to another user"
                                                                : NULL;
    if (!*why && made) {
        int parent = openat(fd, "..", flags);
        if (parent < 0 || fsync(parent) != 0)
            *why = strerror(errno);
        if (parent >= 0)
            close(parent);
    }
    if (*why && fd >= 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

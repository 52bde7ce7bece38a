/*
 * Preloaded: a disk that stands still. SLOW_SYNC="TEXT GATE": a sync of a file whose path holds TEXT first waits for whoever
 * opens the fifo GATE, and writes to it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int fsync(int fd) {
    char text[64], gate[256], link[64], path[4096], byte;
    const char *spec = getenv("SLOW_SYNC");
    int (*real)(int);
    *(void **)&real = dlsym(RTLD_NEXT, "fsync");
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t len = readlink(link, path, sizeof path - 1);
    if (len > 0 && spec && sscanf(spec, "%63s %255s", text, gate) == 2) {
        path[len] = 0;
        int fifo = strstr(path, text) ? open(gate, O_RDONLY) : -1;
        if (fifo >= 0) {
            while (read(fifo, &byte, 1) > 0)
                continue;
            close(fifo);
        }
    }
    return real(fd);
}

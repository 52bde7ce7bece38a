/*
 * Preloaded: waits up to a second, once for every descriptor, for something to read before the first look at a socket
 * with MSG_PEEK. So what a server sends behind a handshake is there when the client looks.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <poll.h>
#include <sys/socket.h>

ssize_t __recv_chk(int fd, void *to, size_t size, size_t room, int flags);

ssize_t recv(int fd, void *to, size_t size, int flags) {
    static ssize_t (*real)(int, void *, size_t, int);
    static unsigned char looked[1024];
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "recv");
    if (flags & MSG_PEEK && fd >= 0 && fd < 1024 && !looked[fd]) {
        struct pollfd one = {fd, POLLIN, 0};
        looked[fd] = 1;
        poll(&one, 1, 1000);
    }
    return real(fd, to, size, flags);
}

/* What the compiler makes of recv where it checks bounds. */
ssize_t __recv_chk(int fd, void *to, size_t size, size_t room, int flags) {
    return recv(fd, to, size < room ? size : room, flags);
}

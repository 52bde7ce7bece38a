/*
 * What a run needs from the system beside its database. Failures are nil, "PATH: REASON", word; the word is
 * "full", "busy", "missing" or "io".
 *
 *   journal.lock(path) -> lock             "busy" while another process holds it; let go at close or at the
 *                                          process's death
 *   lock:close()
 *   journal.log(path) -> log               a file that only grows, mode 0600
 *   log:append(bytes) -> true              all of the bytes or, after a failure, none of them
 *   log:sync() -> true                     what was appended survives a power cut
 *   log:truncate(size) -> true
 *   log:close()
 *   journal.signals() -> watch             from now on SIGINT, SIGTERM and SIGHUP end nothing (a SIGHUP
 *                                          that is ignored, as nohup has it, stays so); they are told by
 *   watch:caught() -> nil or the signal's number
 *   watch:close()                          puts things back as they were
 *
 * Every close is also __gc and __close. Descriptors are closed on exec.
 */
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define LOCK "idngo.run_lock"
#define LOG "idngo.run_log"
#define WATCH "idngo.signal_watch"

struct handle {
    int fd; /* -1: closed */
};

struct watch {
    int fd;
    sigset_t before; /* what was blocked */
};

int idn_push_errno(lua_State *L, const char *path, int code) {
    lua_pushnil(L);
    lua_pushfstring(L, "%s: %s", path, strerror(code));
    lua_pushstring(L, code == ENOSPC || code == EDQUOT ? "full"
                      : code == EWOULDBLOCK            ? "busy"
                      : code == ENOENT                 ? "missing"
                                                       : "io");
    return 3;
}

static int push_true(lua_State *L) {
    lua_pushboolean(L, 1);
    return 1;
}

/* A closed handle of the class `name` on top of the stack. */
static struct handle *new_handle(lua_State *L, const char *name) {
    struct handle *handle = lua_newuserdata(L, sizeof *handle);
    handle->fd = -1;
    luaL_getmetatable(L, name);
    lua_setmetatable(L, -2);
    return handle;
}

static int close_handle(struct handle *handle) {
    if (handle->fd >= 0)
        close(handle->fd);
    handle->fd = -1;
    return 0;
}

static int lock_new(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    struct handle *lock = new_handle(L, LOCK);
    lock->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock->fd >= 0 && flock(lock->fd, LOCK_EX | LOCK_NB) == 0)
        return 1;
    int code = errno;
    close_handle(lock);
    return idn_push_errno(L, path, code);
}

static int lock_close(lua_State *L) {
    return close_handle(idn_self(L, LOCK));
}

static struct handle *check_log(lua_State *L) {
    struct handle *log = idn_self(L, LOG);
    if (log->fd < 0)
        luaL_error(L, "log is closed");
    return log;
}

static int log_new(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    struct handle *log = new_handle(L, LOG);
    log->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    return log->fd >= 0 ? 1 : idn_push_errno(L, path, errno);
}

static int log_append(lua_State *L) {
    struct handle *log = check_log(L);
    size_t len, done = 0;
    const char *bytes = luaL_checklstring(L, 2, &len);
    off_t before = lseek(log->fd, 0, SEEK_END);
    while (done < len) {
        ssize_t n = write(log->fd, bytes + done, len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            int code = errno;
            /* a piece that stays is found, and removed, when the run is opened next */
            if (before >= 0 && ftruncate(log->fd, before) != 0)
                errno = code;
            return idn_push_errno(L, "audit log", code);
        }
        done += (size_t)n;
    }
    return push_true(L);
}

static int log_sync(lua_State *L) {
    return fdatasync(check_log(L)->fd) == 0 ? push_true(L) : idn_push_errno(L, "audit log", errno);
}

static int log_truncate(lua_State *L) {
    struct handle *log = check_log(L);
    int64_t size = idn_checkint(L, 2);
    return ftruncate(log->fd, (off_t)size) == 0 ? push_true(L)
                                                : idn_push_errno(L, "audit log", errno);
}

static int log_close(lua_State *L) {
    return close_handle(idn_self(L, LOG));
}

static int signals_new(lua_State *L) {
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGINT);
    sigaddset(&mask, SIGTERM);
    struct sigaction hangup;
    if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN)
        sigaddset(&mask, SIGHUP);
    struct watch *watch = lua_newuserdata(L, sizeof *watch);
    watch->fd = -1;
    luaL_getmetatable(L, WATCH);
    lua_setmetatable(L, -2);
    watch->fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    if (watch->fd < 0)
        return idn_push_errno(L, "signals", errno);
    pthread_sigmask(SIG_BLOCK, &mask, &watch->before);
    return 1;
}

static int watch_caught(lua_State *L) {
    struct watch *watch = idn_self(L, WATCH);
    struct signalfd_siginfo info;
    if (watch->fd < 0 || read(watch->fd, &info, sizeof info) != (ssize_t)sizeof info)
        return 0;
    idn_pushint(L, info.ssi_signo);
    return 1;
}

static int watch_close(lua_State *L) {
    struct watch *watch = idn_self(L, WATCH);
    if (watch->fd >= 0) {
        close(watch->fd);
        pthread_sigmask(SIG_SETMASK, &watch->before, NULL);
    }
    watch->fd = -1;
    return 0;
}

void idn_open_run_files(lua_State *L) {
    static const luaL_Reg lock_methods[] = {
        {"close", lock_close}, {"__gc", lock_close}, {"__close", lock_close}, {NULL, NULL}};
    static const luaL_Reg log_methods[] = {
        {"append", log_append}, {"sync", log_sync},  {"truncate", log_truncate},
        {"close", log_close},   {"__gc", log_close}, {"__close", log_close},
        {NULL, NULL},
    };
    static const luaL_Reg watch_methods[] = {
        {"caught", watch_caught}, {"close", watch_close}, {"__gc", watch_close},
        {"__close", watch_close}, {NULL, NULL},
    };
    static const luaL_Reg functions[] = {{"lock", lock_new},
                                         {"log", log_new},
                                         {"signals", signals_new},
                                         {NULL, NULL}};
    idn_newclass(L, LOCK, lock_methods);
    idn_newclass(L, LOG, log_methods);
    idn_newclass(L, WATCH, watch_methods);
    idn_setfuncs(L, functions);
}

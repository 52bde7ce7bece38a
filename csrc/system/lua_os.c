/*
 * What Lua lacks or has too coarse: clocks, sleep, chance, what only the system can tell, and a command's own streams.
 *
 *   core.now()    -> seconds since the boot of the host, asleep or not; never set back, the same for all its processes
 *   core.wall()   -> Unix seconds
 *   core.sleep(seconds)           returns early when a signal came
 *   core.random() -> a number from 0 up to, not including, 1; differs between processes, unlike an unseeded
 *                    math.random
 *   core.yieldable() -> whether what runs can yield where it stands: not in the main coroutine, nor under a function of
 *                    C such as table.sort or require; missing in Lua 5.1 itself, which cannot tell
 *   core.isatty(fd) -> whether file descriptor 0, 1 or 2 is a terminal
 *   core.reader_gone() -> whether standard output is a pipe or a socket that nobody reads any more
 *   core.shared_with_others(path) -> whether group or others may read the file; nil when there is none
 *   core.sync(path) -> true | nil, message, is_gone: what was written to the file or folder, by whomever, is on the disk
 *   core.boot_id() -> what tells this boot of the host from others | nil: it cannot be read, and is like no other
 *   core.is_regular(path) -> whether it is a regular file, and no link to one; nil when nothing is there, and nil, message
 *                    when that cannot be told
 *   core.absolute(path) -> the path from the root, without links; of a file that need not be there, its folder's
 *                          | nil, "PATH: REASON"
 *   core.process() -> its number: another in what was forked
 *   core.process_gone(number) -> whether there is no process of that number, as this one sees them
 *   core.who() -> {uid =, user =, host =, terminal =}: who runs this process, as far as the system knows
 *   core.folder(path) -> true | nil, "PATH: REASON"      makes a folder for its owner alone (mode 0700); one that is
 *                        there must be no link, be this user's own, and writable by nobody else
 *   core.own_streams()        for a program, never for a library: from now on a pipe without a reader is an error of
 *                             write, and no file that is opened can become a standard stream that was closed
 *   core.disown_streams(gone) gives SIGPIPE its action back; `gone`: and ends the process by it, if that ends processes
 */
#include "clock.h"
#include "folder.h"
#include "core/lua_core.h"
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int now(lua_State *L) {
    lua_pushnumber(L, idn_clock());
    return 1;
}

static int wall(lua_State *L) {
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    lua_pushnumber(L, (lua_Number)at.tv_sec + (lua_Number)at.tv_nsec / 1e9);
    return 1;
}

static int sleep_for(lua_State *L) {
    double seconds = luaL_checknumber(L, 1), whole;
    if (seconds > 0) { /* NaN is not */
        double part = modf(seconds < 1e9 ? seconds : 1e9, &whole);
        struct timespec span = {.tv_sec = (time_t)whole, .tv_nsec = (long)(part * 1e9)};
        nanosleep(&span, NULL);
    }
    return 0;
}

static int random_number(lua_State *L) {
    uint32_t n = 0;
    if (getentropy(&n, sizeof n) != 0) /* and not libcrypto's, which need memory */
        return luaL_error(L, "the system has no random bytes");
    lua_pushnumber(L, (lua_Number)n / 4294967296.0);
    return 1;
}

#if LUA_VERSION_NUM < 502 /* LuaJIT has it, and Lua 5.1, which its modules serve too, has not */
int lua_isyieldable(lua_State *L) __attribute__((weak));
#define CAN_TELL (lua_isyieldable != NULL)
#else
#define CAN_TELL 1
#endif

static int is_yieldable(lua_State *L) {
    lua_pushboolean(L, lua_isyieldable(L));
    return 1;
}

static int is_terminal(lua_State *L) {
    lua_pushboolean(L, isatty((int)idn_checkint(L, 1)));
    return 1;
}

static int reader_gone(lua_State *L) {
    struct pollfd output = {.fd = STDOUT_FILENO};
    lua_pushboolean(L, poll(&output, 1, 0) == 1 && (output.revents & (POLLERR | POLLHUP)));
    return 1;
}

static int shared_with_others(lua_State *L) {
    struct stat found;
    if (stat(luaL_checkstring(L, 1), &found) != 0)
        return 0;
    lua_pushboolean(L, (found.st_mode & (S_IRGRP | S_IROTH)) != 0);
    return 1;
}

static int sync_path(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int ok = fd >= 0 && fsync(fd) == 0, error = errno;
    if (fd >= 0)
        close(fd);
    if (ok) {
        lua_pushboolean(L, 1);
        return 1;
    }
    lua_pushnil(L);
    lua_pushfstring(L, "%s: %s", path, strerror(error));
    lua_pushboolean(L, error == ENOENT);
    return 3;
}

static int is_regular(lua_State *L) {
    struct stat found;
    const char *path = luaL_checkstring(L, 1);
    if (lstat(path, &found) == 0) {
        lua_pushboolean(L, S_ISREG(found.st_mode));
        return 1;
    }
    lua_pushnil(L);
    if (errno == ENOENT || errno == ENOTDIR)
        return 1;
    lua_pushfstring(L, "%s: %s", path, strerror(errno));
    return 2;
}

static int absolute(lua_State *L) {
    const char *path = luaL_checkstring(L, 1), *name = strrchr(path, '/');
    char found[PATH_MAX];
    lua_settop(L, 1);
    if (realpath(path, found)) {
        lua_pushstring(L, found);
        return 1;
    }
    if (errno == ENOENT) {
        lua_pushlstring(L, path, name ? (size_t)(name - path) + 1 : 0);
        if (realpath(name ? lua_tostring(L, 2) : ".", found)) {
            lua_pushfstring(L, "%s/%s", strcmp(found, "/") == 0 ? "" : found, name ? name + 1 : path);
            return 1;
        }
    }
    lua_pushnil(L);
    lua_pushfstring(L, "%s: %s", path, strerror(errno));
    return 2;
}

static int boot_id(lua_State *L) {
    char boot[IDN_BOOT_ID];
    idn_boot_id(boot);
    if (!boot[0])
        return 0;
    lua_pushstring(L, boot);
    return 1;
}

static int process(lua_State *L) {
    idn_pushint(L, idn_process());
    return 1;
}

static int process_gone(lua_State *L) {
    lua_Number number = luaL_checknumber(L, 1);
    luaL_argcheck(L, number > 0 && number <= INT32_MAX, 1, "no process has this number"); /* others mean groups */
    lua_pushboolean(L, kill((pid_t)number, 0) != 0 && errno == ESRCH);
    return 1;
}

static int who(lua_State *L) {
    char text[256];
    struct passwd entry, *user = NULL;
    char room[4096];
    lua_newtable(L);
    idn_pushint(L, getuid());
    lua_setfield(L, -2, "uid");
    if (getpwuid_r(getuid(), &entry, room, sizeof room, &user) == 0 && user) {
        lua_pushstring(L, user->pw_name);
        lua_setfield(L, -2, "user");
    }
    if (gethostname(text, sizeof text) == 0) {
        text[sizeof text - 1] = '\0';
        lua_pushstring(L, text);
        lua_setfield(L, -2, "host");
    }
    if (ttyname_r(0, text, sizeof text) == 0) {
        lua_pushstring(L, text);
        lua_setfield(L, -2, "terminal");
    }
    return 1;
}

static int own_folder(lua_State *L) {
    const char *path = luaL_checkstring(L, 1), *why;
    int fd = idn_folder_open(path, 1, &why);
    if (fd < 0) {
        lua_pushnil(L);
        lua_pushfstring(L, "%s: %s", path, why);
        return 2;
    }
    close(fd);
    lua_pushboolean(L, 1);
    return 1;
}

/* Not SIG_IGN, which programs that are started would inherit. */
static void go_on(int signal) {
    (void)signal;
}

static int own_streams(lua_State *L) {
    struct sigaction found, action = {.sa_handler = go_on, .sa_flags = SA_RESTART};
    for (int fd = 0; fd <= 2; fd++) /* the wrong way round: using what was closed stays an error */
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) < 0)
            return luaL_error(L, "/dev/null: %s", strerror(errno));
    sigaction(SIGPIPE, NULL, &found);
    if (!(found.sa_flags & SA_SIGINFO) && found.sa_handler == SIG_DFL)
        sigaction(SIGPIPE, &action, NULL);
    return 0;
}

static int disown_streams(lua_State *L) {
    struct sigaction found, action = {.sa_handler = SIG_DFL};
    sigaction(SIGPIPE, NULL, &found);
    if (!(found.sa_flags & SA_SIGINFO) && found.sa_handler == go_on)
        sigaction(SIGPIPE, &action, NULL);
    if (lua_toboolean(L, 1))
        raise(SIGPIPE);
    return 0;
}

void idn_open_os(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"now", now},
        {"wall", wall},
        {"sleep", sleep_for},
        {"random", random_number},
        {"isatty", is_terminal},
        {"reader_gone", reader_gone},
        {"shared_with_others", shared_with_others},
        {"sync", sync_path},
        {"is_regular", is_regular},
        {"absolute", absolute},
        {"boot_id", boot_id},
        {"process", process},
        {"process_gone", process_gone},
        {"who", who},
        {"folder", own_folder},
        {"own_streams", own_streams},
        {"disown_streams", disown_streams},
        {NULL, NULL},
    };
    idn_setfuncs(L, functions);
    if (CAN_TELL) {
        lua_pushcfunction(L, is_yieldable);
        lua_setfield(L, -2, "yieldable");
    }
}

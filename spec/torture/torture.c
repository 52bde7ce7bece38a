/*
 * Fails allocations one at a time: a Lua 5.4 of its own whose memory, and whose process's memory, runs out on demand.
 *
 *   torture SCRIPT [ARGS…]     runs SCRIPT with the table `torture` among its globals
 *
 *   torture.arm(kind, n, lasting)   from now on the n-th allocation of that kind fails; with `lasting`, so does every
 *                                   one after it. Kinds:
 *                                     "lua"      what the Lua state asks for
 *                                     "malloc"   what everything else in the process asks for: modules, libcurl,
 *                                                libcrypto, SQLite, libzip, libc; and mmap
 *                                     "collect"  every new object of Lua's is refused at first, so that Lua collects all
 *                                                garbage and asks again; nothing fails in the end
 *   torture.calm() -> how many failed, how many were asked for
 *   torture.held() -> blocks the process holds besides Lua's, bytes that Lua holds, open descriptors
 *   torture.leaks() -> whether the leak checker, where there is one, found any; it says which
 *   torture.queue() -> whether an error was in libcrypto's queue; it is empty then
 *   torture.serve(body) -> port, stop()   a process that answers every HTTP request on loopback with that JSON
 *   torture.served() -> whole requests it has had so far
 *
 * The functions of malloc are defined here, before those of libc or of the address sanitizer, which they call.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <lauxlib.h>
#include <lualib.h>
#include <openssl/err.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHOWN __attribute__((visibility("default")))

/* ---- what is called in the end ---- */

static struct {
    void *(*malloc)(size_t);
    void *(*calloc)(size_t, size_t);
    void *(*realloc)(void *, size_t);
    void (*free)(void *);
    void *(*mmap)(void *, size_t, int, int, int, off_t);
} real;

/* 0 while dlsym itself is at work, which then does without. */
static bool found(void) {
    static bool finding;
    if (real.mmap)
        return true;
    if (finding)
        return false;
    finding = true;
    *(void **)&real.malloc = dlsym(RTLD_NEXT, "malloc");
    *(void **)&real.calloc = dlsym(RTLD_NEXT, "calloc");
    *(void **)&real.realloc = dlsym(RTLD_NEXT, "realloc");
    *(void **)&real.free = dlsym(RTLD_NEXT, "free");
    *(void **)&real.mmap = dlsym(RTLD_NEXT, "mmap");
    return true;
}

/* ---- what fails ---- */

enum kind { NOTHING, OF_LUA, OF_MALLOC, COLLECT };

static struct {
    _Atomic int kind;
    atomic_long left, failed, asked;
    bool lasting;
} plan;
static atomic_long blocks;
static _Thread_local bool within_lua; /* what Lua asks of malloc does not count as malloc's */
static _Thread_local bool script;     /* the thread that arms: of other threads nothing fails */

static bool strikes(enum kind kind) {
    if (plan.kind != (int)kind)
        return false;
    plan.asked++;
    long left = --plan.left;
    /* an allocation of Lua's is tried twice, with a collection between */
    bool now = left == 0 || (left < 0 && plan.lasting) || (left == -1 && kind == OF_LUA);
    plan.failed += now;
    return now;
}

static bool refused(void) {
    if (found() && (within_lua || !script || !strikes(OF_MALLOC)))
        return false;
    errno = ENOMEM;
    return true;
}

static void note(int more) {
    if (!within_lua)
        blocks += more;
}

SHOWN void *malloc(size_t size) {
    void *block = refused() ? NULL : real.malloc(size);
    note(block != NULL);
    return block;
}

SHOWN void *calloc(size_t count, size_t size) {
    void *block = refused() ? NULL : real.calloc(count, size);
    note(block != NULL);
    return block;
}

SHOWN void *realloc(void *old, size_t size) {
    if (refused())
        return NULL;
    void *block = real.realloc(old, size);
    note((block != NULL) - (old != NULL));
    return block;
}

SHOWN void free(void *block) {
    if (!found())
        return;
    note(-(block != NULL));
    real.free(block);
}

SHOWN char *strdup(const char *text) {
    size_t size = strlen(text) + 1;
    char *copy = malloc(size);
    return copy ? memcpy(copy, text, size) : NULL;
}

SHOWN void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset) {
    return refused() ? MAP_FAILED : real.mmap(at, size, protection, flags, fd, offset);
}

static size_t lua_bytes;
static bool collecting; /* the attempt after the one that was refused to make Lua collect */

static void *allocate(void *owner, void *block, size_t old, size_t size) {
    (void)owner;
    bool object = !block && old != 0; /* then it tells the kind of object */
    if (!block)
        old = 0;
    if (size > old) { /* what shrinks cannot fail */
        if (strikes(OF_LUA))
            return NULL;
        if (plan.kind == COLLECT && object) { /* what is no object may be a buffer's, which is asked for once */
            plan.asked++;
            collecting = !collecting;
            if (collecting) {
                plan.failed++;
                return NULL;
            }
        }
    }
    within_lua = true;
    void *moved = NULL;
    if (size == 0)
        free(block);
    else
        moved = realloc(block, size);
    within_lua = false;
    if (size == 0 || moved)
        lua_bytes += size - old;
    return moved;
}

/* ---- for the script ---- */

static int arm(lua_State *L) {
    static const char *const names[] = {"lua", "malloc", "collect", NULL};
    static const enum kind kinds[] = {OF_LUA, OF_MALLOC, COLLECT};
    enum kind kind = kinds[luaL_checkoption(L, 1, NULL, names)];
    plan.left = (long)luaL_optinteger(L, 2, 1);
    plan.lasting = lua_toboolean(L, 3);
    plan.failed = plan.asked = 0;
    collecting = false;
    script = true;
    plan.kind = (int)kind;
    return 0;
}

static int calm(lua_State *L) {
    plan.kind = NOTHING;
    lua_pushinteger(L, plan.failed);
    lua_pushinteger(L, plan.asked);
    return 2;
}

static long descriptors(void) {
    DIR *all = opendir("/proc/self/fd");
    long count = -1; /* its own */
    for (struct dirent *entry; all && (entry = readdir(all));)
        count += entry->d_name[0] != '.';
    if (all)
        closedir(all);
    return count;
}

static int held(lua_State *L) {
    lua_pushinteger(L, blocks);
    lua_pushinteger(L, (lua_Integer)lua_bytes);
    lua_pushinteger(L, descriptors());
    return 3;
}

SHOWN int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

/* What libzip loses without memory: the sources of an entry that it does not come to open. */
SHOWN const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
    return "leak:libzip.so";
}

static int leaks(lua_State *L) {
    lua_pushboolean(L, __lsan_do_recoverable_leak_check && __lsan_do_recoverable_leak_check());
    return 1;
}

static int queue(lua_State *L) {
    lua_pushboolean(L, ERR_peek_error() != 0);
    ERR_clear_error();
    return 1;
}

/* ---- the server ---- */

static atomic_long *had; /* shared with its process */

/* How long a whole request at the start of `bytes` is, or 0. */
static size_t whole_request(const char *bytes, size_t len) {
    const char *end = memmem(bytes, len, "\r\n\r\n", 4);
    if (!end)
        return 0;
    size_t head = (size_t)(end - bytes) + 4, body = 0;
    const char *length = memmem(bytes, head, "Content-Length: ", 16);
    if (length)
        body = strtoul(length + 16, NULL, 10);
    return head + body <= len ? head + body : 0;
}

static void converse(int fd, const char *body) {
    static char bytes[1 << 20], answer[1 << 16];
    int answer_len = snprintf(answer, sizeof answer,
                              "HTTP/1.1 200 OK\r\nDate: Tue, 14 Nov 2023 22:13:20 GMT\r\n"
                              "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                              strlen(body), body);
    size_t len = 0, used;
    ssize_t n;
    while ((n = read(fd, bytes + len, sizeof bytes - len)) > 0) {
        len += (size_t)n;
        while ((used = whole_request(bytes, len)) > 0) {
            ++*had;
            if (write(fd, answer, (size_t)answer_len) != answer_len)
                return;
            memmove(bytes, bytes + used, len - used);
            len -= used;
        }
    }
}

/* One process for each connection: nobody waits for a connection that a client keeps. */
static void be_server(int listener, const char *body) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGCHLD, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd >= 0 && fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            converse(fd, body);
            _exit(0);
        }
        close(fd);
    }
}

static int stop(lua_State *L) {
    pid_t server = (pid_t)lua_tointeger(L, lua_upvalueindex(1));
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    return 0;
}

static int serve(lua_State *L) {
    const char *body = luaL_checkstring(L, 1);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    had = mmap(NULL, sizeof *had, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (fd < 0 || had == MAP_FAILED || bind(fd, (struct sockaddr *)&at, len) != 0 ||
        listen(fd, 64) != 0 || getsockname(fd, (struct sockaddr *)&at, &len) != 0)
        return luaL_error(L, "serve: %s", strerror(errno));
    pid_t server = fork();
    if (server == 0)
        be_server(fd, body);
    close(fd);
    lua_pushinteger(L, ntohs(at.sin_port));
    lua_pushinteger(L, server);
    lua_pushcclosure(L, stop, 1);
    return 2;
}

static int served(lua_State *L) {
    lua_pushinteger(L, *had);
    return 1;
}

/* ---- */

static int run(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"arm", arm},     {"calm", calm},     {"held", held}, {"leaks", leaks},
        {"queue", queue}, {"serve", serve}, {"served", served}, {NULL, NULL},
    };
    char **argv = lua_touserdata(L, 1);
    luaL_openlibs(L);
    luaL_newlib(L, functions);
    lua_setglobal(L, "torture");
    lua_newtable(L);
    for (int i = 1; argv[i]; i++) {
        lua_pushstring(L, argv[i]);
        lua_rawseti(L, -2, i - 1);
    }
    lua_setglobal(L, "arg");
    if (luaL_loadfile(L, argv[1]))
        return lua_error(L);
    lua_call(L, 0, 0);
    return 0;
}

static int explain(lua_State *L) {
    luaL_traceback(L, L, luaL_tolstring(L, 1, NULL), 1);
    return 1;
}

int main(int argc, char **argv) {
    lua_State *L = argc > 1 ? lua_newstate(allocate, NULL) : NULL;
    if (!L)
        return 2;
    lua_pushcfunction(L, explain);
    lua_pushcfunction(L, run);
    lua_pushlightuserdata(L, argv);
    int failed = lua_pcall(L, 1, 0, 1);
    if (failed)
        fprintf(stderr, "%s\n", lua_tostring(L, -1));
    lua_close(L);
    return failed ? 1 : 0;
}

/*
 * Fuzzer: a run's journal that somebody else wrote, or a disk damaged.
 *
 * It opens and is read whole, or it is refused with an error that says so; what is read twice is the same twice. SQLite is
 * not what is looked for here, but what our reading makes of whatever SQLite gives.
 */
#include "fuzz_lua.h"

#include <unistd.h>

static const char chunk[] =
    "local handlers = { policy = require('idngo.policy.handlers'), import = require('idngo.import.handlers') }\n"
    "local lines = require('idngo.run.lines')\n"
    "local summary = require('idngo.run.summary')\n"
    "local store = require('idngo.run.store')\n"
    "local json = require('idngo.json')\n"
    "local affected = require('idngo.policy.affected')\n"
    "local facts = require('idngo.policy.facts')\n"
    "local function look(kept)\n"
    "  local all = { summary(kept), lines.plan(kept, handlers[kept:kind()] or handlers.policy).hash }\n"
    "  for row in kept:each('lines') do all[#all + 1] = row end\n"
    "  for row in kept:each('all_steps') do all[#all + 1] = row end\n"
    "  for row in kept:each('audit_records') do all[#all + 1] = row.hash end\n"
    "  for row in kept:each('lines') do facts.recorded(kept, row.n) end\n"
    "  affected.run(kept, function(finding) all[#all + 1] = finding end)\n"
    "  return json.encode(all, 'all', '[]')\n"
    "end\n"
    "return function(dir)\n"
    "  local kept, problem = store.read(dir)\n"
    "  if not kept then assert(type(problem) == 'table' and problem.kind, tostring(problem)) "
    "return false end\n"
    "  local ok, first = pcall(look, kept)\n"
    "  local again, second = pcall(look, kept)\n"
    "  kept:close()\n"
    "  assert(ok == again and (not ok or first == second), 'read twice, it is something else')\n"
    "  return ok, first\n"
    "end\n";

static char dir[64], path[96];

static void remove_files(void) {
    char name[128];
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < 4; i++) {
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        unlink(name);
    }
}

static void leave(void) {
    remove_files();
    rmdir(dir);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static lua_State *L;
    if (!L) {
        L = fuzz_state(chunk);
        snprintf(dir, sizeof dir, "%s/fuzz_journal.XXXXXX",
                 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
        MUST(mkdtemp(dir));
        snprintf(path, sizeof path, "%s/journal.db", dir);
        atexit(leave);
    }
    remove_files();
    FILE *file = fopen(path, "wb");
    MUST(file && fwrite(data, 1, size, file) == size && fclose(file) == 0);
    lua_pushvalue(L, 1);
    lua_pushstring(L, dir);
    fuzz_call(L, 1, 2);
    lua_settop(L, 1);
    return 0;
}

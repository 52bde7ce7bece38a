/*
 * Fuzzer: the host in front of an evaluator that has been taken over and answers what it likes.
 *
 * Whatever comes, an evaluation gives an outcome made of checked parts: a known kind, a known fact that was not given, known
 * actions, messages of one line. Nothing throws.
 */
#include "fuzz_lua.h"

#include "jail/lua_wire.h"

static struct idn_wire_in reply;

/* The reply as the pipe would bring it. */
static int receive(lua_State *L) {
    if (idn_wire_push(L, reply.bytes, reply.left))
        return 1;
    lua_pushnil(L);
    lua_pushliteral(L, "bad");
    return 2;
}

static const char chunk[] =
    "local receive = ...\n"
    "local evaluator, first = {}, true\n"
    "function evaluator:send() return true end\n"
    "function evaluator:receive()\n"
    "  if first == 1 then first = 2 return { ready = true } end\n"
    "  if first == 2 then first = nil return { kind = 'policy', policy = { name = 'p' } } end\n"
    "  return receive()\n"
    "end\n"
    "function evaluator:stop() return 'signal', 9 end\n"
    "package.preload['idngo.jail_host'] = function()\n"
    "  return { start = function() return setmetatable({}, { __index = evaluator }) end }\n"
    "end\n"
    "local jail = require('idngo.policy.jail')\n"
    "local actions = require('idngo.policy.actions')\n"
    "local function one_line(text) assert(text == nil or (utf8.len(text) and not text:find('%c')), "
    "'not one line') end\n"
    "local function check(outcome, facts, traced)\n"
    "  if outcome.kind == 'need' then\n"
    "    local known = false\n"
    "    for _, name in ipairs(jail.facts) do known = known or name == outcome.fact end\n"
    "    assert(known and facts[outcome.fact] == nil, 'a need that is none')\n"
    "  elseif outcome.kind == 'decided' then\n"
    "    assert(#outcome.actions > 0)\n"
    "    for _, action in ipairs(outcome.actions) do assert(actions.check(action), 'an action that "
    "is none') end\n"
    "  else\n"
    "    assert(outcome.kind == 'error' and type(outcome.message) == 'string')\n"
    "    one_line(outcome.message)\n"
    "  end\n"
    "  for _, read in ipairs(outcome.trace and outcome.trace.reads or {}) do\n"
    "    one_line(read.path)\n"
    "    if type(read.value) == 'string' then one_line(read.value) end\n"
    "  end\n"
    "end\n"
    "local facts = { duplicates = { answer = 'GREEN' } }\n"
    "return function(traced)\n"
    "  first = 1\n"
    "  local pool = assert(jail.pool { text = 'x', chunkname = 'fuzz.lua', program = '/nothing', "
    "size = 1 })\n"
    "  check(pool:evaluate({ id = 'a' }, facts, { trace = traced }), facts, traced)\n"
    "  pool:close()\n"
    "  first = nil\n"
    "  local whole, problem = jail.pool { text = 'x', chunkname = 'fuzz.lua', program = '/nothing' "
    "}\n"
    "  if whole then one_line(whole.info.name) one_line(whole.info.version) whole:close()\n"
    "  else one_line(tostring(problem.message)) end\n"
    "end\n";

static const char start[] = "return load(fuzz_chunk, '=chunk')(fuzz_receive)";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static lua_State *L;
    if (!L) {
        L = fuzz_state("return nil");
        lua_pushstring(L, chunk);
        lua_setglobal(L, "fuzz_chunk");
        lua_pushcfunction(L, receive);
        lua_setglobal(L, "fuzz_receive");
        lua_settop(L, 0);
        MUST(luaL_loadstring(L, start) == LUA_OK);
        fuzz_call(L, 0, 1);
    }
    struct fuzz in = {data, size};
    unsigned traced = fuzz_byte(&in) % 2;
    struct piece bytes = fuzz_rest(&in);
    reply = (struct idn_wire_in){bytes.bytes, bytes.len};
    lua_pushvalue(L, 1);
    lua_pushboolean(L, (int)traced);
    fuzz_call(L, 1, 0);
    lua_settop(L, 1);
    free(bytes.bytes);
    return 0;
}

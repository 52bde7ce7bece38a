/*
 * Fuzzer: JSON from a server.
 *
 * What the strict reader accepts is what the grammar of RFC 8259, written down here once more the naive way, accepts; the
 * decoder takes all of that but a name given twice or null, and what it made, encoded and decoded again, is the same.
 */
#include "fuzz_lua.h"

#include "protocol/json.h"
#include "protocol/url.h"

#include <math.h>

struct text {
    const char *p, *end;
    int depth;
};

static int value(struct text *t);

static void blanks(struct text *t) {
    while (t->p < t->end && (*t->p == ' ' || *t->p == '\t' || *t->p == '\n' || *t->p == '\r'))
        t->p++;
}

static int take(struct text *t, const char *word) {
    size_t n = strlen(word);
    if ((size_t)(t->end - t->p) < n || memcmp(t->p, word, n) != 0)
        return 0;
    t->p += n;
    return 1;
}

static int any_of(struct text *t, const char *set) {
    if (t->p == t->end || *t->p == '\0' || !strchr(set, *t->p))
        return 0;
    t->p++;
    return 1;
}

static int unit(struct text *t, unsigned *out) {
    char digits[5] = {0};
    for (int i = 0; i < 4; i++) {
        if (!any_of(t, "0123456789abcdefABCDEF"))
            return 0;
        digits[i] = t->p[-1];
    }
    *out = (unsigned)strtoul(digits, NULL, 16);
    return 1;
}

static int string(struct text *t) {
    const char *start = t->p;
    if (!take(t, "\""))
        return 0;
    while (t->p < t->end && *t->p != '"') {
        unsigned high, low;
        if ((unsigned char)*t->p < 0x20)
            return 0;
        if (*t->p++ != '\\')
            continue;
        if (any_of(t, "\"\\/bfnrt"))
            continue;
        if (!take(t, "u") || !unit(t, &high) || (high >= 0xdc00 && high < 0xe000))
            return 0;
        if (high >= 0xd800 && high < 0xdc00 &&
            (!take(t, "\\u") || !unit(t, &low) || low < 0xdc00 || low >= 0xe000))
            return 0;
    }
    return take(t, "\"") && idn_utf8((struct idn_text){start, (size_t)(t->p - start)});
}

static int digits(struct text *t) {
    if (!any_of(t, "0123456789"))
        return 0;
    while (any_of(t, "0123456789"))
        continue;
    return 1;
}

static int number(struct text *t) {
    const char *start = t->p;
    int whole = 1;
    take(t, "-");
    if (!take(t, "0") && !digits(t))
        return 0;
    if (take(t, ".")) {
        whole = 0;
        if (!digits(t))
            return 0;
    }
    if (any_of(t, "eE")) {
        whole = 0;
        any_of(t, "+-");
        if (!digits(t))
            return 0;
    }
    char copy[512];
    size_t len = (size_t)(t->p - start);
    if (whole || len >= sizeof copy) /* how long a number may be is not the grammar's business */
        return 1;
    memcpy(copy, start, len);
    copy[len] = '\0';
    return !isinf(strtod(copy, NULL));
}

static int container(struct text *t, const char *close, int object) {
    blanks(t);
    if (take(t, close))
        return 1;
    do {
        blanks(t);
        if (object) {
            if (!string(t))
                return 0;
            blanks(t);
            if (!take(t, ":"))
                return 0;
        }
        if (!value(t))
            return 0;
        blanks(t);
    } while (take(t, ","));
    return take(t, close);
}

static int value(struct text *t) {
    int good;
    blanks(t);
    if (t->depth == IDN_JSON_DEPTH && t->p < t->end && (*t->p == '{' || *t->p == '['))
        return 0;
    t->depth++;
    if (take(t, "{"))
        good = container(t, "}", 1);
    else if (take(t, "["))
        good = container(t, "]", 0);
    else if (t->p < t->end && *t->p == '"')
        good = string(t);
    else
        good = take(t, "true") || take(t, "false") || take(t, "null") || number(t);
    t->depth--;
    return good;
}

static int is_json(const char *bytes, size_t len) {
    struct text t = {bytes, bytes + len, 0};
    if (!value(&t))
        return 0;
    blanks(&t);
    return t.p == t.end;
}

/* Decodes and, where there is something to compare, encodes and decodes again. */
static const char chunk[] =
    "local json = require('idngo.json')\n"
    "local function same(a, b)\n"
    "  if type(a) ~= 'table' or type(b) ~= 'table' then return a == b and math.type(a) == "
    "math.type(b) end\n"
    "  if json.is_list(a) ~= json.is_list(b) and next(a) then return false end\n"
    "  for k, v in pairs(a) do if not same(v, b[k]) then return false end end\n"
    "  for k in pairs(b) do if a[k] == nil then return false end end\n"
    "  return true\n"
    "end\n"
    "return function(text)\n"
    "  local value, problem = json.decode(text)\n"
    "  if value == nil then return false, problem end\n"
    "  if type(value) == 'table' then\n"
    "    local ok, again = pcall(json.encode, value, 'value', '[]')\n"
    "    if not ok then assert(again:find('nested too deeply', 1, true), again) return true end\n"
    "    local back = assert(json.decode(again))\n"
    "    assert(same(value, back), 'encoded and decoded again it is something else')\n"
    "  end\n"
    "  return true\n"
    "end\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static lua_State *L;
    if (!L)
        L = fuzz_state(chunk);
    struct fuzz in = {data, size};
    struct piece text = fuzz_rest(&in);
    struct idn_json found = {0};
    idn_json_check(text.bytes, text.len, &found);
    MUST(found.at <= text.len);
    int strict = found.wrong == NULL;
    MUST(strict == is_json(text.bytes, text.len) ||
         (found.wrong && strcmp(found.wrong, "number too long") == 0));
    lua_pushvalue(L, 1);
    lua_pushlstring(L, text.bytes, text.len);
    fuzz_call(L, 1, 2);
    if (lua_toboolean(L, -2) != strict) {
        const char *problem = lua_tostring(L, -1);
        MUST(strict && problem);
        MUST(strcmp(problem, "a name stands twice in one object") == 0 ||
             strcmp(problem, "null") == 0);
    }
    lua_settop(L, 1);
    free(text.bytes);
    return 0;
}

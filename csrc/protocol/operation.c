/* Operations, compiled from descriptions. See operation.h. */
#include "operation.h"

#include <string.h>

const char *const idn_type_names[] = {"fixed", "string", "integer", "list", "one_of", NULL};
const char *const idn_retry_names[] = {"safe", "idempotent", "harmless", "keyed", "once", NULL};

/* The path parameter called by the `len` bytes at `name`, or -1. */
static int find(const struct idn_operation *o, const char *name, size_t len) {
    for (int i = 0; i < o->count; i++)
        if (o->params[i].where == IDN_PATH && strlen(o->params[i].name) == len &&
            memcmp(o->params[i].name, name, len) == 0)
            return i;
    return -1;
}

const char *idn_operation_compile(struct idn_operation *o) {
    if (o->path[0] != '/' || strpbrk(o->path, "?# "))
        return "has a path that is none";
    unsigned used = 0;
    o->piece_count = 0;
    o->bound = strlen(o->path);
    for (const char *p = o->path;;) {
        struct idn_piece *piece = &o->pieces[o->piece_count++];
        *piece = (struct idn_piece){p, strcspn(p, "{"), -1};
        p += piece->len;
        if (*p == '\0')
            break;
        const char *name = p + 1, *close = strchr(name, '}');
        int param = close ? find(o, name, (size_t)(close - name)) : -1;
        if (param < 0 || used & 1u << param)
            return "has a path with a {name} that is no parameter, or stands there twice";
        used |= 1u << param;
        piece->param = param;
        o->params[param].is_segment = p[-1] == '/' && (close[1] == '/' || close[1] == '\0');
        p = close + 1;
    }
    for (int i = 0; i < o->count; i++) {
        const struct idn_param *param = &o->params[i];
        if (param->where == IDN_PATH && (!(used & 1u << i) || !param->required))
            return "has an optional parameter of its path, or one that does not stand there";
        if ((param->type == IDN_FIXED && !param->value) ||
            (param->type == IDN_ONE_OF && !param->values))
            return "has a parameter without its value or values";
        o->bound += 2 + strlen(param->name) + (param->value ? 3 * strlen(param->value) : 0);
    }
    return NULL;
}

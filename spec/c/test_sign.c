/* Signing against the published vectors, through the same steps the Lua binding takes. */
#include "protocol/bytes.h"
#include "protocol/sign.h"

#include "check.h"

#include <stdlib.h>

struct vector {
    char secret[128], method[16], uri[512], body_hex[2048], signed_hex[4096], signature[128];
    long long ts;
};

/* The fixture has one field a line: "name": "value". Returns 1 and the value of `field` when `line` is it. */
static int field(const char *line, const char *name, char *out, size_t size) {
    char key[64];
    snprintf(key, sizeof key, "\"%s\": ", name);
    const char *at = strstr(line, key);
    if (!at)
        return 0;
    at += strlen(key);
    at += *at == '"';
    size_t n = strcspn(at, "\",\n");
    if (n >= size)
        return 0;
    memcpy(out, at, n);
    out[n] = '\0';
    return 1;
}

static size_t unhex(const char *hex, unsigned char *out) {
    size_t n = strlen(hex) / 2;
    for (size_t i = 0; i < n; i++) {
        char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        out[i] = (unsigned char)strtoul(digits, NULL, 16);
    }
    return n;
}

static void check_vector(const struct vector *v) {
    unsigned char body[1024], expected[2048];
    char stamp[IDN_DIGITS], hex[IDN_SIGNATURE_HEX + 1], whole[2048];
    size_t body_len = unhex(v->body_hex, body);
    struct idn_signer *signer = idn_signer_new(v->secret, strlen(v->secret));
    CHECK(signer != NULL);

    CHECK(idn_sign_begin(signer, v->ts, v->method, v->uri, strlen(v->uri)));
    CHECK(idn_sign_update(signer, body, body_len));
    CHECK(idn_sign_end(signer, hex));
    CHECK_STR(hex, v->signature);

    /* the same bytes signed in two halves: streaming changes nothing */
    CHECK(idn_sign_begin(signer, v->ts, v->method, v->uri, strlen(v->uri)));
    CHECK(idn_sign_update(signer, body, body_len / 2));
    CHECK(idn_sign_update(signer, body + body_len / 2, body_len - body_len / 2));
    CHECK(idn_sign_end(signer, hex));
    CHECK_STR(hex, v->signature);

    /* the string to sign, piece by piece */
    size_t n = idn_digits(stamp, v->ts);
    memcpy(whole, stamp, n);
    n += (size_t)snprintf(whole + n, sizeof whole - n, "%s%s", v->method, v->uri);
    memcpy(whole + n, body, body_len);
    n += body_len;
    CHECK(unhex(v->signed_hex, expected) == n);
    CHECK(memcmp(whole, expected, n) == 0);
    idn_signer_free(signer);
}

/* The kernel tells of each mapping whether it is left out of core dumps: "dd". */
static void no_core_dump_holds(const void *address) {
    FILE *file = fopen("/proc/self/smaps", "r");
    char line[512];
    unsigned long from, to;
    int inside = 0, told = 0;
    CHECK(file != NULL);
    while (file && fgets(line, sizeof line, file)) {
        if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
            inside = (uintptr_t)address >= from && (uintptr_t)address < to;
        if (inside && strncmp(line, "VmFlags:", 8) == 0) {
            CHECK(strstr(line, " dd") != NULL);
            told = 1;
        }
    }
    CHECK(told);
    if (file)
        fclose(file);
}

int main(void) {
    FILE *file = fopen("spec/fixtures/signing-vectors.json", "r");
    CHECK(file != NULL);
    char line[8192], ts[32];
    struct vector v;
    int vectors = 0;
    while (file && fgets(line, sizeof line, file)) {
        if (field(line, "webhook", line, sizeof line))
            break;
        field(line, "secret", v.secret, sizeof v.secret);
        if (field(line, "ts", ts, sizeof ts))
            v.ts = atoll(ts);
        field(line, "method", v.method, sizeof v.method);
        field(line, "uri", v.uri, sizeof v.uri);
        field(line, "body_hex", v.body_hex, sizeof v.body_hex);
        field(line, "string_to_sign_hex", v.signed_hex, sizeof v.signed_hex);
        if (field(line, "signature", v.signature, sizeof v.signature)) {
            check_vector(&v);
            vectors++;
        }
    }
    CHECK(vectors == 14);
    if (file)
        fclose(file);

    /* a key longer than the hash's block is hashed first; expected value by python's hmac */
    unsigned char key[131];
    char hex[IDN_SIGNATURE_HEX + 1];
    memset(key, 0xaa, sizeof key);
    struct idn_signer *signer = idn_signer_new(key, sizeof key);
    const char *data = "Test Using Larger Than Block-Size Key - Hash Key First";
    /* a timestamp always stands first; this is HMAC over "0" and the text */
    CHECK(idn_sign_begin(signer, 0, "", data, strlen(data)));
    CHECK(idn_sign_end(signer, hex));
    CHECK_STR(hex, "ca84cdb562f4eb269375be3c206452e18e28de82a0330f779bcdd20c8e804bcd");
    no_core_dump_holds(signer);
    idn_signer_free(signer);
    return check_done();
}

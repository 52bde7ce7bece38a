/*
 * Fuzzer: an archive from anywhere, looked at and, where it may be, unpacked as the checker does.
 *
 * Nothing may crash, nothing outside of the bytes may be asked for, and what is called sound must be: entries side by
 * side from the first byte to the directory, under different names, none unpacking to more than it claims.
 */
#include "zip_bytes.h"

#include "archive/zip_content.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX = 20, TOTAL = 1 << 20 };

static int compare(const void *a, const void *b) {
    const struct idn_zip_entry *x = a, *y = b;
    return x->start < y->start ? -1 : x->start > y->start;
}

/* The places of a sound archive's entries, and their names. */
static void judge(const struct idn_zip *zip) {
    struct idn_zip_entry sorted[MAX];
    uint64_t at = 0;
    for (size_t i = 0; i < zip->count; i++) {
        sorted[i] = zip->entries[i];
        for (size_t j = 0; j < i; j++)
            if (zip->entries[i].name_len == zip->entries[j].name_len &&
                memcmp(zip->entries[i].name, zip->entries[j].name, zip->entries[i].name_len) == 0)
                abort();
    }
    qsort(sorted, zip->count, sizeof sorted[0], compare);
    for (size_t i = 0; i < zip->count; i++) {
        if (sorted[i].start != at || sorted[i].end < at + IDN_ZIP_LOCAL + sorted[i].compressed)
            abort();
        at = sorted[i].end;
    }
}

static void unpack(const struct idn_zip *zip, const struct idn_zip_input *input) {
    struct idn_zip_content content = {0};
    const char *why = NULL;
    char piece[4096];
    if (!idn_zip_content_open(&content, input, &why) && !why)
        abort();
    for (size_t i = 0; content.zip && i < zip->count; i++) {
        uint64_t seen = 0;
        int64_t n = 1;
        if (zip->entries[i].size > TOTAL || !idn_zip_content_start(&content, i, &why))
            continue;
        while (seen <= zip->entries[i].size &&
               (n = idn_zip_content_read(&content, piece, sizeof piece, &why)) > 0)
            seen += (uint64_t)n;
    }
    idn_zip_content_close(&content);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct bytes bytes = {malloc(size ? size : 1), size};
    struct idn_zip_input input = bytes_input(&bytes);
    struct idn_zip zip;
    if (!bytes.data)
        abort();
    if (size > 0)
        memcpy(bytes.data, data, size);
    if (idn_zip_inspect(&zip, &input, MAX)) {
        if (zip.count > MAX)
            abort();
        if (zip.level < IDN_ZIP_DAMAGE) {
            judge(&zip);
            unpack(&zip, &input);
        }
    }
    idn_zip_free(&zip);
    free(bytes.data);
    return 0;
}

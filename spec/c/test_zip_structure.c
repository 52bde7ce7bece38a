/* The archive's structure: what the writer makes is sound, and every damage is seen. */
#include "zip_bytes.h"

#include "archive/zip_content.h"
#include "check.h"

static const char *const names[] = {"applicant.json", "front/applicantIdDoc.json", "front/1.jpg"};
enum { COUNT = 3, MAX = 10 };

/* All problems there are, of the whole and of its entries, in an exact copy that the sanitizer watches. */
static uint64_t problems(const struct bytes *bytes, enum idn_zip_level *level) {
    struct bytes copy = {malloc(bytes->len ? bytes->len : 1), bytes->len};
    memcpy(copy.data, bytes->data ? (const void *)bytes->data : "", bytes->len);
    struct idn_zip_input input = bytes_input(&copy);
    struct idn_zip zip;
    CHECK(idn_zip_inspect(&zip, &input, MAX));
    uint64_t all = zip.problems;
    for (size_t i = 0; i < zip.count; i++)
        all |= zip.entries[i].problems;
    if (level)
        *level = zip.level;
    idn_zip_free(&zip);
    idn_zip_free(&zip);
    free(copy.data);
    return all;
}

/* What is found after `len` bytes at `at` (from the end, when negative) were replaced. */
static uint64_t after(long at, const void *patch, size_t len) {
    struct bytes bytes = bytes_archive(names, COUNT, "content");
    memcpy(bytes.data + (at < 0 ? (long)bytes.len + at : at), patch, len);
    uint64_t all = problems(&bytes, NULL);
    free(bytes.data);
    return all;
}

static void test_sound(void) {
    struct bytes bytes = bytes_archive(names, COUNT, "content");
    enum idn_zip_level level = IDN_ZIP_FATAL;
    CHECK(problems(&bytes, &level) == 0);
    CHECK(level == IDN_ZIP_WARNING);
    struct idn_zip_input input = bytes_input(&bytes);
    struct idn_zip zip;
    CHECK(idn_zip_inspect(&zip, &input, COUNT));
    CHECK(zip.count == COUNT);
    CHECK_STR(zip.entries[2].name, "front/1.jpg");
    CHECK(zip.entries[2].size == 7 && zip.entries[2].compressed == 7 &&
          zip.entries[2].kind == IDN_ZIP_FILE);
    CHECK(zip.entries[0].start == 0 && zip.entries[1].start == zip.entries[0].end);
    idn_zip_free(&zip);
    CHECK(idn_zip_inspect(&zip, &input, COUNT - 1));
    CHECK(zip.problems == IDN_ZIP_BIT(IDN_ZIP_TOO_MANY) && zip.count == 0);
    idn_zip_free(&zip);
    free(bytes.data);
}

static void test_damage(void) {
    CHECK(after(0, "XX", 2) == (IDN_ZIP_BIT(IDN_ZIP_OUTSIDE) | IDN_ZIP_BIT(IDN_ZIP_GAP)));
    CHECK(after(6, "\x01", 1) == IDN_ZIP_BIT(IDN_ZIP_LOCAL_METHOD));
    CHECK(after(14, "\x01", 1) == IDN_ZIP_BIT(IDN_ZIP_LOCAL_SIZES));
    CHECK(after(30, "A", 1) == IDN_ZIP_BIT(IDN_ZIP_LOCAL_NAME));
    CHECK(after(-22, "XX", 2) == IDN_ZIP_BIT(IDN_ZIP_NO_END));
    CHECK(after(-18, "\1", 1) == IDN_ZIP_BIT(IDN_ZIP_PARTS));
    CHECK(after(-14, "\2\0\2", 3) ==
          IDN_ZIP_BIT(IDN_ZIP_COUNT) + IDN_ZIP_BIT(IDN_ZIP_JUNK_BETWEEN));
    CHECK(after(-14, "\xff\xff\xff\xff", 4) == IDN_ZIP_BIT(IDN_ZIP_ZIP64));
    CHECK(after(-3, "\1", 1) == IDN_ZIP_BIT(IDN_ZIP_DIRECTORY));
}

/* A reader that fails at some point: fatal, and never taken for an archive without faults. */
static int countdown;

static int read_failing(void *arg, uint64_t at, void *to, size_t len) {
    return countdown-- > 0 && bytes_read(arg, at, to, len);
}

static void test_read_errors(void) {
    struct bytes bytes = bytes_archive(names, COUNT, "content");
    struct idn_zip_input input = {bytes.len, &bytes, read_failing};
    int fails = 0;
    for (int reads = 0; reads < 100; reads++) {
        struct idn_zip zip;
        countdown = reads;
        CHECK(idn_zip_inspect(&zip, &input, MAX));
        if (countdown < 0) {
            fails++;
            CHECK(zip.problems & IDN_ZIP_BIT(IDN_ZIP_READ));
            CHECK(zip.level == IDN_ZIP_FATAL);
        } else {
            CHECK(zip.problems == 0);
        }
        idn_zip_free(&zip);
    }
    CHECK(fails > COUNT);
    free(bytes.data);
}

/* Cut at every length and with every byte changed: something is found, unless the byte means nothing. */
static void test_every_byte(void) {
    struct bytes whole = bytes_archive(names, COUNT, "content");
    for (size_t len = 0; len < whole.len; len++) {
        struct bytes cut = {whole.data, len};
        CHECK(problems(&cut, NULL) != 0);
    }
    size_t silent = 0;
    for (size_t i = 0; i < whole.len; i++) {
        whole.data[i] ^= 0xff;
        silent += problems(&whole, NULL) == 0;
        whole.data[i] ^= 0xff;
    }
    /* Of a file: its data; versions and dates, twice; internal attributes, disk, the mode's bits. */
    CHECK(silent == COUNT * (7 + 2 * (2 + 4) + 2 + 2 + 2 + 2));
    free(whole.data);
}

static void test_content(void) {
    struct bytes bytes = bytes_archive(names, COUNT, "content");
    struct idn_zip_input input = bytes_input(&bytes);
    struct idn_zip_content content = {0};
    const char *why = NULL;
    char to[16];
    CHECK(idn_zip_content_open(&content, &input, &why));
    CHECK(idn_zip_content_start(&content, 1, &why));
    CHECK(idn_zip_content_read(&content, to, 4, &why) == 4 && memcmp(to, "cont", 4) == 0);
    CHECK(idn_zip_content_read(&content, to, sizeof to, &why) == 3 && memcmp(to, "ent", 3) == 0);
    CHECK(idn_zip_content_read(&content, to, sizeof to, &why) == 0);
    CHECK(!idn_zip_content_start(&content, COUNT, &why) && why);
    bytes.data[IDN_ZIP_LOCAL + strlen(names[0])] ^= 1;
    CHECK(idn_zip_content_start(&content, 0, &why));
    while (idn_zip_content_read(&content, to, sizeof to, &why) > 0)
        ;
    CHECK_STR(why, "CRC error");
    idn_zip_content_close(&content);
    idn_zip_content_close(&content);
    bytes.len = 30;
    input.size = bytes.len;
    CHECK(!idn_zip_content_open(&content, &input, &why));
    idn_zip_content_close(&content);
    free(bytes.data);
}

int main(void) {
    test_sound();
    test_damage();
    test_read_errors();
    test_every_byte();
    test_content();
    return check_done();
}

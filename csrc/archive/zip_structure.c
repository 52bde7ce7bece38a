/* The structure of a ZIP archive. See zip_structure.h; the format is PKWARE's APPNOTE.TXT. */
#include "zip_structure.h"

#include "zip_format.h"

#include <stdlib.h>
#include <string.h>

const struct idn_zip_problem_row idn_zip_problem_rows[] = {
#define IDN_ZIP_ROW(id, level, field, problem, remedy) {IDN_ZIP_##level, field, problem, remedy},
    IDN_ZIP_PROBLEMS(IDN_ZIP_ROW)
#undef IDN_ZIP_ROW
};

_Static_assert(IDN_ZIP_PROBLEM_COUNT <= 64, "a set of problems has 64 bits");

enum {
    RATIO_MAX = 100,
    RATIO_FREE = 64 * 1024, /* small files may compress as well as they like */
    EXTRA_MAX = 4096,       /* libraries keep extra fields and comments in memory */
};

/* The end record, where it was found. */
struct end {
    uint64_t at;
    uint32_t size, offset;
    uint16_t count;
};

/* What is read into, once for all headers. */
struct scratch {
    unsigned char header[IDN_ZIP_CENTRAL];
    unsigned char rest[2 * UINT16_MAX];
};

struct inspection {
    struct idn_zip *zip;
    const struct idn_zip_input *input;
    struct scratch *scratch;
    struct end end;
};

static void found(struct idn_zip *zip, enum idn_zip_problem problem) {
    zip->problems |= IDN_ZIP_BIT(problem);
}

static void found_in(struct idn_zip_entry *entry, enum idn_zip_problem problem) {
    entry->problems |= IDN_ZIP_BIT(problem);
}

/* 1 when the bytes lie in the archive and could be read. */
static int read_at(struct inspection *in, uint64_t at, void *to, size_t len) {
    if (at > in->input->size || len > in->input->size - at)
        return 0;
    if (len > 0 && !in->input->read(in->input->arg, at, to, len)) {
        found(in->zip, IDN_ZIP_READ);
        return 0;
    }
    return 1;
}

/* ---- the end record ---- */

/*
 * Looks for end records in the last bytes. One that ends the file exactly is taken before all others; a second
 * that could be believed means that readers may choose differently.
 */
static int find_end(struct inspection *in, const unsigned char *tail, size_t len) {
    int exact = 0, plausible = 0;
    uint64_t base = in->input->size - len;
    for (size_t at = len - IDN_ZIP_END + 1; at-- > 0;) {
        const unsigned char *p = tail + at;
        if (idn_zip_u32(p) != IDN_ZIP_END_MARK || idn_zip_u16(p + 20) > len - at - IDN_ZIP_END)
            continue;
        struct end end = {base + at, idn_zip_u32(p + 12), idn_zip_u32(p + 16), idn_zip_u16(p + 10)};
        int ends_here = idn_zip_u16(p + 20) == len - at - IDN_ZIP_END;
        int fits = (uint64_t)end.size + end.offset <= end.at;
        if (fits && plausible)
            found(in->zip, IDN_ZIP_MANY_ENDS);
        if ((ends_here && !exact) || (fits && !exact && !plausible)) {
            in->end = end;
            if (idn_zip_u16(p + 4) != 0 || idn_zip_u16(p + 6) != 0 ||
                idn_zip_u16(p + 8) != end.count)
                found(in->zip, IDN_ZIP_PARTS);
            if (idn_zip_u16(p + 20) > 0)
                found(in->zip, IDN_ZIP_COMMENT);
        }
        exact |= ends_here;
        plausible |= fits;
    }
    if (!exact && plausible)
        found(in->zip, IDN_ZIP_JUNK_AFTER);
    return exact || plausible;
}

static int read_end(struct inspection *in) {
    uint64_t size = in->input->size, window = IDN_ZIP_END + UINT16_MAX;
    size_t len = (size_t)(size < window ? size : window);
    unsigned char *tail = len >= IDN_ZIP_END ? malloc(len) : NULL;
    if (tail && read_at(in, size - len, tail, len) && !find_end(in, tail, len))
        found(in->zip, IDN_ZIP_NO_END);
    if (len < IDN_ZIP_END)
        found(in->zip, IDN_ZIP_NO_END);
    free(tail);
    return tail != NULL || len < IDN_ZIP_END;
}

/* 1 when zip64's own end record is announced, or a field is too full to mean itself. */
static int is_zip64(struct inspection *in) {
    unsigned char mark[4];
    const struct end *end = &in->end;
    if (end->count == UINT16_MAX || end->size == UINT32_MAX || end->offset == UINT32_MAX)
        return 1;
    return end->at >= IDN_ZIP_LOCATOR && read_at(in, end->at - IDN_ZIP_LOCATOR, mark, 4) &&
           idn_zip_u32(mark) == IDN_ZIP_LOCATOR_MARK;
}

/* Where the directory starts by the end record is where it must start. */
static void judge_directory(struct inspection *in) {
    unsigned char mark[4];
    const struct end *end = &in->end;
    uint64_t stop = (uint64_t)end->offset + end->size;
    if (stop > end->at)
        found(in->zip, IDN_ZIP_DIRECTORY);
    if (stop >= end->at)
        return;
    if (end->count > 0 && read_at(in, end->at - end->size, mark, 4) &&
        idn_zip_u32(mark) == IDN_ZIP_CENTRAL_MARK)
        found(in->zip, IDN_ZIP_JUNK_BEFORE);
    else
        found(in->zip, IDN_ZIP_JUNK_BETWEEN);
}

/* ---- names ---- */

static int is_letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static int is_plain(char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

/* 1 when a part of the path between slashes is empty, . or .. */
static int has_dots(const char *name, size_t len) {
    size_t from = 0;
    for (size_t i = 0; i <= len; i++) {
        if (i < len && name[i] != '/' && name[i] != '\\')
            continue;
        size_t part = i - from;
        if ((part == 0 && i < len && i > 0) || (part == 1 && name[from] == '.') ||
            (part == 2 && name[from] == '.' && name[from + 1] == '.'))
            return 1;
        from = i + 1;
    }
    return 0;
}

static void judge_name(struct idn_zip_entry *entry) {
    const char *name = entry->name;
    size_t len = entry->name_len;
    if (len == 0) {
        found_in(entry, IDN_ZIP_NAME_EMPTY);
        return;
    }
    if (name[0] == '/' || name[0] == '\\')
        found_in(entry, IDN_ZIP_NAME_ABSOLUTE);
    int drive = len > 1 && is_letter(name[0]) && name[1] == ':';
    if (drive)
        found_in(entry, IDN_ZIP_NAME_DRIVE);
    if (memchr(name, '\\', len))
        found_in(entry, IDN_ZIP_NAME_BACKSLASH);
    if (has_dots(name, len))
        found_in(entry, IDN_ZIP_NAME_DOTS);
    for (size_t i = 0; i < len; i++)
        if (!is_plain(name[i]) && name[i] != '/' && name[i] != '\\' && !(drive && i == 1))
            found_in(entry, IDN_ZIP_NAME_CHARACTERS);
}

/* ---- one entry ---- */

/* Extra fields: zip64 and a second name change what an entry is. What else is there does not matter. */
static void judge_extra(struct idn_zip_entry *entry, const unsigned char *extra, size_t len) {
    enum { ZIP64 = 0x0001, UNICODE_PATH = 0x7075 };
    if (len > EXTRA_MAX)
        found_in(entry, IDN_ZIP_LONG_HEADER);
    while (len >= 4) {
        uint16_t id = idn_zip_u16(extra), size = idn_zip_u16(extra + 2);
        if (id == ZIP64)
            found_in(entry, IDN_ZIP_ENTRY_ZIP64);
        if (id == UNICODE_PATH)
            found_in(entry, IDN_ZIP_NAME_SECOND);
        if (size > len - 4)
            return;
        extra += 4 + size;
        len -= 4 + (size_t)size;
    }
}

/* The Unix type in the attributes, whatever system is said to have made the archive; else the name's last byte. */
static void judge_kind(struct idn_zip_entry *entry, uint32_t attributes) {
    enum {
        TYPE = 0170000,
        DIRECTORY = 0040000,
        REGULAR = 0100000,
        SYMLINK = 0120000,
        DOS_FOLDER = 0x10
    };
    uint32_t type = attributes >> 16 & TYPE;
    int slash = entry->name_len > 0 && entry->name[entry->name_len - 1] == '/';
    entry->kind = slash ? IDN_ZIP_FOLDER : IDN_ZIP_FILE;
    if (type == SYMLINK) {
        entry->kind = IDN_ZIP_LINK;
        found_in(entry, IDN_ZIP_SYMLINK);
    } else if (type != 0 && type != REGULAR && type != DIRECTORY) {
        entry->kind = IDN_ZIP_DEVICE;
        found_in(entry, IDN_ZIP_SPECIAL);
    } else if ((type == DIRECTORY && !slash) || (type == REGULAR && slash) ||
               ((attributes & DOS_FOLDER) && !slash) ||
               (slash &&
                (entry->size > 0 || entry->compressed > 2))) { /* nothing, deflated, is 2 bytes */
        found_in(entry, IDN_ZIP_KIND);
    }
}

static void judge_sizes(struct idn_zip_entry *entry) {
    enum { STORED = 0, DEFLATED = 8, ENCRYPTED = 1 << 0, STRONG = 1 << 6, MASKED = 1 << 13 };
    if (entry->flags & (ENCRYPTED | STRONG | MASKED))
        found_in(entry, IDN_ZIP_ENCRYPTED);
    else if (entry->method != STORED && entry->method != DEFLATED)
        found_in(entry, IDN_ZIP_METHOD);
    else if (entry->method == STORED && entry->size != entry->compressed)
        found_in(entry, IDN_ZIP_STORED_SIZE);
    if (entry->size > RATIO_FREE && entry->size / RATIO_MAX > entry->compressed)
        found_in(entry, IDN_ZIP_RATIO);
    if (entry->size == UINT32_MAX || entry->compressed == UINT32_MAX)
        found_in(entry, IDN_ZIP_ENTRY_ZIP64);
}

/* What follows the data of an entry whose sizes were not known when its header was written; its length, or 0. */
static size_t judge_descriptor(struct inspection *in, struct idn_zip_entry *entry, uint64_t at) {
    unsigned char bytes[16], *p = bytes;
    size_t len = sizeof bytes;
    if (!read_at(in, at, bytes, len) || idn_zip_u32(bytes) != IDN_ZIP_DESCRIPTOR_MARK) {
        len -= 4; /* the mark is optional */
        if (!read_at(in, at, bytes, len))
            len = 0;
    } else {
        p += 4;
    }
    if (len == 0 || idn_zip_u32(p) != entry->crc || idn_zip_u32(p + 4) != entry->compressed ||
        idn_zip_u32(p + 8) != entry->size)
        found_in(entry, IDN_ZIP_DESCRIPTOR);
    return len;
}

/* A number of the local header: that of the central directory, or 0 where it was not known yet. */
static int is_same(const unsigned char *p, uint32_t central, int later) {
    return idn_zip_u32(p) == central || (later && idn_zip_u32(p) == 0);
}

static void judge_local(struct inspection *in, struct idn_zip_entry *entry, uint32_t offset,
                        size_t name_len) {
    enum { LATER = 1 << 3 };
    unsigned char *header = in->scratch->header, *rest = in->scratch->rest;
    if (!read_at(in, offset, header, IDN_ZIP_LOCAL) || idn_zip_u32(header) != IDN_ZIP_LOCAL_MARK) {
        found_in(entry, IDN_ZIP_OUTSIDE);
        return;
    }
    size_t local_len = idn_zip_u16(header + 26), extra_len = idn_zip_u16(header + 28);
    uint64_t data = (uint64_t)offset + IDN_ZIP_LOCAL + local_len + extra_len;
    if (!read_at(in, offset + IDN_ZIP_LOCAL, rest, local_len + extra_len)) {
        found_in(entry, IDN_ZIP_OUTSIDE);
        return;
    }
    if (local_len != name_len || memcmp(rest, entry->name, entry->name_len) != 0)
        found_in(entry, IDN_ZIP_LOCAL_NAME);
    judge_extra(entry, rest + local_len, extra_len);
    if (idn_zip_u16(header + 6) != entry->flags || idn_zip_u16(header + 8) != entry->method)
        found_in(entry, IDN_ZIP_LOCAL_METHOD);
    int later = (entry->flags & LATER) != 0;
    if (!is_same(header + 14, entry->crc, later) ||
        !is_same(header + 18, entry->compressed, later) ||
        !is_same(header + 22, entry->size, later))
        found_in(entry, IDN_ZIP_LOCAL_SIZES);
    uint64_t end = data + entry->compressed;
    if (later && end <= in->end.offset)
        end += judge_descriptor(in, entry, end);
    if (end > in->end.offset) {
        found_in(entry, IDN_ZIP_OUTSIDE);
        return;
    }
    entry->start = offset;
    entry->end = end;
}

/* Reads the record of the central directory at `at`; where the next one is, or 0 when there is none here. */
static uint64_t read_entry(struct inspection *in, struct idn_zip_entry *entry, uint64_t at) {
    uint64_t stop = (uint64_t)in->end.offset + in->end.size;
    const unsigned char *p = in->scratch->header;
    if (at > stop || stop - at < IDN_ZIP_CENTRAL ||
        !read_at(in, at, in->scratch->header, IDN_ZIP_CENTRAL) ||
        idn_zip_u32(p) != IDN_ZIP_CENTRAL_MARK)
        return 0;
    size_t name_len = idn_zip_u16(p + 28), extra_len = idn_zip_u16(p + 30),
           comment_len = idn_zip_u16(p + 32);
    uint64_t next = at + IDN_ZIP_CENTRAL + name_len + extra_len + comment_len;
    if (next > stop || !read_at(in, at + IDN_ZIP_CENTRAL, in->scratch->rest, name_len + extra_len))
        return 0;
    memset(entry, 0, sizeof *entry);
    entry->flags = idn_zip_u16(p + 8);
    entry->method = idn_zip_u16(p + 10);
    entry->crc = idn_zip_u32(p + 16);
    entry->compressed = idn_zip_u32(p + 20);
    entry->size = idn_zip_u32(p + 24);
    entry->name_len = name_len < IDN_ZIP_NAME_MAX ? name_len : IDN_ZIP_NAME_MAX;
    memcpy(entry->name, in->scratch->rest, entry->name_len);
    if (name_len > IDN_ZIP_NAME_MAX)
        found_in(entry, IDN_ZIP_NAME_LONG);
    if (comment_len > EXTRA_MAX)
        found_in(entry, IDN_ZIP_LONG_HEADER);
    judge_name(entry);
    judge_sizes(entry);
    judge_kind(entry, idn_zip_u32(p + 38));
    judge_extra(entry, in->scratch->rest + name_len, extra_len);
    judge_local(in, entry, idn_zip_u32(p + 42), name_len);
    return next;
}

/* ---- entries against each other ---- */

/* Entries are sorted by reference: their order is that of the central directory. */
struct ref {
    struct idn_zip_entry *entry;
};

static int by_start(const void *a, const void *b) {
    const struct idn_zip_entry *x = ((const struct ref *)a)->entry,
                               *y = ((const struct ref *)b)->entry;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return x < y ? -1 : x > y;
}

static void judge_places(struct inspection *in, struct ref *refs, size_t count) {
    uint64_t at = 0;
    qsort(refs, count, sizeof(struct ref), by_start);
    for (size_t i = 0; i < count; i++) {
        struct idn_zip_entry *entry = refs[i].entry;
        if (entry->end == 0)
            continue; /* has no place, and is named for it */
        if (entry->start < at)
            found_in(entry, IDN_ZIP_OVERLAP);
        else if (entry->start > at)
            found_in(entry, IDN_ZIP_GAP);
        if (entry->end > at)
            at = entry->end;
    }
    if (at < in->end.offset)
        found(in->zip, IDN_ZIP_JUNK_BETWEEN);
}

static int lower(char c) {
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

/* Without a folder's last slash: a folder and a file of one name are the same name. */
static size_t bare_len(const struct idn_zip_entry *entry) {
    return entry->name_len > 1 && entry->name[entry->name_len - 1] == '/' ? entry->name_len - 1
                                                                          : entry->name_len;
}

static int compare_names(const struct idn_zip_entry *x, const struct idn_zip_entry *y, int fold) {
    size_t x_len = bare_len(x), y_len = bare_len(y);
    for (size_t i = 0; i < x_len && i < y_len; i++) {
        int c = fold ? lower(x->name[i]) : x->name[i], d = fold ? lower(y->name[i]) : y->name[i];
        if (c != d)
            return c < d ? -1 : 1;
    }
    return x_len < y_len ? -1 : x_len > y_len;
}

static int by_name(const void *a, const void *b) {
    const struct idn_zip_entry *x = ((const struct ref *)a)->entry,
                               *y = ((const struct ref *)b)->entry;
    int order = compare_names(x, y, 1);
    if (order == 0)
        order = compare_names(x, y, 0);
    return order ? order : x < y ? -1 : x > y;
}

static void judge_twins(struct ref *refs, size_t count) {
    qsort(refs, count, sizeof(struct ref), by_name);
    for (size_t i = 1; i < count; i++) {
        if (compare_names(refs[i - 1].entry, refs[i].entry, 0) == 0)
            found_in(refs[i].entry, IDN_ZIP_NAME_TWICE);
        else if (compare_names(refs[i - 1].entry, refs[i].entry, 1) == 0)
            found_in(refs[i].entry, IDN_ZIP_NAME_CASE);
    }
}

/* ---- the whole ---- */

static int read_entries(struct inspection *in) {
    struct idn_zip *zip = in->zip;
    size_t count = in->end.count;
    zip->entries = calloc(count ? count : 1, sizeof *zip->entries);
    struct ref *refs = calloc(count ? count : 1, sizeof(struct ref));
    if (!zip->entries || !refs) {
        free(refs);
        return 0;
    }
    uint64_t at = in->end.offset;
    while (zip->count < count && (at = read_entry(in, &zip->entries[zip->count], at)) != 0)
        zip->count++;
    if (at != (uint64_t)in->end.offset + in->end.size)
        found(zip, IDN_ZIP_COUNT);
    for (size_t i = 0; i < zip->count; i++)
        refs[i].entry = &zip->entries[i];
    judge_places(in, refs, zip->count);
    judge_twins(refs, zip->count);
    free(refs);
    return 1;
}

static enum idn_zip_level gravest(const struct idn_zip *zip) {
    uint64_t all = zip->problems;
    enum idn_zip_level level = IDN_ZIP_WARNING;
    for (size_t i = 0; i < zip->count; i++)
        all |= zip->entries[i].problems;
    for (int i = 0; i < IDN_ZIP_PROBLEM_COUNT; i++)
        if ((all & IDN_ZIP_BIT(i)) && idn_zip_problem_rows[i].level > level)
            level = idn_zip_problem_rows[i].level;
    return level;
}

int idn_zip_inspect(struct idn_zip *zip, const struct idn_zip_input *input, size_t max) {
    struct scratch *scratch = malloc(sizeof *scratch);
    struct inspection in = {zip, input, scratch, {0, 0, 0, 0}};
    memset(zip, 0, sizeof *zip);
    int ok = scratch && read_end(&in);
    if (ok && gravest(zip) < IDN_ZIP_FATAL) {
        if (is_zip64(&in))
            found(zip, IDN_ZIP_ZIP64);
        else if (in.end.count > max)
            found(zip, IDN_ZIP_TOO_MANY);
        else
            judge_directory(&in);
    }
    if (ok && gravest(zip) < IDN_ZIP_FATAL)
        ok = read_entries(&in);
    zip->level = gravest(zip);
    free(scratch);
    return ok;
}

void idn_zip_free(struct idn_zip *zip) {
    free(zip->entries);
    memset(zip, 0, sizeof *zip);
}
